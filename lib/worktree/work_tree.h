/* SPDX-License-Identifier: MIT */
/* A work tree: the directory of files beside a repository, and the settings
 * that say how files there are read and written.
 *
 * Made once for an operation, never changed after, shared by threads.
 */
#ifndef QN_WORKTREE_WORK_TREE_H
#define QN_WORKTREE_WORK_TREE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "index/index.h"
#include "os/lock_file.h"
#include "repo/repo.h"

enum qn_work_tree_auto_crlf {
    QN_AUTO_CRLF_FALSE = 0,
    QN_AUTO_CRLF_TRUE,
    QN_AUTO_CRLF_INPUT
};

enum qn_work_tree_safe_crlf {
    QN_SAFE_CRLF_FALSE = 0,
    QN_SAFE_CRLF_WARN,
    QN_SAFE_CRLF_FAIL
};

struct qn_work_tree {
    struct qn_repo *repo; /* borrowed */
    const char *top;      /* absolute, no slash at the end; borrowed */
    int top_fd;           /* the directory, open */
    struct qn_index_stat_policy policy;
    unsigned safe_flags; /* enum qn_safe_path_flags */
    bool ignores_case;   /* core.ignoreCase */
    bool precomposes;    /* core.precomposeUnicode */
    bool ignores_stat;   /* core.ignoreStat: what is written or added is taken
                            as never changing */
    enum qn_work_tree_auto_crlf auto_crlf;
    enum qn_work_tree_safe_crlf safe_crlf;
    bool eol_is_crlf; /* core.eol=crlf */
    uint64_t big_file_threshold;
    bool has_filter_process;                  /* some filter.*.process */
    struct qn_work_tree_processes *processes; /* those that run */
    /* What is being checked out, for long-running filters: set by the
     * operation; NULL and a null id where it is no commit. */
    const char *source_ref;
    struct qn_id source;
};

/* QN_INVALID, "this operation must be run in a work tree", when bare. */
enum qn_status qn_work_tree_open(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_work_tree *out) QN_MUST_USE;
/* Its settings only, for contents that are written elsewhere; of a bare
 * repository, too.  Filters run in the git directory where there is no work
 * tree. */
enum qn_status qn_work_tree_open_settings(struct qn_ctx *ctx,
                                          struct qn_repo *repo,
                                          struct qn_work_tree *out) QN_MUST_USE;
void qn_work_tree_close(struct qn_work_tree *tree);
/* Replace the contents of `out` by the absolute path of `path`. */
enum qn_status qn_work_tree_path(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_bytes path,
                                 struct qn_buf *out) QN_MUST_USE;
/* A file of the work tree for reading (its last part is no symlink followed),
 * and lstat of one; `path` is what qn_work_tree_path made. */
enum qn_status qn_work_tree_open_file(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      const struct qn_buf *path,
                                      int *out_fd) QN_MUST_USE;
enum qn_status qn_work_tree_lstat(struct qn_ctx *ctx,
                                  const struct qn_work_tree *tree,
                                  const struct qn_buf *path,
                                  struct qn_file_stat *out) QN_MUST_USE;
/* Is there a file (or a link to one) where a directory of the path should be?
 * Then the path is missing for another reason than that it was removed. */
bool qn_work_tree_is_below_file(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_bytes path);
/* checkout.workers and checkout.thresholdForParallelism, for `count` files: how
 * many threads; 0 when nothing is said.  QN_INVALID for bad values: asked
 * before anything is touched. */
enum qn_status qn_work_tree_workers(struct qn_ctx *ctx,
                                    const struct qn_work_tree *tree,
                                    size_t count, uint32_t *out) QN_MUST_USE;
/* core.protectHFS and core.protectNTFS, for what has no work tree. */
enum qn_status qn_work_tree_safe_flags(struct qn_ctx *ctx, struct qn_repo *repo,
                                       unsigned *out) QN_MUST_USE;
/* What a file's kind and permissions mean as an index mode; `old_mode` (0:
 * none) decides where the file system cannot tell (core.fileMode,
 * core.symlinks). */
uint32_t qn_work_tree_mode(const struct qn_work_tree *tree,
                           const struct qn_file_stat *stat, uint32_t old_mode);

/* The repository's index: read; lock and write with the configured options
 * (index.version, index.skipHash, core.splitIndex ...).  A sparse index is
 * expanded. */
enum qn_status qn_work_tree_read_index(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_odb *odb,
                                       struct qn_index **out) QN_MUST_USE;
/* QN_LOCKED with Git's words when somebody holds it. */
enum qn_status qn_work_tree_lock_index(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_lock_file *lock) QN_MUST_USE;
/* Write through the lock and commit it. */
enum qn_status qn_work_tree_write_index(struct qn_ctx *ctx,
                                        struct qn_repo *repo,
                                        struct qn_index *index,
                                        struct qn_lock_file *lock) QN_MUST_USE;
/* Let the index keep a list of untracked files (UNTR), or forget it. */
enum qn_status qn_work_tree_set_untracked_cache(struct qn_ctx *ctx,
                                                struct qn_repo *repo,
                                                struct qn_index *index,
                                                bool is_enabled) QN_MUST_USE;
/* After a read-only command refreshed entries: write them if the lock is free
 * and the index may be written; failures are nobody's business. */
void qn_work_tree_write_index_if_free(struct qn_ctx *ctx, struct qn_repo *repo,
                                      struct qn_index *index);

#endif
