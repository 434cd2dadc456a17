/* SPDX-License-Identifier: MIT */
/* The strategies of merge: from commits to index and work tree. */
#include "operation/op_merge_parts.h"

#include "base/memory.h"

struct qn_apply_merge qn_op_merge_strategy_apply(struct qn_op_merge_run *run)
{
    return (struct qn_apply_merge){.tree = &run->tree,
                                   .odb = run->scope.odb,
                                   .refs = run->scope.refs,
                                   .index = run->index,
                                   .lock = &run->lock,
                                   .from = &run->head_tree,
                                   .operation = "merge"};
}

enum qn_status qn_op_merge_strategy_fail(struct qn_op_merge_run *run)
{
    return qn_ctx_fail_reason(run->ctx, QN_CONFLICT, "merge.strategy", NULL,
                              "Merge with strategy %s failed.",
                              run->options->strategy_name);
}

static enum qn_status check_index(struct qn_op_merge_run *run,
                                  const struct qn_apply_merge *apply)
{
    struct qn_buf names = QN_BUF_INIT;
    enum qn_status status = qn_apply_merge_check(run->ctx, apply, &names);

    if (!status && names.size) {
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.index",
                      "Your local changes to the following files would be "
                      "overwritten by merge:\n %s",
                      qn_buf_string(&names));
        status = qn_op_merge_strategy_fail(run);
    }
    qn_buf_dispose(&names);
    return status;
}

static void show_messages(struct qn_op_merge_run *run,
                          const struct qn_tree_merge_result *result)
{
    const struct qn_merge_calls *calls = &run->options->calls;
    size_t i;

    if (!run->options->has_verbosity)
        return;
    for (i = 0; i < result->message_count; i++) {
        calls->say(calls->data, result->messages[i].text);
        calls->say(calls->data, QN_BYTES("\n"));
    }
}

static enum qn_status warn_limit(struct qn_op_merge_run *run, uint32_t needed)
{
    const struct qn_merge_calls *calls = &run->options->calls;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (!needed)
        return QN_OK;
    status = qn_buf_printf(
        run->ctx, &text,
        "warning: exhaustive rename detection was skipped due to too many "
        "files.\nwarning: you may want to set your merge.renamelimit variable "
        "to at least %u and retry the command.\n",
        needed);
    if (!status)
        calls->warn(calls->data, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status run_ort(struct qn_op_merge_run *run, bool *is_clean)
{
    const struct qn_merge_head *head = &run->options->heads->items[0];
    struct qn_tree_merge_options *options = run->options->tree;
    struct qn_apply_merge apply = qn_op_merge_strategy_apply(run);
    struct qn_tree_merge_result result = {.is_clean = true};
    struct qn_attributes *attributes = NULL;
    enum qn_status status;
    size_t count;

    status = check_index(run, &apply);
    if (status)
        return status;
    status = qn_attributes_new(run->ctx, run->repo, QN_ATTRIBUTES_WORK_TREE,
                               NULL, NULL, &attributes);
    options->attributes = attributes;
    options->our_label = "HEAD";
    options->their_label = qn_buf_string(&head->name);
    options->directory = run->tree.top;
    if (!status)
        status = qn_tree_merge_commits(run->ctx, &run->scope, &run->head,
                                       &head->id, options, &count, &result);
    options->attributes = NULL;
    qn_attributes_free(attributes);
    if (status && strcmp(qn_ctx_reason(run->ctx), "merge.driver") == 0) {
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.driver", "%s",
                      qn_ctx_message(run->ctx));
        status = qn_op_merge_strategy_fail(run);
    }
    if (!status) {
        status = qn_apply_merge_run(run->ctx, &apply, &result.tree,
                                    result.conflicts, result.conflict_count);
        if (status == QN_CONFLICT) {
            run->options->calls.warn(run->options->calls.data, "Aborting\n");
            status = qn_op_merge_strategy_fail(run);
        }
    }
    if (!status) {
        run->result_tree = result.tree;
        *is_clean = result.is_clean;
        show_messages(run, &result);
        status = warn_limit(run, result.needed_limit);
    }
    qn_tree_merge_result_dispose(&result);
    return status;
}

static enum qn_status run_ours(struct qn_op_merge_run *run, bool *is_clean)
{
    struct qn_apply_merge apply = qn_op_merge_strategy_apply(run);
    enum qn_status status = check_index(run, &apply);

    run->result_tree = run->head_tree;
    *is_clean = true;
    return status;
}

enum qn_status qn_op_merge_strategy_run(struct qn_op_merge_run *run,
                                        bool *is_clean)
{
    switch (run->options->strategy) {
    case QN_MERGE_ORT:
        return run_ort(run, is_clean);
    case QN_MERGE_OURS:
        return run_ours(run, is_clean);
    case QN_MERGE_OCTOPUS:
        break;
    }
    return qn_op_merge_octopus_run(run, is_clean);
}
