/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include "base/endian.h"

const uint32_t qn_sha1_start[5] = {0x67452301, 0xefcdab89, 0x98badcfe,
                                   0x10325476, 0xc3d2e1f0};

static inline uint32_t rotate_left(uint32_t x, unsigned count)
{
    return x << count | x >> (32 - count);
}

static void compress_block(uint32_t state[5], const uint8_t *block)
{
    uint32_t w[80];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], t;
    unsigned i;

    for (i = 0; i < 16; i++)
        w[i] = qn_endian_load32(block + 4 * i);
    for (; i < 80; i++)
        w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (i = 0; i < 80; i++) {
        if (i < 20)
            t = (d ^ (b & (c ^ d))) + 0x5a827999;
        else if (i < 40)
            t = (b ^ c ^ d) + 0x6ed9eba1;
        else if (i < 60)
            t = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
        else
            t = (b ^ c ^ d) + 0xca62c1d6;
        t += rotate_left(a, 5) + e + w[i];
        e = d;
        d = c;
        c = rotate_left(b, 30);
        b = a;
        a = t;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

bool qn_sha1_portable(uint32_t state[5], const uint8_t *blocks, size_t count)
{
    for (; count > 0; count--, blocks += 64)
        compress_block(state, blocks);
    return false;
}
