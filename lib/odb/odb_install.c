/* SPDX-License-Identifier: MIT */
/* A finished pack takes its place. */
#include "odb/odb_lease.h"
#include "odb/odb_pack.h"

#include "base/memory.h"
#include "odb/odb_private.h"
#include "os/directory.h"
#include "os/temporary.h"

#define FILE_MODE 0444u

static uint32_t file_mode(const struct qn_odb_store *store)
{
    return (FILE_MODE | store->options.shared_mode) & ~0222u;
}

static enum qn_status make_temporary(struct qn_ctx *ctx,
                                     struct qn_odb_store *store,
                                     const char *prefix, int *fd,
                                     struct qn_buf *path)
{
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &name, "%s/pack/%s", store->options.directory,
                           prefix);
    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&name), 0777);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&name), FILE_MODE,
                                          fd, path);
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_odb_pack_temporary(struct qn_ctx *ctx,
                                     struct qn_odb_store *store, int *out_fd,
                                     struct qn_buf *out_path)
{
    enum qn_status status = qn_odb_lease_take_store(ctx, store);

    return status ? status
                  : make_temporary(ctx, store, "tmp_pack_", out_fd, out_path);
}

/* Write `bytes` to `path` through a temporary file. */
static enum qn_status write_file(struct qn_ctx *ctx, struct qn_odb_store *store,
                                 const char *prefix, struct qn_bytes bytes,
                                 struct qn_buf *path)
{
    enum qn_status status;
    int fd = -1;

    status = make_temporary(ctx, store, prefix, &fd, path);
    if (status)
        return status;
    status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status = qn_sync_file(ctx, &store->options.sync, QN_SYNC_PACK_METADATA,
                              fd, qn_buf_string(path));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(path));
    if (!status && store->options.shared_mode)
        status = qn_file_chmod(ctx, qn_buf_string(path), file_mode(store));
    return status;
}

static enum qn_status sync_pack(struct qn_ctx *ctx, struct qn_odb_store *store,
                                const char *path)
{
    enum qn_status status;
    int fd = -1;

    if (store->options.sync.components & QN_SYNC_PACK) {
        status = qn_file_open(ctx, path, QN_FILE_READ, 0, &fd);
        if (!status)
            status =
                qn_sync_file(ctx, &store->options.sync, QN_SYNC_PACK, fd, path);
        qn_file_close(fd);
        if (status)
            return status;
    }
    return store->options.shared_mode
               ? qn_file_chmod(ctx, path, file_mode(store))
               : QN_OK;
}

static enum qn_status place(struct qn_ctx *ctx, const char *temporary,
                            struct qn_buf *name, const char *extension)
{
    size_t size = name->size;
    enum qn_status status = qn_buf_append_string(ctx, name, extension);

    if (!status)
        status = qn_file_rename(ctx, temporary, qn_buf_string(name));
    if (!status)
        qn_temporary_forget(temporary);
    qn_buf_truncate(name, size);
    return status;
}

/* A small file beside the pack: it has to be there before the index is. */
static enum qn_status write_note(struct qn_ctx *ctx, struct qn_odb_store *store,
                                 const char *text, struct qn_buf *name,
                                 const char *extension, bool *is_new)
{
    const size_t size = name->size;
    struct qn_bytes bytes = qn_bytes_from_string(text ? text : "");
    enum qn_status status;
    int fd = -1;

    *is_new = false;
    if (!text)
        return QN_OK;
    status = qn_buf_append_string(ctx, name, extension);
    if (!status)
        status = qn_file_open(
            ctx, qn_buf_string(name),
            QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE, 0600, &fd);
    if (status == QN_EXISTS) { /* somebody's who keeps it longer, maybe */
        qn_ctx_clear(ctx);
        qn_buf_truncate(name, size);
        return QN_OK;
    }
    if (!status)
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status = qn_sync_file(ctx, &store->options.sync, QN_SYNC_PACK_METADATA,
                              fd, qn_buf_string(name));
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(name));
    else
        qn_file_close(fd);
    *is_new = !status;
    qn_buf_truncate(name, size);
    return status;
}

static void remove_note(struct qn_ctx *ctx, struct qn_buf *name,
                        const char *extension, bool is_ours)
{
    const size_t size = name->size;

    if (is_ours && qn_buf_append_string(ctx, name, extension) == QN_OK)
        qn_temporary_remove(qn_buf_string(name));
    qn_buf_truncate(name, size);
}

static enum qn_status write_all(struct qn_ctx *ctx, struct qn_odb_store *store,
                                const struct qn_odb_pack_install *install,
                                struct qn_buf *name)
{
    static const struct qn_pack_table_form usual = {0, 0};
    const bool has_reverse = !install->skips_reverse;
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_buf index_path = QN_BUF_INIT, reverse_path = QN_BUF_INIT;
    bool has_keep = false, has_promisor = false;
    enum qn_status status;

    status =
        qn_odb_pack_compare(ctx, store, install->temporary, install->table);
    if (!status)
        status = qn_pack_table_write_as(ctx, install->table,
                                        install->form ? install->form : &usual,
                                        &index, has_reverse ? &reverse : NULL);
    if (!status)
        status = sync_pack(ctx, store, install->temporary);
    if (!status)
        status = write_file(ctx, store, "tmp_idx_", qn_buf_bytes(&index),
                            &index_path);
    if (!status && has_reverse)
        status = write_file(ctx, store, "tmp_rev_", qn_buf_bytes(&reverse),
                            &reverse_path);
    if (!status)
        status =
            write_note(ctx, store, install->keep, name, ".keep", &has_keep);
    if (!status)
        status = write_note(ctx, store, install->promisor, name, ".promisor",
                            &has_promisor);
    if (!status)
        status = place(ctx, install->temporary, name, ".pack");
    if (!status && has_reverse)
        status = place(ctx, qn_buf_string(&reverse_path), name, ".rev");
    if (!status)
        status = place(ctx, qn_buf_string(&index_path), name, ".idx");
    if (status) {
        if (index_path.size)
            qn_temporary_remove(qn_buf_string(&index_path));
        if (reverse_path.size)
            qn_temporary_remove(qn_buf_string(&reverse_path));
        remove_note(ctx, name, ".keep", has_keep);
        remove_note(ctx, name, ".promisor", has_promisor);
    }
    if (install->was_kept)
        *install->was_kept = has_keep;
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    qn_buf_dispose(&index_path);
    qn_buf_dispose(&reverse_path);
    return status;
}

enum qn_status qn_odb_pack_install(struct qn_ctx *ctx,
                                   struct qn_odb_store *store,
                                   const struct qn_odb_pack_install *install,
                                   struct qn_buf *out_name)
{
    struct qn_buf name = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    qn_id_to_hex(&install->table->checksum, hex);
    status = qn_buf_printf(ctx, &name, "%s/pack/pack-%s",
                           store->options.directory, hex);
    if (!status)
        status = write_all(ctx, store, install, &name);
    if (!status && (store->options.sync.components & QN_SYNC_PACK)) {
        struct qn_buf directory = QN_BUF_INIT;

        status =
            qn_buf_printf(ctx, &directory, "%s/pack", store->options.directory);
        if (!status)
            status = qn_directory_sync(ctx, qn_buf_string(&directory));
        qn_buf_dispose(&directory);
    }
    if (!status)
        status = qn_odb_store_refresh(ctx, store);
    if (!status && out_name)
        status = qn_buf_append_bytes(ctx, out_name, qn_buf_bytes(&name));
    if (status)
        qn_temporary_remove(install->temporary);
    qn_buf_dispose(&name);
    return status;
}
