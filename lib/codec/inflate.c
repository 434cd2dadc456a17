/* SPDX-License-Identifier: MIT */
#include "codec/inflate.h"

#include "base/memory.h"
#include "codec/short_inflate.h"

#include <libdeflate.h>
#define ZLIB_CONST
#include <zlib.h>

/* What the context's slot keeps: libdeflate for whole streams, our own for
 * short ones, zlib for first bytes.  zlib allocates through the environment. */
struct scratch {
    struct libdeflate_decompressor *whole;
    z_stream front;
    bool has_front;
    struct qn_short_inflate brief;
};

static void free_scratch(void *data)
{
    struct scratch *scratch = data;

    if (scratch->whole)
        libdeflate_free_decompressor(scratch->whole);
    if (scratch->has_front)
        inflateEnd(&scratch->front);
    qn_memory_free(scratch);
}

static void *allocate_for_zlib(void *env, unsigned count, unsigned size)
{
    return qn_memory_new(env, (size_t)count * size);
}

static void free_for_zlib(void *env, void *pointer)
{
    (void)env;
    qn_memory_free(pointer);
}

static struct scratch *get_scratch(struct qn_ctx *ctx)
{
    struct scratch *scratch = qn_ctx_slot(ctx, QN_CTX_SLOT_INFLATE);

    if (QN_LIKELY(scratch != NULL))
        return scratch;
    scratch = qn_memory_calloc(ctx, 1, sizeof(*scratch));
    if (scratch)
        qn_ctx_set_slot(ctx, QN_CTX_SLOT_INFLATE, scratch, free_scratch);
    return scratch;
}

static bool inflate_short(struct scratch *scratch, struct qn_bytes in,
                          void *out, size_t out_size, size_t *in_used)
{
    size_t used = 0;
    uint32_t adler = 0;

    if (!qn_short_inflate(&scratch->brief, in, out, out_size, &used, &adler) ||
        libdeflate_adler32(1, out, out_size) != adler)
        return false;
    if (in_used)
        *in_used = used;
    return true;
}

enum qn_status qn_inflate_exact(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size, size_t *in_used)
{
    struct scratch *scratch = get_scratch(ctx);
    enum libdeflate_result result;
    size_t used = 0;
    uint8_t none;

    if (!scratch)
        return QN_NO_MEMORY;
    if (out_size > 0 && out_size <= QN_SHORT_INFLATE_MAX &&
        inflate_short(scratch, in, out, out_size, in_used))
        return QN_OK;
    if (!scratch->whole) {
        scratch->whole = libdeflate_alloc_decompressor();
        if (!scratch->whole)
            return qn_ctx_fail(ctx, QN_NO_MEMORY,
                               "out of memory for an inflater");
    }
    if (in.size == 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "zlib stream is empty");
    result = libdeflate_zlib_decompress_ex(scratch->whole, in.data, in.size,
                                           out_size ? out : &none, out_size,
                                           &used, NULL);
    if (result == LIBDEFLATE_SUCCESS) {
        if (in_used)
            *in_used = used;
        return QN_OK;
    }
    return qn_ctx_fail(ctx, QN_CORRUPT,
                       result == LIBDEFLATE_SHORT_OUTPUT
                           ? "zlib stream is shorter than %zu bytes"
                       : result == LIBDEFLATE_INSUFFICIENT_SPACE
                           ? "zlib stream is longer than %zu bytes"
                           : "zlib stream of %zu bytes is damaged",
                       out_size);
}

static enum qn_status begin_front(struct qn_ctx *ctx, struct scratch *scratch)
{
    if (scratch->has_front) {
        inflateReset(&scratch->front);
        return QN_OK;
    }
    memset(&scratch->front, 0, sizeof(scratch->front));
    scratch->front.opaque = qn_ctx_env(ctx);
    scratch->front.zalloc = allocate_for_zlib;
    scratch->front.zfree = free_for_zlib;
    if (inflateInit(&scratch->front) != Z_OK)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for an inflater");
    scratch->has_front = true;
    return QN_OK;
}

enum qn_status qn_inflate_front(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size, size_t *out_used)
{
    struct scratch *scratch = get_scratch(ctx);
    z_stream *stream;
    enum qn_status status;
    int result = Z_OK;

    if (!scratch)
        return QN_NO_MEMORY;
    status = begin_front(ctx, scratch);
    if (status)
        return status;
    stream = &scratch->front;
    stream->next_in = in.data;
    stream->avail_in =
        in.size > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)in.size;
    stream->next_out = out;
    stream->avail_out =
        out_size > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)out_size;
    while (result == Z_OK && stream->avail_out > 0)
        result = inflate(stream, Z_SYNC_FLUSH);
    if (result == Z_MEM_ERROR)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for an inflater");
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return qn_ctx_fail(ctx, QN_CORRUPT, "zlib stream is damaged");
    *out_used = (size_t)((uint8_t *)stream->next_out - (uint8_t *)out);
    return QN_OK;
}

void qn_inflate_explain(struct qn_ctx *ctx, struct qn_bytes in)
{
    struct scratch *scratch = get_scratch(ctx);
    uint8_t piece[4096];
    z_stream *stream;
    int result = Z_OK;

    if (!scratch || begin_front(ctx, scratch))
        return;
    stream = &scratch->front;
    stream->next_in = in.data;
    stream->avail_in =
        in.size > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)in.size;
    while (result == Z_OK) {
        stream->next_out = piece;
        stream->avail_out = sizeof(piece);
        result = inflate(stream, Z_NO_FLUSH);
    }
    if (result == Z_DATA_ERROR)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "inflate: data stream error (%s)",
                      stream->msg ? stream->msg : "no message");
    else if (result == Z_NEED_DICT)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "inflate: needs dictionary (no message)");
}

/* `size` bytes have been made, or an end or a fault was met. */
static int run_to(z_stream *stream, struct qn_bytes in, uint64_t size)
{
    uint8_t piece[4096];
    uint64_t made = 0;
    int result = Z_OK;

    stream->avail_in = 0;
    while (result == Z_OK) {
        size_t room =
            size - made < sizeof(piece) ? (size_t)(size - made) : sizeof(piece);

        if (stream->avail_in == 0) {
            size_t given = in.size > UINT32_MAX / 2 ? UINT32_MAX / 2 : in.size;

            if (given == 0)
                return QN_INFLATE_TRUNCATED;
            stream->next_in = in.data;
            stream->avail_in = (unsigned)given;
            in = qn_bytes_from(in, given);
        }
        stream->next_out = piece;
        stream->avail_out = (unsigned)room;
        result = inflate(stream, Z_NO_FLUSH);
        made += room - stream->avail_out;
        if (result == Z_BUF_ERROR && stream->avail_in == 0)
            result = Z_OK;
    }
    if (result == Z_STREAM_END)
        return made == size ? 0 : 1;
    return result;
}

int qn_inflate_diagnose(struct qn_ctx *ctx, struct qn_bytes in, uint64_t size)
{
    struct scratch *scratch = get_scratch(ctx);
    int result;

    if (!scratch || begin_front(ctx, scratch))
        return Z_MEM_ERROR;
    result = run_to(&scratch->front, in, size);
    if (result == Z_DATA_ERROR)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "inflate: data stream error (%s)",
                      scratch->front.msg ? scratch->front.msg : "no message");
    else if (result == Z_NEED_DICT)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "inflate: needs dictionary");
    return result == Z_NEED_DICT ? Z_DATA_ERROR : result;
}
