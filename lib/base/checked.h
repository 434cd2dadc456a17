/* SPDX-License-Identifier: MIT */
/* Arithmetic on sizes from outside: each function answers false where the
 * result would not fit, and leaves `*out` alone. */
#ifndef QN_BASE_CHECKED_H
#define QN_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool qn_checked_add(uint64_t a, uint64_t b, uint64_t *out)
{
    if (a > UINT64_MAX - b)
        return false;
    *out = a + b;
    return true;
}

static inline bool qn_checked_multiply(uint64_t a, uint64_t b, uint64_t *out)
{
    if (b != 0 && a > UINT64_MAX / b)
        return false;
    *out = a * b;
    return true;
}

static inline bool qn_checked_add_size(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

static inline bool qn_checked_multiply_size(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

/* The one conversion between a file's size and memory's. */
static inline bool qn_checked_to_size(uint64_t a, size_t *out)
{
    if (a > SIZE_MAX)
        return false;
    *out = (size_t)a;
    return true;
}

#endif
