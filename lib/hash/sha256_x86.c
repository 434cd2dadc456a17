/* SPDX-License-Identifier: MIT */
/* SHA-256 by the SHA extensions of x86.  Built with -msha. */
#include "hash/sha256.h"

#include <immintrin.h>

/* Four steps.  m[t % 4] holds message words 4t to 4t + 3; from t = 4 on it is
 * made of the last four. */
#define EXPAND(t)                                                              \
    m[(t) % 4] = _mm_sha256msg2_epu32(                                         \
        _mm_add_epi32(_mm_sha256msg1_epu32(m[(t) % 4], m[((t) + 1) % 4]),      \
                      _mm_alignr_epi8(m[((t) + 3) % 4], m[((t) + 2) % 4], 4)), \
        m[((t) + 3) % 4])
#define FOUR(t)                                                                \
    do {                                                                       \
        __m128i x;                                                             \
                                                                               \
        if ((t) >= 4)                                                          \
            EXPAND(t);                                                         \
        x = _mm_add_epi32(                                                     \
            m[(t) % 4],                                                        \
            _mm_loadu_si128(                                                   \
                (const __m128i *)(const void *)(qn_sha256_constants +          \
                                                4 * (t))));                    \
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, x);                           \
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(x, 0x0e));  \
    } while (0)

void qn_sha256_x86(uint32_t state[8], const uint8_t *blocks, size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i badc = _mm_shuffle_epi32(low, 0xb1);
    __m128i efgh = _mm_shuffle_epi32(high, 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, badc, 0xf0);

    for (; count > 0; count--, blocks += 64) {
        const __m128i *words = (const __m128i *)(const void *)blocks;
        __m128i abef_before = abef, cdgh_before = cdgh;
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
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    efgh = _mm_shuffle_epi32(abef, 0x1b); /* feba */
    badc = _mm_shuffle_epi32(cdgh, 0xb1); /* dchg */
    _mm_storeu_si128((__m128i *)(void *)state,
                     _mm_blend_epi16(efgh, badc, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4),
                     _mm_alignr_epi8(badc, efgh, 8));
}
