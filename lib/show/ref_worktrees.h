/* SPDX-License-Identifier: MIT */
/* On which other worktree is a branch checked out?  All of them are looked at
 * once, at the first question. */
#ifndef QN_SHOW_REF_WORKTREES_H
#define QN_SHOW_REF_WORKTREES_H

#include "base/arena.h"
#include "walk/revision.h"

struct qn_ref_worktree {
    const char *branch; /* full name */
    const char *path;
};

struct qn_ref_worktrees { /* begins as zeros */
    struct qn_arena arena;
    struct qn_ref_worktree *rows; /* those on a branch; the main one first */
    size_t count;
    size_t capacity;
    bool has_looked;
};

/* Append the path of the worktree, other than this one, that has the branch
 * `name` (full) checked out; nothing when there is none. */
enum qn_status qn_ref_worktrees_append(struct qn_ctx *ctx,
                                       struct qn_ref_worktrees *worktrees,
                                       const struct qn_revision_scope *scope,
                                       const char *name,
                                       struct qn_buf *out) QN_MUST_USE;
void qn_ref_worktrees_dispose(struct qn_ref_worktrees *worktrees);

#endif
