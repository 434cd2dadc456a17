/* SPDX-License-Identifier: MIT */
#include "operation/part/delta_search.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/delta.h"
#include "hash/id_map.h"
#include "odb/odb_pack.h"
#include "os/parallel.h"

#include <stdlib.h>

/* Objects of one part of the list. */
#define PART_SIZE 2048
/* Smaller ones are not worth a delta. */
#define LEAST_SIZE 50

struct stored {                /* how an object is stored now */
    struct qn_pack_file *pack; /* NULL: loose */
    uint32_t height;           /* of the chains of copied deltas on it */
    bool is_delta;             /* it is a delta there */
    bool is_reused;            /* and will be copied as one */
};

struct shared {
    const struct qn_delta_search *search;
    struct qn_delta_search_item *items;
    struct stored *stored;
    uint32_t *sorted; /* candidates, as the window sees them */
    size_t count;
};

struct slot { /* of the window */
    uint32_t item;
    struct qn_object object;
    struct qn_delta_index *index;
};

struct state {
    struct qn_odb *odb;
    struct slot *slots;
    struct qn_buf delta;
    struct qn_buf best;
};

uint32_t qn_delta_search_hash(struct qn_bytes path)
{
    uint32_t hash = 0;
    size_t i;

    for (i = 0; i < path.size; i++) {
        uint8_t byte = path.data[i];

        if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
            continue;
        hash = (hash >> 2) + ((uint32_t)byte << 24);
    }
    return hash;
}

/* The base of a stored delta among the items; NONE when it does not come. */
static enum qn_status find_base(struct qn_ctx *ctx, struct shared *shared,
                                const struct qn_id_map *ids, uint32_t i,
                                uint32_t *base)
{
    struct qn_delta_search_item *item = &shared->items[i];
    struct qn_odb *odb = shared->search->odb;
    struct qn_pack_file *pack = NULL;
    struct qn_odb_info info;
    enum qn_status status;
    uint64_t offset;
    struct qn_id id;

    *base = QN_DELTA_SEARCH_NONE;
    qn_id_from_row(&id, ids->algorithm, item->row);
    status =
        qn_odb_pack_locate(ctx, odb, &id, &shared->stored[i].pack, &offset);
    if (!status)
        status = qn_odb_read_info(ctx, odb, &id,
                                  QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE |
                                      QN_ODB_WANT_DELTA_BASE,
                                  &info);
    if (status)
        return status;
    item->type = info.type;
    item->size = info.size;
    if (!shared->stored[i].pack || qn_id_is_null(&info.delta_base))
        return QN_OK;
    shared->stored[i].is_delta = true;
    status = qn_odb_pack_locate(ctx, odb, &info.delta_base, &pack, &offset);
    if (!status && pack == shared->stored[i].pack)
        *base = qn_id_map_find(ids, &info.delta_base);
    return status;
}

/* What each chain of copied deltas stands on, and how high chains on an object
 * are.  Chains have an end, as the offsets of a pack fall along them; those of
 * ref deltas too, or the pack could not have been indexed. */
static enum qn_status find_roots(struct qn_ctx *ctx, struct shared *shared,
                                 const uint32_t *bases, size_t count)
{
    struct qn_delta_search_item *items = shared->items;
    uint32_t *stack = qn_memory_array(ctx, count + 1, sizeof(*stack));
    uint32_t *depths = qn_memory_calloc(ctx, count + 1, sizeof(*depths));
    enum qn_status status = stack && depths ? QN_OK : QN_NO_MEMORY;
    size_t held;
    uint32_t i, at;

    for (i = 0; i < count && !status; i++) {
        for (held = 0, at = i; items[at].root == QN_DELTA_SEARCH_NONE;
             at = bases[at]) {
            if (bases[at] == QN_DELTA_SEARCH_NONE)
                items[at].root = at;
            if (items[at].root == at || held == count)
                break;
            stack[held++] = at;
        }
        if (items[at].root == QN_DELTA_SEARCH_NONE) {
            status =
                qn_ctx_fail(ctx, QN_CORRUPT, "deltas go round in a circle");
            break;
        }
        while (held > 0) {
            uint32_t child = stack[--held];

            depths[child] = depths[bases[child]] + 1;
            items[child].root = items[bases[child]].root;
        }
        at = items[i].root;
        if (depths[i] > shared->stored[at].height)
            shared->stored[at].height = depths[i];
    }
    qn_memory_free(stack);
    qn_memory_free(depths);
    return status;
}

static enum qn_status look_up(struct qn_ctx *ctx, struct shared *shared,
                              size_t count)
{
    uint32_t algorithm = qn_odb_algorithm(shared->search->odb), i, at, base;
    uint32_t *bases = qn_memory_array(ctx, count + 1, sizeof(*bases));
    enum qn_status status = bases ? QN_OK : QN_NO_MEMORY;
    struct qn_id_map ids;
    bool is_new;

    qn_id_map_init(&ids, algorithm);
    for (i = 0; i < count && !status; i++)
        status =
            qn_id_map_put_row(ctx, &ids, shared->items[i].row, &at, &is_new);
    for (i = 0; i < count && !status; i++) {
        status = find_base(ctx, shared, &ids, i, &base);
        if (status)
            break;
        bases[i] = base;
        shared->items[i].base = QN_DELTA_SEARCH_NONE;
        shared->items[i].root = QN_DELTA_SEARCH_NONE;
        shared->stored[i].is_reused = base != QN_DELTA_SEARCH_NONE;
    }
    if (!status)
        status = find_roots(ctx, shared, bases, count);
    qn_id_map_dispose(&ids);
    qn_memory_free(bases);
    return status;
}

struct key {
    uint64_t size;
    uint32_t name_hash;
    uint32_t item;
    uint8_t type;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *one = a, *two = b;

    if (one->type != two->type)
        return one->type > two->type ? -1 : 1;
    if (one->name_hash != two->name_hash)
        return one->name_hash > two->name_hash ? -1 : 1;
    if (one->size != two->size)
        return one->size > two->size ? -1 : 1;
    return one->item < two->item ? -1 : 1;
}

static enum qn_status sort_candidates(struct qn_ctx *ctx, struct shared *shared,
                                      size_t count)
{
    struct key *keys = qn_memory_array(ctx, count + 1, sizeof(*keys));
    size_t i;

    shared->sorted = qn_memory_array(ctx, count + 1, sizeof(*shared->sorted));
    if (!keys || !shared->sorted) {
        qn_memory_free(keys);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < count; i++) {
        const struct qn_delta_search_item *item = &shared->items[i];

        if (shared->stored[i].is_reused || item->size < LEAST_SIZE ||
            item->size > shared->search->big_file_threshold)
            continue;
        keys[shared->count].size = item->size;
        keys[shared->count].name_hash = item->name_hash;
        keys[shared->count].item = (uint32_t)i;
        keys[shared->count++].type = (uint8_t)item->type;
    }
    if (shared->count > 1)
        qsort(keys, shared->count, sizeof(*keys), compare_keys);
    for (i = 0; i < shared->count; i++)
        shared->sorted[i] = keys[i].item;
    qn_memory_free(keys);
    return QN_OK;
}

static enum qn_status init_state(struct qn_ctx *ctx, void *data, void *worker)
{
    struct shared *shared = data;
    struct state *state = worker;

    state->slots = qn_memory_calloc(ctx, shared->search->window + 1,
                                    sizeof(*state->slots));
    if (!state->slots)
        return QN_NO_MEMORY;
    return qn_odb_fork(ctx, shared->search->odb, &state->odb);
}

static void empty_slot(struct slot *slot)
{
    qn_delta_index_free(slot->index);
    slot->index = NULL;
    slot->item = QN_DELTA_SEARCH_NONE;
}

static void dispose_state(void *data, void *worker)
{
    struct shared *shared = data;
    struct state *state = worker;
    uint32_t i;

    for (i = 0; state->slots && i <= shared->search->window; i++) {
        qn_delta_index_free(state->slots[i].index);
        qn_object_dispose(&state->slots[i].object);
    }
    qn_memory_free(state->slots);
    qn_buf_dispose(&state->delta);
    qn_buf_dispose(&state->best);
    qn_odb_free(state->odb);
}

/* The largest delta that is worth it: half the object, less for deep bases. */
static uint64_t size_limit(const struct shared *shared,
                           const struct qn_delta_search_item *target,
                           const struct qn_delta_search_item *source)
{
    uint64_t height = shared->stored[target - shared->items].height;
    uint64_t limit = target->size / 2, depth = shared->search->depth;
    uint64_t id_size = qn_id_size(qn_odb_algorithm(shared->search->odb)),
             from = 1;

    if (target->base != QN_DELTA_SEARCH_NONE) {
        limit = target->delta_size;
        from = target->depth;
    } else {
        limit = limit > id_size ? limit - id_size : 0;
    }
    depth = depth > height ? depth - height : 0;
    if (source->depth >= depth || from > depth)
        return 0;
    return limit * (depth - source->depth) / (depth - from + 1);
}

/* Try one base; the better delta is left in state->best. */
static enum qn_status try_base(struct qn_ctx *ctx, struct shared *shared,
                               struct state *state, struct slot *target,
                               struct slot *source)
{
    struct qn_delta_search_item *item = &shared->items[target->item];
    struct qn_delta_search_item *base = &shared->items[source->item];
    uint64_t limit = size_limit(shared, item, base);
    enum qn_status status = QN_OK;
    bool found = false;

    if (item->type != base->type || limit == 0 ||
        item->size < base->size / 32 ||
        (item->size > base->size && item->size - base->size >= limit))
        return QN_OK;
    if (shared->stored[target->item].pack &&
        !shared->stored[target->item].is_delta &&
        shared->stored[target->item].pack == shared->stored[source->item].pack)
        return QN_OK; /* it was tried when that pack was made */
    if (!source->index)
        status = qn_delta_index_new(ctx, qn_object_bytes(&source->object),
                                    &source->index);
    qn_buf_clear(&state->delta);
    if (!status)
        status = qn_delta_create(ctx, source->index,
                                 qn_object_bytes(&target->object),
                                 (size_t)limit, &state->delta, &found);
    if (status || !found)
        return status;
    if (item->base != QN_DELTA_SEARCH_NONE &&
        state->delta.size == item->delta_size && base->depth + 1 >= item->depth)
        return QN_OK;
    item->base = source->item;
    item->delta_size = (uint32_t)state->delta.size;
    item->depth = base->depth + 1;
    qn_buf_swap(&state->delta, &state->best);
    return QN_OK;
}

static enum qn_status search_object(struct qn_ctx *ctx, struct shared *shared,
                                    struct state *state, uint32_t at,
                                    uint32_t filled)
{
    uint32_t slots = shared->search->window + 1, back;
    struct slot *target = &state->slots[at];
    struct qn_delta_search_item *item = &shared->items[target->item];
    enum qn_status status = QN_OK;

    for (back = 1; back <= filled && !status; back++) {
        struct slot *source = &state->slots[(at + slots - back) % slots];

        if (source->item != QN_DELTA_SEARCH_NONE)
            status = try_base(ctx, shared, state, target, source);
    }
    if (!status && item->base != QN_DELTA_SEARCH_NONE)
        status = qn_deflate_append(ctx, shared->search->level,
                                   qn_buf_bytes(&state->best), &item->delta);
    return status;
}

static enum qn_status search_part(struct qn_ctx *ctx, void *data, void *worker,
                                  size_t part)
{
    struct shared *shared = data;
    struct state *state = worker;
    size_t i = part * PART_SIZE, end = i + PART_SIZE;
    uint32_t slots = shared->search->window + 1, at = 0, filled = 0, k;
    enum qn_status status = QN_OK;
    struct qn_id id;

    if (end > shared->count)
        end = shared->count;
    for (k = 0; k < slots; k++)
        empty_slot(&state->slots[k]);
    for (; i < end && !status; i++) {
        struct slot *slot = &state->slots[at];

        empty_slot(slot);
        slot->item = shared->sorted[i];
        shared->items[slot->item].order = (uint32_t)i;
        qn_id_from_row(&id, qn_odb_algorithm(state->odb),
                       shared->items[slot->item].row);
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_odb_read(ctx, state->odb, &id, &slot->object);
        if (!status)
            status = search_object(ctx, shared, state, at, filled);
        at = (at + 1) % slots;
        filled = filled < slots - 1 ? filled + 1 : filled;
    }
    return status;
}

enum qn_status qn_delta_search_run(struct qn_ctx *ctx,
                                   const struct qn_delta_search *search,
                                   struct qn_delta_search_item *items,
                                   size_t count)
{
    struct shared shared = {.search = search, .items = items};
    struct qn_parallel_options options = {
        .shared = &shared,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
        .grain = 1,
    };
    enum qn_status status;

    shared.stored = qn_memory_calloc(ctx, count + 1, sizeof(*shared.stored));
    if (!shared.stored)
        return QN_NO_MEMORY;
    status = look_up(ctx, &shared, count);
    if (!status)
        status = sort_candidates(ctx, &shared, count);
    if (!status && search->window > 0 && search->depth > 0)
        status = qn_parallel_for(ctx, &options,
                                 (shared.count + PART_SIZE - 1) / PART_SIZE,
                                 search_part);
    qn_memory_free(shared.sorted);
    qn_memory_free(shared.stored);
    return status;
}
