/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "refs/refs_reftable.h"

#include <stdlib.h>
#include <string.h>

void qn_refs_reftable_batch_dispose(struct qn_refs_reftable_batch *batch)
{
    size_t i;

    for (i = 0; i < batch->ref_count; i++)
        qn_buf_dispose(&batch->refs[i].key);
    for (i = 0; i < batch->log_count; i++)
        qn_buf_dispose(&batch->logs[i].key);
    qn_memory_free(batch->refs);
    qn_memory_free(batch->logs);
    qn_arena_dispose(&batch->arena);
    memset(batch, 0, sizeof(*batch));
}

static struct qn_reftable_record *add(struct qn_ctx *ctx,
                                      struct qn_reftable_record **records,
                                      size_t *count, size_t *capacity)
{
    struct qn_reftable_record *record;

    if (qn_memory_grow(ctx, records, capacity, *count + 1, sizeof(*record)))
        return NULL;
    record = &(*records)[(*count)++];
    memset(record, 0, sizeof(*record));
    return record;
}

struct qn_reftable_record *qn_refs_reftable_batch_ref(
    struct qn_ctx *ctx, struct qn_refs_reftable_batch *batch, const char *name)
{
    struct qn_reftable_record *record =
        add(ctx, &batch->refs, &batch->ref_count, &batch->ref_capacity);

    if (!record || qn_buf_append_string(ctx, &record->key, name))
        return NULL;
    record->update_index = batch->max_index;
    return record;
}

struct qn_reftable_record *
qn_refs_reftable_batch_log(struct qn_ctx *ctx,
                           struct qn_refs_reftable_batch *batch,
                           const char *name, uint64_t update_index)
{
    struct qn_reftable_record *record =
        add(ctx, &batch->logs, &batch->log_count, &batch->log_capacity);

    if (!record || qn_reftable_log_key(ctx, name, update_index, &record->key))
        return NULL;
    return record;
}

/* Ids outlive what they were read from. */
static const uint8_t *keep_id(struct qn_ctx *ctx,
                              struct qn_refs_reftable_batch *batch,
                              const struct qn_id *id)
{
    uint8_t *copy = qn_arena_alloc(ctx, &batch->arena, QN_ID_MAX_SIZE);

    if (copy)
        memcpy(copy, id->bytes, QN_ID_MAX_SIZE);
    return copy;
}

enum qn_status
qn_refs_reftable_batch_value(struct qn_ctx *ctx, const struct qn_refs *refs,
                             struct qn_refs_reftable_batch *batch,
                             const struct qn_id *id,
                             struct qn_reftable_record *record)
{
    const struct qn_refs_calls *calls = &refs->options->calls;
    struct qn_id peeled;
    bool is_tag = false;
    enum qn_status status = QN_OK;

    if (batch->has_last && qn_id_is_equal(&batch->last_id, id)) {
        is_tag = batch->last_is_tag;
        peeled = batch->last_peeled;
    } else if (calls->peel) {
        status = calls->peel(ctx, calls->data, id, &is_tag, &peeled);
        if (status)
            return status;
        batch->last_id = *id;
        batch->last_is_tag = is_tag;
        batch->last_peeled = peeled;
        batch->has_last = true;
    }
    record->kind = is_tag ? QN_REFTABLE_PEELED : QN_REFTABLE_VALUE;
    record->value = keep_id(ctx, batch, id);
    if (is_tag)
        record->peeled = keep_id(ctx, batch, &peeled);
    return record->value && (!is_tag || record->peeled) ? QN_OK : QN_NO_MEMORY;
}

/* The message as a table has it: cut to half a block, a newline behind. */
static enum qn_status keep_message(struct qn_ctx *ctx,
                                   const struct qn_refs *refs,
                                   struct qn_refs_reftable_batch *batch,
                                   const char *message,
                                   struct qn_reftable_record *record)
{
    uint32_t block_size = refs->options->reftable_block_size;
    struct qn_bytes text = qn_bytes_from_string(message ? message : "");
    char *copy;

    if (!block_size)
        block_size = QN_REFTABLE_BLOCK_SIZE;
    text = qn_bytes_first(text, block_size / 2 - 1);
    copy = qn_arena_alloc(ctx, &batch->arena, text.size + 1);
    if (!copy)
        return QN_NO_MEMORY;
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\n';
    record->message = qn_bytes_make(copy, text.size + 1);
    return QN_OK;
}

enum qn_status
qn_refs_reftable_batch_line(struct qn_ctx *ctx, const struct qn_refs *refs,
                            struct qn_refs_reftable_batch *batch,
                            const struct qn_refs_reftable_line *line,
                            uint64_t update_index)
{
    struct qn_reftable_record *record =
        qn_refs_reftable_batch_log(ctx, batch, line->name, update_index);
    struct qn_reflog_entry entry = {.ident = QN_BYTES_NONE};
    const char *ident;
    size_t start;

    if (!record)
        return QN_NO_MEMORY;
    record->kind = 1;
    record->old_id = keep_id(ctx, batch, line->old_id);
    record->new_id = keep_id(ctx, batch, line->new_id);
    if (!record->old_id || !record->new_id)
        return QN_NO_MEMORY;
    if (line->ident) {
        ident = qn_arena_copy(ctx, &batch->arena,
                              qn_bytes_from_string(line->ident));
        if (!ident)
            return QN_NO_MEMORY;
        if (!qn_reflog_parse_ident(qn_bytes_from_string(ident), &entry))
            return qn_ctx_fail(ctx, QN_INVALID, "malformed ident '%s'", ident);
        start = qn_bytes_find(entry.ident, '<');
        record->name = qn_bytes_trim(qn_bytes_first(entry.ident, start));
        record->mail = qn_bytes_from(entry.ident, start + 1);
        if (record->mail.size) /* without the ">" */
            record->mail.size--;
        record->seconds = (uint64_t)entry.seconds;
        record->zone = entry.zone;
    }
    return keep_message(ctx, refs, batch, line->message, record);
}

enum qn_status qn_refs_reftable_batch_drop_log(
    struct qn_ctx *ctx, struct qn_refs_reftable_batch *batch,
    struct qn_reftable_stack *stack, const char *name)
{
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_record *record;
    struct qn_buf key = QN_BUF_INIT;
    struct qn_bytes found_name;
    enum qn_status status;
    uint64_t update_index;

    status = qn_reftable_log_key(ctx, name, UINT64_MAX, &key);
    if (!status)
        status = qn_reftable_merge_add(ctx, &merge, stack->tables, stack->count,
                                       QN_REFTABLE_LOGS);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, qn_buf_bytes(&key));
    while (!status) {
        status = qn_reftable_merge_next(ctx, &merge, &record, NULL);
        if (status)
            break;
        if (!qn_reftable_log_key_parse(qn_buf_bytes(&record->key), &found_name,
                                       &update_index) ||
            !qn_bytes_is_string(found_name, name))
            break;
        if (record->kind != QN_REFTABLE_DELETED &&
            !qn_refs_reftable_batch_log(ctx, batch, name, update_index))
            status = QN_NO_MEMORY;
    }
    qn_reftable_merge_dispose(&merge);
    qn_buf_dispose(&key);
    return status == QN_END ? QN_OK : status;
}

static int compare_records(const void *a, const void *b)
{
    return qn_bytes_compare(
        qn_buf_bytes(&((const struct qn_reftable_record *)a)->key),
        qn_buf_bytes(&((const struct qn_reftable_record *)b)->key));
}

/* Most come in order: then it is left at a look. */
static void sort_records(struct qn_reftable_record *records, size_t count)
{
    size_t i;

    for (i = 1; i < count; i++)
        if (compare_records(&records[i - 1], &records[i]) > 0)
            break;
    if (i < count)
        qsort(records, count, sizeof(*records), compare_records);
}

enum qn_status qn_refs_reftable_writer(struct qn_ctx *ctx,
                                       const struct qn_refs *refs,
                                       uint64_t min_index, uint64_t max_index,
                                       struct qn_reftable_writer **out)
{
    const struct qn_refs_options *options = refs->options;
    const struct qn_reftable_writer_options wanted = {
        .algorithm = options->algorithm,
        .block_size = options->reftable_block_size,
        .restart_interval = options->reftable_restart_interval,
        .skips_objects = options->reftable_skips_objects,
        .min_index = min_index,
        .max_index = max_index,
    };

    return qn_reftable_writer_new(ctx, &wanted, out);
}

enum qn_status
qn_refs_reftable_batch_write(struct qn_ctx *ctx, const struct qn_refs *refs,
                             struct qn_refs_reftable_batch *batch,
                             struct qn_reftable_stack *stack,
                             struct qn_lock_file *lock)
{
    struct qn_reftable_writer *writer = NULL;
    enum qn_status status;
    size_t i;

    if (!batch->ref_count && !batch->log_count) {
        qn_lock_file_rollback(lock);
        return QN_OK;
    }
    sort_records(batch->refs, batch->ref_count);
    sort_records(batch->logs, batch->log_count);
    status = qn_refs_reftable_writer(ctx, refs, batch->min_index,
                                     batch->max_index, &writer);
    for (i = 0; !status && i < batch->ref_count; i++)
        status = qn_reftable_writer_add_ref(ctx, writer, &batch->refs[i]);
    for (i = 0; !status && i < batch->log_count; i++) {
        /* A tombstone and a new line of one key: the line counts. */
        if (i + 1 < batch->log_count &&
            compare_records(&batch->logs[i], &batch->logs[i + 1]) == 0) {
            if (batch->logs[i].kind)
                batch->logs[i + 1] = batch->logs[i];
            continue;
        }
        status = qn_reftable_writer_add_log(ctx, writer, &batch->logs[i]);
    }
    if (!status)
        status = qn_reftable_stack_append(ctx, stack, writer, batch->min_index,
                                          batch->max_index, lock);
    qn_reftable_writer_free(writer);
    qn_lock_file_rollback(lock);
    if (!status && qn_reftable_compact_auto(ctx, stack))
        qn_ctx_clear(ctx); /* somebody else does it, or the next one will */
    return status;
}

enum qn_status qn_refs_reftable_lock_stack(struct qn_ctx *ctx,
                                           const struct qn_refs *refs,
                                           struct qn_reftable_stack *stack,
                                           struct qn_lock_file *lock)
{
    enum qn_status status = qn_reftable_stack_lock(
        ctx, stack, refs->options->reftable_lock_timeout_ms, lock);

    if (status == QN_LOCKED)
        return qn_ctx_fail_reason(ctx, QN_LOCKED, "os.locked",
                                  qn_buf_string(&stack->list_path),
                                  "cannot lock references");
    return status;
}
