/* SPDX-License-Identifier: MIT */
/* Doing without a commit-graph that says what the objects do not: its rows go
 * on under the same numbers, as rows that are read from the objects. */
#include "walk/commit_table.h"

#include "base/memory.h"
#include "object/commit.h"
#include "walk/commit_table_private.h"

#include <string.h>

enum qn_status qn_commit_table_leave_graph(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           uint32_t row)
{
    struct qn_id id;
    uint32_t position;
    enum qn_status status;

    qn_commit_table_id(table, row, &id);
    status = qn_commit_table_put_id(ctx, table, id.bytes, &position);
    if (status)
        return status;
    if (table->id_rows[position] && table->id_rows[position] != row + 1)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "commit-graph has a commit more than once");
    table->id_rows[position] = row + 1;
    table->rows[row].graph = QN_COMMIT_GRAPH_NONE;
    table->rows[row].map = position;
    table->rows[row].generation = QN_COMMIT_GRAPH_INFINITY;
    return QN_OK;
}

/* Is `position` a parent of the graph's row? */
static bool has_parent(struct qn_ctx *ctx, const struct qn_commit_table *table,
                       uint32_t child, uint32_t position)
{
    struct qn_commit_graph_row found;
    uint32_t parent = 0, i;
    bool is_last = false;

    if (qn_commit_graph_row(ctx, table->graph, child, &found)) {
        qn_ctx_clear(ctx);
        return false;
    }
    for (i = 0; i < 2; i++)
        if (found.parents[i] == position)
            return true;
    for (i = 0; found.has_more && !is_last; i++) {
        if (qn_commit_graph_more_parent(ctx, &found, i, &parent, &is_last)) {
            qn_ctx_clear(ctx);
            return false;
        }
        if (parent == position)
            return true;
    }
    return false;
}

/* What the object itself says, whatever a graph said of it. */
static bool read_raw(struct qn_ctx *ctx, struct qn_commit_table *table,
                     uint32_t row, struct qn_commit *out)
{
    struct qn_id id;

    qn_commit_table_id(table, row, &id);
    if (!qn_odb_read_typed(ctx, table->odb, &id, QN_OBJECT_COMMIT,
                           &table->object) &&
        !qn_commit_parse(ctx, qn_object_bytes(&table->object), table->algorithm,
                         out))
        return true;
    qn_ctx_clear(ctx);
    return false;
}

static bool names_parent(struct qn_ctx *ctx, struct qn_commit_table *table,
                         uint32_t row, const struct qn_id *wanted)
{
    struct qn_commit commit;
    struct qn_id id;
    uint32_t i;

    if (!read_raw(ctx, table, row, &commit))
        return false;
    for (i = 0; i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, &id);
        if (qn_id_is_equal(&id, wanted))
            return true;
    }
    return false;
}

enum qn_status qn_commit_table_check(struct qn_ctx *ctx,
                                     struct qn_commit_table *table,
                                     uint32_t row, bool *is_sound)
{
    uint32_t position = table->rows[row].graph, i;
    bool has_child = false;
    enum qn_status status;
    struct qn_id id;

    *is_sound = true;
    if (position == QN_COMMIT_GRAPH_NONE)
        return QN_OK;
    qn_commit_table_id(table, row, &id);
    status = qn_odb_exists(ctx, table->odb, &id, is_sound);
    if (status || *is_sound)
        return status;
    /* It is gone, or was never there: then its children name another. */
    for (i = 0; i < table->count && !*is_sound; i++) {
        uint32_t child = table->rows[i].graph;

        if (child == QN_COMMIT_GRAPH_NONE ||
            !has_parent(ctx, table, child, position))
            continue;
        has_child = true;
        *is_sound = names_parent(ctx, table, i, &id);
    }
    if (!has_child) /* somebody else named it */
        *is_sound = true;
    return QN_OK;
}

enum qn_status qn_commit_table_sound_tree(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          uint32_t row, struct qn_id *out)
{
    uint64_t generation = table->rows[row].generation;
    struct qn_commit commit;
    bool is_there = true;
    enum qn_status status = QN_OK;

    qn_commit_table_tree(table, row, out);
    if (table->rows[row].graph == QN_COMMIT_GRAPH_NONE || table->lacks_trees)
        return QN_OK;
    status = qn_odb_exists(ctx, table->odb, out, &is_there);
    if (status || is_there)
        return status;
    if (!read_raw(ctx, table, row, &commit))
        return QN_OK;
    table->lacks_trees = qn_id_is_equal(out, &commit.tree);
    if (table->lacks_trees)
        return QN_OK;
    qn_commit_table_tell_damage(ctx, table);
    status = qn_commit_table_leave_graph(ctx, table, row);
    if (status)
        return status;
    table->rows[row].generation = generation;
    memcpy(table->trees + (size_t)table->rows[row].map * table->ids.row_size,
           commit.tree.bytes, table->ids.row_size);
    *out = commit.tree;
    return QN_OK;
}

void qn_commit_table_tell_damage(struct qn_ctx *ctx,
                                 struct qn_commit_table *table)
{
    if (!table->is_damage_told)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "commit-graph.damaged",
                      "commit-graph does not say what the objects do; doing "
                      "without it");
    table->is_damage_told = true;
}

enum qn_status qn_commit_table_drop_graph(struct qn_ctx *ctx,
                                          struct qn_commit_table *table,
                                          uint32_t kept_flags)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < table->count && !status; i++) {
        struct qn_commit_row *row = &table->rows[i];

        if (row->graph != QN_COMMIT_GRAPH_NONE)
            status = qn_commit_table_leave_graph(ctx, table, i);
        row->state = QN_COMMIT_NEW;
        row->flags &= kept_flags;
        row->same = row->number = row->source = 0;
        row->edge = row->parent_count = 0;
    }
    if (status)
        return status;
    qn_commit_graph_free(table->graph);
    qn_memory_free(table->graph_rows);
    table->graph = NULL;
    table->graph_rows = NULL;
    table->edge_count = 0;
    return QN_OK;
}
