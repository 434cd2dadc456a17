/* SPDX-License-Identifier: MIT */
#include "cli/fetch_many.h"
#include "cli/fetching.h"
#include "cli/progress.h"
#include "cli/upkeep.h"
#include "index/index.h"
#include "operation/op_commit_graph.h"
#include "operation/part/fetch_update.h"
#include "os/file.h"
#include "worktree/work_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *const usage[] = {
    "git fetch [<options>] [<repository> [<refspec>...]]",
    "git fetch [<options>] <group>",
    "git fetch --multiple [<options>] [(<repository>|<group>)...]",
    "git fetch --all [<options>]", NULL};

struct fetching {
    struct cli *cli;
    struct qn_op_fetch op;
    struct cli_fetching shown;
    struct cli_depth_words depth_words;
    struct qn_fetch_depth depth;
    struct cli_list server_options, refmaps;
    struct qn_wire_words server_words;
    struct qn_remote_refspecs given, refmap;
    struct qn_buf action, filters;
    const char *upload_pack, *filter;
    const char *submodule_prefix;
    const char *recurse_default;
    int all, verbosity, progress, tags, prune, prune_tags, write_head, jobs,
        family, shows_forced, writes_graph, maintains, recurses;
    bool is_multiple, reads_stdin, negotiates_only, has_refmap;
    const char **names; /* of remotes, with --all, --multiple, a group */
    struct qn_remote_words remotes;
    struct qn_arena arena;
};

static int set_filter(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct fetching *f = option->value;

    if (is_negated)
        qn_buf_clear(&f->filters);
    else
        cli_add_filter(cli, argument, &f->filters);
    f->filter = qn_buf_string(&f->filters);
    return 0;
}

static int set_refmap(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct fetching *f = option->value;

    if (is_negated)
        return 0;
    f->has_refmap = true;
    /* an empty one: nothing that is configured */
    if (*argument)
        cli_list_add(cli, &f->refmaps, argument);
    return 0;
}

static int set_recurse(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    bool is_on = true;

    if (is_negated)
        is_on = false;
    else if (argument && strcmp(argument, "on-demand") == 0)
        is_on = true;
    else if (argument && !qn_config_parse_bool(argument, &is_on))
        cli_die_with(cli, "bad %s argument: %s", "recurse-submodules",
                     argument);
    *(int *)option->value = is_on;
    return 0;
}

/* Submodules are for later: asked for where there are some, it is refused. */
static void refuse_submodules(struct fetching *f)
{
    const char *how =
        cli_config_string(f->cli, "fetch.recursesubmodules", NULL);
    bool is_on;

    if (how && strcmp(how, "on-demand") != 0 &&
        !qn_config_parse_bool(how, &is_on))
        cli_die_with(f->cli, "bad %s argument: %s", "fetch.recursesubmodules",
                     how);
    if (f->recurse_default && strcmp(f->recurse_default, "on-demand") != 0 &&
        !qn_config_parse_bool(f->recurse_default, &is_on))
        cli_die_with(f->cli, "bad %s argument: %s",
                     "recurse-submodules-default", f->recurse_default);
    if (f->recurses > 0 && cli_has_submodules(f->cli))
        cli_die_with(f->cli, "option `recurse-submodules' is not done yet: "
                             "this repository has submodules");
    /* What the fetch of a superproject hands down. */
    if ((f->submodule_prefix || f->recurse_default) && f->recurses != 0 &&
        cli_has_submodules(f->cli))
        cli_die_with(f->cli,
                     "option `%s' is not done yet: this repository has "
                     "submodules",
                     f->submodule_prefix ? "submodule-prefix"
                                         : "recurse-submodules-default");
}

/* ---- refspecs */

static void add_refspec(struct fetching *f, const char *text)
{
    cli_check(f->cli, qn_remote_refspecs_add(f->cli->ctx, &f->given, text,
                                             QN_REFSPEC_FETCH));
}

static void read_refspecs(struct fetching *f)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;

    cli_check(f->cli, qn_file_read_rest(f->cli->ctx, 0, &text));
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        char *copy = qn_arena_copy(f->cli->ctx, &f->arena, line);

        if (!copy)
            cli_die(f->cli);
        add_refspec(f, copy);
    }
    qn_buf_dispose(&text);
}

static void take_refspecs(struct fetching *f, int argc, char **argv)
{
    struct qn_buf text = QN_BUF_INIT;
    int i;

    for (i = 0; i < argc; i++) {
        if (strcmp(argv[i], "tag") != 0) {
            add_refspec(f, argv[i]);
            continue;
        }
        if (++i >= argc)
            cli_die_with(f->cli, "you need to specify a tag name");
        qn_buf_clear(&text);
        cli_check(f->cli,
                  qn_buf_printf(f->cli->ctx, &text, "refs/tags/%s:refs/tags/%s",
                                argv[i], argv[i]));
        add_refspec(f, qn_buf_string(&text));
    }
    if (f->reads_stdin)
        read_refspecs(f);
    qn_buf_dispose(&text);
}

/* ---- what is asked of the other side */

static void take_server_options(struct fetching *f,
                                const struct qn_remote *remote)
{
    struct cli *cli = f->cli;
    size_t i;

    for (i = 0; i < f->server_options.count; i++)
        cli_check(cli, qn_wire_words_add(
                           cli->ctx, &f->server_words,
                           qn_bytes_from_string(f->server_options.items[i])));
    if (!f->server_options.count && !f->server_options.was_reset)
        for (i = 0; i < remote->server_options.count; i++)
            cli_check(cli,
                      qn_wire_words_add(cli->ctx, &f->server_words,
                                        qn_bytes_from_string(
                                            remote->server_options.items[i])));
    f->op.server_options = f->server_words.count ? &f->server_words : NULL;
}

/* ---- one remote */

static int fetch_one(struct fetching *f, const char *name, int argc,
                     char **argv)
{
    struct cli *cli = f->cli;
    struct qn_remote *remote = cli_remote(cli, name, false);
    struct qn_connection_options options;
    enum qn_status status;

    f->op.scope = &cli->scope;
    f->op.remote = remote;
    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_PACK, &options);
    if (f->upload_pack)
        options.program = f->upload_pack;
    options.family = f->family;
    options.verbosity = f->verbosity < 0 ? -1 : f->verbosity > 1 ? 1 : 0;
    options.helper_extra =
        f->verbosity > 0 ? f->verbosity - options.verbosity : 0;
    options.shows_progress = f->op.shows_progress;
    f->op.connection = &options;
    take_refspecs(f, argc, argv);
    take_server_options(f, remote);
    f->op.given = &f->given;
    f->op.filter = f->filter;
    if (remote->urls.count)
        cli_remote_said_begin(cli, &f->shown.said, remote->urls.items[0]);
    status = qn_op_fetch_run(cli->ctx, &f->op);
    if (remote->urls.count)
        cli_remote_said_end(&f->shown.said);
    qn_remote_free(remote);
    qn_wire_words_dispose(&f->server_words);
    if (status == QN_NETWORK &&
        strcmp(qn_ctx_reason(cli->ctx), "transport.program-failed") == 0) {
        qn_ctx_clear(cli->ctx);
        return 1;
    }
    if (status && strcmp(qn_ctx_reason(cli->ctx), "fetch.bundle") == 0) {
        qn_ctx_clear(cli->ctx);
        return 1;
    }
    if (status && strcmp(qn_ctx_reason(cli->ctx), "fetch.incomplete") == 0) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        qn_ctx_clear(cli->ctx);
        return 1;
    }
    if (status) {
        cli_fail(cli);
        return 128;
    }
    return f->op.has_failed ? 1 : 0;
}

static int negotiate(struct fetching *f, const char *name)
{
    struct cli *cli = f->cli;
    struct qn_remote *remote = cli_remote(cli, name, false);
    struct qn_connection_options options;
    struct qn_id_list common = {0};
    size_t i;

    if (!remote->urls.count)
        cli_die_with(cli, "must supply remote when using --negotiate-only");
    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_PACK, &options);
    if (f->upload_pack)
        options.program = f->upload_pack;
    f->op.connection = &options;
    f->op.scope = &cli->scope;
    f->op.remote = remote;
    f->op.given = &f->given;
    cli_check(cli, f->op.calls.choose_tips(cli->ctx, &f->shown, &f->op));
    take_server_options(f, remote);
    cli_check(cli, qn_op_fetch_negotiate(cli->ctx, &f->op, &common));
    for (i = 0; i < common.count; i++) {
        cli_put_id(cli, &common.ids[i]);
        cli_put(cli, '\n');
    }
    qn_id_list_dispose(&common);
    qn_remote_free(remote);
    return 0;
}

/* ---- several */

static void add_remote(struct fetching *f, const char *name)
{
    struct cli *cli = f->cli;
    size_t count = f->remotes.count;

    /* twice in a row is once; named again later it is asked again, as by Git */
    if (count && strcmp(f->remotes.items[count - 1], name) == 0)
        return;
    cli_check(cli,
              qn_memory_grow(cli->ctx, &f->remotes.items, &f->remotes.capacity,
                             f->remotes.count + 1, sizeof(*f->remotes.items)));
    f->remotes.items[f->remotes.count++] = name;
}

/* All but those with skipFetchAll. */
static void add_all(struct fetching *f)
{
    struct cli *cli = f->cli;
    struct qn_remote_words names = {0};
    size_t i;

    cli_check(cli,
              qn_remote_names(cli->ctx, cli_config(cli), &f->arena, &names));
    for (i = 0; i < names.count; i++) {
        struct qn_remote *remote = cli_remote(cli, names.items[i], false);

        if (!remote->skips_fetch_all && !remote->skips_default_update)
            add_remote(f, names.items[i]);
        qn_remote_free(remote);
    }
}

/* The remotes of a group, or a remote; false: it is neither. */
static bool add_named(struct fetching *f, const char *name)
{
    struct cli *cli = f->cli;
    struct qn_remote_words names = {0};
    struct qn_remote *remote;
    bool is_known;
    size_t i;

    cli_check(cli, qn_remote_group(cli->ctx, cli_config(cli), name, &f->arena,
                                   &names));
    for (i = 0; i < names.count; i++)
        add_remote(f, names.items[i]);
    is_known = names.count > 0;
    if (is_known)
        return true;
    remote = cli_remote(cli, name, false);
    is_known = remote->origin != QN_REMOTE_NOWHERE;
    if (is_known)
        add_remote(f, name);
    qn_remote_free(remote);
    return is_known;
}

/* What is said of all applies to each: of the options only some. */
static void choose_for_each(struct fetching *f, struct cli_list *words)
{
    struct cli *cli = f->cli;
    const struct qn_op_fetch *op = &f->op;
    const struct {
        bool is_set;
        const char *word;
    } options[] = {
        {op->is_dry, "--dry-run"},
        {f->prune > 0, "--prune"},
        {f->prune == 0, "--no-prune"},
        {f->prune_tags > 0, "--prune-tags"},
        {f->prune_tags == 0, "--no-prune-tags"},
        {op->updates_head, "--update-head-ok"},
        {op->is_forced, "--force"},
        {op->keeps_pack, "--keep"},
        {f->recurses == 0 || op->is_porcelain, "--no-recurse-submodules"},
        {f->tags == QN_REMOTE_TAGS_ALL, "--tags"},
        {f->tags == QN_REMOTE_TAGS_NONE, "--no-tags"},
        {f->verbosity > 1, "-v"},
        {f->verbosity > 0, "-v"},
        {f->verbosity < 0, "-q"},
        {f->family == 4, "--ipv4"},
        {f->family == 6, "--ipv6"},
        {!f->write_head, "--no-write-fetch-head"},
        {op->is_porcelain, "--porcelain"}};
    struct qn_buf word = QN_BUF_INIT;
    size_t i;

    cli_list_add(cli, words, "--append");
    cli_list_add(cli, words, "--no-auto-gc");
    cli_list_add(cli, words, "--no-write-commit-graph");
    for (i = 0; i < f->server_options.count; i++) {
        qn_buf_clear(&word);
        cli_check(cli, qn_buf_printf(cli->ctx, &word, "--server-option=%s",
                                     f->server_options.items[i]));
        cli_list_add(cli, words, qn_buf_string(&word));
    }
    for (i = 0; i < QN_COUNT_OF(options); i++)
        if (options[i].is_set)
            cli_list_add(cli, words, options[i].word);
    qn_buf_dispose(&word);
}

static int fetch_many(struct fetching *f)
{
    struct cli *cli = f->cli;
    struct cli_list words = {NULL, 0, 0, false};
    struct cli_fetch_many many = {.words = &words,
                                  .remotes = &f->remotes,
                                  .jobs = f->jobs,
                                  .tells =
                                      f->verbosity >= 0 && !f->op.is_porcelain};

    if (f->negotiates_only)
        cli_die_with(cli, "must supply remote when using --negotiate-only");
    if (f->op.is_atomic)
        cli_die_with(cli,
                     "--atomic can only be used when fetching from one remote");
    if (f->filter)
        cli_die_with(cli, "--filter can only be used with the remote "
                          "configured in extensions.partialclone");
    if (f->reads_stdin)
        cli_die_with(cli,
                     "--stdin can only be used when fetching from one remote");
    if (!f->op.appends && f->write_head && !f->op.is_dry)
        cli_check(cli, qn_fetch_update_head_begin(cli->ctx, cli->repo));
    choose_for_each(f, &words);
    f->op.has_packs = true; /* who knows */
    return cli_fetch_many(cli, &many);
}

/* ---- behind it */

static void write_graph(struct cli *cli)
{
    struct qn_op_commit_graph graph = {.from = QN_OP_COMMIT_GRAPH_REACHABLE};
    bool written;

    graph.write.split = QN_COMMIT_GRAPH_SPLIT;
    graph.write.filters = -1;
    cli_check(
        cli, qn_op_commit_graph_write(cli->ctx, &cli->scope, &graph, &written));
}

static void settle(struct fetching *f)
{
    struct cli *cli = f->cli;
    unsigned causes = QN_OP_UPKEEP_COMMITS;
    bool graph = f->writes_graph >= 0
                     ? f->writes_graph > 0
                     : cli_config_bool(cli, "fetch.writecommitgraph", false);

    if (f->op.has_packs)
        causes |= QN_OP_UPKEEP_PACKS;
    if (graph && !f->op.is_dry)
        write_graph(cli);
    if (f->op.is_dry)
        return;
    if (f->maintains)
        cli_upkeep_after(cli, causes, f->verbosity < 0);
    else
        (void)cli_upkeep(cli, causes);
}

/* ---- options */

static void check_options(struct fetching *f)
{
    struct cli *cli = f->cli;
    const char *format;

    if (f->all > 0 && f->negotiates_only)
        cli_die_with(cli, "--negotiate-only is not compatible with --all");
    if (f->negotiates_only && !f->shown.restricts.count)
        cli_die_with(cli, "--negotiate-only needs one or more "
                          "--negotiation-restrict=*");
    if (f->negotiates_only && f->recurses > 0)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--negotiate-only", "--recurse-submodules");
    if (f->op.is_porcelain && f->recurses > 0)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--porcelain", "--recurse-submodules");
    format = cli_config_string(cli, "fetch.output", "full");
    if (strcasecmp(format, "compact") == 0)
        f->op.is_compact = true;
    else if (strcasecmp(format, "full") != 0)
        cli_die_with(cli, "invalid value for '%s': '%s'", "fetch.output",
                     format);
    cli_check(cli, qn_negotiator_configured(cli->ctx, cli_config(cli),
                                            &f->op.negotiator));
    cli_fetch_depth(cli, &f->depth_words, &f->depth);
    if (qn_fetch_depth_is_set(&f->depth))
        f->op.depth = &f->depth;
}

static void fill(struct fetching *f)
{
    struct cli *cli = f->cli;
    struct qn_op_fetch *op = &f->op;
    size_t i;

    op->tags = f->tags;
    op->prune = f->prune;
    op->prune_tags = f->prune_tags;
    op->skips_fetch_head = !f->write_head;
    op->is_verbose = f->verbosity > 0;
    op->is_quiet = f->verbosity < 0;
    op->shows_progress = f->verbosity >= 0 && cli_wants_progress(f->progress);
    op->terminal_width = cli_terminal_width(cli);
    op->hides_forced =
        f->shows_forced >= 0
            ? !f->shows_forced
            : !cli_config_bool(cli, "fetch.showforcedupdates", true);
    for (i = 0; i < f->refmaps.count; i++)
        cli_check(cli, qn_remote_refspecs_add(cli->ctx, &f->refmap,
                                              f->refmaps.items[i],
                                              QN_REFSPEC_FETCH));
    if (f->has_refmap)
        op->refmap = &f->refmap;
    f->shown.cli = cli;
    cli_fetch_calls(&f->shown, &op->calls);
    op->quiets_server = f->progress == CLI_PROGRESS_IS_JSON;
    op->hears_server = f->progress > 0 && !op->quiets_server;
    op->hides_unpacking = !isatty(STDERR_FILENO) && !op->quiets_server;
    cli_show_transfer(cli, op->shows_progress, f->progress);
}

/* That one remote alone. */
static int ask_one(struct fetching *f, const char *name, int argc, char **argv)
{
    return f->negotiates_only ? negotiate(f, name)
                              : fetch_one(f, name, argc, argv);
}

static int run(struct fetching *f, int argc, char **argv)
{
    struct cli *cli = f->cli;
    bool all = f->all >= 0 ? f->all > 0
                           : argc == 0 && !f->is_multiple &&
                                 cli_config_bool(cli, "fetch.all", false);
    int i;

    if (all) {
        if (argc == 1)
            cli_die_with(cli,
                         "fetch --all does not take a repository argument");
        if (argc > 1)
            cli_die_with(cli, "fetch --all does not make sense with refspecs");
        add_all(f);
        /* one remote alone is fetched as if it had been named */
        if (f->remotes.count == 1)
            return ask_one(f, f->remotes.items[0], 0, NULL);
        return fetch_many(f);
    }
    if (f->is_multiple) {
        for (i = 0; i < argc; i++)
            if (!add_named(f, argv[i]))
                cli_die_with(cli, "no such remote or remote group: %s",
                             argv[i]);
        if (f->remotes.count == 0)
            return ask_one(f, NULL, 0, NULL);
        return fetch_many(f);
    }
    if (argc > 0 && *argv[0]) {
        (void)add_named(f, argv[0]);
        if (f->remotes.count > 1) {
            if (argc > 1)
                cli_die_with(cli, "fetching a group and specifying refspecs "
                                  "does not make sense");
            return fetch_many(f);
        }
        /* a group of one is none */
        return ask_one(f, argv[0], argc - 1, argv + 1);
    }
    return ask_one(f, NULL, argc ? argc - 1 : 0, argv + 1);
}

/* The options are read. */
static int fetch(struct fetching *f, int argc, char **argv)
{
    struct cli *cli = f->cli;
    int code;

    if (f->tags == 0) /* --no-tags */
        f->tags = QN_REMOTE_TAGS_NONE;
    cli_open_repo(cli, 0);
    cli_open_views(cli);
    {
        struct qn_odb *raw = NULL;

        cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
        qn_odb_free(cli->odb);
        cli->odb = cli->scope.odb = raw;
    }
    cli_hold_objects(cli);
    (void)cli_fetch_parallel(cli);
    (void)cli_config_bool(cli, "fetch.prune", false);
    (void)cli_config_bool(cli, "fetch.prunetags", false);
    check_options(f);
    refuse_submodules(f);
    fill(f);
    code = run(f, argc, argv);
    if (!f->negotiates_only && code != 128)
        settle(f);
    return code;
}

int cmd_fetch(struct cli *cli, int argc, char **argv)
{
    struct fetching f = {.cli = cli,
                         .all = -1,
                         .progress = -1,
                         .tags = -1,
                         .prune = -1,
                         .prune_tags = -1,
                         .write_head = 1,
                         .jobs = -1,
                         .shows_forced = -1,
                         .writes_graph = -1,
                         .maintains = 1,
                         .recurses = -1};
    const struct cli_option options[] = {
        CLI_VERBOSE(&f.verbosity),
        CLI_QUIET(&f.verbosity),
        CLI_TRISTATE(0, "all", &f.all, "fetch from all remotes"),
        CLI_FLAG(0, "set-upstream", &f.op.sets_upstream,
                 "set the upstream of the current branch"),
        CLI_FLAG('a', "append", &f.op.appends, "append to FETCH_HEAD"),
        CLI_FLAG(0, "atomic", &f.op.is_atomic, "all refs, or none"),
        CLI_STRING(0, "upload-pack", &f.upload_pack, "path",
                   "the program that serves at the other side"),
        CLI_FLAG('f', "force", &f.op.is_forced, "move refs anywhere"),
        CLI_FLAG('m', "multiple", &f.is_multiple, "from several remotes"),
        {CLI_KIND_SET, 't', "tags", &f.tags, NULL, "all tags", 0,
         QN_REMOTE_TAGS_ALL, NULL},
        {CLI_KIND_SET, 'n', NULL, &f.tags, NULL, "no tags", 0,
         QN_REMOTE_TAGS_NONE, NULL},
        CLI_INTEGER('j', "jobs", &f.jobs, "so many remotes at once"),
        CLI_FLAG(0, "prefetch", &f.op.is_prefetch,
                 "into refs/prefetch/, not where it is tracked"),
        CLI_TRISTATE('p', "prune", &f.prune,
                     "remove what is not there any more"),
        CLI_TRISTATE('P', "prune-tags", &f.prune_tags, "tags, too"),
        CLI_CALLBACK(0, "recurse-submodules", &f.recurses, "on-demand",
                     "fetch submodules", CLI_OPTION_OPTIONAL, set_recurse),
        CLI_FLAG(0, "dry-run", &f.op.is_dry, "change nothing"),
        CLI_FLAG(0, "porcelain", &f.op.is_porcelain, "for scripts"),
        CLI_TRISTATE(0, "write-fetch-head", &f.write_head, "write FETCH_HEAD"),
        CLI_FLAG('k', "keep", &f.op.keeps_pack, "keep the pack"),
        CLI_FLAG('u', "update-head-ok", &f.op.updates_head,
                 "the current branch may move"),
        CLI_TRANSFER_PROGRESS(&f.progress),
        CLI_STRING(0, "depth", &f.depth_words.depth, "depth",
                   "so many commits"),
        CLI_STRING(0, "shallow-since", &f.depth_words.since, "time",
                   "commits since then"),
        CLI_LIST(0, "shallow-exclude", &f.depth_words.excludes, "ref",
                 "commits not reached from there"),
        CLI_INTEGER(0, "deepen", &f.depth_words.deepen, "so many commits more"),
        CLI_FLAG_WITH(0, "unshallow", &f.depth_words.unshallow,
                      "all of history", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "refetch", &f.op.refetches,
                      "all objects, as if none were here",
                      CLI_OPTION_NO_NEGATE),
        {CLI_KIND_STRING, 0, "submodule-prefix", &f.submodule_prefix, "dir",
         "put that in front of submodules' paths", CLI_OPTION_HIDDEN, 0, NULL},
        {CLI_KIND_STRING, 0, "recurse-submodules-default", &f.recurse_default,
         "on-demand", "how submodules are fetched when nothing else says so",
         CLI_OPTION_HIDDEN, 0, NULL},
        CLI_FLAG(0, "update-shallow", &f.op.updates_shallow,
                 "accept refs that make the history shallow"),
        CLI_CALLBACK(0, "refmap", &f, "refmap", "where fetched refs go",
                     CLI_OPTION_NO_NEGATE, set_refmap),
        CLI_LIST('o', "server-option", &f.server_options, "option",
                 "tell the server"),
        CLI_SET('4', "ipv4", &f.family, 4, "only IPv4"),
        CLI_SET('6', "ipv6", &f.family, 6, "only IPv6"),
        CLI_LIST(0, "negotiation-restrict", &f.shown.restricts, "revision",
                 "tell only of what this reaches"),
        CLI_LIST(0, "negotiation-tip", &f.shown.restricts, "revision",
                 "the same as --negotiation-restrict"),
        CLI_LIST(0, "negotiation-include", &f.shown.includes, "revision",
                 "tell of this in any case"),
        CLI_FLAG(0, "negotiate-only", &f.negotiates_only,
                 "print what is common, and fetch nothing"),
        CLI_CALLBACK(0, "filter", &f, "args", "leave out objects", 0,
                     set_filter),
        CLI_TRISTATE(0, "auto-maintenance", &f.maintains,
                     "`maintenance run --auto` at the end"),
        CLI_TRISTATE(0, "auto-gc", &f.maintains, "the same"),
        CLI_TRISTATE(0, "show-forced-updates", &f.shows_forced,
                     "look whether branches were forced"),
        CLI_TRISTATE(0, "write-commit-graph", &f.writes_graph,
                     "write a commit-graph"),
        CLI_FLAG(0, "stdin", &f.reads_stdin, "more refspecs from there"),
        CLI_END};

    f.op.action = cli_fetch_action(cli, "fetch", argc, argv, &f.action);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    return fetch(&f, argc, argv);
}
