/* SPDX-License-Identifier: MIT */
#include "hash/sha1.h"

#include "base/compiler.h"
#include "hash/cpu.h"

#include <string.h>

const uint32_t qn_sha1_start[5] = {0x67452301, 0xefcdab89, 0x98badcfe,
                                   0x10325476, 0xc3d2e1f0};

#ifdef QN_HASH_X86

static void batch_sha_avx512(uint32_t chain[][5], const uint8_t *blocks,
                             size_t count, uint32_t *vectors)
{
    qn_sha1_avx512_check(blocks, count, vectors);
    qn_sha1_x86_blocks(chain, blocks, count);
}

static void batch_woven(uint32_t chain[][5], const uint8_t *blocks,
                        size_t count, uint32_t *vectors)
{
    if (count == QN_SHA1_BATCH)
        qn_sha1_avx512_woven(chain, blocks, vectors);
    else
        batch_sha_avx512(chain, blocks, count, vectors);
}

static void batch_sha_avx2(uint32_t chain[][5], const uint8_t *blocks,
                           size_t count, uint32_t *vectors)
{
    qn_sha1_avx2_check(blocks, count, vectors);
    qn_sha1_x86_blocks(chain, blocks, count);
}

static void batch_avx512(uint32_t chain[][5], const uint8_t *blocks,
                         size_t count, uint32_t *vectors)
{
    qn_sha1_avx512_check(blocks, count, vectors);
    qn_sha1_portable_blocks(chain, blocks, count);
}

static void batch_avx2(uint32_t chain[][5], const uint8_t *blocks, size_t count,
                       uint32_t *vectors)
{
    qn_sha1_avx2_check(blocks, count, vectors);
    qn_sha1_portable_blocks(chain, blocks, count);
}

#endif

static const struct qn_sha1_engine engines[] = {
#ifdef QN_HASH_X86
    {"sha-ni+avx512, woven", qn_sha1_x86_blocks, batch_woven,
     qn_sha1_avx512_lanes, qn_sha1_avx512_judge, 16,
     QN_CPU_SHA | QN_CPU_AVX512 | QN_CPU_WEAVES},
    {"sha-ni+avx512", qn_sha1_x86_blocks, batch_sha_avx512,
     qn_sha1_avx512_lanes, qn_sha1_avx512_judge, 16,
     QN_CPU_SHA | QN_CPU_AVX512},
    {"avx512", qn_sha1_portable_blocks, batch_avx512, qn_sha1_avx512_lanes,
     qn_sha1_avx512_judge, 16, QN_CPU_AVX512},
    {"sha-ni+avx2", qn_sha1_x86_blocks, batch_sha_avx2, qn_sha1_avx2_lanes,
     NULL, 8, QN_CPU_SHA | QN_CPU_AVX2},
    {"avx2", qn_sha1_portable_blocks, batch_avx2, qn_sha1_avx2_lanes, NULL, 8,
     QN_CPU_AVX2},
#endif
    {"portable", qn_sha1_portable_blocks, qn_sha1_portable_batch, NULL, NULL, 1,
     0},
};

const struct qn_sha1_engine *qn_sha1_engines(size_t *count)
{
    *count = QN_COUNT_OF(engines);
    return engines;
}

const struct qn_sha1_engine *qn_sha1_engine(void)
{
    uint32_t features = qn_cpu_features();
    const struct qn_sha1_engine *engine = engines;

    while ((engine->features & features) != engine->features)
        engine++;
    return engine;
}

bool qn_sha1_compress(const struct qn_sha1_engine *engine, uint32_t state[5],
                      const uint8_t *blocks, size_t count)
{
    uint32_t chain[QN_SHA1_BATCH + 1][5];
    uint32_t vectors[QN_SHA1_BATCH];
    uint32_t is_attack = 0;
    struct qn_sha1_court court;

    qn_sha1_suspects_begin(&court, engine);
    memcpy(chain[0], state, sizeof(chain[0]));
    while (count > 0) {
        size_t n = count < QN_SHA1_BATCH ? count : QN_SHA1_BATCH;
        size_t i;

        engine->batch(chain, blocks, n, vectors);
        for (i = 0; i < n; i++)
            if (QN_UNLIKELY(vectors[i]))
                qn_sha1_suspects_add(&court, blocks + i * QN_SHA1_BLOCK,
                                     chain[i], chain[i + 1], vectors[i],
                                     &is_attack);
        memcpy(chain[0], chain[n], sizeof(chain[0]));
        blocks += n * QN_SHA1_BLOCK;
        count -= n;
    }
    memcpy(state, chain[0], sizeof(chain[0]));
    qn_sha1_suspects_end(&court);
    return is_attack != 0;
}

void qn_sha1_compress_unchecked(const struct qn_sha1_engine *engine,
                                uint32_t state[5], const uint8_t *blocks,
                                size_t count)
{
    uint32_t chain[QN_SHA1_BATCH + 1][5];

    memcpy(chain[0], state, sizeof(chain[0]));
    while (count > 0) {
        size_t n = count < QN_SHA1_BATCH ? count : QN_SHA1_BATCH;

        engine->blocks(chain, blocks, n);
        memcpy(chain[0], chain[n], sizeof(chain[0]));
        blocks += n * QN_SHA1_BLOCK;
        count -= n;
    }
    memcpy(state, chain[0], sizeof(chain[0]));
}
