/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "config/config.h"
#include "operation/op_gc.h"
#include "operation/op_maintain.h"
#include "operation/op_multi_pack_index.h"
#include "operation/op_pack_objects.h"
#include "operation/part/prune_packed.h"
#include "operation/part/repack_packs.h"
#include "repo/remote.h"

#include <string.h>

/* ---- prefetch */

/* What all remotes have comes into refs/prefetch/. */
static enum qn_status prefetch(struct qn_ctx *ctx,
                               const struct qn_op_maintain *op)
{
    const struct qn_config *config = qn_repo_config(op->repo);
    struct qn_remote_words names = {0};
    struct qn_arena arena = QN_ARENA_INIT;
    enum qn_status status;
    bool has_failed = false;
    size_t i;

    status = qn_remote_names(ctx, config, &arena, &names);
    for (i = 0; !status && i < names.count; i++) {
        struct qn_remote *remote = NULL;

        status =
            qn_remote_of(ctx, op->repo, names.items[i], NULL, false, &remote);
        if (!status && !remote->skips_fetch_all) {
            if (op->prefetch)
                has_failed |= !op->prefetch(op->prefetch_data, remote->name);
            else
                status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                                     "the task prefetch cannot be done here");
        }
        qn_remote_free(remote);
    }
    qn_arena_dispose(&arena);
    if (status || !has_failed)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "failed to prefetch remotes");
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "maintenance.told", NULL,
                              "failed to prefetch remotes");
}

/* ---- loose objects */

struct rows {
    uint8_t *data;
    size_t count, capacity, size;
};

static enum qn_status keep_row(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id)
{
    struct rows *rows = data;
    enum qn_status status = qn_memory_grow(ctx, &rows->data, &rows->capacity,
                                           rows->count + 1, rows->size);

    if (!status)
        memcpy(rows->data + rows->size * rows->count++, id->bytes, rows->size);
    return status;
}

static enum qn_status prune_packed(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_house house;
    bool is_precious = true;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status = qn_house_is_precious(ctx, repo, &is_precious);
    if (!status && !is_precious)
        status = qn_prune_packed_run(ctx, house.raw, true, NULL, NULL);
    qn_house_close(&house);
    return status;
}

/* A pack of so many of them, "loose-<checksum>"; they go the next time. */
static enum qn_status pack_rows(struct qn_ctx *ctx, struct qn_repo *repo,
                                const struct qn_house *house,
                                const struct rows *rows, size_t count)
{
    struct qn_op_pack_objects how = {.kind = QN_OP_PACK_OBJECTS_LIST};
    struct qn_op_pack_objects_result result = {.packs = NULL};
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status =
        qn_op_pack_objects_configure(ctx, qn_repo_config(repo), &how);

    if (!status)
        status = qn_buf_printf(ctx, &name, "%s/pack/loose",
                               qn_odb_store_directory(qn_repo_odb_store(repo)));
    how.scope = &house->scope;
    how.rows = rows->data;
    how.count = count;
    how.base_name = qn_buf_string(&name);
    if (!status)
        status = qn_op_pack_objects_run(ctx, &how, &result);
    qn_op_pack_objects_result_dispose(&result);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status pack_loose(struct qn_ctx *ctx, struct qn_repo *repo)
{
    int64_t batch = 50000;
    struct rows rows = {.size = qn_id_size(qn_repo_algorithm(repo))};
    struct qn_house house;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status = qn_config_int64(ctx, qn_repo_config(repo),
                                 "maintenance.loose-objects.batchsize", batch,
                                 &batch);
    if (!status)
        status = qn_odb_list(ctx, house.raw,
                             QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED |
                                 QN_ODB_LIST_SORTED,
                             keep_row, &rows);
    if (!status && rows.count > 0)
        status =
            pack_rows(ctx, repo, &house, &rows,
                      batch > 0 && rows.count > (size_t)batch ? (size_t)batch
                                                              : rows.count);
    qn_memory_free(rows.data);
    qn_house_close(&house);
    return status;
}

/* ---- packs */

/* The second largest pack and a byte: all that is smaller is joined. */
static enum qn_status batch_size(struct qn_ctx *ctx, struct qn_odb *odb,
                                 uint64_t *out)
{
    struct qn_repack_packs packs = {0};
    uint64_t largest = 0, second = 0;
    enum qn_status status = qn_repack_packs_list(ctx, odb, NULL, 0, &packs);
    size_t i;

    for (i = 0; i < packs.count; i++) {
        uint64_t size = packs.items[i].size;

        if (packs.items[i].is_kept || packs.items[i].is_cruft)
            continue;
        if (size > largest) {
            second = largest;
            largest = size;
        } else if (size > second) {
            second = size;
        }
    }
    qn_repack_packs_dispose(&packs);
    *out = second + 1 > INT32_MAX ? INT32_MAX : second + 1;
    return status;
}

/* What a command of its own would say, then ours; the caller has told then. */
static enum qn_status tell(struct qn_ctx *ctx, enum qn_status status,
                           const char *problem)
{
    qn_ctx_report(ctx, QN_REPORT_INFO, "",
                  status == QN_INVALID ? "error: %s" : "fatal: %s",
                  qn_ctx_message(ctx));
    qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", problem);
    return qn_ctx_fail_reason(ctx, status, "maintenance.told", NULL, "%s",
                              problem);
}

static enum qn_status index_packs(
    struct qn_ctx *ctx, struct qn_repo *repo, const char *problem,
    enum qn_status (*step)(struct qn_ctx *, struct qn_op_multi_pack_index *))
{
    struct qn_op_multi_pack_index op = {.scope = NULL};
    struct qn_house house;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    op.scope = &house.scope;
    if (!status && step == qn_op_multi_pack_index_repack)
        status = batch_size(ctx, house.raw, &op.batch_size);
    if (!status)
        status = step(ctx, &op);
    qn_house_close(&house);
    if (!status)
        return QN_OK;
    return tell(ctx, status, problem);
}

static enum qn_status incremental_repack(struct qn_ctx *ctx,
                                         struct qn_repo *repo)
{
    bool is_on = true;
    enum qn_status status = qn_config_bool(ctx, qn_repo_config(repo),
                                           "core.multipackindex", true, &is_on);

    if (status)
        return status;
    if (!is_on) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "skipping incremental-repack task because "
                      "core.multiPackIndex is disabled");
        return QN_OK;
    }
    status = index_packs(ctx, repo, "failed to write multi-pack-index",
                         qn_op_multi_pack_index_write);
    if (!status)
        status = index_packs(ctx, repo, "multi-pack-index expire failed",
                             qn_op_multi_pack_index_expire);
    if (!status)
        status = index_packs(ctx, repo, "multi-pack-index repack failed",
                             qn_op_multi_pack_index_repack);
    return status;
}

/* Would all packs become one?  Then what nothing reaches is kept apart. */
static enum qn_status rolls_all(struct qn_ctx *ctx, struct qn_odb *odb,
                                uint32_t factor, bool *out)
{
    struct qn_repack_packs packs = {0};
    enum qn_status status = qn_repack_packs_list(ctx, odb, NULL, 0, &packs);
    size_t i;

    *out = true;
    if (!status)
        qn_repack_packs_split(&packs, factor, false);
    for (i = 0; i < packs.count; i++)
        *out = *out && (packs.items[i].is_rolled || packs.items[i].is_kept ||
                        packs.items[i].is_cruft || packs.items[i].is_promisor);
    qn_repack_packs_dispose(&packs);
    return status;
}

static enum qn_status geometric_repack(struct qn_ctx *ctx,
                                       const struct qn_op_maintain *op)
{
    struct qn_repo *repo = op->repo;
    struct qn_house_repack repack;
    bool all = false, has_index = true, bitmaps = false, may_have = true;
    int64_t factor = 2;
    enum qn_status status = qn_house_repack_begin(ctx, repo, &repack);

    if (!op->is_quiet)
        repack.calls = op->calls;
    if (!status)
        status = qn_config_int64(ctx, qn_repo_config(repo),
                                 "maintenance.geometric-repack.splitfactor",
                                 factor, &factor);
    if (!status)
        status = qn_config_bool(ctx, qn_repo_config(repo),
                                "core.multipackindex", true, &has_index);
    if (!status)
        status = rolls_all(ctx, repack.house.raw, (uint32_t)factor, &all);
    if (all) {
        repack.how.all = repack.how.is_cruft = true;
        repack.how.has_cruft_expiration = true;
        if (!status)
            status = qn_house_expiry(ctx, repo, "gc.pruneexpire", "2.weeks.ago",
                                     &repack.how.cruft_expiration, NULL);
    } else {
        repack.how.geometric = (uint32_t)factor;
    }
    repack.how.midx =
        has_index ? QN_OP_REPACK_MIDX_ONE : QN_OP_REPACK_MIDX_NONE;
    if (!status)
        status = qn_config_bool(ctx, qn_repo_config(repo),
                                "repack.writebitmaps", true, &may_have);
    repack.how.midx_without_bitmap = !may_have;
    if (!status)
        status = qn_op_repack_wants_bitmaps(ctx, repo, all, &bitmaps);
    repack.how.midx_bitmap = has_index && bitmaps;
    repack.how.how.writes_bitmap = !has_index && bitmaps;
    if (!status)
        status = qn_house_repack_run(ctx, &repack);
    qn_house_repack_end(&repack);
    return status;
}

/* ---- the others */

static enum qn_status collect(struct qn_ctx *ctx,
                              const struct qn_op_maintain *op)
{
    struct qn_op_gc gc = {.repo = op->repo,
                          .calls = op->calls,
                          .is_auto = op->is_auto,
                          .is_quiet = op->is_quiet,
                          .skips_foreground = true,
                          .cruft = -1,
                          .detach = 0};

    return qn_op_gc_run(ctx, &gc);
}

static enum qn_status commit_graph(struct qn_ctx *ctx, struct qn_repo *repo)
{
    bool is_on = true;
    enum qn_status status = qn_config_bool(ctx, qn_repo_config(repo),
                                           "core.commitgraph", true, &is_on);

    if (status || !is_on)
        return status;
    if (qn_house_commit_graph(ctx, repo, true) == QN_OK)
        return QN_OK;
    return tell(ctx, QN_IO, "failed to write commit-graph");
}

enum qn_status qn_op_maintain_do(struct qn_ctx *ctx,
                                 const struct qn_op_maintain *op,
                                 enum qn_op_maintain_task task)
{
    struct qn_repo *repo = op->repo;
    enum qn_status status;
    size_t count;

    switch (task) {
    case QN_OP_MAINTAIN_PREFETCH:
        return prefetch(ctx, op);
    case QN_OP_MAINTAIN_LOOSE_OBJECTS:
        status = prune_packed(ctx, repo);
        return status ? status : pack_loose(ctx, repo);
    case QN_OP_MAINTAIN_INCREMENTAL_REPACK:
        return incremental_repack(ctx, repo);
    case QN_OP_MAINTAIN_GEOMETRIC_REPACK:
        return geometric_repack(ctx, op);
    case QN_OP_MAINTAIN_GC:
        return collect(ctx, op);
    case QN_OP_MAINTAIN_COMMIT_GRAPH:
        return commit_graph(ctx, repo);
    case QN_OP_MAINTAIN_PACK_REFS:
        return qn_house_pack_refs(ctx, repo, op->is_auto);
    case QN_OP_MAINTAIN_REFLOG_EXPIRE:
        return qn_house_expire_reflogs(ctx, repo);
    case QN_OP_MAINTAIN_WORKTREE_PRUNE:
        return qn_house_work_trees(ctx, repo, false, &count);
    case QN_OP_MAINTAIN_RERERE_GC:
        return qn_house_resolutions(ctx, repo);
    default:
        return QN_OK;
    }
}
