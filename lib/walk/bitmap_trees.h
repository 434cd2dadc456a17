/* SPDX-License-Identifier: MIT */
/* What trees hold, as bits: each tree is read once, by all workers, in the
 * order of the packs; then what a tree reaches is a matter of numbers.
 *
 *   root trees -> their subtrees, a level at a time -> a list for each
 *   list: how many (four bytes), then for each entry varint(zigzag(bit - bit
 *   before) * 2 + is tree)
 *
 * Lists are kept up to a limit; beyond, and for trees that were not asked for,
 * a tree is read when it is needed.
 */
#ifndef QN_WALK_BITMAP_TREES_H
#define QN_WALK_BITMAP_TREES_H

#include "odb/odb.h"
#include "pack/bit_order.h"

struct qn_bitmap_trees;

/* `order` is ranked and stays the caller's, like `odb`.  Trees whose bits are
 * below `first` are read only when they are needed. */
enum qn_status qn_bitmap_trees_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_bit_order *order,
                                   uint32_t first,
                                   struct qn_bitmap_trees **out) QN_MUST_USE;
void qn_bitmap_trees_free(struct qn_bitmap_trees *trees);

/* The bit of an id; QN_REFUSED, reason "bitmap.open": it has none. */
enum qn_status qn_bitmap_trees_bit(struct qn_ctx *ctx,
                                   const struct qn_bit_order *order,
                                   const struct qn_id *id,
                                   uint32_t *out) QN_MUST_USE;
/* Read these trees, and all below.  QN_REFUSED: as above. */
enum qn_status qn_bitmap_trees_read(struct qn_ctx *ctx,
                                    struct qn_bitmap_trees *trees,
                                    const uint32_t *bits,
                                    size_t count) QN_MUST_USE;
/* Add a tree and all below to `set`; what is in it has all its own in it, too.
 * Bits from `first` on that come in are put into `tree_set` or `blob_set`. */
enum qn_status qn_bitmap_trees_add(struct qn_ctx *ctx,
                                   struct qn_bitmap_trees *trees, uint32_t bit,
                                   uint64_t *set, uint64_t *tree_set,
                                   uint64_t *blob_set) QN_MUST_USE;

#endif
