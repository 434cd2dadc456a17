/* SPDX-License-Identifier: MIT */
/* Eight blocks of 64 bytes into lanes, for sources built with -mavx2. */
#ifndef QN_HASH_LANES_AVX2_H
#define QN_HASH_LANES_AVX2_H

#include <stdint.h>

#ifdef __AVX2__

#include <immintrin.h>

/* Words `from` to `from` + 7 of eight blocks, in the machine's byte order. */
static inline void qn_lanes_avx2_load(__m256i *w, const uint8_t *const *blocks,
                                      unsigned from)
{
    const __m256i swap =
        _mm256_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203,
                          0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m256i r[8], s[8];
    unsigned i;

    for (i = 0; i < 8; i++)
        r[i] = _mm256_shuffle_epi8(
            _mm256_loadu_si256(
                (const __m256i *)(const void *)(blocks[i] + 4 * from)),
            swap);
    for (i = 0; i < 8; i += 2) {
        s[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        s[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (i = 0; i < 8; i += 4) {
        r[i] = _mm256_unpacklo_epi64(s[i], s[i + 2]);
        r[i + 1] = _mm256_unpackhi_epi64(s[i], s[i + 2]);
        r[i + 2] = _mm256_unpacklo_epi64(s[i + 1], s[i + 3]);
        r[i + 3] = _mm256_unpackhi_epi64(s[i + 1], s[i + 3]);
    }
    for (i = 0; i < 4; i++) {
        w[from + i] = _mm256_permute2x128_si256(r[i], r[i + 4], 0x20);
        w[from + i + 4] = _mm256_permute2x128_si256(r[i], r[i + 4], 0x31);
    }
}

#endif
#endif
