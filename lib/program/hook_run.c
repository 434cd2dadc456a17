/* SPDX-License-Identifier: MIT */
#include "program/hook_private.h"

#include "base/memory.h"
#include "os/process_group.h"
#include "program/shell_command.h"

#define ARGUMENTS_MAX 32

/* One of those that are to be run. */
struct one {
    const char *command; /* a path, or words for the shell */
    bool is_path;
};

struct run {
    struct qn_ctx *ctx;
    const struct qn_hook_options *options;
    const char *event;
    struct one *list;
    size_t count;
    int exit_code;
    bool is_stopped; /* one could not be started: none is after it */
    struct qn_process_group *group; /* NULL: one after another */
};

/* The path from the directory where Git runs. */
static const char *skip_directory(const char *path, const char *directory)
{
    size_t size = directory ? strlen(directory) : 0;

    return size > 0 && strncmp(path, directory, size) == 0 && path[size] == '/'
               ? path + size + 1
               : path;
}

static const char *shown_name(const struct run *run, const struct one *one)
{
    return one->is_path
               ? skip_directory(one->command, run->options->work_directory)
               : one->command;
}

static void fill(const struct run *run, struct qn_process_options *with)
{
    const struct qn_hook_options *options = run->options;

    with->category = "hook";
    with->hook_name = run->event;
    with->hides_directory = true;
    with->directory = options->work_directory;
    with->variables = options->variables;
    with->in = options->has_input ? QN_PROCESS_PIPE : QN_PROCESS_NULL;
    with->out = options->keeps_stdout && !run->group ? QN_PROCESS_INHERIT
                                                     : QN_PROCESS_STDERR;
    if (run->group || options->listener)
        with->err = QN_PROCESS_PIPE;
}

/* `*process` stays NULL for one that could not be found: that has been told, is
 * in the exit code, and those after it do not run. */
static enum qn_status start(struct run *run, const struct one *one,
                            struct qn_process **process)
{
    const struct qn_hook_options *options = run->options;
    struct qn_process_options with = {0};
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    const char *plain[ARGUMENTS_MAX + 2] = {shown_name(run, one)};
    size_t count = 0;
    enum qn_status status = QN_OK;

    while (options->arguments && options->arguments[count])
        count++;
    fill(run, &with);
    if (one->is_path && count <= ARGUMENTS_MAX) {
        if (count)
            memcpy(plain + 1, options->arguments, count * sizeof(*plain));
        with.argv = plain; /* as it is called from there: its $0 */
        with.shown = plain;
    } else {
        status = qn_shell_command_make(run->ctx, one->command,
                                       options->arguments, &made);
        if (!status)
            qn_shell_command_fill(&made, &with);
    }
    if (!status)
        status = qn_process_start(run->ctx, &with, process);
    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        status = QN_OK;
        run->exit_code |= 1;
        run->is_stopped = true;
        if (one->is_path) { /* there is no such interpreter */
            qn_ctx_clear(run->ctx);
            qn_ctx_report(run->ctx, QN_REPORT_INFO, "hook.not-found",
                          "fatal: cannot exec '%s': No such file or directory",
                          shown_name(run, one));
        } else {
            qn_shell_command_tell(run->ctx, one->command);
        }
    }
    qn_shell_command_dispose(&made);
    return status;
}

static void take_code(struct run *run, const struct one *one, int code)
{
    if (code > 128)
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "hook.signal",
                      "%s died of signal %d", shown_name(run, one), code - 128);
    run->exit_code |= code;
}

static enum qn_status run_one(struct run *run, const struct one *one)
{
    struct qn_process *process = NULL;
    int code = 0;
    enum qn_status status = start(run, one, &process);

    if (status || !process)
        return status;
    if (run->options->listener)
        qn_process_set_listener(process, run->options->listener);
    if (run->options->has_input || run->options->listener)
        status =
            qn_process_exchange(run->ctx, process, run->options->input, NULL);
    if (status) {
        qn_process_free(process);
        return status;
    }
    status = qn_process_wait(run->ctx, process, &code);
    take_code(run, one, code);
    return status;
}

static enum qn_status wait_for_one(struct run *run)
{
    size_t number = 0;
    int code = 0;
    enum qn_status status =
        qn_process_group_wait(run->ctx, run->group, &number, &code);

    if (!status)
        take_code(run, &run->list[number], code);
    return status;
}

static enum qn_status run_together(struct run *run)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < run->count && !status && !run->is_stopped; i++) {
        struct qn_process *process = NULL;

        if (qn_process_group_is_full(run->group))
            status = wait_for_one(run);
        if (!status)
            status = start(run, &run->list[i], &process);
        if (process)
            qn_process_group_add(run->group, process, run->options->input, i);
    }
    while (!status && !qn_process_group_is_empty(run->group))
        status = wait_for_one(run);
    return status;
}

/* The commands of those names that are active, and the path behind them. */
static enum qn_status list_commands(struct run *run, const struct qn_map *names,
                                    bool is_on, const struct qn_buf *path)
{
    run->list =
        qn_memory_calloc(run->ctx, names->count + 1, sizeof(*run->list));
    if (!run->list)
        return QN_NO_MEMORY;
    for (size_t i = 0; is_on && i < names->count; i++) {
        const struct qn_config_entry *command;
        const char *name = (const char *)names->items[i].key.data;

        if (names->items[i].number != QN_HOOK_ACTIVE)
            continue;
        command = qn_hook_setting(run->ctx, run->options->config,
                                  names->items[i].key, "command");
        if (!command || !command->value)
            return qn_ctx_fail(run->ctx, QN_INVALID,
                               "'hook.%s.command' must be configured or "
                               "'hook.%s.event' must be removed; aborting.",
                               name, name);
        run->list[run->count++].command = command->value;
    }
    if (path->size > 0) {
        run->list[run->count].command = qn_buf_string(path);
        run->list[run->count++].is_path = true;
    }
    return QN_OK;
}

enum qn_status qn_hook_run(struct qn_ctx *ctx,
                           const struct qn_hook_options *options,
                           const char *event, int *exit_code, bool *was_run)
{
    struct run run = {.ctx = ctx, .options = options, .event = event};
    struct qn_map names = QN_MAP_INIT;
    struct qn_buf path = QN_BUF_INIT;
    bool is_on = false;
    uint32_t jobs = 1;
    enum qn_status status;

    *exit_code = 0;
    status = qn_hook_find(ctx, options, event, &names, &path, &is_on);
    if (!status && was_run)
        *was_run = names.count > 0 || path.size > 0;
    if (!status)
        status = list_commands(&run, &names, is_on, &path);
    if (!status && (names.count > 0 || path.size > 0))
        jobs = qn_hook_jobs(ctx, options, event, &names);
    if (!status && jobs > 1)
        status = qn_process_group_new(ctx, jobs, &run.group);
    if (!status && run.group)
        status = run_together(&run);
    for (size_t i = 0;
         !status && !run.group && !run.is_stopped && i < run.count; i++)
        status = run_one(&run, &run.list[i]);
    *exit_code = run.exit_code;
    qn_process_group_free(run.group);
    qn_memory_free(run.list);
    qn_map_dispose(&names);
    qn_buf_dispose(&path);
    return status;
}
