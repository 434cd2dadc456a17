/* SPDX-License-Identifier: MIT */
#include "walk/commit_graph_build.h"

#include "base/memory.h"
#include "base/progress.h"
#include "os/parallel.h"
#include "walk/changed_paths.h"
#include "walk/commit_graph_private.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL_MAX    0x3fffffffu
#define ON_STACK     UINT32_MAX
#define FILTER_GROUP 64 /* commits whose filters are made by one worker */

void qn_graph_build_dispose(struct qn_graph_build *build)
{
    size_t i;

    for (i = 0; i < build->filter_buffers; i++)
        qn_buf_dispose(&build->filters[i]);
    qn_memory_free(build->filters);
    qn_memory_free(build->commits);
    qn_memory_free(build->ids);
    qn_memory_free(build->positions);
    memset(build, 0, sizeof(*build));
}

/* ---- which commits */

static bool is_below(const struct qn_graph_build *build, uint32_t row)
{
    return build->table->rows[row].graph < build->base_count;
}

struct sortable {
    uint8_t id[QN_ID_MAX_SIZE];
    uint32_t row;
};

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, QN_ID_MAX_SIZE);
}

static enum qn_status sort_rows(struct qn_ctx *ctx,
                                struct qn_graph_build *build, size_t count)
{
    struct qn_commit_table *table = build->table;
    size_t id_size = qn_id_size(table->algorithm);
    struct sortable *all = qn_memory_array(ctx, count + 1, sizeof(*all));
    struct qn_id id;
    size_t i, at = 0;

    build->commits = qn_memory_calloc(ctx, count + 1, sizeof(*build->commits));
    build->ids = qn_memory_array(ctx, count + 1, id_size);
    build->positions =
        qn_memory_array(ctx, table->count + 1, sizeof(*build->positions));
    if (!all || !build->commits || !build->ids || !build->positions) {
        qn_memory_free(all);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < table->count; i++) {
        build->positions[i] = table->rows[i].graph;
        if (is_below(build, (uint32_t)i))
            continue;
        qn_commit_table_id(table, (uint32_t)i, &id);
        memcpy(all[at].id, id.bytes, sizeof(id.bytes));
        all[at++].row = (uint32_t)i;
    }
    qsort(all, at, sizeof(*all), compare_ids);
    for (i = 0; i < at; i++) {
        build->commits[i].row = all[i].row;
        build->positions[all[i].row] = build->base_count + (uint32_t)i;
        memcpy(build->ids + i * id_size, all[i].id, id_size);
    }
    build->count = at;
    qn_memory_free(all);
    return QN_OK;
}

enum qn_status qn_graph_build_collect(struct qn_ctx *ctx,
                                      struct qn_graph_build *build,
                                      struct qn_commit_table *table,
                                      uint32_t base_layers, uint32_t *tip_count)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    size_t count = 0;
    size_t i;

    memset(build, 0, sizeof(*build));
    build->table = table;
    build->base_layers = base_layers;
    if (base_layers > 0) {
        const struct qn_graph_layer *top =
            &table->graph->layers[base_layers - 1];

        build->base_count = top->first + top->count;
    }
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Expanding reachable commits in commit graph", 0);
    for (i = 0; i < table->count && !status; i++) {
        if (is_below(build, (uint32_t)i))
            continue;
        count++;
        status = qn_commit_table_load(ctx, table, (uint32_t)i);
        qn_progress_add(ctx, &progress, 1);
    }
    qn_progress_end(ctx, &progress);
    if (!status && count > QN_GRAPH_PARENT_NONE - build->base_count)
        status =
            qn_ctx_fail(ctx, QN_TOO_BIG, "too many commits to write graph");
    if (!status)
        status = sort_rows(ctx, build, count);
    *tip_count = (uint32_t)count;
    return status;
}

/* ---- numbers */

/* What a parent says of itself; `*is_done` false: it comes first. */
static enum qn_status parent_numbers(struct qn_ctx *ctx,
                                     const struct qn_graph_build *build,
                                     uint32_t row, uint32_t *level,
                                     uint64_t *date)
{
    uint32_t position = build->positions[row];

    if (position < build->base_count)
        return qn_commit_graph_numbers(ctx, build->table->graph, position,
                                       level, date);
    *level = build->commits[position - build->base_count].level;
    *date = build->commits[position - build->base_count].date;
    return QN_OK;
}

/* `*next`: a parent that comes first, or UINT32_MAX when the commit is done. */
static enum qn_status number_commit(struct qn_ctx *ctx,
                                    struct qn_graph_build *build,
                                    uint32_t index, uint32_t *next)
{
    struct qn_graph_commit *commit = &build->commits[index];
    const struct qn_commit_table *table = build->table;
    const struct qn_commit_row *row = &table->rows[commit->row];
    uint64_t highest_date = 0;
    uint32_t highest = 0;
    enum qn_status status;
    uint32_t i;

    for (i = 0; i < row->parent_count; i++) {
        uint32_t parent = table->edges[row->edge + i];
        uint32_t level;
        uint64_t date;

        status = parent_numbers(ctx, build, parent, &level, &date);
        if (status)
            return status;
        if (level == ON_STACK)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "commits are parents of each other");
        if (level == 0 && build->positions[parent] >= build->base_count) {
            *next = build->positions[parent] - build->base_count;
            return QN_OK;
        }
        highest = level > highest ? level : highest;
        highest_date = date > highest_date ? date : highest_date;
    }
    commit->level = highest < LEVEL_MAX ? highest + 1 : LEVEL_MAX;
    commit->date = row->time > 0 && (uint64_t)row->time > highest_date
                       ? (uint64_t)row->time
                       : highest_date + 1;
    *next = UINT32_MAX;
    return QN_OK;
}

static enum qn_status number_commits(struct qn_ctx *ctx,
                                     struct qn_graph_build *build)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    uint32_t *stack = NULL;
    size_t depth = 0, capacity = 0;
    size_t i;

    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Computing commit graph topological levels",
                      build->count);
    for (i = 0; i < build->count && !status; i++) {
        uint32_t next = (uint32_t)i;

        if (build->commits[i].level)
            continue;
        for (;;) {
            if (next != UINT32_MAX) {
                status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                        sizeof(*stack));
                if (status)
                    break;
                build->commits[next].level = ON_STACK;
                stack[depth++] = next;
            } else {
                qn_progress_add(ctx, &progress, 1);
                if (--depth == 0)
                    break;
            }
            status = number_commit(ctx, build, stack[depth - 1], &next);
            if (status)
                break;
        }
    }
    qn_progress_end(ctx, &progress);
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Computing commit graph generation numbers",
                      build->count);
    qn_progress_add(ctx, &progress, build->count);
    qn_progress_end(ctx, &progress);
    qn_memory_free(stack);
    return status;
}

/* ---- filters */

struct filter_run {
    struct qn_graph_build *build;
    const struct qn_graph_build_options *options;
    uint32_t *order; /* commits without a filter, in the order of history */
    size_t count;
    struct qn_progress progress;
};

struct filter_worker {
    struct qn_odb *odb;
    struct qn_changed_paths *paths;
};

static enum qn_status start_worker(struct qn_ctx *ctx, void *shared,
                                   void *state)
{
    struct filter_run *run = shared;
    struct filter_worker *worker = state;
    enum qn_status status =
        qn_odb_fork(ctx, run->build->table->odb, &worker->odb);

    return status ? status
                  : qn_changed_paths_new(ctx, worker->odb,
                                         run->options->filter_version,
                                         &worker->paths);
}

static void end_worker(void *shared, void *state)
{
    struct filter_worker *worker = state;

    (void)shared;
    qn_changed_paths_free(worker->paths);
    qn_odb_free(worker->odb);
}

static enum qn_status make_filter(struct qn_ctx *ctx, struct filter_run *run,
                                  struct filter_worker *worker,
                                  struct qn_graph_commit *commit,
                                  uint32_t buffer)
{
    const struct qn_commit_table *table = run->build->table;
    const struct qn_commit_row *row = &table->rows[commit->row];
    struct qn_buf *out = &run->build->filters[buffer];
    struct qn_id old_tree, new_tree;
    enum qn_status status;

    qn_commit_table_tree(table, commit->row, &new_tree);
    if (row->parent_count > 0)
        qn_commit_table_tree(table, table->edges[row->edge], &old_tree);
    commit->filter = buffer;
    commit->filter_at = out->size;
    status = qn_changed_paths_append(ctx, worker->paths,
                                     row->parent_count > 0 ? &old_tree : NULL,
                                     &new_tree, out);
    commit->filter_size = (uint32_t)(out->size - commit->filter_at);
    return status;
}

static enum qn_status make_filters(struct qn_ctx *ctx, void *shared,
                                   void *state, size_t item)
{
    struct filter_run *run = shared;
    size_t first = item * FILTER_GROUP;
    size_t end = first + FILTER_GROUP;
    enum qn_status status = QN_OK;
    size_t i;

    if (end > run->count)
        end = run->count;
    for (i = first; i < end && !status; i++)
        status =
            make_filter(ctx, run, state, &run->build->commits[run->order[i]],
                        (uint32_t)item + 1);
    qn_progress_add(ctx, &run->progress, end - first);
    return status;
}

/* Filters that the old graph has are taken over into the buffer 0. */
static enum qn_status take_filter(struct qn_ctx *ctx, struct filter_run *run,
                                  struct qn_graph_commit *commit)
{
    const struct qn_commit_table *table = run->build->table;
    struct qn_buf *out = &run->build->filters[0];
    uint32_t position = table->rows[commit->row].graph;
    struct qn_bytes filter = QN_BYTES_NONE;

    if (table->graph && position != QN_COMMIT_GRAPH_NONE)
        filter = qn_commit_graph_filter(ctx, table->graph, position,
                                        run->options->filter_version);
    commit->filter_at = out->size;
    commit->filter_size = (uint32_t)filter.size;
    return qn_buf_append_bytes(ctx, out, filter);
}

/* The oldest first, as git makes them. */
static int compare_ages(const void *a, const void *b)
{
    const struct qn_graph_commit *const *first = a;
    const struct qn_graph_commit *const *second = b;

    if ((*first)->date != (*second)->date)
        return (*first)->date < (*second)->date ? -1 : 1;
    return *first < *second ? -1 : *first > *second;
}

static enum qn_status sort_by_age(struct qn_ctx *ctx, struct filter_run *run)
{
    struct qn_graph_commit *commits = run->build->commits;
    const struct qn_graph_commit **sorted =
        qn_memory_array(ctx, run->count + 1, sizeof(*sorted));
    size_t i;

    if (!sorted)
        return QN_NO_MEMORY;
    for (i = 0; i < run->count; i++)
        sorted[i] = &commits[run->order[i]];
    qsort(sorted, run->count, sizeof(*sorted), compare_ages);
    for (i = 0; i < run->count; i++)
        run->order[i] = (uint32_t)(sorted[i] - commits);
    qn_memory_free(sorted);
    return QN_OK;
}

/* The commits without filters, and the order in which they get them. */
static enum qn_status order_filters(struct qn_ctx *ctx, struct filter_run *run)
{
    struct qn_graph_build *build = run->build;
    enum qn_status status = QN_OK;
    size_t i;

    run->order = qn_memory_array(ctx, build->count + 1, sizeof(*run->order));
    if (!run->order)
        return QN_NO_MEMORY;
    for (i = 0; i < build->table->count && !status; i++) {
        uint32_t position = build->positions[i];
        struct qn_graph_commit *commit;

        if (position < build->base_count)
            continue;
        commit = &build->commits[position - build->base_count];
        status = take_filter(ctx, run, commit);
        if (!status && commit->filter_size == 0)
            run->order[run->count++] = position - build->base_count;
    }
    if (!status && !run->options->takes_rows_in_order)
        status = sort_by_age(ctx, run);
    if (run->options->max_new_filters >= 0 &&
        run->count > (uint64_t)run->options->max_new_filters)
        run->count = (size_t)run->options->max_new_filters;
    return status;
}

static enum qn_status
compute_filters(struct qn_ctx *ctx, struct qn_graph_build *build,
                const struct qn_graph_build_options *options)
{
    struct filter_run run = {
        .build = build, .options = options, .progress = QN_PROGRESS_INIT};
    struct qn_parallel_options parallel = {.shared = &run,
                                           .grain = 1,
                                           .state_size =
                                               sizeof(struct filter_worker),
                                           .state_init = start_worker,
                                           .state_dispose = end_worker};
    size_t groups = build->count / FILTER_GROUP + 1;
    enum qn_status status = QN_OK;

    build->filter_version = options->filter_version;
    build->filters = qn_memory_calloc(ctx, groups + 1, sizeof(*build->filters));
    if (!build->filters)
        return QN_NO_MEMORY;
    build->filter_buffers = groups + 1;
    qn_progress_begin(ctx, &run.progress, QN_PROGRESS_BEGIN_LATER,
                      "Computing commit changed paths Bloom filters",
                      build->count);
    status = order_filters(ctx, &run);
    qn_progress_add(ctx, &run.progress, build->count - run.count);
    if (!status && run.count > 0)
        status = qn_parallel_for(ctx, &parallel,
                                 (run.count + FILTER_GROUP - 1) / FILTER_GROUP,
                                 make_filters);
    qn_progress_end(ctx, &run.progress);
    qn_memory_free(run.order);
    return status;
}

enum qn_status
qn_graph_build_compute(struct qn_ctx *ctx, struct qn_graph_build *build,
                       const struct qn_graph_build_options *options)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    build->has_dates = options->wants_dates;
    for (i = 0; i < build->base_layers; i++)
        if (!build->table->graph->layers[i].chunks[QN_GRAPH_GENERATION].data)
            build->has_dates = false;
    for (i = 0; i < build->count; i++) {
        const struct qn_commit_row *row =
            &build->table->rows[build->commits[i].row];

        build->commits[i].parent =
            row->parent_count > 0
                ? build->positions[build->table->edges[row->edge]]
                : QN_GRAPH_PARENT_NONE;
    }
    status = number_commits(ctx, build);
    build->has_filters = options->wants_filters;
    if (!status && build->has_filters)
        status = compute_filters(ctx, build, options);
    return status;
}
