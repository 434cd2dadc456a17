/* SPDX-License-Identifier: MIT */
/* A hint for large blocks that are filled from end to end at once: give them in
 * large pages, so that filling them does not stop at every 4 KiB.  Nothing
 * where the system has no such hint. */
#ifndef QN_OS_LARGE_MEMORY_H
#define QN_OS_LARGE_MEMORY_H

#include <stddef.h>

/* Right after the block was got, before it is written to. */
void qn_large_memory_hint(void *data, size_t size);

#endif
