/* SPDX-License-Identifier: MIT */
/* What the untracked cache knows of a directory, and what it shall know. */
#include "base/memory.h"
#include "os/file.h"
#include "worktree/work_walk_private.h"

static enum qn_status add_name(struct qn_ctx *ctx, struct qn_buf *names,
                               enum qn_file_kind kind, struct qn_bytes name)
{
    enum qn_status status = qn_buf_append_byte(ctx, names, (uint8_t)kind);

    if (!status)
        status = qn_buf_append_bytes(ctx, names, name);
    return status ? status : qn_buf_append_byte(ctx, names, 0);
}

/* The listing as the cache has it: untracked names, and all directories that
 * are tracked or may have come to hold something. */
static enum qn_status fill_names(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 const struct qn_work_task *task)
{
    const struct qn_untracked_node *node = task->old;
    struct qn_buf *names = &worker->names[0];
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < worker->child_count && !status; i++) {
        struct qn_bytes name = qn_bytes_from(
            qn_index_peek(walker->index, worker->children[i].start)->path,
            task->size);

        name = qn_bytes_first(name, qn_bytes_find(name, '/'));
        status = add_name(ctx, names, QN_FILE_DIRECTORY, name);
    }
    for (size_t i = 0; i < node->child_count && !status; i++)
        status =
            add_name(ctx, names, QN_FILE_DIRECTORY, node->children[i]->name);
    for (size_t i = 0; i < node->name_count && !status; i++) {
        struct qn_bytes name = node->names[i];
        bool is_directory = name.size > 0 && name.data[name.size - 1] == '/';

        if (is_directory)
            name.size--;
        if (!is_directory || !qn_untracked_cache_child(node, name))
            status = add_name(
                ctx, names, is_directory ? QN_FILE_DIRECTORY : QN_FILE_REGULAR,
                name);
    }
    return status;
}

/* A directory that is neither tracked nor there any more must not be listed:
 * what the cache calls a directory is looked at. */
enum qn_status qn_work_walk_recall(struct qn_ctx *ctx,
                                   struct qn_work_walker *walker,
                                   struct qn_work_walk_worker *worker,
                                   struct qn_work_task *task,
                                   const struct qn_work_listing *listing,
                                   bool *is_known)
{
    struct qn_untracked_node *fresh = task->fresh;
    struct qn_file_stat stat, unused;
    struct qn_buf path = QN_BUF_INIT;
    bool is_same;
    enum qn_status status =
        qn_file_stat_fd(ctx, qn_directory_fd(listing->directory), &stat);

    *is_known = false;
    if (status)
        return status;
    qn_index_stat_fill(&fresh->stat, &stat);
    is_same = task->old && qn_untracked_is_same(walker->index, walker->tree,
                                                task->old, &stat);
    /* No ignore file can have come without a trace in the directory. */
    if (!is_same || !qn_id_is_null(&task->old->exclude)) {
        status = qn_work_tree_path(
            ctx, walker->tree, qn_bytes_make(task->path, task->size), &path);
        if (!status)
            status = qn_buf_append_bytes(ctx, &path,
                                         walker->cache->fresh.exclude_name);
        if (!status)
            status = qn_untracked_hash(ctx, qn_buf_string(&path),
                                       &fresh->exclude, &unused);
        qn_buf_dispose(&path);
    }
    if (status || !task->old ||
        !qn_id_is_equal(&fresh->exclude, &task->old->exclude))
        return status;
    worker->keeps_children = true;
    if (!is_same)
        return QN_OK;
    *is_known = true;
    return fill_names(ctx, walker, worker, task);
}

static struct qn_untracked_node *new_node(struct qn_ctx *ctx,
                                          struct qn_work_walker *walker,
                                          struct qn_bytes name)
{
    struct qn_arena *arena = &walker->cache->fresh.arena;
    struct qn_untracked_node *node;
    char *copy;

    qn_mutex_lock(walker->mutex);
    node = qn_arena_alloc(ctx, arena, sizeof(*node));
    copy = node ? qn_arena_copy(ctx, arena, name) : NULL;
    qn_mutex_unlock(walker->mutex);
    if (!copy)
        return NULL;
    memset(node, 0, sizeof(*node));
    node->name = qn_bytes_make(copy, name.size);
    qn_id_clear(&node->exclude, qn_index_algorithm(walker->index));
    return node;
}

enum qn_status qn_work_walk_expect(struct qn_ctx *ctx,
                                   struct qn_work_walker *walker,
                                   struct qn_work_walk_worker *worker,
                                   const struct qn_work_task *task,
                                   struct qn_work_task *child)
{
    size_t parent = task ? task->size : 0;
    struct qn_bytes name =
        child->size > 0
            ? qn_bytes_make(child->path + parent, child->size - parent - 1)
            : QN_BYTES("");
    enum qn_status status;

    child->fresh = new_node(ctx, walker, name);
    if (!child->fresh)
        return QN_NO_MEMORY;
    if (!worker)
        return QN_OK;
    if (worker->keeps_children)
        child->old = qn_untracked_cache_child(task->old, name);
    status = qn_memory_grow(ctx, &worker->fresh, &worker->fresh_capacity,
                            worker->fresh_count + 1, sizeof(*worker->fresh));
    if (!status)
        worker->fresh[worker->fresh_count++] = child->fresh;
    return status;
}

enum qn_status qn_work_walk_remember(struct qn_ctx *ctx,
                                     struct qn_work_walker *walker,
                                     struct qn_work_walk_worker *worker,
                                     const struct qn_work_task *task)
{
    struct qn_arena *arena = &walker->cache->fresh.arena;
    struct qn_untracked_node *node = task->fresh;
    enum qn_status status = QN_NO_MEMORY;

    qn_mutex_lock(walker->mutex);
    node->names =
        qn_arena_alloc(ctx, arena, (worker->count + 1) * sizeof(*node->names));
    node->children = qn_arena_alloc(
        ctx, arena, (worker->fresh_count + 1) * sizeof(*node->children));
    if (!node->names || !node->children)
        goto out;
    for (size_t i = 0; i < worker->count; i++) {
        struct qn_bytes name = qn_bytes_from(worker->found[i].path, task->size);
        char *copy = qn_arena_copy(ctx, arena, name);

        if (!copy)
            goto out;
        node->names[node->name_count++] = qn_bytes_make(copy, name.size);
    }
    if (worker->fresh_count > 0)
        memcpy(node->children, worker->fresh,
               worker->fresh_count * sizeof(*node->children));
    node->child_count = worker->fresh_count;
    /* What is in an untracked directory changes without a trace in this one. */
    node->is_valid =
        !worker->has_untracked_directory && node->stat.mtime_seconds != 0;
    if (!node->is_valid)
        node->name_count = 0;
    status = QN_OK;
out:
    qn_mutex_unlock(walker->mutex);
    return status;
}
