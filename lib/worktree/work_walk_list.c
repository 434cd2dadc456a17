/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "worktree/work_walk_private.h"

enum qn_status qn_work_walk_add(struct qn_ctx *ctx,
                                struct qn_work_walk_worker *worker,
                                struct qn_bytes path, bool is_directory,
                                bool is_ignored)
{
    enum qn_status status =
        qn_memory_grow(ctx, &worker->found, &worker->capacity,
                       worker->count + 1, sizeof(*worker->found));
    char *copy;

    if (status)
        return status;
    copy = qn_arena_alloc(ctx, &worker->arena, path.size + 2);
    if (!copy)
        return QN_NO_MEMORY;
    memcpy(copy, path.data, path.size);
    if (is_directory && copy[path.size - 1] != '/')
        copy[path.size++] = '/';
    copy[path.size] = '\0';
    worker->found[worker->count++] =
        (struct qn_work_found){qn_bytes_make(copy, path.size), is_ignored};
    return QN_OK;
}

/* A listing's place on the stack. */
static enum qn_status reserve_depth(struct qn_ctx *ctx,
                                    struct qn_work_walk_worker *worker,
                                    size_t depth)
{
    size_t before = worker->name_capacity;
    enum qn_status status;

    if (depth < before)
        return QN_OK;
    status = qn_memory_grow(ctx, &worker->names, &worker->name_capacity,
                            depth + 1, sizeof(*worker->names));
    if (status) {
        worker->name_capacity = before;
        return status;
    }
    memset(worker->names + before, 0,
           (worker->name_capacity - before) * sizeof(*worker->names));
    return QN_OK;
}

enum qn_status qn_work_walk_read(struct qn_ctx *ctx,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out)
{
    struct qn_directory *directory = out->directory;
    struct qn_buf *names = &worker->names[depth];
    enum qn_file_kind kind;
    const char *name;

    while (qn_directory_next(directory, &name, &kind)) {
        size_t size = strlen(name) + 1;
        enum qn_status status;

        if (size == 5 && memcmp(name, ".git", 4) == 0) {
            out->has_git = true;
            continue;
        }
        status = qn_buf_reserve(ctx, names, size + 1);
        if (status)
            return status;
        names->data[names->size] = (uint8_t)kind;
        memcpy(names->data + names->size + 1, name, size);
        names->size += size + 1;
        out->has_unknown |= kind == QN_FILE_NONE;
        out->file_count += kind != QN_FILE_DIRECTORY;
    }
    return qn_directory_status(ctx, directory);
}

enum qn_status qn_work_walk_open(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out)
{
    const char *path =
        worker->path.size > 0 ? qn_buf_string(&worker->path) : ".";
    enum qn_status status = reserve_depth(ctx, worker, depth);

    memset(out, 0, sizeof(*out));
    if (status)
        return status;
    qn_buf_clear(&worker->names[depth]);
    status = qn_directory_open_at(ctx, walker->tree->top_fd, path, true,
                                  &out->directory);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status == QN_DENIED) {
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.unreadable",
                      "could not open directory '%s': Permission denied",
                      qn_buf_string(&worker->path));
        return QN_OK;
    }
    return status;
}

enum qn_status qn_work_walk_list(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, struct qn_work_listing *out)
{
    enum qn_status status = qn_work_walk_open(ctx, walker, worker, depth, out);

    if (!status && out->directory)
        status = qn_work_walk_read(ctx, worker, depth, out);
    qn_directory_close(out->directory);
    out->directory = NULL;
    return status;
}

enum qn_status qn_work_walk_next(struct qn_ctx *ctx,
                                 const struct qn_work_walker *walker,
                                 struct qn_work_walk_worker *worker,
                                 size_t depth, size_t *at, size_t size,
                                 enum qn_file_kind *kind, bool *is_end)
{
    struct qn_buf *names = &worker->names[depth];
    const char *name;
    enum qn_status status;

    *is_end = *at >= names->size;
    if (*is_end)
        return QN_OK;
    *kind = (enum qn_file_kind)names->data[*at];
    name = (const char *)names->data + *at + 1;
    *at += strlen(name) + 2;
    qn_buf_truncate(&worker->path, size);
    status = qn_buf_append_string(ctx, &worker->path, name);
    if (!status && *kind == QN_FILE_NONE) {
        struct qn_file_stat stat;

        status = qn_file_lstat_at(ctx, walker->tree->top_fd,
                                  qn_buf_string(&worker->path), &stat);
        *kind = stat.kind;
    }
    return status;
}

enum qn_status qn_work_walk_check_ignored(struct qn_ctx *ctx,
                                          struct qn_work_walk_worker *worker,
                                          bool is_directory, bool *out)
{
    struct qn_ignore_match match;
    enum qn_status status = QN_OK;

    *out = false;
    if (!worker->ignore)
        return QN_OK;
    status = qn_ignore_check(ctx, worker->ignore, qn_buf_bytes(&worker->path),
                             is_directory, &match);
    *out = !status && match.is_ignored;
    return status;
}

bool qn_work_walk_is_other_case(const struct qn_work_walker *walker,
                                struct qn_bytes path, bool is_directory)
{
    if (!walker->fold)
        return false;
    if (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    return (is_directory ? qn_index_fold_directory(walker->fold, path)
                         : qn_index_fold_file(walker->fold, path))
               .size > 0;
}

bool qn_work_walk_is_wanted(struct qn_ctx *ctx,
                            const struct qn_work_walker *walker,
                            struct qn_bytes path, bool is_directory)
{
    return !walker->options->pathspec ||
           qn_pathspec_is_match(ctx, walker->options->pathspec, path,
                                is_directory, NULL, NULL);
}

enum qn_pathspec_reach qn_work_walk_reach(const struct qn_work_walker *walker,
                                          struct qn_bytes directory)
{
    return walker->options->pathspec
               ? qn_pathspec_reach_below(walker->options->pathspec, directory)
               : QN_PATHSPEC_ALL;
}

void qn_work_walk_skip_files(struct qn_work_walk_worker *worker, size_t depth,
                             size_t *at)
{
    const struct qn_buf *names = &worker->names[depth];

    while (*at < names->size && names->data[*at] != QN_FILE_DIRECTORY)
        *at += strlen((const char *)names->data + *at + 1) + 2;
}
