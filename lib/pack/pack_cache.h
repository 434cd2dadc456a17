/* SPDX-License-Identifier: MIT */
/* The delta-base cache: contents of pack entries that others were built on.
 *
 * Belongs to one view.  Keyed by pack and offset; bounded in bytes; the least
 * recently used goes first.
 */
#ifndef QN_PACK_PACK_CACHE_H
#define QN_PACK_PACK_CACHE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "object/object.h"
#include "pack/pack_file.h"

struct qn_pack_cache_item {
    const struct qn_pack_file *pack; /* NULL: free */
    uint64_t offset;
    enum qn_object_type type;
    struct qn_buf data;
    uint32_t next_in_bucket; /* numbers are position + 1; 0: none */
    uint32_t newer;
    uint32_t older;
};

struct qn_pack_cache {
    struct qn_pack_cache_item *items;
    size_t item_capacity;
    uint32_t item_count;
    uint32_t first_free;
    uint32_t *buckets;
    size_t bucket_count;
    uint32_t newest;
    uint32_t oldest;
    uint64_t size;
    uint64_t limit;
};

void qn_pack_cache_init(struct qn_pack_cache *cache, uint64_t limit);
void qn_pack_cache_dispose(struct qn_pack_cache *cache);
/* Forget all of it, as when the packs change. */
void qn_pack_cache_clear(struct qn_pack_cache *cache);
/* The item, made the newest; valid until the next put.  NULL: not there. */
struct qn_pack_cache_item *qn_pack_cache_find(struct qn_pack_cache *cache,
                                              const struct qn_pack_file *pack,
                                              uint64_t offset);
/* Give `data` to the cache, which it leaves empty; it is freed when it is too
 * large to keep or there is no memory: a cache never fails. */
void qn_pack_cache_put(struct qn_ctx *ctx, struct qn_pack_cache *cache,
                       const struct qn_pack_file *pack, uint64_t offset,
                       enum qn_object_type type, struct qn_buf *data);

#endif
