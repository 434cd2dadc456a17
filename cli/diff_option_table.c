/* SPDX-License-Identifier: MIT */
/* The table of all options for differences. */
#include "cli/diff_option_parts.h"

#include <string.h>

#define ITEM(s, l, a, h, f, n, fn)                                             \
    {                                                                          \
        CLI_KIND_CALLBACK, (s), (l), diff, (a), (h), (f), (n), (fn)            \
    }
#define TEXT(l, v, a, h)                                                       \
    {                                                                          \
        CLI_KIND_STRING, 0, (l), (v), (a), (h), CLI_OPTION_NO_NEGATE, 0, NULL  \
    }
#define BARE CLI_OPTION_NO_ARGUMENT
#define ONCE (CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE)
#define MAY  CLI_OPTION_OPTIONAL
#define MAYN (CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE)
#define MUST CLI_OPTION_NO_NEGATE

static size_t fill_formats(struct cli_diff *diff, struct cli_option *out)
{
    const struct cli_option table[] = {
        ITEM('p', "patch", NULL, "show the patch", ONCE,
             CLI_DIFF_NUMBER(OPT_PATCH, 0), cli_diff_set_format),
        ITEM('u', NULL, NULL, "the same", ONCE, CLI_DIFF_NUMBER(OPT_PATCH, 0),
             cli_diff_set_format),
        ITEM('s', "no-patch", NULL, "show nothing", BARE,
             CLI_DIFF_NUMBER(OPT_NO_PATCH, 0), cli_diff_set_format),
        ITEM('U', "unified", "n", "lines of context", MAYN,
             CLI_DIFF_NUMBER(OPT_UNIFIED, 0), cli_diff_set_format),
        CLI_FLAG('W', "function-context", &diff->options.has_function_context,
                 "whole functions as context"),
        ITEM(0, "raw", NULL, "modes, ids, letter, name", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_RAW),
             cli_diff_set_format),
        ITEM(0, "patch-with-raw", NULL, "both", ONCE,
             CLI_DIFF_NUMBER(OPT_PATCH_WITH_RAW, 0), cli_diff_set_format),
        ITEM(0, "patch-with-stat", NULL, "both", ONCE,
             CLI_DIFF_NUMBER(OPT_PATCH_WITH_STAT, 0), cli_diff_set_format),
        ITEM(0, "numstat", NULL, "counts for machines", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_NUMSTAT),
             cli_diff_set_format),
        ITEM(0, "shortstat", NULL, "the last line of --stat", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_SHORTSTAT),
             cli_diff_set_format),
        ITEM('X', "dirstat", "param,...", "share of each directory", MAYN,
             CLI_DIFF_NUMBER(OPT_DIRSTAT, 0), cli_diff_set_format),
        ITEM(0, "cumulative", NULL, "--dirstat=cumulative", ONCE,
             CLI_DIFF_NUMBER(OPT_CUMULATIVE, 0), cli_diff_set_format),
        ITEM(0, "dirstat-by-file", "param,...", "--dirstat=files,...", MAYN,
             CLI_DIFF_NUMBER(OPT_DIRSTAT_BY_FILE, 0), cli_diff_set_format),
        ITEM(0, "check", NULL, "white space errors", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_CHECK),
             cli_diff_set_format),
        ITEM(0, "summary", NULL, "creations, renames, modes", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_SUMMARY),
             cli_diff_set_format),
        ITEM(0, "name-only", NULL, "names only", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_NAME_ONLY),
             cli_diff_set_format),
        ITEM(0, "name-status", NULL, "letters and names", ONCE,
             CLI_DIFF_NUMBER(OPT_FORMAT, QN_DIFF_FORMAT_NAME_STATUS),
             cli_diff_set_format),
        ITEM(0, "stat", "width,name-width,count", "a histogram", MAYN,
             CLI_DIFF_NUMBER(OPT_STAT, 0), cli_diff_set_format),
        ITEM(0, "stat-width", "n", "its width", MUST,
             CLI_DIFF_NUMBER(OPT_STAT_WIDTH, 0), cli_diff_set_stat_number),
        ITEM(0, "stat-name-width", "n", "of names", MUST,
             CLI_DIFF_NUMBER(OPT_STAT_NAME_WIDTH, 0), cli_diff_set_stat_number),
        ITEM(0, "stat-graph-width", "n", "of bars", MUST,
             CLI_DIFF_NUMBER(OPT_STAT_GRAPH_WIDTH, 0),
             cli_diff_set_stat_number),
        ITEM(0, "stat-count", "n", "rows at most", MUST,
             CLI_DIFF_NUMBER(OPT_STAT_COUNT, 0), cli_diff_set_stat_number),
        ITEM(0, "compact-summary", NULL, "--stat with modes", BARE,
             CLI_DIFF_NUMBER(OPT_COMPACT_SUMMARY, 0), cli_diff_set_format),
        ITEM(0, "binary", NULL, "patches of binary files", ONCE,
             CLI_DIFF_NUMBER(OPT_BINARY, 0), cli_diff_set_format),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

static size_t fill_shape(struct cli_diff *diff, struct cli_option *out)
{
    struct qn_diff_options *o = &diff->options;
    const struct cli_option table[] = {
        CLI_FLAG(0, "full-index", &o->has_full_index, "ids in full"),
        ITEM(0, "color", "when", "colours", MAY, CLI_DIFF_NUMBER(OPT_COLOR, 0),
             cli_diff_set_color),
        ITEM(0, "ws-error-highlight", "kind", "where to mark errors", MUST,
             CLI_DIFF_NUMBER(OPT_WS_HIGHLIGHT, 0), cli_diff_set_color),
        CLI_FLAG_WITH('z', NULL, &o->is_nul_terminated, "end with NUL", 0),
        ITEM(0, "abbrev", "n", "digits of ids", MAY,
             CLI_DIFF_NUMBER(OPT_ABBREV, 0), cli_diff_set_names),
        TEXT("src-prefix", &o->source_prefix, "prefix", "instead of a/"),
        TEXT("dst-prefix", &o->destination_prefix, "prefix", "instead of b/"),
        TEXT("line-prefix", &o->line_prefix, "prefix", "before every line"),
        ITEM(0, "no-prefix", NULL, "no a/ and b/", ONCE,
             CLI_DIFF_NUMBER(OPT_NO_PREFIX, 0), cli_diff_set_names),
        ITEM(0, "default-prefix", NULL, "a/ and b/", ONCE,
             CLI_DIFF_NUMBER(OPT_DEFAULT_PREFIX, 0), cli_diff_set_names),
        {CLI_KIND_INTEGER, 0, "inter-hunk-context", &o->inter_hunk, "n",
         "join hunks that are so near", CLI_OPTION_NO_NEGATE, 0, NULL},
        ITEM(0, "output-indicator-new", "char", "instead of +", MUST,
             CLI_DIFF_NUMBER(OPT_INDICATOR, 2), cli_diff_set_text),
        ITEM(0, "output-indicator-old", "char", "instead of -", MUST,
             CLI_DIFF_NUMBER(OPT_INDICATOR, 1), cli_diff_set_text),
        ITEM(0, "output-indicator-context", "char", "instead of a space", MUST,
             CLI_DIFF_NUMBER(OPT_INDICATOR, 0), cli_diff_set_text),
        ITEM('B', "break-rewrites", "n/m", "split rewrites", MAYN,
             CLI_DIFF_NUMBER(OPT_BREAK, 0), cli_diff_set_rename),
        ITEM('M', "find-renames", "n", "find renames", MAYN,
             CLI_DIFF_NUMBER(OPT_RENAMES, 0), cli_diff_set_rename),
        CLI_FLAG_WITH('D', "irreversible-delete", &o->is_irreversible,
                      "no content of deleted files", CLI_OPTION_NO_NEGATE),
        ITEM('C', "find-copies", "n", "find copies", MAYN,
             CLI_DIFF_NUMBER(OPT_COPIES, 0), cli_diff_set_rename),
        CLI_FLAG(0, "find-copies-harder", &o->rename.finds_copies_harder,
                 "look at unchanged files, too"),
        ITEM(0, "no-renames", NULL, "no renames", ONCE,
             CLI_DIFF_NUMBER(OPT_NO_RENAMES, 0), cli_diff_set_rename),
        ITEM(0, "rename-empty", NULL, "empty files, too", BARE,
             CLI_DIFF_NUMBER(OPT_RENAME_EMPTY, 0), cli_diff_set_rename),
        {CLI_KIND_SET, 0, "follow", &diff->follow, NULL, "follow one file", 0,
         1, NULL},
        ITEM('l', NULL, "n", "limit of renames", MUST,
             CLI_DIFF_NUMBER(OPT_LIMIT, 0), cli_diff_set_rename),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

static size_t fill_text(struct cli_diff *diff, struct cli_option *out)
{
    struct qn_diff_options *o = &diff->options;
    const struct cli_option table[] = {
        ITEM(0, "minimal", NULL, "the smallest difference", ONCE,
             CLI_DIFF_NUMBER(OPT_ALGORITHM, QN_TEXT_DIFF_MINIMAL),
             cli_diff_set_text),
        ITEM('w', "ignore-all-space", NULL, "ignore white space", ONCE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_IGNORE_ALL_SPACE),
             cli_diff_set_text),
        ITEM('b', "ignore-space-change", NULL, "ignore its amount", ONCE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_IGNORE_SPACE_CHANGE),
             cli_diff_set_text),
        ITEM(0, "ignore-space-at-eol", NULL, "at ends of lines", ONCE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL),
             cli_diff_set_text),
        ITEM(0, "ignore-cr-at-eol", NULL, "a carriage return there", ONCE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_IGNORE_CR_AT_EOL),
             cli_diff_set_text),
        ITEM(0, "ignore-blank-lines", NULL, "blank lines", ONCE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_IGNORE_BLANK_LINES),
             cli_diff_set_text),
        CLI_LIST('I', "ignore-matching-lines", &diff->ignored, "regex",
                 "lines that match"),
        ITEM(0, "indent-heuristic", NULL, "place hunks by indentation", BARE,
             CLI_DIFF_NUMBER(OPT_SPACE, QN_TEXT_DIFF_INDENT_HEURISTIC),
             cli_diff_set_text),
        ITEM(0, "patience", NULL, "by unique lines", ONCE,
             CLI_DIFF_NUMBER(OPT_ALGORITHM, QN_TEXT_DIFF_PATIENCE),
             cli_diff_set_text),
        ITEM(0, "histogram", NULL, "by rare lines", ONCE,
             CLI_DIFF_NUMBER(OPT_ALGORITHM, QN_TEXT_DIFF_HISTOGRAM),
             cli_diff_set_text),
        ITEM(0, "diff-algorithm", "algorithm", "one by name", MUST,
             CLI_DIFF_NUMBER(OPT_ALGORITHM_NAME, 0), cli_diff_set_text),
        ITEM(0, "anchored", "text", "match these lines first", MUST,
             CLI_DIFF_NUMBER(OPT_ANCHORED, 0), cli_diff_set_text),
        ITEM(0, "word-diff", "mode", "words", MAYN,
             CLI_DIFF_NUMBER(OPT_WORD_DIFF, 0), cli_diff_set_color),
        ITEM(0, "word-diff-regex", "regex", "what a word is", MUST,
             CLI_DIFF_NUMBER(OPT_WORD_REGEX, 0), cli_diff_set_color),
        ITEM(0, "color-words", "regex", "--word-diff=color", MAYN,
             CLI_DIFF_NUMBER(OPT_COLOR_WORDS, 0), cli_diff_set_color),
        ITEM(0, "color-moved", "mode", "lines that moved", MAY,
             CLI_DIFF_NUMBER(OPT_MOVED, 0), cli_diff_set_color),
        ITEM(0, "color-moved-ws", "mode", "what is equal then", 0,
             CLI_DIFF_NUMBER(OPT_MOVED_WS, 0), cli_diff_set_color),
        ITEM(0, "relative", "prefix", "names below a directory", MAY,
             CLI_DIFF_NUMBER(OPT_RELATIVE, 0), cli_diff_set_names),
        CLI_FLAG('a', "text", &o->is_text, "all files are text"),
        CLI_FLAG_WITH('R', NULL, &o->is_reversed, "swap the sides", 0),
        CLI_FLAG(0, "exit-code", &diff->has_exit_code, "1 when they differ"),
        ITEM(0, "quiet", NULL, "no output, --exit-code", BARE,
             CLI_DIFF_NUMBER(OPT_QUIET, 0), cli_diff_set_other),
        CLI_FLAG(0, "ext-diff", &o->allows_external, "external drivers"),
        CLI_FLAG(0, "textconv", &o->allows_textconv, "text conversions"),
        ITEM(0, "ignore-submodules", "when", "leave submodules out", MAYN,
             CLI_DIFF_NUMBER(OPT_IGNORE_SUBMODULES, 0), cli_diff_set_other),
        ITEM(0, "submodule", "format", "how submodules are shown", MAYN,
             CLI_DIFF_NUMBER(OPT_SUBMODULE, 0), cli_diff_set_other),
        ITEM(0, "ita-invisible-in-index", NULL, "add -N is not in the index",
             ONCE, CLI_DIFF_NUMBER(OPT_ITA, 0), cli_diff_set_other),
        ITEM(0, "ita-visible-in-index", NULL, "add -N is in the index", ONCE,
             CLI_DIFF_NUMBER(OPT_ITA, 1), cli_diff_set_other),
        ITEM('S', NULL, "string", "changes its number", MUST,
             CLI_DIFF_NUMBER(OPT_PICKAXE, QN_DIFF_PICKAXE_STRING),
             cli_diff_set_pickaxe),
        ITEM('G', NULL, "regex", "in changed lines", MUST,
             CLI_DIFF_NUMBER(OPT_PICKAXE, QN_DIFF_PICKAXE_GREP),
             cli_diff_set_pickaxe),
        CLI_FLAG_WITH(0, "pickaxe-all", &o->pickaxe_shows_all,
                      "show all files then", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "pickaxe-regex", &diff->is_pickaxe_regex,
                      "-S is a regex", CLI_OPTION_NO_NEGATE),
        {CLI_KIND_FILE, 'O', NULL, &diff->order_file, "file", "order of names",
         0, 0, NULL},
        TEXT("rotate-to", &o->rotate_to, "path", "begin there"),
        TEXT("skip-to", &o->skip_to, "path", "leave out until there"),
        ITEM(0, "find-object", "object", "changes it", MUST,
             CLI_DIFF_NUMBER(OPT_PICKAXE, QN_DIFF_PICKAXE_OBJECT),
             cli_diff_set_pickaxe),
        ITEM(0, "diff-filter", "letters", "only these", MUST,
             CLI_DIFF_NUMBER(OPT_FILTER, 0), cli_diff_set_filter),
        ITEM('c', NULL, NULL, "merges against all parents", ONCE,
             CLI_DIFF_NUMBER(OPT_COMBINED, QN_DIFF_COMBINED_PLAIN),
             cli_diff_set_other),
        ITEM(0, "cc", NULL, "the same, dense", ONCE | CLI_OPTION_UNLISTED,
             CLI_DIFF_NUMBER(OPT_COMBINED, QN_DIFF_COMBINED_DENSE),
             cli_diff_set_other),
        CLI_FLAG_WITH(0, "combined-all-paths", &o->shows_all_paths,
                      "names of all parents", CLI_OPTION_UNLISTED),
        ITEM(0, "max-depth", "depth", "directories deep at most", MUST,
             CLI_DIFF_NUMBER(OPT_MAX_DEPTH, 0), cli_diff_set_other),
        {CLI_KIND_CALLBACK, 0, "output", diff, "file", "write there",
         CLI_OPTION_NO_NEGATE, CLI_DIFF_NUMBER(OPT_OUTPUT, 0),
         cli_diff_set_other},
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

size_t cli_diff_fill_table(struct cli_diff *diff, struct cli_option *out,
                           size_t room)
{
    size_t count;

    if (room < 128)
        return 0;
    count = fill_formats(diff, out);
    count += fill_shape(diff, out + count);
    return count + fill_text(diff, out + count);
}
