/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_list.h"

#include "base/memory.h"

void qn_pack_list_init(struct qn_pack_list *list, struct qn_odb *odb)
{
    memset(list, 0, sizeof(*list));
    list->odb = odb;
    list->name_hash_version = 1;
    qn_id_map_init(&list->ids, qn_odb_algorithm(odb));
}

void qn_pack_list_dispose(struct qn_pack_list *list)
{
    size_t i;

    for (i = 0; i < list->ids.count && list->entries; i++)
        qn_memory_free(list->entries[i].delta);
    for (i = 0; i < list->pack_count; i++)
        qn_pack_file_release(list->packs[i]);
    qn_memory_free(list->packs);
    for (i = 0; i < list->front_packs; i++) {
        qn_pack_file_release(list->fronts[i].pack);
        qn_memory_free(list->fronts[i].set);
        qn_memory_free(list->fronts[i].cuts);
    }
    qn_memory_free(list->fronts);
    list->fronts = NULL;
    list->front_packs = 0;
    list->packs = NULL;
    list->pack_count = 0;
    qn_memory_free(list->entries);
    qn_id_map_dispose(&list->ids);
    list->entries = NULL;
}

enum qn_status qn_pack_list_add_front(struct qn_ctx *ctx,
                                      struct qn_pack_list *list,
                                      const struct qn_pack_list_front *front)
{
    struct qn_pack_list_front *to;
    enum qn_status status =
        qn_memory_grow(ctx, &list->fronts, &list->front_capacity,
                       list->front_packs + 1, sizeof(*list->fronts));

    if (status)
        return status;
    to = &list->fronts[list->front_packs];
    *to = *front;
    to->shift = 0;
    if (list->front_packs > 0)
        to->shift = to[-1].shift + to[-1].end - QN_PACK_FILE_HEADER_SIZE;
    qn_pack_file_retain(to->pack);
    list->front_packs++;
    list->front_count += front->count;
    return QN_OK;
}

static bool is_in_front(const struct qn_pack_list_front *front, uint64_t offset)
{
    uint32_t i;

    if (offset >= front->end || !front->set)
        return offset < front->end;
    i = qn_pack_reverse_find(&front->pack->reverse, &front->pack->index,
                             offset);
    return i != QN_PACK_INDEX_NONE && front->set[i / 64] >> (i % 64) & 1;
}

const struct qn_pack_list_front *
qn_pack_list_front_of(const struct qn_pack_list *list,
                      const struct qn_pack_file *pack, uint64_t offset)
{
    size_t i;

    for (i = 0; i < list->front_packs; i++)
        if (list->fronts[i].pack == pack)
            return is_in_front(&list->fronts[i], offset) ? &list->fronts[i]
                                                         : NULL;
    return NULL;
}

bool qn_pack_list_has(const struct qn_pack_list *list, const struct qn_id *id)
{
    size_t i;

    if (qn_id_map_find(&list->ids, id) != QN_ID_MAP_NONE)
        return true;
    for (i = 0; i < list->front_packs; i++) {
        const struct qn_pack_index *index = &list->fronts[i].pack->index;
        uint32_t position = qn_pack_index_find(index, id->bytes);

        if (position != QN_PACK_INDEX_NONE &&
            is_in_front(&list->fronts[i],
                        qn_pack_index_offset(index, position)))
            return true;
    }
    return false;
}

static uint32_t hash_ends(struct qn_bytes path)
{
    uint32_t hash = 0;
    size_t i;

    for (i = 0; i < path.size; i++) {
        uint8_t byte = path.data[i];

        if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
            continue;
        hash = (hash >> 2) + ((uint32_t)byte << 24);
    }
    return hash;
}

static uint32_t reverse_bits(uint8_t byte)
{
    byte = (uint8_t)((byte & 0xf0) >> 4 | (byte & 0x0f) << 4);
    byte = (uint8_t)((byte & 0xcc) >> 2 | (byte & 0x33) << 2);
    byte = (uint8_t)((byte & 0xaa) >> 1 | (byte & 0x55) << 1);
    return byte;
}

static uint32_t hash_levels(struct qn_bytes path)
{
    uint32_t hash = 0, base = 0;
    size_t i;

    for (i = 0; i < path.size; i++) {
        uint8_t byte = path.data[i];

        if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
            continue;
        if (byte == '/') {
            base = (base >> 6) ^ hash;
            hash = 0;
        } else {
            hash = (hash >> 2) + (reverse_bits(byte) << 24);
        }
    }
    return (base >> 6) ^ hash;
}

uint32_t qn_pack_list_hash(struct qn_bytes path, uint32_t version)
{
    return version == 2 ? hash_levels(path) : hash_ends(path);
}

enum qn_status qn_pack_list_put(struct qn_ctx *ctx, struct qn_pack_list *list,
                                const struct qn_pack_list_add *add,
                                uint32_t *number, bool *is_new)
{
    struct qn_pack_list_entry *entry;
    enum qn_status status =
        qn_memory_grow(ctx, &list->entries, &list->capacity,
                       list->ids.count + 1, sizeof(*list->entries));

    if (!status)
        status = qn_id_map_put_row(ctx, &list->ids, add->row, number, is_new);
    if (status)
        return status;
    entry = &list->entries[*number];
    if (*is_new) {
        memset(entry, 0, sizeof(*entry));
        entry->base = QN_PACK_LIST_NONE;
        entry->type = (uint8_t)add->type;
        entry->flags = (uint16_t)add->flags;
        if (add->flags & QN_PACK_LIST_BASE)
            list->base_count++;
    } else if (add->flags & QN_PACK_LIST_BASE &&
               !(entry->flags & QN_PACK_LIST_BASE)) {
        entry->flags |= QN_PACK_LIST_BASE;
        list->base_count++;
    } else {
        entry->flags |= (uint16_t)add->flags;
    }
    if (add->path.size > 0 && entry->path_hash == 0) {
        uint64_t hash = qn_bytes_hash(add->path);

        entry->path_hash = (uint32_t)(hash ^ hash >> 32) | 1;
        entry->name_hash =
            qn_pack_list_hash(add->path, list->name_hash_version);
    }
    return QN_OK;
}
