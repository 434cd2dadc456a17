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
#include "diff/submodule_ignore.h"
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
    bool also_unchanged;   /* unchanged pairs, too (--find-copies-harder) */
    bool ignores_missing;  /* a file that is not there is as it was */
    bool warns_safe;       /* as core.safecrlf says, of files that are read */
    bool ita_is_invisible; /* an entry of add -N is not in the index */
    int stage; /* of unmerged paths, what the file is compared with; 0: none */
    /* For submodules: what of them counts.  NULL: their commits only. */
    const struct qn_diff_options *options;
    struct qn_submodule_ignore ignore;
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
