/* SPDX-License-Identifier: MIT */
/* The bitmaps of a view: those of its multi-pack-indexes, layer over layer, or
 * of one of its packs, with the order of their bits.
 *
 *   bits      pack/bit_order.h
 *   files     the lowest layer's first; all of them are sound, and none is
 *             missing below the last
 *
 * What is damaged is reported and done without.
 */
#ifndef QN_WALK_BITMAP_SET_H
#define QN_WALK_BITMAP_SET_H

#include "odb/odb.h"
#include "odb/odb_chain.h"
#include "pack/bit_order.h"
#include "pack/pack_bitmap.h"

struct qn_bitmap_set {
    struct qn_bit_order order; /* ranked */
    struct qn_odb_chain chain; /* or nothing */
    struct qn_pack_bitmap *files;
    size_t file_count; /* 0: there are no bitmaps */
    size_t words;      /* of a plain set */
};

/* `out->file_count` 0: there are none that are of use. */
enum qn_status qn_bitmap_set_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_set *out) QN_MUST_USE;
/* Those of these layers (in `directory`, "<objects>/pack"), which the caller
 * keeps. */
enum qn_status qn_bitmap_set_of_layers(struct qn_ctx *ctx,
                                       const struct qn_bit_layer *layers,
                                       size_t count, const char *directory,
                                       struct qn_bitmap_set *out) QN_MUST_USE;
void qn_bitmap_set_close(struct qn_bitmap_set *set);

/* The file and entry of the commit at a position; NULL: it has none. */
const struct qn_pack_bitmap *qn_bitmap_set_find(const struct qn_bitmap_set *set,
                                                uint32_t position,
                                                uint32_t *entry);
/* Add the objects of one type to a plain set. */
void qn_bitmap_set_type(const struct qn_bitmap_set *set,
                        enum qn_pack_bitmap_type type, uint64_t *plain);
/* The hash of the name that the object at a position was met under. */
uint32_t qn_bitmap_set_hash(const struct qn_bitmap_set *set, uint32_t position);
/* The checksum of the pack or layer that the i-th file is of. */
void qn_bitmap_set_checksum(const struct qn_bitmap_set *set, size_t i,
                            struct qn_id *out);

#endif
