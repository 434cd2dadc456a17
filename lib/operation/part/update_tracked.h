/* SPDX-License-Identifier: MIT */
/* Bring tracked paths of the index up to what the work tree has: add -u,
 * commit -a, commit <paths>. */
#ifndef QN_OPERATION_PART_UPDATE_TRACKED_H
#define QN_OPERATION_PART_UPDATE_TRACKED_H

#include "path/pathspec.h"
#include "worktree/sparse.h"
#include "worktree/work_tree.h"

/* Modified files are hashed and entered, deleted ones removed, unmerged paths
 * resolved to what is there; but nothing outside of `sparse` (NULL: all).
 * `pathspec` NULL: all. */
enum qn_status qn_update_tracked(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_index *index, struct qn_odb *odb,
                                 const struct qn_pathspec *pathspec,
                                 const struct qn_sparse *sparse) QN_MUST_USE;

#endif
