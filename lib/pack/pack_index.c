/* SPDX-License-Identifier: MIT */
#include "pack/pack_index.h"

#include "hash/hash.h"
#include "hash/id_seek.h"

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
    if (bytes.size < FANOUT_SIZE + 2 * index.id_size)
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

static inline uint32_t seek(const struct qn_pack_index *index,
                            const uint8_t *row, bool *is_there)
{
    struct qn_id_table table = {index->fanout,    index->ids,
                                index->id_stride, index->id_size,
                                index->offsets,   index->offset_stride};

    return qn_id_seek(&table, row, is_there);
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
