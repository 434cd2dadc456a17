/* SPDX-License-Identifier: MIT */
/* branch: refs/heads/<name> made, moved, copied and deleted, and what it
 * tracks.
 *
 * Order, each a unit that git accepts and a second run completes:
 *   create    the ref, in one transaction that compares; branch.<name>.*
 *   delete    all refs in one transaction; then the section of each
 *   rename    the ref with its reflog; every HEAD that was on it; the section
 *   copy      the ref with its reflog; the section
 *
 * Failures have Git's words.  Reasons: "branch.bad-name" (no name for a
 * branch), "branch.no-upstream" (what shall be tracked is not there),
 * "branch.unborn" and "branch.missing" (to be described), "branch.editor",
 * "branch.kept" (the transaction that deletes failed), "tracking.ambiguous"
 * (reported).
 *
 * Source: git-branch(1), experiments.
 */
#ifndef QN_OPERATION_OP_BRANCH_H
#define QN_OPERATION_OP_BRANCH_H

#include "operation/part/tracking.h"
#include "refs/refs.h"
#include "walk/revision.h"

/* "refs/heads/<name>" of what a person typed ("@{-1}", too), appended. */
enum qn_status qn_op_branch_full_name(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *name,
                                      struct qn_buf *out) QN_MUST_USE;
/* The short name of the branch we are on, appended; `*found` false: detached.
 */
enum qn_status qn_op_branch_current(struct qn_ctx *ctx, struct qn_refs *refs,
                                    struct qn_buf *out,
                                    bool *found) QN_MUST_USE;
/* The path of the work tree that has it checked out, appended; nothing when
 * there is none. */
enum qn_status qn_op_branch_work_tree(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *full,
                                      struct qn_buf *out) QN_MUST_USE;

struct qn_op_branch_options {
    const char *name;  /* as typed */
    const char *start; /* a commit, or "a...b"; NULL: where we are */
    bool forces;       /* even if it is there */
    bool makes_log;
    bool has_mode; /* else as branch.autoSetupMerge says */
    enum qn_tracking_mode mode;
};
/* Make it.  What it tracks now is appended to `said`, as a line. */
enum qn_status qn_op_branch_create(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_op_branch_options *options,
                                   struct qn_buf *said) QN_MUST_USE;

/* `branch` NULL (or "HEAD"): the one we are on. */
enum qn_status qn_op_branch_set_upstream(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *branch,
                                         const char *upstream,
                                         struct qn_buf *said) QN_MUST_USE;
enum qn_status
qn_op_branch_unset_upstream(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const char *branch) QN_MUST_USE;

/* branch.<name>.description, written by a person. */
struct qn_op_branch_edit {
    const char *branch;  /* NULL: the one we are on */
    const char *comment; /* core.commentString */
    enum qn_status (*edit)(struct qn_ctx *ctx, void *data, const char *path);
    void *data;
};
enum qn_status
qn_op_branch_describe(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_op_branch_edit *edit) QN_MUST_USE;

/* ---- op_branch_delete.c */

struct qn_op_branch_delete {
    const char *const *names; /* as typed */
    size_t count;
    bool forces;     /* not merged is fine */
    bool are_remote; /* names below refs/remotes/ */
    /* Told of each that goes, before it does, with what it was. */
    enum qn_status (*each)(struct qn_ctx *ctx, void *data, const char *name,
                           const struct qn_ref *was);
    void *data;
    size_t refused_count; /* out: those that stay; why is reported */
};
enum qn_status
qn_op_branch_delete(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                    struct qn_op_branch_delete *branches) QN_MUST_USE;

/* ---- op_branch_rename.c */

struct qn_op_branch_rename {
    const char *from; /* as typed; NULL: the one we are on */
    const char *to;
    bool is_copy;
    bool forces; /* over one that is there */
};
enum qn_status
qn_op_branch_rename(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                    const struct qn_op_branch_rename *rename) QN_MUST_USE;

#endif
