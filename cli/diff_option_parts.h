/* SPDX-License-Identifier: MIT */
/* The inside of cli/diff_options.h: groups of options, and who sets them. */
#ifndef QUOIN_CLI_DIFF_OPTION_PARTS_H
#define QUOIN_CLI_DIFF_OPTION_PARTS_H

#include "cli/diff_options.h"
#include "cli/options.h"

enum cli_diff_option_group {
    OPT_FORMAT = 1, /* callbacks by what they set */
    OPT_PATCH,
    OPT_NO_PATCH,
    OPT_UNIFIED,
    OPT_PATCH_WITH_RAW,
    OPT_PATCH_WITH_STAT,
    OPT_STAT,
    OPT_STAT_WIDTH,
    OPT_STAT_NAME_WIDTH,
    OPT_STAT_GRAPH_WIDTH,
    OPT_STAT_COUNT,
    OPT_COMPACT_SUMMARY,
    OPT_DIRSTAT,
    OPT_CUMULATIVE,
    OPT_DIRSTAT_BY_FILE,
    OPT_BINARY,
    OPT_COLOR,
    OPT_WS_HIGHLIGHT,
    OPT_NO_PREFIX,
    OPT_DEFAULT_PREFIX,
    OPT_INDICATOR,
    OPT_BREAK,
    OPT_RENAMES,
    OPT_COPIES,
    OPT_NO_RENAMES,
    OPT_RENAME_EMPTY,
    OPT_LIMIT,
    OPT_SPACE,
    OPT_INDENT,
    OPT_ALGORITHM,
    OPT_ALGORITHM_NAME,
    OPT_ANCHORED,
    OPT_WORD_DIFF,
    OPT_WORD_REGEX,
    OPT_COLOR_WORDS,
    OPT_MOVED,
    OPT_MOVED_WS,
    OPT_RELATIVE,
    OPT_QUIET,
    OPT_PICKAXE,
    OPT_FILTER,
    OPT_SUBMODULE,
    OPT_IRREVERSIBLE,
    OPT_COMBINED,
    OPT_ABBREV,
    OPT_IGNORE_SUBMODULES,
    OPT_MAX_DEPTH,
    OPT_ITA,
    OPT_BASE,
    OPT_OUTPUT
};

/* An option's number: its group, and a value of the group's own. */
#define CLI_DIFF_NUMBER(group, value) ((int64_t)(group) << 16 | (value))

cli_option_fn cli_diff_set_format, cli_diff_set_stat_number,
    cli_diff_set_rename, cli_diff_set_text, cli_diff_set_names,
    cli_diff_set_color, cli_diff_set_pickaxe, cli_diff_set_other,
    cli_diff_set_filter;

/* All options for differences; answers how many there are. */
size_t cli_diff_fill_table(struct cli_diff *diff, struct cli_option *out,
                           size_t room);

#endif
