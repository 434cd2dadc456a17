/* SPDX-License-Identifier: MIT */
#include "hash/id_map.h"

#include "base/memory.h"

#define SMALLEST_SLOT_COUNT 64

/* Ids are as good as random, so that their own bytes serve as the hash. */
static size_t first_slot(const struct qn_id_map *map, const uint8_t *row)
{
    uint64_t hash;

    memcpy(&hash, row, sizeof(hash));
    return (size_t)(hash & (map->slot_count - 1));
}

void qn_id_map_init(struct qn_id_map *map, uint32_t algorithm)
{
    memset(map, 0, sizeof(*map));
    map->algorithm = algorithm;
    map->row_size = (uint32_t)qn_id_size(algorithm);
}

void qn_id_map_dispose(struct qn_id_map *map)
{
    qn_memory_free(map->rows);
    qn_memory_free(map->values);
    qn_memory_free(map->slots);
    qn_id_map_init(map, map->algorithm);
}

void qn_id_map_clear(struct qn_id_map *map)
{
    if (map->slots && map->count > 0)
        memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
    map->count = 0;
}

/* The slot that holds `row`, or the free one where it would go. */
static size_t find_slot(const struct qn_id_map *map, const uint8_t *row)
{
    size_t slot = first_slot(map, row);
    uint32_t held;

    while ((held = map->slots[slot]) != 0) {
        if (memcmp(map->rows + (size_t)(held - 1) * map->row_size, row,
                   map->row_size) == 0)
            break;
        slot = (slot + 1) & (map->slot_count - 1);
    }
    return slot;
}

uint32_t qn_id_map_find_row(const struct qn_id_map *map, const uint8_t *row)
{
    uint32_t held;

    if (map->count == 0)
        return QN_ID_MAP_NONE;
    held = map->slots[find_slot(map, row)];
    return held ? held - 1 : QN_ID_MAP_NONE;
}

uint32_t qn_id_map_find(const struct qn_id_map *map, const struct qn_id *id)
{
    return qn_id_map_find_row(map, id->bytes);
}

/* At most half of the slots are taken. */
static enum qn_status grow_slots(struct qn_ctx *ctx, struct qn_id_map *map)
{
    size_t slot_count =
        map->slot_count ? 2 * map->slot_count : SMALLEST_SLOT_COUNT;
    uint32_t *slots = qn_memory_calloc(ctx, slot_count, sizeof(*slots));
    size_t i;

    if (!slots)
        return QN_NO_MEMORY;
    qn_memory_free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    for (i = 0; i < map->count; i++) {
        size_t slot = first_slot(map, map->rows + i * map->row_size);

        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    return QN_OK;
}

static enum qn_status make_room(struct qn_ctx *ctx, struct qn_id_map *map)
{
    enum qn_status status;

    if (map->count >= UINT32_MAX - 1)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many object ids");
    status = qn_memory_grow(ctx, &map->rows, &map->row_capacity, map->count + 1,
                            map->row_size);
    if (status == QN_OK)
        status = qn_memory_grow(ctx, &map->values, &map->value_capacity,
                                map->count + 1, sizeof(*map->values));
    if (status == QN_OK && 2 * (map->count + 1) > map->slot_count)
        status = grow_slots(ctx, map);
    return status;
}

enum qn_status qn_id_map_put_row(struct qn_ctx *ctx, struct qn_id_map *map,
                                 const uint8_t *row, uint32_t *position,
                                 bool *is_new)
{
    size_t slot = 0, slot_count = map->slot_count;
    enum qn_status status;

    if (map->slot_count > 0) {
        slot = find_slot(map, row);
        if (map->slots[slot] != 0) {
            *position = map->slots[slot] - 1;
            *is_new = false;
            return QN_OK;
        }
    }
    status = make_room(ctx, map);
    if (status)
        return status;
    if (map->slot_count != slot_count)
        slot = find_slot(map, row);
    memcpy(map->rows + map->count * map->row_size, row, map->row_size);
    map->values[map->count] = 0;
    *position = (uint32_t)map->count;
    *is_new = true;
    map->slots[slot] = (uint32_t)++map->count;
    return QN_OK;
}

enum qn_status qn_id_map_put(struct qn_ctx *ctx, struct qn_id_map *map,
                             const struct qn_id *id, uint32_t *position,
                             bool *is_new)
{
    return qn_id_map_put_row(ctx, map, id->bytes, position, is_new);
}

void qn_id_map_id(const struct qn_id_map *map, uint32_t position,
                  struct qn_id *out)
{
    qn_id_from_row(out, map->algorithm,
                   map->rows + (size_t)position * map->row_size);
}
