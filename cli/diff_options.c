/* SPDX-License-Identifier: MIT */
#include "cli/diff_options.h"

#include "os/file.h"
#include "text/color.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
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
    OPT_ABBREV
};

/* Told by their addresses: diff.mnemonicPrefix may put others in. */
static const char mnemonic_old[] = "a/";
static const char mnemonic_new[] = "b/";

static void read_colors(struct cli *cli, struct cli_diff *diff)
{
    static const char *const slots[QN_DIFF_COLOR_COUNT] = {
        [QN_DIFF_COLOR_CONTEXT] = "context",
        [QN_DIFF_COLOR_META] = "meta",
        [QN_DIFF_COLOR_FRAG] = "frag",
        [QN_DIFF_COLOR_OLD] = "old",
        [QN_DIFF_COLOR_NEW] = "new",
        [QN_DIFF_COLOR_COMMIT] = "commit",
        [QN_DIFF_COLOR_WHITESPACE] = "whitespace",
        [QN_DIFF_COLOR_FUNC] = "func"};
    size_t i;

    for (i = 0; i < QN_DIFF_COLOR_COUNT; i++) {
        char key[64];
        const char *text;

        if (!slots[i])
            continue;
        snprintf(key, sizeof(key), "color.diff.%s", slots[i]);
        text = cli_config_string(cli, key, NULL);
        if (!text && i == QN_DIFF_COLOR_CONTEXT)
            text = cli_config_string(cli, "color.diff.plain", NULL);
        if (!text)
            continue;
        cli_check(cli, qn_color_parse(cli->ctx, qn_bytes_from_string(text),
                                      &diff->colors[i]));
        diff->options.colors[i] = qn_buf_string(&diff->colors[i]);
    }
}

/* GIT_DIFF_OPTS: "-u<n>" or "--unified=<n>"; it wins over -U. */
static void read_environment(struct cli *cli, struct cli_diff *diff)
{
    const char *text = getenv("GIT_DIFF_OPTS");
    int number;

    (void)cli;
    if (!text)
        return;
    if (!strncmp(text, "--unified=", 10))
        text += 10;
    else if (!strncmp(text, "-u", 2))
        text += 2;
    else
        return;
    number = atoi(text);
    if (number >= 0)
        diff->options.context = (uint32_t)number;
}

static void read_submodules(struct cli *cli, struct cli_diff *diff)
{
    const char *text = diff->ignore_submodules;

    if (!text || !strcmp(text, "none"))
        return;
    if (*text && strcmp(text, "all"))
        cli_die_with(cli, "option `ignore-submodules=%s' is not supported yet",
                     text);
    diff->options.ignores_submodules = true;
}

void cli_diff_init(struct cli *cli, struct cli_diff *diff, bool is_porcelain)
{
    memset(diff, 0, sizeof(*diff));
    diff->cli = cli;
    diff->is_porcelain = is_porcelain;
    qn_diff_options_init(&diff->options);
    diff->abbrev = -1;
    diff->has_abbrev_default = is_porcelain;
    cli_check(cli, qn_diff_options_configure(cli->ctx, &diff->options,
                                             cli_config(cli), is_porcelain));
    diff->abbrev = diff->options.abbrev;
    diff->options.is_recursive = is_porcelain;
    diff->options.allows_textconv = is_porcelain;
    diff->options.allows_external = is_porcelain;
    read_colors(cli, diff);
    if (is_porcelain && cli_config_bool(cli, "diff.mnemonicPrefix", false) &&
        !cli_config_bool(cli, "diff.noPrefix", false)) {
        diff->options.source_prefix = mnemonic_old;
        diff->options.destination_prefix = mnemonic_new;
    }
}

void cli_diff_set_sides(struct cli_diff *diff, const char *source,
                        const char *destination)
{
    if (diff->options.source_prefix == mnemonic_old)
        diff->options.source_prefix = source;
    if (diff->options.destination_prefix == mnemonic_new)
        diff->options.destination_prefix = destination;
}

void cli_diff_dispose(struct cli_diff *diff)
{
    size_t i;

    qn_memory_free((void *)diff->anchors.items);
    qn_memory_free((void *)diff->ignored.items);
    qn_memory_free((void *)diff->order.items);
    qn_buf_dispose(&diff->order_text);
    qn_buf_dispose(&diff->relative);
    for (i = 0; i < QN_DIFF_COLOR_COUNT; i++)
        qn_buf_dispose(&diff->colors[i]);
}

static bool parse_number(const char *text, const char **end, int *out)
{
    char *after;
    long value = strtol(text, &after, 10);

    *end = after;
    if (after == text || value < 0 || value > INT32_MAX)
        return false;
    *out = (int)value;
    return true;
}

static int set_stat(struct cli_diff *diff, const char *argument)
{
    struct qn_diff_options *o = &diff->options;
    const char *at = argument;

    o->formats |= QN_DIFF_FORMAT_STAT;
    if (!argument || !*argument)
        return 0;
    if (*at != ',' && !parse_number(at, &at, &o->stat_width))
        return cli_error(diff->cli, "invalid --stat value: %s", argument);
    if (*at == ',') {
        if (!parse_number(at + 1, &at, &o->stat_name_width))
            return cli_error(diff->cli, "invalid --stat value: %s", argument);
        if (*at == ',' && !parse_number(at + 1, &at, &o->stat_count))
            return cli_error(diff->cli, "invalid --stat value: %s", argument);
    }
    if (*at)
        return cli_error(diff->cli, "invalid --stat value: %s", argument);
    return 0;
}

static int set_dirstat(struct cli_diff *diff, const char *argument)
{
    struct qn_diff_options *o = &diff->options;
    struct qn_bytes rest = qn_bytes_from_string(argument ? argument : "");
    struct qn_bytes word;

    o->formats |= QN_DIFF_FORMAT_DIRSTAT;
    while (qn_bytes_next(&rest, ',', &word)) {
        const char *end;
        int number;

        if (qn_bytes_is_string(word, "changes")) {
            o->dirstat = QN_DIFF_DIRSTAT_CHANGES;
        } else if (qn_bytes_is_string(word, "lines")) {
            o->dirstat = QN_DIFF_DIRSTAT_LINES;
        } else if (qn_bytes_is_string(word, "files")) {
            o->dirstat = QN_DIFF_DIRSTAT_FILES;
        } else if (qn_bytes_is_string(word, "cumulative")) {
            o->dirstat_is_cumulative = true;
        } else if (qn_bytes_is_string(word, "noncumulative")) {
            o->dirstat_is_cumulative = false;
        } else if (word.size && word.data[0] >= '0' && word.data[0] <= '9' &&
                   parse_number((const char *)word.data, &end, &number)) {
            o->dirstat_permille = (uint32_t)number * 10;
            if (*end == '.' && end[1] >= '0' && end[1] <= '9')
                o->dirstat_permille += (uint32_t)(end[1] - '0');
        } else {
            cli_fatal(diff->cli,
                      "Failed to parse --dirstat/-X option parameter:\n"
                      "  Unknown dirstat parameter '%.*s'\n",
                      QN_BYTES_ARG(word));
            cli_exit(diff->cli, CLI_EXIT_FATAL);
        }
    }
    return 0;
}

static int set_scores(struct cli_diff *diff, const char *argument)
{
    struct qn_rename_options *r = &diff->options.rename;
    size_t used = 0;

    r->breaks = true;
    r->break_score = r->merge_score = 0;
    if (!argument)
        return 0;
    r->break_score = qn_rename_parse_score(argument, &used);
    argument += used;
    if (*argument == '/') {
        r->merge_score = qn_rename_parse_score(argument + 1, &used);
        argument += 1 + used;
    }
    if (*argument)
        return cli_error(diff->cli, "break-rewrites expects <n>/<m> form");
    return 0;
}

static int set_minimum(struct cli_diff *diff, const char *argument,
                       const char *name)
{
    size_t used = 0;

    diff->options.rename.minimum_score =
        argument ? qn_rename_parse_score(argument, &used) : 0;
    if (argument && argument[used])
        return cli_error(diff->cli, "invalid argument to %s", name);
    return 0;
}

static int set_format(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    const char *end;
    int number;

    (void)cli;
    diff->has_format = true;
    switch (option->number >> 16) {
    case OPT_FORMAT:
        o->formats |= (unsigned)option->number & 0xffff;
        o->formats &= ~(unsigned)QN_DIFF_FORMAT_NONE;
        return 0;
    case OPT_PATCH:
    case OPT_UNIFIED:
        if (is_negated) {
            o->formats = QN_DIFF_FORMAT_NONE;
            return 0;
        }
        o->formats |= QN_DIFF_FORMAT_PATCH;
        o->formats &= ~(unsigned)QN_DIFF_FORMAT_NONE;
        if (option->number >> 16 == OPT_UNIFIED && argument) {
            if (!parse_number(argument, &end, &number) || *end)
                return cli_error(cli, "--unified expects a numerical value");
            o->context = (uint32_t)number;
        }
        return 0;
    case OPT_NO_PATCH:
        o->formats = QN_DIFF_FORMAT_NONE;
        return 0;
    case OPT_PATCH_WITH_RAW:
        o->formats |= QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_RAW;
        return 0;
    case OPT_PATCH_WITH_STAT:
        o->formats |= QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_STAT;
        return 0;
    case OPT_STAT:
        o->formats &= ~(unsigned)QN_DIFF_FORMAT_NONE;
        return set_stat(diff, argument);
    case OPT_COMPACT_SUMMARY:
        o->is_compact_summary = !is_negated;
        if (!is_negated)
            o->formats |= QN_DIFF_FORMAT_STAT;
        return 0;
    case OPT_CUMULATIVE:
        return set_dirstat(diff, "cumulative");
    case OPT_DIRSTAT_BY_FILE:
        set_dirstat(diff, "files");
        return argument ? set_dirstat(diff, argument) : 0;
    case OPT_DIRSTAT:
        return set_dirstat(diff, argument);
    default: /* OPT_BINARY */
        o->has_binary = !is_negated;
        o->formats |= QN_DIFF_FORMAT_PATCH;
        return 0;
    }
}

static int set_stat_number(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    const char *end;
    int number;

    (void)is_negated;
    if (!parse_number(argument, &end, &number) || *end)
        return cli_error(cli, "%s expects a numerical value",
                         option->long_name);
    diff->has_format = true;
    o->formats |= QN_DIFF_FORMAT_STAT;
    switch (option->number >> 16) {
    case OPT_STAT_WIDTH:
        o->stat_width = number;
        break;
    case OPT_STAT_NAME_WIDTH:
        o->stat_name_width = number;
        break;
    case OPT_STAT_GRAPH_WIDTH:
        o->stat_graph_width = number;
        break;
    default:
        o->stat_count = number;
        break;
    }
    return 0;
}

static int set_rename(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_rename_options *r = &diff->options.rename;
    const char *end;
    int number;

    switch (option->number >> 16) {
    case OPT_BREAK:
        return set_scores(diff, argument);
    case OPT_RENAMES:
        r->detect = is_negated ? 0 : 1;
        return is_negated ? 0 : set_minimum(diff, argument, "find-renames");
    case OPT_COPIES:
        if (is_negated) {
            r->detect = 0;
            return 0;
        }
        if (r->detect == 2)
            r->finds_copies_harder = true;
        r->detect = 2;
        return set_minimum(diff, argument, "find-copies");
    case OPT_NO_RENAMES:
        r->detect = 0;
        return 0;
    case OPT_RENAME_EMPTY:
        r->skips_empty = is_negated;
        return 0;
    default: /* OPT_LIMIT */
        if (!parse_number(argument, &end, &number) || *end)
            return cli_error(cli, "switch `l' expects an integer value with "
                                  "an optional k/m/g suffix");
        r->limit = (uint32_t)number;
        return 0;
    }
}

static int set_text(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    unsigned bit = (unsigned)option->number & 0xffff;

    switch (option->number >> 16) {
    case OPT_SPACE:
        if (is_negated)
            o->text.flags &= ~bit;
        else
            o->text.flags |= bit;
        return 0;
    case OPT_ALGORITHM:
        o->text.algorithm = (enum qn_text_diff_algorithm)bit;
        o->algorithm_is_chosen = true;
        if (bit == QN_TEXT_DIFF_PATIENCE)
            diff->anchors.count = 0;
        return 0;
    case OPT_ALGORITHM_NAME:
        if (!qn_diff_options_algorithm(argument, &o->text.algorithm))
            return cli_error(
                cli, "option diff-algorithm accepts \"myers\", \"minimal\", "
                     "\"patience\" and \"histogram\"");
        o->algorithm_is_chosen = true;
        return 0;
    case OPT_ANCHORED:
        o->text.algorithm = QN_TEXT_DIFF_PATIENCE;
        o->algorithm_is_chosen = true;
        cli_list_add(cli, &diff->anchors, argument);
        return 0;
    default: /* OPT_INDICATOR */
        if (strlen(argument) != 1)
            return cli_error(cli, "%s expects a character, got '%s'",
                             option->long_name, argument);
        o->indicators[bit] = argument[0];
        return 0;
    }
}

static int set_names(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;

    (void)cli;
    switch (option->number >> 16) {
    case OPT_NO_PREFIX:
        o->source_prefix = o->destination_prefix = "";
        return 0;
    case OPT_DEFAULT_PREFIX:
        o->source_prefix = "a/";
        o->destination_prefix = "b/";
        return 0;
    case OPT_RELATIVE:
        diff->has_relative = !is_negated;
        qn_buf_clear(&diff->relative);
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &diff->relative,
                                       argument ? argument : cli_prefix(cli)));
        return 0;
    default: /* OPT_ABBREV */
        diff->has_abbrev = true;
        if (is_negated) {
            diff->abbrev = 0;
        } else if (argument) {
            diff->abbrev = atoi(argument);
            if (diff->abbrev < 4)
                diff->abbrev = 4;
            diff->has_abbrev_default = true;
        } else {
            diff->abbrev = diff->options.abbrev;
            diff->has_abbrev_default = true;
        }
        return 0;
    }
}

static int set_color(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;

    switch (option->number >> 16) {
    case OPT_COLOR:
        diff->color = is_negated ? "never" : argument ? argument : "always";
        return 0;
    case OPT_WS_HIGHLIGHT:
        o->ws_highlight = 0;
        if (strstr(argument, "new") || strstr(argument, "default") ||
            strstr(argument, "all"))
            o->ws_highlight |= QN_DIFF_WS_NEW;
        if (strstr(argument, "old") || strstr(argument, "context") ||
            strstr(argument, "all"))
            return cli_error(cli, "--ws-error-highlight=%s is not done yet",
                             argument);
        return 0;
    case OPT_COLOR_WORDS:
        diff->color = "always";
        o->words = QN_DIFF_WORDS_COLOR;
        if (argument)
            o->word_regex = argument;
        return 0;
    case OPT_WORD_REGEX:
        o->word_regex = argument;
        if (!o->words)
            o->words = QN_DIFF_WORDS_PLAIN;
        return 0;
    case OPT_WORD_DIFF:
        if (!argument || !strcmp(argument, "plain")) {
            o->words = QN_DIFF_WORDS_PLAIN;
        } else if (!strcmp(argument, "color")) {
            diff->color = "always";
            o->words = QN_DIFF_WORDS_COLOR;
        } else if (!strcmp(argument, "porcelain")) {
            o->words = QN_DIFF_WORDS_PORCELAIN;
        } else if (!strcmp(argument, "none")) {
            o->words = QN_DIFF_WORDS_NONE;
        } else {
            return cli_error(cli, "bad --word-diff argument: %s", argument);
        }
        return 0;
    default: /* OPT_MOVED */
        if (is_negated || (argument && !strcmp(argument, "no")))
            o->moved = QN_DIFF_MOVED_NO;
        else if (!argument || !strcmp(argument, "zebra") ||
                 !strcmp(argument, "default"))
            o->moved = QN_DIFF_MOVED_ZEBRA;
        else if (!strcmp(argument, "plain"))
            o->moved = QN_DIFF_MOVED_PLAIN;
        else if (!strcmp(argument, "blocks"))
            o->moved = QN_DIFF_MOVED_BLOCKS;
        else if (!strcmp(argument, "dimmed-zebra") ||
                 !strcmp(argument, "dimmed_zebra"))
            o->moved = QN_DIFF_MOVED_DIMMED_ZEBRA;
        else
            return cli_error(cli, "bad --color-moved argument: %s", argument);
        return 0;
    }
}

static int set_pickaxe(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;

    (void)cli;
    (void)is_negated;
    o->pickaxe = (enum qn_diff_pickaxe_kind)(option->number & 0xffff);
    o->pickaxe_text = argument;
    if (o->pickaxe == QN_DIFF_PICKAXE_OBJECT)
        diff->find_object = argument;
    return 0;
}

static int set_other(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;

    switch (option->number >> 16) {
    case OPT_QUIET:
        diff->is_quiet = diff->has_exit_code = !is_negated;
        return 0;
    case OPT_SUBMODULE:
        if (!argument || !strcmp(argument, "log"))
            o->submodule = QN_DIFF_SUBMODULE_LOG;
        else if (!strcmp(argument, "diff"))
            o->submodule = QN_DIFF_SUBMODULE_DIFF;
        else if (!strcmp(argument, "short"))
            o->submodule = QN_DIFF_SUBMODULE_SHORT;
        else
            return cli_error(cli,
                             "failed to parse --submodule option parameter: "
                             "'%s'",
                             argument);
        return 0;
    case OPT_COMBINED:
        o->combined = (enum qn_diff_combined)(option->number & 0xffff);
        diff->has_merges = true;
        return 0;
    default: /* OPT_FILTER */
        for (; argument && *argument; argument++)
            if (!strchr("ACDMRTUXBacdmrtuxb*", *argument))
                return cli_error(cli,
                                 "unknown change class '%c' in "
                                 "--diff-filter=%s",
                                 *argument, argument);
        return 0;
    }
}

static int set_filter(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct cli_option checked = *option;

    checked.number = (int64_t)OPT_FILTER << 16;
    if (set_other(cli, &checked, argument, is_negated))
        return 1;
    diff->options.filter = argument;
    return 0;
}

#define N(group, value) ((int64_t)(group) << 16 | (value))
#define ITEM(s, l, a, h, f, n, fn)                                             \
    {                                                                          \
        CLI_KIND_CALLBACK, (s), (l), diff, (a), (h), (f), (n), (fn)            \
    }
#define BARE CLI_OPTION_NO_ARGUMENT
#define ONCE (CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE)
#define MAY  CLI_OPTION_OPTIONAL
#define MAYN (CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE)
#define MUST CLI_OPTION_NO_NEGATE

static size_t fill_formats(struct cli_diff *diff, struct cli_option *out)
{
    const struct cli_option table[] = {
        ITEM('p', "patch", NULL, "show the patch", BARE, N(OPT_PATCH, 0),
             set_format),
        ITEM('u', NULL, NULL, "the same", ONCE, N(OPT_PATCH, 0), set_format),
        ITEM('s', NULL, NULL, "show nothing", ONCE, N(OPT_NO_PATCH, 0),
             set_format),
        ITEM('U', "unified", "n", "lines of context", MAYN, N(OPT_UNIFIED, 0),
             set_format),
        CLI_FLAG('W', "function-context", &diff->options.has_function_context,
                 "whole functions as context"),
        ITEM(0, "raw", NULL, "modes, ids, letter, name", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_RAW), set_format),
        ITEM(0, "patch-with-raw", NULL, "both", ONCE, N(OPT_PATCH_WITH_RAW, 0),
             set_format),
        ITEM(0, "patch-with-stat", NULL, "both", ONCE,
             N(OPT_PATCH_WITH_STAT, 0), set_format),
        ITEM(0, "numstat", NULL, "counts for machines", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_NUMSTAT), set_format),
        ITEM(0, "shortstat", NULL, "the last line of --stat", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_SHORTSTAT), set_format),
        ITEM('X', "dirstat", "param,...", "share of each directory", MAYN,
             N(OPT_DIRSTAT, 0), set_format),
        ITEM(0, "cumulative", NULL, "--dirstat=cumulative", ONCE,
             N(OPT_CUMULATIVE, 0), set_format),
        ITEM(0, "dirstat-by-file", "param,...", "--dirstat=files,...", MAYN,
             N(OPT_DIRSTAT_BY_FILE, 0), set_format),
        ITEM(0, "check", NULL, "white space errors", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_CHECK), set_format),
        ITEM(0, "summary", NULL, "creations, renames, modes", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_SUMMARY), set_format),
        ITEM(0, "name-only", NULL, "names only", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_NAME_ONLY), set_format),
        ITEM(0, "name-status", NULL, "letters and names", ONCE,
             N(OPT_FORMAT, QN_DIFF_FORMAT_NAME_STATUS), set_format),
        ITEM(0, "stat", "width,name-width,count", "a histogram", MAYN,
             N(OPT_STAT, 0), set_format),
        ITEM(0, "stat-width", "n", "its width", MUST, N(OPT_STAT_WIDTH, 0),
             set_stat_number),
        ITEM(0, "stat-name-width", "n", "of names", MUST,
             N(OPT_STAT_NAME_WIDTH, 0), set_stat_number),
        ITEM(0, "stat-graph-width", "n", "of bars", MUST,
             N(OPT_STAT_GRAPH_WIDTH, 0), set_stat_number),
        ITEM(0, "stat-count", "n", "rows at most", MUST, N(OPT_STAT_COUNT, 0),
             set_stat_number),
        ITEM(0, "compact-summary", NULL, "--stat with modes", BARE,
             N(OPT_COMPACT_SUMMARY, 0), set_format),
        ITEM(0, "binary", NULL, "patches of binary files", ONCE,
             N(OPT_BINARY, 0), set_format),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

static size_t fill_shape(struct cli_diff *diff, struct cli_option *out)
{
    struct qn_diff_options *o = &diff->options;
    const struct cli_option table[] = {
        CLI_FLAG(0, "full-index", &o->has_full_index, "ids in full"),
        ITEM(0, "color", "when", "colours", MAY, N(OPT_COLOR, 0), set_color),
        ITEM(0, "ws-error-highlight", "kind", "where to mark errors", MUST,
             N(OPT_WS_HIGHLIGHT, 0), set_color),
        CLI_FLAG_WITH('z', NULL, &o->is_nul_terminated, "end with NUL", 0),
        ITEM(0, "abbrev", "n", "digits of ids", MAY, N(OPT_ABBREV, 0),
             set_names),
        CLI_STRING(0, "src-prefix", &o->source_prefix, "prefix",
                   "instead of a/"),
        CLI_STRING(0, "dst-prefix", &o->destination_prefix, "prefix",
                   "instead of b/"),
        CLI_STRING(0, "line-prefix", &o->line_prefix, "prefix",
                   "before every line"),
        ITEM(0, "no-prefix", NULL, "no a/ and b/", ONCE, N(OPT_NO_PREFIX, 0),
             set_names),
        ITEM(0, "default-prefix", NULL, "a/ and b/", ONCE,
             N(OPT_DEFAULT_PREFIX, 0), set_names),
        {CLI_KIND_INTEGER, 0, "inter-hunk-context", &o->inter_hunk, "n",
         "join hunks that are so near", CLI_OPTION_NO_NEGATE, 0, NULL},
        ITEM(0, "output-indicator-new", "char", "instead of +", MUST,
             N(OPT_INDICATOR, 2), set_text),
        ITEM(0, "output-indicator-old", "char", "instead of -", MUST,
             N(OPT_INDICATOR, 1), set_text),
        ITEM(0, "output-indicator-context", "char", "instead of a space", MUST,
             N(OPT_INDICATOR, 0), set_text),
        ITEM('B', "break-rewrites", "n/m", "split rewrites", MAYN,
             N(OPT_BREAK, 0), set_rename),
        ITEM('M', "find-renames", "n", "find renames", MAYN, N(OPT_RENAMES, 0),
             set_rename),
        CLI_FLAG('D', "irreversible-delete", &o->is_irreversible,
                 "no content of deleted files"),
        ITEM('C', "find-copies", "n", "find copies", MAYN, N(OPT_COPIES, 0),
             set_rename),
        CLI_FLAG(0, "find-copies-harder", &o->rename.finds_copies_harder,
                 "look at unchanged files, too"),
        ITEM(0, "no-renames", NULL, "no renames", ONCE, N(OPT_NO_RENAMES, 0),
             set_rename),
        ITEM(0, "rename-empty", NULL, "empty files, too", BARE,
             N(OPT_RENAME_EMPTY, 0), set_rename),
        CLI_FLAG(0, "follow", &diff->has_follow, "follow one file"),
        ITEM('l', NULL, "n", "limit of renames", MUST, N(OPT_LIMIT, 0),
             set_rename),
        ITEM(0, "relative", "prefix", "names below a directory", MAY,
             N(OPT_RELATIVE, 0), set_names),
        CLI_FLAG('a', "text", &o->is_text, "all files are text"),
        CLI_FLAG_WITH('R', NULL, &o->is_reversed, "swap the sides", 0),
        CLI_FLAG(0, "exit-code", &diff->has_exit_code, "1 when they differ"),
        ITEM(0, "quiet", NULL, "no output, --exit-code", BARE, N(OPT_QUIET, 0),
             set_other),
        CLI_FLAG(0, "ext-diff", &o->allows_external, "external drivers"),
        CLI_FLAG(0, "textconv", &o->allows_textconv, "text conversions"),
        CLI_STRING_OPTIONAL(0, "ignore-submodules", &diff->ignore_submodules,
                            "when", "leave submodules out"),
        ITEM(0, "submodule", "format", "how submodules are shown", MAYN,
             N(OPT_SUBMODULE, 0), set_other),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

static size_t fill_text(struct cli_diff *diff, struct cli_option *out)
{
    struct qn_diff_options *o = &diff->options;
    const struct cli_option table[] = {
        ITEM(0, "minimal", NULL, "the smallest difference", ONCE,
             N(OPT_ALGORITHM, QN_TEXT_DIFF_MINIMAL), set_text),
        ITEM('w', "ignore-all-space", NULL, "ignore white space", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_IGNORE_ALL_SPACE), set_text),
        ITEM('b', "ignore-space-change", NULL, "ignore its amount", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_IGNORE_SPACE_CHANGE), set_text),
        ITEM(0, "ignore-space-at-eol", NULL, "at ends of lines", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL), set_text),
        ITEM(0, "ignore-cr-at-eol", NULL, "a carriage return there", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_IGNORE_CR_AT_EOL), set_text),
        ITEM(0, "ignore-blank-lines", NULL, "blank lines", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_IGNORE_BLANK_LINES), set_text),
        CLI_LIST('I', "ignore-matching-lines", &diff->ignored, "regex",
                 "lines that match"),
        ITEM(0, "indent-heuristic", NULL, "place hunks by indentation", BARE,
             N(OPT_SPACE, QN_TEXT_DIFF_INDENT_HEURISTIC), set_text),
        ITEM(0, "patience", NULL, "by unique lines", ONCE,
             N(OPT_ALGORITHM, QN_TEXT_DIFF_PATIENCE), set_text),
        ITEM(0, "histogram", NULL, "by rare lines", ONCE,
             N(OPT_ALGORITHM, QN_TEXT_DIFF_HISTOGRAM), set_text),
        ITEM(0, "diff-algorithm", "algorithm", "one by name", MUST,
             N(OPT_ALGORITHM_NAME, 0), set_text),
        ITEM(0, "anchored", "text", "match these lines first", MUST,
             N(OPT_ANCHORED, 0), set_text),
        ITEM(0, "word-diff", "mode", "words", MAYN, N(OPT_WORD_DIFF, 0),
             set_color),
        ITEM(0, "word-diff-regex", "regex", "what a word is", MUST,
             N(OPT_WORD_REGEX, 0), set_color),
        ITEM(0, "color-words", "regex", "--word-diff=color", MAYN,
             N(OPT_COLOR_WORDS, 0), set_color),
        ITEM(0, "color-moved", "mode", "lines that moved", MAY, N(OPT_MOVED, 0),
             set_color),
        CLI_REFUSED(0, "color-moved-ws"),
        ITEM('S', NULL, "string", "changes its number", MUST,
             N(OPT_PICKAXE, QN_DIFF_PICKAXE_STRING), set_pickaxe),
        ITEM('G', NULL, "regex", "in changed lines", MUST,
             N(OPT_PICKAXE, QN_DIFF_PICKAXE_GREP), set_pickaxe),
        CLI_FLAG_WITH(0, "pickaxe-all", &o->pickaxe_shows_all,
                      "show all files then", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "pickaxe-regex", &diff->is_pickaxe_regex,
                      "-S is a regex", CLI_OPTION_NO_NEGATE),
        {CLI_KIND_FILE, 'O', NULL, &diff->order_file, "file", "order of names",
         0, 0, NULL},
        CLI_STRING(0, "rotate-to", &o->rotate_to, "path", "begin there"),
        CLI_STRING(0, "skip-to", &o->skip_to, "path", "leave out until there"),
        ITEM(0, "find-object", "object", "changes it", MUST,
             N(OPT_PICKAXE, QN_DIFF_PICKAXE_OBJECT), set_pickaxe),
        ITEM(0, "diff-filter", "letters", "only these", MUST, N(OPT_FILTER, 0),
             set_filter),
        ITEM('c', NULL, NULL, "merges against all parents", ONCE,
             N(OPT_COMBINED, QN_DIFF_COMBINED_PLAIN), set_other),
        ITEM(0, "cc", NULL, "the same, dense", ONCE,
             N(OPT_COMBINED, QN_DIFF_COMBINED_DENSE), set_other),
        CLI_FLAG(0, "combined-all-paths", &o->shows_all_paths,
                 "names of all parents"),
        CLI_REFUSED(0, "max-depth"),
        CLI_REFUSED(0, "output"),
        CLI_REFUSED(0, "ita-invisible-in-index"),
        CLI_REFUSED(0, "ita-visible-in-index"),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

int cli_diff_parse(struct cli *cli, struct cli_diff *diff, int argc,
                   char **argv, const struct cli_option *own,
                   const char *const *usage, unsigned flags)
{
    struct cli_option table[256];
    size_t count = 0;
    static const struct cli_option end = CLI_END;

    while (own && own->kind != CLI_KIND_END && count < 128)
        table[count++] = *own++;
    count += fill_formats(diff, table + count);
    count += fill_shape(diff, table + count);
    count += fill_text(diff, table + count);
    table[count] = end;
    return cli_parse(cli, argc, argv, table, usage, flags);
}

static void read_order(struct cli *cli, struct cli_diff *diff)
{
    char *at;

    if (qn_file_read_all(cli->ctx, diff->order_file, &diff->order_text))
        cli_die_with(cli, "could not read order file '%s'", diff->order_file);
    if (!diff->order_text.data)
        return;
    at = (char *)diff->order_text.data;
    while (*at) {
        char *end = strchr(at, '\n');

        if (end)
            *end = '\0';
        if (*at && *at != '#')
            cli_list_add(cli, &diff->order, at);
        if (!end)
            break;
        at = end + 1;
    }
    diff->options.order = diff->order.items;
    diff->options.order_count = diff->order.count;
}

static void finish_formats(struct cli *cli, struct cli_diff *diff,
                           unsigned format)
{
    struct qn_diff_options *o = &diff->options;
    unsigned alone =
        o->formats & (QN_DIFF_FORMAT_NAME_ONLY | QN_DIFF_FORMAT_NAME_STATUS |
                      QN_DIFF_FORMAT_CHECK | QN_DIFF_FORMAT_NONE);

    if (alone & (alone - 1))
        cli_die_with(cli, "options '--name-only', '--name-status', '--check', "
                          "and '-s' cannot be used together");
    if (alone)
        o->formats = alone;
    if (!o->formats)
        o->formats = o->words ? QN_DIFF_FORMAT_PATCH : format;
    if (o->formats &
        (QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_CHECK |
         QN_DIFF_FORMAT_NUMSTAT | QN_DIFF_FORMAT_SHORTSTAT |
         QN_DIFF_FORMAT_DIRSTAT | QN_DIFF_FORMAT_SUMMARY))
        o->is_recursive = true;
    if (o->pickaxe || diff->has_follow || o->rename.finds_copies_harder)
        o->is_recursive = true;
    if ((o->formats & QN_DIFF_FORMAT_STAT) && !o->stat_width &&
        diff->is_porcelain)
        o->stat_width = cli_terminal_width(cli);
}

void cli_diff_finish(struct cli *cli, struct cli_diff *diff, unsigned format)
{
    struct qn_diff_options *o = &diff->options;

    read_environment(cli, diff);
    read_submodules(cli, diff);
    finish_formats(cli, diff, format);
    if (o->rename.finds_copies_harder)
        o->rename.detect = 2;
    o->text.anchors = diff->anchors.items;
    o->text.anchor_count = diff->anchors.count;
    o->ignore_patterns = diff->ignored.items;
    o->ignore_pattern_count = diff->ignored.count;
    if (diff->is_pickaxe_regex && o->pickaxe == QN_DIFF_PICKAXE_STRING)
        o->pickaxe = QN_DIFF_PICKAXE_REGEX;
    if (diff->order_file)
        read_order(cli, diff);
    if (diff->has_relative)
        o->relative = qn_buf_string(&diff->relative);
    if (diff->is_quiet) {
        o->formats = QN_DIFF_FORMAT_NONE;
        o->rename.detect = 0;
    }
    o->abbrev = diff->abbrev;
    o->raw_abbreviates =
        diff->has_abbrev ? diff->abbrev != 0 : diff->has_abbrev_default;
    if (diff->has_abbrev && diff->abbrev == 0)
        o->abbrev = 0;
    o->has_color = (diff->is_porcelain || diff->color) &&
                   cli_wants_color(cli, diff->color, "color.diff");
    if (diff->find_object) {
        struct qn_revision revision = QN_REVISION_INIT;

        if (qn_revision_parse(cli->ctx, &cli->scope, diff->find_object,
                              &revision))
            cli_die_with(cli, "unable to resolve '%s'", diff->find_object);
        o->pickaxe_id = revision.id;
        qn_revision_dispose(&revision);
    }
}

int cli_diff_exit(struct cli *cli, const struct cli_diff *diff, size_t count,
                  const struct qn_patch *patch)
{
    bool degraded = false;
    uint32_t needed = patch ? qn_patch_needed_limit(patch, &degraded) : 0;

    if (needed) {
        if (degraded)
            cli_warning(cli, "only found copies from modified paths due to "
                             "too many files.");
        else
            cli_warning(cli, "exhaustive rename detection was skipped due to "
                             "too many files.");
        cli_warning(cli,
                    "you may want to set your diff.renameLimit variable to at "
                    "least %u and retry the command.",
                    needed);
    }
    if (patch && qn_patch_has_problems(patch))
        return 2 | (diff->has_exit_code && count);
    return diff->has_exit_code && count ? 1 : 0;
}
