/* SPDX-License-Identifier: MIT */
/* remote show, prune, set-head. */
#include "cli/ref_tools.h"
#include "cli/remote.h"
#include "cli/remote_query.h"
#include "walk/revision.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------- show: branches */

static void show_branches(const struct cli_remote_query *q)
{
    static const char *const words[] = {
        " new (next fetch will store in remotes/%s)", " tracked",
        " stale (use 'git remote prune' to remove)", " skipped", ""};
    struct cli *cli = q->cli;
    size_t width = 0, i;

    if (!q->count)
        return;
    cli_printf(cli, "  Remote branch%s:%s\n", q->count == 1 ? "" : "es",
               q->is_asked ? "" : " (status not queried)");
    for (i = 0; i < q->count; i++)
        if (strlen(q->branches[i].name) > width)
            width = strlen(q->branches[i].name);
    for (i = 0; i < q->count; i++) {
        const struct cli_remote_branch *branch = &q->branches[i];

        if (!q->is_asked) {
            cli_printf(cli, "    %s\n", branch->name);
            continue;
        }
        cli_printf(cli, "    %-*s", (int)width, branch->name);
        if (branch->state == CLI_REMOTE_NEW)
            cli_printf(cli, words[CLI_REMOTE_NEW], q->remote->name);
        else
            cli_printf(cli, "%s", words[branch->state]);
        cli_printf(cli, "\n");
    }
}

/* -------------------------------------------------------------- show: pull */

enum rebase { REBASE_NO = 0, REBASE_YES, REBASE_INTERACTIVE, REBASE_MERGES };

struct puller {
    const char *name;
    struct cli_list merges;
    enum rebase rebase;
};

struct pulls {
    struct puller *items;
    size_t count;
    size_t capacity;
    bool rebases; /* one of them does */
};

static int compare_pullers(const void *a, const void *b)
{
    return strcmp(((const struct puller *)a)->name,
                  ((const struct puller *)b)->name);
}

static enum rebase parse_rebase(const char *value)
{
    bool is_on = false;

    if (!value || (qn_config_parse_bool(value, &is_on) && is_on))
        return REBASE_YES;
    if (strcmp(value, "merges") == 0 || strcmp(value, "m") == 0)
        return REBASE_MERGES;
    return strcmp(value, "interactive") == 0 || strcmp(value, "i") == 0
               ? REBASE_INTERACTIVE
               : REBASE_NO;
}

/* The branch `name`, all that the configuration says of it. */
static void fill_puller(struct cli *cli, struct qn_bytes name,
                        struct puller *out)
{
    const struct qn_config *config = qn_repo_config(cli->repo);
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *variable;
        struct qn_bytes other;

        if (!qn_config_key_in(entry->key, "branch", &other, &variable) ||
            !qn_bytes_is_equal(other, name))
            continue;
        if (strcmp(variable, "merge") == 0 && entry->value)
            cli_list_add(cli, &out->merges,
                         strncmp(entry->value, "refs/heads/", 11) == 0
                             ? entry->value + 11
                             : entry->value);
        else if (strcmp(variable, "rebase") == 0)
            out->rebase = parse_rebase(entry->value);
    }
}

static void gather_pulls(struct cli *cli, const char *remote,
                         struct pulls *pulls)
{
    const struct qn_config *config = qn_repo_config(cli->repo);
    struct qn_map names = QN_MAP_INIT;
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_map_item *item;
        const char *variable;
        struct qn_bytes name;

        if (!qn_config_key_in(entry->key, "branch", &name, &variable) ||
            strcmp(variable, "remote") != 0)
            continue;
        item = qn_map_put(cli->ctx, &names, name, NULL);
        if (!item)
            cli_die(cli);
        item->number = entry->value && strcmp(entry->value, remote) == 0;
    }
    for (i = 0; i < names.count; i++) {
        struct puller puller = {.name = (const char *)names.items[i].key.data};

        if (names.items[i].number)
            fill_puller(cli, names.items[i].key, &puller);
        if (!puller.merges.count)
            continue;
        cli_check(cli, qn_memory_grow(cli->ctx, &pulls->items, &pulls->capacity,
                                      pulls->count + 1, sizeof(*pulls->items)));
        /* The name lives as long as the process. */
        puller.name = qn_arena_copy(cli->ctx, &names.keys, names.items[i].key);
        if (!puller.name)
            cli_die(cli);
        pulls->items[pulls->count++] = puller;
        pulls->rebases = pulls->rebases || puller.rebase != REBASE_NO;
    }
    if (pulls->count)
        qsort(pulls->items, pulls->count, sizeof(*pulls->items),
              compare_pullers);
}

static void show_pulls(struct cli *cli, const char *remote)
{
    static const char *const how[] = {
        "merges with remote", "rebases onto remote",
        "rebases interactively onto remote",
        "rebases interactively (with merges) onto remote"};
    struct pulls pulls = {NULL, 0, 0, false};
    size_t width = 0, i, k;

    gather_pulls(cli, remote, &pulls);
    if (!pulls.count)
        return;
    for (i = 0; i < pulls.count; i++)
        if (strlen(pulls.items[i].name) > width)
            width = strlen(pulls.items[i].name);
    cli_printf(cli, "  Local branch%s configured for 'git pull':\n",
               pulls.count == 1 ? "" : "es");
    for (i = 0; i < pulls.count; i++) {
        const struct puller *p = &pulls.items[i];

        cli_printf(cli, "    %-*s %s%s %s\n", (int)width, p->name,
                   p->rebase == REBASE_NO && pulls.rebases ? " " : "",
                   how[p->rebase], p->merges.items[0]);
        for (k = 1; k < p->merges.count && p->rebase == REBASE_NO; k++)
            cli_printf(cli, "    %-*s %s   and with remote %s\n", (int)width,
                       "", pulls.rebases ? " " : "", p->merges.items[k]);
    }
}

/* -------------------------------------------------------------------- show */

static void show_heads(struct cli_remote_query *q)
{
    struct cli *cli = q->cli;
    size_t i;

    if (!q->is_asked) {
        cli_printf(cli, "  HEAD branch: (not queried)\n");
        return;
    }
    cli_remote_query_heads(q);
    if (q->heads.count < 2) {
        cli_printf(cli, "  HEAD branch: %s\n",
                   q->heads.count ? q->heads.items[0] : "(unknown)");
        return;
    }
    cli_printf(cli, "  HEAD branch (remote HEAD is ambiguous, may be one of "
                    "the following):\n");
    for (i = 0; i < q->heads.count; i++)
        cli_printf(cli, "    %s\n", q->heads.items[i]);
}

static void show_one(struct cli *cli, const char *name, bool asks)
{
    struct cli_remote_query query;
    const struct qn_remote_words *push;
    size_t i;

    cli_remote_query_begin(&query, cli, name, asks);
    push = &query.remote->push_urls;
    cli_printf(cli, "* remote %s\n  Fetch URL: %s\n", name,
               query.remote->urls.count ? query.remote->urls.items[0]
                                        : "(no URL)");
    for (i = 0; i < push->count; i++)
        cli_printf(cli, "  Push  URL: %s\n", push->items[i]);
    if (!push->count)
        cli_printf(cli, "  Push  URL: (no URL)\n");
    show_heads(&query);
    cli_remote_query_branches(&query);
    show_branches(&query);
    show_pulls(cli, name);
    cli_remote_show_pushes(&query);
    cli_remote_query_end(&query);
}

int cli_remote_show(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {"git remote show [<options>] <name>",
                                        NULL};
    bool is_quiet = false;
    const struct cli_option options[] = {
        CLI_FLAG('n', NULL, &is_quiet, "do not ask the other side"), CLI_END};
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc)
        return cli_remote_list(cli);
    cli_open_refs(cli);
    for (i = 0; i < argc; i++)
        show_one(cli, argv[i], !is_quiet);
    return 0;
}

/* ------------------------------------------------------------------- prune */

struct dangling {
    struct cli *cli;
    const struct qn_fetch_stales *stales;
    bool is_dry;
};

static enum qn_status tell_dangling(struct qn_ctx *ctx, void *data,
                                    const struct qn_ref *ref)
{
    const struct dangling *d = data;
    size_t i;

    (void)ctx;
    for (i = 0; ref->is_symbolic && i < d->stales->count; i++)
        if (strcmp(qn_buf_string(&ref->target), d->stales->items[i].name) == 0)
            cli_printf(d->cli,
                       d->is_dry
                           ? " %s will become dangling after %s is deleted\n"
                           : " %s has become dangling after %s was deleted\n",
                       qn_buf_string(&ref->name), d->stales->items[i].name);
    return QN_OK;
}

/* False: some could not be deleted, which was said. */
static bool delete_stale(struct cli *cli, const struct qn_fetch_stales *stales)
{
    struct qn_id none = {.algorithm = qn_repo_algorithm(cli->repo)};
    struct qn_ref_transaction *transaction = NULL;
    size_t i;

    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    for (i = 0; i < stales->count; i++)
        cli_check(cli, qn_ref_transaction_update(
                           cli->ctx, transaction, stales->items[i].name, &none,
                           NULL, QN_REF_NO_DEREF, "remote: prune"));
    if (qn_ref_transaction_commit(cli->ctx, transaction, cli_ref_writer(cli))) {
        cli_error(cli, "could not delete references: %s",
                  qn_ctx_message(cli->ctx));
        qn_ctx_clear(cli->ctx);
        qn_ref_transaction_free(transaction);
        return false;
    }
    qn_ref_transaction_free(transaction);
    return true;
}

/* "refs/remotes/o/a" is "o/a"; others are shown in full. */
static const char *pretty(const char *name)
{
    return strncmp(name, "refs/remotes/", 13) == 0 ? name + 13 : name;
}

static int prune_one(struct cli *cli, const char *name, bool is_dry)
{
    struct cli_remote_query query;
    struct qn_fetch_stales stales = {.arena = QN_ARENA_INIT};
    struct dangling dangling = {cli, &stales, is_dry};
    bool is_done = true;
    size_t i;

    cli_remote_query_begin(&query, cli, name, true);
    cli_check(cli, qn_fetch_update_find_stale(cli->ctx, &cli->scope,
                                              &query.remote->fetch, query.refs,
                                              &stales));
    if (stales.count) {
        cli_printf(cli, "Pruning %s\nURL: %s\n", name,
                   query.remote->urls.items[0]);
        if (!is_dry)
            is_done = delete_stale(cli, &stales);
        for (i = 0; i < stales.count; i++)
            cli_printf(cli, " * [%s] %s\n", is_dry ? "would prune" : "pruned",
                       pretty(stales.items[i].name));
        cli_check(cli,
                  qn_refs_walk(cli->ctx, cli->refs, "", QN_REFS_INCLUDE_BROKEN,
                               tell_dangling, &dangling));
    }
    qn_fetch_stales_dispose(&stales);
    cli_remote_query_end(&query);
    return is_done ? 0 : 1;
}

int cli_remote_prune(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {"git remote prune [<options>] <name>",
                                        NULL};
    bool is_dry = false;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &is_dry, "only say what would go"), CLI_END};
    int code = 0, i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    for (i = 0; i < argc; i++)
        code |= prune_one(cli, argv[i], is_dry);
    return code;
}

/* ---------------------------------------------------------------- set-head */

/* The name of refs/remotes/<remote>/<rest>, appended. */
static void append_ref(struct cli *cli, struct qn_buf *out, const char *remote,
                       const char *rest)
{
    cli_check(cli,
              qn_buf_printf(cli->ctx, out, "refs/remotes/%s/%s", remote, rest));
}

int cli_remote_write_head(struct cli *cli, const char *head, const char *target,
                          const char *why)
{
    struct qn_ref_transaction *transaction = NULL;

    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    cli_check(cli, qn_ref_transaction_symbolic(
                       cli->ctx, transaction, head, target, NULL, NULL,
                       QN_REF_NO_DEREF | (target ? 0 : QN_REF_DELETE), why));
    if (qn_ref_transaction_commit(cli->ctx, transaction, cli_ref_writer(cli))) {
        cli_error(cli, target ? "Could not set up %s" : "Could not delete %s",
                  head);
        qn_ctx_clear(cli->ctx);
        qn_ref_transaction_free(transaction);
        return 1;
    }
    qn_ref_transaction_free(transaction);
    return 0;
}

/* What the other side's HEAD points to; NULL: it was said why not. */
static const char *ask_head(struct cli_remote_query *query)
{
    struct cli *cli = query->cli;
    size_t i;

    cli_remote_query_heads(query);
    if (query->heads.count == 1)
        return query->heads.items[0];
    if (!query->heads.count) {
        cli_error(cli, "Cannot determine remote HEAD");
        return NULL;
    }
    cli_error(cli, "Multiple remote HEAD branches. Please choose one "
                   "explicitly with:");
    for (i = 0; i < query->heads.count; i++)
        cli_stderr(cli, "  git remote set-head %s %s\n", query->remote->name,
                   query->heads.items[i]);
    return NULL;
}

static void tell_head(struct cli *cli, const char *remote, const char *branch,
                      const struct qn_ref *before, const char *target)
{
    const char *old = qn_buf_string(&before->target);
    struct qn_buf prefix = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    append_ref(cli, &prefix, remote, "");
    if (before->is_symbolic && strcmp(old, target) == 0)
        cli_printf(cli, "'%s/HEAD' is unchanged and points to '%s'\n", remote,
                   branch);
    else if (before->is_symbolic &&
             strncmp(old, qn_buf_string(&prefix), prefix.size) == 0)
        cli_printf(cli,
                   "'%s/HEAD' has changed from '%s' and now points to '%s'\n",
                   remote, old + prefix.size, branch);
    else if (before->is_symbolic)
        cli_printf(cli,
                   "'%s/HEAD' used to point to '%s' (which is not a remote "
                   "branch), but now points to '%s'\n",
                   remote, old, branch);
    else if (before->name.size)
        cli_printf(cli,
                   "'%s/HEAD' was detached at '%s' and now points to '%s'\n",
                   remote, qn_id_to_hex(&before->id, hex), branch);
    else
        cli_printf(cli, "'%s/HEAD' is now created and points to '%s'\n", remote,
                   branch);
    qn_buf_dispose(&prefix);
}

static int set_head_to(struct cli *cli, const char *remote, const char *branch,
                       bool tells)
{
    struct qn_buf head = QN_BUF_INIT, target = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT, before = QN_REF_INIT;
    bool found = false, had = false;
    int code = 1;

    append_ref(cli, &head, remote, "HEAD");
    append_ref(cli, &target, remote, branch);
    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(&target),
                                   &ref, &found));
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(&head),
                                &before, &had));
    if (!found) {
        cli_error(cli, "Not a valid ref: %s", qn_buf_string(&target));
    } else {
        code = cli_remote_write_head(cli, qn_buf_string(&head),
                                     qn_buf_string(&target), "remote set-head");
        if (!had)
            qn_buf_clear(&before.name);
        if (!code && tells)
            tell_head(cli, remote, branch, &before, qn_buf_string(&target));
    }
    qn_ref_dispose(&ref);
    qn_ref_dispose(&before);
    qn_buf_dispose(&head);
    qn_buf_dispose(&target);
    return code;
}

static int end_head(struct cli *cli, const char *remote)
{
    struct qn_buf head = QN_BUF_INIT;
    int code;

    append_ref(cli, &head, remote, "HEAD");
    code = cli_remote_write_head(cli, qn_buf_string(&head), NULL,
                                 "remote set-head");
    qn_buf_dispose(&head);
    return code;
}

int cli_remote_set_head(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git remote set-head <name> (-a | --auto | -d | --delete | <branch>)",
        NULL};
    bool is_auto = false, ends = false;
    const struct cli_option options[] = {
        CLI_FLAG('a', "auto", &is_auto, "to where the other side's points"),
        CLI_FLAG('d', "delete", &ends, "to nothing"), CLI_END};
    struct cli_remote_query query;
    const char *branch;
    int code = 1;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc == 2 && !is_auto && !ends) {
        cli_open_refs(cli);
        qn_remote_free(cli_remote(cli, argv[0], false)); /* it may warn */
        return set_head_to(cli, argv[0], argv[1], false);
    }
    if (argc != 1 || is_auto == ends)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    if (ends) {
        qn_remote_free(cli_remote(cli, argv[0], false));
        return end_head(cli, argv[0]);
    }
    cli_remote_query_begin(&query, cli, argv[0], true);
    branch = ask_head(&query);
    if (branch)
        code = set_head_to(cli, argv[0], branch, true);
    cli_remote_query_end(&query);
    return code;
}
