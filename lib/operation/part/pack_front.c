/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_front.h"

#include "base/memory.h"
#include "codec/varint.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"
#include "pack/pack_reverse.h"

#include <inttypes.h>

/* Entries between two looks at whether to go on. */
#define CHECK_COUNT 4096

struct copy {
    const struct qn_pack_file *pack;
    struct qn_pack_writer *writer;
    uint64_t *offsets; /* of the entries, and of the end */
    uint64_t done;     /* bytes before it are written */
};

uint64_t qn_pack_front_begin(const struct qn_pack_file *pack, uint32_t i)
{
    return i < pack->reverse.count
               ? qn_pack_index_offset(
                     &pack->index, qn_pack_reverse_position(&pack->reverse, i))
               : pack->data_end;
}

enum qn_status qn_pack_front_copy(struct qn_ctx *ctx,
                                  const struct qn_pack_list_front *front,
                                  struct qn_pack_writer *writer)
{
    struct qn_bytes pack = qn_pack_reader_bytes(front->pack);

    return qn_pack_writer_add_front(
        ctx, writer,
        qn_bytes_from(qn_bytes_first(pack, (size_t)front->end),
                      QN_PACK_FILE_HEADER_SIZE),
        front->count);
}

const uint8_t *qn_pack_front_row(const struct qn_pack_list_front *front,
                                 uint64_t offset)
{
    const struct qn_pack_file *pack = front->pack;
    uint32_t i = qn_pack_reverse_find(&pack->reverse, &pack->index, offset);

    return i == QN_PACK_INDEX_NONE
               ? NULL
               : qn_pack_index_row(&pack->index,
                                   qn_pack_reverse_position(&pack->reverse, i));
}

/* What was not written yet of the bytes before `end`. */
static enum qn_status copy_to(struct qn_ctx *ctx, struct copy *copy,
                              uint64_t end)
{
    struct qn_bytes pack = qn_pack_reader_bytes(copy->pack);
    struct qn_bytes run =
        qn_bytes_from(qn_bytes_first(pack, (size_t)end), (size_t)copy->done);

    copy->done = end;
    return qn_pack_writer_add_front(ctx, copy->writer, run, 0);
}

uint64_t qn_pack_front_place(const struct qn_pack_list_front *front,
                             uint64_t offset)
{
    size_t low = 0, high = front->cut_count;

    while (low < high) { /* the first that lies behind it */
        size_t middle = low + (high - low) / 2;

        if (front->cuts[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return offset + front->shift - (low > 0 ? front->cuts[low - 1].size : 0);
}

/* From here on so many bytes more are left out. */
static enum qn_status cut(struct qn_ctx *ctx, struct qn_pack_list_front *front,
                          uint64_t offset, uint64_t size)
{
    uint64_t before =
        front->cut_count > 0 ? front->cuts[front->cut_count - 1].size : 0;
    enum qn_status status =
        qn_memory_grow(ctx, &front->cuts, &front->cut_capacity,
                       front->cut_count + 1, sizeof(*front->cuts));

    if (!status && size > 0)
        front->cuts[front->cut_count++] =
            (struct qn_pack_list_cut){offset, before + size};
    return status;
}

/* An entry whose base is nearer now than it was. */
static enum qn_status move_entry(struct qn_ctx *ctx,
                                 struct qn_pack_list_front *front,
                                 struct copy *copy, uint64_t offset,
                                 uint64_t end)
{
    const struct qn_pack_file *pack = copy->pack;
    uint8_t header[QN_PACK_ENTRY_HEADER_MAX];
    struct qn_pack_entry stored;
    enum qn_status status;
    uint64_t back;
    size_t used;

    if ((pack->data.data[offset] >> 4 & 7) != QN_PACK_ENTRY_OFFSET_DELTA)
        return QN_OK;
    status = qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack),
                                 pack->algorithm, offset, &stored);
    if (status)
        return status;
    back = qn_pack_front_place(front, offset) -
           qn_pack_front_place(front, stored.base_offset);
    if (back == offset - stored.base_offset)
        return QN_OK;
    if (stored.data_offset > end || back > offset)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bad delta base at offset %" PRIu64 " of the pack",
                           offset);
    status = copy_to(ctx, copy, offset);
    used = qn_pack_entry_write_header(header, QN_PACK_ENTRY_OFFSET_DELTA,
                                      stored.size);
    used += qn_varint_write_offset(header + used, back);
    if (!status)
        status = qn_pack_writer_add_front(ctx, copy->writer,
                                          qn_bytes_make(header, used), 0);
    copy->done = stored.data_offset;
    /* Nothing begins within an entry: the cut may be told of its end. */
    return status ? status
                  : cut(ctx, front, end, stored.data_offset - offset - used);
}

enum qn_status qn_pack_front_copy_set(struct qn_ctx *ctx,
                                      struct qn_pack_list_front *front,
                                      struct qn_pack_writer *writer)
{
    const struct qn_pack_file *pack = front->pack;
    struct copy copy = {
        .pack = pack, .writer = writer, .done = QN_PACK_FILE_HEADER_SIZE};
    uint64_t offset = QN_PACK_FILE_HEADER_SIZE, end = offset;
    enum qn_status status =
        qn_pack_writer_add_front(ctx, writer, QN_BYTES_NONE, front->count);
    uint32_t i;

    for (i = 0; offset < front->end && !status; i++, offset = end) {
        end = qn_pack_front_begin(pack, i + 1);
        if (i % CHECK_COUNT == 0)
            status = qn_ctx_check(ctx);
        if (!status && front->set[i / 64] >> (i % 64) & 1) {
            if (front->cut_count > 0)
                status = move_entry(ctx, front, &copy, offset, end);
            continue;
        }
        if (!status)
            status = copy_to(ctx, &copy, offset);
        copy.done = end;
        if (!status)
            status = cut(ctx, front, end, end - offset);
    }
    return status ? status : copy_to(ctx, &copy, front->end);
}

static enum qn_status copy_entry(struct qn_ctx *ctx, struct copy *copy,
                                 size_t i)
{
    const struct qn_pack_file *pack = copy->pack;
    uint64_t offset = copy->offsets[i];
    uint8_t header[QN_PACK_ENTRY_HEADER_MAX];
    struct qn_pack_entry stored;
    enum qn_status status;
    size_t base, used;

    if ((pack->data.data[offset] >> 4 & 7) != QN_PACK_ENTRY_OFFSET_DELTA)
        return QN_OK; /* with the next run */
    status = qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack),
                                 pack->algorithm, offset, &stored);
    if (status)
        return status;
    base =
        qn_pack_reverse_before(copy->offsets, (uint32_t)i, stored.base_offset);
    if (base == QN_PACK_INDEX_NONE || stored.data_offset > copy->offsets[i + 1])
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bad delta base at offset %" PRIu64 " of the pack",
                           offset);
    status = copy_to(ctx, copy, offset);
    used = qn_pack_entry_write_header(header, QN_PACK_ENTRY_REF_DELTA,
                                      stored.size);
    memcpy(header + used,
           qn_pack_index_row(&pack->index, qn_pack_reverse_position(
                                               &pack->reverse, (uint32_t)base)),
           pack->index.id_size);
    used += pack->index.id_size;
    if (!status)
        status = qn_pack_writer_add_front(ctx, copy->writer,
                                          qn_bytes_make(header, used), 0);
    copy->done = stored.data_offset;
    return status;
}

enum qn_status qn_pack_front_copy_named(struct qn_ctx *ctx,
                                        const struct qn_pack_list_front *front,
                                        struct qn_pack_writer *writer)
{
    const struct qn_pack_file *pack = front->pack;
    struct copy copy = {
        .pack = pack, .writer = writer, .done = QN_PACK_FILE_HEADER_SIZE};
    enum qn_status status = QN_OK;
    size_t i;

    copy.offsets =
        qn_memory_array(ctx, (size_t)front->count + 1, sizeof(*copy.offsets));
    if (!copy.offsets)
        return QN_NO_MEMORY;
    for (i = 0; i < front->count; i++)
        copy.offsets[i] = qn_pack_index_offset(
            &pack->index,
            qn_pack_reverse_position(&pack->reverse, (uint32_t)i));
    copy.offsets[i] = front->end;
    status = qn_pack_writer_add_front(ctx, writer, QN_BYTES_NONE, front->count);
    for (i = 0; i < front->count && !status; i++) {
        if (i % CHECK_COUNT == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = copy_entry(ctx, &copy, i);
    }
    if (!status)
        status = copy_to(ctx, &copy, front->end);
    qn_memory_free(copy.offsets);
    return status;
}
