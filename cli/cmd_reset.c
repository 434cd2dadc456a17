/* SPDX-License-Identifier: MIT */
#include "cli/patching.h"
#include "cli/progress.h"
#include "cli/switching.h"
#include "cli/trace.h"
#include "operation/op_reset.h"
#include "os/file.h"
#include "walk/revision_args.h"
#include "worktree/status.h"

static const char *const usage[] = {
    "git reset [--mixed | --soft | --hard | --merge | --keep] [-q] [<commit>]",
    "git reset [-q] [<tree-ish>] [--] <pathspec>...",
    "git reset [-q] [--pathspec-from-file [--pathspec-file-nul]] [<tree-ish>]",
    NULL};

enum { MODE_NONE = 0, MODE_MIXED, MODE_SOFT, MODE_HARD, MODE_MERGE, MODE_KEEP };

static const char *const mode_names[] = {"",     "mixed", "soft",
                                         "hard", "merge", "keep"};

struct args {
    int mode;
    bool quiet, intent, nul, no_refresh_given;
    int refresh; /* -1: not said */
    bool refuses_submodules;
    const char *from_file;
    struct cli_patch_args patching;
};

struct listing {
    struct cli *cli;
    bool has_any;
};

static void list_one(void *data, char kind, struct qn_bytes path)
{
    struct listing *listing = data;

    if (!listing->has_any)
        cli_puts(listing->cli, "Unstaged changes after reset:\n");
    listing->has_any = true;
    /* As it is: these names are not quoted. */
    cli_printf(listing->cli, "%c\t%.*s\n", kind, QN_BYTES_ARG(path));
}

static int set_refresh(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

static int run_paths(struct cli *cli, const struct args *args,
                     const char *source, struct cli_list *patterns)
{
    struct qn_op_restore_options options = {.updates_index = true,
                                            .refuses_bad_paths = true,
                                            .leaves_intent = args->intent};
    struct listing listing = {cli, false};
    struct cli_work work;
    struct qn_pathspec *pathspec;
    struct qn_id tree;
    enum qn_status status;

    cli_work_open(cli, &work, CLI_WORK_LOCK | CLI_WORK_NO_TREE);
    if (source) {
        cli_tree_id(cli, source, "Could not parse object '", &tree);
    } else {
        bool found;
        struct qn_id commit;

        cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &commit,
                                      &tree, &found));
        if (!found)
            tree = *qn_id_empty_tree(qn_repo_algorithm(cli->repo));
    }
    options.tree = &tree;
    pathspec = cli_pathspec(cli, patterns->items, patterns->count, 0);
    options.matched =
        qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    if (!options.matched)
        cli_die(cli);
    status = qn_op_restore(cli->ctx, cli->odb, &work.tree, work.index, pathspec,
                           &options);
    /* What matches nothing is nothing to reset. */
    if (status && strcmp(qn_ctx_reason(cli->ctx), "path.unmatched") != 0)
        cli_die(cli);
    qn_ctx_clear(cli->ctx);
    if (work.tree.repo && args->refresh)
        cli_check(cli,
                  qn_op_reset_list(cli->ctx, &work.tree, work.index,
                                   args->quiet ? NULL : list_one, &listing));
    qn_index_add_note(work.index, QN_INDEX_NOTE_SKIPPED);
    cli_work_commit(cli, &work, true);
    qn_memory_free(patterns->items);
    qn_memory_free(options.matched);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
    return 0;
}

static bool is_in_progress(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_index *index = NULL;
    bool is_one;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "MERGE_HEAD", &path));
    is_one = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    if (!is_one) {
        cli_check(cli, qn_work_tree_read_index(cli->ctx, cli->repo, cli->odb,
                                               &index));
        is_one = qn_index_is_unmerged(index);
        qn_index_free(index);
    }
    return is_one;
}

static void find_commit(struct cli *cli, const char *name, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;

    if (qn_revision_parse(cli->ctx, &cli->scope, name, &revision))
        cli_die_with(cli, "Failed to resolve '%s' as a valid revision.", name);
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_COMMIT,
                         out)) {
        if (!qn_odb_read_info(cli->ctx, cli->odb, &revision.id,
                              QN_ODB_WANT_TYPE, &info))
            (void)cli_error(cli, "object %s is a %s, not a commit",
                            qn_id_to_hex(&revision.id, hex),
                            qn_object_type_name(info.type));
        cli_die_with(cli, "Could not parse object '%s'.", name);
    }
    qn_revision_dispose(&revision);
}

/* HEAD itself: unborn is as good as any. */
static bool find_head(struct cli *cli, struct qn_id *out)
{
    bool found = false;

    cli_check(cli,
              qn_status_head(cli->ctx, cli->odb, cli->refs, out, NULL, &found));
    if (found)
        find_commit(cli, "HEAD", out);
    return found;
}

static int run_commit(struct cli *cli, const struct args *args,
                      const char *name)
{
    static const enum qn_op_reset_mode modes[] = {
        QN_OP_RESET_MIXED, QN_OP_RESET_MIXED, QN_OP_RESET_SOFT,
        QN_OP_RESET_HARD,  QN_OP_RESET_MERGE, QN_OP_RESET_KEEP};
    struct listing listing = {cli, false};
    struct qn_op_reset_options options = {.mode = modes[args->mode],
                                          .name = name,
                                          .leaves_intent = args->intent,
                                          .refreshes = args->refresh != 0,
                                          .each = args->quiet ? NULL : list_one,
                                          .data = &listing};
    bool found = true, has_head = true;

    if (strcmp(name, "@") == 0)
        options.name = name = "HEAD";
    if (strcmp(name, "HEAD") == 0)
        found = has_head = find_head(cli, &options.commit);
    else
        find_commit(cli, name, &options.commit);
    options.has_commit = found;
    if (options.mode != QN_OP_RESET_MIXED && options.mode != QN_OP_RESET_SOFT &&
        !qn_repo_work_tree(cli->repo))
        cli_die_with(cli, "this operation must be run in a work tree");
    if (options.mode == QN_OP_RESET_MIXED && qn_repo_is_bare(cli->repo))
        cli_die_with(cli, "mixed reset is not allowed in a bare repository");
    if ((options.mode == QN_OP_RESET_SOFT ||
         options.mode == QN_OP_RESET_KEEP) &&
        is_in_progress(cli))
        cli_die_with(cli, "Cannot do a %s reset in the middle of a merge.",
                     mode_names[args->mode]);
    if (options.mode == QN_OP_RESET_KEEP && has_head &&
        strcmp(name, "HEAD") != 0) {
        struct qn_id head;

        cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &head,
                                      NULL, &has_head));
    }
    if (options.mode == QN_OP_RESET_KEEP && !has_head) {
        (void)cli_error(cli, "You do not have a valid HEAD.");
        return cli_fatal(cli, "Could not reset index file to revision '%s'.",
                         name);
    }
    cli_trace_mode(mode_names[args->mode]);
    cli_show_progress(cli, !args->quiet);
    if (qn_op_reset(cli->ctx, &cli->scope, &options)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite") == 0 ||
            (options.mode != QN_OP_RESET_MIXED &&
             strcmp(qn_ctx_reason(cli->ctx), "worktree.bad-path") == 0))
            return cli_fatal(cli,
                             "Could not reset index file to revision "
                             "'%s'.",
                             name);
        if (strcmp(qn_ctx_reason(cli->ctx), "reset.ref") == 0)
            return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return cli_fail(cli);
    }
    if (options.mode == QN_OP_RESET_HARD && !args->quiet && found) {
        struct qn_buf text = QN_BUF_INIT;

        cli_append_short_id(cli, &options.commit, &text);
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, ' '));
        cli_append_subject(cli, &options.commit, &text);
        if (text.data[text.size - 1] == ' ') /* no subject */
            qn_buf_truncate(&text, text.size - 1);
        cli_printf(cli, "HEAD is now at %s\n", qn_buf_string(&text));
        qn_buf_dispose(&text);
    }
    return 0;
}

static bool is_revision(struct cli *cli, const char *text)
{
    struct qn_revision revision = QN_REVISION_INIT;
    bool is_one =
        qn_revision_parse(cli->ctx, &cli->scope, text, &revision) == QN_OK;

    cli_forget(cli);
    qn_revision_dispose(&revision);
    return is_one;
}

/* --patch: with HEAD, unstage; with another, make the index more like it. */
static int run_patch(struct cli *cli, const struct args *args, const char *name,
                     const struct cli_list *patterns)
{
    struct cli_patch patch = {.mode = strcmp(name, "HEAD") == 0
                                          ? QN_OP_PATCH_RESET_HEAD
                                          : QN_OP_PATCH_RESET_OTHER,
                              .revision = name,
                              .patterns = patterns,
                              .is_quiet = true};

    if (args->mode != MODE_NONE)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--patch", "--{hard,mixed,soft}");
    return cli_patch_run(cli, &patch, &args->patching);
}

static int run(struct cli *cli, struct args *args, int argc, char **argv)
{
    struct cli_list patterns = {0};
    const char *name = "HEAD";
    bool has_paths;
    int i = 0;

    if (argc > 0 && strcmp(argv[0], "--") == 0) {
        i = 1;
    } else if (argc > 1 && strcmp(argv[1], "--") == 0) {
        name = argv[0];
        i = 2;
        if (strcmp(name, "HEAD") != 0 && !is_revision(cli, name))
            cli_die_with(cli, "Failed to resolve '%s' as a valid %s.", name,
                         argc > 2 ? "tree" : "revision");
    } else if (argc > 0 && argv[0][0] == '-') {
        cli_die_with(cli, "option '%s' must come before non-option arguments",
                     argv[0]);
    } else if (argc > 0) {
        if (is_revision(cli, argv[0])) {
            name = argv[0];
            i = 1;
        } else if (!qn_revision_args_is_path(cli->ctx, &cli->scope, argv[0])) {
            cli_check(cli,
                      qn_revision_args_refuse(cli->ctx, &cli->scope, argv[0]));
        }
    }
    if (i < argc && strcmp(argv[i], "--") == 0)
        i++;
    for (; i < argc; i++)
        cli_list_add(cli, &patterns, argv[i]);
    if (args->patching.patch)
        return run_patch(cli, args, name, &patterns);
    has_paths = patterns.count > 0 || args->from_file;
    if (args->from_file) {
        if (patterns.count > 0)
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used together",
                         "--pathspec-from-file");
        cli_pathspec_from_file(cli, args->from_file, args->nul, &patterns);
    }
    if (has_paths) {
        if (args->mode == MODE_MIXED)
            cli_warning(cli, "--mixed with paths is deprecated; use 'git reset "
                             "-- <paths>' instead.");
        else if (args->mode != MODE_NONE)
            cli_die_with(cli, "Cannot do %s reset with paths.",
                         mode_names[args->mode]);
        return run_paths(cli, args, strcmp(name, "HEAD") ? name : NULL,
                         &patterns);
    }
    if (args->intent && args->mode > MODE_MIXED)
        cli_die_with(cli, "the option '%s' requires '%s'", "-N", "--mixed");
    return run_commit(cli, args, name);
}

int cmd_reset(struct cli *cli, int argc, char **argv)
{
    struct args args = {.refresh = -1, .patching = CLI_PATCH_ARGS_INIT};
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &args.quiet, "say less"),
        CLI_CALLBACK(0, "no-refresh", &args.refresh, NULL,
                     "do not renew stat data after a mixed reset",
                     CLI_OPTION_NO_ARGUMENT, set_refresh),
        CLI_SET(0, "mixed", &args.mode, MODE_MIXED, "HEAD and index"),
        CLI_SET(0, "soft", &args.mode, MODE_SOFT, "HEAD only"),
        CLI_SET(0, "hard", &args.mode, MODE_HARD, "HEAD, index and files"),
        CLI_SET(0, "merge", &args.mode, MODE_MERGE,
                "HEAD, index and files, unstaged changes stay"),
        CLI_SET(0, "keep", &args.mode, MODE_KEEP,
                "HEAD and index, local changes stay"),
        CLI_CALLBACK(0, "recurse-submodules", &args.refuses_submodules, "reset",
                     "submodules, too", CLI_OPTION_OPTIONAL,
                     cli_switch_set_recurse),
        CLI_FLAG('p', "patch", &args.patching.patch, "choose hunks"),
        CLI_PATCH_ADVANCE(&args.patching),
        CLI_PATCH_CONTEXT(&args.patching),
        CLI_FLAG('N', "intent-to-add", &args.intent,
                 "removed paths stay, as intent to add"),
        CLI_FILE(0, "pathspec-from-file", &args.from_file, "read pathspecs"),
        CLI_FLAG(0, "pathspec-file-nul", &args.nul, "which end with NUL"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_DASHDASH);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_hold_objects(cli);
    if (args.refresh < 0)
        args.refresh = true;
    if (args.refuses_submodules)
        cli_switch_refuse_submodules(cli);
    if (args.nul && !args.from_file)
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    if (args.patching.patch && args.from_file)
        cli_exclude(cli, true, "--pathspec-from-file", true, "--patch");
    if (!args.patching.patch)
        cli_patch_check(cli, &args.patching, "--patch");
    return run(cli, &args, argc, argv);
}
