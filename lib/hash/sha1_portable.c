/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include "base/compiler.h"
#include "base/endian.h"
#include "hash/sha1_conditions.h"

#include <string.h>

static inline uint32_t rotate_left(uint32_t x, unsigned count)
{
    return x << count | x >> (32 - count);
}

/* Sixteen words at a time from registers: a plain loop over the array gets
 * vectorised, and then waits for each of its own stores. */
#define NEXT(n)                                                                \
    r[n] = rotate_left(                                                        \
        r[((n) + 13) % 16] ^ r[((n) + 8) % 16] ^ r[((n) + 2) % 16] ^ r[n], 1); \
    w[i + (n)] = r[n];

void qn_sha1_portable_expand(uint32_t w[80], const uint8_t *block)
{
    uint32_t r[16];
    unsigned i;

    for (i = 0; i < 16; i++)
        r[i] = w[i] = qn_endian_load32(block + 4 * i);
    for (i = 16; i < 80; i += 16) {
        NEXT(0)
        NEXT(1)
        NEXT(2)
        NEXT(3)
        NEXT(4)
        NEXT(5)
        NEXT(6)
        NEXT(7)
        NEXT(8)
        NEXT(9)
        NEXT(10)
        NEXT(11)
        NEXT(12)
        NEXT(13)
        NEXT(14)
        NEXT(15)
    }
}

#define STEP(a, b, c, d, e, f, k, i)                                           \
    (e) += rotate_left(a, 5) + (f) + (k) + w[i];                               \
    (b) = rotate_left(b, 30)
#define FIVE(F, k, i)                                                          \
    STEP(a, b, c, d, e, F(b, c, d), k, i);                                     \
    STEP(e, a, b, c, d, F(a, b, c), k, (i) + 1);                               \
    STEP(d, e, a, b, c, F(e, a, b), k, (i) + 2);                               \
    STEP(c, d, e, a, b, F(d, e, a), k, (i) + 3);                               \
    STEP(b, c, d, e, a, F(c, d, e), k, (i) + 4)
#define TWENTY(F, k, i)                                                        \
    FIVE(F, k, i);                                                             \
    FIVE(F, k, (i) + 5);                                                       \
    FIVE(F, k, (i) + 10);                                                      \
    FIVE(F, k, (i) + 15)
#define CHOOSE(x, y, z)   ((z) ^ ((x) & ((y) ^ (z))))
#define PARITY(x, y, z)   ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

static void compress_block(uint32_t after[5], const uint32_t before[5],
                           const uint32_t w[80])
{
    uint32_t a = before[0], b = before[1], c = before[2], d = before[3];
    uint32_t e = before[4];

    TWENTY(CHOOSE, 0x5a827999, 0);
    TWENTY(PARITY, 0x6ed9eba1, 20);
    TWENTY(MAJORITY, 0x8f1bbcdc, 40);
    TWENTY(PARITY, 0xca62c1d6, 60);
    after[0] = before[0] + a;
    after[1] = before[1] + b;
    after[2] = before[2] + c;
    after[3] = before[3] + d;
    after[4] = before[4] + e;
}

/* The check looks at as many blocks at once as a vector has lanes. */
#define LANES QN_VECTOR_LANES

/* Strike the vectors out of the lanes where the condition does not hold: bring
 * both bits to the top, spread their XOR over the lane. */
#define STRIKE(i, p, j, q, xor, vectors)                                       \
    x = (qn_compiler_vector)((qn_compiler_signed_vector)(w[i] << (31 - (p)) ^  \
                                                         w[j]                  \
                                                             << (31 - (q))) >> \
                             31);                                              \
    set &= (xor) ? x | ~(vectors) : ~(x & (vectors));

static void check_blocks(const uint8_t *blocks, size_t count, uint32_t *out)
{
    uint32_t words[16][LANES];
    qn_compiler_vector w[QN_SHA1_CONDITIONS_LAST + 1];
    qn_compiler_vector x, set;
    size_t i, lane;

    for (lane = 0; lane < LANES; lane++) /* the spare look at the last block */
        for (i = 0; i < 16; i++)
            words[i][lane] = qn_endian_load32(
                blocks + (lane < count ? lane : count - 1) * QN_SHA1_BLOCK +
                4 * i);
    memcpy(w, words, sizeof(words));
    for (i = 16; i <= QN_SHA1_CONDITIONS_LAST; i++) {
        x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
        w[i] = x << 1 | x >> 31;
    }
    set = ~(w[0] ^ w[0]);
    QN_SHA1_CONDITIONS(STRIKE)
    memcpy(words[0], &set, sizeof(words[0]));
    for (lane = 0; lane < count; lane++)
        out[lane] = words[0][lane];
}

void qn_sha1_portable_check(const uint8_t *blocks, size_t count,
                            uint32_t *vectors)
{
    size_t i;

    for (i = 0; i < count; i += LANES)
        check_blocks(blocks + i * QN_SHA1_BLOCK,
                     count - i < LANES ? count - i : LANES, vectors + i);
}

void qn_sha1_portable_blocks(uint32_t chain[][5], const uint8_t *blocks,
                             size_t count)
{
    uint32_t w[80];
    size_t i;

    for (i = 0; i < count; i++) {
        qn_sha1_portable_expand(w, blocks + i * QN_SHA1_BLOCK);
        compress_block(chain[i + 1], chain[i], w);
    }
}

void qn_sha1_portable_batch(uint32_t chain[][5], const uint8_t *blocks,
                            size_t count, uint32_t *vectors)
{
    qn_sha1_portable_check(blocks, count, vectors);
    qn_sha1_portable_blocks(chain, blocks, count);
}
