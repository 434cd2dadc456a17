/* SPDX-License-Identifier: MIT */
/* SHA-1's steps by the SHA extensions of x86, as macros over __m128i variables:
 * `abcd` and `e` the state, `m[4]` the last sixteen message words.  A block is
 * LOAD, FOUR(0) to FOUR(19), then the sums with what was before. */
#ifndef QN_HASH_SHA1_X86_H
#define QN_HASH_SHA1_X86_H

#include <immintrin.h>

#define QN_SHA1_X86_SWAP _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f)

#define QN_SHA1_X86_LOAD_FOUR(i, blocks)                                       \
    _mm_shuffle_epi8(                                                          \
        _mm_loadu_si128((const __m128i *)(const void *)(blocks) + (i)),        \
        QN_SHA1_X86_SWAP)
#define QN_SHA1_X86_LOAD(m, blocks)                                            \
    (m)[0] = QN_SHA1_X86_LOAD_FOUR(0, blocks);                                 \
    (m)[1] = QN_SHA1_X86_LOAD_FOUR(1, blocks);                                 \
    (m)[2] = QN_SHA1_X86_LOAD_FOUR(2, blocks);                                 \
    (m)[3] = QN_SHA1_X86_LOAD_FOUR(3, blocks)

/* m[t % 4] holds words 4t to 4t + 3, first word on top; from t = 4 on it is
 * made of the last four. */
#define QN_SHA1_X86_EXPAND(t, m)                                               \
    (m)[(t) % 4] = _mm_sha1msg2_epu32(                                         \
        _mm_xor_si128(_mm_sha1msg1_epu32((m)[(t) % 4], (m)[((t) + 1) % 4]),    \
                      (m)[((t) + 2) % 4]),                                     \
        (m)[((t) + 3) % 4])
#define QN_SHA1_X86_FOUR(t, abcd, e, m)                                        \
    do {                                                                       \
        __m128i saved = abcd;                                                  \
                                                                               \
        if ((t) >= 4)                                                          \
            QN_SHA1_X86_EXPAND(t, m);                                          \
        abcd = _mm_sha1rnds4_epu32(abcd,                                       \
                                   (t) == 0                                    \
                                       ? _mm_add_epi32(e, (m)[0])              \
                                       : _mm_sha1nexte_epu32(e, (m)[(t) % 4]), \
                                   (t) / 5);                                   \
        e = saved;                                                             \
    } while (0)

#define QN_SHA1_X86_LOAD_STATE(abcd, e, state)                                 \
    abcd = _mm_shuffle_epi32(                                                  \
        _mm_loadu_si128((const __m128i *)(const void *)(state)), 0x1b);        \
    e = _mm_set_epi32((int)(state)[4], 0, 0, 0)
#define QN_SHA1_X86_STORE_STATE(abcd, e, state)                                \
    _mm_storeu_si128((__m128i *)(void *)(state),                               \
                     _mm_shuffle_epi32(abcd, 0x1b));                           \
    (state)[4] = (uint32_t)_mm_extract_epi32(e, 3)

#endif
