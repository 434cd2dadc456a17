/* SPDX-License-Identifier: MIT */
/* Objects that came by their ids alone have no names to be sorted by; the trees
 * among them say what the others are called in their directory, which is nearly
 * all that the name hash goes by. */
#include "operation/part/pack_gather.h"

#include "base/memory.h"
#include "object/tree.h"
#include "odb/odb_bulk.h"
#include "odb/odb_pack.h"

static enum qn_status name_entries(struct qn_ctx *ctx, void *data,
                                   const struct qn_odb_bulk_item *item)
{
    struct qn_pack_list *list = ((struct qn_pack_gather *)data)->list;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    if (item->status || item->info.type != QN_OBJECT_TREE)
        return QN_OK; /* told of when it is packed */
    qn_tree_reader_init(&reader, item->data, list->ids.algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        uint32_t number = qn_id_map_find_row(&list->ids, entry.id);

        if (number != QN_ID_MAP_NONE && list->entries[number].name_hash == 0) {
            list->entries[number].type =
                qn_mode_is_tree(entry.mode) ? QN_OBJECT_TREE : QN_OBJECT_BLOB;
            list->entries[number].name_hash =
                qn_pack_list_hash(entry.name, list->name_hash_version);
        }
    }
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_pack_names_from(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather, uint32_t first)
{
    struct qn_pack_list *list = gather->list;
    size_t count = qn_pack_list_count(list), size = list->ids.row_size;
    struct qn_odb_bulk bulk = {.wants_content = true,
                               .want = QN_ODB_WANT_TYPE,
                               .each = name_entries,
                               .data = gather};
    uint8_t *rows = qn_memory_array(ctx, count + 1, size);
    enum qn_status status = QN_OK;
    uint32_t i;

    if (!rows)
        return QN_NO_MEMORY;
    for (i = first; i < count; i++)
        if (list->entries[i].type == QN_OBJECT_TREE)
            memcpy(rows + bulk.count++ * size, qn_pack_list_row(list, i), size);
    bulk.rows = rows;
    if (bulk.count > 0)
        status = qn_odb_bulk_read(ctx, list->odb, &bulk);
    qn_memory_free(rows);
    return status;
}

enum qn_status qn_pack_names_find(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather)
{
    struct qn_pack_list *list = gather->list;
    size_t count = qn_pack_list_count(list), i;
    struct qn_pack_file *first = NULL;
    enum qn_status status = QN_OK;
    bool has_new = false;

    /* Nothing is searched for among the objects of one pack. */
    for (i = 0; i < count && !status; i++) {
        struct qn_pack_list_entry *entry = &list->entries[i];
        struct qn_pack_file *pack = NULL;
        struct qn_odb_info info;
        uint64_t offset;
        struct qn_id id;

        if (entry->type != QN_OBJECT_NONE)
            continue;
        qn_id_map_id(&list->ids, (uint32_t)i, &id);
        status = qn_odb_pack_locate(ctx, list->odb, &id, &pack, &offset);
        if (!status)
            status =
                qn_odb_read_info(ctx, list->odb, &id, QN_ODB_WANT_TYPE, &info);
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        entry->type = (uint8_t)info.type;
        if (i == 0)
            first = pack;
        has_new |= pack != first || !pack;
    }
    return status || !has_new ? status : qn_pack_names_from(ctx, gather, 0);
}
