/* SPDX-License-Identifier: MIT */
/* A pack as it comes: read, written, inflated, hashed and resolved at once.
 *
 * The caller's thread reads, writes the file, sums it up and inflates entry
 * after entry; slots of entries go to the workers (os/parallel.h: pipeline),
 * who make objects of deltas whose bases were made lately, and hash them in
 * lanes.  What has no base there by then is left for the end, when the whole
 * is indexed as a file is (pack_indexer_resolve.c).
 */
#include "pack/pack_indexer_private.h"

#include "base/checked.h"
#include "base/memory.h"
#include "codec/inflate.h"
#include "hash/crc32.h"
#include "os/parallel.h"
#include "pack/pack_indexer_kept.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>

#define BUFFER_SIZE (1u << 20)
#define SLOT_COUNT  256
#define SLOT_SIZE   (2u << 20)
/* Beyond, nothing is held: blobs are hashed as they come, the rest is made at
 * the end. */
#define LARGE (8u << 20)
#define PIECE (64u << 10)

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
    bool is_ready;
};

struct feed {
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_kept *kept;
    struct qn_pack_indexer_pool pool; /* of the caller's thread */
    struct qn_inflate_stream *stream;
    struct qn_hash hash;
    struct qn_bytes front; /* what was read before, and not yet taken */
    int in;
    int fd;
    bool is_end; /* nothing more comes */
    uint8_t *buffer;
    uint8_t *piece;
    size_t begin; /* of what is not consumed */
    size_t end;
    size_t summed; /* what is hashed, in the buffer */
    size_t crc_at; /* likewise of the entry */
    uint32_t crc;
    uint64_t offset; /* in the pack, of `begin` */
    uint64_t received;
    size_t expected;
    size_t found; /* entries */
};

static struct qn_bytes at_hand(const struct feed *feed)
{
    return qn_bytes_make(feed->buffer + feed->begin, feed->end - feed->begin);
}

static void consume(struct feed *feed, size_t size)
{
    feed->begin += size;
    feed->offset += size;
}

/* Sum up what was consumed. */
static void sum_up(struct feed *feed)
{
    qn_hash_update(&feed->hash, feed->buffer + feed->summed,
                   feed->begin - feed->summed);
    feed->crc = qn_crc32(feed->crc, feed->buffer + feed->crc_at,
                         feed->begin - feed->crc_at);
    feed->summed = feed->crc_at = feed->begin;
}

/* As Git writes amounts: two digits behind the point, of the largest unit. */
static enum qn_status fail_size(struct qn_ctx *ctx, uint64_t limit)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    unsigned i = limit > 1u << 30 ? 3 : limit > 1u << 20 ? 2 : limit > 1u << 10;
    uint64_t hundredths = ((limit >> (10 * i)) * 100) +
                          (((limit & (((uint64_t)1 << (10 * i)) - 1)) * 100 +
                            ((uint64_t)1 << (10 * i)) / 2) >>
                           (10 * i));

    if (i == 0)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "pack.exceeds-limit", NULL,
                                  "pack exceeds maximum allowed size (%" PRIu64
                                  " byte%s)",
                                  limit, limit == 1 ? "" : "s");
    return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "pack.exceeds-limit", NULL,
                              "pack exceeds maximum allowed size (%" PRIu64
                              ".%02" PRIu64 " %s)",
                              hundredths / 100, hundredths % 100, units[i - 1]);
}

static enum qn_status check_size(struct qn_ctx *ctx, const struct feed *feed)
{
    uint64_t limit = feed->work->options->max_input_size;

    return limit == 0 || feed->received <= limit ? QN_OK
                                                 : fail_size(ctx, limit);
}

/* Read more behind what is at hand, at least a byte unless it is the end. */
static enum qn_status read_more(struct qn_ctx *ctx, struct feed *feed)
{
    enum qn_status status = qn_ctx_check(ctx);
    size_t got = 0;

    if (status || feed->is_end)
        return status;
    sum_up(feed);
    if (feed->begin > 0) {
        memmove(feed->buffer, feed->buffer + feed->begin,
                feed->end - feed->begin);
        feed->end -= feed->begin;
        feed->begin = feed->summed = feed->crc_at = 0;
    }
    if (feed->front.size > 0) {
        got = BUFFER_SIZE - feed->end;
        got = got < feed->front.size ? got : feed->front.size;
        memcpy(feed->buffer + feed->end, feed->front.data, got);
        feed->front = qn_bytes_from(feed->front, got);
    } else if (feed->in >= 0) {
        status = qn_file_read_some(ctx, feed->in, feed->buffer + feed->end,
                                   BUFFER_SIZE - feed->end, &got);
    }
    if (!status && got > 0)
        status = qn_file_write(ctx, feed->fd, feed->buffer + feed->end, got);
    if (status)
        return status;
    feed->end += got;
    feed->received += got;
    feed->is_end = got == 0;
    return check_size(ctx, feed);
}

/* Wait for `size` bytes; "early EOF" when they do not come. */
static enum qn_status need(struct qn_ctx *ctx, struct feed *feed, size_t size)
{
    enum qn_status status = QN_OK;

    while (!status && feed->end - feed->begin < size) {
        if (feed->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
        status = read_more(ctx, feed);
    }
    return status;
}

/* How many bytes the header at hand takes; 0: more are needed to tell. */
static size_t header_size(struct qn_bytes in, size_t id_size)
{
    unsigned type;
    size_t i = 0;

    if (in.size == 0)
        return 0;
    type = in.data[0] >> 4 & 7;
    while (i < in.size && in.data[i] & 0x80 && i < 12)
        i++;
    i++;
    if (type == QN_PACK_ENTRY_REF_DELTA) {
        i += id_size;
    } else if (type == QN_PACK_ENTRY_OFFSET_DELTA) {
        size_t longest = i + 12;

        while (i < in.size && in.data[i] & 0x80 && i < longest)
            i++;
        i++;
    }
    return i <= in.size ? i : 0;
}

static enum qn_status read_header(struct qn_ctx *ctx, struct feed *feed,
                                  struct qn_pack_entry *entry)
{
    const uint32_t algorithm = feed->work->options->algorithm;
    enum qn_status status = QN_OK;
    size_t size;

    while ((size = header_size(at_hand(feed), qn_id_size(algorithm))) == 0) {
        if (feed->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
        status = read_more(ctx, feed);
        if (status)
            return status;
    }
    status = qn_pack_indexer_parse_at(ctx, at_hand(feed), algorithm,
                                      feed->offset, entry);
    if (!status)
        consume(feed, size);
    return status;
}

static enum qn_status fail_inflate(struct qn_ctx *ctx, uint64_t offset,
                                   int code)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                              "pack has bad object at offset %" PRIu64
                              ": inflate returned %d",
                              offset, code);
}

/* Inflate in pieces: to `out`, or (NULL) past `hash`, or nowhere. */
static enum qn_status inflate_stream(struct qn_ctx *ctx, struct feed *feed,
                                     const struct qn_pack_entry *entry,
                                     uint8_t *out, struct qn_hash *hash)
{
    uint64_t left = entry->size;
    enum qn_status status = QN_OK;
    bool is_end = false;

    qn_inflate_stream_reset(feed->stream);
    while (!status && !is_end) {
        struct qn_bytes in = at_hand(feed), rest = in;
        size_t room = out ? (size_t)left : left < PIECE ? (size_t)left : PIECE;
        size_t made = 0;

        status = qn_inflate_stream_next(ctx, feed->stream, &rest,
                                        out ? out : feed->piece, room, &made,
                                        &is_end);
        if (status == QN_CORRUPT) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                          "inflate: data stream error (%s)",
                          qn_inflate_stream_fault(feed->stream));
            return fail_inflate(ctx, entry->offset, -3);
        }
        if (status)
            return status;
        if (hash)
            qn_hash_update(hash, feed->piece, made);
        consume(feed, in.size - rest.size);
        left -= made;
        out = out ? out + made : NULL;
        if (is_end || made > 0 || in.size > rest.size)
            continue;
        if (left == 0 && in.size > 0)
            return fail_inflate(ctx, entry->offset, -5);
        if (feed->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
        status = read_more(ctx, feed);
    }
    if (!status && left > 0)
        return fail_inflate(ctx, entry->offset, 1);
    return status;
}

/* All at once, if all is likely to be there already. */
static bool inflate_whole(struct qn_ctx *ctx, struct feed *feed,
                          const struct qn_pack_entry *entry, uint8_t *out)
{
    struct qn_bytes in = at_hand(feed);
    size_t used = 0;

    if (in.size < entry->size / 2 + 16)
        return false;
    if (qn_inflate_exact(ctx, in, out, (size_t)entry->size, &used)) {
        qn_ctx_clear(ctx);
        return false;
    }
    consume(feed, used);
    return true;
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
    enum qn_status status;
    struct qn_hash hash;
    char header[32];
    int size;

    if (entry->type != QN_OBJECT_BLOB)
        return inflate_stream(ctx, feed, entry, NULL, NULL);
    qn_hash_init(&hash, options->algorithm);
    size = snprintf(header, sizeof(header), "blob %" PRIu64, entry->size);
    qn_hash_update(&hash, header, (size_t)size + 1);
    status = inflate_stream(ctx, feed, entry, NULL, &hash);
    if (!status)
        status = qn_hash_final(ctx, &hash, &item->id);
    if (status)
        return status;
    item->is_done = true;
    object.id = item->id;
    return options->object ? options->object(ctx, options->data, &object)
                           : QN_OK;
}

static enum qn_status take_entry(struct qn_ctx *ctx, struct feed *feed,
                                 struct slot *slot)
{
    struct qn_pack_indexer_work *work = feed->work;
    struct item *item = &slot->items[slot->count];
    size_t at = feed->found, before = feed->end - feed->begin;
    struct qn_pack_entry entry = {.offset = feed->offset};
    enum qn_status status;

    memset(item, 0, sizeof(*item));
    sum_up(feed);
    feed->crc = 0;
    status = read_header(ctx, feed, &entry);
    if (!status)
        status = qn_pack_indexer_reserve(ctx, work, at + 1);
    if (status)
        goto out;
    qn_pack_indexer_fill(work, at, &entry);
    item->offset = entry.offset;
    item->type = (uint8_t)entry.type;
    item->is_delta = qn_pack_entry_is_delta(&entry);
    item->base = work->entries[at].base;
    slot->count++;
    if (entry.size > LARGE) {
        status = take_large(ctx, feed, &entry, item);
    } else {
        uint8_t *data;

        status =
            qn_pack_indexer_node_new(ctx, &feed->pool, entry.size, &item->node);
        if (status)
            goto out;
        data = qn_pack_indexer_node_data(item->node);
        if (!inflate_whole(ctx, feed, &entry, data))
            status = inflate_stream(ctx, feed, &entry, data, NULL);
        if (!item->is_delta)
            item->node->type = (enum qn_object_type)entry.type;
        slot->size += item->node->size;
    }
out:
    /* More objects were told than there are: the checksum is no entry. */
    if (status == QN_CORRUPT &&
        before <= qn_id_size(work->options->algorithm) && feed->is_end)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (status)
        return status;
    sum_up(feed);
    work->out->table.crcs[at] = feed->crc;
    qn_progress_set(ctx, &work->progress, at + 1);
    feed->found++;
    return QN_OK;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *data)
{
    struct feed *feed = shared;
    struct slot *slot = data;
    enum qn_status status = QN_OK;

    slot->first = (uint32_t)feed->found;
    slot->count = 0;
    slot->size = 0;
    while (!status && feed->found < feed->expected &&
           slot->count < SLOT_COUNT && slot->size < SLOT_SIZE)
        status = take_entry(ctx, feed, slot);
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

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *own,
                              void *data)
{
    struct feed *feed = shared;
    struct state *state = own;
    struct slot *slot = data;
    enum qn_status status = QN_OK;
    uint32_t i;
    int round;

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
    return status;
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

    (void)ctx;
    for (i = 0; i < slot->count; i++) {
        const struct item *item = &slot->items[i];
        size_t entry = slot->first + i;

        if (!item->is_done)
            continue;
        memcpy(out->table.rows + entry * id_size, item->id.bytes, id_size);
        out->types[entry] = item->type;
    }
    drop_items(feed, slot);
    return QN_OK;
}

static enum qn_status init_state(struct qn_ctx *ctx, void *shared, void *own)
{
    struct state *state = own;

    state->pool.work = ((struct feed *)shared)->work;
    state->is_ready = true;
    return qn_pack_indexer_batch_init(ctx, &state->batch, &state->pool);
}

static void dispose_state(void *shared, void *own)
{
    struct state *state = own;

    (void)shared;
    if (!state->is_ready)
        return;
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

    qn_hash_init_unchecked(&feed->hash, feed->work->options->algorithm);
    feed->buffer = qn_memory_array(ctx, BUFFER_SIZE, 1);
    feed->piece = qn_memory_array(ctx, PIECE, 1);
    if (!feed->buffer || !feed->piece)
        return QN_NO_MEMORY;
    status = qn_pack_indexer_kept_new(ctx, feed->work, &feed->kept);
    if (!status)
        status = qn_inflate_stream_new(ctx, &feed->stream);
    if (!status)
        status = need(ctx, feed, 12);
    if (!status)
        status = qn_pack_indexer_check_header(ctx, feed->buffer, &count);
    if (!status)
        consume(feed, 12);
    feed->expected = count;
    return status;
}

/* Behind the last entry is the checksum of all before it. */
static enum qn_status check_end(struct qn_ctx *ctx, struct feed *feed)
{
    struct qn_pack_table *table = &feed->work->out->table;
    size_t id_size = qn_id_size(table->algorithm);
    enum qn_status status;

    sum_up(feed);
    feed->work->out->end = feed->offset;
    status = qn_hash_final(ctx, &feed->hash, &table->checksum);
    if (!status)
        status = need(ctx, feed, id_size);
    if (status)
        return status;
    if (memcmp(at_hand(feed).data, table->checksum.bytes, id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "pack is corrupted (SHA1 mismatch)");
    if (feed->end - feed->begin > id_size || feed->front.size > 0)
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
    struct feed feed = {.work = &work, .in = in, .fd = fd, .front = front};
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "pack.receive", path);
    feed.pool.work = &work;
    status = qn_pack_indexer_begin(ctx, &work, options, path, &result);
    if (!status)
        status = begin(ctx, &feed);
    if (!status)
        status = take_all(ctx, &feed);
    qn_pack_indexer_kept_free(feed.kept, &feed.pool);
    qn_pack_indexer_pool_dispose(&feed.pool);
    qn_inflate_stream_free(feed.stream);
    qn_memory_free(feed.buffer);
    qn_memory_free(feed.piece);
    work.count = feed.found;
    work.end = result.end;
    work.has_crcs = true;
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
