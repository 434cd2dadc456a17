/* SPDX-License-Identifier: MIT */
#include "walk/commit_reach.h"

#include "base/memory.h"
#include "walk/commit_table.h"

/* Of a row; none: not known.  A damaged graph may go round in circles. */
enum { YES = 1, NO = 2, ON_THE_WAY = 4 };

struct step { /* a commit of the path that is gone now */
    uint32_t row;
    uint32_t next; /* parent to be looked at */
};

struct qn_commit_reach {
    struct qn_commit_table *table;
    uint64_t lowest; /* generation of what is wanted */
    int64_t since;
    struct step *steps;
    size_t count;
    size_t capacity;
};

enum qn_status qn_commit_reach_new(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_id_list *wanted,
                                   struct qn_commit_reach **out)
{
    struct qn_commit_reach *reach = qn_memory_calloc(ctx, 1, sizeof(*reach));
    enum qn_status status;
    uint32_t row;
    size_t i;

    if (!reach)
        return QN_NO_MEMORY;
    reach->lowest = QN_COMMIT_GRAPH_INFINITY;
    reach->since = INT64_MIN;
    status = qn_commit_table_new(ctx, scope, &reach->table);
    for (i = 0; i < wanted->count && !status; i++) {
        status = qn_commit_table_put(ctx, reach->table, &wanted->ids[i], &row);
        if (!status)
            status = qn_commit_table_load(ctx, reach->table, row);
        if (status)
            break;
        reach->table->rows[row].flags = YES;
        if (reach->table->rows[row].generation < reach->lowest)
            reach->lowest = reach->table->rows[row].generation;
    }
    if (status)
        qn_commit_reach_free(reach);
    else
        *out = reach;
    return status;
}

void qn_commit_reach_free(struct qn_commit_reach *reach)
{
    if (!reach)
        return;
    qn_commit_table_free(reach->table);
    qn_memory_free(reach->steps);
    qn_memory_free(reach);
}

void qn_commit_reach_since(struct qn_commit_reach *reach, int64_t time)
{
    reach->since = time;
}

enum qn_status qn_commit_reach_cut(struct qn_ctx *ctx,
                                   struct qn_commit_reach *reach,
                                   const struct qn_id_list *ends)
{
    enum qn_status status = QN_OK;
    uint32_t row;
    size_t i;

    for (i = 0; !status && i < ends->count; i++) {
        status = qn_commit_table_put(ctx, reach->table, &ends->ids[i], &row);
        if (!status)
            status = qn_commit_table_load(ctx, reach->table, row);
        if (!status)
            reach->table->rows[row].parent_count = 0;
        if (status != QN_NOT_FOUND && status != QN_INVALID)
            continue;
        qn_ctx_clear(ctx); /* nobody here comes to it */
        status = QN_OK;
    }
    return status;
}

/* What is known of a row, loaded if that is needed to know. */
static enum qn_status look(struct qn_ctx *ctx, struct qn_commit_reach *reach,
                           uint32_t row, uint32_t *answer)
{
    struct qn_commit_table *table = reach->table;
    enum qn_status status = QN_OK;

    if (!table->rows[row].flags) {
        status = qn_commit_table_load(ctx, table, row);
        if (!status && table->rows[row].generation < reach->lowest)
            table->rows[row].flags = NO;
    }
    *answer = table->rows[row].flags;
    return status;
}

static enum qn_status go_in(struct qn_ctx *ctx, struct qn_commit_reach *reach,
                            uint32_t row)
{
    enum qn_status status =
        qn_memory_grow(ctx, &reach->steps, &reach->capacity, reach->count + 1,
                       sizeof(*reach->steps));

    if (!status) {
        reach->steps[reach->count++] = (struct step){row, 0};
        reach->table->rows[row].flags = ON_THE_WAY;
    }
    return status;
}

/* Depth first; all of the path are descendants of its end. */
static enum qn_status search(struct qn_ctx *ctx, struct qn_commit_reach *reach)
{
    struct qn_commit_table *table = reach->table;
    enum qn_status status = QN_OK;

    while (!status && reach->count > 0) {
        struct step *step = &reach->steps[reach->count - 1];
        uint32_t answer = 0, parent;

        if (step->next == table->rows[step->row].parent_count) {
            table->rows[step->row].flags = NO;
            reach->count--;
            status = qn_ctx_check(ctx);
            continue;
        }
        parent = table->edges[table->rows[step->row].edge + step->next++];
        status = look(ctx, reach, parent, &answer);
        if (!status && !answer && table->rows[parent].time >= reach->since)
            status = go_in(ctx, reach, parent);
        while (answer == YES && reach->count > 0)
            table->rows[reach->steps[--reach->count].row].flags = YES;
    }
    return status;
}

enum qn_status qn_commit_reach_ask(struct qn_ctx *ctx,
                                   struct qn_commit_reach *reach,
                                   const struct qn_id *commit, bool *out)
{
    uint32_t answer = 0, row;
    enum qn_status status =
        qn_commit_table_put(ctx, reach->table, commit, &row);

    if (!status)
        status = look(ctx, reach, row, &answer);
    if (!status && !answer) {
        reach->count = 0;
        status = go_in(ctx, reach, row);
        if (!status)
            status = search(ctx, reach);
        answer = reach->table->rows[row].flags;
    }
    if (!status)
        *out = answer == YES;
    return status;
}

bool qn_commit_reach_knows(const struct qn_commit_reach *reach,
                           const struct qn_id *id)
{
    return qn_commit_table_has(reach->table, id);
}

bool qn_commit_reach_known(const struct qn_commit_reach *reach,
                           const struct qn_id *commit, bool *answer)
{
    uint32_t row, flags;

    if (!qn_commit_table_find(reach->table, commit, &row))
        return false;
    flags = reach->table->rows[row].flags;
    if (flags != YES && flags != NO)
        return false;
    *answer = flags == YES;
    return true;
}
