/* SPDX-License-Identifier: MIT */
/* remote get-url, set-url, set-branches. */
#include "cli/remote.h"

#include "cli/ref_tools.h"
#include "config/config_edit.h"
#include "operation/op_remote.h"
#include "text/regex.h"

/* ---------------------------------------------------------------- get-url */

int cli_remote_get_url(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git remote get-url [--push] [--all] <name>", NULL};
    bool is_push = false, all = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "push", &is_push, "the URLs that push goes to"),
        CLI_FLAG(0, "all", &all, "all, not only the first"), CLI_END};
    const struct qn_remote_words *urls;
    struct qn_remote *remote;
    size_t i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc != 1)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    remote = cli_remote_open(cli, argv[0]);
    if (!remote)
        return CLI_REMOTE_MISSING;
    urls = is_push ? &remote->push_urls : &remote->urls;
    for (i = 0; i < urls->count && (all || !i); i++)
        cli_printf(cli, "%s\n", urls->items[i]);
    qn_remote_free(remote);
    return 0;
}

/* ---------------------------------------------------------------- set-url */

struct set_url {
    struct cli *cli;
    const char *key; /* "remote.<name>.url" */
    bool is_push, adds, removes;
};

static void edit(const struct set_url *s, const char *value,
                 const char *pattern)
{
    struct cli *cli = s->cli;
    struct qn_config_edit change = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    change.key = s->key;
    change.value = value;
    change.value_pattern = pattern;
    change.appends = s->adds;
    change.all = s->removes;
    status = qn_config_edit_file(cli->ctx, qn_buf_string(&path), &change);
    qn_buf_dispose(&path);
    if (status == QN_AMBIGUOUS || (status == QN_NOT_FOUND && value)) {
        qn_ctx_clear(cli->ctx);
        cli_die_with(cli, "could not set '%s' to '%s'", s->key, value);
    }
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(cli->ctx);
        cli_die_with(cli, "could not unset '%s'", s->key);
    }
    cli_check(cli, status);
}

/* How many of the URLs the expression names. */
static size_t count_matches(const struct set_url *s,
                            const struct qn_remote_words *urls,
                            const char *pattern)
{
    struct cli *cli = s->cli;
    struct qn_regex *regex = NULL;
    size_t count = 0, i;

    if (qn_regex_new(cli->ctx, qn_bytes_from_string(pattern), QN_REGEX_EXTENDED,
                     0, &regex)) {
        qn_ctx_clear(cli->ctx);
        cli_die_with(cli, "Invalid old URL pattern: %s", pattern);
    }
    for (i = 0; i < urls->count; i++)
        count += qn_regex_is_match(cli->ctx, regex,
                                   qn_bytes_from_string(urls->items[i]));
    qn_regex_free(regex);
    return count;
}

static void change_url(const struct set_url *s,
                       const struct qn_remote_words *urls, const char *url,
                       const char *pattern)
{
    size_t count;

    if ((!s->removes && !pattern) || s->adds) {
        edit(s, url, NULL);
        return;
    }
    if (s->removes)
        pattern = url;
    count = count_matches(s, urls, pattern);
    if (!s->removes && !count)
        cli_die_with(s->cli, "No such URL found: %s", pattern);
    if (s->removes && !s->is_push && count && count == urls->count)
        cli_die_with(s->cli, "Will not delete all non-push URLs");
    edit(s, s->removes ? NULL : url, pattern);
}

int cli_remote_set_url(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git remote set-url [--push] <name> <newurl> [<oldurl>]",
        "git remote set-url --add <name> <newurl>",
        "git remote set-url --delete <name> <url>", NULL};
    struct set_url s = {.cli = cli};
    const struct cli_option options[] = {
        CLI_FLAG(0, "push", &s.is_push, "the URLs that push goes to"),
        CLI_FLAG(0, "add", &s.adds, "one more"),
        CLI_FLAG(0, "delete", &s.removes, "remove those that match"), CLI_END};
    struct qn_buf key = QN_BUF_INIT;
    struct qn_remote *remote;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (s.adds && s.removes)
        cli_die_with(cli, "--add --delete doesn't make sense");
    if (argc < 2 || argc > (s.adds || s.removes ? 2 : 3))
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    remote = cli_remote_open(cli, argv[0]);
    if (!remote)
        return CLI_REMOTE_MISSING;
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "remote.%s.%s", argv[0],
                                 s.is_push ? "pushurl" : "url"));
    s.key = qn_buf_string(&key);
    change_url(&s,
               s.is_push ? &remote->written_push_urls : &remote->written_urls,
               argv[1], argc > 2 ? argv[2] : NULL);
    qn_remote_free(remote);
    qn_buf_dispose(&key);
    return 0;
}

/* ----------------------------------------------------------- set-branches */

/* Forget the refspecs; false when there were none. */
static bool forget_refspecs(struct cli *cli, const char *name)
{
    struct qn_config_edit change = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT, key = QN_BUF_INIT;
    enum qn_status status;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "remote.%s.fetch", name));
    change.key = qn_buf_string(&key);
    change.all = true;
    status = qn_config_edit_file(cli->ctx, qn_buf_string(&path), &change);
    qn_buf_dispose(&path);
    qn_buf_dispose(&key);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(cli->ctx);
        return false;
    }
    cli_check(cli, status);
    return true;
}

int cli_remote_set_branches(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git remote set-branches <name> <branch>...",
        "git remote set-branches --add <name> <branch>...", NULL};
    bool adds = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "add", &adds, "keep those that are tracked"), CLI_END};
    struct qn_remote *remote;
    bool is_mirror;
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc) {
        cli_error(cli, "no remote specified");
        cli_usage(cli, usage, options);
    }
    cli_open_refs(cli);
    remote = cli_remote_open(cli, argv[0]);
    if (!remote)
        return CLI_REMOTE_MISSING;
    is_mirror = remote->is_mirror;
    qn_remote_free(remote);
    if (!adds && !forget_refspecs(cli, argv[0]))
        return 1;
    for (i = 1; i < argc; i++)
        cli_check(cli, qn_op_remote_add_branch(cli->ctx, cli->repo, argv[0],
                                               argv[i], is_mirror));
    return 0;
}
