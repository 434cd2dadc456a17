/* SPDX-License-Identifier: MIT */
/* What a branch tracks: branch.<name>.remote, .merge and .rebase.
 *
 *   start ref -> (remote, its name there) by remote.<r>.fetch, or "." and
 *   itself, or what the start branch tracks -> configuration -> words
 *
 * git-branch(1) "--track", git-config(1) branch.autoSetupMerge and
 * autoSetupRebase, experiments.
 */
#ifndef QN_OPERATION_PART_TRACKING_H
#define QN_OPERATION_PART_TRACKING_H

#include "repo/repo.h"

enum qn_tracking_mode {
    QN_TRACKING_NEVER = 0,
    QN_TRACKING_REMOTE,   /* what is tracked from a remote (the default) */
    QN_TRACKING_ALWAYS,   /* local branches, too */
    QN_TRACKING_EXPLICIT, /* asked for */
    QN_TRACKING_OVERRIDE, /* --set-upstream-to: in the place of what is there */
    QN_TRACKING_INHERIT,  /* what the start tracks */
    QN_TRACKING_SIMPLE    /* from a remote, of the same name */
};

/* branch.autoSetupMerge. */
enum qn_status qn_tracking_default(struct qn_ctx *ctx,
                                   const struct qn_config *config,
                                   enum qn_tracking_mode *out) QN_MUST_USE;

/* What is wrong in branch.autoSetupRebase, before anything is done. */
enum qn_status qn_tracking_check(struct qn_ctx *ctx,
                                 const struct qn_config *config) QN_MUST_USE;

/* Is the ref `name` (full) one that a branch can track: a branch, or what a
 * configured remote is fetched to? */
enum qn_status qn_tracking_can_be(struct qn_ctx *ctx,
                                  const struct qn_repo *repo, const char *name,
                                  bool *out) QN_MUST_USE;

struct qn_tracking {
    const char *branch; /* short */
    const char *start;  /* full name of the ref it starts from */
    enum qn_tracking_mode mode;
};
/* Write the configuration; "branch 'x' set up to track 'y'." and a newline are
 * appended to `said`, or nothing.  QN_INVALID for what is wrong, in Git's
 * words. */
enum qn_status qn_tracking_set(struct qn_ctx *ctx, struct qn_repo *repo,
                               const struct qn_tracking *tracking,
                               struct qn_buf *said) QN_MUST_USE;

/* The configuration alone: `branch` (short) tracks the ref `merge` of `remote`
 * (".": this repository), and branch.autoSetupRebase as it says.  `said` as
 * above; or NULL. */
enum qn_status qn_tracking_record(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *branch, const char *remote,
                                  const char *merge,
                                  struct qn_buf *said) QN_MUST_USE;

#endif
