/* SPDX-License-Identifier: MIT */
/* The other implementation of inflate.h and deflate.h: by our own small ones,
 * for where libdeflate and zlib are not. */
#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/inflate.h"
#include "codec/small_deflate.h"
#include "codec/small_inflate.h"

struct qn_inflate_stream {
    struct qn_small_inflate inflate;
};

struct qn_deflate_stream {
    struct qn_small_deflate deflate;
};

static struct qn_small_inflate *get_inflate(struct qn_ctx *ctx)
{
    struct qn_small_inflate *inflate = qn_ctx_slot(ctx, QN_CTX_SLOT_INFLATE);

    if (!inflate) {
        inflate = qn_memory_array(ctx, 1, sizeof(*inflate));
        if (inflate)
            qn_ctx_set_slot(ctx, QN_CTX_SLOT_INFLATE, inflate, qn_memory_free);
    }
    if (inflate)
        qn_small_inflate_begin(inflate);
    return inflate;
}

static struct qn_small_deflate *get_deflate(struct qn_ctx *ctx)
{
    struct qn_small_deflate *deflate = qn_ctx_slot(ctx, QN_CTX_SLOT_DEFLATE);

    if (!deflate) {
        deflate = qn_memory_array(ctx, 1, sizeof(*deflate));
        if (deflate)
            qn_ctx_set_slot(ctx, QN_CTX_SLOT_DEFLATE, deflate, qn_memory_free);
    }
    return deflate;
}

enum qn_status qn_inflate_exact(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size, size_t *in_used)
{
    struct qn_small_inflate *inflate = get_inflate(ctx);
    struct qn_bytes rest = in;
    size_t used = 0;
    uint8_t none;

    if (!inflate)
        return QN_NO_MEMORY;
    switch (qn_small_inflate_next(inflate, &rest, out ? out : &none, out_size,
                                  &used)) {
    case QN_SMALL_INFLATE_END:
        if (used < out_size)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "zlib stream is shorter than %zu bytes",
                               out_size);
        if (in_used)
            *in_used = in.size - rest.size;
        return QN_OK;
    case QN_SMALL_INFLATE_MORE:
        if (used == out_size && rest.size > 0)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "zlib stream is longer than %zu bytes",
                               out_size);
        /* fall through */
    default:
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "zlib stream of %zu bytes is damaged", out_size);
    }
}

enum qn_status qn_inflate_front(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size, size_t *out_used)
{
    struct qn_small_inflate *inflate = get_inflate(ctx);
    size_t used = 0;

    if (!inflate)
        return QN_NO_MEMORY;
    if (out_size > 0 &&
        qn_small_inflate_next(inflate, &in, out, out_size, &used) ==
            QN_SMALL_INFLATE_BAD &&
        used < out_size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "zlib stream is damaged");
    *out_used = used;
    return QN_OK;
}

enum qn_status qn_inflate_stream_new(struct qn_ctx *ctx,
                                     struct qn_inflate_stream **out)
{
    struct qn_inflate_stream *stream = qn_memory_array(ctx, 1, sizeof(*stream));

    if (!stream)
        return QN_NO_MEMORY;
    qn_small_inflate_begin(&stream->inflate);
    *out = stream;
    return QN_OK;
}

enum qn_status qn_inflate_stream_new_gzip(struct qn_ctx *ctx,
                                          struct qn_inflate_stream **out)
{
    (void)out;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "gzip needs zlib");
}

void qn_inflate_stream_free(struct qn_inflate_stream *stream)
{
    qn_memory_free(stream);
}

void qn_inflate_stream_reset(struct qn_inflate_stream *stream)
{
    qn_small_inflate_begin(&stream->inflate);
}

enum qn_status qn_inflate_stream_next(struct qn_ctx *ctx,
                                      struct qn_inflate_stream *stream,
                                      struct qn_bytes *in, void *out,
                                      size_t out_size, size_t *out_used,
                                      bool *is_end)
{
    enum qn_small_inflate_result result =
        qn_small_inflate_next(&stream->inflate, in, out, out_size, out_used);

    *is_end = result == QN_SMALL_INFLATE_END;
    if (result == QN_SMALL_INFLATE_BAD)
        return qn_ctx_fail(ctx, QN_CORRUPT, "zlib stream is damaged");
    return QN_OK;
}

static enum qn_status check_level(struct qn_ctx *ctx, int level)
{
    if (level < -1 || level > 9)
        return qn_ctx_fail(ctx, QN_INVALID, "bad zlib compression level %d",
                           level);
    return QN_OK;
}

enum qn_status qn_deflate_append(struct qn_ctx *ctx, int level,
                                 struct qn_bytes in, struct qn_buf *out)
{
    enum qn_status status = check_level(ctx, level);
    struct qn_small_deflate *deflate;

    if (status)
        return status;
    deflate = get_deflate(ctx);
    if (!deflate)
        return QN_NO_MEMORY;
    qn_small_deflate_begin(deflate, level);
    return qn_small_deflate_append(ctx, deflate, in, true, out);
}

enum qn_status qn_deflate_stream_new(struct qn_ctx *ctx, int level,
                                     struct qn_deflate_stream **out)
{
    enum qn_status status = check_level(ctx, level);
    struct qn_deflate_stream *stream;

    if (status)
        return status;
    stream = qn_memory_array(ctx, 1, sizeof(*stream));
    if (!stream)
        return QN_NO_MEMORY;
    qn_small_deflate_begin(&stream->deflate, level);
    *out = stream;
    return QN_OK;
}

enum qn_status qn_deflate_stream_new_form(struct qn_ctx *ctx, int level,
                                          enum qn_deflate_form form,
                                          struct qn_deflate_stream **out)
{
    if (form != QN_DEFLATE_ZLIB)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "gzip and zip need zlib");
    return qn_deflate_stream_new(ctx, level, out);
}

void qn_deflate_stream_reset(struct qn_deflate_stream *stream)
{
    qn_small_deflate_begin(&stream->deflate, stream->deflate.level);
}

void qn_deflate_stream_free(struct qn_deflate_stream *stream)
{
    qn_memory_free(stream);
}

enum qn_status qn_deflate_stream_append(struct qn_ctx *ctx,
                                        struct qn_deflate_stream *stream,
                                        struct qn_bytes in, bool is_last,
                                        struct qn_buf *out)
{
    return qn_small_deflate_append(ctx, &stream->deflate, in, is_last, out);
}
