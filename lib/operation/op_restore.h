/* SPDX-License-Identifier: MIT */
/* restore: paths of index and work tree from the index or a tree. */
#ifndef QN_OPERATION_OP_RESTORE_H
#define QN_OPERATION_OP_RESTORE_H

#include "merge/text_merge.h"
#include "path/pathspec.h"
#include "walk/revision.h"
#include "worktree/work_tree.h"

struct qn_op_restore_options {
    const struct qn_id *tree; /* NULL: from the index */
    bool updates_index;
    bool updates_files;
    bool overlays;       /* do not remove what the source does not have */
    bool skips_unmerged; /* --ignore-unmerged, -f */
    uint8_t stage;       /* 2: --ours, 3: --theirs of unmerged paths; or 0 */
    bool merges;         /* -m: make the conflicts of unmerged paths anew */
    bool has_style;      /* --conflict */
    enum qn_text_merge_style style;
    bool takes_skipped;      /* skip-worktree entries, too */
    bool refuses_bad_paths;  /* fail at ".git" in the tree; or report, go on */
    bool leaves_intent;      /* reset -N: removed paths stay as intent to add */
    uint8_t *matched;        /* one flag a pattern, the caller's */
    uint64_t written_count;  /* out */
    uint64_t failed_count;   /* out */
    uint64_t delayed_errors; /* out: as checkout's */
    uint64_t merged_count;   /* out: conflicts made anew */
};

/* Changes `index` in memory (when updates_index) and files; the caller holds
 * the lock and writes.  Paths that are unmerged are reported: QN_CONFLICT. When
 * a pattern matches nothing, nothing is done: QN_NOT_FOUND, reason
 * "path.unmatched" (look at `matched`). */
enum qn_status qn_op_restore(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_work_tree *tree,
                             struct qn_index *index,
                             const struct qn_pathspec *pathspec,
                             struct qn_op_restore_options *options) QN_MUST_USE;

#endif
