/* SPDX-License-Identifier: MIT */
#include "pack/pack_cache.h"

#include "base/env.h"
#include "base/memory.h"

#define BUCKETS_FIRST 1024
/* What an item costs beside its data. */
#define ITEM_COST sizeof(struct qn_pack_cache_item)

void qn_pack_cache_init(struct qn_pack_cache *cache, uint64_t limit)
{
    memset(cache, 0, sizeof(*cache));
    cache->limit = limit;
}

static uint32_t *bucket_of(struct qn_pack_cache *cache,
                           const struct qn_pack_file *pack, uint64_t offset)
{
    uint64_t hash = (offset + (uintptr_t)pack) * 0x9e3779b97f4a7c15u;

    return &cache->buckets[hash >> 32 & (cache->bucket_count - 1)];
}

static void unlink_age(struct qn_pack_cache *cache,
                       struct qn_pack_cache_item *item)
{
    if (item->newer)
        cache->items[item->newer - 1].older = item->older;
    else
        cache->newest = item->older;
    if (item->older)
        cache->items[item->older - 1].newer = item->newer;
    else
        cache->oldest = item->newer;
}

static void link_newest(struct qn_pack_cache *cache, uint32_t number)
{
    struct qn_pack_cache_item *item = &cache->items[number - 1];

    item->newer = 0;
    item->older = cache->newest;
    if (cache->newest)
        cache->items[cache->newest - 1].newer = number;
    else
        cache->oldest = number;
    cache->newest = number;
}

static void drop(struct qn_pack_cache *cache, uint32_t number)
{
    struct qn_pack_cache_item *item = &cache->items[number - 1];
    uint32_t *at = bucket_of(cache, item->pack, item->offset);

    while (*at != number)
        at = &cache->items[*at - 1].next_in_bucket;
    *at = item->next_in_bucket;
    unlink_age(cache, item);
    cache->size -= item->data.capacity + ITEM_COST;
    qn_buf_dispose(&item->data);
    item->pack = NULL;
    item->next_in_bucket = cache->first_free;
    cache->first_free = number;
}

void qn_pack_cache_clear(struct qn_pack_cache *cache)
{
    while (cache->oldest)
        drop(cache, cache->oldest);
}

void qn_pack_cache_dispose(struct qn_pack_cache *cache)
{
    qn_pack_cache_clear(cache);
    qn_memory_free(cache->items);
    qn_memory_free(cache->buckets);
    qn_pack_cache_init(cache, cache->limit);
}

struct qn_pack_cache_item *qn_pack_cache_find(struct qn_pack_cache *cache,
                                              const struct qn_pack_file *pack,
                                              uint64_t offset)
{
    uint32_t number;

    if (!cache->buckets)
        return NULL;
    for (number = *bucket_of(cache, pack, offset); number;
         number = cache->items[number - 1].next_in_bucket) {
        struct qn_pack_cache_item *item = &cache->items[number - 1];

        if (item->pack == pack && item->offset == offset) {
            if (cache->newest != number) {
                unlink_age(cache, item);
                link_newest(cache, number);
            }
            return item;
        }
    }
    return NULL;
}

/* As many buckets as items: most questions are for what is not there, and each
 * item in the bucket costs a look far away. */
static bool grow_buckets(struct qn_env *env, struct qn_pack_cache *cache)
{
    size_t count =
        cache->bucket_count ? cache->bucket_count * 2 : BUCKETS_FIRST;
    uint32_t *buckets = qn_memory_new(env, count * sizeof(*buckets));
    uint32_t number;

    if (!buckets)
        return false;
    memset(buckets, 0, count * sizeof(*buckets));
    qn_memory_free(cache->buckets);
    cache->buckets = buckets;
    cache->bucket_count = count;
    for (number = cache->oldest; number;
         number = cache->items[number - 1].newer) {
        struct qn_pack_cache_item *item = &cache->items[number - 1];
        uint32_t *bucket = bucket_of(cache, item->pack, item->offset);

        item->next_in_bucket = *bucket;
        *bucket = number;
    }
    return true;
}

/* Room for one more item; memory that cannot be had is no error here. */
static bool has_room(struct qn_ctx *ctx, struct qn_pack_cache *cache)
{
    struct qn_env *env = qn_ctx_env(ctx);

    if (cache->item_count >= cache->bucket_count && !grow_buckets(env, cache) &&
        !cache->buckets)
        return false;
    if (!cache->first_free && cache->item_count == cache->item_capacity) {
        size_t capacity = cache->item_capacity ? cache->item_capacity * 2 : 256;
        struct qn_pack_cache_item *items =
            cache->items
                ? qn_memory_resize(env, cache->items, capacity * sizeof(*items))
                : qn_memory_new(env, capacity * sizeof(*items));

        if (!items)
            return false;
        cache->items = items;
        cache->item_capacity = capacity;
    }
    return true;
}

void qn_pack_cache_put(struct qn_ctx *ctx, struct qn_pack_cache *cache,
                       const struct qn_pack_file *pack, uint64_t offset,
                       enum qn_object_type type, struct qn_buf *data)
{
    uint64_t cost = data->capacity + ITEM_COST;
    struct qn_pack_cache_item *item;
    uint32_t number, *bucket;

    if (cost > cache->limit / 2 || !has_room(ctx, cache)) {
        qn_buf_dispose(data);
        return;
    }
    while (cache->size + cost > cache->limit && cache->oldest)
        drop(cache, cache->oldest);
    if (cache->first_free) {
        number = cache->first_free;
        cache->first_free = cache->items[number - 1].next_in_bucket;
    } else {
        number = ++cache->item_count;
    }
    item = &cache->items[number - 1];
    item->pack = pack;
    item->offset = offset;
    item->type = type;
    item->data = *data;
    *data = (struct qn_buf)QN_BUF_INIT;
    cache->size += cost;
    bucket = bucket_of(cache, pack, offset);
    item->next_in_bucket = *bucket;
    *bucket = number;
    link_newest(cache, number);
}
