/* SPDX-License-Identifier: MIT */
/* For d_type, and getdents64 of glibc; the code does without elsewhere. */
#define _DEFAULT_SOURCE
#define _GNU_SOURCE

#include "os/directory.h"

#include "base/memory.h"
#include "trace/trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__) && defined(__GLIBC__)
/* Read the kernel's records as they come: a listing is open, read, read, close,
 * with no stat and no flags asked for. */
#define READS_RECORDS 1
#endif

#define RECORDS_SIZE 32768

struct qn_directory {
    int error; /* why a listing broke off */
#ifdef READS_RECORDS
    int fd;
    size_t at;
    size_t size;
    _Alignas(struct dirent64) char records[RECORDS_SIZE];
#else
    DIR *handle;
#endif
};

static enum qn_status fail_open(struct qn_ctx *ctx, const char *path)
{
    return qn_ctx_fail_errno(ctx, errno, "could not open directory '%s'", path);
}

enum qn_status qn_directory_open_at(struct qn_ctx *ctx, int parent_fd,
                                    const char *path, bool follows,
                                    struct qn_directory **out)
{
    struct qn_directory *directory;
    int fd;

    qn_trace_count(ctx, QN_COUNTER_OS_OPEN, 1);
    do
        fd = openat(parent_fd, path,
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK |
                        (follows ? 0 : O_NOFOLLOW));
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return fail_open(ctx, path);
    /* Not cleared: most of it is never looked at. */
    directory = qn_memory_array(ctx, 1, sizeof(*directory));
    if (!directory) {
        (void)close(fd);
        return QN_NO_MEMORY;
    }
    directory->error = 0;
#ifdef READS_RECORDS
    directory->fd = fd;
    directory->at = directory->size = 0;
#else
    directory->handle = fdopendir(fd);
    if (!directory->handle) {
        enum qn_status status = fail_open(ctx, path);

        (void)close(fd);
        qn_memory_free(directory);
        return status;
    }
#endif
    *out = directory;
    return QN_OK;
}

enum qn_status qn_directory_open(struct qn_ctx *ctx, const char *path,
                                 struct qn_directory **out)
{
    return qn_directory_open_at(ctx, AT_FDCWD, path, true, out);
}

int qn_directory_fd(const struct qn_directory *directory)
{
#ifdef READS_RECORDS
    return directory->fd;
#else
    return dirfd(directory->handle);
#endif
}

static enum qn_file_kind kind_of_type(unsigned type)
{
#ifdef DT_UNKNOWN
    switch (type) {
    case DT_REG:
        return QN_FILE_REGULAR;
    case DT_DIR:
        return QN_FILE_DIRECTORY;
    case DT_LNK:
        return QN_FILE_SYMLINK;
    case DT_UNKNOWN:
        return QN_FILE_NONE;
    default:
        return QN_FILE_OTHER;
    }
#else
    (void)type;
    return QN_FILE_NONE;
#endif
}

static bool is_dot_name(const char *name)
{
    return name[0] == '.' &&
           (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

#ifdef READS_RECORDS
bool qn_directory_next(struct qn_directory *directory, const char **name,
                       enum qn_file_kind *kind)
{
    const struct dirent64 *record;

    do {
        if (directory->at == directory->size) {
            ssize_t got =
                getdents64(directory->fd, directory->records, RECORDS_SIZE);

            if (got < 0 && errno != ENOENT) /* removed meanwhile: empty */
                directory->error = errno;
            if (got <= 0)
                return false;
            directory->size = (size_t)got;
            directory->at = 0;
        }
        record = (const void *)(directory->records + directory->at);
        directory->at += record->d_reclen;
    } while (is_dot_name(record->d_name));
    *name = record->d_name;
    *kind = kind_of_type(record->d_type);
    return true;
}

void qn_directory_close(struct qn_directory *directory)
{
    if (!directory)
        return;
    (void)close(directory->fd);
    qn_memory_free(directory);
}
#else
bool qn_directory_next(struct qn_directory *directory, const char **name,
                       enum qn_file_kind *kind)
{
    const struct dirent *entry;

    do {
        errno = 0;
        entry = readdir(directory->handle);
    } while (entry && is_dot_name(entry->d_name));
    if (!entry && errno != ENOENT) /* removed meanwhile: empty */
        directory->error = errno;
    if (!entry)
        return false;
    *name = entry->d_name;
#ifdef DT_UNKNOWN
    *kind = kind_of_type(entry->d_type);
#else
    *kind = kind_of_type(0);
#endif
    return true;
}

void qn_directory_close(struct qn_directory *directory)
{
    if (!directory)
        return;
    (void)closedir(directory->handle);
    qn_memory_free(directory);
}
#endif

enum qn_status qn_directory_status(struct qn_ctx *ctx,
                                   const struct qn_directory *directory)
{
    return directory->error
               ? qn_ctx_fail_errno(ctx, directory->error,
                                   "could not read a directory to its end")
               : QN_OK;
}

enum qn_status qn_directory_end(struct qn_ctx *ctx,
                                struct qn_directory *directory,
                                enum qn_status status)
{
    if (!status && directory)
        status = qn_directory_status(ctx, directory);
    qn_directory_close(directory);
    return status;
}

enum qn_status qn_directory_make_temporary(struct qn_ctx *ctx,
                                           const char *prefix,
                                           struct qn_buf *path)
{
    enum qn_status status;

    qn_buf_clear(path);
    status = qn_buf_printf(ctx, path, "%sXXXXXX", prefix);
    if (!status && !mkdtemp((char *)path->data))
        status = qn_ctx_fail_errno(ctx, errno, "cannot create directory '%s'",
                                   qn_buf_string(path));
    return status;
}

enum qn_status qn_directory_make(struct qn_ctx *ctx, const char *path,
                                 uint32_t mode)
{
    struct stat found;
    int number;

    if (mkdir(path, (mode_t)mode) == 0)
        return QN_OK;
    number = errno;
    if (number == EEXIST && stat(path, &found) == 0) {
        if (S_ISDIR(found.st_mode))
            return QN_OK;
    } else if (number == EEXIST && errno != ENOENT) {
        number = errno; /* there is something, and we are not told what */
    }
    return qn_ctx_fail_errno(ctx, number, "could not create directory '%s'",
                             path);
}

/* Make `path` and its parents; `path` is scratch that comes back as it was. */
static enum qn_status make_chain(struct qn_ctx *ctx, char *path, uint32_t mode)
{
    size_t size = strlen(path);
    size_t end;

    while (size > 1 && path[size - 1] == '/')
        path[--size] = '\0';
    if (mkdir(path, (mode_t)mode) == 0 || qn_file_is_directory(path))
        return QN_OK;
    if (errno != ENOENT)
        return qn_directory_make(ctx, path, mode);
    for (end = 1; end <= size; end++) {
        char kept = path[end];
        enum qn_status status;

        if ((kept != '/' && kept != '\0') || path[end - 1] == '/')
            continue;
        path[end] = '\0';
        status = qn_directory_make(ctx, path, mode);
        path[end] = kept;
        if (status)
            return status;
    }
    return QN_OK;
}

enum qn_status qn_directory_make_all(struct qn_ctx *ctx, const char *path,
                                     uint32_t mode)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(path));
    enum qn_status status;

    if (!copy)
        return QN_NO_MEMORY;
    status = make_chain(ctx, copy, mode);
    qn_memory_free(copy);
    return status;
}

enum qn_status qn_directory_make_parents(struct qn_ctx *ctx, const char *path,
                                         uint32_t mode)
{
    const char *slash = strrchr(path, '/');
    enum qn_status status;
    char *copy;

    if (!slash || slash == path)
        return QN_OK;
    copy = qn_memory_string(ctx, qn_bytes_make(path, (size_t)(slash - path)));
    if (!copy)
        return QN_NO_MEMORY;
    status = make_chain(ctx, copy, mode);
    qn_memory_free(copy);
    return status;
}

enum qn_status qn_directory_remove(struct qn_ctx *ctx, const char *path)
{
    if (rmdir(path) && errno != ENOENT && errno != ENOTDIR)
        return qn_ctx_fail_errno(ctx, errno, "could not remove directory '%s'",
                                 path);
    return QN_OK;
}

void qn_directory_prune_parents(const char *path, const char *top)
{
    char parent[4096];
    size_t top_size = strlen(top);
    char *slash;

    if (strlen(path) >= sizeof(parent))
        return;
    strcpy(parent, path);
    while ((slash = strrchr(parent, '/')) != NULL) {
        while (slash > parent && slash[-1] == '/')
            slash--;
        *slash = '\0';
        if (strlen(parent) <= top_size || strncmp(parent, top, top_size) != 0 ||
            rmdir(parent))
            return;
    }
}

/* The listing goes on while files go away under it, so a directory is emptied
 * in rounds: list, remove the files, note the directories, descend.  Depth is
 * kept in the path, not on the stack. */
static enum qn_status remove_level(struct qn_ctx *ctx, struct qn_buf *path,
                                   bool *descended)
{
    struct qn_directory *directory = NULL;
    size_t base = path->size;
    const char *name;
    enum qn_file_kind kind;
    enum qn_status status;

    *descended = false;
    status = qn_directory_open(ctx, qn_buf_string(path), &directory);
    while (!status && qn_directory_next(directory, &name, &kind)) {
        status = qn_buf_append_byte(ctx, path, '/');
        if (!status)
            status = qn_buf_append_string(ctx, path, name);
        if (status)
            break;
        if (kind != QN_FILE_DIRECTORY && unlink(qn_buf_string(path)) == 0) {
            qn_buf_truncate(path, base);
            continue;
        }
        if (kind != QN_FILE_DIRECTORY && errno == ENOENT) {
            qn_buf_truncate(path, base);
            continue;
        }
        if (kind == QN_FILE_DIRECTORY || errno == EISDIR || errno == EPERM) {
            struct stat found;

            if (lstat(qn_buf_string(path), &found) == 0 &&
                S_ISDIR(found.st_mode)) {
                if (rmdir(qn_buf_string(path)) == 0) {
                    qn_buf_truncate(path, base);
                    continue;
                }
                *descended = true;
                break;
            }
        }
        status = qn_ctx_fail_errno(ctx, errno, "unable to unlink '%s'",
                                   qn_buf_string(path));
    }
    status = qn_directory_end(ctx, directory, status);
    if (status)
        qn_buf_truncate(path, base);
    return status;
}

enum qn_status qn_directory_remove_all(struct qn_ctx *ctx, const char *path)
{
    struct qn_buf current = QN_BUF_INIT;
    struct qn_file_stat found;
    enum qn_status status;
    size_t top;
    bool descended;

    status = qn_file_lstat(ctx, path, &found);
    if (status || found.kind == QN_FILE_NONE)
        return status;
    if (found.kind != QN_FILE_DIRECTORY)
        return qn_file_unlink_if_exists(ctx, path);
    status = qn_buf_append_string(ctx, &current, path);
    top = current.size;
    while (!status) {
        status = remove_level(ctx, &current, &descended);
        if (status || descended)
            continue;
        status = qn_directory_remove(ctx, qn_buf_string(&current));
        if (status || current.size == top)
            break;
        qn_buf_truncate(&current,
                        qn_bytes_find_last(qn_buf_bytes(&current), '/'));
    }
    qn_buf_dispose(&current);
    return status;
}

enum qn_status qn_directory_sync(struct qn_ctx *ctx, const char *path)
{
    int fd;
    int result;

    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return qn_ctx_fail_errno(ctx, errno, "could not open directory '%s'",
                                 path);
    qn_trace_count(ctx, QN_COUNTER_OS_FSYNC, 1);
    do
        result = fsync(fd);
    while (result && errno == EINTR);
    (void)close(fd);
    /* Some file systems cannot sync a directory: that is no failure. */
    if (result && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return qn_ctx_fail_errno(ctx, errno, "fsync error on '%s'", path);
    return QN_OK;
}
