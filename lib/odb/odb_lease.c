/* SPDX-License-Identifier: MIT */
#include "odb/odb_lease.h"

#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_private.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/process.h"
#include "os/temporary.h"
#include "os/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRITER_WAIT_MS 60000
#define PAUSE_MS       10
/* Of another host's, where nobody can be asked: writing may take long; removing
 * what was found before does not. */
#define STALE_LEASE  86400
#define STALE_MARKER 3600
/* A writer that waits so long says why; a multiple of PAUSE_MS. */
#define TELL_MS 2000

struct qn_odb_prune_marker {
    char *path;
};

static int64_t now_seconds(struct qn_ctx *ctx)
{
    return qn_env_clock(qn_ctx_env(ctx), true) / 1000000000;
}

/* "<pid> <host> <birth>\n" */
static enum qn_status append_self(struct qn_ctx *ctx, struct qn_buf *out)
{
    struct qn_buf birth = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, out, "%ld ", qn_process_own_id());

    if (!status)
        status = qn_user_host(ctx, out);
    if (!status)
        status = qn_process_birth(ctx, qn_process_own_id(), &birth);
    if (!status)
        status = qn_buf_printf(ctx, out, " %s\n",
                               birth.size ? qn_buf_string(&birth) : "-");
    qn_buf_dispose(&birth);
    return status;
}

struct owner {
    long id; /* 0: nobody */
    struct qn_bytes host;
    struct qn_bytes birth; /* empty: not told */
};

/* These files come whole: what reads otherwise nobody of us made. */
static struct owner parse_owner(const struct qn_buf *text)
{
    struct qn_bytes rest = qn_buf_bytes(text), word;
    struct owner out = {0};

    if (rest.size == 0 || rest.data[rest.size - 1] != '\n')
        return out;
    rest = qn_bytes_first(rest, rest.size - 1);
    if (!qn_bytes_next(&rest, ' ', &word) || rest.size == 0)
        return out;
    qn_bytes_next(&rest, ' ', &out.host);
    if (!qn_bytes_is_string(rest, "-"))
        out.birth = rest;
    out.id = strtol((const char *)word.data, NULL, 10);
    return out;
}

/* Is the process that the file names the one that made it?  Where nothing is
 * told of when it began, the id is all. */
static bool is_running(struct qn_ctx *ctx, const struct owner *owner)
{
    struct qn_buf birth = QN_BUF_INIT;
    bool is_same = true;

    if (!qn_process_is_alive(owner->id))
        return false;
    if (owner->birth.size == 0)
        return true;
    if (qn_process_birth(ctx, owner->id, &birth))
        qn_ctx_clear(ctx);
    else if (birth.size > 0)
        is_same = qn_bytes_is_equal(qn_buf_bytes(&birth), owner->birth);
    qn_buf_dispose(&birth);
    return is_same;
}

/* The file of somebody dead goes; not one that came in its place meanwhile. */
static void bury(struct qn_ctx *ctx, const char *path,
                 const struct qn_file_stat *seen)
{
    struct qn_file_stat now = {0};

    if (qn_file_lstat(ctx, path, &now) || now.inode != seen->inode ||
        now.mtime_ns != seen->mtime_ns || qn_file_unlink_if_exists(ctx, path))
        qn_ctx_clear(ctx);
}

/* Does the process that made this file still run?  A file that is gone, or that
 * nobody stands behind, is dead; the latter is removed.  One of another host
 * counts for `stale` seconds. */
static bool is_alive(struct qn_ctx *ctx, const char *path, int64_t stale)
{
    struct qn_buf text = QN_BUF_INIT, self = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    struct owner owner, own;
    bool is_dead = true;

    if (qn_file_lstat(ctx, path, &stat) || stat.kind == QN_FILE_NONE ||
        qn_file_read_all(ctx, path, &text) || append_self(ctx, &self)) {
        qn_ctx_clear(ctx);
        goto out;
    }
    owner = parse_owner(&text);
    own = parse_owner(&self);
    if (owner.id <= 0)
        is_dead = true;
    else if (qn_bytes_is_equal(owner.host, own.host))
        is_dead = !is_running(ctx, &owner);
    else
        is_dead = stat.mtime_ns / 1000000000 + stale < now_seconds(ctx);
    if (is_dead)
        bury(ctx, path, &stat);
out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&self);
    return !is_dead;
}

/* The text in a file of its own: what has one of the two names is whole, so
 * that a process that is killed meanwhile leaves nothing that could seem alive.
 */
static enum qn_status make_text(struct qn_ctx *ctx, const char *prefix,
                                struct qn_buf *made)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = append_self(ctx, &text);
    int fd = -1;

    if (!status)
        status = qn_file_create_temporary(ctx, prefix, 0666, &fd, made);
    if (!status) {
        status = qn_file_write(ctx, fd, text.data, text.size);
        qn_file_close(fd);
        if (status)
            qn_temporary_remove(qn_buf_string(made));
    }
    qn_buf_dispose(&text);
    return status;
}

/* Where there are no hard links: it may be seen while it is empty. */
static enum qn_status make_at_once(struct qn_ctx *ctx, const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = append_self(ctx, &text);
    int fd = -1;

    if (!status)
        status = qn_file_open(
            ctx, path, QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE, 0666,
            &fd);
    if (!status) {
        status = qn_file_write(ctx, fd, text.data, text.size);
        qn_file_close(fd);
        if (status && qn_file_unlink_if_exists(ctx, path))
            qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&text);
    return status;
}

/* A file at `path` that is whole from its first moment; QN_EXISTS when there is
 * one.  It goes when the process ends. */
static enum qn_status make_whole(struct qn_ctx *ctx, const char *prefix,
                                 const char *path)
{
    struct qn_buf made = QN_BUF_INIT;
    enum qn_status status = make_text(ctx, prefix, &made);

    if (!status) {
        status = qn_file_link(ctx, qn_buf_string(&made), path);
        if (status && status != QN_EXISTS) {
            qn_ctx_clear(ctx);
            status = make_at_once(ctx, path);
        }
        if (!status)
            (void)!qn_temporary_add(ctx, path);
        qn_temporary_remove(qn_buf_string(&made));
    }
    qn_buf_dispose(&made);
    return status;
}

bool qn_odb_lease_is_held(struct qn_ctx *ctx, const char *path)
{
    return is_alive(ctx, path, STALE_LEASE);
}

enum qn_status qn_odb_lease_mark(struct qn_ctx *ctx, const char *path)
{
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &prefix, "%s.", path);

    if (!status)
        status = make_whole(ctx, qn_buf_string(&prefix), path);
    qn_buf_dispose(&prefix);
    return status;
}

/* QN_EXISTS when it is there. */
static enum qn_status make_marker(struct qn_ctx *ctx, const char *path)
{
    struct qn_buf prefix = QN_BUF_INIT;
    const char *slash = strrchr(path, '/');
    enum qn_status status = qn_buf_printf(ctx, &prefix, "%.*s/writers/tmp_",
                                          (int)(slash - path), path);

    if (qn_file_exists(path)) {
        qn_buf_dispose(&prefix);
        return qn_ctx_fail(ctx, QN_EXISTS, "'%s' exists", path);
    }
    if (!status)
        status = make_whole(ctx, qn_buf_string(&prefix), path);
    qn_buf_dispose(&prefix);
    return status;
}

static enum qn_status wait_for_prune(struct qn_ctx *ctx,
                                     const struct qn_odb_store *store)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int64_t waited;

    status =
        qn_buf_printf(ctx, &path, "%s/info/pruning", store->options.directory);
    for (waited = 0; !status; waited += PAUSE_MS) {
        if (!qn_file_exists(qn_buf_string(&path)) ||
            !is_alive(ctx, qn_buf_string(&path), STALE_MARKER))
            break;
        status = qn_ctx_check(ctx);
        if (!status && waited == TELL_MS)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "odb.pruning",
                          "waiting while objects are being pruned ('%s' "
                          "exists)",
                          qn_buf_string(&path));
        if (!status && waited > WRITER_WAIT_MS)
            status = qn_ctx_fail_reason(
                ctx, QN_LOCKED, "odb.pruning", qn_buf_string(&path),
                "objects are being pruned ('%s' exists)", qn_buf_string(&path));
        if (!status)
            qn_process_pause(PAUSE_MS);
    }
    qn_buf_dispose(&path);
    return status;
}

/* The store's mutex is held. */
static enum qn_status make_lease(struct qn_ctx *ctx, struct qn_odb_store *store)
{
    struct qn_buf path = QN_BUF_INIT, made = QN_BUF_INIT;
    enum qn_status status;
    const char *slash;

    status =
        qn_buf_printf(ctx, &path, "%s/info/writers", store->options.directory);
    if (!status && !qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_make_all(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = qn_buf_append_string(ctx, &path, "/tmp_");
    if (!status)
        status = make_text(ctx, qn_buf_string(&path), &made);
    if (status)
        goto out;
    /* "tmp_<letters>" becomes "w<pid>_<letters>", which nobody else has. */
    slash = strrchr(qn_buf_string(&made), '/');
    qn_buf_clear(&path);
    status = qn_buf_printf(
        ctx, &path, "%.*s/w%ld_%s", (int)(slash - qn_buf_string(&made)),
        qn_buf_string(&made), qn_process_own_id(), slash + strlen("/tmp_"));
    if (!status)
        store->lease = qn_memory_string(ctx, qn_buf_bytes(&path));
    if (!status && !store->lease)
        status = QN_NO_MEMORY;
    if (!status)
        status = qn_temporary_add(ctx, store->lease);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&made), store->lease);
    if (status) {
        qn_temporary_remove(qn_buf_string(&made));
        if (store->lease)
            qn_temporary_forget(store->lease);
        qn_memory_free(store->lease);
        store->lease = NULL;
    } else {
        qn_temporary_forget(qn_buf_string(&made));
    }
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&made);
    return status;
}

enum qn_status qn_odb_lease_take_store(struct qn_ctx *ctx,
                                       struct qn_odb_store *store)
{
    enum qn_status status = QN_OK;
    bool is_new;

    if (store->options.is_quarantine)
        return QN_OK;
    qn_mutex_lock(store->mutex);
    is_new = !store->lease;
    if (is_new)
        status = make_lease(ctx, store);
    qn_mutex_unlock(store->mutex);
    /* Where nothing can be written no lease can be made: the write says so. */
    if (status == QN_DENIED || status == QN_IO || status == QN_NO_SPACE ||
        status == QN_NOT_FOUND || status == QN_EXISTS) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status || !is_new ? status : wait_for_prune(ctx, store);
}

enum qn_status qn_odb_lease_take(struct qn_ctx *ctx, struct qn_odb *odb)
{
    enum qn_status status;

    if (QN_LIKELY(odb->has_lease) || odb->memory)
        return QN_OK;
    status = qn_odb_lease_take_store(ctx, odb->store);
    odb->has_lease = !status;
    return status;
}

void qn_odb_lease_drop(struct qn_odb_store *store)
{
    if (!store || !store->mutex)
        return;
    qn_mutex_lock(store->mutex);
    if (store->lease)
        qn_temporary_remove(store->lease);
    qn_memory_free(store->lease);
    store->lease = NULL;
    qn_mutex_unlock(store->mutex);
}

/* Is some writer at work? */
static enum qn_status find_writer(struct qn_ctx *ctx,
                                  const struct qn_odb_store *store, bool *out)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;
    size_t size;

    *out = false;
    status =
        qn_buf_printf(ctx, &path, "%s/info/writers", store->options.directory);
    if (status || !qn_file_is_directory(qn_buf_string(&path)))
        goto out;
    status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    size = path.size;
    while (!status && !*out && qn_directory_next(directory, &name, &kind)) {
        if (strncmp(name, "tmp_", 4) == 0)
            continue; /* not a lease yet */
        qn_buf_truncate(&path, size);
        status = qn_buf_printf(ctx, &path, "/%s", name);
        if (!status)
            *out = is_alive(ctx, qn_buf_string(&path), STALE_LEASE);
    }
    status = qn_directory_end(ctx, directory, status);
out:
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status take_marker(struct qn_ctx *ctx, const char *path,
                                  int64_t wait_ms)
{
    enum qn_status status;
    int64_t waited;

    for (waited = 0;; waited += PAUSE_MS) {
        status = make_marker(ctx, path);
        if (status != QN_EXISTS)
            return status;
        if (waited > wait_ms && is_alive(ctx, path, STALE_MARKER))
            return qn_ctx_fail_reason(ctx, QN_LOCKED, "odb.pruning", path,
                                      "objects are being pruned ('%s' exists)",
                                      path);
        qn_ctx_clear(ctx);
        if (!is_alive(ctx, path, STALE_MARKER))
            continue;
        status = qn_ctx_check(ctx);
        if (status)
            return status;
        qn_process_pause(PAUSE_MS);
    }
}

enum qn_status qn_odb_prune_begin(struct qn_ctx *ctx,
                                  struct qn_odb_store *store, int64_t wait_ms,
                                  struct qn_odb_prune_marker **out,
                                  bool *is_busy)
{
    struct qn_odb_prune_marker *marker =
        qn_memory_calloc(ctx, 1, sizeof(*marker));
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = marker ? QN_OK : QN_NO_MEMORY;
    bool is_writing = true;
    int64_t waited;

    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/info/writers",
                               store->options.directory);
    if (!status && !qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_make_all(ctx, qn_buf_string(&path), 0777);
    qn_buf_clear(&path);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/info/pruning",
                               store->options.directory);
    if (!status)
        status = take_marker(ctx, qn_buf_string(&path), wait_ms);
    if (status)
        goto out;
    marker->path = qn_memory_string(ctx, qn_buf_bytes(&path));
    if (!marker->path) {
        qn_temporary_remove(qn_buf_string(&path));
        status = QN_NO_MEMORY;
        goto out;
    }
    for (waited = 0; !status && is_writing; waited += PAUSE_MS) {
        status = find_writer(ctx, store, &is_writing);
        if (!status && is_writing && waited >= wait_ms)
            break;
        if (!status && is_writing)
            qn_process_pause(PAUSE_MS);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    if (!status) {
        *is_busy = is_writing;
        *out = marker;
        marker = NULL;
    }
out:
    qn_odb_prune_end(marker);
    qn_buf_dispose(&path);
    return status;
}

void qn_odb_prune_end(struct qn_odb_prune_marker *marker)
{
    if (!marker)
        return;
    if (marker->path)
        qn_temporary_remove(marker->path);
    qn_memory_free(marker->path);
    qn_memory_free(marker);
}
