/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_front.h"

#include "base/memory.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"

#include <inttypes.h>

/* Entries between two looks at whether to go on. */
#define CHECK_COUNT 4096

struct copy {
    const struct qn_pack_file *pack;
    struct qn_pack_writer *writer;
    uint64_t *offsets; /* of the entries, and of the end */
    uint64_t done;     /* bytes before it are written */
};

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

/* Which of the entries before the i-th begins there; i: none.  Most bases are
 * near. */
static size_t find_before(const uint64_t *offsets, size_t i, uint64_t offset)
{
    size_t low = 0, high = i, step = 1;

    while (step < i && offsets[i - step] > offset) {
        high = i - step;
        step *= 2;
    }
    if (step < i)
        low = i - step;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (offsets[middle] == offset)
            return middle;
        if (offsets[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return i;
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
    base = find_before(copy->offsets, i, stored.base_offset);
    if (base == i || stored.data_offset > copy->offsets[i + 1])
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
