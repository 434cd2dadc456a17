/* SPDX-License-Identifier: MIT */
#include "operation/op_last_modified.h"

#include "base/memory.h"
#include "operation/part/tip_paths.h"
#include "trace/trace.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"

/* Flags of rows. */
enum { EXCLUDED = 1, QUEUED = 2, WENT = 4 /* excluded, and its parents are */ };

struct walk {
    const struct qn_op_last_modified_options *options;
    struct qn_commit_table *table;
    struct qn_commit_queue queue;
    struct qn_tip_paths *paths;
    size_t words;      /* of a set of paths */
    uint64_t **wanted; /* by row: paths that were handed to it; NULL: none */
    size_t wanted_capacity;
    size_t wanted_count;
    uint64_t **spare; /* sets that are not used */
    size_t spare_count, spare_capacity;
    uint64_t *open; /* the set of paths that are not answered, */
    uint64_t left;  /* and how many they are */
    uint32_t tip;
    int64_t seen; /* commits of the range */
    bool has_filters;
};

static enum qn_status push(struct qn_ctx *ctx, struct walk *walk, uint32_t row)
{
    struct qn_commit_row *commit = &walk->table->rows[row];

    if (commit->flags & QUEUED)
        return QN_OK;
    commit->flags |= QUEUED;
    return qn_commit_queue_push(ctx, &walk->queue, commit->generation,
                                commit->time, row);
}

static enum qn_status put_row(struct qn_ctx *ctx, struct walk *walk,
                              const struct qn_id *id, uint32_t *row)
{
    enum qn_status status = qn_commit_table_put(ctx, walk->table, id, row);

    return status ? status : qn_commit_table_load(ctx, walk->table, *row);
}

/* The set of a row, made empty when there is none. */
static enum qn_status want_set(struct qn_ctx *ctx, struct walk *walk,
                               uint32_t row, uint64_t **out)
{
    enum qn_status status =
        qn_memory_grow(ctx, &walk->wanted, &walk->wanted_capacity,
                       (size_t)row + 1, sizeof(*walk->wanted));

    if (status)
        return status;
    while (walk->wanted_count <= row)
        walk->wanted[walk->wanted_count++] = NULL;
    if (!walk->wanted[row]) {
        walk->wanted[row] =
            walk->spare_count > 0
                ? walk->spare[--walk->spare_count]
                : qn_memory_array(ctx, walk->words, sizeof(uint64_t));
        if (!walk->wanted[row])
            return QN_NO_MEMORY;
        memset(walk->wanted[row], 0, walk->words * sizeof(uint64_t));
    }
    *out = walk->wanted[row];
    return QN_OK;
}

/* The set of a row, taken away from it; NULL: none. */
static enum qn_status take_set(struct qn_ctx *ctx, struct walk *walk,
                               uint32_t row, uint64_t **out)
{
    *out = NULL;
    if (row >= walk->wanted_count || !walk->wanted[row])
        return QN_OK;
    if (qn_memory_grow(ctx, &walk->spare, &walk->spare_capacity,
                       walk->spare_count + 1, sizeof(*walk->spare)))
        return QN_NO_MEMORY;
    *out = walk->wanted[row];
    walk->wanted[row] = NULL;
    return QN_OK;
}

static enum qn_status tell(struct qn_ctx *ctx, struct walk *walk, uint32_t row,
                           const uint64_t *set, bool is_boundary)
{
    struct qn_op_last_modified found = {.is_boundary = is_boundary};
    struct qn_id id;
    enum qn_status status = QN_OK;
    size_t w;

    if (row != UINT32_MAX) {
        qn_commit_table_id(walk->table, row, &id);
        found.commit = &id;
        found.time = walk->table->rows[row].time;
    }
    for (w = 0; w < walk->words; w++) {
        uint64_t bits = set[w] & walk->open[w];
        size_t i;

        walk->open[w] &= ~bits;
        for (i = w * 64; bits && !status; bits >>= 1, i++) {
            if (!(bits & 1))
                continue;
            found.path = qn_tip_paths_at(walk->paths, i)->path;
            walk->left--;
            status = walk->options->each(ctx, walk->options->data, &found);
        }
    }
    return status;
}

/* Move those paths of `set` that parent number `n` has just the same to it. */
static enum qn_status hand_over(struct qn_ctx *ctx, struct walk *walk,
                                uint32_t row, uint32_t n, uint64_t *set,
                                bool *has_rest)
{
    uint32_t graph = walk->table->rows[row].graph;
    uint32_t parent = walk->table->edges[walk->table->rows[row].edge + n];
    bool filters = n == 0 && walk->has_filters && graph != QN_COMMIT_GRAPH_NONE;
    struct qn_id tree, parent_tree;
    uint64_t *to = NULL;
    enum qn_status status = qn_commit_table_load(ctx, walk->table, parent);
    bool is_equal, is_same, moved = false;
    size_t w, i;

    if (!status)
        status = want_set(ctx, walk, parent, &to);
    if (status)
        return status;
    qn_commit_table_tree(walk->table, row, &tree);
    status = qn_commit_table_sound_tree(ctx, walk->table, parent, &parent_tree);
    if (status)
        return status;
    is_equal = qn_id_is_equal(&tree, &parent_tree);
    qn_tip_paths_look(walk->paths, &parent_tree);
    if (filters && !is_equal)
        qn_tip_paths_filter(walk->paths, walk->table->graph, graph);
    *has_rest = false;
    for (w = 0; w < walk->words && !status; w++) {
        uint64_t bits = set[w];

        for (i = w * 64; bits && !status; bits >>= 1, i++) {
            if (!(bits & 1))
                continue;
            is_same =
                is_equal ||
                (filters && !qn_tip_paths_may_differ(ctx, walk->paths, i));
            if (!is_same)
                status = qn_tip_paths_is_same(ctx, walk->paths, i, &is_same);
            if (is_same && !status) {
                to[w] |= (uint64_t)1 << (i % 64);
                set[w] &= ~((uint64_t)1 << (i % 64));
                moved = true;
            }
        }
        *has_rest |= set[w] != 0;
    }
    if (!status && moved)
        status = push(ctx, walk, parent);
    return status;
}

static enum qn_status exclude_parents(struct qn_ctx *ctx, struct walk *walk,
                                      uint32_t row)
{
    enum qn_status status = QN_OK;
    uint32_t n;

    if (walk->table->rows[row].flags & WENT)
        return QN_OK;
    walk->table->rows[row].flags |= WENT;
    for (n = 0; n < walk->table->rows[row].parent_count && !status; n++) {
        uint32_t parent = walk->table->edges[walk->table->rows[row].edge + n];

        status = qn_commit_table_load(ctx, walk->table, parent);
        if (!status && !(walk->table->rows[parent].flags & EXCLUDED)) {
            walk->table->rows[parent].flags |= EXCLUDED;
            status = push(ctx, walk, parent);
        }
    }
    return status;
}

/* A commit out of range answers for all paths that it has as the tip has them,
 * whomever they were handed to. */
static enum qn_status end_at(struct qn_ctx *ctx, struct walk *walk,
                             uint32_t row, uint64_t *set)
{
    struct qn_id tree;
    enum qn_status status = QN_OK;
    bool is_same;
    size_t w, i;

    qn_commit_table_tree(walk->table, row, &tree);
    qn_tip_paths_look(walk->paths, &tree);
    for (w = 0; w < walk->words && !status; w++) {
        uint64_t bits = walk->open[w] & ~set[w];

        for (i = w * 64; bits && !status; bits >>= 1, i++) {
            if (!(bits & 1))
                continue;
            status = qn_tip_paths_is_same(ctx, walk->paths, i, &is_same);
            if (!status && is_same)
                set[w] |= (uint64_t)1 << (i % 64);
        }
    }
    return status ? status : tell(ctx, walk, row, set, true);
}

static bool is_empty(const struct walk *walk, uint64_t *set)
{
    uint64_t any = 0;
    size_t w;

    for (w = 0; w < walk->words; w++)
        any |= set[w] &= walk->open[w];
    return any == 0;
}

static enum qn_status look_at(struct qn_ctx *ctx, struct walk *walk,
                              uint32_t row)
{
    struct qn_commit_row *commit = &walk->table->rows[row];
    uint64_t *set = NULL;
    enum qn_status status = QN_OK;
    bool has_rest;
    uint32_t n;

    commit->flags &= ~(uint32_t)QUEUED;
    if (commit->flags & EXCLUDED)
        status = exclude_parents(ctx, walk, row);
    if (!status)
        status = take_set(ctx, walk, row, &set);
    if (status || !set)
        return status;
    if (is_empty(walk, set)) {
        /* others have answered for them */
    } else if ((row != walk->tip &&
                (walk->table->rows[row].flags & EXCLUDED)) ||
               (walk->options->max_count >= 0 &&
                walk->seen >= walk->options->max_count)) {
        status = end_at(ctx, walk, row, set);
    } else {
        walk->seen++;
        has_rest = true;
        for (n = 0;
             n < walk->table->rows[row].parent_count && !status && has_rest;
             n++)
            status = hand_over(ctx, walk, row, n, set, &has_rest);
        if (!status && has_rest)
            status = tell(ctx, walk, row, set, false);
    }
    walk->spare[walk->spare_count++] = set;
    return status;
}

/* What is not answered when the walk was long enough. */
static enum qn_status tell_rest(struct qn_ctx *ctx, struct walk *walk)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < walk->wanted_count && !status; i++)
        if (walk->wanted[i])
            status = tell(ctx, walk, UINT32_MAX, walk->wanted[i], false);
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct walk *walk,
                          const struct qn_id *id)
{
    const struct qn_op_last_modified_options *options = walk->options;
    uint64_t *set = NULL;
    uint32_t row;
    enum qn_status status = put_row(ctx, walk, id, &row);
    size_t i;

    if (!status)
        status = want_set(ctx, walk, row, &set);
    if (status)
        return status;
    for (i = 0; i < walk->left; i++)
        set[i / 64] |= (uint64_t)1 << (i % 64);
    walk->open = qn_memory_array(ctx, walk->words, sizeof(uint64_t));
    if (!walk->open)
        return QN_NO_MEMORY;
    memcpy(walk->open, set, walk->words * sizeof(uint64_t));
    walk->tip = row;
    status = push(ctx, walk, row);
    for (i = 0; i < options->excluded_count && !status; i++) {
        status = put_row(ctx, walk, &options->excluded[i], &row);
        if (!status) {
            walk->table->rows[row].flags |= EXCLUDED;
            status = push(ctx, walk, row);
        }
    }
    while (!status && walk->left > 0 &&
           qn_commit_queue_pop(&walk->queue, &row)) {
        status = qn_ctx_check(ctx);
        if (!status && options->max_trees > 0 &&
            qn_tip_paths_trees_read(walk->paths) >= options->max_trees)
            return tell_rest(ctx, walk);
        qn_trace_count(ctx, QN_COUNTER_WALK_COMMIT, 1);
        if (!status)
            status = look_at(ctx, walk, row);
    }
    return status;
}

enum qn_status
qn_op_last_modified_run(struct qn_ctx *ctx,
                        const struct qn_revision_scope *scope,
                        const struct qn_id *commit,
                        const struct qn_op_last_modified_options *options)
{
    const struct qn_tip_paths_options paths_options = {
        .pathspec = options->pathspec,
        .shows_trees = options->shows_trees,
        .max_depth = options->max_depth};
    struct walk walk = {.options = options};
    struct qn_id tree;
    uint32_t row;
    enum qn_status status;
    size_t i;

    status = qn_commit_table_new(ctx, scope, &walk.table);
    if (!status)
        status = put_row(ctx, &walk, commit, &row);
    if (status)
        goto out;
    status = qn_commit_table_sound_tree(ctx, walk.table, row, &tree);
    if (!status)
        status = qn_tip_paths_new(ctx, scope->odb, &tree, &paths_options,
                                  &walk.paths);
    if (status)
        goto out;
    walk.left = qn_tip_paths_count(walk.paths);
    walk.words = (size_t)(walk.left + 63) / 64;
    walk.has_filters =
        walk.table->graph && qn_commit_graph_has_filters(walk.table->graph);
    if (walk.left > 0)
        status = run(ctx, &walk, commit);
out:
    for (i = 0; i < walk.wanted_count; i++)
        qn_memory_free(walk.wanted[i]);
    for (i = 0; i < walk.spare_count; i++)
        qn_memory_free(walk.spare[i]);
    qn_memory_free(walk.wanted);
    qn_memory_free(walk.spare);
    qn_memory_free(walk.open);
    qn_commit_queue_dispose(&walk.queue);
    qn_tip_paths_free(walk.paths);
    qn_commit_table_free(walk.table);
    return status;
}
