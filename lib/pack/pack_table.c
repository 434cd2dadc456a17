/* SPDX-License-Identifier: MIT */
#include "pack/pack_table.h"

#include "base/endian.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "pack/pack_mtimes.h"

#define LARGE_OFFSET 0x80000000u

void qn_pack_table_init(struct qn_pack_table *table, uint32_t algorithm)
{
    memset(table, 0, sizeof(*table));
    table->algorithm = algorithm;
    qn_id_clear(&table->checksum, algorithm);
}

void qn_pack_table_dispose(struct qn_pack_table *table)
{
    qn_memory_free(table->rows);
    qn_memory_free(table->offsets);
    qn_memory_free(table->crcs);
    qn_pack_table_init(table, table->algorithm);
}

enum qn_status qn_pack_table_reserve(struct qn_ctx *ctx,
                                     struct qn_pack_table *table, size_t count)
{
    enum qn_status status;

    status = qn_memory_grow(ctx, &table->rows, &table->row_capacity, count,
                            qn_id_size(table->algorithm));
    if (!status)
        status = qn_memory_grow(ctx, &table->offsets, &table->offset_capacity,
                                count, sizeof(*table->offsets));
    if (!status)
        status = qn_memory_grow(ctx, &table->crcs, &table->crc_capacity, count,
                                sizeof(*table->crcs));
    return status;
}

/* An id's first eight bytes, and which one it is: sorts without a look at the
 * row but for ties. */
struct key {
    uint64_t front;
    uint32_t position;
};

struct sorter {
    const struct qn_pack_table *table;
    struct key *keys;
    uint32_t *starts; /* 65537: where each two-byte beginning starts */
};

static int compare_rows(const struct qn_pack_table *table, const struct key *a,
                        const struct key *b)
{
    size_t size = qn_id_size(table->algorithm);
    int order;

    if (a->front != b->front)
        return a->front < b->front ? -1 : 1;
    order = memcmp(table->rows + (size_t)a->position * size,
                   table->rows + (size_t)b->position * size, size);
    if (order)
        return order;
    return a->position < b->position ? -1 : a->position > b->position;
}

/* Insertion sort: a bucket has a handful, as ids are spread evenly; a crafted
 * pack can fill one, so large ones are halved first by merging. */
static void sort_bucket(const struct qn_pack_table *table, struct key *keys,
                        size_t count, struct key *spare)
{
    size_t half = count / 2, i, j, k;

    if (count <= 16) {
        for (i = 1; i < count; i++) {
            struct key key = keys[i];

            for (j = i; j > 0 && compare_rows(table, &key, &keys[j - 1]) < 0;
                 j--)
                keys[j] = keys[j - 1];
            keys[j] = key;
        }
        return;
    }
    sort_bucket(table, keys, half, spare); /* depth: at most 32 */
    sort_bucket(table, keys + half, count - half, spare);
    memcpy(spare, keys, half * sizeof(*keys));
    for (i = 0, j = half, k = 0; i < half; k++)
        if (j < count && compare_rows(table, &keys[j], &spare[i]) < 0)
            keys[k] = keys[j++];
        else
            keys[k] = spare[i++];
}

static enum qn_status sort_table(struct qn_ctx *ctx,
                                 const struct qn_pack_table *table,
                                 struct key **out)
{
    size_t size = qn_id_size(table->algorithm), count = table->count, i;
    struct key *keys = qn_memory_array(ctx, count + 1, sizeof(*keys));
    struct key *spare =
        keys ? qn_memory_array(ctx, count + 1, sizeof(*keys)) : NULL;
    uint32_t *starts =
        spare ? qn_memory_calloc(ctx, 65537, sizeof(*starts)) : NULL;

    if (!starts) {
        qn_memory_free(keys);
        qn_memory_free(spare);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < count; i++)
        starts[qn_endian_load16(table->rows + i * size) + 1]++;
    for (i = 0; i < 65536; i++)
        starts[i + 1] += starts[i];
    for (i = 0; i < count; i++) {
        const uint8_t *row = table->rows + i * size;
        uint32_t at = starts[qn_endian_load16(row)]++;

        keys[at].front = qn_endian_load64(row);
        keys[at].position = (uint32_t)i;
    }
    /* Each start has moved to the end of its bucket. */
    for (i = 0; i < 65536; i++) {
        uint32_t first = i ? starts[i - 1] : 0;

        sort_bucket(table, keys + first, starts[i] - first, spare);
    }
    qn_memory_free(spare);
    qn_memory_free(starts);
    *out = keys;
    return QN_OK;
}

static void put32(struct qn_buf *out, uint32_t value)
{
    qn_endian_store32(out->data + out->size, value);
    out->size += 4;
}

static void put(struct qn_buf *out, const void *data, size_t size)
{
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

static enum qn_status put_checksums(struct qn_ctx *ctx,
                                    const struct qn_pack_table *table,
                                    size_t start, struct qn_buf *out)
{
    size_t size = qn_id_size(table->algorithm);
    struct qn_id id;

    put(out, table->checksum.bytes, size);
    qn_hash_checksum(table->algorithm,
                     qn_bytes_make(out->data + start, out->size - start), &id);
    put(out, id.bytes, size);
    return QN_OK;
}

/* Fan-out, then each offset before its id. */
static enum qn_status write_old_index(struct qn_ctx *ctx,
                                      const struct qn_pack_table *table,
                                      const struct key *keys,
                                      struct qn_buf *out)
{
    size_t size = qn_id_size(table->algorithm), start = out->size, i;
    uint32_t count = (uint32_t)table->count, at = 0, first;
    enum qn_status status =
        qn_buf_reserve(ctx, out, 1024 + table->count * (size + 4) + 2 * size);

    if (status)
        return status;
    for (first = 0; first < 256; first++) {
        while (at < count && keys[at].front >> 56 <= first)
            at++;
        put32(out, at);
    }
    for (i = 0; i < count; i++) {
        put32(out, (uint32_t)table->offsets[keys[i].position]);
        put(out, table->rows + keys[i].position * size, size);
    }
    status = put_checksums(ctx, table, start, out);
    if (status)
        qn_buf_truncate(out, start);
    return status;
}

static enum qn_status write_index(struct qn_ctx *ctx,
                                  const struct qn_pack_table *table,
                                  const struct qn_pack_table_form *form,
                                  const struct key *keys, struct qn_buf *out)
{
    size_t size = qn_id_size(table->algorithm), start = out->size, i;
    uint32_t count = (uint32_t)table->count, at = 0, large = 0, first;
    uint32_t most = form->large_from ? form->large_from : LARGE_OFFSET - 1;
    enum qn_status status;

    status = qn_buf_reserve(ctx, out,
                            8 + 1024 + table->count * (size + 16) + 2 * size);
    if (status)
        return status;
    put32(out, 0xff744f63u);
    put32(out, 2);
    for (first = 0; first < 256; first++) {
        while (at < count && keys[at].front >> 56 <= first)
            at++;
        put32(out, at);
    }
    for (i = 0; i < count; i++)
        put(out, table->rows + keys[i].position * size, size);
    for (i = 0; i < count; i++)
        put32(out, table->crcs[keys[i].position]);
    for (i = 0; i < count; i++) {
        uint64_t offset = table->offsets[keys[i].position];

        put32(out, offset <= most ? (uint32_t)offset : LARGE_OFFSET | large++);
    }
    for (i = 0; i < count && large > 0; i++) {
        uint64_t offset = table->offsets[keys[i].position];

        if (offset <= most)
            continue;
        put32(out, (uint32_t)(offset >> 32));
        put32(out, (uint32_t)offset);
    }
    status = put_checksums(ctx, table, start, out);
    if (status)
        qn_buf_truncate(out, start);
    return status;
}

static enum qn_status write_reverse(struct qn_ctx *ctx,
                                    const struct qn_pack_table *table,
                                    const struct key *keys, struct qn_buf *out)
{
    size_t size = qn_id_size(table->algorithm), start = out->size, i;
    enum qn_status status;
    uint8_t *rows;

    status = qn_buf_reserve(ctx, out, 12 + table->count * 4 + 2 * size);
    if (status)
        return status;
    put32(out, 0x52494458u);
    put32(out, 1);
    put32(out, table->algorithm);
    rows = out->data + out->size;
    for (i = 0; i < table->count; i++)
        qn_endian_store32(rows + (size_t)keys[i].position * 4, (uint32_t)i);
    out->size += table->count * 4;
    status = put_checksums(ctx, table, start, out);
    if (status)
        qn_buf_truncate(out, start);
    return status;
}

/* Version 1 has no room for large offsets: then it is 2 all the same. */
static bool fits_old_index(const struct qn_pack_table *table,
                           const struct qn_pack_table_form *form)
{
    uint32_t most = form->large_from ? form->large_from : LARGE_OFFSET - 1;
    size_t i;

    for (i = 0; i < table->count && form->version == 1; i++)
        if (table->offsets[i] > most)
            return false;
    return form->version == 1;
}

enum qn_status qn_pack_table_write_as(struct qn_ctx *ctx,
                                      const struct qn_pack_table *table,
                                      const struct qn_pack_table_form *form,
                                      struct qn_buf *out,
                                      struct qn_buf *reverse)
{
    struct key *keys = NULL;
    enum qn_status status;

    if (table->count >= UINT32_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many objects for one pack");
    status = sort_table(ctx, table, &keys);
    if (!status)
        status = fits_old_index(table, form)
                     ? write_old_index(ctx, table, keys, out)
                     : write_index(ctx, table, form, keys, out);
    if (!status && reverse)
        status = write_reverse(ctx, table, keys, reverse);
    qn_memory_free(keys);
    return status;
}

enum qn_status qn_pack_table_write(struct qn_ctx *ctx,
                                   const struct qn_pack_table *table,
                                   struct qn_buf *out, struct qn_buf *reverse)
{
    static const struct qn_pack_table_form usual;

    return qn_pack_table_write_as(ctx, table, &usual, out, reverse);
}

enum qn_status qn_pack_table_write_mtimes(struct qn_ctx *ctx,
                                          const struct qn_pack_table *table,
                                          const uint32_t *mtimes,
                                          struct qn_buf *out)
{
    size_t size = qn_id_size(table->algorithm), start = out->size, i;
    struct key *keys = NULL;
    enum qn_status status = sort_table(ctx, table, &keys);

    if (!status)
        status = qn_buf_reserve(ctx, out, 12 + table->count * 4 + 2 * size);
    if (!status) {
        put32(out, QN_PACK_MTIMES_MAGIC);
        put32(out, 1);
        put32(out, table->algorithm);
        for (i = 0; i < table->count; i++)
            put32(out, mtimes[keys[i].position]);
        status = put_checksums(ctx, table, start, out);
    }
    qn_memory_free(keys);
    return status;
}
