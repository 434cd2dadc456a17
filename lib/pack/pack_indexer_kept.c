/* SPDX-License-Identifier: MIT */
/* An entry has one place, by its number; places are shared out among shards,
 * each with its mutex.  What was asked for since the hand came by is let stay
 * once more. */
#include "pack/pack_indexer_kept.h"

#include "base/memory.h"
#include "os/mutex.h"

#define SHARD_COUNT 16u
#define PLACE_COUNT 8192u /* of a shard */

struct place {
    struct qn_pack_indexer_node *node;
    uint32_t entry;
    bool was_used;
};

struct shard {
    struct qn_mutex *mutex;
    struct place *places;
    size_t size; /* bytes */
    uint32_t hand;
};

struct qn_pack_indexer_kept {
    struct shard shards[SHARD_COUNT];
    size_t limit; /* of a shard */
};

enum qn_status qn_pack_indexer_kept_new(struct qn_ctx *ctx,
                                        struct qn_pack_indexer_work *work,
                                        struct qn_pack_indexer_kept **out)
{
    struct qn_pack_indexer_pool pool = {.work = work};
    struct qn_pack_indexer_kept *kept = qn_memory_calloc(ctx, 1, sizeof(*kept));
    enum qn_status status = kept ? QN_OK : QN_NO_MEMORY;
    uint32_t i;

    if (status)
        return status;
    kept->limit = (size_t)(work->memory_limit / SHARD_COUNT);
    for (i = 0; i < SHARD_COUNT && !status; i++) {
        status = qn_mutex_new(ctx, &kept->shards[i].mutex);
        if (status)
            break;
        kept->shards[i].places =
            qn_memory_calloc(ctx, PLACE_COUNT, sizeof(struct place));
        status = kept->shards[i].places ? QN_OK : QN_NO_MEMORY;
    }
    if (status)
        qn_pack_indexer_kept_free(kept, &pool);
    else
        *out = kept;
    return status;
}

void qn_pack_indexer_kept_free(struct qn_pack_indexer_kept *kept,
                               struct qn_pack_indexer_pool *pool)
{
    uint32_t i, j;

    if (!kept)
        return;
    for (i = 0; i < SHARD_COUNT; i++) {
        struct shard *shard = &kept->shards[i];

        for (j = 0; shard->places && j < PLACE_COUNT; j++)
            qn_pack_indexer_node_release(pool, shard->places[j].node);
        qn_memory_free(shard->places);
        qn_mutex_free(shard->mutex);
    }
    qn_memory_free(kept);
}

/* Take one out that was not used of late; NULL when there is none. */
static struct qn_pack_indexer_node *evict(struct shard *shard)
{
    uint32_t steps;

    for (steps = 0; steps < 2 * PLACE_COUNT; steps++) {
        struct place *place = &shard->places[shard->hand];
        struct qn_pack_indexer_node *node = place->node;

        shard->hand = (shard->hand + 1) % PLACE_COUNT;
        if (!node)
            continue;
        if (place->was_used) {
            place->was_used = false;
            continue;
        }
        place->node = NULL;
        shard->size -= node->capacity;
        return node;
    }
    return NULL;
}

void qn_pack_indexer_kept_put(struct qn_pack_indexer_kept *kept,
                              struct qn_pack_indexer_pool *pool, uint32_t entry,
                              struct qn_pack_indexer_node *node)
{
    struct shard *shard = &kept->shards[entry % SHARD_COUNT];
    struct place *place = &shard->places[entry / SHARD_COUNT % PLACE_COUNT];
    struct qn_pack_indexer_node *old;

    if (node->capacity > kept->limit)
        return;
    qn_pack_indexer_node_retain(node);
    qn_mutex_lock(shard->mutex);
    old = place->node;
    if (old)
        shard->size -= old->capacity;
    place->node = node;
    place->entry = entry;
    place->was_used = true;
    shard->size += node->capacity;
    while (shard->size > kept->limit) {
        struct qn_pack_indexer_node *out = evict(shard);

        if (!out)
            break;
        qn_pack_indexer_node_release(pool, out);
    }
    qn_mutex_unlock(shard->mutex);
    qn_pack_indexer_node_release(pool, old);
}

struct qn_pack_indexer_node *
qn_pack_indexer_kept_get(struct qn_pack_indexer_kept *kept, uint32_t entry)
{
    struct shard *shard = &kept->shards[entry % SHARD_COUNT];
    struct place *place = &shard->places[entry / SHARD_COUNT % PLACE_COUNT];
    struct qn_pack_indexer_node *node = NULL;

    qn_mutex_lock(shard->mutex);
    if (place->node && place->entry == entry) {
        node = place->node;
        place->was_used = true;
        qn_pack_indexer_node_retain(node);
    }
    qn_mutex_unlock(shard->mutex);
    return node;
}
