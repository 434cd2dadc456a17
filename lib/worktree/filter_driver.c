/* SPDX-License-Identifier: MIT */
/* Which program a driver's content goes through, and what its answer means. */
#include "worktree/filter_steps.h"

#include "base/memory.h"
#include "os/mutex.h"

#include <string.h>

/* A long-running one is asked for one file after the other. */
struct qn_work_tree_processes {
    struct qn_filter_process *list[16];
    size_t count;
    /* One program runs at a time, as users' filters may rely on it. */
    struct qn_mutex *turn;
};

enum qn_status qn_filter_processes_new(struct qn_ctx *ctx,
                                       struct qn_work_tree_processes **out)
{
    struct qn_work_tree_processes *processes =
        qn_memory_calloc(ctx, 1, sizeof(*processes));
    enum qn_status status;

    if (!processes)
        return QN_NO_MEMORY;
    status = qn_mutex_new(ctx, &processes->turn);
    if (status)
        qn_memory_free(processes);
    else
        *out = processes;
    return status;
}

void qn_filter_processes_free(struct qn_work_tree_processes *processes)
{
    for (size_t i = 0; processes && i < processes->count; i++)
        qn_filter_process_free(processes->list[i]);
    if (processes)
        qn_mutex_free(processes->turn);
    qn_memory_free(processes);
}

bool qn_filter_stops_all(const struct qn_ctx *ctx)
{
    const char *reason = qn_ctx_reason(ctx);

    return strcmp(reason, "worktree.filter-required") == 0 ||
           strcmp(reason, "worktree.filter-protocol") == 0;
}

static bool find_process(const struct qn_work_tree_processes *processes,
                         const char *command, size_t *out)
{
    for (size_t i = 0; i < processes->count; i++) {
        if (strcmp(qn_filter_process_command(processes->list[i]), command) ==
            0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static void stop_process(struct qn_ctx *ctx,
                         struct qn_work_tree_processes *processes, size_t at)
{
    struct qn_filter_process *process = processes->list[at];

    processes->list[at] = processes->list[--processes->count];
    qn_filter_process_stop(ctx, process);
}

static enum qn_status
run_process(struct qn_ctx *ctx, const struct qn_work_tree *tree,
            const char *command, const struct qn_filter_request *request,
            struct qn_buf *out, enum qn_filter_process_answer *answer)
{
    struct qn_work_tree_processes *processes = tree->processes;
    size_t at = processes->count;
    enum qn_status status = QN_OK;

    *answer = QN_FILTER_PROCESS_ERROR;
    if (!find_process(processes, command, &at)) {
        if (at == QN_COUNT_OF(processes->list))
            return qn_ctx_fail(ctx, QN_TOO_BIG, "too many filter processes");
        status = qn_filter_process_start(ctx, command, tree->top,
                                         &processes->list[at]);
        if (status || !processes->list[at])
            return status;
        processes->count++;
    }
    status =
        qn_filter_process_run(ctx, processes->list[at], request, out, answer);
    if (!status && *answer == QN_FILTER_PROCESS_GONE) {
        /* The next file starts it anew. */
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "external filter '%s' failed", command);
        stop_process(ctx, processes, at);
    }
    return status;
}

enum qn_status qn_filter_driver_run(struct qn_ctx *ctx,
                                    const struct qn_work_tree *tree,
                                    const struct qn_filter_plan *plan,
                                    const struct qn_filter_request *request,
                                    struct qn_buf *out,
                                    enum qn_filter_process_answer *answer)
{
    const char *command = request->is_clean ? plan->clean : plan->smudge;
    enum qn_status status = QN_OK;
    bool worked = false;

    *answer = QN_FILTER_PROCESS_ERROR;
    qn_mutex_lock(tree->processes->turn);
    if (plan->process) {
        status = run_process(ctx, tree, plan->process, request, out, answer);
    } else if (command && *command) {
        status = qn_filter_step_command(ctx, tree, command, request->path,
                                        request->in, out, &worked);
        if (worked)
            *answer = QN_FILTER_PROCESS_DONE;
    }
    qn_mutex_unlock(tree->processes->turn);
    if (status || !plan->is_required || *answer == QN_FILTER_PROCESS_DONE ||
        *answer == QN_FILTER_PROCESS_DELAYED)
        return status;
    /* Nothing to undo is no failure; nothing to do is one. */
    if (!request->is_clean && !plan->process && !command)
        return QN_OK;
    return qn_ctx_fail_reason(ctx, QN_REFUSED, "worktree.filter-required", NULL,
                              request->is_clean
                                  ? "%.*s: clean filter '%s' failed"
                                  : "%.*s: smudge filter %s failed",
                              QN_BYTES_ARG(request->path), plan->driver);
}

enum qn_status qn_filter_list_available(struct qn_ctx *ctx,
                                        const struct qn_work_tree *tree,
                                        const char *command, struct qn_buf *out,
                                        enum qn_filter_available *answer)
{
    bool worked = false;
    size_t at;
    enum qn_status status;

    *answer = QN_FILTER_AVAILABLE_GONE;
    if (!find_process(tree->processes, command, &at))
        return QN_OK;
    status =
        qn_filter_process_list(ctx, tree->processes->list[at], out, &worked);
    *answer = worked ? QN_FILTER_AVAILABLE_OK : QN_FILTER_AVAILABLE_FAILED;
    return status;
}
