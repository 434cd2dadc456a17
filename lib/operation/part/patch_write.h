/* SPDX-License-Identifier: MIT */
/* Apply chosen hunks of one file to an index or to the work tree.
 *
 * Failures of the patch itself ("patch failed: f:3", "f: patch does not apply")
 * are reported, and the answer is that it does not apply; others are failures.
 */
#ifndef QN_OPERATION_PART_PATCH_WRITE_H
#define QN_OPERATION_PART_PATCH_WRITE_H

#include "diff/file_patch.h"
#include "worktree/compare.h"

struct qn_patch_write {
    const struct qn_work_tree *tree;
    struct qn_odb *odb;
    struct qn_index *index; /* to change; and where attributes may come from */
    struct qn_bytes path;
    const struct qn_file_patch *file;
    struct qn_bytes hunks; /* of qn_file_patch_assemble */
    bool is_reversed;
    bool changes_mode; /* the mode change was chosen, too */
    bool is_check;     /* only see whether it applies */
};

enum qn_status qn_patch_write_index(struct qn_ctx *ctx,
                                    const struct qn_patch_write *write,
                                    bool *applies) QN_MUST_USE;
enum qn_status qn_patch_write_file(struct qn_ctx *ctx,
                                   const struct qn_patch_write *write,
                                   bool *applies) QN_MUST_USE;

#endif
