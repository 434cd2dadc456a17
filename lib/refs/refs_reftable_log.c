/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "refs/refs_reftable.h"
#include "text/ref_name.h"

#include <string.h>

/* Lines kept for a walk from the oldest on: tables have the newest first. */
struct kept_line {
    struct qn_reflog_entry entry;
    uint64_t update_index;
};

struct log_lines {
    struct kept_line *lines;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};

static void dispose_lines(struct log_lines *lines)
{
    qn_memory_free(lines->lines);
    qn_arena_dispose(&lines->arena);
}

/* A line of a table as an entry; `ident` holds the text. */
static enum qn_status make_entry(struct qn_ctx *ctx, uint32_t algorithm,
                                 const struct qn_reftable_record *record,
                                 struct qn_buf *ident,
                                 struct qn_reflog_entry *out)
{
    enum qn_status status;

    qn_id_from_row(&out->old_id, algorithm, record->old_id);
    qn_id_from_row(&out->new_id, algorithm, record->new_id);
    out->seconds = (int64_t)record->seconds;
    out->zone = record->zone;
    out->message = record->message;
    if (qn_bytes_has_suffix(out->message, "\n"))
        out->message.size--;
    qn_buf_clear(ident);
    status = qn_buf_append_bytes(ctx, ident, record->name);
    if (!status)
        status = qn_buf_append_string(ctx, ident, " <");
    if (!status)
        status = qn_buf_append_bytes(ctx, ident, record->mail);
    if (!status)
        status = qn_buf_append_byte(ctx, ident, '>');
    out->ident = qn_buf_bytes(ident);
    return status;
}

/* An entry without ids only says that there is a log. */
static bool is_marker(const struct qn_reflog_entry *entry)
{
    return qn_id_is_null(&entry->old_id) && qn_id_is_null(&entry->new_id);
}

typedef enum qn_status record_fn(struct qn_ctx *ctx, void *data,
                                 const struct qn_reftable_record *record,
                                 uint64_t update_index);

static bool has_logs(const struct qn_reftable_stack *stack)
{
    size_t i;

    for (i = 0; i < stack->count; i++)
        if (stack->tables[i]->has_logs)
            return true;
    return false;
}

/* All live records of one log, newest first. */
static enum qn_status each_record(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, record_fn *each, void *data)
{
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_stack *stack;
    struct qn_reftable_record *record;
    struct qn_buf key = QN_BUF_INIT;
    struct qn_bytes found;
    const char *local;
    uint64_t update_index;
    enum qn_status status;

    status = qn_refs_reftable_stack(ctx, refs, name, &stack, &local);
    if (status || !has_logs(stack))
        return status;
    if (!status)
        status = qn_reftable_log_key(ctx, local, UINT64_MAX, &key);
    if (!status)
        status = qn_reftable_merge_add(ctx, &merge, stack->tables, stack->count,
                                       QN_REFTABLE_LOGS);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, qn_buf_bytes(&key));
    while (!status) {
        status = qn_reftable_merge_next(ctx, &merge, &record, NULL);
        if (status == QN_END) {
            status = QN_OK;
            break;
        }
        if (status ||
            !qn_reftable_log_key_parse(qn_buf_bytes(&record->key), &found,
                                       &update_index) ||
            !qn_bytes_is_string(found, local))
            break;
        if (record->kind != QN_REFTABLE_DELETED)
            status = each(ctx, data, record, update_index);
    }
    qn_reftable_merge_dispose(&merge);
    qn_buf_dispose(&key);
    return status;
}

struct line_walk {
    uint32_t algorithm;
    struct qn_buf ident;
    qn_reflog_each_fn *each;
    void *data;
    struct log_lines kept;
};

static enum qn_status give_record(struct qn_ctx *ctx, void *data,
                                  const struct qn_reftable_record *record,
                                  uint64_t update_index)
{
    struct line_walk *walk = data;
    struct qn_reflog_entry entry;
    enum qn_status status =
        make_entry(ctx, walk->algorithm, record, &walk->ident, &entry);

    (void)update_index;
    if (status || is_marker(&entry))
        return status;
    return walk->each(ctx, walk->data, &entry);
}

static enum qn_status keep_record(struct qn_ctx *ctx, void *data,
                                  const struct qn_reftable_record *record,
                                  uint64_t update_index)
{
    struct line_walk *walk = data;
    struct kept_line line = {.update_index = update_index};
    struct log_lines *kept = &walk->kept;
    const char *ident, *message;
    enum qn_status status =
        make_entry(ctx, walk->algorithm, record, &walk->ident, &line.entry);

    if (status)
        return status;
    ident = qn_arena_copy(ctx, &kept->arena, line.entry.ident);
    message = qn_arena_copy(ctx, &kept->arena, line.entry.message);
    if (!ident || !message)
        return QN_NO_MEMORY;
    line.entry.ident.data = (const uint8_t *)ident;
    line.entry.message.data = (const uint8_t *)message;
    status = qn_memory_grow(ctx, &kept->lines, &kept->capacity, kept->count + 1,
                            sizeof(line));
    if (!status)
        kept->lines[kept->count++] = line;
    return status;
}

enum qn_status qn_refs_reftable_log_walk(struct qn_ctx *ctx,
                                         struct qn_refs *refs, const char *name,
                                         bool newest_first,
                                         qn_reflog_each_fn *each, void *data)
{
    struct line_walk walk = {.algorithm = refs->options->algorithm,
                             .ident = QN_BUF_INIT,
                             .each = each,
                             .data = data};
    enum qn_status status = each_record(
        ctx, refs, name, newest_first ? give_record : keep_record, &walk);
    size_t i;

    for (i = walk.kept.count; !status && i > 0; i--)
        if (!is_marker(&walk.kept.lines[i - 1].entry))
            status = each(ctx, data, &walk.kept.lines[i - 1].entry);
    dispose_lines(&walk.kept);
    qn_buf_dispose(&walk.ident);
    return status;
}

static enum qn_status note_existence(struct qn_ctx *ctx, void *data,
                                     const struct qn_reftable_record *record,
                                     uint64_t update_index)
{
    (void)ctx;
    (void)record;
    (void)update_index;
    *(bool *)data = true;
    return QN_END;
}

enum qn_status qn_refs_reftable_log_exists(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name, bool *out)
{
    enum qn_status status;

    *out = false;
    status = each_record(ctx, refs, name, note_existence, out);
    return status == QN_END ? QN_OK : status;
}

/* A change of logs alone: one stack, locked, and its batch. */
struct log_change {
    struct qn_reftable_stack *stack;
    const char *local;
    struct qn_lock_file lock;
    struct qn_refs_reftable_batch batch;
};

static enum qn_status begin_change(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const char *name, struct log_change *change)
{
    static const struct log_change empty = {.lock = QN_LOCK_FILE_INIT};
    enum qn_status status;

    *change = empty;
    status =
        qn_refs_reftable_stack(ctx, refs, name, &change->stack, &change->local);
    if (!status)
        status = qn_refs_reftable_lock_stack(ctx, refs, change->stack,
                                             &change->lock);
    if (!status)
        change->batch.min_index = change->batch.max_index =
            qn_reftable_stack_next_index(change->stack);
    return status;
}

static enum qn_status end_change(struct qn_ctx *ctx, struct qn_refs *refs,
                                 struct log_change *change,
                                 enum qn_status status)
{
    if (!status)
        status = qn_refs_reftable_batch_write(ctx, refs, &change->batch,
                                              change->stack, &change->lock);
    qn_lock_file_rollback(&change->lock);
    qn_refs_reftable_batch_dispose(&change->batch);
    return status;
}

/* A line without ids: there is a log, and it is empty. */
static enum qn_status add_marker(struct qn_ctx *ctx, struct qn_refs *refs,
                                 struct log_change *change)
{
    struct qn_id none;
    const struct qn_refs_reftable_line line = {.name = change->local,
                                               .old_id = &none,
                                               .new_id = &none,
                                               .ident = NULL,
                                               .message = ""};

    qn_id_clear(&none, refs->options->algorithm);
    return qn_refs_reftable_batch_line(ctx, refs, &change->batch, &line,
                                       change->batch.max_index);
}

enum qn_status qn_refs_reftable_log_create(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name)
{
    struct log_change change;
    bool exists = false;
    enum qn_status status = begin_change(ctx, refs, name, &change);

    if (!status)
        status = qn_refs_reftable_log_exists(ctx, refs, name, &exists);
    if (!status && !exists)
        status = add_marker(ctx, refs, &change);
    return end_change(ctx, refs, &change, status);
}

enum qn_status qn_refs_reftable_log_delete(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name)
{
    struct log_change change;
    enum qn_status status = begin_change(ctx, refs, name, &change);

    if (!status)
        status = qn_refs_reftable_batch_drop_log(ctx, &change.batch,
                                                 change.stack, change.local);
    return end_change(ctx, refs, &change, status);
}

/* Tombstones for what goes; lines whose old id changes are written again. */
static enum qn_status expire_lines(struct qn_ctx *ctx, struct qn_refs *refs,
                                   struct log_change *change,
                                   const struct log_lines *kept, unsigned flags,
                                   qn_reflog_keep_fn *keep, void *data,
                                   struct qn_id *last)
{
    struct qn_buf ident = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t left = 0;
    size_t i;

    for (i = kept->count; !status && i > 0; i--) {
        const struct kept_line *line = &kept->lines[i - 1];
        struct qn_reflog_entry entry = line->entry;
        struct qn_refs_reftable_line again = {.name = change->local};

        if (flags & QN_REFLOG_EXPIRE_REWRITE)
            entry.old_id = *last;
        if (is_marker(&line->entry) || !keep(data, &entry)) {
            if (!qn_refs_reftable_batch_log(ctx, &change->batch, change->local,
                                            line->update_index))
                status = QN_NO_MEMORY;
            continue;
        }
        left++;
        *last = entry.new_id;
        if (qn_id_is_equal(&entry.old_id, &line->entry.old_id))
            continue;
        qn_buf_clear(&ident);
        status = qn_buf_printf(
            ctx, &ident, "%.*s %lld %c%04d", QN_BYTES_ARG(entry.ident),
            (long long)entry.seconds, entry.zone < 0 ? '-' : '+',
            entry.zone < 0 ? -entry.zone : entry.zone);
        again.old_id = &entry.old_id;
        again.new_id = &entry.new_id;
        again.ident = qn_buf_string(&ident);
        again.message = (const char *)entry.message.data;
        if (!status)
            status = qn_refs_reftable_batch_line(ctx, refs, &change->batch,
                                                 &again, line->update_index);
    }
    if (!status && left == 0)
        status = add_marker(ctx, refs, change);
    qn_buf_dispose(&ident);
    return status;
}

/* The ref becomes what its newest line says. */
static enum qn_status update_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *name, struct log_change *change,
                                 const struct qn_id *last)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_reftable_record *record;
    enum qn_status status;
    bool found;

    status = refs->backend->read(ctx, refs, name, &ref, &found);
    if (!status && found && !ref.is_symbolic && !qn_id_is_null(last)) {
        record = qn_refs_reftable_batch_ref(ctx, &change->batch, change->local);
        status = record ? qn_refs_reftable_batch_value(
                              ctx, refs, &change->batch, last, record)
                        : QN_NO_MEMORY;
    }
    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_refs_reftable_log_expire(struct qn_ctx *ctx,
                                           struct qn_refs *refs,
                                           const char *name, unsigned flags,
                                           qn_reflog_keep_fn *keep, void *data)
{
    struct line_walk walk = {.algorithm = refs->options->algorithm,
                             .ident = QN_BUF_INIT};
    struct log_change change;
    struct qn_id last;
    bool exists = false;
    enum qn_status status = begin_change(ctx, refs, name, &change);

    qn_id_clear(&last, refs->options->algorithm);
    if (!status)
        status = qn_refs_reftable_log_exists(ctx, refs, name, &exists);
    if (!status && exists) {
        status = each_record(ctx, refs, name, keep_record, &walk);
        if (!status)
            status = expire_lines(ctx, refs, &change, &walk.kept, flags, keep,
                                  data, &last);
        if (!status && (flags & QN_REFLOG_EXPIRE_UPDATE_REF))
            status = update_ref(ctx, refs, name, &change, &last);
    }
    if (!status && (flags & QN_REFLOG_EXPIRE_DRY_RUN))
        qn_refs_reftable_batch_dispose(&change.batch);
    status = end_change(ctx, refs, &change, status);
    dispose_lines(&walk.kept); /* the batch borrowed from it */
    qn_buf_dispose(&walk.ident);
    return status;
}

/* Names of one stack's logs; jumps from name to name. */
static enum qn_status list_stack(struct qn_ctx *ctx,
                                 struct qn_reftable_stack *shared,
                                 struct qn_reftable_stack *own,
                                 qn_reflog_name_fn *each, void *data)
{
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_record *record;
    struct qn_buf last = QN_BUF_INIT;
    struct qn_bytes name;
    uint64_t update_index;
    size_t source, shared_count;
    enum qn_status status;

    status = qn_reftable_merge_add(ctx, &merge, shared->tables, shared->count,
                                   QN_REFTABLE_LOGS);
    shared_count = merge.count;
    if (!status && own != shared)
        status = qn_reftable_merge_add(ctx, &merge, own->tables, own->count,
                                       QN_REFTABLE_LOGS);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, QN_BYTES_NONE);
    while (!status) {
        status = qn_reftable_merge_next(ctx, &merge, &record, &source);
        if (status || record->kind == QN_REFTABLE_DELETED ||
            !qn_reftable_log_key_parse(qn_buf_bytes(&record->key), &name,
                                       &update_index) ||
            qn_bytes_is_equal(name, qn_buf_bytes(&last)))
            continue;
        if (own != shared &&
            qn_ref_name_is_per_worktree(name) != (source >= shared_count))
            continue;
        qn_buf_clear(&last);
        status = qn_buf_append_bytes(ctx, &last, name);
        if (!status)
            status = each(ctx, data, qn_buf_string(&last));
    }
    qn_reftable_merge_dispose(&merge);
    qn_buf_dispose(&last);
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_refs_reftable_log_list(struct qn_ctx *ctx,
                                         struct qn_refs *refs,
                                         qn_reflog_name_fn *each, void *data)
{
    struct qn_reftable_stack *shared, *own;
    const char *local;
    enum qn_status status;

    status = qn_refs_reftable_stack(ctx, refs, "refs/heads/", &shared, &local);
    if (!status)
        status = qn_refs_reftable_stack(ctx, refs, "HEAD", &own, &local);
    return status ? status : list_stack(ctx, shared, own, each, data);
}
