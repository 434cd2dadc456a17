/* SPDX-License-Identifier: MIT */
/* The border of a range: what is out of it, with a child in it. */
#include "walk/commit_walk_private.h"

#include "walk/merge_base.h"
#include "walk/object_walk.h"

static enum qn_status add_edge(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                               uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);

    if (!(own->flags & QN_WALK_UNINTERESTING) || (own->flags & WALK_MARK) ||
        own->state != QN_COMMIT_LOADED)
        return QN_OK;
    own->flags |= WALK_MARK;
    return qn_commit_walk_keep(ctx, &walk->edges, &walk->edge_count,
                               &walk->edge_capacity, row);
}

enum qn_status qn_commit_walk_note_edges(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    size_t i;
    uint32_t j;

    if (walk->has_edges)
        return QN_OK;
    walk->has_edges = true;
    for (i = 0; i < walk->list_count && !status; i++) {
        uint32_t row = walk->list[i];
        uint32_t count = walk_row(walk, row)->parent_count;

        for (j = 0; j < count && !status; j++)
            status = add_edge(ctx, walk, walk_parent(walk, row, j));
    }
    for (i = 0; i < walk->edge_count; i++)
        walk_row(walk, walk->edges[i])->flags &= ~(uint32_t)WALK_MARK;
    return status;
}

static enum qn_status find_edges(struct qn_ctx *ctx,
                                 struct qn_commit_walk *walk)
{
    enum qn_status status = qn_commit_walk_prepare(ctx, walk);

    return status ? status : qn_commit_walk_note_edges(ctx, walk);
}

enum qn_status qn_commit_walk_add_edge(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       const struct qn_id *id)
{
    enum qn_status status = find_edges(ctx, walk);
    uint32_t row;
    size_t i;

    if (!status)
        status = qn_commit_table_put(ctx, walk->table, id, &row);
    if (status)
        return status;
    for (i = 0; i < walk->edge_count; i++)
        if (walk->edges[i] == row)
            return QN_OK;
    status = add_edge(ctx, walk, row);
    walk_row(walk, row)->flags &= ~(uint32_t)WALK_MARK;
    return status;
}

enum qn_status qn_commit_walk_edge(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, size_t *next,
                                   struct qn_id *out)
{
    enum qn_status status = find_edges(ctx, walk);

    if (status)
        return status;
    if (*next >= walk->edge_count)
        return QN_END;
    qn_commit_table_id(walk->table, walk->edges[(*next)++], out);
    return QN_OK;
}

enum qn_status qn_commit_walk_exclude_trees(struct qn_ctx *ctx,
                                            struct qn_commit_walk *walk,
                                            struct qn_object_walk *objects)
{
    enum qn_status status = find_edges(ctx, walk);
    size_t i;

    for (i = 0; i < walk->edge_count && !status; i++) {
        struct qn_id tree;

        status =
            qn_commit_table_sound_tree(ctx, walk->table, walk->edges[i], &tree);
        if (!status)
            status = qn_object_walk_exclude(ctx, objects, &tree);
    }
    return status;
}

enum qn_status
qn_commit_walk_add_symmetric(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                             const struct qn_revision_scope *scope,
                             const struct qn_id *a, const struct qn_id *b)
{
    struct qn_id_list bases = {NULL, 0, 0};
    enum qn_status status = qn_merge_base_find(ctx, scope, a, b, 1, &bases);
    size_t i;

    for (i = 0; i < bases.count && !status; i++)
        status =
            qn_commit_walk_add(ctx, walk, &bases.ids[i],
                               QN_WALK_UNINTERESTING | QN_WALK_BOTTOM, NULL);
    if (!status)
        status = qn_commit_walk_add(ctx, walk, a, QN_WALK_LEFT, NULL);
    if (!status)
        status = qn_commit_walk_add(ctx, walk, b, 0, NULL);
    qn_id_list_dispose(&bases);
    return status;
}
