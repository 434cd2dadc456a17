/* SPDX-License-Identifier: MIT */
/* Packet lines: the framing of Git's protocol.
 *
 *   packet = 4 hex digits (the length, these included), then the payload
 *   0000 flush, 0001 delimiter, 0002 response end; 0003 is not allowed
 *
 * Pure: bytes to packets and back.  Format: gitprotocol-common.
 */
#ifndef QN_CODEC_PKT_LINE_H
#define QN_CODEC_PKT_LINE_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_PKT_LINE_MAX         65520 /* bytes of a packet with its length */
#define QN_PKT_LINE_PAYLOAD_MAX 65516

enum qn_pkt_line_kind {
    QN_PKT_LINE_MORE = 0, /* the packet is not there in full */
    QN_PKT_LINE_DATA = 1,
    QN_PKT_LINE_FLUSH = 2,
    QN_PKT_LINE_DELIMITER = 3,
    QN_PKT_LINE_RESPONSE_END = 4
};

struct qn_pkt_line {
    uint32_t kind;           /* enum qn_pkt_line_kind */
    struct qn_bytes payload; /* a view of the input; "0004" has an empty one */
};

/* Take one packet off the front of `*in`; nothing is taken for MORE. QN_CORRUPT
 * when the length is not one. */
enum qn_status qn_pkt_line_parse(struct qn_ctx *ctx, struct qn_bytes *in,
                                 struct qn_pkt_line *out) QN_MUST_USE;

/* The text of a packet: the payload without one newline at its end. */
struct qn_bytes qn_pkt_line_text(const struct qn_pkt_line *packet);

/* Append one packet; QN_TOO_BIG when the payload does not fit one. */
enum qn_status qn_pkt_line_append(struct qn_ctx *ctx, struct qn_buf *out,
                                  struct qn_bytes payload) QN_MUST_USE;
enum qn_status qn_pkt_line_printf(struct qn_ctx *ctx, struct qn_buf *out,
                                  const char *format, ...)
    QN_PRINTF(3, 4) QN_MUST_USE;
/* Append as many packets as it takes, each with `band` (1 data, 2 progress,
 * 3 error) as its first byte; `band` 0: without. */
enum qn_status qn_pkt_line_append_band(struct qn_ctx *ctx, struct qn_buf *out,
                                       uint8_t band,
                                       struct qn_bytes data) QN_MUST_USE;
enum qn_status qn_pkt_line_append_flush(struct qn_ctx *ctx,
                                        struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_pkt_line_append_delimiter(struct qn_ctx *ctx,
                                            struct qn_buf *out) QN_MUST_USE;
enum qn_status qn_pkt_line_append_response_end(struct qn_ctx *ctx,
                                               struct qn_buf *out) QN_MUST_USE;

#endif
