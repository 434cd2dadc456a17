/* SPDX-License-Identifier: MIT */
/* What checkout and switch share: finding out where to go, going there, and
 * saying so; and restoring paths, which checkout shares with restore. */
#ifndef QUOIN_CLI_SWITCHING_H
#define QUOIN_CLI_SWITCHING_H

#include "cli/work.h"
#include "operation/op_restore.h"
#include "operation/op_switch.h"
#include "operation/part/tracking.h"

struct cli_switch {
    const char *create; /* -b, -c */
    const char *reset;  /* -B, -C */
    const char *orphan;
    int detach; /* --detach */
    bool force, quiet, guess, makes_reflog, ignores_worktrees;
    bool is_switch; /* switch: a branch is expected */
    bool discards;  /* --discard-changes: of tracked files only */
    int track;      /* -1: as configured, 0: no, 1: direct, 2: inherit */
    bool no_overwrite_ignore;
    bool refuses_submodules;   /* --recurse-submodules: not done yet */
    bool merges;               /* -m: local changes are merged */
    const char *conflict;      /* --conflict; or NULL */
    bool is_plain;             /* a new branch and nothing else */
    bool is_second_try;        /* local changes were put aside */
    const struct qn_id *stash; /* where; NULL: they were not, or came back */
    const struct qn_autostash_words *stash_words;
    const char *start;      /* branch or commit; NULL: HEAD */
    struct qn_buf tracking; /* what is said of it: as it was before */
    const char *tracked;    /* by a new branch; NULL: nothing */
    struct qn_buf expanded; /* what "-" stood for */
};
/* The exit code. */
int cli_switch_run(struct cli *cli, struct cli_switch *how);
/* Set up what a new branch tracks, and say so; dies when that fails. */
void cli_switch_track(struct cli *cli, const struct qn_tracking *tracking,
                      bool is_quiet);
/* --track: -1 as configured, 0 no, 1 direct, 2 inherit. */
enum qn_tracking_mode cli_switch_tracking_mode(struct cli *cli, int track);
/* The one remote-tracking branch of that name: appended ("refs/remotes/o/x");
 * false when there is none; dies when there are several. */
bool cli_switch_guess(struct cli *cli, const char *name, bool is_switch,
                      struct qn_buf *full);

struct cli_restore {
    const char *source; /* tree-ish, or NULL */
    bool updates_index, updates_files, overlays, quiet, skips_unmerged;
    bool says_count; /* "Updated n paths from ..." */
    bool merges, takes_skipped;
    const char *conflict;    /* --conflict; or NULL */
    bool refuses_submodules; /* --recurse-submodules: not done yet */
    uint8_t stage;
    struct cli_list patterns;
};
int cli_restore_run(struct cli *cli, const struct cli_restore *how);
/* A branch of that name can be made; else dies. */
void cli_switch_check_new(struct cli *cli, const char *name);
/* --conflict=<style>; dies with 129 when it is none. */
enum qn_text_merge_style cli_switch_style(struct cli *cli, const char *name);
/* --recurse-submodules is refused where there are submodules. */
void cli_switch_refuse_submodules(struct cli *cli);
int cli_switch_set_recurse(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated);
/* -t[direct|inherit] into an int; the same for checkout and switch. */
int cli_switch_set_track(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated);
/* The first line of a commit's message, appended; and its short id. */
void cli_append_subject(struct cli *cli, const struct qn_id *commit,
                        struct qn_buf *out);
void cli_append_short_id(struct cli *cli, const struct qn_id *id,
                         struct qn_buf *out);

#endif
