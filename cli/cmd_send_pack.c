/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"
#include "cli/pushing.h"
#include "os/file.h"

#include <string.h>

static const char *const usage[] = {
    "git send-pack [--mirror] [--dry-run] [--force]\n"
    "              [--receive-pack=<git-receive-pack>] [--verbose] [--thin]\n"
    "              [--atomic] [--[no-]signed | "
    "--signed=(true|false|if-asked)]\n"
    "              [<host>:]<directory> (--all | <ref>...)",
    NULL};

struct send {
    struct cli *cli;
    struct qn_op_push op;
    struct cli_pushing shown;
    struct cli_leases leases;
    struct cli_list options;
    struct qn_wire_words words;
    struct qn_remote_refspecs refspecs;
    const char *receive_pack, *remote_name;
    int verbosity, progress, signs;
    bool reads_stdin, is_stateless;
};

static void add_refspec(struct send *s, const char *text)
{
    cli_check(s->cli, qn_remote_refspecs_add(s->cli->ctx, &s->refspecs, text,
                                             QN_REFSPEC_PUSH));
}

static void read_refspecs(struct send *s)
{
    struct qn_buf text = QN_BUF_INIT, copy = QN_BUF_INIT;
    struct qn_bytes rest, line;

    cli_check(s->cli, qn_file_read_rest(s->cli->ctx, 0, &text));
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        qn_buf_clear(&copy);
        cli_check(s->cli, qn_buf_append_bytes(s->cli->ctx, &copy, line));
        if (copy.size > 0)
            add_refspec(s, qn_buf_string(&copy));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&copy);
}

static int send_to(struct send *s, const char *url)
{
    struct cli *cli = s->cli;
    struct qn_remote *there = cli_remote(cli, url, true);
    struct qn_remote *remote =
        s->remote_name ? cli_remote(cli, s->remote_name, true) : NULL;
    struct qn_connection_options options;
    enum qn_status status;

    cli_connection_options(cli, there, QN_SERVICE_RECEIVE_PACK, &options);
    options.url = url;
    if (options.version == 2)
        options.version = 0;
    if (s->receive_pack)
        options.program = s->receive_pack;
    s->op.scope = &cli->scope;
    s->op.remote = remote;
    s->op.connection = &options;
    s->op.refspecs = &s->refspecs;
    s->shown.cli = cli;
    s->shown.op = &s->op;
    s->shown.url = url;
    cli_push_calls(&s->shown, &s->op.calls);
    cli_show_progress(cli, s->op.shows_progress);
    cli_remote_said_begin(cli, &s->shown.said, url);
    status = qn_op_push_run(cli->ctx, &s->op);
    cli_remote_said_end(&s->shown.said);
    cli_check(cli, status);
    if (!s->op.was_shown) /* refspecs that mean nothing */
        cli_exit(cli, 255);
    if (!s->op.has_failed && !s->op.has_pushed)
        cli_stderr(cli, "Everything up-to-date\n");
    qn_remote_free(remote);
    qn_remote_free(there);
    return s->op.has_failed;
}

int cmd_send_pack(struct cli *cli, int argc, char **argv)
{
    struct send s = {.cli = cli, .progress = -1};
    int i;
    const struct cli_option options[] = {
        CLI_VERBOSE(&s.verbosity),
        CLI_QUIET(&s.verbosity),
        CLI_STRING(0, "receive-pack", &s.receive_pack, "receive-pack",
                   "the program that serves at the other side"),
        CLI_STRING(0, "exec", &s.receive_pack, "receive-pack",
                   "the same as --receive-pack"),
        CLI_STRING(0, "remote", &s.remote_name, "remote",
                   "the remote whose refs are kept here"),
        CLI_FLAG(0, "all", &s.op.all, "all branches"),
        CLI_FLAG('n', "dry-run", &s.op.is_dry, "change nothing"),
        CLI_FLAG(0, "mirror", &s.op.mirrors,
                 "all refs as they are here; others are deleted"),
        CLI_FLAG('f', "force", &s.op.is_forced, "move refs anywhere"),
        CLI_CALLBACK(0, "signed", &s.signs, "yes|no|if-asked", "sign the push",
                     CLI_OPTION_OPTIONAL, cli_push_signed),
        CLI_LIST(0, "push-option", &s.options, "server-specific",
                 "tell the other side's hooks"),
        CLI_PROGRESS(&s.progress),
        CLI_FLAG(0, "thin", &s.op.is_thin, "send deltas on what they have"),
        CLI_FLAG(0, "atomic", &s.op.is_atomic, "all refs, or none"),
        CLI_REFUSED(0, "stateless-rpc"),
        CLI_FLAG(0, "stdin", &s.reads_stdin, "more refs from there"),
        CLI_FLAG(0, "helper-status", &s.shown.tells_helper,
                 "tell as remote helpers do"),
        CLI_CALLBACK(0, "force-with-lease", &s.leases, "refname>:<expect",
                     "move refs anywhere if they are what is expected",
                     CLI_OPTION_OPTIONAL, cli_push_lease),
        CLI_FLAG(0, "force-if-includes", &s.op.checks_includes,
                 "... and what is there was here once"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_push_open(cli);
    for (i = 1; i < argc; i++)
        add_refspec(&s, argv[i]);
    if (argc > 0 && s.reads_stdin)
        read_refspecs(&s);
    if (argc == 0 || (s.op.all && s.op.mirrors) ||
        (s.refspecs.count > 0 && (s.op.all || s.op.mirrors)))
        cli_usage(cli, usage, options);
    cli_push_words(cli, &s.options, &s.words);
    s.op.options = s.words.count ? &s.words : NULL;
    s.op.leases = s.leases.items;
    s.op.lease_count = s.leases.count;
    s.op.leases_all = s.leases.all;
    s.op.is_signed = (enum qn_send_pack_signed)s.signs;
    s.op.is_quiet = s.verbosity < 0;
    s.op.skips_hook = true;
    s.op.shows_progress = s.progress > 0;
    s.shown.is_verbose = s.verbosity != 0;
    if (s.refspecs.count == 0 && !s.op.all && !s.op.mirrors)
        add_refspec(&s, ":");
    return send_to(&s, argv[0]);
}
