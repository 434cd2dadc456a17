/* SPDX-License-Identifier: MIT */
/* GIT_TRACE_CURL: what goes over the wire of HTTP, a line each, with what is
 * secret hidden.
 *
 *   "=> Send header: Authorization: Basic <redacted>"
 *
 * GIT_TRACE_REDACT=0 shows all; GIT_TRACE_CURL_NO_DATA leaves bodies out.
 * git(1).
 */
#ifndef QN_TRANSPORT_HTTP_TRACE_H
#define QN_TRANSPORT_HTTP_TRACE_H

#include "base/buf.h"
#include "transport/http_engine.h"

/* What libcurl tells (QN_TRACE_CURL must be on). */
void qn_http_trace_tell(struct qn_ctx *ctx, enum qn_http_engine_trace kind,
                        struct qn_bytes bytes);
/* Append a line of a header with its secrets hidden. */
enum qn_status qn_http_trace_redact(struct qn_ctx *ctx, struct qn_bytes line,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
