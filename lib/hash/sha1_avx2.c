/* SPDX-License-Identifier: MIT */
/* Eight blocks in lanes: lane l of every register belongs to block l.  Built
 * with -mavx2. */
#include "hash/lanes_avx2.h"
#include "hash/sha1.h"
#include "hash/sha1_conditions.h"

#include <immintrin.h>

#define LANES 8

#define ADD(x, y)    _mm256_add_epi32(x, y)
#define XOR(x, y)    _mm256_xor_si256(x, y)
#define AND(x, y)    _mm256_and_si256(x, y)
#define OR(x, y)     _mm256_or_si256(x, y)
#define ROTATE(x, n) OR(_mm256_slli_epi32(x, n), _mm256_srli_epi32(x, 32 - (n)))

static inline void expand_words(__m256i *w, unsigned count)
{
    unsigned i;

    for (i = 16; i < count; i++) {
        __m256i x = XOR(XOR(w[i - 3], w[i - 8]), XOR(w[i - 14], w[i - 16]));

        w[i] = OR(ADD(x, x), _mm256_srli_epi32(x, 31));
    }
}

/* Strike the vectors out of the lanes where the condition does not hold: bring
 * both bits to the top, spread their XOR over the lane. */
#define STRIKE(i, p, j, q, xor, vectors)                                       \
    x = _mm256_srai_epi32(XOR(_mm256_slli_epi32(w[i], 31 - (p)),               \
                              _mm256_slli_epi32(w[j], 31 - (q))),              \
                          31);                                                 \
    set = (xor) ? AND(set, OR(x, _mm256_set1_epi32((int)~(vectors))))          \
                : _mm256_andnot_si256(                                         \
                      AND(x, _mm256_set1_epi32((int)(vectors))), set);

static inline __m256i check_words(const __m256i *w)
{
    __m256i set = _mm256_set1_epi32(-1);
    __m256i x;

    QN_SHA1_CONDITIONS(STRIKE)
    return set;
}

static void check_eight(const uint8_t *blocks, size_t count, uint32_t *vectors)
{
    __m256i w[QN_SHA1_CONDITIONS_LAST + 1];
    const uint8_t *places[LANES];
    uint32_t sets[LANES];
    size_t i;

    for (i = 0; i < LANES; i++) /* lanes to spare look at the last block */
        places[i] = blocks + (i < count ? i : count - 1) * QN_SHA1_BLOCK;
    qn_lanes_avx2_load(w, places, 0);
    qn_lanes_avx2_load(w, places, 8);
    expand_words(w, QN_SHA1_CONDITIONS_LAST + 1);
    _mm256_storeu_si256((__m256i *)(void *)sets, check_words(w));
    for (i = 0; i < count; i++)
        vectors[i] = sets[i];
}

void qn_sha1_avx2_check(const uint8_t *blocks, size_t count, uint32_t *vectors)
{
    check_eight(blocks, count < LANES ? count : LANES, vectors);
    if (count > LANES)
        check_eight(blocks + LANES * QN_SHA1_BLOCK, count - LANES,
                    vectors + LANES);
}

#define CHOOSE(x, y, z)   XOR(z, AND(x, XOR(y, z)))
#define PARITY(x, y, z)   XOR(x, XOR(y, z))
#define MAJORITY(x, y, z) OR(AND(x, y), AND(z, OR(x, y)))
#define STEP(a, b, c, d, e, F, k, i)                                           \
    e = ADD(ADD(e, ADD(w[i], k)), ADD(ROTATE(a, 5), F(b, c, d)));              \
    b = ROTATE(b, 30)

static inline void run_steps(__m256i s[5], const __m256i w[80])
{
    __m256i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    unsigned i;

#define TWENTY(F, constant, from)                                              \
    for (i = (from); i < (from) + 20; i += 5) {                                \
        const __m256i k = _mm256_set1_epi32((int)(constant));                  \
                                                                               \
        STEP(a, b, c, d, e, F, k, i);                                          \
        STEP(e, a, b, c, d, F, k, i + 1);                                      \
        STEP(d, e, a, b, c, F, k, i + 2);                                      \
        STEP(c, d, e, a, b, F, k, i + 3);                                      \
        STEP(b, c, d, e, a, F, k, i + 4);                                      \
    }
    TWENTY(CHOOSE, 0x5a827999, 0)
    TWENTY(PARITY, 0x6ed9eba1, 20)
    TWENTY(MAJORITY, 0x8f1bbcdc, 40)
    TWENTY(PARITY, 0xca62c1d6, 60)
    s[0] = ADD(s[0], a);
    s[1] = ADD(s[1], b);
    s[2] = ADD(s[2], c);
    s[3] = ADD(s[3], d);
    s[4] = ADD(s[4], e);
}

void qn_sha1_avx2_lanes(uint32_t state[5][QN_SHA1_LANES],
                        const uint8_t *const *blocks, uint32_t *vectors)
{
    __m256i w[80], s[5];
    unsigned i;

    qn_lanes_avx2_load(w, blocks, 0);
    qn_lanes_avx2_load(w, blocks, 8);
    expand_words(w, 80);
    for (i = 0; i < 5; i++)
        s[i] = _mm256_loadu_si256((const __m256i *)(const void *)state[i]);
    run_steps(s, w);
    for (i = 0; i < 5; i++)
        _mm256_storeu_si256((__m256i *)(void *)state[i], s[i]);
    _mm256_storeu_si256((__m256i *)(void *)vectors, check_words(w));
}
