/* SPDX-License-Identifier: MIT */
/* SHA-256 of sixteen streams: lane l of every register belongs to stream l.
 * Built with -mavx512f -mavx512bw -mavx512vl. */
#include "hash/lanes_avx512.h"
#include "hash/sha256.h"
#include "hash/sha256_steps.h"

#include <immintrin.h>

#define ADD(x, y)         _mm512_add_epi32(x, y)
#define SET(x)            _mm512_set1_epi32((int)(x))
#define RIGHT(x, n)       _mm512_srli_epi32(x, n)
#define ROTATE(x, n)      _mm512_ror_epi32(x, n)
#define PARITY(x, y, z)   _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define CHOOSE(x, y, z)   _mm512_ternarylogic_epi32(x, y, z, 0xca)
#define MAJORITY(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0xe8)

#define EXPAND_FOUR(i)                                                         \
    EXPAND(i);                                                                 \
    EXPAND((i) + 1);                                                           \
    EXPAND((i) + 2);                                                           \
    EXPAND((i) + 3)

void qn_sha256_avx512_lanes(uint32_t state[QN_SHA256_WORDS][QN_SHA256_LANES],
                            const uint8_t *const *blocks)
{
    const uint32_t *k = qn_sha256_constants;
    __m512i w[16];
    __m512i a, b, c, d, e, f, g, h;

    qn_lanes_avx512_load(w, blocks);
    a = _mm512_loadu_si512(state[0]);
    b = _mm512_loadu_si512(state[1]);
    c = _mm512_loadu_si512(state[2]);
    d = _mm512_loadu_si512(state[3]);
    e = _mm512_loadu_si512(state[4]);
    f = _mm512_loadu_si512(state[5]);
    g = _mm512_loadu_si512(state[6]);
    h = _mm512_loadu_si512(state[7]);
    for (;;) {
        EIGHT_STEPS(0);
        EIGHT_STEPS(8);
        k += 16;
        if (k == qn_sha256_constants + 64)
            break;
        EXPAND_FOUR(0);
        EXPAND_FOUR(4);
        EXPAND_FOUR(8);
        EXPAND_FOUR(12);
    }
#define STORE(i, x)                                                            \
    _mm512_storeu_si512(state[i], ADD(x, _mm512_loadu_si512(state[i])))
    STORE(0, a);
    STORE(1, b);
    STORE(2, c);
    STORE(3, d);
    STORE(4, e);
    STORE(5, f);
    STORE(6, g);
    STORE(7, h);
}
