/* SPDX-License-Identifier: MIT */
#include "operation/part/delta_search.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/delta.h"
#include "operation/part/delta_islands.h"
#include "os/parallel.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Objects of one part of the list: at least, and what a part grows to rather
 * than be cut between objects of one name. */
#define PART_SIZE 2048
#define PART_MOST 4096
/* Smaller ones are not worth a delta. */
#define LEAST_SIZE 50
/* A target this many times smaller than its base is not tried. */
#define LEAST_SHARE 32

struct shared {
    const struct qn_delta_search *search;
    struct qn_pack_list *list;
    uint32_t *sorted; /* candidates, as the window sees them */
    size_t count;
    size_t *parts; /* where each begins; one more at the end */
    size_t part_count;
    atomic_uint_fast64_t kept; /* bytes of deltas in memory */
};

struct slot { /* of the window */
    uint32_t number;
    bool is_loaded;
    struct qn_object object;
    struct qn_delta_index *index;
    uint64_t index_size;
};

struct state {
    struct qn_odb *odb;
    struct slot *slots;   /* window + 1 of them */
    struct slot **window; /* the newest first */
    uint32_t filled;
    uint64_t memory;
    struct qn_buf delta;
    struct qn_buf best;
};

static bool is_candidate(const struct qn_delta_search *search,
                         const struct qn_pack_list_entry *entry)
{
    return !(entry->flags & (QN_PACK_LIST_NO_DELTA | QN_PACK_LIST_ON_FRONT)) &&
           entry->base == QN_PACK_LIST_NONE && entry->size >= LEAST_SIZE &&
           entry->size <= search->big_file_threshold;
}

size_t qn_delta_search_count(const struct qn_delta_search *search)
{
    const struct qn_pack_list *list = search->list;
    size_t count = 0, i;

    if (search->window == 0 || search->depth == 0)
        return 0;
    for (i = 0; i < qn_pack_list_count(list); i++)
        count += !(list->entries[i].flags & QN_PACK_LIST_BASE) &&
                 is_candidate(search, &list->entries[i]);
    return count;
}

struct key {
    uint64_t size;
    uint32_t hash;
    uint32_t number;
    uint8_t type;
    bool is_written;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *one = a, *two = b;

    if (one->type != two->type)
        return one->type > two->type ? -1 : 1;
    if (one->hash != two->hash)
        return one->hash > two->hash ? -1 : 1;
    if (one->is_written != two->is_written)
        return one->is_written ? 1 : -1;
    if (one->size != two->size)
        return one->size > two->size ? -1 : 1;
    return one->number < two->number ? -1 : 1;
}

static uint32_t hash_of(const struct qn_pack_list_entry *entry, bool by_path)
{
    return by_path ? entry->path_hash : entry->name_hash;
}

static enum qn_status sort_candidates(struct qn_ctx *ctx, struct shared *shared,
                                      bool by_path)
{
    struct qn_pack_list *list = shared->list;
    size_t count = qn_pack_list_count(list), i;
    struct key *keys = qn_memory_array(ctx, count + 1, sizeof(*keys));

    shared->count = 0;
    if (!keys)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const struct qn_pack_list_entry *entry = &list->entries[i];

        if (!is_candidate(shared->search, entry) ||
            (by_path && entry->path_hash == 0))
            continue;
        keys[shared->count++] =
            (struct key){.size = entry->size,
                         .hash = hash_of(entry, by_path),
                         .number = (uint32_t)i,
                         .type = entry->type,
                         .is_written = !(entry->flags & QN_PACK_LIST_BASE)};
    }
    if (shared->count > 1)
        qsort(keys, shared->count, sizeof(*keys), compare_keys);
    for (i = 0; i < shared->count; i++)
        shared->sorted[i] = keys[i].number;
    qn_memory_free(keys);
    return QN_OK;
}

static bool is_alike(const struct shared *shared, size_t a, size_t b,
                     bool by_path)
{
    const struct qn_pack_list_entry *one =
        &shared->list->entries[shared->sorted[a]];
    const struct qn_pack_list_entry *two =
        &shared->list->entries[shared->sorted[b]];

    return one->type == two->type &&
           hash_of(one, by_path) == hash_of(two, by_path);
}

static void cut_parts(struct shared *shared, bool by_path)
{
    size_t at = 0, end;

    shared->part_count = 0;
    while (at < shared->count) {
        shared->parts[shared->part_count++] = at;
        end = at + PART_SIZE;
        while (end < shared->count && end < at + PART_MOST &&
               is_alike(shared, end - 1, end, by_path))
            end++;
        at = end;
    }
    shared->parts[shared->part_count] = shared->count;
}

static enum qn_status init_state(struct qn_ctx *ctx, void *data, void *worker)
{
    struct shared *shared = data;
    struct state *state = worker;
    uint32_t count = shared->search->window + 1, i;

    state->slots = qn_memory_calloc(ctx, count, sizeof(*state->slots));
    state->window = qn_memory_calloc(ctx, count, sizeof(*state->window));
    if (!state->slots || !state->window)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++)
        state->window[i] = &state->slots[i];
    return qn_odb_fork(ctx, shared->search->list->odb, &state->odb);
}

static void empty_slot(struct state *state, struct slot *slot)
{
    qn_delta_index_free(slot->index);
    if (slot->is_loaded)
        state->memory -= slot->object.data.size;
    state->memory -= slot->index_size;
    slot->index_size = 0;
    slot->index = NULL;
    slot->is_loaded = false;
    slot->number = QN_PACK_LIST_NONE;
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
    qn_memory_free(state->window);
    qn_buf_dispose(&state->delta);
    qn_buf_dispose(&state->best);
    qn_odb_free(state->odb);
}

static enum qn_status load(struct qn_ctx *ctx, struct shared *shared,
                           struct state *state, struct slot *slot)
{
    struct qn_pack_list_entry *entry = &shared->list->entries[slot->number];
    enum qn_status status;
    struct qn_id id;

    if (slot->is_loaded)
        return QN_OK;
    qn_id_map_id(&shared->list->ids, slot->number, &id);
    status = qn_odb_read(ctx, state->odb, &id, &slot->object);
    if (status) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        return status == QN_NOT_FOUND
                   ? qn_ctx_fail(ctx, status, "object %s cannot be read",
                                 qn_id_to_hex(&id, hex))
                   : status;
    }
    if (slot->object.data.size != entry->size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "object %u inconsistent object length",
                           slot->number);
    slot->is_loaded = true;
    state->memory += slot->object.data.size;
    return QN_OK;
}

/* The largest delta that is worth it: half the object, less for deep bases. */
static uint64_t size_limit(const struct shared *shared,
                           const struct qn_pack_list_entry *target,
                           const struct qn_pack_list_entry *source)
{
    uint64_t most = shared->search->depth, limit, from = 1;

    if (target->base != QN_PACK_LIST_NONE) {
        limit = target->delta_size;
        from = target->depth;
    } else {
        uint64_t id_size = shared->list->ids.row_size;

        limit = target->size / 2;
        limit = limit > id_size ? limit - id_size : 0;
    }
    most = most > target->height ? most - target->height : 0;
    if (source->depth >= most || from > most)
        return 0;
    return limit * (most - source->depth) / (most - from + 1);
}

static bool is_worth_trying(const struct shared *shared,
                            const struct qn_pack_list_entry *target,
                            const struct qn_pack_list_entry *source,
                            uint64_t limit)
{
    if (limit == 0 || target->size < source->size / LEAST_SHARE ||
        (target->size > source->size && target->size - source->size >= limit))
        return false;
    /* It was tried when their pack was made. */
    if (shared->search->reuses_deltas && target->pack &&
        target->pack == source->pack && target->stored_type < 5 &&
        !(target->flags & QN_PACK_LIST_BAD) &&
        !(source->flags & QN_PACK_LIST_BASE))
        return false;
    return !shared->search->islands ||
           qn_delta_islands_allow(shared->search->islands, target->island,
                                  source->island);
}

/* Try one base; the better delta is left in state->best. */
static enum qn_status try_base(struct qn_ctx *ctx, struct shared *shared,
                               struct state *state, struct slot *target,
                               struct slot *source)
{
    struct qn_pack_list_entry *entry = &shared->list->entries[target->number];
    struct qn_pack_list_entry *base = &shared->list->entries[source->number];
    uint64_t limit = size_limit(shared, entry, base);
    enum qn_status status;
    bool found = false;

    if (!is_worth_trying(shared, entry, base, limit))
        return QN_OK;
    status = load(ctx, shared, state, target);
    if (!status)
        status = load(ctx, shared, state, source);
    if (!status && !source->index) {
        status = qn_delta_index_new(ctx, qn_object_bytes(&source->object),
                                    &source->index);
        source->index_size = source->object.data.size;
        state->memory += source->index_size;
    }
    qn_buf_clear(&state->delta);
    if (!status)
        status = qn_delta_create(ctx, source->index,
                                 qn_object_bytes(&target->object),
                                 (size_t)limit, &state->delta, &found);
    if (status || !found)
        return status;
    if (entry->base != QN_PACK_LIST_NONE &&
        state->delta.size == entry->delta_size &&
        base->depth + 1 >= entry->depth)
        return QN_OK;
    entry->base = source->number;
    entry->delta_size = (uint32_t)state->delta.size;
    entry->depth = base->depth + 1;
    qn_buf_swap(&state->delta, &state->best);
    return QN_OK;
}

/* Is the delta to be kept until it is written? */
static bool takes_room(struct shared *shared,
                       const struct qn_pack_list_entry *entry)
{
    const struct qn_delta_search *search = shared->search;
    uint64_t base = shared->list->entries[entry->base].size;

    if (search->cache_size != 0 &&
        atomic_load(&shared->kept) + entry->delta_size > search->cache_size)
        return false;
    return entry->delta_size < search->cache_limit ||
           (base >> 20) + (entry->size >> 21) > entry->delta_size >> 10;
}

static enum qn_status keep(struct qn_ctx *ctx, struct shared *shared,
                           struct state *state,
                           struct qn_pack_list_entry *entry)
{
    enum qn_status status;

    if (!takes_room(shared, entry))
        return QN_OK;
    qn_buf_clear(&state->delta);
    status = qn_deflate_append(ctx, shared->search->level,
                               qn_buf_bytes(&state->best), &state->delta);
    if (status)
        return status;
    entry->delta = qn_memory_array(ctx, state->delta.size, 1);
    if (!entry->delta)
        return QN_NO_MEMORY;
    memcpy(entry->delta, state->delta.data, state->delta.size);
    entry->packed_size = (uint32_t)state->delta.size;
    atomic_fetch_add(&shared->kept, entry->packed_size);
    return QN_OK;
}

/* Move window[from] to `to` (nearer to the front). */
static void move(struct state *state, uint32_t from, uint32_t to)
{
    struct slot *slot = state->window[from];

    memmove(state->window + to + 1, state->window + to,
            (from - to) * sizeof(*state->window));
    state->window[to] = slot;
}

/* The object in window[0] is new: find it a base behind it, then bring the
 * window in order: the base that was best comes next to it, as it is likely to
 * be the best again; what can be no base leaves. */
static enum qn_status search_object(struct qn_ctx *ctx, struct shared *shared,
                                    struct state *state)
{
    struct slot *target = state->window[0];
    struct qn_pack_list_entry *entry = &shared->list->entries[target->number];
    enum qn_status status = QN_OK;
    uint32_t i;

    if (entry->flags & QN_PACK_LIST_BASE)
        return QN_OK;
    for (i = 1; i < state->filled && !status; i++)
        status = try_base(ctx, shared, state, target, state->window[i]);
    if (status || entry->base == QN_PACK_LIST_NONE)
        return status;
    status = keep(ctx, shared, state, entry);
    if (entry->depth >= shared->search->depth) {
        empty_slot(state, target);
        memmove(state->window, state->window + 1,
                (state->filled - 1) * sizeof(*state->window));
        state->window[--state->filled] = target;
        return status;
    }
    for (i = 1; i < state->filled; i++)
        if (state->window[i]->number == entry->base) {
            move(state, i, 1);
            break;
        }
    return status;
}

static void limit_memory(const struct shared *shared, struct state *state)
{
    uint64_t most = shared->search->window_memory;

    while (most != 0 && state->memory > most && state->filled > 1)
        empty_slot(state, state->window[--state->filled]);
}

static enum qn_status search_part(struct qn_ctx *ctx, void *data, void *worker,
                                  size_t part)
{
    struct shared *shared = data;
    struct state *state = worker;
    size_t i = shared->parts[part], end = shared->parts[part + 1];
    uint32_t slots = shared->search->window + 1;
    enum qn_status status = QN_OK;

    while (state->filled > 0)
        empty_slot(state, state->window[--state->filled]);
    for (; i < end && !status; i++) {
        const struct qn_pack_list_entry *entry =
            &shared->list->entries[shared->sorted[i]];

        if (state->filled == slots)
            empty_slot(state, state->window[--state->filled]);
        move(state, state->filled++, 0);
        state->window[0]->number = shared->sorted[i];
        status = qn_ctx_check(ctx);
        if (!status)
            status = search_object(ctx, shared, state);
        limit_memory(shared, state);
        if (shared->search->progress && !(entry->flags & QN_PACK_LIST_BASE))
            qn_progress_add(ctx, shared->search->progress, 1);
    }
    return status;
}

static enum qn_status run_pass(struct qn_ctx *ctx, struct shared *shared,
                               bool by_path)
{
    struct qn_parallel_options options = {
        .thread_count = shared->search->thread_count,
        .shared = shared,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
        .grain = 1,
    };
    enum qn_status status = sort_candidates(ctx, shared, by_path);

    if (status)
        return status;
    cut_parts(shared, by_path);
    return qn_parallel_for(ctx, &options, shared->part_count, search_part);
}

/* What the first pass made deltas is as those that are copied, from here. */
static void add_heights(struct qn_pack_list *list)
{
    size_t i;

    for (i = 0; i < qn_pack_list_count(list); i++) {
        uint32_t at = (uint32_t)i, height = 0;

        while (list->entries[at].base != QN_PACK_LIST_NONE) {
            at = list->entries[at].base;
            if (list->entries[at].height >= ++height)
                break;
            list->entries[at].height = height;
        }
    }
}

/* What is at the end of a new chain got deeper by a second pass: depths again.
 */
enum qn_status qn_delta_search_run(struct qn_ctx *ctx,
                                   const struct qn_delta_search *search)
{
    struct shared shared = {.search = search, .list = search->list};
    size_t count = qn_pack_list_count(search->list);
    enum qn_status status = QN_OK;

    if (search->window == 0 || search->depth == 0 || count == 0)
        return QN_OK;
    shared.sorted = qn_memory_array(ctx, count, sizeof(*shared.sorted));
    shared.parts =
        qn_memory_array(ctx, count / PART_SIZE + 2, sizeof(*shared.parts));
    if (!shared.sorted || !shared.parts)
        status = QN_NO_MEMORY;
    if (!status && search->by_path) {
        status = run_pass(ctx, &shared, true);
        add_heights(search->list);
    }
    if (!status)
        status = run_pass(ctx, &shared, false);
    qn_memory_free(shared.sorted);
    qn_memory_free(shared.parts);
    return status;
}

enum qn_status qn_delta_search_again(struct qn_ctx *ctx,
                                     const struct qn_delta_search *search,
                                     struct qn_odb *odb, uint32_t number,
                                     struct qn_buf *out)
{
    const struct qn_pack_list *list = search->list;
    const struct qn_pack_list_entry *entry = &list->entries[number];
    struct qn_object base = QN_OBJECT_INIT, target = QN_OBJECT_INIT;
    struct qn_delta_index *index = NULL;
    struct qn_buf delta = QN_BUF_INIT;
    enum qn_status status;
    bool found = false;
    struct qn_id id;

    qn_id_map_id(&list->ids, entry->base, &id);
    status = qn_odb_read(ctx, odb, &id, &base);
    qn_id_map_id(&list->ids, number, &id);
    if (!status)
        status = qn_odb_read(ctx, odb, &id, &target);
    if (!status)
        status = qn_delta_index_new(ctx, qn_object_bytes(&base), &index);
    if (!status)
        status = qn_delta_create(ctx, index, qn_object_bytes(&target), 0,
                                 &delta, &found);
    if (!status && (!found || delta.size != entry->delta_size))
        status = qn_ctx_fail(ctx, QN_INTERNAL, "delta size changed");
    if (!status)
        status =
            qn_deflate_append(ctx, search->level, qn_buf_bytes(&delta), out);
    qn_delta_index_free(index);
    qn_buf_dispose(&delta);
    qn_object_dispose(&base);
    qn_object_dispose(&target);
    return status;
}
