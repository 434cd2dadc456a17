/* SPDX-License-Identifier: MIT */
/* maintenance: which tasks, is one needed, and all of them in order.
 *
 *   tasks       named, or those that maintenance.strategy and
 *               maintenance.<task>.enabled (.schedule) say
 *   lock        objects/maintenance.lock: one at a time
 *   foreground  pack-refs, reflog-expire (and gc's part of them)
 *   then, in the background if wanted: all others, in the order chosen
 *
 * A task that fails is told, and the next one runs.  See git-maintenance(1).
 */
#ifndef QN_OPERATION_OP_MAINTAIN_H
#define QN_OPERATION_OP_MAINTAIN_H

#include "operation/part/house.h"

enum qn_op_maintain_task {
    QN_OP_MAINTAIN_PREFETCH,
    QN_OP_MAINTAIN_LOOSE_OBJECTS,
    QN_OP_MAINTAIN_INCREMENTAL_REPACK,
    QN_OP_MAINTAIN_GEOMETRIC_REPACK,
    QN_OP_MAINTAIN_GC,
    QN_OP_MAINTAIN_COMMIT_GRAPH,
    QN_OP_MAINTAIN_PACK_REFS,
    QN_OP_MAINTAIN_REFLOG_EXPIRE,
    QN_OP_MAINTAIN_WORKTREE_PRUNE,
    QN_OP_MAINTAIN_RERERE_GC,
    QN_OP_MAINTAIN_COUNT
};
/* "gc"; and back: QN_OP_MAINTAIN_COUNT when it is none. */
const char *qn_op_maintain_name(enum qn_op_maintain_task task);
enum qn_op_maintain_task qn_op_maintain_find(const char *name);

enum qn_op_maintain_schedule {
    QN_OP_MAINTAIN_NEVER, /* by hand, or after a command */
    QN_OP_MAINTAIN_WEEKLY,
    QN_OP_MAINTAIN_DAILY,
    QN_OP_MAINTAIN_HOURLY
};
enum qn_op_maintain_schedule qn_op_maintain_parse_schedule(const char *text);

struct qn_op_maintain {
    struct qn_repo *repo;
    const struct qn_house_calls *calls;
    /* Fetch what a remote has into refs/prefetch/; false: it did not work, and
     * that was told.  NULL: the task fails where there are remotes. */
    bool (*prefetch)(void *data, const char *remote);
    void *prefetch_data;
    bool is_auto, is_quiet, detaches;
    enum qn_op_maintain_schedule schedule;
    enum qn_op_maintain_task tasks[QN_OP_MAINTAIN_COUNT];
    size_t count;    /* 0: qn_op_maintain_choose fills them in */
    bool has_failed; /* out: a task */
};
enum qn_status qn_op_maintain_choose(struct qn_ctx *ctx,
                                     struct qn_op_maintain *op) QN_MUST_USE;
/* Is there any task, for is_auto one that is worth it? */
enum qn_status qn_op_maintain_is_needed(struct qn_ctx *ctx,
                                        const struct qn_op_maintain *op,
                                        bool *out) QN_MUST_USE;
enum qn_status qn_op_maintain_run(struct qn_ctx *ctx,
                                  struct qn_op_maintain *op) QN_MUST_USE;

/* op_maintain_need.c: is a task worth it (--auto)? */
enum qn_status qn_op_maintain_task_is_needed(struct qn_ctx *ctx,
                                             struct qn_repo *repo,
                                             enum qn_op_maintain_task task,
                                             bool *out) QN_MUST_USE;
/* op_maintain_tasks.c: do it. */
enum qn_status qn_op_maintain_do(struct qn_ctx *ctx,
                                 const struct qn_op_maintain *op,
                                 enum qn_op_maintain_task task) QN_MUST_USE;

#endif
