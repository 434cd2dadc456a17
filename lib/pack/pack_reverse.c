/* SPDX-License-Identifier: MIT */
#include "pack/pack_reverse.h"

#include "base/memory.h"

#include <stdlib.h>

#define MAGIC       0x52494458u /* "RIDX" */
#define HEADER_SIZE 12

bool qn_pack_reverse_check(struct qn_ctx *ctx, const char *path,
                           struct qn_bytes bytes,
                           const struct qn_pack_index *index)
{
    size_t tail = 2 * index->id_size;
    uint64_t size = HEADER_SIZE + (uint64_t)index->count * 4 + tail;
    const uint8_t *data = bytes.data;

    if (bytes.size < HEADER_SIZE + tail)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s is too small", path);
    else if (bytes.size != size)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s is corrupt", path);
    else if (qn_endian_load32(data) != MAGIC)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s has unknown signature", path);
    else if (qn_endian_load32(data + 4) != 1)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s has unsupported version %u", path,
                      (unsigned)qn_endian_load32(data + 4));
    else if (qn_endian_load32(data + 8) != index->algorithm)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s has unsupported hash id %u", path,
                      (unsigned)qn_endian_load32(data + 8));
    else
        return true;
    return false;
}

/* What cannot be used is told, but for one that is of another pack. */
static bool is_sound(struct qn_ctx *ctx, const char *path,
                     const struct qn_file_map *map,
                     const struct qn_pack_index *index)
{
    const uint8_t *data = map->data;
    struct qn_bytes bytes = {data, map->size};

    return qn_pack_reverse_check(ctx, path, bytes, index) &&
           memcmp(data + map->size - 2 * index->id_size,
                  qn_pack_index_pack_checksum(index), index->id_size) == 0;
}

/* Does each object of the table begin behind the one before it?  Then there is
 * none twice and none left out, and the table is the order of the pack. */
static bool is_ordered(const struct qn_pack_reverse *reverse,
                       const struct qn_pack_index *index)
{
    uint64_t before = 0;
    uint32_t i;

    for (i = 0; i < reverse->count; i++) {
        uint64_t here =
            qn_pack_index_offset(index, qn_pack_reverse_position(reverse, i));

        if (here <= before)
            return false;
        before = here;
    }
    return true;
}

/* ---- computed: keys of offset and position, the least significant digit of
 * the offset first */

#define DIGIT 14

static unsigned bits_of(uint64_t number)
{
    unsigned bits = 0;

    while (bits < 64 && number >> bits)
        bits++;
    return bits;
}

static void sort_digit(const uint64_t *keys, uint64_t *sorted, uint32_t count,
                       unsigned shift, uint32_t *buckets)
{
    const uint32_t mask = ((uint32_t)1 << DIGIT) - 1;
    uint32_t sum = 0, i;

    memset(buckets, 0, ((size_t)mask + 1) * sizeof(*buckets));
    for (i = 0; i < count; i++)
        buckets[keys[i] >> shift & mask]++;
    for (i = 0; i <= mask; i++) {
        uint32_t here = buckets[i];

        buckets[i] = sum;
        sum += here;
    }
    for (i = 0; i < count; i++) {
        uint64_t key = keys[i];

        sorted[buckets[key >> shift & mask]++] = key;
    }
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

/* Offsets so large that a position has no room beside them. */
static enum qn_status compute_wide(struct qn_ctx *ctx,
                                   const struct qn_pack_index *index,
                                   uint32_t *out)
{
    uint64_t *rows =
        qn_memory_array(ctx, (size_t)index->count + 1, 2 * sizeof(*rows));
    uint32_t i;

    if (!rows)
        return QN_NO_MEMORY;
    for (i = 0; i < index->count; i++) {
        rows[(size_t)i * 2] = qn_pack_index_offset(index, i);
        rows[(size_t)i * 2 + 1] = i;
    }
    qsort(rows, index->count, 2 * sizeof(*rows), compare_keys);
    for (i = 0; i < index->count; i++)
        out[i] = (uint32_t)rows[(size_t)i * 2 + 1];
    qn_memory_free(rows);
    return QN_OK;
}

/* Fill `out`; QN_END: the offsets are too large for that. */
static enum qn_status compute_narrow(struct qn_ctx *ctx,
                                     const struct qn_pack_index *index,
                                     uint32_t *out)
{
    const uint32_t count = index->count;
    unsigned low = bits_of(count), bits, shift;
    uint64_t *keys = qn_memory_array(ctx, (size_t)count + 1, sizeof(*keys));
    uint64_t *spare = qn_memory_array(ctx, (size_t)count + 1, sizeof(*keys));
    uint32_t *buckets =
        qn_memory_array(ctx, (size_t)1 << DIGIT, sizeof(*buckets));
    enum qn_status status = QN_NO_MEMORY;
    uint64_t any = 0, offset, *swap;
    uint32_t i;

    if (!keys || !spare || !buckets)
        goto out;
    for (i = 0; i < count; i++) {
        offset = qn_pack_index_offset(index, i);
        any |= offset;
        keys[i] = offset << low | i;
    }
    bits = bits_of(any);
    status = bits + low > 64 ? QN_END : QN_OK;
    for (shift = low; !status && shift < low + bits; shift += DIGIT) {
        sort_digit(keys, spare, count, shift, buckets);
        swap = keys;
        keys = spare;
        spare = swap;
    }
    for (i = 0; !status && i < count; i++)
        out[i] = (uint32_t)(keys[i] & (((uint64_t)1 << low) - 1));
out:
    qn_memory_free(keys);
    qn_memory_free(spare);
    qn_memory_free(buckets);
    return status;
}

static enum qn_status compute(struct qn_ctx *ctx,
                              const struct qn_pack_index *index,
                              struct qn_pack_reverse *out)
{
    uint32_t *owned =
        qn_memory_array(ctx, (size_t)index->count + 1, sizeof(*owned));
    enum qn_status status;

    if (!owned)
        return QN_NO_MEMORY;
    status = compute_narrow(ctx, index, owned);
    if (status == QN_END)
        status = compute_wide(ctx, index, owned);
    if (status) {
        qn_memory_free(owned);
        return status;
    }
    out->owned = owned;
    out->count = index->count;
    return QN_OK;
}

enum qn_status qn_pack_reverse_open(struct qn_ctx *ctx, const char *path,
                                    const struct qn_pack_index *index,
                                    struct qn_pack_reverse *out)
{
    struct qn_pack_reverse reverse;
    enum qn_status status;
    int fd = -1;

    memset(&reverse, 0, sizeof(reverse));
    reverse.count = index->count;
    if (qn_file_open_if_exists(ctx, path, QN_FILE_READ, &fd) == QN_OK &&
        fd >= 0 && qn_file_map_fd(ctx, fd, path, &reverse.map) == QN_OK) {
        qn_file_close(fd);
        if (is_sound(ctx, path, &reverse.map, index)) {
            if (is_ordered(&reverse, index)) {
                *out = reverse;
                return QN_OK;
            }
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "reverse-index file %s is not the order of its pack",
                          path);
        }
        qn_file_unmap(&reverse.map);
        memset(&reverse.map, 0, sizeof(reverse.map));
    } else {
        qn_file_close(fd);
        qn_ctx_clear(ctx);
    }
    status = compute(ctx, index, &reverse);
    if (!status)
        *out = reverse;
    return status;
}

void qn_pack_reverse_close(struct qn_pack_reverse *reverse)
{
    if (reverse->map.data)
        qn_file_unmap(&reverse->map);
    qn_memory_free(reverse->owned);
    memset(reverse, 0, sizeof(*reverse));
}

uint32_t qn_pack_reverse_find(const struct qn_pack_reverse *reverse,
                              const struct qn_pack_index *index,
                              uint64_t offset)
{
    uint32_t low = 0, high = reverse->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t here = qn_pack_index_offset(
            index, qn_pack_reverse_position(reverse, middle));

        if (here == offset)
            return middle;
        if (here < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return QN_PACK_INDEX_NONE;
}

uint32_t qn_pack_reverse_before(const uint64_t *offsets, uint32_t i,
                                uint64_t offset)
{
    uint32_t low = 0, high = i, step = 1;

    while (step < i && offsets[i - step] > offset) {
        high = i - step;
        step *= 2;
    }
    if (step < i)
        low = i - step;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (offsets[middle] == offset)
            return middle;
        if (offsets[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return QN_PACK_INDEX_NONE;
}
