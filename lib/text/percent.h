/* SPDX-License-Identifier: MIT */
/* "%41" and "A": the escapes of URLs (RFC 3986). */
#ifndef QN_TEXT_PERCENT_H
#define QN_TEXT_PERCENT_H

#include "base/buf.h"
#include "base/ctx.h"

/* Append what `text` means.  A "%" that begins no escape, and one that would be
 * a NUL, stay as they are. */
enum qn_status qn_percent_decode(struct qn_ctx *ctx, struct qn_bytes text,
                                 struct qn_buf *out) QN_MUST_USE;
/* Append `text`, escaped but for letters, digits, "-._~" and the bytes of
 * `plain`. */
enum qn_status qn_percent_encode(struct qn_ctx *ctx, struct qn_bytes text,
                                 const char *plain,
                                 struct qn_buf *out) QN_MUST_USE;

#endif
