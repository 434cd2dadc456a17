/* SPDX-License-Identifier: MIT */
/* The strategies of merge: from commits to index and work tree. */
#include "operation/op_merge_parts.h"

#include "base/memory.h"
#include "operation/part/merge_setup.h"
#include "worktree/unpack.h"

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
                              run->strategy->name);
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
    struct qn_merge_setup setup = {0};
    const char *subtree = options->subtree;
    enum qn_status status;
    size_t count;

    status = check_index(run, &apply);
    if (status)
        return status;
    if (run->options->heads->count > 1) {
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.heads",
                      "Not handling anything other than two heads merge.");
        return qn_op_merge_strategy_fail(run);
    }
    status = qn_merge_setup_begin(run->ctx, run->repo, options, &setup);
    options->our_label = "HEAD";
    options->their_label = qn_buf_string(&head->name);
    if (run->strategy->kind == QN_MERGE_SUBTREE && !subtree)
        options->subtree = "";
    if (!status)
        status = qn_tree_merge_commits(run->ctx, &run->scope, &run->head,
                                       &head->id, options, &count, &result);
    options->subtree = subtree;
    qn_merge_setup_end(&setup);
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
        qn_merge_setup_advise(run->ctx, &result);
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

enum qn_status qn_op_merge_strategy_trivial(struct qn_op_merge_run *run,
                                            bool *done)
{
    struct qn_unpack_options unpack = {.kind = QN_UNPACK_THREE,
                                       .ignores_files = true};
    struct qn_apply_merge apply = qn_op_merge_strategy_apply(run);
    struct qn_buf names = QN_BUF_INIT;
    struct qn_index *index = NULL;
    struct qn_id trees[3];
    enum qn_status status;

    *done = false;
    status = qn_apply_merge_check(run->ctx, &apply, &names);
    if (status || names.size)
        goto out;
    trees[1] = run->head_tree;
    status = qn_op_merge_parts_tree_of(run, &run->bases.ids[0], &trees[0]);
    if (!status)
        status = qn_op_merge_parts_tree_of(
            run, &run->options->heads->items[0].id, &trees[2]);
    if (!status)
        status =
            qn_index_new(run->ctx, qn_odb_algorithm(run->scope.odb), &index);
    if (!status)
        status = qn_index_read_tree(run->ctx, index, run->scope.odb, &trees[1]);
    if (!status)
        status = qn_unpack_run(run->ctx, NULL, index, run->scope.odb, trees, 3,
                               &unpack);
    if (!status && qn_index_is_unmerged(index)) {
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.not-trivial",
                      "Merge requires file-level merging");
        goto out;
    }
    if (status)
        goto out;
    status = qn_index_write_tree(run->ctx, index, run->scope.odb, false,
                                 &run->result_tree);
    apply.keeps_auto_merge = true;
    if (!status)
        status =
            qn_apply_merge_run(run->ctx, &apply, &run->result_tree, NULL, 0);
    *done = !status;
out:
    qn_index_free(index);
    qn_buf_dispose(&names);
    return status;
}

enum qn_status qn_op_merge_strategy_run(struct qn_op_merge_run *run,
                                        bool *is_clean)
{
    switch (run->strategy->kind) {
    case QN_MERGE_ORT:
    case QN_MERGE_SUBTREE:
        return run_ort(run, is_clean);
    case QN_MERGE_RESOLVE:
        return qn_op_merge_octopus_resolve(run, is_clean);
    case QN_MERGE_OURS:
        return run_ours(run, is_clean);
    case QN_MERGE_EXTERNAL:
        return qn_op_merge_external_run(run, is_clean);
    case QN_MERGE_OCTOPUS:
        break;
    }
    return qn_op_merge_octopus_run(run, is_clean);
}
