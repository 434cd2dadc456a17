/* SPDX-License-Identifier: MIT */
#include "operation/part/bisect_weights.h"

#include "base/memory.h"
#include "hash/id_map.h"

void qn_bisect_weights_dispose(struct qn_bisect_weights *w)
{
    qn_memory_free(w->rows);
    qn_memory_free(w->parents);
}

uint32_t qn_bisect_weights_distance(const struct qn_bisect_weights *w,
                                    size_t row)
{
    uint32_t weight = w->rows[row].weight;
    uint32_t rest = (uint32_t)w->count - weight;

    return weight < rest ? weight : rest;
}

uint32_t qn_bisect_weights_steps(uint32_t count)
{
    uint32_t log = 0;
    uint32_t power = 1;

    if (count < 3)
        return 0;
    while (power <= count / 2) {
        power *= 2;
        log++;
    }
    return power < 3 * (count - power) ? log : log - 1;
}

/* A commit as the walk gave it. */
struct given {
    struct qn_id id;
    size_t first_parent;
    uint32_t parent_count;
};

struct taking {
    struct given *items;
    size_t count, capacity;
    struct qn_id *parents;
    size_t parent_count, parent_capacity;
};

static enum qn_status take(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                           bool first_parent_only, struct taking *t)
{
    struct qn_walk_commit commit;
    enum qn_status status;

    while (!(status = qn_commit_walk_next(ctx, walk, &commit))) {
        uint32_t count = commit.parent_count;

        if (commit.flags & QN_WALK_BOUNDARY)
            continue;
        if (first_parent_only && count > 1)
            count = 1;
        status = qn_memory_grow(ctx, &t->items, &t->capacity, t->count + 1,
                                sizeof(*t->items));
        if (!status)
            status = qn_memory_grow(ctx, &t->parents, &t->parent_capacity,
                                    t->parent_count + count + 1,
                                    sizeof(*t->parents));
        if (status)
            return status;
        t->items[t->count++] =
            (struct given){commit.id, t->parent_count, count};
        if (count)
            memcpy(t->parents + t->parent_count, commit.parents,
                   count * sizeof(*t->parents));
        t->parent_count += count;
    }
    return status == QN_END ? QN_OK : status;
}

/* Rows, the oldest first, with the numbers of their parents. */
static enum qn_status fill(struct qn_ctx *ctx, const struct taking *t,
                           struct qn_bisect_weights *w)
{
    struct qn_id_map numbers;
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;
    uint32_t j;

    w->rows = qn_memory_calloc(ctx, t->count + 1, sizeof(*w->rows));
    w->parents = qn_memory_array(ctx, t->parent_count + 1, sizeof(*w->parents));
    if (!w->rows || !w->parents)
        return QN_NO_MEMORY;
    w->count = t->count;
    if (!t->count)
        return QN_OK;
    qn_id_map_init(&numbers, t->items[0].id.algorithm);
    for (i = 0; i < t->count && !status; i++) {
        w->rows[i].id = t->items[t->count - 1 - i].id;
        status =
            qn_id_map_put(ctx, &numbers, &w->rows[i].id, &position, &is_new);
        if (!status)
            numbers.values[position] = i;
    }
    for (i = 0; i < t->count && !status; i++) {
        const struct given *from = &t->items[t->count - 1 - i];

        w->rows[i].first_parent = (uint32_t)w->parent_count;
        for (j = 0; j < from->parent_count; j++) {
            position =
                qn_id_map_find(&numbers, &t->parents[from->first_parent + j]);
            if (position == QN_ID_MAP_NONE)
                continue;
            w->parents[w->parent_count++] = (uint32_t)numbers.values[position];
            w->rows[i].parent_count++;
        }
    }
    qn_id_map_dispose(&numbers);
    return status;
}

/* Does it halve the list, as near as makes no difference? */
static bool halves(const struct qn_bisect_weights *w, size_t row)
{
    int64_t off = 2 * (int64_t)w->rows[row].weight - (int64_t)w->count;

    if (off < 0)
        off = -off;
    return off <= 1 || off < (int64_t)w->count / 1024;
}

/* Count what a row reaches; `marks` and `stack` have room for all. */
static void count_reached(struct qn_bisect_weights *w, size_t row,
                          uint32_t *marks, uint32_t *stack)
{
    size_t depth = 0;
    uint32_t reached = 0;
    uint32_t i;

    stack[depth++] = (uint32_t)row;
    marks[row] = (uint32_t)row + 1;
    while (depth) {
        const struct qn_bisect_row *at = &w->rows[stack[--depth]];

        reached++;
        for (i = 0; i < at->parent_count; i++) {
            uint32_t parent = w->parents[at->first_parent + i];

            if (marks[parent] == row + 1)
                continue;
            marks[parent] = (uint32_t)row + 1;
            stack[depth++] = parent;
        }
    }
    w->rows[row].weight = reached;
}

static bool weigh_merges(struct qn_bisect_weights *w, uint32_t *marks,
                         uint32_t *stack, bool weighs_all)
{
    size_t i;

    for (i = 0; i < w->count; i++) {
        if (w->rows[i].parent_count < 2)
            continue;
        count_reached(w, i, marks, stack);
        if (!weighs_all && halves(w, i)) {
            w->chosen = i;
            return true;
        }
    }
    return false;
}

/* Chains, as their parents become known. */
static bool weigh_chains(struct qn_bisect_weights *w, bool weighs_all)
{
    bool is_moving = true;
    size_t i;

    for (i = 0; i < w->count; i++)
        if (w->rows[i].parent_count == 0)
            w->rows[i].weight = 1;
    while (is_moving) {
        is_moving = false;
        for (i = 0; i < w->count; i++) {
            struct qn_bisect_row *row = &w->rows[i];
            uint32_t parent;

            if (row->weight || row->parent_count != 1)
                continue;
            parent = w->rows[w->parents[row->first_parent]].weight;
            if (!parent)
                continue;
            row->weight = parent + 1;
            is_moving = true;
            if (!weighs_all && halves(w, i)) {
                w->chosen = i;
                return true;
            }
        }
    }
    return false;
}

enum qn_status qn_bisect_weights_run(struct qn_ctx *ctx,
                                     struct qn_commit_walk *walk,
                                     bool first_parent_only, bool weighs_all,
                                     struct qn_bisect_weights *w)
{
    struct taking t = {0};
    uint32_t *marks = NULL;
    uint32_t *stack = NULL;
    enum qn_status status = take(ctx, walk, first_parent_only, &t);
    uint32_t best = 0;
    size_t i;

    if (!status)
        status = fill(ctx, &t, w);
    if (status || !w->count)
        goto out;
    marks = qn_memory_calloc(ctx, w->count, sizeof(*marks));
    stack = qn_memory_array(ctx, w->count + 1, sizeof(*stack));
    if (!marks || !stack) {
        status = QN_NO_MEMORY;
        goto out;
    }
    if (weigh_merges(w, marks, stack, weighs_all) ||
        weigh_chains(w, weighs_all))
        goto out;
    for (i = 0; i < w->count; i++)
        if (qn_bisect_weights_distance(w, i) > best || i == 0) {
            best = qn_bisect_weights_distance(w, i);
            w->chosen = i;
        }
out:
    qn_memory_free(t.items);
    qn_memory_free(t.parents);
    qn_memory_free(marks);
    qn_memory_free(stack);
    return status;
}
