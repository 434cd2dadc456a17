/* SPDX-License-Identifier: MIT */
#include "operation/op_add.h"

#include "base/memory.h"
#include "index/index_fold.h"
#include "object/tree.h"
#include "os/file.h"
#include "path/ignore.h"
#include "worktree/add.h"
#include "worktree/checkout.h"
#include "worktree/refresh.h"
#include "worktree/sparse.h"
#include "worktree/work_walk.h"

#include <errno.h>

struct add {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    struct qn_odb *odb;
    const struct qn_pathspec *pathspec;
    struct qn_attributes *attributes;
    struct qn_sparse *sparse; /* NULL: all of it is there */
    struct qn_op_add_options *options;
    uint8_t *matched; /* one flag a pattern */
    struct qn_bytes *paths;
    size_t count;
    size_t capacity;
    struct qn_bytes *removed; /* told of in their place among the paths */
    size_t removed_count;
    size_t removed_told;
    size_t removed_capacity;
    struct qn_arena arena;
};

static void tell(struct add *add, char kind, struct qn_bytes path)
{
    if (add->options->each)
        add->options->each(add->options->data, kind, path);
}

static enum qn_status add_path(struct qn_ctx *ctx, struct add *add,
                               struct qn_bytes path)
{
    enum qn_status status = qn_memory_grow(ctx, &add->paths, &add->capacity,
                                           add->count + 1, sizeof(*add->paths));

    if (!status)
        add->paths[add->count++] = path;
    return status;
}

static bool is_wanted(struct qn_ctx *ctx, struct add *add, struct qn_bytes path,
                      bool is_directory)
{
    return qn_pathspec_is_match(ctx, add->pathspec, path, is_directory,
                                add->attributes, add->matched);
}

/* What is not checked out is left alone. */
static bool is_outside(const struct add *add,
                       const struct qn_index_entry *entry)
{
    return (entry->flags & QN_INDEX_SKIP_WORKTREE) ||
           (!add->options->is_sparse && !add->options->is_refresh &&
            !qn_sparse_is_inside(add->sparse, entry->path));
}

/* Tell of the removed paths before `next` (NULL: of all). */
static void tell_removed(struct add *add, const struct qn_bytes *next)
{
    while (
        add->removed_told < add->removed_count &&
        (!next || qn_bytes_compare(add->removed[add->removed_told], *next) < 0))
        tell(add, 'D', add->removed[add->removed_told++]);
}

/* Enter the paths gathered so far, telling of those that change. */
static enum qn_status enter(struct qn_ctx *ctx, struct add *add)
{
    struct qn_op_add_options *options = add->options;
    struct qn_add_options how = {.is_intent = options->is_intent,
                                 .renormalises = options->renormalises,
                                 .is_dry_run = options->is_dry_run,
                                 .ignores_errors = options->ignores_errors ||
                                                   options->renormalises,
                                 .checks_safe = !options->renormalises};
    enum qn_status status;

    if (add->count == 0) {
        tell_removed(add, NULL);
        return QN_OK;
    }
    how.changed = qn_memory_calloc(ctx, add->count, 1);
    if (!how.changed)
        return QN_NO_MEMORY;
    status = qn_add_paths(ctx, add->tree, add->index, add->odb, add->paths,
                          add->count, &how);
    for (size_t i = 0; i < add->count && !status; i++) {
        struct qn_bytes path = add->paths[i];

        tell_removed(add, &path);
        if (path.data[path.size - 1] == '/')
            tell(add, 'E', qn_bytes_first(path, path.size - 1));
        if (how.changed[i] || options->renormalises)
            tell(add, 'A', path);
    }
    if (!status)
        tell_removed(add, NULL);
    options->failed_count += how.failed_count;
    qn_memory_free(how.changed);
    add->count = 0;
    return status;
}

static enum qn_status walk_tree(struct qn_ctx *ctx, struct add *add,
                                uint8_t *answers, struct qn_work_walk *walk)
{
    struct qn_work_walk_options options = {
        .pathspec =
            qn_pathspec_has_attributes(add->pathspec) ? NULL : add->pathspec,
        .lists_untracked = true,
        .is_second = !answers,
        .ignores_nothing = add->options->is_forced,
        .answers = answers};

    return qn_work_walk_run(ctx, add->tree, add->index, &options, walk);
}

/* What was in the index under another case is not new, though that is gone. */
static void drop_other_case(const struct add *add,
                            const struct qn_index_fold *fold,
                            struct qn_work_walk *walk)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->count; i++) {
        struct qn_bytes path = walk->items[i].path;
        struct qn_bytes known = add->tree->ignores_case
                                    ? qn_index_fold_file(fold, path)
                                    : QN_BYTES_NONE;

        if (known.size == 0 || qn_bytes_is_equal(known, path))
            walk->items[kept++] = walk->items[i];
    }
    walk->count = kept;
}

/* A file is not there: git has told of those before it. */
static enum qn_status fail_to_renormalise(struct qn_ctx *ctx, struct add *add,
                                          struct qn_bytes path)
{
    enum qn_status status = enter(ctx, add);

    return status
               ? status
               : qn_ctx_fail(
                     ctx, QN_NOT_FOUND, "unable to stat '%.*s': %s",
                     QN_BYTES_ARG(path),
                     strerror(qn_work_tree_is_below_file(ctx, add->tree, path)
                                  ? ENOTDIR
                                  : ENOENT));
}

/* With -N a tracked file is told of when its stat data is another, whether or
 * not its content is: one byte an entry. */
static enum qn_status find_stale(struct qn_ctx *ctx, const struct add *add,
                                 uint8_t **out)
{
    size_t count = qn_index_count(add->index);
    uint8_t *stale = qn_memory_calloc(ctx, count + 1, 1);
    struct qn_compare compare;
    enum qn_status status = stale ? QN_OK : QN_NO_MEMORY;

    qn_compare_init(&compare, add->tree, add->index);
    for (size_t i = 0; i < count && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(add->index, i);
        struct qn_file_stat stat;

        if (entry->stage != 0 || !qn_mode_is_file(entry->mode))
            continue;
        status = qn_file_lstat_at(ctx, add->tree->top_fd,
                                  (const char *)entry->path.data, &stat);
        stale[i] = !status && stat.kind == QN_FILE_REGULAR &&
                   !qn_compare_is_stat_same(&compare, entry, &stat);
    }
    qn_compare_dispose(&compare);
    if (status)
        qn_memory_free(stale);
    else
        *out = stale;
    return status;
}

/* Tracked files that differ.  The walk finds the others as well where they are
 * wanted (`walk` is not NULL), and is thrown away when files are gone: what
 * lies in their place is untracked then. */
static enum qn_status gather_tracked(struct qn_ctx *ctx, struct add *add,
                                     struct qn_work_walk *walk)
{
    size_t count = qn_index_count(add->index), removed = 0;
    uint8_t *stale = NULL;
    uint8_t *answers = qn_memory_calloc(ctx, count + 1, 1);
    struct qn_index_fold *fold = NULL;
    enum qn_status status = QN_OK;

    if (!answers)
        return QN_NO_MEMORY;
    if (add->options->is_intent)
        status = find_stale(ctx, add, &stale);
    if (!status && walk && add->tree->ignores_case)
        status = qn_index_fold_new(ctx, add->index, &fold);
    if (!status && walk)
        status = walk_tree(ctx, add, answers, walk);
    else if (!status)
        status = qn_refresh_run(
            ctx, add->tree, add->index,
            qn_pathspec_has_attributes(add->pathspec) ? NULL : add->pathspec, 0,
            answers);
    for (size_t i = 0; i < count && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(add->index, i);
        struct qn_file_stat stat = {0};
        bool is_gone = answers[i] == QN_COMPARE_DELETED;

        if (is_outside(add, entry) ||
            !is_wanted(ctx, add, entry->path, false) ||
            add->options->is_refresh)
            continue;
        if (entry->stage != 0) {
            if (add->options->renormalises)
                continue;
            /* Each unmerged path once: what is there resolves it. */
            if (i > 0 &&
                qn_bytes_is_equal(qn_index_peek(add->index, i - 1)->path,
                                  entry->path))
                continue;
            status = qn_file_lstat_at(ctx, add->tree->top_fd,
                                      (const char *)entry->path.data, &stat);
            is_gone = stat.kind == QN_FILE_NONE;
        } else if (is_gone && add->options->renormalises) {
            /* A directory in its place is tried. */
            status = qn_file_lstat_at(ctx, add->tree->top_fd,
                                      (const char *)entry->path.data, &stat);
            is_gone = stat.kind == QN_FILE_NONE;
        } else if (answers[i] == QN_COMPARE_SAME &&
                   !add->options->renormalises && !(stale && stale[i])) {
            continue;
        }
        if (add->options->renormalises && qn_mode_is_gitlink(entry->mode))
            continue;
        if (is_gone && add->options->renormalises && !status)
            status = fail_to_renormalise(ctx, add, entry->path);
        if (status)
            break;
        if (!is_gone) {
            char *copy = qn_arena_copy(ctx, &add->arena, entry->path);

            status =
                copy ? add_path(ctx, add, qn_bytes_make(copy, entry->path.size))
                     : QN_NO_MEMORY;
        } else if (!add->options->keeps_removed) {
            status =
                qn_memory_grow(ctx, &add->removed, &add->removed_capacity,
                               add->removed_count + 1, sizeof(*add->removed));
            if (status)
                break;
            add->removed[add->removed_count++] = entry->path;
            if (!add->options->is_dry_run) {
                for (size_t k = i;
                     k < count &&
                     qn_bytes_is_equal(qn_index_peek(add->index, k)->path,
                                       entry->path);
                     k++)
                    qn_index_at(add->index, k)->flags |= QN_INDEX_REMOVED;
                removed++;
            }
        }
    }
    if (removed > 0 && !status)
        status = qn_index_compact_resolved(ctx, add->index);
    if (removed > 0 && walk && !status) {
        qn_work_walk_dispose(walk);
        status = walk_tree(ctx, add, NULL, walk);
        if (!status)
            drop_other_case(add, fold, walk);
    }
    qn_index_fold_free(fold);
    qn_memory_free(answers);
    qn_memory_free(stale);
    return status;
}

static bool has_entry(const struct add *add, struct qn_bytes path)
{
    bool found;

    (void)qn_index_find(add->index, path, 0, &found);
    for (size_t i = 0; i < add->removed_count && !found; i++)
        found = qn_bytes_is_equal(add->removed[i], path);
    return found;
}

/* The first directory on the way to a path that is ignored; or none. */
static enum qn_status find_ignored(struct qn_ctx *ctx, struct qn_ignore *ignore,
                                   struct qn_bytes path, struct qn_bytes *out)
{
    struct qn_ignore_match match = {0};
    struct qn_buf part = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    *out = QN_BYTES_NONE;
    for (size_t at = 1; at < path.size && !status && out->size == 0; at++) {
        if (path.data[at] != '/')
            continue;
        qn_buf_clear(&part);
        status = qn_buf_append(ctx, &part, path.data, at);
        if (!status)
            status =
                qn_ignore_check(ctx, ignore, qn_buf_bytes(&part), true, &match);
        if (!status && match.is_ignored)
            *out = qn_bytes_first(path, at);
    }
    qn_buf_dispose(&part);
    return status;
}

/* Is there something in the index that only the sparse checkout leaves out? */
static bool is_only_outside(struct qn_ctx *ctx, const struct add *add,
                            size_t pattern)
{
    size_t count = qn_pathspec_count(add->pathspec), i;
    uint8_t *matched;

    if (add->options->is_sparse)
        return false;
    if (add->options->is_refresh &&
        !qn_sparse_is_inside(add->sparse,
                             qn_pathspec_match_text(add->pathspec, pattern)))
        return true;
    matched = qn_memory_calloc(ctx, count + 1, 1);
    for (i = 0; matched && i < qn_index_count(add->index) && !matched[pattern];
         i++) {
        const struct qn_index_entry *entry = qn_index_peek(add->index, i);

        if (is_outside(add, entry))
            (void)qn_pathspec_is_match(ctx, add->pathspec, entry->path, false,
                                       add->attributes, matched);
    }
    i = matched ? matched[pattern] : 0;
    qn_memory_free(matched);
    return i != 0;
}

/* A pattern that names something in an ignored directory, or that itself: it is
 * told, tracked or not; but not of one that is in the place of a file. */
static enum qn_status note_one(struct qn_ctx *ctx, struct add *add,
                               struct qn_ignore *ignore, size_t i)
{
    struct qn_bytes text = qn_pathspec_match_text(add->pathspec, i), told;
    struct qn_ignore_match match = {0};
    struct qn_file_stat stat = {0};
    size_t literal = qn_pathspec_literal_size(add->pathspec, i);
    enum qn_status status =
        find_ignored(ctx, ignore, qn_bytes_first(text, literal), &told);

    if (text.data[text.size - 1] == '/')
        text.size--;

    if (status || told.size == 0) {
        if (!status)
            status = qn_file_lstat_at(ctx, add->tree->top_fd,
                                      (const char *)text.data, &stat);
        if (status ||
            (stat.kind == QN_FILE_NONE && !add->options->ignores_missing) ||
            (add->matched[i] && stat.kind != QN_FILE_DIRECTORY) ||
            has_entry(add, text))
            return status;
        status = qn_ignore_check(ctx, ignore, text,
                                 stat.kind == QN_FILE_DIRECTORY, &match);
        if (!status && match.is_ignored)
            told = text;
        else if (!status &&
                 (stat.kind == QN_FILE_DIRECTORY ||
                  add->options->ignores_missing) &&
                 !is_only_outside(ctx, add, i))
            add->matched[i] = 1; /* an empty directory: nothing to add */
    } else if (!add->matched[i] && !add->options->ignores_missing) {
        status = qn_file_lstat_at(ctx, add->tree->top_fd,
                                  (const char *)text.data, &stat);
        if (stat.kind == QN_FILE_NONE && literal == text.size &&
            !is_only_outside(ctx, add, i))
            return status; /* it is not there at all */
    }
    if (status || told.size == 0)
        return status;
    if (!add->matched[i] && !is_only_outside(ctx, add, i))
        add->matched[i] = 1;
    if (has_entry(add, told))
        return QN_OK;
    add->options->ignored_count++;
    tell(add, 'I', told);
    return QN_OK;
}

static enum qn_status note_ignored(struct qn_ctx *ctx, struct add *add)
{
    struct qn_ignore *ignore = NULL;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < qn_pathspec_count(add->pathspec) && !status; i++) {
        if (qn_pathspec_match_text(add->pathspec, i).size == 0 ||
            qn_pathspec_is_exclude(add->pathspec, i))
            continue;
        if (!ignore)
            status =
                qn_ignore_new(ctx, add->tree->repo, add->index, true, &ignore);
        if (!status)
            status = note_one(ctx, add, ignore, i);
    }
    qn_ignore_free(ignore);
    return status;
}

static enum qn_status gather_untracked(struct qn_ctx *ctx, struct add *add,
                                       struct qn_work_walk *walk)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < walk->count && !status; i++) {
        struct qn_bytes path = walk->items[i].path;
        struct qn_bytes bare = path;
        bool is_directory = path.data[path.size - 1] == '/';

        if (is_directory)
            bare.size--;
        if (!is_wanted(ctx, add, bare, is_directory))
            continue;
        if (!add->options->is_sparse && !qn_sparse_is_inside(add->sparse, bare))
            tell(add, 'O', path);
        else
            status = add_path(ctx, add, path);
    }
    return status;
}

/* Patterns that reach into a submodule or through a link are refused. */
static enum qn_status check_patterns(struct qn_ctx *ctx, const struct add *add)
{
    for (size_t i = 0; i < qn_pathspec_count(add->pathspec); i++) {
        struct qn_bytes path = qn_pathspec_match_text(add->pathspec, i);

        if (!qn_pathspec_is_literal(add->pathspec, i))
            continue;
        for (size_t at = 0; at < path.size; at++) {
            struct qn_bytes part = qn_bytes_first(path, at);
            bool found;
            size_t position;

            if (path.data[at] != '/' || at + 1 == path.size)
                continue;
            position = qn_index_find(add->index, part, 0, &found);
            if (found &&
                qn_mode_is_gitlink(qn_index_peek(add->index, position)->mode))
                return qn_ctx_fail(
                    ctx, QN_INVALID, "Pathspec '%s' is in submodule '%.*s'",
                    qn_pathspec_original(add->pathspec, i), QN_BYTES_ARG(part));
        }
        if (qn_checkout_is_beyond_link(ctx, add->tree, path))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "pathspec '%s' is beyond a symbolic link",
                               qn_pathspec_original(add->pathspec, i));
    }
    return QN_OK;
}

/* What is there, though nothing that could be added, is no complaint. */
static bool is_there(struct qn_ctx *ctx, const struct add *add,
                     struct qn_bytes path)
{
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};

    if (qn_file_lstat_at(ctx, add->tree->top_fd, (const char *)path.data,
                         &stat))
        qn_ctx_clear(ctx);
    return stat.kind != QN_FILE_NONE;
}

static enum qn_status check_matched(struct qn_ctx *ctx, struct add *add)
{
    for (size_t i = 0; i < qn_pathspec_count(add->pathspec); i++) {
        if (add->matched[i] || qn_pathspec_is_exclude(add->pathspec, i) ||
            (qn_pathspec_match_text(add->pathspec, i).size == 0 &&
             !add->options->is_refresh))
            continue;
        if (is_only_outside(ctx, add, i)) {
            tell(add, 'S',
                 qn_bytes_from_string(qn_pathspec_original(add->pathspec, i)));
            continue;
        }
        if (!add->options->is_refresh &&
            is_there(ctx, add, qn_pathspec_match_text(add->pathspec, i))) {
            if (!add->options->is_update)
                continue;
            qn_ctx_report(ctx, QN_REPORT_ERROR, "path.unmatched",
                          "pathspec '%s' did not match any file(s) known to "
                          "git",
                          qn_pathspec_original(add->pathspec, i));
            add->options->has_untracked = true;
            continue;
        }
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "path.unmatched", NULL,
                                  "pathspec '%s' did not match any files",
                                  qn_pathspec_original(add->pathspec, i));
    }
    if (add->options->has_untracked)
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "path.unmatched", NULL,
                                  "some paths are not known to git");
    tell(add, 0, QN_BYTES_NONE);
    return QN_OK;
}

static enum qn_status change_modes(struct qn_ctx *ctx, struct add *add)
{
    uint32_t mode =
        add->options->chmod == '+' ? QN_MODE_EXECUTABLE : QN_MODE_FILE;

    for (size_t i = 0; i < qn_index_count(add->index); i++) {
        struct qn_index_entry *entry = qn_index_at(add->index, i);

        if (is_outside(add, entry) || !is_wanted(ctx, add, entry->path, false))
            continue;
        if (!qn_mode_is_file(entry->mode)) {
            tell(add, 'C', entry->path);
            add->options->failed_count++;
        } else if (entry->mode != mode && !add->options->is_dry_run) {
            entry->mode = mode;
            entry->flags &= (uint8_t)~QN_INDEX_FSMONITOR_VALID;
            qn_index_invalidate_path(add->index, entry->path);
            qn_index_mark_changed(add->index);
        }
    }
    return QN_OK;
}

static enum qn_status run(struct qn_ctx *ctx, struct add *add,
                          struct qn_work_walk *walk)
{
    struct qn_op_add_options *options = add->options;
    bool wants_untracked =
        !options->is_update && !options->is_refresh && !options->renormalises;
    struct qn_bytes *tracked = NULL;
    size_t tracked_count = 0;
    enum qn_status status = check_patterns(ctx, add);

    if (!status)
        status = gather_tracked(ctx, add, wants_untracked ? walk : NULL);
    if (status)
        return status;
    /* What is untracked is found before anything is entered, and complaints
     * come before any change. */
    tracked = add->paths;
    tracked_count = add->count;
    add->paths = NULL;
    add->count = add->capacity = 0;
    if (wants_untracked) {
        status = gather_untracked(ctx, add, walk);
        if (!status && !options->is_forced)
            status = note_ignored(ctx, add);
    }
    if (!status)
        status = check_matched(ctx, add);
    if (!status) {
        struct qn_bytes *untracked = add->paths;
        size_t count = add->count;

        add->paths = tracked;
        add->count = tracked_count;
        status = enter(ctx, add);
        qn_memory_free(add->paths);
        tracked = NULL;
        add->paths = untracked;
        add->count = count;
        if (!status)
            status = enter(ctx, add);
    }
    qn_memory_free(tracked);
    if (!status && options->chmod)
        status = change_modes(ctx, add);
    return status;
}

enum qn_status qn_op_add(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                         struct qn_index *index, struct qn_odb *odb,
                         const struct qn_pathspec *pathspec,
                         struct qn_op_add_options *options)
{
    struct add add = {.tree = tree,
                      .index = index,
                      .odb = odb,
                      .pathspec = pathspec,
                      .options = options};
    struct qn_work_walk walk = QN_WORK_WALK_INIT;
    enum qn_status status = QN_OK;

    options->ignored_count = options->failed_count = 0;
    add.matched = qn_memory_calloc(ctx, qn_pathspec_count(pathspec) + 1, 1);
    if (!add.matched)
        return QN_NO_MEMORY;
    if (qn_pathspec_has_attributes(pathspec))
        status = qn_attributes_new(ctx, tree->repo, QN_ATTRIBUTES_WORK_TREE,
                                   index, NULL, &add.attributes);
    if (!status)
        status = qn_sparse_open(ctx, tree->repo, &add.sparse);
    if (!status)
        status = run(ctx, &add, &walk);
    qn_sparse_free(add.sparse);
    qn_work_walk_dispose(&walk);
    qn_attributes_free(add.attributes);
    qn_memory_free(add.matched);
    qn_memory_free(add.paths);
    qn_memory_free(add.removed);
    qn_arena_dispose(&add.arena);
    return status;
}
