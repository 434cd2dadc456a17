/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"
#include "path/pathspec.h"
#include "walk/commit_walk.h"

#include <quoin/history.h>

struct qn_history {
    struct qn_repository *repository;
    struct qn_commit_walk *walk;
    struct qn_pathspec *pathspec;
    struct qn_walk_commit commit; /* the last one */
};

static void translate(const struct qn_history_options *from,
                      struct qn_walk_options *to)
{
    static const enum qn_walk_order orders[] = {
        QN_WALK_DEFAULT, QN_WALK_DATE, QN_WALK_AUTHOR_DATE, QN_WALK_TOPO};

    to->order = from->order < QN_COUNT_OF(orders) ? orders[from->order]
                                                  : QN_WALK_DEFAULT;
    to->is_reversed = from->flags & QN_HISTORY_REVERSE;
    to->first_parent_only = from->flags & QN_HISTORY_FIRST_PARENT;
    to->no_merges = from->flags & QN_HISTORY_NO_MERGES;
    to->merges_only = from->flags & QN_HISTORY_ONLY_MERGES;
    to->min_parents = to->max_parents = -1;
    if (to->no_merges)
        to->max_parents = 1;
    if (to->merges_only)
        to->min_parents = 2;
    to->max_count = from->max_count > 0 ? from->max_count : -1;
    to->skip = from->skip;
    to->since = from->since;
    to->until = from->until;
}

enum qn_status qn_history_new(struct qn_ctx *ctx,
                              struct qn_repository *repository,
                              const struct qn_history_options *options,
                              struct qn_history **out)
{
    struct qn_history_options known = QN_HISTORY_OPTIONS_INIT;
    struct qn_walk_options walk = {0};
    struct qn_history *history = NULL;
    enum qn_status status =
        qn_content_options(ctx, options, &known, sizeof(known));

    if (status)
        return status;
    if (known.order > QN_HISTORY_TOPOLOGICAL)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "no such order: %u",
                           (unsigned)known.order);
    history = qn_memory_calloc(ctx, 1, sizeof(*history));
    if (!history)
        return QN_NO_MEMORY;
    history->repository = repository;
    translate(&known, &walk);
    if (known.path_count > 0) {
        status = qn_pathspec_new(ctx, known.paths, known.path_count,
                                 qn_repo_prefix(repository->repo),
                                 qn_repo_work_tree(repository->repo), 0,
                                 &history->pathspec);
        walk.pathspec = history->pathspec;
    }
    if (!status)
        status =
            qn_commit_walk_new(ctx, &repository->scope, &walk, &history->walk);
    if (status) {
        qn_history_free(history);
        return status;
    }
    qn_commit_walk_prove(history->walk, false);
    *out = history;
    return QN_OK;
}

void qn_history_free(struct qn_history *history)
{
    if (!history)
        return;
    qn_commit_walk_free(history->walk);
    qn_pathspec_free(history->pathspec);
    qn_memory_free(history);
}

static enum qn_status add(struct qn_ctx *ctx, struct qn_history *history,
                          const char *revision, unsigned flags)
{
    struct qn_id id;
    enum qn_status status =
        qn_revision_commit(ctx, &history->repository->scope, revision, &id);

    return status ? status
                  : qn_commit_walk_add(ctx, history->walk, &id, flags, NULL);
}

enum qn_status qn_history_show(struct qn_ctx *ctx, struct qn_history *history,
                               const char *revision)
{
    return add(ctx, history, revision, 0);
}

enum qn_status qn_history_hide(struct qn_ctx *ctx, struct qn_history *history,
                               const char *revision)
{
    return add(ctx, history, revision, QN_WALK_UNINTERESTING);
}

enum qn_status qn_history_next(struct qn_ctx *ctx, struct qn_history *history,
                               struct qn_id *out)
{
    enum qn_status status =
        qn_commit_walk_next(ctx, history->walk, &history->commit);

    if (!status)
        *out = history->commit.id;
    return status;
}

void qn_history_tree(const struct qn_history *history, struct qn_id *out)
{
    *out = history->commit.tree;
}

int64_t qn_history_time(const struct qn_history *history)
{
    return history->commit.time;
}

uint32_t qn_history_parent_count(const struct qn_history *history)
{
    return history->commit.parent_count;
}

void qn_history_parent(const struct qn_history *history, uint32_t number,
                       struct qn_id *out)
{
    if (number < history->commit.parent_count)
        *out = history->commit.parents[number];
    else
        qn_id_clear(out, history->commit.id.algorithm);
}
