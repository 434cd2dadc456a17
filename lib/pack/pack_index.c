/* SPDX-License-Identifier: MIT */
#include "pack/pack_index.h"

#include "hash/hash.h"

#define MAGIC       0xff744f63u /* "\377tOc" */
#define FANOUT_SIZE (256 * 4)

static enum qn_status check_fanout(struct qn_ctx *ctx, const char *name,
                                   struct qn_pack_index *index)
{
    uint32_t before = 0;
    int i;

    for (i = 0; i < 256; i++) {
        uint32_t now = qn_endian_load32(index->fanout + 4 * i);

        if (now < before)
            return qn_ctx_fail(ctx, QN_CORRUPT, "non-monotonic index %s", name);
        before = now;
    }
    index->count = before;
    return QN_OK;
}

static enum qn_status parse_v1(struct qn_ctx *ctx, struct qn_bytes bytes,
                               const char *name, struct qn_pack_index *index)
{
    enum qn_status status;
    uint64_t needed;

    index->version = 1;
    index->fanout = bytes.data;
    status = check_fanout(ctx, name, index);
    if (status)
        return status;
    needed = FANOUT_SIZE + (uint64_t)index->count * (index->id_size + 4) +
             2 * index->id_size;
    if (bytes.size != needed)
        return qn_ctx_fail(ctx, QN_CORRUPT, "wrong index v1 file size in %s",
                           name);
    index->id_stride = index->offset_stride = index->id_size + 4;
    index->offsets = bytes.data + FANOUT_SIZE;
    index->ids = index->offsets + 4;
    return QN_OK;
}

static enum qn_status parse_v2(struct qn_ctx *ctx, struct qn_bytes bytes,
                               const char *name, struct qn_pack_index *index)
{
    enum qn_status status;
    uint64_t least, most, count;

    index->version = qn_endian_load32(bytes.data + 4);
    if (index->version != 2)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "index file %s is version %u and is not supported "
                           "by this binary (try upgrading GIT to a newer "
                           "version)",
                           name, (unsigned)index->version);
    index->fanout = bytes.data + 8;
    status = check_fanout(ctx, name, index);
    if (status)
        return status;
    count = index->count;
    least = 8 + FANOUT_SIZE + count * (index->id_size + 8) + 2 * index->id_size;
    most = least + (count ? (count - 1) * 8 : 0);
    if (bytes.size < least || bytes.size > most || (bytes.size - least) % 8)
        return qn_ctx_fail(ctx, QN_CORRUPT, "wrong index v2 file size in %s",
                           name);
    index->ids = index->fanout + FANOUT_SIZE;
    index->id_stride = index->id_size;
    index->crcs = index->ids + count * index->id_size;
    index->offsets = index->crcs + count * 4;
    index->offset_stride = 4;
    index->large = index->offsets + count * 4;
    index->large_count = (uint32_t)((bytes.size - least) / 8);
    return QN_OK;
}

enum qn_status qn_pack_index_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                                   const char *name, uint32_t algorithm,
                                   struct qn_pack_index *out)
{
    struct qn_pack_index index;
    enum qn_status status;

    memset(&index, 0, sizeof(index));
    index.algorithm = algorithm;
    index.id_size = qn_id_size(algorithm);
    index.map.data = bytes.data;
    index.map.size = bytes.size;
    if (bytes.size < 8 + FANOUT_SIZE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "index file %s is too small", name);
    if (qn_endian_load32(bytes.data) == MAGIC)
        status = parse_v2(ctx, bytes, name, &index);
    else
        status = parse_v1(ctx, bytes, name, &index);
    if (status)
        return status;
    *out = index;
    return QN_OK;
}

enum qn_status qn_pack_index_open(struct qn_ctx *ctx, const char *path,
                                  uint32_t algorithm, struct qn_pack_index *out)
{
    struct qn_file_map map;
    enum qn_status status;

    status = qn_file_map(ctx, path, &map);
    if (status)
        return status;
    status = qn_pack_index_parse(ctx, qn_bytes_make(map.data, map.size), path,
                                 algorithm, out);
    if (status) {
        qn_file_unmap(&map);
        return status;
    }
    out->map = map;
    return QN_OK;
}

void qn_pack_index_close(struct qn_pack_index *index)
{
    qn_file_unmap(&index->map);
    memset(index, 0, sizeof(*index));
}

/* After so many guesses a table is not spread as ids are: halve from there. */
#define MAX_GUESSES 8

/* The first position whose id is not below `row`.  Ids are spread evenly: the
 * eight bytes behind the first decide nearly every comparison, and say how far
 * away the wanted one is likely to be. */
static uint32_t seek(const struct qn_pack_index *index, const uint8_t *row,
                     bool *is_there)
{
    uint32_t high = qn_endian_load32(index->fanout + 4 * row[0]);
    uint32_t low =
        row[0] ? qn_endian_load32(index->fanout + 4 * (row[0] - 1)) : 0;
    uint64_t wanted = qn_endian_load64(row + 1);
    uint64_t count = high - low;
    uint64_t guess = low + ((wanted >> 32) * count >> 32);
    int guesses = 0;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *at;
        uint64_t here;
        int order;

        if (guesses++ < MAX_GUESSES)
            middle = guess < low     ? low
                     : guess >= high ? high - 1
                                     : (uint32_t)guess;
        at = qn_pack_index_row(index, middle);
        here = qn_endian_load64(at + 1);
        order = here < wanted   ? -1
                : here > wanted ? 1
                                : memcmp(at, row, index->id_size);
        if (order == 0) {
            *is_there = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
            guess = middle + (((wanted - here) >> 32) * count >> 32);
        } else {
            uint64_t back = ((here - wanted) >> 32) * count >> 32;

            high = middle;
            guess = back < middle ? middle - back : 0;
        }
    }
    *is_there = false;
    return low;
}

uint32_t qn_pack_index_lower(const struct qn_pack_index *index,
                             const uint8_t *row)
{
    bool is_there;

    return seek(index, row, &is_there);
}

uint32_t qn_pack_index_find(const struct qn_pack_index *index,
                            const uint8_t *row)
{
    bool is_there;
    uint32_t position = seek(index, row, &is_there);

    return is_there ? position : QN_PACK_INDEX_NONE;
}

uint64_t qn_pack_index_offset(const struct qn_pack_index *index,
                              uint32_t position)
{
    uint32_t offset = qn_endian_load32(index->offsets +
                                       (size_t)position * index->offset_stride);
    uint32_t at;

    if (index->version == 1 || !(offset & 0x80000000u))
        return offset;
    at = offset & 0x7fffffffu;
    if (at >= index->large_count)
        return 0;
    return qn_endian_load64(index->large + (size_t)at * 8);
}

const uint8_t *qn_pack_index_pack_checksum(const struct qn_pack_index *index)
{
    return index->map.data + index->map.size - 2 * index->id_size;
}

enum qn_status qn_pack_index_verify(struct qn_ctx *ctx,
                                    const struct qn_pack_index *index,
                                    const char *name)
{
    size_t size = index->map.size - index->id_size;
    struct qn_id id;

    qn_hash_checksum(index->algorithm, qn_bytes_make(index->map.data, size),
                     &id);
    if (memcmp(id.bytes, index->map.data + size, index->id_size) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "packfile index for %s hash mismatch", name);
    return QN_OK;
}
