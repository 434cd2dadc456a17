/* SPDX-License-Identifier: MIT */
/* log in a partial clone: what the differences of many commits will read is
 * fetched together, not commit by commit.
 *
 *   in   commits of a batch, with the parents they are compared with
 *   out  their trees are here, then their blobs; or up to which commit they are
 *
 * Trees first: without them nobody can say which blobs.  Between op_log.c and
 * op_log_ahead.c only.
 */
#ifndef QN_OPERATION_OP_LOG_AHEAD_H
#define QN_OPERATION_OP_LOG_AHEAD_H

#include "hash/id_list.h"
#include "operation/op_log_diff.h"

struct qn_op_log_ahead_commit {
    const struct qn_diff_pair *followed; /* --follow: all that is shown */
    size_t tree_end, blob_end;           /* where its own end in the lists */
};

/* Clear at first. */
struct qn_op_log_ahead {
    struct qn_id_list trees; /* by twos: the old one (null: none), the new */
    struct qn_id_list blobs;
    struct qn_op_log_ahead_commit *commits;
    size_t count, capacity;
};
void qn_op_log_ahead_dispose(struct qn_op_log_ahead *ahead);
void qn_op_log_ahead_reset(struct qn_op_log_ahead *ahead);

/* The next commit of the batch; `commit` NULL: nothing is shown of it.
 * `worker->followed` as for qn_op_log_diff_append. */
enum qn_status qn_op_log_ahead_add(struct qn_ctx *ctx,
                                   struct qn_op_log_ahead *ahead,
                                   struct qn_op_log_worker *worker,
                                   const struct qn_op_log_options *options,
                                   const struct qn_commit *commit,
                                   const struct qn_id *parents,
                                   size_t count) QN_MUST_USE;

/* Fetch for all commits of the batch.  When that fails `*sound` is the number
 * of those before the first that lacks something: they can be shown. */
enum qn_status qn_op_log_ahead_fetch(struct qn_ctx *ctx,
                                     struct qn_op_log_ahead *ahead,
                                     struct qn_op_log_worker *worker,
                                     size_t *sound) QN_MUST_USE;

#endif
