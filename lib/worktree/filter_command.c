/* SPDX-License-Identifier: MIT */
#include "os/process.h"
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
    struct qn_buf line = QN_BUF_INIT;
    size_t before = out->size;
    struct qn_process *process = NULL;
    int code = 0;
    enum qn_status status = expand_command(ctx, command, path, &line);
    const char *argv[] = {"sh", "-c", NULL, NULL};
    struct qn_process_options options = {.argv = argv,
                                         .directory = tree->top,
                                         .in = QN_PROCESS_PIPE,
                                         .out = QN_PROCESS_PIPE};

    *worked = false;
    argv[2] = qn_buf_string(&line);
    if (!status)
        status = qn_process_start(ctx, &options, &process);
    if (!status)
        status = qn_process_exchange(ctx, process, in, out);
    if (!status) {
        struct qn_process *ending = process;

        process = NULL;
        status = qn_process_wait(ctx, ending, &code);
    }
    qn_process_free(process);
    if (status && status != QN_NO_MEMORY && status != QN_REFUSED) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        code = 127;
    } else if (!status && code == 0) {
        *worked = true;
    }
    if (!status && code != 0) {
        qn_buf_truncate(out, before);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "external filter '%s' failed %d", command, code);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "external filter '%s' failed", command);
    }
    qn_buf_dispose(&line);
    return status;
}
