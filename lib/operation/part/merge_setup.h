/* SPDX-License-Identifier: MIT */
/* What a merge of trees wants to know of the repository around it: attributes,
 * the work tree, and how texts are renormalised. */
#ifndef QN_OPERATION_PART_MERGE_SETUP_H
#define QN_OPERATION_PART_MERGE_SETUP_H

#include "merge/tree_merge.h"
#include "repo/repo.h"
#include "worktree/filter.h"

struct qn_merge_setup {
    struct qn_tree_merge_options *options;
    struct qn_attributes *attributes;
    struct qn_filter *filter;
    struct qn_work_tree tree;
    struct qn_buf text;
    bool has_tree;
};

/* Fill in the options' attributes, directory and renormalisation, which are
 * lent until end.  end may be called after a failure, too. */
enum qn_status qn_merge_setup_begin(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_tree_merge_options *options,
                                    struct qn_merge_setup *setup) QN_MUST_USE;
void qn_merge_setup_end(struct qn_merge_setup *setup);
/* What to do about submodules in conflict: reported as a hint. */
void qn_merge_setup_advise(struct qn_ctx *ctx,
                           const struct qn_tree_merge_result *result);

#endif
