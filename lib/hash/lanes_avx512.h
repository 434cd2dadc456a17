/* SPDX-License-Identifier: MIT */
/* Sixteen blocks of 64 bytes into lanes, for sources built with -mavx512f
 * -mavx512bw. */
#ifndef QN_HASH_LANES_AVX512_H
#define QN_HASH_LANES_AVX512_H

#include <stdint.h>

#ifdef __AVX512BW__

#include <immintrin.h>

/* Rows to columns: word c of r[l] becomes lane l of w[c].  Spoils r. */
static inline void qn_lanes_avx512_turn(__m512i w[16], __m512i r[16])
{
    __m512i s[16];
    unsigned i;

    for (i = 0; i < 16; i += 2) {
        s[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        s[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(s[i], s[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(s[i], s[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(s[i + 1], s[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(s[i + 1], s[i + 3]);
    }
    /* r[4g + c]: quarter q has word 4q + c of blocks 4g to 4g + 3 */
    for (i = 0; i < 4; i++) {
        s[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        s[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        s[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        s[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (i = 0; i < 4; i++) {
        w[i] = _mm512_shuffle_i32x4(s[i], s[i + 8], 0x88);
        w[i + 8] = _mm512_shuffle_i32x4(s[i], s[i + 8], 0xdd);
        w[i + 4] = _mm512_shuffle_i32x4(s[i + 4], s[i + 12], 0x88);
        w[i + 12] = _mm512_shuffle_i32x4(s[i + 4], s[i + 12], 0xdd);
    }
}

/* Words 0 to 15 of sixteen blocks, in the machine's byte order. */
static inline void qn_lanes_avx512_load(__m512i w[16],
                                        const uint8_t *const *blocks)
{
    const __m512i swap =
        _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
    __m512i r[16];
    unsigned i;

    for (i = 0; i < 16; i++)
        r[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i]), swap);
    qn_lanes_avx512_turn(w, r);
}

#endif
#endif
