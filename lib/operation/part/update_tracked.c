/* SPDX-License-Identifier: MIT */
#include "operation/part/update_tracked.h"

#include "base/memory.h"
#include "worktree/add.h"
#include "worktree/refresh.h"

struct update {
    struct qn_ctx *ctx;
    const struct qn_work_tree *tree;
    struct qn_index *index;
    const struct qn_pathspec *pathspec;
    const struct qn_sparse *sparse;
    uint8_t *answers;      /* one an entry */
    struct qn_bytes *adds; /* borrowed from entries */
    size_t add_count;
    struct qn_bytes *removes;
    size_t remove_count;
};

static bool is_there(struct update *update, struct qn_bytes path)
{
    struct qn_buf full = QN_BUF_INIT;
    bool there = false;

    if (!qn_work_tree_path(update->ctx, update->tree, path, &full))
        there = qn_file_exists(qn_buf_string(&full)) &&
                !qn_file_is_directory(qn_buf_string(&full));
    qn_buf_dispose(&full);
    return there;
}

static void sort_out(struct update *update)
{
    size_t count = qn_index_count(update->index);
    struct qn_bytes last = QN_BYTES_NONE;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_index_entry *entry = qn_index_peek(update->index, i);
        bool is_gone;

        if (entry->stage == 0) {
            if (update->answers[i] == QN_COMPARE_SAME)
                continue;
            is_gone = update->answers[i] == QN_COMPARE_DELETED;
        } else {
            if (qn_bytes_is_equal(entry->path, last) ||
                (update->pathspec &&
                 !qn_pathspec_is_match(update->ctx, update->pathspec,
                                       entry->path, false, NULL, NULL)))
                continue;
            last = entry->path;
            is_gone = !is_there(update, entry->path);
        }
        if (!qn_sparse_is_inside(update->sparse, entry->path))
            continue;
        if (is_gone)
            update->removes[update->remove_count++] = entry->path;
        else
            update->adds[update->add_count++] = entry->path;
    }
}

enum qn_status qn_update_tracked(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_index *index, struct qn_odb *odb,
                                 const struct qn_pathspec *pathspec,
                                 const struct qn_sparse *sparse)
{
    struct update update = {.ctx = ctx,
                            .tree = tree,
                            .index = index,
                            .pathspec = pathspec,
                            .sparse = sparse};
    struct qn_add_options options = {.checks_safe = true};
    size_t count = qn_index_count(index) + 1;
    enum qn_status status = QN_NO_MEMORY;
    size_t i;

    update.answers = qn_memory_calloc(ctx, count, 1);
    update.adds = qn_memory_array(ctx, count, sizeof(*update.adds));
    update.removes = qn_memory_array(ctx, count, sizeof(*update.removes));
    if (!update.answers || !update.adds || !update.removes)
        goto out;
    status = qn_refresh_run(ctx, tree, index, pathspec, 0, update.answers);
    if (status)
        goto out;
    sort_out(&update);
    status = qn_add_paths(ctx, tree, index, odb, update.adds, update.add_count,
                          &options);
    for (i = 0; i < update.remove_count && !status; i++)
        (void)qn_index_remove(index, update.removes[i]);
out:
    qn_memory_free(update.answers);
    qn_memory_free(update.adds);
    qn_memory_free(update.removes);
    return status;
}
