/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph_filter.h"

#include "base/endian.h"

#define DATA_HEADER    12
#define SEED_FIRST     0x293ae76fu
#define SEED_SECOND    0x7e646e2cu
#define HASH_COUNT_MAX 64
#define BITS_IN_A_BYTE 8

void qn_commit_graph_filter_open(struct qn_commit_graph_filters *filters,
                                 struct qn_bytes index, struct qn_bytes data,
                                 uint32_t commit_count)
{
    uint32_t version;
    uint32_t hash_count;

    filters->index = NULL;
    if (!index.data || !data.data || data.size < DATA_HEADER ||
        index.size != (size_t)commit_count * 4)
        return;
    version = qn_endian_load32(data.data);
    hash_count = qn_endian_load32(data.data + 4);
    if (version < 1 || version > 2 || hash_count < 1 ||
        hash_count > HASH_COUNT_MAX)
        return;
    filters->index = index.data;
    filters->data = data.data + DATA_HEADER;
    filters->size = data.size - DATA_HEADER;
    filters->version = version;
    filters->hash_count = hash_count;
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

enum qn_commit_graph_answer qn_commit_graph_filter_ask(
    const struct qn_commit_graph_filters *filters, uint32_t commit,
    const struct qn_commit_graph_key *keys, size_t key_count)
{
    uint32_t start;
    uint32_t end;
    uint64_t bits;
    size_t i;
    uint32_t j;

    if (!filters->index)
        return QN_COMMIT_GRAPH_UNKNOWN;
    start = commit ? qn_endian_load32(filters->index + ((size_t)commit - 1) * 4)
                   : 0;
    end = qn_endian_load32(filters->index + (size_t)commit * 4);
    if (start >= end || end > filters->size) /* none was made for it */
        return QN_COMMIT_GRAPH_UNKNOWN;
    bits = (uint64_t)(end - start) * BITS_IN_A_BYTE;
    for (i = 0; i < key_count; i++) {
        const uint32_t *hashes = keys[i].hashes[filters->version - 1];

        for (j = 0; j < filters->hash_count; j++) {
            uint64_t bit = (uint32_t)(hashes[0] + j * hashes[1]) % bits;

            if (!(filters->data[start + bit / 8] >> bit % 8 & 1))
                return QN_COMMIT_GRAPH_UNCHANGED;
        }
    }
    return QN_COMMIT_GRAPH_MAYBE;
}
