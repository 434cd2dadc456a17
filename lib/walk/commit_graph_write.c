/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph_write.h"

#include "base/env.h"
#include "base/memory.h"
#include "base/progress.h"
#include "config/config.h"
#include "hash/hash.h"

#include "os/directory.h"
#include "os/lock_file.h"
#include "os/temporary.h"
#include "walk/commit_graph_build.h"
#include "walk/commit_graph_private.h"

#include <string.h>

#define FILE_MODE   0444u
#define NANOSECONDS 1000000000

struct writing {
    const struct qn_revision_scope *scope;
    const struct qn_commit_graph_write *write;
    const char *directory; /* of the objects */
    struct qn_commit_table *table;
    struct qn_graph_build build;
    struct qn_graph_build_options options;
    uint32_t kept;  /* layers that stay below */
    bool is_single; /* the graph that is there is one file */
    struct qn_lock_file lock;
    struct qn_buf path;
    struct qn_buf bytes;
    struct qn_id name;
};

/* ---- what is wanted */

static enum qn_status read_settings(struct qn_ctx *ctx, struct writing *w,
                                    bool *wanted)
{
    const struct qn_config *config = qn_repo_config(w->scope->repo);
    int64_t generation, version, limit;
    bool filters;
    enum qn_status status =
        qn_config_bool(ctx, config, "core.commitgraph", true, wanted);

    if (status || !*wanted)
        return status;
    status = qn_config_int64(ctx, config, "commitgraph.generationversion", 2,
                             &generation);
    if (!status)
        status = qn_config_int64(ctx, config, "commitgraph.changedpathsversion",
                                 -1, &version);
    if (!status)
        status = qn_config_int64(ctx, config, "commitgraph.maxnewfilters", -1,
                                 &limit);
    if (!status)
        status = qn_config_bool(ctx, config, "commitgraph.changedpaths", false,
                                &filters);
    if (status)
        return status;
    if (version < -1 || version > 2) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "attempting to write a commit-graph, but "
                      "'commitGraph.changedPathsVersion' (%d) is not supported",
                      (int)version);
        *wanted = false;
        return QN_OK;
    }
    w->options.wants_dates = generation == 2;
    w->options.filter_version = version > 0 ? (uint32_t)version : 0;
    w->options.max_new_filters =
        w->write->has_max_new_filters ? w->write->max_new_filters : limit;
    w->options.takes_rows_in_order = w->write->are_packed;
    w->options.wants_filters =
        w->write->filters > 0 || (w->write->filters < 0 && filters);
    return QN_OK;
}

/* The graph of another object directory than the store's own. */
static enum qn_status open_other_graph(struct qn_ctx *ctx, struct writing *w)
{
    struct qn_commit_graph_options options = {.objects_directory = w->directory,
                                              .algorithm = w->table->algorithm,
                                              .filter_version = -1};
    enum qn_status status;

    qn_commit_graph_free(w->table->graph);
    qn_memory_free(w->table->graph_rows);
    w->table->graph = NULL;
    w->table->graph_rows = NULL;
    status = qn_commit_graph_open(ctx, &options, &w->table->graph);
    if (status || !w->table->graph)
        return status;
    w->table->graph_rows = qn_memory_calloc(
        ctx, qn_commit_graph_count(w->table->graph), sizeof(uint32_t));
    return w->table->graph_rows ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status open_table(struct qn_ctx *ctx, struct writing *w,
                                 bool *wanted)
{
    const char *own = qn_odb_store_directory(qn_odb_get_store(w->scope->odb));
    const struct qn_graph_layer *top;
    enum qn_status status = qn_commit_table_new(ctx, w->scope, &w->table);

    if (status)
        return status;
    *wanted = !w->table->grafts.is_shallow && w->table->grafts.ids.count == 0 &&
              !qn_odb_replaces(w->scope->odb);
    if (!*wanted)
        return QN_OK;
    if (strcmp(own, w->directory) != 0 ||
        (w->table->graph && w->table->graph->is_borrowed))
        status = open_other_graph(ctx, w);
    if (status || !w->table->graph)
        return status;
    w->is_single = w->table->graph->is_single;
    top = &w->table->graph->layers[w->table->graph->layer_count - 1];
    if (w->write->filters < 0 && top->chunks[QN_GRAPH_FILTER_DATA].data)
        w->options.wants_filters = true;
    if (!w->options.filter_version && top->filters.index)
        w->options.filter_version = top->filters.version;
    return QN_OK;
}

/* ---- which commits */

static enum qn_status put_graph_commits(struct qn_ctx *ctx, struct writing *w,
                                        uint32_t first_layer)
{
    const struct qn_commit_graph *graph = w->table->graph;
    struct qn_progress progress = QN_PROGRESS_INIT;
    uint32_t at = graph->layers[first_layer].first;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t row;
    bool exists;

    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Scanning merged commits", graph->count - at);
    for (; at < graph->count && !status; at++) {
        qn_commit_graph_id(graph, at, &id);
        status = qn_odb_exists(ctx, w->table->odb, &id, &exists);
        if (!status && exists) /* some may have been pruned since */
            status = qn_commit_table_put(ctx, w->table, &id, &row);
        qn_progress_add(ctx, &progress, 1);
    }
    qn_progress_end(ctx, &progress);
    return status;
}

/* How many layers stay below the new one, of so many commits that are new. */
static uint32_t layers_to_keep(const struct writing *w, uint64_t new_count)
{
    const struct qn_commit_graph *graph = w->table->graph;
    uint64_t multiple =
        w->write->size_multiple > 0 ? (uint64_t)w->write->size_multiple : 2;
    uint32_t kept = graph ? graph->layer_count : 0;
    uint64_t count = new_count;

    if (w->write->split == QN_COMMIT_GRAPH_SPLIT_REPLACE)
        return 0;
    if (w->write->split == QN_COMMIT_GRAPH_SPLIT_NO_MERGE)
        return kept < QN_GRAPH_LAYERS_MAX - 1 ? kept : 0;
    while (kept > 0) {
        const struct qn_graph_layer *below = &graph->layers[kept - 1];

        if (below->count > multiple * count &&
            !(w->write->max_commits > 0 &&
              count > (uint64_t)w->write->max_commits) &&
            kept < QN_GRAPH_LAYERS_MAX - 1)
            break;
        if (w->write->merge_limit > 0 &&
            count + below->count > w->write->merge_limit &&
            kept < QN_GRAPH_LAYERS_MAX - 1)
            break;
        count += below->count;
        kept--;
    }
    return kept;
}

/* Rows are taken over from a graph only as long as it is what was written once:
 * else what is wrong would get a checksum that is right.  Of layers that stay
 * as they are nothing is taken over. */
static enum qn_status drop_unproven(struct qn_ctx *ctx, struct writing *w,
                                    uint32_t first, bool *is_dropped)
{
    const struct qn_commit_graph *graph = w->table->graph;
    struct qn_id sum;
    uint32_t i;

    *is_dropped = false;
    for (i = first; graph && i < graph->layer_count && !*is_dropped; i++) {
        const struct qn_file_map *map = &graph->layers[i].map;
        struct qn_bytes bytes =
            qn_bytes_make(map->data, map->size - graph->id_size);

        qn_hash_checksum(graph->algorithm, bytes, &sum);
        *is_dropped =
            memcmp(sum.bytes, bytes.data + bytes.size, graph->id_size) != 0;
    }
    if (!*is_dropped)
        return QN_OK;
    qn_commit_table_tell_damage(ctx, w->table);
    return qn_commit_table_drop_graph(ctx, w->table, 0);
}

static enum qn_status collect(struct qn_ctx *ctx, struct writing *w,
                              bool *is_empty)
{
    bool is_split = w->write->split != QN_COMMIT_GRAPH_SINGLE;
    bool replaces = w->write->split == QN_COMMIT_GRAPH_SPLIT_REPLACE;
    const struct qn_commit_graph *graph = w->table->graph;
    uint32_t all = is_split && !replaces && graph ? graph->layer_count : 0;
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    bool is_dropped = false;
    uint32_t row, count = 0;
    size_t i;

    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Loading known commits in commit graph",
                      w->write->tip_count);
    for (i = 0; i < w->write->tip_count && !status; i++) {
        status = qn_commit_table_put(ctx, w->table, &w->write->tips[i], &row);
        qn_progress_add(ctx, &progress, 1);
    }
    qn_progress_end(ctx, &progress);
    if (!status && w->write->appends && graph && all == 0)
        status = put_graph_commits(ctx, w, 0);
    if (!status)
        status = qn_graph_build_collect(ctx, &w->build, w->table, all, &count);
    *is_empty = count == 0;
    if (status || *is_empty || !is_split)
        return status;
    w->kept = layers_to_keep(w, count);
    if (w->kept == all)
        return QN_OK;
    qn_graph_build_dispose(&w->build);
    status = drop_unproven(ctx, w, w->kept, &is_dropped);
    if (is_dropped)
        w->kept = 0;
    if (!status && !is_dropped)
        status = put_graph_commits(ctx, w, w->kept);
    return status ? status
                  : qn_graph_build_collect(ctx, &w->build, w->table, w->kept,
                                           &count);
}

/* ---- files */

static uint32_t file_mode(const struct writing *w)
{
    return (FILE_MODE | qn_repo_shared_mode(w->scope->repo)) & ~0222u;
}

static enum qn_status set_path(struct qn_ctx *ctx, struct writing *w,
                               const char *name)
{
    qn_buf_clear(&w->path);
    return qn_buf_printf(ctx, &w->path, "%s/info/%s", w->directory, name);
}

static enum qn_status set_layer_path(struct qn_ctx *ctx, struct writing *w,
                                     const struct qn_id *name)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_buf_clear(&w->path);
    return qn_buf_printf(ctx, &w->path, "%s/info/commit-graphs/graph-%s.graph",
                         w->directory, qn_id_to_hex(name, hex));
}

static enum qn_status take_lock(struct qn_ctx *ctx, struct writing *w)
{
    bool is_split = w->write->split != QN_COMMIT_GRAPH_SINGLE;
    enum qn_status status = set_path(
        ctx, w, is_split ? "commit-graphs/commit-graph-chain" : "commit-graph");

    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&w->path), 0777);
    return status ? status
                  : qn_lock_file_take(ctx, &w->lock, qn_buf_string(&w->path),
                                      file_mode(w), 0);
}

/* Its bytes are on the disk before it gets its name, but nobody waits for the
 * name: without it there is an older graph, or none, which is as good. */
static enum qn_status commit_lock(struct qn_ctx *ctx, struct writing *w)
{
    enum qn_status status;

    if (qn_repo_shared_mode(w->scope->repo)) {
        status =
            qn_file_chmod(ctx, qn_buf_string(&w->lock.lock_path), file_mode(w));
        if (status)
            return status;
    }
    status = qn_lock_file_close(ctx, &w->lock, qn_repo_sync(w->scope->repo),
                                QN_SYNC_COMMIT_GRAPH);
    return status
               ? status
               : qn_lock_file_commit(ctx, &w->lock, NULL, QN_SYNC_COMMIT_GRAPH);
}

/* A layer, beside and then under its name. */
static enum qn_status write_layer(struct qn_ctx *ctx, struct writing *w,
                                  const struct qn_id *name,
                                  struct qn_bytes bytes)
{
    struct qn_buf temporary = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = set_path(ctx, w, "commit-graphs/tmp_graph_");
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&w->path),
                                          file_mode(w), &fd, &temporary);
    if (status)
        goto out;
    status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status =
            qn_sync_file(ctx, qn_repo_sync(w->scope->repo),
                         QN_SYNC_COMMIT_GRAPH, fd, qn_buf_string(&temporary));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    if (!status && qn_repo_shared_mode(w->scope->repo))
        status = qn_file_chmod(ctx, qn_buf_string(&temporary), file_mode(w));
    if (!status)
        status = set_layer_path(ctx, w, name);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary),
                                qn_buf_string(&w->path));
    if (status)
        qn_temporary_remove(qn_buf_string(&temporary));
    else
        qn_temporary_forget(qn_buf_string(&temporary));
out:
    qn_buf_dispose(&temporary);
    return status;
}

static void layer_name(const struct writing *w, uint32_t layer,
                       struct qn_id *out)
{
    const struct qn_file_map *map = &w->table->graph->layers[layer].map;

    qn_id_from_row(out, w->table->algorithm,
                   map->data + map->size - qn_id_size(w->table->algorithm));
}

/* A single file that stays below becomes a layer, too. */
static enum qn_status copy_single(struct qn_ctx *ctx, struct writing *w)
{
    const struct qn_file_map *map = &w->table->graph->layers[0].map;
    struct qn_id name;

    layer_name(w, 0, &name);
    return write_layer(ctx, w, &name, qn_bytes_make(map->data, map->size));
}

static enum qn_status append_name(struct qn_ctx *ctx, struct qn_buf *chain,
                                  const struct qn_id *name)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(ctx, chain, "%s\n", qn_id_to_hex(name, hex));
}

static enum qn_status write_chain(struct qn_ctx *ctx, struct writing *w,
                                  struct qn_buf *chain)
{
    enum qn_status status = QN_OK;
    struct qn_id name;
    uint32_t i;

    for (i = 0; i < w->kept && !status; i++) {
        layer_name(w, i, &name);
        status = append_name(ctx, chain, &name);
    }
    if (!status)
        status = append_name(ctx, chain, &w->name);
    if (!status)
        status = write_layer(ctx, w, &w->name, qn_buf_bytes(&w->bytes));
    if (!status && w->is_single && w->kept > 0)
        status = copy_single(ctx, w);
    if (!status)
        status = qn_lock_file_write(ctx, &w->lock, qn_buf_bytes(chain));
    if (!status)
        status = commit_lock(ctx, w);
    if (!status)
        status = set_path(ctx, w, "commit-graph");
    return status ? status
                  : qn_file_unlink_if_exists(ctx, qn_buf_string(&w->path));
}

/* ---- what is of no use any more */

static int64_t now_ns(struct qn_ctx *ctx)
{
    return qn_env_clock(qn_ctx_env(ctx), true);
}

/* Layers in use are young. */
static void touch_kept(struct qn_ctx *ctx, struct writing *w)
{
    struct qn_id name;
    uint32_t i;

    for (i = 0; i < w->kept; i++) {
        layer_name(w, i, &name);
        if (set_layer_path(ctx, w, &name) ||
            qn_file_touch(ctx, qn_buf_string(&w->path), now_ns(ctx)))
            qn_ctx_clear(ctx);
    }
}

/* "graph-<name>.graph" that the chain does not name and that is old enough. */
static bool is_expired(struct qn_ctx *ctx, struct writing *w, const char *name,
                       struct qn_bytes chain)
{
    struct qn_bytes text = qn_bytes_from_string(name);
    int64_t limit = w->write->has_expire_time && w->write->expire_time
                        ? w->write->expire_time
                        : now_ns(ctx) / NANOSECONDS;
    struct qn_file_stat stat;

    if (!qn_bytes_has_suffix(text, ".graph"))
        return false;
    if (qn_bytes_has_prefix(text, "graph-") && text.size > 12 &&
        qn_bytes_find_bytes(
            chain, qn_bytes_make(text.data + 6, text.size - 12)) < chain.size)
        return false;
    qn_buf_clear(&w->path);
    if (qn_buf_printf(ctx, &w->path, "%s/info/commit-graphs/%s", w->directory,
                      name) ||
        qn_file_lstat(ctx, qn_buf_string(&w->path), &stat))
        return false;
    return stat.kind == QN_FILE_REGULAR && stat.mtime_ns / NANOSECONDS <= limit;
}

/* No failure: what cannot be removed does no harm. */
static void expire_layers(struct qn_ctx *ctx, struct writing *w,
                          struct qn_bytes chain)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;

    if (!set_path(ctx, w, "commit-graphs") &&
        !qn_directory_open(ctx, qn_buf_string(&w->path), &directory))
        while (qn_directory_next(directory, &name, &kind))
            if (is_expired(ctx, w, name, chain) &&
                qn_file_unlink_if_exists(ctx, qn_buf_string(&w->path)))
                qn_ctx_clear(ctx);
    qn_ctx_clear(ctx);
    qn_directory_close(directory);
}

static enum qn_status place(struct qn_ctx *ctx, struct writing *w)
{
    struct qn_buf chain = QN_BUF_INIT;
    enum qn_status status;

    if (w->write->split != QN_COMMIT_GRAPH_SINGLE) {
        status = write_chain(ctx, w, &chain);
        if (!status)
            touch_kept(ctx, w);
    } else {
        status = qn_lock_file_write(ctx, &w->lock, qn_buf_bytes(&w->bytes));
        if (!status)
            status = commit_lock(ctx, w);
        if (!status)
            status = set_path(ctx, w, "commit-graphs/commit-graph-chain");
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&w->path));
    }
    if (!status)
        expire_layers(ctx, w, qn_buf_bytes(&chain));
    qn_buf_dispose(&chain);
    return status;
}

/* Shallow, grafts, replacements: no graph, and no directory for one. */
static enum qn_status is_history_plain(struct qn_ctx *ctx,
                                       const struct writing *w, bool *wanted)
{
    struct qn_odb *odb = w->scope->odb;
    struct qn_grafts grafts;
    enum qn_status status;

    qn_grafts_init(&grafts, qn_odb_algorithm(odb));
    status = qn_grafts_load(ctx, &grafts, w->scope->repo, odb);
    *wanted = !status && !grafts.is_shallow && grafts.ids.count == 0 &&
              !qn_odb_replaces(odb);
    qn_grafts_dispose(&grafts);
    return status;
}

enum qn_status qn_commit_graph_write_run(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_commit_graph_write *write, bool *written)
{
    struct writing w = {.scope = scope,
                        .write = write,
                        .lock = QN_LOCK_FILE_INIT,
                        .path = QN_BUF_INIT,
                        .bytes = QN_BUF_INIT};
    bool wanted = true, is_empty = false, is_dropped;
    enum qn_status status = read_settings(ctx, &w, &wanted);

    *written = false;
    w.directory = write->objects_directory
                      ? write->objects_directory
                      : qn_odb_store_directory(qn_odb_get_store(scope->odb));
    if (!status && wanted)
        status = is_history_plain(ctx, &w, &wanted);
    /* What is there must not change until it is replaced. */
    if (!status && wanted)
        status = take_lock(ctx, &w);
    if (!status && wanted)
        status = open_table(ctx, &w, &wanted);
    if (!status && wanted && write->split != QN_COMMIT_GRAPH_SPLIT_NO_MERGE &&
        write->split != QN_COMMIT_GRAPH_SPLIT)
        status = drop_unproven(ctx, &w, 0, &is_dropped);
    if (status || !wanted)
        goto out;
    if (!w.options.filter_version)
        w.options.filter_version = 1;
    status = collect(ctx, &w, &is_empty);
    if (status || is_empty)
        goto out;
    status = qn_graph_build_compute(ctx, &w.build, &w.options);
    if (!status)
        status = qn_graph_build_encode(ctx, &w.build, &w.bytes, &w.name);
    if (!status)
        status = place(ctx, &w);
    *written = status == QN_OK;
out:
    qn_lock_file_rollback(&w.lock);
    qn_graph_build_dispose(&w.build);
    qn_commit_table_free(w.table);
    qn_buf_dispose(&w.path);
    qn_buf_dispose(&w.bytes);
    return status;
}
