/* SPDX-License-Identifier: MIT */
#include "operation/part/prune_packed.h"

#include "odb/odb_pack.h"
#include "os/directory.h"
#include "os/file.h"
#include "pack/pack_file.h"

#include <stdio.h>

struct pruning {
    struct qn_odb *odb;
    bool removes;
    qn_prune_packed_fn *each;
    void *data;
    struct qn_buf path;
};

static enum qn_status look_at(struct qn_ctx *ctx, struct pruning *pruning,
                              const char *front, const char *name)
{
    uint32_t algorithm = qn_odb_algorithm(pruning->odb);
    size_t digits = qn_id_hex_size(algorithm), size = strlen(name);
    struct qn_pack_file *pack = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    uint64_t offset;
    struct qn_id id;

    if (size + 2 != digits)
        return QN_OK;
    memcpy(hex, front, 2);
    memcpy(hex + 2, name, size);
    if (!qn_id_from_hex(&id, algorithm, qn_bytes_make(hex, digits)))
        return QN_OK;
    status = qn_odb_pack_locate(ctx, pruning->odb, &id, &pack, &offset);
    if (status || !pack)
        return status;
    status = qn_pack_file_open_data(ctx, pack);
    if (status) { /* an index without its pack has nothing */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    qn_buf_clear(&pruning->path);
    status = qn_buf_printf(
        ctx, &pruning->path, "%s/%.2s/%s",
        qn_odb_store_directory(qn_odb_get_store(pruning->odb)), front, name);
    if (!status && pruning->each)
        status =
            pruning->each(ctx, pruning->data, qn_buf_string(&pruning->path));
    if (!status && pruning->removes)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&pruning->path));
    return status;
}

static enum qn_status
prune_directory(struct qn_ctx *ctx, struct pruning *pruning, const char *front)
{
    struct qn_directory *listing = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status;

    qn_buf_clear(&pruning->path);
    status = qn_buf_printf(
        ctx, &pruning->path, "%s/%s",
        qn_odb_store_directory(qn_odb_get_store(pruning->odb)), front);
    if (!status)
        status =
            qn_directory_open(ctx, qn_buf_string(&pruning->path), &listing);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(listing, &name, &kind))
        status = look_at(ctx, pruning, front, name);
    status = qn_directory_end(ctx, listing, status);
    if (!status && pruning->removes) {
        qn_buf_clear(&pruning->path);
        status = qn_buf_printf(
            ctx, &pruning->path, "%s/%s",
            qn_odb_store_directory(qn_odb_get_store(pruning->odb)), front);
        if (!status && qn_directory_remove(ctx, qn_buf_string(&pruning->path)))
            qn_ctx_clear(ctx); /* it is not empty */
    }
    return status;
}

enum qn_status qn_prune_packed_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                   bool removes, qn_prune_packed_fn *each,
                                   void *data)
{
    struct pruning pruning = {
        .odb = odb, .removes = removes, .each = each, .data = data};
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    char front[3];
    unsigned i;

    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Removing duplicate objects", 256);
    for (i = 0; i < 256 && !status; i++) {
        snprintf(front, sizeof(front), "%02x", i);
        status = prune_directory(ctx, &pruning, front);
        qn_progress_add(ctx, &progress, 1);
    }
    if (!status)
        qn_progress_end(ctx, &progress);
    qn_buf_dispose(&pruning.path);
    return status;
}
