/* SPDX-License-Identifier: MIT */
#include "operation/part/ref_hook.h"

#include "program/hook.h"

enum qn_status qn_ref_hook_run(struct qn_ctx *ctx, void *data,
                               const char *state, struct qn_bytes lines)
{
    struct qn_repo *repo = data;
    const char *const arguments[] = {state, NULL};
    struct qn_buf directory = QN_BUF_INIT;
    struct qn_hook_options options = {.config = qn_repo_config(repo),
                                      .arguments = arguments,
                                      .work_directory = qn_repo_work_tree(repo),
                                      .input = lines,
                                      .has_input = true};
    enum qn_status status;
    bool exists = false;
    int code = 0;

    status = qn_repo_path(ctx, repo, "hooks", &directory);
    options.directory = qn_buf_string(&directory);
    if (!status)
        status =
            qn_hook_exists(ctx, &options, "reference-transaction", &exists);
    if (!status && !exists && !state)
        status = QN_END;
    if (!status && exists && state)
        status =
            qn_hook_run(ctx, &options, "reference-transaction", &code, NULL);
    qn_buf_dispose(&directory);
    if (!status && code)
        status = qn_ctx_fail(ctx, QN_REFUSED, "the hook said no");
    return status;
}
