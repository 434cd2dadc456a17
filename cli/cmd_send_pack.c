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
    struct cli_push_line line;
    struct qn_remote_refspecs refspecs;
    const char *remote_name;
    bool reads_stdin, is_stateless;
};

static void add_refspec(struct send *s, const char *text)
{
    if (strcmp(text, "@") == 0 || strcmp(text, "+@") == 0)
        text = *text == '+' ? "+HEAD" : "HEAD";
    cli_check(s->line.cli,
              qn_remote_refspecs_add(s->line.cli->ctx, &s->refspecs, text,
                                     QN_REFSPEC_PUSH));
}

static void read_refspecs(struct send *s)
{
    struct qn_buf text = QN_BUF_INIT, copy = QN_BUF_INIT;
    struct qn_bytes rest, line;

    cli_check(s->line.cli, qn_file_read_rest(s->line.cli->ctx, 0, &text));
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        qn_buf_clear(&copy);
        cli_check(s->line.cli,
                  qn_buf_append_bytes(s->line.cli->ctx, &copy, line));
        if (copy.size > 0)
            add_refspec(s, qn_buf_string(&copy));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&copy);
}

static int send_to(struct send *s, const char *url)
{
    struct cli *cli = s->line.cli;
    struct qn_remote *there = cli_remote(cli, url, true);
    struct qn_remote *remote =
        s->remote_name ? cli_remote(cli, s->remote_name, true) : NULL;
    struct qn_connection_options options;
    enum qn_status status;

    cli_push_connection(&s->line, there, url, &options);
    s->line.op.scope = &cli->scope;
    s->line.op.remote = remote;
    s->line.op.refspecs = &s->refspecs;
    cli_show_progress(cli, s->line.op.shows_progress);
    cli_remote_said_begin(cli, &s->line.shown.said, url);
    status = qn_op_push_run(cli->ctx, &s->line.op);
    cli_remote_said_end(&s->line.shown.said);
    cli_check(cli, status);
    if (!s->line.op.was_shown) /* refspecs that mean nothing */
        cli_exit(cli, 255);
    if (!s->line.op.has_failed && !s->line.op.has_pushed)
        cli_stderr(cli, "Everything up-to-date\n");
    qn_remote_free(remote);
    qn_remote_free(there);
    return s->line.op.has_failed;
}

int cmd_send_pack(struct cli *cli, int argc, char **argv)
{
    struct send s = {.line = {.cli = cli, .progress = -1}};
    int i;
    const struct cli_option options[] = {
        CLI_VERBOSE(&s.line.verbosity),
        CLI_QUIET(&s.line.verbosity),
        CLI_STRING(0, "receive-pack", &s.line.receive_pack, "receive-pack",
                   "the program that serves at the other side"),
        CLI_STRING(0, "exec", &s.line.receive_pack, "receive-pack",
                   "the same as --receive-pack"),
        CLI_STRING(0, "remote", &s.remote_name, "remote",
                   "the remote whose refs are kept here"),
        CLI_FLAG(0, "all", &s.line.op.all, "all branches"),
        CLI_FLAG('n', "dry-run", &s.line.op.is_dry, "change nothing"),
        CLI_FLAG(0, "mirror", &s.line.op.mirrors,
                 "all refs as they are here; others are deleted"),
        CLI_FLAG('f', "force", &s.line.op.is_forced, "move refs anywhere"),
        CLI_CALLBACK(0, "signed", &s.line.signs, "yes|no|if-asked",
                     "sign the push", CLI_OPTION_OPTIONAL, cli_push_signed),
        CLI_LIST(0, "push-option", &s.line.options, "server-specific",
                 "tell the other side's hooks"),
        CLI_PROGRESS(&s.line.progress),
        CLI_FLAG(0, "thin", &s.line.op.is_thin,
                 "send deltas on what they have"),
        CLI_FLAG(0, "atomic", &s.line.op.is_atomic, "all refs, or none"),
        CLI_REFUSED(0, "stateless-rpc"),
        CLI_FLAG(0, "stdin", &s.reads_stdin, "more refs from there"),
        CLI_FLAG(0, "helper-status", &s.line.shown.tells_helper,
                 "tell as remote helpers do"),
        CLI_CALLBACK(0, "force-with-lease", &s.line.leases, "refname>:<expect",
                     "move refs anywhere if they are what is expected",
                     CLI_OPTION_OPTIONAL, cli_push_lease),
        CLI_FLAG(0, "force-if-includes", &s.line.op.checks_includes,
                 "... and what is there was here once"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_push_open(cli);
    for (i = 1; i < argc; i++)
        add_refspec(&s, argv[i]);
    if (argc > 0 && s.reads_stdin)
        read_refspecs(&s);
    if (argc == 0 || (s.line.op.all && s.line.op.mirrors) ||
        (s.refspecs.count > 0 && (s.line.op.all || s.line.op.mirrors)))
        cli_usage(cli, usage, options);
    cli_push_words(cli, &s.line.options, &s.line.words);
    cli_push_settle(&s.line);
    s.line.op.skips_hook = true;
    s.line.op.shows_progress = cli_wants_progress(s.line.progress);
    s.line.op.is_quiet = false; /* it goes by progress alone */
    s.line.shown.is_verbose = s.line.verbosity != 0;
    if (s.refspecs.count == 0 && !s.line.op.all && !s.line.op.mirrors)
        add_refspec(&s, ":");
    return send_to(&s, argv[0]);
}
