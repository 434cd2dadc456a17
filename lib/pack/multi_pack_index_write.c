/* SPDX-License-Identifier: MIT */
#include "pack/multi_pack_index_write.h"

#include "base/memory.h"
#include "hash/hash.h"
#include "os/parallel.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 12
#define TOC_ROW     12
#define FANOUT_SIZE 1024
#define BUCKETS     256
#define HIGH_BIT    0x80000000u
#define CHUNKS_MAX  7
#define NAMES_ALIGN 4

struct entry {
    uint64_t key; /* bytes of the id behind the first, for sorting */
    const uint8_t *row;
    uint64_t offset;
    uint32_t pack;
    uint32_t rank; /* of the pack: the least is taken */
};

struct bucket {
    struct entry *entries;
    size_t count;
};

struct encoder {
    struct qn_multi_pack_write *write;
    uint32_t *ranks; /* by pack */
    struct bucket *buckets;
    struct qn_buf *out;
    size_t id_size;
    size_t count;
    size_t large_count;
    bool has_large;
    size_t names_size;
    uint32_t *order;            /* positions, in the order of bits */
    uint32_t *firsts, *numbers; /* of bits, by pack */
};

/* ---- which copy */

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

static enum qn_status rank_packs(struct qn_ctx *ctx, struct encoder *encoder)
{
    const struct qn_multi_pack_write *write = encoder->write;
    struct ranked *ranked =
        qn_memory_array(ctx, write->pack_count + 1, sizeof(*ranked));
    uint32_t i;

    encoder->ranks =
        qn_memory_calloc(ctx, write->pack_count + 1, sizeof(*encoder->ranks));
    if (!ranked || !encoder->ranks) {
        qn_memory_free(ranked);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < write->pack_count; i++) {
        ranked[i].mtime = write->packs[i].mtime;
        ranked[i].pack = i;
        ranked[i].is_preferred = i == write->preferred;
    }
    if (!write->layers)
        qsort(ranked, write->pack_count, sizeof(*ranked), compare_ranked);
    for (i = 0; i < write->pack_count; i++)
        encoder->ranks[ranked[i].pack] = i;
    qn_memory_free(ranked);
    return QN_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    int order;

    if (first->key != second->key)
        return first->key < second->key ? -1 : 1;
    order = memcmp(first->row, second->row, 20); /* the least size of an id */
    if (order)
        return order;
    return first->rank < second->rank ? -1 : first->rank > second->rank;
}

/* SHA-256: all of it. */
static int compare_long_entries(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    int order;

    if (first->key != second->key)
        return first->key < second->key ? -1 : 1;
    order = memcmp(first->row, second->row, QN_ID_MAX_SIZE);
    if (order)
        return order;
    return first->rank < second->rank ? -1 : first->rank > second->rank;
}

static uint32_t fanout_at(const uint8_t *fanout, size_t bucket)
{
    return qn_endian_load32(fanout + bucket * 4);
}

static uint32_t first_of(const uint8_t *fanout, size_t bucket)
{
    return bucket ? fanout_at(fanout, bucket - 1) : 0;
}

static void set_entry(const struct encoder *encoder, struct entry *entry,
                      const uint8_t *row, uint32_t pack, uint64_t offset)
{
    entry->key = qn_endian_load64(row + 1);
    entry->row = row;
    entry->pack = pack;
    entry->offset = offset;
    entry->rank = encoder->ranks[pack];
}

static bool is_in_base(const struct encoder *encoder, const uint8_t *row)
{
    size_t i;

    for (i = 0; i < encoder->write->base_count; i++)
        if (qn_multi_pack_index_find(&encoder->write->bases[i], row) !=
            QN_MULTI_PACK_INDEX_NONE)
            return true;
    return false;
}

static void fill_from_packs(const struct encoder *encoder, size_t item,
                            struct bucket *bucket)
{
    const struct qn_multi_pack_write *write = encoder->write;
    size_t i;
    uint32_t at;

    for (i = 0; i < write->pack_count; i++) {
        const struct qn_pack_index *index = write->packs[i].index;
        uint32_t end = fanout_at(index->fanout, item);

        for (at = first_of(index->fanout, item); at < end; at++)
            set_entry(encoder, &bucket->entries[bucket->count++],
                      qn_pack_index_row(index, at), (uint32_t)i,
                      qn_pack_index_offset(index, at));
    }
}

static void fill_from_layers(const struct encoder *encoder, size_t item,
                             struct bucket *bucket)
{
    const struct qn_multi_pack_write *write = encoder->write;
    uint32_t shift = 0;
    size_t i;
    uint32_t at;

    for (i = 0; i < write->layer_count; i++) {
        const struct qn_multi_pack_index *layer = &write->layers[i];
        uint32_t end = fanout_at(layer->fanout, item);

        for (at = first_of(layer->fanout, item); at < end; at++) {
            uint64_t offset;
            uint32_t pack;

            qn_multi_pack_index_entry(layer, at, &pack, &offset);
            if (pack < layer->pack_count) /* else it lies */
                set_entry(encoder, &bucket->entries[bucket->count++],
                          qn_multi_pack_index_row(layer, at), shift + pack,
                          offset);
        }
        shift += layer->pack_count;
    }
}

static size_t bucket_size(const struct encoder *encoder, size_t item)
{
    const struct qn_multi_pack_write *write = encoder->write;
    size_t size = 0, i;

    for (i = 0; i < write->layer_count; i++)
        size += fanout_at(write->layers[i].fanout, item) -
                first_of(write->layers[i].fanout, item);
    for (i = 0; !write->layers && i < write->pack_count; i++)
        size += fanout_at(write->packs[i].index->fanout, item) -
                first_of(write->packs[i].index->fanout, item);
    return size;
}

/* All ids that begin with one byte. */
static enum qn_status fill_bucket(struct qn_ctx *ctx, void *shared, void *state,
                                  size_t item)
{
    const struct encoder *encoder = shared;
    struct bucket *bucket = &encoder->buckets[item];
    size_t size = bucket_size(encoder, item), i, to = 0;

    (void)state;
    bucket->entries = qn_memory_array(ctx, size + 1, sizeof(*bucket->entries));
    if (!bucket->entries)
        return QN_NO_MEMORY;
    if (encoder->write->layers)
        fill_from_layers(encoder, item, bucket);
    else
        fill_from_packs(encoder, item, bucket);
    qsort(bucket->entries, bucket->count, sizeof(*bucket->entries),
          encoder->id_size == 20 ? compare_entries : compare_long_entries);
    for (i = 0; i < bucket->count; i++) {
        if (to > 0 && memcmp(bucket->entries[to - 1].row,
                             bucket->entries[i].row, encoder->id_size) == 0)
            continue;
        if (encoder->write->base_count > 0 &&
            is_in_base(encoder, bucket->entries[i].row))
            continue;
        bucket->entries[to++] = bucket->entries[i];
    }
    bucket->count = to;
    return QN_OK;
}

static enum qn_status choose(struct qn_ctx *ctx, struct encoder *encoder)
{
    struct qn_parallel_options options = {.shared = encoder, .grain = 8};
    enum qn_status status = rank_packs(ctx, encoder);
    size_t i, j;

    if (status)
        return status;
    encoder->buckets =
        qn_memory_calloc(ctx, BUCKETS, sizeof(*encoder->buckets));
    if (!encoder->buckets)
        return QN_NO_MEMORY;
    status = qn_parallel_for(ctx, &options, BUCKETS, fill_bucket);
    for (i = 0; i < encoder->write->pack_count; i++)
        encoder->write->packs[i].chosen = 0;
    for (i = 0; i < BUCKETS && !status; i++) {
        const struct bucket *bucket = &encoder->buckets[i];

        encoder->count += bucket->count;
        for (j = 0; j < bucket->count; j++) {
            encoder->write->packs[bucket->entries[j].pack].chosen++;
            if (bucket->entries[j].offset > UINT32_MAX)
                encoder->has_large = true;
            if (bucket->entries[j].offset >= HIGH_BIT)
                encoder->large_count++;
        }
    }
    if (!status && encoder->count > UINT32_MAX)
        status = qn_ctx_fail(ctx, QN_TOO_BIG,
                             "too many objects for a multi-pack-index");
    return status;
}

/* ---- the order of bits */

struct placed {
    uint64_t offset;
    uint32_t pack; /* the preferred one is 0, others are one higher */
    uint32_t position;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *first = a, *second = b;

    if (first->pack != second->pack)
        return first->pack < second->pack ? -1 : 1;
    return first->offset < second->offset ? -1 : first->offset > second->offset;
}

static enum qn_status make_order(struct qn_ctx *ctx, struct encoder *encoder)
{
    size_t packs = encoder->write->pack_count, count = encoder->count;
    struct placed *placed = qn_memory_array(ctx, count + 1, sizeof(*placed));
    size_t i, j, at = 0;

    encoder->order = qn_memory_array(ctx, count + 1, sizeof(*encoder->order));
    encoder->firsts = qn_memory_calloc(ctx, packs + 1, sizeof(uint32_t));
    encoder->numbers = qn_memory_calloc(ctx, packs + 1, sizeof(uint32_t));
    if (!placed || !encoder->order || !encoder->firsts || !encoder->numbers) {
        qn_memory_free(placed);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < BUCKETS; i++)
        for (j = 0; j < encoder->buckets[i].count; j++, at++) {
            const struct entry *entry = &encoder->buckets[i].entries[j];

            placed[at].offset = entry->offset;
            placed[at].position = (uint32_t)at;
            placed[at].pack =
                entry->pack == encoder->write->preferred ? 0 : entry->pack + 1;
        }
    qsort(placed, count, sizeof(*placed), compare_placed);
    for (i = 0; i < count; i++) {
        uint32_t pack =
            placed[i].pack ? placed[i].pack - 1 : encoder->write->preferred;

        encoder->order[i] = placed[i].position;
        if (encoder->numbers[pack]++ == 0)
            encoder->firsts[pack] = (uint32_t)i;
    }
    qn_memory_free(placed);
    return QN_OK;
}

/* ---- chunks */

static enum qn_status put32(struct qn_ctx *ctx, struct qn_buf *out,
                            uint32_t value)
{
    uint8_t bytes[4];

    qn_endian_store32(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

static enum qn_status put64(struct qn_ctx *ctx, struct qn_buf *out,
                            uint64_t value)
{
    uint8_t bytes[8];

    qn_endian_store64(bytes, value);
    return qn_buf_append(ctx, out, bytes, sizeof(bytes));
}

static enum qn_status put_names(struct qn_ctx *ctx, struct encoder *encoder)
{
    size_t start = encoder->out->size, i;
    enum qn_status status = QN_OK;

    for (i = 0; i < encoder->write->pack_count && !status; i++) {
        const char *name = encoder->write->packs[i].name;

        status = qn_buf_append(ctx, encoder->out, name, strlen(name) + 1);
    }
    return status ? status
                  : qn_buf_append_repeat(ctx, encoder->out, 0,
                                         encoder->names_size -
                                             (encoder->out->size - start));
}

static enum qn_status put_fanout(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t count = 0, i;

    for (i = 0; i < BUCKETS && !status; i++) {
        count += encoder->buckets[i].count;
        status = put32(ctx, encoder->out, (uint32_t)count);
    }
    return status;
}

static enum qn_status put_ids(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i, j;

    for (i = 0; i < BUCKETS; i++)
        for (j = 0; j < encoder->buckets[i].count && !status; j++)
            status = qn_buf_append(ctx, encoder->out,
                                   encoder->buckets[i].entries[j].row,
                                   encoder->id_size);
    return status;
}

static enum qn_status put_offsets(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    uint32_t large = 0;
    size_t i, j;

    for (i = 0; i < BUCKETS; i++)
        for (j = 0; j < encoder->buckets[i].count && !status; j++) {
            const struct entry *entry = &encoder->buckets[i].entries[j];

            status = put32(ctx, encoder->out, entry->pack);
            if (!status)
                status = put32(ctx, encoder->out,
                               encoder->has_large && entry->offset >= HIGH_BIT
                                   ? HIGH_BIT | large++
                                   : (uint32_t)entry->offset);
        }
    return status;
}

static enum qn_status put_large(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i, j;

    for (i = 0; i < BUCKETS; i++)
        for (j = 0; j < encoder->buckets[i].count && !status; j++)
            if (encoder->buckets[i].entries[j].offset >= HIGH_BIT)
                status = put64(ctx, encoder->out,
                               encoder->buckets[i].entries[j].offset);
    return status;
}

static enum qn_status put_order(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < encoder->count && !status; i++)
        status = put32(ctx, encoder->out, encoder->order[i]);
    return status;
}

static enum qn_status put_bits(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < encoder->write->pack_count && !status; i++) {
        status = put32(ctx, encoder->out, encoder->firsts[i]);
        if (!status)
            status = put32(ctx, encoder->out, encoder->numbers[i]);
    }
    return status;
}

/* ---- the file */

struct chunk {
    const char *name;
    uint64_t size;
    enum qn_status (*put)(struct qn_ctx *ctx, struct encoder *encoder);
    bool is_there;
};

static enum qn_status put_file(struct qn_ctx *ctx, struct encoder *encoder,
                               const struct chunk *chunks)
{
    static const char signature[4] = {'M', 'I', 'D', 'X'};
    struct qn_buf *out = encoder->out;
    enum qn_status status;
    uint8_t header[HEADER_SIZE] = {0};
    uint64_t at = HEADER_SIZE + TOC_ROW, size = 0;
    size_t i;

    memcpy(header, signature, sizeof(signature));
    header[4] = (uint8_t)encoder->write->version;
    header[5] = encoder->write->algorithm == QN_HASH_SHA256 ? 2 : 1;
    for (i = 0; i < CHUNKS_MAX; i++)
        if (chunks[i].is_there) {
            header[6]++;
            at += TOC_ROW;
            size += chunks[i].size;
        }
    qn_endian_store32(header + 8, (uint32_t)encoder->write->pack_count);
    status = qn_buf_reserve(ctx, out, (size_t)(at + size) + encoder->id_size);
    if (!status)
        status = qn_buf_append(ctx, out, header, sizeof(header));
    for (i = 0; i < CHUNKS_MAX && !status; i++) {
        if (!chunks[i].is_there)
            continue;
        status = qn_buf_append(ctx, out, chunks[i].name, 4);
        if (!status)
            status = put64(ctx, out, at);
        at += chunks[i].size;
    }
    if (!status)
        status = put32(ctx, out, 0);
    if (!status)
        status = put64(ctx, out, at);
    for (i = 0; i < CHUNKS_MAX && !status; i++)
        if (chunks[i].is_there)
            status = chunks[i].put(ctx, encoder);
    return status;
}

static void measure_names(struct encoder *encoder)
{
    size_t i;

    for (i = 0; i < encoder->write->pack_count; i++)
        encoder->names_size += strlen(encoder->write->packs[i].name) + 1;
    encoder->names_size =
        (encoder->names_size + NAMES_ALIGN - 1) / NAMES_ALIGN * NAMES_ALIGN;
}

static enum qn_status encode(struct qn_ctx *ctx, struct encoder *encoder)
{
    struct qn_multi_pack_write *write = encoder->write;
    enum qn_status status = choose(ctx, encoder);
    uint64_t count = encoder->count;

    if (!status && write->wants_order)
        status = make_order(ctx, encoder);
    if (status)
        return status;
    measure_names(encoder);
    {
        const struct chunk chunks[CHUNKS_MAX] = {
            {"PNAM", encoder->names_size, put_names, true},
            {"OIDF", FANOUT_SIZE, put_fanout, true},
            {"OIDL", count * encoder->id_size, put_ids, true},
            {"OOFF", count * 8, put_offsets, true},
            {"LOFF", encoder->large_count * 8, put_large, encoder->has_large},
            {"RIDX", count * 4, put_order, write->wants_order},
            {"BTMP", write->pack_count * 8, put_bits, write->wants_order}};

        return put_file(ctx, encoder, chunks);
    }
}

enum qn_status qn_multi_pack_index_encode(struct qn_ctx *ctx,
                                          struct qn_multi_pack_write *write,
                                          struct qn_buf *out,
                                          struct qn_id *name)
{
    struct encoder encoder = {
        .write = write, .out = out, .id_size = qn_id_size(write->algorithm)};
    enum qn_status status = encode(ctx, &encoder);
    size_t i;

    for (i = 0; encoder.buckets && i < BUCKETS; i++)
        qn_memory_free(encoder.buckets[i].entries);
    qn_memory_free(encoder.buckets);
    qn_memory_free(encoder.ranks);
    qn_memory_free(encoder.order);
    qn_memory_free(encoder.firsts);
    qn_memory_free(encoder.numbers);
    if (status)
        return status;
    qn_hash_checksum(write->algorithm, qn_buf_bytes(out), name);
    return qn_buf_append(ctx, out, name->bytes, encoder.id_size);
}
