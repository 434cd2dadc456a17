/* SPDX-License-Identifier: MIT */
#include "cli/patching.h"
#include "cli/progress.h"
#include "cli/switching.h"
#include "os/file.h"
#include "walk/merge_base.h"

static const char *const usage[] = {
    "git checkout [<options>] <branch>",
    "git checkout [<options>] [<branch>] -- <file>...", NULL};

struct args {
    struct cli_switch how;
    bool takes_skipped, ours, theirs, merge, overlay, nul, detach;
    int overwrite;
    int guess, progress; /* -1: not said */
    const char *conflict, *from_file;
    struct cli_patch_args patching;
};

static bool is_revision(struct cli *cli, const char *text)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool is_one;

    if (strcmp(text, "-") == 0)
        text = "@{-1}";
    if (strstr(text, "...")) {
        struct qn_id base;
        bool found = false;

        is_one = qn_merge_base_of_range(cli->ctx, &cli->scope, text, &base,
                                        &found) == QN_OK &&
                 found;
        cli_forget(cli);
        if (is_one)
            return true;
    }
    is_one = qn_revision_parse(cli->ctx, &cli->scope, text, &revision) == QN_OK;
    cli_forget(cli);
    qn_revision_dispose(&revision);
    return is_one;
}

static bool is_file(struct cli *cli, const char *text)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_there;

    cli_check(cli, cli_absolute_path(cli, text, &path));
    is_there = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return is_there;
}

static int run_patch(struct cli *cli, const struct args *args,
                     const char *source, const struct cli_list *patterns)
{
    struct cli_patch patch = {.revision = source, .patterns = patterns};

    patch.mode = !source                       ? QN_OP_PATCH_CHECKOUT_INDEX
                 : strcmp(source, "HEAD") == 0 ? QN_OP_PATCH_CHECKOUT_HEAD
                                               : QN_OP_PATCH_CHECKOUT_OTHER;
    if (args->how.force)
        cli_die_with(cli, "'%s' cannot be used with updating paths", "--force");
    cli_exclude(cli, args->merge, "--merge", true, "--patch");
    return cli_patch_run(cli, &patch, &args->patching);
}

/* Paths, from the index or from `source`. */
static int run_paths(struct cli *cli, struct args *args, const char *source,
                     struct cli_list *patterns, bool says_count)
{
    struct cli_restore how = {.source = source,
                              .updates_index = true,
                              .updates_files = true,
                              .overlays = args->overlay,
                              .quiet = args->how.quiet,
                              .skips_unmerged = args->how.force && !source,
                              .says_count = says_count,
                              .stage = args->ours     ? 2
                                       : args->theirs ? 3
                                                      : 0,
                              .merges = args->merge,
                              .conflict = args->conflict,
                              .takes_skipped = args->takes_skipped,
                              .refuses_submodules =
                                  args->how.refuses_submodules,
                              .patterns = *patterns};

    if (args->how.track >= 0)
        cli_die_with(cli, "'%s' cannot be used with updating paths", "--track");
    if (args->how.makes_reflog)
        cli_die_with(cli, "'%s' cannot be used with updating paths", "-l");
    if (args->detach && patterns->count == 0)
        cli_die_with(cli, "'%s' cannot be used with updating paths",
                     "--detach");
    if (args->detach)
        cli_die_with(cli,
                     "git checkout: --detach does not take a path argument "
                     "'%s'",
                     patterns->items[0]);
    if (args->how.create || args->how.reset || args->how.orphan)
        cli_die_with(cli,
                     "Cannot update paths and switch to branch '%s' at "
                     "the same time.",
                     args->how.create  ? args->how.create
                     : args->how.reset ? args->how.reset
                                       : args->how.orphan);
    if (args->patching.patch)
        return run_patch(cli, args, source, patterns);
    if (source && (args->merge || args->ours || args->theirs))
        cli_die_with(cli,
                     "'%s', '%s', or '%s' cannot be used when checking "
                     "out of a tree",
                     "--merge", "--ours", "--theirs");
    if (args->how.force + args->merge + (args->ours || args->theirs) > 1)
        cli_die_with(cli, "git checkout: --ours/--theirs, --force and --merge "
                          "are incompatible when\nchecking out of the index.");
    return cli_restore_run(cli, &how);
}

static int run_switch(struct cli *cli, struct args *args, const char *start)
{
    if (args->ours || args->theirs)
        cli_die_with(cli,
                     start ? "'%s' cannot be used with switching branches"
                           : "'%s' needs the paths to check out",
                     "--ours/--theirs");
    args->how.merges = args->merge;
    args->how.conflict = args->conflict;
    args->how.start = start;
    return cli_switch_run(cli, &args->how);
}

static int run(struct cli *cli, struct args *args, int argc, char **argv)
{
    struct cli_list patterns = {0};
    struct qn_buf guessed = QN_BUF_INIT;
    int dashes = -1;

    for (int i = 0; i < argc && dashes < 0; i++) {
        if (strcmp(argv[i], "--") == 0)
            dashes = i;
    }
    if (dashes > 1)
        cli_die_with(cli, "only one reference expected, %d given.", dashes);
    if (args->nul && !args->from_file)
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    if (args->how.orphan && argc > 1)
        cli_switch_check_new(cli, args->how.orphan);
    if (args->from_file) {
        cli_exclude(cli, true, "--pathspec-from-file", args->detach,
                    "--detach");
        if (argc > 1 || dashes >= 0 ||
            (argc == 1 && !is_revision(cli, argv[0])))
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used together",
                         "--pathspec-from-file");
        cli_pathspec_from_file(cli, args->from_file, args->nul, &patterns);
        return run_paths(cli, args, argc > 0 ? argv[0] : NULL, &patterns,
                         false);
    }
    if (dashes >= 0) {
        for (int i = dashes + 1; i < argc; i++)
            cli_list_add(cli, &patterns, argv[i]);
        if (dashes == 1 && !is_revision(cli, argv[0])) {
            if (patterns.count == 0 && args->how.guess &&
                cli_switch_guess(cli, argv[0], false, &guessed)) {
                args->how.create = argv[0];
                args->how.track = 1;
                return run_switch(cli, args, qn_buf_string(&guessed));
            }
            cli_die_with(cli, "invalid reference: %s", argv[0]);
        }
        if (patterns.count == 0 && !args->patching.patch)
            return run_switch(cli, args, dashes == 1 ? argv[0] : NULL);
        return run_paths(cli, args, dashes == 1 ? argv[0] : NULL, &patterns,
                         false);
    }
    if (argc == 0 && args->patching.patch)
        return run_paths(cli, args, NULL, &patterns, false);
    if (argc == 0)
        return run_switch(cli, args, NULL);
    if (is_revision(cli, argv[0])) {
        if (argc == 1 && !args->patching.patch)
            return run_switch(cli, args, argv[0]);
        for (int i = 1; i < argc; i++)
            cli_list_add(cli, &patterns, argv[i]);
        return run_paths(cli, args, argv[0], &patterns, true);
    }
    if (argc == 1 && !args->patching.patch && args->how.guess &&
        args->how.track != 0 && !args->how.create && !args->how.reset &&
        !is_file(cli, argv[0]) &&
        cli_switch_guess(cli, argv[0], false, &guessed)) {
        args->how.create = argv[0];
        args->how.track = 1;
        return run_switch(cli, args, qn_buf_string(&guessed));
    }
    if ((args->how.create || args->how.reset || args->how.orphan) && argc == 1)
        cli_die_with(cli,
                     "'%s' is not a commit and a branch '%s' cannot be created "
                     "from it",
                     argv[0],
                     args->how.create  ? args->how.create
                     : args->how.reset ? args->how.reset
                                       : args->how.orphan);
    for (int i = 0; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    return run_paths(cli, args, NULL, &patterns, true);
}

int cmd_checkout(struct cli *cli, int argc, char **argv)
{
    struct args args = {.how = {.track = -1, .guess = true},
                        .overlay = true,
                        .overwrite = -1,
                        .guess = -1,
                        .progress = -1,
                        .patching = CLI_PATCH_ARGS_INIT};
    const struct cli_option options[] = {
        CLI_STRING('b', NULL, &args.how.create, "branch", "make a branch"),
        CLI_STRING('B', NULL, &args.how.reset, "branch",
                   "make or reset a branch"),
        CLI_FLAG('l', NULL, &args.how.makes_reflog, "with a reflog"),
        CLI_TRISTATE(0, "guess", &args.guess, "a remote branch of that name"),
        CLI_FLAG(0, "overlay", &args.overlay, "never remove (default)"),
        CLI_PATCH_ADVANCE(&args.patching),
        CLI_FLAG('q', "quiet", &args.how.quiet, "say less"),
        CLI_CALLBACK(0, "recurse-submodules", &args.how.refuses_submodules,
                     "checkout", "submodules, too", CLI_OPTION_OPTIONAL,
                     cli_switch_set_recurse),
        CLI_PROGRESS(&args.progress),
        CLI_FLAG('m', "merge", &args.merge, "merge local changes"),
        CLI_STRING(0, "conflict", &args.conflict, "style", "conflict style"),
        CLI_FLAG('d', "detach", &args.detach, "detach HEAD"),
        CLI_CALLBACK('t', "track", &args.how.track, "mode", "set up tracking",
                     CLI_OPTION_OPTIONAL, cli_switch_set_track),
        CLI_FLAG_WITH('f', "force", &args.how.force, "throw local changes away",
                      CLI_OPTION_NO_COMPLETION),
        CLI_STRING(0, "orphan", &args.how.orphan, "new-branch",
                   "a branch without commits"),
        CLI_TRISTATE_WITH(0, "overwrite-ignore", &args.overwrite,
                          "ignored files may be overwritten",
                          CLI_OPTION_NO_COMPLETION),
        CLI_FLAG(0, "ignore-other-worktrees", &args.how.ignores_worktrees,
                 "even if another work tree has it"),
        CLI_FLAG_WITH('2', "ours", &args.ours, "our side of unmerged files",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('3', "theirs", &args.theirs,
                      "their side of unmerged files", CLI_OPTION_NO_NEGATE),
        CLI_FLAG('p', "patch", &args.patching.patch, "choose hunks"),
        CLI_PATCH_CONTEXT(&args.patching),
        CLI_FLAG(0, "ignore-skip-worktree-bits", &args.takes_skipped,
                 "files outside of the sparse checkout, too"),
        CLI_FILE(0, "pathspec-from-file", &args.from_file, "read pathspecs"),
        CLI_FLAG(0, "pathspec-file-nul", &args.nul, "which end with NUL"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_DASHDASH);
    args.how.detach = args.detach;
    args.how.no_overwrite_ignore = args.overwrite == 0;
    args.how.is_plain = args.how.create && !args.how.force && !args.merge &&
                        !args.conflict && !args.how.makes_reflog &&
                        !args.how.ignores_worktrees && args.how.track < 0 &&
                        args.overwrite < 0 && args.guess < 0;
    if ((args.how.create != NULL) + (args.how.reset != NULL) +
            (args.how.orphan != NULL) >
        1)
        cli_die_with(cli,
                     "options '-%c', '-%c', and '%s' cannot be used "
                     "together",
                     'b', 'B', "--orphan");
    if (args.detach && (args.how.create || args.how.reset || args.how.orphan))
        cli_die_with(cli, "'%s' cannot be used with '%s'", "--detach",
                     "-b/-B/--orphan");
    cli_exclude(cli, args.patching.patch && args.from_file,
                "--pathspec-from-file", true, "--patch");
    if (!args.patching.patch)
        cli_patch_check(cli, &args.patching, "--patch");
    if (args.conflict) {
        (void)cli_switch_style(cli, args.conflict);
        args.merge = true;
    }
    cli_open_repo(cli, CLI_OPEN_VIEWS | CLI_OPEN_NEEDS_WORK_TREE);
    cli_hold_objects(cli);
    cli_show_progress(cli,
                      !args.how.quiet && cli_wants_progress(args.progress));
    if (args.guess < 0)
        args.guess = cli_config_bool(cli, "checkout.guess", true);
    args.how.guess = args.guess;
    if (args.how.track >= 0 && !args.how.create && !args.how.reset &&
        !args.how.orphan) {
        const char *slash;

        if (argc == 0 || strcmp(argv[0], "--") == 0)
            cli_die_with(cli, "--track needs a branch name");
        slash = strncmp(argv[0], "refs/", 5) == 0 ? argv[0] + 4 : argv[0] - 1;
        if (strncmp(slash + 1, "remotes/", 8) == 0)
            slash += 8;
        slash = strchr(slash + 1, '/');
        if (!slash || !slash[1])
            cli_die_with(cli, "missing branch name; try -%c", 'b');
        args.how.create = slash + 1;
    }
    return run(cli, &args, argc, argv);
}
