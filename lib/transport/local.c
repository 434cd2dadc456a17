/* SPDX-License-Identifier: MIT */
/* A repository on this machine: a process that serves it. */
#include "program/shell_command.h"
#include "text/quote.h"
#include "transport/opener.h"

#include <string.h>

#define OWN_WORDS 12

/* Our own program, by its arguments; traces show what Git would run. */
static enum qn_status start_own(struct qn_ctx *ctx,
                                const struct qn_connection_options *options,
                                const struct qn_address *address,
                                struct qn_process_options *process,
                                struct qn_link **out)
{
    const char *argv[OWN_WORDS + 3];
    size_t count = 0;

    for (; options->own_program[count] && count < OWN_WORDS; count++)
        argv[count] = options->own_program[count];
    /* "upload-pack" of "git-upload-pack" */
    argv[count++] = qn_service_name(options->service) + 4;
    argv[count++] = address->path;
    argv[count] = NULL;
    process->argv = argv;
    return qn_link_start(ctx, process, out);
}

enum qn_status qn_local_open(struct qn_ctx *ctx,
                             const struct qn_connection_options *options,
                             const struct qn_address *address,
                             struct qn_link **out)
{
    struct qn_process_options process = {.directory = options->directory,
                                         .hides_directory = true};
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    const char *variables[QN_OPENER_VARIABLES];
    const char *shown[2] = {NULL, NULL};
    struct qn_buf protocol = QN_BUF_INIT;
    struct qn_buf line = QN_BUF_INIT;
    uint32_t version = qn_opener_version(options);
    enum qn_status status = QN_OK;

    if (version)
        status = qn_buf_printf(ctx, &protocol, "GIT_PROTOCOL=version=%u",
                               (unsigned)version);
    if (!status)
        status = qn_buf_printf(ctx, &line, "%s ", qn_opener_program(options));
    if (!status)
        status =
            qn_quote_shell(ctx, &line, qn_bytes_from_string(address->path));
    if (status)
        goto out;
    qn_opener_variables(version ? qn_buf_string(&protocol) : NULL, variables);
    process.variables = variables;
    if (options->own_program && !options->program) {
        shown[0] = qn_buf_string(&line);
        process.shown = shown;
        status = start_own(ctx, options, address, &process, out);
        goto out;
    }
    status = qn_shell_command_make(ctx, qn_buf_string(&line), NULL, &command);
    if (!status) {
        qn_shell_command_fill(&command, &process);
        status = qn_link_start(ctx, &process, out);
    }
out:
    qn_shell_command_dispose(&command);
    qn_buf_dispose(&protocol);
    qn_buf_dispose(&line);
    return status;
}
