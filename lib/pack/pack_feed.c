/* SPDX-License-Identifier: MIT */
#include "pack/pack_feed.h"

#include "base/memory.h"
#include "hash/crc32.h"
#include "os/file.h"
#include "pack/pack_entry.h"

#include <inttypes.h>

#define BUFFER_SIZE (1u << 20)
#define PIECE       (64u << 10)

enum qn_status qn_pack_feed_begin(struct qn_ctx *ctx, struct qn_pack_feed *feed)
{
    qn_hash_init_unchecked(&feed->hash, feed->algorithm);
    feed->buffer = qn_memory_array(ctx, BUFFER_SIZE, 1);
    feed->piece = qn_memory_array(ctx, PIECE, 1);
    return feed->buffer && feed->piece
               ? qn_inflate_stream_new(ctx, &feed->stream)
               : QN_NO_MEMORY;
}

void qn_pack_feed_dispose(struct qn_pack_feed *feed)
{
    qn_inflate_stream_free(feed->stream);
    qn_memory_free(feed->buffer);
    qn_memory_free(feed->piece);
    feed->stream = NULL;
    feed->buffer = feed->piece = NULL;
}

void qn_pack_feed_sum(struct qn_pack_feed *feed)
{
    const uint8_t *from = feed->buffer + feed->summed;
    size_t size = feed->begin - feed->summed;

    qn_hash_update(&feed->hash, from, size);
    feed->crc = qn_crc32(feed->crc, from, size);
    feed->summed = feed->begin;
}

/* As Git writes amounts: two digits behind the point, of the largest unit. */
enum qn_status qn_pack_feed_fail_size(struct qn_ctx *ctx, uint64_t limit)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    unsigned i = limit > 1u << 30   ? 3
                 : limit > 1u << 20 ? 2
                 : limit > 1u << 10 ? 1
                                    : 0;
    uint64_t unit = (uint64_t)1 << (10 * i);
    uint64_t hundredths = limit / unit * 100 +
                          (((limit & (unit - 1)) * 100 + unit / 2) >> (10 * i));

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

enum qn_status qn_pack_feed_more(struct qn_ctx *ctx, struct qn_pack_feed *feed)
{
    enum qn_status status = qn_ctx_check(ctx);
    size_t got = 0;

    if (status || feed->is_end)
        return status;
    qn_pack_feed_sum(feed);
    if (feed->begin > 0) {
        memmove(feed->buffer, feed->buffer + feed->begin,
                feed->end - feed->begin);
        feed->end -= feed->begin;
        feed->begin = feed->summed = 0;
    }
    if (feed->front.size > 0) {
        got = BUFFER_SIZE - feed->end;
        got = got < feed->front.size ? got : feed->front.size;
        memcpy(feed->buffer + feed->end, feed->front.data, got);
        feed->front = qn_bytes_from(feed->front, got);
    } else if (feed->source) {
        status = feed->source->read(ctx, feed->source->data,
                                    feed->buffer + feed->end,
                                    BUFFER_SIZE - feed->end, &got);
    } else if (feed->in >= 0) {
        status = qn_file_read_some(ctx, feed->in, feed->buffer + feed->end,
                                   BUFFER_SIZE - feed->end, &got);
    }
    if (!status && got > 0 && feed->fd >= 0)
        status = qn_file_write(ctx, feed->fd, feed->buffer + feed->end, got);
    if (status)
        return status;
    feed->end += got;
    feed->received += got;
    if (feed->progress)
        qn_progress_bytes(ctx, feed->progress,
                          feed->offset + (feed->end - feed->begin));
    feed->is_end = got == 0;
    return feed->limit && feed->received > feed->limit
               ? qn_pack_feed_fail_size(ctx, feed->limit)
               : QN_OK;
}

enum qn_status qn_pack_feed_need(struct qn_ctx *ctx, struct qn_pack_feed *feed,
                                 size_t size)
{
    enum qn_status status = QN_OK;

    while (!status && feed->end - feed->begin < size) {
        if (feed->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
        status = qn_pack_feed_more(ctx, feed);
    }
    return status;
}

/* How many bytes the front at hand takes; 0: more are needed to tell. */
static size_t front_size(struct qn_bytes in, size_t id_size)
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

enum qn_status qn_pack_feed_front(struct qn_ctx *ctx, struct qn_pack_feed *feed,
                                  size_t *size)
{
    size_t id_size = qn_id_size(feed->algorithm);
    enum qn_status status = QN_OK;

    while (!status &&
           (*size = front_size(qn_pack_feed_bytes(feed), id_size)) == 0) {
        if (feed->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
        status = qn_pack_feed_more(ctx, feed);
    }
    return status;
}

/* All at once, if all is likely to be there already. */
static bool inflate_whole(struct qn_ctx *ctx, struct qn_pack_feed *feed,
                          uint64_t size, uint8_t *out)
{
    struct qn_bytes in = qn_pack_feed_bytes(feed);
    size_t used = 0;

    if (in.size < size / 2 + 16)
        return false;
    if (qn_inflate_exact(ctx, in, out, (size_t)size, &used)) {
        qn_ctx_clear(ctx);
        return false;
    }
    qn_pack_feed_consume(feed, used);
    return true;
}

static enum qn_status fail_inflate(struct qn_ctx *ctx, int *code, int number)
{
    *code = number;
    return qn_ctx_fail(ctx, QN_CORRUPT, "inflate returned %d", number);
}

/* One step; `*made` bytes more. */
static enum qn_status inflate_some(struct qn_ctx *ctx,
                                   struct qn_pack_feed *feed, uint8_t *out,
                                   size_t room, size_t *made, bool *is_end,
                                   int *code)
{
    struct qn_bytes in = qn_pack_feed_bytes(feed), rest = in;
    enum qn_status status;

    status = qn_inflate_stream_next(ctx, feed->stream, &rest, out, room, made,
                                    is_end);
    qn_pack_feed_consume(feed, in.size - rest.size);
    if (status == QN_CORRUPT) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "inflate: data stream error (%s)",
                      qn_inflate_stream_fault(feed->stream));
        return fail_inflate(ctx, code, -3);
    }
    if (status || *is_end || *made > 0 || in.size > rest.size)
        return status;
    if (room == 0 && in.size > 0)
        return fail_inflate(ctx, code, -5);
    if (feed->is_end)
        return fail_inflate(ctx, code, QN_INFLATE_TRUNCATED);
    return qn_pack_feed_more(ctx, feed);
}

enum qn_status qn_pack_feed_inflate(struct qn_ctx *ctx,
                                    struct qn_pack_feed *feed, uint64_t size,
                                    struct qn_pack_feed_sink *sink, int *code)
{
    uint8_t *out = sink->out;
    enum qn_status status = QN_OK;
    bool is_end = false;

    *code = 0;
    sink->made = 0;
    if (out && inflate_whole(ctx, feed, size, out)) {
        sink->made = size;
        return QN_OK;
    }
    qn_inflate_stream_reset(feed->stream);
    while (!status && !is_end) {
        uint64_t left = size - sink->made;
        size_t room = out ? (size_t)left : left < PIECE ? (size_t)left : PIECE;
        size_t made = 0;

        status = inflate_some(ctx, feed, out ? out : feed->piece, room, &made,
                              &is_end, code);
        if (!status && made > 0 && !out && sink->take)
            status =
                sink->take(ctx, sink->data, qn_bytes_make(feed->piece, made));
        sink->made += made;
        out = out ? out + made : NULL;
    }
    if (!status && sink->made < size)
        return fail_inflate(ctx, code, 1);
    return status;
}

enum qn_status qn_pack_feed_finish(struct qn_ctx *ctx,
                                   struct qn_pack_feed *feed,
                                   struct qn_id *checksum, bool *is_right)
{
    size_t size = qn_id_size(feed->algorithm);
    enum qn_status status;

    qn_pack_feed_sum(feed);
    status = qn_hash_final(ctx, &feed->hash, checksum);
    if (!status)
        status = qn_pack_feed_need(ctx, feed, size);
    if (status)
        return status;
    *is_right =
        memcmp(qn_pack_feed_bytes(feed).data, checksum->bytes, size) == 0;
    qn_pack_feed_consume(feed, size);
    feed->summed = feed->begin;
    return QN_OK;
}
