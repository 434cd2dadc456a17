/* SPDX-License-Identifier: MIT */
/* Base 64 (RFC 4648, with padding, no line breaks). */
#ifndef QN_CODEC_BASE64_H
#define QN_CODEC_BASE64_H

#include "base/buf.h"
#include "base/ctx.h"

/* Append the text form of `in`. */
enum qn_status qn_base64_encode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out) QN_MUST_USE;

/* Append the bytes that `in` spells; ASCII white space in it is skipped and the
 * padding may be missing.  QN_INVALID for anything else; `out` then keeps its
 * length. */
enum qn_status qn_base64_decode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out) QN_MUST_USE;

#endif
