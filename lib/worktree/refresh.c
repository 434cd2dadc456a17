/* SPDX-License-Identifier: MIT */
#include "worktree/refresh.h"

#include "base/progress.h"
#include "object/tree.h"
#include "os/parallel.h"
#include "worktree/fsmonitor.h"

#include <stdatomic.h>

#define GRAIN 256u

struct refresher {
    const struct qn_work_tree *tree;
    struct qn_index *index;
    const struct qn_pathspec *pathspec;
    unsigned flags;
    uint8_t *answers;
    atomic_bool has_renewed;
    atomic_bool has_later; /* entries that need a program */
    struct qn_progress progress;
};

static enum qn_status state_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct refresher *refresher = shared;

    (void)ctx;
    qn_compare_init(state, refresher->tree, refresher->index);
    ((struct qn_compare *)state)->defers_programs = true;
    return QN_OK;
}

static void state_dispose(void *shared, void *state)
{
    (void)shared;
    qn_compare_dispose(state);
}

bool qn_refresh_keep(const struct qn_index *index, struct qn_index_entry *entry,
                     const struct qn_file_stat *stat,
                     enum qn_compare_answer answer, bool is_stale)
{
    /* Racy entries, too: written anew they are not racy any more. */
    if (is_stale)
        qn_index_stat_fill(&entry->stat, stat);
    if (answer == QN_COMPARE_SAME &&
        !(entry->flags & (QN_INDEX_ASSUME_VALID | QN_INDEX_SKIP_WORKTREE))) {
        entry->flags |= QN_INDEX_UPTODATE;
        if (qn_index_is_monitored(index) && !qn_mode_is_gitlink(entry->mode) &&
            !(entry->flags & QN_INDEX_FSMONITOR_VALID)) {
            entry->flags |= QN_INDEX_FSMONITOR_VALID;
            is_stale = true;
        }
    }
    return is_stale;
}

static enum qn_status refresh_one(struct qn_ctx *ctx, void *shared, void *state,
                                  size_t i)
{
    struct refresher *refresher = shared;
    struct qn_index_entry *entry = qn_index_at(refresher->index, i);
    struct qn_compare *compare = state;
    enum qn_compare_answer answer;
    struct qn_file_stat stat;
    uint8_t held = 0;
    bool is_stale;
    enum qn_status status;

    refresher->answers[i] = QN_COMPARE_SAME;
    if (entry->stage != 0 || (entry->flags & QN_INDEX_UPTODATE))
        return QN_OK;
    if (refresher->pathspec &&
        !qn_pathspec_is_match(ctx, refresher->pathspec, entry->path, false,
                              NULL, NULL))
        return QN_OK;
    if (refresher->flags & QN_REFRESH_REALLY) {
        held = entry->flags & QN_INDEX_ASSUME_VALID;
        entry->flags &= (uint8_t)~QN_INDEX_ASSUME_VALID;
    }
    status = qn_compare_entry(ctx, compare, entry, &stat, &answer, &is_stale);
    if (!status && compare->is_deferred) {
        entry->flags |= held;
        refresher->answers[i] = QN_COMPARE_LATER;
        atomic_store_explicit(&refresher->has_later, true,
                              memory_order_relaxed);
        return QN_OK;
    }
    if (status || answer == QN_COMPARE_SAME ||
        (refresher->flags & QN_REFRESH_HOLDS))
        entry->flags |= held;
    if (status)
        return status;
    if (held && !(entry->flags & held)) /* it is not to be assumed */
        atomic_store_explicit(&refresher->has_renewed, true,
                              memory_order_relaxed);
    refresher->answers[i] = (uint8_t)answer;
    if (is_stale || answer != QN_COMPARE_SAME)
        qn_progress_set(ctx, &refresher->progress, i);
    if (qn_refresh_keep(refresher->index, entry, &stat, answer, is_stale))
        atomic_store_explicit(&refresher->has_renewed, true,
                              memory_order_relaxed);
    return QN_OK;
}

/* What was left to the end, by the caller's thread alone. */
static enum qn_status refresh_later(struct qn_ctx *ctx,
                                    struct refresher *refresher)
{
    struct qn_compare compare;
    enum qn_status status = QN_OK;

    if (!atomic_load(&refresher->has_later))
        return QN_OK;
    qn_compare_init(&compare, refresher->tree, refresher->index);
    for (size_t i = 0; i < qn_index_count(refresher->index) && !status; i++)
        if (refresher->answers[i] == QN_COMPARE_LATER)
            status = refresh_one(ctx, refresher, &compare, i);
    qn_compare_dispose(&compare);
    return status;
}

enum qn_status qn_refresh_run(struct qn_ctx *ctx,
                              const struct qn_work_tree *tree,
                              struct qn_index *index,
                              const struct qn_pathspec *pathspec,
                              unsigned flags, uint8_t *answers)
{
    struct refresher refresher = {.tree = tree,
                                  .index = index,
                                  .pathspec = pathspec,
                                  .flags = flags,
                                  .answers = answers};
    struct qn_parallel_options options = {.grain = GRAIN,
                                          .shared = &refresher,
                                          .state_size =
                                              sizeof(struct qn_compare),
                                          .state_init = state_init,
                                          .state_dispose = state_dispose};
    enum qn_status status;

    status = qn_fsmonitor_ask(ctx, tree, index);
    if (status)
        return status;
    if (flags & QN_REFRESH_TELLS)
        qn_progress_begin(ctx, &refresher.progress, QN_PROGRESS_BEGIN_LATER,
                          "Refresh index", qn_index_count(index));
    atomic_init(&refresher.has_renewed, false);
    atomic_init(&refresher.has_later, false);
    status = qn_parallel_for(ctx, &options, qn_index_count(index), refresh_one);
    if (!status)
        status = refresh_later(ctx, &refresher);
    if (!status && atomic_load(&refresher.has_renewed))
        qn_index_mark_changed(index);
    qn_progress_set(ctx, &refresher.progress, qn_index_count(index));
    qn_progress_end(ctx, &refresher.progress);
    return status;
}

static bool is_doubtful(const struct qn_index *index,
                        const struct qn_index_entry *entry)
{
    return entry->stage == 0 && entry->stat.mtime_seconds != 0 &&
           entry->stat.size != 0 &&
           !(entry->flags &
             (QN_INDEX_UPTODATE | QN_INDEX_REMOVED | QN_INDEX_SKIP_WORKTREE)) &&
           qn_index_is_racy(index, entry);
}

enum qn_status qn_refresh_racy(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_index *index)
{
    struct qn_work_tree tree;
    struct qn_compare compare;
    size_t i = 0, count = qn_index_count(index);
    enum qn_status status;

    while (i < count && !is_doubtful(index, qn_index_peek(index, i)))
        i++;
    if (i == count || !qn_repo_work_tree(repo))
        return QN_OK;
    status = qn_work_tree_open(ctx, repo, &tree);
    if (status)
        return status;
    qn_compare_init(&compare, &tree, index);
    for (; i < count && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(index, i);
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale;

        if (!is_doubtful(index, entry))
            continue;
        status =
            qn_compare_entry(ctx, &compare, entry, &stat, &answer, &is_stale);
        /* Other stat data are not renewed behind anybody's back. */
        if (!status && answer == QN_COMPARE_SAME)
            entry->flags |= QN_INDEX_UPTODATE;
    }
    qn_compare_dispose(&compare);
    qn_work_tree_close(&tree);
    return status;
}
