/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_commits.h"

#include "base/memory.h"
#include "object/commit.h"
#include "os/parallel.h"
#include "walk/grafts.h"

#define CHUNK 512 /* commits that a worker reads at once */
#define NONE  UINT32_MAX

struct row {
    int64_t time;
    uint32_t bit, tree;
    uint32_t parent_count;
    uint32_t first_parent;  /* in its chunk's */
    uint32_t next;          /* parent to look at, while the order is made */
    bool is_met, is_placed; /* likewise */
};

struct chunk {
    uint32_t *parents; /* bits */
    size_t parent_count, parent_capacity;
    bool is_odd; /* something is not to be had like this */
};

struct reading {
    const struct qn_bitmap_commits *options;
    struct row *rows; /* in the order of bits */
    size_t count;
    struct chunk *chunks;
    size_t chunk_count;
    uint32_t *by_bit; /* rows */
};

struct worker {
    struct qn_odb *odb;
    struct qn_object object;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct reading *reading = shared;

    return qn_odb_fork(ctx, reading->options->scope->odb,
                       &((struct worker *)state)->odb);
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_object_dispose(&worker->object);
}

static uint32_t find_bit(const struct qn_bit_order *order,
                         const struct qn_id *id)
{
    uint32_t position = qn_bit_order_find(order, id->bytes);

    return position == QN_BIT_ORDER_NONE ? NONE : order->ranks[position];
}

static enum qn_status add_parents(struct qn_ctx *ctx,
                                  const struct qn_bit_order *order,
                                  const struct qn_commit *commit,
                                  struct chunk *chunk)
{
    enum qn_status status =
        qn_memory_grow(ctx, &chunk->parents, &chunk->parent_capacity,
                       chunk->parent_count + commit->parent_count + 1,
                       sizeof(*chunk->parents));
    struct qn_id parent;
    uint32_t i;

    for (i = 0; i < commit->parent_count && !status; i++) {
        uint32_t bit;

        qn_commit_parent(commit, i, &parent);
        bit = find_bit(order, &parent);
        chunk->is_odd = chunk->is_odd || bit == NONE;
        chunk->parents[chunk->parent_count++] = bit;
    }
    return status;
}

static enum qn_status read_row(struct qn_ctx *ctx,
                               const struct reading *reading,
                               struct worker *worker, struct chunk *chunk,
                               struct row *row)
{
    const struct qn_bit_order *order = reading->options->order;
    struct qn_commit commit;
    enum qn_status status;
    struct qn_id id;

    qn_id_from_row(
        &id, order->algorithm,
        qn_bit_order_row(order, qn_bit_order_position(order, row->bit)));
    status = qn_odb_read_typed(ctx, worker->odb, &id, QN_OBJECT_COMMIT,
                               &worker->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&worker->object),
                                 order->algorithm, &commit);
    if (status)
        return status;
    row->time = commit.committer_time;
    row->tree = find_bit(order, &commit.tree);
    row->first_parent = (uint32_t)chunk->parent_count;
    row->parent_count = commit.parent_count;
    chunk->is_odd = chunk->is_odd || row->tree == NONE;
    return add_parents(ctx, order, &commit, chunk);
}

static enum qn_status read_chunk(struct qn_ctx *ctx, void *shared, void *state,
                                 size_t item)
{
    static const struct qn_ctx_sinks none;
    const struct reading *reading = shared;
    struct qn_ctx_sinks before = qn_ctx_swap_sinks(ctx, none);
    struct chunk *chunk = &reading->chunks[item];
    size_t i = item * CHUNK, end = i + CHUNK;
    enum qn_status status = qn_ctx_check(ctx);

    if (end > reading->count)
        end = reading->count;
    for (; i < end && !status && !chunk->is_odd; i++)
        status = read_row(ctx, reading, state, chunk, &reading->rows[i]);
    (void)qn_ctx_swap_sinks(ctx, before);
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED &&
        status != QN_TIMEOUT) {
        qn_ctx_clear(ctx);
        chunk->is_odd = true;
        status = QN_OK;
    }
    return status;
}

static enum qn_status list_rows(struct qn_ctx *ctx, struct reading *reading)
{
    const struct qn_bitmap_commits *options = reading->options;
    uint32_t bits = options->order->count, i;

    for (i = 0; i < bits; i++)
        reading->count += options->set[i / 64] >> (i % 64) & 1;
    reading->chunk_count = (reading->count + CHUNK - 1) / CHUNK;
    reading->rows =
        qn_memory_calloc(ctx, reading->count + 1, sizeof(*reading->rows));
    reading->chunks = qn_memory_calloc(ctx, reading->chunk_count + 1,
                                       sizeof(*reading->chunks));
    reading->by_bit =
        qn_memory_array(ctx, (size_t)bits + 1, sizeof(*reading->by_bit));
    if (!reading->rows || !reading->chunks || !reading->by_bit)
        return QN_NO_MEMORY;
    reading->count = 0;
    for (i = 0; i < bits; i++) {
        reading->by_bit[i] = NONE;
        if (options->set[i / 64] >> (i % 64) & 1) {
            reading->by_bit[i] = (uint32_t)reading->count;
            reading->rows[reading->count++].bit = i;
        }
    }
    return QN_OK;
}

static const uint32_t *parents_of(const struct reading *reading, uint32_t row)
{
    return reading->chunks[row / CHUNK].parents +
           reading->rows[row].first_parent;
}

/* All rows, parents first, from the newest bit on: what a merge brought in
 * comes right before it.  False: they go round in a circle, or a parent is no
 * commit. */
static bool make_order(struct reading *reading, uint32_t *stack, uint32_t *out)
{
    size_t placed = 0, depth, i;

    for (i = 0; i < reading->count; i++) {
        depth = 0;
        if (!reading->rows[i].is_met)
            stack[depth++] = (uint32_t)i;
        while (depth > 0) {
            struct row *row = &reading->rows[stack[depth - 1]];
            uint32_t parent;

            row->is_met = true;
            if (row->next == row->parent_count) {
                row->is_placed = true;
                out[placed++] = stack[--depth];
                continue;
            }
            parent = reading->by_bit[parents_of(reading,
                                                stack[depth - 1])[row->next++]];
            if (parent == NONE)
                return false;
            if (reading->rows[parent].is_placed)
                continue;
            if (reading->rows[parent].is_met)
                return false;
            stack[depth++] = parent;
        }
    }
    return true;
}

static enum qn_status hand_over(struct qn_ctx *ctx,
                                const struct reading *reading,
                                const uint32_t *order)
{
    const struct qn_bitmap_commits *options = reading->options;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < reading->count && !status; i++) {
        const struct row *row = &reading->rows[order[i]];
        struct qn_bitmap_commit commit = {.time = row->time,
                                          .bit = row->bit,
                                          .tree = row->tree,
                                          .parent_count = row->parent_count,
                                          .parents =
                                              parents_of(reading, order[i])};

        qn_id_from_row(
            &commit.id, options->order->algorithm,
            qn_bit_order_row(options->order,
                             qn_bit_order_position(options->order, row->bit)));
        status = options->each(ctx, options->data, &commit);
    }
    return status;
}

static enum qn_status put_in_order(struct qn_ctx *ctx, struct reading *reading,
                                   bool *is_done)
{
    uint32_t *stack = qn_memory_array(ctx, reading->count + 1, sizeof(*stack));
    uint32_t *order = qn_memory_array(ctx, reading->count + 1, sizeof(*order));
    enum qn_status status = stack && order ? QN_OK : QN_NO_MEMORY;

    if (!status && make_order(reading, stack, order)) {
        *is_done = true;
        status = hand_over(ctx, reading, order);
    }
    qn_memory_free(stack);
    qn_memory_free(order);
    return status;
}

/* Are the parents that a commit names its parents here? */
static enum qn_status is_plain(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope, bool *out)
{
    static const struct qn_ctx_sinks none; /* a walk says what is wrong */
    struct qn_ctx_sinks before = qn_ctx_swap_sinks(ctx, none);
    struct qn_grafts grafts;
    enum qn_status status;

    qn_grafts_init(&grafts, qn_odb_algorithm(scope->odb));
    status = qn_grafts_load(ctx, &grafts, scope->repo, scope->odb);
    (void)qn_ctx_swap_sinks(ctx, before);
    *out = !status && grafts.ids.count == 0 && !grafts.is_shallow;
    qn_grafts_dispose(&grafts);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

enum qn_status qn_bitmap_commits_run(struct qn_ctx *ctx,
                                     const struct qn_bitmap_commits *options,
                                     bool *is_done)
{
    struct reading reading = {.options = options};
    const struct qn_parallel_options threads = {
        .shared = &reading,
        .grain = 1,
        .state_size = sizeof(struct worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    enum qn_status status;
    bool is_sound;
    size_t i;

    *is_done = false;
    status = is_plain(ctx, options->scope, &is_sound);
    if (status || !is_sound)
        return status;
    status = list_rows(ctx, &reading);
    if (!status)
        status =
            qn_parallel_for(ctx, &threads, reading.chunk_count, read_chunk);
    for (i = 0; !status && i < reading.chunk_count; i++)
        is_sound = is_sound && !reading.chunks[i].is_odd;
    if (!status && is_sound)
        status = put_in_order(ctx, &reading, is_done);
    for (i = 0; reading.chunks && i < reading.chunk_count; i++)
        qn_memory_free(reading.chunks[i].parents);
    qn_memory_free(reading.chunks);
    qn_memory_free(reading.rows);
    qn_memory_free(reading.by_bit);
    return status;
}
