/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_want.h"

#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_alternates.h"
#include "odb/odb_pack.h"
#include "os/file.h"

bool qn_pack_want_is_named(const struct qn_pack_file *pack,
                           const char *const *names, size_t count)
{
    const char *slash = strrchr(pack->path, '/');
    const char *name = slash ? slash + 1 : pack->path;
    size_t i;

    for (i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static enum qn_status look_at_pack(struct qn_ctx *ctx, void *data,
                                   struct qn_pack_file *pack)
{
    struct qn_pack_want *want = data;
    const struct qn_pack_want_options *options = &want->options;
    enum qn_status status;

    if (!(options->is_local && !pack->is_local) &&
        !(options->honors_keep && pack->is_kept && pack->is_local) &&
        !qn_pack_want_is_named(pack, options->keep_packs, options->keep_count))
        return QN_OK;
    status = qn_pack_file_open_index(ctx, pack);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_memory_grow(ctx, &want->refused, &want->capacity,
                                want->count + 1, sizeof(struct qn_pack_file *));
    if (!status)
        want->refused[want->count++] = pack;
    return status;
}

static enum qn_status find_foreign(struct qn_ctx *ctx,
                                   struct qn_pack_want *want)
{
    struct qn_odb_alternates found = QN_ODB_ALTERNATES_INIT;
    enum qn_status status = qn_odb_alternates_find(
        ctx, qn_odb_store_directory(qn_odb_get_store(want->odb)),
        qn_env_variable(qn_ctx_env(ctx), "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
        &found);
    size_t i;

    if (!status && found.count > 1) {
        want->foreign =
            qn_memory_calloc(ctx, found.count, sizeof(*want->foreign));
        if (!want->foreign)
            status = QN_NO_MEMORY;
    }
    for (i = 1; i < found.count && !status; i++) {
        want->foreign[want->foreign_count] =
            qn_memory_string(ctx, qn_bytes_from_string(found.paths[i]));
        if (!want->foreign[want->foreign_count++])
            status = QN_NO_MEMORY;
    }
    qn_odb_alternates_dispose(&found);
    return status;
}

enum qn_status qn_pack_want_init(struct qn_ctx *ctx, struct qn_pack_want *want,
                                 struct qn_odb *odb,
                                 const struct qn_pack_want_options *options)
{
    enum qn_status status;

    memset(want, 0, sizeof(*want));
    want->odb = odb;
    want->options = *options;
    status = qn_odb_pack_each(ctx, odb, look_at_pack, want);
    if (!status && options->is_local)
        status = find_foreign(ctx, want);
    return status;
}

void qn_pack_want_dispose(struct qn_pack_want *want)
{
    size_t i;

    for (i = 0; i < want->foreign_count; i++)
        qn_memory_free(want->foreign[i]);
    qn_memory_free(want->foreign);
    qn_memory_free(want->refused);
    qn_buf_dispose(&want->path);
    memset(want, 0, sizeof(*want));
}

static enum qn_status is_loose_elsewhere(struct qn_ctx *ctx,
                                         struct qn_pack_want *want,
                                         const struct qn_id *id, bool *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    qn_id_to_hex(id, hex);
    for (i = 0; i < want->foreign_count && !status && !*out; i++) {
        qn_buf_clear(&want->path);
        status = qn_buf_printf(ctx, &want->path, "%s/%.2s/%s", want->foreign[i],
                               hex, hex + 2);
        *out = !status && qn_file_exists(qn_buf_string(&want->path));
    }
    return status;
}

enum qn_status qn_pack_want_ask(struct qn_ctx *ctx, struct qn_pack_want *want,
                                const struct qn_id *id, bool *is_wanted)
{
    struct qn_pack_file *pack = NULL;
    enum qn_status status = QN_OK;
    bool is_elsewhere = false;
    uint64_t offset;
    size_t i;

    *is_wanted = true;
    for (i = 0; i < want->count; i++)
        if (qn_pack_index_find(&want->refused[i]->index, id->bytes) !=
            QN_PACK_INDEX_NONE) {
            *is_wanted = false;
            want->has_left_out = true;
            return QN_OK;
        }
    if (want->options.is_incremental) {
        status = qn_odb_pack_locate(ctx, want->odb, id, &pack, &offset);
        if (status || pack) {
            *is_wanted = false;
            return status;
        }
    }
    if (want->foreign_count > 0) {
        status = is_loose_elsewhere(ctx, want, id, &is_elsewhere);
        *is_wanted = !is_elsewhere;
        want->has_left_out = want->has_left_out || is_elsewhere;
    }
    return status;
}
