/* SPDX-License-Identifier: MIT */
/* A hash map from bytes to a pointer or a number, and an order of insertion.
 *
 * Keys are copied.  Items keep the order in which they first came, and are
 * reached by position: walk from 0 to map.count.  There is no removal: set a
 * value to NULL instead.
 */
#ifndef QN_BASE_MAP_H
#define QN_BASE_MAP_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/compiler.h"

#include <quoin/status.h>

struct qn_ctx;

struct qn_map_item {
    struct qn_bytes key; /* NUL terminated, in the map's arena */
    uint64_t hash;
    void *value;
    uint64_t number;
};

struct qn_map {
    struct qn_map_item *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* position + 1, 0: free; a power of two of them */
    size_t slot_count;
    struct qn_arena keys;
};

#define QN_MAP_INIT                                                            \
    {                                                                          \
        NULL, 0, 0, NULL, 0, QN_ARENA_INIT                                     \
    }

void qn_map_dispose(struct qn_map *map); /* values are the caller's */

/* NULL when it is not there.  Valid until the next qn_map_put. */
struct qn_map_item *qn_map_find(const struct qn_map *map, struct qn_bytes key);

/* Find, or add with value NULL and number 0.  NULL: QN_NO_MEMORY.  `is_new`
 * may be NULL. */
struct qn_map_item *qn_map_put(struct qn_ctx *ctx, struct qn_map *map,
                               struct qn_bytes key, bool *is_new) QN_MUST_USE;

#endif
