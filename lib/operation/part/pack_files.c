/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_files.h"

#include "base/memory.h"
#include "odb/odb_lease.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"

enum qn_status qn_pack_files_begin(struct qn_ctx *ctx, void *data, int *fd,
                                   const char **path)
{
    struct qn_pack_files *files = data;
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status;

    if (files->is_stream) {
        *fd = files->fd;
        *path = "stdout";
        return QN_OK;
    }
    qn_buf_clear(&files->temporary);
    /* Or a prune would take it for something that is left over. */
    status = qn_odb_lease_take_store(ctx, files->store);
    if (!status)
        status = qn_buf_printf(ctx, &prefix, "%s/pack",
                               qn_odb_store_directory(files->store));
    if (!status)
        status = qn_directory_make_all(ctx, qn_buf_string(&prefix), 0777);
    if (!status)
        status = qn_buf_append_string(ctx, &prefix, "/tmp_pack_");
    if (!status)
        status =
            qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0444,
                                     &files->temporary_fd, &files->temporary);
    qn_buf_dispose(&prefix);
    if (status)
        return status;
    *fd = files->temporary_fd;
    *path = qn_buf_string(&files->temporary);
    return QN_OK;
}

static enum qn_status rename_to(struct qn_ctx *ctx, const char *temporary,
                                const char *path)
{
    enum qn_status status = qn_file_rename(ctx, temporary, path);

    if (!status) {
        qn_temporary_forget(temporary);
        return QN_OK;
    }
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "unable to write file %s: %s", path,
                  strerror(qn_ctx_errno(ctx)));
    qn_ctx_clear(ctx);
    return qn_ctx_fail(ctx, status, "unable to rename temporary file to '%s'",
                       path);
}

static uint32_t file_mode(const struct qn_pack_files *files)
{
    return 0444 | (files->shared_mode & 0444);
}

/* One file of a pack under its final name. */
static enum qn_status put_file(struct qn_ctx *ctx, struct qn_pack_files *files,
                               const char *kind, const char *stem,
                               const char *extension, struct qn_bytes bytes)
{
    struct qn_buf prefix = QN_BUF_INIT, temporary = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &prefix, "%s/pack/tmp_%s_",
                           qn_odb_store_directory(files->store), kind);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s%s", stem, extension);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0444,
                                          &fd, &temporary);
    if (!status)
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status && files->sync)
        status = qn_sync_file(ctx, files->sync, QN_SYNC_PACK_METADATA, fd,
                              qn_buf_string(&temporary));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    if (!status && files->shared_mode)
        status =
            qn_file_chmod(ctx, qn_buf_string(&temporary), file_mode(files));
    if (!status)
        status =
            rename_to(ctx, qn_buf_string(&temporary), qn_buf_string(&path));
    if (status && temporary.size > 0)
        qn_temporary_remove(qn_buf_string(&temporary));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&temporary);
    qn_buf_dispose(&path);
    return status;
}

/* The bytes of the pack are on the disk, and it is closed. */
static enum qn_status finish_pack(struct qn_ctx *ctx,
                                  struct qn_pack_files *files)
{
    const char *path = qn_buf_string(&files->temporary);
    enum qn_status status = QN_OK;
    int fd = files->temporary_fd;

    if (files->sync)
        status = qn_sync_file(ctx, files->sync, QN_SYNC_PACK, fd, path);
    files->temporary_fd = -1;
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, path);
    if (!status && files->shared_mode)
        status = qn_file_chmod(ctx, path, file_mode(files));
    return status;
}

static enum qn_status place_pack(struct qn_ctx *ctx,
                                 struct qn_pack_files *files, const char *stem)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s.pack", stem);

    if (!status)
        status = rename_to(ctx, qn_buf_string(&files->temporary),
                           qn_buf_string(&path));
    if (!status)
        qn_buf_clear(&files->temporary);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status place_all(struct qn_ctx *ctx, struct qn_pack_files *files,
                                const struct qn_pack_table *table,
                                const uint32_t *mtimes, const char *stem)
{
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_buf times = QN_BUF_INIT, bitmap = QN_BUF_INIT;
    enum qn_status status;

    status = qn_pack_table_write_as(ctx, table, &files->form, &index,
                                    files->writes_reverse ? &reverse : NULL);
    if (!status && files->writes_mtimes)
        status = qn_pack_table_write_mtimes(ctx, table, mtimes, &times);
    /* Meanwhile the disk takes what was written of the pack. */
    if (!status && files->bitmap)
        status = files->bitmap(ctx, files->bitmap_data, qn_buf_bytes(&index),
                               &bitmap);
    if (!status)
        status = finish_pack(ctx, files);
    if (!status && files->promisor)
        status = put_file(ctx, files, "promisor", stem, ".promisor",
                          qn_bytes_from_string(files->promisor));
    if (!status)
        status = place_pack(ctx, files, stem);
    if (!status && files->writes_reverse)
        status =
            put_file(ctx, files, "rev", stem, ".rev", qn_buf_bytes(&reverse));
    if (!status && files->writes_mtimes)
        status = put_file(ctx, files, "mtimes", stem, ".mtimes",
                          qn_buf_bytes(&times));
    if (!status && bitmap.size)
        status = put_file(ctx, files, "bitmap", stem, ".bitmap",
                          qn_buf_bytes(&bitmap));
    if (!status)
        status =
            put_file(ctx, files, "idx", stem, ".idx", qn_buf_bytes(&index));
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    qn_buf_dispose(&times);
    qn_buf_dispose(&bitmap);
    return status;
}

/* Names are on the disk, too. */
static enum qn_status sync_names(struct qn_ctx *ctx,
                                 const struct qn_pack_files *files)
{
    struct qn_buf directory = QN_BUF_INIT;
    const char *slash = strrchr(files->base_name, '/');
    enum qn_status status;

    if (!files->sync || !(files->sync->components & QN_SYNC_PACK))
        return QN_OK;
    status = slash ? qn_buf_append(ctx, &directory, files->base_name,
                                   (size_t)(slash - files->base_name))
                   : qn_buf_append_string(ctx, &directory, ".");
    if (!status)
        status = qn_directory_sync(ctx, qn_buf_string(&directory));
    qn_buf_dispose(&directory);
    return status;
}

enum qn_status qn_pack_files_end(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_writer *writer,
                                 const uint32_t *mtimes)
{
    struct qn_pack_files *files = data;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf stem = QN_BUF_INIT;
    enum qn_status status =
        qn_memory_grow(ctx, &files->packs, &files->capacity, files->count + 1,
                       sizeof(*files->packs));

    if (status)
        return status;
    if (!files->is_stream) {
        status = qn_buf_printf(ctx, &stem, "%s-%s", files->base_name,
                               qn_id_to_hex(&writer->table.checksum, hex));
        if (!status)
            status = place_all(ctx, files, &writer->table, mtimes,
                               qn_buf_string(&stem));
        if (!status)
            status = sync_names(ctx, files);
    }
    if (!status)
        files->packs[files->count++] = writer->table.checksum;
    qn_buf_dispose(&stem);
    return status;
}

void qn_pack_files_dispose(struct qn_pack_files *files)
{
    if (files->temporary.size > 0) {
        if (files->temporary_fd >= 0)
            qn_file_close(files->temporary_fd);
        qn_temporary_remove(qn_buf_string(&files->temporary));
    }
    qn_buf_dispose(&files->temporary);
}
