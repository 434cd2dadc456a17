/* SPDX-License-Identifier: MIT */
/* SHA-1 and SHA-256 by the SHA extensions of x86.  Built with -msha. */
#include "hash/sha1.h"

#include <immintrin.h>
#include <string.h>

/* Four steps.  m[t % 4] holds message words 4t to 4t + 3, first word on top;
 * from t = 4 on it is made of the last four. */
#define EXPAND(t)                                                              \
    m[(t) % 4] = _mm_sha1msg2_epu32(                                           \
        _mm_xor_si128(_mm_sha1msg1_epu32(m[(t) % 4], m[((t) + 1) % 4]),        \
                      m[((t) + 2) % 4]),                                       \
        m[((t) + 3) % 4])
#define FOUR(t)                                                                \
    do {                                                                       \
        __m128i saved = abcd;                                                  \
                                                                               \
        if ((t) >= 4)                                                          \
            EXPAND(t);                                                         \
        abcd =                                                                 \
            _mm_sha1rnds4_epu32(abcd,                                          \
                                (t) == 0 ? _mm_add_epi32(e, m[0])              \
                                         : _mm_sha1nexte_epu32(e, m[(t) % 4]), \
                                (t) / 5);                                      \
        e = saved;                                                             \
    } while (0)

void qn_sha1_x86_blocks(uint32_t chain[][5], const uint8_t *blocks,
                        size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    __m128i abcd = _mm_shuffle_epi32(
        _mm_loadu_si128((const __m128i *)(const void *)chain[0]), 0x1b);
    __m128i e = _mm_set_epi32((int)chain[0][4], 0, 0, 0);
    size_t i;

    for (i = 0; i < count; i++, blocks += QN_SHA1_BLOCK) {
        const __m128i *words = (const __m128i *)(const void *)blocks;
        __m128i abcd_before = abcd, e_before = e;
        __m128i m[4];

        m[0] = _mm_shuffle_epi8(_mm_loadu_si128(words + 0), swap);
        m[1] = _mm_shuffle_epi8(_mm_loadu_si128(words + 1), swap);
        m[2] = _mm_shuffle_epi8(_mm_loadu_si128(words + 2), swap);
        m[3] = _mm_shuffle_epi8(_mm_loadu_si128(words + 3), swap);
        FOUR(0);
        FOUR(1);
        FOUR(2);
        FOUR(3);
        FOUR(4);
        FOUR(5);
        FOUR(6);
        FOUR(7);
        FOUR(8);
        FOUR(9);
        FOUR(10);
        FOUR(11);
        FOUR(12);
        FOUR(13);
        FOUR(14);
        FOUR(15);
        FOUR(16);
        FOUR(17);
        FOUR(18);
        FOUR(19);
        e = _mm_sha1nexte_epu32(e, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
        _mm_storeu_si128((__m128i *)(void *)chain[i + 1],
                         _mm_shuffle_epi32(abcd, 0x1b));
        chain[i + 1][4] = (uint32_t)_mm_extract_epi32(e, 3);
    }
}
