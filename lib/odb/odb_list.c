/* SPDX-License-Identifier: MIT */
/* Every object there is. */
#include "odb/odb_private.h"

#include "base/memory.h"

#include <stdlib.h>

struct rows { /* raw ids, gathered to be sorted */
    uint8_t *data;
    size_t capacity;
    size_t count;
    size_t size; /* of one */
    bool is_sorted;
};

static enum qn_status keep_row(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id)
{
    struct rows *rows = data;
    enum qn_status status;
    uint8_t *at;

    status = qn_memory_grow(ctx, &rows->data, &rows->capacity, rows->count + 1,
                            rows->size);
    if (status)
        return status;
    at = rows->data + rows->count * rows->size;
    memcpy(at, id->bytes, rows->size);
    if (rows->count > 0 && memcmp(at - rows->size, at, rows->size) > 0)
        rows->is_sorted = false;
    rows->count++;
    return QN_OK;
}

static int compare_sha1(const void *a, const void *b)
{
    return memcmp(a, b, 20);
}

static int compare_sha256(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

static enum qn_status list_all(struct qn_ctx *ctx, struct qn_odb *odb,
                               unsigned flags, qn_odb_id_fn *each, void *data)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);
    size_t i;

    for (i = 0; i < odb->source_count && !status; i++)
        status = odb->sources[i]->table->list(ctx, odb->sources[i], flags, each,
                                              data);
    return status;
}

enum qn_status qn_odb_list(struct qn_ctx *ctx, struct qn_odb *odb,
                           unsigned flags, qn_odb_id_fn *each, void *data)
{
    uint32_t algorithm = odb->store->options.algorithm;
    struct rows rows = {.size = qn_id_size(algorithm), .is_sorted = true};
    enum qn_status status;
    struct qn_id id;
    size_t i;

    if (!(flags & QN_ODB_LIST_SORTED)) {
        status = list_all(ctx, odb, flags, each, data);
        return status == QN_END ? QN_OK : status;
    }
    status = list_all(ctx, odb, flags, keep_row, &rows);
    if (!status && !rows.is_sorted)
        qsort(rows.data, rows.count, rows.size,
              rows.size == 20 ? compare_sha1 : compare_sha256);
    for (i = 0; i < rows.count && !status; i++) {
        const uint8_t *row = rows.data + i * rows.size;

        if (i > 0 && memcmp(row - rows.size, row, rows.size) == 0)
            continue;
        qn_id_from_row(&id, algorithm, row);
        status = each(ctx, data, &id);
    }
    qn_memory_free(rows.data);
    return status == QN_END ? QN_OK : status;
}
