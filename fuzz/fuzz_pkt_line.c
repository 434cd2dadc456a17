/* SPDX-License-Identifier: MIT */
/* A stream of packets, which written again must give the same packets. */
#include "fuzz.h"

#include "codec/pkt_line.h"

static enum qn_status write_packet(struct qn_ctx *ctx, struct qn_buf *out,
                                   const struct qn_pkt_line *packet)
{
    switch (packet->kind) {
    case QN_PKT_LINE_FLUSH:
        return qn_pkt_line_append_flush(ctx, out);
    case QN_PKT_LINE_DELIMITER:
        return qn_pkt_line_append_delimiter(ctx, out);
    case QN_PKT_LINE_RESPONSE_END:
        return qn_pkt_line_append_response_end(ctx, out);
    default:
        return qn_pkt_line_append(ctx, out, packet->payload);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes in = qn_bytes_make(data, size), back;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_pkt_line packet, again;

    while (qn_pkt_line_parse(ctx, &in, &packet) == QN_OK &&
           packet.kind != QN_PKT_LINE_MORE) {
        qn_buf_clear(&out);
        fuzz_check(write_packet(ctx, &out, &packet) == QN_OK);
        back = qn_buf_bytes(&out);
        fuzz_check(qn_pkt_line_parse(ctx, &back, &again) == QN_OK);
        fuzz_check(again.kind == packet.kind && back.size == 0);
        fuzz_check(qn_bytes_is_equal(again.payload, packet.payload));
        (void)qn_pkt_line_text(&packet);
    }
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
