/* SPDX-License-Identifier: MIT */
/* How the objects of a list are stored now, and which stored deltas can be
 * copied as they are. */
#include "operation/part/delta_islands.h"
#include "operation/part/pack_list.h"

#include "base/memory.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "odb/odb_pack.h"
#include "os/mutex.h"
#include "os/parallel.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"

#define DELTA_FRONT_SIZE 20

/* Entries by where they are stored. */
struct places {
    struct qn_pack_list *list;
    uint32_t *slots; /* number + 1; 0: free */
    size_t mask;
};

static size_t place_slot(const struct places *places,
                         const struct qn_pack_file *pack, uint64_t offset)
{
    uint64_t hash = (offset ^ (uintptr_t)pack << 20) * 0x9e3779b97f4a7c15u;

    return (size_t)(hash >> 24) & places->mask;
}

static enum qn_status fill_places(struct qn_ctx *ctx, struct places *places)
{
    size_t count = qn_pack_list_count(places->list), slots = 16, i, at;

    while (slots < count * 2)
        slots *= 2;
    places->mask = slots - 1;
    places->slots = qn_memory_calloc(ctx, slots, sizeof(*places->slots));
    if (!places->slots)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const struct qn_pack_list_entry *entry = &places->list->entries[i];

        if (!entry->pack)
            continue;
        at = place_slot(places, entry->pack, entry->offset);
        while (places->slots[at])
            at = (at + 1) & places->mask;
        places->slots[at] = (uint32_t)i + 1;
    }
    return QN_OK;
}

static uint32_t find_place(const struct places *places,
                           const struct qn_pack_file *pack, uint64_t offset)
{
    size_t at = place_slot(places, pack, offset);

    for (; places->slots[at]; at = (at + 1) & places->mask) {
        const struct qn_pack_list_entry *entry =
            &places->list->entries[places->slots[at] - 1];

        if (entry->pack == pack && entry->offset == offset)
            return places->slots[at] - 1;
    }
    return QN_PACK_LIST_NONE;
}

/* ---- where each is; many at once, as each look waits for memory */

#define BLOCK_SIZE 2048

struct locating {
    struct qn_pack_list *list;
    struct qn_mutex *mutex; /* of the list's packs */
};

struct locator {
    struct qn_odb *odb;
    struct qn_pack_file **known; /* packs that the list holds */
    size_t count, capacity;
};

static enum qn_status init_locator(struct qn_ctx *ctx, void *data, void *worker)
{
    struct locating *locating = data;
    struct locator *locator = worker;

    return qn_odb_fork(ctx, locating->list->odb, &locator->odb);
}

static void dispose_locator(void *data, void *worker)
{
    struct locator *locator = worker;

    (void)data;
    qn_memory_free(locator->known);
    qn_odb_free(locator->odb);
}

/* The list holds the pack from here on; its data is open. */
static enum qn_status hold_pack(struct qn_ctx *ctx, struct locating *locating,
                                struct locator *locator,
                                struct qn_pack_file *pack)
{
    struct qn_pack_list *list = locating->list;
    enum qn_status status;
    size_t i;

    for (i = locator->count; i-- > 0;)
        if (locator->known[i] == pack)
            return QN_OK;
    status = qn_memory_grow(ctx, &locator->known, &locator->capacity,
                            locator->count + 1, sizeof(struct qn_pack_file *));
    if (!status)
        status = qn_pack_file_open_data(ctx, pack);
    if (status)
        return status;
    locator->known[locator->count++] = pack;
    qn_mutex_lock(locating->mutex);
    for (i = 0; i < list->pack_count && list->packs[i] != pack; i++)
        continue;
    if (i == list->pack_count)
        status = qn_memory_grow(ctx, &list->packs, &list->pack_capacity, i + 1,
                                sizeof(struct qn_pack_file *));
    if (!status && i == list->pack_count)
        list->packs[list->pack_count++] = qn_pack_file_retain(pack);
    qn_mutex_unlock(locating->mutex);
    return status;
}

static enum qn_status locate_block(struct qn_ctx *ctx, void *data, void *worker,
                                   size_t block)
{
    struct locating *locating = data;
    struct qn_pack_list *list = locating->list;
    struct locator *locator = worker;
    size_t i = block * BLOCK_SIZE, end = i + BLOCK_SIZE;
    enum qn_status status = qn_ctx_check(ctx);
    struct qn_id id;

    if (end > qn_pack_list_count(list))
        end = qn_pack_list_count(list);
    for (; i < end && !status; i++) {
        struct qn_pack_list_entry *entry = &list->entries[i];
        struct qn_pack_file *pack = NULL;

        qn_id_map_id(&list->ids, (uint32_t)i, &id);
        status =
            qn_odb_pack_locate(ctx, locator->odb, &id, &pack, &entry->offset);
        if (!status && pack)
            status = hold_pack(ctx, locating, locator, pack);
        if (status == QN_NOT_FOUND) { /* a pack that went away */
            qn_ctx_clear(ctx);
            pack = NULL;
            status = QN_OK;
        }
        entry->pack = pack;
    }
    return status;
}

static size_t count_blocks(const struct qn_pack_list *list)
{
    return (qn_pack_list_count(list) + BLOCK_SIZE - 1) / BLOCK_SIZE;
}

static enum qn_status locate(struct qn_ctx *ctx, struct qn_pack_list *list)
{
    struct locating locating = {.list = list};
    struct qn_parallel_options options = {
        .shared = &locating,
        .state_size = sizeof(struct locator),
        .state_init = init_locator,
        .state_dispose = dispose_locator,
        .grain = 1,
    };
    enum qn_status status = qn_mutex_new(ctx, &locating.mutex);

    if (status)
        return status;
    status = qn_parallel_for(ctx, &options, count_blocks(list), locate_block);
    qn_mutex_free(locating.mutex);
    return status;
}

/* Where the stored entries of one pack end. */
static enum qn_status find_ends(struct qn_ctx *ctx, const struct places *places,
                                struct qn_pack_file *pack)
{
    struct qn_pack_list *list = places->list;
    size_t count = qn_pack_list_count(list), wanted = 0, k;
    enum qn_status status = qn_pack_file_open_reverse(ctx, pack);
    uint32_t i, last = QN_PACK_LIST_NONE;

    if (status)
        return status;
    for (k = 0; k < count; k++)
        wanted += list->entries[k].pack == pack;
    if (wanted < pack->reverse.count / 64) {
        for (k = 0; k < count; k++) {
            struct qn_pack_list_entry *entry = &list->entries[k];

            if (entry->pack != pack)
                continue;
            i = qn_pack_reverse_find(&pack->reverse, &pack->index,
                                     entry->offset);
            if (i != QN_PACK_INDEX_NONE)
                entry->position = qn_pack_reverse_position(&pack->reverse, i);
            entry->end = i == QN_PACK_INDEX_NONE ? 0
                         : i + 1 < pack->reverse.count
                             ? qn_pack_index_offset(&pack->index,
                                                    qn_pack_reverse_position(
                                                        &pack->reverse, i + 1))
                             : pack->data_end;
        }
        return QN_OK;
    }
    for (i = 0; i < pack->reverse.count; i++) {
        uint32_t position = qn_pack_reverse_position(&pack->reverse, i);
        uint64_t offset = qn_pack_index_offset(&pack->index, position);

        if (last != QN_PACK_LIST_NONE)
            list->entries[last].end = offset;
        last = find_place(places, pack, offset);
        if (last != QN_PACK_LIST_NONE)
            list->entries[last].position = position;
    }
    if (last != QN_PACK_LIST_NONE)
        list->entries[last].end = pack->data_end;
    return QN_OK;
}

static enum qn_status find_all_ends(struct qn_ctx *ctx,
                                    const struct places *places)
{
    struct qn_pack_list *list = places->list;
    size_t count = qn_pack_list_count(list), seen_count = 0, capacity = 0, i, k;
    struct qn_pack_file **seen = NULL, *last = NULL;
    enum qn_status status = QN_OK;

    for (i = 0; i < count && !status; i++) {
        struct qn_pack_file *pack = list->entries[i].pack;

        if (!pack || pack == last)
            continue;
        last = pack;
        for (k = 0; k < seen_count && seen[k] != pack; k++)
            continue;
        if (k < seen_count)
            continue;
        status = qn_memory_grow(ctx, &seen, &capacity, seen_count + 1,
                                sizeof(*seen));
        if (!status) {
            seen[seen_count++] = pack;
            status = find_ends(ctx, places, pack);
        }
    }
    qn_memory_free(seen);
    return status;
}

/* The entry that a stored delta builds on, if it is in the list. */
static uint32_t find_base(const struct places *places,
                          const struct qn_pack_list_entry *entry,
                          const struct qn_pack_entry *stored)
{
    const struct qn_pack_list *list = places->list;
    struct qn_pack_file *pack = entry->pack;
    uint32_t base, at;

    if (stored->base_id)
        return qn_id_map_find_row(&list->ids, stored->base_id);
    base = find_place(places, pack, stored->base_offset);
    if (base != QN_PACK_LIST_NONE)
        return base;
    at =
        qn_pack_reverse_find(&pack->reverse, &pack->index, stored->base_offset);
    return at == QN_PACK_INDEX_NONE
               ? QN_PACK_LIST_NONE
               : qn_id_map_find_row(
                     &list->ids,
                     qn_pack_index_row(&pack->index, qn_pack_reverse_position(
                                                         &pack->reverse, at)));
}

/* Type and base of a stored entry.  One that cannot be parsed is read as an
 * object, from wherever it is sound. */
static void parse_entry(struct qn_ctx *ctx, const struct places *places,
                        const struct qn_pack_list_prepare *how, uint32_t number)
{
    struct qn_pack_list *list = places->list;
    struct qn_pack_list_entry *entry = &list->entries[number];
    struct qn_pack_entry stored;
    uint32_t base;

    if (qn_pack_entry_parse(ctx, qn_pack_reader_bytes(entry->pack),
                            entry->pack->algorithm, entry->offset, &stored) ||
        entry->end <= stored.data_offset ||
        entry->end > entry->pack->data_end) {
        qn_ctx_clear(ctx);
        entry->flags |= QN_PACK_LIST_BAD;
        return;
    }
    entry->stored_type = (uint8_t)stored.type;
    if (!qn_pack_entry_is_delta(&stored)) {
        entry->size = stored.size;
        entry->type = (uint8_t)stored.type;
        return;
    }
    if (!how->reuses_deltas || entry->flags & QN_PACK_LIST_BASE)
        return;
    if (!stored.base_id &&
        qn_pack_list_front_of(list, entry->pack, stored.base_offset)) {
        entry->flags |= QN_PACK_LIST_REUSED | QN_PACK_LIST_ON_FRONT;
        return;
    }
    base = find_base(places, entry, &stored);
    if (base == QN_PACK_LIST_NONE || base == number)
        return;
    if (how->islands && !qn_delta_islands_allow(how->islands, entry->island,
                                                list->entries[base].island))
        return;
    entry->base = base;
    entry->flags |= QN_PACK_LIST_REUSED;
}

struct parsing {
    const struct places *places;
    const struct qn_pack_list_prepare *how;
};

/* Each writes into its own entries, and looks only at what does not change. */
static enum qn_status parse_block(struct qn_ctx *ctx, void *data, void *worker,
                                  size_t block)
{
    const struct parsing *parsing = data;
    const struct qn_pack_list *list = parsing->places->list;
    size_t i = block * BLOCK_SIZE, end = i + BLOCK_SIZE;

    (void)worker;
    if (end > qn_pack_list_count(list))
        end = qn_pack_list_count(list);
    for (; i < end; i++)
        if (list->entries[i].pack)
            parse_entry(ctx, parsing->places, parsing->how, (uint32_t)i);
    return QN_OK;
}

static enum qn_status parse_entries(struct qn_ctx *ctx,
                                    const struct places *places,
                                    const struct qn_pack_list_prepare *how)
{
    struct parsing parsing = {.places = places, .how = how};
    struct qn_parallel_options options = {.shared = &parsing, .grain = 1};

    return qn_parallel_for(ctx, &options, count_blocks(places->list),
                           parse_block);
}

static void drop_reuse(struct qn_pack_list_entry *entry)
{
    entry->flags &= (uint16_t) ~(QN_PACK_LIST_REUSED | QN_PACK_LIST_ON_FRONT);
    entry->base = QN_PACK_LIST_NONE;
}

/* Depths down every chain of copied deltas; circles (between packs) are cut,
 * and chains that are too long.  `depth` doubles as a mark: UINT32_MAX is on
 * the way. */
static enum qn_status measure_chains(struct qn_ctx *ctx,
                                     struct qn_pack_list *list, uint32_t most)
{
    size_t count = qn_pack_list_count(list), held, i;
    uint32_t *stack = qn_memory_array(ctx, count + 1, sizeof(*stack));
    uint8_t *is_done = qn_memory_calloc(ctx, count + 1, 1);

    if (!stack || !is_done) {
        qn_memory_free(stack);
        qn_memory_free(is_done);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < count; i++) {
        uint32_t at = (uint32_t)i;

        for (held = 0; !is_done[at]; at = list->entries[at].base) {
            struct qn_pack_list_entry *entry = &list->entries[at];

            is_done[at] = 1;
            entry->depth = UINT32_MAX;
            stack[held++] = at;
            if (entry->base == QN_PACK_LIST_NONE)
                break;
            if (list->entries[entry->base].depth == UINT32_MAX &&
                is_done[entry->base]) {
                drop_reuse(entry); /* a circle */
                break;
            }
        }
        while (held > 0) {
            struct qn_pack_list_entry *entry = &list->entries[stack[--held]];

            if (entry->base != QN_PACK_LIST_NONE &&
                list->entries[entry->base].depth >= most)
                drop_reuse(entry);
            entry->depth = entry->base == QN_PACK_LIST_NONE
                               ? 0
                               : list->entries[entry->base].depth + 1;
        }
    }
    qn_memory_free(stack);
    qn_memory_free(is_done);
    return QN_OK;
}

/* How high copied deltas stand on each. */
static void measure_heights(struct qn_pack_list *list)
{
    size_t count = qn_pack_list_count(list), i;

    for (i = 0; i < count; i++) {
        uint32_t at = (uint32_t)i, height = 0;

        while (list->entries[at].base != QN_PACK_LIST_NONE) {
            at = list->entries[at].base;
            height++;
            if (list->entries[at].height >= height)
                break;
            list->entries[at].height = height;
        }
    }
}

static enum qn_status ask(struct qn_ctx *ctx, struct qn_pack_list *list,
                          uint32_t number)
{
    struct qn_pack_list_entry *entry = &list->entries[number];
    struct qn_odb_info info;
    struct qn_id id;
    enum qn_status status;

    qn_id_map_id(&list->ids, number, &id);
    status = qn_odb_read_info(ctx, list->odb, &id,
                              QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (status == QN_NOT_FOUND) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        return qn_ctx_fail(ctx, status, "unable to read %s",
                           qn_id_to_hex(&id, hex));
    }
    if (status)
        return status;
    entry->type = (uint8_t)info.type;
    entry->size = info.size;
    return QN_OK;
}

/* Inflated size of what a stored delta makes: from its first bytes. */
static bool find_size(struct qn_ctx *ctx, struct qn_pack_list_entry *entry)
{
    struct qn_bytes pack = qn_pack_reader_bytes(entry->pack);
    uint8_t front[DELTA_FRONT_SIZE];
    struct qn_pack_entry stored;
    uint64_t base_size;
    size_t used = 0;
    enum qn_status status;

    status = qn_pack_entry_parse(ctx, pack, entry->pack->algorithm,
                                 entry->offset, &stored);
    if (!status)
        status = qn_inflate_front(
            ctx, qn_bytes_from(pack, (size_t)stored.data_offset), front,
            stored.size < sizeof(front) ? (size_t)stored.size : sizeof(front),
            &used);
    if (!status)
        status = qn_delta_sizes(ctx, qn_bytes_make(front, used), &base_size,
                                &entry->size);
    if (status)
        qn_ctx_clear(ctx);
    return status == QN_OK;
}

/* Types that are still unknown, and sizes of those that may become deltas. */
static enum qn_status find_types(struct qn_ctx *ctx, struct qn_pack_list *list)
{
    size_t count = qn_pack_list_count(list), i;
    enum qn_status status = QN_OK;

    for (i = 0; i < count && !status; i++) {
        struct qn_pack_list_entry *entry = &list->entries[i];
        bool is_bad = !entry->pack || entry->flags & QN_PACK_LIST_BAD;
        uint32_t at = (uint32_t)i;

        while (list->entries[at].type == QN_OBJECT_NONE &&
               list->entries[at].base != QN_PACK_LIST_NONE)
            at = list->entries[at].base;
        entry->type = list->entries[at].type;
        if (is_bad || entry->type == QN_OBJECT_NONE) {
            status = ask(ctx, list, (uint32_t)i);
            if (status == QN_NOT_FOUND && entry->flags & QN_PACK_LIST_BASE) {
                qn_ctx_clear(ctx);
                entry->flags |= QN_PACK_LIST_NO_DELTA;
                status = QN_OK;
            }
        } else if (entry->stored_type > 4 &&
                   !(entry->flags & QN_PACK_LIST_REUSED) &&
                   !find_size(ctx, entry)) {
            entry->flags |= QN_PACK_LIST_BAD;
            status = ask(ctx, list, (uint32_t)i);
        }
    }
    return status;
}

enum qn_status qn_pack_list_prepare(struct qn_ctx *ctx,
                                    struct qn_pack_list *list,
                                    const struct qn_pack_list_prepare *how)
{
    struct places places = {.list = list};
    enum qn_status status = locate(ctx, list);

    if (!status)
        status = fill_places(ctx, &places);
    if (!status)
        status = find_all_ends(ctx, &places);
    if (!status)
        status = parse_entries(ctx, &places, how);
    if (!status)
        status = measure_chains(ctx, list, how->depth);
    if (!status) {
        measure_heights(list);
        status = find_types(ctx, list);
    }
    qn_memory_free(places.slots);
    return status;
}
