/* SPDX-License-Identifier: MIT */
/* remote: the repositories that are tracked; git-remote(1). */
#include "cli/connecting.h"
#include "cli/ref_tools.h"
#include "cli/remote.h"
#include "operation/op_remote.h"
#include "os/process.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git remote [-v | --verbose]",
    "git remote add [-t <branch>] [-m <master>] [-f] [--[no-]tags] "
    "[--mirror=(fetch|push)] <name> <URL>",
    "git remote rename [--[no-]progress] <old> <new>",
    "git remote remove <name>",
    "git remote set-head <name> (-a | --auto | -d | --delete | <branch>)",
    "git remote set-branches [--add] <name> <branch>...",
    "git remote get-url [--push] [--all] <name>",
    "git remote set-url [--push] <name> <newurl> [<oldurl>]",
    "git remote set-url --add [--push] <name> <newurl>",
    "git remote set-url --delete [--push] <name> <URL>",
    "git remote [-v | --verbose] show [-n] <name>...",
    "git remote prune [-n | --dry-run] <name>...",
    "git remote [-v | --verbose] update [-p | --prune] "
    "[(<group> | <remote>)...]",
    NULL};

struct qn_remote *cli_remote_open(struct cli *cli, const char *name)
{
    struct qn_remote *remote = NULL;

    cli_check(cli,
              qn_remote_of(cli->ctx, cli->repo, name, NULL, false, &remote));
    if (remote->is_in_repo)
        return remote;
    qn_remote_free(remote);
    cli_error(cli, "No such remote '%s'", name);
    return NULL;
}

int cli_remote_fail(struct cli *cli)
{
    const char *reason = qn_ctx_reason(cli->ctx);
    int code = strcmp(reason, "remote.missing") == 0   ? CLI_REMOTE_MISSING
               : strcmp(reason, "remote.exists") == 0  ? CLI_REMOTE_EXISTS
               : strcmp(reason, "remote.section") == 0 ? 1
                                                       : 0;

    if (strcmp(reason, "remote.refs") == 0)
        return 128; /* it was said */
    if (!code)
        cli_die(cli);
    cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    qn_ctx_clear(cli->ctx);
    return code;
}

/* ------------------------------------------------------------------- list */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_verbose(struct cli *cli, const char *name)
{
    struct qn_remote *remote = NULL;
    size_t i;

    cli_check(cli,
              qn_remote_of(cli->ctx, cli->repo, name, NULL, false, &remote));
    if (remote->is_own_url) {
        cli_printf(cli, "%s\t\n", name);
    } else {
        cli_printf(cli, "%s\t%s (fetch)", name, remote->urls.items[0]);
        if (remote->is_promisor && remote->partial_clone_filter)
            cli_printf(cli, " [%s]", remote->partial_clone_filter);
        cli_printf(cli, "\n");
    }
    for (i = 0; i < remote->push_urls.count &&
                (!remote->is_own_url || remote->written_push_urls.count);
         i++)
        cli_printf(cli, "%s\t%s (push)\n", name, remote->push_urls.items[i]);
    qn_remote_free(remote);
}

int cli_remote_list(struct cli *cli)
{
    bool is_verbose = cli->outer && *(const bool *)cli->outer;
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words names;
    struct qn_remote *any = NULL;
    size_t i;

    cli_open_refs(cli);
    /* What is wrong in one of them is told first. */
    cli_check(cli,
              qn_remote_of(cli->ctx, cli->repo, "origin", NULL, false, &any));
    qn_remote_free(any);
    cli_check(cli, qn_remote_names(cli->ctx, qn_repo_config(cli->repo), &arena,
                                   &names));
    if (names.count)
        qsort((void *)names.items, names.count, sizeof(*names.items),
              compare_names);
    for (i = 0; i < names.count; i++) {
        if (is_verbose)
            print_verbose(cli, names.items[i]);
        else
            cli_printf(cli, "%s\n", names.items[i]);
    }
    qn_arena_dispose(&arena);
    return 0;
}

/* -------------------------------------------------------------------- add */

struct add {
    struct qn_op_remote_add what;
    struct cli_list branches;
    const char *master;
    bool is_mirror;
    bool fetches;
    int tags; /* -1: not said */
};

static int set_mirror(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct add *a = option->value;

    a->is_mirror = !is_negated;
    a->what.mirrors_fetch = a->what.mirrors_push = false;
    if (is_negated)
        return 0;
    if (!argument) {
        cli_warning(cli, "--mirror is dangerous and deprecated; please\n\t "
                         "use --mirror=fetch or --mirror=push instead");
        a->what.mirrors_fetch = a->what.mirrors_push = true;
        return 0;
    }
    if (strcmp(argument, "fetch") == 0)
        a->what.mirrors_fetch = true;
    else if (strcmp(argument, "push") == 0)
        a->what.mirrors_push = true;
    else
        return cli_error(cli, "unknown --mirror argument: %s", argument);
    return 0;
}

/* refs/remotes/<name>/HEAD; whether what it points to is there or not. */
static int set_head(struct cli *cli, const char *name, const char *branch)
{
    struct qn_buf head = QN_BUF_INIT, target = QN_BUF_INIT;
    int code;

    cli_check(cli,
              qn_buf_printf(cli->ctx, &head, "refs/remotes/%s/HEAD", name));
    cli_check(cli, qn_buf_printf(cli->ctx, &target, "refs/remotes/%s/%s", name,
                                 branch));
    code = cli_remote_write_head(cli, qn_buf_string(&head),
                                 qn_buf_string(&target), "remote add");
    qn_buf_dispose(&head);
    qn_buf_dispose(&target);
    return code;
}

/* Run `fetch` with these words behind it, as a program of its own: it may end
 * the process, and what it reads was just changed.  Its exit code. */
static int fetch(struct cli *cli, const char **words)
{
    return cli_run_self(cli, words, NULL) ? 1 : 0;
}

static int fetch_one(struct cli *cli, const char *name)
{
    const char *words[] = {NULL, "fetch", name, NULL};
    int code;

    cli_printf(cli, "Updating %s\n", name);
    code = fetch(cli, words);
    if (code)
        cli_error(cli, "Could not fetch %s", name);
    return code;
}

static int add(struct cli *cli, int argc, char **argv)
{
    static const char *const own_usage[] = {
        "git remote add [<options>] <name> <URL>", NULL};
    struct add a = {.tags = -1};
    const struct cli_option options[] = {
        CLI_FLAG('f', "fetch", &a.fetches, "fetch from it at once"),
        CLI_TRISTATE(0, "tags", &a.tags,
                     "fetch all its tags, or none (--no-tags)"),
        CLI_LIST('t', "track", &a.branches, "branch",
                 "track this branch alone"),
        CLI_STRING('m', "master", &a.master, "branch",
                   "its HEAD points to this branch"),
        {CLI_KIND_CALLBACK, 0, "mirror", &a, "(push|fetch)",
         "everything is the same at both ends",
         CLI_OPTION_OPTIONAL | CLI_OPTION_COMPLETE_BARE, 0, set_mirror},
        CLI_END};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, own_usage, 0);
    if (argc != 2)
        cli_usage(cli, own_usage, options);
    if (a.is_mirror && a.master)
        cli_die_with(cli,
                     "specifying a master branch makes no sense with --mirror");
    if (a.is_mirror && !a.what.mirrors_fetch && a.branches.count)
        cli_die_with(cli, "specifying branches to track makes sense only with "
                          "fetch mirrors");
    cli_open_refs(cli);
    a.what.name = argv[0];
    a.what.url = argv[1];
    a.what.branches = a.branches.items;
    a.what.branch_count = a.branches.count;
    a.what.tags = a.tags < 0   ? QN_REMOTE_TAGS_AUTO
                  : a.tags > 0 ? QN_REMOTE_TAGS_ALL
                               : QN_REMOTE_TAGS_NONE;
    if (qn_op_remote_add(cli->ctx, cli->repo, &a.what))
        return cli_remote_fail(cli);
    if (a.fetches)
        code = fetch_one(cli, argv[0]);
    if (!code && a.master)
        code = set_head(cli, argv[0], a.master);
    return code;
}

/* -------------------------------------------------------- rename, remove */

static int rename_remote(struct cli *cli, int argc, char **argv)
{
    static const char *const own_usage[] = {
        "git remote rename [--[no-]progress] <old> <new>", NULL};
    bool progress = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "progress", &progress, "show how far it is"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, own_usage, 0);
    if (argc != 2)
        cli_usage(cli, own_usage, options);
    cli_open_refs(cli);
    if (qn_op_remote_rename(cli->ctx, &cli->scope, argv[0], argv[1]))
        return cli_remote_fail(cli);
    return 0;
}

struct kept {
    struct cli *cli;
    struct cli_list names;
};

static void keep(void *data, const char *branch)
{
    struct kept *k = data;
    struct qn_buf copy = QN_BUF_INIT;

    cli_check(k->cli, qn_buf_append_string(k->cli->ctx, &copy, branch));
    /* Lives as long as the process. */
    cli_list_add(k->cli, &k->names, qn_buf_string(&copy));
}

static int remove_remote(struct cli *cli, int argc, char **argv)
{
    static const char *const own_usage[] = {"git remote remove <name>", NULL};
    static const struct cli_option options[] = {CLI_END};
    struct kept k = {.cli = cli};
    size_t i;
    enum qn_status status;

    argc = cli_parse(cli, argc, argv, options, own_usage, 0);
    if (argc != 1)
        cli_usage(cli, own_usage, options);
    cli_open_refs(cli);
    status = qn_op_remote_remove(cli->ctx, &cli->scope, argv[0], keep, &k);
    if (!status && k.names.count)
        cli_stderr(cli,
                   k.names.count == 1
                       ? "Note: A branch outside the refs/remotes/ hierarchy "
                         "was not removed;\nto delete it, use:\n"
                       : "Note: Some branches outside the refs/remotes/ "
                         "hierarchy were not removed;\nto delete them, use:\n");
    for (i = 0; !status && i < k.names.count; i++)
        cli_stderr(cli, "  git branch -d %s\n", k.names.items[i]);
    return status ? cli_remote_fail(cli) : 0;
}

/* ----------------------------------------------------------------- update */

static int update(struct cli *cli, int argc, char **argv)
{
    static const char *const own_usage[] = {
        "git remote update [<options>] [<group> | <remote>]...", NULL};
    int prunes = -1;
    const struct cli_option options[] = {
        CLI_TRISTATE('p', "prune", &prunes, "prune, too"), CLI_END};
    const char **words;
    bool has_default;
    int count = 1, i;

    argc = cli_parse(cli, argc, argv, options, own_usage, 0);
    words = qn_memory_calloc(cli->ctx, (size_t)argc + 7, sizeof(*words));
    if (!words)
        cli_die(cli);
    cli_open_refs(cli);
    words[count++] = "fetch";
    if (prunes >= 0)
        words[count++] = prunes ? "--prune" : "--no-prune";
    if (cli->outer && *(const bool *)cli->outer)
        words[count++] = "-v";
    has_default =
        qn_config_find(qn_repo_config(cli->repo), "remotes.default") != NULL;
    words[count++] = argc || has_default ? "--multiple" : "--all";
    if (!argc && has_default)
        words[count++] = "default";
    for (i = 0; i < argc; i++)
        words[count++] = argv[i];
    words[count] = NULL;
    i = fetch(cli, words);
    qn_memory_free((void *)words);
    return i;
}

int cmd_remote(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand words[] = {
        {"add", add, false},
        {"rename", rename_remote, false},
        {"rm", remove_remote, true},
        {"remove", remove_remote, false},
        {"set-head", cli_remote_set_head, false},
        {"set-branches", cli_remote_set_branches, false},
        {"get-url", cli_remote_get_url, false},
        {"set-url", cli_remote_set_url, false},
        {"show", cli_remote_show, false},
        {"prune", cli_remote_prune, false},
        {"update", update, false},
        {NULL, NULL, false}};
    bool is_verbose = false;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &is_verbose,
                 "show URLs, too; before a subcommand"),
        CLI_END};
    int code = 0;
    size_t i;

    if (cli_find_subcommand(cli, argc, argv, words, &code))
        return code;
    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    cli->outer = &is_verbose;
    if (!argc)
        return cli_remote_list(cli);
    for (i = 0; words[i].name; i++)
        if (strcmp(words[i].name, argv[0]) == 0)
            return words[i].run(cli, argc, argv);
    cli_error(cli, "unknown subcommand: `%s'", argv[0]);
    cli_usage(cli, usage, options);
    return CLI_EXIT_USAGE;
}
