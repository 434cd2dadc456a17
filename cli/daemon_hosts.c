/* SPDX-License-Identifier: MIT */
/* What the client calls this host, made harmless: it becomes part of paths. */
#include "cli/daemon.h"

#include "os/listener.h"

#include <ctype.h>
#include <string.h>

/* Lower case; no slash, no dot at the front or behind a dot or at the end. */
static void append_plain(struct cli *cli, struct qn_bytes text,
                         struct qn_buf *out)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];

        if (byte == '/' || (byte == '.' && (out->size == 0 ||
                                            out->data[out->size - 1] == '.')))
            continue;
        cli_check(cli,
                  qn_buf_append_byte(cli->ctx, out,
                                     (uint8_t)tolower((unsigned char)byte)));
    }
    while (out->size > 0 && out->data[out->size - 1] == '.')
        qn_buf_truncate(out, out->size - 1);
}

/* "host", "host:port", "[address]:port". */
void daemon_read_host(struct daemon_client *client)
{
    struct cli *cli = client->daemon->cli;
    struct qn_bytes text = qn_buf_bytes(&client->request.host), host = text;
    struct qn_bytes port = {NULL, 0};
    size_t end;

    if (text.size > 0 && text.data[0] == '[' &&
        (end = qn_bytes_find(text, ']')) < text.size) {
        host = qn_bytes_from(qn_bytes_first(text, end), 1);
        text = qn_bytes_from(text, end + 1);
        if (text.size > 0 && text.data[0] == ':')
            port = qn_bytes_from(text, 1);
    } else if ((end = qn_bytes_find_last(text, ':')) < text.size) {
        host = qn_bytes_first(text, end);
        port = qn_bytes_from(text, end + 1);
    }
    append_plain(cli, host, &client->host);
    append_plain(cli, port, &client->port);
}

static void resolve(struct daemon_client *client)
{
    struct cli *cli = client->daemon->cli;
    struct qn_buf name = QN_BUF_INIT;

    if (client->is_resolved)
        return;
    client->is_resolved = true;
    cli_check(cli, qn_listener_resolve(cli->ctx, qn_buf_string(&client->host),
                                       &name, &client->address));
    append_plain(cli, qn_buf_bytes(&name), &client->canonical);
    qn_buf_dispose(&name);
}

const char *daemon_canonical_host(struct daemon_client *client)
{
    resolve(client);
    return qn_buf_string(&client->canonical);
}

const char *daemon_host_address(struct daemon_client *client)
{
    resolve(client);
    return qn_buf_string(&client->address);
}

void daemon_interpolate(struct daemon_client *client, const char *directory,
                        struct qn_buf *out)
{
    struct cli *cli = client->daemon->cli;
    const char *at = client->daemon->interpolated_path;

    while (*at) {
        const char *value = NULL;
        size_t size = 2;

        if (strncmp(at, "%%", 2) == 0)
            value = "%";
        else if (strncmp(at, "%H", 2) == 0)
            value = qn_buf_string(&client->host);
        else if (strncmp(at, "%CH", 3) == 0)
            value = daemon_canonical_host(client), size = 3;
        else if (strncmp(at, "%IP", 3) == 0)
            value = daemon_host_address(client), size = 3;
        else if (strncmp(at, "%P", 2) == 0)
            value = qn_buf_string(&client->port);
        else if (strncmp(at, "%D", 2) == 0)
            value = directory;
        cli_check(cli, value ? qn_buf_append_string(cli->ctx, out, value)
                             : qn_buf_append_byte(cli->ctx, out, (uint8_t)*at));
        at += value ? size : 1;
    }
}
