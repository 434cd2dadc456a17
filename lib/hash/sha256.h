/* SPDX-License-Identifier: MIT */
/* SHA-256's compression function (FIPS 180-4), in the ways the CPU may know.
 * `blocks` is `count` blocks of 64 bytes. */
#ifndef QN_HASH_SHA256_H
#define QN_HASH_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define QN_SHA256_WORDS 8
#define QN_SHA256_LANES 16 /* the most */

extern const uint32_t qn_sha256_start[QN_SHA256_WORDS];
extern const uint32_t qn_sha256_constants[64];

/* `count` blocks of one stream. */
typedef void qn_sha256_blocks_fn(uint32_t state[QN_SHA256_WORDS],
                                 const uint8_t *blocks, size_t count);

/* Lane l: the state in state[0..7][l] takes in the block at blocks[l]. */
typedef void
qn_sha256_lanes_fn(uint32_t state[QN_SHA256_WORDS][QN_SHA256_LANES],
                   const uint8_t *const *blocks);

struct qn_sha256_engine {
    const char *name;
    qn_sha256_blocks_fn *blocks;
    qn_sha256_lanes_fn *lanes; /* NULL: none, or slower than `blocks` */
    uint32_t lane_count;       /* 1: none */
    uint32_t lane_floor;       /* streams from which on `lanes` is faster:
                                * what a step costs, in blocks of `blocks` */
    uint32_t features;         /* what it needs (hash/cpu.h) */
};

/* The engines that this program has, best first; the last is portable.  Those
 * the CPU lacks `features` for must not be run. */
const struct qn_sha256_engine *qn_sha256_engines(size_t *count);
/* The best for this CPU. */
const struct qn_sha256_engine *qn_sha256_engine(void);

qn_sha256_blocks_fn qn_sha256_portable;
/* sha256_x86.c: needs the SHA extensions. */
qn_sha256_blocks_fn qn_sha256_x86;

/* sha256_avx2.c, sha256_avx512.c: 8 and 16 lanes. */
qn_sha256_lanes_fn qn_sha256_avx2_lanes;
qn_sha256_lanes_fn qn_sha256_avx512_lanes;

#endif
