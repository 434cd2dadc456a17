/* SPDX-License-Identifier: MIT */
/* What another Git starts to speak http(s) and ftp(s): gitremote-helpers(7).
 * Ours does it itself. */
#include "cli/remote_http.h"

#include <string.h>

static void tell_capabilities(struct cli *cli)
{
    cli_puts(cli, "stateless-connect\nfetch\nget\noption\npush\n"
                  "check-connectivity\nobject-format\n\n");
}

static void list(struct cli_remote_http *h, bool is_for_push)
{
    struct cli *cli = h->cli;
    const struct qn_remote_refs *refs = cli_remote_http_refs(
        h, is_for_push ? QN_SERVICE_RECEIVE_PACK : QN_SERVICE_UPLOAD_PACK);
    size_t i;

    if (h->has_format)
        cli_printf(cli, ":object-format %s\n",
                   qn_id_algorithm_name(h->connection->server.algorithm));
    for (i = 0; i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];

        if (ref->is_unborn)
            continue;
        if (ref->target) {
            cli_printf(cli, "@%s %s\n", ref->target, ref->name);
        } else {
            cli_put_id(cli, &ref->id);
            cli_printf(cli, " %s\n", ref->name);
        }
        if (ref->has_peeled) {
            cli_put_id(cli, &ref->peeled);
            cli_printf(cli, " %s^{}\n", ref->name);
        }
    }
    cli_put(cli, '\n');
}

/* True: it was connected, and all is said. */
static bool connect_to(struct cli_remote_http *h, const char *name)
{
    struct cli *cli = h->cli;
    enum qn_service service = QN_SERVICE_UPLOAD_PACK;

    if (strcmp(name, "git-upload-archive") == 0)
        service = QN_SERVICE_UPLOAD_ARCHIVE;
    else if (strcmp(name, "git-receive-pack") == 0)
        service = QN_SERVICE_RECEIVE_PACK;
    else if (strcmp(name, "git-upload-pack") != 0)
        cli_die_with(cli, "unknown service '%s'", name);
    if (service != QN_SERVICE_UPLOAD_ARCHIVE || cli_protocol_version(cli) == 2)
        cli_remote_http_open(h, service);
    if (!h->connection || !qn_http_relay_can_connect(h->connection)) {
        cli_puts(cli, "fallback\n");
        cli_flush(cli);
        return false;
    }
    cli_flush(cli);
    cli_check(cli, qn_http_relay_connect(cli->ctx, &h->relay, h->connection,
                                         qn_buf_bytes(&h->heard)));
    return true;
}

static void get(struct cli_remote_http *h, const char *text)
{
    struct cli *cli = h->cli;
    const char *space = strchr(text, ' ');
    struct qn_connection_options options;
    struct qn_buf uri = QN_BUF_INIT;

    if (!space)
        cli_die_with(cli,
                     "protocol error: expected '<url> <path>', missing space");
    cli_check(cli, qn_buf_append(cli->ctx, &uri, text, (size_t)(space - text)));
    cli_connection_options(cli, h->remote, QN_SERVICE_UPLOAD_PACK, &options);
    cli_check(cli, qn_http_relay_get(cli->ctx, &options, qn_buf_string(&uri),
                                     space + 1));
    cli_put(cli, '\n');
    qn_buf_dispose(&uri);
}

/* "fetch ..." or "push ..." lines up to an empty one.  False: they ended. */
static bool read_batch(struct cli_remote_http *h, const char *first,
                       bool is_push)
{
    struct cli *cli = h->cli;
    const char *verb = is_push ? "push " : "fetch ";
    struct qn_wire_words lines = QN_WIRE_WORDS_INIT;
    struct qn_buf line = QN_BUF_INIT;
    bool is_over = false;

    cli_check(cli,
              qn_wire_words_add(cli->ctx, &lines, qn_bytes_from_string(first)));
    for (;;) {
        const char *text;

        cli_check(cli,
                  qn_http_relay_line(cli->ctx, &h->relay, &line, &is_over));
        if (is_over || line.size == 0)
            break;
        text = qn_buf_string(&line);
        if (strncmp(text, verb, strlen(verb)) != 0)
            cli_die_with(cli, "http transport does not support %s", text);
        cli_check(cli,
                  qn_wire_words_add(cli->ctx, &lines,
                                    qn_bytes_from_string(text + strlen(verb))));
    }
    if (!is_over && is_push)
        cli_remote_http_push(h, &lines);
    else if (!is_over)
        cli_remote_http_fetch(h, &lines);
    qn_wire_words_dispose(&lines);
    qn_buf_dispose(&line);
    return !is_over;
}

/* One command; false: it was the last. */
static bool run(struct cli_remote_http *h, const char *line, int *code)
{
    struct cli *cli = h->cli;

    if (!*line) {
        *code = 0;
        return false;
    }
    if (strcmp(line, "capabilities") == 0) {
        tell_capabilities(cli);
    } else if (strcmp(line, "list") == 0 ||
               strcmp(line, "list for-push") == 0) {
        list(h, line[4] != '\0');
    } else if (strncmp(line, "option ", 7) == 0) {
        cli_remote_http_option(h, line + 7);
    } else if (strncmp(line, "fetch ", 6) == 0) {
        return read_batch(h, line + 6, false);
    } else if (strncmp(line, "push ", 5) == 0) {
        return read_batch(h, line + 5, true);
    } else if (strncmp(line, "get ", 4) == 0) {
        get(h, line + 4);
    } else if (strncmp(line, "stateless-connect ", 18) == 0) {
        if (!connect_to(h, line + 18))
            return true;
        *code = 0;
        return false;
    } else {
        cli_error(cli, "remote-curl: unknown command '%s' from git", line);
        return false;
    }
    return true;
}

static int serve(struct cli *cli, int argc, char **argv)
{
    struct cli_remote_http h = {.cli = cli, .verbosity = 1};
    struct qn_buf line = QN_BUF_INIT;
    bool is_over = false;
    int code = 1;

    if (argc < 2) {
        cli_error(cli, "remote-curl: usage: git remote-curl <remote> [<url>]");
        return 1;
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    h.remote = cli_remote(cli, argv[1], false);
    h.url = argc > 2               ? argv[2]
            : h.remote->urls.count ? h.remote->urls.items[0]
                                   : argv[1];
    qn_http_relay_init(&h.relay, 0, 1);
    for (;;) {
        cli_flush(cli);
        cli_check(cli, qn_http_relay_line(cli->ctx, &h.relay, &line, &is_over));
        if (is_over || !run(&h, qn_buf_string(&line), &code))
            break;
    }
    cli_flush(cli);
    qn_connection_free(h.connection);
    qn_http_relay_dispose(&h.relay);
    qn_remote_free(h.remote);
    qn_buf_dispose(&h.heard);
    qn_buf_dispose(&h.filter);
    qn_wire_words_dispose(&h.depth.excludes);
    qn_wire_words_dispose(&h.push_options);
    qn_buf_dispose(&line);
    return code;
}

int cmd_remote_http(struct cli *cli, int argc, char **argv)
{
    return serve(cli, argc, argv);
}

int cmd_remote_https(struct cli *cli, int argc, char **argv)
{
    return serve(cli, argc, argv);
}

int cmd_remote_ftp(struct cli *cli, int argc, char **argv)
{
    return serve(cli, argc, argv);
}

int cmd_remote_ftps(struct cli *cli, int argc, char **argv)
{
    return serve(cli, argc, argv);
}

int cmd_http_push(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return cli_fatal(cli, "http-push: pushing by WebDAV is not done; push to a "
                          "server that speaks Git's protocol");
}
