/* SPDX-License-Identifier: MIT */
/* One connection, on stdin and stdout: the request's packet, the service. */
#include "cli/daemon.h"

#include "cli/archiving.h"
#include "cli/upkeep.h"
#include "operation/op_receive_pack.h"
#include "operation/op_upload_pack.h"
#include "os/file.h"
#include "os/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void daemon_refuse(struct daemon_client *client, const char *message)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    struct qn_buf out = QN_BUF_INIT;

    if (!daemon->is_informative)
        message = "access denied or repository not exported";
    cli_check(cli, qn_pkt_line_printf(cli->ctx, &out, "ERR %s: %s", message,
                                      qn_buf_string(&client->request.path)));
    cli_write(cli, out.data, out.size);
    cli_flush(cli);
    qn_buf_dispose(&out);
}

/* Who it is: for hooks, and the log. */
static void tell_peer(struct daemon *daemon)
{
    char host[QN_LISTENER_NAME_SIZE], port[QN_LISTENER_PORT_SIZE];
    char shown[QN_LISTENER_NAME_SIZE + 2];
    bool is_version_6;

    if (!qn_listener_peer(STDIN_FILENO, host, port, &is_version_6))
        return;
    qn_listener_keep_alive(STDIN_FILENO);
    snprintf(shown, sizeof(shown), is_version_6 ? "[%s]" : "%s", host);
    (void)setenv("REMOTE_ADDR", shown, 1);
    (void)setenv("REMOTE_PORT", port, 1);
    daemon_info(daemon, "Connection from %s:%s", shown, port);
}

/* Exactly one packet: what is behind it is the service's. */
static void read_exactly(struct daemon *daemon, void *room, size_t size)
{
    size_t used = 0;

    daemon_check(daemon, qn_file_read(daemon->cli->ctx, STDIN_FILENO, room,
                                      size, &used));
    if (used < size)
        daemon_die(daemon, 128, "the remote end hung up unexpectedly");
}

static struct qn_bytes read_packet(struct daemon *daemon, uint8_t *room,
                                   size_t most)
{
    struct qn_bytes in;
    struct qn_pkt_line packet;
    size_t size = 0;
    int i;

    read_exactly(daemon, room, 4);
    in = qn_bytes_make(room, 4);
    daemon_check(daemon, qn_pkt_line_parse(daemon->cli->ctx, &in, &packet));
    if (packet.kind != QN_PKT_LINE_MORE)
        return QN_BYTES_NONE;
    for (i = 0; i < 4; i++) {
        uint8_t digit = room[i] | 0x20;

        size = size << 4 |
               (size_t)(digit <= '9' ? digit - '0' - 0 : digit - 'a' + 10);
    }
    if (size - 4 > most)
        daemon_die(daemon, 128, "protocol error: bad line length %zu",
                   size - 4);
    read_exactly(daemon, room, size - 4);
    return qn_bytes_make(room, size - 4);
}

/* host=<host> first, then an empty part, then "key=value" parts. */
static void read_extras(struct daemon_client *client, struct qn_bytes rest)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    struct qn_buf protocol = QN_BUF_INIT;
    struct qn_bytes part;

    if (rest.size > 0 && rest.data[0] != 0) {
        (void)qn_bytes_next(&rest, 0, &part);
        if (part.size < 5 ||
            !qn_bytes_is_equal_fold(qn_bytes_first(part, 5), QN_BYTES("host=")))
            daemon_die(daemon, 128, "Invalid request");
        part = qn_bytes_from(part, 5);
        client->has_host = true;
        cli_check(cli,
                  qn_buf_append_bytes(cli->ctx, &client->request.host, part));
        daemon_info(daemon, "Extended attribute \"host\": %.*s",
                    QN_BYTES_ARG(part));
        if (rest.size > 0 && rest.data[0] != 0)
            daemon_die(daemon, 128, "Invalid request");
    }
    rest = qn_bytes_from(rest, 1);
    while (qn_bytes_next(&rest, 0, &part))
        if (part.size > 0)
            cli_check(cli, qn_buf_printf(cli->ctx, &protocol, "%s%.*s",
                                         protocol.size > 0 ? ":" : "",
                                         QN_BYTES_ARG(part)));
    if (protocol.size > 0) {
        daemon_info(daemon, "Extended attribute \"protocol\": %s",
                    qn_buf_string(&protocol));
        (void)setenv("GIT_PROTOCOL", qn_buf_string(&protocol), 1);
    }
    qn_buf_dispose(&protocol);
    daemon_read_host(client);
}

static const struct daemon_service *
find_service(struct daemon *daemon, struct qn_bytes line, struct qn_bytes *path)
{
    size_t i, size;

    for (i = 0; i < DAEMON_SERVICE_COUNT; i++) {
        const struct daemon_service *service = &daemon->services[i];

        size = strlen(service->name);
        if (qn_bytes_has_prefix(line, "git-") && line.size > 4 + size &&
            memcmp(line.data + 4, service->name, size) == 0 &&
            line.data[4 + size] == ' ') {
            *path = qn_bytes_from(line, 5 + size);
            return service;
        }
    }
    daemon_error(daemon, "Protocol error: '%.*s'", QN_BYTES_ARG(line));
    return NULL;
}

static int receive(struct daemon_client *client)
{
    struct cli *cli = client->daemon->cli;
    struct qn_op_receive_pack op = {0};
    enum qn_status status;

    CLI_SERVICE_TELL(&client->service, &op);
    status = cli_service_receive(cli, &op);
    cli_service_end(&client->service);
    if (status)
        return cli_fail(cli);
    if (op.wants_upkeep)
        cli_upkeep_after(cli, QN_OP_UPKEEP_COMMITS | QN_OP_UPKEEP_PACKS, true);
    return 0;
}

static int run_service(struct daemon_client *client,
                       const struct daemon_service *service)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    struct qn_op_upload_pack op = {0};
    enum qn_status status;

    if (chdir(qn_buf_string(&client->path)) != 0)
        daemon_die(daemon, 128, "cannot change to '%s'",
                   qn_buf_string(&client->path));
    client->service.timeout = (int)daemon->timeout;
    cli_service_open(&client->service);
    CLI_SERVICE_TELL(&client->service, &op);
    if (strcmp(service->name, "receive-pack") == 0)
        return receive(client);
    if (strcmp(service->name, "upload-archive") == 0) {
        int code = cli_upload_archive(&client->service);

        cli_service_end(&client->service);
        return code;
    }
    status = qn_op_upload_pack_run(cli->ctx, &op);
    cli_service_end(&client->service);
    if (status)
        return cli_fail(cli);
    return 0;
}

int daemon_serve(struct daemon *daemon)
{
    struct daemon_client client = {.daemon = daemon,
                                   .service = {.cli = daemon->cli},
                                   .request = QN_DAEMON_REQUEST_INIT};
    static uint8_t room[QN_PKT_LINE_MAX];
    const struct daemon_service *service;
    struct qn_bytes packet, line, path = {NULL, 0};
    int code = 255;

    tell_peer(daemon);
    alarm((unsigned)(daemon->init_timeout ? daemon->init_timeout
                                          : daemon->timeout));
    packet = read_packet(daemon, room, sizeof(room));
    alarm(0);
    line = qn_bytes_first(packet, qn_bytes_find(packet, 0));
    packet = qn_bytes_from(packet, line.size + 1);
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    read_extras(&client, packet);
    service = find_service(daemon, line, &path);
    if (service) {
        cli_check(daemon->cli, qn_buf_append_bytes(daemon->cli->ctx,
                                                   &client.request.path, path));
        daemon_info(daemon, "Request %s for '%.*s'", service->name,
                    QN_BYTES_ARG(path));
        if (daemon_open(&client, service))
            code = run_service(&client, service);
    }
    qn_daemon_request_dispose(&client.request);
    qn_buf_dispose(&client.host);
    qn_buf_dispose(&client.canonical);
    qn_buf_dispose(&client.address);
    qn_buf_dispose(&client.port);
    qn_buf_dispose(&client.path);
    return code;
}
