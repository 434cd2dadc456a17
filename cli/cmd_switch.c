/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"
#include "cli/switching.h"

static const char *const usage[] = {
    "git switch [<options>] [<branch>]",
    "git switch (-c|-C) <new-branch> [<start-point>]",
    "git switch --detach [<start-point>]", "git switch --orphan <new-branch>",
    NULL};

int cmd_switch(struct cli *cli, int argc, char **argv)
{
    struct cli_switch how = {.is_switch = true, .track = -1, .guess = true};
    bool discard = false, merge = false, detach = false, overwrite = true;
    const char *conflict = NULL;
    int guess = -1, progress = -1;
    struct qn_buf guessed = QN_BUF_INIT;
    const struct cli_option options[] = {
        CLI_STRING('c', "create", &how.create, "branch", "make a branch"),
        CLI_STRING('C', "force-create", &how.reset, "branch",
                   "make or reset a branch"),
        CLI_TRISTATE(0, "guess", &guess, "a remote branch of that name"),
        CLI_FLAG(0, "discard-changes", &discard, "throw local changes away"),
        CLI_FLAG('q', "quiet", &how.quiet, "say less"),
        CLI_CALLBACK(0, "recurse-submodules", &how.refuses_submodules,
                     "checkout", "submodules, too", CLI_OPTION_OPTIONAL,
                     cli_switch_set_recurse),
        CLI_PROGRESS(&progress),
        CLI_FLAG('m', "merge", &merge, "merge local changes"),
        CLI_STRING(0, "conflict", &conflict, "style", "conflict style"),
        CLI_FLAG('d', "detach", &detach, "detach HEAD"),
        CLI_CALLBACK('t', "track", &how.track, "mode", "set up tracking",
                     CLI_OPTION_OPTIONAL, cli_switch_set_track),
        CLI_FLAG_WITH('f', "force", &how.force, "throw local changes away",
                      CLI_OPTION_NO_COMPLETION),
        CLI_STRING(0, "orphan", &how.orphan, "new-branch",
                   "a branch without commits"),
        CLI_FLAG_WITH(0, "overwrite-ignore", &overwrite,
                      "ignored files may be overwritten",
                      CLI_OPTION_NO_COMPLETION),
        CLI_FLAG(0, "ignore-other-worktrees", &how.ignores_worktrees,
                 "even if another work tree has it"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_DASHDASH);
    if (discard && merge)
        cli_die_with(cli, "'%s' cannot be used with '%s'", "--discard-changes",
                     "--merge");
    if (how.force && (merge || conflict))
        cli_die_with(cli, "'%s' cannot be used with '%s'", "-f", "-m");
    if (conflict)
        (void)cli_switch_style(cli, conflict);
    how.merges = merge || conflict;
    how.conflict = conflict;
    if ((how.create != NULL) + (how.reset != NULL) + (how.orphan != NULL) > 1)
        cli_die_with(cli,
                     "options '-%c', '-%c', and '%s' cannot be used "
                     "together",
                     'c', 'C', "--orphan");
    how.discards = discard && !how.force;
    how.force |= discard;
    how.detach = detach;
    how.no_overwrite_ignore = !overwrite;
    if (detach && (how.create || how.reset || how.orphan))
        cli_die_with(cli, "'%s' cannot be used with '%s'", "--detach",
                     "-b/-B/--orphan");
    if (argc > 0 && strcmp(argv[0], "--") == 0)
        argv++, argc--;
    if (argc > 1 && strcmp(argv[1], "--") == 0)
        argc = 1;
    if (argc > 1)
        cli_die_with(cli, "only one reference expected");
    if (argc == 0 && !how.create && !how.reset && !how.orphan && !detach)
        cli_die_with(cli, "missing branch or commit argument");
    if (how.orphan && argc > 0)
        cli_die_with(cli, "'%s' cannot take <start-point>", "--orphan");
    cli_open_repo(cli, CLI_OPEN_VIEWS | CLI_OPEN_NEEDS_WORK_TREE);
    cli_hold_objects(cli);
    cli_show_progress(cli, !how.quiet && cli_wants_progress(progress));
    how.start = argc > 0 ? argv[0] : NULL;
    how.guess =
        guess < 0 ? cli_config_bool(cli, "checkout.guess", true) : guess;
    if (how.track >= 0 && !how.create && !how.reset && how.start) {
        const char *name = how.start;
        const char *slash;

        if (strncmp(name, "refs/", 5) == 0)
            name += 5;
        if (strncmp(name, "remotes/", 8) == 0)
            name += 8;
        slash = strchr(name, '/');
        if (!slash || !slash[1])
            cli_die_with(cli, "missing branch name; try -%c", 'c');
        how.create = slash + 1;
    }
    if (how.start && how.guess && how.track != 0 && !detach && !how.create &&
        !how.reset && strcmp(how.start, "-") != 0) {
        struct qn_revision revision = QN_REVISION_INIT;

        if (qn_revision_parse(cli->ctx, &cli->scope, how.start, &revision)) {
            cli_forget(cli);
            if (cli_switch_guess(cli, how.start, true, &guessed)) {
                how.create = how.start;
                how.start = qn_buf_string(&guessed);
                how.track = 1;
            }
        }
        qn_revision_dispose(&revision);
    }
    return cli_switch_run(cli, &how);
}
