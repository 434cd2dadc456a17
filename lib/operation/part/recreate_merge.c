/* SPDX-License-Identifier: MIT */
#include "operation/part/recreate_merge.h"

#include "merge/tree_merge.h"
#include "object/tree.h"
#include "worktree/checkout.h"
#include "worktree/filter.h"

/* The tree with nothing but that stage of the path. */
static enum qn_status make_tree(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_recreate_merge *recreate,
                                size_t first, size_t end, unsigned stage,
                                struct qn_id *out)
{
    struct qn_index *index = NULL;
    enum qn_status status =
        qn_index_new(ctx, qn_index_algorithm(recreate->index), &index);

    for (size_t i = first; i < end && !status; i++) {
        struct qn_index_entry entry = *qn_index_peek(recreate->index, i);

        if (entry.stage != stage)
            continue;
        entry.stage = 0;
        entry.flags = 0;
        status = qn_index_add(ctx, index, &entry, true);
    }
    if (!status)
        status = qn_index_write_tree(ctx, index, odb, true, out);
    qn_index_free(index);
    return status;
}

/* What the merge made of the path: into the work tree. */
static enum qn_status write_file(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_recreate_merge *recreate,
                                 struct qn_bytes path, const struct qn_id *tree)
{
    struct qn_index *index = NULL;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_filter *filter = NULL;
    struct qn_filter_plan plan;
    struct qn_buf out = QN_BUF_INIT;
    const struct qn_index_entry *entry;
    bool found = false, changed = false;
    size_t at;
    enum qn_status status = qn_index_new(ctx, tree->algorithm, &index);

    if (!status)
        status = qn_index_read_tree(ctx, index, odb, tree);
    if (status)
        goto out;
    at = qn_index_find(index, path, 0, &found);
    if (!found)
        goto out;
    entry = qn_index_peek(index, at);
    status = qn_odb_read_typed(ctx, odb, &entry->id, QN_OBJECT_BLOB, &object);
    if (!status)
        status = qn_filter_new(ctx, recreate->tree, QN_ATTRIBUTES_WORK_TREE,
                               recreate->index, &filter);
    if (!status)
        status = qn_filter_plan(ctx, filter, path, &plan);
    if (!status && qn_mode_is_file(entry->mode))
        status =
            qn_filter_to_work_tree(ctx, filter, &plan, path, &entry->id,
                                   qn_object_bytes(&object), &out, &changed);
    if (!status)
        status = qn_checkout_remove(ctx, recreate->tree, &path, 1);
    if (!status)
        status = qn_checkout_write(ctx, recreate->tree, path, entry->mode,
                                   changed ? qn_buf_bytes(&out)
                                           : qn_object_bytes(&object));
out:
    qn_filter_free(filter);
    qn_buf_dispose(&out);
    qn_object_dispose(&object);
    qn_index_free(index);
    return status;
}

enum qn_status qn_recreate_merge_run(struct qn_ctx *ctx,
                                     const struct qn_recreate_merge *recreate,
                                     size_t first, size_t end)
{
    struct qn_tree_merge_options options;
    struct qn_tree_merge_result result = {0};
    const struct qn_config *config = qn_repo_config(recreate->tree->repo);
    struct qn_attributes *attributes = NULL;
    struct qn_odb *odb = NULL;
    struct qn_id trees[3];
    enum qn_status status;

    status = qn_odb_new(ctx, qn_odb_get_store(recreate->odb), QN_ODB_IN_MEMORY,
                        &odb);
    for (unsigned stage = 1; stage <= 3 && !status; stage++)
        status =
            make_tree(ctx, odb, recreate, first, end, stage, &trees[stage - 1]);
    if (!status)
        status = qn_tree_merge_options_init(ctx, &options, config);
    if (!status)
        status = qn_attributes_new(ctx, recreate->tree->repo,
                                   QN_ATTRIBUTES_WORK_TREE, recreate->index,
                                   NULL, &attributes);
    if (!status) {
        options.base_label = "base";
        options.our_label = "ours";
        options.their_label = "theirs";
        options.attributes = attributes;
        options.config = config;
        options.directory = recreate->tree->top;
        options.diff.algorithm = QN_TEXT_DIFF_MYERS;
        if (recreate->has_style)
            options.style = recreate->style;
        status = qn_tree_merge_trees(ctx, odb, &trees[0], &trees[1], &trees[2],
                                     &options, &result);
    }
    if (!status)
        status = write_file(ctx, odb, recreate,
                            qn_index_peek(recreate->index, first)->path,
                            &result.tree);
    qn_tree_merge_result_dispose(&result);
    qn_attributes_free(attributes);
    qn_odb_free(odb);
    return status;
}

enum qn_status qn_recreate_merge_unresolve(struct qn_ctx *ctx,
                                           struct qn_index *index,
                                           const struct qn_pathspec *pathspec)
{
    enum qn_status status = QN_OK;
    size_t i = 0;

    while (i < qn_index_resolve_undo_count(index) && !status) {
        struct qn_index_resolve_undo undo = *qn_index_resolve_undo_at(index, i);

        if (!qn_pathspec_is_match(ctx, pathspec, undo.path, false, NULL,
                                  NULL)) {
            i++;
            continue;
        }
        (void)qn_index_remove(index, undo.path);
        for (unsigned stage = 0; stage < 3 && !status; stage++) {
            struct qn_index_entry entry = {.path = undo.path,
                                           .id = undo.id[stage],
                                           .mode = undo.mode[stage],
                                           .stage = (uint8_t)(stage + 1)};

            if (entry.mode)
                status = qn_index_add(ctx, index, &entry, false);
        }
        (void)qn_index_resolve_undo_remove(index, undo.path);
        qn_index_invalidate_path(index, undo.path);
        qn_index_mark_changed(index);
    }
    return status;
}
