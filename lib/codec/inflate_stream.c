/* SPDX-License-Identifier: MIT */
#include "codec/inflate.h"

#include "base/memory.h"

#define ZLIB_CONST
#include <zlib.h>

struct qn_inflate_stream {
    z_stream zlib;
    bool is_end;
};

static void *allocate_for_zlib(void *env, unsigned count, unsigned size)
{
    return qn_memory_new(env, (size_t)count * size);
}

static void free_for_zlib(void *env, void *pointer)
{
    (void)env;
    qn_memory_free(pointer);
}

static enum qn_status make_stream(struct qn_ctx *ctx, int window_bits,
                                  struct qn_inflate_stream **out)
{
    struct qn_inflate_stream *stream =
        qn_memory_calloc(ctx, 1, sizeof(*stream));

    if (!stream)
        return QN_NO_MEMORY;
    stream->zlib.opaque = qn_ctx_env(ctx);
    stream->zlib.zalloc = allocate_for_zlib;
    stream->zlib.zfree = free_for_zlib;
    if (inflateInit2(&stream->zlib, window_bits) != Z_OK) {
        qn_memory_free(stream);
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for an inflater");
    }
    *out = stream;
    return QN_OK;
}

enum qn_status qn_inflate_stream_new(struct qn_ctx *ctx,
                                     struct qn_inflate_stream **out)
{
    return make_stream(ctx, MAX_WBITS, out);
}

enum qn_status qn_inflate_stream_new_gzip(struct qn_ctx *ctx,
                                          struct qn_inflate_stream **out)
{
    return make_stream(ctx, MAX_WBITS + 16, out);
}

void qn_inflate_stream_free(struct qn_inflate_stream *stream)
{
    if (!stream)
        return;
    inflateEnd(&stream->zlib);
    qn_memory_free(stream);
}

void qn_inflate_stream_reset(struct qn_inflate_stream *stream)
{
    inflateReset(&stream->zlib);
    stream->is_end = false;
}

const char *qn_inflate_stream_fault(const struct qn_inflate_stream *stream)
{
    return stream->zlib.msg ? stream->zlib.msg : "no message";
}

static unsigned clamp_size(size_t size)
{
    return size > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)size;
}

enum qn_status qn_inflate_stream_next(struct qn_ctx *ctx,
                                      struct qn_inflate_stream *stream,
                                      struct qn_bytes *in, void *out,
                                      size_t out_size, size_t *out_used,
                                      bool *is_end)
{
    z_stream *zlib = &stream->zlib;
    uint8_t none;
    int result = Z_OK;
    size_t in_given, out_given;

    zlib->next_out = out_size ? out : &none;
    *out_used = 0;
    *is_end = stream->is_end;
    while (!stream->is_end && result == Z_OK) {
        in_given = clamp_size(in->size);
        out_given = clamp_size(out_size);
        zlib->next_in = in->data;
        zlib->avail_in = (unsigned)in_given;
        zlib->avail_out = (unsigned)out_given;
        result = inflate(zlib, Z_NO_FLUSH);
        *in = qn_bytes_from(*in, in_given - zlib->avail_in);
        *out_used += out_given - zlib->avail_out;
        out_size -= out_given - zlib->avail_out;
        if (result == Z_STREAM_END)
            stream->is_end = *is_end = true;
    }
    if (result == Z_MEM_ERROR)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for an inflater");
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return qn_ctx_fail(ctx, QN_CORRUPT, "zlib stream is damaged (%s)",
                           zlib->msg ? zlib->msg : "unknown");
    return QN_OK;
}
