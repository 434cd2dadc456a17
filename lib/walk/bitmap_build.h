/* SPDX-License-Identifier: MIT */
/* Making the bitmaps of a pack.
 *
 *   all commits of the pack, parents first -> workers: what differs from the
 *   first parent's tree, as bits -> one set for each commit that still has
 *   children to come: its parents' sets and what is new
 *   -> the sets of chosen commits, compressed
 *
 * Every object that a commit of the pack reaches has to be in it.
 */
#ifndef QN_WALK_BITMAP_BUILD_H
#define QN_WALK_BITMAP_BUILD_H

#include "odb/odb.h"
#include "pack/pack_bitmap.h"
#include "walk/revision.h"

struct qn_bitmap_build {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    const struct qn_pack_index *index;
    const struct qn_pack_reverse *reverse;
    const struct qn_id *tips; /* commits that get one in any case */
    size_t tip_count;
    bool has_hash_cache;
    bool has_lookup_table;
};
/* Append the file.  QN_REFUSED, reason "bitmap.open": an object is not in the
 * pack. */
enum qn_status qn_bitmap_build_run(struct qn_ctx *ctx,
                                   const struct qn_bitmap_build *options,
                                   struct qn_buf *out) QN_MUST_USE;

#endif
