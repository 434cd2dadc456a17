/* SPDX-License-Identifier: MIT */
#include "pack/pack_bitmap.h"

#include "base/memory.h"
#include "hash/hash.h"

#include <stdlib.h>

#define HEADER_SIZE  12
#define MAX_DISTANCE 160

static int compare_position(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Entries by their positions. */
static enum qn_status sort_entries(struct qn_ctx *ctx,
                                   struct qn_pack_bitmap *bitmap)
{
    uint64_t *keys =
        qn_memory_array(ctx, (size_t)bitmap->entry_count + 1, sizeof(*keys));
    uint32_t i;

    bitmap->order = qn_memory_array(ctx, (size_t)bitmap->entry_count + 1,
                                    sizeof(*bitmap->order));
    if (!keys || !bitmap->order) {
        qn_memory_free(keys);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < bitmap->entry_count; i++)
        keys[i] = (uint64_t)bitmap->entries[i].position << 32 | i;
    if (bitmap->entry_count)
        qsort(keys, bitmap->entry_count, sizeof(*keys), compare_position);
    for (i = 0; i < bitmap->entry_count; i++)
        bitmap->order[i] = (uint32_t)keys[i];
    qn_memory_free(keys);
    return QN_OK;
}

static enum qn_status parse_entry(struct qn_ctx *ctx,
                                  struct qn_pack_bitmap *bitmap, uint32_t i,
                                  struct qn_bytes *in)
{
    struct qn_pack_bitmap_entry *entry = &bitmap->entries[i];
    uint8_t distance;

    if (in->size < 6)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bitmap entry %u is cut off",
                           (unsigned)i);
    entry->position = qn_endian_load32(in->data);
    distance = in->data[4];
    if (entry->position >= bitmap->count)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap entry %u names object %u of %u", (unsigned)i,
                           (unsigned)entry->position, (unsigned)bitmap->count);
    if (distance > MAX_DISTANCE || distance > i)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "invalid XOR offset in bitmap entry %u",
                           (unsigned)i);
    entry->base = distance ? i - distance : QN_PACK_BITMAP_NONE;
    *in = qn_bytes_from(*in, 6);
    return qn_ewah_parse(ctx, in, &entry->ewah);
}

static enum qn_status parse_entries(struct qn_ctx *ctx,
                                    struct qn_pack_bitmap *bitmap,
                                    struct qn_bytes *in)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    /* an entry takes 6 bytes and a bitmap 12 at least */
    if (bitmap->entry_count > in->size / 18)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap has no room for its "
                           "entries");
    bitmap->entries = qn_memory_calloc(ctx, (size_t)bitmap->entry_count + 1,
                                       sizeof(*bitmap->entries));
    if (!bitmap->entries)
        return QN_NO_MEMORY;
    for (i = 0; !status && i < bitmap->entry_count; i++)
        status = parse_entry(ctx, bitmap, i, in);
    return status;
}

static enum qn_status parse(struct qn_ctx *ctx, struct qn_pack_bitmap *bitmap)
{
    struct qn_bytes in = qn_bytes_make(bitmap->map.data, bitmap->map.size);
    size_t id_size = qn_id_size(bitmap->pack->algorithm);
    struct qn_id checksum;
    unsigned flags;
    enum qn_status status = QN_OK;
    int i;

    if (in.size < HEADER_SIZE + 2 * id_size || memcmp(in.data, "BITM", 4) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "no bitmap index");
    if (in.data[4] != 0 || in.data[5] != 1)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "unsupported version of a bitmap index");
    flags = (unsigned)in.data[6] << 8 | in.data[7];
    bitmap->entry_count = qn_endian_load32(in.data + 8);
    if (memcmp(in.data + HEADER_SIZE,
               qn_pack_index_pack_checksum(&bitmap->pack->index), id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bitmap is of another pack");
    qn_hash_checksum(bitmap->pack->algorithm,
                     qn_bytes_first(in, in.size - id_size), &checksum);
    in = qn_bytes_first(in, in.size - id_size);
    if (memcmp(checksum.bytes, in.data + in.size, id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bitmap has a wrong checksum");
    if (flags & QN_PACK_BITMAP_HASH_CACHE) {
        if ((in.size - HEADER_SIZE - id_size) / 4 < bitmap->count)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "bitmap has no room for its "
                               "name hashes");
        in = qn_bytes_first(in, in.size - (size_t)bitmap->count * 4);
        bitmap->hashes = in.data + in.size;
    }
    in = qn_bytes_from(in, HEADER_SIZE + id_size);
    for (i = 0; !status && i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        status = qn_ewah_parse(ctx, &in, &bitmap->types[i]);
    if (!status)
        status = parse_entries(ctx, bitmap, &in);
    return status ? status : sort_entries(ctx, bitmap);
}

enum qn_status qn_pack_bitmap_open(struct qn_ctx *ctx,
                                   struct qn_pack_file *pack,
                                   struct qn_pack_bitmap *out)
{
    struct qn_pack_bitmap bitmap = {.pack = NULL};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_pack_file_sibling(ctx, pack, ".bitmap", &path);
    if (!status && !qn_file_exists(qn_buf_string(&path)))
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "there is no %s",
                             qn_buf_string(&path));
    if (!status)
        status = qn_pack_file_open_reverse(ctx, pack);
    if (!status)
        status = qn_file_map(ctx, qn_buf_string(&path), &bitmap.map);
    if (!status) {
        bitmap.pack = qn_pack_file_retain(pack);
        bitmap.count = pack->index.count;
        status = parse(ctx, &bitmap);
        if (status == QN_CORRUPT)
            status = qn_ctx_where(ctx, "%s", qn_buf_string(&path));
    }
    if (status)
        qn_pack_bitmap_close(&bitmap);
    else
        *out = bitmap;
    qn_buf_dispose(&path);
    return status;
}

void qn_pack_bitmap_close(struct qn_pack_bitmap *bitmap)
{
    qn_file_unmap(&bitmap->map);
    qn_memory_free(bitmap->entries);
    qn_memory_free(bitmap->order);
    if (bitmap->pack)
        qn_pack_file_release(bitmap->pack);
    memset(bitmap, 0, sizeof(*bitmap));
}

uint32_t qn_pack_bitmap_find(const struct qn_pack_bitmap *bitmap,
                             uint32_t position)
{
    uint32_t low = 0, high = bitmap->entry_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t there = bitmap->entries[bitmap->order[middle]].position;

        if (there == position)
            return bitmap->order[middle];
        if (there < position)
            low = middle + 1;
        else
            high = middle;
    }
    return QN_PACK_BITMAP_NONE;
}

void qn_pack_bitmap_expand(const struct qn_pack_bitmap *bitmap, uint32_t entry,
                           uint64_t *plain)
{
    size_t count = qn_ewah_plain_count(bitmap->count);

    memset(plain, 0, count * sizeof(*plain));
    for (; entry != QN_PACK_BITMAP_NONE; entry = bitmap->entries[entry].base)
        qn_ewah_xor_into(&bitmap->entries[entry].ewah, plain, count);
}

/* ---- writing */

static enum qn_status put32(struct qn_ctx *ctx, struct qn_buf *out,
                            uint32_t value)
{
    uint8_t bytes[4];

    qn_endian_store32(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
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
    header[7] = (uint8_t)flags;
    qn_endian_store32(header + 8, source->row_count);
    status = qn_buf_append(ctx, out, header, sizeof(header));
    if (!status)
        status = qn_buf_append(ctx, out, source->pack_checksum,
                               qn_id_size(source->algorithm));
    for (i = 0; !status && i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        status = qn_ewah_append(ctx, source->types[i], source->count, out);
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
        uint8_t offset[8];

        qn_endian_store64(offset, offsets[row]);
        status = put32(ctx, out, source->rows[row].position);
        if (!status)
            status = qn_buf_append(ctx, out, offset, sizeof(offset));
        if (!status)
            status =
                put32(ctx, out, distance ? ranks[row - distance] : UINT32_MAX);
    }
    qn_memory_free(keys);
    qn_memory_free(ranks);
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
    if (!status && source->has_lookup_table)
        status = put_lookup_table(ctx, source, offsets, out);
    for (i = 0; !status && source->hashes && i < source->count; i++)
        status = put32(ctx, out, source->hashes[i]);
    if (!status) {
        qn_hash_checksum(source->algorithm,
                         qn_bytes_from(qn_buf_bytes(out), start), &checksum);
        status = qn_buf_append(ctx, out, checksum.bytes,
                               qn_id_size(source->algorithm));
    }
    qn_memory_free(offsets);
    return status;
}
