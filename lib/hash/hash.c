/* SPDX-License-Identifier: MIT */
#include "hash/hash.h"

#include "base/endian.h"
#include "hash/hash_lanes.h"
#include "hash/sha1.h"
#include "hash/sha256.h"

#define BLOCK_SIZE 64

static void compress(struct qn_hash *hash, const uint8_t *blocks, size_t count)
{
    if (hash->algorithm == QN_HASH_SHA256)
        qn_sha256_engine()->blocks(hash->state, blocks, count);
    else if (hash->is_unchecked)
        qn_sha1_compress_unchecked(qn_sha1_engine(), hash->state, blocks,
                                   count);
    else if (qn_sha1_compress(qn_sha1_engine(), hash->state, blocks, count))
        hash->has_collision = 1;
}

void qn_hash_init(struct qn_hash *hash, uint32_t algorithm)
{
    hash->algorithm = algorithm;
    hash->has_collision = 0;
    hash->is_unchecked = 0;
    hash->byte_count = 0;
    if (algorithm == QN_HASH_SHA256)
        memcpy(hash->state, qn_sha256_start, sizeof(qn_sha256_start));
    else
        memcpy(hash->state, qn_sha1_start, sizeof(qn_sha1_start));
}

void qn_hash_init_unchecked(struct qn_hash *hash, uint32_t algorithm)
{
    qn_hash_init(hash, algorithm);
    hash->is_unchecked = 1;
}

void qn_hash_update(struct qn_hash *hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t held = (size_t)(hash->byte_count % QN_HASH_BUFFER_SIZE);
    size_t whole;

    if (size == 0)
        return;
    hash->byte_count += size;
    if (held > 0) {
        size_t room = QN_HASH_BUFFER_SIZE - held;

        if (size < room) {
            memcpy(hash->buffer + held, bytes, size);
            return;
        }
        memcpy(hash->buffer + held, bytes, room);
        compress(hash, hash->buffer, QN_HASH_BUFFER_SIZE / BLOCK_SIZE);
        bytes += room;
        size -= room;
    }
    whole = size - size % QN_HASH_BUFFER_SIZE;
    if (whole > 0)
        compress(hash, bytes, whole / BLOCK_SIZE);
    if (size > whole)
        memcpy(hash->buffer, bytes + whole, size - whole);
}

static void finish(struct qn_hash *hash, struct qn_id *out)
{
    uint8_t *buffer = hash->buffer;
    size_t held = (size_t)(hash->byte_count % QN_HASH_BUFFER_SIZE);
    size_t word_count = qn_id_size(hash->algorithm) / 4;
    size_t end, i;

    buffer[held++] = 0x80;
    if (held > QN_HASH_BUFFER_SIZE - 8) { /* no room for the length */
        memset(buffer + held, 0, QN_HASH_BUFFER_SIZE - held);
        compress(hash, buffer, QN_HASH_BUFFER_SIZE / BLOCK_SIZE);
        held = 0;
    }
    end = (held + 8 + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
    memset(buffer + held, 0, end - 8 - held);
    qn_endian_store64(buffer + end - 8, hash->byte_count << 3);
    compress(hash, buffer, end / BLOCK_SIZE);
    qn_id_clear(out, hash->algorithm);
    for (i = 0; i < word_count; i++)
        qn_endian_store32(out->bytes + 4 * i, hash->state[i]);
}

enum qn_status qn_hash_final(struct qn_ctx *ctx, struct qn_hash *hash,
                             struct qn_id *out)
{
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    finish(hash, &id);
    if (hash->has_collision)
        return qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "hash.collision", qn_id_to_hex(&id, hex),
            "SHA-1 appears to be part of a collision attack: %s", hex);
    *out = id;
    return QN_OK;
}

enum qn_status qn_hash_buffer(struct qn_ctx *ctx, uint32_t algorithm,
                              struct qn_bytes data, struct qn_id *out)
{
    struct qn_hash hash;

    qn_hash_init(&hash, algorithm);
    qn_hash_update(&hash, data.data, data.size);
    return qn_hash_final(ctx, &hash, out);
}

void qn_hash_checksum(uint32_t algorithm, struct qn_bytes data,
                      struct qn_id *out)
{
    struct qn_hash hash;

    qn_hash_init_unchecked(&hash, algorithm);
    qn_hash_update(&hash, data.data, data.size);
    finish(&hash, out);
}

bool qn_hash_proves(uint32_t algorithm, struct qn_bytes file)
{
    size_t id_size = qn_id_size(algorithm);
    struct qn_id sum;

    if (file.size > QN_HASH_PROVEN_SIZE)
        return true;
    if (file.size < id_size)
        return false;
    qn_hash_checksum(algorithm, qn_bytes_first(file, file.size - id_size),
                     &sum);
    return memcmp(sum.bytes, file.data + file.size - id_size, id_size) == 0;
}

enum qn_status qn_hash_object(struct qn_ctx *ctx, uint32_t algorithm,
                              const char *type_name, struct qn_bytes data,
                              struct qn_id *out)
{
    struct qn_hash hash;
    char digits[21];
    char *digit = digits + sizeof(digits);
    uint64_t size = data.size;

    *--digit = '\0';
    do {
        *--digit = (char)('0' + size % 10);
        size /= 10;
    } while (size > 0);
    qn_hash_init(&hash, algorithm);
    qn_hash_update(&hash, type_name, strlen(type_name));
    qn_hash_update(&hash, " ", 1);
    qn_hash_update(&hash, digit, (size_t)(digits + sizeof(digits) - digit));
    qn_hash_update(&hash, data.data, data.size);
    return qn_hash_final(ctx, &hash, out);
}

void qn_hash_many(uint32_t algorithm, struct qn_hash_job *jobs, size_t count)
{
    const struct qn_sha1_engine *sha1 = qn_sha1_engine();
    const struct qn_sha256_engine *sha256 = qn_sha256_engine();
    size_t i;

    if (algorithm == QN_HASH_SHA1 && sha1->lanes) {
        qn_hash_lanes_run(sha1, jobs, count);
        return;
    }
    if (algorithm == QN_HASH_SHA256 && sha256->lanes &&
        count >= sha256->lane_floor) {
        qn_hash_lanes_run_sha256(sha256, jobs, count);
        return;
    }
    for (i = 0; i < count; i++) {
        struct qn_hash hash;

        qn_hash_init(&hash, algorithm);
        qn_hash_update(&hash, jobs[i].prefix, jobs[i].prefix_size);
        qn_hash_update(&hash, jobs[i].data.data, jobs[i].data.size);
        finish(&hash, &jobs[i].id);
        jobs[i].collision = hash.has_collision;
    }
}

size_t qn_hash_lane_count(uint32_t algorithm)
{
    return algorithm == QN_HASH_SHA256 ? qn_sha256_engine()->lane_count
                                       : qn_sha1_engine()->lane_count;
}

const char *qn_hash_implementation(uint32_t algorithm)
{
    return algorithm == QN_HASH_SHA256 ? qn_sha256_engine()->name
                                       : qn_sha1_engine()->name;
}
