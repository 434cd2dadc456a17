/* SPDX-License-Identifier: MIT */
/* For madvise and malloc_trim; the code does without elsewhere. */
#define _DEFAULT_SOURCE

#include "os/large_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define LARGE_PAGE ((uintptr_t)2 << 20)

void qn_large_memory_hint(void *data, size_t size)
{
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    /* Whole large pages inside the block: its rim is shared with others. */
    uintptr_t start = ((uintptr_t)data + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)data + size) & ~(LARGE_PAGE - 1);

    if (start < end)
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#else
    (void)data;
    (void)size;
#endif
}

void qn_large_memory_give_back(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}
