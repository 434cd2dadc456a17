/* SPDX-License-Identifier: MIT */
#include "operation/op_gc.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_pack.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/process.h"
#include "os/temporary.h"
#include "os/user.h"
#include "pack/pack_file.h"

#include <stdlib.h>

#define LOCK_SECONDS (12 * 3600)

static int64_t now_seconds(struct qn_ctx *ctx)
{
    return qn_env_clock(qn_ctx_env(ctx), true) / 1000000000;
}

/* Does the process that gc.pid names still run?  Then it is in `lock`. */
static enum qn_status look_at_holder(struct qn_ctx *ctx, const char *path,
                                     const char *own_host,
                                     struct qn_op_gc_lock *lock, bool *is_alive)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status = qn_file_lstat(ctx, path, &stat);
    struct qn_bytes host = QN_BYTES_NONE;
    char *end;

    *is_alive = false;
    if (status || stat.kind == QN_FILE_NONE ||
        now_seconds(ctx) - stat.mtime_ns / 1000000000 > LOCK_SECONDS)
        goto out;
    status = qn_file_read_all(ctx, path, &text);
    if (status)
        goto out;
    lock->pid = strtoull(qn_buf_string(&text), &end, 10);
    if (*end == ' ')
        host = qn_bytes_trim(qn_bytes_from_string(end + 1));
    if (host.size == 0)
        goto out;
    qn_memory_free(lock->host);
    lock->host = qn_memory_string(ctx, host);
    if (!lock->host)
        status = QN_NO_MEMORY;
    else
        *is_alive = strcmp(lock->host, own_host) != 0 ||
                    qn_process_is_alive((long)lock->pid);
out:
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_gc_lock_take(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool is_forced, struct qn_op_gc_lock *lock,
                                  bool *is_held)
{
    struct qn_lock_file file = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT, host = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status;
    bool is_alive = false;

    *is_held = false;
    status =
        qn_buf_printf(ctx, &path, "%s/gc.pid", qn_repo_common_directory(repo));
    if (!status)
        status = qn_user_host(ctx, &host);
    if (!status)
        status = qn_lock_file_take(ctx, &file, qn_buf_string(&path), 0666, 0);
    if (!status && !is_forced)
        status = look_at_holder(ctx, qn_buf_string(&path), qn_buf_string(&host),
                                lock, &is_alive);
    if (status || is_alive)
        goto out;
    status = qn_buf_printf(ctx, &text, "%ld %s", qn_process_own_id(),
                           qn_buf_string(&host));
    if (!status)
        status = qn_lock_file_write(ctx, &file, qn_buf_bytes(&text));
    if (!status)
        status = qn_lock_file_commit(ctx, &file, NULL, QN_SYNC_NONE);
    if (!status) {
        lock->path = qn_memory_string(ctx, qn_buf_bytes(&path));
        status = lock->path ? qn_temporary_add(ctx, qn_buf_string(&path))
                            : QN_NO_MEMORY;
        *is_held = true;
    }
out:
    qn_lock_file_rollback(&file);
    qn_buf_dispose(&path);
    qn_buf_dispose(&host);
    qn_buf_dispose(&text);
    return status;
}

void qn_op_gc_lock_release(struct qn_op_gc_lock *lock)
{
    if (lock->path)
        qn_temporary_remove(lock->path);
    qn_memory_free(lock->path);
    qn_memory_free(lock->host);
    memset(lock, 0, sizeof(*lock));
}

struct look {
    struct qn_op_gc_state *state;
    uint64_t big_bytes;
};

static bool has_file(struct qn_ctx *ctx, const struct qn_pack_file *pack,
                     const char *extension)
{
    struct qn_buf path = QN_BUF_INIT;
    bool answer;

    answer = qn_buf_printf(ctx, &path, "%.*s%s",
                           (int)(strlen(pack->path) - strlen(".pack")),
                           pack->path, extension) == QN_OK &&
             qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return answer;
}

static enum qn_status look_at_pack(struct qn_ctx *ctx, void *data,
                                   struct qn_pack_file *pack)
{
    const char *name = strrchr(pack->path, '/');
    struct look *look = data;
    struct qn_file_stat stat;
    enum qn_status status;

    if (!pack->is_local || has_file(ctx, pack, ".keep"))
        return QN_OK;
    look->state->packs++;
    if (has_file(ctx, pack, ".mtimes"))
        return QN_OK;
    status = qn_file_lstat(ctx, pack->path, &stat);
    if (status || stat.kind == QN_FILE_NONE)
        return status;
    name = name ? name + 1 : pack->path;
    if (stat.size >= look->state->pack_bytes) {
        look->state->pack_bytes = stat.size;
        qn_buf_clear(&look->state->largest);
        status = qn_buf_append_string(ctx, &look->state->largest, name);
    }
    if (!status && look->big_bytes > 0 && stat.size >= look->big_bytes)
        status = qn_buf_append(ctx, &look->state->big, name, strlen(name) + 1);
    return status;
}

enum qn_status qn_op_gc_look(struct qn_ctx *ctx, struct qn_odb *odb,
                             uint64_t big_bytes, struct qn_op_gc_state *out)
{
    size_t digits = qn_id_hex_size(qn_odb_algorithm(odb)) - 2;
    struct look look = {out, big_bytes};
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    status = qn_buf_printf(ctx, &path, "%s/17",
                           qn_odb_store_directory(qn_odb_get_store(odb)));
    if (!status && qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    while (!status && directory && qn_directory_next(directory, &name, &kind))
        if (strlen(name) == digits &&
            strspn(name, "0123456789abcdef") == digits)
            out->loose += 256;
    status = qn_directory_end(ctx, directory, status);
    if (!status)
        status = qn_odb_pack_each(ctx, odb, look_at_pack, &look);
    qn_buf_dispose(&path);
    return status;
}

void qn_op_gc_state_dispose(struct qn_op_gc_state *state)
{
    qn_buf_dispose(&state->largest);
    qn_buf_dispose(&state->big);
}

/* Why the entry at `path` of worktrees/ may go; NULL: it stays. */
static const char *why_gone(struct qn_ctx *ctx, const char *path,
                            int64_t expire)
{
    struct qn_buf file = QN_BUF_INIT, text = QN_BUF_INIT;
    const char *why = NULL;
    struct qn_file_stat stat = {0};
    struct qn_bytes line;

    if (!qn_file_is_directory(path)) {
        why = "not a valid directory";
        goto out;
    }
    if (qn_buf_printf(ctx, &file, "%s/locked", path) ||
        qn_file_exists(qn_buf_string(&file)))
        goto out;
    qn_buf_clear(&file);
    if (qn_buf_printf(ctx, &file, "%s/gitdir", path))
        goto out;
    if (!qn_file_exists(qn_buf_string(&file))) {
        why = "gitdir file does not exist";
        goto out;
    }
    if (qn_file_read_all(ctx, qn_buf_string(&file), &text)) {
        why = "unable to read gitdir file";
        goto out;
    }
    line = qn_bytes_trim_end(qn_buf_bytes(&text));
    if (line.size == 0) {
        why = "invalid gitdir file";
        goto out;
    }
    qn_buf_clear(&file);
    if (line.data[0] != '/' && qn_buf_printf(ctx, &file, "%s/", path))
        goto out;
    if (qn_buf_append_bytes(ctx, &file, line) ||
        qn_file_exists(qn_buf_string(&file)))
        goto out;
    qn_buf_clear(&file);
    if (qn_buf_printf(ctx, &file, "%s/index", path) ||
        qn_file_lstat(ctx, qn_buf_string(&file), &stat))
        goto out;
    if (stat.kind == QN_FILE_NONE || stat.mtime_ns / 1000000000 <= expire)
        why = "gitdir file points to non-existent location";
out:
    qn_ctx_clear(ctx);
    qn_buf_dispose(&file);
    qn_buf_dispose(&text);
    return why;
}

/* The directory `name` below the common one. */
static enum qn_status open_below(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *name, struct qn_buf *path,
                                 struct qn_directory **out)
{
    enum qn_status status =
        qn_buf_printf(ctx, path, "%s/%s", qn_repo_common_directory(repo), name);

    *out = NULL;
    if (!status && qn_file_is_directory(qn_buf_string(path)))
        status = qn_directory_open(ctx, qn_buf_string(path), out);
    return status;
}

enum qn_status qn_op_gc_work_trees(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_op_gc_work_trees *how)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name, *why;
    size_t size;

    status = open_below(ctx, repo, "worktrees", &path, &directory);
    size = path.size;
    while (!status && directory && qn_directory_next(directory, &name, &kind)) {
        qn_buf_truncate(&path, size);
        status = qn_buf_printf(ctx, &path, "/%s", name);
        why = status ? NULL : why_gone(ctx, qn_buf_string(&path), how->expire);
        if (!why)
            continue;
        how->count++;
        qn_buf_clear(&text);
        status =
            qn_buf_printf(ctx, &text, "Removing worktrees/%s: %s", name, why);
        if (!status && how->line)
            how->line(how->data, qn_buf_string(&text));
        if (!status && !how->is_dry_run && kind == QN_FILE_DIRECTORY)
            status = qn_directory_remove_all(ctx, qn_buf_string(&path));
        else if (!status && !how->is_dry_run)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_truncate(&path, size);
    if (!status && directory && !how->is_dry_run &&
        qn_directory_remove(ctx, qn_buf_string(&path)))
        qn_ctx_clear(ctx); /* some are still there */
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* Is rr-cache/<x> older than it may be? */
static bool is_old_resolution(struct qn_ctx *ctx, struct qn_buf *path,
                              int64_t resolved, int64_t unresolved)
{
    struct qn_file_stat stat = {0};
    size_t size = path->size;
    bool is_old = false;

    if (!qn_buf_append_string(ctx, path, "/postimage") &&
        !qn_file_lstat(ctx, qn_buf_string(path), &stat) &&
        stat.kind != QN_FILE_NONE) {
        is_old = resolved && stat.mtime_ns / 1000000000 < resolved;
    } else {
        qn_buf_truncate(path, size);
        is_old = !qn_buf_append_string(ctx, path, "/preimage") &&
                 !qn_file_lstat(ctx, qn_buf_string(path), &stat) &&
                 stat.kind != QN_FILE_NONE && unresolved &&
                 stat.mtime_ns / 1000000000 < unresolved;
    }
    qn_ctx_clear(ctx);
    qn_buf_truncate(path, size);
    return is_old;
}

enum qn_status qn_op_gc_rerere(struct qn_ctx *ctx, struct qn_repo *repo,
                               int64_t resolved, int64_t unresolved)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;
    size_t size;

    struct qn_id id;

    status = open_below(ctx, repo, "rr-cache", &path, &directory);
    size = path.size;
    while (!status && directory && qn_directory_next(directory, &name, &kind)) {
        qn_buf_truncate(&path, size);
        status = qn_buf_printf(ctx, &path, "/%s", name);
        if (!status &&
            qn_id_from_hex(&id, qn_repo_algorithm(repo),
                           qn_bytes_from_string(name)) &&
            qn_file_is_directory(qn_buf_string(&path)) &&
            is_old_resolution(ctx, &path, resolved, unresolved))
            status = qn_directory_remove_all(ctx, qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}
