/* SPDX-License-Identifier: MIT */
/* Short zlib streams, whole, at once.  Format: RFC 1950, RFC 1951.
 *
 *   in   one stream at the front of a view
 *   out  exactly so many bytes
 *
 * Most objects of a repository inflate to a few hundred bytes, and there the
 * time goes into making the tables of the codes, not into decoding: here only
 * the symbols that occur are looked at, and a table has as many bits as the
 * longest code, up to ten.  It says only whether all went well: what is wrong
 * with a stream the general inflater tells.
 */
#ifndef QN_CODEC_SHORT_INFLATE_H
#define QN_CODEC_SHORT_INFLATE_H

#include "base/bytes.h"

/* Streams of up to so many bytes are faster this way. */
#define QN_SHORT_INFLATE_MAX 1024

#define QN_SHORT_INFLATE_TABLE_BITS 10
#define QN_SHORT_INFLATE_CODE_MAX   15 /* bits of the longest code */
#define QN_SHORT_INFLATE_SYMBOLS    288

/* A canonical Huffman code: a table by the next bits, and the symbols in the
 * order of their codes. */
struct qn_short_inflate_code {
    uint16_t table[1 << QN_SHORT_INFLATE_TABLE_BITS];
    uint16_t sorted[QN_SHORT_INFLATE_SYMBOLS];
    uint16_t counts[QN_SHORT_INFLATE_CODE_MAX + 1]; /* codes of each length */
    unsigned bits;                                  /* of the table */
};

/* What is kept between streams; begins as zeros. */
struct qn_short_inflate {
    struct qn_short_inflate_code literals, distances;
    struct qn_short_inflate_code fixed_literals, fixed_distances;
    bool has_fixed;
};

/* Inflate into the `out_size` bytes at `out`.  True when a stream of just that
 * size ended: `*in_used` is its compressed length, `*adler` the checksum in it,
 * which the caller compares.  False: it is damaged, of another size, or of a
 * form left to others; what is at `out` is then of no meaning. */
bool qn_short_inflate(struct qn_short_inflate *inflate, struct qn_bytes in,
                      uint8_t *out, size_t out_size, size_t *in_used,
                      uint32_t *adler);

#endif
