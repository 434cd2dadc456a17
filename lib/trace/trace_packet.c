/* SPDX-License-Identifier: MIT */
#include "trace/trace_packet.h"

#include "trace/trace_line.h"

#include <stdio.h>

#define WIDEST 12 /* "\37777777703" and its end */

void qn_trace_packet_tell(struct qn_ctx *ctx, const char *who, char direction,
                          struct qn_bytes payload)
{
    struct qn_trace_line line;
    char piece[256];
    size_t used = 0;
    size_t i;

    qn_trace_line_init(&line);
    for (i = 0; i < payload.size; i++) {
        unsigned char byte = payload.data[i];

        if (byte == '\n')
            continue;
        if (byte >= 0x20 && byte <= 0x7e)
            piece[used++] = (char)byte;
        else
            used += (size_t)snprintf(piece + used, sizeof(piece) - used, "\\%o",
                                     (unsigned)(signed char)byte);
        if (used + WIDEST >= sizeof(piece)) {
            piece[used] = '\0';
            qn_trace_line_put(&line, piece);
            used = 0;
        }
    }
    piece[used] = '\0';
    qn_trace_line_put(&line, piece);
    qn_trace_say_line(ctx, QN_TRACE_PACKET, "packet: %12s%c %s", who, direction,
                      line.data ? line.data : "");
    qn_trace_line_dispose(&line);
}
