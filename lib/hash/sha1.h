/* SPDX-License-Identifier: MIT */
/* SHA-1's compression function with collision detection, in the ways the CPU
 * may know.  All give the same states and the same verdicts.
 *
 *   batch    up to 16 blocks of one stream: chaining values, and for each block
 *            the set of disturbance vectors whose conditions all hold
 *   lanes    one block of each of 8 or 16 streams at once, likewise
 *   verdict  blocks with such vectors (4.7% of random ones) are compressed
 *            again, shifted by the vector: an attack meets its other half
 *
 * The conditions look at the block alone, not at the chaining value: that is
 * why many blocks can be looked at at once.
 */
#ifndef QN_HASH_SHA1_H
#define QN_HASH_SHA1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QN_SHA1_BATCH 16 /* blocks of a batch, and the most lanes */
#define QN_SHA1_LANES 16
#define QN_SHA1_BLOCK 64
#define QN_SHA1_WORDS 5

extern const uint32_t qn_sha1_start[5];

struct qn_sha1_vector;

/* chain[0] is given; chain[1] to chain[count] and vectors[0] to
 * vectors[count - 1] are filled.  count: 1 to QN_SHA1_BATCH. */
typedef void qn_sha1_batch_fn(uint32_t chain[][5], const uint8_t *blocks,
                              size_t count, uint32_t *vectors);

/* The chaining values alone. */
typedef void qn_sha1_blocks_fn(uint32_t chain[][5], const uint8_t *blocks,
                               size_t count);

/* Lane l: the state in state[0..4][l] takes in the block at blocks[l]. */
typedef void qn_sha1_lanes_fn(uint32_t state[5][QN_SHA1_LANES],
                              const uint8_t *const *blocks, uint32_t *vectors);

/* Blocks that wait for their verdict, each with one vector.  All vectors have
 * the same test step. */
struct qn_sha1_suspects {
    uint32_t count;
    uint32_t test_step;
    const struct qn_sha1_vector *vectors[QN_SHA1_LANES];
    uint32_t *flags[QN_SHA1_LANES]; /* set to 1 by the verdict "attack" */
    uint32_t before[5][QN_SHA1_LANES];
    uint32_t after[5][QN_SHA1_LANES];
    uint8_t blocks[QN_SHA1_LANES][QN_SHA1_BLOCK];
};

/* Bit l: suspect l is half of an attack.  Looks at all lanes, whatever `count`
 * says; those beyond it must only be readable. */
typedef uint32_t qn_sha1_judge_fn(const struct qn_sha1_suspects *suspects);

struct qn_sha1_engine {
    const char *name;
    qn_sha1_blocks_fn *blocks;
    qn_sha1_batch_fn *batch;
    qn_sha1_lanes_fn *lanes; /* NULL: none */
    qn_sha1_judge_fn *judge; /* NULL: none */
    uint32_t lane_count;     /* 1: none */
    uint32_t features;       /* what it needs (hash/cpu.h) */
};

/* The engines that this program has, best first; the last is portable.  Those
 * the CPU lacks `features` for must not be run. */
const struct qn_sha1_engine *qn_sha1_engines(size_t *count);
/* The best for this CPU. */
const struct qn_sha1_engine *qn_sha1_engine(void);

/* Take in `count` blocks; true when one of them is half of an attack (the state
 * is that of plain SHA-1 all the same). */
bool qn_sha1_compress(const struct qn_sha1_engine *engine, uint32_t state[5],
                      const uint8_t *blocks, size_t count);

/* Plain SHA-1. */
void qn_sha1_compress_unchecked(const struct qn_sha1_engine *engine,
                                uint32_t state[5], const uint8_t *blocks,
                                size_t count);

/* sha1_portable.c: the 80 words of a block. */
void qn_sha1_portable_expand(uint32_t w[80], const uint8_t *block);
/* Plain compression, and the check alone. */
qn_sha1_blocks_fn qn_sha1_portable_blocks;
void qn_sha1_portable_check(const uint8_t *blocks, size_t count,
                            uint32_t *vectors);
qn_sha1_batch_fn qn_sha1_portable_batch;

/* sha1_recompress.c: is the block half of an attack that used `vector`?
 * `before` and `after` are the chaining values around it. */
bool qn_sha1_recompress(const uint8_t *block, const uint32_t before[5],
                        const uint32_t after[5],
                        const struct qn_sha1_vector *vector);

/* sha1_suspects.c: the blocks of a message or of many that wait, in order to be
 * judged a register full at a time. */
struct qn_sha1_court {
    const struct qn_sha1_engine *engine;
    struct qn_sha1_suspects suspects[2]; /* of the two test steps */
};
void qn_sha1_suspects_begin(struct qn_sha1_court *court,
                            const struct qn_sha1_engine *engine);
/* `*flag` becomes 1, now or by qn_sha1_suspects_end at the latest, if the block
 * is half of an attack by one of the set `vectors`. */
void qn_sha1_suspects_add(struct qn_sha1_court *court, const uint8_t *block,
                          const uint32_t before[5], const uint32_t after[5],
                          uint32_t vectors, uint32_t *flag);
void qn_sha1_suspects_end(struct qn_sha1_court *court);

/* sha1_vectors.c: the XOR difference of the expanded message, and the step
 * whose state both halves of an attack share. */
struct qn_sha1_vector {
    uint32_t test_step;
    uint32_t words[80];
};
extern const struct qn_sha1_vector qn_sha1_vectors[32];

/* sha1_x86.c: plain compression by the SHA extensions. */
qn_sha1_blocks_fn qn_sha1_x86_blocks;

/* sha1_avx2.c, sha1_avx512.c */
void qn_sha1_avx2_check(const uint8_t *blocks, size_t count, uint32_t *vectors);
qn_sha1_lanes_fn qn_sha1_avx2_lanes;
void qn_sha1_avx512_check(const uint8_t *blocks, size_t count,
                          uint32_t *vectors);
/* QN_SHA1_BATCH blocks: qn_sha1_x86_blocks and the check in one; needs both. */
void qn_sha1_avx512_woven(uint32_t chain[][5], const uint8_t *blocks,
                          uint32_t *vectors);
qn_sha1_lanes_fn qn_sha1_avx512_lanes;
qn_sha1_judge_fn qn_sha1_avx512_judge;

#endif
