/* SPDX-License-Identifier: MIT */
/* Base 85 as Git's binary patches have it: four bytes, most significant first,
 * are five digits of 0-9 A-Z a-z !#$%&()*+-;<=>?@^_`{|}~.  The last group is
 * padded with zero bytes; how many bytes there are is known from elsewhere. */
#ifndef QN_CODEC_BASE85_H
#define QN_CODEC_BASE85_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_BASE85_LINE_MAX 52 /* bytes that one line of a patch carries */

/* Append the digits of `in`, without a line break. */
enum qn_status qn_base85_encode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out) QN_MUST_USE;

/* Append `size` bytes from the digits `in`, of which there must be
 * (size + 3) / 4 * 5.  QN_INVALID otherwise; `out` then keeps its length. */
enum qn_status qn_base85_decode(struct qn_ctx *ctx, struct qn_bytes in,
                                size_t size, struct qn_buf *out) QN_MUST_USE;

/* Append `in` as the lines of a binary patch: a letter for the length (A-Z for
 * 1-26, a-z for 27-52), the digits, a newline. */
enum qn_status qn_base85_encode_lines(struct qn_ctx *ctx, struct qn_bytes in,
                                      struct qn_buf *out) QN_MUST_USE;

/* Append the bytes of one such line (without its newline). */
enum qn_status qn_base85_decode_line(struct qn_ctx *ctx, struct qn_bytes line,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
