/* SPDX-License-Identifier: MIT */
#include "cli/add_interactive.h"
#include "operation/op_add.h"

static const char *const usage[] = {"git add [<options>] [--] <pathspec>...",
                                    NULL};

struct told {
    struct cli *cli;
    bool is_verbose, is_dry_run, warns_embedded;
    bool has_embedded, has_chmod_fault;
    const char *chmod;
    struct qn_buf ignored, patterns, outside;
    bool has_outside;
};

static void say_outside(struct told *told, struct qn_buf *paths)
{
    if (paths->size == 0)
        return;
    cli_advise_sparse(told->cli, qn_buf_string(paths));
    told->has_outside = true;
    qn_buf_clear(paths);
}

/* Each once, however many of the paths given are below it. */
static void note_ignored(struct told *told, struct qn_bytes path)
{
    struct qn_bytes rest = qn_buf_bytes(&told->ignored), line;

    while (qn_bytes_next(&rest, '\n', &line))
        if (qn_bytes_is_equal(line, path))
            return;
    cli_check(told->cli, qn_buf_printf(told->cli->ctx, &told->ignored, "%.*s\n",
                                       QN_BYTES_ARG(path)));
}

static void tell(void *data, char kind, struct qn_bytes path)
{
    struct told *told = data;
    struct cli *cli = told->cli;
    int size = (int)path.size;

    if (kind == 'A' || kind == 'D') {
        if (told->is_verbose || told->is_dry_run)
            cli_printf(cli, "%s '%.*s'\n", kind == 'A' ? "add" : "remove", size,
                       (const char *)path.data);
    } else if (kind == 'I') {
        note_ignored(told, path);
    } else if (kind == 'S' || kind == 'O') {
        cli_check(cli,
                  qn_buf_printf(cli->ctx,
                                kind == 'S' ? &told->patterns : &told->outside,
                                "%.*s\n", size, (const char *)path.data));
    } else if (kind == 0) {
        say_outside(told, &told->patterns);
    } else if (kind == 'C') {
        (void)cli_error(cli, "cannot chmod %s '%.*s'", told->chmod, size,
                        (const char *)path.data);
        told->has_chmod_fault = true;
    } else if (kind == 'E' && told->warns_embedded) {
        struct qn_buf text = QN_BUF_INIT;

        cli_warning(cli, "adding embedded git repository: %.*s", size,
                    (const char *)path.data);
        if (told->has_embedded)
            return;
        told->has_embedded = true;
        cli_check(
            cli,
            qn_buf_printf(
                cli->ctx, &text,
                "You've added another git repository inside your current "
                "repository.\n"
                "Clones of the outer repository will not contain the contents "
                "of\n"
                "the embedded repository and will not know how to obtain it.\n"
                "If you meant to add a submodule, use:\n\n"
                "\tgit submodule add <url> %.*s\n\n"
                "If you added this path by mistake, you can remove it from "
                "the\n"
                "index with:\n\n"
                "\tgit rm --cached %.*s\n\n"
                "See \"git help submodule\" for more information.",
                size, (const char *)path.data, size, (const char *)path.data));
        cli_advise(cli, "addEmbeddedRepo", qn_buf_string(&text));
        qn_buf_dispose(&text);
    }
}

struct args {
    bool dry_run, force, update, renormalise, intent, refresh, ignore_errors,
        ignore_missing, sparse, nul;
    bool no_embedded_warning, interactive, edit;
    int verbose, all; /* all: -1 not said */
    const char *chmod, *from_file;
};

static int set_all(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = option->number ? is_negated : !is_negated;
    return 0;
}

static int run(struct cli *cli, const struct args *args,
               const struct cli_list *patterns)
{
    struct cli_work work;
    struct told told = {.cli = cli,
                        .is_verbose = args->verbose > 0,
                        .is_dry_run = args->dry_run,
                        .chmod = args->chmod,
                        .warns_embedded = !args->no_embedded_warning};
    struct qn_op_add_options options = {
        .is_update = args->update,
        .keeps_removed = args->all == 0,
        .is_forced = args->force,
        .is_dry_run = args->dry_run,
        .is_intent = args->intent,
        .is_refresh = args->refresh,
        .renormalises = args->renormalise,
        .is_sparse = args->sparse,
        .ignores_errors =
            args->ignore_errors ||
            cli_config_bool(cli, "add.ignoreerrors",
                            cli_config_bool(cli, "add.ignore-errors", false)),
        .ignores_missing = args->ignore_missing,
        .chmod = args->chmod ? args->chmod[0] : 0,
        .each = tell,
        .data = &told};
    struct qn_pathspec *pathspec;
    int code = 0;

    cli_work_open(cli, &work, CLI_WORK_LOCK);
    pathspec = cli_pathspec(cli, patterns->items, patterns->count, 0);
    if (qn_op_add(cli->ctx, &work.tree, work.index, cli->odb, pathspec,
                  &options)) {
        if (options.has_untracked) /* it was said */
            cli_exit(cli, CLI_EXIT_FATAL);
        cli_die(cli);
    }
    if (told.ignored.size > 0) {
        cli_stderr(cli,
                   "The following paths are ignored by one of your .gitignore "
                   "files:\n%s",
                   qn_buf_string(&told.ignored));
        cli_advise(cli, "addIgnoredFile",
                   "Use -f if you really want to add "
                   "them.");
        code = 1;
    }
    say_outside(&told, &told.outside);
    if (told.has_outside)
        code = 1;
    if (options.failed_count > 0)
        code = told.has_chmod_fault || args->renormalise ? 255 : 1;
    if (args->dry_run)
        qn_lock_file_rollback(&work.lock);
    else
        cli_work_commit(cli, &work, false);
    qn_pathspec_free(pathspec);
    qn_buf_dispose(&told.ignored);
    qn_buf_dispose(&told.patterns);
    qn_buf_dispose(&told.outside);
    cli_work_close(&work);
    return code;
}

static int run_patch(struct cli *cli, const struct args *args,
                     const struct cli_patch_args *patching, int argc,
                     char **argv)
{
    struct cli_list patterns = {0};
    struct cli_patch patch = {.mode = QN_OP_PATCH_ADD, .patterns = &patterns};
    int code;

    cli_exclude(cli, args->dry_run, "--dry-run", true, "--interactive/--patch");
    cli_exclude(cli, args->from_file != NULL, "--pathspec-from-file", true,
                "--interactive/--patch");
    for (int i = 0; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    if (patching->patch)
        code = cli_patch_run(cli, &patch, patching);
    else
        code = cli_add_interactive(cli, &patterns, patching, NULL);
    qn_memory_free(patterns.items);
    return code;
}

int cmd_add(struct cli *cli, int argc, char **argv)
{
    struct args args = {.all = -1};
    struct cli_list patterns = {0};
    struct cli_patch_args patching = CLI_PATCH_ARGS_INIT;
    int code;
    bool warns = true;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &args.dry_run, "only show what would be done"),
        CLI_COUNTER('v', "verbose", &args.verbose, "name each file"),
        CLI_GROUP(""),
        CLI_FLAG('i', "interactive", &args.interactive, "choose from a menu"),
        CLI_FLAG('p', "patch", &patching.patch, "choose hunks"),
        CLI_PATCH_ADVANCE(&patching),
        CLI_PATCH_CONTEXT(&patching),
        CLI_FLAG('e', "edit", &args.edit, "edit the difference"),
        CLI_FLAG('f', "force", &args.force, "add ignored files, too"),
        CLI_FLAG('u', "update", &args.update, "only tracked files"),
        CLI_FLAG(0, "renormalize", &args.renormalise,
                 "normalise line ends of tracked files"),
        CLI_FLAG('N', "intent-to-add", &args.intent,
                 "the path now, the content later"),
        CLI_CALLBACK('A', "all", &args.all, NULL,
                     "all changes: new, modified, removed",
                     CLI_OPTION_NO_ARGUMENT, set_all),
        {.kind = CLI_KIND_CALLBACK,
         .long_name = "ignore-removal",
         .value = &args.all,
         .help = "do not enter removals",
         .flags = CLI_OPTION_NO_ARGUMENT,
         .number = 1,
         .callback = set_all},
        CLI_FLAG(0, "refresh", &args.refresh, "only renew stat data"),
        CLI_FLAG(0, "ignore-errors", &args.ignore_errors,
                 "go on past files that cannot be added"),
        CLI_FLAG(0, "ignore-missing", &args.ignore_missing,
                 "names may be missing (with -n)"),
        CLI_FLAG(0, "sparse", &args.sparse, "outside of the cone, too"),
        CLI_STRING(0, "chmod", &args.chmod, "(+|-)x", "set the executable bit"),
        {.kind = CLI_KIND_FLAG,
         .long_name = "warn-embedded-repo",
         .value = &warns,
         .help = "warn of repositories inside (default)",
         .flags = CLI_OPTION_HIDDEN},
        CLI_FILE(0, "pathspec-from-file", &args.from_file, "read pathspecs"),
        CLI_FLAG(0, "pathspec-file-nul", &args.nul, "which end with NUL"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    args.no_embedded_warning = !warns;
    if (patching.patch || args.interactive)
        return run_patch(cli, &args, &patching, argc, argv);
    cli_patch_check(cli, &patching, "--interactive/--patch");
    if (args.edit) {
        cli_exclude(cli, args.from_file != NULL, "--pathspec-from-file", true,
                    "--edit");
        for (int i = 0; i < argc; i++)
            cli_list_add(cli, &patterns, argv[i]);
        return cli_add_edit(cli, &patterns);
    }
    if (args.all > 0 && args.update)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together", "-A",
                     "-u");
    if (args.ignore_missing && !args.dry_run)
        cli_die_with(cli, "the option '%s' requires '%s'", "--ignore-missing",
                     "--dry-run");
    if (args.chmod && strcmp(args.chmod, "+x") != 0 &&
        strcmp(args.chmod, "-x") != 0)
        cli_die_with(cli, "--chmod param '%s' must be either -x or +x",
                     args.chmod);
    for (int i = 0; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    if (args.from_file) {
        if (argc > 0)
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used "
                         "together",
                         "--pathspec-from-file");
        cli_pathspec_from_file(cli, args.from_file, args.nul, &patterns);
    } else if (args.nul) {
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    }
    if (patterns.count == 0 && args.all <= 0 && !args.update) {
        cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE);
        cli_stderr(cli, "Nothing specified, nothing added.\n");
        cli_advise(cli, "addEmptyPathspec",
                   "Maybe you wanted to say 'git add .'?");
        return 0;
    }
    code = run(cli, &args, &patterns);
    qn_memory_free(patterns.items);
    return code;
}

int cmd_stage(struct cli *cli, int argc, char **argv)
{
    return cmd_add(cli, argc, argv);
}
