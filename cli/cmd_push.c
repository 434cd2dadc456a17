/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/progress.h"
#include "cli/push_default.h"
#include "cli/pushing.h"
#include "index/index.h"
#include "operation/op_fetch.h"
#include "text/color.h"
#include "transport/address.h"
#include "worktree/work_tree.h"

#include <string.h>
#include <strings.h>

static const char *const usage[] = {
    "git push [<options>] [<repository> [<refspec>...]]", NULL};

struct push {
    struct cli_push_line line;
    const char *repository, *recurses;
    int tags, thin, verifies, family, follows, includes;
    bool deletes;
};

/* What the word says; dies when it is none. */
static const char *recurse_word(struct cli *cli, const char *what,
                                const char *word)
{
    static const char *const words[] = {"check", "on-demand", "only", "no"};
    bool is_on = false;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (strcmp(word, words[i]) == 0)
            return word;
    if (!qn_config_parse_bool(word, &is_on) || is_on)
        cli_die_with(cli, "bad %s argument: %s", what, word);
    return "no";
}

static int set_recurse(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    *(const char **)option->value =
        is_negated ? "no" : recurse_word(cli, "recurse-submodules", argument);
    return 0;
}

/* Where there are submodules that would have to be looked at: for later. */
static void refuse_submodules(struct push *p)
{
    struct cli *cli = p->line.cli;
    const char *how = p->recurses;

    if (!how) {
        how = cli_config_string(cli, "push.recursesubmodules", NULL);
        if (how)
            how = recurse_word(cli, "push.recursesubmodules", how);
    }
    if (!how)
        how = cli_config_bool(cli, "submodule.recurse", false) ? "on-demand"
                                                               : "no";
    if (strcmp(how, "no") == 0 || strcmp(how, "false") == 0 ||
        qn_repo_is_bare(cli->repo))
        return;
    if (cli_has_submodules(cli))
        cli_die_with(cli,
                     "option `recurse-submodules=%s' is not done yet: this "
                     "repository has submodules",
                     how);
}

/* ---- settings */

static void read_signing(struct push *p)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(p->line.cli), "push.gpgsign");
    bool is_on = false;

    if (p->line.signs >= 0 || !entry) {
        p->line.signs = p->line.signs < 0 ? 0 : p->line.signs;
        return;
    }
    if (entry->value && strcasecmp(entry->value, "if-asked") == 0) {
        p->line.signs = QN_SEND_PACK_SIGNED_IF_ASKED;
    } else if (qn_config_parse_bool(entry->value, &is_on)) {
        p->line.signs = is_on ? QN_SEND_PACK_SIGNED : QN_SEND_PACK_UNSIGNED;
    } else {
        cli_error(p->line.cli, "invalid value for '%s'", "push.gpgsign");
        cli_die_bad_key(p->line.cli, entry);
    }
}

/* push.pushOption, of which an empty one forgets those before it. */
static void read_options(struct push *p)
{
    const struct qn_config *config = cli_config(p->line.cli);
    size_t count = qn_config_count(config), i;

    if (p->line.options.count || p->line.options.was_reset) {
        cli_push_words(p->line.cli, &p->line.options, &p->line.words);
        return;
    }
    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, "push.pushoption") != 0)
            continue;
        if (!entry->value)
            cli_check(p->line.cli,
                      qn_config_fail_missing(p->line.cli->ctx, entry));
        else if (!*entry->value)
            p->line.options.count = 0;
        else
            cli_list_add(p->line.cli, &p->line.options, entry->value);
    }
    cli_push_words(p->line.cli, &p->line.options, &p->line.words);
}

static void settle_options(struct push *p)
{
    struct cli *cli = p->line.cli;
    struct qn_op_push *op = &p->line.op;

    read_signing(p);
    read_options(p);
    cli_exclude(cli, p->deletes, "--delete", op->all, "--all/--branches");
    cli_exclude(cli, p->deletes, "--delete", op->mirrors, "--mirror");
    cli_exclude(cli, p->deletes, "--delete", p->tags > 0, "--tags");
    cli_exclude(cli, op->all, "--all/--branches", op->mirrors, "--mirror");
    cli_exclude(cli, p->tags > 0, "--tags", op->all, "--all/--branches");
    cli_exclude(cli, p->tags > 0, "--tags", op->mirrors, "--mirror");
    op->follows_tags = p->follows < 0
                           ? cli_config_bool(cli, "push.followtags", false)
                           : p->follows != 0;
    (void)cli_config_bool(cli, "push.usebitmaps", true);
    op->checks_includes =
        p->includes < 0 ? cli_config_bool(cli, "push.useforceifincludes", false)
                        : p->includes != 0;
    op->is_thin = p->thin != 0;
    op->skips_hook = p->verifies == 0;
    op->checks_first = true;
    cli_push_settle(&p->line);
    op->shows_progress =
        p->line.progress > 0 ||
        (p->line.verbosity >= 0 && cli_wants_progress(p->line.progress));
    op->quiets_server = p->line.progress == CLI_PROGRESS_IS_JSON;
    p->line.shown.is_verbose = p->line.verbosity > 0;
    p->line.shown.is_quiet = p->line.verbosity < 0;
}

/* push.negotiate: upload-pack of the same URL says what is common. */
static enum qn_status negotiate(struct qn_ctx *ctx, void *data,
                                const struct qn_id_list *tips,
                                struct qn_id_list *common)
{
    struct cli_pushing *shown = data;
    struct cli *cli = shown->cli;
    struct qn_remote *remote = cli_remote(cli, shown->url, false);
    struct qn_remote_refspecs none = {0};
    struct qn_connection_options options;
    struct qn_op_fetch fetch = {.scope = &cli->scope,
                                .remote = remote,
                                .connection = &options,
                                .given = &none,
                                .tips = tips,
                                .tags = -1,
                                .prune = -1,
                                .prune_tags = -1};
    enum qn_status status = QN_OK;

    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_PACK, &options);
    status = qn_op_fetch_negotiate(ctx, &fetch, common);
    qn_remote_free(remote);
    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (cli_protocol_version(cli) < 2)
        cli_warning(cli, "--negotiate-only requires protocol v2");
    else
        cli_stderr(cli, "fatal: %s\n", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    cli_warning(cli, "push negotiation failed; proceeding anyway with push");
    return QN_OK;
}

static void fail(struct cli *cli, const char *url)
{
    struct qn_buf color = QN_BUF_INIT, shown = QN_BUF_INIT;
    bool is_colored = cli_stderr_color(cli, "color.push", "color.push.error",
                                       "\033[31m", &color);

    cli_check(cli, qn_address_append_shown(cli->ctx, qn_bytes_from_string(url),
                                           &shown));
    cli_stderr(cli, "%s", qn_buf_string(&color));
    (void)cli_error(cli, "failed to push some refs to '%s'",
                    qn_buf_string(&shown));
    if (is_colored)
        cli_stderr(cli, QN_COLOR_RESET);
    qn_buf_dispose(&color);
    qn_buf_dispose(&shown);
}

/* Git's words behind a request of http that failed: one process of it knows
 * that it did, and of no ref that was to be pushed. */
static void tell_request_failed(struct push *p, const char *url)
{
    if (strcmp(qn_ctx_reason(p->line.cli->ctx), "wire.hung-up") != 0)
        fail(p->line.cli, url);
    else if (p->line.verbosity >= 0 && !p->line.shown.is_porcelain)
        cli_stderr(p->line.cli, "Everything up-to-date\n");
}

/* ---- to one URL */

static int push_one(struct push *p, const struct qn_remote *remote,
                    const char *url)
{
    struct cli *cli = p->line.cli;
    struct qn_connection_options options;
    enum qn_status status;

    cli_push_connection(&p->line, remote, url, &options);
    options.family = p->family;
    options.verbosity = p->line.verbosity < 0   ? -1
                        : p->line.verbosity > 1 ? 1
                                                : 0;
    options.helper_extra =
        p->line.verbosity > 0 ? p->line.verbosity - options.verbosity : 0;
    options.shows_progress = p->line.op.shows_progress;
    if (p->line.verbosity > 0)
        cli_stderr(cli, "Pushing to %s\n", url);
    cli_show_transfer(cli, p->line.op.shows_progress, p->line.progress);
    cli_remote_said_begin(cli, &p->line.shown.said, url);
    qn_buf_clear(&p->line.op.said);
    status = qn_op_push_run(cli->ctx, &p->line.op);
    cli_remote_said_end(&p->line.shown.said);
    if (p->line.op.said.size > 0)
        cli_write(cli, p->line.op.said.data, p->line.op.said.size);
    if (status) {
        cli_fail(cli);
        if (!p->line.op.has_requested)
            cli_exit(cli, CLI_EXIT_FATAL);
        tell_request_failed(p, url);
        return 1;
    }
    if (p->line.shown.is_porcelain && p->line.op.was_shown)
        cli_puts(cli, "Done\n");
    else if (!p->line.op.has_failed && !p->line.op.has_pushed &&
             p->line.verbosity >= 0 && !p->line.shown.is_porcelain)
        cli_stderr(cli, "%s",
                   p->line.op.is_pointless
                       ? "No refs in common and none specified; doing "
                         "nothing.\nPerhaps you should specify a branch.\n"
                         "Everything up-to-date\n"
                       : "Everything up-to-date\n");
    if (p->line.op.has_failed) {
        fail(cli, url);
        cli_push_advise(cli, p->line.op.refusals);
    }
    return p->line.op.has_failed || p->line.op.has_bad_end;
}

static void die_nowhere(struct cli *cli, const char *name)
{
    if (name)
        cli_die_with(cli, "bad repository '%s'", name);
    cli_die_with(
        cli,
        "No configured push destination.\n"
        "Either specify the URL from the command-line or configure a remote "
        "repository using\n"
        "\n"
        "    git remote add <name> <url>\n"
        "\n"
        "and then push using the remote name\n"
        "\n"
        "    git push <name>\n"
        "\n"
        "To push to multiple remotes at once, configure a remote group using\n"
        "\n"
        "    git config remotes.<groupname> \"<remote1> <remote2>\"\n"
        "\n"
        "and then push using the group name\n"
        "\n"
        "    git push <groupname>\n");
}

static int push_remote(struct push *p, const char *name, int argc, char **argv)
{
    struct cli *cli = p->line.cli;
    struct qn_remote *remote = NULL;
    struct qn_remote_refspecs refspecs = {0};
    struct cli_push_default choice = {cli, NULL, &refspecs, false};
    const struct qn_remote_words *urls;
    int code = 0;
    size_t i;

    if (name && !*name)
        die_nowhere(cli, name);
    choice.remote = remote = cli_remote(cli, name, true);
    urls = remote->push_urls.count ? &remote->push_urls : &remote->urls;
    if (urls->count == 0)
        die_nowhere(cli, name);
    if (remote->is_mirror)
        p->line.op.mirrors = p->line.op.is_forced = true;
    if (p->line.op.all && argc > 0)
        cli_die_with(cli, "--all can't be combined with refspecs");
    if (p->line.op.mirrors && argc > 0)
        cli_die_with(cli, "--mirror can't be combined with refspecs");
    if (p->line.op.mirrors)
        p->line.op.is_forced = true;
    cli_push_given(&choice, argc, argv, p->deletes);
    if (p->tags > 0)
        cli_check(cli, qn_remote_refspecs_add(cli->ctx, &refspecs,
                                              "refs/tags/*", QN_REFSPEC_PUSH));
    if (refspecs.count == 0 && !p->line.op.all && !p->line.op.mirrors) {
        for (i = 0; i < remote->push.count; i++)
            cli_check(cli, qn_remote_refspecs_add(cli->ctx, &refspecs,
                                                  remote->push.items[i].text,
                                                  QN_REFSPEC_PUSH));
        if (remote->push.count == 0)
            cli_push_choose(&choice);
    }
    p->line.op.sets_upstream = p->line.op.sets_upstream || choice.sets_upstream;
    p->line.op.scope = &cli->scope;
    p->line.op.remote = remote;
    p->line.op.refspecs = &refspecs;
    for (i = 0; i < urls->count; i++)
        code |= push_one(p, remote, urls->items[i]);
    qn_remote_refspecs_dispose(&refspecs);
    qn_remote_free(remote);
    return code;
}

/* ---- to several: each by a program of its own */

static void add_word(struct cli *cli, struct cli_list *words, bool is_asked,
                     const char *word)
{
    if (is_asked)
        cli_list_add(cli, words, word);
}

/* One that has a value; it lives in `arena`. */
static void add_value(struct push *p, struct cli_list *words,
                      struct qn_arena *arena, const char *option,
                      const char *value)
{
    struct cli *cli = p->line.cli;
    struct qn_buf text = QN_BUF_INIT;
    char *copy;

    if (!value)
        return;
    cli_check(cli, qn_buf_printf(cli->ctx, &text, "%s=%s", option, value));
    copy = qn_arena_copy(cli->ctx, arena, qn_buf_bytes(&text));
    if (!copy)
        cli_die(cli);
    cli_list_add(cli, words, copy);
    qn_buf_dispose(&text);
}

/* What was asked for but for --force-with-lease of all, which Git forgets. */
static void add_lists(struct push *p, struct cli_list *words,
                      struct qn_arena *arena)
{
    struct cli *cli = p->line.cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    for (i = 0; i < p->line.options.count; i++)
        add_value(p, words, arena, "--push-option", p->line.options.items[i]);
    for (i = 0; i < p->line.leases.count; i++) {
        const struct qn_push_lease *lease = &p->line.leases.items[i];
        struct qn_buf text = QN_BUF_INIT;

        cli_check(cli, qn_buf_append_string(cli->ctx, &text, lease->name));
        if (lease->has_expected)
            cli_check(cli, qn_buf_printf(cli->ctx, &text, ":%s",
                                         qn_id_to_hex(&lease->expected, hex)));
        add_value(p, words, arena, "--force-with-lease", qn_buf_string(&text));
        qn_buf_dispose(&text);
    }
}

static void make_words(struct push *p, struct cli_list *words,
                       struct qn_arena *arena)
{
    static const char *const signs[] = {NULL, "if-asked", "yes"};
    struct cli *cli = p->line.cli;
    const struct qn_op_push *op = &p->line.op;
    int i;

    add_word(cli, words, true, "git");
    add_word(cli, words, true, "push");
    add_word(cli, words, op->is_forced || op->mirrors, "--force");
    add_word(cli, words, op->is_dry, "--dry-run");
    add_word(cli, words, p->line.shown.is_porcelain, "--porcelain");
    add_word(cli, words, op->prunes, "--prune");
    add_word(cli, words, op->skips_hook, "--no-verify");
    add_word(cli, words, op->follows_tags, "--follow-tags");
    add_word(cli, words, op->sets_upstream, "--set-upstream");
    add_word(cli, words, op->checks_includes, "--force-if-includes");
    add_value(p, words, arena, "--signed", signs[op->is_signed]);
    add_word(cli, words, !op->is_thin, "--no-thin");
    add_value(p, words, arena, "--receive-pack", p->line.receive_pack);
    for (i = 0; i < p->line.verbosity; i++)
        add_word(cli, words, true, "-v");
    add_word(cli, words, p->line.verbosity < 0, "-q");
    if (p->line.progress == CLI_PROGRESS_IS_JSON)
        add_word(cli, words, true, "--progress=json");
    else if (p->line.progress >= 0)
        add_word(cli, words, true,
                 p->line.progress ? "--progress" : "--no-progress");
    add_word(cli, words, p->family != 0, p->family == 4 ? "--ipv4" : "--ipv6");
    add_value(p, words, arena, "--recurse-submodules", p->recurses);
    add_word(cli, words, op->all, "--all");
    add_word(cli, words, op->mirrors, "--mirror");
    add_word(cli, words, p->deletes, "--delete");
    add_word(cli, words, p->tags > 0, "--tags");
    add_lists(p, words, arena);
}

static int push_group(struct push *p, const struct qn_remote_words *names,
                      int argc, char **argv)
{
    struct cli *cli = p->line.cli;
    struct qn_arena arena = QN_ARENA_INIT;
    struct cli_list words = {NULL, 0, 0, false};
    size_t i, place;
    int code = 0, k;

    if (p->line.op.is_atomic)
        cli_die_with(cli,
                     "--atomic can only be used when pushing to one remote");
    make_words(p, &words, &arena);
    place = words.count;
    cli_list_add(cli, &words, "");
    for (k = 0; k < argc; k++)
        cli_list_add(cli, &words, argv[k]);
    cli_list_add(cli, &words, NULL);
    for (i = 0; i < names->count; i++) {
        if (p->line.verbosity >= 0)
            cli_printf(cli, "Pushing to %s\n", names->items[i]);
        words.items[place] = names->items[i];
        if (cli_run_self(cli, words.items, NULL) == 0)
            continue;
        (void)cli_error(cli, "could not push to %s", names->items[i]);
        code = 1;
    }
    qn_memory_free(words.items);
    qn_arena_dispose(&arena);
    return code;
}

int cmd_push(struct cli *cli, int argc, char **argv)
{
    struct push p = {.line = {.cli = cli, .progress = -1, .signs = -1},
                     .thin = 1,
                     .verifies = 1,
                     .follows = -1,
                     .includes = -1};
    struct qn_remote_words names = {0};
    struct qn_arena arena = QN_ARENA_INIT;
    const char *name = NULL;
    int code;
    const struct cli_option options[] = {
        CLI_VERBOSE(&p.line.verbosity),
        CLI_QUIET(&p.line.verbosity),
        CLI_STRING(0, "repo", &p.repository, "repository",
                   "the same as <repository>"),
        CLI_FLAG(0, "all", &p.line.op.all, "all branches"),
        CLI_FLAG(0, "branches", &p.line.op.all, "the same as --all"),
        CLI_FLAG(0, "mirror", &p.line.op.mirrors,
                 "all refs as they are here; others are deleted"),
        CLI_FLAG('d', "delete", &p.deletes, "delete refs"),
        CLI_TRISTATE(0, "tags", &p.tags, "all tags, too"),
        CLI_FLAG('n', "dry-run", &p.line.op.is_dry, "change nothing"),
        CLI_FLAG(0, "porcelain", &p.line.shown.is_porcelain, "for scripts"),
        CLI_FLAG('f', "force", &p.line.op.is_forced, "move refs anywhere"),
        CLI_CALLBACK(0, "force-with-lease", &p.line.leases, "refname>:<expect",
                     "move refs anywhere if they are what is expected",
                     CLI_OPTION_OPTIONAL, cli_push_lease),
        CLI_TRISTATE(0, "force-if-includes", &p.includes,
                     "... and what is there was here once"),
        CLI_CALLBACK(0, "recurse-submodules", &p.recurses, "check|on-demand|no",
                     "submodules, too", 0, set_recurse),
        CLI_TRISTATE(0, "thin", &p.thin, "send deltas on what they have"),
        CLI_STRING(0, "receive-pack", &p.line.receive_pack, "receive-pack",
                   "the program that serves at the other side"),
        CLI_STRING(0, "exec", &p.line.receive_pack, "receive-pack",
                   "the same as --receive-pack"),
        CLI_FLAG('u', "set-upstream", &p.line.op.sets_upstream,
                 "branches track what they are pushed to"),
        CLI_TRANSFER_PROGRESS(&p.line.progress),
        CLI_FLAG(0, "prune", &p.line.op.prunes, "delete what is gone here"),
        CLI_TRISTATE(0, "verify", &p.verifies, "run the hook pre-push"),
        CLI_TRISTATE(0, "follow-tags", &p.follows,
                     "annotated tags of what is pushed, too"),
        CLI_CALLBACK(0, "signed", &p.line.signs, "yes|no|if-asked",
                     "sign the push", CLI_OPTION_OPTIONAL, cli_push_signed),
        CLI_FLAG(0, "atomic", &p.line.op.is_atomic, "all refs, or none"),
        CLI_LIST('o', "push-option", &p.line.options, "server-specific",
                 "tell the other side's hooks"),
        CLI_SET('4', "ipv4", &p.family, 4, "only IPv4"),
        CLI_SET('6', "ipv6", &p.family, 6, "only IPv6"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_push_open(cli);
    settle_options(&p);
    refuse_submodules(&p);
    if (p.deletes && argc < 2)
        cli_die_with(cli, "--delete doesn't make sense without any refs");
    name = argc > 0 ? argv[0] : p.repository;
    if (cli_config_bool(cli, "push.negotiate", false))
        p.line.op.calls.negotiate = negotiate;
    if (name)
        cli_check(cli, qn_remote_group(cli->ctx, cli_config(cli), name, &arena,
                                       &names));
    if (names.count > 1)
        code = push_group(&p, &names, argc > 0 ? argc - 1 : 0, argv + 1);
    else
        code = push_remote(&p, names.count ? names.items[0] : name,
                           argc > 0 ? argc - 1 : 0, argv + 1);
    qn_arena_dispose(&arena);
    return code;
}
