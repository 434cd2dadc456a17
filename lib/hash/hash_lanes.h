/* SPDX-License-Identifier: MIT */
/* Hashes of many messages, a lane each: a lane whose message is done takes the
 * next one; when too few are left to fill the lanes, they end one by one. */
#ifndef QN_HASH_HASH_LANES_H
#define QN_HASH_HASH_LANES_H

#include "hash/hash.h"

struct qn_sha1_engine;
struct qn_sha256_engine;

/* `engine` has lanes (or a floor above its lane count, which makes each message
 * end by itself).  Fills `id` and `collision` of each job. */
void qn_hash_lanes_run(const struct qn_sha1_engine *engine,
                       struct qn_hash_job *jobs, size_t count);
void qn_hash_lanes_run_sha256(const struct qn_sha256_engine *engine,
                              struct qn_hash_job *jobs, size_t count);

#endif
