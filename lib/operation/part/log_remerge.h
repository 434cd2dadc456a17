/* SPDX-License-Identifier: MIT */
/* --remerge-diff: a merge made again, in memory, for what was done to it by
 * hand.  Belongs to one thread. */
#ifndef QN_OPERATION_PART_LOG_REMERGE_H
#define QN_OPERATION_PART_LOG_REMERGE_H

#include "diff/patch.h"
#include "object/commit.h"
#include "walk/revision.h"

struct qn_log_remerge;
enum qn_status qn_log_remerge_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_diff_options *diff,
                                  struct qn_log_remerge **out) QN_MUST_USE;
void qn_log_remerge_free(struct qn_log_remerge *remerge);

/* Append what distinguishes `tree` from the merge of the two parents. */
enum qn_status
qn_log_remerge_append(struct qn_ctx *ctx, struct qn_log_remerge *remerge,
                      const struct qn_id parents[2], const struct qn_id *tree,
                      struct qn_buf *out, size_t *count) QN_MUST_USE;

#endif
