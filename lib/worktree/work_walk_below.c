/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "worktree/work_walk_private.h"

/* What is below an untracked directory. */
enum below { BELOW_NOTHING = 0, BELOW_IGNORED = 1, BELOW_UNTRACKED = 2 };

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

/* One that is in the place of a file of the index is not listed: that file is
 * told of. */
static enum qn_status add_directory(struct qn_ctx *ctx,
                                    const struct qn_work_walker *walker,
                                    struct qn_work_walk_worker *worker,
                                    struct qn_bytes path, bool is_ignored)
{
    struct qn_bytes bare = path;
    size_t at;
    bool found;

    if (bare.size > 0 && bare.data[bare.size - 1] == '/')
        bare.size--;
    if (qn_work_walk_is_other_case(walker, bare, false))
        return QN_OK;
    at = qn_index_find(walker->index, bare, 0, &found);
    if (!walker->options->lists_replaced &&
        (found ||
         (at < qn_index_count(walker->index) &&
          qn_bytes_is_equal(qn_index_peek(walker->index, at)->path, bare))))
        return QN_OK;
    return qn_work_walk_add(ctx, worker, path, true, is_ignored);
}

static enum qn_status add_file(struct qn_ctx *ctx,
                               const struct qn_work_walker *walker,
                               struct qn_work_walk_worker *worker,
                               struct level *level, bool is_ignored)
{
    struct qn_bytes path = qn_buf_bytes(&worker->path);

    if (qn_work_walk_is_other_case(walker, path, false))
        return QN_OK;
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
    return qn_work_walk_is_wanted(ctx, walker, path, false)
               ? qn_work_walk_add(ctx, worker, path, false, is_ignored)
               : QN_OK;
}

/* An untracked directory is done: what stands for it? */
static enum qn_status close_level(struct qn_ctx *ctx,
                                  const struct qn_work_walker *walker,
                                  struct qn_work_walk_worker *worker,
                                  struct level *level)
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
                   ? add_directory(ctx, walker, worker, path, true)
                   : QN_OK;
    }
    if (level->below == BELOW_UNTRACKED)
        return options->lists_untracked
                   ? add_directory(ctx, walker, worker, path, false)
                   : QN_OK;
    if (level->below == BELOW_IGNORED &&
        options->ignored == QN_WORK_WALK_IGNORED_TRADITIONAL) {
        worker->count = level->first_found;
        return add_directory(ctx, walker, worker, path, true);
    }
    return options->shows_empty && options->lists_untracked
               ? add_directory(ctx, walker, worker, path, false)
               : QN_OK;
}

/* Enough is known of a collapsed directory: no need to look at the rest. */
static bool is_settled(const struct qn_work_walker *walker,
                       const struct level *level)
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
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 struct stack *stack, size_t list_depth,
                                 bool is_ignored)
{
    const struct qn_work_walk_options *options = walker->options;
    struct level level = {.is_ignored = is_ignored,
                          .first_found = worker->count};
    struct level *parent =
        stack->depth > 0 ? &stack->levels[stack->depth - 1] : NULL;
    enum qn_pathspec_reach reach =
        qn_work_walk_reach(walker, qn_buf_bytes(&worker->path));
    struct qn_work_listing listing;
    enum qn_status status;

    if (reach == QN_PATHSPEC_NONE &&
        !qn_work_walk_is_wanted(ctx, walker, qn_buf_bytes(&worker->path), true))
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
        level.collapses = qn_work_walk_is_wanted(
            ctx, walker, qn_buf_bytes(&worker->path), true);
        qn_buf_truncate(&worker->path, worker->path.size - 1);
    }
    if (is_ignored && options->ignored == QN_WORK_WALK_IGNORED_TRADITIONAL &&
        !options->collapses)
        level.collapses = false;
    if (parent && parent->collapses)
        level.collapses = true;
    /* Tracked under another case: it is no news as such. */
    if (qn_work_walk_is_other_case(walker, qn_buf_bytes(&worker->path), true))
        level.collapses = false;
    status = qn_buf_append_byte(ctx, &worker->path, '/');
    level.size = worker->path.size;
    if (!status)
        status = qn_work_walk_list(ctx, walker, worker, list_depth, &listing);
    if (status)
        return status;
    if (listing.has_git) {
        if (parent)
            parent->below = is_ignored && parent->below < BELOW_UNTRACKED
                                ? BELOW_IGNORED
                                : BELOW_UNTRACKED;
        if ((parent && parent->collapses && !is_ignored) ||
            (is_ignored ? options->ignored == QN_WORK_WALK_IGNORED_NONE
                        : !options->lists_untracked))
            return QN_OK;
        return add_directory(ctx, walker, worker, qn_buf_bytes(&worker->path),
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

enum qn_status qn_work_walk_below(struct qn_ctx *ctx,
                                  const struct qn_work_walker *walker,
                                  struct qn_work_walk_worker *worker,
                                  struct qn_parallel_tree *tree,
                                  bool is_ignored)
{
    struct stack stack = {NULL, 0, 0};
    enum qn_status status =
        open_level(ctx, walker, worker, &stack, 1, is_ignored);

    while (!status && stack.depth > 0) {
        struct level *level = &stack.levels[stack.depth - 1];
        enum qn_file_kind kind = QN_FILE_NONE;
        bool is_end = is_settled(walker, level), ignored;

        if (!is_end)
            status = qn_work_walk_next(ctx, walker, worker, stack.depth,
                                       &level->at, level->size, &kind, &is_end);
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
            status = qn_work_walk_check_ignored(
                ctx, worker, kind == QN_FILE_DIRECTORY, &ignored);
        if (status)
            break;
        if (kind == QN_FILE_DIRECTORY) {
            if (ignored &&
                walker->options->ignored == QN_WORK_WALK_IGNORED_NONE) {
                if (level->below < BELOW_IGNORED)
                    level->below = BELOW_IGNORED;
                continue;
            }
            status = level->collapses || walker->cache
                         ? open_level(ctx, walker, worker, &stack,
                                      stack.depth + 1, ignored)
                         : qn_work_walk_push_below(ctx, worker, tree, ignored);
        } else {
            status = add_file(ctx, walker, worker, level, ignored);
        }
    }
    qn_memory_free(stack.levels);
    return status;
}
