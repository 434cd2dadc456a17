/* SPDX-License-Identifier: MIT */
#include "os/process.h"
#include "program/shell_command.h"
#include "text/quote.h"
#include "worktree/filter_steps.h"

/* The command with "%f" replaced by the quoted path and "%%" by "%". */
static enum qn_status expand_command(struct qn_ctx *ctx, const char *command,
                                     struct qn_bytes path, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (const char *p = command; *p && !status; p++) {
        if (p[0] == '%' && p[1] == 'f') {
            status = qn_quote_shell(ctx, out, path);
            p++;
        } else if (p[0] == '%' && p[1] == '%') {
            status = qn_buf_append_byte(ctx, out, '%');
            p++;
        } else {
            status = qn_buf_append_byte(ctx, out, (uint8_t)*p);
        }
    }
    return status;
}

enum qn_status qn_filter_step_command(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      const char *command, struct qn_bytes path,
                                      struct qn_bytes in, struct qn_buf *out,
                                      bool *worked)
{
    struct qn_shell_command words = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {.directory = tree->top,
                                         .in = QN_PROCESS_PIPE,
                                         .out = QN_PROCESS_PIPE,
                                         .hides_directory = true};
    struct qn_buf line = QN_BUF_INIT;
    struct qn_process *process = NULL, *ending;
    size_t before = out->size;
    int code = 0, number = 0;
    enum qn_status status = expand_command(ctx, command, path, &line);

    *worked = false;
    if (!status)
        status = qn_shell_command_make(ctx, qn_buf_string(&line), NULL, &words);
    if (status)
        goto out;
    qn_shell_command_fill(&words, &options);
    status = qn_process_start(ctx, &options, &process);
    if (status && status != QN_NO_MEMORY && status != QN_REFUSED) {
        qn_filter_process_report(ctx, qn_buf_string(&line), "external filter");
        status = QN_OK;
        goto failed;
    }
    if (!status)
        status = qn_process_exchange(ctx, process, in, out);
    if (status)
        goto out;
    ending = process;
    process = NULL;
    status = qn_process_end(ctx, ending, &code, &number);
    if (status)
        goto out;
    qn_filter_process_report_signal(ctx, qn_buf_string(&line), number);
    *worked = code == 0;
    if (*worked)
        goto out;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                  "external filter '%s' failed %d", command, code);
failed:
    qn_buf_truncate(out, before);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                  "external filter '%s' failed", command);
out:
    qn_process_free(process);
    qn_shell_command_dispose(&words);
    qn_buf_dispose(&line);
    return status;
}
