/* SPDX-License-Identifier: MIT */
/* SHA-256 of eight streams: lane l of every register belongs to stream l.
 * Built with -mavx2. */
#include "hash/lanes_avx2.h"
#include "hash/sha256.h"
#include "hash/sha256_steps.h"

#include <immintrin.h>

#define ADD(x, y)       _mm256_add_epi32(x, y)
#define XOR(x, y)       _mm256_xor_si256(x, y)
#define AND(x, y)       _mm256_and_si256(x, y)
#define SET(x)          _mm256_set1_epi32((int)(x))
#define RIGHT(x, n)     _mm256_srli_epi32(x, n)
#define ROTATE(x, n)    XOR(RIGHT(x, n), _mm256_slli_epi32(x, 32 - (n)))
#define PARITY(x, y, z) XOR(x, XOR(y, z))
#define CHOOSE(x, y, z) XOR(z, AND(x, XOR(y, z)))
/* y XOR z is x XOR y of the step before: computed once. */
#define MAJORITY(x, y, z) XOR(y, AND(XOR(x, y), XOR(y, z)))

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
