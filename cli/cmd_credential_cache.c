/* SPDX-License-Identifier: MIT */
#include "cli/asking.h"
#include "cli/connecting.h"
#include "cli/credential_socket.h"
#include "os/file.h"
#include "os/local_socket.h"
#include "os/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const usage[] = {"git credential-cache [<options>] <action>",
                                    NULL};

static void find_socket(struct cli *cli, struct qn_buf *out)
{
    const char *home = getenv("HOME"), *cache = getenv("XDG_CACHE_HOME");

    if (home) {
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/.git-credential-cache",
                                     home));
        if (qn_file_is_directory(qn_buf_string(out))) {
            cli_check(cli, qn_buf_append_string(cli->ctx, out, "/socket"));
            return;
        }
        qn_buf_clear(out);
    }
    if (cache && *cache)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/git/credential/socket",
                                     cache));
    else if (home)
        cli_check(cli, qn_buf_printf(cli->ctx, out,
                                     "%s/.cache/git/credential/socket", home));
    else
        cli_die_with(cli, "unable to find a suitable socket path; use "
                          "--socket");
}

/* False: nobody listens there. */
static bool send_to(struct cli *cli, const char *path,
                    const struct qn_buf *request)
{
    struct qn_bytes rest = qn_buf_bytes(request);
    char room[4096];
    int fd = cli_credential_connect(path);
    ssize_t got;

    if (fd < 0)
        return false;
    while (rest.size > 0) {
        ptrdiff_t put = qn_process_write(fd, rest.data, rest.size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            cli_die_with(cli, "unable to write to cache daemon: %s",
                         strerror(errno));
        rest = qn_bytes_from(rest, (size_t)put);
    }
    qn_local_socket_end_write(fd);
    while ((got = read(fd, room, sizeof(room))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == ECONNRESET)
            break;
        if (got < 0)
            cli_die_with(cli, "read error from cache daemon: %s",
                         strerror(errno));
        cli_write(cli, room, (size_t)got);
    }
    memset(room, 0, sizeof(room));
    cli_flush(cli);
    (void)close(fd);
    return true;
}

/* It says "ok" when it listens, and goes on by itself. */
static void start_daemon(struct cli *cli, const char *path)
{
    const char *const *own = cli_own_program(cli);
    const char *argv[] = {own ? own[0] : "git", "credential-cache--daemon",
                          path, NULL};
    struct qn_process_options options = {
        .argv = argv, .in = QN_PROCESS_NULL, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    char said[128];
    size_t size = 0;

    cli_check(cli, qn_process_start(cli->ctx, &options, &process));
    cli_check(cli,
              qn_file_read(cli->ctx, qn_process_out(process), said, 3, &size));
    if (size != 3 || memcmp(said, "ok\n", 3) != 0)
        cli_die_with(cli, "cache daemon did not start: %.*s", (int)size, said);
    /* Its handle is left: it outlives us. */
}

static void run(struct cli *cli, const char *path, const char *action,
                int timeout)
{
    bool starts = strcmp(action, "store") == 0;
    struct qn_buf request = QN_BUF_INIT;

    cli_check(cli, qn_buf_printf(cli->ctx, &request, "action=%s\ntimeout=%d\n",
                                 action, timeout));
    if (strcmp(action, "exit") != 0)
        cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &request));
    if (!send_to(cli, path, &request)) {
        if (errno != ENOENT && errno != ECONNREFUSED)
            cli_die_with(cli, "unable to connect to cache daemon: %s",
                         strerror(errno));
        if (starts) {
            start_daemon(cli, path);
            if (!send_to(cli, path, &request))
                cli_die_with(cli, "unable to connect to cache daemon: %s",
                             strerror(errno));
        }
    }
    if (request.data)
        memset(request.data, 0, request.capacity);
    qn_buf_dispose(&request);
}

int cmd_credential_cache(struct cli *cli, int argc, char **argv)
{
    static const char *const actions[] = {"exit", "get", "erase", "store"};
    const char *socket = NULL;
    int timeout = 900;
    const struct cli_option options[] = {
        CLI_INTEGER(0, "timeout", &timeout,
                    "keep credentials for so many seconds"),
        CLI_STRING(0, "socket", &socket, "path",
                   "where the daemon listens, or is to listen"),
        CLI_END};
    struct qn_buf path = QN_BUF_INIT;
    size_t i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc == 0)
        cli_usage(cli, usage, options);
    if (strcmp(argv[0], "capability") == 0) {
        cli_puts(cli, "version 0\ncapability authtype\n");
        return 0;
    }
    if (socket)
        cli_check(cli, qn_buf_append_string(cli->ctx, &path, socket));
    else
        find_socket(cli, &path);
    for (i = 0; i < QN_COUNT_OF(actions); i++)
        if (strcmp(argv[0], actions[i]) == 0)
            run(cli, qn_buf_string(&path), argv[0], timeout);
    qn_buf_dispose(&path); /* other actions are for newer helpers */
    return 0;
}
