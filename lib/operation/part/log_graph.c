/* SPDX-License-Identifier: MIT */
#include "operation/part/log_graph.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "show/graph.h"

struct qn_log_graph {
    struct qn_graph *graph;
    struct qn_graph *measure; /* the same drawing, ahead, for its widths */
    struct qn_buf spare;
    struct qn_log_graph_row *rows;
    size_t count;
    size_t capacity;
    struct qn_id *parents;
    size_t parent_count;
    size_t parent_capacity;
    struct qn_id_map shown;
    const struct qn_id **visible; /* of the row in hand */
    size_t visible_capacity;
    bool is_begun;
    bool has_skipped; /* rows since the last one that was drawn */
    bool ended;       /* the last entry's text ended its line */
    bool first_parent_only;
};

void qn_log_graph_free(struct qn_log_graph *g)
{
    if (!g)
        return;
    qn_graph_free(g->graph);
    qn_graph_free(g->measure);
    qn_buf_dispose(&g->spare);
    qn_memory_free(g->rows);
    qn_memory_free(g->parents);
    qn_memory_free(g->visible);
    qn_id_map_dispose(&g->shown);
    qn_memory_free(g);
}

static enum qn_status add(struct qn_ctx *ctx, struct qn_log_graph *g,
                          const struct qn_walk_commit *commit)
{
    struct qn_log_graph_row *row;
    uint32_t position;
    bool is_new;
    enum qn_status status;

    status = qn_memory_grow(ctx, &g->rows, &g->capacity, g->count + 1,
                            sizeof(*g->rows));
    if (!status)
        status = qn_memory_grow(ctx, &g->parents, &g->parent_capacity,
                                g->parent_count + commit->parent_count + 1,
                                sizeof(*g->parents));
    if (!status)
        status = qn_id_map_put(ctx, &g->shown, &commit->id, &position, &is_new);
    if (status)
        return status;
    row = &g->rows[g->count++];
    row->id = commit->id;
    row->flags = commit->flags;
    row->source = commit->source;
    row->parent_start = g->parent_count;
    row->parent_count = commit->parent_count;
    if (commit->parent_count)
        memcpy(g->parents + g->parent_count, commit->parents,
               commit->parent_count * sizeof(*g->parents));
    g->parent_count += commit->parent_count;
    return QN_OK;
}

enum qn_status qn_log_graph_walk(struct qn_ctx *ctx, void *walk,
                                 struct qn_walk_commit *out)
{
    return qn_commit_walk_next(ctx, walk, out);
}

enum qn_status qn_log_graph_new(struct qn_ctx *ctx, qn_log_graph_next_fn *next,
                                void *data,
                                const struct qn_log_graph_options *options,
                                struct qn_log_graph **out)
{
    struct qn_log_graph *g = qn_memory_calloc(ctx, 1, sizeof(*g));
    struct qn_walk_commit commit;
    enum qn_status status;

    if (!g)
        return QN_NO_MEMORY;
    g->first_parent_only = options->first_parent_only;
    qn_id_map_init(&g->shown, options->algorithm);
    status = qn_graph_new(ctx, options->has_color, options->colors,
                          options->color_count, &g->graph);
    if (!status)
        status = qn_graph_new(ctx, false, NULL, 0, &g->measure);
    if (!status)
        qn_graph_limit_lanes(g->graph, (size_t)options->lane_limit);
    if (!status)
        qn_graph_limit_lanes(g->measure, (size_t)options->lane_limit);
    while (!status) {
        status = next(ctx, data, &commit);
        if (status == QN_END)
            break;
        if (!status)
            status = add(ctx, g, &commit);
    }
    if (status != QN_END) {
        qn_log_graph_free(g);
        return status;
    }
    *out = g;
    return QN_OK;
}

bool qn_log_graph_at(const struct qn_log_graph *g, size_t i,
                     const struct qn_log_graph_row **row,
                     const struct qn_id **parents)
{
    if (i >= g->count)
        return false;
    *row = &g->rows[i];
    *parents = g->parents + g->rows[i].parent_start;
    return true;
}

/* Visible parents of a row; put into `visible` when it is not NULL. */
static size_t count_visible(const struct qn_log_graph *g, size_t i,
                            const struct qn_id **visible)
{
    const struct qn_log_graph_row *row = &g->rows[i];
    size_t count = 0;
    uint32_t k;

    for (k = 0; k < row->parent_count; k++) {
        const struct qn_id *parent = &g->parents[row->parent_start + k];

        if (qn_id_map_find(&g->shown, parent) == QN_ID_MAP_NONE) {
            if (g->first_parent_only)
                break;
            continue;
        }
        if (visible)
            visible[count] = parent;
        count++;
        if (g->first_parent_only)
            break;
    }
    return count;
}

static enum qn_status begin(struct qn_ctx *ctx, struct qn_log_graph *g,
                            struct qn_graph *graph, size_t i, char mark)
{
    struct qn_graph_commit commit = {.id = &g->rows[i].id, .mark = mark};
    enum qn_status status;

    status = qn_memory_grow(ctx, &g->visible, &g->visible_capacity,
                            g->rows[i].parent_count + 1, sizeof(*g->visible));
    if (status)
        return status;
    commit.parent_count = count_visible(g, i, g->visible);
    commit.parents = g->visible;
    commit.is_boundary = (g->rows[i].flags & QN_WALK_BOUNDARY) != 0;
    if (i + 1 < g->count) {
        commit.next = &g->rows[i + 1].id;
        commit.next_is_root = !(g->rows[i + 1].flags & QN_WALK_BOUNDARY) &&
                              count_visible(g, i + 1, NULL) == 0;
        commit.has_second_next = i + 2 < g->count;
    }
    return qn_graph_begin(ctx, graph, &commit);
}

enum qn_status qn_log_graph_width(struct qn_ctx *ctx, struct qn_log_graph *g,
                                  size_t i, size_t *width)
{
    bool is_commit = false;
    bool was_commit = false;
    enum qn_status status = begin(ctx, g, g->measure, i, '*');

    *width = qn_graph_width(g->measure);
    while (!status && (!was_commit || !qn_graph_is_finished(g->measure))) {
        qn_buf_clear(&g->spare);
        status = qn_graph_row(ctx, g->measure, &g->spare, &is_commit);
        was_commit |= is_commit;
    }
    return status;
}

enum qn_status qn_log_graph_skip(struct qn_ctx *ctx, struct qn_log_graph *g,
                                 size_t i)
{
    g->has_skipped = true;
    return begin(ctx, g, g->graph, i, '*');
}

/* Lines, each behind a row but for what ends a line that is begun. */
static enum qn_status put_lines(struct qn_ctx *ctx, struct qn_log_graph *g,
                                struct qn_bytes text, struct qn_buf *out)
{
    bool is_commit;
    enum qn_status status = QN_OK;

    while (!status && text.size > 0) {
        size_t size = qn_bytes_find(text, '\n');
        struct qn_bytes line =
            qn_bytes_first(text, size < text.size ? size + 1 : size);

        if (g->ended)
            status = qn_graph_row(ctx, g->graph, out, &is_commit);
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        g->ended = size < text.size;
        text = qn_bytes_from(text, line.size);
    }
    return status;
}

/* The rows that the commit still needs, before what follows its message; the
 * last ends as the message does. */
static enum qn_status put_rest(struct qn_ctx *ctx, struct qn_log_graph *g,
                               struct qn_buf *out)
{
    bool is_commit;
    enum qn_status status = QN_OK;

    while (!status && !qn_graph_is_finished(g->graph)) {
        if (!g->ended)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_graph_row(ctx, g->graph, out, &is_commit);
        if (!status && g->ended)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    return status;
}

enum qn_status qn_log_graph_draw(struct qn_ctx *ctx, struct qn_log_graph *g,
                                 size_t i, char mark, struct qn_bytes text,
                                 size_t message_size, bool separates,
                                 struct qn_buf *out)
{
    bool is_commit = false;
    bool was_ended;
    enum qn_status status = begin(ctx, g, g->graph, i, mark);

    if (!status && g->has_skipped) {
        size_t size = out->size;

        if (!g->ended && g->is_begun)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_buf_append_string(ctx, out, "...");
        while (!status && out->size - size < qn_graph_width(g->graph))
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        g->has_skipped = false;
    } else if (!status && separates && g->is_begun) {
        if (g->ended)
            status = qn_graph_gap(ctx, g->graph, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    g->is_begun = true;
    while (!status && !is_commit) {
        status = qn_graph_row(ctx, g->graph, out, &is_commit);
        if (!status && !is_commit)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    g->ended = false;
    if (!status)
        status = put_lines(ctx, g, qn_bytes_first(text, message_size), out);
    if (!status)
        status = put_rest(ctx, g, out);
    was_ended = g->ended;
    text = qn_bytes_from(text, message_size);
    /* Nothing ends the message: what follows has a row all the same, and the
     * line between commits is as if it did not follow. */
    if (text.size && (separates || (!message_size && *text.data != '\n')))
        g->ended = true;
    if (!status)
        status = put_lines(ctx, g, text, out);
    if (separates && text.size)
        g->ended = was_ended;
    return status;
}
