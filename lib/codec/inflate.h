/* SPDX-License-Identifier: MIT */
/* Inflate: zlib streams (RFC 1950) to bytes.
 *
 * Whole buffers by libdeflate, whose state is scratch of the context; streams
 * that must be resumed by zlib.
 */
#ifndef QN_CODEC_INFLATE_H
#define QN_CODEC_INFLATE_H

#include "base/buf.h"
#include "base/ctx.h"

/* Inflate one whole stream at the front of `in` into exactly `out_size` bytes
 * at `out`.  QN_CORRUPT when it is not a sound stream of just that size;
 * `*in_used` (may be NULL) is the compressed length. */
enum qn_status qn_inflate_exact(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size,
                                size_t *in_used) QN_MUST_USE;

/* The first bytes of a stream only: fills up to `out_size` bytes and tells how
 * many; the checksum is not looked at.  For object headers. */
enum qn_status qn_inflate_front(struct qn_ctx *ctx, struct qn_bytes in,
                                void *out, size_t out_size,
                                size_t *out_used) QN_MUST_USE;

/* After a failure of the above: report (as an error) what zlib finds wrong with
 * the stream; nothing when it only stops short. */
void qn_inflate_explain(struct qn_ctx *ctx, struct qn_bytes in);

/* What becomes of a stream that should make `size` bytes, in zlib's numbers: 1
 * it ended before that, -5 there is more of it, -3 damaged (reported as an
 * error), QN_INFLATE_TRUNCATED `in` ends too soon; 0 nothing is wrong. */
#define QN_INFLATE_TRUNCATED (-100)
int qn_inflate_diagnose(struct qn_ctx *ctx, struct qn_bytes in, uint64_t size);

/* A stream that is fed and drained in pieces. */
struct qn_inflate_stream;
enum qn_status
qn_inflate_stream_new(struct qn_ctx *ctx,
                      struct qn_inflate_stream **out) QN_MUST_USE;
/* The same for gzip's format (RFC 1952).  QN_UNSUPPORTED where there is no
 * zlib. */
enum qn_status
qn_inflate_stream_new_gzip(struct qn_ctx *ctx,
                           struct qn_inflate_stream **out) QN_MUST_USE;
void qn_inflate_stream_free(struct qn_inflate_stream *stream);
/* After QN_CORRUPT: what zlib calls it. */
const char *qn_inflate_stream_fault(const struct qn_inflate_stream *stream);
/* Start over with a new zlib stream. */
void qn_inflate_stream_reset(struct qn_inflate_stream *stream);
/* Take from the front of `*in` and fill up to `out_size` bytes.  `*is_end` once
 * the checksum was seen and is right. */
enum qn_status qn_inflate_stream_next(struct qn_ctx *ctx,
                                      struct qn_inflate_stream *stream,
                                      struct qn_bytes *in, void *out,
                                      size_t out_size, size_t *out_used,
                                      bool *is_end) QN_MUST_USE;

#endif
