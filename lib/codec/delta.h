/* SPDX-License-Identifier: MIT */
/* Deltas: rebuild one byte string from another.
 *
 *   delta  = varint(base size) varint(result size) instruction...
 *   copy   = 1ooosss, then the offset and size bytes whose bits are set
 *   insert = 0nnnnnnn, then n literal bytes (n > 0)
 *
 * Format: docs/formats/delta.md.  In: two views.  Out: one new buffer.
 */
#ifndef QN_CODEC_DELTA_H
#define QN_CODEC_DELTA_H

#include "base/buf.h"
#include "base/ctx.h"

/* Apply `delta` to `base` and append the result to `out`.  Refuse results that
 * would pass the limit of `out`.  On failure `out` keeps its length. */
enum qn_status qn_delta_apply(struct qn_ctx *ctx, struct qn_bytes base,
                              struct qn_bytes delta,
                              struct qn_buf *out) QN_MUST_USE;

/* The two sizes at the front; QN_CORRUPT when they are not there. */
enum qn_status qn_delta_sizes(struct qn_ctx *ctx, struct qn_bytes delta,
                              uint64_t *base_size,
                              uint64_t *result_size) QN_MUST_USE;

/* A delta taken apart: its instructions one after the other. */
struct qn_delta_piece {
    bool is_copy;
    uint32_t offset; /* of a copy, in the base */
    uint32_t size;
};
/* Pass over the sizes at the front. */
void qn_delta_pieces(struct qn_bytes *delta);
/* False: no more, or it is damaged. */
bool qn_delta_next(struct qn_bytes *delta, struct qn_delta_piece *piece);

/* An index over a base, made once and searched for many targets. */
struct qn_delta_index;
enum qn_status qn_delta_index_new(struct qn_ctx *ctx, struct qn_bytes base,
                                  struct qn_delta_index **out) QN_MUST_USE;
void qn_delta_index_free(struct qn_delta_index *index);
/* Append a delta that makes `target` of the indexed base, if it takes at most
 * `max_size` bytes (0: any size); `*found` says whether.  The base's bytes must
 * still be there. */
enum qn_status qn_delta_create(struct qn_ctx *ctx,
                               const struct qn_delta_index *index,
                               struct qn_bytes target, size_t max_size,
                               struct qn_buf *out, bool *found) QN_MUST_USE;

#endif
