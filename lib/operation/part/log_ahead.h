/* SPDX-License-Identifier: MIT */
/* log: contents that the differences of the next commits show, where they are
 * promised and not here: fetched for many commits at once.
 *
 * What cannot be foreseen (merges with all their parents, -L, renames where no
 * contents are shown) is fetched by who reads it, a commit at a time.
 */
#ifndef QN_OPERATION_PART_LOG_AHEAD_H
#define QN_OPERATION_PART_LOG_AHEAD_H

#include "diff/options.h"
#include "diff/tree_diff.h"
#include "odb/odb.h"

struct qn_log_ahead {
    struct qn_odb *odb; /* NULL: there is nothing to foresee */
    const struct qn_diff_options *diff;
    struct qn_diff_list list;
    struct qn_object object;
    size_t reach; /* how many commits come together next */
};

/* Idle where nothing is fetched, or no contents are read. */
void qn_log_ahead_init(struct qn_log_ahead *ahead, struct qn_odb *odb,
                       const struct qn_diff_options *diff);
void qn_log_ahead_dispose(struct qn_log_ahead *ahead);
/* One commit more, against its first parent; or against `parent`, of the walk.
 */
enum qn_status qn_log_ahead_add(struct qn_ctx *ctx, struct qn_log_ahead *ahead,
                                const struct qn_id *commit,
                                const struct qn_id *parent) QN_MUST_USE;
/* --follow: what is shown of a commit is known. */
enum qn_status
qn_log_ahead_add_pair(struct qn_ctx *ctx, struct qn_log_ahead *ahead,
                      const struct qn_diff_pair *pair) QN_MUST_USE;
/* All of them; next time it is twice as many, up to `most`. */
enum qn_status qn_log_ahead_fetch(struct qn_ctx *ctx,
                                  struct qn_log_ahead *ahead,
                                  size_t most) QN_MUST_USE;

#endif
