/* SPDX-License-Identifier: MIT */
#include "base/endian.h"
#include "base/memory.h"
#include "codec/ewah.h"
#include "index/index.h"
#include "index/index_internal.h"

static bool is_named(const uint8_t *signature, const char *name)
{
    return memcmp(signature, name, 4) == 0;
}

/* Bits of the entries that are *not* known to be unchanged. */
static enum qn_status read_bits(struct qn_ctx *ctx, struct qn_index *index,
                                struct qn_bytes data)
{
    struct qn_ewah ewah;
    size_t words = qn_ewah_plain_count(index->count) + 1;
    uint64_t *bits;
    enum qn_status status = qn_ewah_parse(ctx, &data, &ewah);

    if (status)
        return status;
    bits = qn_memory_calloc(ctx, words, sizeof(*bits));
    if (!bits)
        return QN_NO_MEMORY;
    qn_ewah_or_into(&ewah, bits, words);
    for (size_t i = 0; i < index->count; i++) {
        if (!(bits[i / 64] >> (i % 64) & 1))
            index->entries[i]->flags |= QN_INDEX_FSMONITOR_VALID;
    }
    qn_memory_free(bits);
    return QN_OK;
}

enum qn_status qn_index_fsmonitor_read(struct qn_ctx *ctx,
                                       struct qn_index *index,
                                       struct qn_bytes data)
{
    struct qn_bytes token;
    uint32_t version;

    if (data.size < 4 + 1 + 4 ||
        (qn_endian_load32(data.data) == 1 && data.size < 4 + 8 + 4))
        goto bad;
    version = qn_endian_load32(data.data);
    data = qn_bytes_from(data, 4);
    if (version == 1) {
        /* Nanoseconds as a number: kept as text, as version 2 has them. */
        struct qn_buf text = QN_BUF_INIT;
        char *copy;
        enum qn_status status =
            qn_buf_printf(ctx, &text, "%llu",
                          (unsigned long long)qn_endian_load64(data.data));

        copy = status ? NULL
                      : qn_arena_copy(ctx, &index->arena, qn_buf_bytes(&text));
        token = qn_bytes_make(copy, text.size);
        qn_buf_dispose(&text);
        if (!copy)
            return QN_NO_MEMORY;
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
    index->has_fsmonitor = true;
    index->fsmonitor_token = token;
    index->fsmonitor_version = 2;
    return read_bits(
        ctx, index,
        qn_bytes_first(qn_bytes_from(data, 4), qn_endian_load32(data.data)));
bad:
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-fsmonitor", NULL,
                              "corrupt fsmonitor extension (too short)");
}

enum qn_status qn_index_fsmonitor_append(struct qn_ctx *ctx,
                                         const struct qn_index *index,
                                         struct qn_buf *out)
{
    size_t words = qn_ewah_plain_count(index->count) + 1;
    struct qn_buf bitmap = QN_BUF_INIT;
    uint64_t *bits = qn_memory_calloc(ctx, words, sizeof(*bits));
    uint8_t number[4];
    enum qn_status status;

    if (!bits)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < index->count; i++) {
        if (!(index->entries[i]->flags & QN_INDEX_FSMONITOR_VALID))
            bits[i / 64] |= UINT64_C(1) << (i % 64);
    }
    status = qn_ewah_append(ctx, bits, (uint32_t)index->count, &bitmap);
    qn_endian_store32(number, index->fsmonitor_version);
    if (!status)
        status = qn_buf_append(ctx, out, number, sizeof(number));
    if (!status)
        status = qn_buf_append_bytes(ctx, out, index->fsmonitor_token);
    if (!status && index->fsmonitor_version == 2)
        status = qn_buf_append_byte(ctx, out, 0);
    qn_endian_store32(number, (uint32_t)bitmap.size);
    if (!status)
        status = qn_buf_append(ctx, out, number, sizeof(number));
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&bitmap));
    qn_memory_free(bits);
    qn_buf_dispose(&bitmap);
    return status;
}

enum qn_status qn_index_extension_read(struct qn_ctx *ctx,
                                       struct qn_index *index,
                                       const uint8_t *signature,
                                       struct qn_bytes data,
                                       struct qn_index_late *late)
{
    if (is_named(signature, "TREE")) {
        late->tree = data;
        return QN_OK;
    }
    if (is_named(signature, "REUC"))
        return qn_resolve_undo_read(ctx, index, data);
    if (is_named(signature, "link")) {
        late->link = data;
        return QN_OK;
    }
    if (is_named(signature, "UNTR"))
        return qn_buf_append_bytes(ctx, &index->untracked, data);
    if (is_named(signature, "FSMN")) {
        late->fsmonitor = data;
        return QN_OK;
    }
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

bool qn_index_has_fsmonitor(const struct qn_index *index)
{
    return index->has_fsmonitor;
}

struct qn_bytes qn_index_fsmonitor_token(const struct qn_index *index)
{
    return index->fsmonitor_token;
}

enum qn_status qn_index_set_fsmonitor_token(struct qn_ctx *ctx,
                                            struct qn_index *index,
                                            struct qn_bytes token)
{
    char *copy = qn_arena_copy(ctx, &index->arena, token);

    if (!copy)
        return QN_NO_MEMORY;
    index->fsmonitor_token = qn_bytes_make(copy, token.size);
    index->fsmonitor_version = 2;
    index->has_fsmonitor = true;
    return QN_OK;
}

void qn_index_drop_fsmonitor(struct qn_index *index)
{
    index->has_fsmonitor = index->is_monitored = false;
    index->fsmonitor_token = QN_BYTES_NONE;
}

void qn_index_set_monitored(struct qn_index *index)
{
    index->is_monitored = true;
}

bool qn_index_is_monitored(const struct qn_index *index)
{
    return index->is_monitored;
}
