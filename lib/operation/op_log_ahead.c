/* SPDX-License-Identifier: MIT */
#include "operation/op_log_ahead.h"

#include "base/memory.h"

void qn_op_log_ahead_dispose(struct qn_op_log_ahead *ahead)
{
    qn_id_list_dispose(&ahead->trees);
    qn_id_list_dispose(&ahead->blobs);
    qn_memory_free(ahead->commits);
}

void qn_op_log_ahead_reset(struct qn_op_log_ahead *ahead)
{
    ahead->trees.count = ahead->blobs.count = ahead->count = 0;
}

/* How many of its parents a commit is compared with. */
static size_t compared_parents(const struct qn_op_log_options *options,
                               size_t count)
{
    if (count < 2)
        return count;
    switch (options->merges) {
    case QN_OP_LOG_MERGES_SEPARATE:
    case QN_OP_LOG_MERGES_COMBINED:
        return count;
    case QN_OP_LOG_MERGES_FIRST_PARENT:
        return 1;
    case QN_OP_LOG_MERGES_OFF:
    case QN_OP_LOG_MERGES_REMERGE: /* a merge, which looks ahead itself */
        break;
    }
    return 0;
}

static enum qn_status add_trees(struct qn_ctx *ctx,
                                struct qn_op_log_ahead *ahead,
                                struct qn_op_log_worker *worker,
                                const struct qn_op_log_options *options,
                                const struct qn_commit *commit,
                                const struct qn_id *parents, size_t count)
{
    size_t compared = compared_parents(options, count), i = 0;
    enum qn_status status = QN_OK;

    if (count > 0 && compared == 0)
        return QN_OK;
    do {
        struct qn_id old_tree = {0};

        old_tree.algorithm = commit->tree.algorithm;
        if (i < compared)
            status = qn_op_log_diff_tree(ctx, worker, &parents[i], &old_tree);
        if (!status)
            status = qn_id_list_add(ctx, &ahead->trees, &old_tree);
        if (!status)
            status = qn_id_list_add(ctx, &ahead->trees, &commit->tree);
    } while (!status && ++i < compared);
    return status;
}

enum qn_status qn_op_log_ahead_add(struct qn_ctx *ctx,
                                   struct qn_op_log_ahead *ahead,
                                   struct qn_op_log_worker *worker,
                                   const struct qn_op_log_options *options,
                                   const struct qn_commit *commit,
                                   const struct qn_id *parents, size_t count)
{
    struct qn_op_log_ahead_commit *added;
    enum qn_status status =
        qn_memory_grow(ctx, &ahead->commits, &ahead->capacity, ahead->count + 1,
                       sizeof(*ahead->commits));

    if (!status && commit && !worker->followed &&
        qn_op_log_diff_is_shown(options, count))
        status = add_trees(ctx, ahead, worker, options, commit, parents, count);
    if (status)
        return status;
    added = &ahead->commits[ahead->count++];
    added->followed = commit ? worker->followed : NULL;
    added->tree_end = ahead->trees.count;
    added->blob_end = 0;
    return QN_OK;
}

static enum qn_status add_blobs(struct qn_ctx *ctx,
                                struct qn_op_log_ahead *ahead,
                                struct qn_op_log_worker *worker)
{
    enum qn_status status = QN_OK;
    size_t i, at = 0;

    for (i = 0; i < ahead->count && !status; i++) {
        struct qn_op_log_ahead_commit *commit = &ahead->commits[i];

        if (commit->followed) {
            status = qn_id_list_add(ctx, &ahead->blobs,
                                    &commit->followed->old_side.id);
            if (!status)
                status = qn_id_list_add(ctx, &ahead->blobs,
                                        &commit->followed->new_side.id);
        }
        for (; at < commit->tree_end && !status; at += 2) {
            const struct qn_id *trees = &ahead->trees.ids[at];

            status = qn_patch_foresee(ctx, worker->patch,
                                      qn_id_is_null(trees) ? NULL : trees,
                                      &trees[1], &ahead->blobs);
        }
        commit->blob_end = ahead->blobs.count;
    }
    return status;
}

/* The first id from `*at` up to `end` that is not here; NULL: they all are. */
static const struct qn_id *find_missing(struct qn_ctx *ctx, struct qn_odb *odb,
                                        const struct qn_id_list *ids,
                                        size_t *at, size_t end)
{
    bool is_here = true;

    for (; *at < end; (*at)++)
        if (!qn_id_is_null(&ids->ids[*at]) &&
            (qn_odb_exists(ctx, odb, &ids->ids[*at], &is_here) || !is_here))
            return &ids->ids[*at];
    return NULL;
}

/* How many commits have all they need, and what the next one lacks. */
static size_t count_sound(struct qn_ctx *ctx,
                          const struct qn_op_log_ahead *ahead,
                          struct qn_odb *odb, const struct qn_id **missing)
{
    size_t i, tree = 0, blob = 0;

    *missing = NULL;
    for (i = 0; i < ahead->count; i++) {
        const struct qn_op_log_ahead_commit *commit = &ahead->commits[i];

        *missing =
            find_missing(ctx, odb, &ahead->trees, &tree, commit->tree_end);
        if (!*missing)
            *missing =
                find_missing(ctx, odb, &ahead->blobs, &blob, commit->blob_end);
        if (*missing)
            break;
    }
    return i;
}

static enum qn_status fetch_all(struct qn_ctx *ctx,
                                struct qn_op_log_ahead *ahead,
                                struct qn_op_log_worker *worker, bool asks)
{
    enum qn_status status = QN_OK;

    if (asks)
        status = qn_odb_prefetch(ctx, worker->odb, ahead->trees.ids,
                                 ahead->trees.count);
    if (!status)
        status = add_blobs(ctx, ahead, worker);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* told of when its turn comes */
        status = QN_OK;
    }
    if (!status && asks)
        status = qn_odb_prefetch(ctx, worker->odb, ahead->blobs.ids,
                                 ahead->blobs.count);
    return status;
}

enum qn_status qn_op_log_ahead_fetch(struct qn_ctx *ctx,
                                     struct qn_op_log_ahead *ahead,
                                     struct qn_op_log_worker *worker,
                                     struct qn_op_log_flight *flight,
                                     size_t *sound)
{
    const struct qn_id *missing;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    bool had_failed;

    qn_mutex_lock(flight->mutex);
    had_failed = flight->has_failed;
    status = fetch_all(ctx, ahead, worker, !had_failed);
    flight->has_failed |= status != QN_OK;
    qn_mutex_unlock(flight->mutex);
    *sound = ahead->count;
    if (!status && !had_failed)
        return QN_OK;
    *sound = count_sound(ctx, ahead, worker->odb, &missing);
    if (status || !missing)
        return status;
    qn_id_to_hex(missing, hex);
    return qn_ctx_fail_reason(ctx, QN_PROMISED, "odb.promised", hex,
                              "could not fetch %s from promisor remote", hex);
}
