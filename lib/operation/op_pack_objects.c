/* SPDX-License-Identifier: MIT */
#include "operation/op_pack_objects.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "odb/odb_pack.h"
#include "operation/part/delta_search.h"
#include "pack/pack_entry.h"

#include <stdlib.h>

#define DEFAULT_BIG_FILE (512ull << 20)

static int compare_order(const void *a, const void *b)
{
    const struct qn_delta_search_item *one =
        *(struct qn_delta_search_item *const *)a;
    const struct qn_delta_search_item *two =
        *(struct qn_delta_search_item *const *)b;

    return one->order < two->order ? -1 : one->order > two->order;
}

/* What is no new delta: copied, or compressed whole.  `hanging`: those that
 * stand on a new delta, which are written after it; otherwise the others. */
static enum qn_status write_stored(struct qn_ctx *ctx,
                                   const struct qn_op_pack_objects *options,
                                   const struct qn_delta_search_item *items,
                                   const struct qn_id_map *hanging,
                                   struct qn_pack_writer *writer)
{
    size_t id_size = qn_id_size(qn_odb_algorithm(options->odb)), count = 0, i;
    uint8_t *rows = qn_memory_array(ctx, options->count + 1, id_size);
    struct qn_odb_pack_request request = {.rows = rows,
                                          .level = options->level,
                                          .wants_ids = true,
                                          .written = hanging};
    enum qn_status status;

    if (!rows)
        return QN_NO_MEMORY;
    for (i = 0; i < options->count; i++)
        if (items[i].base == QN_DELTA_SEARCH_NONE &&
            (items[items[i].root].base != QN_DELTA_SEARCH_NONE) ==
                (hanging != NULL))
            memcpy(rows + count++ * id_size, items[i].row, id_size);
    request.count = count;
    status = qn_odb_pack_write(ctx, options->odb, &request, writer);
    qn_memory_free(rows);
    return status;
}

/* Where each object that was written begins. */
static enum qn_status map_offsets(struct qn_ctx *ctx,
                                  const struct qn_pack_writer *writer,
                                  struct qn_id_map *map)
{
    size_t id_size = qn_id_size(map->algorithm), i;
    enum qn_status status = QN_OK;
    uint32_t at;
    bool is_new;

    for (i = 0; i < writer->table.count && !status; i++) {
        status = qn_id_map_put_row(ctx, map, writer->table.rows + i * id_size,
                                   &at, &is_new);
        if (!status)
            map->values[at] = writer->table.offsets[i];
    }
    return status;
}

static enum qn_status write_delta(struct qn_ctx *ctx,
                                  const struct qn_delta_search_item *items,
                                  const struct qn_delta_search_item *item,
                                  struct qn_id_map *map,
                                  struct qn_pack_writer *writer)
{
    struct qn_pack_writer_entry entry = {
        .row = item->row,
        .type = QN_PACK_ENTRY_OFFSET_DELTA,
        .size = item->delta_size,
        .data = qn_buf_bytes(&item->delta),
    };
    uint32_t at = qn_id_map_find_row(map, items[item->base].row);
    enum qn_status status;
    bool is_new;

    if (at == QN_ID_MAP_NONE)
        return qn_ctx_fail(ctx, QN_INTERNAL, "a delta comes before its base");
    entry.base_offset = map->values[at];
    status = qn_id_map_put_row(ctx, map, item->row, &at, &is_new);
    if (status)
        return status;
    map->values[at] = writer->offset;
    return qn_pack_writer_add_entry(ctx, writer, &entry);
}

static enum qn_status write_deltas(struct qn_ctx *ctx,
                                   const struct qn_op_pack_objects *options,
                                   struct qn_delta_search_item *items,
                                   struct qn_pack_writer *writer)
{
    struct qn_delta_search_item **sorted =
        qn_memory_array(ctx, options->count + 1, sizeof(*sorted));
    enum qn_status status = QN_NO_MEMORY;
    struct qn_id_map map;
    size_t count = 0, i;

    qn_id_map_init(&map, qn_odb_algorithm(options->odb));
    if (!sorted)
        goto out;
    for (i = 0; i < options->count; i++)
        if (items[i].base != QN_DELTA_SEARCH_NONE)
            sorted[count++] = &items[i];
    if (count > 1)
        qsort(sorted, count, sizeof(*sorted), compare_order);
    status = map_offsets(ctx, writer, &map);
    for (i = 0; i < count && !status; i++)
        status = write_delta(ctx, items, sorted[i], &map, writer);
    if (!status)
        status = write_stored(ctx, options, items, &map, writer);
out:
    qn_id_map_dispose(&map);
    qn_memory_free(sorted);
    return status;
}

enum qn_status
qn_op_pack_objects_write(struct qn_ctx *ctx,
                         const struct qn_op_pack_objects *options, int fd,
                         const char *path, struct qn_pack_table *table)
{
    uint32_t algorithm = qn_odb_algorithm(options->odb);
    struct qn_delta_search search = {
        .odb = options->odb,
        .window = options->window,
        .depth = options->depth,
        .big_file_threshold = options->big_file_threshold
                                  ? options->big_file_threshold
                                  : DEFAULT_BIG_FILE,
        .level = options->level,
    };
    struct qn_pack_writer writer = QN_PACK_WRITER_INIT;
    struct qn_delta_search_item *items;
    enum qn_status status;
    size_t i;

    if (options->count >= UINT32_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many objects for one pack");
    items = qn_memory_calloc(ctx, options->count + 1, sizeof(*items));
    if (!items)
        return QN_NO_MEMORY;
    for (i = 0; i < options->count; i++) {
        items[i].row = options->rows + i * qn_id_size(algorithm);
        items[i].name_hash = options->name_hashes ? options->name_hashes[i] : 0;
    }
    status = qn_delta_search_run(ctx, &search, items, options->count);
    if (!status)
        status = qn_pack_writer_begin(ctx, &writer, fd, path, algorithm,
                                      (uint32_t)options->count);
    if (!status)
        status = write_stored(ctx, options, items, NULL, &writer);
    if (!status)
        status = write_deltas(ctx, options, items, &writer);
    if (!status)
        status = qn_pack_writer_finish(ctx, &writer);
    if (!status) {
        *table = writer.table;
        qn_pack_table_init(&writer.table, algorithm);
    }
    for (i = 0; i < options->count; i++)
        qn_buf_dispose(&items[i].delta);
    qn_memory_free(items);
    qn_pack_writer_dispose(&writer);
    return status;
}
