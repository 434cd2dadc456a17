/* SPDX-License-Identifier: MIT */
#include "wire/fetch_answer.h"

#include "wire/sideband.h"

static enum qn_status put_ack(struct qn_ctx *ctx, const struct qn_id *id,
                              const char *word, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_pkt_line_printf(ctx, out, "ACK %s%s\n", qn_id_to_hex(id, hex),
                              word);
}

static enum qn_status put_nak(struct qn_ctx *ctx, struct qn_buf *out)
{
    return qn_pkt_line_printf(ctx, out, "NAK\n");
}

/* What is not here: once it is enough, all is acknowledged, so that the client
 * stops telling of its own history. */
static enum qn_status take_other(struct qn_ctx *ctx,
                                 struct qn_fetch_acks_state *state,
                                 const struct qn_id *id, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    bool is_enough = false;

    state->has_other = state->was_other = true;
    if (state->request->acks == QN_FETCH_ACKS_NONE || !state->has_common)
        return QN_OK;
    status = state->answers.is_enough(ctx, state->answers.data, &is_enough);
    if (status || !is_enough)
        return status;
    if (state->request->acks == QN_FETCH_ACKS_MULTI)
        return put_ack(ctx, id, " continue", out);
    state->is_ready = true;
    return put_ack(ctx, id, " ready", out);
}

static enum qn_status take_have(struct qn_ctx *ctx,
                                struct qn_fetch_acks_state *state,
                                struct qn_bytes hex, struct qn_buf *out)
{
    bool is_here = false, is_new = false;
    struct qn_id id;
    enum qn_status status;

    if (!qn_id_from_hex(&id, state->request->algorithm, hex))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "git upload-pack: expected SHA1 object, got "
                                  "'%.*s'",
                                  QN_BYTES_ARG(hex));
    status =
        state->answers.has(ctx, state->answers.data, &id, &is_here, &is_new);
    if (status)
        return status;
    if (!is_here)
        return take_other(ctx, state, &id, out);
    state->has_common = state->was_common = true;
    state->last = id;
    state->news += is_new;
    switch (state->request->acks) {
    case QN_FETCH_ACKS_DETAILED:
        return put_ack(ctx, &id, " common", out);
    case QN_FETCH_ACKS_MULTI:
        return put_ack(ctx, &id, " continue", out);
    default:
        return state->news == 1 ? put_ack(ctx, &id, "", out) : QN_OK;
    }
}

static enum qn_status take_flush(struct qn_ctx *ctx,
                                 struct qn_fetch_acks_state *state,
                                 struct qn_buf *out,
                                 enum qn_fetch_acks_event *event)
{
    enum qn_status status = QN_OK;
    bool is_enough = false;

    *event = QN_FETCH_ACKS_FLUSH;
    if (state->request->acks == QN_FETCH_ACKS_DETAILED && state->was_common &&
        !state->was_other) {
        status = state->answers.is_enough(ctx, state->answers.data, &is_enough);
        if (!status && is_enough) {
            state->is_ready = true;
            status = put_ack(ctx, &state->last, " ready", out);
        }
    }
    state->was_common = state->was_other = false;
    if (status)
        return status;
    if (!state->has_common || state->request->acks != QN_FETCH_ACKS_NONE)
        status = put_nak(ctx, out);
    if (!status && state->request->needs_no_done && state->is_ready) {
        status = put_ack(ctx, &state->last, "", out);
        *event = QN_FETCH_ACKS_PACK;
    }
    return status;
}

enum qn_status qn_fetch_acks_take(struct qn_ctx *ctx,
                                  struct qn_fetch_acks_state *state,
                                  const struct qn_pkt_line *packet,
                                  struct qn_buf *out,
                                  enum qn_fetch_acks_event *event)
{
    struct qn_bytes line = qn_pkt_line_text(packet);

    *event = QN_FETCH_ACKS_MORE;
    if (packet->kind == QN_PKT_LINE_FLUSH)
        return take_flush(ctx, state, out, event);
    if (packet->kind == QN_PKT_LINE_DATA && qn_bytes_has_prefix(line, "have "))
        return take_have(ctx, state, qn_bytes_from(line, 5), out);
    if (packet->kind != QN_PKT_LINE_DATA || !qn_bytes_is_string(line, "done"))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "git upload-pack: expected SHA1 list, got "
                                  "'%.*s'",
                                  QN_BYTES_ARG(line));
    *event = QN_FETCH_ACKS_PACK;
    if (!state->has_common)
        return put_nak(ctx, out);
    return state->request->acks != QN_FETCH_ACKS_NONE
               ? put_ack(ctx, &state->last, "", out)
               : QN_OK;
}

enum qn_status qn_fetch_put_borders(struct qn_ctx *ctx,
                                    const struct qn_id_list *shallow,
                                    const struct qn_id_list *open,
                                    struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < shallow->count; i++)
        status = qn_pkt_line_printf(ctx, out, "shallow %s",
                                    qn_id_to_hex(&shallow->ids[i], hex));
    for (i = 0; !status && i < open->count; i++)
        status = qn_pkt_line_printf(ctx, out, "unshallow %s",
                                    qn_id_to_hex(&open->ids[i], hex));
    return status;
}

enum qn_status qn_fetch_put_acknowledgments(struct qn_ctx *ctx,
                                            const struct qn_id_list *common,
                                            bool is_ready, struct qn_buf *out)
{
    enum qn_status status = qn_pkt_line_printf(ctx, out, "acknowledgments\n");
    size_t i;

    if (!status && common->count == 0)
        status = put_nak(ctx, out);
    for (i = 0; !status && i < common->count; i++)
        status = put_ack(ctx, &common->ids[i], "", out);
    if (!status && is_ready)
        status = qn_pkt_line_printf(ctx, out, "ready\n");
    return status;
}

enum qn_status qn_fetch_put_in_bands(struct qn_ctx *ctx, struct qn_buf *out)
{
    struct qn_buf plain = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_pkt_line packet;
    enum qn_status status = qn_buf_append_bytes(ctx, &plain, qn_buf_bytes(out));

    qn_buf_clear(out);
    rest = qn_buf_bytes(&plain);
    while (!status && rest.size > 0) {
        status = qn_pkt_line_parse(ctx, &rest, &packet);
        if (status)
            break;
        switch (packet.kind) {
        case QN_PKT_LINE_DATA:
            status = qn_pkt_line_append_band(ctx, out, QN_SIDEBAND_DATA,
                                             packet.payload);
            break;
        case QN_PKT_LINE_DELIMITER:
            status = qn_pkt_line_append_delimiter(ctx, out);
            break;
        default:
            status = qn_pkt_line_append_flush(ctx, out);
        }
    }
    qn_buf_dispose(&plain);
    return status;
}
