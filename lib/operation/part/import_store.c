/* SPDX-License-Identifier: MIT */
#include "operation/part/import_store.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "codec/varint.h"
#include "hash/hash.h"
#include "odb/odb_pack.h"
#include "os/file.h"
#include "os/temporary.h"
#include "pack/pack_entry.h"

#include <inttypes.h>

/* Smaller ones are not worth a delta, nor deltas that save less. */
#define DELTA_GAIN(algorithm) qn_id_size(algorithm)

void qn_import_store_init(struct qn_import_store *store, struct qn_odb *odb)
{
    memset(store, 0, sizeof(*store));
    store->odb = odb;
    store->algorithm = qn_odb_algorithm(odb);
    store->level = -1;
    store->depth = 50;
    store->delta_limit = (uint64_t)512 << 20;
    store->unpack_limit = 100;
    store->fd = -1;
    qn_id_map_init(&store->ids, store->algorithm);
}

static void free_job(struct qn_import_job *job)
{
    qn_buf_dispose(&job->content);
    qn_buf_dispose(&job->base);
    qn_buf_dispose(&job->packed);
    qn_memory_free(job);
}

static void close_pack(struct qn_import_store *store)
{
    qn_pack_writer_dispose(&store->writer);
    qn_file_close(store->fd);
    store->fd = -1;
    if (store->path.size)
        qn_temporary_remove(qn_buf_string(&store->path));
    qn_buf_clear(&store->path);
    store->is_open = false;
}

void qn_import_store_dispose(struct qn_import_store *store)
{
    struct qn_import_job *job, *next;
    size_t i;

    for (i = 0; i < store->pending.count; i++)
        free_job(store->pending.jobs[i]);
    qn_memory_free(store->pending.jobs);
    for (job = store->free_jobs; job; job = next) {
        next = job->next;
        free_job(job);
    }
    if (store->is_open)
        close_pack(store);
    qn_id_map_dispose(&store->ids);
    qn_memory_free(store->objects);
    qn_deflate_stream_free(store->large.deflate);
    qn_buf_dispose(&store->large.packed);
    qn_buf_dispose(&store->path);
    qn_buf_dispose(&store->scratch);
    qn_buf_dispose(&store->delta);
}

void qn_import_batch_dispose(struct qn_import_store *store,
                             struct qn_import_batch *batch)
{
    size_t i;

    for (i = 0; i < batch->count; i++) {
        store->objects[batch->jobs[i]->object].job = NULL;
        free_job(batch->jobs[i]);
    }
    qn_memory_free(batch->jobs);
    memset(batch, 0, sizeof(*batch));
}

/* ---- adding */

/* The object's number; `*is_new`: it is not known to be anywhere. */
static enum qn_status number_of(struct qn_ctx *ctx,
                                struct qn_import_store *store,
                                const struct qn_id *id, uint32_t *out,
                                bool *is_new)
{
    enum qn_status status = qn_id_map_put(ctx, &store->ids, id, out, is_new);

    if (!status)
        status = qn_memory_grow(ctx, &store->objects, &store->object_capacity,
                                store->ids.count, sizeof(*store->objects));
    if (!status && *is_new)
        store->objects[*out] =
            (struct qn_import_object){.pack = QN_IMPORT_NONE,
                                      .base = QN_IMPORT_NONE,
                                      .tree = QN_IMPORT_NONE};
    return status;
}

static enum qn_status new_job(struct qn_ctx *ctx, struct qn_import_store *store,
                              struct qn_import_job **out)
{
    struct qn_import_batch *pending = &store->pending;
    struct qn_import_job *job = store->free_jobs;
    enum qn_status status;

    status = qn_memory_grow(ctx, &pending->jobs, &pending->capacity,
                            pending->count + 1, sizeof(struct qn_import_job *));
    if (status)
        return status;
    if (job) {
        store->free_jobs = job->next;
    } else {
        job = qn_memory_calloc(ctx, 1, sizeof(*job));
        if (!job)
            return QN_NO_MEMORY;
    }
    qn_buf_clear(&job->content);
    qn_buf_clear(&job->base);
    qn_buf_clear(&job->packed);
    job->base_object = QN_IMPORT_NONE;
    job->previous = NULL;
    job->depth = 0;
    job->is_delta = false;
    pending->jobs[pending->count++] = job;
    *out = job;
    return QN_OK;
}

/* May a delta be tried against the base? */
static bool is_base(const struct qn_import_store *store, uint32_t base)
{
    return base != QN_IMPORT_NONE && store->objects[base].pack == store->pack &&
           store->objects[base].depth < store->depth;
}

static enum qn_status add_job(struct qn_ctx *ctx, struct qn_import_store *store,
                              uint32_t number, struct qn_buf *content,
                              const struct qn_import_base *base)
{
    struct qn_import_object *object = &store->objects[number];
    struct qn_import_job *job;
    enum qn_status status = new_job(ctx, store, &job);

    if (status)
        return status;
    job->object = number;
    job->type = object->type;
    qn_buf_swap(&job->content, content);
    store->pending.bytes += job->content.size;
    object->job = job;
    object->pack = store->pack;
    if (job->content.size <= DELTA_GAIN(store->algorithm) || store->depth == 0)
        return QN_OK;
    if (object->type == QN_OBJECT_BLOB) {
        if (job->content.size < store->delta_limit)
            job->previous = store->last_blob;
        store->last_blob = job->content.size < store->delta_limit ? job : NULL;
    } else if (base && is_base(store, base->object)) {
        qn_buf_swap(&job->base, base->content);
        job->base_object = base->object;
        object->depth = (uint8_t)(store->objects[base->object].depth + 1);
    }
    return QN_OK;
}

enum qn_status
qn_import_store_add(struct qn_ctx *ctx, struct qn_import_store *store,
                    enum qn_object_type type, struct qn_buf *content,
                    const struct qn_import_base *base, uint32_t *out)
{
    struct qn_import_counts *counts = &store->counts[type];
    struct qn_pack_file *pack = NULL;
    struct qn_id id;
    uint64_t offset;
    bool is_new;
    enum qn_status status;

    status = qn_hash_object(ctx, store->algorithm, qn_object_type_name(type),
                            qn_buf_bytes(content), &id);
    if (!status)
        status = number_of(ctx, store, &id, out, &is_new);
    if (status)
        return status;
    if (!is_new) {
        counts->duplicates++;
        return QN_OK;
    }
    store->objects[*out].type = (uint8_t)type;
    status = qn_odb_pack_locate(ctx, store->odb, &id, &pack, &offset);
    if (status)
        return status;
    if (pack) {
        counts->duplicates++;
        return QN_OK;
    }
    counts->total++;
    return add_job(ctx, store, *out, content, base);
}

enum qn_status qn_import_store_find(struct qn_ctx *ctx,
                                    struct qn_import_store *store,
                                    const struct qn_id *id, uint32_t *out)
{
    struct qn_odb_info info;
    bool is_new;
    enum qn_status status;

    *out = qn_id_map_find(&store->ids, id);
    if (*out != QN_ID_MAP_NONE)
        return QN_OK;
    status = qn_odb_read_info(ctx, store->odb, id, QN_ODB_WANT_TYPE, &info);
    if (!status)
        status = number_of(ctx, store, id, out, &is_new);
    if (!status)
        store->objects[*out].type = (uint8_t)info.type;
    return status;
}

/* ---- reading back */

/* Type, size and the compressed bytes of an entry of the open pack. */
static enum qn_status read_entry(struct qn_ctx *ctx,
                                 struct qn_import_store *store, uint64_t offset,
                                 struct qn_buf *out)
{
    const struct qn_pack_table *table = &store->writer.table;
    size_t low = 0, high = table->count;
    uint64_t end;
    struct qn_bytes in;
    uint64_t size, distance;
    unsigned type, shift = 4;
    enum qn_status status;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->offsets[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    end = low < table->count ? table->offsets[low] : store->writer.offset;
    qn_buf_clear(&store->scratch);
    status = qn_pack_writer_read(ctx, &store->writer, offset,
                                 (size_t)(end - offset), &store->scratch);
    if (status)
        return status;
    in = qn_buf_bytes(&store->scratch);
    type = (in.data[0] >> 4) & 7;
    size = in.data[0] & 15;
    while (in.size > 1 && (in.data[0] & 0x80)) {
        in = qn_bytes_from(in, 1);
        size |= (uint64_t)(in.data[0] & 0x7f) << shift;
        shift += 7;
    }
    in = qn_bytes_from(in, 1);
    if (type == QN_PACK_ENTRY_OFFSET_DELTA &&
        !qn_varint_read_offset(&in, &distance))
        return qn_ctx_fail(ctx, QN_CORRUPT, "a base cannot be read");
    status = qn_buf_reserve(ctx, out, (size_t)size);
    if (!status)
        status = qn_inflate_exact(ctx, in, out->data + out->size, (size_t)size,
                                  &(size_t){0});
    if (!status)
        out->size += (size_t)size;
    return status;
}

/* Down the chain of bases to a whole content, and up again. */
static enum qn_status read_packed(struct qn_ctx *ctx,
                                  struct qn_import_store *store,
                                  uint32_t number, struct qn_buf *out)
{
    uint32_t chain[256]; /* deeper than any depth that is taken */
    size_t count = 0;
    struct qn_buf made = QN_BUF_INIT;
    enum qn_status status;

    for (; store->objects[number].base != QN_IMPORT_NONE && count < 256;
         number = store->objects[number].base)
        chain[count++] = number;
    status = read_entry(ctx, store, store->objects[number].offset, out);
    while (!status && count > 0) {
        qn_buf_clear(&store->delta);
        status = read_entry(ctx, store, store->objects[chain[--count]].offset,
                            &store->delta);
        qn_buf_clear(&made);
        if (!status)
            status = qn_delta_apply(ctx, qn_buf_bytes(out),
                                    qn_buf_bytes(&store->delta), &made);
        if (!status)
            qn_buf_swap(out, &made);
    }
    qn_buf_dispose(&made);
    return status;
}

enum qn_status qn_import_store_read(struct qn_ctx *ctx,
                                    struct qn_import_store *store,
                                    const struct qn_id *id,
                                    struct qn_object *out)
{
    uint32_t number = qn_id_map_find(&store->ids, id);
    const struct qn_import_object *object;

    if (number == QN_ID_MAP_NONE)
        return qn_odb_read(ctx, store->odb, id, out);
    object = &store->objects[number];
    qn_buf_clear(&out->data);
    out->type = (enum qn_object_type)object->type;
    if (object->job)
        return qn_buf_append_bytes(ctx, &out->data,
                                   qn_buf_bytes(&object->job->content));
    if (store->is_open && object->pack == store->pack)
        return read_packed(ctx, store, number, &out->data);
    return qn_odb_read(ctx, store->odb, id, out);
}

/* ---- a worker's part */

void qn_import_store_take(struct qn_import_store *store,
                          struct qn_import_batch *batch)
{
    struct qn_import_batch taken = store->pending;

    store->pending = *batch;
    store->pending.count = 0;
    store->pending.bytes = 0;
    store->last_blob = NULL;
    *batch = taken;
}

static enum qn_status try_delta(struct qn_ctx *ctx,
                                const struct qn_import_store *store,
                                struct qn_import_job *job, struct qn_bytes base,
                                struct qn_buf *delta)
{
    size_t gain = DELTA_GAIN(store->algorithm);
    struct qn_delta_index *index = NULL;
    enum qn_status status;

    qn_buf_clear(delta);
    if (base.size == 0 || base.size >= store->delta_limit ||
        job->content.size <= gain)
        return QN_OK;
    status = qn_delta_index_new(ctx, base, &index);
    if (!status)
        status =
            qn_delta_create(ctx, index, qn_buf_bytes(&job->content),
                            job->content.size - gain, delta, &job->is_delta);
    qn_delta_index_free(index);
    return status;
}

static enum qn_status work_on(struct qn_ctx *ctx,
                              const struct qn_import_store *store,
                              struct qn_import_job *job, struct qn_buf *delta)
{
    struct qn_import_job *previous = job->previous;
    enum qn_status status = QN_OK;

    if (previous && previous->depth < store->depth)
        status =
            try_delta(ctx, store, job, qn_buf_bytes(&previous->content), delta);
    else if (job->base_object != QN_IMPORT_NONE)
        status = try_delta(ctx, store, job, qn_buf_bytes(&job->base), delta);
    if (!status && job->is_delta && previous) {
        job->base_object = previous->object;
        job->depth = previous->depth + 1;
    }
    job->delta_size = delta->size;
    if (!status)
        status = qn_deflate_append(ctx, store->level,
                                   job->is_delta ? qn_buf_bytes(delta)
                                                 : qn_buf_bytes(&job->content),
                                   &job->packed);
    return status;
}

enum qn_status qn_import_store_work(struct qn_ctx *ctx,
                                    const struct qn_import_store *store,
                                    struct qn_import_batch *batch)
{
    struct qn_buf delta = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < batch->count; i++)
        status = work_on(ctx, store, batch->jobs[i], &delta);
    qn_buf_dispose(&delta);
    return status;
}

/* ---- into the pack */

static enum qn_status open_pack(struct qn_ctx *ctx,
                                struct qn_import_store *store)
{
    enum qn_status status;

    if (store->is_open)
        return QN_OK;
    status = qn_odb_pack_temporary(ctx, qn_odb_get_store(store->odb),
                                   &store->fd, &store->path);
    if (status)
        return status;
    store->is_open = true;
    return qn_pack_writer_begin_open(ctx, &store->writer, store->fd,
                                     qn_buf_string(&store->path),
                                     store->algorithm);
}

/* Few objects are better off as files of their own. */
static enum qn_status loosen(struct qn_ctx *ctx, struct qn_import_store *store)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    struct qn_id id, written;
    uint32_t i;

    for (i = 0; !status && i < store->ids.count; i++) {
        if (store->objects[i].pack != store->pack)
            continue;
        qn_id_map_id(&store->ids, i, &id);
        status = qn_import_store_read(ctx, store, &id, &object);
        if (!status)
            status = qn_odb_write(ctx, store->odb, object.type,
                                  qn_object_bytes(&object), &written);
    }
    qn_object_dispose(&object);
    return status ? status : qn_odb_sync(ctx, store->odb);
}

static enum qn_status install(struct qn_ctx *ctx, struct qn_import_store *store)
{
    struct qn_odb_pack_install how = {.table = &store->writer.table};
    struct qn_buf name = QN_BUF_INIT;
    int fd = store->fd;
    enum qn_status status = qn_pack_writer_finish(ctx, &store->writer);

    how.temporary = qn_buf_string(&store->path);
    if (!status) {
        store->fd = -1;
        status = qn_file_close_written(ctx, fd, how.temporary);
    }
    if (!status) {
        status =
            qn_odb_pack_install(ctx, qn_odb_get_store(store->odb), &how, &name);
        qn_buf_clear(&store->path); /* taken over */
    }
    if (!status)
        status = qn_odb_refresh(ctx, store->odb);
    if (!status && store->finished)
        status = store->finished(ctx, store->finished_data,
                                 qn_buf_string(&name), store->pack);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status end_pack(struct qn_ctx *ctx,
                               struct qn_import_store *store)
{
    enum qn_status status = QN_OK;

    if (!store->is_open)
        return QN_OK;
    if (store->writer.table.count > 0)
        status = store->writer.table.count <= store->unpack_limit &&
                         !store->has_large
                     ? loosen(ctx, store)
                     : install(ctx, store);
    close_pack(store);
    store->has_large = false;
    store->pack++;
    return status;
}

/* ---- a blob in pieces */

enum qn_status qn_import_store_begin_blob(struct qn_ctx *ctx,
                                          struct qn_import_store *store,
                                          uint64_t size)
{
    struct qn_pack_writer_entry entry = {.type = QN_OBJECT_BLOB, .size = size};
    struct qn_buf *header = &store->scratch;
    enum qn_status status = QN_OK;

    if (store->pack_limit && store->is_open && store->writer.table.count &&
        store->writer.offset + size + 64 > store->pack_limit)
        status = end_pack(ctx, store);
    if (!status)
        status = open_pack(ctx, store);
    qn_buf_clear(header);
    if (!status)
        status = qn_buf_printf(ctx, header, "blob %" PRIu64, size);
    if (!status)
        status =
            qn_deflate_stream_new(ctx, store->level, &store->large.deflate);
    if (status)
        return status;
    qn_hash_init(&store->large.hash, store->algorithm);
    qn_hash_update(&store->large.hash, qn_buf_string(header), header->size + 1);
    status = qn_pack_writer_begin_stream(ctx, &store->writer, &entry);
    if (status) {
        qn_deflate_stream_free(store->large.deflate);
        store->large.deflate = NULL;
    }
    return status;
}

static enum qn_status put_packed(struct qn_ctx *ctx,
                                 struct qn_import_store *store,
                                 struct qn_bytes piece, bool is_last)
{
    struct qn_buf *packed = &store->large.packed;
    enum qn_status status;

    qn_buf_clear(packed);
    status = qn_deflate_stream_append(ctx, store->large.deflate, piece, is_last,
                                      packed);
    return status
               ? status
               : qn_pack_writer_put(ctx, &store->writer, qn_buf_bytes(packed));
}

enum qn_status qn_import_store_put_blob(struct qn_ctx *ctx,
                                        struct qn_import_store *store,
                                        struct qn_bytes piece)
{
    qn_hash_update(&store->large.hash, piece.data, piece.size);
    return put_packed(ctx, store, piece, false);
}

void qn_import_store_drop_blob(struct qn_ctx *ctx,
                               struct qn_import_store *store)
{
    struct qn_ctx *quiet = qn_ctx_fork(ctx);

    if (!store->large.deflate)
        return;
    qn_deflate_stream_free(store->large.deflate);
    store->large.deflate = NULL;
    if (quiet && qn_pack_writer_drop_stream(quiet, &store->writer))
        store->has_large = true; /* it stays, and nobody knows its id */
    qn_ctx_free(quiet);
}

/* Its id is known only now: it may be there already. */
static enum qn_status note_blob(struct qn_ctx *ctx,
                                struct qn_import_store *store,
                                const struct qn_id *id, uint32_t *out,
                                bool *is_new)
{
    struct qn_pack_file *pack = NULL;
    uint64_t offset;
    enum qn_status status = number_of(ctx, store, id, out, is_new);

    if (!status && *is_new) {
        store->objects[*out].type = QN_OBJECT_BLOB;
        status = qn_odb_pack_locate(ctx, store->odb, id, &pack, &offset);
        *is_new = !pack;
    }
    return status;
}

enum qn_status qn_import_store_end_blob(struct qn_ctx *ctx,
                                        struct qn_import_store *store,
                                        uint32_t *out)
{
    struct qn_import_counts *counts = &store->counts[QN_OBJECT_BLOB];
    struct qn_pack_table *table = &store->writer.table;
    size_t id_size = qn_id_size(store->algorithm);
    struct qn_id id;
    bool is_new = false;
    enum qn_status status = put_packed(ctx, store, QN_BYTES_NONE, true);

    if (!status)
        status = qn_hash_final(ctx, &store->large.hash, &id);
    if (!status)
        status = note_blob(ctx, store, &id, out, &is_new);
    if (status)
        return status;
    if (!is_new) {
        counts->duplicates++;
        qn_import_store_drop_blob(ctx, store);
        return QN_OK;
    }
    qn_pack_writer_end_stream(&store->writer);
    qn_deflate_stream_free(store->large.deflate);
    store->large.deflate = NULL;
    memcpy(table->rows + (table->count - 1) * id_size, id.bytes, id_size);
    store->objects[*out].offset = table->offsets[table->count - 1];
    store->objects[*out].pack = store->pack;
    store->has_large = true;
    store->last_blob = NULL;
    counts->total++;
    return QN_OK;
}

/* The base may have gone with the pack before: then whole, after all. */
static enum qn_status write_job(struct qn_ctx *ctx,
                                struct qn_import_store *store,
                                struct qn_import_job *job)
{
    struct qn_import_object *object = &store->objects[job->object];
    struct qn_pack_writer_entry entry = {.type = (unsigned)job->type,
                                         .size = job->content.size};
    struct qn_id id;
    enum qn_status status = QN_OK;

    if (store->pack_limit && store->is_open && store->writer.table.count &&
        store->writer.offset + job->packed.size + 64 > store->pack_limit)
        status = end_pack(ctx, store);
    if (!status)
        status = open_pack(ctx, store);
    if (status)
        return status;
    qn_id_map_id(&store->ids, job->object, &id);
    entry.row = id.bytes;
    if (job->previous || job->base_object != QN_IMPORT_NONE)
        store->counts[job->type].attempts++;
    if (job->is_delta && store->objects[job->base_object].pack != store->pack) {
        job->is_delta = false;
        qn_buf_clear(&job->packed);
        status = qn_deflate_append(ctx, store->level,
                                   qn_buf_bytes(&job->content), &job->packed);
    }
    if (job->is_delta) {
        entry.type = QN_PACK_ENTRY_OFFSET_DELTA;
        entry.size = job->delta_size;
        entry.base_offset = store->objects[job->base_object].offset;
        object->base = job->base_object;
        store->counts[job->type].deltas++;
    }
    entry.data = qn_buf_bytes(&job->packed);
    object->offset = store->writer.offset;
    object->pack = store->pack;
    object->job = NULL;
    return status ? status
                  : qn_pack_writer_add_entry(ctx, &store->writer, &entry);
}

static void put_back(struct qn_import_store *store, struct qn_import_job *job)
{
    job->next = store->free_jobs;
    store->free_jobs = job;
}

enum qn_status qn_import_store_write(struct qn_ctx *ctx,
                                     struct qn_import_store *store,
                                     struct qn_import_batch *batch)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < batch->count; i++)
        if (!status)
            status = write_job(ctx, store, batch->jobs[i]);
    for (i = 0; i < batch->count; i++)
        put_back(store, batch->jobs[i]);
    batch->count = 0;
    batch->bytes = 0;
    return status;
}

enum qn_status qn_import_store_finish(struct qn_ctx *ctx,
                                      struct qn_import_store *store)
{
    struct qn_import_batch batch = {0};
    enum qn_status status;

    qn_import_store_take(store, &batch);
    status = qn_import_store_work(ctx, store, &batch);
    if (!status)
        status = qn_import_store_write(ctx, store, &batch);
    qn_memory_free(batch.jobs);
    return status ? status : end_pack(ctx, store);
}
