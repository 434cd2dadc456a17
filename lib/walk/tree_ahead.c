/* SPDX-License-Identifier: MIT */
#include "walk/tree_ahead.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "object/tree.h"
#include "os/parallel.h"
#include "trace/trace.h"

/* Roots of a slice.  The first of each has to be made from the front of its
 * chain of deltas on, the others from the one before. */
#define SLICE 512
/* Fewer are not worth a thread. */
#define LEAST 256
/* Bytes that a slice holds; the rest is read when it is needed. */
#define HELD_MAX (8u << 20)
/* Trees that a worker remembers: it has handed them over. */
#define KNOWN 8192
/* Bytes of a worker's delta-base cache. */
#define BASE_CACHE (16u << 20)
#define NOT_HELD   UINT64_MAX

struct qn_tree_ahead {
    size_t first, count;   /* its roots */
    struct qn_id_map held; /* ids to places in `bytes`, or NOT_HELD */
    struct qn_buf bytes;   /* size (eight bytes), content, ... */
};

struct known {
    uint8_t id[QN_ID_MAX_SIZE];
};

struct reading {
    const struct qn_tree_ahead_run *options;
    uint32_t algorithm;
    size_t next;         /* the first root that no slice has */
    struct known *known; /* that every worker begins with */
};

struct worker {
    struct qn_odb *odb;
    struct known *known; /* by their second and third byte */
    struct qn_object object;
    struct qn_id *stack;
    size_t depth, capacity;
};

bool qn_tree_ahead_take(struct qn_ctx *ctx, const struct qn_tree_ahead *slice,
                        const uint8_t *row, struct qn_buf *out)
{
    uint32_t position = qn_id_map_find_row(&slice->held, row);
    uint64_t place, size;

    if (position == QN_ID_MAP_NONE)
        return false;
    place = slice->held.values[position];
    if (place == NOT_HELD)
        return false;
    memcpy(&size, slice->bytes.data + place, sizeof(size));
    if (qn_buf_append(ctx, out, slice->bytes.data + place + sizeof(size),
                      (size_t)size) == QN_OK)
        return true;
    qn_ctx_clear(ctx);
    return false;
}

/* ---- workers */

static struct known *known_place(struct known *known, const uint8_t *row)
{
    return &known[((size_t)row[1] << 8 | row[2]) % KNOWN];
}

static bool is_known(const struct worker *worker, const uint8_t *row,
                     size_t id_size)
{
    return memcmp(known_place(worker->known, row)->id, row, id_size) == 0;
}

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct reading *reading = shared;
    struct worker *worker = state;
    enum qn_status status;

    worker->known = qn_memory_array(ctx, KNOWN, sizeof(*worker->known));
    if (!worker->known)
        return QN_NO_MEMORY;
    memcpy(worker->known, reading->known, KNOWN * sizeof(*worker->known));
    status = qn_odb_fork(ctx, reading->options->odb, &worker->odb);
    if (!status)
        qn_odb_limit_cache(worker->odb, BASE_CACHE);
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_object_dispose(&worker->object);
    qn_memory_free(worker->known);
    qn_memory_free(worker->stack);
}

static enum qn_status push(struct qn_ctx *ctx, struct worker *worker,
                           uint32_t algorithm, const uint8_t *row)
{
    enum qn_status status =
        qn_memory_grow(ctx, &worker->stack, &worker->capacity,
                       worker->depth + 1, sizeof(*worker->stack));

    if (!status)
        qn_id_from_row(&worker->stack[worker->depth++], algorithm, row);
    return status;
}

/* The trees in the one at hand: those that are new are to be read; or all are
 * known from now on. */
static enum qn_status look_below(struct qn_ctx *ctx,
                                 const struct reading *reading,
                                 struct worker *worker, bool is_read)
{
    size_t id_size = qn_id_size(reading->algorithm);
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    qn_tree_reader_init(&reader, qn_object_bytes(&worker->object),
                        reading->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        if (!qn_mode_is_tree(entry.mode) || is_known(worker, entry.id, id_size))
            continue;
        if (is_read)
            status = push(ctx, worker, reading->algorithm, entry.id);
        else
            memcpy(known_place(worker->known, entry.id)->id, entry.id, id_size);
        if (status)
            return status;
    }
    if (status != QN_END)
        qn_ctx_clear(ctx); /* a bad tree: whoever lists it tells */
    return QN_OK;
}

/* False: it cannot be read here. */
static bool read_tree(struct qn_ctx *ctx, struct worker *worker,
                      const struct qn_id *id)
{
    static const struct qn_ctx_sinks none;
    struct qn_ctx_sinks before = qn_ctx_swap_sinks(ctx, none);
    enum qn_status status = qn_odb_read_typed(ctx, worker->odb, id,
                                              QN_OBJECT_TREE, &worker->object);

    (void)qn_ctx_swap_sinks(ctx, before);
    if (status)
        qn_ctx_clear(ctx);
    return status == QN_OK;
}

static enum qn_status hold(struct qn_ctx *ctx, struct qn_tree_ahead *slice,
                           uint32_t position, struct qn_bytes content)
{
    uint64_t place = slice->bytes.size, size = content.size;
    enum qn_status status =
        qn_buf_append(ctx, &slice->bytes, &size, sizeof(size));

    if (!status)
        status = qn_buf_append_bytes(ctx, &slice->bytes, content);
    if (!status)
        slice->held.values[position] = place;
    return status;
}

static enum qn_status read_one(struct qn_ctx *ctx,
                               const struct reading *reading,
                               struct worker *worker,
                               struct qn_tree_ahead *slice)
{
    struct qn_id id = worker->stack[--worker->depth];
    size_t id_size = qn_id_size(reading->algorithm);
    enum qn_status status;
    uint32_t position;
    bool is_new;

    if (is_known(worker, id.bytes, id_size))
        return QN_OK;
    status = qn_id_map_put(ctx, &slice->held, &id, &position, &is_new);
    if (status || !is_new)
        return status;
    slice->held.values[position] = NOT_HELD;
    memcpy(known_place(worker->known, id.bytes)->id, id.bytes, id_size);
    if (!read_tree(ctx, worker, &id))
        return QN_OK;
    status = hold(ctx, slice, position, qn_object_bytes(&worker->object));
    return status ? status : look_below(ctx, reading, worker, true);
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *at)
{
    const struct reading *reading = shared;
    const struct qn_id *roots = reading->options->roots;
    struct qn_tree_ahead *slice = at;
    struct worker *worker = state;
    enum qn_status status = QN_OK;
    size_t i;

    qn_id_map_clear(&slice->held);
    qn_buf_clear(&slice->bytes);
    worker->depth = 0;
    /* What the root before holds, its slice has. */
    if (slice->first > 0 && read_tree(ctx, worker, &roots[slice->first - 1]))
        status = look_below(ctx, reading, worker, false);
    for (i = 0; i < slice->count && !status; i++) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = push(ctx, worker, reading->algorithm,
                          roots[slice->first + i].bytes);
        while (!status && worker->depth > 0 && slice->bytes.size < HELD_MAX)
            status = read_one(ctx, reading, worker, slice);
        if (slice->bytes.size >= HELD_MAX)
            break;
    }
    return status;
}

/* ---- the caller */

static enum qn_status slice_init(struct qn_ctx *ctx, void *shared, void *at)
{
    const struct reading *reading = shared;
    struct qn_tree_ahead *slice = at;

    (void)ctx;
    qn_id_map_init(&slice->held, reading->algorithm);
    slice->bytes.limit = SIZE_MAX;
    return QN_OK;
}

static void slice_dispose(void *shared, void *at)
{
    struct qn_tree_ahead *slice = at;

    (void)shared;
    qn_id_map_dispose(&slice->held);
    qn_buf_dispose(&slice->bytes);
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *at)
{
    struct reading *reading = shared;
    size_t left = reading->options->count - reading->next;
    struct qn_tree_ahead *slice = at;

    if (left == 0)
        return QN_END;
    slice->first = reading->next;
    slice->count = left < SLICE ? left : SLICE;
    reading->next += slice->count;
    return qn_ctx_check(ctx);
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *at)
{
    const struct reading *reading = shared;
    const struct qn_tree_ahead_run *options = reading->options;
    const struct qn_tree_ahead *slice = at;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < slice->count && !status; i++)
        status = options->each(ctx, options->data, slice,
                               &options->roots[slice->first + i]);
    return status;
}

static enum qn_status read_all(struct qn_ctx *ctx, struct reading *reading)
{
    static const struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct qn_tree_ahead),
        .slot_init = slice_init,
        .slot_dispose = slice_dispose,
        .produce = produce,
        .compute = compute,
        .consume = consume};
    const struct qn_parallel_options threads = {
        .shared = reading,
        .state_size = sizeof(struct worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    const struct qn_tree_ahead_run *options = reading->options;
    size_t id_size = qn_id_size(reading->algorithm), i;
    enum qn_status status;

    reading->known = qn_memory_calloc(ctx, KNOWN, sizeof(*reading->known));
    if (!reading->known)
        return QN_NO_MEMORY;
    for (i = 0; i < options->seen_count; i++) {
        const uint8_t *row = options->seen + i * id_size;

        memcpy(known_place(reading->known, row)->id, row, id_size);
    }
    status = qn_parallel_pipeline_run(ctx, &threads, &pipeline);
    qn_memory_free(reading->known);
    return status;
}

enum qn_status qn_tree_ahead_run(struct qn_ctx *ctx,
                                 const struct qn_tree_ahead_run *options)
{
    struct reading reading = {.options = options,
                              .algorithm = qn_odb_algorithm(options->odb)};
    const struct qn_parallel_options threads = {.thread_count = 0};
    enum qn_status status = QN_OK;
    size_t i;

    /* Who wants each access told gets those that are asked for, in order. */
    if (options->count >= LEAST && !qn_odb_fetches(options->odb) &&
        qn_parallel_thread_count(ctx, &threads) > 1 &&
        !qn_trace_wants(ctx, QN_TRACE_PACK_ACCESS))
        return read_all(ctx, &reading);
    for (i = 0; i < options->count && !status; i++)
        status = options->each(ctx, options->data, NULL, &options->roots[i]);
    return status;
}
