/* SPDX-License-Identifier: MIT */
#include "object/tree.h"
#include "operation/part/archive_writer.h"

#include <stdio.h>
#include <string.h>

#define BLOCK       512
#define RECORD      10240 /* what is written at once, and its end filled to */
#define GATHERED    ((size_t)6 * RECORD)
#define NAME_SIZE   100
#define PREFIX_SIZE 155
#define MOST_PREFIX 154 /* one less than fits, as Git has it */
#define MOST_SIZE   UINT64_C(077777777777)
#define PIECE       ((size_t)1 << 16)

struct header {
    char name[NAME_SIZE], mode[8], uid[8], gid[8], size[12], mtime[12];
    char checksum[8], type, link[NAME_SIZE], magic[6], version[2];
    char user[32], group[32], major[8], minor[8], prefix[PREFIX_SIZE], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static enum qn_status flush(struct qn_ctx *ctx, struct qn_archive_writer *w)
{
    enum qn_status status =
        w->out.write(ctx, w->out.data, qn_buf_bytes(&w->block));

    qn_buf_clear(&w->block);
    return status;
}

/* Whole records go out, so that what compresses them is fed as by Git. */
static enum qn_status put(struct qn_ctx *ctx, struct qn_archive_writer *w,
                          struct qn_bytes bytes)
{
    enum qn_status status = QN_OK;

    w->written += bytes.size;
    while (!status && bytes.size > 0) {
        struct qn_bytes piece = qn_bytes_first(bytes, GATHERED - w->block.size);

        status = qn_buf_append_bytes(ctx, &w->block, piece);
        bytes = qn_bytes_from(bytes, piece.size);
        if (!status && w->block.size == GATHERED)
            status = flush(ctx, w);
    }
    return status;
}

/* Up to a whole number of blocks. */
static enum qn_status fill_up(struct qn_ctx *ctx, struct qn_archive_writer *w,
                              unsigned to)
{
    static const uint8_t zeros[RECORD];
    size_t rest = (size_t)(w->written % to);

    return rest > 0 ? put(ctx, w, qn_bytes_make(zeros, to - rest)) : QN_OK;
}

/* Octal digits and a NUL. */
static void set_number(char *field, size_t size, uint64_t number)
{
    for (field[--size] = '\0'; size-- > 0; number >>= 3)
        field[size] = (char)('0' + (number & 7));
}

static void copy(char *field, size_t size, struct qn_bytes text)
{
    if (text.size > 0)
        memcpy(field, text.data, text.size < size ? text.size : size);
}

static void begin_header(const struct qn_archive_writer *w, char type,
                         uint32_t mode, uint64_t size, struct header *out)
{
    memset(out, 0, sizeof(*out));
    out->type = type;
    set_number(out->mode, sizeof(out->mode), mode & 07777);
    set_number(out->uid, sizeof(out->uid), 0);
    set_number(out->gid, sizeof(out->gid), 0);
    set_number(out->size, sizeof(out->size), size);
    set_number(out->mtime, sizeof(out->mtime),
               w->mtime < 0                     ? 0
               : (uint64_t)w->mtime > MOST_SIZE ? MOST_SIZE
                                                : (uint64_t)w->mtime);
    memcpy(out->magic, "ustar", 6);
    memcpy(out->version, "00", 2);
    memcpy(out->user, "root", 4);
    memcpy(out->group, "root", 4);
    set_number(out->major, sizeof(out->major), 0);
    set_number(out->minor, sizeof(out->minor), 0);
}

static enum qn_status put_header(struct qn_ctx *ctx,
                                 struct qn_archive_writer *w,
                                 struct header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    unsigned sum = 0;
    size_t i;

    memset(header->checksum, ' ', sizeof(header->checksum));
    for (i = 0; i < sizeof(*header); i++)
        sum += bytes[i];
    set_number(header->checksum, sizeof(header->checksum), sum);
    return put(ctx, w, qn_bytes_make(header, sizeof(*header)));
}

/* "<size of the line> <key>=<value>\n", appended. */
static enum qn_status append_record(struct qn_ctx *ctx, struct qn_buf *out,
                                    const char *key, struct qn_bytes value)
{
    size_t size = strlen(key) + value.size + 3, digits = 1, power = 10;
    enum qn_status status;

    for (; size + digits >= power; power *= 10)
        digits++;
    status = qn_buf_printf(ctx, out, "%zu %s=", size + digits, key);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, value);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status append_number(struct qn_ctx *ctx, struct qn_buf *out,
                                    const char *key, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    return append_record(ctx, out, key, qn_bytes_from_string(text));
}

/* The records of w->text as an extended header. */
static enum qn_status put_extended(struct qn_ctx *ctx,
                                   struct qn_archive_writer *w, char type,
                                   const char *name)
{
    struct header header;
    enum qn_status status;

    begin_header(w, type, 0100666, w->text.size, &header);
    copy(header.name, sizeof(header.name), qn_bytes_from_string(name));
    status = put_header(ctx, w, &header);
    if (!status)
        status = put(ctx, w, qn_buf_bytes(&w->text));
    return status ? status : fill_up(ctx, w, BLOCK);
}

enum qn_status qn_archive_tar_begin(struct qn_ctx *ctx,
                                    struct qn_archive_writer *w)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    qn_buf_clear(&w->text);
    if (w->commit)
        status =
            append_record(ctx, &w->text, "comment",
                          qn_bytes_from_string(qn_id_to_hex(w->commit, hex)));
    if (!status && (uint64_t)w->mtime > MOST_SIZE && w->mtime > 0)
        status = append_number(ctx, &w->text, "mtime", (uint64_t)w->mtime);
    if (status || w->text.size == 0)
        return status;
    return put_extended(ctx, w, 'g', "pax_global_header");
}

/* Where a long path is split between prefix and name: at its last slash, but
 * for one at the end, that leaves a prefix which fits; 0: nowhere. */
static size_t find_split(struct qn_bytes path)
{
    size_t at = path.size < MOST_PREFIX + 2 ? path.size - 2 : MOST_PREFIX;

    while (at > 0 && path.data[at] != '/')
        at--;
    return at;
}

/* The name into the header; or, where it does not fit, into a record. */
static enum qn_status set_name(struct qn_ctx *ctx, struct qn_archive_writer *w,
                               const struct qn_archive_member *member,
                               const char *hex, struct header *header)
{
    struct qn_bytes path = member->path;
    size_t at;

    if (path.size <= NAME_SIZE) {
        copy(header->name, NAME_SIZE, path);
        return QN_OK;
    }
    at = find_split(path);
    if (at > 0 && path.size - at - 1 <= NAME_SIZE) {
        copy(header->prefix, PREFIX_SIZE, qn_bytes_first(path, at));
        copy(header->name, NAME_SIZE, qn_bytes_from(path, at + 1));
        return QN_OK;
    }
    (void)snprintf(header->name, NAME_SIZE, "%s.data", hex);
    return append_record(ctx, &w->text, "path", path);
}

static enum qn_status set_link(struct qn_ctx *ctx, struct qn_archive_writer *w,
                               const struct qn_archive_member *member,
                               const char *hex, struct header *header)
{
    if (member->content.size <= NAME_SIZE) {
        copy(header->link, NAME_SIZE, member->content);
        return QN_OK;
    }
    (void)snprintf(header->link, NAME_SIZE, "see %s.paxheader", hex);
    return append_record(ctx, &w->text, "linkpath", member->content);
}

static uint32_t permissions(const struct qn_archive_writer *w, uint32_t mode)
{
    if (qn_mode_is_symlink(mode))
        return 0777;
    if (qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode) || (mode & 0100))
        return 0777 & ~w->umask;
    return 0666 & ~w->umask;
}

static enum qn_status put_content(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w,
                                  const struct qn_archive_member *member)
{
    uint64_t left = member->size;
    struct qn_buf piece = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!member->stream)
        return put(ctx, w, member->content);
    status = qn_buf_reserve(ctx, &piece, PIECE);
    while (!status && left > 0) {
        size_t size = 0;

        status =
            qn_odb_stream_read(ctx, member->stream, piece.data, PIECE, &size);
        if (!status && (size == 0 || size > left))
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "an object is not as long as it says");
        if (!status)
            status = put(ctx, w, qn_bytes_make(piece.data, size));
        left -= status ? left : size;
    }
    qn_buf_dispose(&piece);
    return status;
}

enum qn_status qn_archive_tar_add(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w,
                                  const struct qn_archive_member *member)
{
    bool is_link = qn_mode_is_symlink(member->mode);
    bool is_file = qn_mode_is_file(member->mode);
    uint64_t size = is_file ? member->size : 0;
    char hex[QN_ID_MAX_HEX_SIZE + 1], name[QN_ID_MAX_HEX_SIZE + 16];
    struct header header;
    enum qn_status status;

    qn_id_to_hex(&member->id, hex);
    qn_buf_clear(&w->text);
    begin_header(w,
                 is_link   ? '2'
                 : is_file ? '0'
                           : '5',
                 permissions(w, member->mode), size > MOST_SIZE ? 0 : size,
                 &header);
    status = set_name(ctx, w, member, hex, &header);
    if (!status && is_link)
        status = set_link(ctx, w, member, hex, &header);
    if (!status && size > MOST_SIZE)
        status = append_number(ctx, &w->text, "size", size);
    if (!status && w->text.size > 0) {
        (void)snprintf(name, sizeof(name), "%s.paxheader", hex);
        status = put_extended(ctx, w, 'x', name);
    }
    if (!status)
        status = put_header(ctx, w, &header);
    if (!status && size > 0)
        status = put_content(ctx, w, member);
    return status ? status : fill_up(ctx, w, BLOCK);
}

enum qn_status qn_archive_tar_end(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w)
{
    static const uint8_t zeros[2 * BLOCK];
    enum qn_status status = put(ctx, w, qn_bytes_make(zeros, sizeof(zeros)));

    if (!status)
        status = fill_up(ctx, w, RECORD);
    return status ? status : flush(ctx, w);
}

void qn_archive_writer_dispose(struct qn_archive_writer *w)
{
    qn_buf_dispose(&w->block);
    qn_buf_dispose(&w->directory);
    qn_buf_dispose(&w->text);
}
