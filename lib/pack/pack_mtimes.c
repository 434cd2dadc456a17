/* SPDX-License-Identifier: MIT */
#include "pack/pack_mtimes.h"

static enum qn_status check(struct qn_ctx *ctx, const char *path,
                            const struct qn_pack_index *index,
                            const struct qn_file_map *map)
{
    uint64_t wanted = 12 + (uint64_t)index->count * 4 + 2 * index->id_size;

    if (map->size < 12 + 2 * index->id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "mtimes file %s is too small",
                           path);
    if (qn_endian_load32(map->data) != QN_PACK_MTIMES_MAGIC)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "mtimes file %s has unknown signature", path);
    if (qn_endian_load32(map->data + 4) != 1)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "mtimes file %s has unsupported version %u", path,
                           (unsigned)qn_endian_load32(map->data + 4));
    if (qn_endian_load32(map->data + 8) != index->algorithm)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "mtimes file %s has unsupported hash id %u", path,
                           (unsigned)qn_endian_load32(map->data + 8));
    if (map->size != wanted)
        return qn_ctx_fail(ctx, QN_CORRUPT, "mtimes file %s is corrupt", path);
    return QN_OK;
}

enum qn_status qn_pack_mtimes_open(struct qn_ctx *ctx, const char *path,
                                   const struct qn_pack_index *index,
                                   struct qn_pack_mtimes *out)
{
    struct qn_file_map map = {NULL, 0, false};
    enum qn_status status = qn_file_map(ctx, path, &map);

    if (status)
        return status;
    status = check(ctx, path, index, &map);
    if (status) {
        qn_file_unmap(&map);
        return status;
    }
    out->map = map;
    out->count = index->count;
    return QN_OK;
}

void qn_pack_mtimes_close(struct qn_pack_mtimes *mtimes)
{
    if (mtimes->map.data)
        qn_file_unmap(&mtimes->map);
    memset(mtimes, 0, sizeof(*mtimes));
}
