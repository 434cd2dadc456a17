/* SPDX-License-Identifier: MIT */
/* What all kinds of connection share. */
#include "transport/connection.h"

#include "base/memory.h"
#include "hash/id.h"
#include "trace/trace_packet.h"
#include "transport/helper.h"
#include "wire/wire_command.h"
#include "wire/wire_trace.h"

#include <string.h>

/* What is read at once. */
#define READ_SIZE 65536

const char *qn_service_name(enum qn_service service)
{
    static const char *const names[] = {"git-upload-pack", "git-receive-pack",
                                        "git-upload-archive"};

    return names[service];
}

void qn_connection_free(struct qn_connection *connection)
{
    if (!connection)
        return;
    if (connection->calls.free)
        connection->calls.free(connection->calls.data);
    qn_wire_input_dispose(&connection->input);
    qn_advertisement_dispose(&connection->server);
    qn_memory_free(connection);
}

static enum qn_status send_all(struct qn_ctx *ctx,
                               struct qn_connection *connection,
                               struct qn_bytes bytes, bool is_end)
{
    if (connection->traced && qn_trace_wants(ctx, QN_TRACE_PACKET))
        qn_wire_trace_sent(ctx, connection->traced, bytes);
    return connection->calls.send(ctx, connection->calls.data, bytes, is_end);
}

enum qn_status qn_connection_finish(struct qn_ctx *ctx,
                                    struct qn_connection *connection)
{
    /* One that was only asked for refs is told that nothing follows. */
    if (!connection->is_stateless && !connection->has_asked &&
        !connection->helper &&
        connection->service != QN_SERVICE_UPLOAD_ARCHIVE) {
        enum qn_status status =
            send_all(ctx, connection, QN_BYTES("0000"), true);

        if (status)
            return status;
    }
    return connection->calls.finish
               ? connection->calls.finish(ctx, connection->calls.data)
               : QN_OK;
}

enum qn_status qn_connection_send(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  struct qn_bytes bytes, bool is_end)
{
    /* What follows is the answer to this one. */
    if (connection->is_stateless && !connection->is_sending) {
        connection->is_over = false;
        connection->input.is_over = false;
        qn_wire_input_skip(&connection->input,
                           qn_wire_input_rest(&connection->input).size);
    }
    connection->is_sending = !is_end;
    connection->has_asked = true;
    return send_all(ctx, connection, bytes, is_end);
}

enum qn_status qn_connection_close_send(struct qn_ctx *ctx,
                                        struct qn_connection *connection)
{
    return connection->calls.close_send
               ? connection->calls.close_send(ctx, connection->calls.data)
               : QN_OK;
}

enum qn_status qn_connection_fill(struct qn_ctx *ctx,
                                  struct qn_connection *connection)
{
    char room[READ_SIZE];
    size_t used = 0;
    enum qn_status status;

    if (connection->is_over)
        return QN_OK;
    status = connection->calls.read(ctx, connection->calls.data, room,
                                    sizeof(room), &used);
    if (status)
        return status;
    if (!used) {
        connection->is_over = true;
        connection->input.is_over = true;
        return QN_OK;
    }
    connection->filled += used;
    if (connection->heard) {
        status = qn_buf_append(ctx, connection->heard, room, used);
        if (status)
            return status;
    }
    return qn_wire_input_feed(ctx, &connection->input,
                              qn_bytes_make(room, used));
}

enum qn_status qn_connection_check_size(struct qn_ctx *ctx,
                                        const struct qn_connection *connection)
{
    return connection->filled <= QN_CONNECTION_REFS_MAX
               ? QN_OK
               : qn_ctx_fail_reason(ctx, QN_TOO_BIG, "transport.endless", NULL,
                                    "the other side tells of refs without end");
}

enum qn_status qn_connection_next(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  struct qn_pkt_line *packet)
{
    for (;;) {
        enum qn_status status =
            qn_wire_input_next(ctx, &connection->input, packet);

        if (status || packet->kind != QN_PKT_LINE_MORE)
            return status;
        status = qn_connection_fill(ctx, connection);
        if (status)
            return status;
    }
}

enum qn_status qn_connection_refs(struct qn_ctx *ctx,
                                  struct qn_connection *connection,
                                  const struct qn_connection_options *options,
                                  const struct qn_ls_refs *request,
                                  const struct qn_wire_words *server_options,
                                  struct qn_remote_refs **refs)
{
    struct qn_advertisement *server = &connection->server;
    struct qn_wire_command_head head = {
        .name = "ls-refs",
        .server = &server->capabilities,
        .agent = options->agent,
        .session = options->session,
        .promisors = options->promisors,
        .object_format = qn_id_algorithm_name(server->algorithm),
        .options = server_options};
    struct qn_ls_refs asked; /* `request` is NULL in a push */
    struct qn_buf out = QN_BUF_INIT;
    bool is_done = false;
    bool had_asked = connection->has_asked;
    enum qn_status status = QN_OK;

    *refs = &server->refs;
    if (connection->helper)
        return qn_helper_list(ctx, connection->helper, options,
                              &server->algorithm, &server->refs);
    if (server->version != 2 && server_options && server_options->count) {
        qn_ctx_report(ctx, QN_REPORT_HINT, "transport.server-options",
                      "see protocol.version in 'git help config' for more "
                      "details");
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "transport.server-options", NULL,
            "server options require protocol version 2 or later");
    }
    if (server->version != 2)
        return QN_OK; /* they came with the advertisement */
    if (!qn_capabilities_has(&server->capabilities, "ls-refs"))
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "transport.server",
                                  "ls-refs",
                                  "server doesn't support 'ls-refs'");
    if (!request) /* a push has no words for it */
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "transport.server", NULL,
                                  "support for protocol v2 not implemented "
                                  "yet");
    asked = *request;
    asked.shows_unborn =
        request->shows_unborn &&
        qn_capabilities_has_feature(&server->capabilities, "ls-refs", "unborn");
    status = qn_wire_command_write(ctx, &head, &out);
    if (!status)
        status = qn_ls_refs_write(ctx, &asked, &out);
    if (!status)
        status = qn_connection_send(ctx, connection, qn_buf_bytes(&out), true);
    while (!status && !is_done) {
        struct qn_pkt_line packet;

        status = qn_connection_next(ctx, connection, &packet);
        if (!status)
            status = qn_ls_refs_take_ref(ctx, &server->refs, server->algorithm,
                                         &packet, &is_done);
    }
    if (status == QN_NETWORK && strcmp(qn_ctx_reason(ctx), "wire.hung-up") == 0)
        status = qn_ctx_fail_reason(ctx, QN_NETWORK, "wire.hung-up", NULL,
                                    "expected flush after ref listing");
    connection->has_asked = had_asked;
    qn_buf_dispose(&out);
    return status;
}
