/* SPDX-License-Identifier: MIT */
/* SHA-256 of eight streams: lane l of every register belongs to stream l.
 * Built with -mavx2. */
#include "hash/lanes_avx2.h"
#include "hash/sha256.h"

#include <immintrin.h>

#define ADD(x, y)       _mm256_add_epi32(x, y)
#define XOR(x, y)       _mm256_xor_si256(x, y)
#define AND(x, y)       _mm256_and_si256(x, y)
#define RIGHT(x, n)     _mm256_srli_epi32(x, n)
#define ROTATE(x, n)    XOR(RIGHT(x, n), _mm256_slli_epi32(x, 32 - (n)))
#define PARITY(x, y, z) XOR(x, XOR(y, z))
#define SUM_A(x)        PARITY(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define SUM_E(x)        PARITY(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define MIX_0(x)        PARITY(ROTATE(x, 7), ROTATE(x, 18), RIGHT(x, 3))
#define MIX_1(x)        PARITY(ROTATE(x, 17), ROTATE(x, 19), RIGHT(x, 10))
#define CHOOSE(x, y, z) XOR(z, AND(x, XOR(y, z)))
/* y XOR z is x XOR y of the step before: computed once. */
#define MAJORITY(x, y, z) XOR(y, AND(XOR(x, y), XOR(y, z)))

#define STEP(a, b, c, d, e, f, g, h, i)                                        \
    h = ADD(ADD(h, ADD(w[i], _mm256_set1_epi32((int)k[i]))),                   \
            ADD(SUM_E(e), CHOOSE(e, f, g)));                                   \
    d = ADD(d, h);                                                             \
    h = ADD(h, ADD(SUM_A(a), MAJORITY(a, b, c)))
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

static inline __m256i load(const uint32_t *words)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)words);
}

void qn_sha256_avx2_lanes(uint32_t state[QN_SHA256_WORDS][QN_SHA256_LANES],
                          const uint8_t *const *blocks)
{
    const uint32_t *k = qn_sha256_constants;
    __m256i w[16];
    __m256i a = load(state[0]), b = load(state[1]), c = load(state[2]);
    __m256i d = load(state[3]), e = load(state[4]), f = load(state[5]);
    __m256i g = load(state[6]), h = load(state[7]);
    unsigned i;

    qn_lanes_avx2_load(w, blocks, 0);
    qn_lanes_avx2_load(w, blocks, 8);
    for (;;) {
        EIGHT_STEPS(0);
        EIGHT_STEPS(8);
        k += 16;
        if (k == qn_sha256_constants + 64)
            break;
        for (i = 0; i < 16; i++)
            EXPAND(i);
    }
#define STORE(i, x)                                                            \
    _mm256_storeu_si256((__m256i *)(void *)state[i], ADD(x, load(state[i])))
    STORE(0, a);
    STORE(1, b);
    STORE(2, c);
    STORE(3, d);
    STORE(4, e);
    STORE(5, f);
    STORE(6, g);
    STORE(7, h);
}
