/* SPDX-License-Identifier: MIT */
/* Packs made by hand, in memory and on disk. */
#ifndef QN_UNIT_PACK_FIXTURE_H
#define QN_UNIT_PACK_FIXTURE_H

#include "unit.h"

#include "base/endian.h"
#include "codec/deflate.h"
#include "codec/varint.h"
#include "hash/hash.h"
#include "pack/pack_entry.h"
#include "pack/pack_indexer.h"
#include "pack/pack_reader.h"

static inline void fixture_begin(struct qn_ctx *ctx, struct qn_buf *pack,
                                 uint32_t count)
{
    uint8_t number[4];

    unit_assert_ok(ctx, qn_buf_append(ctx, pack, "PACK\0\0\0\2", 8));
    qn_endian_store32(number, count);
    unit_assert_ok(ctx, qn_buf_append(ctx, pack, number, 4));
}

static inline void fixture_end(struct qn_ctx *ctx, struct qn_buf *pack,
                               uint32_t algorithm)
{
    struct qn_id id;

    unit_assert_ok(ctx,
                   qn_hash_buffer(ctx, algorithm, qn_buf_bytes(pack), &id));
    unit_assert_ok(ctx,
                   qn_buf_append(ctx, pack, id.bytes, qn_id_size(algorithm)));
}

/* Append an entry; `base`: the bytes between header and data. */
static inline uint64_t fixture_entry(struct qn_ctx *ctx, struct qn_buf *pack,
                                     unsigned type, struct qn_bytes base,
                                     struct qn_bytes data)
{
    uint64_t offset = pack->size;
    uint8_t header[10];

    unit_assert_ok(ctx, qn_buf_append(ctx, pack, header,
                                      qn_pack_entry_write_header(header, type,
                                                                 data.size)));
    unit_assert_ok(ctx, qn_buf_append_bytes(ctx, pack, base));
    unit_assert_ok(ctx, qn_deflate_append(ctx, 1, data, pack));
    return offset;
}

static inline uint64_t fixture_offset_delta(struct qn_ctx *ctx,
                                            struct qn_buf *pack, uint64_t base,
                                            struct qn_bytes delta)
{
    uint8_t back[QN_VARINT_MAX];
    size_t size = qn_varint_write_offset(back, pack->size - base);

    return fixture_entry(ctx, pack, QN_PACK_ENTRY_OFFSET_DELTA,
                         qn_bytes_make(back, size), delta);
}

static inline uint64_t fixture_ref_delta(struct qn_ctx *ctx,
                                         struct qn_buf *pack,
                                         const struct qn_id *base,
                                         struct qn_bytes delta)
{
    return fixture_entry(
        ctx, pack, QN_PACK_ENTRY_REF_DELTA,
        qn_bytes_make(base->bytes, qn_id_size(base->algorithm)), delta);
}

/* Index the pack and wrap both; `index` keeps the bytes. */
static inline enum qn_status
fixture_wrap(struct qn_ctx *ctx, const struct qn_buf *pack, uint32_t algorithm,
             struct qn_buf *index, struct qn_pack_file **out)
{
    struct qn_pack_indexer_options options = {.algorithm = algorithm,
                                              .bytes = qn_buf_bytes(pack)};
    struct qn_pack_indexer indexer;
    enum qn_status status =
        qn_pack_indexer_run(ctx, "fixture", &options, &indexer);

    if (status)
        return status;
    status = qn_pack_table_write(ctx, &indexer.table, index, NULL);
    qn_pack_indexer_dispose(&indexer);
    if (status)
        return status;
    return qn_pack_file_wrap(ctx, qn_buf_bytes(pack), qn_buf_bytes(index),
                             algorithm, out);
}

#endif
