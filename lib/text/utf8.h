/* SPDX-License-Identifier: MIT */
/* UTF-8: one code point at a time, validity, and columns on a terminal. */
#ifndef QN_TEXT_UTF8_H
#define QN_TEXT_UTF8_H

#include "base/buf.h"
#include "base/bytes.h"

/* The size of the first code point, which goes to `*out`; 0 at the end and
 * where the bytes are not UTF-8 (surrogates, U+FFFE and U+FFFF included). */
size_t qn_utf8_next(struct qn_bytes text, uint32_t *out);
bool qn_utf8_is_valid(struct qn_bytes text);

/* Columns that a code point takes: 0, 1 or 2; -1 for control characters. */
int qn_utf8_char_width(uint32_t c);
/* Columns of a text; control characters count nothing, and a text that is not
 * UTF-8 counts its bytes.  `skips_escapes`: colour sequences count nothing. */
size_t qn_utf8_width(struct qn_bytes text, bool skips_escapes);
/* The size of a colour sequence (ESC [ ... m) at the front; 0: none. */
size_t qn_utf8_escape_size(struct qn_bytes text);

enum qn_status qn_utf8_append(struct qn_ctx *ctx, struct qn_buf *out,
                              uint32_t c) QN_MUST_USE;

#endif
