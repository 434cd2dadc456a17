/* SPDX-License-Identifier: MIT */
#include "refs/reftable.h"

#include "base/memory.h"

#include <string.h>

#define INDEX_DEPTH_MAX 16

void qn_reftable_cursor_init(struct qn_reftable_cursor *cursor,
                             struct qn_reftable *table,
                             enum qn_reftable_section section)
{
    memset(cursor, 0, sizeof(*cursor));
    cursor->table = qn_reftable_retain(table);
    cursor->section = section;
}

void qn_reftable_cursor_dispose(struct qn_reftable_cursor *cursor)
{
    qn_buf_dispose(&cursor->block.inflated);
    qn_buf_dispose(&cursor->record.key);
    qn_reftable_release(cursor->table);
    cursor->table = NULL;
}

static bool has_section(const struct qn_reftable_cursor *cursor)
{
    return cursor->section == QN_REFTABLE_REFS ? cursor->table->has_refs
                                               : cursor->table->has_logs;
}

/* Open the block at `position` of the cursor's section; past the section's end
 * the cursor is at its end. */
static enum qn_status open_block(struct qn_ctx *ctx,
                                 struct qn_reftable_cursor *cursor,
                                 uint64_t position)
{
    const struct qn_reftable *table = cursor->table;
    uint64_t end =
        cursor->section == QN_REFTABLE_REFS ? table->ref_end : table->log_end;
    enum qn_status status;

    cursor->has_block = false;
    if (position >= end) {
        cursor->is_at_end = true;
        return QN_OK;
    }
    status = qn_reftable_block_open(ctx, table, position, &cursor->block);
    if (status)
        return status;
    if (cursor->block.type != (uint8_t)cursor->section) {
        cursor->is_at_end = true;
        return QN_OK;
    }
    cursor->has_block = true;
    cursor->offset = cursor->block.first;
    qn_buf_clear(&cursor->record.key);
    return QN_OK;
}

static enum qn_status open_first(struct qn_ctx *ctx,
                                 struct qn_reftable_cursor *cursor)
{
    cursor->is_at_end = !has_section(cursor);
    cursor->is_pending = false;
    if (cursor->is_at_end)
        return QN_OK;
    return open_block(
        ctx, cursor,
        cursor->section == QN_REFTABLE_REFS ? 0 : cursor->table->log_start);
}

/* The first record of an index block, or of those of its level behind it, whose
 * key is not below `key`: the root may be some blocks.  QN_END: none. */
static enum qn_status seek_level(struct qn_ctx *ctx,
                                 const struct qn_reftable *table,
                                 struct qn_reftable_block *block,
                                 struct qn_bytes key,
                                 struct qn_reftable_record *record)
{
    uint32_t offset;
    enum qn_status status =
        qn_reftable_block_seek(ctx, table, block, key, &offset, record);

    while (status == QN_END && block->next < table->size &&
           table->data[block->next] == 'i') {
        status = qn_reftable_block_open(ctx, table, block->next, block);
        if (!status)
            status =
                qn_reftable_block_seek(ctx, table, block, key, &offset, record);
    }
    return status;
}

/* Go down the index to the block that would hold `key`. */
static enum qn_status follow_index(struct qn_ctx *ctx,
                                   struct qn_reftable_cursor *cursor,
                                   uint64_t position, struct qn_bytes key)
{
    const struct qn_reftable *table = cursor->table;
    struct qn_reftable_block block;
    enum qn_status status;
    int depth;

    memset(&block, 0, sizeof(block));
    for (depth = 0; depth < INDEX_DEPTH_MAX; depth++) {
        status = qn_reftable_block_open(ctx, table, position, &block);
        if (status)
            break;
        if (block.type != 'i') {
            status = open_block(ctx, cursor, position);
            goto out;
        }
        status = seek_level(ctx, table, &block, key, &cursor->record);
        if (status == QN_END) { /* behind everything */
            cursor->is_at_end = true;
            status = QN_OK;
            goto out;
        }
        if (status)
            goto out;
        position = cursor->record.position;
    }
    if (!status)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.reftable-corrupt",
                                    qn_buf_string(&table->name),
                                    "reftable '%s': index is too deep",
                                    qn_buf_string(&table->name));
out:
    qn_buf_dispose(&block.inflated);
    return status;
}

enum qn_status qn_reftable_cursor_seek(struct qn_ctx *ctx,
                                       struct qn_reftable_cursor *cursor,
                                       struct qn_bytes key)
{
    const struct qn_reftable *table = cursor->table;
    uint64_t index = cursor->section == QN_REFTABLE_REFS ? table->ref_index
                                                         : table->log_index;
    enum qn_status status;

    cursor->is_at_end = !has_section(cursor);
    cursor->is_pending = false;
    if (cursor->is_at_end)
        return QN_OK;
    if (index && key.size)
        status = follow_index(ctx, cursor, index, key);
    else
        status = open_first(ctx, cursor);
    while (!status && !cursor->is_at_end) {
        status = qn_reftable_block_seek(ctx, table, &cursor->block, key,
                                        &cursor->offset, &cursor->record);
        if (!status)
            cursor->is_pending = true;
        if (status != QN_END)
            break;
        status = open_block(ctx, cursor, cursor->block.next);
    }
    return status;
}

enum qn_status qn_reftable_cursor_next(struct qn_ctx *ctx,
                                       struct qn_reftable_cursor *cursor)
{
    enum qn_status status = QN_OK;

    if (cursor->is_pending) {
        cursor->is_pending = false;
        return QN_OK;
    }
    if (!cursor->has_block && !cursor->is_at_end)
        status = open_first(ctx, cursor);
    while (!status && !cursor->is_at_end) {
        status = qn_reftable_block_next(ctx, cursor->table, &cursor->block,
                                        &cursor->offset, &cursor->record);
        if (status != QN_END)
            return status;
        status = open_block(ctx, cursor, cursor->block.next);
    }
    return status ? status : QN_END;
}

enum qn_status qn_reftable_merge_add(struct qn_ctx *ctx,
                                     struct qn_reftable_merge *merge,
                                     struct qn_reftable *const *tables,
                                     size_t count,
                                     enum qn_reftable_section section)
{
    size_t live_capacity = merge->capacity;
    enum qn_status status;
    size_t i;

    status = qn_memory_grow(ctx, &merge->cursors, &merge->capacity,
                            merge->count + count, sizeof(*merge->cursors));
    if (!status)
        status = qn_memory_grow(ctx, &merge->is_live, &live_capacity,
                                merge->capacity, sizeof(*merge->is_live));
    for (i = 0; !status && i < count; i++) {
        qn_reftable_cursor_init(&merge->cursors[merge->count], tables[i],
                                section);
        merge->is_live[merge->count++] = false;
    }
    merge->last = merge->count;
    return status;
}

static enum qn_status advance(struct qn_ctx *ctx,
                              struct qn_reftable_merge *merge, size_t i)
{
    enum qn_status status = qn_reftable_cursor_next(ctx, &merge->cursors[i]);

    merge->is_live[i] = !status;
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_reftable_merge_seek(struct qn_ctx *ctx,
                                      struct qn_reftable_merge *merge,
                                      struct qn_bytes key)
{
    enum qn_status status = QN_OK;
    size_t i;

    merge->last = merge->count;
    for (i = 0; !status && i < merge->count; i++) {
        status = qn_reftable_cursor_seek(ctx, &merge->cursors[i], key);
        if (!status)
            status = advance(ctx, merge, i);
    }
    return status;
}

enum qn_status qn_reftable_merge_next(struct qn_ctx *ctx,
                                      struct qn_reftable_merge *merge,
                                      struct qn_reftable_record **out,
                                      size_t *source)
{
    size_t best = merge->count;
    enum qn_status status = QN_OK;
    size_t i;

    if (merge->last < merge->count)
        status = advance(ctx, merge, merge->last);
    merge->last = merge->count;
    /* The smallest key; of equal ones the newest, the others are passed. */
    for (i = 0; !status && i < merge->count; i++) {
        int order;

        if (!merge->is_live[i])
            continue;
        if (best == merge->count) {
            best = i;
            continue;
        }
        order =
            qn_bytes_compare(qn_buf_bytes(&merge->cursors[i].record.key),
                             qn_buf_bytes(&merge->cursors[best].record.key));
        if (order < 0) {
            best = i;
        } else if (order == 0) {
            status = advance(ctx, merge, best);
            best = i;
        }
    }
    if (status)
        return status;
    if (best == merge->count)
        return QN_END;
    merge->last = best;
    *out = &merge->cursors[best].record;
    if (source)
        *source = best;
    return QN_OK;
}

void qn_reftable_merge_dispose(struct qn_reftable_merge *merge)
{
    size_t i;

    for (i = 0; i < merge->count; i++)
        qn_reftable_cursor_dispose(&merge->cursors[i]);
    qn_memory_free(merge->cursors);
    qn_memory_free(merge->is_live);
    merge->cursors = NULL;
    merge->is_live = NULL;
    merge->count = merge->capacity = merge->last = 0;
}
