/* SPDX-License-Identifier: MIT */
/* Directories: make, list, remove. */
#ifndef QN_OS_DIRECTORY_H
#define QN_OS_DIRECTORY_H

#include "base/buf.h"
#include "base/ctx.h"
#include "os/file.h"

struct qn_directory; /* an open listing */

/* QN_NOT_FOUND when it is not there. */
enum qn_status qn_directory_open(struct qn_ctx *ctx, const char *path,
                                 struct qn_directory **out) QN_MUST_USE;
/* Relative to an open directory; unless `follows`, not through a symlink at the
 * end. */
enum qn_status qn_directory_open_at(struct qn_ctx *ctx, int parent_fd,
                                    const char *path, bool follows,
                                    struct qn_directory **out) QN_MUST_USE;
/* Its descriptor, for qn_file_lstat_at; the listing's still. */
int qn_directory_fd(const struct qn_directory *directory);
/* The next name, in no order, without "." and "..".  False at the end.  `kind`
 * is QN_FILE_NONE where the file system does not tell (then lstat).  The name
 * is borrowed until the next call. */
bool qn_directory_next(struct qn_directory *directory, const char **name,
                       enum qn_file_kind *kind);
/* Was that the end of it?  A listing that broke off is a failure: what is not
 * in it may be there. */
enum qn_status
qn_directory_status(struct qn_ctx *ctx,
                    const struct qn_directory *directory) QN_MUST_USE;
void qn_directory_close(struct qn_directory *directory);
/* Close it (or NULL); answers `status`, or if that is QN_OK, whether the names
 * were all. */
enum qn_status qn_directory_end(struct qn_ctx *ctx,
                                struct qn_directory *directory,
                                enum qn_status status) QN_MUST_USE;

/* One directory; one that is there already is QN_OK. */
enum qn_status qn_directory_make(struct qn_ctx *ctx, const char *path,
                                 uint32_t mode) QN_MUST_USE;
/* A new one, for its owner alone: `prefix` and six letters; replaces `path`. */
enum qn_status qn_directory_make_temporary(struct qn_ctx *ctx,
                                           const char *prefix,
                                           struct qn_buf *path) QN_MUST_USE;
/* With its parents. */
enum qn_status qn_directory_make_all(struct qn_ctx *ctx, const char *path,
                                     uint32_t mode) QN_MUST_USE;
/* The parents of a file's path. */
enum qn_status qn_directory_make_parents(struct qn_ctx *ctx, const char *path,
                                         uint32_t mode) QN_MUST_USE;
/* An empty one; not there is QN_OK; not empty is QN_EXISTS. */
enum qn_status qn_directory_remove(struct qn_ctx *ctx,
                                   const char *path) QN_MUST_USE;
/* Remove empty parents of `path` upwards, stopping at (and keeping) `top`. */
void qn_directory_prune_parents(const char *path, const char *top);
/* With everything in it; never follows a symlink. */
enum qn_status qn_directory_remove_all(struct qn_ctx *ctx,
                                       const char *path) QN_MUST_USE;
enum qn_status qn_directory_sync(struct qn_ctx *ctx,
                                 const char *path) QN_MUST_USE;

#endif
