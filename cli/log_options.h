/* SPDX-License-Identifier: MIT */
/* What log, show, whatchanged and reflog share: options for commits (format,
 * decoration, dates), for differences, and for the walk, parsed in one go. */
#ifndef QUOIN_CLI_LOG_OPTIONS_H
#define QUOIN_CLI_LOG_OPTIONS_H

#include "cli/cli.h"
#include "cli/diff_options.h"
#include "operation/op_log.h"
#include "walk/revision_args.h"

struct cli_log {
    struct cli *cli;
    struct cli_diff diff;
    struct qn_revision_args args;
    struct qn_pretty_options pretty;
    struct qn_op_log_options options;
    struct qn_decorate_options decorate;
    struct qn_decorations *decorations;
    struct qn_mailmap *mailmap;
    struct qn_describe_name *describe;
    struct qn_pathspec *pathspec;
    struct qn_buf match_color, selected_color;
    struct qn_revision_filter *filter;
    struct qn_buf commit_color;
    struct qn_buf decorate_colors[QN_DECORATE_COUNT];
    /* as given */
    const char *format;
    /* notes: which were asked for, and what they are */
    bool notes_are_chosen, shows_notes, notes_by_default;
    int notes_default; /* the usual ones; -1: not said */
    struct cli_list notes_refs;
    struct qn_notes **notes;
    size_t notes_count, notes_capacity;
    bool is_quiet;
    bool is_whatchanged, still_uses_this;
    bool has_full_diff, has_log_size, shows_signature;
    const char *line_break; /* --show-linear-break; or NULL */
    int lane_limit;         /* --graph-lane-limit; -1: none */
    bool follows;
    struct cli_list graph_colors; /* allocated sequences */
    struct cli_list line_ranges;
    struct cli_list config_excluded; /* log.excludeDecoration */
    int abbrev_commit;               /* -1: not said */
    const char *date;
    const char *decorate_style; /* NULL: not said */
    bool clear_decorations;
    struct cli_list decorate_refs;
    struct cli_list decorate_refs_exclude;
    const char *encoding;
    int expand_tabs; /* -1: not said */
    bool shows_source;
    bool shows_left_right;
    int mailmap_wanted; /* -1: log.mailmap */
    int merges;         /* enum cli_log_merges */
    bool merges_bring_patch;
    bool shows_root_by_option;
    bool has_begun; /* --json: a record was written */
};

/* Configuration and defaults; opens the repository with its views. */
void cli_log_init(struct cli *cli, struct cli_log *log);
void cli_log_dispose(struct cli_log *log);
/* All of the command line; `default_name` "HEAD" for log. */
void cli_log_parse(struct cli_log *log, int argc, char **argv,
                   const char *const *usage, const char *default_name);
/* Settle everything; `format`: what a commit's differences are shown as when
 * nothing was said (0: not at all). */
void cli_log_finish(struct cli_log *log, unsigned format);
/* Write what op_log hands over; `data` is the struct cli_log.  With --json it
 * is a list, which is to be ended. */
enum qn_status cli_log_write(struct qn_ctx *ctx, void *data,
                             struct qn_bytes text);
void cli_log_end_json(struct cli_log *log);
/* --check and --exit-code: what the program exits with. */
/* Dies: of a branch that is yet unborn nothing can be shown. */
void cli_log_refuse_unborn(struct cli *cli);
int cli_log_exit(const struct cli_log *log,
                 const struct qn_op_log_result *result);

#endif
