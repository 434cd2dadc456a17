/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph_filter.h"

#include "base/endian.h"
#include "walk/commit_graph_private.h"

#define DATA_HEADER    12
#define SEED_FIRST     0x293ae76fu
#define SEED_SECOND    0x7e646e2cu
#define HASH_COUNT_MAX 1024
#define BITS_IN_A_BYTE 8

void qn_commit_graph_filter_open(struct qn_ctx *ctx,
                                 struct qn_commit_graph_filters *filters,
                                 struct qn_bytes index, struct qn_bytes data,
                                 uint32_t commit_count)
{
    bool is_sound = index.data && data.data;

    if (index.data && index.size / 4 != commit_count) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "commit-graph changed-path index chunk is too small");
        is_sound = false;
    }
    if (data.data && data.size < DATA_HEADER) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "ignoring too-small changed-path chunk (%zu < %d) in "
                      "commit-graph file",
                      data.size, DATA_HEADER);
        is_sound = false;
    }
    if (!is_sound)
        return;
    filters->version = qn_endian_load32(data.data);
    filters->hash_count = qn_endian_load32(data.data + 4);
    filters->bits_per_entry = qn_endian_load32(data.data + 8);
    filters->index = index.data;
    filters->data = data.data + DATA_HEADER;
    filters->size = data.size - DATA_HEADER;
}

static uint32_t rotate_left(uint32_t value, int count)
{
    return value << count | value >> (32 - count);
}

static uint32_t byte_at(struct qn_bytes text, size_t i, bool is_signed)
{
    uint8_t byte = text.data[i];

    return is_signed && byte >= 0x80 ? 0xffffff00u | byte : byte;
}

/* The public algorithm by Austin Appleby. */
uint32_t qn_commit_graph_filter_hash(uint32_t seed, struct qn_bytes text,
                                     bool is_signed)
{
    const uint32_t c1 = 0xcc9e2d51u;
    const uint32_t c2 = 0x1b873593u;
    uint32_t hash = seed;
    uint32_t tail = 0;
    size_t whole = text.size / 4 * 4;
    size_t i;

    for (i = 0; i < whole; i += 4) {
        uint32_t k = byte_at(text, i, is_signed) |
                     byte_at(text, i + 1, is_signed) << 8 |
                     byte_at(text, i + 2, is_signed) << 16 |
                     byte_at(text, i + 3, is_signed) << 24;

        hash ^= rotate_left(k * c1, 15) * c2;
        hash = rotate_left(hash, 13) * 5 + 0xe6546b64u;
    }
    for (i = text.size; i-- > whole;)
        tail ^= byte_at(text, i, is_signed) << (i - whole) * 8;
    if (text.size > whole)
        hash ^= rotate_left(tail * c1, 15) * c2;
    hash ^= (uint32_t)text.size;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

uint64_t qn_commit_graph_filter_pair(struct qn_bytes path, uint32_t version)
{
    return (uint64_t)qn_commit_graph_filter_hash(SEED_FIRST, path, version == 1)
               << 32 |
           qn_commit_graph_filter_hash(SEED_SECOND, path, version == 1);
}

void qn_commit_graph_key_make(struct qn_bytes path,
                              struct qn_commit_graph_key *out)
{
    int version;

    for (version = 0; version < 2; version++) {
        out->hashes[version][0] =
            qn_commit_graph_filter_hash(SEED_FIRST, path, version == 0);
        out->hashes[version][1] =
            qn_commit_graph_filter_hash(SEED_SECOND, path, version == 0);
    }
}

static bool is_offset_sound(struct qn_ctx *ctx,
                            const struct qn_graph_layer *layer, uint32_t commit,
                            uint32_t offset)
{
    if (offset <= layer->filters.size)
        return true;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                  "ignoring out-of-range offset (%u) for changed-path filter "
                  "at pos %u of %s (chunk size: %zu)",
                  (unsigned)offset, (unsigned)commit, layer->path,
                  layer->filters.size + DATA_HEADER);
    return false;
}

/* The bytes of a commit's filter; false: there is none. */
static bool find_filter(struct qn_ctx *ctx, const struct qn_graph_layer *layer,
                        uint32_t commit, struct qn_bytes *out)
{
    const struct qn_commit_graph_filters *filters = &layer->filters;
    uint32_t end = qn_endian_load32(filters->index + (size_t)commit * 4);
    uint32_t start = 0;

    if (!is_offset_sound(ctx, layer, commit, end))
        return false;
    if (commit > 0) {
        start = qn_endian_load32(filters->index + ((size_t)commit - 1) * 4);
        if (!is_offset_sound(ctx, layer, commit - 1, start))
            return false;
    }
    if (end < start) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "ignoring decreasing changed-path index offsets (%u > "
                      "%u) for positions %u and %u of %s",
                      (unsigned)start, (unsigned)end, (unsigned)commit - 1,
                      (unsigned)commit, layer->path);
        return false;
    }
    *out = qn_bytes_make(filters->data + start, end - start);
    return end > start;
}

enum qn_commit_graph_answer qn_commit_graph_filter_ask(
    struct qn_ctx *ctx, const struct qn_graph_layer *layer, uint32_t commit,
    const struct qn_commit_graph_key *keys, size_t key_count)
{
    const struct qn_commit_graph_filters *filters = &layer->filters;
    struct qn_bytes filter;
    uint64_t bits;
    size_t i;
    uint32_t j;

    if (!filters->index || filters->version < 1 || filters->version > 2 ||
        filters->hash_count > HASH_COUNT_MAX ||
        !find_filter(ctx, layer, commit, &filter))
        return QN_COMMIT_GRAPH_UNKNOWN;
    bits = (uint64_t)filter.size * BITS_IN_A_BYTE;
    for (i = 0; i < key_count; i++) {
        const uint32_t *hashes = keys[i].hashes[filters->version - 1];

        for (j = 0; j < filters->hash_count; j++) {
            uint64_t bit = (uint32_t)(hashes[0] + j * hashes[1]) % bits;

            if (!(filter.data[bit / 8] >> bit % 8 & 1))
                return QN_COMMIT_GRAPH_UNCHANGED;
        }
    }
    return QN_COMMIT_GRAPH_MAYBE;
}

struct qn_bytes qn_commit_graph_filter_get(struct qn_ctx *ctx,
                                           const struct qn_graph_layer *layer,
                                           uint32_t commit)
{
    struct qn_bytes filter;

    if (!layer->filters.index || !find_filter(ctx, layer, commit, &filter))
        return QN_BYTES_NONE;
    return filter;
}
