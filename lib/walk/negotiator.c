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
    INCLUDED = 16, /* was told of at first */
    MET = 32,      /* it was looked at before all */
    QUEUED = 64    /* it is in the queue */
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

/* "skipping" reads what it passes over when it gets there: until then it is as
 * old as can be. */
static enum qn_status push(struct qn_ctx *ctx, struct qn_negotiator *n,
                           uint32_t row, uint32_t flags)
{
    bool is_dated = n->kind != QN_NEGOTIATOR_SKIPPING ||
                    ((n->table->rows[row].flags | flags) & MET);
    bool is_there = true;
    enum qn_status status = is_dated ? load(ctx, n, row, &is_there) : QN_OK;

    if (status)
        return status;
    n->table->rows[row].flags |= SEEN | flags;
    if (!is_there)
        return QN_OK;
    if (!(n->table->rows[row].flags & COMMON))
        n->uncommon++;
    n->table->rows[row].flags |= QUEUED;
    return qn_commit_queue_push(ctx, &n->queue, 0,
                                is_dated ? n->table->rows[row].time : 0, row);
}

static enum qn_status stack_parents(struct qn_ctx *ctx, struct qn_negotiator *n,
                                    uint32_t row, size_t *depth)
{
    const struct qn_commit_row *r = &n->table->rows[row];
    enum qn_status status =
        qn_memory_grow(ctx, &n->stack, &n->stack_capacity,
                       *depth + r->parent_count, sizeof(*n->stack));
    uint32_t i;

    for (i = r->parent_count; !status && i-- > 0;)
        n->stack[(*depth)++] = n->table->edges[r->edge + i];
    return status;
}

/* Has it been looked into, so that its parents are known? */
static bool is_open(const struct qn_negotiator *n, uint32_t row)
{
    const struct qn_commit_row *r = &n->table->rows[row];

    return r->state == QN_COMMIT_LOADED &&
           (n->kind != QN_NEGOTIATOR_SKIPPING || (r->flags & (MET | POPPED)));
}

/* The rows on the stack, and those of their ancestors that were met. */
static enum qn_status mark_stack(struct qn_ctx *ctx, struct qn_negotiator *n,
                                 size_t depth)
{
    enum qn_status status = QN_OK;

    while (!status && depth > 0) {
        uint32_t row = n->stack[--depth];
        uint32_t flags = n->table->rows[row].flags;

        if (flags & COMMON)
            continue;
        if (!(flags & SEEN)) {
            if (n->kind != QN_NEGOTIATOR_SKIPPING)
                status = push(ctx, n, row, COMMON);
            continue;
        }
        n->table->rows[row].flags |= COMMON;
        if (flags & QUEUED)
            n->uncommon--;
        if (is_open(n, row))
            status = stack_parents(ctx, n, row, &depth);
    }
    return status;
}

static enum qn_status mark_one(struct qn_ctx *ctx, struct qn_negotiator *n,
                               uint32_t row)
{
    enum qn_status status = qn_memory_grow(ctx, &n->stack, &n->stack_capacity,
                                           1, sizeof(*n->stack));

    if (status)
        return status;
    if (n->kind == QN_NEGOTIATOR_SKIPPING)
        n->table->rows[row].flags |=
            n->table->rows[row].flags & SEEN ? 0 : COMMON;
    n->stack[0] = row;
    return mark_stack(ctx, n, 1);
}

/* What a row that is common, or was told to be, descends from. */
static enum qn_status mark_ancestors(struct qn_ctx *ctx,
                                     struct qn_negotiator *n, uint32_t row)
{
    size_t depth = 0;
    enum qn_status status = QN_OK;

    if ((n->table->rows[row].flags & COMMON) || !is_open(n, row))
        return QN_OK;
    status = stack_parents(ctx, n, row, &depth);
    return status ? status : mark_stack(ctx, n, depth);
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
    if (n->table->rows[row].flags & SEEN)
        return QN_OK;
    status = push(ctx, n, row, flags | MET);
    if (!status && (flags & ADVERTISED) && n->kind != QN_NEGOTIATOR_SKIPPING)
        status = mark_ancestors(ctx, n, row);
    return status;
}

enum qn_status qn_negotiator_met(struct qn_ctx *ctx, struct qn_negotiator *n,
                                 const struct qn_id *commit)
{
    enum qn_status status;
    uint32_t row;

    status = qn_commit_table_put(ctx, n->table, commit, &row);
    if (!status)
        n->table->rows[row].flags |= MET;
    return status;
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

enum qn_status qn_negotiator_cut(struct qn_ctx *ctx, struct qn_negotiator *n,
                                 const struct qn_id *commit)
{
    bool is_there;
    enum qn_status status;
    uint32_t row;

    status = qn_commit_table_put(ctx, n->table, commit, &row);
    if (!status)
        status = load(ctx, n, row, &is_there);
    /* Git believes its graph of what it meets later */
    if (!status && (n->table->rows[row].flags & MET ||
                    n->table->rows[row].graph == QN_COMMIT_GRAPH_NONE))
        n->table->rows[row].parent_count = 0;
    return status;
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

/* The parents of what was popped; `step` and `left`: how long the step is that
 * they are in, and how many of it are passed over yet ("skipping"). `*goes_on`:
 * one of them is in the queue now. */
static enum qn_status push_parents(struct qn_ctx *ctx, struct qn_negotiator *n,
                                   uint32_t row, uint32_t step, uint32_t left,
                                   bool *goes_on)
{
    bool is_common = n->table->rows[row].flags & (COMMON | ADVERTISED);
    bool skips = n->kind == QN_NEGOTIATOR_SKIPPING;
    enum qn_status status = QN_OK;
    uint32_t i;

    *goes_on = false;
    for (i = 0; !status && i < n->table->rows[row].parent_count; i++) {
        uint32_t parent = n->table->edges[n->table->rows[row].edge + i];
        struct qn_commit_row *p = &n->table->rows[parent];

        if (skips && (p->flags & POPPED))
            continue;
        *goes_on = true;
        if (!(p->flags & SEEN)) {
            p->source = step;
            p->number = left;
            status = push(ctx, n, parent, is_common && !skips ? COMMON : 0);
        } else if (!is_common && p->source < step) {
            p->source = step; /* the longer one, of two ways to it */
            p->number = left;
        }
        if (!status && is_common)
            status = skips ? mark_one(ctx, n, parent)
                           : mark_ancestors(ctx, n, parent);
    }
    return status;
}

/* How far what is told of next is from a row. */
static void take_step(const struct qn_negotiator *n,
                      const struct qn_commit_row *row, uint32_t *step,
                      uint32_t *left)
{
    *step = row->source;
    *left = row->number;
    if (*left > 0) {
        --*left;
    } else if (n->kind == QN_NEGOTIATOR_SKIPPING) {
        *step = *step < STEP_MAX ? *step * 3 / 2 + 1 : *step;
        *left = *step;
    }
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
        bool is_there, is_told, goes_on = false;
        uint32_t step, left;

        status = load(ctx, n, row, &is_there);
        if (status)
            break;
        n->table->rows[row].flags ^= POPPED | QUEUED;
        is_told = !(n->table->rows[row].flags & (COMMON | INCLUDED));
        if (!(n->table->rows[row].flags & COMMON))
            n->uncommon--;
        if (!is_there)
            continue;
        take_step(n, &n->table->rows[row], &step, &left);
        status = qn_ctx_check(ctx);
        if (!status)
            status = push_parents(ctx, n, row, step, left, &goes_on);
        if (n->table->rows[row].number > 0 && goes_on)
            is_told = false; /* the end of a history is told of */
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
    status = mark_one(ctx, n, row);
    return status;
}
