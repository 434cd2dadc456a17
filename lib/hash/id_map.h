/* SPDX-License-Identifier: MIT */
/* A hash table from ids to 64-bit numbers: open addressing over raw rows, the
 * id's own first bytes being the hash.  Positions are stable and count up from
 * 0 in order of insertion, so that arrays can run beside the table. */
#ifndef QN_HASH_ID_MAP_H
#define QN_HASH_ID_MAP_H

#include "base/ctx.h"
#include "hash/id.h"

#include <stdint.h>

#define QN_ID_MAP_NONE UINT32_MAX

struct qn_id_map {
    uint8_t *rows;    /* count rows of row_size bytes, in order of insertion */
    uint64_t *values; /* beside them */
    uint32_t *slots;  /* position + 1, 0: free */
    size_t count;
    size_t row_capacity;
    size_t value_capacity;
    size_t slot_count; /* a power of two */
    uint32_t row_size; /* 20 or 32 */
    uint32_t algorithm;
};

void qn_id_map_init(struct qn_id_map *map, uint32_t algorithm);
void qn_id_map_dispose(struct qn_id_map *map);
/* Forget the ids, keep the room. */
void qn_id_map_clear(struct qn_id_map *map);
/* Position, or QN_ID_MAP_NONE. */
uint32_t qn_id_map_find(const struct qn_id_map *map, const struct qn_id *id);
uint32_t qn_id_map_find_row(const struct qn_id_map *map, const uint8_t *row);
/* Find or add (value 0). */
enum qn_status qn_id_map_put(struct qn_ctx *ctx, struct qn_id_map *map,
                             const struct qn_id *id, uint32_t *position,
                             bool *is_new) QN_MUST_USE;
enum qn_status qn_id_map_put_row(struct qn_ctx *ctx, struct qn_id_map *map,
                                 const uint8_t *row, uint32_t *position,
                                 bool *is_new) QN_MUST_USE;
void qn_id_map_id(const struct qn_id_map *map, uint32_t position,
                  struct qn_id *out);

#endif
