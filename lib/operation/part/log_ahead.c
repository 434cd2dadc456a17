/* SPDX-License-Identifier: MIT */
#include "operation/part/log_ahead.h"

#include "diff/patch.h"
#include "object/commit.h"

#define FIRST 4 /* who looks at a page asks for no more */

void qn_log_ahead_init(struct qn_log_ahead *ahead, struct qn_odb *odb,
                       const struct qn_diff_options *diff)
{
    if (diff && qn_odb_fetches(odb) && qn_patch_reads_contents(diff))
        ahead->odb = odb;
    ahead->diff = diff;
    ahead->reach = FIRST;
}

void qn_log_ahead_dispose(struct qn_log_ahead *ahead)
{
    qn_diff_list_dispose(&ahead->list);
    qn_object_dispose(&ahead->object);
}

static enum qn_status tree_of(struct qn_ctx *ctx, struct qn_log_ahead *ahead,
                              const struct qn_id *id, struct qn_id *tree,
                              struct qn_id *parent, uint32_t *parent_count)
{
    struct qn_commit commit;
    enum qn_status status = qn_odb_read_typed(ctx, ahead->odb, id,
                                              QN_OBJECT_COMMIT, &ahead->object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&ahead->object),
                                 id->algorithm, &commit);
    if (status)
        return status;
    *tree = commit.tree;
    *parent_count = commit.parent_count;
    if (commit.parent_count)
        qn_commit_parent(&commit, 0, parent);
    return QN_OK;
}

enum qn_status qn_log_ahead_add(struct qn_ctx *ctx, struct qn_log_ahead *ahead,
                                const struct qn_id *commit,
                                const struct qn_id *parent)
{
    struct qn_id trees[2], first, unused;
    uint32_t count, unused_count;
    enum qn_status status =
        tree_of(ctx, ahead, commit, &trees[1], &first, &count);

    if (!parent && count > 0)
        parent = &first;
    if (!status && parent)
        status = tree_of(ctx, ahead, parent, &trees[0], &unused, &unused_count);
    if (!status)
        status = qn_patch_compare(ctx, ahead->odb, ahead->diff,
                                  parent ? &trees[0] : NULL, &trees[1],
                                  &ahead->list);
    if (status != QN_CORRUPT && status != QN_NOT_FOUND && status != QN_PROMISED)
        return status;
    qn_ctx_clear(ctx); /* who shows that commit tells of it */
    return QN_OK;
}

enum qn_status qn_log_ahead_add_pair(struct qn_ctx *ctx,
                                     struct qn_log_ahead *ahead,
                                     const struct qn_diff_pair *pair)
{
    struct qn_diff_pair *own = qn_diff_list_add(ctx, &ahead->list);

    if (!own)
        return QN_NO_MEMORY;
    *own = *pair;
    return QN_OK;
}

enum qn_status qn_log_ahead_fetch(struct qn_ctx *ctx,
                                  struct qn_log_ahead *ahead, size_t most)
{
    enum qn_status status =
        qn_diff_list_prefetch(ctx, ahead->odb, &ahead->list);

    qn_diff_list_reset(&ahead->list);
    if (ahead->reach < most)
        ahead->reach *= 2;
    return status;
}
