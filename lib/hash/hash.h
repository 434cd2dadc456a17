/* SPDX-License-Identifier: MIT */
/* Hashing: SHA-1 with collision detection, and SHA-256, chosen by number.
 *
 * The implementation (SHA instructions, SIMD lanes, portable) is chosen at run
 * time from the CPU.  A SHA-1 collision attack in the input makes
 * qn_hash_final and the whole-buffer forms answer QN_CORRUPT with reason
 * "hash.collision".
 */
#ifndef QN_HASH_HASH_H
#define QN_HASH_HASH_H

#include "base/ctx.h"
#include "hash/id.h"

/* Bytes that wait to be taken in together: as many blocks as are checked for
 * collisions at once. */
#define QN_HASH_BUFFER_SIZE 1024

/* Room for either algorithm's state; copyable. */
struct qn_hash {
    uint32_t algorithm;
    uint32_t has_collision;
    uint32_t is_unchecked; /* see qn_hash_init_unchecked */
    uint64_t byte_count;
    uint32_t state[8];
    uint8_t buffer[QN_HASH_BUFFER_SIZE]; /* the last byte_count % its size */
};

void qn_hash_init(struct qn_hash *hash, uint32_t algorithm);
/* The same digests without looking for collision attacks, which is faster: for
 * the checksum at the end of a file (pack, index, ...), never for an id. */
void qn_hash_init_unchecked(struct qn_hash *hash, uint32_t algorithm);
void qn_hash_update(struct qn_hash *hash, const void *data, size_t size);
enum qn_status qn_hash_final(struct qn_ctx *ctx, struct qn_hash *hash,
                             struct qn_id *out) QN_MUST_USE;

/* The hash of one buffer. */
enum qn_status qn_hash_buffer(struct qn_ctx *ctx, uint32_t algorithm,
                              struct qn_bytes data,
                              struct qn_id *out) QN_MUST_USE;

/* The checksum of a file's content: see qn_hash_init_unchecked. */
void qn_hash_checksum(uint32_t algorithm, struct qn_bytes data,
                      struct qn_id *out);

/* Files beside the objects (commit-graph, multi-pack-index) up to this size are
 * proven by their checksum when they are opened: it costs less than opening
 * them.  docs/decisions/damaged-accelerators.md. */
#define QN_HASH_PROVEN_SIZE ((size_t)256 * 1024)
/* Do the last bytes of the file say what the rest hashes to?  Larger files than
 * that are believed. */
bool qn_hash_proves(uint32_t algorithm, struct qn_bytes file);

/* The id of an object: hash of "<type> <size>\0" and the data.  `type_name` is
 * "blob", "tree", "commit" or "tag" (or any word, for hash-object --literally).
 */
enum qn_status qn_hash_object(struct qn_ctx *ctx, uint32_t algorithm,
                              const char *type_name, struct qn_bytes data,
                              struct qn_id *out) QN_MUST_USE;

/* Many at once, in SIMD lanes where the CPU has them: the hash of `prefix`
 * followed by `data` for each.  `status[i]` is QN_OK or QN_CORRUPT. */
struct qn_hash_job {
    uint8_t prefix[32];
    uint32_t prefix_size;
    struct qn_bytes data;
    struct qn_id id;    /* out */
    uint32_t collision; /* out: not 0 when an attack was found */
};
void qn_hash_many(uint32_t algorithm, struct qn_hash_job *jobs, size_t count);
/* Jobs that fill the lanes; hand qn_hash_many a multiple of it. */
size_t qn_hash_lane_count(uint32_t algorithm);

/* "sha-ni+avx512", "portable", ...: what was chosen. */
const char *qn_hash_implementation(uint32_t algorithm);

#endif
