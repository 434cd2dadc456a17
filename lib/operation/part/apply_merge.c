/* SPDX-License-Identifier: MIT */
#include "operation/part/apply_merge.h"

#include "operation/part/record.h"
#include "worktree/unpack.h"

static enum qn_status note_name(struct qn_ctx *ctx, struct qn_bytes path,
                                struct qn_buf *out)
{
    return qn_buf_printf(ctx, out, " %.*s", QN_BYTES_ARG(path));
}

static enum qn_status compare(struct qn_ctx *ctx, const struct qn_index *mine,
                              const struct qn_index *theirs, struct qn_buf *out)
{
    size_t i = 0, j = 0;
    enum qn_status status = QN_OK;

    while (!status &&
           (i < qn_index_count(mine) || j < qn_index_count(theirs))) {
        const struct qn_index_entry *a =
            i < qn_index_count(mine) ? qn_index_peek(mine, i) : NULL;
        const struct qn_index_entry *b =
            j < qn_index_count(theirs) ? qn_index_peek(theirs, j) : NULL;
        int order = !a ? 1 : !b ? -1 : qn_bytes_compare(a->path, b->path);

        if (order == 0 && (a->mode != b->mode || a->stage != b->stage ||
                           !qn_id_is_equal(&a->id, &b->id)))
            status = note_name(ctx, a->path, out);
        else if (order < 0 && !(a->flags & QN_INDEX_INTENT_TO_ADD))
            status = note_name(ctx, a->path, out);
        else if (order > 0)
            status = note_name(ctx, b->path, out);
        i += order <= 0;
        j += order >= 0;
    }
    return status;
}

enum qn_status qn_apply_merge_check(struct qn_ctx *ctx,
                                    const struct qn_apply_merge *apply,
                                    struct qn_buf *out)
{
    struct qn_index *other = NULL;
    enum qn_status status;
    struct qn_id id;
    uint32_t count;

    if (qn_index_cached_tree(apply->index, QN_BYTES_NONE, &id, &count) &&
        qn_id_is_equal(&id, apply->from))
        return QN_OK;
    status = qn_index_new(ctx, qn_odb_algorithm(apply->odb), &other);
    if (!status)
        status = qn_index_read_tree(ctx, other, apply->odb, apply->from);
    if (!status)
        status = compare(ctx, apply->index, other, out);
    qn_index_free(other);
    return status;
}

/* A path's one entry gives way to its stages. */
static enum qn_status put_stages(struct qn_ctx *ctx, struct qn_index *index,
                                 const struct qn_tree_merge_conflict *conflict)
{
    struct qn_index_entry entry = {.path = conflict->path};
    enum qn_status status = QN_OK;
    int i;

    qn_index_remove(index, conflict->path);
    for (i = 0; i < 3 && !status; i++) {
        if (!conflict->modes[i])
            continue;
        entry.mode = conflict->modes[i];
        entry.id = conflict->ids[i];
        entry.stage = (uint8_t)(i + 1);
        status = qn_index_add(ctx, index, &entry, true);
    }
    return status;
}

enum qn_status
qn_apply_merge_run(struct qn_ctx *ctx, const struct qn_apply_merge *apply,
                   const struct qn_id *to,
                   const struct qn_tree_merge_conflict *conflicts, size_t count)
{
    struct qn_unpack_options options = {
        .kind = QN_UNPACK_TWO,
        .updates = true,
        .overwrites_ignored = !apply->keeps_ignored,
        .hides_progress = !apply->keeps_auto_merge && !apply->shows_progress,
        .operation = apply->operation};
    struct qn_id trees[2] = {*apply->from, *to};
    enum qn_status status;
    size_t i;

    status = qn_unpack_run(ctx, apply->tree, apply->index, apply->odb, trees, 2,
                           &options);
    /* What was wrong with them was reported; nothing moves then. */
    if (!status && options.failed_count > 0)
        status = qn_ctx_fail_reason(ctx, QN_IO, "merge.files-failed", NULL,
                                    "not all files could be written");
    for (i = 0; i < count && !status; i++)
        status = put_stages(ctx, apply->index, &conflicts[i]);
    if (!status)
        status = qn_odb_sync(ctx, apply->odb);
    if (!status)
        status = qn_work_tree_write_index(ctx, apply->tree->repo, apply->index,
                                          apply->lock);
    if (!status && !apply->keeps_auto_merge)
        status = qn_record_ref(ctx, apply->tree->repo, apply->refs,
                               "AUTO_MERGE", to, NULL, NULL);
    return status;
}
