/* SPDX-License-Identifier: MIT */
#include "worktree/work_walk.h"

#include "base/memory.h"
#include "object/tree.h"
#include "os/file.h"
#include "os/parallel.h"
#include "worktree/fsmonitor.h"
#include "worktree/work_walk_private.h"

#include <errno.h>
#include <stdlib.h>

void qn_work_walk_dispose(struct qn_work_walk *walk)
{
    qn_memory_free(walk->items);
    qn_arena_dispose(&walk->arena);
    walk->items = NULL;
    walk->count = walk->capacity = 0;
}

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct qn_work_walker *walker = shared;
    struct qn_work_walk_worker *worker = state;

    qn_compare_init(&worker->compare, walker->tree, walker->index);
    worker->compare.defers_programs = true;
    if (walker->options->ignores_nothing)
        return QN_OK;
    if (walker->options->make_ignore)
        return walker->options->make_ignore(ctx, walker->options->data,
                                            &worker->ignore);
    return qn_ignore_new(ctx, walker->tree->repo, walker->index, true,
                         &worker->ignore);
}

static void worker_dispose(void *shared, void *state)
{
    struct qn_work_walk_worker *worker = state;

    (void)shared;
    qn_ignore_free(worker->ignore);
    qn_buf_dispose(&worker->path);
    qn_compare_dispose(&worker->compare);
    qn_memory_free(worker->children);
    qn_memory_free(worker->fresh);
    qn_arena_dispose(&worker->arena);
    qn_memory_free(worker->found);
    for (size_t i = 0; i < worker->name_capacity; i++)
        qn_buf_dispose(&worker->names[i]);
    qn_memory_free(worker->names);
}

/* Is `path` (in [start, end) of the index, all of which share its directory) a
 * tracked file; are there tracked files below it? */
static bool look_up(const struct qn_work_walker *walker,
                    const struct qn_work_task *task, struct qn_bytes path,
                    bool *is_directory, size_t *start, size_t *end)
{
    const struct qn_index *index = walker->index;
    size_t low = task->start, high = task->end;
    size_t skip = task->size;
    bool is_file = false;

    *is_directory = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct qn_bytes name = qn_index_peek(index, middle)->path;
        struct qn_bytes a = qn_bytes_from(name, skip);
        struct qn_bytes b = qn_bytes_from(path, skip);

        if (qn_bytes_compare(a, b) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < task->end &&
           qn_bytes_is_equal(qn_index_peek(index, low)->path, path)) {
        is_file = true;
        low++;
    }
    /* "path/" comes behind "path-x" and the like: search again. */
    high = task->end;
    *start = low;
    while (*start < high) {
        size_t middle = *start + (high - *start) / 2;
        struct qn_bytes name = qn_index_peek(index, middle)->path;
        size_t size = name.size < path.size ? name.size : path.size;
        int order = memcmp(name.data + skip, path.data + skip, size - skip);

        if (order == 0)
            order =
                name.size <= path.size ? -1 : (int)name.data[path.size] - '/';
        if (order < 0)
            *start = middle + 1;
        else
            high = middle;
    }
    /* The first behind "path/": again by halves. */
    *end = *start;
    high = task->end;
    while (*end < high) {
        size_t middle = *end + (high - *end) / 2;
        struct qn_bytes name = qn_index_peek(index, middle)->path;

        if (name.size > path.size && name.data[path.size] == '/' &&
            memcmp(name.data + skip, path.data + skip, path.size - skip) == 0)
            *end = middle + 1;
        else
            high = middle;
    }
    *is_directory = *end > *start;
    return is_file;
}

static enum qn_status new_task(struct qn_ctx *ctx, struct qn_bytes path,
                               size_t start, size_t end,
                               struct qn_work_task **out)
{
    struct qn_work_task *task =
        qn_memory_array(ctx, 1, sizeof(*task) + path.size + 2);

    if (!task)
        return QN_NO_MEMORY;
    memset(task, 0, sizeof(*task));
    task->start = start;
    task->end = end;
    task->is_piece = path.size == 0;
    task->path[0] = '\0';
    if (path.size > 0) {
        memcpy(task->path, path.data, path.size);
        task->path[path.size] = '/';
        task->path[path.size + 1] = '\0';
        task->size = path.size + 1;
    }
    *out = task;
    return QN_OK;
}

enum qn_status qn_work_walk_push_piece(struct qn_ctx *ctx,
                                       struct qn_parallel_tree *tree,
                                       size_t start, size_t end)
{
    struct qn_work_task *task = NULL;
    enum qn_status status = new_task(ctx, QN_BYTES_NONE, start, end, &task);

    if (!status)
        status = qn_parallel_tree_push(ctx, tree, task);
    if (status)
        qn_memory_free(task);
    return status;
}

enum qn_status qn_work_walk_push_below(struct qn_ctx *ctx,
                                       const struct qn_work_walk_worker *worker,
                                       struct qn_parallel_tree *tree,
                                       bool is_ignored)
{
    struct qn_work_task *task = NULL;
    enum qn_status status =
        new_task(ctx, qn_buf_bytes(&worker->path), 0, 0, &task);

    if (!status) {
        task->is_below = true;
        task->is_ignored = is_ignored;
        status = qn_parallel_tree_push(ctx, tree, task);
    }
    if (status)
        qn_memory_free(task);
    return status;
}

/* A directory of `parent` with tracked files in it. */
static enum qn_status push_directory(struct qn_ctx *ctx,
                                     struct qn_work_walker *walker,
                                     struct qn_work_walk_worker *worker,
                                     const struct qn_work_task *parent,
                                     struct qn_parallel_tree *tree,
                                     size_t start, size_t end)
{
    struct qn_work_task *task = NULL;
    enum qn_status status =
        new_task(ctx, qn_buf_bytes(&worker->path), start, end, &task);

    if (!status && walker->cache)
        status = qn_work_walk_expect(ctx, walker, worker, parent, task);
    if (!status)
        status = qn_parallel_tree_push(ctx, tree, task);
    if (status)
        qn_memory_free(task);
    return status;
}

static enum qn_status look_at_directory(struct qn_ctx *ctx,
                                        struct qn_work_walker *walker,
                                        struct qn_work_walk_worker *worker,
                                        struct qn_parallel_tree *tree,
                                        bool ignored)
{
    if (ignored && walker->options->ignored == QN_WORK_WALK_IGNORED_NONE)
        return QN_OK;
    worker->has_untracked_directory |= !ignored;
    /* The cache keeps what was found with the directory. */
    return walker->cache
               ? qn_work_walk_below(ctx, walker, worker, tree, ignored)
               : qn_work_walk_push_below(ctx, worker, tree, ignored);
}

static enum qn_status walk_below(struct qn_ctx *ctx,
                                 struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 const struct qn_work_task *task,
                                 struct qn_parallel_tree *tree)
{
    enum qn_status status;

    qn_buf_clear(&worker->path);
    status = qn_buf_append(ctx, &worker->path, task->path, task->size - 1);
    return status ? status
                  : qn_work_walk_below(ctx, walker, worker, tree,
                                       task->is_ignored);
}

static bool is_gitlink(const struct qn_index *index, struct qn_bytes path)
{
    bool found;
    size_t at = qn_index_find(index, path, 0, &found);

    return found && qn_mode_is_gitlink(qn_index_peek(index, at)->mode);
}

static enum qn_status look_at(struct qn_ctx *ctx, struct qn_work_walker *walker,
                              struct qn_work_walk_worker *worker,
                              struct qn_work_task *task,
                              struct qn_parallel_tree *tree,
                              enum qn_file_kind kind)
{
    const struct qn_work_walk_options *options = walker->options;
    struct qn_bytes path = qn_buf_bytes(&worker->path);
    bool is_directory, ignored;
    size_t start, end;
    enum qn_status status;

    if (look_up(walker, task, path, &is_directory, &start, &end) &&
        (kind != QN_FILE_DIRECTORY || is_gitlink(walker->index, path)))
        return QN_OK; /* but a directory in the place of a file is untracked */
    if (is_directory && kind == QN_FILE_DIRECTORY) {
        if (!qn_work_walk_note_child(worker, start) ||
            qn_work_walk_reach(walker, path) == QN_PATHSPEC_NONE)
            return QN_OK;
        return push_directory(ctx, walker, worker, task, tree, start, end);
    }
    if (kind == QN_FILE_DIRECTORY) {
        if (qn_work_walk_reach(walker, path) == QN_PATHSPEC_NONE &&
            !qn_work_walk_is_wanted(ctx, walker, path, true))
            return QN_OK;
        status = qn_work_walk_check_ignored(ctx, worker, true, &ignored);
        return status ? status
                      : look_at_directory(ctx, walker, worker, tree, ignored);
    }
    if (!qn_work_walk_is_wanted(ctx, walker, path, false) ||
        qn_work_walk_is_other_case(walker, path, false))
        return QN_OK;
    status = qn_work_walk_check_ignored(ctx, worker, false, &ignored);
    if (status || (ignored ? options->ignored == QN_WORK_WALK_IGNORED_NONE
                           : !options->lists_untracked))
        return status;
    return qn_work_walk_add(ctx, worker, path, false, ignored);
}

/* Hand over what was found: in one piece at the end of a directory, so that the
 * mutex is taken once for each. */
static enum qn_status hand_over(struct qn_ctx *ctx,
                                struct qn_work_walker *walker,
                                struct qn_work_walk_worker *worker)
{
    struct qn_work_walk *out = walker->out;
    enum qn_status status;

    if (worker->count == 0)
        return QN_OK;
    qn_mutex_lock(walker->mutex);
    status = qn_memory_grow(ctx, &out->items, &out->capacity,
                            out->count + worker->count, sizeof(*out->items));
    for (size_t i = 0; i < worker->count && !status; i++) {
        struct qn_bytes path = worker->found[i].path;
        char *copy = qn_arena_copy(ctx, &out->arena, path);

        if (!copy) {
            status = QN_NO_MEMORY;
            break;
        }
        out->items[out->count].path = qn_bytes_make(copy, path.size);
        out->items[out->count++].is_ignored = worker->found[i].is_ignored;
    }
    qn_mutex_unlock(walker->mutex);
    worker->count = 0;
    qn_arena_reset(&worker->arena);
    return status;
}

/* Compare the tracked files of a directory that is open. */
static enum qn_status compare_task(struct qn_ctx *ctx,
                                   struct qn_work_walker *walker,
                                   struct qn_work_walk_worker *worker,
                                   const struct qn_work_task *task,
                                   struct qn_parallel_tree *tree,
                                   const struct qn_work_listing *listing)
{
    struct qn_work_opened opened = {tree, -1, task->size};

    worker->child_count = 0;
    if (!walker->options->answers)
        return QN_OK;
    if (!listing->directory)
        return qn_work_walk_compare_range(ctx, walker, worker, task->start,
                                          task->end);
    opened.fd = qn_directory_fd(listing->directory);
    return qn_work_walk_compare(ctx, walker, worker, &opened, task->start,
                                task->end);
}

/* Open the directory, compare its tracked files, and have the names in it from
 * the cache or itself.  `*is_all`: no name of a file in it is of another. */
static enum qn_status open_task(struct qn_ctx *ctx,
                                struct qn_work_walker *walker,
                                struct qn_work_walk_worker *worker,
                                struct qn_work_task *task,
                                struct qn_parallel_tree *tree, bool *is_all)
{
    struct qn_work_listing listing = {0};
    bool is_known = false;
    enum qn_status status;

    *is_all = false;
    qn_buf_clear(&worker->path);
    worker->fresh_count = 0;
    worker->has_untracked_directory = worker->keeps_children = false;
    status = qn_buf_append(ctx, &worker->path, task->path, task->size);
    if (!status)
        status = qn_work_walk_open(ctx, walker, worker, 0, &listing);
    if (!status)
        status = compare_task(ctx, walker, worker, task, tree, &listing);
    if (!status && listing.directory && task->fresh)
        status =
            qn_work_walk_recall(ctx, walker, worker, task, &listing, &is_known);
    if (!status && listing.directory && !is_known) {
        status = qn_work_walk_read(ctx, worker, 0, &listing);
        /* As many files are here as were found of those that should be here:
         * there is no other, and no name needs to be looked up. */
        *is_all = walker->options->answers && worker->is_counted &&
                  !listing.has_unknown &&
                  worker->file_count == listing.file_count;
    }
    qn_directory_close(listing.directory);
    return status;
}

static enum qn_status walk_directory(struct qn_ctx *ctx,
                                     struct qn_work_walker *walker,
                                     struct qn_work_walk_worker *worker,
                                     struct qn_work_task *task,
                                     struct qn_parallel_tree *tree)
{
    bool is_end = false, is_all = false;
    size_t at = 0;
    enum qn_status status = open_task(ctx, walker, worker, task, tree, &is_all);

    while (!status) {
        enum qn_file_kind kind;

        if (is_all)
            qn_work_walk_skip_files(worker, 0, &at);
        status = qn_work_walk_next(ctx, walker, worker, 0, &at, task->size,
                                   &kind, &is_end);
        if (status || is_end)
            break;
        if (kind == QN_FILE_NONE || kind == QN_FILE_OTHER)
            continue;
        status = look_at(ctx, walker, worker, task, tree, kind);
    }
    if (!status)
        status = qn_work_walk_compare_missing(ctx, walker, worker);
    if (!status && task->fresh)
        status = qn_work_walk_remember(ctx, walker, worker, task);
    return status ? status : hand_over(ctx, walker, worker);
}

static enum qn_status run_task(struct qn_ctx *ctx, void *shared, void *state,
                               struct qn_parallel_tree *tree, void *data)
{
    struct qn_work_task *task = data;
    enum qn_status status =
        task->is_piece   ? qn_work_walk_compare_range(ctx, shared, state,
                                                      task->start, task->end)
        : task->is_below ? walk_below(ctx, shared, state, task, tree)
                         : walk_directory(ctx, shared, state, task, tree);

    if (!status && task->is_below)
        status = hand_over(ctx, shared, state);

    qn_memory_free(task);
    return status;
}

static void drop_task(void *shared, void *task)
{
    (void)shared;
    qn_memory_free(task);
}

static int compare_items(const void *a, const void *b)
{
    const struct qn_work_walk_item *left = a, *right = b;

    return qn_bytes_compare(left->path, right->path);
}

/* The cache, when it may be used. */
static enum qn_status begin_cache(struct qn_ctx *ctx,
                                  struct qn_work_walker *walker,
                                  struct qn_untracked *cache,
                                  struct qn_work_task *root)
{
    enum qn_status status =
        qn_untracked_load(ctx, walker->tree, walker->index, cache);

    if (status || !cache->is_used)
        return status;
    walker->cache = cache;
    root->old = cache->old.root;
    status = qn_work_walk_expect(ctx, walker, NULL, NULL, root);
    cache->fresh.root = root->fresh;
    return status;
}

static enum qn_status run_walk(struct qn_ctx *ctx,
                               struct qn_work_walker *walker,
                               struct qn_work_task *root)
{
    struct qn_parallel_options parallel = {
        .shared = walker,
        .state_size = sizeof(struct qn_work_walk_worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    void *roots[1] = {root};
    enum qn_status status;

    status =
        qn_parallel_tree_run(ctx, &parallel, roots, 1, run_task, drop_task);
    if (!status && atomic_load(&walker->has_later))
        status = qn_work_walk_compare_later(ctx, walker);
    if (!status && atomic_load(&walker->has_renewed))
        qn_index_mark_changed(walker->index);
    if (!status && walker->cache)
        status = qn_untracked_store(ctx, walker->index, walker->cache);
    return status;
}

/* All that is asked for is below one directory, and that cannot be opened.  As
 * git has it, nothing is said when the way is lost at its first step. */
static enum qn_status warn_of_start(struct qn_ctx *ctx,
                                    const struct qn_work_tree *tree,
                                    struct qn_bytes common)
{
    size_t first = qn_bytes_find(common, '/');
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    int why = ENOTDIR;
    enum qn_status status;

    if (common.size == 0 || first + 1 >= common.size)
        return QN_OK;
    status = qn_buf_append(ctx, &path, common.data, first);
    if (!status)
        status =
            qn_file_lstat_at(ctx, tree->top_fd, qn_buf_string(&path), &stat);
    if (status || stat.kind != QN_FILE_DIRECTORY)
        goto out;
    qn_buf_clear(&path);
    status = qn_buf_append(ctx, &path, common.data, common.size - 1);
    if (!status)
        status =
            qn_file_lstat_at(ctx, tree->top_fd, qn_buf_string(&path), &stat);
    if (status || stat.kind == QN_FILE_DIRECTORY ||
        stat.kind == QN_FILE_SYMLINK)
        goto out;
    if (stat.kind == QN_FILE_NONE &&
        !qn_work_tree_is_below_file(ctx, tree, qn_buf_bytes(&path)))
        why = ENOENT;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.unreadable",
                  "could not open directory '%.*s': %s", QN_BYTES_ARG(common),
                  strerror(why));
out:
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_work_walk_run(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_index *index,
                                const struct qn_work_walk_options *options,
                                struct qn_work_walk *out)
{
    struct qn_work_walker walker = {
        .tree = tree, .index = index, .options = options, .out = out};
    struct qn_untracked cache = {.idents = QN_BUF_INIT};
    struct qn_work_task *root = NULL;
    enum qn_status status = QN_OK;

    atomic_init(&walker.has_renewed, false);
    atomic_init(&walker.has_later, false);
    if (options->lists_untracked && !options->is_second && options->pathspec)
        status = warn_of_start(ctx, tree,
                               qn_pathspec_common_prefix(options->pathspec));
    if (options->answers && !status)
        status = qn_fsmonitor_ask(ctx, tree, index);
    if (!status)
        status = qn_mutex_new(ctx, &walker.mutex);
    if (status)
        return status;
    if (tree->ignores_case)
        status = qn_index_fold_new(ctx, index, &walker.fold);
    if (!status)
        status = new_task(ctx, QN_BYTES_NONE, 0, qn_index_count(index), &root);
    if (!status) {
        root->is_piece = false;
        if (options->uses_cache)
            status = begin_cache(ctx, &walker, &cache, root);
        if (status)
            qn_memory_free(root);
    }
    if (!status)
        status = run_walk(ctx, &walker, root);
    qn_mutex_free(walker.mutex);
    qn_index_fold_free(walker.fold);
    qn_untracked_dispose(&cache);
    if (status)
        qn_work_walk_dispose(out);
    else if (out->count > 0)
        qsort(out->items, out->count, sizeof(*out->items), compare_items);
    return status;
}
