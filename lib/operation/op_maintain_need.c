/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "config/config.h"
#include "hash/id_map.h"
#include "operation/op_gc.h"
#include "operation/op_maintain.h"
#include "operation/part/repack_packs.h"
#include "os/directory.h"
#include "os/file.h"
#include "walk/commit_table.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64 /* of directories of refs */

/* maintenance.<task>.auto: 0 never, below it always. */
static enum qn_status limit_of(struct qn_ctx *ctx, struct qn_repo *repo,
                               enum qn_op_maintain_task task, int64_t fallback,
                               int64_t *out)
{
    char key[80];

    snprintf(key, sizeof(key), "maintenance.%s.auto",
             qn_op_maintain_name(task));
    return qn_config_int64(ctx, qn_repo_config(repo), key, fallback, out);
}

static enum qn_status count_row(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id)
{
    int64_t *left = data;

    (void)ctx;
    (void)id;
    return --*left > 0 ? QN_OK : QN_END;
}

static enum qn_status loose_are_many(struct qn_ctx *ctx, struct qn_repo *repo,
                                     int64_t limit, bool *out)
{
    struct qn_house house;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status = qn_odb_list(ctx, house.raw,
                             QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED,
                             count_row, &limit);
    *out = limit <= 0;
    qn_house_close(&house);
    return status == QN_END ? QN_OK : status;
}

/* Loose objects, or packs that are out of order. */
static enum qn_status packs_are_many(struct qn_ctx *ctx, struct qn_repo *repo,
                                     enum qn_op_maintain_task task,
                                     int64_t limit, bool *out)
{
    struct qn_repack_packs packs = {0};
    struct qn_op_gc_state state = {0};
    struct qn_house house;
    int64_t factor = 2;
    size_t i;
    enum qn_status status = qn_house_open(ctx, &house, repo);

    if (!status)
        status = qn_op_gc_look(ctx, house.raw, 0, &state);
    if (task == QN_OP_MAINTAIN_INCREMENTAL_REPACK) {
        *out = state.packs >= (uint64_t)limit;
        goto out;
    }
    *out = state.loose / 256 > ((uint64_t)limit + 255) / 256;
    if (status || *out || state.packs < 2)
        goto out;
    status =
        qn_config_int64(ctx, qn_repo_config(repo),
                        "maintenance.geometric-repack.splitfactor", 2, &factor);
    if (!status)
        status = qn_repack_packs_list(ctx, house.raw, NULL, 0, &packs);
    if (!status)
        qn_repack_packs_split(&packs, (uint32_t)factor, false);
    for (i = 0; i < packs.count; i++)
        *out = *out || packs.items[i].is_rolled;
out:
    qn_repack_packs_dispose(&packs);
    qn_op_gc_state_dispose(&state);
    qn_house_close(&house);
    return status;
}

static enum qn_status resolutions_are_there(struct qn_ctx *ctx,
                                            struct qn_repo *repo, bool *out)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status = qn_repo_path(ctx, repo, "rr-cache", &path);
    const char *name;

    *out = false;
    if (!status && qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    if (!status && directory)
        *out = qn_directory_next(directory, &name, &kind);
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

struct old_lines {
    int64_t left, time;
};

static enum qn_status count_line(struct qn_ctx *ctx, void *data,
                                 const struct qn_reflog_entry *entry)
{
    struct old_lines *lines = data;

    (void)ctx;
    if (entry->seconds < lines->time)
        lines->left--;
    return lines->left > 0 ? QN_OK : QN_END;
}

/* Lines of HEAD's log that are too old to be kept. */
static enum qn_status lines_are_old(struct qn_ctx *ctx, struct qn_repo *repo,
                                    int64_t limit, bool *out)
{
    struct old_lines lines = {.left = limit};
    struct qn_refs *refs = NULL;
    enum qn_status status = qn_house_expiry(ctx, repo, "gc.reflogexpire",
                                            "90.days.ago", &lines.time, NULL);

    if (!status)
        status = qn_repo_refs(ctx, repo, &refs);
    if (!status)
        status = qn_reflog_walk(ctx, refs, "HEAD", false, count_line, &lines);
    *out = lines.left <= 0;
    qn_refs_free(refs);
    return status == QN_END ? QN_OK : status;
}

/* ---- commits that are in no graph */

struct search {
    struct qn_house house;
    struct qn_commit_table *table;
    uint64_t limit, count;
    size_t at; /* rows before it were looked at */
};

static enum qn_status look_at_rows(struct qn_ctx *ctx, struct search *search)
{
    struct qn_commit_table *table = search->table;
    enum qn_status status = QN_OK;

    for (;
         search->at < table->count && !status && search->count < search->limit;
         search->at++) {
        if (table->rows[search->at].graph != QN_COMMIT_GRAPH_NONE)
            continue;
        status = qn_commit_table_load(ctx, table, (uint32_t)search->at);
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        search->count++;
    }
    return search->count >= search->limit ? QN_END : status;
}

static bool is_in_graph(const struct search *search, const struct qn_id *id)
{
    const struct qn_commit_graph *graph = search->table->graph;

    return graph && qn_commit_graph_find(graph, id) != QN_COMMIT_GRAPH_NONE;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct search *search = data;
    enum qn_status status;
    struct qn_id id;
    uint32_t row;

    if (ref->is_symbolic || ref->is_broken || is_in_graph(search, &ref->id) ||
        (ref->has_peeled && is_in_graph(search, &ref->peeled)))
        return QN_OK;
    status = qn_revision_peel(ctx, search->house.scope.odb, &ref->id,
                              QN_OBJECT_COMMIT, &id);
    if (status) {
        qn_ctx_clear(ctx); /* no commit */
        return QN_OK;
    }
    status = qn_commit_table_put(ctx, search->table, &id, &row);
    return status ? status : look_at_rows(ctx, search);
}

static enum qn_status graph_lacks(struct qn_ctx *ctx, struct qn_repo *repo,
                                  int64_t limit, bool *out)
{
    struct search search = {.limit = (uint64_t)limit};
    bool is_on = true;
    enum qn_status status = qn_config_bool(ctx, qn_repo_config(repo),
                                           "core.commitgraph", true, &is_on);

    *out = false;
    if (status || !is_on)
        return status;
    status = qn_house_open(ctx, &search.house, repo);
    if (!status)
        status = qn_commit_table_new(ctx, &search.house.scope, &search.table);
    if (!status)
        status =
            qn_refs_walk(ctx, search.house.scope.refs, "", 0, add_ref, &search);
    *out = search.count >= search.limit;
    qn_commit_table_free(search.table);
    qn_house_close(&search.house);
    return status == QN_END ? QN_OK : status;
}

/* ---- loose refs */

static size_t count_files(struct qn_ctx *ctx, const char *path, unsigned depth)
{
    struct qn_directory *directory = NULL;
    struct qn_buf below = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    size_t count = 0;

    if (depth == 0 || qn_directory_open(ctx, path, &directory)) {
        qn_ctx_clear(ctx);
        return 0;
    }
    while (qn_directory_next(directory, &name, &kind)) {
        if (kind != QN_FILE_DIRECTORY) {
            count += kind == QN_FILE_REGULAR;
            continue;
        }
        qn_buf_clear(&below);
        if (qn_buf_printf(ctx, &below, "%s/%s", path, name) == QN_OK)
            count += count_files(ctx, qn_buf_string(&below), depth - 1);
    }
    qn_directory_close(directory);
    qn_buf_dispose(&below);
    return count;
}

static enum qn_status refs_are_loose(struct qn_ctx *ctx, struct qn_repo *repo,
                                     bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    size_t limit = 0;
    uint64_t size;
    enum qn_status status;

    *out = false;
    if (qn_repo_refs_format(repo) != QN_REFS_FILES)
        return QN_OK; /* tables keep themselves in order */
    status = qn_repo_path(ctx, repo, "packed-refs", &path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    for (size = stat.size / 100; size > 1; size /= 2)
        limit += 5;
    qn_buf_clear(&path);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/refs",
                               qn_repo_common_directory(repo));
    if (!status)
        *out = count_files(ctx, qn_buf_string(&path), DEPTH_MAX) >=
               (limit < 16 ? 16 : limit);
    qn_buf_dispose(&path);
    return status;
}

/* ---- by task */

static enum qn_status look(struct qn_ctx *ctx, struct qn_repo *repo,
                           enum qn_op_maintain_task task, int64_t limit,
                           bool *out)
{
    enum qn_status status;
    size_t count = 0;

    switch (task) {
    case QN_OP_MAINTAIN_LOOSE_OBJECTS:
        return loose_are_many(ctx, repo, limit, out);
    case QN_OP_MAINTAIN_INCREMENTAL_REPACK:
    case QN_OP_MAINTAIN_GEOMETRIC_REPACK:
        return packs_are_many(ctx, repo, task, limit, out);
    case QN_OP_MAINTAIN_COMMIT_GRAPH:
        return graph_lacks(ctx, repo, limit, out);
    case QN_OP_MAINTAIN_REFLOG_EXPIRE:
        return lines_are_old(ctx, repo, limit, out);
    case QN_OP_MAINTAIN_WORKTREE_PRUNE:
        status = qn_house_work_trees(ctx, repo, true, &count);
        *out = count >= (uint64_t)limit;
        return status;
    case QN_OP_MAINTAIN_RERERE_GC:
        return resolutions_are_there(ctx, repo, out);
    default:
        return QN_OK;
    }
}

enum qn_status qn_op_maintain_task_is_needed(struct qn_ctx *ctx,
                                             struct qn_repo *repo,
                                             enum qn_op_maintain_task task,
                                             bool *out)
{
    static const int64_t limits[QN_OP_MAINTAIN_COUNT] = {
        [QN_OP_MAINTAIN_LOOSE_OBJECTS] = 100,
        [QN_OP_MAINTAIN_INCREMENTAL_REPACK] = 10,
        [QN_OP_MAINTAIN_GEOMETRIC_REPACK] = 100,
        [QN_OP_MAINTAIN_COMMIT_GRAPH] = 100,
        [QN_OP_MAINTAIN_REFLOG_EXPIRE] = 100,
        [QN_OP_MAINTAIN_WORKTREE_PRUNE] = 1,
        [QN_OP_MAINTAIN_RERERE_GC] = 1};
    int64_t limit = 0;
    bool is_on = true, packs_all;
    enum qn_status status = QN_OK;

    *out = false;
    if (task == QN_OP_MAINTAIN_GC)
        return qn_op_gc_is_needed(ctx, repo, out, &packs_all);
    if (task == QN_OP_MAINTAIN_PACK_REFS)
        return refs_are_loose(ctx, repo, out);
    if (task == QN_OP_MAINTAIN_INCREMENTAL_REPACK)
        status = qn_config_bool(ctx, qn_repo_config(repo),
                                "core.multipackindex", true, &is_on);
    if (!status)
        status = limit_of(ctx, repo, task, limits[task], &limit);
    *out = limit < 0 && is_on;
    if (status || limit <= 0 || !is_on)
        return status;
    return look(ctx, repo, task, limit, out);
}
