/* SPDX-License-Identifier: MIT */
#include "odb/odb_pack.h"

#include "base/memory.h"
#include "hash/crc32.h"
#include "odb/odb_private.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"

#include <stdlib.h>

struct item {                  /* a wanted object */
    struct qn_pack_file *pack; /* NULL: in none */
    uint64_t offset;
    uint64_t new_offset;
    size_t position; /* in the rows */
};

struct copy { /* out of one pack */
    const struct qn_odb_pack_request *request;
    struct qn_odb *odb;
    struct qn_pack_writer *writer;
    struct qn_pack_file *pack;
    struct item *items; /* of this pack, by offset */
    size_t count;
    struct qn_object *object;
};

enum qn_status qn_odb_pack_locate(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  struct qn_pack_file **pack, uint64_t *offset)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);

    return status ? status
                  : qn_odb_packed_locate(ctx, odb->packed, id, pack, offset);
}

enum qn_status qn_odb_pack_each(struct qn_ctx *ctx, struct qn_odb *odb,
                                qn_odb_pack_fn *each, void *data)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);
    const struct qn_odb_snapshot *snapshot = odb->snapshot;
    size_t i, j;

    for (i = 0; !status && i < snapshot->count && !status; i++)
        for (j = 0; j < snapshot->directories[i].pack_count && !status; j++)
            status = each(ctx, data, snapshot->directories[i].packs[j]);
    return status == QN_END ? QN_OK : status;
}

static int compare_items(const void *a, const void *b)
{
    const struct item *one = a, *two = b;

    if (one->pack != two->pack) {
        if (!one->pack || !two->pack) /* those of no pack last */
            return one->pack ? -1 : 1;
        if (one->pack->size != two->pack->size)
            return one->pack->size > two->pack->size ? -1 : 1;
        return strcmp(one->pack->path, two->pack->path);
    }
    if (one->offset != two->offset)
        return one->offset < two->offset ? -1 : 1;
    return one->position < two->position ? -1 : 1;
}

static const uint8_t *row_of(const struct copy *copy, const struct item *item)
{
    size_t size = qn_id_size(copy->odb->store->options.algorithm);

    return copy->request->rows + item->position * size;
}

/* Every object of the pack is wanted: it goes over as it is. */
static enum qn_status copy_whole(struct qn_ctx *ctx, struct copy *copy)
{
    struct qn_pack_table *table = &copy->writer->table;
    struct qn_bytes bytes = qn_bytes_from(qn_pack_reader_bytes(copy->pack), 12);
    size_t id_size = qn_id_size(table->algorithm), first = table->count, i;
    uint64_t *offsets = qn_memory_array(ctx, copy->count, sizeof(*offsets));
    enum qn_status status;

    if (!offsets)
        return QN_NO_MEMORY;
    for (i = 0; i < copy->count; i++)
        offsets[i] = copy->items[i].offset - 12;
    status =
        qn_pack_writer_add_run(ctx, copy->writer, bytes, offsets, copy->count);
    qn_memory_free(offsets);
    for (i = 0; i < copy->count && !status && copy->request->wants_ids; i++) {
        uint64_t from = copy->items[i].offset;
        uint64_t to = i + 1 < copy->count ? copy->items[i + 1].offset
                                          : copy->pack->data_end;

        memcpy(table->rows + (first + i) * id_size,
               row_of(copy, &copy->items[i]), id_size);
        table->crcs[first + i] =
            qn_crc32(0, copy->pack->data.data + from, (size_t)(to - from));
    }
    return status;
}

static const struct item *find_item(const struct copy *copy, size_t limit,
                                    uint64_t offset)
{
    size_t low = 0, high = limit;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (copy->items[middle].offset == offset)
            return &copy->items[middle];
        if (copy->items[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Read the object and store it whole: its base does not come along. */
static enum qn_status copy_object(struct qn_ctx *ctx, struct copy *copy,
                                  const struct item *item)
{
    enum qn_status status;
    struct qn_id id;

    qn_id_from_row(&id, copy->odb->store->options.algorithm,
                   row_of(copy, item));
    status = qn_odb_read(ctx, copy->odb, &id, copy->object);
    if (status)
        return status;
    return qn_pack_writer_add_object(
        ctx, copy->writer, row_of(copy, item), copy->object->type,
        qn_object_bytes(copy->object), copy->request->level);
}

/* Where a base that was written before this request begins; 0: it was not. */
static uint64_t find_written(const struct copy *copy,
                             const struct qn_pack_entry *entry)
{
    const struct qn_id_map *written = copy->request->written;
    const struct qn_pack_file *pack = copy->pack;
    const uint8_t *row = entry->base_id;
    uint32_t at;

    if (!written)
        return 0;
    if (!row) {
        at = qn_pack_reverse_find(&pack->reverse, &pack->index,
                                  entry->base_offset);
        if (at == QN_PACK_INDEX_NONE)
            return 0;
        row = qn_pack_index_row(&pack->index,
                                qn_pack_reverse_position(&pack->reverse, at));
    }
    at = qn_id_map_find_row(written, row);
    return at == QN_ID_MAP_NONE ? 0 : written->values[at];
}

/* `end`: where the stored entry ends. */
static enum qn_status copy_entry(struct qn_ctx *ctx, struct copy *copy,
                                 size_t i, uint64_t end)
{
    struct item *item = &copy->items[i];
    struct qn_bytes bytes = qn_pack_reader_bytes(copy->pack);
    struct qn_pack_writer_entry out;
    const struct item *base = NULL;
    struct qn_pack_entry entry;
    uint64_t base_offset = 0;
    enum qn_status status;

    item->new_offset = copy->writer->offset;
    status = qn_pack_entry_parse(ctx, bytes, copy->pack->algorithm,
                                 item->offset, &entry);
    if (status)
        return status;
    if (end <= entry.data_offset || end > bytes.size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bad offset for revindex of %s",
                           copy->pack->path);
    if (entry.base_id) {
        uint32_t position =
            qn_pack_index_find(&copy->pack->index, entry.base_id);

        if (position != QN_PACK_INDEX_NONE)
            base = find_item(
                copy, i, qn_pack_index_offset(&copy->pack->index, position));
    } else if (qn_pack_entry_is_delta(&entry)) {
        base = find_item(copy, i, entry.base_offset);
    }
    if (base)
        base_offset = base->new_offset;
    else if (qn_pack_entry_is_delta(&entry))
        base_offset = find_written(copy, &entry);
    if (qn_pack_entry_is_delta(&entry) && base_offset == 0)
        return copy_object(ctx, copy, item);
    memset(&out, 0, sizeof(out));
    out.row = row_of(copy, item);
    out.type = base_offset ? QN_PACK_ENTRY_OFFSET_DELTA : entry.type;
    out.size = entry.size;
    out.base_offset = base_offset;
    out.data = qn_bytes_make(bytes.data + entry.data_offset,
                             (size_t)(end - entry.data_offset));
    return qn_pack_writer_add_entry(ctx, copy->writer, &out);
}

/* Walk the pack's own order beside the wanted items: the next entry of the pack
 * is where this one ends. */
static enum qn_status copy_some(struct qn_ctx *ctx, struct copy *copy)
{
    const struct qn_pack_file *pack = copy->pack;
    enum qn_status status = QN_OK;
    uint32_t at = 0;
    size_t i;

    for (i = 0; i < copy->count && !status; i++) {
        uint64_t end = pack->data_end, offset;

        do {
            if (at == pack->reverse.count)
                return qn_ctx_fail(ctx, QN_CORRUPT,
                                   "bad offset for revindex of %s", pack->path);
            offset = qn_pack_index_offset(
                &pack->index, qn_pack_reverse_position(&pack->reverse, at++));
        } while (offset != copy->items[i].offset);
        if (at < pack->reverse.count)
            end = qn_pack_index_offset(
                &pack->index, qn_pack_reverse_position(&pack->reverse, at));
        if (i % 256 == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = copy_entry(ctx, copy, i, end);
    }
    return status;
}

static enum qn_status copy_pack(struct qn_ctx *ctx, struct copy *copy)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!copy->pack) {
        for (i = 0; i < copy->count && !status; i++)
            status = copy_object(ctx, copy, &copy->items[i]);
        return status;
    }
    status = qn_pack_file_open_reverse(ctx, copy->pack);
    if (!status)
        status = qn_pack_file_open_data(ctx, copy->pack);
    if (status)
        return status;
    if (copy->count == copy->pack->count && copy->items[0].offset == 12)
        return copy_whole(ctx, copy);
    return copy_some(ctx, copy);
}

static enum qn_status find_items(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_odb_pack_request *request,
                                 struct item *items)
{
    uint32_t algorithm = odb->store->options.algorithm;
    size_t id_size = qn_id_size(algorithm), i;
    enum qn_status status = qn_odb_ensure(ctx, odb);
    struct qn_id id;

    for (i = 0; i < request->count && !status; i++) {
        qn_id_from_row(&id, algorithm, request->rows + i * id_size);
        items[i].position = i;
        status = qn_odb_packed_locate(ctx, odb->packed, &id, &items[i].pack,
                                      &items[i].offset);
    }
    return status;
}

enum qn_status qn_odb_pack_write(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_odb_pack_request *request,
                                 struct qn_pack_writer *writer)
{
    struct item *items =
        qn_memory_calloc(ctx, request->count + 1, sizeof(*items));
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;
    size_t first, end;

    if (!items)
        return QN_NO_MEMORY;
    status = find_items(ctx, odb, request, items);
    if (!status)
        qsort(items, request->count, sizeof(*items), compare_items);
    for (first = 0; first < request->count && !status; first = end) {
        struct copy copy = {.request = request,
                            .odb = odb,
                            .writer = writer,
                            .pack = items[first].pack,
                            .items = items + first,
                            .object = &object};

        for (end = first;
             end < request->count && items[end].pack == items[first].pack;
             end++)
            continue;
        copy.count = end - first;
        status = copy_pack(ctx, &copy);
    }
    qn_object_dispose(&object);
    qn_memory_free(items);
    return status;
}
