/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "index/index.h"
#include "index/index_internal.h"

size_t qn_index_resolve_undo_count(const struct qn_index *index)
{
    return index->undo_count;
}

const struct qn_index_resolve_undo *
qn_index_resolve_undo_at(const struct qn_index *index, size_t i)
{
    return &index->undo[i];
}

void qn_index_resolve_undo_clear(struct qn_index *index)
{
    if (index->undo_count > 0)
        index->is_changed = true;
    index->undo_count = 0;
}

bool qn_index_resolve_undo_remove(struct qn_index *index, struct qn_bytes path)
{
    for (size_t i = 0; i < index->undo_count; i++) {
        if (!qn_bytes_is_equal(index->undo[i].path, path))
            continue;
        index->undo_count--;
        memmove(index->undo + i, index->undo + i + 1,
                (index->undo_count - i) * sizeof(*index->undo));
        index->is_changed = true;
        return true;
    }
    return false;
}

/* The row of a path, made where it belongs when there is none. */
static enum qn_status find_row(struct qn_ctx *ctx, struct qn_index *index,
                               struct qn_bytes path,
                               struct qn_index_resolve_undo **out)
{
    size_t low = 0, high = index->undo_count;
    struct qn_index_resolve_undo *row;
    enum qn_status status;
    char *copy;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = qn_bytes_compare(index->undo[middle].path, path);

        if (order == 0) {
            *out = &index->undo[middle];
            return QN_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    status = qn_memory_grow(ctx, &index->undo, &index->undo_capacity,
                            index->undo_count + 1, sizeof(*index->undo));
    if (status)
        return status;
    copy = qn_arena_copy(ctx, &index->arena, path);
    if (!copy)
        return QN_NO_MEMORY;
    row = index->undo + low;
    memmove(row + 1, row, (index->undo_count - low) * sizeof(*row));
    index->undo_count++;
    memset(row, 0, sizeof(*row));
    row->path = qn_bytes_make(copy, path.size);
    for (int i = 0; i < 3; i++)
        qn_id_clear(&row->id[i], index->algorithm);
    *out = row;
    return QN_OK;
}

enum qn_status qn_resolve_undo_record(struct qn_ctx *ctx,
                                      struct qn_index *index,
                                      const struct qn_index_entry *entry)
{
    struct qn_index_resolve_undo *row;
    enum qn_status status;

    if (entry->stage == 0)
        return QN_OK;
    status = find_row(ctx, index, entry->path, &row);
    if (status)
        return status;
    row->mode[entry->stage - 1] = entry->mode;
    row->id[entry->stage - 1] = entry->id;
    return QN_OK;
}

static bool take_octal(struct qn_bytes *data, uint32_t *out)
{
    uint32_t value = 0;
    size_t end = qn_bytes_find(*data, 0);

    if (end == data->size || end == 0 || end > 7)
        return false;
    for (size_t i = 0; i < end; i++) {
        if (data->data[i] < '0' || data->data[i] > '7')
            return false;
        value = value * 8 + (uint32_t)(data->data[i] - '0');
    }
    *data = qn_bytes_from(*data, end + 1);
    *out = value;
    return true;
}

enum qn_status qn_resolve_undo_read(struct qn_ctx *ctx, struct qn_index *index,
                                    struct qn_bytes data)
{
    size_t width = qn_id_size(index->algorithm);

    while (data.size > 0) {
        struct qn_index_resolve_undo *row;
        struct qn_bytes path;
        uint32_t mode[3];
        enum qn_status status;

        path = qn_bytes_first(data, qn_bytes_find(data, 0));
        data = qn_bytes_from(data, path.size + 1);
        for (int i = 0; i < 3; i++) {
            if (!take_octal(&data, &mode[i]))
                goto bad;
        }
        status = find_row(ctx, index, path, &row);
        if (status)
            return status;
        for (int i = 0; i < 3; i++) {
            row->mode[i] = mode[i];
            if (mode[i] == 0)
                continue;
            if (data.size < width)
                goto bad;
            qn_id_from_row(&row->id[i], index->algorithm, data.data);
            data = qn_bytes_from(data, width);
        }
    }
    return QN_OK;
bad:
    /* It only helps to undo: an index without it is whole. */
    index->undo_count = 0;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "index.resolve-undo",
                  "Index records invalid resolve-undo information");
    return QN_OK;
}

enum qn_status qn_resolve_undo_append(struct qn_ctx *ctx,
                                      const struct qn_index *index,
                                      struct qn_buf *out)
{
    size_t width = qn_id_size(index->algorithm);

    for (size_t r = 0; r < index->undo_count; r++) {
        const struct qn_index_resolve_undo *row = &index->undo[r];
        enum qn_status status = qn_buf_append_bytes(ctx, out, row->path);

        if (!status)
            status = qn_buf_append_byte(ctx, out, 0);
        for (int i = 0; i < 3 && !status; i++) {
            status = qn_buf_printf(ctx, out, "%o", row->mode[i]);
            if (!status)
                status = qn_buf_append_byte(ctx, out, 0);
        }
        for (int i = 0; i < 3 && !status; i++) {
            if (row->mode[i])
                status = qn_buf_append(ctx, out, row->id[i].bytes, width);
        }
        if (status)
            return status;
    }
    return QN_OK;
}

enum qn_status qn_index_unresolve(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_bytes path, bool *is_done)
{
    struct qn_index_resolve_undo row;
    struct qn_index_resolve_undo *place = NULL;
    bool found;
    size_t i;
    enum qn_status status = QN_OK;

    *is_done = false;
    for (size_t r = 0; r < index->undo_count && !place; r++)
        if (qn_bytes_is_equal(index->undo[r].path, path))
            place = &index->undo[r];
    if (!place)
        return QN_OK;
    i = qn_index_find(index, path, 0, &found);
    if (found && index->entries[i]->stage != 0)
        return QN_OK;
    row = *place;
    if (found)
        qn_index_remove_at(index, i);
    for (unsigned stage = 1; stage <= 3 && !status; stage++) {
        struct qn_index_entry entry = {.path = row.path,
                                       .id = row.id[stage - 1],
                                       .mode = row.mode[stage - 1],
                                       .stage = (uint8_t)stage};

        if (entry.mode)
            status = qn_index_add(ctx, index, &entry, true);
    }
    if (status)
        return status;
    (void)qn_index_resolve_undo_remove(index, path);
    index->is_changed = true;
    *is_done = true;
    return QN_OK;
}
