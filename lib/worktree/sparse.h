/* SPDX-License-Identifier: MIT */
/* Sparse checkouts: which paths the work tree has (info/sparse-checkout,
 * git-sparse-checkout(1)), and the entries that say so (skip-worktree).
 *
 * A path is inside when the last pattern that matches it, or else its
 * directory, says so.
 */
#ifndef QN_WORKTREE_SPARSE_H
#define QN_WORKTREE_SPARSE_H

#include "index/index.h"
#include "repo/repo.h"

struct qn_sparse;

/* NULL when core.sparseCheckout is off, or there are no patterns. */
enum qn_status qn_sparse_open(struct qn_ctx *ctx, struct qn_repo *repo,
                              struct qn_sparse **out) QN_MUST_USE;
void qn_sparse_free(struct qn_sparse *sparse);
/* NULL: everything is inside. */
bool qn_sparse_is_inside(const struct qn_sparse *sparse, struct qn_bytes path);
/* The same of a directory that is in the place of a file. */
bool qn_sparse_is_directory_inside(const struct qn_sparse *sparse,
                                   struct qn_bytes path);
/* Entries that are skipped though their files are there are not skipped any
 * more, unless sparse.expectFilesOutsideOfPatterns. */
enum qn_status qn_sparse_clear_present(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_index *index) QN_MUST_USE;

#endif
