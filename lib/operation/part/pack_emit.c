/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_emit.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/crc32.h"
#include "operation/part/pack_front.h"
#include "operation/part/pack_order.h"
#include "os/parallel.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"

/* A worker's helping: this many entries, or about this many bytes. */
#define CHUNK_COUNT 512
#define CHUNK_SIZE  (1u << 20)
#define PIECE_SIZE  (1u << 16)

struct piece {
    struct qn_bytes data; /* of the pack or the entry; or, in the slot: */
    size_t start, size;
    uint64_t inflated;
    uint64_t base_offset;    /* in the front; 0: it is not there, */
    const uint8_t *base_row; /* or it is named by this id */
    bool is_made;            /* in the slot's buffer */
    bool is_delta;           /* of the entry's base */
    bool is_copied;          /* as it was stored */
    bool is_large;           /* goes over piece by piece */
};

struct slot {
    size_t first, count;
    struct piece *pieces;
    struct qn_buf buf;
};

struct state {
    struct qn_odb *odb;
    struct qn_object object;
};

struct run {
    struct qn_pack_emit *emit;
    uint32_t *order;
    size_t count, next; /* next: not handed out yet */
    struct qn_pack_writer writer;
    bool is_open; /* a pack is begun */
    uint32_t number;
    uint32_t *mtimes; /* beside the rows of the writer's table */
    size_t mtime_capacity;
    struct state own; /* the caller's */
    struct qn_buf spare;
};

static enum qn_status init_state(struct qn_ctx *ctx, void *data, void *worker)
{
    struct run *run = data;
    struct state *state = worker;

    return qn_odb_fork(ctx, run->emit->list->odb, &state->odb);
}

static void dispose_state(void *data, void *worker)
{
    struct state *state = worker;

    (void)data;
    qn_object_dispose(&state->object);
    qn_odb_free(state->odb);
}

static enum qn_status init_slot(struct qn_ctx *ctx, void *data, void *at)
{
    struct slot *slot = at;

    (void)data;
    slot->pieces = qn_memory_array(ctx, CHUNK_COUNT, sizeof(*slot->pieces));
    return slot->pieces ? QN_OK : QN_NO_MEMORY;
}

static void dispose_slot(void *data, void *at)
{
    struct slot *slot = at;

    (void)data;
    qn_memory_free(slot->pieces);
    qn_buf_dispose(&slot->buf);
}

static enum qn_status produce(struct qn_ctx *ctx, void *data, void *at)
{
    struct run *run = data;
    struct slot *slot = at;
    uint64_t size = 0;

    if (run->next == run->count)
        return QN_END;
    slot->first = run->next;
    while (run->next < run->count && run->next - slot->first < CHUNK_COUNT &&
           size < CHUNK_SIZE) {
        const struct qn_pack_list_entry *entry =
            &run->emit->list->entries[run->order[run->next++]];

        size += qn_pack_list_is_copied(entry) ? entry->end - entry->offset
                                              : entry->size;
    }
    slot->count = run->next - slot->first;
    return qn_ctx_check(ctx);
}

/* Is the stored entry what its pack's index says? */
static bool is_sound(struct qn_ctx *ctx, const struct qn_pack_list *list,
                     uint32_t number)
{
    const struct qn_pack_list_entry *entry = &list->entries[number];
    const struct qn_pack_index *index = &entry->pack->index;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    if (!index->crcs ||
        qn_endian_load32(index->crcs + (size_t)entry->position * 4) ==
            qn_crc32(0, entry->pack->data.data + entry->offset,
                     (size_t)(entry->end - entry->offset)))
        return true;
    qn_id_map_id(&list->ids, number, &id);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "bad packed object CRC for %s",
                  qn_id_to_hex(&id, hex));
    return false;
}

/* The object, compressed now. */
static enum qn_status make_whole(struct qn_ctx *ctx, const struct run *run,
                                 struct state *state, uint32_t number,
                                 struct piece *piece, struct qn_buf *buf)
{
    const struct qn_pack_list *list = run->emit->list;
    enum qn_status status;
    struct qn_id id;

    memset(piece, 0, sizeof(*piece));
    if (list->entries[number].size > run->emit->search->big_file_threshold) {
        piece->is_large = true;
        return QN_OK;
    }
    qn_id_map_id(&list->ids, number, &id);
    status = qn_odb_read(ctx, state->odb, &id, &state->object);
    if (status == QN_NOT_FOUND) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        return qn_ctx_fail(ctx, status, "unable to read %s",
                           qn_id_to_hex(&id, hex));
    }
    piece->start = buf->size;
    piece->is_made = true;
    piece->inflated = state->object.data.size;
    if (!status)
        status = qn_deflate_append(ctx, run->emit->search->level,
                                   qn_object_bytes(&state->object), buf);
    piece->size = buf->size - piece->start;
    return status;
}

/* The base lies in the front of the entry's own pack. */
static bool name_on_front(const struct run *run,
                          const struct qn_pack_list_entry *entry,
                          uint64_t base_offset, struct piece *piece)
{
    const struct qn_pack_list_front *front =
        qn_pack_list_front_of(run->emit->list, entry->pack, base_offset);

    if (run->emit->names_offsets) {
        piece->base_offset = qn_pack_front_place(front, base_offset);
        return true;
    }
    piece->base_row = qn_pack_front_row(front, base_offset);
    return piece->base_row != NULL;
}

/* False: it is not to be copied. */
static bool copy_stored(struct qn_ctx *ctx, const struct run *run,
                        uint32_t number, struct piece *piece)
{
    const struct qn_pack_list *list = run->emit->list;
    const struct qn_pack_list_entry *entry = &list->entries[number];
    struct qn_bytes pack;
    struct qn_pack_entry stored;

    if (!run->emit->reuses_objects || !qn_pack_list_is_copied(entry) ||
        !is_sound(ctx, list, number))
        return false;
    pack = qn_pack_reader_bytes(entry->pack);
    if (qn_pack_entry_parse(ctx, pack, entry->pack->algorithm, entry->offset,
                            &stored)) {
        qn_ctx_clear(ctx);
        return false;
    }
    piece->data = qn_bytes_make(pack.data + stored.data_offset,
                                (size_t)(entry->end - stored.data_offset));
    piece->inflated = stored.size;
    piece->is_copied = true;
    piece->is_delta = qn_pack_entry_is_delta(&stored);
    return !(entry->flags & QN_PACK_LIST_ON_FRONT) ||
           name_on_front(run, entry, stored.base_offset, piece);
}

static enum qn_status make_piece(struct qn_ctx *ctx, const struct run *run,
                                 struct state *state, uint32_t number,
                                 struct piece *piece, struct qn_buf *buf)
{
    const struct qn_pack_list_entry *entry = &run->emit->list->entries[number];
    enum qn_status status;

    memset(piece, 0, sizeof(*piece));
    if (entry->base == QN_PACK_LIST_NONE || entry->flags & QN_PACK_LIST_REUSED)
        return copy_stored(ctx, run, number, piece)
                   ? QN_OK
                   : make_whole(ctx, run, state, number, piece, buf);
    piece->is_delta = true;
    piece->inflated = entry->delta_size;
    if (entry->delta) {
        piece->data = qn_bytes_make(entry->delta, entry->packed_size);
        return QN_OK;
    }
    piece->start = buf->size;
    piece->is_made = true;
    status =
        qn_delta_search_again(ctx, run->emit->search, state->odb, number, buf);
    piece->size = buf->size - piece->start;
    return status;
}

static enum qn_status compute(struct qn_ctx *ctx, void *data, void *worker,
                              void *at)
{
    struct run *run = data;
    struct slot *slot = at;
    enum qn_status status = QN_OK;
    size_t i;

    qn_buf_clear(&slot->buf);
    for (i = 0; i < slot->count && !status; i++)
        status = make_piece(ctx, run, worker, run->order[slot->first + i],
                            &slot->pieces[i], &slot->buf);
    return status;
}

static enum qn_status copy_front(struct qn_ctx *ctx, struct run *run)
{
    struct qn_pack_list *list = run->emit->list;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < list->front_packs && !status; i++)
        status =
            list->fronts[i].set
                ? qn_pack_front_copy_set(ctx, &list->fronts[i], &run->writer)
            : run->emit->names_offsets
                ? qn_pack_front_copy(ctx, &list->fronts[i], &run->writer)
                : qn_pack_front_copy_named(ctx, &list->fronts[i], &run->writer);
    if (status)
        return status;
    run->emit->written += list->front_count;
    if (list->is_front_known) {
        run->emit->written_deltas += list->front_deltas;
        run->emit->reused += list->front_count;
        run->emit->reused_deltas += list->front_deltas;
    } else {
        run->emit->front += list->front_count;
    }
    if (run->emit->progress) {
        qn_progress_bytes(ctx, run->emit->progress, run->writer.offset);
        qn_progress_add(ctx, run->emit->progress, list->front_count);
    }
    return QN_OK;
}

static enum qn_status open_pack(struct qn_ctx *ctx, struct run *run,
                                size_t left)
{
    struct qn_pack_emit *emit = run->emit;
    const char *path = NULL;
    int fd = -1;
    enum qn_status status = emit->begin(ctx, emit->data, &fd, &path);

    if (!status)
        status = qn_pack_writer_begin(ctx, &run->writer, fd, path,
                                      qn_odb_algorithm(emit->list->odb),
                                      (uint32_t)left + emit->list->front_count);
    run->writer.sink = emit->sink;
    run->writer.sync = emit->sync;
    run->is_open = !status;
    run->number++;
    if (!status && emit->list->front_count > 0)
        status = copy_front(ctx, run);
    return status;
}

static enum qn_status close_pack(struct qn_ctx *ctx, struct run *run)
{
    enum qn_status status = qn_pack_writer_finish_early(ctx, &run->writer);

    if (!status)
        status =
            run->emit->end(ctx, run->emit->data, &run->writer, run->mtimes);
    qn_pack_writer_dispose(&run->writer);
    memset(&run->writer, 0, sizeof(run->writer));
    run->is_open = false;
    return status;
}

/* Too large for memory: through zlib, a piece at a time. */
static enum qn_status stream_object(struct qn_ctx *ctx, struct run *run,
                                    uint32_t number)
{
    struct qn_pack_writer_entry entry = {0};
    struct qn_odb_stream *stream = NULL;
    struct qn_deflate_stream *deflate = NULL;
    enum qn_object_type type = QN_OBJECT_NONE;
    uint8_t *room = qn_memory_array(ctx, PIECE_SIZE, 1);
    enum qn_status status = room ? QN_OK : QN_NO_MEMORY;
    size_t used = 1;
    struct qn_id id;

    qn_id_map_id(&run->emit->list->ids, number, &id);
    if (!status)
        status = qn_odb_stream_open(ctx, run->own.odb, &id, &type, &entry.size,
                                    &stream);
    if (!status)
        status = qn_deflate_stream_new(ctx, run->emit->search->level, &deflate);
    entry.row = id.bytes;
    entry.type = type;
    if (!status)
        status = qn_pack_writer_begin_stream(ctx, &run->writer, &entry);
    while (!status && used > 0) {
        status = qn_odb_stream_read(ctx, stream, room, PIECE_SIZE, &used);
        qn_buf_clear(&run->spare);
        if (!status)
            status = qn_deflate_stream_append(ctx, deflate,
                                              qn_bytes_make(room, used),
                                              used == 0, &run->spare);
        if (!status)
            status = qn_pack_writer_put(ctx, &run->writer,
                                        qn_buf_bytes(&run->spare));
        if (!status)
            status = qn_ctx_check(ctx);
    }
    if (!status)
        qn_pack_writer_end_stream(&run->writer);
    qn_deflate_stream_free(deflate);
    if (stream)
        qn_odb_stream_close(stream);
    qn_memory_free(room);
    return status;
}

static bool has_base(const struct run *run,
                     const struct qn_pack_list_entry *entry)
{
    const struct qn_pack_list_entry *base =
        &run->emit->list->entries[entry->base];

    return base->flags & QN_PACK_LIST_BASE ||
           (base->flags & QN_PACK_LIST_WRITTEN && base->number == run->number);
}

/* Is the pack at hand full? */
static bool is_over(const struct run *run, size_t size)
{
    uint64_t most = run->emit->max_size;
    size_t id_size = run->emit->list->ids.row_size;

    return most != 0 && run->writer.table.count > 0 &&
           run->writer.offset + QN_PACK_ENTRY_HEADER_MAX + size + id_size >
               most;
}

static enum qn_status note_written(struct qn_ctx *ctx, struct run *run,
                                   struct qn_pack_list_entry *entry,
                                   const struct piece *piece)
{
    struct qn_pack_emit *emit = run->emit;
    size_t at = run->writer.table.count - 1;
    enum qn_status status = qn_memory_grow(
        ctx, &run->mtimes, &run->mtime_capacity, at + 1, sizeof(*run->mtimes));

    if (status)
        return status;
    run->mtimes[at] = entry->mtime;
    entry->flags |= QN_PACK_LIST_WRITTEN;
    entry->new_offset = run->writer.table.offsets[at];
    entry->number = run->number;
    emit->written++;
    emit->written_deltas += piece->is_delta;
    emit->reused += piece->is_copied;
    emit->reused_deltas += piece->is_copied && piece->is_delta;
    if (emit->progress) {
        qn_progress_bytes(ctx, emit->progress, run->writer.offset);
        qn_progress_add(ctx, emit->progress, 1);
    }
    return QN_OK;
}

static enum qn_status write_piece(struct qn_ctx *ctx, struct run *run,
                                  uint32_t number, struct piece *piece,
                                  struct qn_bytes data)
{
    struct qn_pack_list *list = run->emit->list;
    struct qn_pack_list_entry *entry = &list->entries[number];
    struct qn_pack_writer_entry out = {0};
    enum qn_status status;

    out.row = qn_pack_list_row(list, number);
    out.type = entry->type;
    out.size = piece->inflated;
    out.data = data;
    if (piece->base_offset) {
        out.type = QN_PACK_ENTRY_OFFSET_DELTA;
        out.base_offset = piece->base_offset;
    } else if (piece->base_row) {
        out.type = QN_PACK_ENTRY_REF_DELTA;
        out.base_id = piece->base_row;
    } else if (piece->is_delta) {
        const struct qn_pack_list_entry *base = &list->entries[entry->base];

        out.type = QN_PACK_ENTRY_REF_DELTA;
        out.base_id = qn_pack_list_row(list, entry->base);
        if (run->emit->names_offsets && !(base->flags & QN_PACK_LIST_BASE)) {
            out.type = QN_PACK_ENTRY_OFFSET_DELTA;
            out.base_id = NULL;
            out.base_offset = base->new_offset;
        }
    }
    status = piece->is_large
                 ? stream_object(ctx, run, number)
                 : qn_pack_writer_add_entry(ctx, &run->writer, &out);
    return status ? status : note_written(ctx, run, entry, piece);
}

static enum qn_status consume(struct qn_ctx *ctx, void *data, void *at)
{
    struct run *run = data;
    struct slot *slot = at;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < slot->count && !status; i++) {
        uint32_t number = run->order[slot->first + i];
        struct qn_pack_list_entry *entry = &run->emit->list->entries[number];
        struct piece *piece = &slot->pieces[i];
        struct qn_bytes bytes =
            piece->is_made
                ? qn_bytes_make(slot->buf.data + piece->start, piece->size)
                : piece->data;

        if (run->is_open && is_over(run, bytes.size))
            status = close_pack(ctx, run);
        if (!status && !run->is_open)
            status = open_pack(ctx, run, run->count - slot->first - i);
        if (!status && piece->is_delta && piece->base_offset == 0 &&
            !piece->base_row && !has_base(run, entry)) {
            qn_buf_clear(&run->spare); /* the base is in another pack */
            status =
                make_whole(ctx, run, &run->own, number, piece, &run->spare);
            bytes = qn_buf_bytes(&run->spare);
        }
        if (!status)
            status = write_piece(ctx, run, number, piece, bytes);
    }
    return status;
}

enum qn_status qn_pack_emit_run(struct qn_ctx *ctx, struct qn_pack_emit *emit)
{
    struct run run = {.emit = emit};
    struct qn_parallel_options options = {
        .thread_count = emit->search->thread_count,
        .shared = &run,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
    };
    struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct slot),
        .slot_init = init_slot,
        .slot_dispose = dispose_slot,
        .produce = produce,
        .compute = compute,
        .consume = consume,
    };
    enum qn_status status =
        qn_pack_order_make(ctx, emit->list, &run.order, &run.count);

    if (!status)
        status = init_state(ctx, &run, &run.own);
    if (!status && run.count == 0)
        status = open_pack(ctx, &run, 0);
    if (!status)
        status = qn_parallel_pipeline_run(ctx, &options, &pipeline);
    if (!status && run.is_open)
        status = close_pack(ctx, &run);
    qn_pack_writer_dispose(&run.writer);
    dispose_state(&run, &run.own);
    qn_buf_dispose(&run.spare);
    qn_memory_free(run.mtimes);
    qn_memory_free(run.order);
    return status;
}
