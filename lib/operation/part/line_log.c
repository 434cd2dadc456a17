/* SPDX-License-Identifier: MIT */
#include "operation/part/line_log.h"

#include "base/memory.h"
#include "diff/rename.h"
#include "diff/text_diff.h"
#include "hash/id_map.h"
#include "object/tree.h"
#include "operation/part/line_range.h"
#include "walk/grafts.h"

/* What is tracked in one commit. */
struct file {
    struct qn_bytes path;
    struct qn_patch_range *ranges; /* sorted, apart from each other */
    size_t count;
};

struct files {
    struct file *items;
    size_t count;
};

struct qn_line_log {
    const struct qn_revision_scope *scope;
    struct qn_text_diff_options text;
    struct qn_rename_options rename;
    struct qn_id_map commits; /* id -> number of `sets` */
    struct qn_id_map passed;  /* id -> position of the parent behind it + 1 */
    struct qn_line_log_row *rows;
    size_t row_count, row_capacity;
    struct files *sets;
    size_t set_count, set_capacity;
    struct qn_arena arena;
    struct qn_object objects[2];
};

void qn_line_log_free(struct qn_line_log *log)
{
    if (!log)
        return;
    qn_id_map_dispose(&log->commits);
    qn_id_map_dispose(&log->passed);
    qn_memory_free(log->rows);
    qn_memory_free(log->sets);
    qn_arena_dispose(&log->arena);
    qn_object_dispose(&log->objects[0]);
    qn_object_dispose(&log->objects[1]);
    qn_memory_free(log);
}

/* ---- sets of ranges */

/* Put a range in, joined with those it touches. */
static enum qn_status add_range(struct qn_ctx *ctx, struct qn_line_log *log,
                                struct file *file, struct qn_patch_range range)
{
    struct qn_patch_range *all;
    size_t count = 0;
    size_t i;

    if (range.start >= range.end)
        return QN_OK;
    all = qn_arena_calloc(ctx, &log->arena, file->count + 1, sizeof(*all));
    if (!all)
        return QN_NO_MEMORY;
    for (i = 0; i < file->count && file->ranges[i].end < range.start; i++)
        all[count++] = file->ranges[i];
    for (; i < file->count && file->ranges[i].start <= range.end; i++) {
        if (file->ranges[i].start < range.start)
            range.start = file->ranges[i].start;
        if (file->ranges[i].end > range.end)
            range.end = file->ranges[i].end;
    }
    all[count++] = range;
    for (; i < file->count; i++)
        all[count++] = file->ranges[i];
    file->ranges = all;
    file->count = count;
    return QN_OK;
}

/* The file of that path in a set; made when it is not there. */
static struct file *need_file(struct qn_ctx *ctx, struct qn_line_log *log,
                              struct files *files, struct qn_bytes path)
{
    struct file *all;
    const char *copy;
    size_t i;

    for (i = 0; i < files->count; i++)
        if (qn_bytes_is_equal(files->items[i].path, path))
            return &files->items[i];
    all = qn_arena_calloc(ctx, &log->arena, files->count + 1, sizeof(*all));
    copy = all ? qn_arena_copy(ctx, &log->arena, path) : NULL;
    if (!copy)
        return NULL;
    for (i = 0;
         i < files->count && qn_bytes_compare(files->items[i].path, path) < 0;
         i++)
        all[i] = files->items[i];
    all[i].path = qn_bytes_make(copy, path.size);
    if (files->count > i)
        memcpy(all + i + 1, files->items + i,
               (files->count - i) * sizeof(*all));
    files->items = all;
    files->count++;
    return &all[i];
}

/* Files with ranges for a commit that is still to come. */
static enum qn_status give(struct qn_ctx *ctx, struct qn_line_log *log,
                           const struct qn_id *commit,
                           const struct files *files)
{
    struct files *own;
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &log->commits, commit, &position, &is_new);
    size_t i;
    size_t j;

    if (!status && is_new) {
        status = qn_memory_grow(ctx, &log->sets, &log->set_capacity,
                                log->set_count + 1, sizeof(*log->sets));
        if (!status) {
            log->commits.values[position] = log->set_count;
            memset(&log->sets[log->set_count++], 0, sizeof(*log->sets));
        }
    }
    if (status)
        return status;
    own = &log->sets[log->commits.values[position]];
    for (i = 0; i < files->count && !status; i++) {
        struct file *file = files->items[i].count
                                ? need_file(ctx, log, own, files->items[i].path)
                                : NULL;

        if (files->items[i].count && !file)
            return QN_NO_MEMORY;
        for (j = 0; file && j < files->items[i].count && !status; j++)
            status = add_range(ctx, log, file, files->items[i].ranges[j]);
    }
    return status;
}

enum qn_status qn_line_log_new(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_diff_options *diff,
                               const struct qn_id *tip,
                               const char *const *specs, size_t count,
                               struct qn_line_log **out)
{
    struct qn_line_log *log = qn_memory_calloc(ctx, 1, sizeof(*log));
    struct files files = {NULL, 0};
    enum qn_status status = QN_OK;
    size_t i;

    if (!log)
        return QN_NO_MEMORY;
    log->scope = scope;
    log->text = diff->text;
    log->rename = diff->rename;
    log->rename.detect = 1;
    qn_id_map_init(&log->commits, tip->algorithm);
    qn_id_map_init(&log->passed, tip->algorithm);
    for (i = 0; i < count && !status; i++) {
        struct qn_line_range spec = {.after = 0};
        struct qn_patch_range range;
        struct file *file;

        status = qn_line_range_split(ctx, specs[i], &spec);
        if (status)
            break;
        file = need_file(ctx, log, &files, spec.path);
        if (!file) {
            status = QN_NO_MEMORY;
            break;
        }
        if (file->count)
            spec.after = file->ranges[file->count - 1].end;
        status = qn_line_range_find(ctx, scope, tip, &spec, &range);
        if (!status)
            status = add_range(ctx, log, file, range);
    }
    if (!status)
        status = give(ctx, log, tip, &files);
    if (status)
        qn_line_log_free(log);
    else
        *out = log;
    return status;
}

/* ---- one commit */

/* Does the change lie in the range?  A deletion has to be strictly inside. */
static bool touches(const struct qn_text_change *change,
                    const struct qn_patch_range *range)
{
    uint32_t end = change->new_start + change->new_count;

    if (!change->new_count)
        return range->start < change->new_start &&
               change->new_start < range->end;
    return change->new_start < range->end && end > range->start;
}

/* Where a range was before the changes. */
static struct qn_patch_range map_range(const struct qn_text_diff *diff,
                                       struct qn_patch_range range,
                                       bool *is_touched)
{
    struct qn_patch_range old = range;
    int64_t before = 0; /* old minus new, in front of the place at hand */
    bool has_start = false;
    bool has_end = false;
    size_t i;

    for (i = 0; i < diff->change_count; i++) {
        const struct qn_text_change *c = &diff->changes[i];
        uint32_t end = c->new_start + c->new_count;

        if (touches(c, &range)) {
            *is_touched = true;
            if (!has_start && c->new_start <= range.start) {
                old.start = c->old_start;
                has_start = true;
            }
            if (end >= range.end && c->new_count) {
                old.end = c->old_start + c->old_count;
                has_end = true;
            }
        }
        if (!has_start && c->new_start > range.start) {
            old.start = (uint32_t)((int64_t)range.start + before);
            has_start = true;
        }
        if (!has_end && c->new_start >= range.end) {
            old.end = (uint32_t)((int64_t)range.end + before);
            has_end = true;
        }
        before += (int64_t)c->old_count - c->new_count;
    }
    if (!has_start)
        old.start = (uint32_t)((int64_t)range.start + before);
    if (!has_end)
        old.end = (uint32_t)((int64_t)range.end + before);
    return old;
}

static enum qn_status map_file(struct qn_ctx *ctx, struct qn_line_log *log,
                               const struct file *file,
                               const struct qn_diff_pair *pair,
                               struct files *parents, bool *is_touched)
{
    struct qn_text_diff diff = {0};
    struct file *old;
    enum qn_status status;
    size_t i;

    if (!pair->old_side.mode) {
        *is_touched = true;
        return QN_OK;
    }
    status = qn_odb_read_typed(ctx, log->scope->odb, &pair->old_side.id,
                               QN_OBJECT_BLOB, &log->objects[0]);
    if (!status)
        status = qn_odb_read_typed(ctx, log->scope->odb, &pair->new_side.id,
                                   QN_OBJECT_BLOB, &log->objects[1]);
    if (!status)
        status = qn_text_diff_run(ctx, qn_object_bytes(&log->objects[0]),
                                  qn_object_bytes(&log->objects[1]), &log->text,
                                  &diff);
    old = status ? NULL : need_file(ctx, log, parents, pair->old_side.path);
    if (!status && !old)
        status = QN_NO_MEMORY;
    for (i = 0; i < file->count && !status; i++)
        status = add_range(ctx, log, old,
                           map_range(&diff, file->ranges[i], is_touched));
    qn_text_diff_dispose(&diff);
    return status;
}

/* The pair of a path between two trees; `*found` false: it is the same. */
static enum qn_status find_pair(struct qn_ctx *ctx, struct qn_line_log *log,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                struct qn_bytes path, struct qn_diff_list *list,
                                bool *found)
{
    const char *text = (const char *)path.data;
    struct qn_tree_diff_options options = {.is_recursive = true};
    struct qn_rename_options rename = log->rename;
    struct qn_pathspec *pathspec = NULL;
    enum qn_status status = qn_pathspec_new(ctx, &text, 1, "", NULL,
                                            QN_PATHSPEC_LITERAL, &pathspec);
    size_t i;

    options.pathspec = pathspec;
    if (!status)
        status = qn_tree_diff_run(ctx, log->scope->odb, old_tree, new_tree,
                                  &options, list);
    qn_pathspec_free(pathspec);
    *found = !status && list->count > 0;
    if (!*found || list->pairs[0].status != QN_DIFF_ADDED || !old_tree)
        return status;
    /* it appeared: from where? */
    qn_diff_list_reset(list);
    options.pathspec = NULL;
    rename.follow = path;
    status = qn_tree_diff_run(ctx, log->scope->odb, old_tree, new_tree,
                              &options, list);
    if (!status)
        status = qn_rename_detect(ctx, log->scope->odb, &rename, list);
    for (i = 0; i < list->count && !status; i++)
        if (qn_bytes_is_equal(list->pairs[i].new_side.path, path) &&
            list->pairs[i].new_side.mode) {
            list->pairs[0] = list->pairs[i];
            break;
        }
    return status;
}

/* All files of a commit against one parent. */
static enum qn_status step_parent(struct qn_ctx *ctx, struct qn_line_log *log,
                                  const struct files *files,
                                  const struct qn_id trees[2], bool has_parent,
                                  struct files *parents,
                                  struct qn_line_log_file *shown,
                                  size_t *shown_count)
{
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    *shown_count = 0;
    for (i = 0; i < files->count && !status; i++) {
        const struct file *file = &files->items[i];
        struct qn_line_log_file *row = &shown[*shown_count];
        bool is_touched = false;
        bool found = false;

        qn_diff_list_reset(&list);
        status = find_pair(ctx, log, has_parent ? &trees[0] : NULL, &trees[1],
                           file->path, &list, &found);
        if (!status && !found) {
            struct files same = {(struct file *)file, 1};
            struct file *old = need_file(ctx, log, parents, file->path);
            size_t j;

            status = old ? QN_OK : QN_NO_MEMORY;
            for (j = 0; j < same.items->count && !status; j++)
                status = add_range(ctx, log, old, file->ranges[j]);
            continue;
        }
        if (!status)
            status =
                map_file(ctx, log, file, &list.pairs[0], parents, &is_touched);
        if (status || !is_touched)
            continue;
        row->pair = list.pairs[0];
        if (row->pair.status == QN_DIFF_RENAMED)
            row->pair.status = QN_DIFF_MODIFIED;
        row->pair.score = 0;
        row->pair.old_side.path = qn_bytes_from_string(
            qn_arena_copy(ctx, &log->arena, list.pairs[0].old_side.path));
        row->pair.new_side.path = file->path;
        row->ranges = file->ranges;
        row->count = file->count;
        ++*shown_count;
    }
    qn_diff_list_dispose(&list);
    return status;
}

static enum qn_status read_commit(struct qn_ctx *ctx, struct qn_line_log *log,
                                  const struct qn_id *id,
                                  struct qn_object *object,
                                  struct qn_commit *out)
{
    const struct qn_grafts *grafts = NULL;
    enum qn_status status = qn_grafts_of(ctx, log->scope, &grafts);

    if (!status)
        status = qn_odb_read_typed(ctx, log->scope->odb, id, QN_OBJECT_COMMIT,
                                   object);
    if (!status)
        status =
            qn_commit_parse(ctx, qn_object_bytes(object), id->algorithm, out);
    if (!status)
        qn_grafts_apply(grafts, id, out);
    return status;
}

/* Everything the commit tracks went on to this parent. */
static enum qn_status pass(struct qn_ctx *ctx, struct qn_line_log *log,
                           const struct qn_id *commit,
                           const struct qn_id *parent)
{
    uint32_t from;
    uint32_t to;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &log->passed, parent, &to, &is_new);

    if (!status)
        status = qn_id_map_put(ctx, &log->passed, commit, &from, &is_new);
    if (!status)
        log->passed.values[from] = to + 1;
    return status;
}

/* Against each parent; one in which nothing changed takes all ranges. */
static enum qn_status
step_all(struct qn_ctx *ctx, struct qn_line_log *log, const struct qn_id *id,
         const struct qn_commit *commit, const struct files *files,
         struct qn_line_log_file *shown, size_t *count, bool *is_shown)
{
    uint32_t parents = commit->parent_count ? commit->parent_count : 1;
    struct files *given =
        qn_arena_calloc(ctx, &log->arena, parents, sizeof(*given));
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id trees[2];
    enum qn_status status = given ? QN_OK : QN_NO_MEMORY;
    struct qn_id parent;
    uint32_t i;

    *is_shown = true;
    trees[1] = commit->tree;
    for (i = 0; i < parents && !status; i++) {
        struct qn_commit parsed;

        if (commit->parent_count) {
            qn_commit_parent(commit, i, &parent);
            status = read_commit(ctx, log, &parent, &object, &parsed);
            if (!status)
                trees[0] = parsed.tree;
        }
        if (!status)
            status =
                step_parent(ctx, log, files, trees, commit->parent_count > 0,
                            &given[i], shown, count);
        if (!status && !*count && commit->parent_count) {
            *is_shown = false;
            status = give(ctx, log, &parent, &given[i]);
            if (!status)
                status = pass(ctx, log, id, &parent);
            break;
        }
    }
    for (i = 0; *is_shown && i < commit->parent_count && !status; i++) {
        qn_commit_parent(commit, i, &parent);
        status = give(ctx, log, &parent, &given[i]);
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status step(struct qn_ctx *ctx, struct qn_line_log *log,
                           const struct qn_id *id, bool *is_shown,
                           const struct qn_line_log_file **out, size_t *count)
{
    uint32_t position = qn_id_map_find(&log->commits, id);
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_line_log_file *shown;
    struct qn_commit commit;
    struct files files;
    enum qn_status status;

    *is_shown = false;
    *count = 0;
    if (position == QN_ID_MAP_NONE)
        return QN_OK;
    files = log->sets[log->commits.values[position]];
    if (!files.count)
        return QN_OK;
    shown = qn_arena_calloc(ctx, &log->arena, files.count, sizeof(*shown));
    if (!shown)
        return QN_NO_MEMORY;
    status = read_commit(ctx, log, id, &object, &commit);
    if (!status)
        status =
            step_all(ctx, log, id, &commit, &files, shown, count, is_shown);
    if (!status && commit.parent_count > 1)
        *count = 0;
    *out = shown;
    qn_object_dispose(&object);
    return status;
}

/* The row that a parent stands for: through those that are not shown. */
static bool find_shown(const struct qn_line_log *log,
                       const struct qn_id_map *shown, struct qn_id *id)
{
    while (qn_id_map_find(shown, id) == QN_ID_MAP_NONE) {
        uint32_t position = qn_id_map_find(&log->passed, id);

        if (position == QN_ID_MAP_NONE || !log->passed.values[position])
            return false;
        qn_id_map_id(&log->passed, (uint32_t)log->passed.values[position] - 1,
                     id);
    }
    return true;
}

static enum qn_status rewrite_parents(struct qn_ctx *ctx,
                                      struct qn_line_log *log,
                                      const struct qn_id_map *shown,
                                      struct qn_line_log_row *row)
{
    struct qn_id *parents = qn_arena_calloc(
        ctx, &log->arena, row->commit.parent_count + 1, sizeof(*parents));
    uint32_t count = 0;
    uint32_t i;
    uint32_t j;

    if (!parents)
        return QN_NO_MEMORY;
    for (i = 0; i < row->commit.parent_count; i++) {
        struct qn_id id = row->commit.parents[i];

        if (!find_shown(log, shown, &id))
            continue;
        for (j = 0; j < count && !qn_id_is_equal(&parents[j], &id);)
            j++;
        if (j == count)
            parents[count++] = id;
    }
    row->commit.parents = parents;
    row->commit.parent_count = count;
    return QN_OK;
}

static enum qn_status take(struct qn_ctx *ctx, struct qn_line_log *log,
                           const struct qn_walk_commit *commit,
                           struct qn_id_map *shown)
{
    struct qn_line_log_row *row;
    struct qn_id *parents;
    bool is_shown;
    bool is_new;
    uint32_t position;
    enum qn_status status =
        qn_memory_grow(ctx, &log->rows, &log->row_capacity, log->row_count + 1,
                       sizeof(*log->rows));

    if (status)
        return status;
    row = &log->rows[log->row_count];
    memset(row, 0, sizeof(*row));
    status = step(ctx, log, &commit->id, &is_shown, &row->files, &row->count);
    if (status || !is_shown)
        return status;
    row->commit = *commit;
    parents = qn_arena_calloc(ctx, &log->arena, commit->parent_count + 1,
                              sizeof(*parents));
    if (!parents)
        return QN_NO_MEMORY;
    if (commit->parent_count)
        memcpy(parents, commit->parents,
               commit->parent_count * sizeof(*parents));
    row->commit.parents = parents;
    log->row_count++;
    return qn_id_map_put(ctx, shown, &commit->id, &position, &is_new);
}

enum qn_status qn_line_log_run(struct qn_ctx *ctx, struct qn_line_log *log,
                               struct qn_commit_walk *walk,
                               const struct qn_line_log_row **rows,
                               size_t *count)
{
    struct qn_walk_commit commit;
    struct qn_id_map shown;
    enum qn_status status = QN_OK;
    size_t i;

    qn_id_map_init(&shown, log->commits.algorithm);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = take(ctx, log, &commit, &shown);
    }
    if (status == QN_END)
        status = QN_OK;
    for (i = 0; i < log->row_count && !status; i++)
        status = rewrite_parents(ctx, log, &shown, &log->rows[i]);
    qn_id_map_dispose(&shown);
    *rows = log->rows;
    *count = log->row_count;
    return status;
}
