/* SPDX-License-Identifier: MIT */
#include "odb/odb_bulk.h"

#include "base/memory.h"
#include "os/parallel.h"

/* Objects in one slot of the pipeline: up to so many, and so many bytes. */
#define SLOT_COUNT      256
#define SLOT_COUNT_INFO 1024
#define SLOT_SIZE       (16u << 20)
#define DEFAULT_LARGE   (16u << 20)

struct shared {
    struct qn_odb *odb;
    const struct qn_odb_bulk *bulk;
    uint64_t large_size;
    size_t next;      /* the first row that no slot has taken */
    size_t slot_rows; /* rows a slot takes */
};

struct state { /* a worker's */
    struct qn_odb *odb;
};

struct result {
    struct qn_odb_info info;
    enum qn_status status;
    size_t offset; /* of the content, or of the message, in the slot's buffer */
    size_t size;
    bool is_large;
    bool is_left; /* the slot was full: the consumer reads it */
};

struct slot {
    size_t first;
    size_t count;
    struct result *results; /* slot_rows */
    struct qn_buf bytes;
    struct qn_object object;
};

static enum qn_status init_state(struct qn_ctx *ctx, void *data, void *state)
{
    struct shared *shared = data;

    return qn_odb_fork(ctx, shared->odb, &((struct state *)state)->odb);
}

static void dispose_state(void *data, void *state)
{
    (void)data;
    qn_odb_free(((struct state *)state)->odb);
}

static enum qn_status init_slot(struct qn_ctx *ctx, void *data, void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;

    slot->results =
        qn_memory_array(ctx, shared->slot_rows, sizeof(*slot->results));
    return slot->results ? QN_OK : QN_NO_MEMORY;
}

static void dispose_slot(void *data, void *item)
{
    struct slot *slot = item;

    (void)data;
    qn_memory_free(slot->results);
    qn_buf_dispose(&slot->bytes);
    qn_object_dispose(&slot->object);
}

static enum qn_status produce(struct qn_ctx *ctx, void *data, void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;
    size_t left = shared->bulk->count - shared->next;

    if (left == 0)
        return QN_END;
    slot->first = shared->next;
    slot->count = left < shared->slot_rows ? left : shared->slot_rows;
    shared->next += slot->count;
    return qn_ctx_check(ctx);
}

/* The object's content or the failure's message, behind what the slot holds. */
static enum qn_status keep(struct qn_ctx *ctx, struct slot *slot,
                           struct result *result, struct qn_bytes bytes)
{
    enum qn_status status;

    result->offset = slot->bytes.size;
    result->size = bytes.size;
    status = qn_buf_append_bytes(ctx, &slot->bytes, bytes);
    return status ? status : qn_buf_append_byte(ctx, &slot->bytes, '\0');
}

static enum qn_status read_one(struct qn_ctx *ctx, const struct shared *shared,
                               struct qn_odb *odb, struct slot *slot,
                               const struct qn_id *id, struct result *result)
{
    const struct qn_odb_bulk *bulk = shared->bulk;
    enum qn_status status = QN_OK;

    memset(result, 0, sizeof(*result));
    if (bulk->want)
        status = qn_odb_read_info(ctx, odb, id, bulk->want, &result->info);
    if (!status && bulk->wants_content) {
        if (bulk->want & QN_ODB_WANT_SIZE &&
            result->info.size > shared->large_size) {
            result->is_large = true;
            return QN_OK;
        }
        status = qn_odb_read(ctx, odb, id, &slot->object);
        if (!status) {
            result->info.type = slot->object.type;
            result->info.size = slot->object.data.size;
            return keep(ctx, slot, result, qn_object_bytes(&slot->object));
        }
    }
    result->status = status;
    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED ||
        status == QN_TIMEOUT)
        return status;
    status = keep(ctx, slot, result, qn_bytes_from_string(qn_ctx_message(ctx)));
    qn_ctx_clear(ctx);
    return status;
}

static void row_id(const struct shared *shared, size_t position,
                   struct qn_id *id)
{
    uint32_t algorithm = qn_odb_algorithm(shared->odb);

    qn_id_from_row(id, algorithm,
                   shared->bulk->rows + position * qn_id_size(algorithm));
}

static enum qn_status compute(struct qn_ctx *ctx, void *data, void *state,
                              void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;

    qn_buf_clear(&slot->bytes);
    for (i = 0; i < slot->count && !status; i++) {
        slot->results[i].is_left = slot->bytes.size > SLOT_SIZE;
        if (slot->results[i].is_left)
            continue;
        row_id(shared, slot->first + i, &id);
        status = read_one(ctx, shared, ((struct state *)state)->odb, slot, &id,
                          &slot->results[i]);
    }
    return status;
}

static enum qn_status consume(struct qn_ctx *ctx, void *data, void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < slot->count && !status; i++) {
        struct result *result = &slot->results[i];
        struct qn_odb_bulk_item out;

        memset(&out, 0, sizeof(out));
        out.position = slot->first + i;
        row_id(shared, out.position, &out.id);
        if (result->is_left) { /* the slot's bytes were full */
            qn_buf_clear(&slot->bytes);
            status = read_one(ctx, shared, shared->odb, slot, &out.id, result);
            if (status)
                return status;
        }
        out.status = result->status;
        out.info = result->info;
        out.is_large = result->is_large;
        if (result->status)
            out.message = (const char *)slot->bytes.data + result->offset;
        else if (shared->bulk->wants_content && !result->is_large)
            out.data =
                qn_bytes_make(slot->bytes.data + result->offset, result->size);
        status = shared->bulk->each(ctx, shared->bulk->data, &out);
    }
    return status;
}

enum qn_status qn_odb_bulk_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_odb_bulk *bulk)
{
    struct shared shared = {
        .odb = odb,
        .bulk = bulk,
        .large_size = bulk->large_size ? bulk->large_size : DEFAULT_LARGE,
        .slot_rows = bulk->wants_content ? SLOT_COUNT : SLOT_COUNT_INFO,
    };
    struct qn_parallel_options options = {
        .shared = &shared,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
    };
    struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct slot),
        .slot_init = init_slot,
        .slot_dispose = dispose_slot,
        .produce = produce,
        .compute = compute,
        .consume = consume,
    };

    if (bulk->count < shared.slot_rows)
        options.thread_count = 1;
    return qn_parallel_pipeline_run(ctx, &options, &pipeline);
}
