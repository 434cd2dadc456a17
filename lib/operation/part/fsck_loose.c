/* SPDX-License-Identifier: MIT */
/* Loose files: is there what the name says?  Listed in the order of their
 * directories, read on all cores. */
#include "base/buf.h"
#include "base/checked.h"
#include "base/env.h"
#include "base/memory.h"
#include "codec/inflate.h"
#include "hash/hash.h"
#include "odb/odb_alternates.h"
#include "odb/odb_loose.h"
#include "odb/odb_pack.h"
#include "operation/part/fsck_private.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/parallel.h"

#include <errno.h>
#include <string.h>

struct loose_file {
    uint32_t position;
    uint32_t store; /* which of the directories */
};

struct listing {
    struct qn_fsck *fsck;
    struct qn_odb_alternates stores;
    struct loose_file *files;
    size_t count;
    size_t capacity;
};

/* A worker's. */
struct scratch {
    struct qn_buf path;
    struct qn_buf content;
};

static const char *shown(const struct listing *listing, uint32_t store,
                         struct qn_ctx *ctx, struct qn_buf *out)
{
    qn_buf_clear(out);
    if (store == 0 &&
        qn_buf_printf(ctx, out, "%s/objects", listing->fsck->common_shown) ==
            QN_OK &&
        !qn_env_variable(qn_ctx_env(ctx), "GIT_OBJECT_DIRECTORY"))
        return qn_buf_string(out);
    return listing->stores.paths[store];
}

static enum qn_status add_file(struct qn_ctx *ctx, struct listing *listing,
                               uint32_t store, const struct qn_id *id)
{
    enum qn_status status;
    uint32_t position;
    bool is_new;

    status = qn_id_map_put(ctx, &listing->fsck->ids, id, &position, &is_new);
    if (!status)
        status = qn_memory_grow(ctx, &listing->files, &listing->capacity,
                                listing->count + 1, sizeof(*listing->files));
    if (!status)
        listing->files[listing->count++] = (struct loose_file){position, store};
    return status;
}

static enum qn_status list_directory(struct qn_ctx *ctx,
                                     struct listing *listing, uint32_t store,
                                     unsigned first)
{
    struct qn_fsck *fsck = listing->fsck;
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;
    struct qn_id id;

    status = qn_buf_printf(ctx, &path, "%s/%02x", listing->stores.paths[store],
                           first);
    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    if (status) {
        if (status != QN_NOT_FOUND && status != QN_NO_MEMORY)
            qn_fsck_say(ctx, fsck, true, "error: unable to open %s/%02x: %s",
                        shown(listing, store, ctx, &text), first,
                        strerror(qn_ctx_errno(ctx)));
        qn_ctx_clear(ctx);
        goto out;
    }
    while (!status && qn_directory_next(directory, &name, &kind)) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%02x%s", first, name);
        if (!status &&
            qn_id_from_hex(&id, fsck->algorithm, qn_buf_bytes(&path)))
            status = add_file(ctx, listing, store, &id);
        else if (!status && strncmp(name, "tmp_obj_", 8) != 0 &&
                 !fsck->options->connectivity_only)
            qn_fsck_say(ctx, fsck, true, "bad sha1 file: %s/%02x/%s",
                        shown(listing, store, ctx, &text), first, name);
    }
    status = qn_directory_end(ctx, directory, status);
    status = status == QN_END ? QN_OK : status;
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status == QN_NOT_FOUND ? QN_OK : status;
}

/* What is wrong with the file, as a line; QN_CORRUPT. */
static enum qn_status complain(struct qn_ctx *ctx, struct listing *listing,
                               const struct loose_file *file, const char *what,
                               const struct qn_id *id)
{
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *directory = shown(listing, file->store, ctx, &text);

    qn_id_to_hex(id, hex);
    qn_fsck_keep(ctx, listing->fsck, file->position, true,
                 "error: %s of %s/%.2s/%s", what, directory, hex, hex + 2);
    qn_buf_dispose(&text);
    return QN_CORRUPT;
}

struct explained {
    struct qn_fsck *fsck;
    struct qn_ctx *ctx;
    uint64_t order;
};

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    struct explained *to = data;

    (void)level;
    (void)reason;
    qn_fsck_keep(to->ctx, to->fsck, to->order, true, "error: %s", message);
}

/* What zlib finds wrong. */
static void explain(struct qn_ctx *ctx, struct listing *listing,
                    const struct loose_file *file, struct qn_bytes raw)
{
    struct explained to = {listing->fsck, ctx, file->position};
    struct qn_ctx *child = qn_ctx_fork(ctx);

    qn_ctx_clear(ctx);
    if (!child)
        return;
    qn_ctx_set_report(child, on_report, &to);
    qn_inflate_explain(child, raw);
    qn_ctx_free(child);
}

/* Inflate header and content; QN_CORRUPT, told of. */
struct unpacked {
    struct qn_buf *buf;
    size_t header_size;
    enum qn_object_type type;
};

static enum qn_status unpack_header(struct qn_ctx *ctx, struct listing *listing,
                                    const struct loose_file *file,
                                    const struct qn_id *id, struct qn_bytes raw,
                                    struct unpacked *out, uint64_t *size)
{
    uint8_t front[QN_ODB_LOOSE_HEADER_MAX];
    struct qn_buf what = QN_BUF_INIT;
    enum qn_status status;
    struct qn_bytes head;
    size_t used = 0;

    status = qn_inflate_front(ctx, raw, front, sizeof(front), &used);
    head = qn_bytes_make(front, used);
    if (status == QN_CORRUPT ||
        (!status && qn_bytes_find(head, '\0') == used)) {
        explain(ctx, listing, file, raw);
        return complain(ctx, listing, file, "unable to unpack header", id);
    }
    if (status ||
        qn_odb_loose_parse_header(head, &out->type, size, &out->header_size))
        return status;
    head = qn_bytes_first(head, qn_bytes_find(head, '\0'));
    if (qn_object_type_from_name(
            qn_bytes_first(head, qn_bytes_find(head, ' '))) == QN_OBJECT_NONE)
        status =
            qn_buf_printf(ctx, &what, "unable to parse type from header '%.*s'",
                          QN_BYTES_ARG(head));
    else
        status = qn_buf_append_string(ctx, &what, "unable to parse header");
    if (!status)
        status = complain(ctx, listing, file, qn_buf_string(&what), id);
    qn_buf_dispose(&what);
    return status;
}

static enum qn_status unpack(struct qn_ctx *ctx, struct listing *listing,
                             const struct loose_file *file,
                             const struct qn_id *id, struct qn_bytes raw,
                             struct unpacked *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t used = 0, whole = 0;
    enum qn_status status;
    uint64_t size = 0;

    status = unpack_header(ctx, listing, file, id, raw, out, &size);
    if (status)
        return status;
    if (!qn_checked_to_size(size, &whole) ||
        !qn_checked_add_size(whole, out->header_size, &whole) ||
        whole / 1040 > raw.size)
        status = QN_CORRUPT;
    qn_buf_clear(out->buf);
    if (!status)
        status = qn_buf_reserve(ctx, out->buf, whole);
    if (!status)
        status = qn_inflate_exact(ctx, raw, out->buf->data, whole, &used);
    qn_id_to_hex(id, hex);
    if (!status && used != raw.size) {
        qn_fsck_keep(ctx, listing->fsck, file->position, true,
                     "error: garbage at end of loose object '%s'", hex);
        return complain(ctx, listing, file, "unable to unpack contents", id);
    }
    if (status == QN_CORRUPT) {
        explain(ctx, listing, file, raw);
        qn_fsck_keep(ctx, listing->fsck, file->position, true,
                     "error: corrupt loose object '%s'", hex);
        return complain(ctx, listing, file, "unable to unpack contents", id);
    }
    if (!status)
        out->buf->size = whole;
    return status;
}

/* A file that was listed and is gone: somebody repacks.  Then the object is in
 * a pack that was not there before; `*found` tells. */
static enum qn_status look_again(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                 const struct loose_file *file,
                                 const struct qn_id *id, bool *found)
{
    struct qn_odb_store *store = qn_repo_odb_store(fsck->repo);
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb *odb = NULL;
    struct qn_id real;
    enum qn_status status;

    *found = false;
    qn_ctx_clear(ctx);
    status = qn_odb_new(ctx, store, QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, &odb);
    if (!status)
        status = qn_odb_read(ctx, odb, id, &object);
    if (!status)
        status = qn_hash_object(ctx, fsck->algorithm,
                                qn_object_type_name(object.type),
                                qn_object_bytes(&object), &real);
    *found = !status && qn_id_is_equal(&real, id);
    if (*found)
        status = qn_fsck_look(ctx, fsck, file->position, object.type,
                              qn_object_bytes(&object));
    qn_object_dispose(&object);
    qn_odb_free(odb);
    if (status && status != QN_NO_MEMORY && !*found) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status;
}

/* The file's bytes: QN_CORRUPT, told of, when there are none. */
static enum qn_status map_file(struct qn_ctx *ctx, struct listing *listing,
                               const struct loose_file *file, const char *path,
                               const struct qn_id *id, struct qn_file_map *map,
                               bool *is_elsewhere)
{
    enum qn_status status = qn_file_map(ctx, path, map);
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *directory, *why;

    if (status == QN_NO_MEMORY || status == QN_CANCELLED ||
        (!status && map->size > 0))
        return status;
    if (status == QN_NOT_FOUND) {
        status = look_again(ctx, listing->fsck, file, id, is_elsewhere);
        if (status || *is_elsewhere)
            return status;
        status = qn_file_map(ctx, path, map);
        if (!status && map->size > 0)
            return status;
    }
    why = status ? strerror(qn_ctx_errno(ctx)) : strerror(ENOENT);
    directory = shown(listing, file->store, ctx, &text);
    qn_id_to_hex(id, hex);
    if (!status)
        qn_fsck_keep(ctx, listing->fsck, file->position, true,
                     "error: object file %s/%.2s/%s is empty", directory, hex,
                     hex + 2);
    qn_fsck_keep(ctx, listing->fsck, file->position, true,
                 "error: unable to mmap %s/%.2s/%s: %s", directory, hex,
                 hex + 2, why);
    qn_buf_dispose(&text);
    qn_ctx_clear(ctx);
    return QN_CORRUPT;
}

/* Damaged: as if it were not there. */
static void give_up(struct qn_ctx *ctx, struct listing *listing,
                    const struct loose_file *file, const struct qn_id *id,
                    const struct qn_id *real)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1], other[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_fsck *fsck = listing->fsck;
    struct qn_buf text = QN_BUF_INIT;
    const char *directory = shown(listing, file->store, ctx, &text);

    qn_id_to_hex(id, hex);
    if (real)
        qn_fsck_keep(ctx, fsck, file->position, true,
                     "error: %s: hash-path mismatch, found at: %s/%.2s/%s",
                     qn_id_to_hex(real, other), directory, hex, hex + 2);
    else
        qn_fsck_keep(ctx, fsck, file->position, true,
                     "error: %s: object corrupt or missing: %s/%.2s/%s", hex,
                     directory, hex, hex + 2);
    qn_buf_dispose(&text);
    atomic_store(&fsck->bad[file->position], 1);
    atomic_fetch_or(&fsck->code, QN_FSCK_OBJECT);
}

#define LARGE_SIZE ((uint64_t)64 << 20)
#define PIECE_SIZE ((size_t)64 << 10)

/* Inflate all of it piece by piece, through the hash; is it just `size`? */
static bool hash_pieces(struct qn_ctx *ctx, struct qn_inflate_stream *stream,
                        struct qn_bytes raw, uint64_t size,
                        struct qn_hash *hash)
{
    uint8_t *piece = qn_memory_calloc(ctx, 1, PIECE_SIZE);
    bool is_end = false, is_good = piece != NULL;
    uint64_t made = 0;
    size_t used;

    while (is_good && !is_end) {
        is_good = qn_inflate_stream_next(ctx, stream, &raw, piece, PIECE_SIZE,
                                         &used, &is_end) == QN_OK &&
                  (is_end || used > 0);
        if (is_good)
            qn_hash_update(hash, piece, used);
        made += is_good ? used : 0;
    }
    qn_memory_free(piece);
    return is_good && raw.size == 0 && made == size;
}

/* A large blob that is sound, without having it in memory.  False: it is not
 * large, or has to be looked at closely. */
static bool is_sound_large(struct qn_ctx *ctx, const struct qn_fsck *fsck,
                           struct qn_bytes raw, const struct qn_id *id)
{
    uint8_t front[QN_ODB_LOOSE_HEADER_MAX];
    struct qn_inflate_stream *stream = NULL;
    struct qn_ctx *quiet;
    enum qn_object_type type;
    size_t used = 0, header_size;
    struct qn_hash hash;
    struct qn_id real;
    uint64_t size = 0;
    bool is_sound = false;

    if (raw.size < LARGE_SIZE / 1040) /* nothing is packed better */
        return false;
    quiet = qn_ctx_fork(ctx);
    if (!quiet)
        return false;
    if (qn_inflate_front(quiet, raw, front, sizeof(front), &used) == QN_OK &&
        qn_odb_loose_parse_header(qn_bytes_make(front, used), &type, &size,
                                  &header_size) &&
        type == QN_OBJECT_BLOB && size > LARGE_SIZE &&
        qn_inflate_stream_new(quiet, &stream) == QN_OK) {
        qn_hash_init(&hash, fsck->algorithm);
        is_sound = hash_pieces(quiet, stream, raw, size + header_size, &hash) &&
                   qn_hash_final(quiet, &hash, &real) == QN_OK &&
                   qn_id_is_equal(&real, id);
    }
    qn_inflate_stream_free(stream);
    qn_ctx_free(quiet);
    return is_sound;
}

static enum qn_status check_file(struct qn_ctx *ctx, void *shared, void *state,
                                 size_t item)
{
    struct listing *listing = shared;
    const struct loose_file *file = &listing->files[item];
    struct qn_fsck *fsck = listing->fsck;
    struct scratch *scratch = state;
    struct unpacked content = {.buf = &scratch->content};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_file_map map = {0};
    bool is_elsewhere = false;
    enum qn_status status;
    struct qn_id id, real;

    qn_id_map_id(&fsck->ids, file->position, &id);
    qn_id_to_hex(&id, hex);
    qn_buf_clear(&scratch->path);
    status = qn_buf_printf(ctx, &scratch->path, "%s/%.2s/%s",
                           listing->stores.paths[file->store], hex, hex + 2);
    if (!status)
        status = map_file(ctx, listing, file, qn_buf_string(&scratch->path),
                          &id, &map, &is_elsewhere);
    if (is_elsewhere)
        return status;
    if (!status &&
        is_sound_large(ctx, fsck, qn_bytes_make(map.data, map.size), &id)) {
        qn_file_unmap(&map);
        return qn_fsck_look(ctx, fsck, file->position, QN_OBJECT_BLOB,
                            QN_BYTES_NONE);
    }
    if (!status)
        status = unpack(ctx, listing, file, &id,
                        qn_bytes_make(map.data, map.size), &content);
    if (map.data)
        qn_file_unmap(&map);
    if (!status)
        status = qn_hash_buffer(ctx, fsck->algorithm, qn_buf_bytes(content.buf),
                                &real);
    if (status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        give_up(ctx, listing, file, &id, NULL);
        return QN_OK;
    }
    if (!status && !qn_id_is_equal(&id, &real)) {
        give_up(ctx, listing, file, &id, &real);
        return QN_OK;
    }
    if (!status)
        status = qn_fsck_look(
            ctx, fsck, file->position, content.type,
            qn_bytes_from(qn_buf_bytes(content.buf), content.header_size));
    return status;
}

static void dispose_scratch(void *shared, void *state)
{
    struct scratch *scratch = state;

    (void)shared;
    qn_buf_dispose(&scratch->path);
    qn_buf_dispose(&scratch->content);
}

static enum qn_status list_all(struct qn_ctx *ctx, struct listing *listing)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    struct qn_fsck *fsck = listing->fsck;
    enum qn_status status;
    uint32_t store;
    unsigned first;

    status = qn_odb_alternates_find(
        ctx, qn_odb_store_directory(qn_repo_odb_store(fsck->repo)),
        qn_env_variable(env, "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
        &listing->stores);
    for (store = 0; store < listing->stores.count && !status; store++) {
        if (store > 0 && fsck->options->local_only)
            break;
        for (first = 0; first < 256 && !status; first++)
            status = list_directory(ctx, listing, store, first);
    }
    return status;
}

/* The objects of a pack as they lie in it.  By the index alone: the .rev file
 * is looked at, not trusted. */
static enum qn_status add_pack(struct qn_ctx *ctx, void *data,
                               struct qn_pack_file *pack)
{
    struct qn_pack_reverse order = {0};
    struct qn_fsck *fsck = data;
    enum qn_status status;
    uint32_t i, position;
    bool is_new;

    status = qn_pack_file_open_index(ctx, pack);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND ||
        status == QN_UNSUPPORTED) {
        qn_fsck_say(ctx, fsck, true, "error: %s", qn_ctx_message(ctx));
        atomic_fetch_or(&fsck->code, QN_FSCK_PACK);
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_pack_reverse_open(ctx, "", &pack->index, &order);
    for (i = 0; i < order.count && !status; i++)
        status = qn_id_map_put_row(
            ctx, &fsck->ids,
            qn_pack_index_row(&pack->index,
                              qn_pack_reverse_position(&order, i)),
            &position, &is_new);
    qn_pack_reverse_close(&order);
    return status;
}

static enum qn_status make_tables(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    size_t count = fsck->ids.count + 1;

    fsck->types = qn_memory_calloc(ctx, count, 1);
    fsck->claims = qn_memory_calloc(ctx, count, 1);
    fsck->reached = qn_memory_calloc(ctx, count, 1);
    fsck->bad = qn_memory_calloc(ctx, count, 1);
    return fsck->types && fsck->claims && fsck->reached && fsck->bad
               ? QN_OK
               : QN_NO_MEMORY;
}

enum qn_status qn_fsck_loose(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    struct listing listing = {.fsck = fsck, .stores = QN_ODB_ALTERNATES_INIT};
    struct qn_parallel_options how = {.shared = &listing,
                                      .state_size = sizeof(struct scratch),
                                      .state_dispose = dispose_scratch};
    enum qn_status status = list_all(ctx, &listing);

    if (!status)
        status = qn_odb_pack_each(ctx, fsck->odb, add_pack, fsck);
    if (!status)
        status = make_tables(ctx, fsck);
    if (!status && !fsck->options->connectivity_only)
        status = qn_parallel_for(ctx, &how, listing.count, check_file);
    qn_memory_free(listing.files);
    qn_odb_alternates_dispose(&listing.stores);
    return status;
}
