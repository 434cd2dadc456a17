/* SPDX-License-Identifier: MIT */
/* Equal questions of a repository that did not change get the answer that is
 * there, or is being made: a clone that sixteen ask for at once is made once.
 * Bounded in bytes and in number; the least used go.  Safe for threads. */
#ifndef QUOIN_SERVER_RESPONSE_CACHE_H
#define QUOIN_SERVER_RESPONSE_CACHE_H

#include "hash/id.h"
#include "server/response.h"

struct response_cache;

/* `most`: bytes of all; 0: nothing is kept. */
struct response_cache *response_cache_new(uint64_t most, int64_t stall_ms);
void response_cache_free(struct response_cache *cache);
/* Attach `reader` to the answer to `key` (SHA-256; NULL: an answer of its own).
 * `*out` then is a new one that the caller has to make, and owns; or NULL: it
 * is made already, or somebody makes it.  False: no memory. */
bool response_cache_get(struct response_cache *cache, const struct qn_id *key,
                        struct response_reader *reader, struct response **out);
/* Forget all. */
void response_cache_clear(struct response_cache *cache);
void response_cache_count(struct response_cache *cache, uint64_t *bytes,
                          uint64_t *hits, uint64_t *misses);

#endif
