/* SPDX-License-Identifier: MIT */
#include "operation/part/merge_setup.h"

static enum qn_status renormalize(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes path, struct qn_buf *text)
{
    struct qn_merge_setup *setup = data;
    struct qn_filter_plan plan;
    bool changed = false;
    enum qn_status status = qn_filter_plan(ctx, setup->filter, path, &plan);

    qn_buf_clear(&setup->text);
    if (!status)
        status = qn_filter_to_git(ctx, setup->filter, &plan, path,
                                  qn_buf_bytes(text), QN_FILTER_RENORMALISE,
                                  &setup->text, &changed);
    if (!status && changed)
        qn_buf_swap(text, &setup->text);
    return status;
}

enum qn_status qn_merge_setup_begin(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_tree_merge_options *options,
                                    struct qn_merge_setup *setup)
{
    enum qn_status status;

    *setup = (struct qn_merge_setup){.options = options, .text = QN_BUF_INIT};
    status = qn_attributes_new(ctx, repo, QN_ATTRIBUTES_WORK_TREE, NULL, NULL,
                               &setup->attributes);
    options->attributes = setup->attributes;
    options->directory = qn_repo_work_tree(repo);
    options->git_directory = qn_repo_common_directory(repo);
    if (status || !options->renormalizes || !options->directory)
        return status;
    status = qn_work_tree_open(ctx, repo, &setup->tree);
    if (status)
        return status;
    setup->has_tree = true;
    status = qn_filter_new(ctx, &setup->tree, QN_ATTRIBUTES_WORK_TREE, NULL,
                           &setup->filter);
    options->renormalize = renormalize;
    options->renormalize_data = setup;
    return status;
}

void qn_merge_setup_end(struct qn_merge_setup *setup)
{
    if (setup->options) {
        setup->options->attributes = NULL;
        setup->options->renormalize = NULL;
    }
    qn_attributes_free(setup->attributes);
    qn_filter_free(setup->filter);
    if (setup->has_tree)
        qn_work_tree_close(&setup->tree);
    qn_buf_dispose(&setup->text);
    setup->options = NULL;
}

void qn_merge_setup_advise(struct qn_ctx *ctx,
                           const struct qn_tree_merge_result *result)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (!result->submodule_count)
        return;
    status = qn_buf_append_string(
        ctx, &text,
        "Recursive merging with submodules currently only supports trivial "
        "cases.\nPlease manually handle the merging of each conflicted "
        "submodule.\nThis can be accomplished with the following steps:\n");
    for (i = 0; i < result->submodule_count && !status; i++) {
        const struct qn_tree_merge_submodule *s = &result->submodules[i];

        if (s->short_id[0])
            status = qn_buf_printf(
                ctx, &text,
                " - go to submodule (%.*s), and either merge commit %s\n   or "
                "update to an existing commit which has merged those "
                "changes\n",
                QN_BYTES_ARG(s->path), s->short_id);
    }
    if (!status)
        status = qn_buf_append_string(
            ctx, &text,
            " - come back to superproject and run:\n\n      git add");
    for (i = 0; i < result->submodule_count && !status; i++)
        status = qn_buf_printf(ctx, &text, " %.*s",
                               QN_BYTES_ARG(result->submodules[i].path));
    if (!status)
        status = qn_buf_append_string(
            ctx, &text,
            "\n\n   to record the above merge or update\n - resolve any "
            "other conflicts in the superproject\n - commit the resulting "
            "index in the superproject\n\n");
    if (!status)
        qn_ctx_report(ctx, QN_REPORT_HINT, "advice.submoduleMergeConflict",
                      "%s", qn_buf_string(&text));
    qn_ctx_clear(ctx);
    qn_buf_dispose(&text);
}
