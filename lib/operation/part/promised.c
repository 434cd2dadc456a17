/* SPDX-License-Identifier: MIT */
#include "operation/part/promised.h"

#include "base/memory.h"
#include "config/config_edit.h"
#include "odb/odb_bulk.h"
#include "odb/odb_pack.h"
#include "operation/part/object_links.h"
#include "pack/pack_file.h"

struct collection {
    struct qn_odb *odb;
    struct qn_id_map *set;
    uint8_t *rows; /* of the packs' own objects */
    size_t count;
    size_t capacity;
    size_t kept; /* rows of those that are no blobs */
};

static enum qn_status add(struct qn_ctx *ctx, void *data,
                          enum qn_object_type type, const uint8_t *row)
{
    struct collection *collection = data;
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put_row(ctx, collection->set, row, &position, &is_new);

    if (!status && is_new)
        collection->set->values[position] = (uint64_t)type;
    return status;
}

static enum qn_status add_pack(struct qn_ctx *ctx, void *data,
                               struct qn_pack_file *pack)
{
    struct collection *collection = data;
    size_t size = qn_id_size(pack->algorithm);
    enum qn_status status;
    uint32_t i;

    if (!pack->is_promisor)
        return QN_OK;
    status = qn_pack_file_open_reverse(ctx, pack);
    if (!status)
        status = qn_memory_grow(ctx, &collection->rows, &collection->capacity,
                                collection->count + pack->index.count, size);
    for (i = 0; !status && i < pack->index.count; i++) {
        uint32_t at = qn_pack_reverse_position(&pack->reverse, i);

        memcpy(collection->rows + collection->count++ * size,
               qn_pack_index_row(&pack->index, at), size);
    }
    return status;
}

/* Types first: of the contents, those of blobs name nothing. */
static enum qn_status add_own(struct qn_ctx *ctx, void *data,
                              const struct qn_odb_bulk_item *item)
{
    struct collection *collection = data;
    size_t size = qn_id_size(item->id.algorithm);
    enum qn_status status;

    if (item->status)
        return QN_OK; /* whoever reads it will say so */
    status = add(ctx, data, item->info.type, item->id.bytes);
    if (!status && item->info.type != QN_OBJECT_BLOB)
        memmove(collection->rows + collection->kept++ * size, item->id.bytes,
                size);
    return status;
}

static enum qn_status add_links(struct qn_ctx *ctx, void *data,
                                const struct qn_odb_bulk_item *item)
{
    enum qn_status status;

    if (item->status)
        return QN_OK;
    status = qn_object_links_each(ctx, item->id.algorithm, item->info.type,
                                  item->data, false, add, data);
    if (status != QN_CORRUPT)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_promised_collect(struct qn_ctx *ctx, struct qn_odb *odb,
                                   struct qn_id_map *set)
{
    struct collection collection = {.odb = odb, .set = set};
    struct qn_odb_bulk bulk = {
        .want = QN_ODB_WANT_TYPE, .each = add_own, .data = &collection};
    enum qn_status status = qn_odb_pack_each(ctx, odb, add_pack, &collection);

    bulk.rows = collection.rows;
    bulk.count = collection.count;
    if (!status)
        status = qn_odb_bulk_read(ctx, odb, &bulk);
    bulk.count = collection.kept;
    bulk.wants_content = true;
    bulk.each = add_links;
    if (!status)
        status = qn_odb_bulk_read(ctx, odb, &bulk);
    qn_memory_free(collection.rows);
    return status;
}

static enum qn_status look(struct qn_ctx *ctx, void *data,
                           struct qn_pack_file *pack)
{
    bool *has_any = data;
    enum qn_status status;

    if (!pack->is_promisor)
        return QN_OK;
    status = qn_pack_file_open_index(ctx, pack);
    *has_any = !status && pack->index.count > 0;
    return *has_any ? QN_END : status;
}

enum qn_status qn_promised_any(struct qn_ctx *ctx, struct qn_odb *odb,
                               bool *out)
{
    enum qn_status status;

    *out = false;
    status = qn_odb_pack_each(ctx, odb, look, out);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status set(struct qn_ctx *ctx, const char *path,
                          const char *remote, const char *variable,
                          const char *value)
{
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &key, "remote.%s.%s", remote, variable);

    if (!status)
        status = qn_config_edit_set(ctx, path, qn_buf_string(&key), value);
    qn_buf_dispose(&key);
    return status;
}

enum qn_status qn_promised_register(struct qn_ctx *ctx, const char *path,
                                    const char *remote, const char *filter)
{
    enum qn_status status = set(ctx, path, remote, "promisor", "true");

    if (!status)
        status = set(ctx, path, remote, "partialclonefilter", filter);
    return status ? status
                  : qn_config_edit_set(ctx, path,
                                       "core.repositoryformatversion", "1");
}
