/* SPDX-License-Identifier: MIT */
/* Make the conflict of an unmerged path anew in the work tree: checkout -m,
 * restore -m.
 *
 *   stages 1 to 3 of the index -> the three texts merged -> the file, with
 *   markers labelled "base", "ours" and "theirs"
 *
 * Objects made on the way stay in memory.
 */
#ifndef QN_OPERATION_PART_RECREATE_MERGE_H
#define QN_OPERATION_PART_RECREATE_MERGE_H

#include "merge/text_merge.h"
#include "path/pathspec.h"
#include "worktree/work_tree.h"

struct qn_recreate_merge {
    const struct qn_work_tree *tree;
    struct qn_odb *odb;
    const struct qn_index *index;
    enum qn_text_merge_style style; /* when has_style; else the configured */
    bool has_style;
};

/* The entries [first, end) of `index` are the path's. */
enum qn_status qn_recreate_merge_run(struct qn_ctx *ctx,
                                     const struct qn_recreate_merge *recreate,
                                     size_t first, size_t end) QN_MUST_USE;
/* Put back the stages of paths that were resolved (of the pathspec), where the
 * index remembers them. */
enum qn_status
qn_recreate_merge_unresolve(struct qn_ctx *ctx, struct qn_index *index,
                            const struct qn_pathspec *pathspec) QN_MUST_USE;

#endif
