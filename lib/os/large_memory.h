/* SPDX-License-Identifier: MIT */
/* A hint for large blocks that are filled from end to end at once: give them in
 * large pages, so that filling them does not stop at every 4 KiB.  Nothing
 * where the system has no such hint.  And memory that was freed, given back. */
#ifndef QN_OS_LARGE_MEMORY_H
#define QN_OS_LARGE_MEMORY_H

#include <stddef.h>

/* Right after the block was got, before it is written to. */
void qn_large_memory_hint(void *data, size_t size);

/* Between two steps of something long, after much was freed: the allocator
 * keeps that for whoever asks next, but another thread's it does not give to
 * this one, and pieces of another size it may never use.  Takes milliseconds.
 */
void qn_large_memory_give_back(void);

#endif
