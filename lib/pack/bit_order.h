/* SPDX-License-Identifier: MIT */
/* Which object a bit stands for: the objects of a pack as they lie in it, or
 * those of multi-pack-indexes, layer after layer, each in the order of its
 * pseudo-pack (the preferred pack's first, then pack after pack).
 *
 *   bit       place in that order
 *   position  place among the sorted ids: of the pack's index, or of the layer
 *             plus the objects of all layers below it
 *
 * A table that says where bits are is checked to be just that order.  Format:
 * gitformat-pack(5), "multi-pack-index reverse indexes"; technical/
 * multi-pack-index.
 */
#ifndef QN_PACK_BIT_ORDER_H
#define QN_PACK_BIT_ORDER_H

#include "pack/multi_pack_index.h"
#include "pack/pack_file.h"

#define QN_BIT_ORDER_NONE UINT32_MAX

struct qn_bit_layer {
    const struct qn_multi_pack_index *index;
    struct qn_pack_file *const *packs; /* by number; may be NULL, or have NULL
                                          for one that is not there */
    const uint8_t *reverse;            /* big-endian positions */
    struct qn_file_map map; /* of a .rev file that has them; or nothing */
    uint32_t first;         /* bits and positions of layers below it */
};

struct qn_bit_order {
    uint32_t algorithm;
    uint32_t count; /* objects */
    /* of a pack */
    const struct qn_pack_index *index;
    const struct qn_pack_reverse *reverse;
    struct qn_pack_file *pack; /* or NULL */
    /* of layers; the oldest first; owned */
    struct qn_bit_layer *layers;
    size_t layer_count;
    uint32_t *ranks; /* bits by position; made by qn_bit_order_rank */
};

/* The objects of a pack; `pack` may be NULL where nothing is located.  Nothing
 * is allocated. */
void qn_bit_order_of_pack(struct qn_bit_order *order, uint32_t algorithm,
                          const struct qn_pack_index *index,
                          const struct qn_pack_reverse *reverse);
/* The objects of layers, whose index and packs are filled in; `path` of a layer
 * is where a .rev file is looked for when its index has no RIDX chunk, or NULL.
 * QN_NOT_FOUND: a layer has no order.  All stays the caller's. */
enum qn_status qn_bit_order_of_layers(struct qn_ctx *ctx,
                                      struct qn_bit_order *order,
                                      const struct qn_bit_layer *layers,
                                      size_t count,
                                      const char *directory) QN_MUST_USE;
void qn_bit_order_dispose(struct qn_bit_order *order);

/* Make `ranks`, once.  QN_CORRUPT: the table is not the order. */
enum qn_status qn_bit_order_rank(struct qn_ctx *ctx,
                                 struct qn_bit_order *order) QN_MUST_USE;

/* The position of a bit. */
uint32_t qn_bit_order_position(const struct qn_bit_order *order, uint32_t bit);
/* The id at a position. */
const uint8_t *qn_bit_order_row(const struct qn_bit_order *order,
                                uint32_t position);
/* The position of an id, or QN_BIT_ORDER_NONE. */
uint32_t qn_bit_order_find(const struct qn_bit_order *order,
                           const uint8_t *row);
/* Where the object at a position lies; NULL: its pack is not there. */
struct qn_pack_file *qn_bit_order_locate(const struct qn_bit_order *order,
                                         uint32_t position, uint64_t *offset);
/* The layer that a position, or bit, is in. */
const struct qn_bit_layer *qn_bit_order_layer(const struct qn_bit_order *order,
                                              uint32_t position);

#endif
