/* SPDX-License-Identifier: MIT */
/* log --follow: one path through history, and through its renames.
 *
 * Commits are given in the order of the walk; the path changes where one of
 * them made it from another.
 */
#ifndef QN_OPERATION_PART_LOG_FOLLOW_H
#define QN_OPERATION_PART_LOG_FOLLOW_H

#include "diff/options.h"
#include "diff/tree_diff.h"
#include "odb/odb.h"

struct qn_log_follow;
enum qn_status qn_log_follow_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_diff_options *diff,
                                 struct qn_bytes path,
                                 struct qn_log_follow **out) QN_MUST_USE;
void qn_log_follow_free(struct qn_log_follow *follow);

/* What a commit did to the path, `*found` false: nothing.  Paths of `*out` live
 * as long as the follower. `old_tree` NULL: empty. */
enum qn_status
qn_log_follow_step(struct qn_ctx *ctx, struct qn_log_follow *follow,
                   const struct qn_id *old_tree, const struct qn_id *new_tree,
                   struct qn_diff_pair *out, bool *found) QN_MUST_USE;

#endif
