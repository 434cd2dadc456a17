/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"
#include "cli/work.h"
#include "config/config.h"
#include "object/tree.h"
#include "path/safe_path.h"
#include "worktree/unpack.h"

static const char *const usage[] = {
    "git read-tree [(-m [--trivial] [--aggressive] | --reset | "
    "--prefix=<prefix>) [-u | -i]] [--index-output=<file>] [--no-sparse-"
    "checkout] (--empty | <tree-ish1> [<tree-ish2> [<tree-ish3>]])",
    NULL};

struct args {
    bool empty, merge, trivial, aggressive, reset, update, index_only, dry_run,
        no_sparse, quiet;
    int verbose;
    const char *prefix, *index_output, *super_prefix;
    bool has_excludes, recurses;
};

static void check(struct cli *cli, const struct args *args, int count)
{
    bool merges = args->merge || args->reset || args->prefix;

    if (args->merge + args->reset + (args->prefix != NULL) > 1)
        cli_die_with(cli, "Which one? -m, --reset, or --prefix?");
    if ((args->merge || args->reset) && count < 1)
        cli_die_with(cli, "you must specify at least one tree to merge");
    if (count == 0 && !args->empty)
        cli_warning(cli, "read-tree: emptying the index with no arguments is "
                         "deprecated; use --empty");
    else if (count > 0 && args->empty)
        cli_die_with(cli, "passing trees as arguments contradicts --empty");
    if ((args->update || args->index_only) && !merges)
        cli_die_with(cli, "%s is meaningless without -m, --reset, or --prefix",
                     args->update ? "-u" : "-i");
    if (args->update && args->index_only)
        cli_die_with(cli, "-u and -i at the same time makes no sense");
}

/* What was read from one tree is not looked at on the way. */
static bool has_safe_paths(struct cli *cli, const struct cli_work *work)
{
    unsigned flags =
        work->tree.repo ? work->tree.safe_flags : QN_SAFE_PATH_NTFS;

    for (size_t i = 0; i < qn_index_count(work->index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work->index, i);

        if (!qn_safe_path_is_valid(entry->path, entry->mode, flags)) {
            cli_error(cli, "invalid path '%.*s'", QN_BYTES_ARG(entry->path));
            return false;
        }
    }
    return true;
}

/* --index-output: beside, and the index stays as it is. */
static void write_elsewhere(struct cli *cli, struct cli_work *work,
                            const char *path)
{
    struct qn_buf data = QN_BUF_INIT;
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf full = QN_BUF_INIT;

    if (path[0] != '/')
        cli_check(cli, qn_buf_printf(cli->ctx, &full, "%s", cli_prefix(cli)));
    cli_check(cli, qn_buf_append_string(cli->ctx, &full, path));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    if (qn_lock_file_take(cli->ctx, &lock, qn_buf_string(&full), 0666, 0) ||
        qn_work_tree_write_index(cli->ctx, cli->repo, work->index, &lock))
        cli_die_with(cli, "unable to write new index file");
    qn_lock_file_rollback(&lock);
    qn_lock_file_rollback(&work->lock);
    qn_buf_dispose(&data);
    qn_buf_dispose(&full);
}

static int run(struct cli *cli, const struct args *args, int argc, char **argv)
{
    struct qn_id trees[8];
    struct qn_buf prefix = QN_BUF_INIT;
    struct cli_work work;
    bool merges = args->merge || args->reset;
    struct qn_unpack_options options = {.updates = args->update,
                                        .resets = args->reset,
                                        .ignores_files = args->index_only,
                                        .is_dry_run = args->dry_run,
                                        .is_aggressive = args->aggressive,
                                        .ignores_sparse = args->no_sparse,
                                        .is_trivial = args->trivial,
                                        .overwrites_ignored = true,
                                        .prefix = args->prefix};

    if (args->prefix && args->prefix[0]) {
        if (args->prefix[0] == '/')
            cli_die_with(cli, "Invalid prefix, prefix cannot start with '/'");
        cli_check(cli, qn_buf_append_string(cli->ctx, &prefix, args->prefix));
        if (prefix.data[prefix.size - 1] != '/')
            cli_check(cli, qn_buf_append_byte(cli->ctx, &prefix, '/'));
        options.prefix = qn_buf_string(&prefix);
    }
    if (argc > 8)
        cli_die_with(cli, "I cannot read more than %d trees", 8);
    cli_work_open(cli, &work,
                  CLI_WORK_LOCK | (args->update ? 0 : CLI_WORK_NO_TREE) |
                      (merges || args->prefix ? 0 : CLI_WORK_NEW_IF_BAD));
    for (size_t i = 0; args->recurses && i < qn_index_count(work.index); i++)
        if (qn_mode_is_gitlink(qn_index_peek(work.index, i)->mode))
            cli_die_with(cli, "option `recurse-submodules' is not supported "
                              "where there are submodules");
    cli_hold_objects(cli);
    for (int i = 0; i < argc; i++)
        cli_tree_id(cli, argv[i], "failed to unpack tree object ", &trees[i]);
    if (args->merge && qn_index_is_unmerged(work.index))
        cli_die_with(cli, "You need to resolve your current index first");
    cli_show_progress(cli, args->verbose && args->update);
    options.is_initial = !qn_index_has_file(work.index);
    options.kind = merges ? (argc == 1   ? QN_UNPACK_ONE
                             : argc == 2 ? QN_UNPACK_TWO
                                         : QN_UNPACK_THREE)
                          : QN_UNPACK_OVERLAY;
    if (argc == 1 && !merges && !args->prefix && !args->dry_run) {
        cli_check(
            cli, qn_index_read_tree(cli->ctx, work.index, cli->odb, &trees[0]));
        if (!has_safe_paths(cli, &work)) {
            cli_work_close(&work);
            return CLI_EXIT_FATAL;
        }
    } else if (args->empty || argc == 0) {
        qn_index_clear(work.index);
    } else if (qn_unpack_run(cli->ctx, work.tree.repo ? &work.tree : NULL,
                             work.index, cli->odb, trees, (size_t)argc,
                             &options)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite") == 0 ||
            strcmp(qn_ctx_reason(cli->ctx), "worktree.bad-path") == 0) {
            cli_work_close(&work);
            return CLI_EXIT_FATAL;
        }
        cli_die(cli);
    } else if (options.failed_count > 0) {
        cli_work_close(&work);
        return CLI_EXIT_FATAL;
    }
    if (args->dry_run) {
        cli_work_close(&work);
        return 0;
    }
    if (!merges && !args->prefix)
        qn_index_forget_file(work.index);
    if (merges && argc == 1)
        cli_check(cli, qn_index_prime_tree(cli->ctx, work.index, cli->odb,
                                           &trees[0]));
    if (args->index_output)
        write_elsewhere(cli, &work, args->index_output);
    else
        cli_work_commit(cli, &work, true);
    cli_work_close(&work);
    return 0;
}

static int set_excludes(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct args *args = option->value;

    (void)is_negated;
    /* Ignored files may be overwritten without it. */
    if (!args->update)
        cli_die_with(cli, "--exclude-per-directory is meaningless unless -u");
    if (strcmp(argument, ".gitignore") != 0)
        cli_die_with(cli, "--exclude-per-directory argument must be "
                          ".gitignore");
    args->has_excludes = true;
    return 0;
}

static int set_recurses(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    bool is_on = !is_negated;

    if (argument && !qn_config_parse_bool(argument, &is_on))
        cli_die_with(cli, "bad recurse-submodules argument: %s", argument);
    *(bool *)option->value = is_on;
    return 0;
}

int cmd_read_tree(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    const struct cli_option options[] = {
        {CLI_KIND_STRING, 0, "super-prefix", &args.super_prefix, "prefix",
         "only so that it may be said", CLI_OPTION_HIDDEN, 0, NULL},
        {CLI_KIND_STRING, 0, "index-output", &args.index_output, "file",
         "write the index there", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "empty", &args.empty, "only empty the index"),
        CLI_COUNTER('v', "verbose", &args.verbose, "show progress"),
        CLI_GROUP("Merging"),
        CLI_FLAG('m', NULL, &args.merge, "merge, besides reading"),
        CLI_FLAG(0, "trivial", &args.trivial, "only where nothing is to merge"),
        CLI_FLAG(0, "aggressive", &args.aggressive,
                 "three-way merge of adds and removes"),
        CLI_FLAG(0, "reset", &args.reset,
                 "as -m, but unmerged entries are dropped"),
        {CLI_KIND_STRING, 0, "prefix", &args.prefix, "directory/",
         "read the tree below a directory", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG('u', NULL, &args.update, "bring the work tree along"),
        CLI_FLAG('i', NULL, &args.index_only, "do not look at the work tree"),
        {CLI_KIND_CALLBACK, 0, "exclude-per-directory", &args, "gitignore",
         "ignored files may be overwritten (always so)", CLI_OPTION_NO_NEGATE,
         0, set_excludes},
        CLI_FLAG('n', "dry-run", &args.dry_run, "change nothing"),
        CLI_FLAG(0, "no-sparse-checkout", &args.no_sparse,
                 "leave the sparse patterns aside"),
        CLI_REFUSED(0, "debug-unpack"),
        {CLI_KIND_CALLBACK, 0, "recurse-submodules", &args.recurses, "checkout",
         "bring submodules along", CLI_OPTION_OPTIONAL, 0, set_recurses},
        CLI_FLAG('q', "quiet", &args.quiet, "no messages"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    check(cli, &args, argc);
    return run(cli, &args, argc, argv);
}
