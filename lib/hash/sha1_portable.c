/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include "base/endian.h"
#include "hash/sha1_conditions.h"

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

void qn_sha1_portable_expand_words(uint32_t w[80])
{
    uint32_t r[16];
    unsigned i;

    for (i = 0; i < 16; i++)
        r[i] = w[i];
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

void qn_sha1_portable_expand(uint32_t w[80], const uint8_t *block)
{
    unsigned i;

    for (i = 0; i < 16; i++)
        w[i] = qn_endian_load32(block + 4 * i);
    qn_sha1_portable_expand_words(w);
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

void qn_sha1_portable_block(uint32_t after[5], const uint32_t before[5],
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

/* All ones where the condition holds, else all but `vectors`. */
#define STRIKE(i, p, j, q, xor, vectors)                                       \
    set &= ((xor) ? 0 - ((w[i] >> (p) ^ w[j] >> (q)) & 1)                      \
                  : ((w[i] >> (p) ^ w[j] >> (q)) & 1) - 1) |                   \
           ~(vectors);

uint32_t qn_sha1_portable_check(const uint32_t w[80])
{
    uint32_t set = UINT32_MAX;

    QN_SHA1_CONDITIONS_EARLY(STRIKE)
    if (set == 0)
        return 0;
    QN_SHA1_CONDITIONS_MIDDLE(STRIKE)
    if (set == 0)
        return 0;
    QN_SHA1_CONDITIONS_LATE(STRIKE)
    return set;
}

void qn_sha1_portable_batch(uint32_t chain[][5], const uint8_t *blocks,
                            size_t count, uint32_t *vectors)
{
    uint32_t w[80];
    size_t i;

    for (i = 0; i < count; i++) {
        qn_sha1_portable_expand(w, blocks + i * QN_SHA1_BLOCK);
        vectors[i] = qn_sha1_portable_check(w);
        qn_sha1_portable_block(chain[i + 1], chain[i], w);
    }
}
