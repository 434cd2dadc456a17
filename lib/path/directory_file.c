/* SPDX-License-Identifier: MIT */
#include "path/directory_file.h"

#include "base/env.h"
#include "base/memory.h"
#include "config/config.h"
#include "object/tree.h"
#include "os/file.h"

#include <errno.h>

/* Nobody writes ignore rules of this size by hand; Git's bound, too. */
#define SIZE_MOST (100u << 20)

void qn_directory_file_dispose(struct qn_directory_file *reader)
{
    qn_odb_free(reader->odb);
    reader->odb = NULL;
    qn_buf_dispose(&reader->path);
    qn_object_dispose(&reader->object);
    qn_object_dispose(&reader->tree);
    qn_map_dispose(&reader->absent);
    qn_buf_dispose(&reader->trail);
    qn_memory_free(reader->steps);
    reader->steps = NULL;
    reader->step_count = reader->step_capacity = 0;
}

static enum qn_status read_open(struct qn_ctx *ctx, const char *path,
                                unsigned flags, const char *shown,
                                struct qn_buf *out, bool *found)
{
    struct qn_file_stat stat;
    int fd = -1;
    enum qn_status status =
        qn_file_open_if_exists(ctx, path, QN_FILE_READ | flags, &fd);

    *found = false;
    if (status) {
        int number = qn_ctx_errno(ctx);

        if (status == QN_NO_MEMORY)
            return status;
        qn_ctx_clear(ctx);
        if (number != ENOENT && number != ENOTDIR)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "path.unreadable",
                          "unable to access '%s': %s", shown,
                          number == ELOOP ? "Too many levels of symbolic links"
                          : number == EACCES ? "Permission denied"
                                             : "Input/output error");
        return QN_OK;
    }
    if (fd < 0)
        return QN_OK;
    status = qn_file_stat_fd(ctx, fd, &stat);
    if (!status && stat.kind == QN_FILE_REGULAR) {
        if (stat.size > SIZE_MOST) {
            qn_ctx_report(ctx, QN_REPORT_WARNING, "path.too-large",
                          "ignoring excessively large pattern file: %s", shown);
        } else {
            status = qn_file_read_rest(ctx, fd, out);
            *found = !status;
        }
    }
    qn_file_close(fd);
    return status;
}

enum qn_status qn_directory_file_from_work_tree(
    struct qn_ctx *ctx, struct qn_directory_file *reader, struct qn_bytes path,
    struct qn_buf *out, bool *found)
{
    const char *top = qn_repo_work_tree(reader->repo);
    enum qn_status status;

    *found = false;
    if (!top)
        return QN_OK;
    qn_buf_clear(&reader->path);
    status = qn_buf_append_string(ctx, &reader->path, top);
    if (!status)
        status = qn_buf_append_byte(ctx, &reader->path, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, &reader->path, path);
    if (status)
        return status;
    return read_open(ctx, qn_buf_string(&reader->path), QN_FILE_NO_FOLLOW,
                     qn_buf_string(&reader->path) + strlen(top) + 1, out,
                     found);
}

static enum qn_status need_odb(struct qn_ctx *ctx,
                               struct qn_directory_file *reader)
{
    return reader->odb ? QN_OK : qn_repo_odb(ctx, reader->repo, &reader->odb);
}

static enum qn_status read_blob(struct qn_ctx *ctx,
                                struct qn_directory_file *reader,
                                const struct qn_id *id, struct qn_buf *out,
                                bool *found)
{
    enum qn_status status = qn_odb_read(ctx, reader->odb, id, &reader->object);

    if (status)
        return status;
    if (reader->object.type != QN_OBJECT_BLOB ||
        reader->object.data.size > SIZE_MOST)
        return QN_OK;
    *found = true;
    return qn_buf_append_bytes(ctx, out, qn_object_bytes(&reader->object));
}

enum qn_status qn_directory_file_from_index(struct qn_ctx *ctx,
                                            struct qn_directory_file *reader,
                                            struct qn_bytes path,
                                            bool only_skipped,
                                            struct qn_buf *out, bool *found)
{
    const struct qn_index_entry *entry;
    enum qn_status status;
    bool is_there;
    size_t i;

    *found = false;
    if (!reader->index)
        return QN_OK;
    i = qn_index_find(reader->index, path, 0, &is_there);
    if (!is_there)
        return QN_OK;
    entry = qn_index_peek(reader->index, i);
    /* Of an unmerged path, ours. */
    while (entry->stage != 0 && entry->stage != 2 &&
           ++i < qn_index_count(reader->index) &&
           qn_bytes_is_equal(qn_index_peek(reader->index, i)->path, path))
        entry = qn_index_peek(reader->index, i);
    if ((entry->stage != 0 && entry->stage != 2) ||
        !qn_mode_is_file(entry->mode) ||
        (only_skipped && !(entry->flags & QN_INDEX_SKIP_WORKTREE)) ||
        (entry->flags & QN_INDEX_INTENT_TO_ADD))
        return QN_OK;
    status = need_odb(ctx, reader);
    return status ? status : read_blob(ctx, reader, &entry->id, out, found);
}

/* Back to the deepest directory that is on the way to `path`, too; what is left
 * of the path. */
static struct qn_bytes go_back(struct qn_directory_file *reader,
                               const struct qn_id *tree, struct qn_bytes path,
                               struct qn_id *id)
{
    size_t same = 0, most = path.size < reader->trail.size ? path.size
                                                           : reader->trail.size;

    if (!qn_id_is_equal(&reader->trail_from, tree))
        reader->step_count = 0;
    while (same < most && path.data[same] == reader->trail.data[same])
        same++;
    while (reader->step_count > 0) {
        size_t end = reader->steps[reader->step_count - 1].end;

        if (end <= same && end < path.size && path.data[end] == '/')
            break;
        reader->step_count--;
    }
    reader->trail_from = *tree;
    *id = *tree;
    if (reader->step_count == 0) {
        qn_buf_clear(&reader->trail);
        return path;
    }
    *id = reader->steps[reader->step_count - 1].id;
    qn_buf_truncate(&reader->trail, reader->steps[reader->step_count - 1].end);
    return qn_bytes_from(path, reader->trail.size + 1);
}

static enum qn_status add_step(struct qn_ctx *ctx,
                               struct qn_directory_file *reader,
                               struct qn_bytes name, const struct qn_id *id)
{
    enum qn_status status = QN_OK;

    if (reader->step_count > 0)
        status = qn_buf_append_byte(ctx, &reader->trail, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, &reader->trail, name);
    if (!status)
        status = qn_memory_grow(ctx, &reader->steps, &reader->step_capacity,
                                reader->step_count + 1, sizeof(*reader->steps));
    if (status) {
        reader->step_count = 0;
        return status;
    }
    reader->steps[reader->step_count].end = reader->trail.size;
    reader->steps[reader->step_count++].id = *id;
    return QN_OK;
}

static enum qn_status read_from_tree(struct qn_ctx *ctx,
                                     struct qn_directory_file *reader,
                                     const struct qn_id *tree,
                                     struct qn_bytes path, struct qn_buf *out,
                                     bool *found)
{
    enum qn_status status = need_odb(ctx, reader);
    struct qn_id id;

    *found = false;
    path = go_back(reader, tree, path, &id);
    while (!status) {
        size_t slash = qn_bytes_find(path, '/');
        struct qn_tree_entry entry;
        bool is_there;

        status = qn_odb_read_typed(ctx, reader->odb, &id, QN_OBJECT_TREE,
                                   &reader->tree);
        if (!status)
            status =
                qn_tree_find(ctx, qn_object_bytes(&reader->tree), id.algorithm,
                             qn_bytes_first(path, slash), &entry, &is_there);
        if (status || !is_there)
            return status;
        qn_id_from_row(&id, id.algorithm, entry.id);
        if (slash == path.size)
            return qn_mode_is_file(entry.mode)
                       ? read_blob(ctx, reader, &id, out, found)
                       : QN_OK;
        if (!qn_mode_is_tree(entry.mode))
            return QN_OK;
        status = add_step(ctx, reader, qn_bytes_first(path, slash), &id);
        path = qn_bytes_from(path, slash + 1);
    }
    return status;
}

enum qn_status qn_directory_file_from_tree(struct qn_ctx *ctx,
                                           struct qn_directory_file *reader,
                                           const struct qn_id *tree,
                                           struct qn_bytes path,
                                           struct qn_buf *out, bool *found)
{
    bool is_same =
        reader->absent.count > 0 && qn_id_is_equal(&reader->absent_from, tree);
    enum qn_status status;

    *found = false;
    if (is_same && qn_map_find(&reader->absent, path))
        return QN_OK;
    status = read_from_tree(ctx, reader, tree, path, out, found);
    if (status || *found)
        return status;
    if (!is_same) {
        qn_map_dispose(&reader->absent);
        reader->absent_from = *tree;
    }
    return qn_map_put(ctx, &reader->absent, path, NULL) ? QN_OK : QN_NO_MEMORY;
}

enum qn_status qn_directory_file_from_disk(struct qn_ctx *ctx, const char *path,
                                           struct qn_buf *out, bool *found)
{
    return read_open(ctx, path, 0, path, out, found);
}

enum qn_status qn_directory_file_user_path(struct qn_ctx *ctx,
                                           struct qn_repo *repo,
                                           const char *key, const char *name,
                                           struct qn_buf *out)
{
    const char *home;
    bool found;
    enum qn_status status =
        qn_config_path(ctx, qn_repo_config(repo), key, out, &found);

    if (status || found)
        return status;
    home = qn_env_variable(qn_ctx_env(ctx), "XDG_CONFIG_HOME");
    if (home && *home)
        return qn_buf_printf(ctx, out, "%s/git/%s", home, name);
    home = qn_env_variable(qn_ctx_env(ctx), "HOME");
    if (home && *home)
        return qn_buf_printf(ctx, out, "%s/.config/git/%s", home, name);
    return QN_OK;
}
