/* SPDX-License-Identifier: MIT */
#include "program/shell_command.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

bool qn_shell_command_needs_shell(const char *command)
{
    return strpbrk(command, "|&;<>()$`\\\"' \t\n*?[#~=%") != NULL;
}

static enum qn_status add(struct qn_ctx *ctx, struct qn_shell_command *command,
                          const char *text)
{
    enum qn_status status;
    char *copy = NULL;

    status = qn_memory_grow(ctx, &command->argv, &command->capacity,
                            command->count + 2, sizeof(*command->argv));
    if (status)
        return status;
    command->argv[command->count] = NULL;
    copy = qn_memory_string(ctx, qn_bytes_from_string(text));
    if (!copy)
        return QN_NO_MEMORY;
    command->argv[command->count++] = copy;
    command->argv[command->count] = NULL;
    return QN_OK;
}

enum qn_status qn_shell_command_make(struct qn_ctx *ctx, const char *command,
                                     const char *const *arguments,
                                     struct qn_shell_command *out)
{
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_buf script = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (qn_shell_command_needs_shell(command)) {
        status = qn_buf_append_string(ctx, &script, command);
        if (!status && arguments && arguments[0])
            status = qn_buf_append_string(ctx, &script, " \"$@\"");
        if (!status)
            status = add(ctx, &made, "sh");
        if (!status)
            status = add(ctx, &made, "-c");
        if (!status)
            status = add(ctx, &made, qn_buf_string(&script));
    }
    if (!status)
        status = add(ctx, &made, command);
    for (; arguments && *arguments && !status; arguments++)
        status = add(ctx, &made, *arguments);
    qn_buf_dispose(&script);
    if (status)
        qn_shell_command_dispose(&made);
    else
        *out = made;
    return status;
}

void qn_shell_command_fill(const struct qn_shell_command *command,
                           struct qn_process_options *options)
{
    options->argv = (const char *const *)command->argv;
    /* Behind "sh", "-c" and the script stand the command and its arguments. */
    if (command->count > 3 && strcmp(command->argv[1], "-c") == 0 &&
        qn_shell_command_needs_shell(command->argv[3])) {
        options->shown = options->argv + 3;
        options->uses_shell = true;
    }
}

void qn_shell_command_dispose(struct qn_shell_command *command)
{
    size_t i;

    for (i = 0; i < command->count; i++)
        qn_memory_free(command->argv[i]);
    qn_memory_free(command->argv);
    memset(command, 0, sizeof(*command));
}

enum qn_status qn_shell_command_run(struct qn_ctx *ctx, const char *command,
                                    const char *const *arguments,
                                    const struct qn_process_options *options,
                                    int *exit_code)
{
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_process_options with = *options;
    struct qn_process *process = NULL;
    enum qn_status status;

    status = qn_shell_command_make(ctx, command, arguments, &made);
    if (!status) {
        qn_shell_command_fill(&made, &with);
        status = qn_process_start(ctx, &with, &process);
    }
    if (!status)
        status = qn_process_wait(ctx, process, exit_code);
    qn_shell_command_dispose(&made);
    return status;
}

void qn_shell_command_tell(struct qn_ctx *ctx, const char *command)
{
    int number = qn_ctx_errno(ctx);
    char text[128] = "No such file or directory";

    if (number)
        (void)snprintf(text, sizeof(text), "%s", strerror(number));
    qn_ctx_clear(ctx);
    if (strchr(command, '/'))
        qn_ctx_report(ctx, QN_REPORT_INFO, "program.not-started",
                      "fatal: cannot exec '%s': %s", command, text);
    else
        qn_ctx_report(ctx, QN_REPORT_ERROR, "program.not-started",
                      "cannot run %s: %s", command, text);
}

enum qn_status qn_shell_command_filter(struct qn_ctx *ctx, const char *command,
                                       const char *const *arguments,
                                       const struct qn_process_options *options,
                                       struct qn_bytes input,
                                       struct qn_buf *out, int *exit_code)
{
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_process_options with = *options;
    struct qn_process *process = NULL;
    enum qn_status status;

    status = qn_shell_command_make(ctx, command, arguments, &made);
    if (!status) {
        qn_shell_command_fill(&made, &with);
        with.in = with.out = QN_PROCESS_PIPE;
        status = qn_process_start(ctx, &with, &process);
    }
    if (!status) {
        status = qn_process_exchange(ctx, process, input, out);
        if (status)
            qn_process_free(process);
        else
            status = qn_process_wait(ctx, process, exit_code);
    }
    qn_shell_command_dispose(&made);
    return status;
}
