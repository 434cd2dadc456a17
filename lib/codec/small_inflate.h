/* SPDX-License-Identifier: MIT */
/* An inflater of our own, small and resumable, for where libdeflate and zlib
 * are not.  Format: RFC 1950, RFC 1951.
 *
 *   in   bytes in pieces of any size
 *   out  bytes into buffers of any size
 *
 * It stops where input or room ends and goes on from there: every state needs a
 * bounded number of bits, and asks for them again when it is resumed.  It never
 * takes a byte beyond the stream's end.
 */
#ifndef QN_CODEC_SMALL_INFLATE_H
#define QN_CODEC_SMALL_INFLATE_H

#include "base/bytes.h"

#define QN_SMALL_INFLATE_WINDOW    32768
#define QN_SMALL_INFLATE_FAST_BITS 9
#define QN_SMALL_INFLATE_CODE_MAX  15 /* bits of the longest code */

/* A canonical Huffman code: symbols sorted by code, and a table that decodes
 * codes of up to FAST_BITS at once. */
struct qn_small_inflate_code {
    uint16_t fast[1 << QN_SMALL_INFLATE_FAST_BITS]; /* symbol << 4 | bits */
    uint16_t counts[QN_SMALL_INFLATE_CODE_MAX + 1]; /* codes of each length */
    uint16_t symbols[288];
};

struct qn_small_inflate {
    uint32_t state;
    bool is_last;       /* the block is the last one */
    unsigned bit_count; /* bits that wait in `bits`, lowest first */
    uint64_t bits;
    uint64_t total; /* bytes made so far */
    uint32_t adler;
    uint32_t left;     /* bytes of a stored block or a match */
    uint32_t distance; /* of the match */
    uint32_t literal_count, distance_count, order_count, at; /* of lengths */
    uint16_t symbol;
    uint8_t lengths[288 + 32];
    struct qn_small_inflate_code literals, distances;
    uint8_t window[QN_SMALL_INFLATE_WINDOW];
};

enum qn_small_inflate_result {
    QN_SMALL_INFLATE_MORE = 0, /* give more input, or more room */
    QN_SMALL_INFLATE_END = 1,  /* the whole stream, and its checksum is right */
    QN_SMALL_INFLATE_BAD = 2
};

/* (Re)start. */
void qn_small_inflate_begin(struct qn_small_inflate *inflate);

/* Take from the front of `*in`, fill up to `out_size` bytes. */
enum qn_small_inflate_result
qn_small_inflate_next(struct qn_small_inflate *inflate, struct qn_bytes *in,
                      uint8_t *out, size_t out_size, size_t *out_used);

/* The checksum of RFC 1950; start with 1. */
uint32_t qn_small_inflate_adler(uint32_t adler, struct qn_bytes data);

#endif
