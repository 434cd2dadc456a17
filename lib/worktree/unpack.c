/* SPDX-License-Identifier: MIT */
#include "worktree/unpack.h"

#include "base/memory.h"
#include "object/tree.h"
#include "worktree/refresh.h"
#include "worktree/unpack_private.h"

/* ---- walking all paths */

/* The next path in order among the index and the lists. */
static bool next_row(const struct qn_unpacker *u, size_t *position,
                     size_t *same, size_t *at, struct qn_unpack_row *row)
{
    size_t count = qn_index_count(u->index);
    bool has_one = false;

    while (*same < u->trees.same_count &&
           *position == u->trees.same[*same].start)
        *position = u->trees.same[(*same)++].end;
    memset(row, 0, sizeof(*row));
    if (*position < count) {
        row->path = qn_index_peek(u->index, *position)->path;
        has_one = true;
    }
    for (size_t i = 0; i < u->trees.count; i++) {
        const struct qn_unpack_list *list = &u->trees.lists[i];

        if (at[i] < list->count &&
            (!has_one ||
             qn_bytes_compare(list->files[at[i]].path, row->path) < 0)) {
            row->path = list->files[at[i]].path;
            has_one = true;
        }
    }
    if (!has_one)
        return false;
    row->position = row->end = *position;
    while (
        row->end < count &&
        qn_bytes_is_equal(qn_index_peek(u->index, row->end)->path, row->path)) {
        const struct qn_index_entry *entry =
            qn_index_peek(u->index, row->end++);

        if (entry->stage == 0)
            row->entry = entry;
        else
            row->is_unmerged = true;
    }
    *position = row->end;
    for (size_t i = 0; i < u->trees.count; i++) {
        const struct qn_unpack_list *list = &u->trees.lists[i];

        if (at[i] < list->count &&
            qn_bytes_is_equal(list->files[at[i]].path, row->path))
            row->files[i] = &list->files[at[i]++];
    }
    return true;
}

/* A reset mends files in directories that were not looked into. */
static enum qn_status mend_same(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    enum qn_status status = QN_OK;

    for (size_t r = 0; u->answers && r < u->trees.same_count; r++) {
        for (size_t i = u->trees.same[r].start;
             i < u->trees.same[r].end && !status; i++) {
            const struct qn_index_entry *entry = qn_index_peek(u->index, i);
            struct qn_unpack_row row = {.path = entry->path};
            struct qn_unpack_file file = {entry->path, entry->mode, entry->id};

            if (u->answers[i] != QN_COMPARE_SAME &&
                !qn_mode_is_gitlink(entry->mode))
                status = qn_unpack_decide_act(ctx, u, &row, &file, 0, true);
        }
    }
    return status;
}

static enum qn_status decide_all(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    size_t position = 0, same = 0, at[QN_UNPACK_TREES_MOST] = {0};
    struct qn_unpack_row row;
    enum qn_status status = mend_same(ctx, u);

    while (!status && next_row(u, &position, &same, at, &row)) {
        u->is_late = true;
        for (size_t i = 0; i < u->trees.count; i++)
            u->is_late &= !row.files[i];
        u->is_late = u->is_late && !qn_unpack_decide_is_below_file(u, row.path);
        status = qn_unpack_decide_row(ctx, u, &row);
    }
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct qn_unpacker *u,
                          const struct qn_id *trees, size_t tree_count)
{
    const struct qn_unpack_options *options = u->options;
    bool skips = options->kind != QN_UNPACK_OVERLAY && !options->prefix;
    enum qn_status status = qn_unpack_trees_read(
        ctx, u->odb, u->index, trees, tree_count,
        options->prefix ? options->prefix : "", skips, &u->trees);

    if (!status && options->resets && options->updates && u->tree) {
        u->answers = qn_memory_calloc(ctx, qn_index_count(u->index) + 1, 1);
        if (!u->answers)
            return QN_NO_MEMORY;
        status =
            qn_refresh_run(ctx, u->tree, u->index, NULL,
                           QN_REFRESH_REALLY | QN_REFRESH_HOLDS, u->answers);
    }
    if (!status)
        status = decide_all(ctx, u);
    if (status)
        return status;
    if (u->has_trouble[0] || u->has_trouble[1])
        return qn_unpack_check_fail(ctx, u);
    return qn_unpack_write_run(ctx, u);
}

enum qn_status qn_unpack_run(struct qn_ctx *ctx,
                             const struct qn_work_tree *work_tree,
                             struct qn_index *index, struct qn_odb *odb,
                             const struct qn_id *trees, size_t tree_count,
                             struct qn_unpack_options *options)
{
    struct qn_unpacker u = {
        .tree = work_tree, .index = index, .odb = odb, .options = options};
    enum qn_status status;

    qn_index_add_note(index, options->ignores_files ? QN_INDEX_NOTE_SKIPPED
                                                    : QN_INDEX_NOTE_FILES);
    options->failed_count = 0;
    qn_index_compact(index);
    qn_compare_init(&u.compare, work_tree, index);
    status = QN_OK;
    if (work_tree && !options->ignores_sparse)
        status = qn_sparse_open(ctx, work_tree->repo, &u.sparse);
    if (!status)
        status = run(ctx, &u, trees, tree_count);
    qn_sparse_free(u.sparse);
    qn_compare_dispose(&u.compare);
    qn_buf_dispose(&u.present);
    qn_buf_dispose(&u.missing);
    qn_ignore_free(u.ignore);
    qn_unpack_trees_dispose(&u.trees);
    qn_memory_free(u.actions);
    qn_memory_free(u.answers);
    for (size_t i = 0; i < QN_TROUBLE_COUNT; i++) {
        qn_buf_dispose(&u.troubles[0][i]);
        qn_buf_dispose(&u.troubles[1][i]);
    }
    return status;
}
