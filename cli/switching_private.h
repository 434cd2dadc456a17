/* SPDX-License-Identifier: MIT */
/* What the files of switching.h share:
 *
 *   switch_start.c   where to go, and may one?
 *   switching.c      going there
 *   switch_report.c  saying so
 *   restoring.c      restoring paths
 */
#ifndef QUOIN_CLI_SWITCHING_PRIVATE_H
#define QUOIN_CLI_SWITCHING_PRIVATE_H

#include "cli/switching.h"

/* ---- switch_start.c; what is refused dies */

bool cli_switch_branch_exists(struct cli *cli, const char *branch);
void cli_switch_check_name(struct cli *cli, const char *name, bool may_exist);
/* What "-", "@" and "HEAD" mean to start from. */
void cli_switch_expand_start(struct cli *cli, struct cli_switch *how);
/* A branch to go to, or the commit; `full` is the ref's name when it has one.
 */
void cli_switch_find_start(struct cli *cli, struct cli_switch *how,
                           struct qn_op_switch_options *op,
                           struct qn_buf *branch, struct qn_buf *full);
/* Dies: switch goes to branches only, unless told to detach. */
void cli_switch_expect_branch(struct cli *cli, const char *start,
                              const char *full);
/* Not in the middle of a merge, rebase and their like. */
void cli_switch_refuse_in_progress(struct cli *cli);
/* A branch that another work tree has checked out is left alone. */
void cli_switch_refuse_used(struct cli *cli, const struct cli_switch *how,
                            const char *branch);

/* ---- switch_report.c */

/* What the index and the work tree have changed since `commit`. */
void cli_switch_say_changes(struct cli *cli, const struct qn_id *commit,
                            bool is_merged);
/* Ahead of or behind what the branch tracks. */
void cli_switch_find_tracking(struct cli *cli, struct qn_buf *out);
/* Which commits HEAD leaves. */
void cli_switch_say_left(struct cli *cli, const struct cli_switch *how,
                         const struct qn_op_switch_options *op);
/* Where HEAD is now. */
void cli_switch_say(struct cli *cli, const struct cli_switch *how,
                    const struct qn_op_switch_options *op, const char *shown);

/* ---- switching.c */

/* The hook post-checkout; its exit code. */
int cli_switch_run_hook(struct cli *cli, const struct qn_id *old,
                        const struct qn_id *new_commit, bool is_branch);

#endif
