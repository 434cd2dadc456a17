/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "os/temporary.h"
#include "refs/reftable_stack.h"
#include "trace/trace.h"

#include <string.h>

#define DEFAULT_FACTOR 2

bool qn_reftable_compact_segment(const uint64_t *sizes, size_t count,
                                 uint32_t factor, size_t *start, size_t *end)
{
    uint64_t sum;
    size_t i;

    if (!factor)
        factor = DEFAULT_FACTOR;
    for (i = count; i > 1; i--)
        if (sizes[i - 2] < sizes[i - 1] * factor)
            break;
    if (i <= 1)
        return false;
    *end = i;
    *start = i - 1;
    sum = sizes[i - 1];
    for (i--; i > 0; i--) {
        if (sizes[i - 1] < sum * factor)
            *start = i - 1;
        sum += sizes[i - 1];
    }
    return true;
}

/* Copy the refs, then the logs, of the merged tables; tombstones go when there
 * is nothing below that they could hide. */
static enum qn_status copy_section(struct qn_ctx *ctx,
                                   struct qn_reftable_stack *stack,
                                   size_t start, size_t end,
                                   enum qn_reftable_section section,
                                   struct qn_reftable_writer *writer)
{
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_record *record;
    enum qn_status status;

    status = qn_reftable_merge_add(ctx, &merge, stack->tables + start,
                                   end - start, section);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, QN_BYTES_NONE);
    while (!status) {
        status = qn_reftable_merge_next(ctx, &merge, &record, NULL);
        if (status || (start == 0 && record->kind == QN_REFTABLE_DELETED))
            continue;
        status = section == QN_REFTABLE_REFS
                     ? qn_reftable_writer_add_ref(ctx, writer, record)
                     : qn_reftable_writer_add_log(ctx, writer, record);
    }
    qn_reftable_merge_dispose(&merge);
    return status == QN_END ? QN_OK : status;
}

/* The segment's tables as one; `name` is "" when nothing is left of them. */
static enum qn_status merge_segment(struct qn_ctx *ctx,
                                    struct qn_reftable_stack *stack,
                                    size_t start, size_t end,
                                    struct qn_buf *name)
{
    const struct qn_refs_options *options = stack->options;
    const struct qn_reftable_writer_options wanted = {
        .algorithm = options->algorithm,
        .block_size = options->reftable_block_size,
        .restart_interval = options->reftable_restart_interval,
        .skips_objects = options->reftable_skips_objects,
        .min_index = stack->tables[start]->min_index,
        .max_index = stack->tables[end - 1]->max_index,
    };
    struct qn_reftable_writer *writer = NULL;
    enum qn_status status = qn_reftable_writer_new(ctx, &wanted, &writer);

    if (!status)
        status = copy_section(ctx, stack, start, end, QN_REFTABLE_REFS, writer);
    if (!status)
        status = copy_section(ctx, stack, start, end, QN_REFTABLE_LOGS, writer);
    if (!status && !qn_reftable_writer_is_empty(writer))
        status = qn_reftable_stack_write(ctx, stack, writer, wanted.min_index,
                                         wanted.max_index, name);
    qn_reftable_writer_free(writer);
    return status;
}

struct compaction {
    struct qn_reftable_stack *stack;
    size_t start;
    size_t end;
    struct qn_lock_file list_lock;
    struct qn_lock_file *table_locks; /* of the segment, newest first */
    size_t lock_count;
    struct qn_reftable **segment; /* held */
};

static enum qn_status table_path(struct qn_ctx *ctx,
                                 const struct qn_reftable_stack *stack,
                                 const struct qn_reftable *table,
                                 struct qn_buf *out)
{
    qn_buf_clear(out);
    return qn_buf_printf(ctx, out, "%s/%s", qn_buf_string(&stack->directory),
                         qn_buf_string(&table->name));
}

/* Lock the tables from the newest on; where another compaction holds one, the
 * segment ends there. */
static enum qn_status lock_tables(struct qn_ctx *ctx,
                                  struct compaction *compaction)
{
    static const struct qn_lock_file no_lock = QN_LOCK_FILE_INIT;
    struct qn_reftable_stack *stack = compaction->stack;
    size_t count = compaction->end - compaction->start;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    compaction->table_locks =
        qn_memory_calloc(ctx, count, sizeof(*compaction->table_locks));
    compaction->segment =
        qn_memory_calloc(ctx, count, sizeof(struct qn_reftable *));
    if (!compaction->table_locks || !compaction->segment)
        return QN_NO_MEMORY;
    for (i = compaction->end; !status && i > compaction->start; i--) {
        struct qn_lock_file *lock =
            &compaction->table_locks[compaction->lock_count];

        *lock = no_lock;
        status = table_path(ctx, stack, stack->tables[i - 1], &path);
        if (!status)
            status =
                qn_lock_file_take(ctx, lock, qn_buf_string(&path), 0666, 0);
        if (status == QN_LOCKED) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            compaction->start = i;
            break;
        }
        if (!status)
            compaction->lock_count++;
    }
    for (i = compaction->start; !status && i < compaction->end; i++)
        compaction->segment[i - compaction->start] =
            qn_reftable_retain(stack->tables[i]);
    qn_buf_dispose(&path);
    return status;
}

/* After the list was locked again: where is the segment now? */
static bool find_segment(struct compaction *compaction)
{
    const struct qn_reftable_stack *stack = compaction->stack;
    size_t count = compaction->end - compaction->start;
    size_t i, j;

    for (i = 0; i + count <= stack->count; i++) {
        for (j = 0; j < count; j++)
            if (!qn_bytes_is_equal(qn_buf_bytes(&stack->tables[i + j]->name),
                                   qn_buf_bytes(&compaction->segment[j]->name)))
                break;
        if (j == count) {
            compaction->start = i;
            compaction->end = i + count;
            return true;
        }
    }
    return false;
}

static void end_compaction(struct qn_ctx *ctx, struct compaction *compaction,
                           size_t count, bool is_done)
{
    struct qn_buf path = QN_BUF_INIT;
    size_t i;

    for (i = 0; compaction->segment && i < count; i++) {
        if (is_done && compaction->segment[i] &&
            !table_path(ctx, compaction->stack, compaction->segment[i],
                        &path) &&
            qn_file_unlink_if_exists(ctx, qn_buf_string(&path)))
            qn_ctx_clear(ctx);
        qn_reftable_release(compaction->segment[i]);
    }
    for (i = 0; i < compaction->lock_count; i++)
        qn_lock_file_rollback(&compaction->table_locks[i]);
    qn_lock_file_rollback(&compaction->list_lock);
    qn_memory_free(compaction->segment);
    qn_memory_free(compaction->table_locks);
    qn_buf_dispose(&path);
}

/* Remove a table that nobody will ever name.  A list that was renamed into its
 * place names it, even when syncing the directory failed thereafter; and where
 * the list cannot be read the table stays. */
static void remove_unnamed(struct qn_ctx *ctx,
                           const struct qn_reftable_stack *stack,
                           const char *name)
{
    struct qn_ctx *other = qn_ctx_fork(ctx);
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf list = QN_BUF_INIT;

    if (other &&
        !qn_buf_printf(other, &path, "%s/tables.list",
                       qn_buf_string(&stack->directory)) &&
        !qn_file_read_all(other, qn_buf_string(&path), &list) &&
        !qn_buf_append_byte(other, &list, '\0') &&
        !strstr((const char *)list.data, name)) {
        qn_buf_clear(&path);
        if (!qn_buf_printf(other, &path, "%s/%s",
                           qn_buf_string(&stack->directory), name))
            qn_temporary_remove(qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&list);
    qn_ctx_free(other);
}

/* The segment [start, end) was chosen under the list's lock. */
static enum qn_status compact_segment(struct qn_ctx *ctx,
                                      struct compaction *compaction)
{
    struct qn_reftable_stack *stack = compaction->stack;
    struct qn_buf name = QN_BUF_INIT;
    bool is_done = false;
    size_t count;
    enum qn_status status = lock_tables(ctx, compaction);

    count = compaction->end - compaction->start;
    if (status || count < 2)
        goto out;
    qn_lock_file_rollback(&compaction->list_lock);
    status =
        merge_segment(ctx, stack, compaction->start, compaction->end, &name);
    if (!status)
        status = qn_reftable_stack_lock(
            ctx, stack, stack->options->reftable_lock_timeout_ms,
            &compaction->list_lock);
    if (!status && find_segment(compaction)) {
        status = qn_reftable_stack_publish(
            ctx, stack, compaction->start, compaction->end,
            qn_buf_string(&name), &compaction->list_lock);
        is_done = !status;
    }
    if (!is_done && name.size)
        remove_unnamed(ctx, stack, qn_buf_string(&name));
out:
    end_compaction(ctx, compaction, count, is_done);
    if (!status)
        status = qn_reftable_stack_refresh(ctx, stack);
    qn_buf_dispose(&name);
    return status;
}

/* What a table weighs: its size without what even an empty one has, header and
 * footer (which is a header and 44 bytes), but for one byte. */
static uint64_t table_weight(const struct qn_reftable *table)
{
    return table->size - (2 * (uint64_t)table->header_size + 43);
}

static enum qn_status choose_segment(struct qn_ctx *ctx,
                                     struct compaction *compaction, bool *found)
{
    const struct qn_reftable_stack *stack = compaction->stack;
    uint64_t *sizes;
    size_t i;

    *found = false;
    if (stack->count < 2)
        return QN_OK;
    sizes = qn_memory_array(ctx, stack->count, sizeof(*sizes));
    if (!sizes)
        return QN_NO_MEMORY;
    for (i = 0; i < stack->count; i++)
        sizes[i] = table_weight(stack->tables[i]);
    *found = qn_reftable_compact_segment(
        sizes, stack->count, stack->options->reftable_geometric_factor,
        &compaction->start, &compaction->end);
    qn_memory_free(sizes);
    return QN_OK;
}

enum qn_status qn_reftable_compact_auto(struct qn_ctx *ctx,
                                        struct qn_reftable_stack *stack)
{
    struct compaction compaction = {.stack = stack,
                                    .list_lock = QN_LOCK_FILE_INIT};
    enum qn_status status;
    bool found;

    status = choose_segment(ctx, &compaction, &found);
    if (status || !found)
        return status;
    status = qn_reftable_stack_lock(ctx, stack, 0, &compaction.list_lock);
    if (!status)
        status = choose_segment(ctx, &compaction, &found);
    if (!status && found)
        return compact_segment(ctx, &compaction);
    qn_lock_file_rollback(&compaction.list_lock);
    return status;
}

enum qn_status qn_reftable_compact_all(struct qn_ctx *ctx,
                                       struct qn_reftable_stack *stack)
{
    struct compaction compaction = {.stack = stack,
                                    .list_lock = QN_LOCK_FILE_INIT};
    enum qn_status status;

    status = qn_reftable_stack_lock(ctx, stack,
                                    stack->options->reftable_lock_timeout_ms,
                                    &compaction.list_lock);
    if (status)
        return status;
    compaction.start = 0;
    compaction.end = stack->count;
    if (stack->count < 2) {
        qn_lock_file_rollback(&compaction.list_lock);
        return QN_OK;
    }
    return compact_segment(ctx, &compaction);
}
