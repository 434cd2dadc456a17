/* SPDX-License-Identifier: MIT */
#include "object/commit_builder.h"

enum qn_status qn_commit_builder_append(struct qn_ctx *ctx,
                                        const struct qn_commit_builder *builder,
                                        struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    size_t before = out->size;
    size_t i;

    if (qn_bytes_find(builder->message, '\0') < builder->message.size)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "commit.nul", NULL,
            "a NUL byte in commit log message not allowed.");
    status =
        qn_buf_printf(ctx, out, "tree %s\n", qn_id_to_hex(&builder->tree, hex));
    for (i = 0; i < builder->parent_count && !status; i++)
        status = qn_buf_printf(ctx, out, "parent %s\n",
                               qn_id_to_hex(&builder->parents[i], hex));
    if (!status)
        status = qn_buf_printf(ctx, out, "author %s\ncommitter %s\n",
                               builder->author, builder->committer);
    if (!status && builder->encoding &&
        !qn_bytes_is_equal_fold(qn_bytes_from_string(builder->encoding),
                                QN_BYTES("UTF-8")))
        status = qn_buf_printf(ctx, out, "encoding %s\n", builder->encoding);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, builder->extra);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, builder->message);
    if (status)
        qn_buf_truncate(out, before);
    return status;
}
