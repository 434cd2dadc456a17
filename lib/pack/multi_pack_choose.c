/* SPDX-License-Identifier: MIT */
#include "pack/multi_pack_choose.h"

#include "base/memory.h"
#include "os/parallel.h"

#include <stdlib.h>
#include <string.h>

#define HIGH_BIT       0x80000000u
#define GROUP_BITS_MAX 16
#define RUN_SIZE       8 /* as many are sorted by insertion */

/* ---- ranks */

struct ranked {
    int64_t mtime;
    uint32_t pack;
    bool is_preferred;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *first = a, *second = b;

    if (first->is_preferred != second->is_preferred)
        return first->is_preferred ? -1 : 1;
    if (first->mtime != second->mtime)
        return first->mtime > second->mtime ? -1 : 1;
    return first->pack < second->pack ? -1 : first->pack > second->pack;
}

static enum qn_status rank_packs(struct qn_ctx *ctx,
                                 struct qn_multi_pack_choose *choose)
{
    const struct qn_multi_pack_write *write = choose->write;
    struct ranked *ranked =
        qn_memory_array(ctx, write->pack_count + 1, sizeof(*ranked));
    uint32_t shift = 0, i;

    choose->ranks =
        qn_memory_calloc(ctx, write->pack_count + 1, sizeof(*choose->ranks));
    choose->shifts =
        qn_memory_calloc(ctx, write->layer_count + 1, sizeof(*choose->shifts));
    if (!ranked || !choose->ranks || !choose->shifts) {
        qn_memory_free(ranked);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < write->pack_count; i++) {
        ranked[i].mtime = write->packs[i].mtime;
        ranked[i].pack = i;
        ranked[i].is_preferred = i == write->preferred;
    }
    if (!write->layers && write->pack_count > 1)
        qsort(ranked, write->pack_count, sizeof(*ranked), compare_ranked);
    for (i = 0; i < write->pack_count; i++)
        choose->ranks[ranked[i].pack] = i;
    for (i = 0; i < write->layer_count; i++) {
        choose->shifts[i] = shift;
        shift += write->layers[i].pack_count;
    }
    qn_memory_free(ranked);
    return QN_OK;
}

/* ---- a worker */

struct worker {
    struct qn_multi_pack_choose_entry *entries;
    size_t capacity;
    size_t count;
    uint32_t *groups; /* where each begins, then where each ends */
    uint32_t *chosen; /* by pack */
};

static enum qn_status init_worker(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct qn_multi_pack_choose *choose = shared;
    struct worker *worker = state;

    worker->groups = qn_memory_array(ctx, ((size_t)1 << GROUP_BITS_MAX) + 1,
                                     sizeof(*worker->groups));
    worker->chosen = qn_memory_calloc(ctx, choose->write->pack_count + 1,
                                      sizeof(*worker->chosen));
    return worker->groups && worker->chosen ? QN_OK : QN_NO_MEMORY;
}

static void dispose_worker(void *shared, void *state)
{
    const struct qn_multi_pack_choose *choose = shared;
    struct worker *worker = state;
    size_t i;

    for (i = 0; worker->chosen && i < choose->write->pack_count; i++)
        choose->write->packs[i].chosen += worker->chosen[i];
    qn_memory_free(worker->entries);
    qn_memory_free(worker->groups);
    qn_memory_free(worker->chosen);
}

/* ---- the entries of one bucket */

static uint32_t fanout_at(const uint8_t *fanout, size_t item)
{
    return qn_endian_load32(fanout + item * 4);
}

static uint32_t first_of(const uint8_t *fanout, size_t item)
{
    return item ? fanout_at(fanout, item - 1) : 0;
}

static void fill_from_packs(const struct qn_multi_pack_write *write,
                            size_t item, struct worker *worker)
{
    struct qn_multi_pack_choose_entry *to = worker->entries;
    size_t i;

    for (i = 0; i < write->pack_count; i++) {
        const struct qn_pack_index *index = write->packs[i].index;
        uint32_t at = first_of(index->fanout, item);
        uint32_t end = fanout_at(index->fanout, item);
        const uint8_t *row = qn_pack_index_row(index, at);

        for (; at < end; at++, to++, row += index->id_stride) {
            to->key = qn_endian_load64(row + 1);
            to->source = (uint32_t)i;
            to->position = at;
        }
    }
    worker->count = (size_t)(to - worker->entries);
}

static void fill_from_layers(const struct qn_multi_pack_write *write,
                             size_t item, struct worker *worker)
{
    struct qn_multi_pack_choose_entry *to = worker->entries;
    size_t i;

    for (i = 0; i < write->layer_count; i++) {
        const struct qn_multi_pack_index *layer = &write->layers[i];
        uint32_t at = first_of(layer->fanout, item);
        uint32_t end = fanout_at(layer->fanout, item);

        for (; at < end; at++) {
            uint64_t offset;
            uint32_t pack;

            qn_multi_pack_index_entry(layer, at, &pack, &offset);
            if (pack >= layer->pack_count) /* it lies */
                continue;
            to->key = qn_endian_load64(qn_multi_pack_index_row(layer, at) + 1);
            to->source = (uint32_t)i;
            to->position = at;
            to++;
        }
    }
    worker->count = (size_t)(to - worker->entries);
}

static size_t bucket_size(const struct qn_multi_pack_write *write, size_t item)
{
    size_t size = 0, i;

    for (i = 0; i < write->layer_count; i++)
        size += fanout_at(write->layers[i].fanout, item) -
                first_of(write->layers[i].fanout, item);
    for (i = 0; !write->layers && i < write->pack_count; i++)
        size += fanout_at(write->packs[i].index->fanout, item) -
                first_of(write->packs[i].index->fanout, item);
    return size;
}

/* ---- their order */

static bool is_same_id(const struct qn_multi_pack_choose *choose,
                       const struct qn_multi_pack_choose_entry *a,
                       const struct qn_multi_pack_choose_entry *b)
{
    return a->key == b->key &&
           memcmp(qn_multi_pack_choose_row(choose, a),
                  qn_multi_pack_choose_row(choose, b), choose->id_size) == 0;
}

static bool is_less(const struct qn_multi_pack_choose *choose,
                    const struct qn_multi_pack_choose_entry *a,
                    const struct qn_multi_pack_choose_entry *b)
{
    uint32_t packs[2];
    uint64_t offset;
    int order;

    if (a->key != b->key)
        return a->key < b->key;
    order = memcmp(qn_multi_pack_choose_row(choose, a),
                   qn_multi_pack_choose_row(choose, b), choose->id_size);
    if (order)
        return order < 0;
    qn_multi_pack_choose_where(choose, a, &packs[0], &offset);
    qn_multi_pack_choose_where(choose, b, &packs[1], &offset);
    return choose->ranks[packs[0]] < choose->ranks[packs[1]];
}

static void sort_few(const struct qn_multi_pack_choose *choose,
                     struct qn_multi_pack_choose_entry *entries, size_t count)
{
    size_t i, j;

    for (i = 1; i < count; i++) {
        struct qn_multi_pack_choose_entry entry = entries[i];

        for (j = i; j > 0 && is_less(choose, &entry, &entries[j - 1]); j--)
            entries[j] = entries[j - 1];
        entries[j] = entry;
    }
}

static void merge_runs(const struct qn_multi_pack_choose *choose,
                       const struct qn_multi_pack_choose_entry *from,
                       size_t middle, size_t end,
                       struct qn_multi_pack_choose_entry *to)
{
    size_t left = 0, right = middle;

    while (left < middle || right < end)
        if (right >= end ||
            (left < middle && !is_less(choose, &from[right], &from[left])))
            *to++ = from[left++];
        else
            *to++ = from[right++];
}

/* Many that lie close together: copies of the same objects.  `room` is as
 * large. */
static void sort_many(const struct qn_multi_pack_choose *choose,
                      struct qn_multi_pack_choose_entry *entries,
                      struct qn_multi_pack_choose_entry *room, size_t count)
{
    struct qn_multi_pack_choose_entry *from = entries, *to = room, *swap;
    size_t width, at;

    for (at = 0; at < count; at += RUN_SIZE)
        sort_few(choose, entries + at,
                 count - at < RUN_SIZE ? count - at : RUN_SIZE);
    for (width = RUN_SIZE; width < count; width *= 2) {
        for (at = 0; at < count; at += 2 * width) {
            size_t end = count - at < 2 * width ? count - at : 2 * width;

            merge_runs(choose, from + at, end < width ? end : width, end,
                       to + at);
        }
        swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, count * sizeof(*entries));
}

/* Deal the worker's entries out into `out` by the first bits of their keys. */
static void sort_bucket(const struct qn_multi_pack_choose *choose,
                        struct worker *worker,
                        struct qn_multi_pack_choose_entry *out)
{
    size_t count = worker->count, groups, i, start = 0;
    uint32_t *ends = worker->groups;
    unsigned bits = 1;

    while (bits < GROUP_BITS_MAX && ((size_t)1 << bits) < count)
        bits++;
    groups = (size_t)1 << bits;
    memset(ends, 0, (groups + 1) * sizeof(*ends));
    for (i = 0; i < count; i++)
        ends[(worker->entries[i].key >> (64 - bits)) + 1]++;
    for (i = 1; i <= groups; i++)
        ends[i] += ends[i - 1];
    for (i = 0; i < count; i++)
        out[ends[worker->entries[i].key >> (64 - bits)]++] = worker->entries[i];
    for (i = 0; i < groups; i++) {
        size_t size = ends[i] - start;

        if (size > RUN_SIZE)
            sort_many(choose, out + start, worker->entries, size);
        else if (size > 1)
            sort_few(choose, out + start, size);
        start = ends[i];
    }
}

/* ---- which of them */

static bool is_in_base(const struct qn_multi_pack_choose *choose,
                       const struct qn_multi_pack_choose_entry *entry)
{
    const struct qn_multi_pack_write *write = choose->write;
    size_t i;

    for (i = 0; i < write->base_count; i++)
        if (qn_multi_pack_index_find(&write->bases[i],
                                     qn_multi_pack_choose_row(choose, entry)) !=
            QN_MULTI_PACK_INDEX_NONE)
            return true;
    return false;
}

/* May the offsets of this source need more than 31 bits? */
static bool may_be_large(const struct qn_multi_pack_write *write,
                         uint32_t source)
{
    const struct qn_pack_index *index;

    if (write->layers)
        return true;
    index = write->packs[source].index;
    return index->version == 1 || index->large_count > 0;
}

static void take(const struct qn_multi_pack_choose *choose,
                 struct worker *worker,
                 const struct qn_multi_pack_choose_entry *entry,
                 struct qn_multi_pack_choose_bucket *bucket)
{
    uint32_t pack = entry->source;
    uint64_t offset = 0;

    if (may_be_large(choose->write, entry->source))
        qn_multi_pack_choose_where(choose, entry, &pack, &offset);
    worker->chosen[pack]++;
    bucket->has_large |= offset > UINT32_MAX;
    bucket->large_count += offset >= HIGH_BIT;
    bucket->entries[bucket->count++] = *entry;
}

/* All ids that begin with one byte. */
static enum qn_status choose_bucket(struct qn_ctx *ctx, void *shared,
                                    void *state, size_t item)
{
    struct qn_multi_pack_choose *choose = shared;
    struct qn_multi_pack_choose_bucket *bucket = &choose->buckets[item];
    struct worker *worker = state;
    size_t size = bucket_size(choose->write, item), i;
    struct qn_multi_pack_choose_entry *entries;
    enum qn_status status;

    if (size > UINT32_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG,
                           "too many objects for a multi-pack-index");
    status = qn_memory_grow(ctx, &worker->entries, &worker->capacity, size + 1,
                            sizeof(*worker->entries));
    if (status)
        return status;
    entries = qn_memory_array(ctx, size + 1, sizeof(*entries));
    if (!entries)
        return QN_NO_MEMORY;
    bucket->entries = entries;
    if (choose->write->layers)
        fill_from_layers(choose->write, item, worker);
    else
        fill_from_packs(choose->write, item, worker);
    sort_bucket(choose, worker, entries);
    for (i = 0; i < worker->count; i++) { /* taken ones are before `i` */
        struct qn_multi_pack_choose_entry entry = entries[i];

        if (bucket->count > 0 &&
            is_same_id(choose, &entries[bucket->count - 1], &entry))
            continue;
        if (choose->write->base_count == 0 || !is_in_base(choose, &entry))
            take(choose, worker, &entry, bucket);
    }
    return QN_OK;
}

enum qn_status qn_multi_pack_choose_run(struct qn_ctx *ctx,
                                        struct qn_multi_pack_choose *choose)
{
    struct qn_parallel_options options = {.shared = choose,
                                          .grain = 8,
                                          .state_size = sizeof(struct worker),
                                          .state_init = init_worker,
                                          .state_dispose = dispose_worker};
    enum qn_status status = rank_packs(ctx, choose);
    size_t i;

    if (status)
        return status;
    for (i = 0; i < choose->write->pack_count; i++)
        choose->write->packs[i].chosen = 0;
    status = qn_parallel_for(ctx, &options, QN_MULTI_PACK_CHOOSE_BUCKETS,
                             choose_bucket);
    for (i = 0; i < QN_MULTI_PACK_CHOOSE_BUCKETS && !status; i++) {
        struct qn_multi_pack_choose_bucket *bucket = &choose->buckets[i];

        bucket->start = choose->count;
        bucket->large_start = choose->large_count;
        choose->count += bucket->count;
        choose->large_count += bucket->large_count;
        choose->has_large |= bucket->has_large;
    }
    if (!status && choose->count > UINT32_MAX)
        status = qn_ctx_fail(ctx, QN_TOO_BIG,
                             "too many objects for a multi-pack-index");
    return status;
}

void qn_multi_pack_choose_dispose(struct qn_multi_pack_choose *choose)
{
    size_t i;

    for (i = 0; i < QN_MULTI_PACK_CHOOSE_BUCKETS; i++)
        qn_memory_free(choose->buckets[i].entries);
    qn_memory_free(choose->ranks);
    qn_memory_free(choose->shifts);
}
