/* SPDX-License-Identifier: MIT */
#include "os/lock_file.h"

#include "base/env.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINKS_MAX       5
#define BACKOFF_MAX_MS  1000
#define NANOSECONDS_MS  1000000
#define PATH_ROOM       4096
#define DIRECTORY_SPLIT '/'

/* Follow symbolic links at the end of the path, also to a file that is not
 * there yet: the lock and the rename belong beside the real file. */
static enum qn_status resolve_links(struct qn_ctx *ctx, struct qn_buf *path)
{
    struct qn_buf target = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    int depth;

    for (depth = 0; depth < LINKS_MAX; depth++) {
        size_t slash;

        qn_buf_clear(&target);
        status = qn_file_readlink(ctx, qn_buf_string(path), &target);
        if (status) { /* not a link, or nothing there */
            qn_ctx_clear(ctx);
            status = QN_OK;
            break;
        }
        slash = qn_bytes_find_last(qn_buf_bytes(path), DIRECTORY_SPLIT);
        if (target.size > 0 && target.data[0] == DIRECTORY_SPLIT)
            qn_buf_clear(path);
        else if (slash < path->size)
            qn_buf_truncate(path, slash + 1);
        else
            qn_buf_clear(path);
        status = qn_buf_append_bytes(ctx, path, qn_buf_bytes(&target));
        if (status)
            break;
    }
    qn_buf_dispose(&target);
    return status;
}

static enum qn_status fail_to_take(struct qn_ctx *ctx, int number,
                                   const struct qn_lock_file *lock)
{
    const char *path = qn_buf_string(&lock->lock_path);
    char here[PATH_ROOM] = "";
    const char *slash = "/";

    if (path[0] == DIRECTORY_SPLIT || !getcwd(here, sizeof(here))) {
        here[0] = '\0';
        slash = "";
    }
    if (number == EEXIST) /* the text is Git's */
        return qn_ctx_fail_reason(
            ctx, QN_LOCKED, "os.locked", qn_buf_string(&lock->path),
            "Unable to create '%s%s%s': %s.\n\nAnother git process seems to be "
            "running in this repository, or the lock file may be stale",
            here, slash, path, strerror(number));
    return qn_ctx_fail_errno(ctx, number, "Unable to create '%s%s%s'", here,
                             slash, path);
}

/* Wait a while that grows with the square of the attempt, more or less a
 * quarter, so that those who wait do not come back together. */
static void back_off(struct qn_ctx *ctx, unsigned attempt, int64_t left_ms)
{
    uint64_t mixed = (uint64_t)qn_env_clock(qn_ctx_env(ctx), true) ^
                     (uint64_t)getpid() << 32;
    int64_t wait_ms = (int64_t)attempt * attempt;
    struct timespec pause;

    if (attempt > 31 || wait_ms > BACKOFF_MAX_MS)
        wait_ms = BACKOFF_MAX_MS;
    mixed = (mixed ^ (mixed >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    wait_ms = wait_ms * (int64_t)(750 + (mixed >> 40) % 500) / 1000;
    if (left_ms >= 0 && wait_ms > left_ms)
        wait_ms = left_ms;
    if (wait_ms < 1)
        wait_ms = 1;
    pause.tv_sec = (time_t)(wait_ms / 1000);
    pause.tv_nsec = (long)(wait_ms % 1000 * NANOSECONDS_MS);
    (void)nanosleep(&pause, NULL);
}

struct taking {
    const char *other; /* NULL: a file of its own */
    uint32_t mode;
    int64_t timeout_ms;
    bool follows;
};

/* 0, or the number of the error. */
static int make_lock(struct qn_lock_file *lock, const struct taking *how)
{
    const char *path = qn_buf_string(&lock->lock_path);

    if (how->other && link(how->other, path) == 0)
        return 0;
    if (how->other && errno == EEXIST)
        return EEXIST;
    lock->fd =
        open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)how->mode);
    return lock->fd >= 0 ? 0 : errno;
}

static enum qn_status create_lock(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                  const struct taking *how)
{
    const int64_t timeout_ms = how->timeout_ms;
    int64_t start = 0;
    unsigned attempt;

    if (timeout_ms > 0)
        start = qn_env_clock(qn_ctx_env(ctx), false);
    for (attempt = 1;; attempt++) {
        int64_t left_ms = -1;
        int number;

        qn_trace_count(ctx, QN_COUNTER_OS_OPEN, 1);
        number = make_lock(lock, how);
        if (number == 0)
            return QN_OK;
        if (number == EINTR)
            continue;
        if (number != EEXIST || timeout_ms == 0)
            return fail_to_take(ctx, number, lock);
        if (timeout_ms > 0) {
            left_ms =
                timeout_ms -
                (qn_env_clock(qn_ctx_env(ctx), false) - start) / NANOSECONDS_MS;
            if (left_ms <= 0)
                return fail_to_take(ctx, number, lock);
        }
        if (qn_ctx_check(ctx))
            return qn_ctx_status(ctx);
        back_off(ctx, attempt, left_ms);
    }
}

static void dispose_paths(struct qn_lock_file *lock)
{
    qn_buf_dispose(&lock->path);
    qn_buf_dispose(&lock->lock_path);
    lock->fd = -1;
    lock->is_held = false;
}

static enum qn_status take_lock(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                const char *path, const struct taking *how)
{
    enum qn_status status;

    lock->fd = -1;
    qn_buf_clear(&lock->path);
    qn_buf_clear(&lock->lock_path);
    status = qn_buf_append_string(ctx, &lock->path, path);
    if (!status && how->follows)
        status = resolve_links(ctx, &lock->path);
    if (!status)
        status = qn_buf_append_bytes(ctx, &lock->lock_path,
                                     qn_buf_bytes(&lock->path));
    if (!status)
        status = qn_buf_append_string(ctx, &lock->lock_path, ".lock");
    if (!status)
        status = create_lock(ctx, lock, how);
    if (status)
        goto out;
    status = qn_temporary_add(ctx, qn_buf_string(&lock->lock_path));
    if (status) {
        qn_file_close(lock->fd);
        (void)unlink(qn_buf_string(&lock->lock_path));
        goto out;
    }
    lock->is_held = true;
out:
    if (status)
        dispose_paths(lock);
    return status;
}

enum qn_status qn_lock_file_take(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                 const char *path, uint32_t mode,
                                 int64_t timeout_ms)
{
    const struct taking how = {
        .mode = mode, .timeout_ms = timeout_ms, .follows = true};

    return take_lock(ctx, lock, path, &how);
}

enum qn_status qn_lock_file_take_in_place(struct qn_ctx *ctx,
                                          struct qn_lock_file *lock,
                                          const char *path, uint32_t mode,
                                          int64_t timeout_ms)
{
    const struct taking how = {.mode = mode, .timeout_ms = timeout_ms};

    return take_lock(ctx, lock, path, &how);
}

enum qn_status qn_lock_file_take_linked(struct qn_ctx *ctx,
                                        struct qn_lock_file *lock,
                                        const char *path, const char *other,
                                        int64_t timeout_ms)
{
    const struct taking how = {
        .other = other, .mode = 0666, .timeout_ms = timeout_ms};

    return take_lock(ctx, lock, path, &how);
}

/* "<path>.lock.lock" is nobody's: what it would lock has no good name. */
enum qn_status qn_lock_file_open_again(struct qn_ctx *ctx,
                                       struct qn_lock_file *lock, uint32_t mode)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s.lock", qn_buf_string(&lock->lock_path));

    qn_file_close(lock->fd);
    lock->fd = -1;
    if (!status)
        status = qn_temporary_add(ctx, qn_buf_string(&path));
    if (status)
        goto out;
    status = qn_file_open(ctx, qn_buf_string(&path),
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          mode, &lock->fd);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&path),
                                qn_buf_string(&lock->lock_path));
    if (status)
        qn_temporary_remove(qn_buf_string(&path));
    else
        qn_temporary_forget(qn_buf_string(&path));
out:
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_lock_file_close(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                  const struct qn_sync *sync,
                                  enum qn_sync_component what)
{
    const char *lock_path = qn_buf_string(&lock->lock_path);
    enum qn_status status = QN_OK;

    if (lock->fd < 0)
        return QN_OK;
    status = qn_sync_file(ctx, sync, what, lock->fd, lock_path);
    if (status)
        qn_file_close(lock->fd);
    else
        status = qn_file_close_written(ctx, lock->fd, lock_path);
    lock->fd = -1;
    return status;
}

enum qn_status qn_lock_file_write(struct qn_ctx *ctx, struct qn_lock_file *lock,
                                  struct qn_bytes bytes)
{
    enum qn_status status =
        qn_file_write(ctx, lock->fd, bytes.data, bytes.size);

    if (status)
        return qn_ctx_where(ctx, "unable to write '%s'",
                            qn_buf_string(&lock->lock_path));
    return QN_OK;
}

static enum qn_status sync_parent(struct qn_ctx *ctx, struct qn_buf *path)
{
    size_t slash = qn_bytes_find_last(qn_buf_bytes(path), DIRECTORY_SPLIT);

    if (slash >= path->size)
        return qn_directory_sync(ctx, ".");
    qn_buf_truncate(path, slash > 0 ? slash : 1);
    return qn_directory_sync(ctx, qn_buf_string(path));
}

enum qn_status qn_lock_file_commit(struct qn_ctx *ctx,
                                   struct qn_lock_file *lock,
                                   const struct qn_sync *sync,
                                   enum qn_sync_component what)
{
    const char *lock_path = qn_buf_string(&lock->lock_path);
    enum qn_status status = QN_OK;

    if (!lock->is_held)
        return qn_ctx_fail(ctx, QN_INTERNAL, "commit of a lock not held");
    status = qn_lock_file_close(ctx, lock, sync, what);
    if (!status)
        status = qn_file_rename(ctx, lock_path, qn_buf_string(&lock->path));
    if (status) {
        qn_lock_file_rollback(lock);
        return status;
    }
    qn_temporary_forget(lock_path);
    lock->is_held = false;
    if (sync && (sync->components & (uint32_t)what))
        status = sync_parent(ctx, &lock->path);
    dispose_paths(lock);
    return status;
}

void qn_lock_file_rollback(struct qn_lock_file *lock)
{
    qn_file_close(lock->fd);
    if (lock->is_held)
        qn_temporary_remove(qn_buf_string(&lock->lock_path));
    dispose_paths(lock);
}
