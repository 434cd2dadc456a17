/* SPDX-License-Identifier: MIT */
/* The commits of a pack whose bitmap is made, all of them, without a walk.
 *
 *   bits of commits -> (workers) read and parsed in the order of the pack ->
 *   put in order: parents first, and a branch not before it is needed
 *
 * Only where every commit has the parents that it names, and all of those have
 * a bit; else nothing is handed over, and a walk has to say what is wrong.
 */
#ifndef QN_WALK_BITMAP_COMMITS_H
#define QN_WALK_BITMAP_COMMITS_H

#include "pack/bit_order.h"
#include "walk/revision.h"

struct qn_bitmap_commit {
    struct qn_id id;
    int64_t time;
    uint32_t bit;
    uint32_t tree; /* the bit of that */
    uint32_t parent_count;
    const uint32_t *parents; /* bits; borrowed */
};
typedef enum qn_status
qn_bitmap_commits_fn(struct qn_ctx *ctx, void *data,
                     const struct qn_bitmap_commit *commit);

struct qn_bitmap_commits {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    const struct qn_bit_order *order;      /* ranked */
    const uint64_t *set;                   /* the bits of commits */
    qn_bitmap_commits_fn *each;
    void *data;
};
/* `*is_done` false: nothing was handed over. */
enum qn_status qn_bitmap_commits_run(struct qn_ctx *ctx,
                                     const struct qn_bitmap_commits *options,
                                     bool *is_done) QN_MUST_USE;

#endif
