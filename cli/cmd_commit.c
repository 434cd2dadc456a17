/* SPDX-License-Identifier: MIT */
#include "cli/add_interactive.h"
#include "cli/commit_summary.h"
#include "cli/status_verbose.h"
#include "cli/status_view.h"
#include "cli/upkeep.h"
#include "operation/op_commit.h"
#include "operation/part/commit_author.h"
#include "operation/part/commit_message.h"
#include "os/file.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const usage[] = {
    "git commit [<options>] [--] [<pathspec>...]", NULL};

struct args {
    struct cli *cli;
    struct qn_commit_options commit;
    struct cli_status status;
    struct cli_list messages;
    struct cli_list trailers;
    struct qn_buf file;
    struct qn_buf template_text;
    const char *file_name, *template_name, *reedit, *cleanup;
    const char *pathspec_file;
    bool all, only, include, is_quiet, is_short, is_long, pathspec_nul, has_z;
    bool interactive, branch, rewords;
    struct cli_patch_args patching;
    struct cli_list patterns;
    char comment[2];
    int verify, shows_status, verbose, dry_run, form;
};

/* ---- what the operation calls */

static enum qn_status append_status(struct qn_ctx *ctx, void *data,
                                    struct qn_index *index, struct qn_buf *out)
{
    struct args *args = data;
    struct cli_status status = CLI_STATUS_INIT(args->cli);
    struct cli_status_verbose verbose = {.level = args->commit.verbosity,
                                         .comment = args->commit.comment,
                                         .is_template = true,
                                         .rename = &status.rename};
    struct qn_work_tree tree;
    struct qn_id head;
    enum qn_status result;
    bool has_head;

    (void)ctx;
    status.form = CLI_STATUS_LONG;
    status.untracked = args->status.untracked;
    status.comment = args->commit.comment;
    status.is_commit = status.is_template = true;
    status.is_amend = args->commit.amends;
    status.out = out;
    result = qn_work_tree_open(args->cli->ctx, args->cli->repo, &tree);
    if (result)
        return result;
    cli_commit_base(args->cli, args->commit.amends, &head, &has_head);
    verbose.has_staged =
        cli_status_show(&status, &tree, index, has_head ? &head : NULL, NULL);
    for (size_t i = 0; i < status.list.count; i++)
        verbose.has_unstaged |=
            status.list.rows[i].unstaged != ' ' && !status.list.rows[i].stages;
    if (verbose.level > 0)
        cli_status_verbose(args->cli, &verbose, &tree, index,
                           has_head ? &head : NULL, out);
    cli_status_dispose(&status);
    qn_work_tree_close(&tree);
    return QN_OK;
}

static enum qn_status choose_hunks(struct qn_ctx *ctx, void *data,
                                   struct qn_index *index)
{
    struct args *args = data;
    struct cli_patch patch = {
        .mode = QN_OP_PATCH_ADD, .patterns = &args->patterns, .target = index};
    int code;

    if (args->patching.patch)
        code = cli_patch_run(args->cli, &patch, &args->patching);
    else
        code = cli_add_interactive(args->cli, &args->patterns, &args->patching,
                                   index);
    if (code)
        return qn_ctx_fail(ctx, QN_REFUSED, "interactive add failed");
    cli_flush(args->cli);
    return QN_OK;
}

static void tell_unmerged(void *data, const struct qn_index *kept)
{
    const struct args *args = data;

    for (size_t i = 0; i < qn_index_count(kept); i++) {
        const struct qn_index_entry *entry = qn_index_peek(kept, i);

        if (entry->stage == 0 ||
            (i > 0 &&
             qn_bytes_is_equal(qn_index_peek(kept, i - 1)->path, entry->path)))
            continue;
        cli_printf(args->cli, "%.*s: needs merge\n", QN_BYTES_ARG(entry->path));
    }
}

static bool show_status(struct args *args, struct qn_index *index)
{
    struct cli *cli = args->cli;
    struct qn_work_tree tree;
    struct qn_id head;
    bool is_staged;
    bool has_head;

    cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &tree));
    args->status.is_amend = args->commit.amends;
    args->status.is_commit = true;
    args->status.verbose = args->commit.verbosity;
    cli_commit_base(cli, args->commit.amends, &head, &has_head);
    is_staged = cli_status_show(&args->status, &tree, index,
                                has_head ? &head : NULL, NULL);
    if (args->commit.mode == QN_COMMIT_INDEX_AS_IS) /* stat data, renewed */
        qn_work_tree_write_index_if_free(cli->ctx, cli->repo, index);
    qn_work_tree_close(&tree);
    return is_staged;
}

static enum qn_status show_nothing(struct qn_ctx *ctx, void *data,
                                   struct qn_index *index)
{
    struct args *args = data;

    (void)ctx;
    args->status.form = CLI_STATUS_LONG;
    (void)show_status(args, index);
    return QN_OK;
}

static enum qn_status edit(struct qn_ctx *ctx, void *data, const char *path,
                           const char *index_path)
{
    struct args *args = data;
    struct qn_buf variable = QN_BUF_INIT;
    const char *variables[2] = {NULL, NULL};
    enum qn_status status = QN_OK;

    if (index_path) {
        status = qn_buf_printf(ctx, &variable, "GIT_INDEX_FILE=%s", index_path);
        variables[0] = qn_buf_string(&variable);
    }
    if (!status)
        status = cli_edit(args->cli, path, variables);
    qn_buf_dispose(&variable);
    return status;
}

/* ---- options to the operation's */

static enum qn_status read_file(struct args *args, const char *name,
                                const char *what, struct qn_buf *out)
{
    struct cli *cli = args->cli;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (strcmp(name, "-") == 0) {
        if (isatty(STDIN_FILENO))
            cli_stderr(cli, "(reading log message from standard input)\n");
        status = qn_file_read_rest(cli->ctx, 0, out);
        return status ? qn_ctx_fail(cli->ctx, status,
                                    "could not read log from standard input")
                      : QN_OK;
    }
    cli_check(cli, cli_absolute_path(cli, name, &path));
    status = qn_file_read_all(cli->ctx, qn_buf_string(&path), out);
    if (status)
        status = qn_ctx_fail(cli->ctx, status, "could not read%s '%s%s': %s",
                             what, name[0] == '/' ? "" : cli_prefix(cli), name,
                             strerror(qn_ctx_errno(cli->ctx)));
    qn_buf_dispose(&path);
    return status;
}

static void choose_cleanup(struct args *args)
{
    struct cli *cli = args->cli;
    const char *mode = args->cleanup;

    if (!mode)
        mode = cli_config_string(cli, "commit.cleanup", "default");
    if (strcmp(mode, "default") == 0)
        args->commit.cleanup = QN_COMMIT_CLEANUP_DEFAULT;
    else if (strcmp(mode, "strip") == 0)
        args->commit.cleanup = QN_COMMIT_CLEANUP_STRIP;
    else if (strcmp(mode, "whitespace") == 0)
        args->commit.cleanup = QN_COMMIT_CLEANUP_WHITESPACE;
    else if (strcmp(mode, "verbatim") == 0)
        args->commit.cleanup = QN_COMMIT_CLEANUP_VERBATIM;
    else if (strcmp(mode, "scissors") == 0)
        args->commit.cleanup = QN_COMMIT_CLEANUP_SCISSORS;
    else
        cli_die_with(cli, "Invalid cleanup mode %s", mode);
}

/* --fixup=amend:<commit> and reword:<commit>. */
static void choose_fixup(struct args *args, int argc, char **argv)
{
    struct qn_commit_options *commit = &args->commit;
    struct cli *cli = args->cli;
    const char *text = commit->fixup;
    size_t size = 0;

    while (text && ((text[size] >= 'a' && text[size] <= 'z') ||
                    (text[size] >= 'A' && text[size] <= 'Z')))
        size++;
    if (!text || size == 0 || text[size] != ':')
        return;
    if (strncmp(text, "amend:", 6) != 0 && strncmp(text, "reword:", 7) != 0)
        cli_die_with(cli, "unknown option: --fixup=%s", text);
    args->rewords = text[0] == 'r';
    commit->fixup = text + size + 1;
    commit->fixup_amends = true;
    commit->allows_empty = true;
    if (args->rewords && argc > 0)
        cli_die_with(cli,
                     "reword option of '%s' and path '%s' cannot be used "
                     "together",
                     "--fixup", argv[0]);
    if (args->rewords && (args->all || args->only || args->include ||
                          args->interactive || args->patching.patch))
        cli_die_with(cli,
                     "reword option of '%s' and '%s' cannot be used together",
                     "--fixup", "--patch/--interactive/--all/--include/--only");
}

static void check_exclusions(struct args *args, int argc, char **argv)
{
    struct qn_commit_options *commit = &args->commit;
    struct cli *cli = args->cli;
    bool has_message = args->messages.count > 0;

    choose_fixup(args, argc, argv);
    if (commit->author)
        cli_check(
            cli, qn_commit_author_check(cli->ctx, &cli->scope, commit->author));
    if (commit->resets_author)
        cli_exclude(cli, true, "--reset-author", commit->author != NULL,
                    "--author");
    cli_exclude(cli, commit->squash != NULL, "--squash", commit->fixup != NULL,
                "--fixup");
    cli_exclude_many(
        cli, 4,
        (const bool[]){commit->reuse && !args->reedit, args->reedit != NULL,
                       args->file_name != NULL, commit->fixup != NULL},
        (const char *const[]){"-C", "-c", "-F", "--fixup"});
    cli_exclude_many(cli, 4,
                     (const bool[]){has_message, args->reedit != NULL,
                                    commit->reuse && !args->reedit,
                                    args->file_name != NULL},
                     (const char *const[]){"-m", "-c", "-C", "-F"});
    if (commit->resets_author && !commit->amends && !commit->reuse &&
        !args->reedit)
        cli_die_with(cli, "--reset-author can be used only with -C, -c or "
                          "--amend.");
    cli_exclude_many(cli, 4,
                     (const bool[]){args->include, args->only, args->all,
                                    args->interactive || args->patching.patch},
                     (const char *const[]){"-i/--include", "-o/--only",
                                           "-a/--all",
                                           "--interactive/-p/--patch"});
    if (args->interactive || args->patching.patch)
        cli_exclude(cli, args->pathspec_file != NULL, "--pathspec-from-file",
                    true, "--interactive/--patch");
    else
        cli_patch_check(cli, &args->patching, "--interactive/--patch");
}

static void choose_paths(struct args *args, int argc, char **argv)
{
    struct qn_commit_options *commit = &args->commit;
    struct cli *cli = args->cli;
    struct cli_list list = {0};
    struct qn_id head;
    bool has_head;
    int i;

    if (args->pathspec_file) {
        cli_exclude(cli, true, "--pathspec-from-file", args->all, "-a");
        if (argc > 0)
            cli_die_with(cli,
                         "'%s' and pathspec arguments cannot be used together",
                         "--pathspec-from-file");
    } else if (args->pathspec_nul) {
        cli_die_with(cli, "the option '%s' requires '%s'",
                     "--pathspec-file-nul", "--pathspec-from-file");
    }
    if (args->pathspec_file)
        cli_pathspec_from_file(cli, args->pathspec_file, args->pathspec_nul,
                               &list);
    for (i = 0; i < argc; i++)
        cli_list_add(cli, &list, argv[i]);
    if (args->all && list.count)
        cli_die_with(cli, "paths '%s ...' with -a does not make sense",
                     list.items[0]);
    if ((args->only && !commit->amends && !list.count) ||
        (args->include && !list.count))
        cli_die_with(cli, "No paths with --include/--only does not make "
                          "sense.");
    args->patterns = list;
    if (args->interactive || args->patching.patch) {
        commit->mode = QN_COMMIT_INDEX_CHOSEN;
        return;
    }
    commit->mode = args->all ? QN_COMMIT_INDEX_ALL
                   : !list.count && (args->only || args->rewords)
                       ? QN_COMMIT_INDEX_ONLY
                   : !list.count   ? QN_COMMIT_INDEX_AS_IS
                   : args->include ? QN_COMMIT_INDEX_INCLUDE
                                   : QN_COMMIT_INDEX_ONLY;
    if (!list.count)
        return;
    commit->pathspec = cli_pathspec(cli, list.items, list.count, 0);
    if (commit->amends) {
        cli_commit_base(cli, false, &head, &has_head);
        if (!has_head)
            cli_die_with(cli, "You have nothing to amend.");
    }
    cli_commit_check_paths(cli, commit->pathspec, args->include);
}

/* What is found out only when pre-commit has had its say. */
static enum qn_status read_message(struct qn_ctx *ctx, void *data)
{
    struct args *args = data;
    struct qn_commit_options *commit = &args->commit;
    struct cli *cli = args->cli;
    enum qn_status status = QN_OK;
    struct qn_id id;

    if (commit->fixup_amends && args->messages.count) {
        status = qn_commit_message_lookup(ctx, &cli->scope, commit->fixup, &id);
        return status ? status
                      : qn_ctx_fail(ctx, QN_INVALID,
                                    "options '%s' and '%s:%s' cannot be used "
                                    "together",
                                    "-m", "--fixup",
                                    args->rewords ? "reword" : "amend");
    }
    if (args->file_name)
        status = read_file(args, args->file_name, " log file", &args->file);
    else if (args->template_name && !args->messages.count && !commit->reuse &&
             !commit->fixup) {
        status = read_file(args, args->template_name, "", &args->template_text);
        commit->template_text = &args->template_text;
    }
    for (size_t i = 0; i < args->trailers.count && !status; i++) {
        if (args->trailers.items[i][0])
            continue;
        (void)cli_error(cli, "empty --trailer argument");
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "unable to pass trailers to --trailers");
    }
    if (args->trailers.count) {
        cli_list_add(cli, &args->trailers, NULL);
        commit->trailers = args->trailers.items;
    }
    return status;
}

/* commit.verbose is a bool or a number. */
static int configured_verbosity(struct cli *cli)
{
    int64_t level = 0;
    bool is_bool;

    cli_check(cli,
              qn_config_bool_or_int(cli->ctx, cli_config(cli), "commit.verbose",
                                    0, &level, &is_bool));
    return (int)level;
}

static void choose(struct args *args, int argc, char **argv)
{
    struct qn_commit_options *commit = &args->commit;
    struct cli *cli = args->cli;

    cli_exclude(cli, commit->reuse != NULL, "-C", args->reedit != NULL, "-c");
    check_exclusions(args, argc, argv);
    if (args->reedit) {
        commit->reuse = args->reedit;
        commit->reuse_is_edited = true;
    }
    choose_cleanup(args);
    choose_paths(args, argc, argv);
    if (!args->template_name)
        args->template_name = cli_config_string(cli, "commit.template", NULL);
    if (args->messages.count) {
        cli_list_add(cli, &args->messages, NULL);
        commit->messages = args->messages.items;
    }
    commit->file = args->file_name ? &args->file : NULL; /* read later */
    commit->comment = cli_comment_string(cli);
    if (strcmp(
            cli_config_string(cli, "core.commentstring",
                              cli_config_string(cli, "core.commentchar", "#")),
            "auto") == 0) {
        cli_warning(cli, "Support for 'core.commentChar=auto' is deprecated "
                         "and will be removed in Git 3.0");
        args->comment[0] = '#';
        commit->comment = commit->comment_byte = args->comment;
    }
    commit->skips_hooks = !args->verify;
    commit->has_status = args->shows_status < 0
                             ? cli_config_bool(cli, "commit.status", true)
                             : args->shows_status;
    commit->verbosity =
        args->verbose >= 0 ? args->verbose : configured_verbosity(cli);
    commit->calls.data = args;
    commit->calls.append_status = append_status;
    commit->calls.show_nothing = show_nothing;
    commit->calls.tell_unmerged = tell_unmerged;
    commit->calls.read_message = read_message;
    commit->calls.choose = choose_hunks;
    commit->calls.edit = edit;
}

/* Up by one from "not said". */
static int count_verbose(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    int *level = option->value;

    (void)cli;
    (void)argument;
    *level = is_negated ? 0 : *level < 0 ? 1 : *level + 1;
    return 0;
}

static int set_signing(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct qn_commit_options *commit = option->value;

    (void)cli;
    commit->signing = !is_negated;
    commit->signing_key = argument;
    return 0;
}

/* ---- outcomes */

/* A merge whose conflicts are solved can be committed with nothing staged. */
static bool concludes_merge(struct cli *cli, struct qn_index *index)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;
    bool is_merging;

    cli_check(cli, qn_status_state_read(cli->ctx, &cli->scope, false, &state));
    is_merging = state.is_merging;
    qn_status_state_dispose(&state);
    return is_merging && !qn_index_is_unmerged(index);
}

static int dry_run(struct args *args)
{
    struct cli *cli = args->cli;
    struct qn_commit_index prepared = QN_COMMIT_INDEX_INIT;
    struct qn_work_tree tree;
    struct qn_id head;
    bool is_staged;
    bool has_head;

    /* status.short is for status alone. */
    args->status.form = args->form    ? args->form
                        : args->has_z ? CLI_STATUS_V1
                                      : CLI_STATUS_LONG;
    args->status.nul = args->has_z;
    args->status.branch = args->branch ? 1 : -1;
    args->status.verbose = args->commit.verbosity;
    cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &tree));
    cli_commit_base(cli, false, &head, &has_head);
    if (!has_head && args->commit.amends)
        cli_die_with(cli, "You have nothing to amend.");
    if (!has_head)
        qn_id_clear(&head, qn_repo_algorithm(cli->repo));
    cli_check(cli, qn_commit_index_prepare(
                       cli->ctx, &tree, cli->odb, args->commit.mode,
                       args->commit.pathspec, &head, &prepared));
    if (prepared.kept)
        tell_unmerged(args, prepared.kept);
    if (args->commit.mode == QN_COMMIT_INDEX_CHOSEN)
        cli_check(cli, choose_hunks(cli->ctx, args, prepared.index));
    is_staged = show_status(args, prepared.index) ||
                concludes_merge(cli, prepared.index);
    qn_commit_index_dispose(&prepared);
    qn_work_tree_close(&tree);
    return is_staged ? 0 : 1;
}

static int explain(struct args *args)
{
    struct cli *cli = args->cli;
    const char *reason = qn_ctx_reason(cli->ctx);

    if (strcmp(reason, "commit.nothing") == 0) {
        if (args->commit.amends)
            cli_stderr(cli,
                       "You asked to amend the most recent commit, but doing "
                       "so would make\nit empty. You can repeat your command "
                       "with --allow-empty, or you can\nremove the commit "
                       "entirely with \"git reset HEAD^\".\n");
        return 1;
    }
    if (strcmp(reason, "commit.hook") == 0)
        return 1;
    if (strcmp(reason, "commit.empty-message") == 0 ||
        strcmp(reason, "commit.template-unedited") == 0) {
        cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 1;
    }
    if (strcmp(reason, "commit.unmerged") == 0) {
        cli_commit_list_unmerged(cli);
        (void)cli_error(cli, "Committing is not possible because you have "
                             "unmerged files.");
        cli_advise(cli, NULL,
                   "Fix them up in the work tree, and then use 'git add/rm "
                   "<file>'\nas appropriate to mark resolution and make a "
                   "commit.");
        return cli_fatal(cli, "Exiting because of an unresolved conflict.");
    }
    if (strncmp(reason, "index.", 6) == 0 &&
        strstr(qn_ctx_message(cli->ctx), "error building trees"))
        return cli_error(cli, "Error building trees");
    if (strcmp(reason, "signer.failed") == 0)
        return cli_fatal(cli, "failed to write commit object");
    if (strcmp(reason, "commit.nul") == 0) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return cli_fatal(cli, "failed to write commit object");
    }
    if (strncmp(reason, "editor.", 7) == 0) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_stderr(cli,
                   "Please supply the message using either -m or -F option.\n");
        return 1;
    }
    return cli_fail(cli);
}

static int run(struct args *args)
{
    struct cli *cli = args->cli;
    struct qn_commit_result result = {.branch = QN_BUF_INIT};
    enum qn_status status;
    int code = 0;

    status = qn_op_commit(cli->ctx, cli->repo, &args->commit, &result);
    if (status)
        code = explain(args);
    else if (!args->is_quiet)
        cli_commit_print_summary(cli, &result);
    qn_commit_result_dispose(&result);
    if (code == 0)
        cli_upkeep_after(cli, QN_OP_UPKEEP_COMMIT, args->is_quiet);
    return code;
}

/* A form of the status; --no-x is none. */
#define FORM(name, form_number, text)                                          \
    {                                                                          \
        .kind = CLI_KIND_SET, .long_name = (name), .value = &args.form,        \
        .help = (text), .number = (form_number)                                \
    }

int cmd_commit(struct cli *cli, int argc, char **argv)
{
    struct args args = {.cli = cli,
                        .status = CLI_STATUS_INIT(cli),
                        .verify = 1,
                        .shows_status = -1,
                        .verbose = -1,
                        .patching = CLI_PATCH_ARGS_INIT};
    struct qn_commit_options *commit = &args.commit;
    const struct cli_option table[] = {
        CLI_FLAG('q', "quiet", &args.is_quiet, "no summary"),
        CLI_CALLBACK('v', "verbose", &args.verbose, NULL,
                     "the diff in the template", CLI_OPTION_NO_ARGUMENT,
                     count_verbose),
        CLI_GROUP("message"),
        CLI_STRING('F', "file", &args.file_name, "file", "message from a file"),
        CLI_STRING(0, "author", &commit->author, "author", "who wrote it"),
        CLI_STRING(0, "date", &commit->date, "date", "when it was written"),
        CLI_LIST('m', "message", &args.messages, "message", "the message"),
        CLI_STRING('c', "reedit-message", &args.reedit, "commit",
                   "its message and author, edited"),
        CLI_STRING('C', "reuse-message", &commit->reuse, "commit",
                   "its message and author"),
        CLI_STRING(0, "fixup", &commit->fixup, "commit",
                   "a message for autosquash"),
        CLI_STRING(0, "squash", &commit->squash, "commit",
                   "a message for autosquash"),
        CLI_FLAG(0, "reset-author", &commit->resets_author,
                 "I am the author now"),
        CLI_LIST(0, "trailer", &args.trailers, "trailer", "add trailers"),
        CLI_FLAG('s', "signoff", &commit->signs_off, "add Signed-off-by"),
        CLI_STRING('t', "template", &args.template_name, "file",
                   "begin with this text"),
        CLI_TRISTATE('e', "edit", &commit->edit, "edit the message"),
        CLI_STRING(0, "cleanup", &args.cleanup, "mode",
                   "how the message is cleaned up"),
        CLI_TRISTATE(0, "status", &args.shows_status, "status in the template"),
        CLI_CALLBACK('S', "gpg-sign", commit, "key-id", "sign the commit",
                     CLI_OPTION_OPTIONAL, set_signing),
        CLI_GROUP("content"),
        CLI_FLAG('a', "all", &args.all, "all changed files"),
        CLI_FLAG('i', "include", &args.include, "these files, too"),
        CLI_FLAG(0, "interactive", &args.interactive, "choose from a menu"),
        CLI_FLAG('p', "patch", &args.patching.patch, "choose hunks"),
        CLI_PATCH_CONTEXT(&args.patching),
        CLI_FLAG('o', "only", &args.only, "only these files"),
        CLI_CALLBACK('n', "no-verify", &args.verify, NULL, "skip hooks",
                     CLI_OPTION_NO_ARGUMENT, cli_commit_no_verify),
        CLI_FLAG(0, "dry-run", &args.dry_run, "show what would be committed"),
        FORM("short", CLI_STATUS_SHORT, "short status"),
        CLI_FLAG(0, "branch", &args.branch, "the branch in short status"),
        CLI_TRISTATE(0, "ahead-behind", &args.status.ahead_behind,
                     "count commits ahead and behind"),
        FORM("porcelain", CLI_STATUS_V1, "status for scripts"),
        FORM("long", CLI_STATUS_LONG, "long status"),
        CLI_FLAG('z', "null", &args.has_z, "entries end with NUL"),
        CLI_FLAG(0, "amend", &commit->amends, "replace the last commit"),
        CLI_FLAG(0, "no-post-rewrite", &commit->skips_rewrite,
                 "no post-rewrite hook"),
        CLI_CALLBACK('u', "untracked-files", &args.status.untracked, "mode",
                     "all, normal, no", CLI_OPTION_OPTIONAL,
                     cli_status_set_untracked),
        CLI_FILE(0, "pathspec-from-file", &args.pathspec_file,
                 "paths from a file"),
        CLI_FLAG(0, "pathspec-file-nul", &args.pathspec_nul,
                 "its paths end with NUL"),
        CLI_FLAG_WITH(0, "allow-empty", &commit->allows_empty,
                      "even with no changes", CLI_OPTION_HIDDEN),
        CLI_FLAG_WITH(0, "allow-empty-message", &commit->allows_empty_message,
                      "even with no message", CLI_OPTION_HIDDEN),
        CLI_END};
    int code;

    commit->edit = -1;
    commit->signing = -1;
    argc = cli_parse(cli, argc, argv, table, usage, 0);
    cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE | CLI_OPEN_VIEWS);
    choose(&args, argc, argv);
    if (args.dry_run || args.form || args.has_z)
        code = dry_run(&args);
    else
        code = run(&args);
    cli_status_dispose(&args.status);
    qn_buf_dispose(&args.file);
    qn_buf_dispose(&args.template_text);
    return code;
}
