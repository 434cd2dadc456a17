/* SPDX-License-Identifier: MIT */
/* The old form of merge-tree: three trees, and for each path that needs
 * attention what each has, and a patch from ours to what a merge would make.
 * git-merge-tree(1), "DEPRECATED DESCRIPTION"; rules by experiment. */
#ifndef QN_MERGE_TRIVIAL_TREE_H
#define QN_MERGE_TRIVIAL_TREE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "odb/odb.h"

/* Trees: base, ours, theirs.  The text is appended. */
enum qn_status qn_trivial_tree_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id trees[3],
                                   struct qn_buf *out) QN_MUST_USE;

#endif
