/* SPDX-License-Identifier: MIT */
/* Orders in which no parent comes before all of its children. */
#include "walk/commit_walk_private.h"

#include "base/memory.h"

/* `number` of a listed row: children in the list not given out, + 1. */
static void count_children(struct qn_commit_walk *walk)
{
    size_t i;
    uint32_t j;

    for (i = 0; i < walk->list_count; i++)
        walk_row(walk, walk->list[i])->number = 1;
    for (i = 0; i < walk->list_count; i++) {
        uint32_t row = walk->list[i];

        for (j = 0; j < walk_row(walk, row)->parent_count; j++) {
            struct qn_commit_row *parent =
                walk_row(walk, walk_parent(walk, row, j));

            if (parent->number)
                parent->number++;
        }
    }
}

static enum qn_status add_ready(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                                enum qn_walk_order order,
                                struct qn_commit_queue *queue, uint32_t row)
{
    int64_t time = walk_row(walk, row)->time;
    enum qn_status status = QN_OK;

    if (order == QN_WALK_TOPO)
        return qn_commit_walk_keep(ctx, &walk->stack, &walk->stack_count,
                                   &walk->stack_capacity, row);
    if (order == QN_WALK_AUTHOR_DATE)
        status = qn_commit_table_author_time(ctx, walk->table, row, &time);
    return status ? status : qn_commit_queue_push(ctx, queue, 0, time, row);
}

static bool take_ready(struct qn_commit_walk *walk, enum qn_walk_order order,
                       struct qn_commit_queue *queue, uint32_t *row)
{
    if (order != QN_WALK_TOPO)
        return qn_commit_queue_pop(queue, row);
    if (walk->stack_count == 0)
        return false;
    *row = walk->stack[--walk->stack_count];
    return true;
}

enum qn_status qn_commit_walk_sort(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk,
                                   enum qn_walk_order order)
{
    struct qn_commit_queue queue = {NULL, 0, 0, 0};
    uint32_t *sorted = NULL;
    enum qn_status status = QN_OK;
    size_t count = 0;
    uint32_t row;
    size_t i;
    uint32_t j;

    sorted = qn_memory_array(ctx, walk->list_count + 1, sizeof(*sorted));
    if (!sorted)
        return QN_NO_MEMORY;
    count_children(walk);
    walk->stack_count = 0;
    for (i = 0; i < walk->list_count && !status; i++) {
        /* A stack gives back the last: tips go onto it the other way round. */
        row = walk->list[order == QN_WALK_TOPO ? walk->list_count - 1 - i : i];
        if (walk_row(walk, row)->number == 1)
            status = add_ready(ctx, walk, order, &queue, row);
    }
    while (!status && take_ready(walk, order, &queue, &row)) {
        sorted[count++] = row;
        walk_row(walk, row)->number = 0;
        for (j = 0; j < walk_row(walk, row)->parent_count && !status; j++) {
            uint32_t parent = walk_parent(walk, row, j);
            struct qn_commit_row *own = walk_row(walk, parent);

            if (own->number > 0 && --own->number == 1)
                status = add_ready(ctx, walk, order, &queue, parent);
        }
    }
    for (i = 0; i < walk->list_count; i++)
        walk_row(walk, walk->list[i])->number = 0;
    qn_commit_queue_dispose(&queue);
    if (status) {
        qn_memory_free(sorted);
        return status;
    }
    qn_memory_free(walk->list);
    walk->list = sorted;
    walk->list_capacity = walk->list_count + 1;
    walk->list_count = count;
    return QN_OK;
}
