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

/* Are the ids from `*at` up to `end` all here? */
static bool are_here(struct qn_ctx *ctx, struct qn_odb *odb,
                     const struct qn_id_list *ids, size_t *at, size_t end)
{
    bool is_here = true;

    for (; *at < end && is_here; (*at)++)
        if (!qn_id_is_null(&ids->ids[*at]) &&
            qn_odb_exists(ctx, odb, &ids->ids[*at], &is_here))
            is_here = false;
    return is_here;
}

/* How many commits have all they need. */
static size_t count_sound(struct qn_ctx *ctx,
                          const struct qn_op_log_ahead *ahead,
                          struct qn_odb *odb)
{
    size_t i, tree = 0, blob = 0;

    for (i = 0; i < ahead->count; i++)
        if (!are_here(ctx, odb, &ahead->trees, &tree,
                      ahead->commits[i].tree_end) ||
            !are_here(ctx, odb, &ahead->blobs, &blob,
                      ahead->commits[i].blob_end))
            break;
    return i;
}

enum qn_status qn_op_log_ahead_fetch(struct qn_ctx *ctx,
                                     struct qn_op_log_ahead *ahead,
                                     struct qn_op_log_worker *worker,
                                     size_t *sound)
{
    enum qn_status status =
        qn_odb_prefetch(ctx, worker->odb, ahead->trees.ids, ahead->trees.count);

    if (!status)
        status = add_blobs(ctx, ahead, worker);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* told of when its turn comes */
        status = QN_OK;
    }
    if (!status)
        status = qn_odb_prefetch(ctx, worker->odb, ahead->blobs.ids,
                                 ahead->blobs.count);
    *sound = status ? count_sound(ctx, ahead, worker->odb) : ahead->count;
    return status;
}
