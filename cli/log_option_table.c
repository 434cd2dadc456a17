/* SPDX-License-Identifier: MIT */
/* The options that log and show have beside those for differences and for the
 * walk. */
#include "cli/log_option_parts.h"

#include <stdlib.h>
#include <string.h>

enum { SET_ONELINE, SET_EXPAND, SET_RELATIVE_DATE, SET_LINE_BREAK };

static int set_decorate(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    const char **style = option->value;

    (void)cli;
    *style = is_negated ? "no" : argument ? argument : "";
    return 0;
}

static int set_form(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    struct cli_log *log = option->value;
    char *end;

    switch (option->number) {
    case SET_ONELINE:
        log->format = "oneline";
        log->abbrev_commit = 1;
        return 0;
    case SET_EXPAND:
        log->expand_tabs = is_negated ? 0 : 8;
        if (argument) {
            log->expand_tabs = (int)strtol(argument, &end, 10);
            if (!*argument || *end || log->expand_tabs < 0)
                cli_die_with(cli, "'%s': not a non-negative integer", argument);
        }
        return 0;
    case SET_RELATIVE_DATE:
        log->date = "relative";
        return 0;
    default: /* SET_LINE_BREAK */
        log->line_break =
            argument ? argument : "                    ..........";
        return 0;
    }
}

#define FORM(l, a, h, f, n)                                                    \
    {                                                                          \
        CLI_KIND_CALLBACK, 0, (l), log, (a), (h), (f), (n), set_form           \
    }
#define MERGES(s, l, a, h, f, n)                                               \
    {                                                                          \
        CLI_KIND_CALLBACK, (s), (l), log, (a), (h), (f), (n),                  \
            cli_log_set_merges                                                 \
    }
#define NOTES(l, a, h, f, n)                                                   \
    {                                                                          \
        CLI_KIND_CALLBACK, 0, (l), log, (a), (h), (f), (n), cli_log_set_notes  \
    }
#define ONCE (CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE)

static size_t fill_forms(struct cli_log *log, struct cli_option *out)
{
    const struct cli_option table[] = {
        CLI_FLAG('q', "quiet", &log->is_quiet, "no differences"),
        CLI_FLAG(0, "source", &log->shows_source,
                 "the tip by which a commit was reached"),
        {CLI_KIND_SET, 0, "use-mailmap", &log->mailmap_wanted, NULL,
         "map names", 0, 1, NULL},
        CLI_FLAG_WITH(0, "i-still-use-this", &log->still_uses_this,
                      "run whatchanged", CLI_OPTION_HIDDEN),
        {CLI_KIND_SET, 0, "mailmap", &log->mailmap_wanted, NULL, "map names",
         CLI_OPTION_ALIAS, 1, NULL},
        CLI_FLAG_WITH(0, "clear-decorations", &log->clear_decorations,
                      "every ref is a name", CLI_OPTION_NO_NEGATE),
        CLI_LIST(0, "decorate-refs", &log->decorate_refs, "pattern",
                 "only these names"),
        CLI_LIST(0, "decorate-refs-exclude", &log->decorate_refs_exclude,
                 "pattern", "not these names"),
        CLI_CALLBACK(0, "decorate", &log->decorate_style, "style",
                     "names of commits", CLI_OPTION_OPTIONAL, set_decorate),
        CLI_GROUP("How commits are shown"),
        CLI_STRING_OPTIONAL(0, "pretty", &log->format, "format",
                            "the form of a commit"),
        CLI_STRING(0, "format", &log->format, "format", "the same"),
        FORM("oneline", NULL, "a line for each commit", ONCE, SET_ONELINE),
        CLI_SET(0, "abbrev-commit", &log->abbrev_commit, 1, "short ids"),
        CLI_SET(0, "no-abbrev-commit", &log->abbrev_commit, 0, "full ids"),
        CLI_STRING(0, "date", &log->date, "mode", "the form of dates"),
        FORM("relative-date", NULL, "--date=relative", ONCE, SET_RELATIVE_DATE),
        CLI_STRING(0, "encoding", &log->encoding, "name",
                   "the encoding of the output"),
        FORM("expand-tabs", "n", "tabs become spaces", CLI_OPTION_OPTIONAL,
             SET_EXPAND),
        CLI_FLAG(0, "show-signature", &log->shows_signature,
                 "check signatures"),
        CLI_FLAG_WITH(0, "log-size", &log->has_log_size,
                      "how long each entry is", CLI_OPTION_NO_NEGATE),
        FORM("show-linear-break", "barrier", "where the line of commits breaks",
             CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, SET_LINE_BREAK),
        {CLI_KIND_INTEGER, 0, "graph-lane-limit", &log->lane_limit, "n",
         "draw so many lines at most", CLI_OPTION_NO_NEGATE, 0, NULL},
        NOTES("notes", "ref", "show the notes of commits", CLI_OPTION_OPTIONAL,
              0),
        NOTES("show-notes", "ref", "the same", CLI_OPTION_OPTIONAL, 1),
        NOTES("standard-notes", NULL, "the usual notes", CLI_OPTION_NO_ARGUMENT,
              2),
        NOTES("show-notes-by-default", NULL, "the usual notes", ONCE, 3),
    };

    memcpy(out, table, sizeof(table));
    return QN_COUNT_OF(table);
}

void cli_log_fill_table(struct cli_log *log, struct cli_option *out,
                        size_t room)
{
    const struct cli_option table[] = {
        MERGES('m', NULL, NULL, "merges, too", ONCE, 0),
        MERGES('c', NULL, NULL, "merges against all parents", ONCE,
               CLI_LOG_MERGES_COMBINED),
        MERGES(0, "cc", NULL, "the same, dense", ONCE, CLI_LOG_MERGES_DENSE),
        MERGES(0, "dd", NULL, "merges against the first parent", ONCE,
               CLI_LOG_MERGES_FIRST_PARENT),
        MERGES(0, "remerge-diff", NULL, "merges against the merge made again",
               ONCE, CLI_LOG_MERGES_REMERGE),
        MERGES(0, "diff-merges", "mode", "how merges are compared", 0, 0),
        CLI_FLAG(0, "root", &log->shows_root_by_option,
                 "the first commit, too"),
        CLI_FLAG_WITH(0, "full-diff", &log->has_full_diff,
                      "all of what a commit changed", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('t', NULL, &log->diff.options.shows_trees,
                      "directories, too", 0),
        CLI_FLAG_WITH('r', NULL, &log->diff.options.is_recursive, "always so",
                      0),
        CLI_LIST('L', NULL, &log->line_ranges, "start,end:file",
                 "follow lines"),
        CLI_END};
    size_t used = fill_forms(log, out);

    if (used + QN_COUNT_OF(table) > room)
        abort();
    memcpy(out + used, table, sizeof(table));
    /* Git's words are those before the heading. */
    for (used = 0; out[used].kind != CLI_KIND_GROUP; used++)
        ;
    for (; out[used].kind; used++)
        out[used].flags |= CLI_OPTION_UNLISTED;
    log->diff.is_unlisted = true;
}
