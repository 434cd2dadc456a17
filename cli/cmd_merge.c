/* SPDX-License-Identifier: MIT */
/* merge: options, one operation, what it has to say. */
#include "cli/command_list.h"
#include "cli/conflict_style.h"
#include "cli/diff_options.h"
#include "cli/progress.h"
#include "cli/upkeep.h"
#include "operation/op_merge.h"
#include "operation/op_reset.h"
#include "operation/part/autostash.h"
#include "operation/part/record.h"
#include "operation/part/state_file.h"
#include "os/file.h"
#include "worktree/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const usage[] = {"git merge [<options>] [<commit>...]",
                                    "git merge --abort", "git merge --continue",
                                    NULL};

#define DEFAULT_LOG_SIZE 20

struct args {
    struct cli *cli;
    struct qn_merge_options merge;
    struct qn_tree_merge_options tree;
    struct qn_merge_heads heads;
    struct qn_buf message;
    struct cli_list strategies;
    struct cli_list strategy_options;
    const char *cleanup, *upstream;
    bool has_message;
    bool is_abort, is_quit, is_continue, is_compact, overwrites_ignored;
    bool rerere_autoupdate;
    int progress;
    struct cli_option table[40];
    int show_stat, edit, ff, log_size, verbosity, commit, level;
    int verify;
};

/* ---- what the operation calls */

static void say(void *data, struct qn_bytes text)
{
    struct args *args = data;

    cli_write(args->cli, text.data, text.size);
}

static void warn(void *data, const char *text)
{
    struct args *args = data;

    cli_stderr(args->cli, "%s", text);
}

static enum qn_status show_stat(struct qn_ctx *ctx, void *data,
                                const struct qn_id *from,
                                const struct qn_id *to)
{
    struct args *args = data;
    struct cli *cli = args->cli;
    struct qn_patch *patch = NULL;
    struct qn_buf text = QN_BUF_INIT;
    struct cli_diff diff;
    enum qn_status status;

    if (!args->show_stat)
        return QN_OK;
    cli_check(cli, qn_odb_refresh(ctx, cli->odb));
    cli_diff_init(cli, &diff, true);
    cli_diff_finish(cli, &diff, QN_DIFF_FORMAT_STAT);
    diff.options.formats = args->is_compact
                               ? QN_DIFF_FORMAT_STAT
                               : QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_SUMMARY;
    diff.options.is_compact_summary = args->is_compact;
    status =
        qn_patch_new(ctx, cli->repo, cli->odb, &diff.options, NULL, &patch);
    if (!status)
        status = qn_patch_trees(ctx, patch, from, to, &text, NULL);
    cli_write(cli, text.data, text.size);
    cli_flush(cli);
    qn_patch_free(patch);
    qn_buf_dispose(&text);
    cli_diff_dispose(&diff);
    return status;
}

static enum qn_status edit(struct qn_ctx *ctx, void *data, const char *path)
{
    struct args *args = data;

    (void)ctx;
    return cli_edit(args->cli, path, NULL);
}

/* ---- options */

static int add_message(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct args *args = option->value;

    args->has_message = !is_negated;
    if (is_negated) {
        qn_buf_clear(&args->message);
        return 0;
    }
    if (args->message.size)
        cli_check(cli, qn_buf_append_string(cli->ctx, &args->message, "\n\n"));
    cli_check(cli, qn_buf_append_string(cli->ctx, &args->message, argument));
    return 0;
}

static int read_message(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct args *args = option->value;
    enum qn_status status;

    (void)is_negated;
    qn_buf_clear(&args->message);
    args->has_message = true;
    status = qn_file_read_all(cli->ctx, argument, &args->message);
    if (!status)
        return 0;
    cli_error(cli, "could not read file '%s'", argument);
    return 1;
}

static int set_log(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated)
{
    int64_t number = DEFAULT_LOG_SIZE;

    if (is_negated)
        number = 0;
    else if (argument && (!qn_config_parse_int64(argument, &number) ||
                          number < 0 || number > INT32_MAX)) {
        cli_error(cli, "option `log' expects a numerical value");
        return 1;
    }
    *(int *)option->value = (int)number;
    return 0;
}

/* --ff, --no-ff */
static int set_ff(struct cli *cli, const struct cli_option *option,
                  const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value =
        is_negated ? QN_MERGE_FF_NEVER : QN_MERGE_FF_ALLOWED;
    return 0;
}

static int set_no_verify(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

/* -n, --no-summary ...: 0; --stat, --summary: 1. */
static int set_no_stat(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    (void)is_negated;
    *(int *)option->value = 0;
    return 0;
}

static int set_signing(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct qn_merge_options *merge = option->value;

    (void)cli;
    merge->signing = !is_negated;
    merge->signing_key = argument;
    return 0;
}

static int set_compact(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct args *args = option->value;

    (void)cli;
    (void)argument;
    args->is_compact = !is_negated;
    args->show_stat = !is_negated;
    return 0;
}

/* --no-strategy takes nothing back, as git has it. */
static int add_strategy(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    if (!is_negated)
        cli_list_add(cli, option->value, argument);
    return 0;
}

static int parse_options(struct args *args, int argc, char **argv)
{
    struct qn_merge_options *merge = &args->merge;
    struct cli *cli = args->cli;
    const struct cli_option options[] = {
        CLI_CALLBACK('n', NULL, &args->show_stat, NULL, "no diffstat",
                     CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE,
                     set_no_stat),
        CLI_TRISTATE(0, "stat", &args->show_stat, "a diffstat at the end"),
        CLI_TRISTATE(0, "summary", &args->show_stat, "the same"),
        CLI_CALLBACK(0, "compact-summary", args, NULL,
                     "new and gone files in the diffstat",
                     CLI_OPTION_NO_ARGUMENT, set_compact),
        CLI_CALLBACK(0, "log", &args->log_size, "n",
                     "list the commits in the message", CLI_OPTION_OPTIONAL,
                     set_log),
        CLI_FLAG(0, "squash", &merge->squashes, "one set of changes, no merge"),
        CLI_TRISTATE(0, "commit", &args->commit, "commit when it went well"),
        CLI_TRISTATE('e', "edit", &args->edit, "edit the message"),
        CLI_STRING(0, "cleanup", &args->cleanup, "mode",
                   "how the message is cleaned up"),
        CLI_CALLBACK(0, "ff", &args->ff, NULL, "allow a fast-forward",
                     CLI_OPTION_NO_ARGUMENT, set_ff),
        CLI_SET(0, "ff-only", &args->ff, QN_MERGE_FF_ONLY,
                "nothing but a fast-forward"),
        CLI_FLAG(0, "rerere-autoupdate", &args->rerere_autoupdate,
                 "stage what a recorded resolution solves"),
        CLI_FLAG(0, "verify-signatures", &merge->verifies,
                 "the commits must be signed, and well"),
        CLI_CALLBACK('s', "strategy", &args->strategies, "strategy",
                     "ort, recursive, ours", 0, add_strategy),
        CLI_LIST('X', "strategy-option", &args->strategy_options, "option",
                 "for the strategy"),
        CLI_CALLBACK('m', "message", args, "message", "of the merge commit", 0,
                     add_message),
        CLI_CALLBACK('F', "file", args, "file", "the message in a file",
                     CLI_OPTION_NO_NEGATE | CLI_OPTION_COMPLETE_BARE,
                     read_message),
        CLI_STRING(0, "into-name", &merge->into_name, "name",
                   "what the message calls our branch"),
        CLI_VERBOSE(&args->verbosity),
        CLI_QUIET(&args->verbosity),
        CLI_FLAG(0, "abort", &args->is_abort, "back to before the merge"),
        CLI_FLAG(0, "quit", &args->is_quit, "forget it, files stay"),
        CLI_FLAG(0, "continue", &args->is_continue, "conclude the merge"),
        CLI_FLAG(0, "allow-unrelated-histories", &merge->allows_unrelated,
                 "even without a common commit"),
        CLI_PROGRESS(&args->progress),
        CLI_CALLBACK('S', "gpg-sign", merge, "key-id", "sign the commit",
                     CLI_OPTION_OPTIONAL, set_signing),
        CLI_FLAG(0, "autostash", &merge->stashes,
                 "put local changes aside meanwhile"),
        CLI_FLAG(0, "overwrite-ignore", &args->overwrites_ignored,
                 "ignored files may go"),
        CLI_FLAG(0, "signoff", &merge->signs_off, "add Signed-off-by"),
        CLI_CALLBACK(0, "no-verify", &args->verify, NULL,
                     "no pre-merge-commit and commit-msg hooks",
                     CLI_OPTION_NO_ARGUMENT, set_no_verify),
        CLI_END};

    memcpy(args->table, options, sizeof(options));
    return cli_parse(cli, argc, argv, args->table, usage, 0);
}

/* branch.<name>.mergeOptions stand in front of the command line's. */
static void parse_branch_options(struct args *args)
{
    struct cli *cli = args->cli;
    struct qn_buf key = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    const char *problem, *value = NULL;
    char **words, **list;
    char *copy;
    bool found;
    int count = 0;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    if (found && ref.is_symbolic &&
        strncmp(qn_buf_string(&ref.target), "refs/heads/", 11) == 0) {
        cli_check(cli, qn_buf_printf(cli->ctx, &key, "branch.%s.mergeoptions",
                                     qn_buf_string(&ref.target) + 11));
        value = cli_config_string(cli, qn_buf_string(&key), NULL);
    }
    if (value) {
        copy = qn_memory_string(cli->ctx, qn_bytes_from_string(value));
        words = copy ? cli_split_words(copy, &count, &problem) : NULL;
        if (!words)
            cli_die_with(cli, "Bad branch.%s.mergeoptions string: %s",
                         qn_buf_string(&ref.target) + 11, problem);
        list = qn_memory_array(cli->ctx, (size_t)count + 2, sizeof(*list));
        if (!list)
            cli_die(cli);
        list[0] = (char *)cli->command;
        memcpy(list + 1, words, (size_t)count * sizeof(*list));
        list[count + 1] = NULL;
        parse_options(args, count + 1, list);
    }
    qn_buf_dispose(&key);
    qn_ref_dispose(&ref);
}

static void configure(struct args *args)
{
    struct cli *cli = args->cli;
    const char *value;
    int64_t number;
    bool flag;

    value = cli_config_string(cli, "merge.stat",
                              cli_config_string(cli, "merge.diffstat", NULL));
    if (value && strcmp(value, "compact") == 0)
        args->is_compact = true;
    else if (value && qn_config_parse_bool(value, &flag))
        args->show_stat = flag;
    value = cli_config_string(cli, "merge.ff", NULL);
    if (value && strcmp(value, "only") == 0)
        args->ff = QN_MERGE_FF_ONLY;
    else if (value && qn_config_parse_bool(value, &flag))
        args->ff = flag ? QN_MERGE_FF_ALLOWED : QN_MERGE_FF_NEVER;
    value = cli_config_string(cli, "merge.log",
                              cli_config_string(cli, "merge.summary", NULL));
    if (value && qn_config_parse_int64(value, &number) && number >= 0)
        args->log_size = (int)number;
    else if (value && qn_config_parse_bool(value, &flag))
        args->log_size = flag ? DEFAULT_LOG_SIZE : 0;
    args->cleanup = cli_config_string(cli, "commit.cleanup", NULL);
    args->merge.stashes = cli_config_bool(cli, "merge.autostash", false);
    args->merge.verifies =
        cli_config_bool(cli, "merge.verifysignatures", false);
}

static void choose_cleanup(struct args *args)
{
    struct qn_merge_options *merge = &args->merge;
    const char *mode = args->cleanup ? args->cleanup : "default";

    if (strcmp(mode, "default") == 0)
        merge->cleanup = QN_COMMIT_CLEANUP_DEFAULT;
    else if (strcmp(mode, "strip") == 0)
        merge->cleanup = QN_COMMIT_CLEANUP_STRIP;
    else if (strcmp(mode, "whitespace") == 0)
        merge->cleanup = QN_COMMIT_CLEANUP_WHITESPACE;
    else if (strcmp(mode, "verbatim") == 0)
        merge->cleanup = QN_COMMIT_CLEANUP_VERBATIM;
    else if (strcmp(mode, "scissors") == 0)
        merge->cleanup = QN_COMMIT_CLEANUP_SCISSORS;
    else
        cli_die_with(args->cli, "Invalid cleanup mode %s", mode);
}

static bool wants_edit(struct args *args)
{
    const char *value = qn_env_variable(args->cli->env, "GIT_MERGE_AUTOEDIT");
    bool flag;

    if (args->edit >= 0)
        return args->edit;
    if (args->has_message)
        return false;
    if (value) {
        if (!qn_config_parse_bool(value, &flag))
            cli_die_with(args->cli, "Bad value '%s' in environment '%s'", value,
                         "GIT_MERGE_AUTOEDIT");
        return flag;
    }
    return isatty(0) && isatty(1);
}

static const struct strategy {
    struct qn_merge_strategy_choice choice;
    bool has_no_ff, is_never_trivial;
} strategies[] = {{{QN_MERGE_ORT, "ort"}, false, true},
                  {{QN_MERGE_ORT, "recursive"}, false, true},
                  {{QN_MERGE_OCTOPUS, "octopus"}, false, false},
                  {{QN_MERGE_RESOLVE, "resolve"}, false, false},
                  {{QN_MERGE_OURS, "ours"}, true, true},
                  {{QN_MERGE_SUBTREE, "subtree"}, true, true}};

/* Programs called git-merge-<name> that are no commands of git. */
static void find_programs(struct cli *cli, struct cli_list *out)
{
    struct cli_list own = {0}, others = {0};

    cli_list_programs(cli, &own, &others);
    for (size_t i = 0; i < others.count; i++)
        if (strncmp(others.items[i], "merge-", 6) == 0)
            cli_list_add(cli, out, others.items[i] + 6);
    qn_memory_free(own.items);
    qn_memory_free(others.items);
}

static struct strategy find_strategy(struct cli *cli, const char *name)
{
    struct strategy custom = {{QN_MERGE_EXTERNAL, name}, false, true};
    struct cli_list programs = {0};
    bool is_custom = false;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(strategies); i++)
        if (strcmp(name, strategies[i].choice.name) == 0)
            return strategies[i];
    find_programs(cli, &programs);
    for (i = 0; i < programs.count; i++)
        is_custom |= strcmp(name, programs.items[i]) == 0;
    if (!is_custom) {
        cli_stderr(cli,
                   "Could not find merge strategy '%s'.\nAvailable strategies "
                   "are: octopus ours recursive resolve subtree.\n",
                   name);
        if (programs.count) {
            cli_stderr(cli, "Available custom strategies are:");
            for (i = 0; i < programs.count; i++)
                cli_stderr(cli, " %s", programs.items[i]);
            cli_stderr(cli, ".\n");
        }
        cli_exit(cli, 1);
    }
    qn_memory_free(programs.items);
    return custom;
}

/* -s, else pull.twohead or pull.octopus, else what is usual. */
static void choose_strategies(void *data)
{
    struct args *args = data;
    struct qn_merge_options *merge = &args->merge;
    struct cli *cli = args->cli;
    struct qn_merge_strategy_choice *choices;
    bool is_octopus = args->heads.count > 1;
    size_t i;

    if (!args->strategies.count) {
        const char *names =
            cli_config_string(cli, is_octopus ? "pull.octopus" : "pull.twohead",
                              is_octopus ? "octopus" : "ort");
        struct qn_bytes rest = qn_bytes_from_string(names);
        struct qn_bytes word;

        while (qn_bytes_next(&rest, ' ', &word)) {
            char *copy = word.size ? qn_memory_string(cli->ctx, word) : NULL;

            if (word.size && !copy)
                cli_die(cli);
            if (copy)
                cli_list_add(cli, &args->strategies, copy);
        }
    }
    choices =
        qn_memory_array(cli->ctx, args->strategies.count + 1, sizeof(*choices));
    if (!choices)
        cli_die(cli);
    merge->is_trivial_allowed = args->ff != QN_MERGE_FF_ONLY;
    for (i = 0; i < args->strategies.count; i++) {
        struct strategy one = find_strategy(cli, args->strategies.items[i]);

        choices[i] = one.choice;
        if (one.has_no_ff && args->ff == QN_MERGE_FF_ALLOWED) {
            args->ff = QN_MERGE_FF_NEVER;
            merge->never_of_strategy = true;
        }
        if (one.is_never_trivial)
            merge->is_trivial_allowed = false;
    }
    merge->strategies = choices;
    merge->strategy_words = (const char *const *)args->strategy_options.items;
    merge->strategy_word_count = args->strategy_options.count;
    merge->strategy_count = args->strategies.count;
    merge->fast_forward = (enum qn_merge_fast_forward)args->ff;
}

/* Only now is anything wrong with them said, as Git does. */
static enum qn_status choose_tree_options(struct qn_ctx *ctx, void *data)
{
    struct args *args = data;
    struct cli *cli = args->cli;
    const char *value;
    size_t i;

    (void)cli_conflict_style(cli, QN_TEXT_MERGE_MERGE);
    cli_check(cli,
              qn_tree_merge_options_init(ctx, &args->tree, cli_config(cli)));
    value = cli_config_string(cli, "diff.algorithm", NULL);
    if (value && !qn_diff_options_algorithm(value, &args->tree.diff.algorithm))
        cli_die_with(cli, "unknown value for config 'diff.algorithm': %s",
                     value);
    args->tree.renormalizes = cli_config_bool(cli, "merge.renormalize", false);
    for (i = 0; i < args->strategy_options.count; i++) {
        const char *option = args->strategy_options.items[i];

        if (qn_tree_merge_options_set(&args->tree, option))
            cli_die_with(cli, "unknown strategy option: -X%s", option);
    }
    args->tree.verbosity = (unsigned)args->level;
    args->tree.tells_progress =
        args->verbosity >= 0 && cli_wants_progress(args->progress);
    return QN_OK;
}

/* No commit was given: the upstream. */
static const char *find_upstream(struct args *args, struct qn_buf *out)
{
    struct cli *cli = args->cli;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf key = QN_BUF_INIT;
    const char *branch;
    bool found;

    if (!cli_config_bool(cli, "merge.defaulttoupstream", true))
        cli_die_with(cli, "No commit specified and merge.defaultToUpstream "
                          "not set.");
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    branch = qn_buf_string(&ref.target);
    if (!found || !ref.is_symbolic || strncmp(branch, "refs/heads/", 11) != 0)
        cli_die_with(cli, "No current branch.");
    branch += 11;
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "branch.%s.remote", branch));
    if (!cli_config_string(cli, qn_buf_string(&key), NULL))
        cli_die_with(cli, "No remote for the current branch.");
    qn_buf_clear(&key);
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "branch.%s.merge", branch));
    if (!cli_config_string(cli, qn_buf_string(&key), NULL))
        cli_die_with(cli, "No default upstream defined for the current "
                          "branch.");
    cli_check(cli, qn_revision_upstream(cli->ctx, &cli->scope, branch, out));
    qn_buf_dispose(&key);
    qn_ref_dispose(&ref);
    return qn_buf_string(out);
}

/* ---- the other three commands */

static bool has_state(struct cli *cli, const char *name)
{
    bool found;

    cli_check(cli, qn_state_file_exists(cli->ctx, cli->repo, name, &found));
    return found;
}

static int abort_merge(struct cli *cli)
{
    struct qn_op_reset_options reset = {.mode = QN_OP_RESET_MERGE,
                                        .name = "HEAD"};

    if (!has_state(cli, "MERGE_HEAD"))
        return cli_fatal(cli,
                         "There is no merge to abort (MERGE_HEAD missing).");
    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &reset.commit,
                                  NULL, &reset.has_commit));
    reset.keeps_autostash = true;
    if (qn_op_reset(cli->ctx, &cli->scope, &reset)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite") == 0)
            return cli_fatal(cli, "Could not reset index file to revision "
                                  "'HEAD'.");
        cli_die(cli);
    }
    cli_check(cli, qn_record_clear_merge(cli->ctx, cli->repo));
    cli_check(cli, qn_autostash_apply(cli->ctx, cli->repo));
    return 0;
}

static int continue_merge(struct cli *cli)
{
    static char name[] = "commit";
    char *words[2] = {name, NULL};

    if (!has_state(cli, "MERGE_HEAD"))
        return cli_fatal(cli,
                         "There is no merge in progress (MERGE_HEAD missing).");
    return cmd_commit(cli, 1, words);
}

static int run_alone(struct args *args, const char *name, int argc)
{
    struct cli *cli = args->cli;
    char text[64];

    if (argc) {
        (void)snprintf(text, sizeof(text), "%s expects no arguments", name);
        cli_usage_with(cli, usage, args->table, text);
    }
    if (args->is_abort)
        return abort_merge(cli);
    if (args->is_continue)
        return continue_merge(cli);
    cli_check(cli, qn_record_clear_state(cli->ctx, cli->repo));
    return 0;
}

/* ---- outcomes */

static int explain(struct args *args)
{
    struct cli *cli = args->cli;
    const char *reason = qn_ctx_reason(cli->ctx);
    const char *subject = qn_ctx_subject(cli->ctx);
    bool is_said = subject && strcmp(subject, "said") == 0;

    if (strcmp(reason, "merge.stopped") == 0) {
        if (cli_config_bool(cli, "rerere.enabled", false))
            cli_warning(cli, "rerere.enabled is not supported yet: the "
                             "resolution is not recorded");
        cli_printf(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 1;
    }
    if (strcmp(reason, "merge.not-committed") == 0) {
        cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 1;
    }
    if (strcmp(reason, "merge.strategy") == 0) {
        if (!is_said)
            cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 2;
    }
    if (strcmp(reason, "merge.files-failed") == 0)
        return 1;
    if (strcmp(reason, "merge.fast-forward") == 0) {
        if (!is_said)
            cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 1;
    }
    if (strcmp(reason, "signer.failed") == 0)
        return cli_fatal(cli, "failed to write commit object");
    if (strcmp(reason, "merge.not-fast-forward") == 0)
        cli_advise_forward_only(cli);
    return cli_fail(cli);
}

static void check_beginning(struct cli *cli)
{
    if (qn_op_merge_check(cli->ctx, cli->repo) == QN_OK)
        return;
    if (strcmp(qn_ctx_reason(cli->ctx), "merge.unmerged") != 0)
        cli_die(cli);
    (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    cli_advise(cli, NULL,
               "Fix them up in the work tree, and then use 'git add/rm "
               "<file>'\nas appropriate to mark resolution and make a commit.");
    cli_exit(cli, cli_fatal(cli, "Exiting because of an unresolved conflict."));
}

/* What an unborn branch cannot have comes before what was to be merged. */
static void refuse_unborn(const struct args *args)
{
    struct cli *cli = args->cli;
    struct qn_id commit;
    bool found = false;

    cli_forget(cli);
    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &commit, NULL,
                                  &found));
    if (!found && args->merge.squashes)
        cli_die_with(cli, "Squash commit into empty head not supported yet");
    if (!found && args->ff == QN_MERGE_FF_NEVER)
        cli_die_with(cli, "Non-fast-forward commit does not make sense into "
                          "an empty head");
}

static void add_head(struct args *args, const char *text)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_info info;
    struct cli *cli = args->cli;

    if (!qn_merge_heads_add(cli->ctx, &cli->scope, &args->heads, text))
        return;
    if (strcmp(qn_ctx_reason(cli->ctx), "merge.no-commit") != 0)
        cli_die(cli);
    if (qn_revision_parse(cli->ctx, &cli->scope, text, &revision) == QN_OK &&
        !qn_odb_read_info(cli->ctx, cli->odb, &revision.id, QN_ODB_WANT_TYPE,
                          &info) &&
        info.type != QN_OBJECT_TAG)
        (void)cli_error(cli,
                        "%s: expected commit type, but the object "
                        "dereferences to %s type",
                        text, qn_object_type_name(info.type));
    refuse_unborn(args);
    cli_stderr(cli, "merge: %s - not something we can merge\n", text);
    cli_exit(cli, 1);
}

static void choose(struct args *args, int argc, char **argv)
{
    struct qn_merge_options *merge = &args->merge;
    struct qn_buf upstream = QN_BUF_INIT;
    struct cli *cli = args->cli;
    const char *level;
    int i;

    choose_cleanup(args);
    if (argc == 1 && strcmp(argv[0], "-") == 0)
        add_head(args, "@{-1}");
    else
        for (i = 0; i < argc; i++)
            add_head(args, argv[i]);
    if (argc == 0)
        add_head(args, find_upstream(args, &upstream));
    level = qn_env_variable(cli->env, "GIT_MERGE_VERBOSITY");
    args->level =
        level ? atoi(level) : (int)cli_config_int(cli, "merge.verbosity", 2);
    merge->has_verbosity = args->level > 0;
    cli_show_progress(cli, true); /* who does not want it does not tell */
    merge->heads = &args->heads;
    merge->message = args->has_message ? &args->message : NULL;
    merge->log_size = (size_t)args->log_size;
    merge->fast_forward = (enum qn_merge_fast_forward)args->ff;
    merge->tree = &args->tree;
    merge->stops = args->commit == 0;
    merge->edits = wants_edit(args);
    merge->skips_hooks = !args->verify;
    merge->keeps_ignored = !args->overwrites_ignored;
    merge->is_quiet = args->verbosity < 0;
    merge->says_good = args->verbosity >= 0;
    merge->comment = cli_comment_string(cli);
    merge->calls.data = args;
    merge->calls.say = say;
    merge->calls.warn = warn;
    merge->calls.choose = choose_strategies;
    merge->calls.prepare = choose_tree_options;
    merge->calls.show_stat = show_stat;
    merge->calls.edit = edit;
    qn_buf_dispose(&upstream);
}

int cmd_merge(struct cli *cli, int argc, char **argv)
{
    struct args args = {.cli = cli,
                        .overwrites_ignored = true,
                        .show_stat = 1,
                        .edit = -1,
                        .commit = -1,
                        .progress = -1,
                        .verify = 1,
                        .merge = {.signing = -1}};
    int code = 0;

    if (!cli->has_help) {
        cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE | CLI_OPEN_VIEWS);
        cli_hold_objects(cli);
        configure(&args);
        parse_branch_options(&args);
    }
    argc = parse_options(&args, argc, argv);
    for (size_t i = 0; i < args.strategies.count; i++)
        (void)find_strategy(cli, args.strategies.items[i]);
    if (args.is_abort || args.is_quit || args.is_continue)
        return run_alone(&args,
                         args.is_abort  ? "--abort"
                         : args.is_quit ? "--quit"
                                        : "--continue",
                         argc);
    check_beginning(cli);
    if (args.merge.squashes && args.ff == QN_MERGE_FF_NEVER)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--squash", "--no-ff.");
    if (args.merge.squashes && args.commit > 0)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--squash", "--commit.");
    choose(&args, argc, argv);
    if (qn_op_merge(cli->ctx, cli->repo, &args.merge))
        code = explain(&args);
    qn_memory_free((void *)args.merge.strategies);
    qn_merge_heads_dispose(&args.heads);
    qn_buf_dispose(&args.message);
    if (code == 0)
        cli_upkeep_after(cli, QN_OP_UPKEEP_COMMIT, args.verbosity < 0);
    return code;
}
