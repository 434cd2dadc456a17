/* SPDX-License-Identifier: MIT */
/* Writing loose objects: a temporary file beside its place, synced by policy,
 * linked to its name (or renamed, where links are not to be had). */
#include "odb/odb_loose.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/hash.h"
#include "os/directory.h"
#include "os/temporary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define FILE_MODE      0444u
#define MOST_TRIES     1000 /* against somebody who prunes */
#define DIRECTORY_MODE 0777u
#define PIECE_SIZE     (128u << 10)

static int level_of(const struct qn_odb_loose *loose)
{
    return loose->options->loose_compression;
}

/* What core.sharedRepository makes of a mode: the bits it names, for reading
 * where the file cannot be written anyway. */
static uint32_t shared_file_mode(const struct qn_odb_loose *loose)
{
    return (FILE_MODE | loose->options->shared_mode) & ~0222u;
}

static uint32_t shared_directory_mode(const struct qn_odb_loose *loose)
{
    uint32_t mode = 0700u | loose->options->shared_mode;

    mode |= (mode & 0444u) >> 2; /* x follows r */
    return mode | (mode & 0070u ? 02000u : 0);
}

static enum qn_status
make_directory(struct qn_ctx *ctx, struct qn_odb_loose *loose, const char *path)
{
    enum qn_status status = qn_directory_make_all(ctx, path, DIRECTORY_MODE);

    if (!status && loose->options->shared_mode)
        status = qn_file_chmod(ctx, path, shared_directory_mode(loose));
    return status;
}

/* A temporary file in the directory of `id`, or (NULL) in the top one. */
static enum qn_status create_temporary(struct qn_ctx *ctx,
                                       struct qn_odb_loose *loose,
                                       const struct qn_id *id,
                                       struct qn_buf *path, int *fd)
{
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status;
    size_t directory_size;
    unsigned tries;

    status = qn_buf_append_string(ctx, &prefix, loose->directory);
    if (!status && id)
        status = qn_buf_printf(ctx, &prefix, "/%02x", id->bytes[0]);
    directory_size = prefix.size;
    if (!status)
        status = qn_buf_append_string(ctx, &prefix, "/tmp_obj_");
    if (status)
        goto out;
    status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), FILE_MODE,
                                      fd, path);
    /* The directory is made when needed; who prunes takes empty ones away. */
    for (tries = 0; status == QN_NOT_FOUND && tries < MOST_TRIES; tries++) {
        qn_ctx_clear(ctx);
        qn_buf_clear(path);
        prefix.data[directory_size] = '\0';
        status = make_directory(ctx, loose, qn_buf_string(&prefix));
        prefix.data[directory_size] = '/';
        if (!status)
            status = qn_file_create_temporary(ctx, qn_buf_string(&prefix),
                                              FILE_MODE, fd, path);
    }
    if (status == QN_DENIED && qn_ctx_errno(ctx) == EROFS)
        status =
            qn_ctx_fail_errno(ctx, EROFS, "unable to create temporary file");
    else if (status == QN_DENIED)
        status = qn_ctx_fail(ctx, QN_DENIED,
                             "insufficient permission for adding an object to "
                             "repository database %s",
                             loose->directory);
out:
    qn_buf_dispose(&prefix);
    return status;
}

/* Sync and close a written file; in a batch it is only on its way. */
static enum qn_status finish_file(struct qn_ctx *ctx,
                                  struct qn_odb_loose *loose, int fd,
                                  const char *path)
{
    struct qn_sync sync = loose->options->sync;
    enum qn_status status;

    if (sync.method == QN_SYNC_BATCH)
        sync.method = loose->batch && loose->batch->defers
                          ? QN_SYNC_WRITEOUT_ONLY
                          : QN_SYNC_FSYNC;
    status = qn_sync_file(ctx, &sync, QN_SYNC_LOOSE_OBJECT, fd, path);
    if (status) {
        qn_file_close(fd);
        return status;
    }
    return qn_file_close_written(ctx, fd, path);
}

/* Give the temporary file its name.  A file that is there already is kept: it
 * has the same content. */
static enum qn_status name_file(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                                const char *temporary, const struct qn_id *id)
{
    enum qn_status status = qn_odb_loose_path(ctx, loose, id);
    const char *path = qn_buf_string(&loose->path);
    unsigned tries;

    if (status)
        return status;
    status = qn_file_link(ctx, temporary, path);
    for (tries = 0; status == QN_NOT_FOUND && tries < MOST_TRIES &&
                    qn_file_exists(temporary);
         tries++) { /* as above */
        qn_ctx_clear(ctx);
        status = qn_directory_make_parents(ctx, path, DIRECTORY_MODE);
        if (!status)
            status = qn_file_link(ctx, temporary, path);
    }
    if (status && status != QN_EXISTS && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        status = qn_file_rename(ctx, temporary, path);
        if (!status)
            qn_temporary_forget(temporary);
    } else if (!status || status == QN_EXISTS) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        qn_temporary_remove(temporary);
    }
    if (!status)
        qn_odb_loose_forget(loose, id);
    return status;
}

/* At once, or when the batch ends. */
static enum qn_status put_in_place(struct qn_ctx *ctx,
                                   struct qn_odb_loose *loose,
                                   const char *temporary,
                                   const struct qn_id *id)
{
    enum qn_status status = QN_OK;

    if (loose->options->shared_mode)
        status = qn_file_chmod(ctx, temporary, shared_file_mode(loose));
    if (!status && loose->batch && loose->batch->defers)
        return qn_odb_batch_add(ctx, loose->batch, id, temporary);
    if (!status)
        status = name_file(ctx, loose, temporary, id);
    if (!status && loose->batch)
        qn_odb_batch_touch(loose->batch, id);
    else if (!status)
        loose->is_touched[id->bytes[0]] = true;
    return status;
}

enum qn_status qn_odb_loose_write(struct qn_ctx *ctx,
                                  struct qn_odb_source *source,
                                  enum qn_object_type type,
                                  struct qn_bytes data, const struct qn_id *id)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    struct qn_buf temporary = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    qn_buf_clear(&loose->plain);
    qn_buf_clear(&loose->raw);
    status = qn_buf_printf(ctx, &loose->plain, "%s %zu",
                           qn_object_type_name(type), data.size);
    if (!status)
        status = qn_buf_append_byte(ctx, &loose->plain, '\0');
    if (!status)
        status = qn_buf_append_bytes(ctx, &loose->plain, data);
    if (!status)
        status = qn_deflate_append(ctx, level_of(loose),
                                   qn_buf_bytes(&loose->plain), &loose->raw);
    if (!status)
        status = create_temporary(ctx, loose, id, &temporary, &fd);
    if (status)
        goto out;
    status = qn_file_write(ctx, fd, loose->raw.data, loose->raw.size);
    if (status)
        status = qn_ctx_fail_errno(ctx, qn_ctx_errno(ctx),
                                   "unable to write loose object file");
    if (status)
        qn_file_close(fd);
    else
        status = finish_file(ctx, loose, fd, qn_buf_string(&temporary));
    if (!status)
        status = put_in_place(ctx, loose, qn_buf_string(&temporary), id);
    if (status)
        qn_temporary_remove(qn_buf_string(&temporary));
out:
    qn_buf_dispose(&temporary);
    return status;
}

struct copy { /* one pass over a descriptor, hashing and deflating */
    struct qn_hash hash;
    struct qn_deflate_stream *deflate;
    uint8_t *piece;
    int out;
};

static enum qn_status copy_piece(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                                 struct copy *copy, struct qn_bytes piece,
                                 bool is_last)
{
    enum qn_status status;

    qn_hash_update(&copy->hash, piece.data, piece.size);
    qn_buf_clear(&loose->raw);
    status = qn_deflate_stream_append(ctx, copy->deflate, piece, is_last,
                                      &loose->raw);
    if (!status && loose->raw.size > 0)
        status =
            qn_file_write(ctx, copy->out, loose->raw.data, loose->raw.size);
    return status;
}

static enum qn_status copy_all(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                               struct copy *copy, enum qn_object_type type,
                               int fd, uint64_t size)
{
    char header[QN_ODB_LOOSE_HEADER_MAX];
    int header_size = snprintf(header, sizeof(header), "%s %" PRIu64,
                               qn_object_type_name(type), size) +
                      1;
    enum qn_status status;
    uint64_t left = size;
    size_t used;

    status = copy_piece(ctx, loose, copy,
                        qn_bytes_make(header, (size_t)header_size), left == 0);
    while (!status && left > 0) {
        size_t wanted = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;

        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_file_read(ctx, fd, copy->piece, wanted, &used);
        if (!status && used != wanted)
            status = qn_ctx_fail(ctx, QN_CHANGED,
                                 "short read while indexing an object");
        left -= wanted;
        if (!status)
            status = copy_piece(ctx, loose, copy,
                                qn_bytes_make(copy->piece, wanted), left == 0);
    }
    return status;
}

enum qn_status qn_odb_loose_write_stream(struct qn_ctx *ctx,
                                         struct qn_odb_source *source,
                                         enum qn_object_type type, int fd,
                                         uint64_t size, struct qn_id *out)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    struct qn_buf temporary = QN_BUF_INIT;
    struct copy copy = {.out = -1};
    enum qn_status status;

    qn_hash_init(&copy.hash, loose->options->algorithm);
    copy.piece = qn_memory_array(ctx, PIECE_SIZE, 1);
    status = copy.piece
                 ? qn_deflate_stream_new(ctx, level_of(loose), &copy.deflate)
                 : QN_NO_MEMORY;
    if (!status)
        status = create_temporary(ctx, loose, NULL, &temporary, &copy.out);
    if (status)
        goto out;
    status = copy_all(ctx, loose, &copy, type, fd, size);
    if (!status)
        status = qn_hash_final(ctx, &copy.hash, out);
    if (status)
        qn_file_close(copy.out);
    else
        status = finish_file(ctx, loose, copy.out, qn_buf_string(&temporary));
    if (!status)
        status = qn_odb_loose_path(ctx, loose, out);
    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&loose->path),
                                           DIRECTORY_MODE);
    if (!status)
        status = put_in_place(ctx, loose, qn_buf_string(&temporary), out);
    if (status)
        qn_temporary_remove(qn_buf_string(&temporary));
out:
    qn_deflate_stream_free(copy.deflate);
    qn_memory_free(copy.piece);
    qn_buf_dispose(&temporary);
    return status;
}

/* The one hard flush of a batch: a file of its own, written and synced. */
static enum qn_status flush_batch(struct qn_ctx *ctx,
                                  struct qn_odb_loose *loose)
{
    struct qn_sync sync = loose->options->sync;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    sync.method = QN_SYNC_FSYNC;
    status = create_temporary(ctx, loose, NULL, &path, &fd);
    if (!status) {
        status = qn_sync_file(ctx, &sync, QN_SYNC_LOOSE_OBJECT, fd,
                              qn_buf_string(&path));
        qn_file_close(fd);
        qn_temporary_remove(qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    return status;
}

/* The directories in which names appeared, and the one they are in. */
static enum qn_status sync_directories(struct qn_ctx *ctx,
                                       struct qn_odb_loose *loose,
                                       bool *is_touched)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_any = false;
    enum qn_status status = QN_OK;

    for (unsigned i = 0; i < 256 && !status; i++) {
        if (!is_touched[i])
            continue;
        is_any = true;
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/%02x", loose->directory, i);
        if (!status)
            status = qn_directory_sync(ctx, qn_buf_string(&path));
        if (!status)
            is_touched[i] = false;
    }
    if (is_any && !status)
        status = qn_directory_sync(ctx, loose->directory);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_odb_loose_finish(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   struct qn_odb_batch *batch)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;
    enum qn_status status = QN_OK;

    if (batch->count > 0)
        status = flush_batch(ctx, loose);
    for (size_t i = 0; i < batch->count && !status; i++) {
        struct qn_odb_batch_row *row = &batch->rows[i];

        status = name_file(ctx, loose, row->temporary, &row->id);
        if (status)
            break;
        batch->is_touched[row->id.bytes[0]] = true;
        qn_memory_free(row->temporary);
        row->temporary = NULL;
    }
    return status ? status : sync_directories(ctx, loose, batch->is_touched);
}

enum qn_status qn_odb_loose_sync(struct qn_ctx *ctx,
                                 struct qn_odb_source *source)
{
    struct qn_odb_loose *loose = (struct qn_odb_loose *)source;

    if (!(loose->options->sync.components & QN_SYNC_LOOSE_OBJECT))
        return QN_OK;
    return sync_directories(ctx, loose, loose->is_touched);
}
