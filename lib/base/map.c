/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "base/ctx.h"
#include "base/memory.h"

void qn_map_dispose(struct qn_map *map)
{
    qn_memory_free(map->items);
    qn_memory_free(map->slots);
    qn_arena_dispose(&map->keys);
    *map = (struct qn_map)QN_MAP_INIT;
}

/* The slot of `key`, or the free slot where it would go. */
static size_t find_slot(const struct qn_map *map, struct qn_bytes key,
                        uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    size_t slot = (size_t)hash & mask;

    while (map->slots[slot]) {
        const struct qn_map_item *item = &map->items[map->slots[slot] - 1];

        if (item->hash == hash && qn_bytes_is_equal(item->key, key))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

struct qn_map_item *qn_map_find(const struct qn_map *map, struct qn_bytes key)
{
    size_t slot;

    if (map->count == 0)
        return NULL;
    slot = find_slot(map, key, qn_bytes_hash(key));
    return map->slots[slot] ? &map->items[map->slots[slot] - 1] : NULL;
}

static enum qn_status rehash(struct qn_ctx *ctx, struct qn_map *map)
{
    size_t slot_count = map->slot_count ? map->slot_count * 2 : 16;
    uint32_t *slots = qn_memory_calloc(ctx, slot_count, sizeof(*slots));
    size_t i;

    if (!slots)
        return QN_NO_MEMORY;
    qn_memory_free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    for (i = 0; i < map->count; i++) {
        size_t slot = (size_t)map->items[i].hash & (slot_count - 1);

        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    return QN_OK;
}

struct qn_map_item *qn_map_put(struct qn_ctx *ctx, struct qn_map *map,
                               struct qn_bytes key, bool *is_new)
{
    uint64_t hash = qn_bytes_hash(key);
    struct qn_map_item *item;
    char *copy;
    size_t slot;

    if (is_new)
        *is_new = false;
    if (map->slot_count) {
        slot = find_slot(map, key, hash);
        if (map->slots[slot])
            return &map->items[map->slots[slot] - 1];
    }
    if (map->count >= UINT32_MAX - 1) {
        (void)qn_ctx_fail(ctx, QN_TOO_BIG, "a map is full");
        return NULL;
    }
    if (qn_memory_grow(ctx, &map->items, &map->capacity, map->count + 1,
                       sizeof(*map->items)))
        return NULL;
    if ((map->count + 1) * 4 > map->slot_count * 3 && rehash(ctx, map))
        return NULL;
    copy = qn_arena_copy(ctx, &map->keys, key);
    if (!copy)
        return NULL;
    slot = find_slot(map, key, hash);
    item = &map->items[map->count++];
    *item = (struct qn_map_item){qn_bytes_make(copy, key.size), hash, NULL, 0};
    map->slots[slot] = (uint32_t)map->count;
    if (is_new)
        *is_new = true;
    return item;
}
