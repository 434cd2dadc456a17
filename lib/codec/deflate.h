/* SPDX-License-Identifier: MIT */
/* Deflate: bytes to zlib streams (RFC 1950).  Levels are zlib's: -1 (default),
 * 0 (stored) to 9. */
#ifndef QN_CODEC_DEFLATE_H
#define QN_CODEC_DEFLATE_H

#include "base/buf.h"
#include "base/ctx.h"

/* Append one whole zlib stream of `in` to `out`. */
enum qn_status qn_deflate_append(struct qn_ctx *ctx, int level,
                                 struct qn_bytes in,
                                 struct qn_buf *out) QN_MUST_USE;

struct qn_deflate_stream;
enum qn_status
qn_deflate_stream_new(struct qn_ctx *ctx, int level,
                      struct qn_deflate_stream **out) QN_MUST_USE;
/* The same in other clothes: gzip's (RFC 1952, without name and time) or none
 * (RFC 1951), for archives.  QN_UNSUPPORTED where there is no zlib. */
enum qn_deflate_form { QN_DEFLATE_ZLIB = 0, QN_DEFLATE_GZIP, QN_DEFLATE_RAW };
enum qn_status
qn_deflate_stream_new_form(struct qn_ctx *ctx, int level,
                           enum qn_deflate_form form,
                           struct qn_deflate_stream **out) QN_MUST_USE;
void qn_deflate_stream_free(struct qn_deflate_stream *stream);
/* Start over with a new stream. */
void qn_deflate_stream_reset(struct qn_deflate_stream *stream);
/* Append the compressed form of `in`; `is_last` ends the stream. */
enum qn_status qn_deflate_stream_append(struct qn_ctx *ctx,
                                        struct qn_deflate_stream *stream,
                                        struct qn_bytes in, bool is_last,
                                        struct qn_buf *out) QN_MUST_USE;

#endif
