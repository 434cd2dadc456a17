/* SPDX-License-Identifier: MIT */
/* The options of everything that shows differences: one table for diff,
 * diff-tree, diff-index, diff-files, log, show, format-patch, stash, ...
 *
 *   struct cli_diff diff;
 *   cli_diff_init(cli, &diff, true);               configuration, defaults
 *   argc = cli_diff_parse(cli, &diff, argc, argv, own options, usage, flags);
 *   cli_diff_finish(cli, &diff, QN_DIFF_FORMAT_PATCH);   default format
 *   ... qn_patch_new(ctx, repo, odb, &diff.options, NULL, &patch) ...
 *   code = cli_diff_exit(cli, &diff, count, patch);
 */
#ifndef QUOIN_CLI_DIFF_OPTIONS_H
#define QUOIN_CLI_DIFF_OPTIONS_H

#include "cli/cli.h"
#include "diff/patch.h"

struct cli_diff {
    struct qn_diff_options options;
    struct cli *cli;
    bool is_porcelain;
    bool is_unlisted;   /* none of the words for completion is of this table */
    bool is_json;       /* --json: records instead of the formats */
    bool has_exit_code; /* --exit-code */
    const char **typed; /* the words in the order they were typed in */
    bool is_quiet;      /* --quiet */
    int follow;         /* --follow: 1, --no-follow: 0, -1: not said */
    bool has_format;    /* some output format was asked for */
    bool has_abbrev;
    int abbrev;              /* --abbrev: -1 default, 0 full */
    bool has_abbrev_default; /* raw output is short unless --no-abbrev */
    const char *color;       /* --color's argument, or NULL */
    const char *order_file;
    const char *output;   /* --output */
    struct qn_buf filter; /* --diff-filter, all of them */
    int stage;            /* -1, -2, -3 and --base, --ours, --theirs; 0: none */
    unsigned pickaxe_kinds; /* bits of enum qn_diff_pickaxe_kind */
    bool has_relative;
    bool patch_with; /* a second format joined the patch */
    bool has_merges; /* -c, --cc, -m, --diff-merges was given */
    struct cli_list anchors;
    struct cli_list ignored;
    struct cli_list order;
    struct qn_buf order_text;
    struct qn_buf order_path; /* diff.orderFile */
    struct qn_buf relative;
    bool is_pickaxe_regex;
    struct qn_buf colors[QN_DIFF_COLOR_COUNT]; /* color.diff.<slot> */
};

void cli_diff_init(struct cli *cli, struct cli_diff *diff, bool is_porcelain);
void cli_diff_dispose(struct cli_diff *diff);
/* The prefixes of diff.mnemonicPrefix, unless others were asked for. */
void cli_diff_set_sides(struct cli_diff *diff, const char *source,
                        const char *destination);
/* Dies for an option that was typed behind `path`, the first of the words that
 * are no revisions.  `is_log`: but for those that log and its kin read first.
 */
void cli_diff_check_order(struct cli *cli, const struct cli_diff *diff,
                          const char *path, bool is_log);
/* cli_parse with `own` in front of the options for differences. */
int cli_diff_parse(struct cli *cli, struct cli_diff *diff, int argc,
                   char **argv, const struct cli_option *own,
                   const char *const *usage, unsigned flags);
/* Settle what depends on several options; `format` when none was given. */
void cli_diff_finish(struct cli *cli, struct cli_diff *diff, unsigned format);
/* Print what came out, the warnings about rename limits, and answer the exit
 * code. */
int cli_diff_exit(struct cli *cli, const struct cli_diff *diff, size_t count,
                  const struct qn_patch *patch);

/* color.diff.<slot> into options and colours. */
void cli_diff_read_colors(struct cli *cli, struct cli_diff *diff);

#endif
