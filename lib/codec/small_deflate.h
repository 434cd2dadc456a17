/* SPDX-License-Identifier: MIT */
/* A deflater of our own, small, for where libdeflate and zlib are not: matches
 * found by one probe of a hash table, fixed Huffman codes, stored blocks where
 * these are shorter.  Format: RFC 1950, RFC 1951. */
#ifndef QN_CODEC_SMALL_DEFLATE_H
#define QN_CODEC_SMALL_DEFLATE_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_SMALL_DEFLATE_HEADS 4096

struct qn_small_deflate {
    uint64_t bits;
    unsigned bit_count;
    uint32_t adler;
    int level; /* 0: stored only; else the same */
    bool is_begun, is_done;
    uint32_t heads[QN_SMALL_DEFLATE_HEADS]; /* position + 1 in the piece */
};

void qn_small_deflate_begin(struct qn_small_deflate *deflate, int level);

/* Append the compressed form of `in`; `is_last` ends the stream. */
enum qn_status qn_small_deflate_append(struct qn_ctx *ctx,
                                       struct qn_small_deflate *deflate,
                                       struct qn_bytes in, bool is_last,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
