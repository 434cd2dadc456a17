/* SPDX-License-Identifier: MIT */
#include "cli/patching.h"
#include "cli/progress.h"
#include "cli/switching.h"

static const char *const usage[] = {
    "git restore [<options>] [--source=<tree>] [--staged] [--worktree] "
    "[--] <pathspec>...",
    NULL};

static int run_patch(struct cli *cli, const struct cli_restore *how,
                     bool staged, bool worktree,
                     const struct cli_patch_args *args)
{
    bool is_head = how->source && strcmp(how->source, "HEAD") == 0;
    struct cli_patch patch = {.revision = how->source,
                              .patterns = &how->patterns};

    if (!staged)
        patch.mode = !how->source ? QN_OP_PATCH_CHECKOUT_INDEX
                     : is_head    ? QN_OP_PATCH_WORK_HEAD
                                  : QN_OP_PATCH_WORK_OTHER;
    else if (!worktree)
        patch.mode = is_head ? QN_OP_PATCH_RESET_HEAD : QN_OP_PATCH_RESET_OTHER;
    else
        patch.mode =
            is_head ? QN_OP_PATCH_CHECKOUT_HEAD : QN_OP_PATCH_CHECKOUT_OTHER;
    return cli_patch_run(cli, &patch, args);
}

static void check_source(struct cli *cli, const char *source)
{
    struct qn_revision revision = QN_REVISION_INIT;

    if (!strstr(source, "...") &&
        qn_revision_parse(cli->ctx, &cli->scope, source, &revision))
        cli_die_with(cli, "could not resolve '%s'", source);
    qn_revision_dispose(&revision);
}

int cmd_restore(struct cli *cli, int argc, char **argv)
{
    struct cli_restore how = {0};
    int wants_staged = -1, wants_worktree = -1;
    bool staged = false, worktree = false, ours = false, theirs = false,
         merge = false, nul = false;
    int progress = -1;
    const char *from_file = NULL, *conflict = NULL;
    struct cli_patch_args patching = CLI_PATCH_ARGS_INIT;
    const struct cli_option options[] = {
        CLI_STRING('s', "source", &how.source, "tree-ish",
                   "where to take them from"),
        CLI_TRISTATE('S', "staged", &wants_staged, "restore the index"),
        CLI_TRISTATE('W', "worktree", &wants_worktree,
                     "restore the work tree (default)"),
        CLI_FLAG(0, "ignore-unmerged", &how.skips_unmerged,
                 "leave unmerged entries"),
        CLI_FLAG(0, "overlay", &how.overlays, "never remove"),
        CLI_FLAG('q', "quiet", &how.quiet, "say less"),
        CLI_CALLBACK(0, "recurse-submodules", &how.refuses_submodules,
                     "checkout", "submodules, too", CLI_OPTION_OPTIONAL,
                     cli_switch_set_recurse),
        CLI_PROGRESS(&progress),
        CLI_FLAG('m', "merge", &merge, "make conflicts anew"),
        CLI_STRING(0, "conflict", &conflict, "style", "conflict style"),
        CLI_FLAG_WITH('2', "ours", &ours, "our side of unmerged files",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('3', "theirs", &theirs, "their side of unmerged files",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG('p', "patch", &patching.patch, "choose hunks"),
        CLI_PATCH_CONTEXT(&patching),
        CLI_FLAG(0, "ignore-skip-worktree-bits", &how.takes_skipped,
                 "files outside of the sparse checkout, too"),
        CLI_FILE(0, "pathspec-from-file", &from_file, "read pathspecs"),
        CLI_FLAG(0, "pathspec-file-nul", &nul, "which end with NUL"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    staged = wants_staged > 0;
    worktree = wants_worktree > 0;
    if (!staged && !worktree && (wants_staged == 0 || wants_worktree == 0))
        cli_die_with(cli, "neither '%s' or '%s' is specified", "--staged",
                     "--worktree");
    if (!staged && !worktree)
        worktree = true;
    if (staged && (ours || theirs))
        cli_die_with(cli, "'%s' or '%s' cannot be used with %s", "--ours",
                     "--theirs", "--staged");
    if (staged && (merge || conflict))
        cli_die_with(cli, "'%s' or '%s' cannot be used with %s", "--merge",
                     "--conflict", "--staged");
    if (merge && (ours || theirs))
        cli_die_with(cli, "git checkout: --ours/--theirs, --force and --merge "
                          "are incompatible when\nchecking out of the index.");
    cli_exclude(cli, patching.patch && merge, "--merge", true, "--patch");
    cli_exclude(cli, patching.patch && from_file, "--pathspec-from-file", true,
                "--patch");
    if (how.source && (merge || conflict || ours || theirs))
        cli_die_with(cli,
                     "'%s', '%s', or '%s' cannot be used when checking "
                     "out of a tree",
                     "--merge", "--ours", "--theirs");
    if (conflict)
        (void)cli_switch_style(cli, conflict);
    how.merges = merge;
    how.conflict = conflict;
    for (int i = 0; i < argc; i++)
        cli_list_add(cli, &how.patterns, argv[i]);
    if (from_file) {
        if (argc > 0)
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used together",
                         "--pathspec-from-file");
        cli_pathspec_from_file(cli, from_file, nul, &how.patterns);
    } else if (nul) {
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    }
    if (!patching.patch)
        cli_patch_check(cli, &patching, "--patch");
    if (how.patterns.count == 0 && !patching.patch)
        cli_die_with(cli, "you must specify path(s) to restore");
    cli_open_repo(cli, CLI_OPEN_VIEWS | CLI_OPEN_NEEDS_WORK_TREE);
    cli_hold_objects(cli);
    if (staged && !how.source)
        how.source = "HEAD";
    if (how.source)
        check_source(cli, how.source);
    if (patching.patch)
        return run_patch(cli, &how, staged, worktree, &patching);
    how.updates_index = staged;
    how.updates_files = worktree;
    how.stage = ours ? 2 : theirs ? 3 : 0;
    return cli_restore_run(cli, &how);
}
