/* SPDX-License-Identifier: MIT */
/* GIT_TRACE_PACKET: a packet as it goes out or comes in.
 *
 *   "packet:          git> command=clean"
 *
 * Line feeds are left out; what is no printable ASCII is an octal number behind
 * a backslash, of the byte as a signed number (so Git writes it).  A flush
 * packet is "0000".
 */
#ifndef QN_TRACE_TRACE_PACKET_H
#define QN_TRACE_TRACE_PACKET_H

#include "base/bytes.h"
#include "trace/trace.h"

/* `who`: "git", "clone", "upload-pack".  `direction`: '>' out, '<' in. */
void qn_trace_packet_tell(struct qn_ctx *ctx, const char *who, char direction,
                          struct qn_bytes payload);

static inline void qn_trace_packet(struct qn_ctx *ctx, const char *who,
                                   char direction, struct qn_bytes payload)
{
    if (qn_trace_wants(ctx, QN_TRACE_PACKET))
        qn_trace_packet_tell(ctx, who, direction, payload);
}

#endif
