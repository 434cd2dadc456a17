/* SPDX-License-Identifier: MIT */
/* The walk again without the commit-graph, up to where it was.
 *
 * A graph that names what is not there has led the walk astray before that is
 * noticed: what is queued may be wrong, too.  So the walk begins anew, from its
 * tips and by the objects alone, and passes over what was given out already.
 * Rows keep their numbers. */
#include "walk/commit_walk_private.h"

#include "base/memory.h"

static enum qn_status put_tips(struct qn_ctx *ctx, struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < walk->tip_count && !status; i++) {
        const struct walk_tip *tip = &walk->tips[i];
        struct qn_commit_row *own;

        status = qn_commit_table_load(ctx, walk->table, tip->row);
        if (status == QN_NOT_FOUND && walk->options.ignores_missing) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        own = walk_row(walk, tip->row);
        own->flags |= WALK_TIP | tip->flags;
        if (!own->source && tip->name)
            own->source = (uint32_t)i + 1;
    }
    return status;
}

/* The border as it was, and what somebody added to it. */
static enum qn_status put_edges(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                                const uint32_t *rows, size_t count)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;

    for (i = 0; i < count && !status; i++) {
        qn_commit_table_id(walk->table, rows[i], &id);
        status = qn_commit_walk_add_edge(ctx, walk, &id);
    }
    return status;
}

static void reset(struct qn_commit_walk *walk)
{
    walk->queue.count = 0;
    walk->queued_interesting = 0;
    walk->list_count = walk->list_next = 0;
    walk->boundary_count = walk->boundary_next = 0;
    walk->child_count = walk->first_child_count = 0;
    qn_memory_free(walk->first_child);
    walk->first_child = NULL;
    walk->edges = NULL;
    walk->edge_count = walk->edge_capacity = 0;
    walk->uses_filters = false;
    walk->skipped = walk->given = 0;
    walk->is_prepared = walk->is_limited = walk->is_reading_boundary = false;
    walk->has_edges = false;
}

enum qn_status qn_commit_walk_restart(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk)
{
    uint32_t *edges = walk->edges;
    size_t edge_count = walk->edge_count;
    bool has_edges = walk->has_edges;
    enum qn_status status;

    qn_ctx_clear(ctx);
    reset(walk);
    walk->is_restarted = true;
    status = qn_commit_table_drop_graph(ctx, walk->table, WALK_GIVEN);
    if (!status)
        status = put_tips(ctx, walk);
    if (!status)
        status = qn_commit_walk_prepare(ctx, walk);
    if (!status && has_edges)
        status = put_edges(ctx, walk, edges, edge_count);
    qn_memory_free(edges);
    if (!status)
        qn_commit_table_tell_damage(ctx, walk->table);
    return status;
}
