/* SPDX-License-Identifier: MIT */
#include "base/endian.h"
#include "codec/inflate.h"
#include "codec/varint.h"
#include "refs/reftable.h"

#include <string.h>

#define BLOCK_HEADER 4

static enum qn_status fail_block(struct qn_ctx *ctx,
                                 const struct qn_reftable *table,
                                 const char *what)
{
    return qn_ctx_fail_reason(
        ctx, QN_CORRUPT, "refs.reftable-corrupt", qn_buf_string(&table->name),
        "reftable '%s': block %s", qn_buf_string(&table->name), what);
}

/* A log block is deflated behind its header; offsets count from where the
 * header (of the first block: of the file) starts. */
static enum qn_status inflate_block(struct qn_ctx *ctx,
                                    const struct qn_reftable *table,
                                    uint64_t start, uint32_t header,
                                    uint32_t length,
                                    struct qn_reftable_block *out)
{
    struct qn_bytes in;
    enum qn_status status;
    size_t used;

    in = qn_bytes_make(table->data + start + header,
                       (size_t)(table->log_end - start) - header);
    qn_buf_clear(&out->inflated);
    status = qn_buf_reserve(ctx, &out->inflated, length);
    if (status)
        return status;
    memcpy(out->inflated.data, table->data + start, header);
    status = qn_inflate_exact(ctx, in, out->inflated.data + header,
                              length - header, &used);
    if (status)
        return status == QN_NO_MEMORY
                   ? status
                   : fail_block(ctx, table, "does not inflate");
    out->inflated.size = length;
    out->data = out->inflated.data;
    out->next = start + header + used;
    return QN_OK;
}

/* Where the block after one that ends at `end` starts: behind the padding, if
 * there is any. */
static uint64_t skip_padding(const struct qn_reftable *table, uint64_t end)
{
    uint64_t over;

    if (!table->block_size || end >= table->size || table->data[end] != '\0')
        return end;
    over = end % table->block_size;
    return over ? end + table->block_size - over : end;
}

enum qn_status qn_reftable_block_open(struct qn_ctx *ctx,
                                      const struct qn_reftable *table,
                                      uint64_t position,
                                      struct qn_reftable_block *out)
{
    /* The first block shares its place with the file's header. */
    uint64_t start = position <= table->header_size ? 0 : position;
    uint32_t header = (start ? 0 : table->header_size) + BLOCK_HEADER;
    const uint8_t *tail;
    uint32_t length;
    enum qn_status status = QN_OK;

    if (start > table->size || table->size - start < header)
        return fail_block(ctx, table, "lies outside");
    out->data = table->data + start;
    out->type = out->data[header - BLOCK_HEADER];
    length = qn_endian_load32(out->data + header - BLOCK_HEADER) &
             QN_REFTABLE_BLOCK_MAX;
    if (length < header + 2)
        return fail_block(ctx, table, "is too short");
    if (out->type == 'g') {
        if (start + header > table->log_end)
            return fail_block(ctx, table, "lies outside");
        status = inflate_block(ctx, table, start, header, length, out);
    } else if (length > table->size - start) {
        status = fail_block(ctx, table, "is cut short");
    } else {
        out->next = skip_padding(table, start + length);
    }
    if (status)
        return status;
    tail = out->data + length - 2;
    out->restart_count = qn_endian_load16(tail);
    out->first = header;
    if (out->restart_count == 0 || out->restart_count * 3 > length - header - 2)
        return fail_block(ctx, table, "has a bad restart table");
    out->end = length - 2 - out->restart_count * 3;
    return QN_OK;
}

static uint32_t restart_offset(const struct qn_reftable_block *block,
                               uint32_t position)
{
    const uint8_t *p = block->data + block->end + (size_t)position * 3;

    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static bool take_raw(struct qn_bytes *in, size_t size, const uint8_t **out)
{
    if (in->size < size)
        return false;
    *out = in->data;
    *in = qn_bytes_from(*in, size);
    return true;
}

static bool take_string(struct qn_bytes *in, struct qn_bytes *out)
{
    uint64_t size;

    if (!qn_varint_read_offset(in, &size) || size > in->size)
        return false;
    *out = qn_bytes_first(*in, (size_t)size);
    *in = qn_bytes_from(*in, (size_t)size);
    return true;
}

static bool read_ref_value(const struct qn_reftable *table, struct qn_bytes *in,
                           struct qn_reftable_record *record)
{
    size_t id_size = qn_id_size(table->algorithm);
    uint64_t delta;

    if (!qn_varint_read_offset(in, &delta))
        return false;
    record->update_index = table->min_index + delta;
    switch (record->kind) {
    case QN_REFTABLE_DELETED:
        return true;
    case QN_REFTABLE_VALUE:
        return take_raw(in, id_size, &record->value);
    case QN_REFTABLE_PEELED:
        return take_raw(in, id_size, &record->value) &&
               take_raw(in, id_size, &record->peeled);
    case QN_REFTABLE_SYMBOLIC:
        return take_string(in, &record->target);
    default:
        return false;
    }
}

static bool read_log_value(const struct qn_reftable *table, struct qn_bytes *in,
                           struct qn_reftable_record *record)
{
    size_t id_size = qn_id_size(table->algorithm);
    const uint8_t *zone;

    if (record->kind == QN_REFTABLE_DELETED)
        return true;
    if (record->kind != 1 || !take_raw(in, id_size, &record->old_id) ||
        !take_raw(in, id_size, &record->new_id) ||
        !take_string(in, &record->name) || !take_string(in, &record->mail) ||
        !qn_varint_read_offset(in, &record->seconds) || !take_raw(in, 2, &zone))
        return false;
    record->zone = (int16_t)qn_endian_load16(zone);
    return take_string(in, &record->message);
}

/* The key: some bytes of the one before, and a suffix. */
static enum qn_status read_key(struct qn_ctx *ctx,
                               const struct qn_reftable *table,
                               struct qn_bytes *in,
                               struct qn_reftable_record *record)
{
    uint64_t prefix, suffix;
    enum qn_status status;

    if (!qn_varint_read_offset(in, &prefix) ||
        !qn_varint_read_offset(in, &suffix) || prefix > record->key.size ||
        suffix >> 3 > in->size)
        return fail_block(ctx, table, "has a bad record key");
    record->kind = (uint8_t)(suffix & 7);
    suffix >>= 3;
    qn_buf_truncate(&record->key, (size_t)prefix);
    status = qn_buf_append(ctx, &record->key, in->data, (size_t)suffix);
    *in = qn_bytes_from(*in, (size_t)suffix);
    return status;
}

enum qn_status qn_reftable_block_next(struct qn_ctx *ctx,
                                      const struct qn_reftable *table,
                                      const struct qn_reftable_block *block,
                                      uint32_t *offset,
                                      struct qn_reftable_record *record)
{
    struct qn_bytes in =
        qn_bytes_make(block->data + *offset, block->end - *offset);
    enum qn_status status;
    bool is_sound;

    if (*offset >= block->end)
        return QN_END;
    status = read_key(ctx, table, &in, record);
    if (status)
        return status;
    switch (block->type) {
    case 'r':
        is_sound = read_ref_value(table, &in, record);
        break;
    case 'g':
        is_sound = read_log_value(table, &in, record);
        break;
    case 'i':
        is_sound = qn_varint_read_offset(&in, &record->position);
        break;
    default:
        is_sound = false;
    }
    if (!is_sound)
        return fail_block(ctx, table, "has a bad record");
    *offset = (uint32_t)(in.data - block->data);
    return QN_OK;
}

enum qn_status qn_reftable_block_seek(struct qn_ctx *ctx,
                                      const struct qn_reftable *table,
                                      const struct qn_reftable_block *block,
                                      struct qn_bytes key, uint32_t *offset,
                                      struct qn_reftable_record *record)
{
    uint32_t low = 0;
    uint32_t high = block->restart_count;
    enum qn_status status;

    /* The last restart whose key is below the wanted one. */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t at = restart_offset(block, middle);

        if (at < block->first || at >= block->end)
            return fail_block(ctx, table, "has a bad restart");
        qn_buf_clear(&record->key);
        status = qn_reftable_block_next(ctx, table, block, &at, record);
        if (status)
            return status;
        if (qn_bytes_compare(qn_buf_bytes(&record->key), key) < 0)
            low = middle;
        else
            high = middle;
    }
    *offset = low ? restart_offset(block, low) : block->first;
    if (*offset < block->first)
        return fail_block(ctx, table, "has a bad restart");
    qn_buf_clear(&record->key);
    do {
        status = qn_reftable_block_next(ctx, table, block, offset, record);
    } while (!status && qn_bytes_compare(qn_buf_bytes(&record->key), key) < 0);
    return status;
}
