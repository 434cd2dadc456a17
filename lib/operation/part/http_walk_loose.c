/* SPDX-License-Identifier: MIT */
/* A loose object as it comes: inflated at once, so that a file without end is
 * over where its stream is, and memory has a limit. */
#include "operation/part/http_walk_private.h"

#include "codec/inflate.h"
#include "hash/hash.h"
#include "os/temporary.h"

#define HEAD_MAX 64
/* A larger blob goes by a file; no tree, commit or tag is as large. */
#define KEPT_MAX ((size_t)64 << 20)

struct loose {
    struct qn_http_answer *answer;
    struct qn_inflate_stream *stream;
    struct qn_bytes held; /* came, and is not inflated yet */
    bool is_end;
    uint8_t head[HEAD_MAX], room[16384];
    struct qn_bytes first; /* of the content, behind the head */
    struct qn_hash hash;
    const struct qn_id *id; /* what it has to hash to */
    enum qn_object_type type;
    uint64_t size;
};

/* At least one byte; 0: the stream is over. */
static enum qn_status read_some(struct qn_ctx *ctx, struct loose *loose,
                                void *room, size_t size, size_t *used)
{
    enum qn_status status = QN_OK;

    *used = 0;
    while (!status && !*used && !loose->is_end) {
        size_t count = 0;

        if (!loose->held.size) {
            status = qn_http_answer_read(ctx, loose->answer, loose->room,
                                         sizeof(loose->room), &count);
            if (!status && !count)
                status = qn_ctx_fail(ctx, QN_CORRUPT, "it stops short");
            loose->held = qn_bytes_make(loose->room, count);
        }
        if (!status)
            status = qn_inflate_stream_next(ctx, loose->stream, &loose->held,
                                            room, size, used, &loose->is_end);
    }
    return status;
}

/* "<type> <size>" NUL */
static enum qn_status read_head(struct qn_ctx *ctx, struct loose *loose)
{
    size_t have = 0, used = 1, end = 0, space;
    struct qn_bytes text = QN_BYTES_NONE;
    enum qn_status status = QN_OK;

    while (!status && end == text.size && used && have < HEAD_MAX) {
        status =
            read_some(ctx, loose, loose->head + have, HEAD_MAX - have, &used);
        have += used;
        text = qn_bytes_make(loose->head, have);
        end = qn_bytes_find(text, '\0');
    }
    if (status)
        return status;
    loose->first = qn_bytes_from(text, end + 1);
    qn_hash_init(&loose->hash, loose->id->algorithm);
    qn_hash_update(&loose->hash, text.data, have - loose->first.size);
    space = qn_bytes_find(qn_bytes_first(text, end), ' ');
    loose->type = qn_object_type_from_name(qn_bytes_first(text, space));
    if (end == text.size || space >= end || !loose->type ||
        !qn_bytes_to_u64(qn_bytes_from(qn_bytes_first(text, end), space + 1),
                         &loose->size))
        return qn_ctx_fail(ctx, QN_CORRUPT, "no loose object");
    return QN_OK;
}

static enum qn_status check_hash(struct qn_ctx *ctx, struct loose *loose)
{
    char hex[2 * QN_ID_MAX_SIZE + 1];
    struct qn_id made;
    enum qn_status status = qn_hash_final(ctx, &loose->hash, &made);

    if (!status && !qn_id_is_equal(&made, loose->id))
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "http.bad-object", NULL,
                                    "File %s has bad hash",
                                    qn_id_to_hex(loose->id, hex));
    return status;
}

/* All of the content, through `put`; just so much as was said, and what it
 * should be. */
static enum qn_status
read_content(struct qn_ctx *ctx, struct loose *loose, void *data,
             enum qn_status (*put)(struct qn_ctx *ctx, void *data,
                                   struct qn_bytes piece))
{
    uint8_t room[16384];
    struct qn_bytes piece = loose->first;
    uint64_t left = loose->size;
    enum qn_status status = QN_OK;

    while (!status) {
        size_t used = 0;

        if (piece.size > left)
            return qn_ctx_fail(ctx, QN_CORRUPT, "more than it says");
        left -= piece.size;
        qn_hash_update(&loose->hash, piece.data, piece.size);
        status = put(ctx, data, piece);
        if (!status)
            status = read_some(ctx, loose, room, sizeof(room), &used);
        if (!status && !used)
            break;
        piece = qn_bytes_make(room, used);
    }
    if (!status && left)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "less than it says");
    return status ? status : check_hash(ctx, loose);
}

static enum qn_status put_in_memory(struct qn_ctx *ctx, void *data,
                                    struct qn_bytes piece)
{
    return qn_buf_append_bytes(ctx, data, piece);
}

static enum qn_status put_in_file(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes piece)
{
    return qn_file_write(ctx, *(int *)data, piece.data, piece.size);
}

static enum qn_status write_kept(struct qn_ctx *ctx, struct loose *loose,
                                 struct qn_odb *odb, struct qn_object *out)
{
    struct qn_id made;
    enum qn_status status;

    qn_buf_clear(&out->data);
    out->type = loose->type;
    out->data.limit = KEPT_MAX;
    status = read_content(ctx, loose, &out->data, put_in_memory);
    out->data.limit = 0;
    return status ? status
                  : qn_odb_write(ctx, odb, loose->type, qn_object_bytes(out),
                                 &made);
}

/* A large blob: nobody looks into it. */
static enum qn_status write_large(struct qn_ctx *ctx, struct loose *loose,
                                  struct qn_odb *odb)
{
    struct qn_id made;
    struct qn_buf prefix = QN_BUF_INIT, path = QN_BUF_INIT;
    int fd = -1;
    enum qn_status status =
        qn_buf_printf(ctx, &prefix, "%s/tmp_obj_",
                      qn_odb_store_directory(qn_odb_get_store(odb)));

    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0600,
                                          &fd, &path);
    if (!status) {
        status = read_content(ctx, loose, &fd, put_in_file);
        qn_file_close(fd);
        fd = -1;
        if (!status)
            status =
                qn_file_open(ctx, qn_buf_string(&path), QN_FILE_READ, 0, &fd);
        if (!status)
            status = qn_odb_write_stream(ctx, odb, loose->type, fd, loose->size,
                                         &made);
        qn_file_close(fd);
        qn_temporary_remove(qn_buf_string(&path));
    }
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_http_walk_loose_take(struct qn_ctx *ctx,
                                       struct qn_http_walk_source *source,
                                       const struct qn_id *id,
                                       struct qn_http_answer *answer,
                                       struct qn_object *out)
{
    const char *base = qn_http_client_base(source->walk->client);
    struct loose loose = {.answer = answer, .id = id};
    char hex[2 * QN_ID_MAX_SIZE + 1];
    enum qn_status status = qn_inflate_stream_new(ctx, &loose.stream);

    qn_id_to_hex(id, hex);
    if (!status)
        status = read_head(ctx, &loose);
    if (!status && loose.type == QN_OBJECT_BLOB && loose.size > KEPT_MAX)
        status = write_large(ctx, &loose, source->odb);
    else if (!status)
        status = write_kept(ctx, &loose, source->odb, out);
    qn_inflate_stream_free(loose.stream);
    if (status == QN_CORRUPT && !*qn_ctx_reason(ctx))
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "http.bad-object", hex,
                                    "File %s (%sobjects/%.2s/%s) corrupt", hex,
                                    base, hex, hex + 2);
    if (!status)
        qn_http_walk_tell(ctx, source->walk, "got %s", hex);
    return status;
}
