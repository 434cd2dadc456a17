/* SPDX-License-Identifier: MIT */
/* Reads the small files that speak of a directory (.gitignore, .gitattributes)
 * from wherever the asker looks: work tree, index, a tree.
 *
 * Belongs to one thread: it keeps a view of the objects and buffers.
 */
#ifndef QN_PATH_DIRECTORY_FILE_H
#define QN_PATH_DIRECTORY_FILE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "base/map.h"
#include "index/index.h"
#include "repo/repo.h"

/* A directory on the way to the last file that was looked for in a tree. */
struct qn_directory_file_step {
    size_t end; /* of its path in `trail` */
    struct qn_id id;
};

struct qn_directory_file {
    struct qn_repo *repo;
    const struct qn_index *index; /* or NULL */
    struct qn_odb *odb;           /* made at first need */
    struct qn_buf path;
    struct qn_object object;
    struct qn_object tree;
    /* Paths that are in no tree of this id: most directories have no such file,
     * and are asked about again and again. */
    struct qn_map absent;
    struct qn_id absent_from;
    /* Who goes down a tree asks on each level: it begins where it was. */
    struct qn_buf trail;
    struct qn_id trail_from;
    struct qn_directory_file_step *steps;
    size_t step_count, step_capacity;
};

void qn_directory_file_dispose(struct qn_directory_file *reader);

/* Each appends the content of `path` (relative to the top) to `out`; `*found`
 * false when it is not there. */
/* A symbolic link is not followed: a warning, as Git gives it. */
enum qn_status qn_directory_file_from_work_tree(
    struct qn_ctx *ctx, struct qn_directory_file *reader, struct qn_bytes path,
    struct qn_buf *out, bool *found) QN_MUST_USE;
/* `only_skipped`: only entries marked skip-worktree. */
enum qn_status qn_directory_file_from_index(
    struct qn_ctx *ctx, struct qn_directory_file *reader, struct qn_bytes path,
    bool only_skipped, struct qn_buf *out, bool *found) QN_MUST_USE;
enum qn_status qn_directory_file_from_tree(struct qn_ctx *ctx,
                                           struct qn_directory_file *reader,
                                           const struct qn_id *tree,
                                           struct qn_bytes path,
                                           struct qn_buf *out,
                                           bool *found) QN_MUST_USE;
/* A file anywhere, by its path; links are followed. */
enum qn_status qn_directory_file_from_disk(struct qn_ctx *ctx, const char *path,
                                           struct qn_buf *out,
                                           bool *found) QN_MUST_USE;
/* Append the path of a user's file: the configured `key`, or
 * $XDG_CONFIG_HOME/git/<name>, or ~/.config/git/<name>.  Nothing is appended
 * when there is no home. */
enum qn_status qn_directory_file_user_path(struct qn_ctx *ctx,
                                           struct qn_repo *repo,
                                           const char *key, const char *name,
                                           struct qn_buf *out) QN_MUST_USE;

#endif
