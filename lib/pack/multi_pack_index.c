/* SPDX-License-Identifier: MIT */
#include "pack/multi_pack_index.h"

#include "base/memory.h"
#include "hash/id_seek.h"

#include <inttypes.h>

#define MAGIC       0x4d494458u /* "MIDX" */
#define HEADER_SIZE 12
#define ROW_SIZE    12

#define CHUNK_NAMES   0x504e414du /* "PNAM" */
#define CHUNK_FANOUT  0x4f494446u /* "OIDF" */
#define CHUNK_IDS     0x4f49444cu /* "OIDL" */
#define CHUNK_OFFSETS 0x4f4f4646u /* "OOFF" */
#define CHUNK_LARGE   0x4c4f4646u /* "LOFF" */
#define CHUNK_REVERSE 0x52494458u /* "RIDX" */

struct chunks {
    struct qn_bytes names;
    struct qn_bytes fanout;
    struct qn_bytes ids;
    struct qn_bytes entries;
    struct qn_bytes large;
    struct qn_bytes reverse;
};

static struct qn_bytes *chunk_of(struct chunks *chunks, uint32_t id)
{
    switch (id) {
    case CHUNK_NAMES:
        return &chunks->names;
    case CHUNK_FANOUT:
        return &chunks->fanout;
    case CHUNK_IDS:
        return &chunks->ids;
    case CHUNK_OFFSETS:
        return &chunks->entries;
    case CHUNK_LARGE:
        return &chunks->large;
    case CHUNK_REVERSE:
        return &chunks->reverse;
    default:
        return NULL;
    }
}

/* Is the name of row `i` in the rows before it? */
static bool is_twice(const uint8_t *rows, size_t i)
{
    size_t j;

    for (j = 0; j < i; j++)
        if (memcmp(rows + j * ROW_SIZE, rows + i * ROW_SIZE, 4) == 0)
            return true;
    return false;
}

static enum qn_status read_chunks(struct qn_ctx *ctx, struct qn_bytes bytes,
                                  const char *name, size_t id_size,
                                  struct chunks *out)
{
    const uint8_t *rows = bytes.data + HEADER_SIZE;
    size_t count = bytes.data[6], i;
    uint64_t least = HEADER_SIZE + (count + 1) * ROW_SIZE;
    uint64_t end = bytes.size - id_size;

    if (bytes.size < least + id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index file %s is too small", name);
    for (i = 0; i < count; i++) {
        const uint8_t *row = rows + i * ROW_SIZE;
        uint64_t from = qn_endian_load64(row + 4);
        uint64_t to = qn_endian_load64(row + ROW_SIZE + 4);
        struct qn_bytes *chunk = chunk_of(out, qn_endian_load32(row));

        if (!qn_endian_load32(row))
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "terminating chunk id appears earlier than "
                               "expected");
        if (from % 4)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "chunk id %x not 4-byte aligned",
                               (unsigned)qn_endian_load32(row));
        if (from < least || to < from || to > end)
            return qn_ctx_fail(
                ctx, QN_CORRUPT,
                "improper chunk offset(s) %" PRIx64 " and %" PRIx64, from, to);
        if (is_twice(rows, i))
            return qn_ctx_fail(ctx, QN_CORRUPT, "duplicate chunk ID %x found",
                               (unsigned)qn_endian_load32(row));
        if (chunk)
            *chunk = qn_bytes_make(bytes.data + from, (size_t)(to - from));
    }
    if (qn_endian_load32(rows + count * ROW_SIZE))
        return qn_ctx_fail(ctx, QN_CORRUPT, "final chunk has non-zero id %x",
                           (unsigned)qn_endian_load32(rows + count * ROW_SIZE));
    return QN_OK;
}

static enum qn_status read_names(struct qn_ctx *ctx, struct qn_bytes chunk,
                                 const char *name,
                                 struct qn_multi_pack_index *index)
{
    uint32_t i;

    /* A name is at least one byte and its NUL. */
    if (index->pack_count > chunk.size / 2)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index pack-name chunk is too short in "
                           "%s",
                           name);
    index->names = qn_memory_array(ctx, (size_t)index->pack_count + 1,
                                   sizeof(*index->names));
    if (!index->names)
        return QN_NO_MEMORY;
    for (i = 0; i < index->pack_count; i++) {
        size_t size = qn_bytes_find(chunk, '\0');

        if (size == 0 || size == chunk.size ||
            memchr(chunk.data, '/', size) != NULL)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "multi-pack-index pack-name chunk is too short "
                               "in %s",
                               name);
        index->names[i] = (const char *)chunk.data;
        if (index->version == 1 && i > 0 &&
            strcmp(index->names[i - 1], index->names[i]) >= 0)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "multi-pack-index pack names out of order: '%s' "
                               "before '%s'",
                               index->names[i - 1], index->names[i]);
        chunk = qn_bytes_from(chunk, size + 1);
    }
    return QN_OK;
}

static enum qn_status check_chunks(struct qn_ctx *ctx,
                                   const struct chunks *chunks,
                                   const char *name,
                                   struct qn_multi_pack_index *index)
{
    uint32_t before = 0;
    int i;

    if (chunks->fanout.size != 256 * 4)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index OID fanout is of the wrong size "
                           "in %s",
                           name);
    for (i = 0; i < 256; i++) {
        uint32_t now = qn_endian_load32(chunks->fanout.data + 4 * i);

        if (now < before)
            return qn_ctx_fail(ctx, QN_CORRUPT, "oid fanout out of order in %s",
                               name);
        before = now;
    }
    index->count = before;
    if (chunks->ids.size != (uint64_t)before * index->id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index OID lookup chunk is the wrong "
                           "size in %s",
                           name);
    if (chunks->entries.size != (uint64_t)before * 8)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index object offset chunk is the wrong "
                           "size in %s",
                           name);
    index->fanout = chunks->fanout.data;
    index->ids = chunks->ids.data;
    index->entries = chunks->entries.data;
    index->large = chunks->large.data;
    index->large_count = (uint32_t)(chunks->large.size / 8);
    if (chunks->reverse.size == (uint64_t)before * 4)
        index->reverse = chunks->reverse.data;
    return read_names(ctx, chunks->names, name, index);
}

enum qn_status qn_multi_pack_index_parse(struct qn_ctx *ctx,
                                         struct qn_bytes bytes,
                                         const char *name, uint32_t algorithm,
                                         struct qn_multi_pack_index *out)
{
    struct qn_multi_pack_index index;
    struct chunks chunks;
    enum qn_status status;

    memset(&index, 0, sizeof(index));
    memset(&chunks, 0, sizeof(chunks));
    index.algorithm = algorithm;
    index.id_size = qn_id_size(algorithm);
    index.map.data = bytes.data;
    index.map.size = bytes.size;
    if (bytes.size < HEADER_SIZE + ROW_SIZE + index.id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index file %s is too small", name);
    if (qn_endian_load32(bytes.data) != MAGIC)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index signature 0x%08x does not match "
                           "signature 0x%08x",
                           (unsigned)qn_endian_load32(bytes.data), MAGIC);
    index.version = bytes.data[4];
    if (index.version != 1 && index.version != 2)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "multi-pack-index version %u not recognized",
                           (unsigned)index.version);
    if (bytes.data[5] != algorithm)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "multi-pack-index hash version %u does not match "
                           "version %u",
                           (unsigned)bytes.data[5], (unsigned)algorithm);
    index.base_count = bytes.data[7];
    index.pack_count = qn_endian_load32(bytes.data + 8);
    status = read_chunks(ctx, bytes, name, index.id_size, &chunks);
    if (!status)
        status = check_chunks(ctx, &chunks, name, &index);
    if (status)
        qn_memory_free(index.names);
    else
        *out = index;
    return status;
}

enum qn_status qn_multi_pack_index_open(struct qn_ctx *ctx, const char *path,
                                        uint32_t algorithm,
                                        struct qn_multi_pack_index *out)
{
    struct qn_file_map map;
    enum qn_status status = qn_file_map(ctx, path, &map);

    if (status)
        return status;
    status = qn_multi_pack_index_parse(ctx, qn_bytes_make(map.data, map.size),
                                       path, algorithm, out);
    if (status)
        qn_file_unmap(&map);
    else
        out->map = map;
    return status;
}

void qn_multi_pack_index_close(struct qn_multi_pack_index *index)
{
    qn_file_unmap(&index->map);
    qn_memory_free(index->names);
    memset(index, 0, sizeof(*index));
}

static inline uint32_t seek(const struct qn_multi_pack_index *index,
                            const uint8_t *row, bool *is_there)
{
    struct qn_id_table table = {index->fanout,  index->ids,     index->id_size,
                                index->id_size, index->entries, 8};

    return qn_id_seek(&table, row, is_there);
}

uint32_t qn_multi_pack_index_lower(const struct qn_multi_pack_index *index,
                                   const uint8_t *row)
{
    bool is_there;

    return seek(index, row, &is_there);
}

uint32_t qn_multi_pack_index_find(const struct qn_multi_pack_index *index,
                                  const uint8_t *row)
{
    bool is_there;
    uint32_t position = seek(index, row, &is_there);

    return is_there ? position : QN_MULTI_PACK_INDEX_NONE;
}

void qn_multi_pack_index_entry(const struct qn_multi_pack_index *index,
                               uint32_t position, uint32_t *pack,
                               uint64_t *offset)
{
    const uint8_t *entry = index->entries + (size_t)position * 8;
    uint32_t where = qn_endian_load32(entry + 4);

    *pack = qn_endian_load32(entry);
    *offset = where;
    if (index->large && where & 0x80000000u) {
        where &= 0x7fffffffu;
        *offset = where < index->large_count
                      ? qn_endian_load64(index->large + (size_t)where * 8)
                      : 0;
    }
}

/* Open one more layer; `*is_used` false when it is of no use. */
static enum qn_status open_layer(struct qn_ctx *ctx, const char *path,
                                 uint32_t algorithm,
                                 struct qn_multi_pack_index **layers,
                                 size_t *capacity, size_t *count, bool *is_used)
{
    enum qn_status status =
        qn_memory_grow(ctx, layers, capacity, *count + 1, sizeof(**layers));

    *is_used = false;
    if (status)
        return status;
    status = qn_multi_pack_index_open(ctx, path, algorithm, &(*layers)[*count]);
    if (status == QN_OK) {
        (*count)++;
        *is_used = true;
        return QN_OK;
    }
    if (status == QN_NO_MEMORY)
        return status;
    if (status != QN_NOT_FOUND)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status open_chain(struct qn_ctx *ctx, const char *directory,
                                 uint32_t algorithm, struct qn_bytes chain,
                                 struct qn_multi_pack_index **layers,
                                 size_t *capacity, size_t *count)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    struct qn_bytes line;
    struct qn_id id;
    bool is_used = true;

    while (!status && is_used && qn_bytes_next(&chain, '\n', &line)) {
        if (!qn_id_from_hex(&id, algorithm, line))
            break;
        qn_buf_clear(&path);
        status = qn_buf_printf(
            ctx, &path, "%s/multi-pack-index.d/multi-pack-index-%.*s.midx",
            directory, QN_BYTES_ARG(line));
        if (!status)
            status = open_layer(ctx, qn_buf_string(&path), algorithm, layers,
                                capacity, count, &is_used);
        if (!status && !is_used)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                          "unable to find all multi-pack index files");
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_multi_pack_index_open_all(struct qn_ctx *ctx,
                                            const char *directory,
                                            uint32_t algorithm,
                                            struct qn_multi_pack_index **out,
                                            size_t *out_count)
{
    struct qn_multi_pack_index *layers = NULL;
    struct qn_buf path = QN_BUF_INIT, chain = QN_BUF_INIT;
    size_t capacity = 0, count = 0;
    enum qn_status status;
    bool is_used = false;

    status = qn_buf_printf(ctx, &path, "%s/multi-pack-index", directory);
    if (!status && qn_file_exists(qn_buf_string(&path)))
        status = open_layer(ctx, qn_buf_string(&path), algorithm, &layers,
                            &capacity, &count, &is_used);
    if (!status && !is_used) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path,
                               "%s/multi-pack-index.d/multi-pack-index-chain",
                               directory);
        if (!status && qn_file_exists(qn_buf_string(&path)))
            status = qn_file_read_all(ctx, qn_buf_string(&path), &chain);
        if (!status)
            status = open_chain(ctx, directory, algorithm, qn_buf_bytes(&chain),
                                &layers, &capacity, &count);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&chain);
    if (status) {
        while (count > 0)
            qn_multi_pack_index_close(&layers[--count]);
        qn_memory_free(layers);
        return status;
    }
    *out = layers;
    *out_count = count;
    return QN_OK;
}
