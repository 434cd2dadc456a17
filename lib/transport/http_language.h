/* SPDX-License-Identifier: MIT */
/* Accept-Language, of LANGUAGE or the locale's name. */
#ifndef QN_TRANSPORT_HTTP_LANGUAGE_H
#define QN_TRANSPORT_HTTP_LANGUAGE_H

#include "base/buf.h"
#include "base/ctx.h"

/* Append "Accept-Language: de, en;q=0.9, *;q=0.8"; nothing when it is not
 * known. */
enum qn_status qn_http_language_line(struct qn_ctx *ctx,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
