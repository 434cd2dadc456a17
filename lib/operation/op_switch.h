/* SPDX-License-Identifier: MIT */
/* switch: move HEAD to a branch or commit, index and work tree along.
 *
 * Order: everything is checked; files are removed and written; the index; a new
 * or reset branch; HEAD.  Before the last step HEAD is where it was, and the
 * same command again completes the rest.
 */
#ifndef QN_OPERATION_OP_SWITCH_H
#define QN_OPERATION_OP_SWITCH_H

#include "walk/revision.h"
#include "worktree/work_tree.h"

enum qn_op_switch_branch {
    QN_OP_SWITCH_EXISTING = 0, /* `branch` is there */
    QN_OP_SWITCH_CREATE,       /* -b, -c: must not be there */
    QN_OP_SWITCH_RESET,        /* -B, -C */
    QN_OP_SWITCH_ORPHAN,       /* no commit yet */
    QN_OP_SWITCH_DETACH,       /* HEAD itself */
    QN_OP_SWITCH_STAY /* HEAD stays where it is; files with is_forced */
};

struct qn_op_switch_options {
    enum qn_op_switch_branch kind;
    const char *branch;  /* short name; NULL when detaching */
    const char *start;   /* where to go, as typed: for reflogs */
    const char *shown;   /* what "moving ... to" says; NULL: branch or start */
    struct qn_id commit; /* where to; null with an unborn or orphan branch */
    bool has_commit;
    bool keeps_untracked; /* even when forced */
    bool says_nothing;    /* of local changes that are in the way */
    bool is_forced;       /* -f: local changes go */
    bool keeps_ignored;   /* --no-overwrite-ignore */
    bool keeps_tree;      /* -b without a start: nothing changes but HEAD */
    bool empties;         /* switch --orphan: tracked files go */
    bool makes_reflog;    /* -l */
    /* Told of each unmerged path that is in the way; or NULL. */
    void (*unmerged)(void *data, struct qn_bytes path);
    /* Told when the files are there and HEAD is not yet (false), and when HEAD
     * is (true), before what a merge left is cleared away; or NULL. */
    void (*arrived)(void *data, bool has_moved);
    void *data;
    /* out */
    struct qn_id old_commit;
    bool has_old_commit;
    bool was_detached;
    bool is_same_branch; /* it was that branch already */
    uint64_t failed_count;
};

/* QN_CONFLICT with reports (reason "worktree.would-overwrite", or
 * "index.unmerged"); QN_EXISTS. The index's lock is taken here. */
enum qn_status qn_op_switch(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            struct qn_op_switch_options *options) QN_MUST_USE;

#endif
