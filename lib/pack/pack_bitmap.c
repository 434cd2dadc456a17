/* SPDX-License-Identifier: MIT */
#include "pack/pack_bitmap.h"

#include "base/endian.h"
#include "base/memory.h"
#include "hash/hash.h"

#include <stdlib.h>

#define HEADER_SIZE  12
#define LOOKUP_ROW   16
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

/* ---- pseudo-merges: at the end of what is behind the entries */

#define MERGE_TAIL 24 /* merges, commits, where the lookup is, size of all */

static enum qn_status parse_merge(struct qn_ctx *ctx,
                                  struct qn_pack_bitmap *bitmap,
                                  struct qn_bytes section, uint64_t offset,
                                  uint64_t start)
{
    struct qn_pack_bitmap_merge *merge = &bitmap->merges[bitmap->merge_count];
    struct qn_bytes in;
    enum qn_status status;

    if (offset < start || offset - start >= section.size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "pseudo-merge %zu is outside of its section",
                           bitmap->merge_count);
    in = qn_bytes_from(section, (size_t)(offset - start));
    status = qn_ewah_parse(ctx, &in, &merge->commits);
    if (!status)
        status = qn_ewah_parse(ctx, &in, &merge->objects);
    if (!status)
        bitmap->merge_count++;
    return status;
}

/* `in`: from `at` in the file on, up to the end of the section. */
static enum qn_status parse_merges(struct qn_ctx *ctx,
                                   struct qn_pack_bitmap *bitmap,
                                   struct qn_bytes in, size_t at)
{
    const uint8_t *tail;
    enum qn_status status = QN_OK;
    struct qn_bytes section;
    uint64_t size;
    uint32_t count, i;

    if (in.size < MERGE_TAIL)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap has no room for pseudo-merges");
    tail = in.data + in.size - MERGE_TAIL;
    count = qn_endian_load32(tail);
    size = qn_endian_load64(tail + 16);
    if (size < MERGE_TAIL || size > in.size ||
        count > (size - MERGE_TAIL) / sizeof(uint64_t))
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap has no room for pseudo-merges");
    section = qn_bytes_from(in, in.size - (size_t)size);
    at += in.size - (size_t)size;
    bitmap->merges =
        qn_memory_calloc(ctx, (size_t)count + 1, sizeof(*bitmap->merges));
    if (!bitmap->merges)
        return QN_NO_MEMORY;
    for (i = 0; i < count && !status; i++)
        status =
            parse_merge(ctx, bitmap, section,
                        qn_endian_load64(tail - (size_t)(count - i) * 8), at);
    return status;
}

/* ---- the file */

static enum qn_status check_front(struct qn_ctx *ctx, struct qn_bytes in,
                                  const struct qn_pack_bitmap_of *of)
{
    size_t id_size = qn_id_size(of->algorithm);
    struct qn_id checksum;

    if (in.size < HEADER_SIZE + 2 * id_size || memcmp(in.data, "BITM", 4) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "no bitmap index");
    if (in.data[4] != 0 || in.data[5] != 1)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "unsupported version of a bitmap index");
    if (memcmp(in.data + HEADER_SIZE, of->checksum, id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bitmap is of another pack");
    qn_hash_checksum(of->algorithm, qn_bytes_first(in, in.size - id_size),
                     &checksum);
    if (memcmp(checksum.bytes, in.data + in.size - id_size, id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bitmap has a wrong checksum");
    return QN_OK;
}

/* Take so many bytes off the end. */
static bool take_end(struct qn_bytes *in, uint64_t size, const uint8_t **out)
{
    if (size > in->size)
        return false;
    *in = qn_bytes_first(*in, in->size - (size_t)size);
    *out = in->data + in->size;
    return true;
}

static enum qn_status parse(struct qn_ctx *ctx, struct qn_pack_bitmap *bitmap,
                            struct qn_bytes bytes,
                            const struct qn_pack_bitmap_of *of)
{
    size_t id_size = qn_id_size(of->algorithm);
    struct qn_bytes in = qn_bytes_first(bytes, bytes.size - id_size);
    unsigned flags = (unsigned)in.data[6] << 8 | in.data[7];
    enum qn_status status = QN_OK;
    const uint8_t *table;
    int i;

    bitmap->entry_count = qn_endian_load32(in.data + 8);
    in = qn_bytes_from(in, HEADER_SIZE + id_size);
    if (flags & QN_PACK_BITMAP_HASH_CACHE &&
        !take_end(&in, (uint64_t)(of->count - of->first) * 4, &bitmap->hashes))
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap has no room for its name hashes");
    if (flags & QN_PACK_BITMAP_LOOKUP_TABLE &&
        !take_end(&in, (uint64_t)bitmap->entry_count * LOOKUP_ROW, &table))
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bitmap has no room for its lookup table");
    bitmap->has_lookup_table = flags & QN_PACK_BITMAP_LOOKUP_TABLE;
    for (i = 0; !status && i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        status = qn_ewah_parse(ctx, &in, &bitmap->types[i]);
    if (!status)
        status = parse_entries(ctx, bitmap, &in);
    if (!status && flags & QN_PACK_BITMAP_PSEUDO_MERGES)
        status = parse_merges(ctx, bitmap, in, (size_t)(in.data - bytes.data));
    return status ? status : sort_entries(ctx, bitmap);
}

enum qn_status qn_pack_bitmap_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                                    const struct qn_pack_bitmap_of *of,
                                    struct qn_pack_bitmap *out)
{
    struct qn_pack_bitmap bitmap = {.first = of->first, .count = of->count};
    enum qn_status status = check_front(ctx, bytes, of);

    if (!status)
        status = parse(ctx, &bitmap, bytes, of);
    if (status)
        qn_pack_bitmap_close(&bitmap);
    else
        *out = bitmap;
    return status;
}

enum qn_status qn_pack_bitmap_open(struct qn_ctx *ctx, const char *path,
                                   const struct qn_pack_bitmap_of *of,
                                   struct qn_pack_bitmap *out)
{
    struct qn_file_map map = {.data = NULL};
    enum qn_status status;

    if (!qn_file_exists(path))
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "there is no %s", path);
    status = qn_file_map(ctx, path, &map);
    if (status)
        return status;
    status =
        qn_pack_bitmap_parse(ctx, qn_bytes_make(map.data, map.size), of, out);
    if (status == QN_CORRUPT)
        status = qn_ctx_where(ctx, "%s", path);
    if (status)
        qn_file_unmap(&map);
    else
        out->map = map;
    return status;
}

void qn_pack_bitmap_close(struct qn_pack_bitmap *bitmap)
{
    if (bitmap->map.data)
        qn_file_unmap(&bitmap->map);
    qn_memory_free(bitmap->entries);
    qn_memory_free(bitmap->order);
    qn_memory_free(bitmap->merges);
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
                           uint64_t *plain, size_t words)
{
    size_t count = qn_ewah_plain_count(bitmap->count);

    memset(plain, 0, words * sizeof(*plain));
    for (; entry != QN_PACK_BITMAP_NONE; entry = bitmap->entries[entry].base)
        qn_ewah_xor_into(&bitmap->entries[entry].ewah, plain,
                         count < words ? count : words);
}

uint32_t qn_pack_bitmap_hash(const struct qn_pack_bitmap *bitmap,
                             uint32_t position)
{
    if (!bitmap->hashes || position < bitmap->first ||
        position >= bitmap->count)
        return 0;
    return qn_endian_load32(bitmap->hashes +
                            (size_t)(position - bitmap->first) * 4);
}
