/* SPDX-License-Identifier: MIT */
/* Contents in pieces: from a buffer, or inflated as they are asked for. */
#include "odb/odb_private.h"

#include "base/memory.h"
#include "codec/inflate.h"

struct buf_stream {
    struct qn_odb_stream stream;
    struct qn_buf data;
    size_t at;
};

static enum qn_status read_buf(struct qn_ctx *ctx, struct qn_odb_stream *stream,
                               void *data, size_t size, size_t *out_size)
{
    struct buf_stream *buf = (struct buf_stream *)stream;
    size_t left = buf->data.size - buf->at;

    (void)ctx;
    if (size > left)
        size = left;
    if (size > 0)
        memcpy(data, buf->data.data + buf->at, size);
    buf->at += size;
    *out_size = size;
    return QN_OK;
}

static void close_buf(struct qn_odb_stream *stream)
{
    struct buf_stream *buf = (struct buf_stream *)stream;

    qn_buf_dispose(&buf->data);
    qn_memory_free(buf);
}

static const struct qn_odb_stream_table buf_table = {read_buf, close_buf};

enum qn_status qn_odb_stream_from_buf(struct qn_ctx *ctx, struct qn_buf *buf,
                                      struct qn_odb_stream **out)
{
    struct buf_stream *stream = qn_memory_calloc(ctx, 1, sizeof(*stream));

    if (!stream)
        return QN_NO_MEMORY;
    stream->stream.table = &buf_table;
    qn_buf_swap(&stream->data, buf);
    *out = &stream->stream;
    return QN_OK;
}

struct inflate_stream {
    struct qn_odb_stream stream;
    struct qn_odb_stream_input input;
    struct qn_file_map map;
    struct qn_inflate_stream *inflate;
    uint64_t left; /* bytes that are still to be given */
    bool is_end;
};

static enum qn_status inflate_some(struct qn_ctx *ctx,
                                   struct inflate_stream *stream, void *data,
                                   size_t size, size_t *used)
{
    enum qn_status status;

    *used = 0;
    if (stream->is_end)
        return QN_OK;
    status = qn_inflate_stream_next(ctx, stream->inflate, &stream->input.in,
                                    data, size, used, &stream->is_end);
    if (!status && *used == 0 && !stream->is_end && size > 0 &&
        stream->input.in.size == 0)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "object ends early");
    return status;
}

static enum qn_status read_inflate(struct qn_ctx *ctx,
                                   struct qn_odb_stream *base, void *data,
                                   size_t size, size_t *out_size)
{
    struct inflate_stream *stream = (struct inflate_stream *)base;
    enum qn_status status = QN_OK;
    uint8_t dropped[QN_ID_MAX_HEX_SIZE];
    size_t filled = 0, used;

    while (!status && stream->input.skip > 0) {
        size_t wanted = stream->input.skip < sizeof(dropped)
                            ? (size_t)stream->input.skip
                            : sizeof(dropped);

        status = inflate_some(ctx, stream, dropped, wanted, &used);
        if (!status && used == 0 && stream->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "object ends early");
        stream->input.skip -= used;
    }
    if (size > stream->left)
        size = (size_t)stream->left;
    while (!status && filled < size) {
        status = inflate_some(ctx, stream, (uint8_t *)data + filled,
                              size - filled, &used);
        filled += used;
        if (!status && used == 0 && stream->is_end)
            return qn_ctx_fail(ctx, QN_CORRUPT, "object ends early");
    }
    if (status)
        return status;
    stream->left -= filled;
    /* The checksum is behind the last byte. */
    while (stream->left == 0 && !stream->is_end) {
        status = inflate_some(ctx, stream, dropped, 1, &used);
        if (status)
            return status;
        if (used > 0)
            return qn_ctx_fail(ctx, QN_CORRUPT, "garbage behind an object");
    }
    *out_size = filled;
    return QN_OK;
}

static void close_inflate(struct qn_odb_stream *base)
{
    struct inflate_stream *stream = (struct inflate_stream *)base;

    qn_inflate_stream_free(stream->inflate);
    if (stream->map.data)
        qn_file_unmap(&stream->map);
    qn_pack_file_release(stream->input.pack);
    qn_memory_free(stream);
}

static const struct qn_odb_stream_table inflate_table = {read_inflate,
                                                         close_inflate};

enum qn_status qn_odb_stream_inflate(struct qn_ctx *ctx,
                                     const struct qn_odb_stream_input *input,
                                     struct qn_odb_stream **out)
{
    struct inflate_stream *stream = qn_memory_calloc(ctx, 1, sizeof(*stream));
    enum qn_status status;

    if (!stream)
        return QN_NO_MEMORY;
    status = qn_inflate_stream_new(ctx, &stream->inflate);
    if (status) {
        qn_memory_free(stream);
        return status;
    }
    stream->stream.table = &inflate_table;
    stream->input = *input;
    stream->left = input->size;
    if (input->map) {
        stream->map = *input->map;
        memset(input->map, 0, sizeof(*input->map));
    }
    if (input->pack)
        qn_pack_file_retain(input->pack);
    *out = &stream->stream;
    return QN_OK;
}

enum qn_status qn_odb_stream_read(struct qn_ctx *ctx,
                                  struct qn_odb_stream *stream, void *data,
                                  size_t size, size_t *out_size)
{
    return stream->table->read(ctx, stream, data, size, out_size);
}

void qn_odb_stream_close(struct qn_odb_stream *stream)
{
    if (stream)
        stream->table->close(stream);
}
