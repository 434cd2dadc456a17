/* SPDX-License-Identifier: MIT */
#include "operation/op_upkeep.h"

#include "base/env.h"
#include "base/memory.h"
#include "config/config.h"
#include "operation/op_multi_pack_index.h"
#include "operation/part/midx_files.h"
#include "os/file.h"
#include "walk/commit_graph_write.h"
#include "walk/commit_table.h"

#include <string.h>

#define BUDGET_MS       100
#define NS_PER_COMMIT   6000  /* read, numbered, written, its filter made */
#define NS_PER_ROW      1200  /* of a layer that is merged */
#define NS_PER_OBJECT   150   /* of a multi-pack-index */
#define FILTERS_MAX     512   /* that are made at once, as for git */
#define FIRST_MAX       2000  /* commits of the first graph, by one commit */
#define TIPS_MAX        10000 /* refs that are looked at */
#define NANOSECONDS     1000000
#define LOOKS_PER_LIMIT 8 /* between two layers, by single commits */

struct keeping {
    struct qn_op_upkeep *op;
    struct qn_revision_scope scope; /* with fresh views */
    int64_t budget_ns;
    int64_t commits, packs; /* limits; <0: always, 0: never */
    struct qn_id *tips;
    size_t tip_count, tip_capacity;
};

/* ---- is it wanted? */

static enum qn_status read_settings(struct qn_ctx *ctx, struct keeping *k,
                                    bool *is_on)
{
    const struct qn_config *config = qn_repo_config(k->op->scope->repo);
    int64_t loose = 1, budget = BUDGET_MS;
    bool wanted = true;
    enum qn_status status =
        qn_config_bool(ctx, config, "quoin.maintenance", true, &wanted);

    *is_on = wanted;
    if (!status)
        status = qn_config_bool(ctx, config, "maintenance.auto", true, &wanted);
    *is_on = *is_on && wanted;
    if (!status)
        status = qn_config_int64(ctx, config, "gc.auto", 1, &loose);
    *is_on = *is_on && loose > 0;
    if (!status)
        status = qn_config_int64(ctx, config, "quoin.maintenancebudget",
                                 BUDGET_MS, &budget);
    *is_on = *is_on && budget > 0;
    k->budget_ns = budget * NANOSECONDS;
    if (!status)
        status = qn_config_int64(ctx, config, "maintenance.commit-graph.auto",
                                 100, &k->commits);
    if (!status)
        status = qn_config_bool(ctx, config, "core.commitgraph", true, &wanted);
    if (!wanted)
        k->commits = 0;
    if (!status)
        status = qn_config_int64(
            ctx, config, "maintenance.incremental-repack.auto", 10, &k->packs);
    if (!status)
        status =
            qn_config_bool(ctx, config, "core.multipackindex", true, &wanted);
    if (!wanted)
        k->packs = 0;
    return status;
}

/* A commit in a row of single ones: is it its turn to look?  By its id, so that
 * nothing has to be remembered. */
static bool is_its_turn(const struct keeping *k, const struct qn_id *id)
{
    uint64_t every =
        k->commits > 0 ? (uint64_t)k->commits / LOOKS_PER_LIMIT : 1;

    if (every < 2)
        return true;
    return ((uint64_t)id->bytes[0] << 8 | id->bytes[1]) % every == 0;
}

/* ---- the commit-graph */

static enum qn_status add_tip(struct qn_ctx *ctx, struct keeping *k,
                              const struct qn_id *id)
{
    enum qn_status status;
    struct qn_id commit;

    status = qn_revision_peel(ctx, k->scope.odb, id, QN_OBJECT_COMMIT, &commit);
    if (status) {
        qn_ctx_clear(ctx); /* it leads to no commit */
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &k->tips, &k->tip_capacity, k->tip_count + 1,
                            sizeof(*k->tips));
    if (!status)
        k->tips[k->tip_count++] = commit;
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct keeping *k = data;
    enum qn_status status = qn_ctx_check(ctx);

    if (status || ref->is_symbolic || ref->is_broken)
        return status;
    if (k->tip_count == TIPS_MAX)
        return QN_END;
    return add_tip(ctx, k, &ref->id);
}

static enum qn_status find_tips(struct qn_ctx *ctx, struct keeping *k)
{
    bool is_one = !(k->op->causes & QN_OP_UPKEEP_COMMITS);
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, k->scope.refs, "HEAD", &ref, &found);

    if (!status && found && (!is_one || is_its_turn(k, &ref.id)))
        status = add_tip(ctx, k, &ref.id);
    if (!status && !is_one)
        status = qn_refs_walk(ctx, k->scope.refs, "", 0, add_ref, k);
    qn_ref_dispose(&ref);
    return status == QN_END ? QN_OK : status;
}

/* Commits that are in no graph; `*count` stops behind `limit`.  None where no
 * graph is to be.  The first graph of a large repository is not begun beside
 * one commit, and it should not take long to see that. */
static enum qn_status count_new(struct qn_ctx *ctx, struct keeping *k,
                                uint64_t limit, uint64_t *count)
{
    struct qn_commit_table *table = NULL;
    enum qn_status status = qn_commit_table_new(ctx, &k->scope, &table);
    uint32_t row;
    size_t i;

    *count = 0;
    if (status || table->grafts.is_shallow || table->grafts.ids.count > 0 ||
        qn_odb_replaces(k->scope.odb))
        goto out;
    if (!table->graph && !(k->op->causes & QN_OP_UPKEEP_COMMITS) &&
        limit > FIRST_MAX)
        limit = FIRST_MAX;
    for (i = 0; i < k->tip_count && !status; i++)
        status = qn_commit_table_put(ctx, table, &k->tips[i], &row);
    for (i = 0; i < table->count && *count <= limit && !status; i++) {
        if (table->rows[i].graph != QN_COMMIT_GRAPH_NONE)
            continue;
        ++*count;
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_commit_table_load(ctx, table, (uint32_t)i);
    }
    if (*count > limit) {
        k->op->looks_after_graph = false;
        *count = 0;
    }
out:
    qn_commit_table_free(table);
    return status;
}

static enum qn_status keep_graph(struct qn_ctx *ctx, struct keeping *k)
{
    const struct qn_config *config = qn_repo_config(k->scope.repo);
    struct qn_commit_graph_write write = {
        .filters = -1,
        .has_max_new_filters = true,
        .max_new_filters = FILTERS_MAX,
        .split = QN_COMMIT_GRAPH_SPLIT,
        .merge_limit = (uint64_t)k->budget_ns / 2 / NS_PER_ROW};
    uint64_t limit = (uint64_t)k->budget_ns / 2 / NS_PER_COMMIT, count = 0;
    uint64_t least = k->commits > 0 ? (uint64_t)k->commits : 1;
    bool filters = true;
    enum qn_status status;

    if (k->commits == 0)
        return QN_OK;
    k->op->looks_after_graph = true;
    status = find_tips(ctx, k);
    if (!status && k->tip_count > 0)
        status = count_new(ctx, k, limit, &count);
    if (status || count < least)
        return status;
    status =
        qn_config_bool(ctx, config, "commitgraph.changedpaths", true, &filters);
    write.filters = filters ? 1 : -1;
    write.tips = k->tips;
    write.tip_count = k->tip_count;
    write.has_expire_time = true; /* readers may still be at an older chain */
    write.expire_time =
        qn_env_clock(qn_ctx_env(ctx), true) / 1000 / NANOSECONDS - 14 * 86400;
    return status ? status
                  : qn_commit_graph_write_run(ctx, &k->scope, &write,
                                              &k->op->has_graph);
}

/* ---- the multi-pack-index */

static bool is_any(const void *data, const char *name)
{
    (void)data;
    (void)name;
    return true;
}

/* Objects are numbered by it for a bitmap, which would be of no use then. */
static bool has_bitmap(struct qn_ctx *ctx, const struct qn_midx_files *files)
{
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id name;
    bool answer;

    qn_midx_files_layer_id(files, 0, &name);
    answer = qn_buf_printf(ctx, &path, "%s/multi-pack-index-%s.bitmap",
                           files->directory, qn_id_to_hex(&name, hex)) ||
             qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return answer;
}

static enum qn_status index_is_due(struct qn_ctx *ctx, struct keeping *k,
                                   bool *is_due)
{
    uint64_t limit = (uint64_t)k->budget_ns / NS_PER_OBJECT;
    uint64_t least = k->packs > 0 ? (uint64_t)k->packs : 1;
    uint64_t objects = 0, missing = 0;
    struct qn_midx_files files;
    size_t i;
    enum qn_status status;

    memset(&files, 0, sizeof(files));
    status = qn_midx_files_open(
        ctx, &files, k->scope.repo,
        qn_odb_store_directory(qn_odb_get_store(k->scope.odb)),
        QN_MIDX_FILES_READ);
    if (!status && !files.is_chain &&
        !(files.layer_count > 0 && has_bitmap(ctx, &files)))
        status = qn_midx_files_find_packs(ctx, &files, is_any, NULL);
    for (i = 0; i < files.count && !status; i++) {
        missing += !qn_midx_files_has(&files, files.packs[i].name);
        objects += files.packs[i].file->index.count;
    }
    *is_due =
        !status && files.count > 1 && missing >= least && objects <= limit;
    qn_midx_files_close(&files);
    return status;
}

static enum qn_status keep_index(struct qn_ctx *ctx, struct keeping *k)
{
    struct qn_op_multi_pack_index write = {.scope = &k->scope};
    enum qn_status status;
    bool is_due = false;

    if (k->packs == 0)
        return QN_OK;
    status = index_is_due(ctx, k, &is_due);
    if (!status && is_due)
        status = qn_op_multi_pack_index_write(ctx, &write);
    k->op->has_index = !status && is_due;
    return status;
}

/* ---- both */

static enum qn_status open_views(struct qn_ctx *ctx, struct keeping *k)
{
    enum qn_status status;

    k->scope.repo = k->op->scope->repo;
    status = qn_repo_odb(ctx, k->scope.repo, &k->scope.odb);
    return status ? status : qn_repo_refs(ctx, k->scope.repo, &k->scope.refs);
}

enum qn_status qn_op_upkeep_run(struct qn_ctx *ctx, struct qn_op_upkeep *upkeep)
{
    const unsigned commits = QN_OP_UPKEEP_COMMIT | QN_OP_UPKEEP_COMMITS;
    struct keeping k = {.op = upkeep};
    struct qn_ctx *own = qn_ctx_fork(ctx); /* its failures are its own */
    enum qn_status status;
    bool is_on = false;

    if (!own)
        return QN_OK;
    status = read_settings(own, &k, &is_on);
    if (status || !is_on)
        goto out;
    qn_ctx_set_deadline(own,
                        qn_env_clock(qn_ctx_env(ctx), false) + k.budget_ns);
    status = open_views(own, &k);
    if (status)
        goto out;
    if (upkeep->causes & commits)
        status = keep_graph(own, &k);
    if (status && status != QN_LOCKED) /* then somebody else does */
        upkeep->looks_after_graph = false;
    qn_ctx_clear(own);
    if (status != QN_TIMEOUT && (upkeep->causes & QN_OP_UPKEEP_PACKS))
        (void)!keep_index(own, &k);
out:
    qn_memory_free(k.tips);
    qn_odb_free(k.scope.odb);
    qn_refs_free(k.scope.refs);
    qn_ctx_free(own);
    return qn_ctx_check(ctx);
}
