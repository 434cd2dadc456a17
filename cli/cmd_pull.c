/* SPDX-License-Identifier: MIT */
/* pull: fetch, then merge what FETCH_HEAD says; git-pull(1).
 *
 * Both are run as programs of their own, as Git does: each may end its process,
 * and the second one has to see what the first one wrote. */
#include "cli/pulling.h"
#include "cli/ref_tools.h"
#include "cli/work.h"
#include "operation/op_merge.h"
#include "os/file.h"
#include "os/process.h"
#include "walk/merge_base.h"
#include "worktree/status.h"
#include "worktree/unpack.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git pull [<options>] [<repository> [<refspec>...]]", NULL};

/* ---- options: those of fetch and of merge go on as they came */

/* "--name", "--name=value", "--no-name"; lives as long as the process. */
static void pass(struct cli *cli, struct cli_list *list,
                 const struct cli_option *option, const char *argument,
                 bool is_negated)
{
    struct qn_buf text = QN_BUF_INIT;

    if (option->long_name)
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &text, "--%s%s%s%s",
                                is_negated ? "no-" : "", option->long_name,
                                argument ? "=" : "", argument ? argument : ""));
    else
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &text, "-%c", option->short_name));
    cli_list_add(cli, list, qn_buf_string(&text));
}

static int pass_on(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated)
{
    pass(cli, option->value, option, argument, is_negated);
    return 0;
}

/* "=json" is of what moves bytes. */
static int pass_progress(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct cli_pull *p = option->value;

    if (argument && strcmp(argument, "json") != 0) {
        cli_error(cli, "option `progress' takes no value");
        return 1;
    }
    pass(cli, &p->fetch, option, argument, is_negated);
    pass(cli, &p->merge, option, NULL, is_negated);
    return 0;
}

static int set_dry(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated)
{
    struct cli_pull *p = option->value;

    (void)argument;
    pass(cli, &p->fetch, option, NULL, is_negated);
    p->is_dry = !is_negated;
    return 0;
}

static int set_ff(struct cli *cli, const struct cli_option *option,
                  const char *argument, bool is_negated)
{
    struct cli_pull *p = option->value;

    (void)cli;
    (void)argument;
    p->ff = option->number ? "--ff-only" : is_negated ? "--no-ff" : "--ff";
    return 0;
}

static int set_autostash(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct cli_pull *p = option->value;

    p->autostash = !is_negated;
    pass(cli, &p->merge, option, argument, is_negated);
    return 0;
}

static bool parse_rebase(const char *value, enum cli_pull_rebase *out)
{
    bool is_on = false;

    if (!value || (qn_config_parse_bool(value, &is_on) && is_on))
        *out = CLI_PULL_REBASE;
    else if (qn_config_parse_bool(value, &is_on))
        *out = CLI_PULL_MERGE;
    else if (strcmp(value, "merges") == 0 || strcmp(value, "m") == 0 ||
             strcmp(value, "interactive") == 0 || strcmp(value, "i") == 0)
        *out = CLI_PULL_REBASE;
    else
        return false;
    return true;
}

static int set_rebase(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_pull *p = option->value;

    if (is_negated)
        p->rebase = CLI_PULL_MERGE;
    else if (!parse_rebase(argument, &p->rebase))
        return cli_error(cli, "invalid value for '%s': '%s'", "--rebase",
                         argument);
    return 0;
}

#define MERGE(s, l, a, h, f) CLI_CALLBACK(s, l, &p->merge, a, h, f, pass_on)
#define FETCH(s, l, a, h, f) CLI_CALLBACK(s, l, &p->fetch, a, h, f, pass_on)
#define PLAIN                CLI_OPTION_NO_ARGUMENT

static int parse(struct cli_pull *p, int argc, char **argv)
{
    const struct cli_option options[] = {
        CLI_VERBOSE(&p->verbosity),
        CLI_QUIET(&p->verbosity),
        CLI_CALLBACK(0, "progress", p, "json", "show how far it is",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_COMPLETE_BARE,
                     pass_progress),
        FETCH(0, "recurse-submodules", "on-demand", "submodules, too",
              CLI_OPTION_OPTIONAL),
        CLI_GROUP("Options related to merging"),
        CLI_CALLBACK('r', "rebase", p, "(false|true|merges|interactive)",
                     "put our commits on top of theirs", CLI_OPTION_OPTIONAL,
                     set_rebase),
        MERGE('n', NULL, NULL, "no diffstat", PLAIN | CLI_OPTION_NO_NEGATE),
        MERGE(0, "stat", NULL, "a diffstat at the end", PLAIN),
        MERGE(0, "summary", NULL, "the same", PLAIN | CLI_OPTION_HIDDEN),
        MERGE(0, "compact-summary", NULL, "new and gone files in it", PLAIN),
        MERGE(0, "log", "n", "list the commits in the message",
              CLI_OPTION_OPTIONAL),
        MERGE(0, "signoff", NULL, "add Signed-off-by", PLAIN),
        MERGE(0, "squash", NULL, "one set of changes, no merge", PLAIN),
        MERGE(0, "commit", NULL, "commit when it went well", PLAIN),
        MERGE(0, "edit", NULL, "edit the message", PLAIN),
        CLI_STRING(0, "cleanup", &p->cleanup, "mode",
                   "how the message is cleaned up"),
        CLI_CALLBACK(0, "ff", p, NULL, "allow a fast-forward", PLAIN, set_ff),
        {CLI_KIND_CALLBACK, 0, "ff-only", p, NULL, "nothing but a fast-forward",
         PLAIN | CLI_OPTION_NO_NEGATE, 1, set_ff},
        MERGE(0, "verify", NULL, "run pre-merge-commit and commit-msg", PLAIN),
        MERGE(0, "verify-signatures", NULL,
              "the commits must be signed, and well", PLAIN),
        CLI_CALLBACK(0, "autostash", p, NULL, "put local changes aside", PLAIN,
                     set_autostash),
        MERGE('s', "strategy", "strategy", "how to merge", 0),
        MERGE('X', "strategy-option", "option=value", "for the strategy", 0),
        MERGE('S', "gpg-sign", "key-id", "sign the commit",
              CLI_OPTION_OPTIONAL),
        MERGE(0, "allow-unrelated-histories", NULL,
              "even without a common commit", PLAIN),
        CLI_GROUP("Options related to fetching"),
        FETCH(0, "all", NULL, "from all remotes", PLAIN),
        FETCH('a', "append", NULL, "keep what FETCH_HEAD holds", PLAIN),
        FETCH(0, "upload-pack", "path", "the program at the other end", 0),
        FETCH('f', "force", NULL, "overwrite local branches", PLAIN),
        FETCH('t', "tags", NULL, "all tags", PLAIN),
        FETCH('p', "prune", NULL, "delete what is gone there", PLAIN),
        FETCH('j', "jobs", "n", "so many at once", CLI_OPTION_OPTIONAL),
        CLI_CALLBACK(0, "dry-run", p, NULL, "change nothing", PLAIN, set_dry),
        FETCH('k', "keep", NULL, "keep the pack", PLAIN),
        FETCH(0, "depth", "depth", "so much history", 0),
        FETCH(0, "shallow-since", "time", "history since then", 0),
        FETCH(0, "shallow-exclude", "ref", "history without this one's", 0),
        FETCH(0, "deepen", "n", "so much more history", 0),
        FETCH(0, "unshallow", NULL, "all history",
              PLAIN | CLI_OPTION_NO_NEGATE),
        FETCH(0, "update-shallow", NULL, "take refs that end history", PLAIN),
        FETCH(0, "refmap", "refmap", "where refs go", CLI_OPTION_NO_NEGATE),
        FETCH('o', "server-option", "text", "for the server", 0),
        FETCH('4', "ipv4", NULL, "only IPv4", PLAIN),
        FETCH('6', "ipv6", NULL, "only IPv6", PLAIN),
        FETCH(0, "negotiation-restrict", "revision",
              "tell only of what this reaches", 0),
        FETCH(0, "negotiation-tip", "revision", "the same", 0),
        FETCH(0, "negotiation-include", "revision", "tell of this, too", 0),
        FETCH(0, "show-forced-updates", NULL, "find out what was forced",
              PLAIN),
        FETCH(0, "set-upstream", NULL, "the branch tracks what is pulled",
              PLAIN),
        CLI_END};

    memcpy(p->table, options, sizeof(options));
    return cli_parse(p->cli, argc, argv, p->table, usage, 0);
}

/* ---- configuration */

static void check_cleanup(const struct cli_pull *p)
{
    static const char *const modes[] = {"default", "strip", "whitespace",
                                        "verbatim", "scissors"};
    size_t i;

    for (i = 0; p->cleanup && i < QN_COUNT_OF(modes); i++)
        if (strcmp(p->cleanup, modes[i]) == 0)
            return;
    if (p->cleanup)
        cli_die_with(p->cli, "Invalid cleanup mode %s", p->cleanup);
}

static void configure_ff(struct cli_pull *p)
{
    struct cli *cli = p->cli;
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "pull.ff");
    bool is_on = false;

    if (!entry)
        return;
    if (qn_config_parse_bool(entry->value, &is_on))
        p->ff = is_on ? "--ff" : "--no-ff";
    else if (strcmp(entry->value, "only") == 0)
        p->ff = "--ff-only";
    else
        cli_die_with(cli, "invalid value for '%s': '%s'", "pull.ff",
                     entry->value);
}

static bool configure_rebase(struct cli_pull *p, const char *key)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(p->cli), key);

    if (!entry)
        return false;
    if (!parse_rebase(entry->value, &p->rebase))
        cli_die_with(p->cli, "invalid value for '%s': '%s'", key, entry->value);
    return true;
}

/* pull.autoStash is stronger than merge.autoStash and rebase.autoStash. */
static void configure_autostash(struct cli_pull *p)
{
    static const char key[] = "pull.autostash";
    bool is_on = cli_config_bool(p->cli, key, false);

    if (p->autostash >= 0 || !qn_config_find(cli_config(p->cli), key))
        return;
    p->autostash = is_on;
    cli_list_add(p->cli, &p->merge, is_on ? "--autostash" : "--no-autostash");
}

static void configure(struct cli_pull *p)
{
    struct qn_buf key = QN_BUF_INIT;
    bool was_said = p->rebase != CLI_PULL_UNSAID;
    bool ff_was_said = p->ff != NULL;

    check_cleanup(p);
    configure_autostash(p);
    /* --rebase on the command line is stronger than pull.ff. */
    if (!p->ff && p->rebase != CLI_PULL_REBASE)
        configure_ff(p);
    if (was_said)
        return;
    if (p->branch)
        cli_check(p->cli, qn_buf_printf(p->cli->ctx, &key, "branch.%s.rebase",
                                        p->branch));
    if (!p->branch || !configure_rebase(p, qn_buf_string(&key)))
        (void)configure_rebase(p, "pull.rebase");
    qn_buf_dispose(&key);
    /* Of what is only configured, "only" wins over "rebase"; --ff-only over
     * everything. */
    if (p->rebase == CLI_PULL_REBASE && p->ff &&
        strcmp(p->ff, "--ff-only") == 0)
        p->rebase = CLI_PULL_MERGE;
    else if (p->rebase == CLI_PULL_REBASE && !ff_was_said)
        p->ff = NULL;
}

/* ---- programs */

static int run(struct cli_pull *p, const char **words)
{
    struct qn_buf action = QN_BUF_INIT;
    int code;

    if (!qn_env_variable(p->cli->env, "GIT_REFLOG_ACTION"))
        cli_check(p->cli,
                  qn_buf_printf(p->cli->ctx, &action, "GIT_REFLOG_ACTION=%s",
                                qn_buf_string(&p->action)));
    code = cli_run_self(p->cli, words,
                        action.size ? qn_buf_string(&action) : NULL);
    qn_buf_dispose(&action);
    return code;
}

static void add_verbosity(struct cli_pull *p, struct cli_list *words)
{
    int i;

    for (i = 0; i < p->verbosity; i++)
        cli_list_add(p->cli, words, "-v");
    for (i = 0; i > p->verbosity; i--)
        cli_list_add(p->cli, words, "-q");
}

static void add_all(struct cli *cli, struct cli_list *words,
                    const struct cli_list *more)
{
    size_t i;

    for (i = 0; i < more->count; i++)
        cli_list_add(cli, words, more->items[i]);
}

static int run_list(struct cli_pull *p, struct cli_list *words)
{
    int code;

    cli_list_add(p->cli, words, NULL);
    code = run(p, words->items);
    qn_memory_free((void *)words->items);
    return code;
}

static int fetch(struct cli_pull *p, int argc, char **argv)
{
    struct cli_list words = {NULL, 0, 0, false};
    int i;

    cli_list_add(p->cli, &words, NULL);
    cli_list_add(p->cli, &words, "fetch");
    /* What is fetched into the current branch brings the files along below. */
    cli_list_add(p->cli, &words, "--update-head-ok");
    add_verbosity(p, &words);
    add_all(p->cli, &words, &p->fetch);
    for (i = 0; i < argc; i++)
        cli_list_add(p->cli, &words, argv[i]);
    return run_list(p, &words) ? 1 : 0;
}

static int merge(struct cli_pull *p, const char *ff)
{
    struct cli_list words = {NULL, 0, 0, false};
    struct qn_buf cleanup = QN_BUF_INIT;

    cli_list_add(p->cli, &words, NULL);
    cli_list_add(p->cli, &words, "merge");
    add_verbosity(p, &words);
    add_all(p->cli, &words, &p->merge);
    if (p->cleanup) {
        cli_check(p->cli, qn_buf_printf(p->cli->ctx, &cleanup, "--cleanup=%s",
                                        p->cleanup));
        cli_list_add(p->cli, &words, qn_buf_string(&cleanup));
    }
    if (ff)
        cli_list_add(p->cli, &words, ff);
    cli_list_add(p->cli, &words, "FETCH_HEAD");
    return run_list(p, &words);
}

/* ---- before the fetch */

static void check_beginning(struct cli *cli)
{
    if (qn_op_merge_check(cli->ctx, cli->repo) == QN_OK)
        return;
    if (strcmp(qn_ctx_reason(cli->ctx), "merge.unmerged") == 0) {
        cli_error(cli, "Pulling is not possible because you have unmerged "
                       "files.");
        cli_advise(cli, NULL,
                   "Fix them up in the work tree, and then use 'git add/rm "
                   "<file>'\nas appropriate to mark resolution and make a "
                   "commit.");
        cli_exit(cli,
                 cli_fatal(cli, "Exiting because of an unresolved conflict."));
    }
    cli_error(cli, "You have not concluded your merge (MERGE_HEAD exists).");
    cli_advise(cli, NULL, "Please, commit your changes before merging.");
    cli_exit(cli, cli_fatal(cli, "Exiting because of unfinished merge."));
}

static bool is_clean(struct cli_pull *p, const char **words)
{
    return run(p, words) == 0;
}

/* A rebase wants nothing that is not committed. */
static void check_rebase(struct cli_pull *p)
{
    const char *files[] = {NULL, "diff-files", "--quiet", "--ignore-submodules",
                           "--", NULL};
    const char *index[] = {NULL,   "diff-index", "--cached", "--quiet",
                           "HEAD", "--",         NULL};
    const char *refresh[] = {NULL, "update-index", "-q", "--refresh", NULL};
    struct cli *cli = p->cli;
    bool files_are, index_is;

    if (p->autostash < 0) {
        p->autostash = cli_config_bool(cli, "rebase.autostash", false);
        if (p->autostash)
            cli_list_add(cli, &p->merge, "--autostash");
    }
    if (p->is_unborn || p->autostash)
        return;
    (void)run(p, refresh);
    files_are = is_clean(p, files);
    index_is = is_clean(p, index);
    if (files_are && index_is)
        return;
    cli_error(cli, "cannot pull with rebase: %s",
              files_are ? "Your index contains uncommitted changes."
                        : "You have unstaged changes.");
    if (!files_are && !index_is)
        cli_error(cli,
                  "additionally, your index contains uncommitted changes.");
    cli_error(cli, "Please commit or stash them.");
    cli_exit(cli, 128);
}

static void find_head(struct cli_pull *p, struct qn_id *id)
{
    struct cli *cli = p->cli;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_check(cli,
              qn_status_head(cli->ctx, cli->odb, cli->refs, id, NULL, &found));
    p->is_unborn = !found;
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    if (found && ref.is_symbolic && !p->branch &&
        strncmp(qn_buf_string(&ref.target), "refs/heads/", 11) == 0) {
        cli_check(cli, qn_buf_append_string(cli->ctx, &p->branch_name,
                                            qn_buf_string(&ref.target) + 11));
        p->branch = qn_buf_string(&p->branch_name);
    }
    qn_ref_dispose(&ref);
}

/* ---- behind the fetch */

/* The commits that FETCH_HEAD lists for merging. */
static void read_heads(struct cli_pull *p, struct qn_id_list *out)
{
    struct cli *cli = p->cli;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;
    struct qn_id id;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "FETCH_HEAD", &path));
    status = qn_file_read_all(cli->ctx, qn_buf_string(&path), &text);
    if (status == QN_NOT_FOUND) /* there was nothing to fetch from */
        qn_ctx_clear(cli->ctx);
    else
        cli_check(cli, status);
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        size_t size = qn_bytes_find(line, '\t');

        if (qn_bytes_has_prefix(qn_bytes_from(line, size),
                                "\tnot-for-merge\t") ||
            !qn_id_from_hex(&id, qn_repo_algorithm(cli->repo),
                            qn_bytes_first(line, size)))
            continue;
        cli_check(cli, qn_id_list_add(cli->ctx, out, &id));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

/* The fetch moved the branch that we are on: the files follow. */
static void follow_branch(struct cli_pull *p, const struct qn_id *before,
                          const struct qn_id *now)
{
    const char *words[] = {NULL, "read-tree", "-m", "-u", NULL, NULL, NULL};
    char old_hex[QN_ID_MAX_HEX_SIZE + 1], new_hex[QN_ID_MAX_HEX_SIZE + 1];

    const char *refresh[] = {NULL, "update-index", "-q", "--refresh", NULL};

    words[4] = qn_id_to_hex(before, old_hex);
    words[5] = qn_id_to_hex(now, new_hex);
    cli_warning(p->cli,
                "fetch updated the current branch head.\nfast-forwarding your "
                "working tree from\ncommit %s.",
                old_hex);
    (void)run(p, refresh);
    if (run(p, words))
        cli_die_with(p->cli,
                     "Cannot fast-forward your working tree.\n"
                     "After making sure that you saved anything precious from\n"
                     "$ git diff %s\noutput, run\n$ git reset --hard\nto "
                     "recover.",
                     old_hex);
}

static bool is_ancestor(struct cli *cli, const struct qn_id *a,
                        const struct qn_id *b)
{
    struct qn_id commit;
    bool out = false;

    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, a, QN_OBJECT_COMMIT,
                                    &commit));
    cli_check(cli, qn_merge_base_is_ancestor(cli->ctx, &cli->scope, &commit, b,
                                             &out));
    return out;
}

static bool is_up_to_date(struct cli *cli, const struct qn_id *head,
                          const struct qn_id_list *heads)
{
    size_t i;

    for (i = 0; i < heads->count; i++)
        if (!is_ancestor(cli, &heads->ids[i], head))
            return false;
    return true;
}

static bool can_forward(struct cli *cli, const struct qn_id *head,
                        const struct qn_id_list *heads)
{
    struct qn_id theirs;

    if (heads->count > 1)
        return false;
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &heads->ids[0],
                                    QN_OBJECT_COMMIT, &theirs));
    return is_ancestor(cli, head, &theirs);
}

/* There is no commit yet: theirs becomes the first one, and what is staged or
 * lies about must not be lost. */
static int fill_void(struct cli_pull *p, const struct qn_id *head)
{
    struct cli *cli = p->cli;
    struct qn_unpack_options unpack = {
        .kind = QN_UNPACK_TWO, .updates = true, .operation = "merge"};
    struct qn_ref_transaction *transaction = NULL;
    struct cli_work work;
    struct qn_id commit, trees[2];

    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, head, QN_OBJECT_COMMIT,
                                    &commit));
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, head, QN_OBJECT_TREE,
                                    &trees[1]));
    trees[0] = *qn_id_empty_tree(qn_repo_algorithm(cli->repo));
    cli_work_open(cli, &work, CLI_WORK_LOCK);
    if (qn_unpack_run(cli->ctx, &work.tree, work.index, cli->odb, trees, 2,
                      &unpack)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite") != 0)
            cli_die(cli);
        cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        cli_work_close(&work);
        return 1;
    }
    cli_work_commit(cli, &work, true);
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    cli_check(cli, qn_ref_transaction_update(cli->ctx, transaction, "HEAD",
                                             &commit, NULL, 0, "initial pull"));
    cli_check(cli, qn_ref_transaction_commit(cli->ctx, transaction,
                                             cli_ref_writer(cli)));
    qn_ref_transaction_free(transaction);
    cli_work_close(&work);
    return 0;
}

static int integrate(struct cli_pull *p, const struct qn_id *head,
                     const struct qn_id_list *heads)
{
    struct cli *cli = p->cli;
    bool is_current, is_forward;

    if (p->is_unborn) {
        if (heads->count > 1)
            cli_die_with(cli,
                         "Cannot merge multiple branches into empty head.");
        return fill_void(p, &heads->ids[0]);
    }
    if (p->rebase == CLI_PULL_REBASE && heads->count > 1)
        cli_die_with(cli, "Cannot rebase onto multiple branches.");
    is_current = is_up_to_date(cli, head, heads);
    is_forward = can_forward(cli, head, heads);
    if (p->ff && strcmp(p->ff, "--ff-only") == 0 && heads->count > 1)
        cli_die_with(cli, "Cannot fast-forward to multiple branches.");
    if (p->ff && strcmp(p->ff, "--ff-only") == 0 && !is_current &&
        !is_forward && p->rebase != CLI_PULL_REBASE) {
        cli_advise_forward_only(cli);
        cli_die_with(cli, "Not possible to fast-forward, aborting.");
    }
    if (p->rebase == CLI_PULL_UNSAID && !p->ff && !is_current && !is_forward)
        cli_pull_die_divergent(cli);
    if (p->rebase != CLI_PULL_REBASE)
        return merge(p, p->ff);
    if (is_forward)
        return merge(p, "--ff-only");
    if (is_current && p->branch) {
        cli_printf(cli, "Current branch %s is up to date.\n", p->branch);
        return 0;
    }
    cli_die_with(cli, "pull with rebase needs rebase, which is not done yet");
    return 128;
}

int cmd_pull(struct cli *cli, int argc, char **argv)
{
    struct cli_pull p = {.cli = cli, .autostash = -1};
    struct qn_id_list heads = {0};
    struct qn_id before, head;
    bool was_unborn;
    int code, i;

    for (i = 0; i < argc; i++)
        cli_check(cli, qn_buf_printf(cli->ctx, &p.action, "%s%s", i ? " " : "",
                                     argv[i]));
    argc = parse(&p, argc, argv);
    cli_open_repo(cli, CLI_OPEN_NEEDS_WORK_TREE);
    cli_open_refs(cli);
    find_head(&p, &before);
    was_unborn = p.is_unborn;
    configure(&p);
    check_beginning(cli);
    if (p.rebase == CLI_PULL_REBASE)
        check_rebase(&p);
    code = fetch(&p, argc, argv);
    if (code || p.is_dry)
        return code;
    find_head(&p, &head);
    if (!was_unborn && !p.is_unborn && !qn_id_is_equal(&before, &head))
        follow_branch(&p, &before, &head);
    read_heads(&p, &heads);
    code = heads.count ? integrate(&p, &head, &heads)
                       : cli_pull_explain(&p, argc, argv);
    qn_id_list_dispose(&heads);
    qn_buf_dispose(&p.action);
    qn_buf_dispose(&p.branch_name);
    return code;
}
