/* SPDX-License-Identifier: MIT */
#include "show/graph.h"

#include "base/memory.h"

enum row_kind {
    ROW_CONNECTOR,
    ROW_EXPANSION,
    ROW_COMMIT,
    ROW_MERGE,
    ROW_SLIDING,
    ROW_PADDING
};

struct lane {
    struct qn_id id;
    size_t color;
    bool is_side; /* opened for (or met by) a parent that is not the first */
};

struct lanes {
    struct lane *items;
    size_t count;
    size_t capacity;
};

/* Columns to lanes of `after`; -1: nothing. */
struct track {
    int *items;
    size_t count;
    size_t capacity;
};

struct qn_graph {
    bool has_color;
    bool indents_roots;
    size_t limit; /* of lanes; 0: none */
    const char *const *colors;
    size_t color_count;
    size_t color; /* the current one, + 1 */
    struct lanes before;
    struct lanes after;
    struct track map;  /* where lanes are on the screen */
    struct track slid; /* of the last sliding row, nothing erased */
    struct track spare;
    size_t place; /* of the commit in `before` */
    size_t previous_place;
    int added, previous_added;
    int skew;
    size_t parent_count;
    size_t width;
    char mark;
    size_t first_parent; /* its lane in `after` */
    size_t *edges;       /* lanes of the parents */
    size_t edge_capacity;
    struct qn_id first_id;
    bool was_waiting;
    enum row_kind next; /* what comes */
    enum row_kind last; /* what was printed last */
    size_t expansion;   /* row number */
    bool is_root;       /* a visual root */
    size_t root_depth;
    bool root_cascades;
    size_t indent;
};

static const char *const default_colors[] = {
    "\033[31m",   "\033[32m",   "\033[33m",   "\033[34m",
    "\033[35m",   "\033[36m",   "\033[1;31m", "\033[1;32m",
    "\033[1;33m", "\033[1;34m", "\033[1;35m", "\033[1;36m"};

enum qn_status qn_graph_new(struct qn_ctx *ctx, bool has_color,
                            const char *const *colors, size_t color_count,
                            struct qn_graph **out)
{
    struct qn_graph *g = qn_memory_calloc(ctx, 1, sizeof(*g));

    if (!g)
        return QN_NO_MEMORY;
    g->has_color = has_color;
    g->colors = color_count ? colors : default_colors;
    g->color_count = color_count ? color_count : QN_COUNT_OF(default_colors);
    g->color = g->color_count - 1;
    g->next = g->last = ROW_PADDING;
    *out = g;
    return QN_OK;
}

void qn_graph_free(struct qn_graph *g)
{
    if (!g)
        return;
    qn_memory_free(g->before.items);
    qn_memory_free(g->after.items);
    qn_memory_free(g->map.items);
    qn_memory_free(g->slid.items);
    qn_memory_free(g->spare.items);
    qn_memory_free(g->edges);
    qn_memory_free(g);
}

void qn_graph_limit_lanes(struct qn_graph *g, size_t limit)
{
    g->limit = limit;
}

size_t qn_graph_width(const struct qn_graph *g)
{
    return g->width;
}

void qn_graph_indent_roots(struct qn_graph *g)
{
    g->indents_roots = true;
}

static bool is_same(const struct qn_id *a, const struct qn_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static size_t find(const struct lanes *lanes, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < lanes->count; i++)
        if (is_same(&lanes->items[i].id, id))
            break;
    return i;
}

static int map_at(const struct track *track, size_t column)
{
    return column < track->count ? track->items[column] : -1;
}

static enum qn_status map_set(struct qn_ctx *ctx, struct track *track,
                              size_t column, int lane)
{
    enum qn_status status = qn_memory_grow(ctx, &track->items, &track->capacity,
                                           column + 1, sizeof(int));

    if (status)
        return status;
    while (track->count <= column)
        track->items[track->count++] = -1;
    track->items[column] = lane;
    return QN_OK;
}

/* --- building --------------------------------------------------------------
 */

/* A commit takes its lane of `after` and its column. */
static enum qn_status add(struct qn_ctx *ctx, struct qn_graph *g,
                          const struct qn_id *id, bool is_side, int nth_parent)
{
    size_t lane = find(&g->after, id);
    size_t column = g->width;
    enum qn_status status;

    if (lane == g->after.count) {
        size_t old = find(&g->before, id);
        struct lane *item;

        status = qn_memory_grow(ctx, &g->after.items, &g->after.capacity,
                                lane + 1, sizeof(*g->after.items));
        if (status)
            return status;
        item = &g->after.items[g->after.count++];
        item->id = *id;
        item->color =
            old < g->before.count ? g->before.items[old].color : g->color;
        item->is_side = old < g->before.count && g->before.items[old].is_side;
    }
    g->after.items[lane].is_side |= is_side;
    if (nth_parent >= 0)
        g->edges[nth_parent] = lane;
    if (nth_parent == 0)
        g->first_parent = lane;
    if (nth_parent == 0 && g->parent_count >= 2) {
        size_t distance = g->place > lane ? g->place - lane : 0;

        g->skew = distance > 0 ? 0 : 1;
        g->added = (int)g->parent_count + g->skew - 2;
        if (g->skew == 0)
            column -= distance == 1 ? 1 : 2 * distance - 3;
        else
            g->width += 2;
    } else if (g->added > 0 && g->width >= 2 &&
               map_at(&g->map, g->width - 2) == (int)lane) {
        column = g->width - 2;
        g->added = -1;
    } else {
        g->width += 2;
    }
    return map_set(ctx, &g->map, column, (int)lane);
}

static enum qn_status add_commit(struct qn_ctx *ctx, struct qn_graph *g,
                                 const struct qn_graph_commit *commit,
                                 bool is_fresh)
{
    size_t i;
    enum qn_status status = QN_OK;

    if (commit->parent_count == 0)
        g->width += 2;
    for (i = 0; i < commit->parent_count && !status; i++) {
        if (commit->parent_count >= 2 || is_fresh)
            g->color = (g->color + 1) % g->color_count;
        status = add(ctx, g, commit->parents[i], i > 0, (int)i);
    }
    return status;
}

/* Commits without visible parents that others follow step to the right. */
static void settle_root(struct qn_graph *g,
                        const struct qn_graph_commit *commit)
{
    bool was_root = g->is_root;
    bool is_side = g->was_waiting && g->before.items[g->place].is_side;

    g->is_root = g->indents_roots && !commit->is_boundary &&
                 commit->parent_count == 0 && !is_side && commit->next &&
                 (find(&g->after, commit->next) == g->after.count || was_root);
    if (!g->is_root) {
        g->root_depth = 0;
        g->root_cascades = false;
        g->indent = 0;
        return;
    }
    if (g->root_depth == 0 && commit->next_is_root && commit->has_second_next)
        g->root_cascades = true;
    else if (!(commit->next_is_root && commit->has_second_next) &&
             g->root_depth > 0 && g->root_depth % 4 == 0)
        g->root_cascades = false;
    g->root_depth++;
    g->indent = 2 * ((g->root_depth - g->root_cascades) % 4);
    g->width += g->indent;
}

enum qn_status qn_graph_begin(struct qn_ctx *ctx, struct qn_graph *g,
                              const struct qn_graph_commit *commit)
{
    struct lanes swap = g->before;
    size_t i;
    enum qn_status status = QN_OK;

    g->previous_place = g->place;
    g->previous_added = g->added;
    g->before = g->after;
    g->after = swap;
    g->after.count = 0;
    g->map.count = 0;
    g->width = 0;
    g->added = 0;
    g->skew = 1;
    g->parent_count = commit->parent_count;
    g->mark = commit->mark;
    g->place = find(&g->before, commit->id);
    status = qn_memory_grow(ctx, &g->edges, &g->edge_capacity,
                            commit->parent_count + 1, sizeof(*g->edges));
    g->was_waiting = g->place < g->before.count;
    for (i = 0; i < g->before.count && !status; i++) {
        if (i == g->place)
            status = add_commit(ctx, g, commit, false);
        else
            status = add(ctx, g, &g->before.items[i].id, false, -1);
    }
    if (!status && !g->was_waiting)
        status = add_commit(ctx, g, commit, true);
    if (status)
        return status;
    if (commit->parent_count)
        g->first_id = *commit->parents[0];
    settle_root(g, commit);
    if (g->limit && g->width > 2 * g->limit + 2)
        g->width = 2 * g->limit + 2;
    g->expansion = 0;
    if (g->is_root && g->was_waiting && !g->root_cascades)
        g->next = ROW_CONNECTOR;
    else if (g->parent_count >= 3 && g->place + 1 < g->before.count)
        g->next = ROW_EXPANSION;
    else
        g->next = ROW_COMMIT;
    return QN_OK;
}

/* --- drawing ---------------------------------------------------------------
 */

struct row {
    struct qn_graph *g;
    struct qn_buf *out;
    size_t columns;
    enum qn_status status;
};

static void put(struct qn_ctx *ctx, struct row *row, char c, size_t color)
{
    const struct qn_graph *g = row->g;
    bool has_color = g->has_color && c != ' ' && color < g->color_count;

    row->columns++;
    if (row->status)
        return;
    if (has_color)
        row->status = qn_buf_append_string(ctx, row->out, g->colors[color]);
    if (!row->status)
        row->status = qn_buf_append_byte(ctx, row->out, (uint8_t)c);
    if (!row->status && has_color)
        row->status = qn_buf_append_string(ctx, row->out, "\033[m");
}

static void put_plain(struct qn_ctx *ctx, struct row *row, char c)
{
    put(ctx, row, c, SIZE_MAX);
}

static void put_spaces(struct qn_ctx *ctx, struct row *row, size_t count)
{
    for (; count > 0; count--)
        put_plain(ctx, row, ' ');
}

/* "|" or, where the line is still on its way to the left, "/". */
static void put_lane(struct qn_ctx *ctx, struct row *row, size_t i)
{
    const struct qn_graph *g = row->g;
    bool slides =
        g->last == ROW_SLIDING && map_at(&g->slid, 2 * i + 1) == (int)i &&
        map_at(&g->map, 2 * i) >= 0 && map_at(&g->map, 2 * i) < (int)i;

    put(ctx, row, slides ? '/' : '|', g->before.items[i].color);
}

/* Is lane `i` cut off?  Then the row ends there, with a sign that it does. */
static bool cut_row(struct qn_ctx *ctx, struct row *row, size_t i)
{
    if (!row->g->limit || i < row->g->limit)
        return false;
    put_plain(ctx, row, '~');
    put_plain(ctx, row, ' ');
    return true;
}

static void draw_mark(struct qn_ctx *ctx, struct row *row)
{
    const struct qn_graph *g = row->g;
    size_t dashes = 0;
    size_t j;

    put_spaces(ctx, row, g->indent);
    put_plain(ctx, row, g->mark);
    if (g->parent_count >= 3)
        dashes = 2 * (g->parent_count + (size_t)g->skew - 3);
    for (j = 0; j < dashes; j++) {
        int lane = map_at(&g->map, 2 * (g->place + j / 2 + 2));

        if (j % 2 && cut_row(ctx, row, g->place + 1 + j / 2))
            return;
        size_t color = lane >= 0 ? g->after.items[lane].color : SIZE_MAX;

        put(ctx, row, j + 1 == dashes ? '.' : '-', color);
    }
}

static void draw_commit(struct qn_ctx *ctx, struct row *row)
{
    const struct qn_graph *g = row->g;
    size_t count = g->before.count + !g->was_waiting;
    size_t i;

    for (i = 0; i < count; i++) {
        bool joins = g->last == ROW_MERGE && g->previous_added > 0 &&
                     g->previous_place < i;

        if (g->limit && i >= g->limit && g->place >= i) {
            draw_mark(ctx, row);
            put_plain(ctx, row, ' ');
            return;
        }
        if (cut_row(ctx, row, i))
            return;
        if (i == g->place)
            draw_mark(ctx, row);
        else if (i > g->place && (g->added > 1 || (g->added == 1 && joins)))
            put(ctx, row, '\\', g->before.items[i].color);
        else if (i > g->place && g->added == 1)
            put(ctx, row, '|', g->before.items[i].color);
        else
            put_lane(ctx, row, i);
        put_plain(ctx, row, ' ');
    }
}

static void draw_expansion(struct qn_ctx *ctx, struct row *row)
{
    const struct qn_graph *g = row->g;
    size_t i;

    for (i = 0; i < g->before.count; i++) {
        size_t color = g->before.items[i].color;
        bool leans =
            g->expansion > 0 || (g->last == ROW_MERGE && g->previous_place < i);

        if (cut_row(ctx, row, i))
            return;
        put(ctx, row, i > g->place && leans ? '\\' : '|', color);
        if (i == g->place)
            put_spaces(ctx, row, g->expansion);
        put_plain(ctx, row, ' ');
    }
}

static void draw_merge(struct qn_ctx *ctx, struct row *row)
{
    const struct qn_graph *g = row->g;
    size_t count = g->before.count + !g->was_waiting;
    size_t first_lane = find(&g->before, &g->first_id);
    size_t i;
    size_t j;

    for (i = 0; i < count; i++) {
        if (cut_row(ctx, row, i))
            return;
        if (i < g->place) {
            put(ctx, row, '|', g->before.items[i].color);
            if (g->skew == 0 && i + 1 == g->place)
                continue;
            if (first_lane < i)
                put(ctx, row, '_', g->after.items[g->first_parent].color);
            else
                put_plain(ctx, row, ' ');
        } else if (i > g->place) {
            put(ctx, row, g->added > 0 ? '\\' : '|', g->before.items[i].color);
            put_plain(ctx, row, ' ');
        } else {
            for (j = 0; j < g->parent_count; j++) {
                static const char edges[] = "/|\\";
                size_t shape = j + (size_t)g->skew;
                char edge = edges[shape > 2 ? 2 : shape];

                if (cut_row(ctx, row, g->place + j / 2))
                    return;
                put(ctx, row, edge, row->g->after.items[g->edges[j]].color);
                if (edge == '\\' && (g->added > 0 || j + 1 < g->parent_count))
                    put_plain(ctx, row, ' ');
            }
            if (g->added == 0)
                put_plain(ctx, row, ' ');
        }
    }
}

static bool is_settled(const struct track *map)
{
    size_t i;

    for (i = 0; i < map->count; i++)
        if (map->items[i] >= 0 && map->items[i] != (int)(i / 2))
            return false;
    return true;
}

/* Move every line one step; `*edge` is where the long mover is. */
static enum qn_status slide(struct qn_ctx *ctx, struct qn_graph *g, int *mover,
                            size_t *edge)
{
    struct track *to = &g->spare;
    size_t x;
    enum qn_status status = QN_OK;

    to->count = 0;
    *mover = -1;
    if (g->map.count > 0)
        status = map_set(ctx, to, g->map.count - 1, -1);
    for (x = 0; x < g->map.count && !status; x++) {
        int t = g->map.items[x];
        size_t step = 0;
        size_t fill;

        if (t < 0)
            continue;
        if ((size_t)t * 2 == x) {
            to->items[x] = t;
            continue;
        }
        if (map_at(to, x - 1) < 0)
            step = 1;
        else if (map_at(to, x - 1) != t)
            step = 2;
        if (step == 0)
            continue;
        to->items[x - step] = t;
        if (*mover >= 0)
            continue;
        *mover = t;
        *edge = x - step + 1;
        for (fill = (size_t)t * 2 + 3; fill + 2 < x; fill += 2)
            to->items[fill] = t;
    }
    return status;
}

static enum qn_status draw_sliding(struct qn_ctx *ctx, struct row *row)
{
    struct qn_graph *g = row->g;
    struct track swap;
    int mover = -1;
    size_t edge = 0;
    bool has_line = false;
    size_t x;
    enum qn_status status = slide(ctx, g, &mover, &edge);

    if (status)
        return status;
    if (g->spare.count > 0 && g->spare.items[g->spare.count - 1] < 0)
        g->spare.count--;
    g->slid.count = 0;
    for (x = 0; x < g->spare.count && !status; x++)
        status = map_set(ctx, &g->slid, x, g->spare.items[x]);
    if (status)
        return status;
    for (x = 0; x < g->spare.count; x++) {
        int t = g->spare.items[x];

        if (x % 2 == 0 && cut_row(ctx, row, x / 2))
            break;
        if (t < 0) {
            put_plain(ctx, row, ' ');
        } else if ((size_t)t * 2 == x) {
            put(ctx, row, '|', g->after.items[t].color);
        } else if (t == mover && x + 1 != edge) {
            if (x != (size_t)t * 2 + 3)
                g->spare.items[x] = -1;
            has_line = true;
            put(ctx, row, '_', g->after.items[t].color);
        } else {
            if (has_line && x < edge)
                g->spare.items[x] = -1;
            put(ctx, row, '/', g->after.items[t].color);
        }
    }
    swap = g->map;
    g->map = g->spare;
    g->spare = swap;
    return row->status;
}

static void draw_connector(struct qn_ctx *ctx, struct row *row)
{
    const struct qn_graph *g = row->g;
    size_t i;

    for (i = 0; i < g->before.count; i++) {
        if (i == g->place) {
            put_plain(ctx, row, ' ');
            put(ctx, row, '\\', g->before.items[i].color);
        } else {
            put(ctx, row, '|', g->before.items[i].color);
        }
        put_plain(ctx, row, ' ');
    }
}

static void draw_padding(struct qn_ctx *ctx, struct row *row)
{
    size_t i;

    for (i = 0; i < row->g->after.count; i++) {
        if (cut_row(ctx, row, i))
            return;
        put(ctx, row, '|', row->g->after.items[i].color);
        put_plain(ctx, row, ' ');
    }
}

static enum row_kind after_lines(const struct qn_graph *g)
{
    return is_settled(&g->map) ? ROW_PADDING : ROW_SLIDING;
}

bool qn_graph_is_finished(const struct qn_graph *g)
{
    return g->next == ROW_PADDING;
}

enum qn_status qn_graph_row(struct qn_ctx *ctx, struct qn_graph *g,
                            struct qn_buf *out, bool *is_commit)
{
    struct row row = {.g = g, .out = out};
    enum row_kind kind = g->next;

    *is_commit = kind == ROW_COMMIT;
    switch (kind) {
    case ROW_CONNECTOR:
        draw_connector(ctx, &row);
        g->next = ROW_COMMIT;
        break;
    case ROW_EXPANSION:
        draw_expansion(ctx, &row);
        g->expansion++;
        if (g->expansion >= 2 * (g->parent_count + (size_t)g->skew - 3))
            g->next = ROW_COMMIT;
        break;
    case ROW_COMMIT:
        draw_commit(ctx, &row);
        g->next = g->parent_count >= 2 ? ROW_MERGE : after_lines(g);
        break;
    case ROW_MERGE:
        draw_merge(ctx, &row);
        g->next = after_lines(g);
        break;
    case ROW_SLIDING:
        row.status = draw_sliding(ctx, &row);
        g->next = after_lines(g);
        break;
    default:
        draw_padding(ctx, &row);
    }
    g->last = kind;
    while (row.columns < g->width && !row.status)
        put_plain(ctx, &row, ' ');
    return row.status;
}

enum qn_status qn_graph_gap(struct qn_ctx *ctx, struct qn_graph *g,
                            struct qn_buf *out)
{
    struct row row = {.g = g, .out = out};
    bool is_commit;
    size_t i;

    if (g->next != ROW_COMMIT)
        return qn_graph_row(ctx, g, out, &is_commit);
    for (i = 0; i < g->before.count; i++) {
        put(ctx, &row, '|', g->before.items[i].color);
        if (i == g->place && g->parent_count >= 3)
            put_spaces(ctx, &row, 2 * (g->parent_count - 2));
        else
            put_plain(ctx, &row, ' ');
    }
    g->last = ROW_PADDING;
    while (row.columns < g->width && !row.status)
        put_plain(ctx, &row, ' ');
    return row.status;
}
