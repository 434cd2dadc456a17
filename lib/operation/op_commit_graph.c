/* SPDX-License-Identifier: MIT */
#include "operation/op_commit_graph.h"

#include "base/env.h"
#include "base/memory.h"
#include "base/progress.h"
#include "hash/id_map.h"
#include "odb/odb_alternates.h"
#include "odb/odb_bulk.h"
#include "odb/odb_pack.h"
#include "os/file.h"
#include "pack/pack_file.h"
#include "refs/refs.h"

#include <stdio.h>
#include <string.h>

/* ---- tips */

struct tips {
    const struct qn_revision_scope *scope;
    struct qn_id *ids;
    size_t count;
    size_t capacity;
    struct qn_id_map seen;
    uint8_t *rows; /* objects of packs, whose types are to be asked */
    size_t row_count;
    size_t row_capacity;
    struct qn_progress progress;
};

static enum qn_status add_tip(struct qn_ctx *ctx, struct tips *tips,
                              const struct qn_id *id)
{
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &tips->seen, id, &position, &is_new);

    if (status || !is_new)
        return status;
    status = qn_memory_grow(ctx, &tips->ids, &tips->capacity, tips->count + 1,
                            sizeof(*tips->ids));
    if (!status)
        tips->ids[tips->count++] = *id;
    return status;
}

/* What leads to a commit, by tags; all else is left out. */
static enum qn_status add_peeled(struct qn_ctx *ctx, struct tips *tips,
                                 const struct qn_id *id)
{
    struct qn_odb_info info;
    struct qn_id commit;
    enum qn_status status =
        qn_revision_peel(ctx, tips->scope->odb, id, QN_OBJECT_NONE, &commit);

    if (!status)
        status = qn_odb_read_info(ctx, tips->scope->odb, &commit,
                                  QN_ODB_WANT_TYPE, &info);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return info.type == QN_OBJECT_COMMIT ? add_tip(ctx, tips, &commit) : QN_OK;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct tips *tips = data;
    enum qn_status status;
    struct qn_ref end = QN_REF_INIT;
    bool found = true;

    qn_progress_add(ctx, &tips->progress, 1);
    if (ref->is_symbolic) {
        status = qn_refs_resolve(ctx, tips->scope->refs,
                                 qn_buf_string(&ref->name), &end, &found);
        if (!status && found)
            status = add_peeled(ctx, tips, &end.id);
        qn_ref_dispose(&end);
        return status;
    }
    return add_peeled(ctx, tips,
                      ref->has_peeled && !qn_id_is_null(&ref->peeled)
                          ? &ref->peeled
                          : &ref->id);
}

static enum qn_status add_pack_rows(struct qn_ctx *ctx, void *data,
                                    struct qn_pack_file *pack)
{
    struct tips *tips = data;
    size_t size = qn_id_size(pack->algorithm);
    enum qn_status status = qn_pack_file_open_reverse(ctx, pack);
    uint32_t i;

    if (!status)
        status = qn_memory_grow(ctx, &tips->rows, &tips->row_capacity,
                                tips->row_count + pack->index.count + 1, size);
    for (i = 0; !status && i < pack->index.count; i++)
        memcpy(tips->rows + tips->row_count++ * size,
               qn_pack_index_row(&pack->index,
                                 qn_pack_reverse_position(&pack->reverse, i)),
               size);
    return status;
}

static enum qn_status add_if_commit(struct qn_ctx *ctx, void *data,
                                    const struct qn_odb_bulk_item *item)
{
    struct tips *tips = data;

    qn_progress_add(ctx, &tips->progress, 1);
    return item->status || item->info.type != QN_OBJECT_COMMIT
               ? QN_OK
               : add_tip(ctx, tips, &item->id);
}

static enum qn_status add_rows(struct qn_ctx *ctx, struct tips *tips)
{
    struct qn_odb_bulk bulk = {.rows = tips->rows,
                               .count = tips->row_count,
                               .want = QN_ODB_WANT_TYPE,
                               .each = add_if_commit,
                               .data = tips};

    return qn_odb_bulk_read(ctx, tips->scope->odb, &bulk);
}

/* A pack by the name of its index. */
static enum qn_status add_named_pack(struct qn_ctx *ctx, struct tips *tips,
                                     const char *directory, const char *name)
{
    struct qn_bytes stem = qn_bytes_from_string(name);
    uint32_t algorithm = qn_odb_algorithm(tips->scope->odb);
    struct qn_pack_file *pack = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (qn_bytes_has_suffix(stem, ".idx"))
        stem.size -= 4;
    status = qn_buf_printf(ctx, &path, "%s/pack/%.*s.pack", directory,
                           QN_BYTES_ARG(stem));
    if (!status && (!qn_bytes_has_suffix(qn_bytes_from_string(name), ".idx") ||
                    !qn_file_exists(qn_buf_string(&path))))
        status = qn_ctx_fail(ctx, QN_INVALID, "error adding pack %s/pack/%s",
                             directory, name);
    if (!status)
        status = qn_pack_file_new(ctx, qn_buf_string(&path), algorithm, &pack);
    if (!status && qn_pack_file_open_index(ctx, pack))
        status =
            qn_ctx_fail(ctx, QN_INVALID, "error opening index for %s/pack/%s",
                        directory, name);
    if (!status)
        status = add_pack_rows(ctx, tips, pack);
    qn_pack_file_release(pack);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status add_packs(struct qn_ctx *ctx, struct tips *tips,
                                const struct qn_op_commit_graph *graph,
                                const char *directory)
{
    enum qn_status status = QN_OK;
    char title[64];
    size_t i;

    for (i = 0; i < graph->pack_count && !status; i++)
        status = add_named_pack(ctx, tips, directory, graph->packs[i]);
    snprintf(title, sizeof(title),
             "Finding commits for commit graph in %zu pack%s",
             graph->pack_count, graph->pack_count == 1 ? "" : "s");
    qn_progress_begin(ctx, &tips->progress, QN_PROGRESS_BEGIN_LATER, title, 0);
    if (!status)
        status = add_rows(ctx, tips);
    qn_progress_end(ctx, &tips->progress);
    return status;
}

static enum qn_status find_tips(struct qn_ctx *ctx, struct tips *tips,
                                const struct qn_op_commit_graph *graph)
{
    const char *directory =
        graph->write.objects_directory
            ? graph->write.objects_directory
            : qn_odb_store_directory(qn_odb_get_store(tips->scope->odb));
    enum qn_status status = QN_OK;
    size_t i;

    if (graph->from == QN_OP_COMMIT_GRAPH_PACKS)
        return add_packs(ctx, tips, graph, directory);
    if (graph->from == QN_OP_COMMIT_GRAPH_PACKED) {
        status = qn_odb_pack_each(ctx, tips->scope->odb, add_pack_rows, tips);
        qn_progress_begin(ctx, &tips->progress, QN_PROGRESS_BEGIN_LATER,
                          "Finding commits for commit graph among packed "
                          "objects",
                          tips->row_count);
        if (!status)
            status = add_rows(ctx, tips);
    } else if (graph->from == QN_OP_COMMIT_GRAPH_REACHABLE) {
        qn_progress_begin(ctx, &tips->progress, QN_PROGRESS_BEGIN_LATER,
                          "Collecting referenced commits", 0);
        status = qn_refs_walk(ctx, tips->scope->refs, "", 0, add_ref, tips);
    } else {
        for (i = 0; i < graph->commit_count && !status; i++)
            status = add_peeled(ctx, tips, &graph->commits[i]);
    }
    qn_progress_end(ctx, &tips->progress);
    return status;
}

enum qn_status qn_op_commit_graph_write(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const struct qn_op_commit_graph *graph,
                                        bool *written)
{
    struct qn_commit_graph_write write = graph->write;
    struct tips tips = {.scope = scope, .progress = QN_PROGRESS_INIT};
    enum qn_status status;

    *written = false;
    qn_id_map_init(&tips.seen, qn_odb_algorithm(scope->odb));
    status = find_tips(ctx, &tips, graph);
    write.tips = tips.ids;
    write.tip_count = tips.count;
    write.are_packed = graph->from == QN_OP_COMMIT_GRAPH_PACKED ||
                       graph->from == QN_OP_COMMIT_GRAPH_PACKS;
    if (!status)
        status = qn_commit_graph_write_run(ctx, scope, &write, written);
    qn_id_map_dispose(&tips.seen);
    qn_memory_free(tips.ids);
    qn_memory_free(tips.rows);
    return status;
}

/* ---- verify */

/* Whole lines with a name; what is behind them does not count, as for git. */
static enum qn_status count_lines(struct qn_ctx *ctx, const char *path,
                                  uint32_t algorithm, size_t *count)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_stat(ctx, path, &stat);

    *count = 0;
    if (!status && stat.kind == QN_FILE_REGULAR)
        *count = (size_t)(stat.size / (qn_id_hex_size(algorithm) + 1));
    if (!status && stat.kind == QN_FILE_REGULAR && stat.size > 0 &&
        stat.size < qn_id_hex_size(algorithm)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "commit-graph chain file too small");
        status = qn_ctx_fail(ctx, QN_CORRUPT,
                             "could not open commit-graph chain '%s': Invalid "
                             "argument",
                             path);
    }
    return status;
}

enum qn_status
qn_op_commit_graph_verify(struct qn_ctx *ctx,
                          const struct qn_revision_scope *scope,
                          struct qn_op_commit_graph_verify *verify)
{
    struct qn_commit_graph_options options = {
        .objects_directory = verify->objects_directory,
        .algorithm = qn_odb_algorithm(scope->odb),
        .filter_version = -1};
    struct qn_odb_alternates alternates = QN_ODB_ALTERNATES_INIT;
    struct qn_commit_graph *graph = NULL;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_odb *odb = NULL;
    size_t lines = 0;
    bool exists = false;
    enum qn_status status;

    if (!options.objects_directory)
        options.objects_directory =
            qn_odb_store_directory(qn_odb_get_store(scope->odb));
    status = qn_buf_printf(ctx, &path, "%s/info/commit-graph",
                           options.objects_directory);
    exists = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_clear(&path);
    if (!status)
        status = qn_buf_printf(ctx, &path,
                               "%s/info/commit-graphs/commit-graph-chain",
                               options.objects_directory);
    if (!status && !exists)
        status =
            count_lines(ctx, qn_buf_string(&path), options.algorithm, &lines);
    verify->is_complete = true;
    if (status || (!exists && lines == 0))
        goto out;
    status = qn_commit_graph_open(ctx, &options, &graph);
    verify->is_complete =
        graph && (exists || qn_commit_graph_layer_count(graph) == lines);
    if (status || !graph)
        goto out;
    status =
        qn_odb_new(ctx, qn_odb_get_store(scope->odb), QN_ODB_NO_REPLACE, &odb);
    verify->verify.odb = odb;
    if (!status)
        status = qn_commit_graph_verify_run(ctx, graph, &verify->verify);
out:
    qn_odb_free(odb);
    qn_commit_graph_free(graph);
    qn_odb_alternates_dispose(&alternates);
    qn_buf_dispose(&path);
    return status;
}

/* ---- --object-dir */

enum qn_status
qn_op_commit_graph_directory(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             const char *text, struct qn_buf *out)
{
    const char *own = qn_odb_store_directory(qn_odb_get_store(scope->odb));
    const char *variable =
        qn_env_variable(qn_ctx_env(ctx), "GIT_ALTERNATE_OBJECT_DIRECTORIES");
    struct qn_odb_alternates alternates = QN_ODB_ALTERNATES_INIT;
    struct qn_buf real = QN_BUF_INIT;
    enum qn_status status =
        qn_odb_alternates_find(ctx, own, variable, &alternates);
    size_t i;

    if (!status)
        status = qn_file_real_path(ctx, text, &real);
    for (i = 0; !status && i < alternates.count; i++)
        if (strcmp(alternates.reals[i], qn_buf_string(&real)) == 0) {
            status = qn_buf_append_string(ctx, out, alternates.paths[i]);
            goto out;
        }
    if (status != QN_NO_MEMORY)
        status =
            qn_ctx_fail(ctx, QN_NOT_FOUND,
                        "could not find object directory matching %s", text);
out:
    qn_buf_dispose(&real);
    qn_odb_alternates_dispose(&alternates);
    return status;
}
