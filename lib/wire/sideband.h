/* SPDX-License-Identifier: MIT */
/* The three bands that come in one stream: data, what is said meanwhile, and
 * the error it ends with; and what of the second may go to a terminal.
 *
 * gitprotocol-capabilities(5), git-config(1) (sideband.*).
 */
#ifndef QN_WIRE_SIDEBAND_H
#define QN_WIRE_SIDEBAND_H

#include "codec/pkt_line.h"

enum qn_sideband {
    QN_SIDEBAND_DATA = 1,
    QN_SIDEBAND_PROGRESS = 2,
    QN_SIDEBAND_ERROR = 3
};

/* What a packet carries.  QN_INVALID ("wire.sideband") for another band, or
 * for a packet without. */
enum qn_status qn_sideband_split(struct qn_ctx *ctx,
                                 const struct qn_pkt_line *packet,
                                 enum qn_sideband *band,
                                 struct qn_bytes *data) QN_MUST_USE;

/* What is said, as lines for a person: "remote: " in front of each, and what
 * could command a terminal made harmless. */
enum qn_sideband_allow { /* bits: sideband.allowControlCharacters */
                         QN_SIDEBAND_COLOR = 1,
                         QN_SIDEBAND_CURSOR = 2,
                         QN_SIDEBAND_ERASE = 4,
                         QN_SIDEBAND_ALL = 8
};

struct qn_sideband_text {
    const char *prefix; /* "remote: " */
    unsigned allows;    /* bits of enum qn_sideband_allow */
    bool is_terminal;   /* an older line there is erased first */
    /* Sequences for "error", "warning", "hint" and "success" at the front of a
     * line (color.remote.*); NULL: as they are. */
    const char *colors[4];
    struct qn_buf line; /* within: what has no end yet */
};

void qn_sideband_text_dispose(struct qn_sideband_text *text);
/* Append to `out` the lines that `said` completes. */
enum qn_status qn_sideband_text_take(struct qn_ctx *ctx,
                                     struct qn_sideband_text *text,
                                     struct qn_bytes said,
                                     struct qn_buf *out) QN_MUST_USE;
/* What it ends with (QN_SIDEBAND_ERROR): behind the line that has no end yet,
 * as it is, and a line feed. */
enum qn_status qn_sideband_text_last(struct qn_ctx *ctx,
                                     struct qn_sideband_text *text,
                                     struct qn_bytes said,
                                     struct qn_buf *out) QN_MUST_USE;
/* The last line, if it has no end. */
enum qn_status qn_sideband_text_end(struct qn_ctx *ctx,
                                    struct qn_sideband_text *text,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
