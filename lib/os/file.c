/* SPDX-License-Identifier: MIT */
/* For realpath, which POSIX has in its XSI part. */
#define _XOPEN_SOURCE 700

#include "os/file.h"

#include "base/env.h"
#include "os/temporary.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TRANSFER   ((size_t)1 << 30) /* one read or write at most */
#define FIRST_READ     8192
#define LINK_FIRST     256
#define LINK_MAX_SIZE  ((size_t)1 << 20)
#define NAME_TRIES     256
#define RANDOM_LETTERS 6

static int open_flags(unsigned flags)
{
    int own = O_CLOEXEC;

    if ((flags & QN_FILE_READ) && (flags & QN_FILE_WRITE))
        own |= O_RDWR;
    else if (flags & QN_FILE_WRITE)
        own |= O_WRONLY;
    else
        own |= O_RDONLY;
    if (flags & QN_FILE_CREATE)
        own |= O_CREAT;
    if (flags & QN_FILE_EXCLUSIVE)
        own |= O_EXCL;
    if (flags & QN_FILE_TRUNCATE)
        own |= O_TRUNC;
    if (flags & QN_FILE_APPEND)
        own |= O_APPEND;
    if (flags & QN_FILE_NO_FOLLOW)
        own |= O_NOFOLLOW;
    return own | O_NOCTTY;
}

static int open_path(struct qn_ctx *ctx, const char *path, unsigned flags,
                     uint32_t mode)
{
    int fd;

    qn_trace_count(ctx, QN_COUNTER_OS_OPEN, 1);
    do
        fd = open(path, open_flags(flags), (mode_t)mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

enum qn_status qn_file_open(struct qn_ctx *ctx, const char *path,
                            unsigned flags, uint32_t mode, int *out_fd)
{
    int fd = open_path(ctx, path, flags, mode);

    if (fd < 0)
        return qn_ctx_fail_errno(ctx, errno,
                                 flags & QN_FILE_CREATE
                                     ? "could not create '%s'"
                                     : "could not open '%s'",
                                 path);
    *out_fd = fd;
    return QN_OK;
}

enum qn_status qn_file_open_if_exists(struct qn_ctx *ctx, const char *path,
                                      unsigned flags, int *out_fd)
{
    int fd = open_path(ctx, path, flags, 0666);

    if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
        return qn_ctx_fail_errno(ctx, errno, "could not open '%s'", path);
    *out_fd = fd < 0 ? -1 : fd;
    return QN_OK;
}

enum qn_status qn_file_open_at(struct qn_ctx *ctx, int directory_fd,
                               const char *path, unsigned flags, int *out_fd)
{
    int fd;

    qn_trace_count(ctx, QN_COUNTER_OS_OPEN, 1);
    do
        fd = openat(directory_fd, path, open_flags(flags), (mode_t)0666);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return qn_ctx_fail_errno(ctx, errno, "could not open '%s'", path);
    *out_fd = fd;
    return QN_OK;
}

void qn_file_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

enum qn_status qn_file_close_written(struct qn_ctx *ctx, int fd,
                                     const char *path)
{
    /* After EINTR the descriptor is gone on every system we know. */
    if (close(fd) && errno != EINTR)
        return qn_ctx_fail_errno(ctx, errno, "could not close '%s'", path);
    return QN_OK;
}

enum qn_status qn_file_read(struct qn_ctx *ctx, int fd, void *data, size_t size,
                            size_t *out_size)
{
    size_t filled = 0;

    while (filled < size) {
        size_t wanted = size - filled;
        ssize_t got = read(fd, (char *)data + filled,
                           wanted < MAX_TRANSFER ? wanted : MAX_TRANSFER);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return qn_ctx_fail_errno(ctx, errno, "read error");
        if (got == 0)
            break;
        filled += (size_t)got;
    }
    qn_trace_count(ctx, QN_COUNTER_OS_READ_BYTES, filled);
    *out_size = filled;
    return QN_OK;
}

enum qn_status qn_file_read_some(struct qn_ctx *ctx, int fd, void *data,
                                 size_t size, size_t *out_size)
{
    ssize_t got;

    do
        got = read(fd, data, size < MAX_TRANSFER ? size : MAX_TRANSFER);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return qn_ctx_fail_errno(ctx, errno, "read error");
    qn_trace_count(ctx, QN_COUNTER_OS_READ_BYTES, (uint64_t)got);
    *out_size = (size_t)got;
    return QN_OK;
}

enum qn_status qn_file_read_at(struct qn_ctx *ctx, int fd, uint64_t offset,
                               void *data, size_t size, size_t *out_size)
{
    size_t filled = 0;

    if (offset > (uint64_t)INT64_MAX - size)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "offset past the largest file");
    while (filled < size) {
        size_t wanted = size - filled;
        ssize_t got = pread(fd, (char *)data + filled,
                            wanted < MAX_TRANSFER ? wanted : MAX_TRANSFER,
                            (off_t)(offset + filled));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return qn_ctx_fail_errno(ctx, errno, "read error");
        if (got == 0)
            break;
        filled += (size_t)got;
    }
    qn_trace_count(ctx, QN_COUNTER_OS_READ_BYTES, filled);
    *out_size = filled;
    return QN_OK;
}

enum qn_status qn_file_write(struct qn_ctx *ctx, int fd, const void *data,
                             size_t size)
{
    size_t written = 0;

    while (written < size) {
        size_t wanted = size - written;
        ssize_t put = write(fd, (const char *)data + written,
                            wanted < MAX_TRANSFER ? wanted : MAX_TRANSFER);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return qn_ctx_fail_errno(ctx, put ? errno : ENOSPC, "write error");
        written += (size_t)put;
    }
    qn_trace_count(ctx, QN_COUNTER_OS_WRITE_BYTES, written);
    return QN_OK;
}

enum qn_status qn_file_cut(struct qn_ctx *ctx, int fd, uint64_t size)
{
    if (size > (uint64_t)INT64_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "offset past the largest file");
    while (ftruncate(fd, (off_t)size) < 0)
        if (errno != EINTR)
            return qn_ctx_fail_errno(ctx, errno, "cannot truncate");
    if (lseek(fd, (off_t)size, SEEK_SET) < 0)
        return qn_ctx_fail_errno(ctx, errno, "cannot seek");
    return QN_OK;
}

enum qn_status qn_file_write_at(struct qn_ctx *ctx, int fd, uint64_t offset,
                                const void *data, size_t size)
{
    size_t written = 0;

    if (offset > (uint64_t)INT64_MAX - size)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "offset past the largest file");
    while (written < size) {
        size_t wanted = size - written;
        ssize_t put = pwrite(fd, (const char *)data + written,
                             wanted < MAX_TRANSFER ? wanted : MAX_TRANSFER,
                             (off_t)(offset + written));

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return qn_ctx_fail_errno(ctx, put ? errno : ENOSPC, "write error");
        written += (size_t)put;
    }
    qn_trace_count(ctx, QN_COUNTER_OS_WRITE_BYTES, written);
    return QN_OK;
}

/* One read(2), whatever it gives. */
static enum qn_status read_piece(struct qn_ctx *ctx, int fd, void *data,
                                 size_t size, size_t *out_size)
{
    ssize_t got;

    do
        got = read(fd, data, size < MAX_TRANSFER ? size : MAX_TRANSFER);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return qn_ctx_fail_errno(ctx, errno, "read error");
    qn_trace_count(ctx, QN_COUNTER_OS_READ_BYTES, (size_t)got);
    *out_size = (size_t)got;
    return QN_OK;
}

/* Append until the end; `expected` bytes are thought to be there: when just
 * these come of a larger request, it was the end. */
static enum qn_status read_until_end(struct qn_ctx *ctx, int fd,
                                     uint64_t expected, struct qn_buf *out)
{
    size_t start = out->size;
    size_t room =
        expected && expected < SIZE_MAX - 1 ? (size_t)expected + 1 : FIRST_READ;
    enum qn_status status = QN_OK;
    size_t got = 0;

    do {
        status = qn_buf_reserve(ctx, out, room);
        if (!status)
            status = read_piece(ctx, fd, out->data + out->size, room, &got);
        if (status || got == 0)
            break;
        out->size += got;
        if (out->size - start == expected)
            break;
        room = out->size - start < expected ? expected - (out->size - start) + 1
               : out->size - start > FIRST_READ ? out->size - start
                                                : FIRST_READ;
    } while (true);
    if (status)
        out->size = start;
    if (out->data)
        out->data[out->size] = '\0';
    return status;
}

enum qn_status qn_file_read_rest(struct qn_ctx *ctx, int fd, struct qn_buf *out)
{
    struct stat found;
    uint64_t expected = 0;

    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0)
        expected = (uint64_t)found.st_size;
    return read_until_end(ctx, fd, expected, out);
}

enum qn_status qn_file_read_known(struct qn_ctx *ctx, int fd, uint64_t size,
                                  struct qn_buf *out)
{
    return read_until_end(ctx, fd, size, out);
}

enum qn_status qn_file_read_all(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out)
{
    enum qn_status status;
    int fd = -1;

    status = qn_file_open(ctx, path, QN_FILE_READ, 0, &fd);
    if (status)
        return status;
    status = qn_file_read_rest(ctx, fd, out);
    if (status == QN_IO || status == QN_DENIED)
        status = qn_ctx_where(ctx, "could not read '%s'", path);
    qn_file_close(fd);
    return status;
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void fill_stat(const struct stat *found, struct qn_file_stat *out)
{
    if (S_ISREG(found->st_mode))
        out->kind = QN_FILE_REGULAR;
    else if (S_ISDIR(found->st_mode))
        out->kind = QN_FILE_DIRECTORY;
    else if (S_ISLNK(found->st_mode))
        out->kind = QN_FILE_SYMLINK;
    else
        out->kind = QN_FILE_OTHER;
    out->mode = (uint32_t)found->st_mode;
    out->size = (uint64_t)found->st_size;
    out->mtime_ns = nanoseconds(found->st_mtim);
    out->ctime_ns = nanoseconds(found->st_ctim);
    out->device = (uint64_t)found->st_dev;
    out->inode = (uint64_t)found->st_ino;
    out->uid = (uint32_t)found->st_uid;
    out->gid = (uint32_t)found->st_gid;
    out->link_count = (uint64_t)found->st_nlink;
    out->disk_size = (uint64_t)found->st_blocks * 512;
}

static enum qn_status answer_stat(struct qn_ctx *ctx, int result,
                                  const char *path, const struct stat *found,
                                  struct qn_file_stat *out)
{
    static const struct qn_file_stat none;

    if (result == 0)
        fill_stat(found, out);
    else if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG)
        *out = none;
    else
        return qn_ctx_fail_errno(ctx, errno, "could not stat '%s'", path);
    return QN_OK;
}

enum qn_status qn_file_lstat(struct qn_ctx *ctx, const char *path,
                             struct qn_file_stat *out)
{
    struct stat found;

    qn_trace_count(ctx, QN_COUNTER_OS_STAT, 1);
    return answer_stat(ctx, lstat(path, &found), path, &found, out);
}

enum qn_status qn_file_lstat_at(struct qn_ctx *ctx, int directory_fd,
                                const char *path, struct qn_file_stat *out)
{
    struct stat found;

    qn_trace_count(ctx, QN_COUNTER_OS_STAT, 1);
    return answer_stat(ctx,
                       fstatat(directory_fd, path, &found, AT_SYMLINK_NOFOLLOW),
                       path, &found, out);
}

enum qn_status qn_file_stat(struct qn_ctx *ctx, const char *path,
                            struct qn_file_stat *out)
{
    struct stat found;

    qn_trace_count(ctx, QN_COUNTER_OS_STAT, 1);
    return answer_stat(ctx, stat(path, &found), path, &found, out);
}

enum qn_status qn_file_stat_fd(struct qn_ctx *ctx, int fd,
                               struct qn_file_stat *out)
{
    struct stat found;

    qn_trace_count(ctx, QN_COUNTER_OS_STAT, 1);
    if (fstat(fd, &found))
        return qn_ctx_fail_errno(ctx, errno, "could not stat descriptor %d",
                                 fd);
    fill_stat(&found, out);
    return QN_OK;
}

bool qn_file_exists(const char *path)
{
    struct stat found;

    return lstat(path, &found) == 0;
}

bool qn_file_is_directory(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

enum qn_status qn_file_rename(struct qn_ctx *ctx, const char *from,
                              const char *to)
{
    if (rename(from, to))
        return qn_ctx_fail_errno(ctx, errno, "could not rename '%s' to '%s'",
                                 from, to);
    return QN_OK;
}

enum qn_status qn_file_link(struct qn_ctx *ctx, const char *from,
                            const char *to)
{
    if (link(from, to))
        return qn_ctx_fail_errno(ctx, errno, "could not link '%s' to '%s'",
                                 from, to);
    return QN_OK;
}

enum qn_status qn_file_symlink(struct qn_ctx *ctx, const char *target,
                               const char *path)
{
    if (symlink(target, path))
        return qn_ctx_fail_errno(ctx, errno, "could not create symlink '%s'",
                                 path);
    return QN_OK;
}

enum qn_status qn_file_readlink(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out)
{
    size_t room = LINK_FIRST;

    while (room <= LINK_MAX_SIZE) {
        enum qn_status status = qn_buf_reserve(ctx, out, room);
        ssize_t got;

        if (status)
            return status;
        got = readlink(path, (char *)out->data + out->size, room);
        if (got < 0) {
            out->data[out->size] = '\0';
            return qn_ctx_fail_errno(ctx, errno, "could not read link '%s'",
                                     path);
        }
        if ((size_t)got < room) {
            out->size += (size_t)got;
            out->data[out->size] = '\0';
            return QN_OK;
        }
        room *= 2;
    }
    return qn_ctx_fail(ctx, QN_TOO_BIG, "link '%s' is too long", path);
}

enum qn_status qn_file_unlink(struct qn_ctx *ctx, const char *path)
{
    if (unlink(path))
        return qn_ctx_fail_errno(ctx, errno, "unable to unlink '%s'", path);
    return QN_OK;
}

enum qn_status qn_file_unlink_if_exists(struct qn_ctx *ctx, const char *path)
{
    if (unlink(path) && errno != ENOENT && errno != ENOTDIR)
        return qn_ctx_fail_errno(ctx, errno, "unable to unlink '%s'", path);
    return QN_OK;
}

enum qn_status qn_file_chmod(struct qn_ctx *ctx, const char *path,
                             uint32_t mode)
{
    if (chmod(path, (mode_t)mode))
        return qn_ctx_fail_errno(ctx, errno,
                                 "could not set permissions of '%s'", path);
    return QN_OK;
}

enum qn_status qn_file_touch(struct qn_ctx *ctx, const char *path,
                             int64_t mtime_ns)
{
    int64_t seconds = mtime_ns / 1000000000;
    int64_t rest = mtime_ns % 1000000000;
    struct timespec times[2];

    if (rest < 0) {
        rest += 1000000000;
        seconds--;
    }
    times[0].tv_sec = (time_t)seconds;
    times[0].tv_nsec = (long)rest;
    times[1] = times[0];
    if (utimensat(AT_FDCWD, path, times, 0))
        return qn_ctx_fail_errno(ctx, errno, "could not set time of '%s'",
                                 path);
    return QN_OK;
}

enum qn_status qn_file_real_path(struct qn_ctx *ctx, const char *path,
                                 struct qn_buf *out)
{
    char *real = realpath(path, NULL);
    enum qn_status status;

    if (!real)
        return qn_ctx_fail_errno(ctx, errno, "could not resolve '%s'", path);
    status = qn_buf_append_string(ctx, out, real);
    free(real);
    return status;
}

/* Six letters that no other process is likely to try now.  They need not be
 * secret: creation is exclusive. */
static void random_letters(struct qn_ctx *ctx, unsigned attempt, char *letters)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t mixed = (uint64_t)qn_env_clock(qn_ctx_env(ctx), true);
    int i;

    mixed ^= (uint64_t)getpid() << 40 ^ (uint64_t)(uintptr_t)&mixed;
    mixed += (attempt + 1) * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31;
    for (i = 0; i < RANDOM_LETTERS; i++) {
        letters[i] = alphabet[mixed % (sizeof(alphabet) - 1)];
        mixed /= sizeof(alphabet) - 1;
    }
}

enum qn_status qn_file_create_temporary(struct qn_ctx *ctx, const char *prefix,
                                        uint32_t mode, int *out_fd,
                                        struct qn_buf *out_path)
{
    char letters[RANDOM_LETTERS + 1] = "XXXXXX";
    size_t start = out_path->size;
    enum qn_status status;
    unsigned attempt;
    char *path;
    int fd = -1;

    status = qn_buf_append_string(ctx, out_path, prefix);
    if (!status)
        status = qn_buf_append(ctx, out_path, letters, RANDOM_LETTERS);
    if (status)
        goto out;
    path = (char *)out_path->data + start;
    for (attempt = 0; attempt < NAME_TRIES && fd < 0; attempt++) {
        random_letters(ctx, attempt, letters);
        memcpy(out_path->data + out_path->size - RANDOM_LETTERS, letters,
               RANDOM_LETTERS);
        fd = open_path(ctx, path,
                       QN_FILE_READ | QN_FILE_WRITE | QN_FILE_CREATE |
                           QN_FILE_EXCLUSIVE,
                       mode);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0) {
        status = qn_ctx_fail_errno(
            ctx, errno, "unable to create temporary file '%s'", path);
        goto out;
    }
    status = qn_temporary_add(ctx, path);
    if (status) {
        (void)unlink(path);
        goto out;
    }
    *out_fd = fd;
    fd = -1;
out:
    qn_file_close(fd);
    if (status)
        qn_buf_truncate(out_path, start);
    return status;
}

enum qn_status qn_file_replace(struct qn_ctx *ctx, const char *path,
                               struct qn_bytes content, uint32_t mode)
{
    struct qn_buf prefix = QN_BUF_INIT, made = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &prefix, "%s.", path);
    int fd = -1;

    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), mode,
                                          &fd, &made);
    if (!status)
        status = qn_file_write(ctx, fd, content.data, content.size);
    qn_file_close(fd);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&made), path);
    if (!status)
        qn_temporary_forget(qn_buf_string(&made));
    else if (made.size > 0)
        qn_temporary_remove(qn_buf_string(&made));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&made);
    return status;
}
