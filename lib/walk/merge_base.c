/* SPDX-License-Identifier: MIT */
#include "walk/merge_base.h"

#include "base/memory.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"

#include <stdlib.h>
#include <string.h>

/* Colours of a row. */
enum {
    ONE = 1,     /* an ancestor of the one side, or it */
    OTHER = 2,   /* of the other */
    STALE = 4,   /* an ancestor of a common ancestor */
    RESULT = 8,  /* was a candidate */
    QUEUED = 16, /* in the queue now */
    SEEN = 32,   /* was looked at: a new colour has to go on from it */
    ACTIVE = 64, /* counts for going on */
    TOUCHED = 128
};
#define COLOURS (ONE | OTHER | STALE)

/* One painting of the history from both sides, downwards. */
struct painting {
    struct qn_commit_table *table;
    struct qn_commit_queue queue;
    uint32_t *touched; /* rows with flags to be cleared */
    size_t touched_count;
    size_t touched_capacity;
    uint32_t *candidates; /* in order of discovery */
    size_t candidate_count;
    size_t candidate_capacity;
    size_t active; /* rows queued that may still matter */
    uint64_t min_generation;
    bool by_generation;
    bool missing_is_end; /* do without commits that are not there */
};

/* The scope's table, all colours of which are gone, or one of our own. */
static enum qn_status borrow_table(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_commit_table **out)
{
    enum qn_status status = QN_OK;

    if (scope->kept && *scope->kept) {
        *out = *scope->kept;
        return QN_OK;
    }
    status = qn_commit_table_new(ctx, scope, out);
    if (!status && scope->kept)
        *scope->kept = *out;
    return status;
}

static void return_table(const struct qn_revision_scope *scope,
                         struct qn_commit_table *table)
{
    if (!scope->kept)
        qn_commit_table_free(table);
}

static void begin_painting(struct painting *painting,
                           struct qn_commit_table *table)
{
    memset(painting, 0, sizeof(*painting));
    painting->table = table;
    painting->by_generation =
        table->graph && qn_commit_graph_has_dates(table->graph);
}

/* The colours go; memory stays for another painting. */
static void wipe_painting(struct painting *painting)
{
    size_t i;

    for (i = 0; i < painting->touched_count; i++)
        painting->table->rows[painting->touched[i]].flags = 0;
    painting->touched_count = 0;
    painting->candidate_count = 0;
    painting->queue.count = 0;
    painting->active = 0;
    painting->min_generation = 0;
}

static void end_painting(struct painting *painting)
{
    wipe_painting(painting);
    qn_commit_queue_dispose(&painting->queue);
    qn_memory_free(painting->touched);
    qn_memory_free(painting->candidates);
}

static enum qn_status add_row(struct qn_ctx *ctx, uint32_t **rows,
                              size_t *count, size_t *capacity, uint32_t row)
{
    enum qn_status status =
        qn_memory_grow(ctx, rows, capacity, *count + 1, sizeof(**rows));

    if (!status)
        (*rows)[(*count)++] = row;
    return status;
}

/* Give a row more colours and queue it, unless it has them already. */
static enum qn_status paint_row(struct qn_ctx *ctx, struct painting *painting,
                                uint32_t row, uint32_t colours)
{
    struct qn_commit_row *own = &painting->table->rows[row];
    enum qn_status status = QN_OK;
    bool is_active;

    if ((own->flags & colours) == colours)
        return QN_OK;
    if (!(own->flags & TOUCHED)) {
        status = add_row(ctx, &painting->touched, &painting->touched_count,
                         &painting->touched_capacity, row);
        if (status)
            return status;
        own->flags |= TOUCHED;
    }
    own->flags |= colours;
    /* A row that was passed already under other colours (dates out of order)
     * matters even when it is stale: what lies below has to hear of it. */
    is_active = !(own->flags & STALE) || (own->flags & SEEN);
    if (is_active != ((own->flags & ACTIVE) != 0)) {
        own->flags ^= ACTIVE;
        if (own->flags & QUEUED)
            painting->active += is_active ? 1 : (size_t)-1;
    }
    if (own->flags & QUEUED)
        return QN_OK;
    own->flags |= QUEUED;
    painting->active += is_active;
    return qn_commit_queue_push(ctx, &painting->queue,
                                painting->by_generation ? own->generation : 0,
                                own->time, row);
}

static enum qn_status load_row(struct qn_ctx *ctx, struct painting *painting,
                               uint32_t row)
{
    return qn_commit_table_load(ctx, painting->table, row);
}

static enum qn_status paint_parents(struct qn_ctx *ctx,
                                    struct painting *painting, uint32_t row,
                                    uint32_t colours)
{
    struct qn_commit_table *table = painting->table;
    uint32_t edge = table->rows[row].edge;
    uint32_t count = table->rows[row].parent_count;
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < count && !status; i++) {
        uint32_t parent = table->edges[edge + i];

        status = load_row(ctx, painting, parent);
        if (status == QN_NOT_FOUND && painting->missing_is_end) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        if (!status &&
            table->rows[parent].generation >= painting->min_generation)
            status = paint_row(ctx, painting, parent, colours);
    }
    return status;
}

/* Paint until nothing is queued that may matter. */
static enum qn_status paint_down(struct qn_ctx *ctx, struct painting *painting,
                                 bool finds_bases)
{
    struct qn_commit_table *table = painting->table;
    enum qn_status status = QN_OK;
    uint32_t row;

    while (!status && painting->active > 0 &&
           qn_commit_queue_pop(&painting->queue, &row)) {
        uint32_t flags = table->rows[row].flags;
        uint32_t colours = flags & COLOURS;

        status = qn_ctx_check(ctx);
        if (status)
            break;
        if (flags & ACTIVE)
            painting->active--;
        table->rows[row].flags &= ~(uint32_t)(QUEUED | ACTIVE);
        table->rows[row].flags |= SEEN;
        if ((colours & (ONE | OTHER)) == (ONE | OTHER)) {
            if (finds_bases && !(flags & (STALE | RESULT))) {
                table->rows[row].flags |= RESULT;
                status = add_row(ctx, &painting->candidates,
                                 &painting->candidate_count,
                                 &painting->candidate_capacity, row);
            }
            colours |= STALE;
        }
        if (!status)
            status = paint_parents(ctx, painting, row, colours);
    }
    return status;
}

static enum qn_status put_loaded(struct qn_ctx *ctx,
                                 struct qn_commit_table *table,
                                 const struct qn_id *id, uint32_t *row)
{
    enum qn_status status = qn_commit_table_put(ctx, table, id, row);

    return status ? status : qn_commit_table_load(ctx, table, *row);
}

static enum qn_status put_all(struct qn_ctx *ctx, struct qn_commit_table *table,
                              const struct qn_id *ids, size_t count,
                              uint32_t **out)
{
    uint32_t *rows = qn_memory_array(ctx, count ? count : 1, sizeof(*rows));
    enum qn_status status = rows ? QN_OK : QN_NO_MEMORY;
    size_t i;

    for (i = 0; i < count && !status; i++)
        status = put_loaded(ctx, table, &ids[i], &rows[i]);
    if (status)
        qn_memory_free(rows);
    else
        *out = rows;
    return status;
}

/* Which of `rows` are reachable from another of them? */
static enum qn_status mark_redundant(struct qn_ctx *ctx,
                                     struct painting *painting,
                                     const uint32_t *rows, size_t count,
                                     uint8_t *is_redundant)
{
    struct qn_commit_table *table = painting->table;
    enum qn_status status = QN_OK;
    size_t i;
    size_t j;

    for (i = 0; i < count && !status; i++) {
        uint64_t lowest = table->rows[rows[i]].generation;

        if (is_redundant[i])
            continue;
        for (j = 0; j < count; j++)
            if (table->rows[rows[j]].generation < lowest)
                lowest = table->rows[rows[j]].generation;
        painting->min_generation = lowest;
        status = paint_row(ctx, painting, rows[i], ONE);
        for (j = 0; j < count && !status; j++)
            if (j != i && !is_redundant[j])
                status = paint_row(ctx, painting, rows[j], OTHER);
        if (!status)
            status = paint_down(ctx, painting, false);
        if (!status && (table->rows[rows[i]].flags & OTHER))
            is_redundant[i] = 1;
        for (j = 0; j < count && !status; j++)
            if (j != i && !is_redundant[j] &&
                (table->rows[rows[j]].flags & ONE))
                is_redundant[j] = 1;
        wipe_painting(painting);
    }
    return status;
}

static enum qn_status add_id(struct qn_ctx *ctx, struct qn_commit_table *table,
                             uint32_t row, struct qn_id_list *out)
{
    struct qn_id id;

    qn_commit_table_id(table, row, &id);
    return qn_id_list_add(ctx, out, &id);
}

/* Newest first; equal times keep their order. */
static void sort_rows(const struct qn_commit_table *table, uint32_t *rows,
                      size_t count)
{
    size_t i;

    for (i = 1; i < count; i++) {
        uint32_t row = rows[i];
        size_t at = i;

        while (at > 0 &&
               table->rows[rows[at - 1]].time < table->rows[row].time) {
            rows[at] = rows[at - 1];
            at--;
        }
        rows[at] = row;
    }
}

/* The bases of painted sides, appended to `out`. */
static enum qn_status take_bases(struct qn_ctx *ctx, struct painting *painting,
                                 struct qn_id_list *out)
{
    struct qn_commit_table *table = painting->table;
    size_t count = 0;
    uint8_t *is_redundant = NULL;
    uint32_t *rows = NULL;
    enum qn_status status;
    size_t i;

    status = paint_down(ctx, painting, true);
    if (status)
        return status;
    rows = qn_memory_array(ctx, painting->candidate_count + 1, sizeof(*rows));
    is_redundant = qn_memory_calloc(ctx, painting->candidate_count + 1, 1);
    if (!rows || !is_redundant) {
        status = QN_NO_MEMORY;
        goto out;
    }
    for (i = 0; i < painting->candidate_count; i++)
        if (!(table->rows[painting->candidates[i]].flags & STALE))
            rows[count++] = painting->candidates[i];
    wipe_painting(painting);
    sort_rows(table, rows, count);
    if (count > 1)
        status = mark_redundant(ctx, painting, rows, count, is_redundant);
    for (i = 0; i < count && !status; i++)
        if (!is_redundant[i])
            status = add_id(ctx, table, rows[i], out);
out:
    qn_memory_free(rows);
    qn_memory_free(is_redundant);
    return status;
}

static enum qn_status find_bases(struct qn_ctx *ctx, struct painting *painting,
                                 const struct qn_id *one,
                                 const struct qn_id *others, size_t count,
                                 struct qn_id_list *out)
{
    uint32_t *rows = NULL;
    uint32_t one_row;
    enum qn_status status;
    size_t i;

    status = put_loaded(ctx, painting->table, one, &one_row);
    if (!status)
        status = put_all(ctx, painting->table, others, count, &rows);
    for (i = 0; i < count && !status; i++)
        if (rows[i] == one_row) { /* its own best ancestor */
            status = qn_id_list_add(ctx, out, one);
            goto out;
        }
    if (!status)
        status = paint_row(ctx, painting, one_row, ONE);
    for (i = 0; i < count && !status; i++)
        status = paint_row(ctx, painting, rows[i], OTHER);
    if (!status)
        status = take_bases(ctx, painting, out);
out:
    wipe_painting(painting);
    qn_memory_free(rows);
    return status;
}

enum qn_status qn_merge_base_find(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_id *one,
                                  const struct qn_id *others, size_t count,
                                  struct qn_id_list *out)
{
    struct qn_commit_table *table = NULL;
    struct painting painting;
    enum qn_status status;

    if (count == 0)
        return qn_id_list_add(ctx, out, one);
    status = borrow_table(ctx, scope, &table);
    if (status)
        return status;
    begin_painting(&painting, table);
    status = find_bases(ctx, &painting, one, others, count, out);
    end_painting(&painting);
    return_table(scope, table);
    return status;
}

static enum qn_status find_independent(struct qn_ctx *ctx,
                                       struct painting *painting,
                                       const struct qn_id *commits,
                                       size_t count, struct qn_id_list *out)
{
    uint32_t *rows = NULL;
    uint8_t *is_redundant = qn_memory_calloc(ctx, count + 1, 1);
    enum qn_status status;
    size_t kept = 0;
    size_t i;
    size_t j;

    if (!is_redundant)
        return QN_NO_MEMORY;
    status = put_all(ctx, painting->table, commits, count, &rows);
    for (i = 0; i < count && !status; i++) { /* each once */
        for (j = 0; j < kept; j++)
            if (rows[j] == rows[i])
                break;
        if (j == kept)
            rows[kept++] = rows[i];
    }
    if (!status && kept > 1)
        status = mark_redundant(ctx, painting, rows, kept, is_redundant);
    for (i = 0; i < kept && !status; i++)
        if (!is_redundant[i])
            status = add_id(ctx, painting->table, rows[i], out);
    wipe_painting(painting);
    qn_memory_free(rows);
    qn_memory_free(is_redundant);
    return status;
}

enum qn_status qn_merge_base_independent(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const struct qn_id *commits,
                                         size_t count, struct qn_id_list *out)
{
    struct qn_commit_table *table = NULL;
    struct painting painting;
    enum qn_status status;

    status = borrow_table(ctx, scope, &table);
    if (status)
        return status;
    begin_painting(&painting, table);
    status = find_independent(ctx, &painting, commits, count, out);
    end_painting(&painting);
    return_table(scope, table);
    return status;
}

enum qn_status qn_merge_base_find_octopus(struct qn_ctx *ctx,
                                          const struct qn_revision_scope *scope,
                                          const struct qn_id *commits,
                                          size_t count, struct qn_id_list *out)
{
    struct qn_id_list current = {NULL, 0, 0};
    struct qn_id_list next = {NULL, 0, 0};
    struct qn_commit_table *table = NULL;
    struct painting painting;
    enum qn_status status;
    size_t i;
    size_t j;

    if (count == 0)
        return QN_OK;
    status = borrow_table(ctx, scope, &table);
    if (status)
        return status;
    begin_painting(&painting, table);
    status = qn_id_list_add(ctx, &current, &commits[0]);
    for (i = 1; i < count && !status; i++) {
        struct qn_id_list swap;

        next.count = 0;
        for (j = 0; j < current.count && !status; j++)
            status = find_bases(ctx, &painting, &commits[i], &current.ids[j], 1,
                                &next);
        swap = current;
        current = next;
        next = swap;
    }
    if (!status)
        status =
            find_independent(ctx, &painting, current.ids, current.count, out);
    end_painting(&painting);
    return_table(scope, table);
    qn_id_list_dispose(&current);
    qn_id_list_dispose(&next);
    return status;
}

enum qn_status qn_merge_base_is_ancestor(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const struct qn_id *ancestor,
                                         const struct qn_id *descendant,
                                         bool *out)
{
    struct qn_commit_table *table = NULL;
    struct painting painting;
    enum qn_status status;
    uint32_t old;
    uint32_t young;

    status = borrow_table(ctx, scope, &table);
    if (status)
        return status;
    begin_painting(&painting, table);
    status = put_loaded(ctx, table, ancestor, &old);
    if (!status)
        status = put_loaded(ctx, table, descendant, &young);
    if (status)
        goto out;
    if (old == young) {
        *out = true;
        goto out;
    }
    if (table->rows[young].generation != QN_COMMIT_GRAPH_INFINITY &&
        table->rows[old].generation >= table->rows[young].generation) {
        *out = false;
        goto out;
    }
    painting.min_generation = table->rows[old].generation;
    status = paint_row(ctx, &painting, old, ONE);
    if (!status)
        status = paint_row(ctx, &painting, young, OTHER);
    if (!status)
        status = paint_down(ctx, &painting, false);
    if (!status)
        *out = (table->rows[old].flags & OTHER) != 0;
out:
    end_painting(&painting);
    return_table(scope, table);
    return status;
}

enum qn_status qn_merge_base_ahead_behind(struct qn_ctx *ctx,
                                          const struct qn_revision_scope *scope,
                                          const struct qn_id *a,
                                          const struct qn_id *b,
                                          uint64_t *ahead, uint64_t *behind)
{
    struct qn_commit_table *table = NULL;
    struct painting painting;
    uint64_t counts[4] = {0, 0, 0, 0};
    enum qn_status status;
    uint32_t row_a;
    uint32_t row_b;
    size_t i;

    *ahead = *behind = 0;
    if (qn_id_is_equal(a, b))
        return QN_OK;
    status = borrow_table(ctx, scope, &table);
    if (status)
        return status;
    begin_painting(&painting, table);
    status = put_loaded(ctx, table, a, &row_a);
    if (!status)
        status = put_loaded(ctx, table, b, &row_b);
    if (!status) {
        status = paint_row(ctx, &painting, row_a, ONE);
        if (!status)
            status = paint_row(ctx, &painting, row_b, OTHER);
        if (!status)
            status = paint_down(ctx, &painting, false);
    }
    if (!status) {
        for (i = 0; i < painting.touched_count; i++)
            counts[table->rows[painting.touched[i]].flags & (ONE | OTHER)]++;
        *ahead = counts[ONE];
        *behind = counts[OTHER];
    }
    end_painting(&painting);
    return_table(scope, table);
    return status;
}

enum qn_status qn_merge_base_of_range(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *range, struct qn_id *out,
                                      bool *found)
{
    const char *dots = strstr(range, "...");
    struct qn_id_list bases = {0};
    struct qn_buf left = QN_BUF_INIT;
    struct qn_id sides[2];
    enum qn_status status;

    *found = false;
    if (!dots)
        return QN_OK;
    status = qn_buf_append(ctx, &left, range, (size_t)(dots - range));
    if (!status)
        status = qn_revision_commit(
            ctx, scope, left.size ? qn_buf_string(&left) : "HEAD", &sides[0]);
    if (!status)
        status = qn_revision_commit(ctx, scope, dots[3] ? dots + 3 : "HEAD",
                                    &sides[1]);
    if (!status)
        status =
            qn_merge_base_find(ctx, scope, &sides[0], &sides[1], 1, &bases);
    *found = !status && bases.count == 1;
    if (*found)
        *out = bases.ids[0];
    qn_id_list_dispose(&bases);
    qn_buf_dispose(&left);
    if (!status || status == QN_NO_MEMORY || qn_revision_is_deadly(ctx))
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}
