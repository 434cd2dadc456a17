/* SPDX-License-Identifier: MIT */
#include "wire/wire_trace.h"

#include "codec/pkt_line.h"
#include "wire/sideband.h"

struct qn_bytes qn_wire_trace_text(const struct qn_pkt_line *packet)
{
    static const char *const special[] = {"0000", "0001", "0002"};

    return packet->kind == QN_PKT_LINE_DATA
               ? packet->payload
               : qn_bytes_from_string(
                     special[packet->kind - QN_PKT_LINE_FLUSH]);
}

/* The next packet, or false: there is none, or what follows is no packet. */
static bool take_packet(struct qn_ctx *ctx, struct qn_bytes *bytes,
                        struct qn_pkt_line *out)
{
    if (bytes->size == 0 || qn_bytes_has_prefix(*bytes, "PACK"))
        return false;
    if (qn_pkt_line_parse(ctx, bytes, out)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return out->kind != QN_PKT_LINE_MORE;
}

static bool is_band(const struct qn_pkt_line *packet)
{
    return packet->kind == QN_PKT_LINE_DATA && packet->payload.size > 0 &&
           packet->payload.data[0] >= QN_SIDEBAND_DATA &&
           packet->payload.data[0] <= QN_SIDEBAND_ERROR;
}

/* A report is packets within the first band; a pack is none. */
static void tell_band(struct qn_ctx *ctx, const char *who,
                      struct qn_bytes payload)
{
    struct qn_bytes inner = qn_bytes_from(payload, 1);
    struct qn_pkt_line packet;

    if (payload.data[0] != QN_SIDEBAND_DATA ||
        (!qn_bytes_has_prefix(qn_bytes_from(payload, 5), "unpack ")))
        return;
    while (take_packet(ctx, &inner, &packet))
        qn_trace_packet(ctx, who, '>', qn_wire_trace_text(&packet));
}

void qn_wire_trace_sent(struct qn_ctx *ctx, const char *who,
                        struct qn_bytes bytes)
{
    struct qn_pkt_line packet;

    while (take_packet(ctx, &bytes, &packet))
        if (is_band(&packet))
            tell_band(ctx, who, packet.payload);
        else
            qn_trace_packet(ctx, who, '>', qn_wire_trace_text(&packet));
}
