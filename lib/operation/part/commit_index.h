/* SPDX-License-Identifier: MIT */
/* The index that a commit is made from.
 *
 *   as it is   the index, refreshed
 *   all        tracked files brought up to the work tree (-a)
 *   include    the same for some paths, besides what is staged (-i)
 *   only       HEAD, with some paths brought up to the work tree (the default
 *              with paths); what else is staged stays staged
 *
 * index.lock is held from prepare to finish; hooks see the prepared index
 * through GIT_INDEX_FILE and may change it.  Nothing is in place before finish:
 * a cut in between leaves the index as before (and a lock).
 */
#ifndef QN_OPERATION_PART_COMMIT_INDEX_H
#define QN_OPERATION_PART_COMMIT_INDEX_H

#include "path/pathspec.h"
#include "worktree/work_tree.h"

enum qn_commit_index_mode {
    QN_COMMIT_INDEX_AS_IS,
    QN_COMMIT_INDEX_ALL,
    QN_COMMIT_INDEX_INCLUDE,
    QN_COMMIT_INDEX_ONLY,
    QN_COMMIT_INDEX_CHOSEN /* what the user chooses from the index (-p) */
};

struct qn_commit_index {
    struct qn_index *index; /* the commit's tree is made from this */
    struct qn_index *kept;  /* only: the index file's new contents; or NULL */
    struct qn_lock_file lock;
    struct qn_buf path; /* file that hooks may look at; "" : the index itself */
    bool has_false_file; /* `path` is a temporary file */
};

#define QN_COMMIT_INDEX_INIT                                                   \
    {                                                                          \
        .lock = QN_LOCK_FILE_INIT, .path = QN_BUF_INIT                         \
    }

/* `head`: HEAD's tree, null when unborn.  `pathspec`: with include and only. */
enum qn_status qn_commit_index_prepare(
    struct qn_ctx *ctx, const struct qn_work_tree *tree, struct qn_odb *odb,
    enum qn_commit_index_mode mode, const struct qn_pathspec *pathspec,
    const struct qn_id *head, struct qn_commit_index *out) QN_MUST_USE;
/* Write what a hook may look at. */
enum qn_status
qn_commit_index_publish(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                        struct qn_commit_index *prepared) QN_MUST_USE;
/* Read back what a hook may have changed. */
enum qn_status
qn_commit_index_reread(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                       struct qn_odb *odb,
                       struct qn_commit_index *prepared) QN_MUST_USE;
/* After the commit: the index file. */
enum qn_status
qn_commit_index_finish(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                       struct qn_commit_index *prepared) QN_MUST_USE;
void qn_commit_index_dispose(struct qn_commit_index *prepared);

#endif
