/* SPDX-License-Identifier: MIT */
#include "codec/deflate.h"
#include "hash/crc32.h"
#include "object/tree.h"
#include "operation/part/archive_writer.h"
#include "text/date.h"
#include "text/utf8.h"

#include <string.h>

#define STORED       0
#define DEFLATED     8
#define FLAG_LATER   0x0008 /* sizes and sum follow the content */
#define FLAG_UTF8    0x0800
#define VERSION      10
#define VERSION_64   45
#define MADE_BY_UNIX 0x0317
#define MOST_32      UINT64_C(0xffffffff)
#define MOST_16      UINT64_C(0xffff)
#define EXTRA_TIME   0x5455
#define EXTRA_64     0x0001
#define PIECE        ((size_t)1 << 16)

/* What the local header and the central directory both say. */
struct entry {
    const struct qn_archive_member *member;
    unsigned flags, method;
    uint32_t crc;
    uint64_t packed_size, size, offset;
    bool is_text;
};

static enum qn_status put_le(struct qn_ctx *ctx, struct qn_buf *out,
                             uint64_t number, unsigned size)
{
    uint8_t bytes[8];
    unsigned i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return qn_buf_append(ctx, out, bytes, size);
}

/* Numbers with their sizes in bytes, up to one of size 0. */
struct field {
    uint64_t number;
    unsigned size;
};

static enum qn_status put_fields(struct qn_ctx *ctx, struct qn_buf *out,
                                 const struct field *fields)
{
    enum qn_status status = QN_OK;

    for (; !status && fields->size > 0; fields++)
        status = put_le(ctx, out, fields->number, fields->size);
    return status;
}

static uint64_t least(uint64_t number, uint64_t most)
{
    return number < most ? number : most;
}

static void dos_time(const struct qn_archive_writer *w, uint64_t *date,
                     uint64_t *time)
{
    struct qn_date_fields fields;

    qn_date_split(w->mtime + (int64_t)w->zone * 60, &fields);
    *time =
        (uint64_t)(fields.second / 2 + fields.minute * 32 + fields.hour * 2048);
    *date = (uint64_t)(fields.day + (fields.month + 1) * 32 +
                       (fields.year - 1980) * 512) &
            MOST_16;
}

static enum qn_status write_out(struct qn_ctx *ctx, struct qn_archive_writer *w,
                                struct qn_bytes bytes)
{
    w->written += bytes.size;
    return bytes.size > 0 ? w->out.write(ctx, w->out.data, bytes) : QN_OK;
}

static enum qn_status flush(struct qn_ctx *ctx, struct qn_archive_writer *w)
{
    enum qn_status status = write_out(ctx, w, qn_buf_bytes(&w->block));

    qn_buf_clear(&w->block);
    return status;
}

static enum qn_status put_time(struct qn_ctx *ctx,
                               const struct qn_archive_writer *w,
                               struct qn_buf *out)
{
    const struct field fields[] = {
        {EXTRA_TIME, 2}, {5, 2}, {1, 1}, {(uint64_t)w->mtime, 4}, {0, 0}};

    return put_fields(ctx, out, fields);
}

/* Into w->block. */
static enum qn_status put_local(struct qn_ctx *ctx, struct qn_archive_writer *w,
                                const struct entry *entry)
{
    bool is_64 = entry->size > MOST_32 || entry->packed_size > MOST_32;
    uint64_t date, time;
    enum qn_status status;

    dos_time(w, &date, &time);
    {
        const struct field fields[] = {
            {0x04034b50, 4},
            {is_64 ? VERSION_64 : VERSION, 2},
            {entry->flags, 2},
            {entry->method, 2},
            {time, 2},
            {date, 2},
            {entry->crc, 4},
            {is_64 ? MOST_32 : entry->packed_size, 4},
            {is_64 ? MOST_32 : entry->size, 4},
            {entry->member->path.size, 2},
            {is_64 ? 29 : 9, 2},
            {0, 0}};
        const struct field large[] = {{EXTRA_64, 2},
                                      {16, 2},
                                      {entry->size, 8},
                                      {entry->packed_size, 8},
                                      {0, 0}};

        status = put_fields(ctx, &w->block, fields);
        if (!status)
            status = qn_buf_append_bytes(ctx, &w->block, entry->member->path);
        if (!status)
            status = put_time(ctx, w, &w->block);
        if (!status && is_64)
            status = put_fields(ctx, &w->block, large);
    }
    return status;
}

/* What a file system is told: Unix's only where there is more to say than of a
 * plain file. */
static uint64_t attributes_of(uint32_t mode, uint64_t *made_by)
{
    *made_by = 0;
    if (qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode))
        return 16;
    if (!qn_mode_is_symlink(mode) && !(mode & 0111))
        return 0;
    *made_by = MADE_BY_UNIX;
    return (uint64_t)(qn_mode_is_symlink(mode) ? mode | 0777 : mode) << 16;
}

static enum qn_status put_central(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w,
                                  const struct entry *entry)
{
    bool has_sizes = entry->size > MOST_32 || entry->packed_size > MOST_32;
    bool has_offset = entry->offset > MOST_32;
    unsigned large = (has_sizes ? 16 : 0) + (has_offset ? 8 : 0);
    uint64_t date, time, made_by;
    uint64_t attributes = attributes_of(entry->member->mode, &made_by);
    enum qn_status status;

    dos_time(w, &date, &time);
    {
        const struct field fields[] = {
            {0x02014b50, 4},
            {made_by, 2},
            {has_sizes ? VERSION_64 : VERSION, 2},
            {entry->flags, 2},
            {entry->method, 2},
            {time, 2},
            {date, 2},
            {entry->crc, 4},
            {has_sizes ? MOST_32 : entry->packed_size, 4},
            {has_sizes ? MOST_32 : entry->size, 4},
            {entry->member->path.size, 2},
            {large ? 13 + large : 9, 2},
            {0, 2}, /* comment */
            {0, 2}, /* disk */
            {entry->is_text, 2},
            {attributes, 4},
            {least(entry->offset, MOST_32), 4},
            {0, 0}};
        const struct field head[] = {{EXTRA_64, 2}, {large, 2}, {0, 0}};
        const struct field sizes[] = {
            {entry->size, 8}, {entry->packed_size, 8}, {0, 0}};
        struct qn_buf *out = &w->directory;

        status = put_fields(ctx, out, fields);
        if (!status)
            status = qn_buf_append_bytes(ctx, out, entry->member->path);
        if (!status)
            status = put_time(ctx, w, out);
        if (!status && large)
            status = put_fields(ctx, out, head);
        if (!status && has_sizes)
            status = put_fields(ctx, out, sizes);
        if (!status && has_offset)
            status = put_le(ctx, out, entry->offset, 8);
    }
    w->count++;
    return status;
}

enum qn_status qn_archive_zip_pack(struct qn_ctx *ctx, struct qn_bytes content,
                                   int level,
                                   struct qn_deflate_stream **deflate,
                                   struct qn_archive_packed *out)
{
    enum qn_status status = QN_OK;

    out->crc = qn_crc32(0, content.data, content.size);
    out->is_deflated = false;
    out->is_made = true;
    if (level == 0 || content.size == 0)
        return QN_OK;
    qn_buf_clear(&out->deflated);
    if (*deflate)
        qn_deflate_stream_reset(*deflate);
    else
        status =
            qn_deflate_stream_new_form(ctx, level, QN_DEFLATE_RAW, deflate);
    if (!status)
        status = qn_deflate_stream_append(ctx, *deflate, content, true,
                                          &out->deflated);
    out->is_deflated = !status && out->deflated.size < content.size;
    return status;
}

/* ---- contents in pieces */

/* What begins with such bytes is text, unless something else was said. */
static void look_at(struct entry *entry, struct qn_bytes start)
{
    start = qn_bytes_first(start, 8000);
    if (entry->member->is_binary < 0)
        entry->is_text = qn_bytes_find(start, 0) == start.size;
}

static enum qn_status
take_piece(struct qn_ctx *ctx, struct qn_archive_writer *w, struct entry *entry,
           struct qn_deflate_stream *deflate, struct qn_bytes piece)
{
    enum qn_status status;

    entry->crc = qn_crc32(entry->crc, piece.data, piece.size);
    if (!deflate) {
        entry->packed_size += piece.size;
        return write_out(ctx, w, piece);
    }
    status = qn_deflate_stream_append(ctx, deflate, piece, piece.size == 0,
                                      &w->block);
    entry->packed_size += w->block.size;
    return status ? status : flush(ctx, w);
}

static enum qn_status copy_stream(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w,
                                  struct entry *entry)
{
    struct qn_deflate_stream *deflate = NULL;
    struct qn_buf piece = QN_BUF_INIT;
    uint64_t left = entry->size;
    size_t size = 0;
    enum qn_status status = qn_buf_reserve(ctx, &piece, PIECE);

    entry->packed_size = 0;
    if (!status && entry->method == DEFLATED)
        status =
            qn_deflate_stream_new_form(ctx, w->level, QN_DEFLATE_RAW, &deflate);
    while (!status && left > 0) {
        status = qn_odb_stream_read(ctx, entry->member->stream, piece.data,
                                    PIECE, &size);
        if (!status && (size == 0 || size > left))
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "an object is not as long as it says");
        if (!status)
            status = take_piece(ctx, w, entry, deflate,
                                qn_bytes_make(piece.data, size));
        if (left == entry->size)
            look_at(entry, qn_bytes_make(piece.data, size));
        left -= status ? left : size;
    }
    if (!status && deflate)
        status = take_piece(ctx, w, entry, deflate, QN_BYTES_NONE);
    qn_deflate_stream_free(deflate);
    qn_buf_dispose(&piece);
    return status;
}

/* The sizes and the sum come behind it. */
static enum qn_status
add_stream(struct qn_ctx *ctx, struct qn_archive_writer *w, struct entry *entry)
{
    enum qn_status status;

    entry->flags |= FLAG_LATER;
    entry->method = w->level == 0 ? STORED : DEFLATED;
    entry->packed_size = entry->method == STORED ? entry->size : 0;
    status = put_local(ctx, w, entry);
    if (!status)
        status = flush(ctx, w);
    if (!status)
        status = copy_stream(ctx, w, entry);
    if (!status) {
        bool is_64 = entry->size > MOST_32 || entry->packed_size > MOST_32;
        const struct field fields[] = {{0x08074b50, 4},
                                       {entry->crc, 4},
                                       {entry->packed_size, is_64 ? 8 : 4},
                                       {entry->size, is_64 ? 8 : 4},
                                       {0, 0}};

        status = put_fields(ctx, &w->block, fields);
    }
    return status ? status : flush(ctx, w);
}

static enum qn_status add_whole(struct qn_ctx *ctx, struct qn_archive_writer *w,
                                struct entry *entry)
{
    const struct qn_archive_packed *packed = entry->member->packed;
    struct qn_bytes content = entry->member->content;
    enum qn_status status;

    if (!qn_mode_is_tree(entry->member->mode) &&
        !qn_mode_is_gitlink(entry->member->mode))
        look_at(entry, content);
    if (packed) {
        entry->crc = packed->crc;
        if (packed->is_deflated) {
            entry->method = DEFLATED;
            content = qn_buf_bytes(&packed->deflated);
        }
    } else {
        entry->crc = qn_crc32(0, content.data, content.size);
    }
    entry->packed_size = content.size;
    status = put_local(ctx, w, entry);
    if (!status)
        status = flush(ctx, w);
    return status ? status : write_out(ctx, w, content);
}

static enum qn_status check_path(struct qn_ctx *ctx, struct qn_bytes path,
                                 unsigned *flags)
{
    size_t i;

    if (path.size > MOST_16) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "archive.path",
                      "path too long (%d chars, SHA1: %s): %.*s",
                      (int)path.size, "", QN_BYTES_ARG(path));
        return qn_ctx_fail(ctx, QN_TOO_BIG, "path too long");
    }
    for (i = 0; i < path.size && path.data[i] < 0x80; i++)
        continue;
    if (i == path.size)
        return QN_OK;
    if (qn_utf8_is_valid(path))
        *flags |= FLAG_UTF8;
    else
        qn_ctx_report(ctx, QN_REPORT_WARNING, "archive.path",
                      "path is not valid UTF-8: %.*s", QN_BYTES_ARG(path));
    return QN_OK;
}

enum qn_status qn_archive_zip_add(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w,
                                  const struct qn_archive_member *member)
{
    struct entry entry = {.member = member,
                          .size = member->size,
                          .offset = w->written,
                          .is_text = member->is_binary == 0 &&
                                     !qn_mode_is_tree(member->mode) &&
                                     !qn_mode_is_gitlink(member->mode)};
    enum qn_status status = check_path(ctx, member->path, &entry.flags);

    if (status)
        return status;
    status =
        member->stream ? add_stream(ctx, w, &entry) : add_whole(ctx, w, &entry);
    return status ? status : put_central(ctx, w, &entry);
}

static enum qn_status put_end_64(struct qn_ctx *ctx,
                                 struct qn_archive_writer *w, uint64_t offset)
{
    const struct field fields[] = {{0x06064b50, 4},
                                   {44, 8}, /* of what follows */
                                   {0, 2},
                                   {VERSION_64, 2},
                                   {0, 4},
                                   {0, 4},
                                   {w->count, 8},
                                   {w->count, 8},
                                   {w->directory.size, 8},
                                   {offset, 8},
                                   {0x07064b50, 4},
                                   {0, 4},
                                   {offset + w->directory.size, 8},
                                   {1, 4},
                                   {0, 0}};

    return put_fields(ctx, &w->block, fields);
}

enum qn_status qn_archive_zip_end(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w)
{
    uint64_t offset = w->written, size = w->directory.size;
    char hex[QN_ID_MAX_HEX_SIZE + 1] = "";
    enum qn_status status = write_out(ctx, w, qn_buf_bytes(&w->directory));

    if (w->commit)
        qn_id_to_hex(w->commit, hex);
    if (!status && (w->count > MOST_16 || offset > MOST_32 || size > MOST_32))
        status = put_end_64(ctx, w, offset);
    if (!status) {
        const struct field fields[] = {{0x06054b50, 4},
                                       {0, 4},
                                       {least(w->count, MOST_16), 2},
                                       {least(w->count, MOST_16), 2},
                                       {least(size, MOST_32), 4},
                                       {least(offset, MOST_32), 4},
                                       {strlen(hex), 2},
                                       {0, 0}};

        status = put_fields(ctx, &w->block, fields);
    }
    if (!status)
        status = qn_buf_append_string(ctx, &w->block, hex);
    return status ? status : flush(ctx, w);
}
