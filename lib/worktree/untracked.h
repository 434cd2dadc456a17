/* SPDX-License-Identifier: MIT */
/* The untracked cache at work: is it for this place, what does the walk over
 * the work tree take from it, and what does it put there.
 *
 * Directories of which all untracked names are files are kept; one with an
 * untracked directory is listed each time, since what is in that may change
 * without a trace in it.
 */
#ifndef QN_WORKTREE_UNTRACKED_H
#define QN_WORKTREE_UNTRACKED_H

#include "index/untracked_cache.h"
#include "worktree/work_tree.h"

/* core.untrackedCache: true makes one, false drops it. */
enum qn_status qn_untracked_adjust(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_index *index) QN_MUST_USE;

/* For a walk. */
struct qn_untracked {
    struct qn_untracked_cache old; /* root NULL: nothing to be taken from it */
    struct qn_untracked_cache fresh; /* what will be kept */
    struct qn_buf idents;
    bool is_used;
};

/* `out->is_used` false when the index has none. */
enum qn_status qn_untracked_load(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_index *index,
                                 struct qn_untracked *out) QN_MUST_USE;
void qn_untracked_dispose(struct qn_untracked *untracked);
/* Put what was found into the index, when it is not what was there. */
enum qn_status qn_untracked_store(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_untracked *untracked) QN_MUST_USE;

/* The id of an ignore file's content; null when it is not there. */
enum qn_status qn_untracked_hash(struct qn_ctx *ctx, const char *path,
                                 struct qn_id *out,
                                 struct qn_file_stat *stat) QN_MUST_USE;
/* Has the directory not changed since? */
bool qn_untracked_is_same(const struct qn_index *index,
                          const struct qn_work_tree *tree,
                          const struct qn_untracked_node *node,
                          const struct qn_file_stat *stat);

#endif
