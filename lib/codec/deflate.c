/* SPDX-License-Identifier: MIT */
#include "codec/deflate.h"

#include "base/memory.h"

#include <libdeflate.h>

#define DEFAULT_LEVEL 6

/* What the context's slot keeps: the compressor of the level used last. */
struct scratch {
    struct libdeflate_compressor *compressor;
    int level;
};

static void free_scratch(void *data)
{
    struct scratch *scratch = data;

    if (scratch->compressor)
        libdeflate_free_compressor(scratch->compressor);
    qn_memory_free(scratch);
}

static struct libdeflate_compressor *get_compressor(struct qn_ctx *ctx,
                                                    int level)
{
    struct scratch *scratch = qn_ctx_slot(ctx, QN_CTX_SLOT_DEFLATE);

    if (!scratch) {
        scratch = qn_memory_calloc(ctx, 1, sizeof(*scratch));
        if (!scratch)
            return NULL;
        qn_ctx_set_slot(ctx, QN_CTX_SLOT_DEFLATE, scratch, free_scratch);
    }
    if (scratch->compressor && scratch->level == level)
        return scratch->compressor;
    if (scratch->compressor)
        libdeflate_free_compressor(scratch->compressor);
    scratch->compressor = libdeflate_alloc_compressor(level);
    scratch->level = level;
    if (!scratch->compressor)
        (void)qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory for a deflater");
    return scratch->compressor;
}

enum qn_status qn_deflate_append(struct qn_ctx *ctx, int level,
                                 struct qn_bytes in, struct qn_buf *out)
{
    struct libdeflate_compressor *compressor;
    size_t bound, size;
    enum qn_status status;

    if (level < -1 || level > 9)
        return qn_ctx_fail(ctx, QN_INVALID, "bad zlib compression level %d",
                           level);
    compressor = get_compressor(ctx, level < 0 ? DEFAULT_LEVEL : level);
    if (!compressor)
        return QN_NO_MEMORY;
    bound = libdeflate_zlib_compress_bound(compressor, in.size);
    status = qn_buf_reserve(ctx, out, bound);
    if (status)
        return status;
    size = libdeflate_zlib_compress(compressor, in.size ? in.data : out->data,
                                    in.size, out->data + out->size, bound);
    if (size == 0)
        return qn_ctx_fail(ctx, QN_INTERNAL,
                           "deflate passed its bound of %zu bytes", bound);
    out->size += size;
    out->data[out->size] = '\0';
    return QN_OK;
}
