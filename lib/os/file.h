/* SPDX-License-Identifier: MIT */
/* Files: open, read, write, map, stat, rename, link, unlink.
 *
 * Paths are NUL-terminated, absolute or relative to the process's directory
 * (which the library never changes).  Descriptors are close-on-exec from birth.
 * Failures carry errno (qn_ctx_errno) and a message that names the path in
 * single quotes.  EINTR and short transfers are dealt with here.
 */
#ifndef QN_OS_FILE_H
#define QN_OS_FILE_H

#include "base/buf.h"
#include "base/ctx.h"

#include <stdbool.h>
#include <stdint.h>

enum qn_file_kind {
    QN_FILE_NONE = 0, /* there is nothing at that path */
    QN_FILE_REGULAR,
    QN_FILE_DIRECTORY,
    QN_FILE_SYMLINK,
    QN_FILE_OTHER
};

/* What stat says, in full width. Times in nanoseconds since the epoch. */
struct qn_file_stat {
    enum qn_file_kind kind;
    uint32_t mode; /* st_mode, permission bits included */
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t device;
    uint64_t inode;
    uint32_t uid;
    uint32_t gid;
    uint64_t link_count;
    uint64_t disk_size; /* bytes of the blocks it takes */
};

enum qn_file_flags {
    QN_FILE_READ = 1,
    QN_FILE_WRITE = 2,
    QN_FILE_CREATE = 4,
    QN_FILE_EXCLUSIVE = 8,
    QN_FILE_TRUNCATE = 16,
    QN_FILE_APPEND = 32,
    QN_FILE_NO_FOLLOW = 64
};

/* `mode`: permission bits for a created file, before the umask. */
enum qn_status qn_file_open(struct qn_ctx *ctx, const char *path,
                            unsigned flags, uint32_t mode,
                            int *out_fd) QN_MUST_USE;
/* As above; a path that is not there answers fd -1 and QN_OK. */
enum qn_status qn_file_open_if_exists(struct qn_ctx *ctx, const char *path,
                                      unsigned flags, int *out_fd) QN_MUST_USE;
/* Relative to an open directory; for files that are there. */
enum qn_status qn_file_open_at(struct qn_ctx *ctx, int directory_fd,
                               const char *path, unsigned flags,
                               int *out_fd) QN_MUST_USE;
void qn_file_close(int fd); /* for reading; errors do not matter; -1 is fine */
enum qn_status qn_file_close_written(struct qn_ctx *ctx, int fd,
                                     const char *path) QN_MUST_USE;

/* Read up to `size` bytes; fewer only at the end of the file. */
enum qn_status qn_file_read(struct qn_ctx *ctx, int fd, void *data, size_t size,
                            size_t *out_size) QN_MUST_USE;
/* Read what is there: one byte at least, none at the end only. */
enum qn_status qn_file_read_some(struct qn_ctx *ctx, int fd, void *data,
                                 size_t size, size_t *out_size) QN_MUST_USE;
enum qn_status qn_file_read_at(struct qn_ctx *ctx, int fd, uint64_t offset,
                               void *data, size_t size,
                               size_t *out_size) QN_MUST_USE;
enum qn_status qn_file_write(struct qn_ctx *ctx, int fd, const void *data,
                             size_t size) QN_MUST_USE;
enum qn_status qn_file_write_at(struct qn_ctx *ctx, int fd, uint64_t offset,
                                const void *data, size_t size) QN_MUST_USE;
/* What is behind `size` goes, and writing goes on there. */
enum qn_status qn_file_cut(struct qn_ctx *ctx, int fd,
                           uint64_t size) QN_MUST_USE;

/* Append a whole file to `out`. QN_NOT_FOUND when it is not there. */
enum qn_status qn_file_read_all(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out) QN_MUST_USE;
/* Append all that is left on a descriptor. */
enum qn_status qn_file_read_rest(struct qn_ctx *ctx, int fd,
                                 struct qn_buf *out) QN_MUST_USE;

/* The same of a file that was seen to be so long a moment ago: one call when
 * that is still so. */
enum qn_status qn_file_read_known(struct qn_ctx *ctx, int fd, uint64_t size,
                                  struct qn_buf *out) QN_MUST_USE;

/* lstat / stat.  A path that is not there (ENOENT, ENOTDIR) answers kind
 * QN_FILE_NONE and QN_OK. */
enum qn_status qn_file_lstat(struct qn_ctx *ctx, const char *path,
                             struct qn_file_stat *out) QN_MUST_USE;
/* lstat of a path relative to an open directory (qn_file_open with QN_FILE_READ
 * opens one): quicker for many files of one tree. */
enum qn_status qn_file_lstat_at(struct qn_ctx *ctx, int directory_fd,
                                const char *path,
                                struct qn_file_stat *out) QN_MUST_USE;
enum qn_status qn_file_stat(struct qn_ctx *ctx, const char *path,
                            struct qn_file_stat *out) QN_MUST_USE;
enum qn_status qn_file_stat_fd(struct qn_ctx *ctx, int fd,
                               struct qn_file_stat *out) QN_MUST_USE;
bool qn_file_exists(const char *path); /* lstat succeeds */
bool qn_file_is_directory(const char *path);

enum qn_status qn_file_rename(struct qn_ctx *ctx, const char *from,
                              const char *to) QN_MUST_USE;
enum qn_status qn_file_link(struct qn_ctx *ctx, const char *from,
                            const char *to) QN_MUST_USE;
enum qn_status qn_file_symlink(struct qn_ctx *ctx, const char *target,
                               const char *path) QN_MUST_USE;
/* Append the target of a symbolic link. */
enum qn_status qn_file_readlink(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_file_unlink(struct qn_ctx *ctx, const char *path) QN_MUST_USE;
enum qn_status qn_file_unlink_if_exists(struct qn_ctx *ctx,
                                        const char *path) QN_MUST_USE;
enum qn_status qn_file_chmod(struct qn_ctx *ctx, const char *path,
                             uint32_t mode) QN_MUST_USE;
/* Set the modification time; nanoseconds since the epoch. */
enum qn_status qn_file_touch(struct qn_ctx *ctx, const char *path,
                             int64_t mtime_ns) QN_MUST_USE;
/* The absolute path with no symlink, "." or ".." in it. */
enum qn_status qn_file_real_path(struct qn_ctx *ctx, const char *path,
                                 struct qn_buf *out) QN_MUST_USE;

/* A read-only view of a whole immutable file (packs, indexes, graphs): a
 * mapping where there are mappings, a copy elsewhere. */
struct qn_file_map {
    const uint8_t *data;
    size_t size;
    bool is_copy;
};
enum qn_status qn_file_map(struct qn_ctx *ctx, const char *path,
                           struct qn_file_map *out) QN_MUST_USE;
enum qn_status qn_file_map_fd(struct qn_ctx *ctx, int fd, const char *path,
                              struct qn_file_map *out) QN_MUST_USE;
void qn_file_unmap(struct qn_file_map *map);

/* A new file beside its destination: `prefix` is a path whose last part gets
 * six random letters behind it ("objects/ab/tmp_obj_").  The path is appended
 * to `out_path` and kept in the list of temporary files (os/temporary.h) until
 * it is renamed or removed through qn_temporary_*. */
enum qn_status qn_file_create_temporary(struct qn_ctx *ctx, const char *prefix,
                                        uint32_t mode, int *out_fd,
                                        struct qn_buf *out_path) QN_MUST_USE;
/* All of a small file at once: written beside `path`, then renamed.  Not
 * synced. */
enum qn_status qn_file_replace(struct qn_ctx *ctx, const char *path,
                               struct qn_bytes content,
                               uint32_t mode) QN_MUST_USE;

#endif
