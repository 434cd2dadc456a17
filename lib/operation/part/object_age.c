/* SPDX-License-Identifier: MIT */
#include "operation/part/object_age.h"

#include "base/memory.h"
#include "odb/odb_pack.h"
#include "os/file.h"
#include "pack/pack_file.h"
#include "pack/pack_mtimes.h"
#include "program/shell_command.h"

struct ages {
    struct qn_odb *odb;
    qn_object_age_fn *each;
    void *data;
    struct qn_buf path;
};

static enum qn_status loose_path(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, struct qn_buf *path)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    qn_buf_clear(path);
    return qn_buf_printf(ctx, path, "%s/%.2s/%s",
                         qn_odb_store_directory(qn_odb_get_store(odb)), hex,
                         hex + 2);
}

static enum qn_status tell_loose(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id)
{
    struct ages *ages = data;
    struct qn_file_stat stat;
    enum qn_status status = loose_path(ctx, ages->odb, id, &ages->path);

    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&ages->path), &stat);
    if (status || stat.kind == QN_FILE_NONE)
        return status;
    return ages->each(ctx, ages->data, id,
                      (uint32_t)(stat.mtime_ns / 1000000000));
}

static enum qn_status tell_pack(struct qn_ctx *ctx, void *data,
                                struct qn_pack_file *pack)
{
    struct qn_pack_mtimes mtimes = {.count = 0};
    struct ages *ages = data;
    enum qn_status status;
    uint32_t i;

    if (!pack->is_local)
        return QN_OK;
    status = qn_pack_file_open_reverse(ctx, pack);
    if (!status && pack->is_cruft) {
        qn_buf_clear(&ages->path);
        status = qn_pack_file_sibling(ctx, pack, ".mtimes", &ages->path);
        if (!status)
            status = qn_pack_mtimes_open(ctx, qn_buf_string(&ages->path),
                                         &pack->index, &mtimes);
    }
    for (i = 0; !status && i < pack->index.count; i++) {
        uint32_t at = qn_pack_reverse_position(&pack->reverse, i);
        struct qn_id id;

        qn_id_from_row(&id, pack->algorithm,
                       qn_pack_index_row(&pack->index, at));
        status = ages->each(ctx, ages->data, &id,
                            pack->is_cruft
                                ? qn_pack_mtimes_at(&mtimes, at)
                                : (uint32_t)(pack->mtime_ns / 1000000000));
    }
    qn_pack_mtimes_close(&mtimes);
    return status;
}

enum qn_status qn_object_age_each(struct qn_ctx *ctx, struct qn_odb *odb,
                                  qn_object_age_fn *each, void *data)
{
    struct ages ages = {.odb = odb, .each = each, .data = data};
    enum qn_status status = qn_odb_pack_each(ctx, odb, tell_pack, &ages);

    if (!status)
        status =
            qn_odb_list(ctx, odb, QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED,
                        tell_loose, &ages);
    qn_buf_dispose(&ages.path);
    return status;
}

static enum qn_status run_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                               const char *command, struct qn_id_map *ids)
{
    struct qn_process_options options = {
        .directory = qn_repo_work_tree(repo) ? qn_repo_work_tree(repo)
                                             : qn_repo_git_directory(repo)};
    struct qn_buf out = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;
    int code = 0;

    status = qn_shell_command_filter(ctx, command, NULL, &options,
                                     QN_BYTES_NONE, &out, &code);
    if (status || code != 0) {
        qn_ctx_clear(ctx);
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "unable to enumerate additional recent objects");
    }
    rest = qn_buf_bytes(&out);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        uint32_t position;
        bool is_new;
        struct qn_id id;

        if (!qn_id_from_hex(&id, ids->algorithm, line))
            status =
                qn_ctx_fail(ctx, QN_INVALID, "invalid extra cruft tip: '%.*s'",
                            QN_BYTES_ARG(line));
        else
            status = qn_id_map_put(ctx, ids, &id, &position, &is_new);
    }
    qn_buf_dispose(&out);
    return status;
}

enum qn_status qn_object_age_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_id_map *ids)
{
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(repo), "gc.recentObjectsHook");
    enum qn_status status = QN_OK;

    for (; entry && !status;
         entry = qn_config_previous(qn_repo_config(repo), entry))
        if (entry->value && *entry->value)
            status = run_hook(ctx, repo, entry->value, ids);
    return status;
}

enum qn_status qn_object_age_unpack(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_id *id,
                                    const struct qn_object *object,
                                    int64_t mtime)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status = loose_path(ctx, odb, id, &path);

    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    if (!status && stat.kind == QN_FILE_NONE) {
        status = qn_odb_write_loose(ctx, odb, id, object);
        stat.mtime_ns = 0;
    }
    if (!status && stat.mtime_ns < mtime * 1000000000)
        status = qn_file_touch(ctx, qn_buf_string(&path), mtime * 1000000000);
    qn_buf_dispose(&path);
    return status;
}
