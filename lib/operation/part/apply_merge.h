/* SPDX-License-Identifier: MIT */
/* Bring the result of a merge of trees into index and work tree.
 *
 *   HEAD's tree -> result tree (two ways, local changes carried along or in the
 *   way) -> conflicted paths get their stages -> index file -> AUTO_MERGE
 *
 * Nothing is changed when something stands in the way.  A cut in between leaves
 * files that are newer than the index, which --abort mends.
 */
#ifndef QN_OPERATION_PART_APPLY_MERGE_H
#define QN_OPERATION_PART_APPLY_MERGE_H

#include "merge/tree_merge.h"
#include "worktree/work_tree.h"

struct qn_apply_merge {
    const struct qn_work_tree *tree;
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_index *index;    /* read under `lock` */
    struct qn_lock_file *lock; /* committed here */
    const struct qn_id *from;  /* the tree that the index is of */
    const char *operation;     /* "merge": whose words errors are in */
    bool keeps_ignored;        /* --no-overwrite-ignore */
    bool keeps_auto_merge;     /* do not write AUTO_MERGE (fast-forward) */
    bool shows_progress;       /* of writing files; also without AUTO_MERGE */
};

/* Append " name" for each path whose entry differs from the tree `from`:
 * nothing when the index is that tree. */
enum qn_status qn_apply_merge_check(struct qn_ctx *ctx,
                                    const struct qn_apply_merge *apply,
                                    struct qn_buf *out) QN_MUST_USE;
/* QN_CONFLICT as of worktree/unpack.h. */
enum qn_status
qn_apply_merge_run(struct qn_ctx *ctx, const struct qn_apply_merge *apply,
                   const struct qn_id *to,
                   const struct qn_tree_merge_conflict *conflicts,
                   size_t count) QN_MUST_USE;

#endif
