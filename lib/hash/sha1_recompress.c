/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include <string.h>

static inline uint32_t rotate_left(uint32_t x, unsigned count)
{
    return x << count | x >> (32 - count);
}

/* As sums, so that the newest word goes through two operations only. */
#define CHOOSE(x, y, z)   (((x) & (y)) + (~(x) & (z)))
#define PARITY(x, y, z)   ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) + ((z) & ((x) ^ (y))))

#define FORWARD(F, k, end)                                                     \
    for (; i < to && i < (end); i++) {                                         \
        uint32_t t = rotate_left(a, 5) + F(b, c, d) + e + (k) + w[i];          \
                                                                               \
        e = d;                                                                 \
        d = c;                                                                 \
        c = rotate_left(b, 30);                                                \
        b = a;                                                                 \
        a = t;                                                                 \
    }

/* Steps `from` up to `to`. */
static void run_forward(uint32_t s[5], const uint32_t w[80], unsigned from,
                        unsigned to)
{
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    unsigned i = from;

    FORWARD(CHOOSE, 0x5a827999, 20)
    FORWARD(PARITY, 0x6ed9eba1, 40)
    FORWARD(MAJORITY, 0x8f1bbcdc, 60)
    FORWARD(PARITY, 0xca62c1d6, 80)
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = d;
    s[4] = e;
}

#define BACKWARD(F, k, begin)                                                  \
    for (; i > to && i > (begin); i--) {                                       \
        uint32_t t = a;                                                        \
                                                                               \
        a = b;                                                                 \
        b = rotate_left(c, 2);                                                 \
        c = d;                                                                 \
        d = e;                                                                 \
        e = t - rotate_left(a, 5) - (k)-w[i - 1] - F(b, c, d);                 \
    }

/* Undo the steps below `from` down to `to`. */
static void run_backward(uint32_t s[5], const uint32_t w[80], unsigned from,
                         unsigned to)
{
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    unsigned i = from;

    BACKWARD(PARITY, 0xca62c1d6, 60)
    BACKWARD(MAJORITY, 0x8f1bbcdc, 40)
    BACKWARD(PARITY, 0x6ed9eba1, 20)
    BACKWARD(CHOOSE, 0x5a827999, 0)
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = d;
    s[4] = e;
}

bool qn_sha1_recompress(const uint8_t *block, const uint32_t before[5],
                        const uint32_t after[5],
                        const struct qn_sha1_vector *vector)
{
    uint32_t w[80], other[80], start[5], end[5];
    unsigned i;

    qn_sha1_portable_expand(w, block);
    for (i = 0; i < 80; i++)
        other[i] = w[i] ^ vector->words[i];
    for (i = 0; i < 5; i++) /* what the last step left */
        start[i] = after[i] - before[i];
    run_backward(start, w, 80, vector->test_step);
    /* the other half of the attack shares this state */
    memcpy(end, start, sizeof(end));
    run_forward(end, other, vector->test_step, 80);
    run_backward(start, other, vector->test_step, 0);
    for (i = 0; i < 5; i++)
        if (start[i] + end[i] != after[i])
            return false;
    return true;
}
