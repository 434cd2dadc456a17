/* SPDX-License-Identifier: MIT */
/* Colours: "bold red blue" to an ANSI sequence.  git-config(1) "color". */
#ifndef QN_TEXT_COLOR_H
#define QN_TEXT_COLOR_H

#include "base/buf.h"
#include "base/bytes.h"

#define QN_COLOR_RESET "\033[m"

/* Append the sequence ("" for no effect).  QN_INVALID "invalid color value:
 * <text>". */
enum qn_status qn_color_parse(struct qn_ctx *ctx, struct qn_bytes text,
                              struct qn_buf *out) QN_MUST_USE;

#endif
