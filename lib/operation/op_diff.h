/* SPDX-License-Identifier: MIT */
/* Differences that index and work tree take part in: git-diff(1),
 * git-diff-index(1), git-diff-files(1).
 *
 *   tree  against index        (--cached)
 *   index against work tree
 *   tree  against work tree    (through the index)
 *
 * Each fills a list of pairs in path order, which qn_patch_refine and
 * qn_patch_print take on; sides without an id are files of the work tree, read
 * through op's content.
 */
#ifndef QN_OPERATION_OP_DIFF_H
#define QN_OPERATION_OP_DIFF_H

#include "diff/patch.h"
#include "index/index.h"
#include "worktree/compare.h"
#include "worktree/work_tree.h"

struct qn_op_diff {
    struct qn_odb *odb;                   /* borrowed */
    struct qn_index *index;               /* borrowed */
    const struct qn_work_tree *work_tree; /* or NULL: bare */
    const struct qn_pathspec *pathspec;   /* or NULL */
    /* Compare contents where stat data differ (porcelain); otherwise a file
     * whose stat data differ is a difference. */
    bool looks_inside;
    bool also_unchanged; /* unchanged pairs, too (--find-copies-harder) */
    struct qn_compare compare;
    struct qn_filter *filter; /* made when first needed */
    struct qn_diff_content content;
};

void qn_op_diff_init(struct qn_op_diff *op, struct qn_odb *odb,
                     struct qn_index *index,
                     const struct qn_work_tree *work_tree);
void qn_op_diff_dispose(struct qn_op_diff *op);

enum qn_status qn_op_diff_files(struct qn_ctx *ctx, struct qn_op_diff *op,
                                struct qn_diff_list *out) QN_MUST_USE;
/* `tree` NULL: the empty one. */
enum qn_status qn_op_diff_cached(struct qn_ctx *ctx, struct qn_op_diff *op,
                                 const struct qn_id *tree,
                                 struct qn_diff_list *out) QN_MUST_USE;
enum qn_status qn_op_diff_tree(struct qn_ctx *ctx, struct qn_op_diff *op,
                               const struct qn_id *tree,
                               struct qn_diff_list *out) QN_MUST_USE;

#endif
