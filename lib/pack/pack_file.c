/* SPDX-License-Identifier: MIT */
#include "pack/pack_file.h"

#include "base/memory.h"
#include "trace/trace.h"

enum { OPENED_INDEX = 1, OPENED_DATA = 2, OPENED_REVERSE = 4 };

#define SIGNATURE 0x5041434bu /* "PACK" */

enum qn_status qn_pack_file_new(struct qn_ctx *ctx, const char *path,
                                uint32_t algorithm, struct qn_pack_file **out)
{
    struct qn_pack_file *pack = qn_memory_calloc(ctx, 1, sizeof(*pack));
    struct qn_bytes text = qn_bytes_from_string(path);
    enum qn_status status;

    if (!pack)
        return QN_NO_MEMORY;
    atomic_init(&pack->owners, 1);
    pack->algorithm = algorithm;
    pack->stem_size = text.size;
    if (qn_bytes_has_suffix(text, ".pack"))
        pack->stem_size -= strlen(".pack");
    pack->path = qn_memory_string(ctx, text);
    status = pack->path ? qn_mutex_new(ctx, &pack->mutex) : QN_NO_MEMORY;
    if (status) {
        qn_memory_free(pack->path);
        qn_memory_free(pack);
        return status;
    }
    *out = pack;
    return QN_OK;
}

struct qn_pack_file *qn_pack_file_retain(struct qn_pack_file *pack)
{
    atomic_fetch_add_explicit(&pack->owners, 1, memory_order_relaxed);
    return pack;
}

void qn_pack_file_release(struct qn_pack_file *pack)
{
    if (!pack ||
        atomic_fetch_sub_explicit(&pack->owners, 1, memory_order_acq_rel) != 1)
        return;
    if (pack->opened & OPENED_REVERSE)
        qn_pack_reverse_close(&pack->reverse);
    if (pack->opened & OPENED_INDEX && !pack->is_borrowed)
        qn_pack_index_close(&pack->index);
    if (pack->opened & OPENED_DATA && !pack->is_borrowed)
        qn_file_unmap(&pack->data);
    qn_mutex_free(pack->mutex);
    qn_memory_free(pack->path);
    qn_memory_free(pack);
}

enum qn_status qn_pack_file_sibling(struct qn_ctx *ctx,
                                    const struct qn_pack_file *pack,
                                    const char *extension, struct qn_buf *out)
{
    enum qn_status status;

    qn_buf_clear(out);
    status = qn_buf_append(ctx, out, pack->path, pack->stem_size);
    if (!status)
        status = qn_buf_append_string(ctx, out, extension);
    return status;
}

/* The mutex is held in the three below. */
static enum qn_status check_pair(struct qn_ctx *ctx, struct qn_pack_file *pack)
{
    const unsigned both = OPENED_INDEX | OPENED_DATA;

    if ((pack->opened & both) != both)
        return QN_OK;
    if (pack->count != pack->index.count)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "packfile %s claims to have %u objects while index "
                           "indicates %u objects",
                           pack->path, (unsigned)pack->count,
                           (unsigned)pack->index.count);
    if (memcmp(pack->data.data + pack->data_end,
               qn_pack_index_pack_checksum(&pack->index),
               qn_id_size(pack->algorithm)) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "packfile %s does not match index",
                           pack->path);
    return QN_OK;
}

static enum qn_status open_index(struct qn_ctx *ctx, struct qn_pack_file *pack)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (pack->opened & OPENED_INDEX)
        return QN_OK;
    status = qn_pack_file_sibling(ctx, pack, ".idx", &path);
    if (!status)
        status = qn_pack_index_open(ctx, qn_buf_string(&path), pack->algorithm,
                                    &pack->index);
    qn_buf_dispose(&path);
    if (status)
        return status;
    pack->opened |= OPENED_INDEX;
    status = check_pair(ctx, pack);
    if (status) {
        pack->opened &= ~(unsigned)OPENED_INDEX;
        qn_pack_index_close(&pack->index);
    }
    return status;
}

static enum qn_status check_header(struct qn_ctx *ctx, const char *path,
                                   const struct qn_file_map *map,
                                   size_t id_size)
{
    uint32_t version;

    if (map->size < QN_PACK_FILE_HEADER_SIZE + id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "file %s is far too short to be a packfile", path);
    if (qn_endian_load32(map->data) != SIGNATURE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "file %s is not a GIT packfile",
                           path);
    version = qn_endian_load32(map->data + 4);
    if (version != 2 && version != 3)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "packfile %s is version %u and not supported (try "
                           "upgrading GIT to a newer version)",
                           path, (unsigned)version);
    return QN_OK;
}

static enum qn_status open_data(struct qn_ctx *ctx, struct qn_pack_file *pack)
{
    size_t id_size = qn_id_size(pack->algorithm);
    struct qn_file_map map;
    enum qn_status status;

    if (pack->opened & OPENED_DATA)
        return QN_OK;
    status = qn_file_map(ctx, pack->path, &map);
    if (status)
        return status;
    status = check_header(ctx, pack->path, &map, id_size);
    if (status)
        goto out;
    pack->data = map;
    pack->data_end = map.size - id_size;
    pack->count = qn_endian_load32(map.data + 8);
    pack->opened |= OPENED_DATA;
    status = check_pair(ctx, pack);
    if (status) {
        pack->opened &= ~(unsigned)OPENED_DATA;
        memset(&pack->data, 0, sizeof(pack->data));
        goto out;
    }
    qn_trace_count(ctx, QN_COUNTER_PACK_OPEN, 1);
    return QN_OK;
out:
    qn_file_unmap(&map);
    return status;
}

enum qn_status qn_pack_file_open_index(struct qn_ctx *ctx,
                                       struct qn_pack_file *pack)
{
    enum qn_status status;

    qn_mutex_lock(pack->mutex);
    status = open_index(ctx, pack);
    qn_mutex_unlock(pack->mutex);
    return status;
}

enum qn_status qn_pack_file_open_data(struct qn_ctx *ctx,
                                      struct qn_pack_file *pack)
{
    enum qn_status status;

    qn_mutex_lock(pack->mutex);
    status = open_data(ctx, pack);
    qn_mutex_unlock(pack->mutex);
    return status;
}

enum qn_status qn_pack_file_open_reverse(struct qn_ctx *ctx,
                                         struct qn_pack_file *pack)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    qn_mutex_lock(pack->mutex);
    status = open_index(ctx, pack);
    if (!status && !(pack->opened & OPENED_REVERSE)) {
        status = qn_pack_file_sibling(ctx, pack, ".rev", &path);
        if (!status)
            status = qn_pack_reverse_open(ctx, qn_buf_string(&path),
                                          &pack->index, &pack->reverse);
        if (!status)
            pack->opened |= OPENED_REVERSE;
    }
    qn_mutex_unlock(pack->mutex);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_pack_file_wrap(struct qn_ctx *ctx, struct qn_bytes bytes,
                                 struct qn_bytes index, uint32_t algorithm,
                                 struct qn_pack_file **out)
{
    struct qn_pack_file *pack = NULL;
    enum qn_status status =
        qn_pack_file_new(ctx, "memory.pack", algorithm, &pack);

    if (status)
        return status;
    pack->is_borrowed = true;
    pack->data.data = bytes.data;
    pack->data.size = bytes.size;
    status = check_header(ctx, pack->path, &pack->data, qn_id_size(algorithm));
    if (!status)
        status = qn_pack_index_parse(ctx, index, "memory.idx", algorithm,
                                     &pack->index);
    if (status) {
        qn_pack_file_release(pack);
        return status;
    }
    pack->data_end = bytes.size - qn_id_size(algorithm);
    pack->count = qn_endian_load32(bytes.data + 8);
    pack->opened = OPENED_INDEX | OPENED_DATA;
    status = check_pair(ctx, pack);
    if (status)
        qn_pack_file_release(pack);
    else
        *out = pack;
    return status;
}
