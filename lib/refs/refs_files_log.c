/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "refs/refs_files.h"

#include <errno.h>
#include <string.h>

#define OPEN_ATTEMPTS 4

static enum qn_status log_path(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, struct qn_buf *out)
{
    return qn_loose_refs_path(ctx, refs->options, "logs/", name, out);
}

/* Open for appending, and make it with its directories; empty directories that
 * are in the way go. */
static enum qn_status create_log(struct qn_ctx *ctx, struct qn_refs *refs,
                                 const char *path, int *fd)
{
    enum qn_status status;
    int attempt, number;

    for (attempt = 0;; attempt++) {
        status = qn_file_open(ctx, path,
                              QN_FILE_WRITE | QN_FILE_APPEND | QN_FILE_CREATE,
                              0666, fd);
        number = qn_ctx_errno(ctx);
        if (!status)
            return qn_refs_files_share(ctx, refs->options, path);
        if (attempt >= OPEN_ATTEMPTS || (number != ENOENT && number != EISDIR))
            return status;
        qn_ctx_clear(ctx);
        if (number == EISDIR) {
            qn_refs_files_remove_empty(ctx, path);
            continue;
        }
        status = qn_directory_make_parents(ctx, path, 0777);
        if (status)
            return status;
    }
}

/* Is the log in the directory that is known to be missing?  Nobody makes a log
 * of a ref that we have locked. */
static bool is_logless(const struct qn_refs_files *files,
                       const struct qn_buf *path)
{
    size_t size = files->logless.size;

    return size > 0 && size < path->size && path->data[size] == '/' &&
           memcmp(path->data, files->logless.data, size) == 0;
}

static enum qn_status note_logless(struct qn_ctx *ctx,
                                   struct qn_refs_files *files,
                                   const struct qn_buf *path)
{
    struct qn_bytes bytes = qn_buf_bytes(path);
    enum qn_status status;

    qn_buf_clear(&files->logless);
    status = qn_buf_append_bytes(
        ctx, &files->logless,
        qn_bytes_first(bytes, qn_bytes_find_last(bytes, '/')));
    if (!status && qn_file_exists(qn_buf_string(&files->logless)))
        qn_buf_clear(&files->logless);
    return status;
}

/* Open a log for appending; fd -1: there is none and none is wanted. */
static enum qn_status open_log(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, bool forces, int *fd)
{
    struct qn_refs_files *files = refs->state;
    struct qn_buf *path = &refs->path;
    enum qn_status status;

    *fd = -1;
    qn_buf_clear(path);
    status = log_path(ctx, refs, name, path);
    if (status)
        return status;
    if (forces || qn_reflog_is_automatic(refs->options, name))
        return create_log(ctx, refs, qn_buf_string(path), fd);
    if (files->finishes && is_logless(files, path))
        return QN_OK;
    status = qn_file_open_if_exists(ctx, qn_buf_string(path),
                                    QN_FILE_WRITE | QN_FILE_APPEND, fd);
    if (status && qn_ctx_errno(ctx) == EISDIR) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    if (!status && *fd < 0 && files->finishes)
        status = note_logless(ctx, files, path);
    return status;
}

enum qn_status qn_refs_files_log_append(struct qn_ctx *ctx,
                                        struct qn_refs *refs,
                                        const struct qn_refs_files_line *line,
                                        const struct qn_refs_writer *writer)
{
    struct qn_reflog_entry entry = {.old_id = *line->old_id,
                                    .new_id = *line->new_id};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    int fd;

    if (!writer || !writer->ident)
        return QN_OK;
    status = open_log(ctx, refs, line->name, line->forces, &fd);
    if (status || fd < 0)
        return status;
    entry.message = qn_bytes_from_string(line->message ? line->message : "");
    if (!qn_reflog_parse_ident(qn_bytes_from_string(writer->ident), &entry))
        status =
            qn_ctx_fail(ctx, QN_INVALID, "malformed ident '%s'", writer->ident);
    if (!status)
        status = qn_reflog_format(ctx, &entry, &text);
    /* One write: lines of others do not get in between. */
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (status && qn_ctx_errno(ctx))
        status = qn_ctx_fail_errno(ctx, qn_ctx_errno(ctx),
                                   "unable to append to '%s'",
                                   qn_buf_string(&refs->path));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&refs->path));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status read_log(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, struct qn_buf *out)
{
    enum qn_status status;
    int fd = -1;

    qn_buf_clear(&refs->path);
    status = log_path(ctx, refs, name, &refs->path);
    if (!status)
        status = qn_file_open_if_exists(ctx, qn_buf_string(&refs->path),
                                        QN_FILE_READ, &fd);
    if (status || fd < 0)
        return status;
    status = qn_file_read_rest(ctx, fd, out);
    qn_file_close(fd);
    if (status && qn_ctx_errno(ctx) == EISDIR) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

static enum qn_status give_line(struct qn_ctx *ctx, struct qn_refs *refs,
                                struct qn_bytes line, qn_reflog_each_fn *each,
                                void *data)
{
    struct qn_reflog_entry entry;

    if (!qn_reflog_parse(refs->options->algorithm, line, &entry))
        return QN_OK; /* as git: a line that is none is left out */
    return each(ctx, data, &entry);
}

enum qn_status qn_refs_files_log_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *name, bool newest_first,
                                      qn_reflog_each_fn *each, void *data)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status = read_log(ctx, refs, name, &text);

    rest = qn_buf_bytes(&text);
    while (!status && !newest_first && qn_bytes_next(&rest, '\n', &line))
        status = give_line(ctx, refs, line, each, data);
    if (newest_first && qn_bytes_has_suffix(rest, "\n"))
        rest.size--;
    while (!status && newest_first && rest.size) {
        size_t start = qn_bytes_find_last(rest, '\n');

        start = start == rest.size ? 0 : start + 1;
        status = give_line(ctx, refs, qn_bytes_from(rest, start), each, data);
        rest.size = start ? start - 1 : 0;
    }
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_refs_files_log_exists(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name,
                                        bool *out)
{
    struct qn_file_stat stat;
    enum qn_status status;

    qn_buf_clear(&refs->path);
    status = log_path(ctx, refs, name, &refs->path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&refs->path), &stat);
    *out = !status && stat.kind == QN_FILE_REGULAR;
    return status;
}

enum qn_status qn_refs_files_log_create(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name)
{
    enum qn_status status;
    int fd;

    status = open_log(ctx, refs, name, true, &fd);
    if (!status)
        qn_file_close(fd);
    return status;
}

enum qn_status qn_refs_files_log_delete(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name)
{
    enum qn_status status;

    qn_buf_clear(&refs->path);
    status = log_path(ctx, refs, name, &refs->path);
    if (!status && qn_file_exists(qn_buf_string(&refs->path)) &&
        !qn_file_is_directory(qn_buf_string(&refs->path)))
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&refs->path));
    else
        return status;
    return status ? status : qn_refs_files_prune(ctx, refs, "logs/", name);
}

enum qn_status qn_refs_files_log_list(struct qn_ctx *ctx, struct qn_refs *refs,
                                      qn_reflog_name_fn *each, void *data)
{
    struct qn_loose_names names = QN_LOOSE_NAMES_INIT;
    enum qn_status status;
    size_t i;

    status = qn_loose_refs_list(ctx, refs->options, "logs/", "",
                                QN_REFS_INCLUDE_ROOT, &names);
    for (i = 0; !status && i < names.count; i++)
        status = each(ctx, data, names.names[i]);
    qn_loose_refs_names_dispose(&names);
    return status;
}

struct expire_state {
    unsigned flags;
    qn_reflog_keep_fn *keep;
    void *data;
    struct qn_buf kept;
    struct qn_id last;
    bool has_last;
};

static enum qn_status expire_one(struct qn_ctx *ctx, void *data,
                                 const struct qn_reflog_entry *entry)
{
    struct expire_state *expire = data;
    struct qn_reflog_entry changed = *entry;

    if ((expire->flags & QN_REFLOG_EXPIRE_REWRITE)) {
        if (expire->has_last)
            changed.old_id = expire->last;
        else
            qn_id_clear(&changed.old_id, entry->old_id.algorithm);
    }
    if (!expire->keep(expire->data, &changed))
        return QN_OK;
    expire->last = entry->new_id;
    expire->has_last = true;
    return qn_reflog_format(ctx, &changed, &expire->kept);
}

/* Write the new log, and the ref with it when its top entry went. */
static enum qn_status replace_log(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name,
                                  const struct expire_state *expire,
                                  struct qn_lock_file *ref_lock)
{
    const struct qn_sync *sync = &refs->options->sync;
    struct qn_lock_file log_lock = QN_LOCK_FILE_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    bool found = false;

    qn_buf_clear(&refs->path);
    status = log_path(ctx, refs, name, &refs->path);
    if (!status)
        status = qn_lock_file_take(ctx, &log_lock, qn_buf_string(&refs->path),
                                   0666, refs->options->files_lock_timeout_ms);
    if (!status)
        status =
            qn_lock_file_write(ctx, &log_lock, qn_buf_bytes(&expire->kept));
    if (!status)
        status = qn_refs_files_read(ctx, refs, name, &ref, &found);
    if (!status)
        status = qn_lock_file_commit(ctx, &log_lock, sync, QN_SYNC_REFERENCE);
    if (!status && (expire->flags & QN_REFLOG_EXPIRE_UPDATE_REF) && found &&
        !ref.is_symbolic && expire->has_last && !qn_id_is_null(&expire->last)) {
        status =
            qn_buf_printf(ctx, &text, "%s\n", qn_id_to_hex(&expire->last, hex));
        if (!status)
            status = qn_lock_file_write(ctx, ref_lock, qn_buf_bytes(&text));
        if (!status)
            status =
                qn_lock_file_commit(ctx, ref_lock, sync, QN_SYNC_REFERENCE);
    }
    qn_lock_file_rollback(&log_lock);
    qn_ref_dispose(&ref);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_refs_files_log_expire(struct qn_ctx *ctx,
                                        struct qn_refs *refs, const char *name,
                                        unsigned flags, qn_reflog_keep_fn *keep,
                                        void *data)
{
    struct expire_state expire = {
        .flags = flags, .keep = keep, .data = data, .kept = QN_BUF_INIT};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    enum qn_status status = QN_OK;
    bool exists = false;

    status = qn_refs_files_log_exists(ctx, refs, name, &exists);
    if (status || !exists)
        return status;
    status = qn_refs_files_take_lock(ctx, refs, name, NULL, &lock);
    if (status)
        return qn_ctx_where(ctx, "cannot lock ref '%s'", name);
    status =
        qn_refs_files_log_walk(ctx, refs, name, false, expire_one, &expire);
    if (!status && !(flags & QN_REFLOG_EXPIRE_DRY_RUN))
        status = replace_log(ctx, refs, name, &expire, &lock);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&expire.kept);
    return status;
}
