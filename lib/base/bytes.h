/* SPDX-License-Identifier: MIT */
/* Borrowed bytes: a view of memory that somebody else owns.
 *
 * Passed by value.  An empty view may have a NULL pointer.  Never NUL
 * terminated unless a caller says so.
 */
#ifndef QN_BASE_BYTES_H
#define QN_BASE_BYTES_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct qn_bytes {
    const uint8_t *data;
    size_t size;
};

/* A view of a string literal or char array, without its NUL. */
#define QN_BYTES(literal)                                                      \
    ((struct qn_bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})

#define QN_BYTES_NONE ((struct qn_bytes){NULL, 0})

/* printf of a view: printf("%.*s", QN_BYTES_ARG(view)) */
#define QN_BYTES_ARG(view) (int)(view).size, (const char *)(view).data

static inline struct qn_bytes qn_bytes_make(const void *data, size_t size)
{
    return (struct qn_bytes){(const uint8_t *)data, size};
}

static inline struct qn_bytes qn_bytes_from_string(const char *string)
{
    return qn_bytes_make(string, string ? strlen(string) : 0);
}

static inline bool qn_bytes_is_equal(struct qn_bytes a, struct qn_bytes b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool qn_bytes_is_string(struct qn_bytes a, const char *string)
{
    return qn_bytes_is_equal(a, qn_bytes_from_string(string));
}

static inline bool qn_bytes_has_prefix(struct qn_bytes a, const char *prefix)
{
    size_t size = strlen(prefix);

    return a.size >= size && (size == 0 || memcmp(a.data, prefix, size) == 0);
}

static inline bool qn_bytes_has_suffix(struct qn_bytes a, const char *suffix)
{
    size_t size = strlen(suffix);

    return a.size >= size &&
           (size == 0 || memcmp(a.data + a.size - size, suffix, size) == 0);
}

/* The view from `offset` on; empty when `offset` is past the end. */
static inline struct qn_bytes qn_bytes_from(struct qn_bytes a, size_t offset)
{
    if (offset >= a.size)
        return qn_bytes_make(a.data ? a.data + a.size : NULL, 0);
    return qn_bytes_make(a.data + offset, a.size - offset);
}

/* The first `size` bytes; all of it when it is shorter. */
static inline struct qn_bytes qn_bytes_first(struct qn_bytes a, size_t size)
{
    return qn_bytes_make(a.data, size < a.size ? size : a.size);
}

/* Compare as unsigned bytes, the shorter first when one is a prefix. */
int qn_bytes_compare(struct qn_bytes a, struct qn_bytes b);

/* Offset of the first `byte`, or a.size when there is none. */
size_t qn_bytes_find(struct qn_bytes a, uint8_t byte);

/* Offset of the last `byte`, or a.size when there is none. */
size_t qn_bytes_find_last(struct qn_bytes a, uint8_t byte);

/* Offset of the first `needle`, or a.size when there is none. */
size_t qn_bytes_find_bytes(struct qn_bytes a, struct qn_bytes needle);

/* ASCII white space (space, \t \n \v \f \r) removed from both ends. */
struct qn_bytes qn_bytes_trim(struct qn_bytes a);
/* From the end only. */
struct qn_bytes qn_bytes_trim_end(struct qn_bytes a);

/* Take the text up to the next `separator` off the front of `rest`; the
 * separator is dropped.  False when `rest` is empty. */
bool qn_bytes_next(struct qn_bytes *rest, uint8_t separator,
                   struct qn_bytes *piece);

/* Parse a whole view as an unsigned decimal; false when it is not one or does
 * not fit. */
bool qn_bytes_to_u64(struct qn_bytes a, uint64_t *out);

/* Equal with ASCII case folded. */
bool qn_bytes_is_equal_fold(struct qn_bytes a, struct qn_bytes b);

/* A hash for tables in memory (FNV-1a folded); not for anything on disk. */
uint64_t qn_bytes_hash(struct qn_bytes a);

#endif
