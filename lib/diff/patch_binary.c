/* SPDX-License-Identifier: MIT */
#include "codec/base85.h"
#include "codec/deflate.h"
#include "codec/delta.h"
#include "diff/patch_internal.h"

/* Through zlib's stream, so that the bytes are those that Git writes. */
static enum qn_status compress(struct qn_ctx *ctx, struct qn_bytes text,
                               int level, struct qn_buf *out)
{
    struct qn_deflate_stream *stream = NULL;
    enum qn_status status = qn_deflate_stream_new(ctx, level, &stream);

    if (!status)
        status = qn_deflate_stream_append(ctx, stream, text, true, out);
    qn_deflate_stream_free(stream);
    return status;
}

/* One direction: a literal, or a delta when that is smaller. */
static enum qn_status put_part(struct qn_ctx *ctx, struct qn_bytes from,
                               struct qn_bytes to, int level,
                               struct qn_buf *out)
{
    struct qn_delta_index *index = NULL;
    struct qn_buf literal = QN_BUF_INIT;
    struct qn_buf delta = QN_BUF_INIT;
    struct qn_buf packed = QN_BUF_INIT;
    bool found = false;
    enum qn_status status = compress(ctx, to, level, &literal);

    if (!status && from.size && to.size) {
        status = qn_delta_index_new(ctx, from, &index);
        if (!status)
            status =
                qn_delta_create(ctx, index, to, literal.size, &delta, &found);
        if (!status && found)
            status = compress(ctx, qn_buf_bytes(&delta), level, &packed);
    }
    if (!status && found && packed.size < literal.size) {
        status = qn_buf_printf(ctx, out, "delta %zu\n", delta.size);
        if (!status)
            status = qn_base85_encode_lines(ctx, qn_buf_bytes(&packed), out);
    } else if (!status) {
        status = qn_buf_printf(ctx, out, "literal %zu\n", to.size);
        if (!status)
            status = qn_base85_encode_lines(ctx, qn_buf_bytes(&literal), out);
    }
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    qn_delta_index_free(index);
    qn_buf_dispose(&literal);
    qn_buf_dispose(&delta);
    qn_buf_dispose(&packed);
    return status;
}

enum qn_status qn_patch_binary_print(struct qn_ctx *ctx, struct qn_bytes a,
                                     struct qn_bytes b, int level,
                                     struct qn_buf *out)
{
    enum qn_status status =
        qn_buf_append_string(ctx, out, "GIT binary patch\n");

    if (!status)
        status = put_part(ctx, a, b, level, out);
    return status ? status : put_part(ctx, b, a, level, out);
}
