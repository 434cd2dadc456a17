/* SPDX-License-Identifier: MIT */
#include "worktree/status.h"

#include "base/memory.h"
#include "base/progress.h"
#include "diff/rename.h"
#include "object/commit.h"
#include "object/tree.h"
#include "worktree/refresh.h"
#include "worktree/unpack_trees.h"

#include <stdlib.h>

struct collector {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    struct qn_odb *odb;
    const struct qn_status_options *options;
    struct qn_status_list *out;
};

void qn_status_list_dispose(struct qn_status_list *list)
{
    qn_memory_free(list->rows);
    qn_work_walk_dispose(&list->extra);
    qn_arena_dispose(&list->arena);
    list->rows = NULL;
    list->count = list->capacity = 0;
}

enum qn_status qn_status_head(struct qn_ctx *ctx, struct qn_odb *odb,
                              struct qn_refs *refs, struct qn_id *commit,
                              struct qn_id *tree, bool *found)
{
    struct qn_ref head = QN_REF_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit parsed;
    enum qn_status status = qn_refs_resolve(ctx, refs, "HEAD", &head, found);

    if (!status && *found) {
        if (commit)
            *commit = head.id;
        if (tree) {
            status = qn_odb_read_typed(ctx, odb, &head.id, QN_OBJECT_COMMIT,
                                       &object);
            if (!status)
                status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                         head.id.algorithm, &parsed);
            if (!status)
                *tree = parsed.tree;
            else if (status == QN_NOT_FOUND || status == QN_INVALID)
                status = qn_ctx_fail_reason(ctx, status, "status.bad-head",
                                            "HEAD", "bad object HEAD");
        }
    }
    qn_object_dispose(&object);
    qn_ref_dispose(&head);
    return status;
}

static bool is_wanted(struct qn_ctx *ctx, const struct collector *c,
                      struct qn_bytes path)
{
    return !c->options->pathspec ||
           qn_pathspec_is_match(ctx, c->options->pathspec, path, false, NULL,
                                NULL);
}

static enum qn_status add_row(struct qn_ctx *ctx, struct collector *c,
                              struct qn_bytes path, struct qn_status_row **out)
{
    struct qn_status_list *list = c->out;
    struct qn_status_row *row;
    char *copy;
    enum qn_status status =
        qn_memory_grow(ctx, &list->rows, &list->capacity, list->count + 1,
                       sizeof(*list->rows));

    if (status)
        return status;
    copy = qn_arena_copy(ctx, &list->arena, path);
    if (!copy)
        return QN_NO_MEMORY;
    row = &list->rows[list->count++];
    memset(row, 0, sizeof(*row));
    row->path = qn_bytes_make(copy, path.size);
    row->staged = row->unstaged = ' ';
    qn_id_clear(&row->head_id, qn_index_algorithm(c->index));
    row->index_id = row->head_id;
    for (int i = 0; i < 3; i++)
        row->stage_id[i] = row->head_id;
    *out = row;
    return QN_OK;
}

/* ---- HEAD against the index */

static enum qn_status add_pair(struct qn_ctx *ctx, struct qn_diff_list *pairs,
                               const struct qn_unpack_file *old,
                               const struct qn_index_entry *entry)
{
    struct qn_diff_pair *pair = qn_diff_list_add(ctx, pairs);
    struct qn_bytes path = old ? old->path : entry->path;
    char *copy;

    if (!pair)
        return QN_NO_MEMORY;
    copy = qn_arena_copy(ctx, &pairs->arena, path);
    if (!copy)
        return QN_NO_MEMORY;
    pair->old_side.path = pair->new_side.path = qn_bytes_make(copy, path.size);
    qn_id_clear(&pair->old_side.id,
                old ? old->id.algorithm : entry->id.algorithm);
    pair->new_side.id = pair->old_side.id;
    if (old) {
        pair->old_side.id = old->id;
        pair->old_side.mode = old->mode;
        pair->old_side.has_id = true;
    }
    if (entry) {
        pair->new_side.id = entry->id;
        pair->new_side.mode = qn_mode_canonical(entry->mode);
        pair->new_side.has_id = true;
    }
    if (!old)
        pair->status = QN_DIFF_ADDED;
    else if (!entry)
        pair->status = QN_DIFF_DELETED;
    else if ((old->mode ^ pair->new_side.mode) & QN_MODE_KIND_MASK)
        pair->status = QN_DIFF_TYPE_CHANGED;
    else
        pair->status = QN_DIFF_MODIFIED;
    return QN_OK;
}

static enum qn_status compare_lists(struct qn_ctx *ctx, struct collector *c,
                                    const struct qn_unpack_trees *trees,
                                    struct qn_diff_list *pairs)
{
    const struct qn_unpack_list *list = &trees->lists[0];
    size_t i = 0, t = 0, same = 0, count = qn_index_count(c->index);
    enum qn_status status = QN_OK;

    while (!status) {
        const struct qn_index_entry *entry = NULL;
        const struct qn_unpack_file *file = NULL;
        bool is_unmerged = false;
        int order;

        while (same < trees->same_count && i == trees->same[same].start)
            i = trees->same[same++].end;
        if (i < count)
            entry = qn_index_peek(c->index, i);
        if (t < list->count)
            file = &list->files[t];
        if (!entry && !file)
            break;
        order = !entry  ? 1
                : !file ? -1
                        : qn_bytes_compare(entry->path, file->path);
        if (order > 0)
            entry = NULL;
        if (order < 0)
            file = NULL;
        if (file)
            t++;
        if (entry) {
            struct qn_bytes path = entry->path;

            is_unmerged = entry->stage != 0;
            while (i < count &&
                   qn_bytes_is_equal(qn_index_peek(c->index, i)->path, path))
                i++;
        }
        if (is_unmerged || !is_wanted(ctx, c, file ? file->path : entry->path))
            continue;
        if (entry && (entry->flags & QN_INDEX_INTENT_TO_ADD)) {
            if (!file)
                continue;
            entry = NULL;
        }
        if (entry && file && qn_mode_canonical(entry->mode) == file->mode &&
            qn_id_is_equal(&entry->id, &file->id))
            continue;
        status = add_pair(ctx, pairs, file, entry);
    }
    return status;
}

static enum qn_status compare_head(struct qn_ctx *ctx, struct collector *c,
                                   const struct qn_id *head)
{
    struct qn_unpack_trees trees = {.count = 1};
    struct qn_diff_list pairs = QN_DIFF_LIST_INIT;
    struct qn_rename_options rename = {.detect = c->options->rename,
                                       .minimum_score =
                                           c->options->rename_score,
                                       .limit = c->options->rename_limit};
    enum qn_status status = QN_OK;

    if (head)
        status = qn_unpack_trees_read(ctx, c->odb, c->index, head, 1, "", true,
                                      &trees);
    if (!status)
        status = compare_lists(ctx, c, &trees, &pairs);
    if (!status && c->options->rename && pairs.count > 1)
        status = qn_rename_detect(ctx, c->odb, &rename, &pairs);
    for (size_t i = 0; i < pairs.count && !status; i++) {
        const struct qn_diff_pair *pair = &pairs.pairs[i];
        struct qn_status_row *row;
        bool is_moved =
            pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED;

        status = add_row(ctx, c,
                         pair->new_side.mode ? pair->new_side.path
                                             : pair->old_side.path,
                         &row);
        if (status)
            break;
        row->staged = pair->status;
        row->score = pair->score;
        row->head_mode = pair->old_side.mode;
        row->index_mode = pair->new_side.mode;
        row->head_id = pair->old_side.id;
        row->index_id = pair->new_side.id;
        row->work_mode = row->index_mode;
        row->is_submodule = qn_mode_is_gitlink(row->index_mode) ||
                            qn_mode_is_gitlink(row->head_mode);
        if (is_moved) {
            char *copy =
                qn_arena_copy(ctx, &c->out->arena, pair->old_side.path);

            if (!copy)
                status = QN_NO_MEMORY;
            row->old_path = qn_bytes_make(copy, pair->old_side.path.size);
        }
    }
    qn_diff_list_dispose(&pairs);
    qn_unpack_trees_dispose(&trees);
    return status;
}

/* ---- the index against the work tree */

static int compare_rows(const void *a, const void *b)
{
    const struct qn_status_row *left = a, *right = b;

    return qn_bytes_compare(left->path, right->path);
}

/* The row of a path among the first `count`, which are sorted. */
static struct qn_status_row *find_row(const struct qn_status_list *list,
                                      size_t count, struct qn_bytes path)
{
    struct qn_status_row key = {.path = path};

    return count == 0
               ? NULL
               : bsearch(&key, list->rows, count, sizeof(key), compare_rows);
}

static uint32_t mode_in_tree(struct qn_ctx *ctx, const struct collector *c,
                             const struct qn_index_entry *entry)
{
    struct qn_file_stat stat;

    if (!c->tree || qn_file_lstat_at(ctx, c->tree->top_fd,
                                     (const char *)entry->path.data, &stat)) {
        qn_ctx_clear(ctx);
        return 0;
    }
    if (stat.kind == QN_FILE_NONE ||
        (stat.kind == QN_FILE_DIRECTORY && !qn_mode_is_gitlink(entry->mode)))
        return 0;
    return qn_work_tree_mode(c->tree, &stat, entry->mode);
}

static enum qn_status add_unmerged(struct qn_ctx *ctx, struct collector *c,
                                   size_t *i)
{
    struct qn_bytes path = qn_index_peek(c->index, *i)->path;
    struct qn_status_row *row;
    const struct qn_index_entry *entry = qn_index_peek(c->index, *i);
    enum qn_status status = add_row(ctx, c, path, &row);

    if (status)
        return status;
    row->work_mode = mode_in_tree(ctx, c, entry);
    for (; *i < qn_index_count(c->index); ++*i) {
        entry = qn_index_peek(c->index, *i);
        if (!qn_bytes_is_equal(entry->path, path))
            break;
        row->stages |= (uint8_t)(1u << (entry->stage - 1));
        row->stage_mode[entry->stage - 1] = entry->mode;
        row->stage_id[entry->stage - 1] = entry->id;
    }
    --*i;
    return QN_OK;
}

static char letter_of(const struct qn_index_entry *entry, uint8_t answer)
{
    switch (answer) {
    case QN_COMPARE_DELETED:
        return 'D';
    case QN_COMPARE_TYPE_CHANGED:
        return entry->flags & QN_INDEX_INTENT_TO_ADD ? 'A' : 'T';
    default:
        return entry->flags & QN_INDEX_INTENT_TO_ADD ? 'A' : 'M';
    }
}

static enum qn_status compare_files(struct qn_ctx *ctx, struct collector *c,
                                    const uint8_t *answers)
{
    size_t staged = c->out->count;
    enum qn_status status = QN_OK;

    if (staged > 0)
        qsort(c->out->rows, staged, sizeof(*c->out->rows), compare_rows);
    for (size_t i = 0; i < qn_index_count(c->index) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(c->index, i);
        struct qn_status_row *row;

        if (entry->stage != 0) {
            struct qn_bytes path = entry->path;

            if (is_wanted(ctx, c, path)) {
                status = add_unmerged(ctx, c, &i);
            } else {
                while (i + 1 < qn_index_count(c->index) &&
                       qn_bytes_is_equal(qn_index_peek(c->index, i + 1)->path,
                                         path))
                    i++;
            }
            continue;
        }
        if (!answers || answers[i] == QN_COMPARE_SAME)
            continue;
        if (qn_mode_is_gitlink(entry->mode) && c->options->ignores_submodules)
            continue;
        row = find_row(c->out, staged, entry->path);
        if (!row) {
            status = add_row(ctx, c, entry->path, &row);
            if (status)
                break;
            row->is_intent = entry->flags & QN_INDEX_INTENT_TO_ADD;
            /* Gone again, it counts as if it had been there. */
            if (!row->is_intent || answers[i] == QN_COMPARE_DELETED) {
                row->head_mode = row->index_mode =
                    qn_mode_canonical(entry->mode);
                row->head_id = row->index_id = entry->id;
            }
        }
        row->unstaged = letter_of(entry, answers[i]);
        row->work_mode = mode_in_tree(ctx, c, entry);
        if (qn_mode_is_gitlink(entry->mode)) {
            row->is_submodule = true;
            row->has_new_commit = answers[i] == QN_COMPARE_MODIFIED;
        }
    }
    return status;
}

/* Compare the tracked files and look for others, in one walk where both are
 * wanted. */
static enum qn_status look_at_files(struct qn_ctx *ctx, struct collector *c,
                                    uint8_t *answers)
{
    const struct qn_status_options *options = c->options;
    struct qn_work_walk_options walk = {
        .pathspec = options->pathspec,
        .collapses = options->untracked != QN_STATUS_UNTRACKED_ALL,
        .lists_untracked = options->untracked != QN_STATUS_UNTRACKED_NO,
        .ignored = options->ignored,
        .answers = answers,
        .uses_cache = !options->pathspec &&
                      options->untracked == QN_STATUS_UNTRACKED_NORMAL &&
                      options->ignored == QN_WORK_WALK_IGNORED_NONE};

    struct qn_progress progress = QN_PROGRESS_INIT;
    size_t count = qn_index_count(c->index);
    enum qn_status status;

    if (!c->tree)
        return QN_OK;
    if (options->untracked == QN_STATUS_UNTRACKED_NO &&
        options->ignored == QN_WORK_WALK_IGNORED_NONE)
        return qn_refresh_run(ctx, c->tree, c->index, options->pathspec,
                              options->tells_progress ? QN_REFRESH_TELLS : 0,
                              answers);
    if (options->tells_progress) {
        qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                          "Refresh index", count);
        walk.progress = &progress;
    }
    status = qn_work_walk_run(ctx, c->tree, c->index, &walk, &c->out->extra);
    qn_progress_set(ctx, &progress, count);
    qn_progress_end(ctx, &progress);
    return status;
}

enum qn_status qn_status_run(struct qn_ctx *ctx,
                             const struct qn_work_tree *work_tree,
                             struct qn_index *index, struct qn_odb *odb,
                             const struct qn_id *head,
                             const struct qn_status_options *options,
                             struct qn_status_list *out)
{
    struct collector c = {.tree = work_tree,
                          .index = index,
                          .odb = odb,
                          .options = options,
                          .out = out};
    uint8_t *answers = NULL;
    enum qn_status status = QN_OK;

    if (work_tree) {
        answers = qn_memory_calloc(ctx, qn_index_count(index) + 1, 1);
        if (!answers)
            return QN_NO_MEMORY;
        status = look_at_files(ctx, &c, answers);
    }
    if (!status && !options->skips_head) {
        status = compare_head(ctx, &c, head);
        if (status && strcmp(qn_ctx_reason(ctx), "unpack.no-tree") == 0)
            status = qn_ctx_fail_reason(ctx, status, "tree.bad", "HEAD",
                                        "bad tree object HEAD");
    }
    if (!status)
        status = compare_files(ctx, &c, answers);
    if (!status && out->count > 0)
        qsort(out->rows, out->count, sizeof(*out->rows), compare_rows);
    qn_memory_free(answers);
    if (status)
        qn_status_list_dispose(out);
    return status;
}
