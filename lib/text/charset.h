/* SPDX-License-Identifier: MIT */
/* Character sets: from one encoding to another, through iconv. */
#ifndef QN_TEXT_CHARSET_H
#define QN_TEXT_CHARSET_H

#include "base/buf.h"
#include "base/bytes.h"

/* "UTF-8", "utf8", and no name at all. */
bool qn_charset_is_utf8(struct qn_bytes name);
/* The same encoding by two names, as far as names tell. */
bool qn_charset_is_same(struct qn_bytes a, struct qn_bytes b);

/* Append `text`, which is in `from`, in `to`.  QN_UNSUPPORTED when one of them
 * is not known, QN_INVALID when the text is not well formed in `from` or cannot
 * be said in `to`; `out` keeps its size then. */
enum qn_status qn_charset_convert(struct qn_ctx *ctx, const char *from,
                                  const char *to, struct qn_bytes text,
                                  struct qn_buf *out) QN_MUST_USE;

#endif
