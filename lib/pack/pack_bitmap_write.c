/* SPDX-License-Identifier: MIT */
/* The bytes of a .bitmap file. */
#include "base/endian.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "pack/pack_bitmap.h"

#include <stdlib.h>

#define HEADER_SIZE 12
#define SEVERAL     (UINT64_C(1) << 63)

static int compare_position(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static enum qn_status put32(struct qn_ctx *ctx, struct qn_buf *out,
                            uint32_t value)
{
    uint8_t bytes[4];

    qn_endian_store32(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

static enum qn_status put64(struct qn_ctx *ctx, struct qn_buf *out,
                            uint64_t value)
{
    uint8_t bytes[8];

    qn_endian_store64(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

/* Behind the last bit that is set. */
static uint32_t end_of(const uint64_t *plain, uint32_t count)
{
    size_t i = qn_ewah_plain_count(count);
    uint32_t end;

    while (i > 0 && plain[i - 1] == 0)
        i--;
    if (i == 0)
        return 0;
    for (end = 64; !(plain[i - 1] >> (end - 1) & 1); end--)
        ;
    return (uint32_t)(i - 1) * 64 + end;
}

static enum qn_status put_front(struct qn_ctx *ctx,
                                const struct qn_pack_bitmap_source *source,
                                struct qn_buf *out)
{
    uint8_t header[HEADER_SIZE] = {'B', 'I', 'T', 'M', 0, 1};
    unsigned flags = QN_PACK_BITMAP_FULL_DAG;
    enum qn_status status;
    int i;

    if (source->hashes)
        flags |= QN_PACK_BITMAP_HASH_CACHE;
    if (source->has_lookup_table)
        flags |= QN_PACK_BITMAP_LOOKUP_TABLE;
    if (source->merge_count > 0)
        flags |= QN_PACK_BITMAP_PSEUDO_MERGES;
    header[7] = (uint8_t)flags;
    qn_endian_store32(header + 8, source->row_count);
    status = qn_buf_append(ctx, out, header, sizeof(header));
    if (!status)
        status = qn_buf_append(ctx, out, source->of.checksum,
                               qn_id_size(source->of.algorithm));
    for (i = 0; !status && i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        status =
            qn_ewah_append(ctx, source->types[i],
                           end_of(source->types[i], source->of.count), out);
    return status;
}

/* "<position> <offset> <xor row>", by position. */
static enum qn_status
put_lookup_table(struct qn_ctx *ctx, const struct qn_pack_bitmap_source *source,
                 const uint64_t *offsets, struct qn_buf *out)
{
    uint64_t *keys =
        qn_memory_array(ctx, (size_t)source->row_count + 1, sizeof(*keys));
    uint32_t *ranks =
        qn_memory_array(ctx, (size_t)source->row_count + 1, sizeof(*ranks));
    enum qn_status status = keys && ranks ? QN_OK : QN_NO_MEMORY;
    uint32_t i;

    for (i = 0; !status && i < source->row_count; i++)
        keys[i] = (uint64_t)source->rows[i].position << 32 | i;
    if (!status && source->row_count)
        qsort(keys, source->row_count, sizeof(*keys), compare_position);
    for (i = 0; !status && i < source->row_count; i++)
        ranks[(uint32_t)keys[i]] = i;
    for (i = 0; !status && i < source->row_count; i++) {
        uint32_t row = (uint32_t)keys[i];
        uint8_t distance = source->rows[row].distance;

        status = put32(ctx, out, source->rows[row].position);
        if (!status)
            status = put64(ctx, out, offsets[row]);
        if (!status)
            status =
                put32(ctx, out, distance ? ranks[row - distance] : UINT32_MAX);
    }
    qn_memory_free(keys);
    qn_memory_free(ranks);
    return status;
}

/* ---- pseudo-merges */

struct merges {
    const struct qn_pack_bitmap_source *source;
    size_t start;      /* of the file in `out` */
    uint64_t *offsets; /* of each pseudo-merge, in the file */
    uint64_t *all;     /* commits of any */
    uint32_t commit_count;
};

static enum qn_status put_sets(struct qn_ctx *ctx, struct merges *m,
                               struct qn_buf *out)
{
    const struct qn_pack_bitmap_source *source = m->source;
    size_t words = qn_ewah_plain_count(source->of.count), i, w;
    enum qn_status status = QN_OK;

    for (i = 0; i < source->merge_count && !status; i++) {
        uint32_t end = end_of(source->merge_commits[i], source->of.count);

        m->offsets[i] = out->size - m->start;
        for (w = 0; w < words; w++)
            m->all[w] |= source->merge_commits[i][w];
        status = qn_ewah_append(ctx, source->merge_commits[i],
                                (uint32_t)qn_ewah_plain_count(end) * 64, out);
        if (!status)
            status = qn_ewah_append(ctx, source->merge_objects[i],
                                    (uint32_t)words * 64, out);
    }
    for (i = 0; i < source->of.count; i++)
        m->commit_count += m->all[i / 64] >> (i % 64) & 1;
    return status;
}

/* How many pseudo-merges a commit is in, and one of them. */
static size_t merges_of(const struct merges *m, uint32_t bit, size_t *one)
{
    size_t count = 0, i;

    for (i = 0; i < m->source->merge_count; i++)
        if (m->source->merge_commits[i][bit / 64] >> (bit % 64) & 1 &&
            count++ == 0)
            *one = i;
    return count;
}

static enum qn_status put_several(struct qn_ctx *ctx, const struct merges *m,
                                  uint32_t bit, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < m->source->merge_count && !status; i++)
        if (m->source->merge_commits[i][bit / 64] >> (bit % 64) & 1)
            status = put64(ctx, out, m->offsets[i]);
    return status;
}

/* "<bit> <where its pseudo-merge is, or a list of them behind this table>" */
static enum qn_status put_commits(struct qn_ctx *ctx, const struct merges *m,
                                  struct qn_buf *out)
{
    uint64_t several = out->size - m->start + (uint64_t)m->commit_count * 12;
    struct qn_buf lists = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    uint32_t bit;

    lists.limit = SIZE_MAX;
    for (bit = 0; bit < m->source->of.count && !status; bit++) {
        size_t one = 0, count;

        if (!(m->all[bit / 64] >> (bit % 64) & 1))
            continue;
        count = merges_of(m, bit, &one);
        status = put32(ctx, out, bit);
        if (!status)
            status = put64(ctx, out,
                           count == 1 ? m->offsets[one]
                                      : SEVERAL | (several + lists.size));
        if (!status && count > 1)
            status = put32(ctx, &lists, (uint32_t)count);
        if (!status && count > 1)
            status = put_several(ctx, m, bit, &lists);
    }
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&lists));
    qn_buf_dispose(&lists);
    return status;
}

static enum qn_status put_merges(struct qn_ctx *ctx,
                                 const struct qn_pack_bitmap_source *source,
                                 size_t start, struct qn_buf *out)
{
    struct merges m = {.source = source, .start = start};
    size_t begin = out->size, lookup = 0, i;
    enum qn_status status = QN_NO_MEMORY;

    m.offsets =
        qn_memory_array(ctx, source->merge_count + 1, sizeof(*m.offsets));
    m.all = qn_memory_calloc(ctx, qn_ewah_plain_count(source->of.count) + 1,
                             sizeof(*m.all));
    if (m.offsets && m.all)
        status = put_sets(ctx, &m, out);
    lookup = out->size - begin;
    if (!status)
        status = put_commits(ctx, &m, out);
    for (i = 0; i < source->merge_count && !status; i++)
        status = put64(ctx, out, m.offsets[i]);
    if (!status)
        status = put32(ctx, out, (uint32_t)source->merge_count);
    if (!status)
        status = put32(ctx, out, m.commit_count);
    if (!status)
        status = put64(ctx, out, lookup);
    if (!status)
        status = put64(ctx, out, out->size + 8 - begin);
    qn_memory_free(m.offsets);
    qn_memory_free(m.all);
    return status;
}

enum qn_status qn_pack_bitmap_write(struct qn_ctx *ctx,
                                    const struct qn_pack_bitmap_source *source,
                                    struct qn_buf *out)
{
    uint64_t *offsets =
        qn_memory_array(ctx, (size_t)source->row_count + 1, sizeof(*offsets));
    size_t start = out->size;
    struct qn_id checksum;
    enum qn_status status = offsets ? QN_OK : QN_NO_MEMORY;
    uint32_t i;

    if (!status)
        status = put_front(ctx, source, out);
    for (i = 0; !status && i < source->row_count; i++) {
        const struct qn_pack_bitmap_row *row = &source->rows[i];
        const uint8_t tail[2] = {row->distance, 0};

        offsets[i] = out->size - start;
        status = put32(ctx, out, row->position);
        if (!status)
            status = qn_buf_append(ctx, out, tail, sizeof(tail));
        if (!status)
            status = qn_buf_append_bytes(ctx, out, row->bits);
    }
    if (!status && source->merge_count > 0)
        status = put_merges(ctx, source, start, out);
    if (!status && source->has_lookup_table)
        status = put_lookup_table(ctx, source, offsets, out);
    for (i = 0;
         !status && source->hashes && i < source->of.count - source->of.first;
         i++)
        status = put32(ctx, out, source->hashes[i]);
    if (!status) {
        qn_hash_checksum(source->of.algorithm,
                         qn_bytes_from(qn_buf_bytes(out), start), &checksum);
        status = qn_buf_append(ctx, out, checksum.bytes,
                               qn_id_size(source->of.algorithm));
    }
    qn_memory_free(offsets);
    return status;
}
