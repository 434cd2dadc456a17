/* SPDX-License-Identifier: MIT */
#include "hash/sha256.h"

#include "base/compiler.h"
#include "base/endian.h"
#include "hash/cpu.h"

const uint32_t qn_sha256_start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                     0xa54ff53a, 0x510e527f, 0x9b05688c,
                                     0x1f83d9ab, 0x5be0cd19};

const uint32_t qn_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate_right(uint32_t x, unsigned count)
{
    return x >> count | x << (32 - count);
}

static void compress_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    unsigned i;

    for (i = 0; i < 16; i++)
        w[i] = qn_endian_load32(block + 4 * i);
    for (; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];

        w[i] = w[i - 16] + w[i - 7] +
               (rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3) +
               (rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10);
    }
    for (i = 0; i < 64; i++) {
        uint32_t t1 =
            h +
            (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +
            (g ^ (e & (f ^ g))) + qn_sha256_constants[i] + w[i];
        uint32_t t2 =
            (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) +
            ((a & b) | (c & (a | b)));

        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

void qn_sha256_portable(uint32_t state[8], const uint8_t *blocks, size_t count)
{
    for (; count > 0; count--, blocks += 64)
        compress_block(state, blocks);
}

static const struct qn_sha256_engine engines[] = {
#ifdef QN_HASH_X86
    {"sha-ni+avx512", qn_sha256_x86, qn_sha256_avx512_lanes, 16, 10,
     QN_CPU_SHA | QN_CPU_AVX512},
    {"avx512", qn_sha256_portable, qn_sha256_avx512_lanes, 16, 2,
     QN_CPU_AVX512},
    /* eight lanes of AVX2 are slower than the SHA instructions */
    {"sha-ni", qn_sha256_x86, NULL, 1, 2, QN_CPU_SHA},
    {"avx2", qn_sha256_portable, qn_sha256_avx2_lanes, 8, 2, QN_CPU_AVX2},
#endif
    {"portable", qn_sha256_portable, NULL, 1, 2, 0},
};

const struct qn_sha256_engine *qn_sha256_engines(size_t *count)
{
    *count = QN_COUNT_OF(engines);
    return engines;
}

const struct qn_sha256_engine *qn_sha256_engine(void)
{
    uint32_t features = qn_cpu_features();
    const struct qn_sha256_engine *engine = engines;

    while ((engine->features & features) != engine->features)
        engine++;
    return engine;
}
