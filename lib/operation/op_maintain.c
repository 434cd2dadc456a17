/* SPDX-License-Identifier: MIT */
#include "operation/op_maintain.h"

#include "config/config.h"
#include "operation/op_gc.h"
#include "os/lock_file.h"

#include <stdio.h>
#include <string.h>

static const char *const names[QN_OP_MAINTAIN_COUNT] = {"prefetch",
                                                        "loose-objects",
                                                        "incremental-repack",
                                                        "geometric-repack",
                                                        "gc",
                                                        "commit-graph",
                                                        "pack-refs",
                                                        "reflog-expire",
                                                        "worktree-prune",
                                                        "rerere-gc"};

/* What each strategy does: by hand, and from which schedule on. */
struct strategy {
    const char *name;
    bool by_hand[QN_OP_MAINTAIN_COUNT];
    enum qn_op_maintain_schedule schedules[QN_OP_MAINTAIN_COUNT];
};
static const struct strategy strategies[] = {
    {"none", {[QN_OP_MAINTAIN_GC] = true}, {QN_OP_MAINTAIN_NEVER}},
    {"gc",
     {[QN_OP_MAINTAIN_GC] = true},
     {[QN_OP_MAINTAIN_GC] = QN_OP_MAINTAIN_DAILY}},
    {"incremental",
     {[QN_OP_MAINTAIN_GC] = true},
     {[QN_OP_MAINTAIN_PREFETCH] = QN_OP_MAINTAIN_HOURLY,
      [QN_OP_MAINTAIN_COMMIT_GRAPH] = QN_OP_MAINTAIN_HOURLY,
      [QN_OP_MAINTAIN_LOOSE_OBJECTS] = QN_OP_MAINTAIN_DAILY,
      [QN_OP_MAINTAIN_INCREMENTAL_REPACK] = QN_OP_MAINTAIN_DAILY,
      [QN_OP_MAINTAIN_PACK_REFS] = QN_OP_MAINTAIN_WEEKLY}},
    {"geometric",
     {[QN_OP_MAINTAIN_GEOMETRIC_REPACK] = true,
      [QN_OP_MAINTAIN_COMMIT_GRAPH] = true,
      [QN_OP_MAINTAIN_PACK_REFS] = true,
      [QN_OP_MAINTAIN_REFLOG_EXPIRE] = true,
      [QN_OP_MAINTAIN_WORKTREE_PRUNE] = true,
      [QN_OP_MAINTAIN_RERERE_GC] = true},
     {[QN_OP_MAINTAIN_COMMIT_GRAPH] = QN_OP_MAINTAIN_HOURLY,
      [QN_OP_MAINTAIN_GEOMETRIC_REPACK] = QN_OP_MAINTAIN_DAILY,
      [QN_OP_MAINTAIN_PACK_REFS] = QN_OP_MAINTAIN_DAILY,
      [QN_OP_MAINTAIN_REFLOG_EXPIRE] = QN_OP_MAINTAIN_WEEKLY,
      [QN_OP_MAINTAIN_WORKTREE_PRUNE] = QN_OP_MAINTAIN_WEEKLY,
      [QN_OP_MAINTAIN_RERERE_GC] = QN_OP_MAINTAIN_WEEKLY}},
};

const char *qn_op_maintain_name(enum qn_op_maintain_task task)
{
    return names[task];
}

enum qn_op_maintain_task qn_op_maintain_find(const char *name)
{
    int task = 0;

    while (task < QN_OP_MAINTAIN_COUNT && strcmp(names[task], name) != 0)
        task++;
    return (enum qn_op_maintain_task)task;
}

enum qn_op_maintain_schedule qn_op_maintain_parse_schedule(const char *text)
{
    return strcmp(text, "hourly") == 0   ? QN_OP_MAINTAIN_HOURLY
           : strcmp(text, "daily") == 0  ? QN_OP_MAINTAIN_DAILY
           : strcmp(text, "weekly") == 0 ? QN_OP_MAINTAIN_WEEKLY
                                         : QN_OP_MAINTAIN_NEVER;
}

/* ---- which tasks */

static enum qn_status find_strategy(struct qn_ctx *ctx,
                                    const struct qn_op_maintain *op,
                                    const struct strategy **out)
{
    const char *name = qn_config_string(qn_repo_config(op->repo),
                                        "maintenance.strategy", NULL);
    size_t i;

    *out = &strategies[op->schedule ? 0 : 3];
    if (!name)
        return QN_OK;
    for (i = 1; i < QN_COUNT_OF(strategies); i++)
        if (strcmp(strategies[i].name, name) == 0) {
            *out = &strategies[i];
            return QN_OK;
        }
    return qn_ctx_fail(ctx, QN_INVALID, "unknown maintenance strategy: '%s'",
                       name);
}

static enum qn_status is_wanted(struct qn_ctx *ctx,
                                const struct qn_op_maintain *op,
                                const struct strategy *strategy,
                                enum qn_op_maintain_task task, bool *out)
{
    const struct qn_config *config = qn_repo_config(op->repo);
    enum qn_op_maintain_schedule at = strategy->schedules[task];
    enum qn_status status;
    const char *text;
    char key[80];

    *out = op->schedule ? at != QN_OP_MAINTAIN_NEVER : strategy->by_hand[task];
    snprintf(key, sizeof(key), "maintenance.%s.enabled", names[task]);
    status = qn_config_bool(ctx, config, key, *out, out);
    snprintf(key, sizeof(key), "maintenance.%s.schedule", names[task]);
    text = qn_config_string(config, key, NULL);
    if (text)
        at = qn_op_maintain_parse_schedule(text);
    *out = *out && (!op->schedule || at >= op->schedule);
    return status;
}

enum qn_status qn_op_maintain_choose(struct qn_ctx *ctx,
                                     struct qn_op_maintain *op)
{
    const struct strategy *strategy;
    enum qn_status status = find_strategy(ctx, op, &strategy);
    bool wanted;
    int task;

    if (status || op->count > 0)
        return status;
    for (task = 0; task < QN_OP_MAINTAIN_COUNT && !status; task++) {
        status = is_wanted(ctx, op, strategy, (enum qn_op_maintain_task)task,
                           &wanted);
        if (!status && wanted)
            op->tasks[op->count++] = (enum qn_op_maintain_task)task;
    }
    return status;
}

enum qn_status qn_op_maintain_is_needed(struct qn_ctx *ctx,
                                        const struct qn_op_maintain *op,
                                        bool *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    for (i = 0; i < op->count && !*out && !status; i++) {
        *out = true;
        if (op->is_auto)
            status =
                qn_op_maintain_task_is_needed(ctx, op->repo, op->tasks[i], out);
    }
    return status;
}

/* ---- all of them */

/* What went wrong is told; the next task is not worse for it. */
static void run_task(struct qn_ctx *ctx, struct qn_op_maintain *op,
                     enum qn_op_maintain_task task, bool is_foreground)
{
    enum qn_status status =
        is_foreground && task == QN_OP_MAINTAIN_GC
            ? qn_op_gc_foreground(ctx, op->repo, op->is_auto)
            : qn_op_maintain_do(ctx, op, task);

    if (!status)
        return;
    if (strcmp(qn_ctx_reason(ctx), "maintenance.told") != 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, "", "fatal: %s",
                      qn_ctx_message(ctx));
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "task '%s' failed", names[task]);
    qn_ctx_clear(ctx);
    op->has_failed = true;
}

static bool is_in_foreground(enum qn_op_maintain_task task)
{
    return task == QN_OP_MAINTAIN_PACK_REFS ||
           task == QN_OP_MAINTAIN_REFLOG_EXPIRE;
}

static enum qn_status run_tasks(struct qn_ctx *ctx, struct qn_op_maintain *op,
                                struct qn_lock_file *lock, const char *path)
{
    bool needed[QN_OP_MAINTAIN_COUNT];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < op->count && !status; i++) {
        needed[i] = true;
        if (op->is_auto)
            status = qn_op_maintain_task_is_needed(ctx, op->repo, op->tasks[i],
                                                   &needed[i]);
    }
    if (status)
        return status;
    for (i = 0; i < op->count; i++)
        if (needed[i] && (is_in_foreground(op->tasks[i]) ||
                          op->tasks[i] == QN_OP_MAINTAIN_GC))
            run_task(ctx, op, op->tasks[i], true);
    if (op->detaches && op->calls && op->calls->detach) {
        qn_lock_file_rollback(lock); /* it is the process's */
        (void)op->calls->detach(op->calls->data);
        status = qn_lock_file_take(ctx, lock, path, 0666, 0);
    }
    for (i = 0; i < op->count && !status; i++)
        if (needed[i] && !is_in_foreground(op->tasks[i]))
            run_task(ctx, op, op->tasks[i], false);
    return status;
}

enum qn_status qn_op_maintain_run(struct qn_ctx *ctx, struct qn_op_maintain *op)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s/objects/maintenance",
                                          qn_repo_common_directory(op->repo));

    if (!status)
        status = qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0);
    if (status == QN_NO_MEMORY)
        goto out;
    if (status) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        if (!op->is_auto && !op->is_quiet)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "lock file '%s.lock' exists, skipping maintenance",
                          qn_buf_string(&path));
        goto out;
    }
    status = run_tasks(ctx, op, &lock, qn_buf_string(&path));
    qn_lock_file_rollback(&lock);
out:
    qn_buf_dispose(&path);
    return status;
}
