/* SPDX-License-Identifier: MIT */
#include "codec/deflate.h"

#include "base/memory.h"

#define ZLIB_CONST
#include <zlib.h>

#define PIECE_SIZE   16384
#define MEMORY_LEVEL 8 /* what deflateInit takes */

struct qn_deflate_stream {
    z_stream zlib;
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

enum qn_status qn_deflate_stream_new(struct qn_ctx *ctx, int level,
                                     struct qn_deflate_stream **out)
{
    return qn_deflate_stream_new_form(ctx, level, QN_DEFLATE_ZLIB, out);
}

enum qn_status qn_deflate_stream_new_form(struct qn_ctx *ctx, int level,
                                          enum qn_deflate_form form,
                                          struct qn_deflate_stream **out)
{
    static const int windows[] = {MAX_WBITS, MAX_WBITS + 16, -MAX_WBITS};
    struct qn_deflate_stream *stream;
    int result;

    if (level < -1 || level > 9)
        return qn_ctx_fail(ctx, QN_INVALID, "bad zlib compression level %d",
                           level);
    stream = qn_memory_calloc(ctx, 1, sizeof(*stream));
    if (!stream)
        return QN_NO_MEMORY;
    stream->zlib.opaque = qn_ctx_env(ctx);
    stream->zlib.zalloc = allocate_for_zlib;
    stream->zlib.zfree = free_for_zlib;
    result = deflateInit2(&stream->zlib, level, Z_DEFLATED, windows[form],
                          MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    if (result != Z_OK) {
        qn_memory_free(stream);
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for a deflater");
    }
    *out = stream;
    return QN_OK;
}

void qn_deflate_stream_free(struct qn_deflate_stream *stream)
{
    if (!stream)
        return;
    deflateEnd(&stream->zlib);
    qn_memory_free(stream);
}

void qn_deflate_stream_reset(struct qn_deflate_stream *stream)
{
    deflateReset(&stream->zlib);
}

enum qn_status qn_deflate_stream_append(struct qn_ctx *ctx,
                                        struct qn_deflate_stream *stream,
                                        struct qn_bytes in, bool is_last,
                                        struct qn_buf *out)
{
    z_stream *zlib = &stream->zlib;
    size_t old_size = out->size;
    int result = Z_OK;

    do {
        size_t given = in.size > UINT32_MAX / 2 ? UINT32_MAX / 2 : in.size;
        bool is_final = is_last && given == in.size;
        enum qn_status status = qn_buf_reserve(ctx, out, PIECE_SIZE);

        if (status) {
            qn_buf_truncate(out, old_size);
            return status;
        }
        zlib->next_in = in.data;
        zlib->avail_in = (unsigned)given;
        zlib->next_out = out->data + out->size;
        zlib->avail_out = PIECE_SIZE;
        result = deflate(zlib, is_final ? Z_FINISH : Z_NO_FLUSH);
        if (result == Z_STREAM_ERROR) {
            qn_buf_truncate(out, old_size);
            return qn_ctx_fail(ctx, QN_INTERNAL, "deflate stream is finished");
        }
        in = qn_bytes_from(in, given - zlib->avail_in);
        out->size += PIECE_SIZE - zlib->avail_out;
        out->data[out->size] = '\0';
    } while (in.size > 0 || zlib->avail_out == 0 ||
             (is_last && result != Z_STREAM_END));
    return QN_OK;
}
