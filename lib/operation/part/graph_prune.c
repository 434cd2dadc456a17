/* SPDX-License-Identifier: MIT */
#include "operation/part/graph_prune.h"

#include "base/memory.h"
#include "odb/odb_pack.h"
#include "os/directory.h"
#include "os/file.h"
#include "walk/commit_graph_write.h"

#include <string.h>

static const char *directory_of(const struct qn_graph_prune *prune)
{
    return qn_odb_store_directory(qn_odb_get_store(prune->odb));
}

enum qn_status qn_graph_prune_begin(struct qn_ctx *ctx, struct qn_odb *odb,
                                    struct qn_graph_prune *prune)
{
    struct qn_commit_graph_options options = {
        .algorithm = qn_odb_algorithm(odb), .filter_version = -1};
    struct qn_ctx *quiet = qn_ctx_fork(ctx); /* damage is told elsewhere */
    enum qn_status status;

    if (!quiet)
        return QN_NO_MEMORY;
    prune->odb = odb;
    options.objects_directory = directory_of(prune);
    status = qn_commit_graph_open(quiet, &options, &prune->graph);
    qn_ctx_free(quiet);
    return status == QN_NO_MEMORY ? status : QN_OK;
}

/* What names it goes first; layers that nothing names do no harm. */
static enum qn_status remove_graph(struct qn_ctx *ctx,
                                   struct qn_graph_prune *prune)
{
    static const char *const names[] = {"commit-graph",
                                        "commit-graphs/commit-graph-chain"};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names) && !status; i++) {
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/info/%s", directory_of(prune),
                               names[i]);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    prune->is_gone = !status;
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_graph_prune_gone(struct qn_ctx *ctx,
                                   struct qn_graph_prune *prune,
                                   const struct qn_id *id)
{
    if (!prune->graph || prune->is_gone ||
        qn_commit_graph_find(prune->graph, id) == QN_COMMIT_GRAPH_NONE)
        return QN_OK;
    return remove_graph(ctx, prune);
}

/* ---- packs that go */

struct staying {
    qn_graph_prune_goes_fn *goes;
    const void *data;
    struct qn_pack_file **packs; /* that stay; borrowed */
    size_t count, capacity;
    bool one_goes;
};

static enum qn_status add_staying(struct qn_ctx *ctx, void *data,
                                  struct qn_pack_file *pack)
{
    struct staying *staying = data;
    enum qn_status status;

    if (staying->goes(staying->data, pack)) {
        staying->one_goes = true;
        return QN_OK;
    }
    status = qn_pack_file_open_index(ctx, pack);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_memory_grow(ctx, &staying->packs, &staying->capacity,
                                staying->count + 1, sizeof(*staying->packs));
    if (!status)
        staying->packs[staying->count++] = pack;
    return status;
}

/* A commit is often in the pack that the one before was in. */
static bool is_packed(struct staying *staying, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < staying->count; i++) {
        struct qn_pack_file *pack = staying->packs[i];

        if (qn_pack_index_find(&pack->index, id->bytes) == QN_PACK_INDEX_NONE)
            continue;
        staying->packs[i] = staying->packs[0];
        staying->packs[0] = pack;
        return true;
    }
    return false;
}

static enum qn_status is_loose(struct qn_ctx *ctx,
                               const struct qn_graph_prune *prune,
                               const struct qn_id *id, bool *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    qn_id_to_hex(id, hex);
    status = qn_buf_printf(ctx, &path, "%s/%.2s/%s", directory_of(prune), hex,
                           hex + 2);
    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_graph_prune_packs(struct qn_ctx *ctx,
                                    struct qn_graph_prune *prune,
                                    qn_graph_prune_goes_fn *goes,
                                    const void *data)
{
    struct staying staying = {.goes = goes, .data = data};
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t at;
    bool stays;

    if (!prune->graph)
        return QN_OK;
    status = qn_odb_pack_each(ctx, prune->odb, add_staying, &staying);
    for (at = 0; staying.one_goes && !status && !prune->is_gone &&
                 at < qn_commit_graph_count(prune->graph);
         at++) {
        qn_commit_graph_id(prune->graph, at, &id);
        stays = is_packed(&staying, &id);
        if (!stays)
            status = is_loose(ctx, prune, &id, &stays);
        if (!status && !stays)
            status = remove_graph(ctx, prune);
    }
    qn_memory_free(staying.packs);
    return status;
}

/* ---- what is left */

static enum qn_status list_left(struct qn_ctx *ctx,
                                const struct qn_graph_prune *prune,
                                struct qn_odb *odb, struct qn_id *tips,
                                size_t *count)
{
    uint32_t at, all = qn_commit_graph_count(prune->graph);
    enum qn_status status = QN_OK;
    bool exists;

    for (at = 0; at < all && !status; at++) {
        qn_commit_graph_id(prune->graph, at, &tips[*count]);
        status = qn_odb_exists(ctx, odb, &tips[*count], &exists);
        *count += !status && exists;
    }
    return status;
}

static enum qn_status write_left(struct qn_ctx *ctx,
                                 const struct qn_graph_prune *prune,
                                 struct qn_repo *repo)
{
    struct qn_revision_scope scope = {.repo = repo};
    struct qn_commit_graph_write write = {.filters = -1};
    struct qn_id *tips = qn_memory_array(
        ctx, (size_t)qn_commit_graph_count(prune->graph) + 1, sizeof(*tips));
    bool written;
    enum qn_status status = tips ? QN_OK : QN_NO_MEMORY;

    if (!status)
        status = qn_odb_store_refresh(ctx, qn_repo_odb_store(repo));
    if (!status)
        status = qn_repo_odb(ctx, repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, repo, &scope.refs);
    if (!status)
        status = list_left(ctx, prune, scope.odb, tips, &write.tip_count);
    write.tips = tips;
    if (qn_commit_graph_layer_count(prune->graph) > 1)
        write.split = QN_COMMIT_GRAPH_SPLIT_REPLACE;
    if (qn_commit_graph_has_filters(prune->graph))
        write.filters = 1;
    if (!status && write.tip_count > 0)
        status = qn_commit_graph_write_run(ctx, &scope, &write, &written);
    qn_odb_free(scope.odb);
    qn_refs_free(scope.refs);
    qn_memory_free(tips);
    return status;
}

void qn_graph_prune_end(struct qn_ctx *ctx, struct qn_graph_prune *prune,
                        struct qn_repo *repo)
{
    struct qn_ctx *own = prune->is_gone ? qn_ctx_fork(ctx) : NULL;

    if (own)
        (void)!write_left(own, prune, repo);
    qn_ctx_free(own);
    qn_commit_graph_free(prune->graph);
    memset(prune, 0, sizeof(*prune));
}
