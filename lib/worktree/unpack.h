/* SPDX-License-Identifier: MIT */
/* Bring trees into the index, and the work tree along: git-read-tree(1).
 *
 *   one tree     the index becomes the tree; stat data of what is the same
 * stays two trees    from one commit to another, local changes carried forward
 *   three trees  base, ours, theirs: trivial merges, the rest in stages
 *
 * First everything is decided and checked (nothing is changed when it cannot be
 * done), then files are removed, the index changed, files written.  Directories
 * that are the same in all trees and in the index's cache tree are not even
 * read.
 */
#ifndef QN_WORKTREE_UNPACK_H
#define QN_WORKTREE_UNPACK_H

#include "worktree/checkout.h"

enum qn_unpack_kind {
    QN_UNPACK_ONE = 1,
    QN_UNPACK_TWO = 2,
    QN_UNPACK_THREE = 3,  /* bases (one or more), ours, theirs */
    QN_UNPACK_OVERLAY = 4 /* no -m: the trees replace the index, later ones over
                             earlier ones */
};

struct qn_unpack_options {
    enum qn_unpack_kind kind;
    bool updates;       /* -u: write and remove files of the work tree */
    bool resets;        /* --reset: local changes and unmerged entries go */
    bool ignores_files; /* -i: do not look at the work tree */
    bool is_dry_run;
    bool is_aggressive;
    bool is_trivial; /* three trees: fail where contents are to be merged */
    bool keeps_untracked; /* with resets: untracked files in the way are errors
                           */
    bool overwrites_ignored; /* ignored files in the way may go */
    bool is_initial;         /* the index was not there: case 3 uses M */
    bool ignores_sparse;     /* --no-sparse-checkout */
    bool keeps_undo;         /* what was unmerged stays known (REUC) */
    const char *prefix;      /* --prefix=: "sub/"; or NULL */
    /* "checkout", "merge", "reset", ...: whose words errors are in; NULL:
     * read-tree's own. */
    bool hides_progress; /* of the files */
    bool says_nothing;   /* what is in the way is not reported */
    const char *operation;
    uint64_t failed_count; /* out: files that could not be written */
    /* NULL, or told of each path whose content changed in the work tree. */
};

/* `work_tree` may be NULL (bare, -i).  `index` is changed in memory; the caller
 * writes it.  What stands in the way: reports as Git words them, then
 * QN_CONFLICT, reason "worktree.would-overwrite", message "Aborting". */
enum qn_status qn_unpack_run(struct qn_ctx *ctx,
                             const struct qn_work_tree *work_tree,
                             struct qn_index *index, struct qn_odb *odb,
                             const struct qn_id *trees, size_t tree_count,
                             struct qn_unpack_options *options) QN_MUST_USE;

#endif
