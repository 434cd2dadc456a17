/* SPDX-License-Identifier: MIT */
/* Status as it is shown: the forms of git-status(1), also for commit's dry run,
 * its template, and when there is nothing to commit. */
#ifndef QUOIN_CLI_STATUS_VIEW_H
#define QUOIN_CLI_STATUS_VIEW_H

#include "cli/work.h"
#include "operation/part/status_text.h"
#include "worktree/status.h"

enum cli_status_form {
    CLI_STATUS_NONE,
    CLI_STATUS_LONG,
    CLI_STATUS_SHORT,
    CLI_STATUS_V1,
    CLI_STATUS_V2,
    CLI_STATUS_JSON
};

struct cli_status {
    struct cli *cli;
    int form;
    bool nul, show_stash;
    int verbose;
    int branch, ahead_behind; /* -1: not said */
    const char *untracked, *ignored, *submodules;
    bool no_renames, renames_given;
    const char *find_renames;
    bool relative;
    bool uses_color;
    struct qn_buf colors[QN_STATUS_COLOR_COUNT];
    const char *color[QN_STATUS_COLOR_COUNT]; /* "" without colours */
    const char *column;
    bool has_column;     /* --column was given */
    const char *comment; /* long form: put before each line; or NULL */
    bool is_commit;      /* for commit, not for status */
    bool is_template;    /* no closing line */
    bool is_amend;
    struct qn_buf *out; /* long form: appended here instead of printed */
    struct qn_status_list list;
    struct qn_status_state state;
    struct qn_status_options rename; /* chosen: how renames are looked for */
};

#define CLI_STATUS_INIT(c)                                                     \
    {                                                                          \
        .cli = (c), .branch = -1, .ahead_behind = -1,                          \
        .list = QN_STATUS_LIST_INIT, .state = QN_STATUS_STATE_INIT             \
    }

/* Callbacks of the option table. */
int cli_status_set_porcelain(struct cli *cli, const struct cli_option *option,
                             const char *argument, bool is_negated);
int cli_status_set_untracked(struct cli *cli, const struct cli_option *option,
                             const char *argument, bool is_negated);
int cli_status_set_ignored(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated);

/* Compare HEAD's tree (NULL: none), index and work tree, and show it.  True
 * when something is staged. Dies on failure. */
bool cli_status_show(struct cli_status *status, const struct qn_work_tree *tree,
                     struct qn_index *index, const struct qn_id *head,
                     const struct qn_pathspec *pathspec);
/* The form of --json (status_json.c). */
void cli_status_json(const struct cli_status *status);
void cli_status_dispose(struct cli_status *status);

#endif
