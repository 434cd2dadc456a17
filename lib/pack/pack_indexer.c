/* SPDX-License-Identifier: MIT */
#include "pack/pack_indexer_private.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/hash.h"
#include "trace/trace.h"

#include <inttypes.h>

enum qn_status qn_pack_indexer_reserve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t count)
{
    enum qn_status status;

    status = qn_pack_table_reserve(ctx, &work->out->table, count);
    if (!status)
        status = qn_memory_grow(ctx, &work->entries, &work->entry_capacity,
                                count, sizeof(*work->entries));
    if (!status)
        status = qn_memory_grow(ctx, &work->out->types, &work->type_capacity,
                                count, 1);
    return status;
}

static enum qn_status open_pack(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work)
{
    size_t id_size = qn_id_size(work->options->algorithm);
    enum qn_status status = QN_OK;
    uint32_t version;

    if (work->options->bytes.data) {
        work->map.data = work->options->bytes.data;
        work->map.size = work->options->bytes.size;
    } else {
        status = qn_file_map(ctx, work->path, &work->map);
    }
    if (status)
        return status;
    if (work->map.size < 12 + id_size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (memcmp(work->map.data, "PACK", 4) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack signature mismatch");
    version = qn_endian_load32(work->map.data + 4);
    if (version != 2 && version != 3)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "pack version %u unsupported",
                           (unsigned)version);
    work->end = work->map.size - id_size;
    return QN_OK;
}

static enum qn_status check_checksum(struct qn_ctx *ctx,
                                     struct qn_pack_indexer_work *work)
{
    struct qn_id *checksum = &work->out->table.checksum;
    enum qn_status status;

    if (work->options->checksum) {
        *checksum = *work->options->checksum;
        return QN_OK;
    }
    status = qn_hash_buffer(ctx, work->options->algorithm,
                            qn_pack_indexer_bytes(work), checksum);
    if (!status && memcmp(checksum->bytes, work->map.data + work->end,
                          qn_id_size(work->options->algorithm)) != 0)
        status =
            qn_ctx_fail(ctx, QN_CORRUPT, "pack is corrupted (SHA1 mismatch)");
    return status;
}

/* Append one base to the file, which is open for writing at its end. */
static enum qn_status append_base(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_work *work, int fd,
                                  const struct qn_object *object,
                                  uint64_t *offset, struct qn_buf *packed)
{
    uint8_t header[QN_PACK_ENTRY_HEADER_MAX];
    size_t used = qn_pack_entry_write_header(header, (unsigned)object->type,
                                             object->data.size);
    enum qn_status status;

    qn_buf_clear(packed);
    status = qn_buf_append(ctx, packed, header, used);
    if (!status)
        status = qn_deflate_append(ctx, work->options->level,
                                   qn_object_bytes(object), packed);
    if (!status)
        status = qn_file_write_at(ctx, fd, *offset, packed->data, packed->size);
    *offset += packed->size;
    return status;
}

/* Append every base that is missing; the file gets a new count and checksum. */
static enum qn_status append_bases(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work, int fd,
                                   uint64_t *end, size_t *added)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf packed = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;

    for (i = 0; i < work->ref_count && !status; i++) {
        if (atomic_load(&work->refs[i].is_claimed))
            continue;
        qn_id_from_row(&id, work->options->algorithm, work->refs[i].row);
        status = work->options->base(ctx, work->options->data, &id, &object);
        if (status == QN_NOT_FOUND)
            status = QN_END;
        if (!status)
            status =
                qn_pack_indexer_reserve(ctx, work, work->count + *added + 1);
        if (!status) {
            work->out->table.offsets[work->count + *added] = *end;
            status = append_base(ctx, work, fd, &object, end, &packed);
            ++*added;
        }
        if (status == QN_END) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    qn_object_dispose(&object);
    qn_buf_dispose(&packed);
    return status;
}

static enum qn_status write_trailer(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work, int fd,
                                    uint64_t end, size_t count)
{
    struct qn_file_map map;
    struct qn_hash hash;
    uint8_t number[4];
    enum qn_status status;

    qn_endian_store32(number, (uint32_t)count);
    status = qn_file_write_at(ctx, fd, 8, number, sizeof(number));
    if (!status)
        status = qn_file_map_fd(ctx, fd, work->path, &map);
    if (status)
        return status;
    qn_hash_init_unchecked(&hash, work->options->algorithm);
    qn_hash_update(&hash, map.data, (size_t)end);
    qn_file_unmap(&map);
    status = qn_hash_final(ctx, &hash, &work->out->table.checksum);
    if (!status)
        status = qn_file_write_at(ctx, fd, end, work->out->table.checksum.bytes,
                                  qn_id_size(work->options->algorithm));
    return status;
}

/* Make a thin pack whole: bases are appended where the checksum was, the map is
 * made anew, and what hangs under them is resolved. */
static enum qn_status complete_thin(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work)
{
    size_t first = work->count, added = 0, i, unresolved = 0;
    uint64_t end = work->end;
    enum qn_status status;
    int fd = -1;

    for (i = 0; i < work->ref_count; i++)
        unresolved += !atomic_load(&work->refs[i].is_claimed);
    if (unresolved == 0)
        return QN_OK;
    if (!work->options->base || work->options->bytes.data)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack has %zu unresolved delta%s",
                           unresolved, unresolved == 1 ? "" : "s");
    status = qn_file_chmod(ctx, work->path, 0644);
    if (!status)
        status =
            qn_file_open(ctx, work->path, QN_FILE_READ | QN_FILE_WRITE, 0, &fd);
    if (!status)
        status = append_bases(ctx, work, fd, &end, &added);
    /* One that is not to be had may still come out of another delta. */
    if (!status && added == 0)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "pack has %zu unresolved delta%s",
                             unresolved, unresolved == 1 ? "" : "s");
    if (!status)
        status = write_trailer(ctx, work, fd, end, first + added);
    qn_file_close(fd);
    if (!status)
        status = qn_file_chmod(ctx, work->path, 0444);
    if (status)
        return status;
    {
        struct qn_file_map map;
        const uint8_t *old = work->map.data;

        status = qn_file_map(ctx, work->path, &map);
        if (status)
            return status;
        for (i = 0; i < work->ref_count; i++)
            work->refs[i].row = map.data + (work->refs[i].row - old);
        qn_file_unmap(&work->map);
        work->map = map;
        work->end = end;
    }
    work->count += added;
    for (i = first; i < work->count && !status; i++) {
        struct qn_pack_indexer_entry *entry = &work->entries[i];
        struct qn_pack_entry parsed;

        status = qn_pack_entry_parse(ctx, qn_pack_indexer_bytes(work),
                                     work->options->algorithm,
                                     work->out->table.offsets[i], &parsed);
        memset(entry, 0, sizeof(*entry));
        entry->data_offset = parsed.data_offset;
        entry->size = parsed.size;
        entry->type = (uint8_t)parsed.type;
        entry->base = entry->child = entry->sibling = QN_PACK_INDEXER_NONE;
    }
    return status ? status : qn_pack_indexer_resolve(ctx, work, first);
}

/* A base that turned out to be another object than was asked for, or deltas in
 * a circle, leave entries without a type. */
static enum qn_status check_resolved(struct qn_ctx *ctx,
                                     const struct qn_pack_indexer_work *work)
{
    size_t missing = 0, i;

    if (atomic_load(&work->collisions) > 0)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "hash.collision", NULL,
                                  "pack holds a SHA-1 collision attack");
    for (i = 0; i < work->count; i++)
        missing += work->out->types[i] == QN_OBJECT_NONE;
    if (missing > 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack has %zu unresolved delta%s",
                           missing, missing == 1 ? "" : "s");
    return QN_OK;
}

enum qn_status
qn_pack_indexer_run(struct qn_ctx *ctx, const char *path,
                    const struct qn_pack_indexer_options *options,
                    struct qn_pack_indexer *out)
{
    struct qn_pack_indexer result = {0};
    struct qn_pack_indexer_work work = {
        .options = options, .path = path, .out = &result};
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "pack.index", path);
    qn_pack_table_init(&result.table, options->algorithm);
    status = open_pack(ctx, &work);
    if (!status)
        status = check_checksum(ctx, &work);
    if (!status)
        status = qn_pack_indexer_scan(ctx, &work);
    if (!status)
        status = qn_pack_indexer_link(ctx, &work);
    if (!status)
        status = qn_pack_indexer_resolve(ctx, &work, 0);
    if (!status)
        status = complete_thin(ctx, &work);
    if (!status)
        status = check_resolved(ctx, &work);
    result.table.count = work.count;
    if (work.map.data && !options->bytes.data)
        qn_file_unmap(&work.map);
    qn_memory_free(work.entries);
    qn_memory_free(work.refs);
    if (status)
        qn_pack_indexer_dispose(&result);
    else
        *out = result;
    qn_span_end(ctx, &span);
    return status;
}

void qn_pack_indexer_dispose(struct qn_pack_indexer *indexer)
{
    qn_pack_table_dispose(&indexer->table);
    qn_memory_free(indexer->types);
    indexer->types = NULL;
}
