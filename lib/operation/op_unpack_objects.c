/* SPDX-License-Identifier: MIT */
#include "operation/op_unpack_objects.h"

#include "base/endian.h"
#include "base/memory.h"
#include "base/progress.h"
#include "codec/delta.h"
#include "hash/hash.h"
#include "operation/op_unpack_parts.h"
#include "os/file.h"
#include "os/temporary.h"
#include "pack/pack_entry.h"
#include "pack/pack_feed.h"

#include <inttypes.h>
#include <stdio.h>

#define NONE               UINT32_MAX
#define BIG_FILE_THRESHOLD (512u << 20)

struct place { /* an entry of the pack */
    uint64_t offset;
    uint32_t waiting; /* the first delta that is built on it; or NONE */
    bool is_known;    /* its row is filled */
};

struct delta { /* that waits for its base */
    uint32_t entry;
    uint32_t next;
    uint8_t *data;
    size_t size;
};

struct unpack {
    const struct qn_op_unpack_objects *options;
    struct qn_op_unpack_objects_result *out;
    struct qn_pack_feed feed;
    struct qn_op_unpack_strict strict;
    struct qn_progress progress;
    struct place *places;
    size_t place_capacity;
    uint8_t *rows;
    size_t row_capacity;
    size_t count;
    struct delta *deltas;
    size_t delta_count;
    size_t delta_capacity;
    struct qn_id_map wanted; /* bases by id; values: first delta + 1 */
    uint32_t *ready;         /* entries whose deltas are to be made */
    size_t ready_count;
    size_t ready_capacity;
    size_t unresolved;
    struct qn_buf content;
    struct qn_buf made;
    struct qn_object base;
};

struct front { /* of the entry that comes */
    unsigned type;
    uint64_t size;
    uint64_t offset;
    uint64_t back; /* of an offset delta; 0: not a place in the pack */
    struct qn_id base;
};

static enum qn_status read_front(struct qn_ctx *ctx, struct unpack *u,
                                 struct front *out)
{
    struct qn_bytes in;
    enum qn_status status;
    unsigned shift = 4;
    size_t size = 0, i = 0;

    out->offset = u->feed.offset;
    status = qn_pack_feed_front(ctx, &u->feed, &size);
    if (status)
        return status;
    in = qn_pack_feed_bytes(&u->feed);
    out->type = in.data[0] >> 4 & 7;
    out->size = in.data[0] & 15;
    out->back = 0;
    while (in.data[i++] & 0x80) {
        uint64_t bits = in.data[i] & 0x7f;

        if (shift > 60 || bits << shift >> shift != bits || i >= size)
            return qn_ctx_fail_reason(
                ctx, QN_CORRUPT, "pack.bad-object", NULL,
                "object size too large for this platform");
        out->size |= bits << shift;
        shift += 7;
    }
    if (out->type == QN_PACK_ENTRY_REF_DELTA) {
        qn_id_from_row(&out->base, u->feed.algorithm, in.data + i);
    } else if (out->type == QN_PACK_ENTRY_OFFSET_DELTA) {
        out->back = in.data[i] & 0x7f;
        while (in.data[i++] & 0x80 && i < size && out->back < UINT64_MAX >> 9)
            out->back = ((out->back + 1) << 7) | (in.data[i] & 0x7f);
    }
    qn_pack_feed_consume(&u->feed, size);
    return out->size > UINT64_MAX / 2
               ? qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                                    "object size too large for this platform")
               : QN_OK;
}

/* A damaged object: told, and the end unless it is to be passed by. */
static enum qn_status note_error(struct qn_ctx *ctx, struct unpack *u)
{
    u->out->has_errors = true;
    qn_ctx_clear(ctx);
    return u->options->keeps_going ? QN_OK : QN_END;
}

/* Inflate what comes; `*is_good` false: it is damaged, and that was told. */
static enum qn_status inflate(struct qn_ctx *ctx, struct unpack *u,
                              uint64_t size, struct qn_pack_feed_sink *sink,
                              bool *is_good)
{
    enum qn_status status;
    int code = 0;

    *is_good = true;
    status = qn_pack_feed_inflate(ctx, &u->feed, size, sink, &code);
    if (status != QN_CORRUPT || code == 0)
        return status;
    if (code == QN_INFLATE_TRUNCATED)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    qn_ctx_report(ctx, QN_REPORT_ERROR, "pack.bad-object",
                  "inflate returned %d", code);
    *is_good = false;
    return note_error(ctx, u);
}

static enum qn_status inflate_into(struct qn_ctx *ctx, struct unpack *u,
                                   uint64_t size, struct qn_buf *out,
                                   bool *is_good)
{
    struct qn_pack_feed_sink sink = {0};
    enum qn_status status;

    qn_buf_clear(out);
    if (u->options->is_dry)
        return inflate(ctx, u, size, &sink, is_good);
    if (size > SIZE_MAX / 2)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                                  "object size too large for this platform");
    status = qn_buf_reserve(ctx, out, (size_t)size);
    if (status)
        return status;
    sink.out = out->data + out->size;
    status = inflate(ctx, u, size, &sink, is_good);
    if (!status && *is_good)
        out->size += (size_t)size;
    return status;
}

/* An entry's object is known: its deltas can be made. */
static enum qn_status settle(struct qn_ctx *ctx, struct unpack *u,
                             uint32_t entry, const struct qn_id *id)
{
    enum qn_status status;

    memcpy(u->rows + entry * qn_id_size(id->algorithm), id->bytes,
           qn_id_size(id->algorithm));
    u->places[entry].is_known = true;
    status = qn_memory_grow(ctx, &u->ready, &u->ready_capacity,
                            u->ready_count + 1, sizeof(*u->ready));
    if (!status)
        u->ready[u->ready_count++] = entry;
    return status;
}

static enum qn_status add_object(struct qn_ctx *ctx, struct unpack *u,
                                 uint32_t entry, enum qn_object_type type,
                                 struct qn_bytes data)
{
    enum qn_status status = QN_OK;
    struct qn_id id;

    if (u->options->is_strict) {
        status = qn_hash_object(ctx, u->feed.algorithm,
                                qn_object_type_name(type), data, &id);
        if (!status)
            status = qn_op_unpack_strict_hold(ctx, &u->strict, &id, type, data);
    }
    if (!status && (!u->options->is_strict || type == QN_OBJECT_BLOB))
        status = qn_odb_write(ctx, u->options->odb, type, data, &id);
    return status ? status : settle(ctx, u, entry, &id);
}

static enum qn_status write_piece(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes piece)
{
    return qn_file_write(ctx, *(int *)data, piece.data, piece.size);
}

/* A blob too large to be held goes by way of a file. */
static enum qn_status add_large(struct qn_ctx *ctx, struct unpack *u,
                                uint32_t entry, uint64_t size)
{
    struct qn_odb_store *store = qn_odb_get_store(u->options->odb);
    struct qn_buf prefix = QN_BUF_INIT, path = QN_BUF_INIT;
    struct qn_pack_feed_sink sink = {.take = write_piece};
    int fd = -1, code = 0;
    enum qn_status status;
    struct qn_id id;
    char text[32];
    size_t header;

    sink.data = &fd;
    status = qn_buf_printf(ctx, &prefix, "%s/tmp_obj_",
                           qn_odb_store_directory(store));
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0600,
                                          &fd, &path);
    if (!status)
        status = qn_pack_feed_inflate(ctx, &u->feed, size, &sink, &code);
    header = (size_t)snprintf(text, sizeof(text), "blob %" PRIu64, size) + 1;
    if (status == QN_CORRUPT && code != 0) /* Git counts its front, too */
        status =
            qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                               "write stream object %" PRIu64 " != %" PRIu64,
                               sink.made + header, size + header);
    qn_file_close(fd);
    fd = -1;
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path), QN_FILE_READ, 0, &fd);
    if (!status)
        status = qn_odb_write_stream(ctx, u->options->odb, QN_OBJECT_BLOB, fd,
                                     size, &id);
    qn_file_close(fd);
    if (path.size)
        qn_temporary_remove(qn_buf_string(&path));
    if (!status && u->options->is_strict)
        status = qn_op_unpack_strict_hold(ctx, &u->strict, &id, QN_OBJECT_BLOB,
                                          qn_bytes_make(NULL, 0));
    if (!status)
        status = settle(ctx, u, entry, &id);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status fail_delta(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-delta", NULL,
                              "failed to apply delta");
}

/* Make `entry` of the object `id` and a delta. */
static enum qn_status make(struct qn_ctx *ctx, struct unpack *u, uint32_t entry,
                           const struct qn_id *id, struct qn_bytes delta)
{
    const struct qn_op_unpack_held *held =
        u->options->is_strict ? qn_op_unpack_strict_find(&u->strict, id) : NULL;
    enum qn_object_type type = held ? held->type : QN_OBJECT_NONE;
    uint64_t base_size, size;
    struct qn_bytes base;
    enum qn_status status = QN_OK;

    if (!held) {
        status = qn_odb_read(ctx, u->options->odb, id, &u->base);
        type = u->base.type;
    }
    if (status)
        return status;
    base = held ? qn_bytes_make(held->data, held->size)
                : qn_object_bytes(&u->base);
    if (qn_delta_sizes(ctx, delta, &base_size, &size) || base_size != base.size)
        return fail_delta(ctx);
    qn_buf_clear(&u->made);
    status = qn_delta_apply(ctx, base, delta, &u->made);
    if (status == QN_CORRUPT) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "pack.bad-delta", "%s",
                      strcmp(qn_ctx_reason(ctx), "delta.reserved") == 0
                          ? "unexpected delta opcode 0"
                          : "delta replay has gone wild");
        return fail_delta(ctx);
    }
    return status ? status
                  : add_object(ctx, u, entry, type, qn_buf_bytes(&u->made));
}

/* Hang a delta behind `*first`. */
static enum qn_status wait(struct qn_ctx *ctx, struct unpack *u, uint32_t entry,
                           struct qn_bytes data, uint32_t next, uint32_t *at)
{
    enum qn_status status =
        qn_memory_grow(ctx, &u->deltas, &u->delta_capacity, u->delta_count + 1,
                       sizeof(*u->deltas));
    struct delta *delta;

    if (status)
        return status;
    delta = &u->deltas[u->delta_count];
    delta->data = qn_memory_array(ctx, data.size + 1, 1);
    if (!delta->data)
        return QN_NO_MEMORY;
    memcpy(delta->data, data.data, data.size);
    delta->size = data.size;
    delta->entry = entry;
    delta->next = next;
    *at = (uint32_t)u->delta_count++;
    u->unresolved++;
    return QN_OK;
}

/* Make the deltas from `first` on, which wait for `id`. */
static enum qn_status make_chain(struct qn_ctx *ctx, struct unpack *u,
                                 uint32_t first, const struct qn_id *id)
{
    enum qn_status status = QN_OK;

    while (first != NONE && !status) {
        struct delta *delta = &u->deltas[first];

        first = delta->next;
        if (!delta->data)
            continue;
        status = make(ctx, u, delta->entry, id,
                      qn_bytes_make(delta->data, delta->size));
        qn_memory_free(delta->data);
        delta->data = NULL;
        u->unresolved--;
    }
    return status;
}

static enum qn_status make_ready(struct qn_ctx *ctx, struct unpack *u)
{
    enum qn_status status = QN_OK;

    while (u->ready_count > 0 && !status) {
        uint32_t entry = u->ready[--u->ready_count], at;
        struct qn_id id;

        qn_id_from_row(&id, u->feed.algorithm,
                       u->rows + entry * qn_id_size(u->feed.algorithm));
        status = make_chain(ctx, u, u->places[entry].waiting, &id);
        u->places[entry].waiting = NONE;
        at = qn_id_map_find(&u->wanted, &id);
        if (status || at == QN_ID_MAP_NONE || u->wanted.values[at] == 0)
            continue;
        {
            uint32_t first = (uint32_t)u->wanted.values[at] - 1;

            u->wanted.values[at] = 0;
            status = make_chain(ctx, u, first, &id);
        }
    }
    return status;
}

static uint32_t find_place(const struct unpack *u, uint64_t offset)
{
    size_t low = 0, high = u->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (u->places[middle].offset == offset)
            return (uint32_t)middle;
        if (u->places[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return NONE;
}

static enum qn_status take_offset_delta(struct qn_ctx *ctx, struct unpack *u,
                                        uint32_t entry,
                                        const struct front *front)
{
    struct qn_bytes delta = qn_buf_bytes(&u->content);
    uint32_t base = find_place(u, front->offset - front->back), at;
    enum qn_status status;
    struct qn_id id;

    if (base == NONE) { /* there is no entry there */
        u->unresolved++;
        return QN_OK;
    }
    if (u->places[base].is_known) {
        qn_id_from_row(&id, u->feed.algorithm,
                       u->rows + base * qn_id_size(u->feed.algorithm));
        return make(ctx, u, entry, &id, delta);
    }
    status = wait(ctx, u, entry, delta, u->places[base].waiting, &at);
    if (!status)
        u->places[base].waiting = at;
    return status;
}

static enum qn_status take_ref_delta(struct qn_ctx *ctx, struct unpack *u,
                                     uint32_t entry, const struct front *front)
{
    struct qn_bytes delta = qn_buf_bytes(&u->content);
    enum qn_status status;
    uint32_t position, at;
    bool is_new, exists;

    exists = u->options->is_strict &&
             qn_op_unpack_strict_find(&u->strict, &front->base);
    if (!exists) {
        status = qn_odb_exists(ctx, u->options->odb, &front->base, &exists);
        if (status)
            return status;
    }
    if (exists)
        return make(ctx, u, entry, &front->base, delta);
    status = qn_id_map_put(ctx, &u->wanted, &front->base, &position, &is_new);
    if (!status)
        status = wait(ctx, u, entry, delta,
                      (uint32_t)u->wanted.values[position] - 1, &at);
    if (!status)
        u->wanted.values[position] = (uint64_t)at + 1;
    return status;
}

static enum qn_status take_object(struct qn_ctx *ctx, struct unpack *u,
                                  uint32_t entry, const struct front *front)
{
    const uint64_t threshold = u->options->big_file_threshold
                                   ? u->options->big_file_threshold
                                   : BIG_FILE_THRESHOLD;
    enum qn_status status;
    bool is_good;

    if (front->type == QN_OBJECT_BLOB && front->size > threshold &&
        !u->options->is_dry)
        return add_large(ctx, u, entry, front->size);
    status = inflate_into(ctx, u, front->size, &u->content, &is_good);
    if (status || !is_good || u->options->is_dry)
        return status;
    return add_object(ctx, u, entry, (enum qn_object_type)front->type,
                      qn_buf_bytes(&u->content));
}

static enum qn_status take_delta(struct qn_ctx *ctx, struct unpack *u,
                                 uint32_t entry, const struct front *front)
{
    enum qn_status status;
    bool is_good;

    if (front->type == QN_PACK_ENTRY_OFFSET_DELTA &&
        (front->back == 0 || front->back >= front->offset))
        return qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "pack.bad-object", NULL,
            "offset value out of bound for delta base object");
    status = inflate_into(ctx, u, front->size, &u->content, &is_good);
    if (status || !is_good || u->options->is_dry)
        return status;
    return front->type == QN_PACK_ENTRY_OFFSET_DELTA
               ? take_offset_delta(ctx, u, entry, front)
               : take_ref_delta(ctx, u, entry, front);
}

static enum qn_status take_entry(struct qn_ctx *ctx, struct unpack *u)
{
    uint32_t entry = (uint32_t)u->count;
    enum qn_status status;
    struct front front;

    status = read_front(ctx, u, &front);
    if (!status)
        status = qn_memory_grow(ctx, &u->places, &u->place_capacity,
                                u->count + 1, sizeof(*u->places));
    if (!status)
        status = qn_memory_grow(ctx, &u->rows, &u->row_capacity, u->count + 1,
                                qn_id_size(u->feed.algorithm));
    if (status)
        return status;
    u->places[u->count++] = (struct place){front.offset, NONE, false};
    if (front.type == 0 || front.type == 5) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "pack.bad-object",
                      "bad object type %u", front.type);
        return note_error(ctx, u);
    }
    status = front.type >= QN_PACK_ENTRY_OFFSET_DELTA
                 ? take_delta(ctx, u, entry, &front)
                 : take_object(ctx, u, entry, &front);
    return status ? status : make_ready(ctx, u);
}

static enum qn_status read_header(struct qn_ctx *ctx, struct unpack *u,
                                  uint32_t *count)
{
    const uint8_t *header;
    enum qn_status status;
    uint32_t version;

    status = qn_pack_feed_need(ctx, &u->feed, 12);
    if (status)
        return status;
    header = qn_pack_feed_bytes(&u->feed).data;
    version = qn_endian_load32(header + 4);
    if (memcmp(header, "PACK", 4) != 0)
        return qn_ctx_fail(ctx, QN_CORRUPT, "bad pack file");
    if (version != 2 && version != 3)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "unknown pack file version %" PRIu32, version);
    *count = qn_endian_load32(header + 8);
    qn_pack_feed_consume(&u->feed, 12);
    return QN_OK;
}

static enum qn_status take_all(struct qn_ctx *ctx, struct unpack *u)
{
    enum qn_status status;
    uint32_t count = 0, i;
    struct qn_id checksum;
    bool is_right = false;

    status = read_header(ctx, u, &count);
    if (status)
        return status;
    u->out->count = count;
    qn_progress_begin(ctx, &u->progress, QN_PROGRESS_BEGIN, u->options->title,
                      count);
    for (i = 0; i < count && !status; i++) {
        status = take_entry(ctx, u);
        qn_progress_set(ctx, &u->progress, i + 1);
    }
    qn_progress_end(ctx, &u->progress);
    if (status == QN_END)
        return QN_END;
    if (!status && u->unresolved > 0)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.unresolved", NULL,
                                    "unresolved deltas left after unpacking");
    if (!status)
        status = qn_pack_feed_finish(ctx, &u->feed, &checksum, &is_right);
    /* The rest is written before the checksum is known to be right, as Git
     * does: what was held is checked by itself. */
    if (!status && u->options->is_strict && !u->options->is_dry)
        status = qn_op_unpack_strict_finish(ctx, &u->strict);
    if (!status && !is_right)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "final sha1 did not match");
    if (!status)
        status = qn_buf_append_bytes(ctx, &u->out->rest,
                                     qn_pack_feed_bytes(&u->feed));
    return status;
}

static void dispose(struct unpack *u)
{
    size_t i;

    for (i = 0; i < u->delta_count; i++)
        qn_memory_free(u->deltas[i].data);
    qn_memory_free(u->deltas);
    qn_memory_free(u->places);
    qn_memory_free(u->rows);
    qn_memory_free(u->ready);
    qn_id_map_dispose(&u->wanted);
    qn_buf_dispose(&u->content);
    qn_buf_dispose(&u->made);
    qn_object_dispose(&u->base);
    qn_pack_feed_dispose(&u->feed);
    qn_op_unpack_strict_dispose(&u->strict);
}

enum qn_status
qn_op_unpack_objects_run(struct qn_ctx *ctx,
                         const struct qn_op_unpack_objects *options,
                         struct qn_op_unpack_objects_result *out)
{
    struct unpack u = {
        .options = options,
        .out = out,
        .feed = {.in = options->fd,
                 .source = options->source,
                 .fd = -1,
                 .front = options->front,
                 .algorithm = qn_odb_algorithm(options->odb),
                 .limit = options->max_input_size},
        .base = QN_OBJECT_INIT,
    };
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    qn_id_map_init(&u.wanted, u.feed.algorithm);
    status = qn_pack_feed_begin(ctx, &u.feed);
    if (!status)
        status = qn_op_unpack_strict_begin(ctx, &u.strict, options);
    if (!status)
        status = take_all(ctx, &u);
    if (status == QN_TOO_BIG &&
        strcmp(qn_ctx_reason(ctx), "pack.exceeds-limit") == 0)
        status = qn_ctx_fail_reason(ctx, QN_TOO_BIG, "pack.exceeds-limit", NULL,
                                    "pack exceeds maximum allowed size");
    dispose(&u);
    if (status == QN_END) /* damage was told of */
        status = QN_OK;
    if (!status && !options->is_dry)
        status = qn_odb_sync(ctx, options->odb);
    return status;
}
