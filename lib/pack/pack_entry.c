/* SPDX-License-Identifier: MIT */
#include "pack/pack_entry.h"

#include "codec/varint.h"

#include <inttypes.h>

static enum qn_status fail_at(struct qn_ctx *ctx, uint64_t offset,
                              const char *what)
{
    return qn_ctx_fail(ctx, QN_CORRUPT, "%s at offset %" PRIu64 " of the pack",
                       what, offset);
}

static enum qn_status parse_base(struct qn_ctx *ctx, struct qn_bytes *rest,
                                 uint32_t algorithm,
                                 struct qn_pack_entry *entry)
{
    size_t id_size = qn_id_size(algorithm);
    uint64_t back;

    if (entry->type == QN_PACK_ENTRY_REF_DELTA) {
        if (rest->size < id_size)
            return fail_at(ctx, entry->offset, "truncated delta base");
        entry->base_id = rest->data;
        *rest = qn_bytes_from(*rest, id_size);
        return QN_OK;
    }
    if (!qn_varint_read_offset(rest, &back) || back == 0 ||
        back >= entry->offset)
        return fail_at(ctx, entry->offset, "delta base offset out of bound");
    entry->base_offset = entry->offset - back;
    return QN_OK;
}

enum qn_status qn_pack_entry_parse(struct qn_ctx *ctx, struct qn_bytes pack,
                                   uint32_t algorithm, uint64_t offset,
                                   struct qn_pack_entry *out)
{
    if (offset < 12 || offset >= pack.size)
        return fail_at(ctx, offset, "no entry");
    return qn_pack_entry_parse_at(ctx, qn_bytes_from(pack, (size_t)offset),
                                  algorithm, offset, out);
}

enum qn_status qn_pack_entry_parse_at(struct qn_ctx *ctx,
                                      struct qn_bytes window,
                                      uint32_t algorithm, uint64_t offset,
                                      struct qn_pack_entry *out)
{
    struct qn_pack_entry entry = {0};
    struct qn_bytes rest = window;
    unsigned shift = 4;
    uint8_t byte;

    if (rest.size == 0)
        return fail_at(ctx, offset, "no entry");
    byte = *rest.data++;
    rest.size--;
    entry.offset = offset;
    entry.type = byte >> 4 & 7;
    entry.size = byte & 15;
    while (byte & 0x80) {
        uint64_t bits;

        if (rest.size == 0 || shift > 63)
            return fail_at(ctx, offset, "bad object header");
        byte = *rest.data++;
        rest.size--;
        bits = byte & 0x7f;
        if (bits << shift >> shift != bits)
            return fail_at(ctx, offset, "bad object header");
        entry.size |= bits << shift;
        shift += 7;
    }
    if (entry.type == 0 || entry.type == 5)
        return fail_at(ctx, offset, "unknown object type");
    if (entry.type >= QN_PACK_ENTRY_OFFSET_DELTA) {
        enum qn_status status = parse_base(ctx, &rest, algorithm, &entry);

        if (status)
            return status;
    }
    entry.data_offset = offset + (uint64_t)(rest.data - window.data);
    *out = entry;
    return QN_OK;
}

size_t qn_pack_entry_write_header(uint8_t *out, unsigned type, uint64_t size)
{
    uint8_t byte = (uint8_t)(type << 4 | (size & 15));
    size_t used = 0;

    for (size >>= 4; size; size >>= 7) {
        out[used++] = byte | 0x80;
        byte = size & 0x7f;
    }
    out[used++] = byte;
    return used;
}
