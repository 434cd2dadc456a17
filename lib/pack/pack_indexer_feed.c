/* SPDX-License-Identifier: MIT */
/* A pack as it comes: read, written, inflated, hashed and resolved at once.
 *
 * The caller's thread reads, writes the file, sums it up and inflates entry
 * after entry; slots of entries go to the workers (os/parallel.h: pipeline),
 * who make objects of deltas whose bases were made lately, and hash them in
 * lanes.  What has no base there by then waits: for a worker that has nothing
 * else to do (pack_indexer_later.h), or for the end, when the whole is indexed
 * as a file is (pack_indexer_resolve.c).
 */
#include "pack/pack_indexer_private.h"

#include "os/parallel.h"
#include "pack/pack_feed.h"
#include "pack/pack_indexer_later.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>

#define SLOT_COUNT 256
#define SLOT_SIZE  (2u << 20)
/* Beyond, nothing is held: blobs are hashed as they come, the rest is made at
 * the end. */
#define LARGE (8u << 20)

struct item {
    struct qn_pack_indexer_node *node; /* data as written, then the content */
    uint64_t offset;
    uint32_t base; /* entry; NONE: no delta, or one of an id */
    uint8_t type;  /* as written; then of the object */
    bool is_delta;
    bool is_done; /* hashed */
    struct qn_id id;
};

struct slot {
    struct item items[SLOT_COUNT];
    uint32_t first; /* entry */
    uint32_t count;
    size_t size;
};

struct state { /* a worker's */
    struct qn_pack_indexer_pool pool;
    struct qn_pack_indexer_batch batch;
    struct qn_pack_indexer_later_tools later;
    bool is_ready;
};

struct feed {
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_kept *kept;
    struct qn_pack_indexer_later *later;
    atomic_size_t produced; /* slots, and those that were taken up: while there
                               is one more of the former nobody is idle */
    atomic_size_t taken;
    struct qn_pack_indexer_pool pool; /* of the caller's thread */
    struct qn_pack_feed bytes;
    size_t expected;
    size_t found; /* entries */
    bool is_cut;  /* salvaged: behind the last whole entry, which ends at */
    uint64_t end;
};

static enum qn_status read_front(struct qn_ctx *ctx, struct feed *feed,
                                 struct qn_pack_entry *entry)
{
    struct qn_pack_feed *bytes = &feed->bytes;
    enum qn_status status;
    size_t size = 0;

    status = qn_pack_feed_front(ctx, bytes, &size);
    if (!status)
        status =
            qn_pack_indexer_parse_at(ctx, qn_pack_feed_bytes(bytes),
                                     bytes->algorithm, bytes->offset, entry);
    if (!status)
        qn_pack_feed_consume(bytes, size);
    return status;
}

static enum qn_status inflate(struct qn_ctx *ctx, struct feed *feed,
                              const struct qn_pack_entry *entry,
                              struct qn_pack_feed_sink *sink)
{
    enum qn_status status;
    int code = 0;

    status = qn_pack_feed_inflate(ctx, &feed->bytes, entry->size, sink, &code);
    if (status != QN_CORRUPT || code == 0)
        return status;
    if (code == QN_INFLATE_TRUNCATED)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                              "pack has bad object at offset %" PRIu64
                              ": inflate returned %d",
                              entry->offset, code);
}

static enum qn_status take_piece(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes piece)
{
    (void)ctx;
    qn_hash_update(data, piece.data, piece.size);
    return QN_OK;
}

static enum qn_status take_large(struct qn_ctx *ctx, struct feed *feed,
                                 const struct qn_pack_entry *entry,
                                 struct item *item)
{
    const struct qn_pack_indexer_options *options = feed->work->options;
    struct qn_pack_indexer_object object = {.entry = (uint32_t)feed->found,
                                            .type = QN_OBJECT_BLOB,
                                            .is_large = true,
                                            .size = entry->size};
    struct qn_hash hash;
    struct qn_pack_feed_sink sink = {.data = &hash};
    enum qn_status status;
    char header[32];
    int size;

    if (entry->type != QN_OBJECT_BLOB)
        return inflate(ctx, feed, entry, &sink);
    sink.take = take_piece;
    qn_hash_init(&hash, options->algorithm);
    size = snprintf(header, sizeof(header), "blob %" PRIu64, entry->size);
    qn_hash_update(&hash, header, (size_t)size + 1);
    status = inflate(ctx, feed, entry, &sink);
    if (!status)
        status = qn_hash_final(ctx, &hash, &item->id);
    if (status)
        return status;
    item->is_done = true;
    object.id = item->id;
    return options->object ? options->object(ctx, options->data, &object)
                           : QN_OK;
}

static enum qn_status take_content(struct qn_ctx *ctx, struct feed *feed,
                                   const struct qn_pack_entry *entry,
                                   struct slot *slot, struct item *item)
{
    struct qn_pack_feed_sink sink = {0};
    enum qn_status status;

    status =
        qn_pack_indexer_node_new(ctx, &feed->pool, entry->size, &item->node);
    if (status)
        return status;
    sink.out = qn_pack_indexer_node_data(item->node);
    status = inflate(ctx, feed, entry, &sink);
    if (!item->is_delta)
        item->node->type = (enum qn_object_type)entry->type;
    slot->size += item->node->size;
    return status;
}

static enum qn_status take_entry(struct qn_ctx *ctx, struct feed *feed,
                                 struct slot *slot)
{
    struct qn_pack_indexer_work *work = feed->work;
    struct item *item = &slot->items[slot->count];
    size_t at = feed->found, before = qn_pack_feed_bytes(&feed->bytes).size;
    struct qn_pack_entry entry = {.offset = feed->bytes.offset};
    enum qn_status status;

    memset(item, 0, sizeof(*item));
    qn_pack_feed_sum(&feed->bytes);
    feed->bytes.crc = 0;
    status = read_front(ctx, feed, &entry);
    if (!status) {
        qn_pack_indexer_fill(work, at, &entry);
        item->offset = entry.offset;
        item->type = (uint8_t)entry.type;
        item->is_delta = qn_pack_entry_is_delta(&entry);
        item->base = work->entries[at].base;
        slot->count++;
        status = entry.size > LARGE
                     ? take_large(ctx, feed, &entry, item)
                     : take_content(ctx, feed, &entry, slot, item);
    }
    /* More objects were told than there are: the checksum is no entry. */
    if (status == QN_CORRUPT && before <= qn_id_size(feed->bytes.algorithm) &&
        feed->bytes.is_end)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (status)
        return status;
    qn_pack_feed_sum(&feed->bytes);
    work->out->table.crcs[at] = feed->bytes.crc;
    qn_progress_set(ctx, &work->progress, at + 1);
    feed->found++;
    feed->end = feed->bytes.offset;
    return QN_OK;
}

/* Where a pack stops short the entries before are whole. */
static enum qn_status salvage_entry(struct qn_ctx *ctx, struct feed *feed,
                                    struct slot *slot)
{
    const uint32_t count = slot->count;
    enum qn_status status = take_entry(ctx, feed, slot);

    if (!status || !feed->work->options->salvages ||
        (status != QN_CORRUPT && status != QN_INVALID && status != QN_TOO_BIG))
        return status;
    qn_ctx_clear(ctx);
    if (slot->count > count)
        qn_pack_indexer_node_release(&feed->pool, slot->items[count].node);
    slot->count = count;
    feed->is_cut = true;
    return QN_OK;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *data)
{
    struct feed *feed = shared;
    struct slot *slot = data;
    enum qn_status status;

    slot->first = (uint32_t)feed->found;
    slot->count = 0;
    slot->size = 0;
    qn_pack_indexer_later_lock(feed->later);
    status = qn_pack_indexer_reserve(ctx, feed->work, feed->found + SLOT_COUNT);
    qn_pack_indexer_later_unlock(feed->later);
    while (!status && feed->found < feed->expected && !feed->is_cut &&
           slot->count < SLOT_COUNT && slot->size < SLOT_SIZE)
        status = salvage_entry(ctx, feed, slot);
    if (!status && slot->count > 0)
        atomic_fetch_add_explicit(&feed->produced, 1, memory_order_relaxed);
    return status ? status : slot->count > 0 ? QN_OK : QN_END;
}

static void put_id(void *data, uint32_t entry, const struct qn_id *id)
{
    struct slot *slot = data;
    struct item *item = &slot->items[entry - slot->first];

    item->id = *id;
    item->is_done = true;
}

/* Hand a content to be hashed, and to those that build on it. */
static enum qn_status add_content(struct qn_ctx *ctx, struct feed *feed,
                                  struct state *state, struct slot *slot,
                                  uint32_t i)
{
    struct item *item = &slot->items[i];
    struct qn_pack_indexer_node *node = item->node;

    item->node = NULL;
    item->type = (uint8_t)node->type;
    qn_pack_indexer_kept_put(feed->kept, &state->pool, slot->first + i, node);
    qn_pack_indexer_batch_add(&state->batch, slot->first + i, item->is_delta,
                              node);
    return qn_pack_indexer_batch_is_full(&state->batch)
               ? qn_pack_indexer_batch_hash(ctx, &state->batch, put_id, slot)
               : QN_OK;
}

static enum qn_status resolve(struct qn_ctx *ctx, struct feed *feed,
                              struct state *state, struct slot *slot,
                              uint32_t i)
{
    struct item *item = &slot->items[i];
    struct qn_pack_indexer_node *base, *node = NULL;
    enum qn_status status;

    base = qn_pack_indexer_kept_get(feed->kept, item->base);
    if (!base)
        return QN_OK;
    status =
        qn_pack_indexer_apply(ctx, &state->pool, item->offset, base,
                              qn_pack_indexer_node_bytes(item->node), &node);
    qn_pack_indexer_node_release(&state->pool, base);
    if (status)
        return status;
    qn_pack_indexer_node_release(&state->pool, item->node);
    item->node = node;
    return add_content(ctx, feed, state, slot, i);
}

/* What could not be made now waits; and while no slot does, some of it is made.
 */
static enum qn_status go_on(struct qn_ctx *ctx, struct feed *feed,
                            struct state *state, const struct slot *slot)
{
    enum qn_status status = QN_OK;
    bool did = true;
    uint32_t i;

    qn_pack_indexer_later_lock(feed->later);
    for (i = 0; i < slot->count; i++)
        if (slot->items[i].node && slot->items[i].base != QN_PACK_INDEXER_NONE)
            qn_pack_indexer_later_add(ctx, feed->later, slot->first + i);
    qn_pack_indexer_later_unlock(feed->later);
    while (!status && did &&
           atomic_load_explicit(&feed->produced, memory_order_relaxed) ==
               atomic_load_explicit(&feed->taken, memory_order_relaxed))
        status =
            qn_pack_indexer_later_run(ctx, feed->later, &state->later, &did);
    return status;
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *own,
                              void *data)
{
    struct feed *feed = shared;
    struct state *state = own;
    struct slot *slot = data;
    enum qn_status status = QN_OK;
    uint32_t i;
    int round;

    atomic_fetch_add_explicit(&feed->taken, 1, memory_order_relaxed);
    /* The second round finds bases of slots that are made at the same time. */
    for (round = 0; round < 2 && !status; round++) {
        for (i = 0; i < slot->count && !status; i++) {
            struct item *item = &slot->items[i];

            if (!item->node)
                continue;
            if (!item->is_delta)
                status = add_content(ctx, feed, state, slot, i);
            else if (item->base != QN_PACK_INDEXER_NONE)
                status = resolve(ctx, feed, state, slot, i);
        }
    }
    if (!status)
        status = qn_pack_indexer_batch_hash(ctx, &state->batch, put_id, slot);
    if (status) /* what is left in it is of this slot */
        qn_pack_indexer_batch_clear(&state->batch);
    return status ? status : go_on(ctx, feed, state, slot);
}

static void drop_items(struct feed *feed, struct slot *slot)
{
    uint32_t i;

    for (i = 0; i < slot->count; i++) {
        qn_pack_indexer_node_release(&feed->pool, slot->items[i].node);
        slot->items[i].node = NULL;
    }
}

static enum qn_status settle(struct qn_ctx *ctx, void *shared, void *data)
{
    struct feed *feed = shared;
    struct qn_pack_indexer *out = feed->work->out;
    size_t id_size = qn_id_size(out->table.algorithm);
    struct slot *slot = data;
    uint32_t i;

    qn_pack_indexer_later_lock(feed->later);
    for (i = 0; i < slot->count; i++) {
        const struct item *item = &slot->items[i];
        size_t entry = slot->first + i;

        if (!item->is_done)
            continue;
        memcpy(out->table.rows + entry * id_size, item->id.bytes, id_size);
        out->types[entry] = item->type;
        qn_pack_indexer_later_settle(ctx, feed->later, (uint32_t)entry);
    }
    qn_pack_indexer_later_unlock(feed->later);
    drop_items(feed, slot);
    return QN_OK;
}

static enum qn_status init_state(struct qn_ctx *ctx, void *shared, void *own)
{
    struct state *state = own;

    state->pool.work = ((struct feed *)shared)->work;
    state->later.pool = &state->pool;
    state->is_ready = true;
    return qn_pack_indexer_batch_init(ctx, &state->batch, &state->pool);
}

static void dispose_state(void *shared, void *own)
{
    struct state *state = own;

    (void)shared;
    if (!state->is_ready)
        return;
    qn_pack_indexer_later_tools_dispose(&state->later);
    qn_pack_indexer_batch_dispose(&state->batch);
    qn_pack_indexer_pool_dispose(&state->pool);
}

static void dispose_slot(void *shared, void *data)
{
    drop_items(shared, data);
}

static enum qn_status begin(struct qn_ctx *ctx, struct feed *feed)
{
    enum qn_status status;
    uint32_t count = 0;

    status = qn_pack_feed_begin(ctx, &feed->bytes);
    if (!status)
        status = qn_pack_indexer_kept_new(ctx, feed->work, &feed->kept);
    if (!status)
        status = qn_pack_indexer_later_new(ctx, feed->work, feed->kept,
                                           &feed->later);
    if (!status)
        status = qn_pack_feed_need(ctx, &feed->bytes, 12);
    if (!status)
        status = qn_pack_indexer_check_header(
            ctx, qn_pack_feed_bytes(&feed->bytes).data, &count);
    if (!status)
        qn_pack_feed_consume(&feed->bytes, 12);
    feed->expected = count;
    return status;
}

/* Behind the last entry is the checksum of all before it. */
static enum qn_status check_end(struct qn_ctx *ctx, struct feed *feed)
{
    enum qn_status status;
    bool is_right = false;

    if (feed->work->options->salvages) {
        feed->work->out->end = feed->end;
        return qn_file_cut(ctx, feed->bytes.fd, feed->end);
    }
    feed->work->out->end = feed->bytes.offset;
    status = qn_pack_feed_finish(ctx, &feed->bytes,
                                 &feed->work->out->table.checksum, &is_right);
    if (status)
        return status;
    if (!is_right)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "pack is corrupted (SHA1 mismatch)");
    if (feed->work->options->rest) {
        if (qn_pack_feed_bytes(&feed->bytes).size > 0)
            status = qn_file_cut(ctx, feed->bytes.fd, feed->bytes.offset);
        if (status)
            return status;
        status = qn_buf_append_bytes(ctx, feed->work->options->rest,
                                     qn_pack_feed_bytes(&feed->bytes));
        return status ? status
                      : qn_buf_append_bytes(ctx, feed->work->options->rest,
                                            feed->bytes.front);
    }
    if (qn_pack_feed_bytes(&feed->bytes).size > 0 || feed->bytes.front.size > 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack has junk at the end");
    return QN_OK;
}

static enum qn_status take_all(struct qn_ctx *ctx, struct feed *feed)
{
    struct qn_parallel_options options = {
        .thread_count = feed->work->options->thread_count,
        .shared = feed,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
    };
    const struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct slot),
        .slot_dispose = dispose_slot,
        .produce = produce,
        .compute = compute,
        .consume = settle,
    };
    struct qn_pack_indexer_work *work = feed->work;
    enum qn_status status;

    qn_progress_begin(ctx, &work->progress, QN_PROGRESS_BEGIN,
                      work->options->title, feed->expected);
    status = qn_parallel_pipeline_run(ctx, &options, &pipeline);
    if (!status)
        status = check_end(ctx, feed);
    qn_progress_end(ctx, &work->progress);
    return status;
}

enum qn_status qn_pack_indexer_receive(
    struct qn_ctx *ctx, int in, struct qn_bytes front, int fd, const char *path,
    const struct qn_pack_indexer_options *options, struct qn_pack_indexer *out)
{
    struct qn_pack_indexer_work work;
    struct qn_pack_indexer result;
    struct feed feed = {.work = &work,
                        .end = 12,
                        .bytes = {.in = in,
                                  .progress = &work.progress,
                                  .source = options->source,
                                  .fd = fd,
                                  .front = front,
                                  .limit = options->max_input_size,
                                  .algorithm = options->algorithm}};
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "pack.receive", path);
    feed.pool.work = &work;
    status = qn_pack_indexer_begin(ctx, &work, options, path, &result);
    if (!status)
        status = begin(ctx, &feed);
    if (!status)
        status = take_all(ctx, &feed);
    qn_pack_indexer_later_free(feed.later, feed.found);
    qn_pack_indexer_kept_free(feed.kept, &feed.pool);
    qn_pack_indexer_pool_dispose(&feed.pool);
    qn_pack_feed_dispose(&feed.bytes);
    work.count = feed.found;
    work.end = result.end;
    work.has_crcs = true;
    if (!status && options->salvages)
        status = qn_pack_indexer_close(ctx, &work, fd, result.end, feed.found);
    if (!status)
        status = qn_file_map(ctx, path, &work.map);
    if (!status && work.map.size < work.end)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (!status)
        status = qn_pack_indexer_reserve(ctx, &work, work.count + 1);
    if (!status)
        status = qn_pack_indexer_finish(ctx, &work);
    status = qn_pack_indexer_end(ctx, &work, status, out);
    qn_span_end(ctx, &span);
    return status;
}
