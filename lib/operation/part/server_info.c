/* SPDX-License-Identifier: MIT */
#include "operation/part/server_info.h"

#include "base/memory.h"
#include "odb/odb_pack.h"
#include "operation/part/served_refs.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"
#include "pack/pack_file.h"

#include <stdlib.h>

struct text {
    const struct qn_revision_scope *scope;
    struct qn_buf *out;
    size_t prefix_size; /* of the namespace's names: not told */
    struct qn_pack_file **packs;
    size_t count, capacity;
};

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct text *text = data;
    const char *name = qn_buf_string(&ref->name) + text->prefix_size;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id peeled;
    enum qn_status status = qn_buf_printf(ctx, text->out, "%s\t%s\n",
                                          qn_id_to_hex(&ref->id, hex), name);

    if (status)
        return status;
    if (qn_revision_peel(ctx, text->scope->odb, &ref->id, QN_OBJECT_NONE,
                         &peeled)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (qn_id_is_equal(&peeled, &ref->id))
        return QN_OK;
    return qn_buf_printf(ctx, text->out, "%s\t%s^{}\n",
                         qn_id_to_hex(&peeled, hex), name);
}

static enum qn_status note_pack(struct qn_ctx *ctx, void *data,
                                struct qn_pack_file *pack)
{
    struct text *text = data;
    enum qn_status status;

    if (!pack->is_local)
        return QN_OK;
    status = qn_memory_grow(ctx, &text->packs, &text->capacity, text->count + 1,
                            sizeof(struct qn_pack_file *));
    if (!status)
        text->packs[text->count++] = pack;
    return status;
}

static int compare_packs(const void *a, const void *b)
{
    const struct qn_pack_file *one = *(struct qn_pack_file *const *)a;
    const struct qn_pack_file *two = *(struct qn_pack_file *const *)b;

    if (one->mtime_ns != two->mtime_ns)
        return one->mtime_ns > two->mtime_ns ? -1 : 1;
    return strcmp(one->path, two->path);
}

static enum qn_status list_packs(struct qn_ctx *ctx, struct text *text)
{
    enum qn_status status =
        qn_odb_pack_each(ctx, text->scope->odb, note_pack, text);
    size_t i;

    if (!status && text->count > 1)
        qsort(text->packs, text->count, sizeof(*text->packs), compare_packs);
    for (i = 0; i < text->count && !status; i++) {
        const char *slash = strrchr(text->packs[i]->path, '/');

        status = qn_buf_printf(ctx, text->out, "P %s\n",
                               slash ? slash + 1 : text->packs[i]->path);
    }
    return status ? status : qn_buf_append_byte(ctx, text->out, '\n');
}

/* Written beside and renamed; what is the same already stays. */
static enum qn_status put_file(struct qn_ctx *ctx, const char *path,
                               struct qn_bytes bytes, bool forces)
{
    struct qn_buf old = QN_BUF_INIT, prefix = QN_BUF_INIT;
    struct qn_buf temporary = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    int fd = -1;

    if (!forces && qn_file_read_all(ctx, path, &old) == QN_OK &&
        qn_bytes_is_equal(qn_buf_bytes(&old), bytes))
        goto out;
    qn_ctx_clear(ctx);
    status = qn_directory_make_parents(ctx, path, 0777);
    if (!status)
        status = qn_buf_printf(ctx, &prefix, "%s_", path);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0666,
                                          &fd, &temporary);
    if (status)
        goto out;
    status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary), path);
    if (!status)
        qn_temporary_forget(qn_buf_string(&temporary));
    else
        qn_temporary_remove(qn_buf_string(&temporary));
out:
    qn_buf_dispose(&old);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&temporary);
    return status;
}

enum qn_status qn_server_info_packs(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_buf *out)
{
    struct text text = {.scope = scope, .out = out};
    enum qn_status status = list_packs(ctx, &text);

    qn_memory_free(text.packs);
    return status;
}

enum qn_status qn_server_info_refs(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_buf *out)
{
    struct text text = {.scope = scope, .out = out};
    struct qn_buf prefix = QN_BUF_INIT;
    enum qn_status status = qn_served_refs_prefix(ctx, scope, &prefix);

    text.prefix_size = prefix.size;
    if (!status && prefix.size > 0) /* its HEAD is not one of them */
        status = qn_buf_append_string(ctx, &prefix, "refs/");
    if (!status)
        status = qn_refs_walk(ctx, scope->refs, qn_buf_string(&prefix), 0,
                              add_ref, &text);
    qn_buf_dispose(&prefix);
    return status;
}

enum qn_status qn_server_info_write(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    bool forces)
{
    struct qn_buf path = QN_BUF_INIT, bytes = QN_BUF_INIT;
    struct text text = {.scope = scope, .out = &bytes};
    enum qn_status status;

    status = qn_refs_walk(ctx, scope->refs, "", 0, add_ref, &text);
    if (!status)
        status = qn_repo_path(ctx, scope->repo, "info/refs", &path);
    if (!status)
        status =
            put_file(ctx, qn_buf_string(&path), qn_buf_bytes(&bytes), forces);
    qn_buf_clear(&bytes);
    qn_buf_clear(&path);
    if (!status)
        status = qn_server_info_packs(ctx, scope, &bytes);
    if (!status)
        status =
            qn_buf_printf(ctx, &path, "%s/info/packs",
                          qn_odb_store_directory(qn_odb_get_store(scope->odb)));
    if (!status)
        status =
            put_file(ctx, qn_buf_string(&path), qn_buf_bytes(&bytes), forces);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&path);
    return status;
}
