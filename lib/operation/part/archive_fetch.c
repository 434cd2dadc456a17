/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_fetch.h"

#include "wire/sideband.h"

#include <stdio.h>
#include <string.h>

#define NO_ACK "expected ACK/NAK, got a flush packet"

static enum qn_status fail_service(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "archive.no-service", NULL,
                              "can't connect to subservice "
                              "git-upload-archive");
}

static enum qn_status ask(struct qn_ctx *ctx,
                          const struct qn_archive_fetch *options,
                          struct qn_connection *connection)
{
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < options->count; i++)
        status =
            qn_pkt_line_printf(ctx, &out, "argument %s\n", options->words[i]);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &out);
    if (!status)
        status = qn_connection_send(ctx, connection, qn_buf_bytes(&out), true);
    qn_buf_dispose(&out);
    return status;
}

static enum qn_status fail_protocol(struct qn_ctx *ctx, const char *what)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "archive.remote", NULL,
                              "git archive: %s", what);
}

static enum qn_status take_start(struct qn_ctx *ctx,
                                 struct qn_connection *connection)
{
    struct qn_buf shown = QN_BUF_INIT;
    struct qn_pkt_line packet;
    struct qn_bytes text;
    enum qn_status status = qn_connection_next(ctx, connection, &packet);

    if (status)
        return status;
    if (packet.kind != QN_PKT_LINE_DATA)
        return fail_protocol(ctx, NO_ACK);
    text = qn_pkt_line_text(&packet);
    if (qn_bytes_has_prefix(text, "NACK ")) {
        status = qn_wire_append_shown(ctx, &shown, text);
        if (!status)
            status = fail_protocol(ctx, qn_buf_string(&shown));
        qn_buf_dispose(&shown);
        return status;
    }
    if (!qn_bytes_is_string(text, "ACK"))
        return fail_protocol(ctx, "protocol error");
    status = qn_connection_next(ctx, connection, &packet);
    if (!status && packet.kind != QN_PKT_LINE_FLUSH)
        status = fail_protocol(ctx, "expected a flush");
    return status;
}

/* In the bands' words, which do not end what is done (exit 1). */
static enum qn_status fail_band(struct qn_ctx *ctx, const char *what)
{
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "archive.band", NULL,
                              "archive: %s", what);
}

static enum qn_status fail_died(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status = qn_wire_append_shown(ctx, &shown, text);

    if (!status)
        status = qn_ctx_fail_reason(ctx, QN_REFUSED, "archive.remote-died",
                                    NULL, "%s", qn_buf_string(&shown));
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status take_band(struct qn_ctx *ctx,
                                const struct qn_archive_fetch *options,
                                const struct qn_pkt_line *packet)
{
    struct qn_bytes data = qn_bytes_from(packet->payload, 1);
    char text[40];

    if (packet->payload.size == 0)
        return fail_band(ctx, "protocol error: missing sideband designator");
    switch (packet->payload.data[0]) {
    case QN_SIDEBAND_DATA:
        return data.size > 0 ? options->out.write(ctx, options->out.data, data)
                             : QN_OK;
    case QN_SIDEBAND_PROGRESS:
        if (options->said)
            options->said(options->said_data, data);
        return QN_OK;
    case QN_SIDEBAND_ERROR:
        return fail_died(ctx, data);
    default:
        (void)snprintf(text, sizeof(text), "protocol error: bad band #%d",
                       packet->payload.data[0]);
        return fail_band(ctx, text);
    }
}

static enum qn_status take_bands(struct qn_ctx *ctx,
                                 const struct qn_archive_fetch *options,
                                 struct qn_connection *connection)
{
    struct qn_pkt_line packet;
    enum qn_status status;

    for (;;) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_connection_next(ctx, connection, &packet);
        if (status == QN_NETWORK &&
            strcmp(qn_ctx_reason(ctx), "wire.hung-up") == 0)
            return fail_band(
                ctx, "unexpected disconnect while reading sideband packet");
        if (status || packet.kind != QN_PKT_LINE_DATA)
            return status;
        status = take_band(ctx, options, &packet);
        if (status)
            return status;
    }
}

enum qn_status qn_archive_fetch_run(struct qn_ctx *ctx,
                                    const struct qn_archive_fetch *options)
{
    struct qn_connection_options with = *options->connection;
    struct qn_connection *connection = NULL;
    enum qn_status status;

    with.service = QN_SERVICE_UPLOAD_ARCHIVE;
    with.skips_advertisement = true;
    status = qn_connection_open(ctx, &with, &connection);
    if (status)
        return status;
    if (connection->helper || connection->is_dumb ||
        (connection->is_stateless && connection->server.version != 2))
        status = fail_service(ctx);
    if (!status)
        status = ask(ctx, options, connection);
    if (!status)
        status = take_start(ctx, connection);
    /* Over http an answer that is none reads as an empty one. */
    if (status == QN_NETWORK && connection->is_stateless &&
        strcmp(qn_ctx_reason(ctx), "wire.hung-up") == 0)
        status = fail_protocol(ctx, NO_ACK);
    connection->input.is_local = true; /* errors come in a band */
    if (!status)
        status = take_bands(ctx, options, connection);
    if (!status && qn_connection_finish(ctx, connection))
        qn_ctx_clear(ctx); /* the archive is whole, however it ended */
    qn_connection_free(connection);
    return status;
}
