/* SPDX-License-Identifier: MIT */
#include "wire/wire_input.h"

#include "trace/trace_packet.h"
#include "wire/wire_trace.h"

void qn_wire_input_dispose(struct qn_wire_input *input)
{
    qn_buf_dispose(&input->held);
    input->at = 0;
}

enum qn_status qn_wire_input_feed(struct qn_ctx *ctx,
                                  struct qn_wire_input *input,
                                  struct qn_bytes bytes)
{
    if (input->at > 0 && input->at == input->held.size) {
        qn_buf_clear(&input->held);
        input->at = 0;
    } else if (input->at > QN_PKT_LINE_MAX &&
               input->at > input->held.size / 2) {
        enum qn_status status =
            qn_buf_splice(ctx, &input->held, 0, input->at, QN_BYTES_NONE);

        if (status)
            return status;
        input->at = 0;
    }
    return qn_buf_append_bytes(ctx, &input->held, bytes);
}

struct qn_bytes qn_wire_input_rest(const struct qn_wire_input *input)
{
    return qn_bytes_from(qn_buf_bytes(&input->held), input->at);
}

void qn_wire_input_skip(struct qn_wire_input *input, size_t size)
{
    size_t left = input->held.size - input->at;

    input->at += size < left ? size : left;
}

enum qn_status qn_wire_append_shown(struct qn_ctx *ctx, struct qn_buf *out,
                                    struct qn_bytes text)
{
    enum qn_status status = qn_buf_reserve(ctx, out, text.size);
    size_t i;

    if (status)
        return status;
    for (i = 0; i < text.size; i++)
        out->data[out->size++] =
            text.data[i] < ' ' || text.data[i] == 0x7f ? '?' : text.data[i];
    out->data[out->size] = '\0';
    return QN_OK;
}

enum qn_status qn_wire_fail_line(struct qn_ctx *ctx, const char *reason,
                                 const char *before, struct qn_bytes line,
                                 const char *after)
{
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status = qn_wire_append_shown(ctx, &shown, line);

    if (!status)
        status = qn_ctx_fail_reason(ctx, QN_INVALID, reason, NULL, "%s%s%s",
                                    before, qn_buf_string(&shown), after);
    qn_buf_dispose(&shown);
    return status;
}

enum qn_status qn_wire_fail_hung_up(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "wire.hung-up", NULL,
                              "the remote end hung up unexpectedly");
}

static enum qn_status fail_remote(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status = qn_wire_append_shown(ctx, &shown, text);

    if (!status)
        status = qn_ctx_fail_reason(ctx, QN_REFUSED, "wire.remote-error", NULL,
                                    "remote error: %s", qn_buf_string(&shown));
    qn_buf_dispose(&shown);
    return status;
}

/* Git calls bands by that name, and says of a pack only that there is one. */
static void trace_taken(struct qn_ctx *ctx, struct qn_wire_input *input,
                        const struct qn_pkt_line *packet)
{
    struct qn_bytes text = qn_wire_trace_text(packet);
    bool is_band = packet->kind == QN_PKT_LINE_DATA && text.size > 0 &&
                   text.data[0] >= 1 && text.data[0] <= 3;

    if (is_band && text.data[0] == 1 && input->traced_pack)
        return;
    if (is_band && qn_bytes_has_prefix(text, "\1PACK")) {
        input->traced_pack = true;
        text = QN_BYTES("PACK ...");
    }
    qn_trace_packet(ctx,
                    is_band || input->traced_pack ? "sideband" : input->traced,
                    '<', text);
    if (packet->kind != QN_PKT_LINE_DATA)
        input->traced_pack = false;
}

enum qn_status qn_wire_input_next(struct qn_ctx *ctx,
                                  struct qn_wire_input *input,
                                  struct qn_pkt_line *out)
{
    struct qn_bytes rest = qn_wire_input_rest(input);
    size_t before = rest.size;
    enum qn_status status = qn_pkt_line_parse(ctx, &rest, out);

    if (status)
        return status;
    if (out->kind == QN_PKT_LINE_MORE)
        return !input->is_over ? QN_OK : qn_wire_fail_hung_up(ctx);
    input->at += before - rest.size;
    if (input->traced && qn_trace_wants(ctx, QN_TRACE_PACKET))
        trace_taken(ctx, input, out);
    if (!input->is_local && out->kind == QN_PKT_LINE_DATA &&
        qn_bytes_has_prefix(out->payload, "ERR "))
        return fail_remote(ctx, qn_bytes_from(qn_pkt_line_text(out), 4));
    return QN_OK;
}
