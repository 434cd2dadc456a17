/* SPDX-License-Identifier: MIT */
#include "walk/negotiator.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "hash/id_map.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"

/* Flags of a row. */
enum {
    SEEN = 1,       /* it is, or was, in the queue */
    COMMON = 2,     /* and so are its ancestors */
    ADVERTISED = 4, /* common; to be told of nevertheless */
    POPPED = 8,
    INCLUDED = 16 /* was told of at first */
};

/* The longest step of "skipping". */
#define STEP_MAX (UINT32_C(1) << 16)

struct qn_negotiator {
    enum qn_negotiator_kind kind;
    struct qn_commit_table *table;
    struct qn_commit_queue queue;
    size_t uncommon; /* rows in the queue that are not common */
    uint32_t *stack; /* of rows that are found to be common */
    size_t stack_capacity;
    struct qn_id_list included;
    size_t next_included;
    struct qn_id_map common; /* of what has no row */
};

enum qn_status qn_negotiator_configured(struct qn_ctx *ctx,
                                        const struct qn_config *config,
                                        enum qn_negotiator_kind *out)
{
    const char *name =
        qn_config_string(config, "fetch.negotiationalgorithm", "default");
    bool is_experimental = false;
    enum qn_status status = QN_OK;

    if (strcmp(name, "consecutive") == 0) {
        *out = QN_NEGOTIATOR_CONSECUTIVE;
    } else if (strcmp(name, "skipping") == 0) {
        *out = QN_NEGOTIATOR_SKIPPING;
    } else if (strcmp(name, "noop") == 0) {
        *out = QN_NEGOTIATOR_NOOP;
    } else if (strcmp(name, "default") == 0) {
        status = qn_config_bool(ctx, config, "feature.experimental", false,
                                &is_experimental);
        if (!status)
            *out = is_experimental ? QN_NEGOTIATOR_SKIPPING
                                   : QN_NEGOTIATOR_CONSECUTIVE;
    } else {
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "fetch.negotiation", name,
                                    "unknown fetch negotiation algorithm '%s'",
                                    name);
    }
    return status;
}

enum qn_status qn_negotiator_new(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 enum qn_negotiator_kind kind,
                                 struct qn_negotiator **out)
{
    struct qn_negotiator *n = qn_memory_calloc(ctx, 1, sizeof(*n));
    enum qn_status status;

    if (!n)
        return QN_NO_MEMORY;
    n->kind = kind;
    qn_id_map_init(&n->common, qn_odb_algorithm(scope->odb));
    status = qn_commit_table_new(ctx, scope, &n->table);
    if (status)
        qn_negotiator_free(n);
    else
        *out = n;
    return status;
}

void qn_negotiator_free(struct qn_negotiator *n)
{
    if (!n)
        return;
    qn_commit_table_free(n->table);
    qn_commit_queue_dispose(&n->queue);
    qn_id_list_dispose(&n->included);
    qn_id_map_dispose(&n->common);
    qn_memory_free(n->stack);
    qn_memory_free(n);
}

/* `*is_there` false: it is no commit that is here. */
static enum qn_status load(struct qn_ctx *ctx, struct qn_negotiator *n,
                           uint32_t row, bool *is_there)
{
    enum qn_status status = qn_commit_table_load(ctx, n->table, row);

    *is_there = !status;
    if (status != QN_NOT_FOUND && status != QN_INVALID && status != QN_CORRUPT)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status push(struct qn_ctx *ctx, struct qn_negotiator *n,
                           uint32_t row, uint32_t flags)
{
    bool is_there;
    enum qn_status status;

    if (n->table->rows[row].flags & SEEN)
        return QN_OK;
    status = load(ctx, n, row, &is_there);
    if (status)
        return status;
    n->table->rows[row].flags |= SEEN | flags;
    if (!is_there)
        return QN_OK;
    if (!(n->table->rows[row].flags & COMMON))
        n->uncommon++;
    return qn_commit_queue_push(ctx, &n->queue, 0, n->table->rows[row].time,
                                row);
}

/* A row and all of its ancestors that were met. */
static enum qn_status make_common(struct qn_ctx *ctx, struct qn_negotiator *n,
                                  uint32_t first)
{
    struct qn_commit_row *rows = n->table->rows;
    enum qn_status status = QN_OK;
    size_t depth = 0;
    uint32_t i;

    if (rows[first].flags & COMMON)
        return QN_OK;
    status = qn_memory_grow(ctx, &n->stack, &n->stack_capacity, 1,
                            sizeof(*n->stack));
    if (status)
        return status;
    rows[first].flags |= COMMON;
    n->stack[depth++] = first;
    while (depth > 0) {
        struct qn_commit_row *row = &rows[n->stack[--depth]];

        if ((row->flags & SEEN) && !(row->flags & POPPED)) {
            if (row->state == QN_COMMIT_LOADED)
                n->uncommon--;
            continue; /* its parents come when it is popped */
        }
        if (!(row->flags & POPPED))
            continue;
        status = qn_memory_grow(ctx, &n->stack, &n->stack_capacity,
                                depth + row->parent_count, sizeof(*n->stack));
        if (status)
            return status;
        for (i = 0; i < row->parent_count; i++) {
            uint32_t parent = n->table->edges[row->edge + i];

            if (rows[parent].flags & COMMON)
                continue;
            rows[parent].flags |= COMMON;
            n->stack[depth++] = parent;
        }
    }
    return QN_OK;
}

static enum qn_status put(struct qn_ctx *ctx, struct qn_negotiator *n,
                          const struct qn_id *commit, uint32_t flags)
{
    enum qn_status status;
    uint32_t row;

    if (n->kind == QN_NEGOTIATOR_NOOP)
        return QN_OK;
    status = qn_commit_table_put(ctx, n->table, commit, &row);
    if (status)
        return status;
    n->table->rows[row].flags |= flags;
    return push(ctx, n, row, flags);
}

enum qn_status qn_negotiator_add_tip(struct qn_ctx *ctx,
                                     struct qn_negotiator *n,
                                     const struct qn_id *commit)
{
    return put(ctx, n, commit, 0);
}

enum qn_status qn_negotiator_known_common(struct qn_ctx *ctx,
                                          struct qn_negotiator *n,
                                          const struct qn_id *commit)
{
    return put(ctx, n, commit, ADVERTISED);
}

enum qn_status qn_negotiator_include(struct qn_ctx *ctx,
                                     struct qn_negotiator *n,
                                     const struct qn_id *commit)
{
    enum qn_status status;
    uint32_t row;
    bool is_there;

    if (qn_id_list_has(&n->included, commit))
        return QN_OK;
    status = qn_commit_table_put(ctx, n->table, commit, &row);
    if (!status)
        status = load(ctx, n, row, &is_there);
    if (status || !is_there)
        return status;
    n->table->rows[row].flags |= INCLUDED;
    return qn_id_list_add(ctx, &n->included, commit);
}

/* The parents of what was popped; `step` and `left`: how far the next one that
 * is told of is ("skipping"). */
static enum qn_status push_parents(struct qn_ctx *ctx, struct qn_negotiator *n,
                                   uint32_t row, uint32_t step, uint32_t left)
{
    bool is_common = n->table->rows[row].flags & (COMMON | ADVERTISED);
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; !status && i < n->table->rows[row].parent_count; i++) {
        uint32_t parent = n->table->edges[n->table->rows[row].edge + i];
        struct qn_commit_row *p = &n->table->rows[parent];

        if (!(p->flags & SEEN)) {
            p->source = step;
            p->number = left;
            status = push(ctx, n, parent, is_common ? COMMON : 0);
            continue;
        }
        if (!is_common && left < p->number) { /* met on a shorter way */
            p->source = step;
            p->number = left;
        }
        if (is_common)
            status = make_common(ctx, n, parent);
    }
    return status;
}

enum qn_status qn_negotiator_next(struct qn_ctx *ctx, void *data,
                                  struct qn_id *out, bool *found)
{
    struct qn_negotiator *n = data;
    enum qn_status status = QN_OK;
    uint32_t row;

    *found = false;
    if (n->next_included < n->included.count) {
        *out = n->included.ids[n->next_included++];
        *found = true;
        return QN_OK;
    }
    while (!status && n->uncommon > 0 && qn_commit_queue_pop(&n->queue, &row)) {
        struct qn_commit_row *r = &n->table->rows[row];
        bool is_told = !(r->flags & (COMMON | INCLUDED));
        uint32_t step = r->source, left = r->number;

        r->flags |= POPPED;
        if (!(r->flags & COMMON))
            n->uncommon--;
        if (n->kind == QN_NEGOTIATOR_SKIPPING && !(r->flags & ADVERTISED)) {
            /* the end of a history is told of, however long the step */
            if (is_told && left > 0 && r->parent_count > 0) {
                is_told = false;
                left--;
            } else {
                step = step < STEP_MAX ? step * 2 + 1 : step;
                left = step;
            }
        }
        status = qn_ctx_check(ctx);
        if (!status)
            status = push_parents(ctx, n, row, step, left);
        if (status || !is_told)
            continue;
        qn_commit_table_id(n->table, row, out);
        *found = true;
        break;
    }
    return status;
}

enum qn_status qn_negotiator_common(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id, bool *is_news)
{
    struct qn_negotiator *n = data;
    enum qn_status status;
    uint32_t row, position;

    *is_news = false;
    if (!qn_commit_table_find(n->table, id, &row)) /* it was not told of */
        return qn_id_map_put(ctx, &n->common, id, &position, is_news);
    *is_news = !(n->table->rows[row].flags & COMMON);
    status = make_common(ctx, n, row);
    return status;
}
