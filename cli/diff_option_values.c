/* SPDX-License-Identifier: MIT */
/* What each option for differences sets. */
#include "cli/diff_option_parts.h"

#include "os/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* -s is undone by formats behind it, but for those that stand alone. */
static void add_formats(struct qn_diff_options *o, unsigned formats)
{
    o->formats |= formats;
    if (!(formats & (QN_DIFF_FORMAT_NAME_ONLY | QN_DIFF_FORMAT_NAME_STATUS |
                     QN_DIFF_FORMAT_CHECK)))
        o->formats &= ~(unsigned)QN_DIFF_FORMAT_NONE;
}

static int set_stat(struct cli_diff *diff, const char *argument)
{
    struct qn_diff_options *o = &diff->options;
    const char *at = argument;

    add_formats(o, QN_DIFF_FORMAT_STAT);
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
    struct qn_buf problems = QN_BUF_INIT;

    add_formats(o, QN_DIFF_FORMAT_DIRSTAT);
    if (!argument)
        return 0;
    cli_check(diff->cli,
              qn_diff_options_dirstat(diff->cli->ctx, o, argument, &problems));
    if (problems.size) {
        cli_fatal(diff->cli,
                  "Failed to parse --dirstat/-X option parameter:\n%s",
                  qn_buf_string(&problems));
        cli_exit(diff->cli, CLI_EXIT_FATAL);
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

int cli_diff_set_format(struct cli *cli, const struct cli_option *option,
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
        add_formats(o, (unsigned)option->number & 0xffff);
        return 0;
    case OPT_PATCH:
    case OPT_UNIFIED:
        if (is_negated) {
            o->formats = QN_DIFF_FORMAT_NONE;
            return 0;
        }
        add_formats(o, QN_DIFF_FORMAT_PATCH);
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
        add_formats(o, QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_RAW);
        return 0;
    case OPT_PATCH_WITH_STAT:
        add_formats(o, QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_STAT);
        return 0;
    case OPT_STAT:
        return set_stat(diff, argument);
    case OPT_COMPACT_SUMMARY:
        o->is_compact_summary = !is_negated;
        if (!is_negated)
            add_formats(o, QN_DIFF_FORMAT_STAT);
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
        add_formats(o, QN_DIFF_FORMAT_PATCH);
        return 0;
    }
}

int cli_diff_set_stat_number(struct cli *cli, const struct cli_option *option,
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
    add_formats(o, QN_DIFF_FORMAT_STAT);
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

int cli_diff_set_rename(struct cli *cli, const struct cli_option *option,
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

int cli_diff_set_text(struct cli *cli, const struct cli_option *option,
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

int cli_diff_set_names(struct cli *cli, const struct cli_option *option,
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
        if (diff->has_relative && !is_negated && !argument)
            return 0; /* the directory named before stands */
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

int cli_diff_set_color(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    char problem[256];
    size_t good;

    switch (option->number >> 16) {
    case OPT_COLOR:
        if (argument && strcmp(argument, "always") &&
            strcmp(argument, "auto") && strcmp(argument, "never"))
            return cli_error(cli, "option `color' expects \"always\", "
                                  "\"auto\", or \"never\"");
        diff->color = is_negated ? "never" : argument ? argument : "always";
        return 0;
    case OPT_WS_HIGHLIGHT:
        if (!qn_diff_options_ws_highlight(argument, &o->ws_highlight, &good))
            return cli_error(cli, "unknown value after ws-error-highlight=%.*s",
                             (int)good, argument);
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
    case OPT_MOVED_WS:
        if (is_negated) {
            o->moved_space = 0;
            o->moved_allows_indentation = false;
        } else if (!qn_diff_options_moved_space(o, argument, problem,
                                                sizeof(problem))) {
            cli_error(cli, "%s", problem);
            return cli_error(cli, "invalid mode '%s' in --color-moved-ws",
                             argument);
        }
        return 0;
    default: /* OPT_MOVED */
        if (is_negated) {
            o->moved = QN_DIFF_MOVED_NO;
        } else if (!argument) {
            if (!o->moved)
                o->moved = QN_DIFF_MOVED_ZEBRA;
        } else if (!qn_diff_options_moved(argument, &o->moved)) {
            cli_error(cli, "color moved setting must be one of 'no', "
                           "'default', 'blocks', 'zebra', 'dimmed-zebra', "
                           "'plain'");
            return cli_error(cli, "bad --color-moved argument: %s", argument);
        }
        return 0;
    }
}

int cli_diff_set_pickaxe(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    struct qn_revision revision = QN_REVISION_INIT;

    (void)is_negated;
    o->pickaxe = (enum qn_diff_pickaxe_kind)(option->number & 0xffff);
    diff->pickaxe_kinds |= 1u << o->pickaxe;
    o->pickaxe_text = argument;
    if (o->pickaxe != QN_DIFF_PICKAXE_OBJECT)
        return 0;
    if (!cli->repo ||
        qn_revision_parse(cli->ctx, &cli->scope, argument, &revision))
        return cli_error(cli, "unable to resolve '%s'", argument);
    o->pickaxe_id = revision.id;
    o->pickaxe_text = NULL;
    qn_revision_dispose(&revision);
    return 0;
}

/* --output: from here on all output goes there. */
static void open_output(struct cli *cli, const char *path)
{
    int fd;

    if (qn_file_open(cli->ctx, path,
                     QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE, 0666,
                     &fd)) {
        qn_ctx_clear(cli->ctx);
        cli_die_with(cli, "could not open '%s' for writing: %s", path,
                     strerror(errno));
    }
    cli_flush(cli);
    cli->out_fd = fd;
}

int cli_diff_set_other(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct qn_diff_options *o = &diff->options;
    char *end;

    switch (option->number >> 16) {
    case OPT_QUIET:
        diff->is_quiet = diff->has_exit_code = !is_negated;
        return 0;
    case OPT_SUBMODULE:
        if (!qn_diff_options_submodule(argument ? argument : "log",
                                       &o->submodule))
            return cli_error(cli,
                             "failed to parse --submodule option parameter: "
                             "'%s'",
                             argument);
        return 0;
    case OPT_IGNORE_SUBMODULES:
        o->ignore_submodules_is_given = true;
        if (!qn_diff_options_ignore_submodules(is_negated ? "none"
                                               : argument ? argument
                                                          : "all",
                                               &o->ignore_submodules))
            cli_die_with(cli, "bad --ignore-submodules argument: %s", argument);
        return 0;
    case OPT_MAX_DEPTH:
        o->max_depth = (int)strtol(argument, &end, 10);
        if (!*argument || *end)
            return cli_error(cli, "invalid value for '--max-depth': '%s'",
                             argument);
        o->has_max_depth = true;
        o->is_recursive |= o->max_depth != 0;
        return 0;
    case OPT_ITA:
        o->ita_in_index = (int)(option->number & 1);
        return 0;
    case OPT_BASE:
        diff->stage = (int)(option->number & 0xffff);
        return 0;
    case OPT_OUTPUT:
        open_output(cli, argument);
        diff->output = argument;
        if (!diff->color)
            diff->color = "never";
        return 0;
    case OPT_COMBINED:
        o->shows_all_paths = false; /* asked for behind it, or not at all */
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

/* Letters add up: those in lower case take out of what was asked for before, or
 * of everything. */
static int add_filter(struct cli_diff *diff, const char *argument)
{
    const char *before = diff->options.filter;
    struct qn_buf *all = &diff->filter;
    struct qn_ctx *ctx = diff->cli->ctx;
    const char *p;

    if (!before || strpbrk(before, "abcdefghijklmnopqrstuvwxyz")) {
        cli_check(diff->cli, qn_buf_append_string(ctx, all, argument));
    } else {
        for (p = argument; *p; p++) {
            char *known =
                strchr((char *)all->data, *p >= 'a' ? *p - 'a' + 'A' : *p);

            if (*p >= 'a' && known)
                *known = '-'; /* no letter of a pair */
            else if (*p < 'a' && !known)
                cli_check(diff->cli, qn_buf_append_byte(ctx, all, (uint8_t)*p));
        }
    }
    diff->options.filter = qn_buf_string(all);
    return 0;
}

int cli_diff_set_filter(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct cli_diff *diff = option->value;
    struct cli_option checked = *option;

    checked.number = (int64_t)OPT_FILTER << 16;
    if (cli_diff_set_other(cli, &checked, argument, is_negated))
        return 1;
    return add_filter(diff, argument);
}
