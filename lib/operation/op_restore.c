/* SPDX-License-Identifier: MIT */
#include "operation/op_restore.h"

#include "base/memory.h"
#include "object/tree.h"
#include "operation/part/recreate_merge.h"
#include "path/attributes.h"
#include "path/safe_path.h"
#include "worktree/checkout.h"
#include "worktree/compare.h"
#include "worktree/unpack_trees.h"

struct restore {
    struct qn_odb *odb;
    const struct qn_work_tree *tree;
    struct qn_index *index;
    const struct qn_pathspec *pathspec;
    struct qn_attributes *attributes;
    struct qn_op_restore_options *options;
    struct qn_unpack_trees trees;
    size_t *merges; /* first entries of paths to be merged */
    size_t merge_count, merge_capacity;
    size_t *positions; /* to be written */
    size_t count;
    size_t capacity;
    struct qn_bytes *removed; /* files */
    size_t removed_count;
    size_t removed_capacity;
    struct qn_arena arena;
};

static bool is_wanted(struct qn_ctx *ctx, struct restore *r,
                      struct qn_bytes path)
{
    return qn_pathspec_is_match(ctx, r->pathspec, path, false, r->attributes,
                                r->options->matched);
}

static const struct qn_unpack_file *find_file(const struct restore *r,
                                              struct qn_bytes path)
{
    const struct qn_unpack_list *list = &r->trees.lists[0];
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = qn_bytes_compare(list->files[middle].path, path);

        if (order == 0)
            return &list->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A path that no index may hold. */
static enum qn_status refuse_path(struct qn_ctx *ctx, const struct restore *r,
                                  struct qn_bytes path)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "restore.bad-path",
                  "invalid path '%.*s'", QN_BYTES_ARG(path));
    if (!r->options->refuses_bad_paths)
        return QN_OK;
    return qn_ctx_fail(ctx, QN_REFUSED,
                       "make_cache_entry failed for path '%.*s'",
                       QN_BYTES_ARG(path));
}

/* What the tree has goes into the index. */
static enum qn_status take_from_tree(struct qn_ctx *ctx, struct restore *r)
{
    const struct qn_unpack_list *list = &r->trees.lists[0];
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < list->count && !status; i++) {
        const struct qn_unpack_file *file = &list->files[i];
        struct qn_index_entry entry = {
            .path = file->path, .mode = file->mode, .id = file->id};
        bool found;
        size_t at;

        if (!qn_safe_path_is_valid(file->path, file->mode,
                                   r->tree->safe_flags)) {
            if (qn_pathspec_is_match(ctx, r->pathspec, file->path, false,
                                     r->attributes, NULL))
                status = refuse_path(ctx, r, file->path);
            continue;
        }
        if (!qn_pathspec_is_match(
                ctx, r->pathspec, file->path, false, r->attributes,
                r->options->updates_files ? NULL : r->options->matched))
            continue;
        at = qn_index_find(r->index, file->path, 0, &found);
        if (found) {
            const struct qn_index_entry *old = qn_index_peek(r->index, at);

            if (old->stage == 0 && old->mode == file->mode &&
                qn_id_is_equal(&old->id, &file->id) &&
                !(old->flags & QN_INDEX_INTENT_TO_ADD))
                continue; /* its stat data stays */
            if (old->stage == 0)
                entry.flags = old->flags & QN_INDEX_SKIP_WORKTREE;
        }
        status = qn_index_add(ctx, r->index, &entry, true);
    }
    return status;
}

/* What the tree does not have goes. */
static enum qn_status remove_others(struct qn_ctx *ctx, struct restore *r)
{
    enum qn_status status = QN_OK;

    if (r->options->overlays)
        return QN_OK; /* nor does it count as matched */
    for (size_t i = 0; i < qn_index_count(r->index) && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(r->index, i);
        char *copy;

        if ((entry->flags & QN_INDEX_SKIP_WORKTREE) ||
            !is_wanted(ctx, r, entry->path) || find_file(r, entry->path))
            continue;
        if (r->options->leaves_intent) {
            memset(&entry->stat, 0, sizeof(entry->stat));
            entry->id = *qn_id_empty_blob(entry->id.algorithm);
            entry->flags |= QN_INDEX_INTENT_TO_ADD;
            entry->flags &= (uint8_t)~QN_INDEX_UPTODATE;
            qn_index_invalidate_path(r->index, entry->path);
            qn_index_mark_changed(r->index);
            status = qn_odb_write(ctx, r->odb, QN_OBJECT_BLOB, QN_BYTES_NONE,
                                  &entry->id);
            continue;
        }
        entry->flags |= QN_INDEX_REMOVED;
        status = qn_memory_grow(ctx, &r->removed, &r->removed_capacity,
                                r->removed_count + 1, sizeof(*r->removed));
        copy = qn_arena_copy(ctx, &r->arena, entry->path);
        if (!copy)
            status = QN_NO_MEMORY;
        if (!status &&
            (r->removed_count == 0 ||
             !qn_bytes_is_equal(r->removed[r->removed_count - 1], entry->path)))
            r->removed[r->removed_count++] =
                qn_bytes_make(copy, entry->path.size);
    }
    if (!status)
        qn_index_compact(r->index);
    return status;
}

static enum qn_status check_matched(struct qn_ctx *ctx, const struct restore *r)
{
    for (size_t i = 0; i < qn_pathspec_count(r->pathspec); i++) {
        if (!r->options->matched[i] && !qn_pathspec_is_exclude(r->pathspec, i))
            return qn_ctx_fail_reason(
                ctx, QN_NOT_FOUND, "path.unmatched", NULL,
                "pathspec '%s' did not match any file(s) known to git",
                qn_pathspec_original(r->pathspec, i));
    }
    return QN_OK;
}

static enum qn_status add_position(struct qn_ctx *ctx, struct restore *r,
                                   size_t position)
{
    enum qn_status status = qn_memory_grow(ctx, &r->positions, &r->capacity,
                                           r->count + 1, sizeof(*r->positions));

    if (!status)
        r->positions[r->count++] = position;
    return status;
}

/* An unmerged path that is to be merged: both sides have to be there. */
static enum qn_status take_merge(struct qn_ctx *ctx, struct restore *r,
                                 struct qn_bytes path, bool *is_bad)
{
    bool has_ours = false, has_theirs = false;
    size_t first = qn_index_find(r->index, path, 1, &has_ours);
    enum qn_status status;

    (void)qn_index_find(r->index, path, 2, &has_ours);
    (void)qn_index_find(r->index, path, 3, &has_theirs);
    if (!has_ours || !has_theirs) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "restore.unmerged",
                      "path '%.*s' does not have all necessary versions",
                      QN_BYTES_ARG(path));
        *is_bad = true;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &r->merges, &r->merge_capacity,
                            r->merge_count + 1, sizeof(*r->merges));
    if (!status)
        r->merges[r->merge_count++] = first;
    return status;
}

static enum qn_status merge_paths(struct qn_ctx *ctx, struct restore *r)
{
    struct qn_recreate_merge recreate = {.tree = r->tree,
                                         .odb = r->odb,
                                         .index = r->index,
                                         .style = r->options->style,
                                         .has_style = r->options->has_style};
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < r->merge_count && !status; i++) {
        size_t first = r->merges[i], end = first;
        struct qn_bytes path = qn_index_peek(r->index, first)->path;

        while (end < qn_index_count(r->index) &&
               qn_bytes_is_equal(qn_index_peek(r->index, end)->path, path))
            end++;
        status = qn_recreate_merge_run(ctx, &recreate, first, end);
        r->options->merged_count++;
    }
    return status;
}

/* An unmerged path: one side of it, or a complaint. */
static enum qn_status take_unmerged(struct qn_ctx *ctx, struct restore *r,
                                    size_t *i, bool *is_bad)
{
    struct qn_bytes path = qn_index_peek(r->index, *i)->path;
    size_t chosen = SIZE_MAX;

    for (; *i < qn_index_count(r->index) &&
           qn_bytes_is_equal(qn_index_peek(r->index, *i)->path, path);
         ++*i) {
        if (qn_index_peek(r->index, *i)->stage == r->options->stage)
            chosen = *i;
    }
    --*i;
    if (r->options->skips_unmerged) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "restore.unmerged",
                      "path '%.*s' is unmerged", QN_BYTES_ARG(path));
        return QN_OK;
    }
    if (r->options->merges)
        return take_merge(ctx, r, path, is_bad);
    if (r->options->stage == 0) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "restore.unmerged",
                      "path '%.*s' is unmerged", QN_BYTES_ARG(path));
        *is_bad = true;
        return QN_OK;
    }
    if (chosen == SIZE_MAX) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "restore.unmerged",
                      "path '%.*s' does not have %s version",
                      QN_BYTES_ARG(path),
                      r->options->stage == 2 ? "our" : "their");
        *is_bad = true;
        return QN_OK;
    }
    return add_position(ctx, r, chosen);
}

/* Entries whose files have to be written. */
static enum qn_status choose_files(struct qn_ctx *ctx, struct restore *r)
{
    struct qn_compare compare;
    bool is_bad = false;
    enum qn_status status = QN_OK;

    qn_compare_init(&compare, r->tree, r->index);
    for (size_t i = 0; i < qn_index_count(r->index) && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(r->index, i);
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale;
        uint8_t held;

        if (r->options->tree && r->options->overlays && entry->stage == 0 &&
            !find_file(r, entry->path))
            continue;
        /* What is not checked out is not meant, nor does it match. */
        if (entry->stage == 0 && (entry->flags & QN_INDEX_SKIP_WORKTREE) &&
            !r->options->takes_skipped)
            continue;
        if (!is_wanted(ctx, r, entry->path))
            continue;
        if (entry->stage != 0) {
            status = take_unmerged(ctx, r, &i, &is_bad);
            continue;
        }
        if ((entry->flags & QN_INDEX_SKIP_WORKTREE) &&
            r->options->takes_skipped) {
            entry->flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
            qn_index_mark_changed(r->index);
        }
        /* In overlay mode with a tree only what the tree has is meant. */
        if (r->options->tree && !find_file(r, entry->path))
            continue;
        if (entry->stat.mtime_seconds == 0 && r->options->tree) {
            status = add_position(ctx, r, i); /* it was entered just now */
            continue;
        }
        held = entry->flags & (QN_INDEX_ASSUME_VALID | QN_INDEX_SKIP_WORKTREE);
        entry->flags &= (uint8_t)~held; /* it was asked for */
        status =
            qn_compare_entry(ctx, &compare, entry, &stat, &answer, &is_stale);
        entry->flags |= held;
        /* Stat data that differ are enough for it to be written anew. */
        if (!status && is_stale && answer == QN_COMPARE_SAME &&
            !qn_compare_is_stat_same(&compare, entry, &stat))
            answer = QN_COMPARE_MODIFIED;
        else if (!status && is_stale) {
            qn_index_stat_fill(&entry->stat, &stat);
            entry->flags |= QN_INDEX_UPTODATE;
            qn_index_mark_changed(r->index);
        }
        if (!status && answer != QN_COMPARE_SAME)
            status = add_position(ctx, r, i);
    }
    qn_compare_dispose(&compare);
    if (!status && is_bad)
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "restore.unmerged", NULL,
                                  "paths are unmerged");
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct restore *r)
{
    struct qn_op_restore_options *options = r->options;
    struct qn_checkout_options checkout = {.forces = true};
    enum qn_status status = QN_OK;
    uint32_t workers;

    if (options->tree) {
        status =
            qn_unpack_trees_read(ctx, r->odb, r->index, options->tree, 1, "",
                                 !qn_index_is_sparse(r->index), &r->trees);
        if (!status)
            status = qn_unpack_trees_complete(ctx, r->index, &r->trees);
        if (!status)
            status = take_from_tree(ctx, r);
        if (!status)
            status = remove_others(ctx, r);
    } else if (!options->updates_files) {
        return QN_OK;
    }
    if (!status && options->merges)
        status = qn_recreate_merge_unresolve(ctx, r->index, r->pathspec);
    if (!status && options->updates_files)
        status = choose_files(ctx, r);
    if (!status)
        status = check_matched(ctx, r);
    if (status || !options->updates_files)
        return status;
    status = qn_work_tree_workers(ctx, r->tree, r->count, &workers);
    if (!status)
        status = qn_checkout_remove(ctx, r->tree, r->removed, r->removed_count);
    if (!status)
        status = qn_checkout_entries(ctx, r->tree, r->index, r->odb,
                                     r->positions, r->count, &checkout);
    if (!status)
        status = merge_paths(ctx, r);
    options->written_count = checkout.written_count;
    options->failed_count = checkout.failed_count;
    options->delayed_errors = checkout.delayed_errors;
    return status;
}

enum qn_status qn_op_restore(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_work_tree *tree,
                             struct qn_index *index,
                             const struct qn_pathspec *pathspec,
                             struct qn_op_restore_options *options)
{
    struct restore r = {.odb = odb,
                        .tree = tree,
                        .index = index,
                        .pathspec = pathspec,
                        .options = options,
                        .trees = {.count = 1}};
    enum qn_status status = QN_OK;

    options->written_count = options->failed_count = 0;
    options->delayed_errors = 0;
    options->merged_count = 0;
    if (qn_pathspec_has_attributes(pathspec))
        status = qn_attributes_new(ctx, tree->repo, QN_ATTRIBUTES_WORK_TREE,
                                   index, NULL, &r.attributes);
    if (!status)
        status = run(ctx, &r);
    qn_attributes_free(r.attributes);
    qn_memory_free(r.merges);
    qn_unpack_trees_dispose(&r.trees);
    qn_memory_free(r.positions);
    qn_memory_free(r.removed);
    qn_arena_dispose(&r.arena);
    return status;
}
