/* SPDX-License-Identifier: MIT */
#include "worktree/work_walk.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/mutex.h"
#include "os/parallel.h"

#include <stdlib.h>

struct walker {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    const struct qn_work_walk_options *options;
    struct qn_work_walk *out;
    struct qn_mutex *mutex; /* of `out` */
};

/* A directory with tracked files in it: entries [start, end) of the index are
 * below it. */
struct task {
    size_t start, end;
    size_t size;
    char path[]; /* "" or "a/b/" */
};

struct found {
    struct qn_bytes path;
    bool is_ignored;
};

/* One thread's tools and what it found. */
struct worker {
    struct qn_ignore *ignore;
    struct qn_buf path; /* relative, of what is looked at */
    struct qn_buf full; /* absolute */
    struct qn_arena arena;
    struct found *found;
    size_t count;
    size_t capacity;
    struct qn_buf *names; /* stack of listings, one for each depth */
    size_t name_capacity;
};

/* What is below an untracked directory. */
enum below { BELOW_NOTHING = 0, BELOW_IGNORED = 1, BELOW_UNTRACKED = 2 };

void qn_work_walk_dispose(struct qn_work_walk *walk)
{
    qn_memory_free(walk->items);
    qn_arena_dispose(&walk->arena);
    walk->items = NULL;
    walk->count = walk->capacity = 0;
}

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct walker *walker = shared;
    struct worker *worker = state;

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
    struct worker *worker = state;

    (void)shared;
    qn_ignore_free(worker->ignore);
    qn_buf_dispose(&worker->path);
    qn_buf_dispose(&worker->full);
    qn_arena_dispose(&worker->arena);
    qn_memory_free(worker->found);
    for (size_t i = 0; i < worker->name_capacity; i++)
        qn_buf_dispose(&worker->names[i]);
    qn_memory_free(worker->names);
}

static enum qn_status add_found(struct qn_ctx *ctx, struct worker *worker,
                                struct qn_bytes path, bool is_directory,
                                bool is_ignored)
{
    enum qn_status status =
        qn_memory_grow(ctx, &worker->found, &worker->capacity,
                       worker->count + 1, sizeof(*worker->found));
    char *copy;

    if (status)
        return status;
    copy = qn_arena_alloc(ctx, &worker->arena, path.size + 2);
    if (!copy)
        return QN_NO_MEMORY;
    memcpy(copy, path.data, path.size);
    if (is_directory && copy[path.size - 1] != '/')
        copy[path.size++] = '/';
    copy[path.size] = '\0';
    worker->found[worker->count++] =
        (struct found){qn_bytes_make(copy, path.size), is_ignored};
    return QN_OK;
}

/* Is `path` (in [start, end) of the index, all of which share its directory) a
 * tracked file; are there tracked files below it? */
static bool look_up(const struct walker *walker, const struct task *task,
                    struct qn_bytes path, bool *is_directory, size_t *start,
                    size_t *end)
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

/* List a directory into worker->names[depth]: kind byte, name, NUL, ... */
static enum qn_status list_directory(struct qn_ctx *ctx,
                                     const struct walker *walker,
                                     struct worker *worker, size_t depth,
                                     bool *has_git)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    struct qn_buf *names;
    enum qn_status status;

    *has_git = false;
    if (depth >= worker->name_capacity) {
        size_t before = worker->name_capacity;

        status = qn_memory_grow(ctx, &worker->names, &worker->name_capacity,
                                depth + 1, sizeof(*worker->names));
        if (status) {
            worker->name_capacity = before;
            return status;
        }
        memset(worker->names + before, 0,
               (worker->name_capacity - before) * sizeof(*worker->names));
    }
    names = &worker->names[depth];
    qn_buf_clear(names);
    status = qn_work_tree_path(ctx, walker->tree, qn_buf_bytes(&worker->path),
                               &worker->full);
    if (!status)
        status =
            qn_directory_open(ctx, qn_buf_string(&worker->full), &directory);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status == QN_DENIED) {
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.unreadable",
                      "could not open directory '%s': Permission denied",
                      qn_buf_string(&worker->path));
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &name, &kind)) {
        if (strcmp(name, ".git") == 0) {
            *has_git = true;
            continue;
        }
        status = qn_buf_append_byte(ctx, names, (uint8_t)kind);
        if (!status)
            status = qn_buf_append(ctx, names, name, strlen(name) + 1);
    }
    if (directory)
        qn_directory_close(directory);
    return status;
}

/* The next name of a listing; the kind is found out where the file system did
 * not say. worker->path is the directory (its first `size` bytes), and becomes
 * the path of the name. */
static enum qn_status next_name(struct qn_ctx *ctx, const struct walker *walker,
                                struct worker *worker, size_t depth, size_t *at,
                                size_t size, enum qn_file_kind *kind,
                                bool *is_end)
{
    struct qn_buf *names = &worker->names[depth];
    const char *name;
    enum qn_status status;

    *is_end = *at >= names->size;
    if (*is_end)
        return QN_OK;
    *kind = (enum qn_file_kind)names->data[*at];
    name = (const char *)names->data + *at + 1;
    *at += strlen(name) + 2;
    qn_buf_truncate(&worker->path, size);
    status = qn_buf_append_string(ctx, &worker->path, name);
    if (!status && *kind == QN_FILE_NONE) {
        struct qn_file_stat stat;

        status = qn_file_lstat_at(ctx, walker->tree->top_fd,
                                  qn_buf_string(&worker->path), &stat);
        *kind = stat.kind;
    }
    return status;
}

static enum qn_status check_ignored(struct qn_ctx *ctx, struct worker *worker,
                                    bool is_directory, bool *out)
{
    struct qn_ignore_match match;
    enum qn_status status = QN_OK;

    *out = false;
    if (!worker->ignore)
        return QN_OK;
    status = qn_ignore_check(ctx, worker->ignore, qn_buf_bytes(&worker->path),
                             is_directory, &match);
    *out = !status && match.is_ignored;
    return status;
}

static bool is_wanted(struct qn_ctx *ctx, const struct walker *walker,
                      struct qn_bytes path, bool is_directory)
{
    return !walker->options->pathspec ||
           qn_pathspec_is_match(ctx, walker->options->pathspec, path,
                                is_directory, NULL, NULL);
}

static enum qn_pathspec_reach reach_of(const struct walker *walker,
                                       struct qn_bytes directory)
{
    return walker->options->pathspec
               ? qn_pathspec_reach_below(walker->options->pathspec, directory)
               : QN_PATHSPEC_ALL;
}

/* One untracked directory that is open: worker->path[0, size) with its slash.
 */
struct level {
    size_t size;
    size_t at;          /* in its listing */
    size_t first_found; /* of the worker, when it began */
    enum below below;
    bool is_ignored;
    bool collapses; /* stands for all of its files */
};

static enum qn_status add_file(struct qn_ctx *ctx, const struct walker *walker,
                               struct worker *worker, struct level *level,
                               bool is_ignored)
{
    struct qn_bytes path = qn_buf_bytes(&worker->path);

    if (is_ignored) {
        if (level->below < BELOW_IGNORED)
            level->below = BELOW_IGNORED;
        if (walker->options->ignored == QN_WORK_WALK_IGNORED_NONE)
            return QN_OK;
        if (level->is_ignored && level->collapses)
            return QN_OK;
    } else {
        level->below = BELOW_UNTRACKED;
        if (level->collapses || !walker->options->lists_untracked)
            return QN_OK;
    }
    return is_wanted(ctx, walker, path, false)
               ? add_found(ctx, worker, path, false, is_ignored)
               : QN_OK;
}

/* An untracked directory is done: what stands for it? */
static enum qn_status close_level(struct qn_ctx *ctx,
                                  const struct walker *walker,
                                  struct worker *worker, struct level *level)
{
    const struct qn_work_walk_options *options = walker->options;
    struct qn_bytes path =
        qn_bytes_first(qn_buf_bytes(&worker->path), level->size);

    if (!level->collapses)
        return QN_OK;
    if (level->is_ignored) {
        if (options->ignored == QN_WORK_WALK_IGNORED_NONE)
            return QN_OK;
        worker->count = level->first_found;
        return level->below != BELOW_NOTHING || options->shows_empty ||
                       options->ignored == QN_WORK_WALK_IGNORED_MATCHING
                   ? add_found(ctx, worker, path, true, true)
                   : QN_OK;
    }
    if (level->below == BELOW_UNTRACKED)
        return options->lists_untracked
                   ? add_found(ctx, worker, path, true, false)
                   : QN_OK;
    if (level->below == BELOW_IGNORED &&
        options->ignored == QN_WORK_WALK_IGNORED_TRADITIONAL) {
        worker->count = level->first_found;
        return add_found(ctx, worker, path, true, true);
    }
    return options->shows_empty && options->lists_untracked
               ? add_found(ctx, worker, path, true, false)
               : QN_OK;
}

/* Enough is known of a collapsed directory: no need to look at the rest. */
static bool is_settled(const struct walker *walker, const struct level *level)
{
    if (!level->collapses)
        return false;
    if (level->is_ignored)
        return level->below != BELOW_NOTHING ||
               walker->options->ignored == QN_WORK_WALK_IGNORED_NONE;
    return level->below == BELOW_UNTRACKED &&
           walker->options->ignored == QN_WORK_WALK_IGNORED_NONE;
}

struct stack {
    struct level *levels;
    size_t depth;
    size_t capacity;
};

/* Open the directory at worker->path (no slash at its end).  A repository of
 * its own is taken as one thing. */
static enum qn_status open_level(struct qn_ctx *ctx,
                                 const struct walker *walker,
                                 struct worker *worker, struct stack *stack,
                                 size_t list_depth, bool is_ignored)
{
    const struct qn_work_walk_options *options = walker->options;
    struct level level = {.is_ignored = is_ignored,
                          .first_found = worker->count};
    struct level *parent =
        stack->depth > 0 ? &stack->levels[stack->depth - 1] : NULL;
    enum qn_pathspec_reach reach =
        reach_of(walker, qn_buf_bytes(&worker->path));
    bool has_git;
    enum qn_status status;

    if (reach == QN_PATHSPEC_NONE &&
        !is_wanted(ctx, walker, qn_buf_bytes(&worker->path), true))
        return QN_OK;
    /* An ignored directory stands for its files unless all files are asked
     * for, one by one. */
    level.collapses =
        reach == QN_PATHSPEC_ALL &&
        (options->collapses ||
         (is_ignored && (options->ignored != QN_WORK_WALK_IGNORED_TRADITIONAL ||
                         !options->lists_untracked)));
    /* A pattern may match the directory as such ("d/" of "d" and "*"). */
    if (!level.collapses && options->collapses) {
        status = qn_buf_append_byte(ctx, &worker->path, '/');
        if (status)
            return status;
        level.collapses =
            is_wanted(ctx, walker, qn_buf_bytes(&worker->path), true);
        qn_buf_truncate(&worker->path, worker->path.size - 1);
    }
    if (is_ignored && options->ignored == QN_WORK_WALK_IGNORED_TRADITIONAL &&
        !options->collapses)
        level.collapses = false;
    if (parent && parent->collapses)
        level.collapses = true;
    status = qn_buf_append_byte(ctx, &worker->path, '/');
    level.size = worker->path.size;
    if (!status)
        status = list_directory(ctx, walker, worker, list_depth, &has_git);
    if (status)
        return status;
    if (has_git) {
        if (parent)
            parent->below = is_ignored && parent->below < BELOW_UNTRACKED
                                ? BELOW_IGNORED
                                : BELOW_UNTRACKED;
        if ((parent && parent->collapses && !is_ignored) ||
            (is_ignored ? options->ignored == QN_WORK_WALK_IGNORED_NONE
                        : !options->lists_untracked))
            return QN_OK;
        return add_found(ctx, worker, qn_buf_bytes(&worker->path), true,
                         is_ignored);
    }
    status = qn_memory_grow(ctx, &stack->levels, &stack->capacity,
                            stack->depth + 1, sizeof(*stack->levels));
    if (!status)
        stack->levels[stack->depth++] = level;
    return status;
}

static void tell_parent(struct stack *stack, const struct level *done)
{
    struct level *parent;

    if (stack->depth == 0)
        return;
    parent = &stack->levels[stack->depth - 1];
    if (done->below > parent->below)
        parent->below = done->below;
}

/* Walk an untracked directory (worker->path) to the end. */
static enum qn_status walk_untracked(struct qn_ctx *ctx,
                                     const struct walker *walker,
                                     struct worker *worker, bool is_ignored)
{
    struct stack stack = {NULL, 0, 0};
    enum qn_status status =
        open_level(ctx, walker, worker, &stack, 1, is_ignored);

    while (!status && stack.depth > 0) {
        struct level *level = &stack.levels[stack.depth - 1];
        enum qn_file_kind kind = QN_FILE_NONE;
        bool is_end = is_settled(walker, level), ignored;

        if (!is_end)
            status = next_name(ctx, walker, worker, stack.depth, &level->at,
                               level->size, &kind, &is_end);
        if (status)
            break;
        if (is_end) {
            struct level done = *level;
            bool is_inner = stack.depth > 1 && done.collapses &&
                            stack.levels[stack.depth - 2].collapses;

            qn_buf_truncate(&worker->path, done.size);
            stack.depth--;
            /* Inside of a directory that stands for all only ignored ones are
             * listed by themselves. */
            if (!is_inner)
                status = close_level(ctx, walker, worker, &done);
            else if (done.below == BELOW_IGNORED &&
                     !stack.levels[stack.depth - 1].is_ignored &&
                     walker->options->ignored != QN_WORK_WALK_IGNORED_NONE)
                status = close_level(ctx, walker, worker, &done);
            tell_parent(&stack, &done);
            continue;
        }
        if (kind == QN_FILE_NONE || kind == QN_FILE_OTHER)
            continue;
        ignored = level->is_ignored;
        if (!ignored)
            status =
                check_ignored(ctx, worker, kind == QN_FILE_DIRECTORY, &ignored);
        if (status)
            break;
        if (kind == QN_FILE_DIRECTORY) {
            if (ignored &&
                walker->options->ignored == QN_WORK_WALK_IGNORED_NONE) {
                if (level->below < BELOW_IGNORED)
                    level->below = BELOW_IGNORED;
                continue;
            }
            status = open_level(ctx, walker, worker, &stack, stack.depth + 1,
                                ignored);
        } else {
            status = add_file(ctx, walker, worker, level, ignored);
        }
    }
    qn_memory_free(stack.levels);
    return status;
}

static enum qn_status push_task(struct qn_ctx *ctx,
                                struct qn_parallel_tree *tree,
                                struct qn_bytes path, size_t start, size_t end)
{
    struct task *task = qn_memory_array(ctx, 1, sizeof(*task) + path.size + 2);
    enum qn_status status;

    if (!task)
        return QN_NO_MEMORY;
    task->start = start;
    task->end = end;
    memcpy(task->path, path.data, path.size);
    task->path[path.size] = '/';
    task->path[path.size + 1] = '\0';
    task->size = path.size + 1;
    status = qn_parallel_tree_push(ctx, tree, task);
    if (status)
        qn_memory_free(task);
    return status;
}

static enum qn_status look_at_directory(struct qn_ctx *ctx,
                                        struct walker *walker,
                                        struct worker *worker, bool ignored)
{
    if (ignored && walker->options->ignored == QN_WORK_WALK_IGNORED_NONE)
        return QN_OK;
    return walk_untracked(ctx, walker, worker, ignored);
}

static enum qn_status look_at(struct qn_ctx *ctx, struct walker *walker,
                              struct worker *worker, struct task *task,
                              struct qn_parallel_tree *tree,
                              enum qn_file_kind kind)
{
    const struct qn_work_walk_options *options = walker->options;
    struct qn_bytes path = qn_buf_bytes(&worker->path);
    bool is_directory, ignored;
    size_t start, end;
    enum qn_status status;

    if (look_up(walker, task, path, &is_directory, &start, &end))
        return QN_OK;
    if (is_directory && kind == QN_FILE_DIRECTORY)
        return reach_of(walker, path) == QN_PATHSPEC_NONE
                   ? QN_OK
                   : push_task(ctx, tree, path, start, end);
    if (kind == QN_FILE_DIRECTORY) {
        if (reach_of(walker, path) == QN_PATHSPEC_NONE &&
            !is_wanted(ctx, walker, path, true))
            return QN_OK;
        status = check_ignored(ctx, worker, true, &ignored);
        return status ? status
                      : look_at_directory(ctx, walker, worker, ignored);
    }
    if (!is_wanted(ctx, walker, path, false))
        return QN_OK;
    status = check_ignored(ctx, worker, false, &ignored);
    if (status || (ignored ? options->ignored == QN_WORK_WALK_IGNORED_NONE
                           : !options->lists_untracked))
        return status;
    return add_found(ctx, worker, path, false, ignored);
}

/* Hand over what was found: in one piece at the end of a directory, so that the
 * mutex is taken once for each. */
static enum qn_status hand_over(struct qn_ctx *ctx, struct walker *walker,
                                struct worker *worker)
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

static enum qn_status run_task(struct qn_ctx *ctx, void *shared, void *state,
                               struct qn_parallel_tree *tree, void *data)
{
    struct walker *walker = shared;
    struct worker *worker = state;
    struct task *task = data;
    bool is_end = false, has_git;
    size_t at = 0;
    enum qn_status status;

    qn_buf_clear(&worker->path);
    status = qn_buf_append(ctx, &worker->path, task->path, task->size);
    if (!status)
        status = list_directory(ctx, walker, worker, 0, &has_git);
    while (!status) {
        enum qn_file_kind kind;

        status =
            next_name(ctx, walker, worker, 0, &at, task->size, &kind, &is_end);
        if (status || is_end)
            break;
        if (kind == QN_FILE_NONE || kind == QN_FILE_OTHER)
            continue;
        status = look_at(ctx, walker, worker, task, tree, kind);
    }
    if (!status)
        status = hand_over(ctx, walker, worker);
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

enum qn_status qn_work_walk_run(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_index *index,
                                const struct qn_work_walk_options *options,
                                struct qn_work_walk *out)
{
    struct walker walker = {
        .tree = tree, .index = index, .options = options, .out = out};
    struct qn_parallel_options parallel = {.shared = &walker,
                                           .state_size = sizeof(struct worker),
                                           .state_init = worker_init,
                                           .state_dispose = worker_dispose};
    struct task *root = qn_memory_calloc(ctx, 1, sizeof(*root) + 1);
    void *roots[1] = {root};
    enum qn_status status;

    if (!root)
        return QN_NO_MEMORY;
    root->end = qn_index_count(index);
    status = qn_mutex_new(ctx, &walker.mutex);
    if (status) {
        qn_memory_free(root);
        return status;
    }
    status =
        qn_parallel_tree_run(ctx, &parallel, roots, 1, run_task, drop_task);
    qn_mutex_free(walker.mutex);
    if (status)
        qn_work_walk_dispose(out);
    else if (out->count > 0)
        qsort(out->items, out->count, sizeof(*out->items), compare_items);
    return status;
}
