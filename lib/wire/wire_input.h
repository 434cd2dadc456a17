/* SPDX-License-Identifier: MIT */
/* What came from the other side, taken off as packets or as plain bytes.
 *
 *   feed (as many bytes as there were) -> next packet | rest
 *
 * Never more than one unfinished packet is kept beyond what was fed and not yet
 * taken; who feeds it bounds that.  An "ERR" packet is a failure, whoever reads
 * it.  gitprotocol-common(5), gitprotocol-pack(5).
 */
#ifndef QN_WIRE_WIRE_INPUT_H
#define QN_WIRE_WIRE_INPUT_H

#include "base/buf.h"
#include "base/ctx.h"
#include "codec/pkt_line.h"

struct qn_wire_input {
    struct qn_buf held;
    size_t at;          /* before it all is taken */
    bool is_over;       /* nothing will follow */
    bool is_local;      /* "ERR" is text as any other (a server reads) */
    bool traced_pack;   /* within: the bands hold a pack */
    const char *traced; /* GIT_TRACE_PACKET: whose packets; NULL: nobody's */
};
#define QN_WIRE_INPUT_INIT                                                     \
    {                                                                          \
        .held = QN_BUF_INIT                                                    \
    }

void qn_wire_input_dispose(struct qn_wire_input *input);
/* `bytes` are copied. */
enum qn_status qn_wire_input_feed(struct qn_ctx *ctx,
                                  struct qn_wire_input *input,
                                  struct qn_bytes bytes) QN_MUST_USE;
/* The next packet; QN_PKT_LINE_MORE when it is not there in full.  The payload
 * lives until the next call of feed.  QN_CORRUPT for what is no packet;
 * QN_NETWORK ("wire.hung-up") when the input is over instead of going on;
 * QN_REFUSED ("wire.remote-error", "remote error: <text>") for "ERR". */
enum qn_status qn_wire_input_next(struct qn_ctx *ctx,
                                  struct qn_wire_input *input,
                                  struct qn_pkt_line *out) QN_MUST_USE;
/* All that is there, and not taken; qn_wire_input_skip takes. */
struct qn_bytes qn_wire_input_rest(const struct qn_wire_input *input);
void qn_wire_input_skip(struct qn_wire_input *input, size_t size);

/* Bytes of the other side as they may stand in a message or on a terminal: what
 * is not printable becomes '?'. */
enum qn_status qn_wire_append_shown(struct qn_ctx *ctx, struct qn_buf *out,
                                    struct qn_bytes text) QN_MUST_USE;

/* QN_INVALID with `reason`: `before`, the line as it may be shown, `after`. */
enum qn_status qn_wire_fail_line(struct qn_ctx *ctx, const char *reason,
                                 const char *before, struct qn_bytes line,
                                 const char *after);
/* QN_NETWORK ("wire.hung-up"). */
enum qn_status qn_wire_fail_hung_up(struct qn_ctx *ctx);

#endif
