/* SPDX-License-Identifier: MIT */
#include "base/endian.h"
#include "index/index.h"
#include "index/index_internal.h"

static bool is_named(const uint8_t *signature, const char *name)
{
    return memcmp(signature, name, 4) == 0;
}

static enum qn_status fsmonitor_read(struct qn_ctx *ctx, struct qn_index *index,
                                     struct qn_bytes data)
{
    struct qn_bytes token;
    uint32_t version;

    if (data.size < 4 + 8 + 4)
        goto bad;
    version = qn_endian_load32(data.data);
    data = qn_bytes_from(data, 4);
    if (version == 1) {
        token = qn_bytes_first(data, 8);
        data = qn_bytes_from(data, 8);
    } else if (version == 2) {
        token = qn_bytes_first(data, qn_bytes_find(data, 0));
        data = qn_bytes_from(data, token.size + 1);
    } else {
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-fsmonitor", NULL,
                                  "bad fsmonitor version %u", version);
    }
    if (data.size < 4 || qn_endian_load32(data.data) > data.size - 4)
        goto bad;
    index->fsmonitor_token = token;
    index->fsmonitor_version = version;
    return qn_index_fsmonitor_bits(
        ctx, index, qn_bytes_first(qn_bytes_from(data, 4),
                                   qn_endian_load32(data.data)));
bad:
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-fsmonitor", NULL,
                              "corrupt fsmonitor extension (too short)");
}

enum qn_status qn_index_extension_read(struct qn_ctx *ctx,
                                       struct qn_index *index,
                                       const uint8_t *signature,
                                       struct qn_bytes data,
                                       struct qn_bytes *link)
{
    if (is_named(signature, "TREE"))
        return qn_cache_tree_read(ctx, index, data);
    if (is_named(signature, "REUC"))
        return qn_resolve_undo_read(ctx, index, data);
    if (is_named(signature, "link")) {
        *link = data;
        return QN_OK;
    }
    if (is_named(signature, "UNTR"))
        return qn_buf_append_bytes(ctx, &index->untracked, data);
    if (is_named(signature, "FSMN"))
        return fsmonitor_read(ctx, index, data);
    /* Where things are: of use to a parallel reader only, and made again. */
    if (is_named(signature, "EOIE") || is_named(signature, "IEOT"))
        return QN_OK;
    if (is_named(signature, "sdir")) {
        index->is_sparse = true;
        return QN_OK;
    }
    if (signature[0] < 'A' || signature[0] > 'Z') {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.unknown-extension",
                      "index uses %.4s extension, which we do not understand",
                      (const char *)signature);
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.corrupt", NULL,
                                  "index file corrupt");
    }
    qn_ctx_report(ctx, QN_REPORT_INFO, "index.unknown-extension",
                  "ignoring %.4s extension", (const char *)signature);
    return QN_OK;
}

enum qn_status qn_index_extension_append(struct qn_ctx *ctx, struct qn_buf *out,
                                         const char *signature,
                                         struct qn_bytes data)
{
    uint8_t head[8];
    enum qn_status status;

    memcpy(head, signature, 4);
    qn_endian_store32(head + 4, (uint32_t)data.size);
    status = qn_buf_append(ctx, out, head, sizeof(head));
    return status ? status : qn_buf_append_bytes(ctx, out, data);
}
