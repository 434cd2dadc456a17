/* SPDX-License-Identifier: MIT */
#include "pack/multi_pack_index_write.h"

#include "base/memory.h"
#include "hash/hash.h"
#include "os/parallel.h"
#include "pack/multi_pack_choose.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 12
#define TOC_ROW     12
#define FANOUT_SIZE 1024
#define BUCKETS     QN_MULTI_PACK_CHOOSE_BUCKETS
#define HIGH_BIT    0x80000000u
#define CHUNKS_MAX  7
#define NAMES_ALIGN 4

struct encoder {
    struct qn_multi_pack_write *write;
    struct qn_multi_pack_choose choose;
    struct qn_buf *out;
    uint8_t *ids, *where, *large; /* places in `out`, filled by workers */
    size_t id_size;
    size_t names_size;
    uint32_t *order;            /* positions, in the order of bits */
    uint32_t *firsts, *numbers; /* of bits, by pack */
};

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
    const struct qn_multi_pack_choose *choose = &encoder->choose;
    size_t packs = encoder->write->pack_count, count = choose->count;
    struct placed *placed = qn_memory_array(ctx, count + 1, sizeof(*placed));
    uint32_t below = 0;
    size_t i, j, at = 0;

    for (i = 0; i < encoder->write->base_count; i++)
        below += encoder->write->bases[i].count;
    encoder->order = qn_memory_array(ctx, count + 1, sizeof(*encoder->order));
    encoder->firsts = qn_memory_calloc(ctx, packs + 1, sizeof(uint32_t));
    encoder->numbers = qn_memory_calloc(ctx, packs + 1, sizeof(uint32_t));
    if (!placed || !encoder->order || !encoder->firsts || !encoder->numbers) {
        qn_memory_free(placed);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < BUCKETS; i++)
        for (j = 0; j < choose->buckets[i].count; j++, at++) {
            uint32_t pack;

            qn_multi_pack_choose_where(choose, &choose->buckets[i].entries[j],
                                       &pack, &placed[at].offset);
            placed[at].position = (uint32_t)at;
            placed[at].pack = pack == encoder->write->preferred ? 0 : pack + 1;
        }
    qsort(placed, count, sizeof(*placed), compare_placed);
    for (i = 0; i < count; i++) {
        uint32_t pack =
            placed[i].pack ? placed[i].pack - 1 : encoder->write->preferred;

        encoder->order[i] = below + placed[i].position;
        if (encoder->numbers[pack]++ == 0)
            encoder->firsts[pack] = below + (uint32_t)i;
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
        count += encoder->choose.buckets[i].count;
        status = put32(ctx, encoder->out, (uint32_t)count);
    }
    return status;
}

/* Room for these, which fill_rows() fills. */
static enum qn_status put_room(struct qn_ctx *ctx, struct encoder *encoder,
                               size_t size, uint8_t **place)
{
    size_t start = encoder->out->size;
    enum qn_status status = qn_buf_reserve(ctx, encoder->out, size);

    if (status)
        return status;
    *place = encoder->out->data + start;
    encoder->out->size = start + size;
    return QN_OK;
}

static enum qn_status put_ids(struct qn_ctx *ctx, struct encoder *encoder)
{
    return put_room(ctx, encoder, encoder->choose.count * encoder->id_size,
                    &encoder->ids);
}

static enum qn_status put_offsets(struct qn_ctx *ctx, struct encoder *encoder)
{
    return put_room(ctx, encoder, encoder->choose.count * 8, &encoder->where);
}

static enum qn_status put_large(struct qn_ctx *ctx, struct encoder *encoder)
{
    return put_room(ctx, encoder, encoder->choose.large_count * 8,
                    &encoder->large);
}

/* The rows of one bucket, in their places. */
static enum qn_status fill_rows(struct qn_ctx *ctx, void *shared, void *state,
                                size_t item)
{
    const struct encoder *encoder = shared;
    const struct qn_multi_pack_choose *choose = &encoder->choose;
    const struct qn_multi_pack_choose_bucket *bucket = &choose->buckets[item];
    uint8_t *id = encoder->ids + bucket->start * encoder->id_size;
    uint8_t *where = encoder->where + bucket->start * 8;
    size_t large = bucket->large_start, i;

    (void)ctx;
    (void)state;
    for (i = 0; i < bucket->count; i++) {
        const struct qn_multi_pack_choose_entry *entry = &bucket->entries[i];
        const uint8_t *row = qn_multi_pack_choose_row(choose, entry);
        uint32_t pack, stored;
        uint64_t offset;

        if (encoder->id_size == 20) /* a size that the compiler knows */
            memcpy(id, row, 20);
        else
            memcpy(id, row, encoder->id_size);
        qn_multi_pack_choose_where(choose, entry, &pack, &offset);
        stored = (uint32_t)offset;
        if (choose->has_large && offset >= HIGH_BIT) {
            qn_endian_store64(encoder->large + large * 8, offset);
            stored = HIGH_BIT | (uint32_t)large++;
        }
        qn_endian_store32(where, pack);
        qn_endian_store32(where + 4, stored);
        id += encoder->id_size;
        where += 8;
    }
    return QN_OK;
}

static enum qn_status put_order(struct qn_ctx *ctx, struct encoder *encoder)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < encoder->choose.count && !status; i++)
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
    struct qn_parallel_options options = {.shared = encoder, .grain = 8};
    enum qn_status status = qn_multi_pack_choose_run(ctx, &encoder->choose);
    uint64_t count = encoder->choose.count;

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
            {"LOFF", encoder->choose.large_count * 8, put_large,
             encoder->choose.has_large},
            {"RIDX", count * 4, put_order, write->wants_order},
            {"BTMP", write->pack_count * 8, put_bits, write->wants_order}};

        status = put_file(ctx, encoder, chunks);
    }
    return status ? status : qn_parallel_for(ctx, &options, BUCKETS, fill_rows);
}

enum qn_status qn_multi_pack_index_encode(struct qn_ctx *ctx,
                                          struct qn_multi_pack_write *write,
                                          struct qn_buf *out,
                                          struct qn_id *name)
{
    struct encoder encoder = {
        .write = write,
        .choose = {.write = write, .id_size = qn_id_size(write->algorithm)},
        .out = out,
        .id_size = qn_id_size(write->algorithm)};
    enum qn_status status = encode(ctx, &encoder);

    qn_multi_pack_choose_dispose(&encoder.choose);
    qn_memory_free(encoder.order);
    qn_memory_free(encoder.firsts);
    qn_memory_free(encoder.numbers);
    if (status)
        return status;
    qn_hash_checksum(write->algorithm, qn_buf_bytes(out), name);
    return qn_buf_append(ctx, out, name->bytes, encoder.id_size);
}
