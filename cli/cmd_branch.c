/* SPDX-License-Identifier: MIT */
#include "cli/branching.h"
#include "cli/switching.h"
#include "text/color.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git branch [<options>] [-r | -a] [--merged] [--no-merged]",
    "git branch [<options>] [-f] [--recurse-submodules] <branch-name> "
    "[<start-point>]",
    "git branch [<options>] [-l] [<pattern>...]",
    "git branch [<options>] [-r] (-d | -D) <branch-name>...",
    "git branch [<options>] (-m | -M) [<old-branch>] <new-branch>",
    "git branch [<options>] (-c | -C) [<old-branch>] <new-branch>",
    NULL};

/* What is to be done; several at once are refused. */
struct actions {
    int remove; /* 1: -d, 2: -D */
    int rename; /* 1: -m, 2: -M */
    int copy;   /* 1: -c, 2: -C */
    bool list;
    bool shows_current;
    bool describes;
    const char *upstream;
    bool unsets_upstream;
    bool recurses;
};

static int parse_color(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct ref_listing *listing = option->value;

    if (argument && strcmp(argument, "always") != 0 &&
        strcmp(argument, "auto") != 0 && strcmp(argument, "never") != 0) {
        cli_error(cli, "option `color' expects \"always\", \"auto\", or "
                       "\"never\"");
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    listing->has_color_option = true;
    listing->color = is_negated ? "never" : argument;
    return 0;
}

struct column_option {
    bool has;
    const char *text;
};

static int parse_column(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct column_option *column = option->value;

    (void)cli;
    column->has = true;
    column->text = is_negated ? "never" : argument;
    return 0;
}

/* A colour that is none is found out before anything is done. */
static void check_colors(struct cli *cli)
{
    static const char *const slots[] = {
        "reset", "plain", "remote", "local", "current", "upstream", "worktree"};
    struct qn_buf key = QN_BUF_INIT, color = QN_BUF_INIT;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(slots); i++) {
        const struct qn_config_entry *entry;

        qn_buf_clear(&key);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &key, "color.branch.%s", slots[i]));
        entry = qn_config_find(cli_config(cli), qn_buf_string(&key));
        if (!entry || !entry->value ||
            !qn_color_parse(cli->ctx, qn_bytes_from_string(entry->value),
                            &color))
            continue;
        cli_forget(cli);
        cli_error(cli, "invalid color value: %s", entry->value);
        if (qn_config_fail_entry(cli->ctx, entry))
            cli_die(cli);
    }
    qn_buf_dispose(&key);
    qn_buf_dispose(&color);
}

static int count_actions(const struct actions *actions)
{
    return !!actions->remove + !!actions->rename + !!actions->copy +
           actions->list + actions->shows_current + actions->describes +
           !!actions->upstream + actions->unsets_upstream;
}

static int show_current(struct cli *cli)
{
    const char *name = branch_current(cli);

    if (name)
        cli_printf(cli, "%s\n", name);
    return 0;
}

/* Filters make a listing of what would else be a new branch. */
static bool is_listing(const struct branch_options *options, int argc)
{
    return argc == 0 || options->listing.commits.count > 0;
}

static int run(struct cli *cli, struct branch_options *options,
               const struct actions *actions, int argc, char **argv)
{
    if (actions->shows_current)
        return show_current(cli);
    if (actions->remove) {
        options->force |= actions->remove == 2;
        return branch_delete(cli, options, argc, argv);
    }
    if (actions->rename || actions->copy) {
        options->force |= actions->rename == 2 || actions->copy == 2;
        return branch_rename(cli, options, actions->copy != 0, argc, argv);
    }
    if (actions->describes) {
        if (argc > 1)
            cli_die_with(cli,
                         "cannot edit description of more than one branch");
        return branch_describe(cli, argc ? argv[0] : NULL);
    }
    if (actions->upstream) {
        if (argc > 1)
            cli_die_with(cli, "too many arguments to set new upstream");
        return branch_set_upstream(cli, options, actions->upstream,
                                   argc ? argv[0] : NULL);
    }
    if (actions->unsets_upstream) {
        if (argc > 1)
            cli_die_with(cli, "too many arguments to unset upstream");
        return branch_unset_upstream(cli, argc ? argv[0] : NULL);
    }
    if (actions->list || is_listing(options, argc)) {
        cli_start_pager(cli, true);
        return branch_list(cli, options, argc, argv);
    }
    if (options->listing.is_json)
        cli_die_with(cli, "the '%s' option is only allowed in list mode",
                     "--json");
    if (options->shown != BRANCH_LOCAL)
        cli_die_with(cli,
                     "the -a, and -r, options to 'git branch' do not take a "
                     "branch name.\nDid you mean to use: -a|-r --list "
                     "<pattern>?");
    return branch_create(cli, options, argv[0], argc > 1 ? argv[1] : NULL);
}

/* The branch we are on may not be born yet, but not be damaged. */
static void check_head(struct cli *cli)
{
    struct qn_ref head = QN_REF_INIT;
    struct qn_ref own = QN_REF_INIT;
    bool found = false;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
    if (head.is_broken)
        cli_die_with(cli, "failed to resolve HEAD as a valid ref");
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &own, &found));
    if (found && own.is_symbolic &&
        !qn_bytes_has_prefix(qn_buf_bytes(&own.target), "refs/heads/"))
        cli_die_with(cli, "HEAD not found below refs/heads!");
    qn_ref_dispose(&head);
    qn_ref_dispose(&own);
}

int cmd_branch(struct cli *cli, int argc, char **argv)
{
    struct branch_options branch = {.abbrev = -1, .track = -1};
    struct actions actions = {.remove = 0};
    struct column_option column = {.has = false};
    const struct cli_option options[] = {
        CLI_GROUP("Which branches, and how"),
        CLI_COUNTER('v', "verbose", &branch.verbose,
                    "ids and subjects; twice: upstreams"),
        CLI_FLAG('q', "quiet", &branch.quiet, "say less"),
        CLI_CALLBACK('t', "track", &branch.track, "(direct|inherit)",
                     "set up tracking", CLI_OPTION_OPTIONAL,
                     cli_switch_set_track),
        CLI_FLAG_WITH(0, "set-upstream", &branch.sets_upstream, "(gone)",
                      CLI_OPTION_HIDDEN),
        CLI_STRING('u', "set-upstream-to", &actions.upstream, "upstream",
                   "change what is tracked"),
        CLI_FLAG(0, "unset-upstream", &actions.unsets_upstream,
                 "track nothing"),
        CLI_CALLBACK(0, "color", &branch.listing, "when", "use colours",
                     CLI_OPTION_OPTIONAL, parse_color),
        CLI_SET('r', "remotes", &branch.shown, BRANCH_REMOTE,
                "remote-tracking branches"),
        REF_LISTING_CONTAINS(&branch.listing),
        REF_LISTING_WITH(&branch.listing),
        CLI_ABBREV(&branch.abbrev),
        CLI_SET('a', "all", &branch.shown, BRANCH_ALL, "both kinds"),
        CLI_TRISTATE('d', "delete", &actions.remove, "delete a merged branch"),
        CLI_SET('D', NULL, &actions.remove, 2, "delete any branch"),
        CLI_TRISTATE('m', "move", &actions.rename, "rename, with its reflog"),
        CLI_SET('M', NULL, &actions.rename, 2, "the same over another"),
        CLI_FLAG(0, "omit-empty", &branch.listing.omits_empty,
                 "no lines for branches that expand to nothing"),
        CLI_TRISTATE('c', "copy", &actions.copy, "copy, with its reflog"),
        CLI_SET('C', NULL, &actions.copy, 2, "the same over another"),
        CLI_FLAG('l', "list", &actions.list, "list names"),
        CLI_FLAG(0, "show-current", &actions.shows_current,
                 "the branch we are on"),
        CLI_FLAG(0, "create-reflog", &branch.makes_log, "make a reflog"),
        CLI_FLAG(0, "edit-description", &actions.describes,
                 "edit what a branch is for"),
        CLI_FLAG_WITH('f', "force", &branch.force, "even if it is there",
                      CLI_OPTION_NO_COMPLETION),
        REF_LISTING_MERGED(&branch.listing),
        CLI_CALLBACK(0, "column", &column, "style", "list in columns",
                     CLI_OPTION_OPTIONAL, parse_column),
        CLI_LIST(0, "sort", &branch.listing.sort, "key", "field to sort by"),
        REF_LISTING_POINTS_AT(&branch.listing, 0),
        CLI_FLAG('i', "ignore-case", &branch.listing.filter.ignores_case,
                 "case does not matter"),
        CLI_FLAG(0, "recurse-submodules", &actions.recurses,
                 "in submodules, too"),
        CLI_STRING(0, "format", &branch.format, "format",
                   "how to show a branch"),
        CLI_JSON(&branch.listing.is_json),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_refs(cli);
    if (branch.sets_upstream && !actions.list)
        cli_die_with(cli, "the '--set-upstream' option is no longer "
                          "supported. Please use '--track' or "
                          "'--set-upstream-to' instead");
    if (actions.recurses &&
        !cli_config_bool(cli, "submodule.propagatebranches", false))
        cli_die_with(cli, "branch with --recurse-submodules can only be used "
                          "if submodule.propagateBranches is enabled");
    if (actions.recurses)
        cli_die_with(cli, "--recurse-submodules is not supported yet");
    check_head(cli);
    check_colors(cli);
    if (branch.listing.commits.count)
        actions.list = true;
    if (count_actions(&actions) > 1 ||
        (count_actions(&actions) == 0 && argc > 2 &&
         !branch.listing.commits.count))
        cli_usage(cli, usage, options);
    branch.wants_columns = cli_columns_decide(cli, "branch", column.text,
                                              column.has, &branch.columns);
    if (branch.verbose && branch.wants_columns) {
        if (column.has)
            cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                         "--column", "--verbose");
        branch.wants_columns = false;
    }
    return run(cli, &branch, &actions, argc, argv);
}
