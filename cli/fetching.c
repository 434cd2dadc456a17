/* SPDX-License-Identifier: MIT */
#include "cli/fetching.h"

#include "operation/part/connected.h"
#include "os/file.h"
#include "text/date.h"
#include "text/wildmatch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INFINITE_DEPTH 0x7fffffff

static bool is_shallow(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    bool found;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "shallow", &path));
    found = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return found;
}

static void take_number(struct cli *cli, const char *text,
                        struct qn_fetch_depth *out)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (number <= 0)
        cli_die_with(cli, "depth %s is not a positive number", text);
    if (*end)
        cli_die_with(cli, "transport: invalid depth option '%s'", text);
    out->depth = (uint64_t)number;
}

void cli_fetch_depth(struct cli *cli, const struct cli_depth_words *words,
                     struct qn_fetch_depth *out)
{
    size_t i;

    memset(out, 0, sizeof(*out));
    if (words->unshallow && (words->depth || words->deepen))
        cli_exclude(cli, true, "--depth", true, "--unshallow");
    if (words->deepen) {
        if (words->deepen < 0)
            cli_die_with(cli, "negative depth in --deepen is not supported");
        cli_exclude(cli, true, "--deepen", words->depth != NULL, "--depth");
        out->depth = (uint64_t)words->deepen;
        out->is_relative = true;
    }
    if (words->unshallow) {
        if (!is_shallow(cli))
            cli_die_with(cli, "--unshallow on a complete repository does not "
                              "make sense");
        out->depth = INFINITE_DEPTH;
    }
    if (words->depth)
        take_number(cli, words->depth, out);
    if (words->since) {
        out->has_since = true;
        out->since_text = words->since;
        out->since = qn_date_approximate(cli->env, words->since, NULL);
    }
    for (i = 0; i < words->excludes.count; i++)
        cli_check(cli, qn_wire_words_add(
                           cli->ctx, &out->excludes,
                           qn_bytes_from_string(words->excludes.items[i])));
}

/* ---- what is told of */

struct globbing {
    struct cli *cli;
    const char *pattern;
    struct qn_id_list *out;
    size_t count;
};

static enum qn_status take_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct globbing *g = data;
    struct qn_id commit;

    if (ref->is_broken || qn_id_is_null(&ref->id) ||
        !qn_wildmatch_matches(qn_bytes_from_string(g->pattern),
                              qn_buf_bytes(&ref->name), 0))
        return QN_OK;
    g->count++;
    if (qn_revision_peel(ctx, g->cli->odb, &ref->id, QN_OBJECT_COMMIT,
                         &commit)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return qn_id_list_add(ctx, g->out, &commit);
}

void cli_fetch_tips(struct cli *cli, const char *text, const char *option,
                    struct qn_id_list *out)
{
    struct globbing g = {.cli = cli, .out = out};
    struct qn_buf pattern = QN_BUF_INIT;
    struct qn_id commit;

    if (!strpbrk(text, "*?[")) {
        if (qn_revision_commit(cli->ctx, &cli->scope, text, &commit)) {
            qn_ctx_clear(cli->ctx); /* Git tells of nothing then */
            return;
        }
        cli_check(cli, qn_id_list_add(cli->ctx, out, &commit));
        return;
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &pattern, "%s%s",
                                 strncmp(text, "refs/", 5) == 0 ? "" : "refs/",
                                 text));
    g.pattern = qn_buf_string(&pattern);
    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", 0, take_ref, &g));
    if (g.count == 0)
        cli_warning(cli, "ignoring %s=%s because it does not match any refs",
                    option, text);
    qn_buf_dispose(&pattern);
}

/* A URL's user and password are not for a log. */
static void append_word(struct cli *cli, const char *word, struct qn_buf *out)
{
    const char *scheme = strstr(word, "://");
    struct qn_bytes text = qn_bytes_from_string(word);

    if (scheme) {
        size_t front = (size_t)(scheme - word) + 3;
        struct qn_bytes rest = qn_bytes_from(text, front);
        struct qn_bytes host = qn_bytes_first(rest, qn_bytes_find(rest, '/'));
        size_t at = qn_bytes_find_last(host, '@');

        if (at < host.size) {
            cli_check(cli, qn_buf_append_bytes(cli->ctx, out,
                                               qn_bytes_first(text, front)));
            text = qn_bytes_from(rest, at + 1);
        }
    }
    cli_check(cli, qn_buf_append_bytes(cli->ctx, out, text));
}

const char *cli_fetch_action(struct cli *cli, const char *name, int argc,
                             char *const *argv, struct qn_buf *room)
{
    const char *own = getenv("GIT_REFLOG_ACTION");
    int i;

    if (own)
        return own;
    cli_check(cli, qn_buf_append_string(cli->ctx, room, name));
    for (i = 1; i < argc; i++) {
        cli_check(cli, qn_buf_append_byte(cli->ctx, room, ' '));
        append_word(cli, argv[i], room);
    }
    return qn_buf_string(room);
}

/* What is said on the command line, else what is configured. */
static bool choose_from(struct cli *cli, const struct cli_list *said,
                        const struct qn_remote_words *configured,
                        const char *option, struct qn_id_list *out)
{
    size_t i;

    out->count = 0;
    for (i = 0; i < said->count; i++)
        cli_fetch_tips(cli, said->items[i], option, out);
    if (said->count)
        return true;
    for (i = 0; i < configured->count; i++)
        cli_fetch_tips(cli, configured->items[i], option, out);
    return configured->count > 0;
}

static void say_ignored(struct cli *cli, const struct cli_list *said,
                        const struct qn_remote_words *configured,
                        const char *remote, const char *which)
{
    static const char why[] = "because the protocol does not support it";

    if (said->count)
        cli_warning(cli, "ignoring --negotiation-%c%s %s",
                    which[0] == 'R' ? 'r' : 'i', which + 1, why);
    else if (configured->count)
        cli_warning(cli, "ignoring remote.%s.negotiation%s %s", remote, which,
                    why);
}

static enum qn_status choose_tips(struct qn_ctx *ctx, void *data,
                                  struct qn_op_fetch *fetch)
{
    struct cli_fetching *f = data;
    const struct qn_remote *remote = fetch->remote;

    (void)ctx;
    if (fetch->is_bundle) {
        say_ignored(f->cli, &f->restricts, &remote->negotiation_restrict,
                    remote->name, "Restrict");
        say_ignored(f->cli, &f->includes, &remote->negotiation_include,
                    remote->name, "Include");
        return QN_OK;
    }
    if (choose_from(f->cli, &f->restricts, &fetch->remote->negotiation_restrict,
                    "--negotiation-restrict", &f->tips))
        fetch->tips = &f->tips;
    if (choose_from(f->cli, &f->includes, &fetch->remote->negotiation_include,
                    "--negotiation-include", &f->include_tips))
        fetch->includes = &f->include_tips;
    return QN_OK;
}

/* ---- what is printed */

static void put_lines(void *data, struct qn_bytes lines, bool is_porcelain)
{
    struct cli_fetching *f = data;

    if (is_porcelain) {
        cli_write(f->cli, lines.data, lines.size);
        return;
    }
    cli_flush(f->cli);
    (void)!write(STDERR_FILENO, lines.data, lines.size);
}

static void put_said(void *data, struct qn_bytes text)
{
    struct cli_fetching *f = data;

    cli_remote_said_take(&f->said, text);
}

static void head_differs(void *data, const char *remote, const char *there,
                         const char *here, bool is_detached)
{
    struct cli_fetching *f = data;
    struct cli *cli = f->cli;
    struct qn_buf text = QN_BUF_INIT;

    if (is_detached)
        cli_printf(cli,
                   "'HEAD' at '%s' is '%s', but we have a detached HEAD "
                   "pointing to '%s' locally.\n",
                   remote, there, here);
    else
        cli_printf(cli, "'HEAD' at '%s' is '%s', but we have '%s' locally.\n",
                   remote, there, here);
    cli_check(
        cli,
        qn_buf_printf(
            cli->ctx, &text,
            "Run 'git remote set-head %s %s' to follow the change, or set\n"
            "'remote.%s.followRemoteHEAD' configuration option to a "
            "different value\n"
            "if you do not want to see this message. Specifically running\n"
            "'git config set remote.%s.followRemoteHEAD "
            "warn-if-not-branch-%s'\n"
            "will disable the warning until the remote changes HEAD to "
            "something else.",
            remote, there, remote, remote, there));
    cli_advise(cli, "fetchRemoteHEADWarn", qn_buf_string(&text));
    qn_buf_dispose(&text);
}

static void is_uncertain(void *data)
{
    struct cli_fetching *f = data;

    if (cli_advice_is_on(f->cli, "fetchShowForcedUpdates"))
        cli_warning(f->cli,
                    "fetch normally indicates which branches had a forced "
                    "update,\n"
                    "but that check has been disabled; to re-enable, use "
                    "'--show-forced-updates'\n"
                    "flag or run 'git config fetch.showForcedUpdates true'");
}

void cli_fetch_calls(struct cli_fetching *fetching,
                     struct qn_op_fetch_calls *calls)
{
    calls->data = fetching;
    calls->tell = put_lines;
    calls->said = put_said;
    calls->head_differs = head_differs;
    calls->is_uncertain = is_uncertain;
    calls->choose_tips = choose_tips;
}
