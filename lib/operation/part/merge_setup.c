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
