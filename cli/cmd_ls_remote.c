/* SPDX-License-Identifier: MIT */
#include "cli/connecting.h"
#include "cli/json_output.h"
#include "operation/op_bundle.h"
#include "operation/part/promisor_info.h"
#include "os/file.h"
#include "show/ref_list.h"
#include "text/wildmatch.h"
#include "transport/policy.h"

#include <string.h>

static const char *const usage[] = {
    "git ls-remote [--branches] [--tags] [--refs] [--upload-pack=<exec>]\n"
    "              [-q | --quiet] [--exit-code] [--get-url] [--sort=<key>]\n"
    "              [--symref] [<repository> [<patterns>...]]",
    NULL};

enum { BRANCHES = 1, TAGS = 2 };

struct listing {
    struct cli *cli;
    bool has_failed, is_quiet, shows_url, shows_targets, exits_with_2, is_json,
        is_plain;
    unsigned kinds;
    const char *program;
    struct cli_list sort, server_options;
    char **patterns;
    int pattern_count;
    struct qn_ref_list list;
};

static bool matches(const struct listing *l, struct qn_bytes slashed)
{
    struct qn_buf pattern = QN_BUF_INIT;
    bool found = l->pattern_count == 0;
    int i;

    for (i = 0; i < l->pattern_count && !found; i++) {
        qn_buf_clear(&pattern);
        cli_check(l->cli,
                  qn_buf_printf(l->cli->ctx, &pattern, "*/%s", l->patterns[i]));
        found = qn_wildmatch_matches(qn_buf_bytes(&pattern), slashed, 0);
    }
    qn_buf_dispose(&pattern);
    return found;
}

/* "<name><suffix>", when it is to be shown. */
static void take(struct listing *l, const struct qn_id *id, const char *name,
                 const char *suffix, const char *target)
{
    struct qn_buf slashed = QN_BUF_INIT;
    struct qn_ref_item *item;
    struct qn_ctx *ctx = l->cli->ctx;

    if (l->kinds &&
        !((l->kinds & BRANCHES) && strncmp(name, "refs/heads/", 11) == 0) &&
        !((l->kinds & TAGS) && strncmp(name, "refs/tags/", 10) == 0))
        return;
    if (l->is_plain && (*suffix || strncmp(name, "refs/", 5) != 0))
        return;
    cli_check(l->cli, qn_buf_printf(ctx, &slashed, "/%s%s", name, suffix));
    if (matches(l, qn_buf_bytes(&slashed))) {
        cli_check(l->cli,
                  qn_memory_grow(ctx, &l->list.items, &l->list.capacity,
                                 l->list.count + 1, sizeof(*l->list.items)));
        item = &l->list.items[l->list.count++];
        memset(item, 0, sizeof(*item));
        item->id = *id;
        item->name = qn_arena_copy(ctx, &l->list.arena,
                                   qn_bytes_from(qn_buf_bytes(&slashed), 1));
        if (target)
            item->symref = qn_arena_copy(ctx, &l->list.arena,
                                         qn_bytes_from_string(target));
        if (!item->name || (target && !item->symref))
            cli_die(l->cli);
    }
    qn_buf_dispose(&slashed);
}

static void take_refs(struct listing *l, const struct qn_remote_refs *refs)
{
    size_t i;

    for (i = 0; i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];

        if (ref->is_unborn)
            continue;
        take(l, &ref->id, ref->name, "", ref->target);
        if (ref->has_peeled)
            take(l, &ref->peeled, ref->name, "^{}", NULL);
    }
}

/* A file that is a bundle tells of its refs. */
static bool list_bundle(struct listing *l, const char *path)
{
    struct qn_bundle bundle;
    size_t i;
    int fd = -1;
    bool found = false;

    cli_check(l->cli, qn_bundle_open(l->cli->ctx, path, &bundle, &fd, &found));
    if (found)
        cli_check(l->cli, qn_policy_check(l->cli->ctx, cli_config(l->cli),
                                          "file", false));
    for (i = found ? bundle.refs.count : 0; i-- > 0;) /* the last one first */
        take(l, &bundle.refs.items[i].id, bundle.refs.items[i].name, "", NULL);
    if (found) {
        qn_bundle_dispose(&bundle);
        qn_file_close(fd);
    }
    return found;
}

static void add_word(struct listing *l, struct qn_wire_words *words,
                     const char *text)
{
    cli_check(l->cli, qn_wire_words_add(l->cli->ctx, words,
                                        qn_bytes_from_string(text)));
}

/* Without a repository only names can be sorted by. */
static void check_key(struct cli *cli, struct qn_ref_values *values,
                      const char *key)
{
    struct qn_ref_atom atom;

    cli_check(cli, qn_ref_atom_parse(cli->ctx, values,
                                     qn_bytes_from_string(key + (*key == '-')),
                                     true, &atom));
    if (atom.kind != QN_REF_ATOM_REFNAME)
        cli_die_with(cli,
                     "not a git repository, but the field '%s' requires "
                     "access to object data",
                     atom.text);
    qn_ref_atom_dispose(&atom);
}

static void sort(struct listing *l)
{
    struct cli *cli = l->cli;
    struct qn_ref_values_options wanted = {.is_strict = true};
    struct qn_ref_values *values = NULL;
    size_t i;

    if (!l->sort.count)
        return;
    if (cli->repo)
        cli_open_views(cli);
    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    for (i = 0; i < l->sort.count && !cli->repo; i++)
        check_key(cli, values, l->sort.items[i]);
    cli_check(cli, qn_ref_list_sort(cli->ctx, values, l->sort.items,
                                    l->sort.count, false, &l->list));
    qn_ref_values_free(values);
}

static void list_connection(struct listing *l, const struct qn_remote *remote)
{
    struct cli *cli = l->cli;
    struct qn_connection_options options;
    struct qn_connection *connection = NULL;
    struct qn_ls_refs request = {
        .peels = true, .shows_symrefs = true, .shows_unborn = true};
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    struct qn_promisor_choice promisors = QN_PROMISOR_CHOICE_INIT;
    struct qn_remote_refs *refs = NULL;
    size_t i;

    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_PACK, &options);
    if (l->program)
        options.program = l->program;
    for (i = 0; i < l->server_options.count; i++)
        add_word(l, &words, l->server_options.items[i]);
    if (!l->server_options.count && !l->server_options.was_reset)
        for (i = 0; i < remote->server_options.count; i++)
            add_word(l, &words, remote->server_options.items[i]);
    if (l->kinds & TAGS)
        add_word(l, &request.prefixes, "refs/tags/");
    if (l->kinds & BRANCHES)
        add_word(l, &request.prefixes, "refs/heads/");
    cli_check(cli, qn_connection_open(cli->ctx, &options, &connection));
    if (connection->server.version == 2)
        cli_check(cli,
                  qn_promisor_info_choose(
                      cli->ctx, options.config, NULL,
                      qn_capabilities_value(&connection->server.capabilities,
                                            "promisor-remote"),
                      &promisors));
    if (promisors.names.size > 0)
        options.promisors = qn_buf_string(&promisors.names);
    cli_check(cli, qn_connection_refs(cli->ctx, connection, &options, &request,
                                      words.count ? &words : NULL, &refs));
    take_refs(l, refs);
    sort(l);
    /* How the other side's program ends does not matter any more; but that of
     * a remote helper does. */
    l->has_failed = qn_connection_finish(cli->ctx, connection) != QN_OK &&
                    connection->helper;
    qn_ctx_clear(cli->ctx);
    qn_promisor_choice_dispose(&promisors);
    qn_connection_free(connection);
    qn_ls_refs_dispose(&request);
    qn_wire_words_dispose(&words);
}

static void print(struct listing *l)
{
    struct cli_json json;
    size_t i;

    if (l->is_json)
        cli_json_begin_list(&json, l->cli);
    for (i = 0; i < l->list.count; i++) {
        const struct qn_ref_item *item = &l->list.items[i];

        if (l->is_json) {
            cli_json_begin(&json);
            cli_json_string(&json, "ref", item->name);
            cli_json_id(&json, "id", &item->id);
            cli_json_string(&json, "symref", item->symref);
            cli_json_end(&json);
            continue;
        }
        if (l->shows_targets && item->symref)
            cli_printf(l->cli, "ref: %s\t%s\n", item->symref, item->name);
        cli_put_id(l->cli, &item->id);
        cli_printf(l->cli, "\t%s\n", item->name);
    }
    if (l->is_json)
        cli_json_end_list(&json);
}

static int list_refs(struct listing *l, const char *name)
{
    struct cli *cli = l->cli;
    struct qn_remote *remote = NULL;
    bool is_empty;

    if (name && !*name)
        cli_die_with(cli, "bad repository ''");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    remote = cli_remote(cli, name, false);
    if (!remote->urls.count && !remote->vcs)
        cli_die_with(cli,
                     name ? "remote '%s' has no configured URL"
                          : "No remote configured to list refs from.",
                     name);
    if (l->shows_url) {
        cli_printf(cli, "%s\n", remote->urls.items[0]);
    } else {
        if (!name && !l->is_quiet)
            cli_stderr(cli, "From %s\n", remote->urls.items[0]);
        if (list_bundle(l, remote->urls.items[0]))
            sort(l);
        else
            list_connection(l, remote);
        print(l);
    }
    if (l->has_failed)
        cli_exit(cli, 1);
    is_empty = l->list.count == 0;
    qn_ref_list_dispose(&l->list);
    qn_remote_free(remote);
    return !l->shows_url && l->exits_with_2 && is_empty ? 2 : 0;
}

int cmd_ls_remote(struct cli *cli, int argc, char **argv)
{
    struct listing l = {.cli = cli, .list = QN_REF_LIST_INIT};
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &l.is_quiet, "do not tell of the URL"),
        CLI_STRING(0, "upload-pack", &l.program, "exec",
                   "the program that serves at the other side"),
        {CLI_KIND_STRING, 0, "exec", &l.program, "exec",
         "the same as --upload-pack", CLI_OPTION_HIDDEN, 0, NULL},
        CLI_BIT('t', "tags", &l.kinds, TAGS, "tags only"),
        CLI_BIT('b', "branches", &l.kinds, BRANCHES, "branches only"),
        {CLI_KIND_BIT, 'h', "heads", &l.kinds, NULL,
         "an old name of --branches", CLI_OPTION_HIDDEN, BRANCHES, NULL},
        CLI_FLAG(0, "refs", &l.is_plain,
                 "no peeled tags, and nothing outside refs/"),
        CLI_FLAG(0, "get-url", &l.shows_url,
                 "print the URL, rewritten, and do nothing else"),
        CLI_LIST(0, "sort", &l.sort, "key", "field to sort by"),
        CLI_FLAG(0, "exit-code", &l.exits_with_2,
                 "exit with 2 when nothing matches"),
        CLI_FLAG(0, "symref", &l.shows_targets,
                 "what symbolic refs point to, too"),
        CLI_LIST('o', "server-option", &l.server_options, "option",
                 "tell the server"),
        CLI_JSON(&l.is_json),
        CLI_END};

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    l.patterns = argv + 1;
    l.pattern_count = argc > 1 ? argc - 1 : 0;
    return list_refs(&l, argc > 0 ? argv[0] : NULL);
}
