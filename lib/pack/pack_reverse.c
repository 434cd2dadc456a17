/* SPDX-License-Identifier: MIT */
#include "pack/pack_reverse.h"

#include "base/memory.h"

#define MAGIC       0x52494458u /* "RIDX" */
#define HEADER_SIZE 12

/* What cannot be used is told, but for one that is of another pack. */
static bool is_sound(struct qn_ctx *ctx, const char *path,
                     const struct qn_file_map *map,
                     const struct qn_pack_index *index)
{
    size_t tail = 2 * index->id_size;
    uint64_t size = HEADER_SIZE + (uint64_t)index->count * 4 + tail;
    const uint8_t *data = map->data;

    if (map->size < HEADER_SIZE + tail)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "reverse-index file %s is too small", path);
    else if (map->size != size)
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
        return memcmp(data + map->size - tail,
                      qn_pack_index_pack_checksum(index), index->id_size) == 0;
    return false;
}

struct row {
    uint64_t offset;
    uint32_t position;
};

/* Least significant digit first, 16 bits at a time, as many digits as the
 * largest offset has. */
static void sort_rows(struct row **rows, struct row **spare, uint32_t count,
                      uint64_t largest, uint32_t *buckets)
{
    unsigned shift;

    for (shift = 0; shift < 64 && largest >> shift; shift += 16) {
        struct row *from = *rows, *to = *spare;
        uint32_t sum = 0, i;

        memset(buckets, 0, 65536 * sizeof(*buckets));
        for (i = 0; i < count; i++)
            buckets[from[i].offset >> shift & 0xffff]++;
        for (i = 0; i < 65536; i++) {
            uint32_t here = buckets[i];

            buckets[i] = sum;
            sum += here;
        }
        for (i = 0; i < count; i++)
            to[buckets[from[i].offset >> shift & 0xffff]++] = from[i];
        *rows = to;
        *spare = from;
    }
}

static enum qn_status compute(struct qn_ctx *ctx,
                              const struct qn_pack_index *index,
                              struct qn_pack_reverse *out)
{
    enum qn_status status = QN_NO_MEMORY;
    struct row *rows = NULL, *spare = NULL;
    uint32_t *buckets = NULL, *owned = NULL;
    uint64_t largest = 0;
    uint32_t i;

    rows = qn_memory_array(ctx, (size_t)index->count + 1, sizeof(*rows));
    spare = rows ? qn_memory_array(ctx, (size_t)index->count + 1, sizeof(*rows))
                 : NULL;
    buckets = spare ? qn_memory_array(ctx, 65536, sizeof(*buckets)) : NULL;
    owned = buckets
                ? qn_memory_array(ctx, (size_t)index->count + 1, sizeof(*owned))
                : NULL;
    if (!owned)
        goto out;
    for (i = 0; i < index->count; i++) {
        rows[i].offset = qn_pack_index_offset(index, i);
        rows[i].position = i;
        if (rows[i].offset > largest)
            largest = rows[i].offset;
    }
    sort_rows(&rows, &spare, index->count, largest, buckets);
    for (i = 0; i < index->count; i++)
        owned[i] = rows[i].position;
    out->owned = owned;
    out->count = index->count;
    status = QN_OK;
out:
    qn_memory_free(rows);
    qn_memory_free(spare);
    qn_memory_free(buckets);
    return status;
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
            *out = reverse;
            return QN_OK;
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
