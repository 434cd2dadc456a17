/* SPDX-License-Identifier: MIT */
/* SHA-256 of sixteen streams: lane l of every register belongs to stream l.
 * Built with -mavx512f -mavx512bw -mavx512vl. */
#include "hash/lanes_avx512.h"
#include "hash/sha256.h"

#include <immintrin.h>

#define ADD(x, y) _mm512_add_epi32(x, y)
/* 0x96: parity, 0xca: choose, 0xe8: majority */
#define PARITY(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define ROTATE(x, n)    _mm512_ror_epi32(x, n)
#define SUM_A(x)        PARITY(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define SUM_E(x)        PARITY(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define MIX_0(x)        PARITY(ROTATE(x, 7), ROTATE(x, 18), _mm512_srli_epi32(x, 3))
#define MIX_1(x)        PARITY(ROTATE(x, 17), ROTATE(x, 19), _mm512_srli_epi32(x, 10))

#define STEP(a, b, c, d, e, f, g, h, i)                                        \
    h = ADD(ADD(h, ADD(w[i], _mm512_set1_epi32((int)k[i]))),                   \
            ADD(SUM_E(e), _mm512_ternarylogic_epi32(e, f, g, 0xca)));          \
    d = ADD(d, h);                                                             \
    h = ADD(h, ADD(SUM_A(a), _mm512_ternarylogic_epi32(a, b, c, 0xe8)))
/* The word sixteen steps on, in its place. */
#define EXPAND(i)                                                              \
    w[i] = ADD(ADD(w[i], MIX_0(w[((i) + 1) % 16])),                            \
               ADD(w[((i) + 9) % 16], MIX_1(w[((i) + 14) % 16])))
#define EIGHT_STEPS(i)                                                         \
    STEP(a, b, c, d, e, f, g, h, (i));                                         \
    STEP(h, a, b, c, d, e, f, g, (i) + 1);                                     \
    STEP(g, h, a, b, c, d, e, f, (i) + 2);                                     \
    STEP(f, g, h, a, b, c, d, e, (i) + 3);                                     \
    STEP(e, f, g, h, a, b, c, d, (i) + 4);                                     \
    STEP(d, e, f, g, h, a, b, c, (i) + 5);                                     \
    STEP(c, d, e, f, g, h, a, b, (i) + 6);                                     \
    STEP(b, c, d, e, f, g, h, a, (i) + 7)
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
