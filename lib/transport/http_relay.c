/* SPDX-License-Identifier: MIT */
#include "transport/http_relay.h"

#include "codec/pkt_line.h"
#include "os/file.h"
#include "transport/http_client.h"

#include <string.h>

#define READ_SIZE 65536
#define HEAD_SIZE 4
/* The longest line of commands. */
#define LINE_MAX_SIZE ((size_t)1 << 20)

void qn_http_relay_init(struct qn_http_relay *relay, int in, int out)
{
    static const struct qn_http_relay none = {.caller = QN_DUPLEX_INIT};

    *relay = none;
    relay->caller.in = in;
    relay->caller.out = out;
    relay->caller.is_shared = true;
}

void qn_http_relay_dispose(struct qn_http_relay *relay)
{
    qn_buf_dispose(&relay->caller.pending);
    qn_buf_dispose(&relay->held);
}

static struct qn_bytes held(const struct qn_http_relay *relay)
{
    return qn_bytes_from(qn_buf_bytes(&relay->held), relay->at);
}

/* More behind what is held; `*is_over` when there is none. */
static enum qn_status hold_more(struct qn_ctx *ctx, struct qn_http_relay *relay,
                                bool *is_over)
{
    size_t used = 0;
    enum qn_status status;

    if (relay->at > 0) {
        size_t rest = relay->held.size - relay->at;

        if (rest)
            memmove(relay->held.data, relay->held.data + relay->at, rest);
        qn_buf_truncate(&relay->held, rest);
        relay->at = 0;
    }
    status = qn_buf_reserve(ctx, &relay->held, READ_SIZE);
    if (!status)
        status = qn_duplex_read(ctx, &relay->caller,
                                relay->held.data + relay->held.size, READ_SIZE,
                                &used);
    if (!status)
        relay->held.size += used;
    *is_over = used == 0;
    return status;
}

enum qn_status qn_http_relay_line(struct qn_ctx *ctx,
                                  struct qn_http_relay *relay,
                                  struct qn_buf *line, bool *is_over)
{
    enum qn_status status = QN_OK;

    qn_buf_clear(line);
    *is_over = false;
    while (!status && !*is_over) {
        struct qn_bytes rest = held(relay);
        size_t end = qn_bytes_find(rest, '\n');

        if (end < rest.size) {
            relay->at += end + 1;
            return qn_buf_append_bytes(ctx, line, qn_bytes_first(rest, end));
        }
        if (rest.size > LINE_MAX_SIZE)
            return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "transport.relay", NULL,
                                      "a command is too long");
        status = hold_more(ctx, relay, is_over);
    }
    return status;
}

/* ---- packets */

bool qn_http_relay_can_connect(const struct qn_connection *connection)
{
    return connection->is_stateless && !connection->is_dumb &&
           connection->server.version == 2 &&
           connection->service != QN_SERVICE_RECEIVE_PACK;
}

/* Whole packets at the front of `data`: how many bytes; `*is_end` behind a
 * flush. */
static enum qn_status take_packets(struct qn_ctx *ctx, struct qn_bytes data,
                                   size_t *taken, bool *is_end)
{
    struct qn_pkt_line packet = {.kind = QN_PKT_LINE_DATA};
    struct qn_bytes rest = data;
    enum qn_status status = QN_OK;

    while (!status && packet.kind != QN_PKT_LINE_MORE &&
           packet.kind != QN_PKT_LINE_FLUSH)
        status = qn_pkt_line_parse(ctx, &rest, &packet);
    *taken = data.size - rest.size;
    *is_end = packet.kind == QN_PKT_LINE_FLUSH;
    return status;
}

/* One request of theirs to the server; `*is_over`: there is none. */
static enum qn_status pass_request(struct qn_ctx *ctx,
                                   struct qn_http_relay *relay,
                                   struct qn_connection *connection,
                                   bool *is_over)
{
    bool has_begun = false;
    bool is_end = false;
    enum qn_status status = QN_OK;

    *is_over = false;
    while (!status && !is_end) {
        struct qn_bytes data = held(relay);
        size_t taken = 0;

        status = take_packets(ctx, data, &taken, &is_end);
        if (!status && !taken) {
            status = hold_more(ctx, relay, is_over);
            if (!status && *is_over && (has_begun || data.size))
                status =
                    qn_ctx_fail_reason(ctx, QN_NETWORK, "wire.hung-up", NULL,
                                       "the remote end hung up unexpectedly");
            if (status || *is_over)
                return status;
            continue;
        }
        if (!status)
            status =
                connection->calls.send(ctx, connection->calls.data,
                                       qn_bytes_first(data, taken), is_end);
        relay->at += taken;
        has_begun = true;
    }
    return status;
}

static enum qn_status pass_answer(struct qn_ctx *ctx,
                                  struct qn_http_relay *relay,
                                  struct qn_connection *connection)
{
    static const char end[] = "0002";
    char room[READ_SIZE];
    size_t used = 1;
    enum qn_status status = QN_OK;

    while (!status && used) {
        status = connection->calls.read(ctx, connection->calls.data, room,
                                        sizeof(room), &used);
        if (!status && used)
            status =
                qn_duplex_send(ctx, &relay->caller, qn_bytes_make(room, used));
    }
    return status
               ? status
               : qn_duplex_send(ctx, &relay->caller, qn_bytes_from_string(end));
}

/* What the server said, from its version on. */
static struct qn_bytes without_service(struct qn_bytes heard)
{
    static const char service[] = "# service=";
    struct qn_bytes line = qn_bytes_from(heard, HEAD_SIZE);
    size_t end = qn_bytes_find(line, '\n');

    if (!qn_bytes_has_prefix(line, service) || end == line.size)
        return heard;
    return qn_bytes_from(line, end + 1 + HEAD_SIZE); /* and a flush */
}

enum qn_status qn_http_relay_connect(struct qn_ctx *ctx,
                                     struct qn_http_relay *relay,
                                     struct qn_connection *connection,
                                     struct qn_bytes heard)
{
    bool is_over = false;
    enum qn_status status = qn_duplex_send(ctx, &relay->caller, QN_BYTES("\n"));

    /* An archive is asked for without any word of the server's. */
    if (!status && connection->service != QN_SERVICE_UPLOAD_ARCHIVE)
        status = qn_duplex_send(ctx, &relay->caller, without_service(heard));
    while (!status && !is_over) {
        status = pass_request(ctx, relay, connection, &is_over);
        if (!status && !is_over)
            status = pass_answer(ctx, relay, connection);
    }
    return status;
}

/* ---- files */

static enum qn_status fail_download(struct qn_ctx *ctx, enum qn_status status,
                                    const char *uri)
{
    return status == QN_NO_MEMORY || status == QN_CANCELLED
               ? status
               : qn_ctx_fail_reason(ctx, status, "http.download", uri,
                                    "failed to download file at URL '%s'", uri);
}

static enum qn_status copy_answer(struct qn_ctx *ctx,
                                  struct qn_http_answer *answer, int fd)
{
    char room[READ_SIZE];
    size_t used = 1;
    enum qn_status status = QN_OK;

    while (!status && used) {
        status = qn_http_answer_read(ctx, answer, room, sizeof(room), &used);
        if (!status && used)
            status = qn_file_write(ctx, fd, room, used);
    }
    return status;
}

enum qn_status qn_http_relay_get(struct qn_ctx *ctx,
                                 const struct qn_connection_options *options,
                                 const char *uri, const char *path)
{
    struct qn_connection_options connection = *options;
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_http_request request = {
        .url = uri, .is_first = true, .is_optional = true};
    struct qn_http_client *client = NULL;
    struct qn_file_stat info = {.size = 0};
    struct qn_buf partly = QN_BUF_INIT;
    const char *name;
    int fd = -1;
    enum qn_status status = qn_buf_printf(ctx, &partly, "%s.temp", path);

    name = qn_buf_string(&partly);
    connection.url = uri;
    connection.remote_name = NULL;
    if (!status && qn_file_exists(name))
        status = qn_file_stat(ctx, name, &info);
    request.from = info.size;
    if (!status)
        status = qn_http_client_new(ctx, &connection, &client);
    if (!status)
        status = qn_http_client_request(ctx, client, &request, &answer);
    if (!status && answer.is_missing)
        status = QN_NOT_FOUND;
    /* A server that does not know of parts begins again. */
    if (!status)
        status =
            qn_file_open(ctx, name,
                         QN_FILE_WRITE | QN_FILE_CREATE |
                             (answer.outcome.status == 206 ? QN_FILE_APPEND
                                                           : QN_FILE_TRUNCATE),
                         0666, &fd);
    if (!status)
        status = copy_answer(ctx, &answer, fd);
    if (status)
        status = fail_download(ctx, status, uri);
    qn_file_close(fd);
    if (!status)
        status = qn_file_rename(ctx, name, path);
    qn_http_answer_end(&answer);
    qn_http_client_free(client);
    qn_buf_dispose(&partly);
    return status;
}
