/* SPDX-License-Identifier: MIT */
#include "operation/part/midx_files.h"

#include "base/memory.h"
#include "config/config.h"
#include "os/directory.h"
#include "os/temporary.h"

#include <stdlib.h>
#include <string.h>

#define SINGLE_MODE 0666u
#define LAYER_MODE  0444u
#define NANOSECONDS 1000000000

static enum qn_status set_path(struct qn_ctx *ctx,
                               const struct qn_midx_files *files,
                               const char *name, struct qn_buf *path)
{
    qn_buf_clear(path);
    return qn_buf_printf(ctx, path, "%s/%s", files->directory, name);
}

static enum qn_status set_layer_path(struct qn_ctx *ctx,
                                     const struct qn_midx_files *files,
                                     const struct qn_id *id,
                                     struct qn_buf *path)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_buf_clear(path);
    return qn_buf_printf(ctx, path, "%s/multi-pack-index.d/%s%s.midx",
                         files->directory, "multi-pack-index-",
                         qn_id_to_hex(id, hex));
}

/* ---- what is there */

const char *qn_midx_files_objects(const struct qn_revision_scope *scope,
                                  const char *directory)
{
    return directory ? directory
                     : qn_odb_store_directory(qn_odb_get_store(scope->odb));
}

enum qn_status qn_midx_files_open(struct qn_ctx *ctx,
                                  struct qn_midx_files *files,
                                  struct qn_repo *repo, const char *objects,
                                  enum qn_midx_files_lock lock)
{
    static const struct qn_lock_file unlocked = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    memset(files, 0, sizeof(*files));
    files->lock = unlocked;
    files->repo = repo;
    files->algorithm = qn_repo_algorithm(repo);
    status = qn_buf_printf(ctx, &files->room, "%s/pack", objects);
    if (status)
        return status;
    files->directory = qn_buf_string(&files->room);
    status = set_path(ctx, files,
                      lock == QN_MIDX_FILES_LOCK_CHAIN
                          ? "multi-pack-index.d/multi-pack-index-chain"
                          : "multi-pack-index",
                      &path);
    if (!status && lock)
        status = qn_directory_make_parents(ctx, qn_buf_string(&path), 0777);
    if (!status && lock)
        status = qn_lock_file_take(ctx, &files->lock, qn_buf_string(&path),
                                   SINGLE_MODE, 0);
    if (!status)
        status = qn_multi_pack_index_open_all(ctx, files->directory,
                                              files->algorithm, &files->layers,
                                              &files->layer_count);
    if (!status)
        status = set_path(ctx, files, "multi-pack-index", &path);
    files->is_chain =
        !status && files->layer_count > 0 &&
        (files->layer_count > 1 || !qn_file_exists(qn_buf_string(&path)));
    qn_buf_dispose(&path);
    return status;
}

void qn_midx_files_close(struct qn_midx_files *files)
{
    size_t i;

    qn_lock_file_rollback(&files->lock);
    for (i = 0; i < files->count; i++) {
        qn_memory_free(files->packs[i].name);
        qn_pack_file_release(files->packs[i].file);
    }
    qn_memory_free(files->packs);
    for (i = 0; i < files->layer_count; i++)
        qn_multi_pack_index_close(&files->layers[i]);
    qn_memory_free(files->layers);
    qn_buf_dispose(&files->room);
    memset(files, 0, sizeof(*files));
}

bool qn_midx_files_has(const struct qn_midx_files *files, const char *name)
{
    size_t i;
    uint32_t j;

    for (i = 0; i < files->layer_count; i++)
        for (j = 0; j < files->layers[i].pack_count; j++)
            if (strcmp(files->layers[i].names[j], name) == 0)
                return true;
    return false;
}

void qn_midx_files_layer_id(const struct qn_midx_files *files, size_t layer,
                            struct qn_id *out)
{
    const struct qn_file_map *map = &files->layers[layer].map;

    qn_id_from_row(out, files->algorithm,
                   map->data + map->size - qn_id_size(files->algorithm));
}

enum qn_status qn_midx_files_version(struct qn_ctx *ctx, struct qn_repo *repo,
                                     int64_t *version)
{
    enum qn_status status =
        qn_config_int64(ctx, qn_repo_config(repo), "midx.version", 0, version);

    if (!status && (*version < 0 || *version > 2))
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED, "unknown MIDX version: %d",
                             (int)*version);
    return status;
}

/* ---- packs */

static enum qn_status has_sibling(struct qn_ctx *ctx,
                                  const struct qn_pack_file *file,
                                  const char *extension, bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_pack_file_sibling(ctx, file, extension, &path);

    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status add_pack(struct qn_ctx *ctx, struct qn_midx_files *files,
                               const char *name)
{
    struct qn_bytes stem = qn_bytes_from_string(name);
    struct qn_midx_pack pack = {.name = NULL};
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    enum qn_status status;

    stem.size -= 4;
    status = qn_buf_printf(ctx, &path, "%s/%.*s.pack", files->directory,
                           QN_BYTES_ARG(stem));
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), &stat);
    if (status || stat.kind != QN_FILE_REGULAR)
        goto out;
    pack.mtime = stat.mtime_ns / NANOSECONDS;
    pack.size = stat.size;
    pack.found = (uint32_t)files->count;
    pack.name = qn_memory_string(ctx, qn_bytes_from_string(name));
    if (!pack.name)
        status = QN_NO_MEMORY;
    if (!status)
        status = qn_pack_file_new(ctx, qn_buf_string(&path), files->algorithm,
                                  &pack.file);
    if (!status)
        status = qn_pack_file_open_index(ctx, pack.file);
    if (!status)
        status = has_sibling(ctx, pack.file, ".keep", &pack.is_kept);
    if (!status)
        status = has_sibling(ctx, pack.file, ".mtimes", &pack.is_cruft);
    if (!status)
        status = qn_memory_grow(ctx, &files->packs, &files->capacity,
                                files->count + 1, sizeof(*files->packs));
    if (!status)
        files->packs[files->count++] = pack;
out:
    if (status) {
        qn_memory_free(pack.name);
        qn_pack_file_release(pack.file);
    }
    qn_buf_dispose(&path);
    return status;
}

static int compare_packs(const void *a, const void *b)
{
    const struct qn_midx_pack *first = a, *second = b;

    return strcmp(first->name, second->name);
}

enum qn_status qn_midx_files_find_packs(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        qn_midx_files_want_fn *wants,
                                        const void *data)
{
    struct qn_directory *directory = NULL;
    enum qn_status status =
        qn_directory_open(ctx, files->directory, &directory);
    enum qn_file_kind kind;
    const char *name;

    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &name, &kind))
        if (qn_bytes_has_suffix(qn_bytes_from_string(name), ".idx") &&
            wants(data, name))
            status = add_pack(ctx, files, name);
    status = qn_directory_end(ctx, directory, status);
    if (!status && files->count > 1)
        qsort(files->packs, files->count, sizeof(*files->packs), compare_packs);
    return status;
}

enum qn_status qn_midx_files_remove_pack(struct qn_ctx *ctx,
                                         const struct qn_midx_files *files,
                                         const char *name)
{
    /* The index first: without it the rest is no pack. */
    static const char *const extensions[] = {
        ".idx", ".rev", ".bitmap", ".promisor", ".mtimes", ".keep", ".pack"};
    struct qn_bytes stem = qn_bytes_from_string(name);
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    stem.size -= 4;
    for (i = 0; i < QN_COUNT_OF(extensions) && !status; i++) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/%.*s%s", files->directory,
                               QN_BYTES_ARG(stem), extensions[i]);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    return status;
}

/* ---- what is written */

static bool is_named(const struct qn_id *names, size_t count,
                     struct qn_bytes file)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    for (i = 0; i < count; i++)
        if (qn_bytes_find_bytes(file, qn_bytes_from_string(qn_id_to_hex(
                                          &names[i], hex))) < file.size)
            return true;
    return false;
}

/* Was it a layer of the chain that is replaced?  Others may be somebody's who
 * has not named them yet. */
static bool was_layer(const struct qn_midx_files *files, struct qn_bytes file)
{
    struct qn_id id;
    size_t i;

    for (i = 0; i < files->layer_count; i++) {
        qn_midx_files_layer_id(files, i, &id);
        if (is_named(&id, 1, file))
            return true;
    }
    return false;
}

/* Layers, with their bitmaps, that are not among these; only those that the
 * old chain named, or all. */
static enum qn_status clear_layers(struct qn_ctx *ctx,
                                   const struct qn_midx_files *files,
                                   const struct qn_id *names, size_t count,
                                   bool only_own)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = set_path(ctx, files, "multi-pack-index.d", &path);

    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    while (!status && directory && qn_directory_next(directory, &name, &kind)) {
        struct qn_bytes text = qn_bytes_from_string(name);

        if (!qn_bytes_has_prefix(text, "multi-pack-index-") ||
            qn_bytes_has_suffix(text, "-chain") ||
            qn_bytes_has_suffix(text, ".lock") ||
            (only_own && !was_layer(files, text)) ||
            is_named(names, count, text))
            continue;
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/multi-pack-index.d/%s",
                               files->directory, name);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

/* "multi-pack-index-<hash>.bitmap" and ".rev" of one file that is no more. */
enum qn_status qn_midx_files_clear_bitmaps(struct qn_ctx *ctx,
                                           const struct qn_midx_files *files,
                                           const struct qn_id *keep)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status =
        qn_directory_open(ctx, files->directory, &directory);

    while (!status && qn_directory_next(directory, &name, &kind)) {
        struct qn_bytes text = qn_bytes_from_string(name);

        if (!qn_bytes_has_prefix(text, "multi-pack-index-") ||
            (!qn_bytes_has_suffix(text, ".bitmap") &&
             !qn_bytes_has_suffix(text, ".rev")) ||
            (keep && is_named(keep, 1, text)))
            continue;
        status = set_path(ctx, files, name, &path);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status commit_lock(struct qn_ctx *ctx,
                                  struct qn_midx_files *files)
{
    uint32_t shared = qn_repo_shared_mode(files->repo);

    if (shared) {
        enum qn_status status = qn_file_chmod(
            ctx, qn_buf_string(&files->lock.lock_path), 0644u | shared);

        if (status)
            return status;
    }
    return qn_lock_file_commit(ctx, &files->lock, qn_repo_sync(files->repo),
                               QN_SYNC_PACK_METADATA);
}

enum qn_status qn_midx_files_put_single(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        struct qn_bytes bytes)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_id name;
    enum qn_status status = qn_lock_file_write(ctx, &files->lock, bytes);

    qn_id_from_row(&name, files->algorithm,
                   bytes.data + bytes.size - qn_id_size(files->algorithm));
    if (!status)
        status = commit_lock(ctx, files);
    if (!status)
        status = set_path(ctx, files,
                          "multi-pack-index.d/multi-pack-index-chain", &path);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    if (!status)
        status = clear_layers(ctx, files, NULL, 0, false);
    if (!status)
        status = qn_midx_files_clear_bitmaps(ctx, files, &name);
    if (!status)
        status = set_path(ctx, files, "multi-pack-index.d", &path);
    if (!status && qn_directory_remove(ctx, qn_buf_string(&path)))
        qn_ctx_clear(ctx); /* somebody's lock may be there */
    qn_buf_dispose(&path);
    return status;
}

/* A file that never changes again, through a temporary one beside it. */
static enum qn_status put_file(struct qn_ctx *ctx, struct qn_midx_files *files,
                               const char *prefix, const char *path,
                               struct qn_bytes bytes)
{
    struct qn_buf temporary = QN_BUF_INIT;
    uint32_t mode = LAYER_MODE | (qn_repo_shared_mode(files->repo) & ~0222u);
    enum qn_status status;
    int fd = -1;

    status = qn_file_create_temporary(ctx, prefix, mode, &fd, &temporary);
    if (status)
        goto out;
    status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status =
            qn_sync_file(ctx, qn_repo_sync(files->repo), QN_SYNC_PACK_METADATA,
                         fd, qn_buf_string(&temporary));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    if (!status && qn_repo_shared_mode(files->repo))
        status = qn_file_chmod(ctx, qn_buf_string(&temporary), mode);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary), path);
    if (status)
        qn_temporary_remove(qn_buf_string(&temporary));
    else
        qn_temporary_forget(qn_buf_string(&temporary));
out:
    qn_buf_dispose(&temporary);
    return status;
}

enum qn_status qn_midx_files_put_layer(struct qn_ctx *ctx,
                                       struct qn_midx_files *files,
                                       const struct qn_id *name,
                                       struct qn_bytes bytes)
{
    struct qn_buf prefix = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status;

    status = set_path(ctx, files, "multi-pack-index.d/tmp_midx_", &prefix);
    if (!status)
        status = set_layer_path(ctx, files, name, &path);
    if (!status)
        status = put_file(ctx, files, qn_buf_string(&prefix),
                          qn_buf_string(&path), bytes);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_midx_files_bitmap_path(struct qn_ctx *ctx,
                                         const struct qn_midx_files *files,
                                         const struct qn_id *name,
                                         bool is_layer, struct qn_buf *path)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_buf_clear(path);
    return qn_buf_printf(
        ctx, path, "%s/%smulti-pack-index-%s.bitmap", files->directory,
        is_layer ? "multi-pack-index.d/" : "", qn_id_to_hex(name, hex));
}

enum qn_status qn_midx_files_put_bitmap(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        const struct qn_id *name, bool is_layer,
                                        struct qn_bytes bytes)
{
    struct qn_buf prefix = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status = set_path(
        ctx, files, is_layer ? "multi-pack-index.d/tmp_bitmap_" : "tmp_bitmap_",
        &prefix);

    if (!status)
        status = qn_midx_files_bitmap_path(ctx, files, name, is_layer, &path);
    if (!status)
        status = put_file(ctx, files, qn_buf_string(&prefix),
                          qn_buf_string(&path), bytes);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_midx_files_put_chain(struct qn_ctx *ctx,
                                       struct qn_midx_files *files,
                                       const struct qn_id *names, size_t count)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < count && !status; i++)
        status =
            qn_buf_printf(ctx, &text, "%s\n", qn_id_to_hex(&names[i], hex));
    if (!status)
        status = qn_lock_file_write(ctx, &files->lock, qn_buf_bytes(&text));
    if (!status)
        status = commit_lock(ctx, files);
    if (!status)
        status = set_path(ctx, files, "multi-pack-index", &path);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    if (!status)
        status = clear_layers(ctx, files, names, count, true);
    if (!status)
        status = qn_midx_files_clear_bitmaps(ctx, files, NULL);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    return status;
}
