/* SPDX-License-Identifier: MIT */
/* Entries whose filter is a program: one by one, as programs do not expect to
 * be run twice at a time; and what a long-running one puts off, once it says
 * that it can be had. */
#include "worktree/checkout_private.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct delayed {
    struct qn_bytes path;
    size_t item;
    const char *command;
    bool is_ready;
    bool is_written;
};

struct collection {
    struct qn_checkout_job *job;
    struct qn_checkout_worker *worker;
    struct delayed *list; /* by path */
    size_t count;
    const char **commands; /* those that may still have something */
    size_t command_count;
    struct qn_buf available;
    uint64_t errors; /* counted as Git counts them: bit by bit */
};

static int compare_delayed(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct delayed *)a)->path,
                            ((const struct delayed *)b)->path);
}

static int compare_commands(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Write what may be written; what is put off goes into the list. */
static enum qn_status write_serial(struct qn_ctx *ctx, struct collection *c)
{
    struct qn_checkout_job *job = c->job;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < job->count && !status; i++) {
        if (job->turns[i] != QN_CHECKOUT_TURN_SERIAL)
            continue;
        job->turns[i] = QN_CHECKOUT_TURN_NONE;
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_checkout_write_one(ctx, job, c->worker, i);
        if (!status && job->turns[i] == QN_CHECKOUT_TURN_DELAYED) {
            struct delayed *delayed = &c->list[c->count++];

            delayed->path = qn_index_peek(job->index, job->positions[i])->path;
            delayed->item = i;
            delayed->command = c->worker->process;
            c->commands[c->command_count++] = delayed->command;
        }
    }
    return status ? status : qn_checkout_write_held(ctx, job, c->worker);
}

static void sort_all(struct collection *c)
{
    size_t kept = 0;

    qsort(c->list, c->count, sizeof(*c->list), compare_delayed);
    qsort(c->commands, c->command_count, sizeof(*c->commands),
          compare_commands);
    for (size_t i = 0; i < c->command_count; i++)
        if (kept == 0 || strcmp(c->commands[kept - 1], c->commands[i]) != 0)
            c->commands[kept++] = c->commands[i];
    c->command_count = kept;
}

/* Mark what the program says is there; false when it says nonsense. */
static bool mark_ready(struct qn_ctx *ctx, struct collection *c,
                       const char *command)
{
    struct qn_bytes rest = qn_buf_bytes(&c->available);
    bool fine = true;

    while (rest.size > 0) {
        size_t end = qn_bytes_find(rest, '\0');
        struct delayed wanted = {.path = qn_bytes_first(rest, end)};
        struct delayed *found = bsearch(&wanted, c->list, c->count,
                                        sizeof(*c->list), compare_delayed);

        if (found && !found->is_written) {
            found->is_ready = true;
        } else {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                          "external filter '%s' signaled that '%.*s' is now "
                          "available although it has not been delayed earlier",
                          command, QN_BYTES_ARG(wanted.path));
            c->errors |= 1;
            fine = false;
        }
        rest = qn_bytes_from(rest, end + 1);
    }
    return fine;
}

static enum qn_status write_ready(struct qn_ctx *ctx, struct collection *c)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < c->count && !status; i++) {
        struct delayed *delayed = &c->list[i];

        if (!delayed->is_ready || delayed->is_written)
            continue;
        delayed->is_written = true;
        c->job->turns[delayed->item] = QN_CHECKOUT_TURN_NONE;
        status = qn_checkout_write_one(ctx, c->job, c->worker, delayed->item);
    }
    return status ? status : qn_checkout_write_held(ctx, c->job, c->worker);
}

/* Ask one program. `*is_done`: it is not asked again. */
static enum qn_status collect_from(struct qn_ctx *ctx, struct collection *c,
                                   const char *command, bool *is_done)
{
    enum qn_filter_available answer;
    enum qn_status status;

    qn_buf_clear(&c->available);
    status = qn_filter_list_available(ctx, c->job->tree, command, &c->available,
                                      &answer);
    *is_done = true;
    if (status)
        return status;
    if (answer == QN_FILTER_AVAILABLE_GONE)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "external filter '%s' is not available anymore although "
                      "not all paths have been filtered",
                      command);
    if (answer != QN_FILTER_AVAILABLE_OK) {
        c->errors |= 1;
        return QN_OK;
    }
    if (c->available.size == 0)
        return QN_OK;
    *is_done = !mark_ready(ctx, c, command);
    return write_ready(ctx, c);
}

static enum qn_status collect(struct qn_ctx *ctx, struct collection *c)
{
    uint64_t missing = 0;
    enum qn_status status = QN_OK;

    while (c->command_count > 0 && !status) {
        size_t kept = 0;

        for (size_t i = 0; i < c->command_count && !status; i++) {
            bool is_done;

            status = collect_from(ctx, c, c->commands[i], &is_done);
            if (!is_done)
                c->commands[kept++] = c->commands[i];
        }
        c->command_count = kept;
    }
    for (size_t i = 0; i < c->count && !status; i++) {
        if (c->list[i].is_written)
            continue;
        missing++;
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "'%.*s' was not filtered properly",
                      QN_BYTES_ARG(c->list[i].path));
    }
    c->errors |= missing;
    return status;
}

static enum qn_status use_time(struct qn_ctx *ctx, void *data)
{
    struct collection *c = data;

    return qn_checkout_write_held(ctx, c->job, c->worker);
}

enum qn_status qn_checkout_delayed_run(struct qn_ctx *ctx,
                                       struct qn_checkout_job *job,
                                       struct qn_checkout_worker *worker)
{
    struct collection c = {.job = job, .worker = worker};
    size_t count = 0;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < job->count; i++)
        count += job->turns[i] == QN_CHECKOUT_TURN_SERIAL;
    if (count == 0)
        return QN_OK;
    c.list = qn_memory_calloc(ctx, count, sizeof(*c.list));
    c.commands = qn_memory_calloc(ctx, count, sizeof(*c.commands));
    if (!c.list || !c.commands)
        status = QN_NO_MEMORY;
    qn_filter_set_meanwhile(worker->filter, use_time, &c);
    qn_filter_set_delay(worker->filter, job->options->waits_for_filters
                                            ? QN_FILTER_DELAY_NONE
                                            : QN_FILTER_DELAY_MAY);
    if (!status)
        status = write_serial(ctx, &c);
    sort_all(&c);
    qn_filter_set_delay(worker->filter, QN_FILTER_DELAY_COLLECT);
    if (!status)
        status = collect(ctx, &c);
    qn_filter_set_meanwhile(worker->filter, NULL, NULL);
    job->options->delayed_errors = c.errors;
    qn_buf_dispose(&c.available);
    qn_memory_free(c.list);
    qn_memory_free(c.commands);
    return status;
}
