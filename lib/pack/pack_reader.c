/* SPDX-License-Identifier: MIT */
#include "pack/pack_reader.h"

#include "base/checked.h"
#include "base/env.h"
#include "base/memory.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "codec/varint.h"
#include "trace/trace.h"

#include <inttypes.h>

/* Types are remembered once this many chains were walked for them. */
#define TYPE_MISSES 64
#define TYPE_SLOTS  (1u << 16)
/* Two varints of 64 bits. */
#define DELTA_FRONT_SIZE 20

struct qn_pack_reader_type {
    const struct qn_pack_file *pack;
    uint64_t offset_and_type; /* offset << 3 | type */
};

void qn_pack_reader_init(struct qn_pack_reader *reader, uint64_t limit)
{
    memset(reader, 0, sizeof(*reader));
    qn_pack_cache_init(&reader->cache, limit);
}

void qn_pack_reader_dispose(struct qn_pack_reader *reader)
{
    qn_pack_cache_dispose(&reader->cache);
    qn_buf_dispose(&reader->delta);
    qn_memory_free(reader->frames);
    qn_memory_free(reader->types);
    qn_pack_reader_init(reader, reader->cache.limit);
}

void qn_pack_reader_forget(struct qn_pack_reader *reader)
{
    qn_pack_cache_clear(&reader->cache);
    qn_memory_free(reader->types);
    reader->types = NULL;
    reader->indexed = reader->reversed = NULL;
}

static enum qn_status parse(struct qn_ctx *ctx, const struct qn_pack_file *pack,
                            uint64_t offset, struct qn_pack_entry *out)
{
    if (qn_trace_wants(ctx, QN_TRACE_PACK_ACCESS))
        qn_trace_say_line(ctx, QN_TRACE_PACK_ACCESS, "%s %" PRIu64, pack->path,
                          offset);
    return qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack), pack->algorithm,
                               offset, out);
}

/* Where the base of a delta begins. */
static enum qn_status find_base(struct qn_ctx *ctx,
                                struct qn_pack_reader *reader,
                                struct qn_pack_file *pack,
                                const struct qn_pack_entry *entry,
                                uint64_t *out)
{
    uint32_t position;

    if (entry->type == QN_PACK_ENTRY_OFFSET_DELTA) {
        *out = entry->base_offset;
        return QN_OK;
    }
    if (reader->indexed != pack) {
        enum qn_status status = qn_pack_file_open_index(ctx, pack);

        if (status)
            return status;
        reader->indexed = pack;
    }
    position = qn_pack_index_find(&pack->index, entry->base_id);
    if (position == QN_PACK_INDEX_NONE)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "the delta base of the entry at offset %" PRIu64
                           " is not in %s",
                           entry->offset, pack->path);
    *out = qn_pack_index_offset(&pack->index, position);
    return QN_OK;
}

enum qn_status qn_pack_reader_base(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack,
                                   const struct qn_pack_entry *entry,
                                   struct qn_pack_entry *base)
{
    uint64_t offset = 0;
    enum qn_status status = find_base(ctx, reader, pack, entry, &offset);

    return status ? status : parse(ctx, pack, offset, base);
}

/* Inflate an entry's data into `out`, whatever it held. */
static enum qn_status inflate_entry(struct qn_ctx *ctx,
                                    const struct qn_pack_file *pack,
                                    const struct qn_pack_entry *entry,
                                    struct qn_buf *out)
{
    struct qn_bytes in =
        qn_bytes_from(qn_pack_reader_bytes(pack), (size_t)entry->data_offset);
    enum qn_status status;
    size_t size;

    qn_buf_clear(out);
    if (!qn_checked_to_size(entry->size, &size))
        return qn_ctx_fail(ctx, QN_TOO_BIG, "object too large for memory");
    /* Deflate makes at most 1032 bytes of one: a size that passes this is a
     * lie, found before memory is asked for it. */
    if (size / 1040 > in.size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "entry at offset %" PRIu64 " of %s claims %" PRIu64
                           " bytes",
                           entry->offset, pack->path, entry->size);
    status = qn_buf_reserve(ctx, out, size);
    if (!status)
        status = qn_inflate_exact(ctx, in, out->data, size, NULL);
    if (status)
        return status;
    out->size = size;
    out->data[size] = '\0';
    return QN_OK;
}

static enum qn_status push_frame(struct qn_ctx *ctx,
                                 struct qn_pack_reader *reader,
                                 const struct qn_pack_file *pack, size_t *count,
                                 const struct qn_pack_entry *entry)
{
    enum qn_status status;

    if (*count > pack->count)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "the deltas of %s go round in a circle", pack->path);
    status = qn_memory_grow(ctx, &reader->frames, &reader->frame_capacity,
                            *count + 1, sizeof(*reader->frames));
    if (!status)
        reader->frames[(*count)++] = *entry;
    return status;
}

/* Walk from `offset` down to an entry that is no delta, or whose content is in
 * the cache; frames[0 .. *count-1] are the deltas passed, the wanted one first.
 * `*cached` NULL: `*base` is the entry to inflate. */
static enum qn_status walk_to_base(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack, uint64_t offset,
                                   size_t *count, struct qn_pack_entry *base,
                                   struct qn_pack_cache_item **cached)
{
    enum qn_status status;

    *count = 0;
    for (;;) {
        *cached = qn_pack_cache_find(&reader->cache, pack, offset);
        if (*cached)
            return QN_OK;
        status = parse(ctx, pack, offset, base);
        if (status || !qn_pack_entry_is_delta(base))
            return status;
        status = push_frame(ctx, reader, pack, count, base);
        if (!status)
            status = find_base(ctx, reader, pack, base, &offset);
        if (status)
            return status;
    }
}

/* Apply one frame's delta to `base`, into `out`, whatever it held. */
static enum qn_status apply_frame(struct qn_ctx *ctx,
                                  struct qn_pack_reader *reader,
                                  const struct qn_pack_file *pack,
                                  const struct qn_pack_entry *frame,
                                  struct qn_bytes base, struct qn_buf *out)
{
    enum qn_status status = inflate_entry(ctx, pack, frame, &reader->delta);

    qn_buf_clear(out);
    if (!status)
        status = qn_delta_apply(ctx, base, qn_buf_bytes(&reader->delta), out);
    return status;
}

enum qn_status qn_pack_reader_read(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack, uint64_t offset,
                                   struct qn_object *out)
{
    struct qn_buf current = QN_BUF_INIT, next = QN_BUF_INIT;
    struct qn_pack_cache_item *cached = NULL;
    struct qn_pack_entry base;
    enum qn_object_type type;
    uint64_t current_offset = 0;
    enum qn_status status;
    size_t count = 0;

    status = walk_to_base(ctx, reader, pack, offset, &count, &base, &cached);
    if (status)
        goto out;
    if (cached) {
        type = cached->type;
        qn_trace_count(ctx, QN_COUNTER_ODB_BASE_CACHE_HIT, 1);
        if (count == 0) {
            qn_buf_clear(&out->data);
            status = qn_buf_append_bytes(ctx, &out->data,
                                         qn_buf_bytes(&cached->data));
        }
    } else {
        type = (enum qn_object_type)base.type;
        current_offset = base.offset;
        status = inflate_entry(ctx, pack, &base, count ? &current : &out->data);
    }
    while (!status && count > 0) {
        struct qn_pack_entry *frame = &reader->frames[--count];

        status = apply_frame(ctx, reader, pack, frame,
                             qn_buf_bytes(cached ? &cached->data : &current),
                             count ? &next : &out->data);
        if (status)
            break;
        if (!cached)
            qn_pack_cache_put(ctx, &reader->cache, pack, current_offset, type,
                              &current);
        cached = NULL;
        current = next;
        next = (struct qn_buf)QN_BUF_INIT;
        current_offset = frame->offset;
    }
    if (!status)
        out->type = type;
out:
    qn_buf_dispose(&current);
    qn_buf_dispose(&next);
    return status;
}

static struct qn_pack_reader_type *type_slot(struct qn_pack_reader *reader,
                                             const struct qn_pack_file *pack,
                                             uint64_t offset)
{
    uint64_t hash = (offset + (uintptr_t)pack) * 0x9e3779b97f4a7c15u;

    return &reader->types[hash >> 40 & (TYPE_SLOTS - 1)];
}

static void remember_type(struct qn_ctx *ctx, struct qn_pack_reader *reader,
                          const struct qn_pack_file *pack, uint64_t offset,
                          enum qn_object_type type)
{
    struct qn_pack_reader_type *slot;

    if (!reader->types) {
        size_t size = TYPE_SLOTS * sizeof(*reader->types);

        if (++reader->type_misses < TYPE_MISSES)
            return;
        reader->types = qn_memory_new(qn_ctx_env(ctx), size);
        if (!reader->types)
            return;
        memset(reader->types, 0, size);
    }
    slot = type_slot(reader, pack, offset);
    slot->pack = pack;
    slot->offset_and_type = offset << 3 | (unsigned)type;
}

/* The type at the end of a chain of deltas. */
static enum qn_status find_type(struct qn_ctx *ctx,
                                struct qn_pack_reader *reader,
                                struct qn_pack_file *pack,
                                const struct qn_pack_entry *entry,
                                enum qn_object_type *out)
{
    struct qn_pack_entry at = *entry;
    enum qn_status status;
    size_t count = 0, i;

    *out = QN_OBJECT_NONE;
    while (qn_pack_entry_is_delta(&at)) {
        uint64_t offset = 0;

        if (reader->types) {
            const struct qn_pack_reader_type *slot =
                type_slot(reader, pack, at.offset);

            if (slot->pack == pack && slot->offset_and_type >> 3 == at.offset) {
                *out = (enum qn_object_type)(slot->offset_and_type & 7);
                break;
            }
        }
        status = push_frame(ctx, reader, pack, &count, &at);
        if (!status)
            status = find_base(ctx, reader, pack, &at, &offset);
        if (!status)
            status = parse(ctx, pack, offset, &at);
        if (status)
            return status;
    }
    if (*out == QN_OBJECT_NONE)
        *out = (enum qn_object_type)at.type;
    for (i = 0; i < count; i++)
        remember_type(ctx, reader, pack, reader->frames[i].offset, *out);
    return QN_OK;
}

static enum qn_status find_size(struct qn_ctx *ctx,
                                const struct qn_pack_file *pack,
                                const struct qn_pack_entry *entry,
                                uint64_t *out)
{
    uint8_t front[DELTA_FRONT_SIZE];
    size_t want =
        entry->size < sizeof(front) ? (size_t)entry->size : sizeof(front);
    size_t used = 0;
    uint64_t base_size;
    struct qn_bytes in;
    enum qn_status status;

    if (!qn_pack_entry_is_delta(entry)) {
        *out = entry->size;
        return QN_OK;
    }
    in = qn_bytes_from(qn_pack_reader_bytes(pack), (size_t)entry->data_offset);
    status = qn_inflate_front(ctx, in, front, want, &used);
    if (status)
        return status;
    return qn_delta_sizes(ctx, qn_bytes_make(front, used), &base_size, out);
}

static enum qn_status
find_neighbours(struct qn_ctx *ctx, struct qn_pack_reader *reader,
                struct qn_pack_file *pack, const struct qn_pack_entry *entry,
                unsigned want, struct qn_pack_reader_info *out)
{
    uint32_t i, position;
    uint64_t end, base = 0;
    enum qn_status status;

    if (reader->reversed != pack) {
        status = qn_pack_file_open_reverse(ctx, pack);
        if (status)
            return status;
        reader->reversed = reader->indexed = pack;
    }
    if (want & QN_PACK_READER_DISK_SIZE) {
        i = qn_pack_reverse_find(&pack->reverse, &pack->index, entry->offset);
        end = pack->data_end;
        if (i != QN_PACK_INDEX_NONE && i + 1 < pack->reverse.count)
            end = qn_pack_index_offset(
                &pack->index, qn_pack_reverse_position(&pack->reverse, i + 1));
        if (i == QN_PACK_INDEX_NONE || end <= entry->offset)
            return qn_ctx_fail(ctx, QN_CORRUPT, "bad offset for revindex of %s",
                               pack->path);
        out->disk_size = end - entry->offset;
    }
    if (!(want & QN_PACK_READER_DELTA_BASE) || !qn_pack_entry_is_delta(entry))
        return QN_OK;
    if (entry->base_id) {
        qn_id_from_row(&out->delta_base, pack->algorithm, entry->base_id);
        return QN_OK;
    }
    status = find_base(ctx, reader, pack, entry, &base);
    if (status)
        return status;
    i = qn_pack_reverse_find(&pack->reverse, &pack->index, base);
    if (i == QN_PACK_INDEX_NONE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bad offset for revindex of %s",
                           pack->path);
    position = qn_pack_reverse_position(&pack->reverse, i);
    qn_id_from_row(&out->delta_base, pack->algorithm,
                   qn_pack_index_row(&pack->index, position));
    return QN_OK;
}

enum qn_status qn_pack_reader_info(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack, uint64_t offset,
                                   unsigned want,
                                   struct qn_pack_reader_info *out)
{
    struct qn_pack_reader_info info;
    struct qn_pack_entry entry;
    enum qn_status status;

    memset(&info, 0, sizeof(info));
    info.delta_base.algorithm = pack->algorithm;
    status = parse(ctx, pack, offset, &entry);
    if (!status && want & QN_PACK_READER_TYPE)
        status = find_type(ctx, reader, pack, &entry, &info.type);
    if (!status && want & QN_PACK_READER_SIZE)
        status = find_size(ctx, pack, &entry, &info.size);
    if (!status &&
        want & (QN_PACK_READER_DISK_SIZE | QN_PACK_READER_DELTA_BASE))
        status = find_neighbours(ctx, reader, pack, &entry, want, &info);
    if (!status)
        *out = info;
    return status;
}
