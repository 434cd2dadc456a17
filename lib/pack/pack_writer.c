/* SPDX-License-Identifier: MIT */
#include "pack/pack_writer.h"

#include "base/endian.h"
#include "codec/deflate.h"
#include "codec/varint.h"
#include "hash/crc32.h"
#include "os/file.h"
#include "pack/pack_entry.h"

/* Bytes that are gathered before they are hashed and written. */
#define PENDING_SIZE (1u << 20)
/* Fewer are not worth a write of their own. */
#define PIECE_LEAST (1u << 16)

/* So much goes on its way to the disk at once. */
#define BEGIN_SIZE (8u << 20)

/* What was not written, in Git's words. */
static enum qn_status told(struct qn_ctx *ctx,
                           const struct qn_pack_writer *writer,
                           enum qn_status status)
{
    if (status == QN_NO_SPACE)
        return qn_ctx_fail(ctx, status,
                           "sha1 file '%s' write error. Out of diskspace",
                           writer->path);
    return status;
}

static enum qn_status put(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                          struct qn_bytes bytes)
{
    enum qn_status status;

    if (writer->sink.put)
        return writer->sink.put(ctx, writer->sink.data, bytes);
    status = qn_file_write(ctx, writer->fd, bytes.data, bytes.size);
    if (status)
        return told(ctx, writer, status);
    writer->put += bytes.size;
    if (writer->put - writer->begun >= BEGIN_SIZE) {
        qn_sync_begin(writer->sync, QN_SYNC_PACK, writer->fd, writer->begun,
                      writer->put - writer->begun);
        writer->begun = writer->put;
    }
    return QN_OK;
}

static enum qn_status write_through(struct qn_ctx *ctx,
                                    struct qn_pack_writer *writer,
                                    struct qn_bytes bytes)
{
    qn_hash_update(&writer->hash, bytes.data, bytes.size);
    return put(ctx, writer, bytes);
}

static enum qn_status flush(struct qn_ctx *ctx, struct qn_pack_writer *writer)
{
    enum qn_status status;

    if (writer->pending.size == 0)
        return QN_OK;
    status = write_through(ctx, writer, qn_buf_bytes(&writer->pending));
    qn_buf_clear(&writer->pending);
    return status;
}

static enum qn_status emit(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                           struct qn_bytes bytes)
{
    enum qn_status status = QN_OK;

    writer->offset += bytes.size;
    if (writer->pending.size + bytes.size > PENDING_SIZE)
        status = flush(ctx, writer);
    if (status)
        return status;
    if (bytes.size > PENDING_SIZE)
        return write_through(ctx, writer, bytes);
    return qn_buf_append_bytes(ctx, &writer->pending, bytes);
}

enum qn_status qn_pack_writer_begin(struct qn_ctx *ctx,
                                    struct qn_pack_writer *writer, int fd,
                                    const char *path, uint32_t algorithm,
                                    uint32_t count)
{
    uint8_t header[12] = "PACK";
    enum qn_status status;

    memset(writer, 0, sizeof(*writer));
    writer->fd = fd;
    writer->path = path;
    writer->expected = count;
    qn_hash_init_unchecked(&writer->hash, algorithm);
    qn_pack_table_init(&writer->table, algorithm);
    qn_endian_store32(header + 4, 2);
    qn_endian_store32(header + 8, count);
    status = qn_pack_table_reserve(ctx, &writer->table, count);
    if (!status)
        status = qn_buf_reserve(ctx, &writer->pending, PENDING_SIZE);
    return status ? status
                  : emit(ctx, writer, qn_bytes_make(header, sizeof(header)));
}

enum qn_status qn_pack_writer_begin_open(struct qn_ctx *ctx,
                                         struct qn_pack_writer *writer, int fd,
                                         const char *path, uint32_t algorithm)
{
    enum qn_status status =
        qn_pack_writer_begin(ctx, writer, fd, path, algorithm, 0);

    writer->is_open = true;
    writer->expected = UINT32_MAX;
    return status;
}

enum qn_status qn_pack_writer_read(struct qn_ctx *ctx,
                                   struct qn_pack_writer *writer,
                                   uint64_t offset, size_t size,
                                   struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t got;

    if (offset + size > writer->offset - writer->pending.size)
        status = flush(ctx, writer);
    if (!status)
        status = qn_buf_reserve(ctx, out, size);
    if (!status)
        status = qn_file_read_at(ctx, writer->fd, offset, out->data + out->size,
                                 size, &got);
    if (!status && got < size)
        status =
            qn_ctx_fail(ctx, QN_CORRUPT, "%s ends too early", writer->path);
    if (!status)
        out->size += size;
    return status;
}

static enum qn_status check_room(struct qn_ctx *ctx,
                                 struct qn_pack_writer *writer, size_t count)
{
    if (count > writer->expected - writer->table.count)
        return qn_ctx_fail(ctx, QN_INTERNAL, "more entries than the pack has");
    if (!writer->is_open)
        return QN_OK;
    return qn_pack_table_reserve(ctx, &writer->table,
                                 writer->table.count + count);
}

/* The header; how long it is, and its CRC-32. */
static size_t make_header(const struct qn_pack_writer *writer,
                          const struct qn_pack_writer_entry *entry,
                          uint8_t *header)
{
    size_t id_size = qn_id_size(writer->table.algorithm);
    size_t used = qn_pack_entry_write_header(header, entry->type, entry->size);

    if (entry->type == QN_PACK_ENTRY_OFFSET_DELTA)
        used += qn_varint_write_offset(header + used,
                                       writer->offset - entry->base_offset);
    if (entry->type == QN_PACK_ENTRY_REF_DELTA) {
        memcpy(header + used, entry->base_id, id_size);
        used += id_size;
    }
    return used;
}

enum qn_status
qn_pack_writer_begin_stream(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                            const struct qn_pack_writer_entry *entry)
{
    struct qn_pack_table *table = &writer->table;
    size_t id_size = qn_id_size(table->algorithm), at = table->count, used;
    uint8_t header[QN_PACK_ENTRY_HEADER_MAX];
    enum qn_status status = check_room(ctx, writer, 1);

    if (status)
        return status;
    used = make_header(writer, entry, header);
    table->offsets[at] = writer->offset;
    if (entry->row)
        memcpy(table->rows + at * id_size, entry->row, id_size);
    writer->stream_crc = qn_crc32(0, header, used);
    table->count++;
    return emit(ctx, writer, qn_bytes_make(header, used));
}

enum qn_status qn_pack_writer_put(struct qn_ctx *ctx,
                                  struct qn_pack_writer *writer,
                                  struct qn_bytes piece)
{
    writer->stream_crc = qn_crc32(writer->stream_crc, piece.data, piece.size);
    return emit(ctx, writer, piece);
}

void qn_pack_writer_end_stream(struct qn_pack_writer *writer)
{
    writer->table.crcs[writer->table.count - 1] = writer->stream_crc;
}

enum qn_status qn_pack_writer_drop_stream(struct qn_ctx *ctx,
                                          struct qn_pack_writer *writer)
{
    uint64_t begin = writer->table.offsets[writer->table.count - 1];
    enum qn_status status = flush(ctx, writer);

    if (!status)
        status = qn_file_cut(ctx, writer->fd, begin);
    if (status)
        return status;
    writer->offset = begin;
    writer->table.count--;
    return QN_OK;
}

enum qn_status
qn_pack_writer_add_entry(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                         const struct qn_pack_writer_entry *entry)
{
    enum qn_status status = qn_pack_writer_begin_stream(ctx, writer, entry);

    if (status)
        return status;
    status = qn_pack_writer_put(ctx, writer, entry->data);
    qn_pack_writer_end_stream(writer);
    return status;
}

enum qn_status qn_pack_writer_add_object(struct qn_ctx *ctx,
                                         struct qn_pack_writer *writer,
                                         const uint8_t *row,
                                         enum qn_object_type type,
                                         struct qn_bytes data, int level)
{
    struct qn_pack_writer_entry entry = {
        .row = row, .type = (unsigned)type, .size = data.size};
    enum qn_status status;

    qn_buf_clear(&writer->scratch);
    status = qn_deflate_append(ctx, level, data, &writer->scratch);
    if (status)
        return status;
    entry.data = qn_buf_bytes(&writer->scratch);
    return qn_pack_writer_add_entry(ctx, writer, &entry);
}

static enum qn_status write_pieces(struct qn_ctx *ctx,
                                   struct qn_pack_writer *writer,
                                   struct qn_bytes data)
{
    enum qn_status status = QN_OK;

    if (data.size < PIECE_LEAST)
        return data.size > 0 ? emit(ctx, writer, data) : QN_OK;
    while (!status && data.size > 0) {
        struct qn_bytes piece = qn_bytes_first(data, PENDING_SIZE);

        status = flush(ctx, writer);
        if (!status)
            status = qn_ctx_check(ctx);
        if (!status)
            status = write_through(ctx, writer, piece);
        writer->offset += piece.size;
        data = qn_bytes_from(data, piece.size);
    }
    return status;
}

enum qn_status qn_pack_writer_add_run(struct qn_ctx *ctx,
                                      struct qn_pack_writer *writer,
                                      struct qn_bytes data,
                                      const uint64_t *offsets, size_t count)
{
    struct qn_pack_table *table = &writer->table;
    enum qn_status status = check_room(ctx, writer, count);
    size_t i;

    for (i = 0; i < count && !status; i++)
        table->offsets[table->count++] = writer->offset + offsets[i];
    return status ? status : write_pieces(ctx, writer, data);
}

enum qn_status qn_pack_writer_add_front(struct qn_ctx *ctx,
                                        struct qn_pack_writer *writer,
                                        struct qn_bytes data, size_t count)
{
    enum qn_status status = check_room(ctx, writer, count);

    if (status)
        return status;
    memset(writer->table.offsets + writer->table.count, 0,
           count * sizeof(*writer->table.offsets));
    writer->table.count += count;
    return write_pieces(ctx, writer, data);
}

/* The number of entries into the header, and the hash of what is there now. */
static enum qn_status close_open(struct qn_ctx *ctx,
                                 struct qn_pack_writer *writer)
{
    uint8_t count[4];
    uint64_t offset = 0;
    size_t got;
    enum qn_status status;

    qn_endian_store32(count, (uint32_t)writer->table.count);
    status = qn_file_write_at(ctx, writer->fd, 8, count, sizeof(count));
    if (!status)
        status = qn_buf_reserve(ctx, &writer->pending, PENDING_SIZE);
    qn_hash_init_unchecked(&writer->hash, writer->table.algorithm);
    while (!status && offset < writer->offset) {
        uint64_t left = writer->offset - offset;

        status = qn_file_read_at(
            ctx, writer->fd, offset, writer->pending.data,
            left < PENDING_SIZE ? (size_t)left : PENDING_SIZE, &got);
        if (!status && got == 0)
            status =
                qn_ctx_fail(ctx, QN_CORRUPT, "%s ends too early", writer->path);
        if (!status)
            qn_hash_update(&writer->hash, writer->pending.data, got);
        offset += got;
    }
    return status;
}

enum qn_status qn_pack_writer_finish(struct qn_ctx *ctx,
                                     struct qn_pack_writer *writer)
{
    enum qn_status status;

    if (writer->table.count != writer->expected && !writer->is_open)
        return qn_ctx_fail(ctx, QN_INTERNAL, "fewer entries than the pack has");
    status = flush(ctx, writer);
    if (!status && writer->is_open)
        status = close_open(ctx, writer);
    if (!status)
        status = qn_hash_final(ctx, &writer->hash, &writer->table.checksum);
    if (!status)
        status = put(ctx, writer,
                     qn_bytes_make(writer->table.checksum.bytes,
                                   qn_id_size(writer->table.algorithm)));
    return status;
}

enum qn_status qn_pack_writer_finish_early(struct qn_ctx *ctx,
                                           struct qn_pack_writer *writer)
{
    struct qn_pack_table *table = &writer->table;
    struct qn_file_map map = {NULL, 0, false};
    enum qn_status status;
    uint8_t count[4];

    if (table->count == writer->expected)
        return qn_pack_writer_finish(ctx, writer);
    status = flush(ctx, writer);
    qn_endian_store32(count, (uint32_t)table->count);
    if (!status)
        status = qn_file_write_at(ctx, writer->fd, 8, count, sizeof(count));
    if (!status)
        status = qn_file_map(ctx, writer->path, &map);
    if (!status)
        qn_hash_checksum(table->algorithm, qn_bytes_make(map.data, map.size),
                         &table->checksum);
    if (map.data)
        qn_file_unmap(&map);
    if (!status)
        status = qn_file_write(ctx, writer->fd, table->checksum.bytes,
                               qn_id_size(table->algorithm));
    return status;
}

void qn_pack_writer_dispose(struct qn_pack_writer *writer)
{
    qn_buf_dispose(&writer->pending);
    qn_buf_dispose(&writer->scratch);
    qn_pack_table_dispose(&writer->table);
}
