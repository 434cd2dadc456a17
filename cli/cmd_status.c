/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"
#include "cli/status_view.h"

static const char *const usage[] = {
    "git status [<options>] [--] [<pathspec>...]", NULL};

static int set_column(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_status *args = option->value;

    (void)cli;
    args->has_column = true;
    args->column = is_negated ? "never" : argument ? argument : "always";
    return 0;
}

static void run(struct cli_status *args, int argc, char **argv)
{
    struct cli *cli = args->cli;
    struct qn_pathspec *pathspec;
    struct cli_work work;
    struct qn_ref stash = QN_REF_INIT;
    struct qn_id head;
    bool has_head, has_stash;

    cli_work_open(cli, &work, 0);
    /* Replacement objects and the stash are looked for among the packed refs:
     * damage there ends the command, whatever HEAD is. */
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "refs/stash", &stash,
                                &has_stash));
    qn_ref_dispose(&stash);
    pathspec = cli_pathspec(cli, (const char *const *)argv, (size_t)argc, 0);
    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, NULL, &head,
                                  &has_head));
    cli_show_progress(cli,
                      cli_wants_progress(-1) &&
                          (args->form == CLI_STATUS_LONG ||
                           args->form == CLI_STATUS_SHORT || args->form == 0));
    (void)cli_status_show(args, &work.tree, work.index, has_head ? &head : NULL,
                          argc > 0 ? pathspec : NULL);
    qn_work_tree_write_index_if_free(cli->ctx, cli->repo, work.index);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
}

int cmd_status(struct cli *cli, int argc, char **argv)
{
    struct cli_status args = CLI_STATUS_INIT(cli);
    const struct cli_option options[] = {
        CLI_COUNTER('v', "verbose", &args.verbose, "show changes, too"),
        {.kind = CLI_KIND_SET,
         .short_name = 's',
         .long_name = "short",
         .value = &args.form,
         .help = "one line a file",
         .number = CLI_STATUS_SHORT},
        CLI_TRISTATE('b', "branch", &args.branch, "show the branch"),
        CLI_FLAG(0, "show-stash", &args.show_stash, "count stash entries"),
        CLI_TRISTATE(0, "ahead-behind", &args.ahead_behind,
                     "count commits ahead and behind"),
        CLI_CALLBACK(0, "porcelain", &args.form, "version", "for scripts",
                     CLI_OPTION_OPTIONAL, cli_status_set_porcelain),
        {.kind = CLI_KIND_SET,
         .long_name = "long",
         .value = &args.form,
         .help = "the long form (default)",
         .number = CLI_STATUS_LONG},
        CLI_FLAG('z', "null", &args.nul, "entries end with NUL"),
        CLI_CALLBACK('u', "untracked-files", &args.untracked, "mode",
                     "all, normal, no", CLI_OPTION_OPTIONAL,
                     cli_status_set_untracked),
        CLI_CALLBACK(0, "ignored", &args.ignored, "mode",
                     "traditional, matching, no", CLI_OPTION_OPTIONAL,
                     cli_status_set_ignored),
        CLI_STRING_OPTIONAL(0, "ignore-submodules", &args.submodules, "when",
                            "all, dirty, untracked"),
        CLI_CALLBACK(0, "column", &args, "style", "untracked files in columns",
                     CLI_OPTION_OPTIONAL, set_column),
        CLI_FLAG(0, "no-renames", &args.no_renames, "do not look for renames"),
        {.kind = CLI_KIND_STRING,
         .short_name = 'M',
         .long_name = "find-renames",
         .value = &args.find_renames,
         .argument = "n",
         .help = "look for renames, with a least similarity",
         .flags = CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE},
        {.kind = CLI_KIND_SET,
         .long_name = "json",
         .value = &args.form,
         .help = "as JSON",
         .flags = CLI_OPTION_OWN | CLI_OPTION_NO_NEGATE,
         .number = CLI_STATUS_JSON},
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (args.submodules && !args.submodules[0])
        args.submodules = "all";
    if (args.submodules && strcmp(args.submodules, "all") != 0 &&
        strcmp(args.submodules, "dirty") != 0 &&
        strcmp(args.submodules, "untracked") != 0 &&
        strcmp(args.submodules, "none") != 0)
        cli_die_with(cli, "bad --ignore-submodules argument: %s",
                     args.submodules);
    run(&args, argc, argv);
    cli_status_dispose(&args);
    return 0;
}
