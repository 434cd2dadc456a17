/* SPDX-License-Identifier: MIT */
/* What is borrowed is copied; then the lenders are forgotten. */
#include "base/memory.h"
#include "operation/part/clone_fetch.h"
#include "operation/part/keep_tips.h"
#include "operation/part/object_transfer.h"
#include "operation/part/reachable.h"
#include "os/file.h"

#include <string.h>

static enum qn_status add_own(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, data, id, &position, &is_new);
}

/* Those of `set` that are not in `own`, as rows. */
static enum qn_status find_borrowed(struct qn_ctx *ctx,
                                    const struct qn_id_map *set,
                                    const struct qn_id_map *own, uint8_t **rows,
                                    size_t *count)
{
    uint32_t i;

    *count = 0;
    *rows = qn_memory_array(ctx, set->count + 1, set->row_size);
    if (!*rows)
        return QN_NO_MEMORY;
    for (i = 0; i < set->count; i++) {
        const uint8_t *row = set->rows + (size_t)i * set->row_size;

        if (qn_id_map_find_row(own, row) == QN_ID_MAP_NONE)
            memcpy(*rows + (*count)++ * set->row_size, row, set->row_size);
    }
    return QN_OK;
}

static enum qn_status find_all(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_odb *odb, struct qn_id_map *set)
{
    struct qn_id_list shallow = {0};
    struct qn_id_map tips, ends;
    struct qn_reachable from = {.odb = odb, .shallow = &ends};
    struct qn_id *ids = NULL;
    enum qn_status status;
    uint32_t i;
    size_t k;

    qn_id_map_init(&tips, set->algorithm);
    qn_id_map_init(&ends, set->algorithm);
    status = qn_keep_tips_collect(ctx, repo, odb, &tips);
    if (!status)
        status = qn_shallow_file_read(ctx, repo, &shallow);
    for (k = 0; !status && k < shallow.count; k++)
        status = add_own(ctx, &ends, &shallow.ids[k]);
    if (!status) {
        ids = qn_memory_array(ctx, tips.count + 1, sizeof(*ids));
        status = ids ? QN_OK : QN_NO_MEMORY;
    }
    for (i = 0; !status && i < tips.count; i++)
        qn_id_map_id(&tips, i, &ids[i]);
    if (!status)
        status = qn_reachable_find(ctx, &from, ids, tips.count, set);
    qn_memory_free(ids);
    qn_id_list_dispose(&shallow);
    qn_id_map_dispose(&tips);
    qn_id_map_dispose(&ends);
    return status;
}

enum qn_status qn_clone_dissociate(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_object_transfer transfer = {.source = NULL};
    struct qn_odb *odb = NULL;
    struct qn_id_map set, own;
    struct qn_buf path = QN_BUF_INIT;
    uint8_t *rows = NULL;
    enum qn_status status;

    qn_id_map_init(&set, qn_repo_algorithm(repo));
    qn_id_map_init(&own, qn_repo_algorithm(repo));
    status = qn_repo_odb_raw(ctx, repo, &odb);
    if (!status)
        status = find_all(ctx, repo, odb, &set);
    if (!status)
        status = qn_odb_list(ctx, odb, QN_ODB_LIST_LOCAL, add_own, &own);
    if (!status)
        status = find_borrowed(ctx, &set, &own, &rows, &transfer.count);
    if (!status) {
        transfer.source = odb;
        transfer.destination = qn_odb_get_store(odb);
        transfer.rows = rows;
        status = qn_object_transfer_run(ctx, &transfer, NULL);
    }
    if (!status)
        status = qn_repo_path(ctx, repo, "objects/info/alternates", &path);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    if (!status)
        status = qn_odb_store_refresh(ctx, qn_odb_get_store(odb));
    qn_memory_free(rows);
    qn_odb_free(odb);
    qn_id_map_dispose(&set);
    qn_id_map_dispose(&own);
    qn_buf_dispose(&path);
    return status;
}
