/* SPDX-License-Identifier: MIT */
/* What the files of op_branch.h share. */
#ifndef QN_OPERATION_OP_BRANCH_PARTS_H
#define QN_OPERATION_OP_BRANCH_PARTS_H

#include "operation/op_branch.h"

/* Without refs/heads/. */
const char *qn_op_branch_short(const char *full);
enum qn_status qn_op_branch_check_name(struct qn_ctx *ctx, const char *name,
                                       const char *full) QN_MUST_USE;
enum qn_status qn_op_branch_exists(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const char *full, bool *found) QN_MUST_USE;
/* It is there, and may it be made anew? */
enum qn_status qn_op_branch_check_free(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const char *full,
                                       bool forces) QN_MUST_USE;
/* The section "branch.<from>" goes to "branch.<to>" (short names); `to` NULL:
 * it goes. */
enum qn_status qn_op_branch_move_section(struct qn_ctx *ctx,
                                         const struct qn_repo *repo,
                                         const char *from, const char *to,
                                         bool copies) QN_MUST_USE;
/* Any name of an object.  `*found` false: it is none. */
enum qn_status qn_op_branch_find_object(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *text, struct qn_id *out,
                                        bool *found) QN_MUST_USE;
/* The ref that a start names, appended: what can be tracked.  "" for none,
 * which fails when it `must` be; a name that two refs have fails then, too. */
enum qn_status qn_op_branch_find_tracked(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *start, bool must,
                                         struct qn_buf *out) QN_MUST_USE;

#endif
