/* SPDX-License-Identifier: MIT */
#include "odb/odb_bulk.h"

#include "base/memory.h"
#include "odb/odb_private.h"
#include "os/parallel.h"
#include "pack/pack_reader.h"
#include "trace/trace.h"

/* Objects in one slot of the pipeline: up to so many, and so many bytes. */
#define SLOT_COUNT      32
#define SLOT_COUNT_INFO 1024
#define SLOT_SIZE       (4u << 20)
/* A content of so many bytes stays in the buffer it was made in; nobody keeps
 * such a buffer for the next one. */
#define OWN_SIZE      (256u << 10)
#define DEFAULT_LARGE (16u << 20)
/* Bytes of a worker's delta-base cache, where places are known. */
#define BASE_CACHE (32u << 20)

struct state { /* a worker's */
    struct qn_odb *odb;
    struct qn_object object;
    struct qn_pack_reader reader;      /* where places are known */
    const struct qn_pack_file *opened; /* its data is */
};

struct shared {
    struct state own; /* the caller's: its view is not ours to free */
    const struct qn_odb_bulk *bulk;
    uint64_t large_size;
    size_t next;      /* the first row that no slot has taken */
    size_t slot_rows; /* rows a slot takes */
    bool knows_places;
};

struct result {
    struct qn_odb_info info;
    enum qn_status status;
    size_t offset; /* of the content, or of the message, in the slot's buffer */
    size_t size;
    struct qn_buf own; /* the content, when it is larger than most */
    bool is_large;
    bool is_left; /* the slot was full: the consumer reads it */
};

struct slot {
    size_t first;
    size_t count;
    struct result *results; /* slot_rows */
    size_t held; /* bytes of contents, those with a buffer of their own too */
    struct qn_buf bytes;
};

static enum qn_status init_state(struct qn_ctx *ctx, void *data, void *state)
{
    struct shared *shared = data;

    qn_pack_reader_init(&((struct state *)state)->reader, BASE_CACHE);
    return qn_odb_fork(ctx, shared->own.odb, &((struct state *)state)->odb);
}

static void dispose_state(void *data, void *state)
{
    (void)data;
    qn_odb_free(((struct state *)state)->odb);
    qn_object_dispose(&((struct state *)state)->object);
    qn_pack_reader_dispose(&((struct state *)state)->reader);
}

static enum qn_status init_slot(struct qn_ctx *ctx, void *data, void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;

    slot->results =
        qn_memory_calloc(ctx, shared->slot_rows, sizeof(*slot->results));
    return slot->results ? QN_OK : QN_NO_MEMORY;
}

static void dispose_slot(void *data, void *item)
{
    const struct shared *shared = data;
    struct slot *slot = item;
    size_t i;

    for (i = 0; slot->results && i < shared->slot_rows; i++)
        qn_buf_dispose(&slot->results[i].own);
    qn_memory_free(slot->results);
    qn_buf_dispose(&slot->bytes);
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
    slot->held += bytes.size;
    status = qn_buf_append_bytes(ctx, &slot->bytes, bytes);
    return status ? status : qn_buf_append_byte(ctx, &slot->bytes, '\0');
}

static enum qn_status keep_content(struct qn_ctx *ctx, struct slot *slot,
                                   struct result *result,
                                   struct qn_object *object)
{
    if (object->data.capacity < OWN_SIZE)
        return keep(ctx, slot, result, qn_object_bytes(object));
    slot->held += object->data.size;
    result->own = object->data;
    object->data = (struct qn_buf)QN_BUF_INIT;
    return QN_OK;
}

/* False: it is to be read the ordinary way, which says what is wrong. */
static bool read_at(struct qn_ctx *ctx, const struct shared *shared,
                    struct state *state, size_t position)
{
    const struct qn_odb_bulk_place *place = &shared->bulk->places[position];
    enum qn_status status = QN_OK;

    if (!place->pack)
        return false;
    if (place->pack != state->opened)
        status = qn_pack_file_open_data(ctx, place->pack);
    state->opened = status ? NULL : place->pack;
    if (!status)
        status = qn_pack_reader_read(ctx, &state->reader, place->pack,
                                     place->offset, &state->object);
    if (status)
        qn_ctx_clear(ctx);
    return status == QN_OK;
}

static enum qn_status read_one(struct qn_ctx *ctx, const struct shared *shared,
                               struct state *state, struct slot *slot,
                               const struct qn_odb_bulk_item *item,
                               struct result *result)
{
    const struct qn_id *id = &item->id;
    const struct qn_odb_bulk *bulk = shared->bulk;
    struct qn_odb *odb = state->odb;
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
        if (!shared->knows_places ||
            !read_at(ctx, shared, state, item->position))
            status = qn_odb_read(ctx, odb, id, &state->object);
        if (!status) {
            result->info.type = state->object.type;
            result->info.size = state->object.data.size;
            return keep_content(ctx, slot, result, &state->object);
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
    uint32_t algorithm = qn_odb_algorithm(shared->own.odb);

    qn_id_from_row(id, algorithm,
                   shared->bulk->rows + position * qn_id_size(algorithm));
}

static enum qn_status compute(struct qn_ctx *ctx, void *data, void *state,
                              void *item)
{
    struct shared *shared = data;
    struct slot *slot = item;
    enum qn_status status = QN_OK;
    struct qn_odb_bulk_item row = {0};
    size_t i;

    qn_buf_clear(&slot->bytes);
    slot->held = 0;
    for (i = 0; i < slot->count && !status; i++) {
        slot->results[i].is_left = slot->held > SLOT_SIZE;
        if (slot->results[i].is_left)
            continue;
        row.position = slot->first + i;
        row_id(shared, row.position, &row.id);
        status = read_one(ctx, shared, state, slot, &row, &slot->results[i]);
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
            status = read_one(ctx, shared, &shared->own, slot, &out, result);
            if (status)
                return status;
        }
        out.status = result->status;
        out.info = result->info;
        out.is_large = result->is_large;
        if (result->status)
            out.message = (const char *)slot->bytes.data + result->offset;
        else if (shared->bulk->wants_content && !result->is_large)
            out.data = result->own.data
                           ? qn_buf_bytes(&result->own)
                           : qn_bytes_make(slot->bytes.data + result->offset,
                                           result->size);
        status = shared->bulk->each(ctx, shared->bulk->data, &out);
        qn_buf_dispose(&result->own);
    }
    return status;
}

enum qn_status qn_odb_bulk_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_odb_bulk *bulk)
{
    struct shared shared = {
        .own.odb = odb,
        .bulk = bulk,
        .large_size = bulk->large_size ? bulk->large_size : DEFAULT_LARGE,
        .slot_rows = bulk->wants_content ? SLOT_COUNT : SLOT_COUNT_INFO,
        /* Who wants each access told gets it. */
        .knows_places = bulk->places && bulk->wants_content && !bulk->want &&
                        !qn_odb_replaces(odb) &&
                        !qn_trace_wants(ctx, QN_TRACE_PACK_ACCESS),
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
    struct qn_odb_snapshot *held = odb->snapshot;
    enum qn_status status;

    /* The packs of the places stay, though the view may look at the disk again
     * meanwhile. */
    if (held)
        qn_odb_snapshot_retain(held);
    qn_pack_reader_init(&shared.own.reader, BASE_CACHE);
    if (bulk->count < shared.slot_rows)
        options.thread_count = 1;
    status = qn_parallel_pipeline_run(ctx, &options, &pipeline);
    qn_object_dispose(&shared.own.object);
    qn_pack_reader_dispose(&shared.own.reader);
    if (held)
        qn_odb_snapshot_release(held);
    return status;
}
