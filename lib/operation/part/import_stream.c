/* SPDX-License-Identifier: MIT */
#include "operation/part/import_stream.h"

#include "base/memory.h"
#include "os/file.h"

#include <inttypes.h>
#include <stdlib.h>

#define PIECE_SIZE ((size_t)256 << 10)

void qn_import_stream_init(struct qn_import_stream *stream, int fd)
{
    memset(stream, 0, sizeof(*stream));
    stream->fd = fd;
}

void qn_import_stream_dispose(struct qn_import_stream *stream)
{
    size_t i;

    for (i = 0; i < QN_IMPORT_STREAM_RECENT; i++)
        qn_memory_free(stream->recent[i]);
    qn_buf_dispose(&stream->buf);
    qn_buf_dispose(&stream->line);
}

/* More behind what is there; `is_eof` when there was none.  Short reads are
 * taken as they come: who writes may wait for an answer. */
static enum qn_status fill(struct qn_ctx *ctx, struct qn_import_stream *stream)
{
    struct qn_buf *buf = &stream->buf;
    size_t used = 0;
    enum qn_status status;

    if (stream->at == buf->size) {
        qn_buf_clear(buf);
        stream->at = 0;
    } else if (stream->at >= PIECE_SIZE) {
        memmove(buf->data, buf->data + stream->at, buf->size - stream->at);
        buf->size -= stream->at;
        stream->at = 0;
    }
    status = qn_ctx_check(ctx);
    if (!status)
        status = qn_buf_reserve(ctx, buf, PIECE_SIZE);
    if (!status)
        status = qn_file_read_some(ctx, stream->fd, buf->data + buf->size,
                                   PIECE_SIZE, &used);
    if (status)
        return status;
    buf->size += used;
    stream->is_eof = used == 0;
    return QN_OK;
}

static struct qn_bytes rest_of(const struct qn_import_stream *stream)
{
    return qn_bytes_from(qn_buf_bytes(&stream->buf), stream->at);
}

static enum qn_status remember(struct qn_ctx *ctx,
                               struct qn_import_stream *stream)
{
    char **slot =
        &stream->recent[stream->line_count++ % QN_IMPORT_STREAM_RECENT];

    qn_memory_free(*slot);
    *slot = qn_memory_string(ctx, qn_buf_bytes(&stream->line));
    return *slot ? QN_OK : QN_NO_MEMORY;
}

/* One line; at the end of the input the old one stays unless it had been
 * ended. */
static enum qn_status read_line(struct qn_ctx *ctx,
                                struct qn_import_stream *stream)
{
    size_t scanned = 0;
    enum qn_status status = QN_OK;

    if (stream->is_eof && stream->at == stream->buf.size) {
        stream->is_end = true;
        return QN_OK;
    }
    qn_buf_clear(&stream->line);
    while (!status) {
        struct qn_bytes rest = rest_of(stream);
        size_t end =
            scanned + qn_bytes_find(qn_bytes_from(rest, scanned), '\n');

        if (end < rest.size || stream->is_eof) {
            stream->is_end = stream->is_eof && rest.size == 0;
            stream->at += end + (end < rest.size);
            return qn_buf_append_bytes(ctx, &stream->line,
                                       qn_bytes_first(rest, end));
        }
        scanned = rest.size;
        status = fill(ctx, stream);
    }
    return status;
}

enum qn_status qn_import_stream_next(struct qn_ctx *ctx,
                                     struct qn_import_stream *stream)
{
    enum qn_status status;

    if (stream->is_held) {
        stream->is_held = false;
        return QN_OK;
    }
    do {
        status = read_line(ctx, stream);
        if (!status && !stream->is_end)
            status = remember(ctx, stream);
    } while (!status && !stream->is_end &&
             qn_import_stream_line(stream)[0] == '#');
    return status;
}

enum qn_status qn_import_stream_skip_lf(struct qn_ctx *ctx,
                                        struct qn_import_stream *stream)
{
    enum qn_status status = QN_OK;

    if (stream->at == stream->buf.size && !stream->is_eof)
        status = fill(ctx, stream);
    if (!status && stream->at < stream->buf.size &&
        stream->buf.data[stream->at] == '\n')
        stream->at++;
    return status;
}

enum qn_status qn_import_stream_begin_data(struct qn_ctx *ctx,
                                           struct qn_import_stream *stream,
                                           struct qn_import_data *out)
{
    const char *line = qn_import_stream_line(stream);

    if (strncmp(line, "data ", 5) != 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected 'data n' command, found: %s", line);
    out->is_counted = strncmp(line + 5, "<<", 2) != 0;
    out->size = 0;
    if (!out->is_counted)
        return QN_OK;
    if (line[5] == '-')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "data is too large to use in this "
                           "context");
    for (line += 5; *line >= '0' && *line <= '9'; line++) {
        if (out->size > (UINT64_MAX - 9) / 10)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "data is too large to use in this context");
        out->size = out->size * 10 + (uint64_t)(*line - '0');
    }
    return QN_OK;
}

static enum qn_status read_delimited(struct qn_ctx *ctx,
                                     struct qn_import_stream *stream,
                                     struct qn_buf *out)
{
    char *delimiter = qn_memory_string(
        ctx, qn_bytes_from(qn_buf_bytes(&stream->line), strlen("data <<")));
    enum qn_status status = delimiter ? QN_OK : QN_NO_MEMORY;

    while (!status) {
        status = read_line(ctx, stream);
        if (!status && stream->is_end)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "EOF in data (terminator '%s' not found)",
                                 delimiter);
        if (status)
            break;
        if (*delimiter &&
            qn_bytes_is_string(qn_buf_bytes(&stream->line), delimiter))
            break;
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&stream->line));
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    qn_memory_free(delimiter);
    return status;
}

enum qn_status qn_import_stream_read_piece(struct qn_ctx *ctx,
                                           struct qn_import_stream *stream,
                                           uint64_t left, struct qn_bytes *out)
{
    enum qn_status status = QN_OK;

    *out = QN_BYTES_NONE;
    if (left == 0)
        return QN_OK;
    if (stream->at == stream->buf.size && !stream->is_eof)
        status = fill(ctx, stream);
    if (status)
        return status;
    if (stream->at == stream->buf.size)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "EOF in data (%" PRIu64 " bytes remaining)", left);
    *out = rest_of(stream);
    if (out->size > left)
        out->size = (size_t)left;
    stream->at += out->size;
    return QN_OK;
}

enum qn_status qn_import_stream_read_data(struct qn_ctx *ctx,
                                          struct qn_import_stream *stream,
                                          const struct qn_import_data *data,
                                          struct qn_buf *out)
{
    uint64_t left = data->size;
    struct qn_bytes piece;
    enum qn_status status = QN_OK;

    qn_buf_clear(out);
    if (!data->is_counted)
        status = read_delimited(ctx, stream, out);
    while (!status && left > 0) {
        status = qn_import_stream_read_piece(ctx, stream, left, &piece);
        if (!status)
            status = qn_buf_append_bytes(ctx, out, piece);
        left -= status ? 0 : piece.size;
    }
    return status ? status : qn_import_stream_skip_lf(ctx, stream);
}
