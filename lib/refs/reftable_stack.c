/* SPDX-License-Identifier: MIT */
#include "refs/reftable_stack.h"

#include "base/env.h"
#include "base/memory.h"
#include "os/directory.h"
#include "os/temporary.h"
#include "refs/refs_files.h"

#include <string.h>

#define RELOAD_ATTEMPTS 100 /* each after another change of the list */

enum qn_status qn_reftable_stack_new(struct qn_ctx *ctx,
                                     const struct qn_refs_options *options,
                                     struct qn_bytes git_directory,
                                     struct qn_reftable_stack **out)
{
    struct qn_reftable_stack *stack = qn_memory_calloc(ctx, 1, sizeof(*stack));
    enum qn_status status;

    if (!stack)
        return QN_NO_MEMORY;
    stack->options = options;
    status = qn_buf_printf(ctx, &stack->directory, "%.*s/reftable",
                           QN_BYTES_ARG(git_directory));
    if (!status)
        status = qn_buf_printf(ctx, &stack->list_path, "%s/tables.list",
                               qn_buf_string(&stack->directory));
    if (!status)
        status = qn_reftable_stack_refresh(ctx, stack);
    if (status)
        qn_reftable_stack_free(stack);
    else
        *out = stack;
    return status;
}

static void release_tables(struct qn_reftable **tables, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        qn_reftable_release(tables[i]);
    qn_memory_free(tables);
}

void qn_reftable_stack_free(struct qn_reftable_stack *stack)
{
    if (!stack)
        return;
    release_tables(stack->tables, stack->count);
    qn_buf_dispose(&stack->directory);
    qn_buf_dispose(&stack->list_path);
    qn_memory_free(stack);
}

static bool is_same_file(const struct qn_file_stat *a,
                         const struct qn_file_stat *b)
{
    return a->kind == b->kind && a->size == b->size && a->inode == b->inode &&
           a->device == b->device && a->mtime_ns == b->mtime_ns &&
           a->ctime_ns == b->ctime_ns;
}

/* A table that is open already, or a newly opened one. */
static enum qn_status find_table(struct qn_ctx *ctx,
                                 struct qn_reftable_stack *stack,
                                 struct qn_bytes name, struct qn_reftable **out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    for (i = 0; i < stack->count; i++)
        if (qn_bytes_is_equal(qn_buf_bytes(&stack->tables[i]->name), name)) {
            *out = qn_reftable_retain(stack->tables[i]);
            return QN_OK;
        }
    if (qn_bytes_find(name, '/') < name.size)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.reftable-corrupt",
                                  NULL, "tables.list names '%.*s'",
                                  QN_BYTES_ARG(name));
    status = qn_buf_append_bytes(ctx, &text, name);
    if (!status)
        status =
            qn_buf_printf(ctx, &path, "%s/%s", qn_buf_string(&stack->directory),
                          qn_buf_string(&text));
    if (!status)
        status =
            qn_reftable_open(ctx, qn_buf_string(&path), qn_buf_string(&text),
                             stack->options->algorithm, out);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* Open what a list names.  QN_NOT_FOUND: a table went away. */
static enum qn_status open_tables(struct qn_ctx *ctx,
                                  struct qn_reftable_stack *stack,
                                  struct qn_bytes list)
{
    struct qn_reftable **tables = NULL;
    size_t count = 0, capacity = 0;
    enum qn_status status = QN_OK;
    struct qn_bytes name;

    while (!status && qn_bytes_next(&list, '\n', &name)) {
        if (name.size == 0)
            continue;
        status = qn_memory_grow(ctx, &tables, &capacity, count + 1,
                                sizeof(struct qn_reftable *));
        if (!status)
            status = find_table(ctx, stack, name, &tables[count]);
        if (!status)
            count++;
    }
    if (status) {
        release_tables(tables, count);
        return status;
    }
    release_tables(stack->tables, stack->count);
    stack->tables = tables;
    stack->count = count;
    return QN_OK;
}

static enum qn_status read_list(struct qn_ctx *ctx,
                                struct qn_reftable_stack *stack,
                                struct qn_buf *out, struct qn_file_stat *stat)
{
    const char *path = qn_buf_string(&stack->list_path);
    enum qn_status status;
    int fd = -1;

    qn_buf_clear(out);
    memset(stat, 0, sizeof(*stat));
    status = qn_file_open_if_exists(ctx, path, QN_FILE_READ, &fd);
    if (status || fd < 0)
        return status;
    status = qn_file_stat_fd(ctx, fd, stat);
    if (!status)
        status = qn_file_read_rest(ctx, fd, out);
    qn_file_close(fd);
    return status;
}

enum qn_status qn_reftable_stack_refresh(struct qn_ctx *ctx,
                                         struct qn_reftable_stack *stack)
{
    struct qn_buf list = QN_BUF_INIT;
    struct qn_buf before = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;
    int attempt;

    status = qn_file_stat(ctx, qn_buf_string(&stack->list_path), &stat);
    if (status || (stack->tables && is_same_file(&stat, &stack->stat)))
        return status;
    for (attempt = 0; attempt < RELOAD_ATTEMPTS; attempt++) {
        status = read_list(ctx, stack, &list, &stat);
        if (status)
            break;
        status = open_tables(ctx, stack, qn_buf_bytes(&list));
        if (status != QN_NOT_FOUND)
            break;
        /* Compaction took a table away: then the list is another by now. */
        if (attempt &&
            qn_bytes_is_equal(qn_buf_bytes(&list), qn_buf_bytes(&before)))
            break;
        qn_ctx_clear(ctx);
        qn_buf_swap(&list, &before);
    }
    if (!status)
        stack->stat = stat;
    qn_buf_dispose(&list);
    qn_buf_dispose(&before);
    return status;
}

enum qn_status
qn_reftable_stack_find(struct qn_ctx *ctx, struct qn_reftable_stack *stack,
                       enum qn_reftable_section section, struct qn_bytes key,
                       struct qn_reftable_cursor *cursor, bool *found)
{
    enum qn_status status = QN_OK;
    size_t i;

    *found = false;
    for (i = stack->count; i > 0; i--) {
        qn_reftable_cursor_init(cursor, stack->tables[i - 1], section);
        status = qn_reftable_cursor_seek(ctx, cursor, key);
        if (!status)
            status = qn_reftable_cursor_next(ctx, cursor);
        *found = !status &&
                 qn_bytes_is_equal(qn_buf_bytes(&cursor->record.key), key);
        if (*found)
            return QN_OK;
        qn_reftable_cursor_dispose(cursor);
        if (status && status != QN_END)
            return status;
    }
    return QN_OK;
}

uint64_t qn_reftable_stack_next_index(const struct qn_reftable_stack *stack)
{
    return stack->count ? stack->tables[stack->count - 1]->max_index + 1 : 1;
}

enum qn_status qn_reftable_stack_lock(struct qn_ctx *ctx,
                                      struct qn_reftable_stack *stack,
                                      int64_t timeout_ms,
                                      struct qn_lock_file *lock)
{
    enum qn_status status =
        qn_directory_make_all(ctx, qn_buf_string(&stack->directory), 0777);

    if (!status)
        status = qn_lock_file_take(ctx, lock, qn_buf_string(&stack->list_path),
                                   0666, timeout_ms);
    if (!status)
        status = qn_reftable_stack_refresh(ctx, stack);
    if (status)
        qn_lock_file_rollback(lock);
    return status;
}

static enum qn_status write_file(struct qn_ctx *ctx,
                                 struct qn_reftable_stack *stack,
                                 struct qn_bytes bytes, const char *path)
{
    struct qn_buf prefix = QN_BUF_INIT;
    struct qn_buf temporary = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &prefix, "%s.temp.", path);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0666,
                                          &fd, &temporary);
    if (!status)
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status = qn_sync_file(ctx, &stack->options->sync, QN_SYNC_REFERENCE, fd,
                              qn_buf_string(&temporary));
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    else
        qn_file_close(fd);
    if (!status)
        status =
            qn_refs_files_share(ctx, stack->options, qn_buf_string(&temporary));
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary), path);
    if (!status)
        qn_temporary_forget(qn_buf_string(&temporary));
    else if (temporary.size)
        qn_temporary_remove(qn_buf_string(&temporary));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&temporary);
    return status;
}

enum qn_status qn_reftable_stack_write(struct qn_ctx *ctx,
                                       struct qn_reftable_stack *stack,
                                       struct qn_reftable_writer *writer,
                                       uint64_t min_index, uint64_t max_index,
                                       struct qn_buf *name)
{
    uint64_t mix = (uint64_t)qn_env_clock(qn_ctx_env(ctx), true) ^
                   (uint64_t)(uintptr_t)writer;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_bytes bytes;
    enum qn_status status = qn_reftable_writer_finish(ctx, writer, &bytes);

    while (!status) {
        mix = (mix ^ (mix >> 29)) * UINT64_C(0x9e3779b97f4a7c15) + 1;
        qn_buf_clear(name);
        qn_buf_clear(&path);
        status =
            qn_buf_printf(ctx, name, "0x%012llx-0x%012llx-%08x.ref",
                          (unsigned long long)min_index,
                          (unsigned long long)max_index, (unsigned)(mix >> 32));
        if (!status)
            status = qn_buf_printf(ctx, &path, "%s/%s",
                                   qn_buf_string(&stack->directory),
                                   qn_buf_string(name));
        if (!status && !qn_file_exists(qn_buf_string(&path)))
            break;
    }
    if (!status)
        status = write_file(ctx, stack, bytes, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_reftable_stack_publish(struct qn_ctx *ctx,
                                         struct qn_reftable_stack *stack,
                                         size_t start, size_t end,
                                         const char *name,
                                         struct qn_lock_file *lock)
{
    const struct qn_refs_options *options = stack->options;
    struct qn_buf list = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i <= stack->count; i++) {
        if (i == start && *name)
            status = qn_buf_printf(ctx, &list, "%s\n", name);
        if (!status && i < stack->count && (i < start || i >= end))
            status = qn_buf_printf(ctx, &list, "%s\n",
                                   qn_buf_string(&stack->tables[i]->name));
    }
    if (!status)
        status = qn_lock_file_write(ctx, lock, qn_buf_bytes(&list));
    if (!status)
        status =
            qn_refs_files_share(ctx, options, qn_buf_string(&lock->lock_path));
    if (!status)
        status =
            qn_lock_file_commit(ctx, lock, &options->sync, QN_SYNC_REFERENCE);
    else
        qn_lock_file_rollback(lock);
    qn_buf_dispose(&list);
    return status;
}

enum qn_status qn_reftable_stack_append(struct qn_ctx *ctx,
                                        struct qn_reftable_stack *stack,
                                        struct qn_reftable_writer *writer,
                                        uint64_t min_index, uint64_t max_index,
                                        struct qn_lock_file *lock)
{
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status;

    status = qn_reftable_stack_write(ctx, stack, writer, min_index, max_index,
                                     &name);
    if (!status)
        status = qn_reftable_stack_publish(
            ctx, stack, stack->count, stack->count, qn_buf_string(&name), lock);
    qn_lock_file_rollback(lock);
    if (!status)
        status = qn_reftable_stack_refresh(ctx, stack);
    qn_buf_dispose(&name);
    return status;
}
