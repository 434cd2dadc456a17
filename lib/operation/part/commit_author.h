/* SPDX-License-Identifier: MIT */
/* Whose commit it is: --author, --date, the reused commit, or who I am. */
#ifndef QN_OPERATION_PART_COMMIT_AUTHOR_H
#define QN_OPERATION_PART_COMMIT_AUTHOR_H

#include "object/commit.h"
#include "operation/op_commit.h"
#include "walk/revision.h"

/* Can --author be understood?  QN_INVALID with Git's words. */
enum qn_status qn_commit_author_check(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *author) QN_MUST_USE;
/* Append the author's ident line.  `reused`: -C, -c, --amend without
 * --reset-author; or NULL.  `*has_date`: the date is not now's. QN_INVALID with
 * Git's words. */
enum qn_status qn_commit_author_choose(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const struct qn_commit_options *options,
                                       const struct qn_commit *reused,
                                       struct qn_buf *out,
                                       bool *has_date) QN_MUST_USE;

#endif
