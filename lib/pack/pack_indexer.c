/* SPDX-License-Identifier: MIT */
#include "pack/pack_indexer_private.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/crc32.h"
#include "hash/hash.h"
#include "os/parallel.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MEMORY_LIMIT       (32u << 20)
#define POOLS_LIMIT        (12u << 20) /* of all workers, and the caller */
#define BIG_FILE_THRESHOLD (512u << 20)

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

enum qn_status qn_pack_indexer_check_header(struct qn_ctx *ctx,
                                            const uint8_t *header,
                                            uint32_t *count)
{
    uint32_t version = qn_endian_load32(header + 4);

    if (memcmp(header, "PACK", 4) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack signature mismatch");
    if (version != 2 && version != 3)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "pack version %" PRIu32 " unsupported", version);
    *count = qn_endian_load32(header + 8);
    return QN_OK;
}

static enum qn_status open_pack(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work)
{
    size_t id_size = qn_id_size(work->options->algorithm);
    enum qn_status status = QN_OK;
    uint32_t count = 0;

    if (work->options->bytes.data) {
        work->map.data = work->options->bytes.data;
        work->map.size = work->options->bytes.size;
    } else {
        status = qn_file_map(ctx, work->path, &work->map);
    }
    if (!status && work->map.size < 12)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (!status)
        status = qn_pack_indexer_check_header(ctx, work->map.data, &count);
    if (!status && work->map.size < 12 + id_size)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (status)
        return status;
    work->count = count;
    work->end = work->map.size - id_size;
    return QN_OK;
}

static enum qn_status fail_checksum(struct qn_ctx *ctx)
{
    return qn_ctx_fail(ctx, QN_CORRUPT, "pack is corrupted (SHA1 mismatch)");
}

/* Behind the last entry is the checksum of all before it, and nothing else. */
static enum qn_status check_end(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work)
{
    size_t id_size = qn_id_size(work->options->algorithm);
    uint64_t end = work->out->end;
    struct qn_id early;

    if (work->options->checksum && end == work->end)
        return QN_OK;
    if (end == work->end)
        return memcmp(work->out->table.checksum.bytes, work->map.data + end,
                      id_size) == 0
                   ? QN_OK
                   : fail_checksum(ctx);
    if (end > work->end)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    qn_hash_checksum(work->options->algorithm,
                     qn_bytes_make(work->map.data, (size_t)end), &early);
    if (memcmp(early.bytes, work->map.data + end, id_size) != 0)
        return fail_checksum(ctx);
    return qn_ctx_fail(ctx, QN_CORRUPT, "pack has junk at the end");
}

/* Append one base to the file, which is open for writing at its end, and to the
 * tables. */
static enum qn_status append_base(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_work *work, int fd,
                                  const struct qn_id *id,
                                  const struct qn_object *object,
                                  uint64_t *offset, struct qn_buf *packed)
{
    const size_t i = work->count, id_size = qn_id_size(id->algorithm);
    struct qn_pack_entry entry = {.offset = *offset,
                                  .size = object->data.size,
                                  .type = (unsigned)object->type};
    uint8_t header[QN_PACK_ENTRY_HEADER_MAX];
    size_t used =
        qn_pack_entry_write_header(header, entry.type, object->data.size);
    enum qn_status status;

    qn_buf_clear(packed);
    entry.data_offset = entry.offset + used;
    status = qn_buf_append(ctx, packed, header, used);
    if (!status)
        status = qn_deflate_append(ctx, work->options->level,
                                   qn_object_bytes(object), packed);
    if (!status)
        status = qn_file_write_at(ctx, fd, *offset, packed->data, packed->size);
    if (!status)
        status = qn_pack_indexer_reserve(ctx, work, i + 1);
    if (status)
        return status;
    qn_pack_indexer_fill(work, i, &entry);
    work->out->types[i] = (uint8_t)object->type;
    work->out->table.crcs[i] = qn_crc32(0, packed->data, packed->size);
    memcpy(work->out->table.rows + i * id_size, id->bytes, id_size);
    work->count++;
    *offset += packed->size;
    return QN_OK;
}

/* The base that others name `id`; QN_END: it is not to be had. */
static enum qn_status read_base(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work,
                                const struct qn_id *id,
                                struct qn_object *object)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    struct qn_id real;

    status = work->options->base(ctx, work->options->data, id, object);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_END;
    }
    if (!status)
        status = qn_hash_object(ctx, id->algorithm,
                                qn_object_type_name(object->type),
                                qn_object_bytes(object), &real);
    if (!status && !qn_id_is_equal(id, &real))
        status =
            qn_ctx_fail_reason(ctx, QN_CORRUPT, "odb.hash-mismatch",
                               qn_id_to_hex(id, hex), "hash mismatch %s", hex);
    return status;
}

static int compare_firsts(const void *a, const void *b)
{
    const struct qn_pack_indexer_ref *const *one = a, *const *two = b;

    return (*one)->first < (*two)->first ? -1 : 1;
}

/* Groups of ref deltas in the order of the pack. */
static enum qn_status sort_groups(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_work *work,
                                  struct qn_pack_indexer_ref ***out)
{
    struct qn_pack_indexer_ref **groups = qn_memory_array(
        ctx, work->ref_count + 1, sizeof(struct qn_pack_indexer_ref *));
    size_t i;

    if (!groups)
        return QN_NO_MEMORY;
    for (i = 0; i < work->ref_count; i++)
        groups[i] = &work->refs[i];
    if (work->ref_count > 1)
        qsort(groups, work->ref_count, sizeof(groups[0]), compare_firsts);
    *out = groups;
    return QN_OK;
}

/* Append every base that is missing, in the order of the pack, but for those
 * that came out of deltas meanwhile. */
static enum qn_status append_bases(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work, int fd,
                                   uint64_t *end)
{
    struct qn_pack_indexer_ref **groups = NULL;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf packed = QN_BUF_INIT;
    enum qn_status status = sort_groups(ctx, work, &groups);
    struct qn_id id;
    size_t i;

    for (i = 0; i < work->ref_count && !status; i++) {
        if (atomic_load(&groups[i]->is_claimed))
            continue;
        qn_id_from_row(&id, work->options->algorithm, groups[i]->row);
        status = read_base(ctx, work, &id, &object);
        if (!status)
            status = append_base(ctx, work, fd, &id, &object, end, &packed);
        if (!status)
            status = qn_pack_indexer_resolve_made(
                ctx, work, (uint32_t)work->count - 1, object.type,
                qn_object_bytes(&object));
        if (status == QN_END)
            status = QN_OK;
    }
    qn_object_dispose(&object);
    qn_buf_dispose(&packed);
    qn_memory_free(groups);
    return status;
}

enum qn_status qn_pack_indexer_close(struct qn_ctx *ctx,
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

static size_t count_unresolved(const struct qn_pack_indexer_work *work)
{
    size_t missing = 0, i;

    for (i = 0; i < work->count; i++)
        missing += work->out->types[i] == QN_OBJECT_NONE;
    return missing;
}

static size_t count_deltas_left(const struct qn_pack_indexer_work *work)
{
    size_t left = 0, i;

    for (i = 0; i < work->count; i++)
        left += work->out->types[i] == QN_OBJECT_NONE &&
                work->entries[i].type >= QN_PACK_ENTRY_OFFSET_DELTA;
    return left;
}

static enum qn_status fail_unresolved(struct qn_ctx *ctx, size_t count)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.unresolved", NULL,
                              "pack has %zu unresolved delta%s", count,
                              count == 1 ? "" : "s");
}

/* Make a thin pack whole: bases are appended where the checksum was, and what
 * hangs under them is resolved. */
static enum qn_status complete_thin(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work)
{
    const size_t first = work->count;
    size_t unresolved = count_unresolved(work);
    uint64_t end = work->end;
    enum qn_status status;
    int fd = -1;

    if (unresolved == 0)
        return QN_OK;
    if (!work->options->base || work->options->bytes.data)
        return fail_unresolved(ctx, unresolved);
    status = qn_file_chmod(ctx, work->path, 0644);
    if (!status)
        status =
            qn_file_open(ctx, work->path, QN_FILE_READ | QN_FILE_WRITE, 0, &fd);
    if (!status)
        status = append_bases(ctx, work, fd, &end);
    unresolved = count_unresolved(work);
    if (!status && unresolved > 0)
        status = fail_unresolved(ctx, unresolved);
    if (!status)
        status = qn_pack_indexer_close(ctx, work, fd, end, work->count);
    qn_file_close(fd);
    if (!status)
        status = qn_file_chmod(ctx, work->path, 0444);
    work->out->local_count = work->count - first;
    work->out->end = end;
    return status;
}

/* Sizes and bases, for whoever lists them. */
static enum qn_status keep_details(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work)
{
    struct qn_pack_indexer *out = work->out;
    size_t i;

    if (!work->options->wants_details)
        return QN_OK;
    out->sizes = qn_memory_array(ctx, work->count + 1, sizeof(*out->sizes));
    out->bases = qn_memory_array(ctx, work->count + 1, sizeof(*out->bases));
    if (!out->sizes || !out->bases)
        return QN_NO_MEMORY;
    for (i = 0; i < work->count; i++) {
        out->sizes[i] = work->entries[i].size;
        out->bases[i] = work->entries[i].base;
    }
    return QN_OK;
}

/* A base that turned out to be another object than was asked for, or deltas in
 * a circle, leave entries without a type. */
static enum qn_status check_resolved(struct qn_ctx *ctx,
                                     const struct qn_pack_indexer_work *work)
{
    size_t missing = count_unresolved(work);

    if (atomic_load(&work->collisions) > 0)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "hash.collision", NULL,
                                  "pack holds a SHA-1 collision attack");
    return missing > 0 ? fail_unresolved(ctx, missing) : QN_OK;
}

enum qn_status
qn_pack_indexer_begin(struct qn_ctx *ctx, struct qn_pack_indexer_work *work,
                      const struct qn_pack_indexer_options *options,
                      const char *path, struct qn_pack_indexer *out)
{
    const struct qn_parallel_options threads = {.thread_count =
                                                    options->thread_count};

    memset(work, 0, sizeof(*work));
    memset(out, 0, sizeof(*out));
    work->pool_limit =
        POOLS_LIMIT / (qn_parallel_thread_count(ctx, &threads) + 1);
    work->options = options;
    work->path = path;
    work->out = out;
    work->memory_limit =
        options->memory_limit ? options->memory_limit : MEMORY_LIMIT;
    work->big_file_threshold = options->big_file_threshold
                                   ? options->big_file_threshold
                                   : BIG_FILE_THRESHOLD;
    qn_pack_table_init(&out->table, options->algorithm);
    return QN_OK;
}

enum qn_status qn_pack_indexer_finish(struct qn_ctx *ctx,
                                      struct qn_pack_indexer_work *work)
{
    enum qn_status status = qn_pack_indexer_link(ctx, work);
    char words[80] = "";

    if (!status) {
        if (work->out->delta_count > 0) {
            qn_progress_begin(ctx, &work->progress, QN_PROGRESS_BEGIN,
                              work->options->title ? "Resolving deltas" : NULL,
                              work->out->delta_count);
            qn_progress_set(ctx, &work->progress, 0);
            qn_progress_set(ctx, &work->progress,
                            work->out->delta_count - count_deltas_left(work));
        }
        status = qn_pack_indexer_resolve(ctx, work, 0);
    }
    if (!status)
        status = complete_thin(ctx, work);
    if (!status)
        status = check_resolved(ctx, work);
    if (!status)
        status = keep_details(ctx, work);
    if (work->progress.title)
        qn_progress_set(ctx, &work->progress,
                        atomic_load(&work->progress.done));
    if (!status && work->out->local_count > 0)
        snprintf(words, sizeof(words), "completed with %zu local object%s",
                 work->out->local_count,
                 work->out->local_count == 1 ? "" : "s");
    if (words[0])
        qn_progress_end_with(ctx, &work->progress, words);
    else
        qn_progress_end(ctx, &work->progress);
    return status;
}

enum qn_status qn_pack_indexer_end(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work,
                                   enum qn_status status,
                                   struct qn_pack_indexer *out)
{
    (void)ctx;
    work->out->table.count = work->count;
    if (work->map.data && !work->options->bytes.data)
        qn_file_unmap(&work->map);
    qn_memory_free(work->entries);
    qn_memory_free(work->refs);
    if (status)
        qn_pack_indexer_dispose(work->out);
    else
        *out = *work->out;
    return status;
}

enum qn_status
qn_pack_indexer_run(struct qn_ctx *ctx, const char *path,
                    const struct qn_pack_indexer_options *options,
                    struct qn_pack_indexer *out)
{
    struct qn_pack_indexer_work work;
    struct qn_pack_indexer result;
    struct qn_span span;
    enum qn_status status;

    qn_span_begin(ctx, &span, "pack.index", path);
    status = qn_pack_indexer_begin(ctx, &work, options, path, &result);
    if (!status)
        status = open_pack(ctx, &work);
    if (!status)
        status = qn_pack_indexer_scan(ctx, &work);
    if (!status)
        status = check_end(ctx, &work);
    if (!status)
        status = qn_pack_indexer_finish(ctx, &work);
    status = qn_pack_indexer_end(ctx, &work, status, out);
    qn_span_end(ctx, &span);
    return status;
}

void qn_pack_indexer_dispose(struct qn_pack_indexer *indexer)
{
    qn_pack_table_dispose(&indexer->table);
    qn_memory_free(indexer->types);
    qn_memory_free(indexer->sizes);
    qn_memory_free(indexer->bases);
    indexer->types = NULL;
    indexer->sizes = NULL;
    indexer->bases = NULL;
}
