/* SPDX-License-Identifier: MIT */
/* Making the bitmaps of a pack, or of a layer of multi-pack-indexes.
 *
 *   commits, parents first -> those that are chosen (walk/bitmap_select.h), and
 *   pseudo-merges of tips (walk/pseudo_merge.h)
 *   -> workers: what each tree holds, as bits (walk/bitmap_trees.h) -> one set
 *   for each commit that still has children to come: its parents' sets and what
 *   its tree reaches -> the sets of chosen commits, compressed
 *
 * Every object that a commit reaches has to have a bit.
 */
#ifndef QN_WALK_BITMAP_BUILD_H
#define QN_WALK_BITMAP_BUILD_H

#include "odb/odb.h"
#include "pack/bit_order.h"
#include "pack/pack_bitmap.h"
#include "walk/bitmap_walk.h"
#include "walk/revision.h"

struct qn_bitmap_build {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_bit_order *order;
    const uint8_t *checksum; /* of the pack or multi-pack-index */
    uint32_t first;          /* bits below are of other files; else 0 */
    /* Where commits are looked for; NULL: all that have a bit. */
    const struct qn_id *tips;
    size_t tip_count;
    const struct qn_id *preferred; /* commits */
    size_t preferred_count;
    /* By position from `first` on: hashes of names; or NULL. */
    const uint32_t *hashes;
    /* Likewise: types (enum qn_object_type; NONE: not known); or NULL. */
    const uint8_t *types;
    /* The bitmaps of the layers below, which answer for their commits; or
     * NULL. */
    struct qn_bitmap_walk *below;
    bool has_lookup_table;
};
/* Append the file.  QN_REFUSED, reason "bitmap.open": an object has no bit.
 * QN_INVALID: of the configuration of pseudo-merges. */
enum qn_status qn_bitmap_build_run(struct qn_ctx *ctx,
                                   const struct qn_bitmap_build *options,
                                   struct qn_buf *out) QN_MUST_USE;

/* Commits that refs name; and those of them in a hierarchy that
 * pack.preferBitmapTips names. */
struct qn_bitmap_tips {
    struct qn_id *tips, *preferred;
    size_t tip_count, tip_capacity, preferred_count, preferred_capacity;
};
enum qn_status qn_bitmap_tips_read(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_bitmap_tips *out) QN_MUST_USE;
void qn_bitmap_tips_dispose(struct qn_bitmap_tips *tips);

#endif
