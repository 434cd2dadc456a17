/* SPDX-License-Identifier: MIT */
/* GIT_TRACE_PACKET: bytes that go out, packet by packet.
 *
 * As Git tells it: of bands nothing but what ends them, and no raw pack; of a
 * report within bands each line.
 */
#ifndef QN_WIRE_WIRE_TRACE_H
#define QN_WIRE_WIRE_TRACE_H

#include "trace/trace_packet.h"

/* `who`: "fetch", "upload-pack".  `bytes`: whole packets, and maybe a pack
 * behind them. */
void qn_wire_trace_sent(struct qn_ctx *ctx, const char *who,
                        struct qn_bytes bytes);

/* What stands for a packet that holds nothing: "0000", "0001", "0002". */
struct qn_pkt_line;
struct qn_bytes qn_wire_trace_text(const struct qn_pkt_line *packet);

#endif
