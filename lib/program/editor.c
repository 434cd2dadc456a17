/* SPDX-License-Identifier: MIT */
#include "program/editor.h"

#include "base/env.h"
#include "program/shell_command.h"

static const char *variable(struct qn_ctx *ctx, const char *name)
{
    return qn_env_variable(qn_ctx_env(ctx), name);
}

const char *qn_editor_name(struct qn_ctx *ctx, const struct qn_config *config)
{
    const char *editor = variable(ctx, "GIT_EDITOR");
    const char *terminal = variable(ctx, "TERM");
    bool is_dumb = !terminal || strcmp(terminal, "dumb") == 0;

    if (!editor && config)
        editor = qn_config_string(config, "core.editor", NULL);
    if (!editor && !is_dumb)
        editor = variable(ctx, "VISUAL");
    if (!editor)
        editor = variable(ctx, "EDITOR");
    if (!editor && !is_dumb)
        editor = "vi";
    return editor;
}

const char *qn_editor_sequence_name(struct qn_ctx *ctx,
                                    const struct qn_config *config)
{
    const char *editor = variable(ctx, "GIT_SEQUENCE_EDITOR");

    if (!editor && config)
        editor = qn_config_string(config, "sequence.editor", NULL);
    return editor ? editor : qn_editor_name(ctx, config);
}

enum qn_status qn_editor_run(struct qn_ctx *ctx, const char *editor,
                             const char *path, const char *const *variables)
{
    const char *arguments[] = {path, NULL};
    struct qn_process_options options = {0};
    int exit_code = 0;
    enum qn_status status;

    if (!editor)
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "editor.dumb", NULL,
                                  "Terminal is dumb, but EDITOR unset");
    if (strcmp(editor, ":") == 0)
        return QN_OK;
    options.variables = variables;
    options.category = "editor";
    if (*editor) {
        status =
            qn_shell_command_run(ctx, editor, arguments, &options, &exit_code);
    } else {
        status = QN_NOT_FOUND;
    }
    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_shell_command_tell(ctx, editor);
        return qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "editor.not-started",
                                  editor, "unable to start editor '%s'",
                                  editor);
    }
    if (!status && exit_code == 128 + 2)
        return qn_ctx_fail_reason(ctx, QN_CANCELLED, "editor.interrupted",
                                  editor, "the editor was interrupted");
    if (!status && exit_code == 128 + 3)
        return qn_ctx_fail_reason(ctx, QN_CANCELLED, "editor.quit", editor,
                                  "the editor was made to quit");
    if (!status && exit_code > 128)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "editor.signal",
                      "%s died of signal %d", editor, exit_code - 128);
    if (!status && exit_code != 0)
        return qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "editor.failed", editor,
                                  "there was a problem with the editor '%s'",
                                  editor);
    return status;
}
