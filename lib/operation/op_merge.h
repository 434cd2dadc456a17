/* SPDX-License-Identifier: MIT */
/* merge: another history joined into this branch, step by step: git-merge(1).
 *
 *   up to date    nothing
 *   fast-forward  files and index move on -> HEAD
 *   real          merge of trees -> files, index -> commit -> HEAD
 *   conflict      files with markers, stages in the index -> MERGE_HEAD and kin
 *
 * Sequence of units: objects; work tree; index; state files (MERGE_HEAD last,
 * so that a cut before leaves a dirty tree and no merge half said); HEAD with
 * reflog.  The command decides and prints; each step here is whole.
 */
#ifndef QN_OPERATION_OP_MERGE_H
#define QN_OPERATION_OP_MERGE_H

#include "merge/tree_merge.h"
#include "os/lock_file.h"
#include "worktree/work_tree.h"

struct qn_op_merge {
    const struct qn_revision_scope *scope; /* borrowed */
    const struct qn_work_tree *work_tree;  /* borrowed */
    struct qn_index *index;                /* borrowed, changed */
    struct qn_lock_file *lock;             /* borrowed, held */
    struct qn_id head;                     /* HEAD's commit; null: unborn */
    struct qn_id head_tree;                /* the empty one when unborn */
};

/* "Merge branch 'x' into y", appended without a newline.  `text`: as the user
 * named it; `current`: the branch's short name, "HEAD" when detached. */
enum qn_status qn_op_merge_title(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *text, const char *current,
                                 struct qn_buf *out) QN_MUST_USE;

/* Files and index from HEAD's tree to `tree`.  QN_CONFLICT: something is in the
 * way (reported); nothing was changed then. */
enum qn_status qn_op_merge_forward(struct qn_ctx *ctx,
                                   struct qn_op_merge *merge,
                                   const struct qn_id *tree) QN_MUST_USE;
/* The same to what a merge made, with stages for what is in conflict, and
 * AUTO_MERGE. */
enum qn_status
qn_op_merge_apply(struct qn_ctx *ctx, struct qn_op_merge *merge,
                  const struct qn_tree_merge_result *result) QN_MUST_USE;
/* MERGE_MSG, MERGE_MODE, MERGE_HEAD.  The message gets the list of conflicts
 * in comments. */
enum qn_status
qn_op_merge_write_state(struct qn_ctx *ctx, struct qn_op_merge *merge,
                        const struct qn_id *theirs, bool is_no_ff,
                        struct qn_bytes message,
                        const struct qn_tree_merge_result *result) QN_MUST_USE;
/* SQUASH_MSG: the commits that HEAD has not. */
enum qn_status
qn_op_merge_write_squash(struct qn_ctx *ctx, struct qn_op_merge *merge,
                         const struct qn_id *theirs,
                         const struct qn_tree_merge_result *result) QN_MUST_USE;
/* The merge commit, and HEAD. */
enum qn_status qn_op_merge_commit(struct qn_ctx *ctx, struct qn_op_merge *merge,
                                  const struct qn_id *theirs,
                                  const struct qn_id *tree,
                                  struct qn_bytes message, const char *reflog,
                                  struct qn_id *out) QN_MUST_USE;

#endif
