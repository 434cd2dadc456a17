/* SPDX-License-Identifier: MIT */
/* What a path is in a commit, and where a file was renamed from. */
#include "operation/part/blame_board.h"

#include "base/memory.h"
#include "diff/rename.h"
#include "object/tree.h"
#include "operation/op_diff.h"

/* One name of a tree; directories change seldom, so answers are kept. */
static enum qn_status find_name(struct qn_ctx *ctx, struct qn_blame *blame,
                                const struct qn_id *tree, struct qn_bytes name,
                                bool is_kept, struct qn_id *id, uint32_t *mode)
{
    struct qn_blame_step *step;
    struct qn_tree_entry entry;
    enum qn_status status;
    uint32_t hash;
    bool found = false;

    if (!blame->steps) {
        blame->steps =
            qn_memory_calloc(ctx, QN_BLAME_STEPS, sizeof(*blame->steps));
        if (!blame->steps)
            return QN_NO_MEMORY;
    }
    memcpy(&hash, tree->bytes, sizeof(hash));
    hash ^= (uint32_t)(name.size * 31u + name.data[0]);
    step = &blame->steps[hash % QN_BLAME_STEPS];
    if (step->name.data && qn_id_is_equal(&step->tree, tree) &&
        qn_bytes_is_equal(step->name, name)) {
        *id = step->id;
        *mode = step->mode;
        return QN_OK;
    }
    status = qn_tree_diff_read(ctx, blame->scope->odb, tree, &blame->object);
    if (!status)
        status = qn_tree_find(ctx, qn_object_bytes(&blame->object),
                              tree->algorithm, name, &entry, &found);
    if (status)
        return status;
    *mode = found ? entry.mode : 0;
    qn_id_clear(id, tree->algorithm);
    if (found)
        qn_id_from_row(id, tree->algorithm, entry.id);
    if (is_kept) {
        step->tree = *tree;
        step->name = name;
        step->id = *id;
        step->mode = *mode;
    }
    return QN_OK;
}

enum qn_status qn_blame_path_find(struct qn_ctx *ctx, struct qn_blame *blame,
                                  uint32_t commit, struct qn_bytes path,
                                  struct qn_id *id, uint32_t *mode)
{
    struct qn_bytes rest = path;
    struct qn_bytes name;
    struct qn_id tree;
    bool is_root = true;
    enum qn_status status = qn_commit_table_load(ctx, blame->table, commit);

    *mode = 0;
    if (status)
        return status;
    qn_commit_table_tree(blame->table, commit, &tree);
    *mode = QN_MODE_TREE;
    while (!status && qn_bytes_next(&rest, '/', &name)) {
        if (!qn_mode_is_tree(*mode) || !name.size) {
            *mode = 0;
            break;
        }
        /* A root is asked once or twice, what is below it again and again. */
        status = find_name(ctx, blame, &tree, name, !is_root || !rest.size, id,
                           mode);
        tree = *id;
        is_root = false;
        if (!*mode)
            break;
    }
    return status;
}

/* ---- changed-path filters */

static enum qn_status make_keys(struct qn_ctx *ctx, struct qn_blame *blame,
                                struct qn_bytes path)
{
    size_t count = 0;
    size_t i;
    enum qn_status status = QN_OK;

    for (i = 1; i <= path.size && !status; i++) {
        if (i < path.size && path.data[i] != '/')
            continue;
        status = qn_memory_grow(ctx, &blame->keys, &blame->key_capacity,
                                count + 1, sizeof(*blame->keys));
        if (!status)
            qn_commit_graph_key_make(qn_bytes_first(path, i),
                                     &blame->keys[count++]);
    }
    blame->key_count = count;
    blame->keys_path = status ? NULL : path.data;
    return status;
}

bool qn_blame_path_is_unchanged(struct qn_ctx *ctx, struct qn_blame *blame,
                                uint32_t commit, struct qn_bytes path)
{
    uint32_t position;

    if (!blame->has_filters || commit == QN_BLAME_UNCOMMITTED)
        return false;
    position = blame->table->rows[commit].graph;
    if (position == QN_COMMIT_GRAPH_NONE)
        return false;
    if (blame->keys_path != path.data && make_keys(ctx, blame, path)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return qn_commit_graph_has_changed(ctx, blame->table->graph, position,
                                       blame->keys, blame->key_count) ==
           QN_COMMIT_GRAPH_UNCHANGED;
}

/* ---- whole trees */

static enum qn_status diff_index(struct qn_ctx *ctx, struct qn_blame *blame,
                                 const struct qn_id *tree, bool is_harder,
                                 struct qn_diff_list *list)
{
    struct qn_op_diff op;
    enum qn_status status = QN_OK;

    if (!blame->index)
        status = qn_work_tree_read_index(ctx, blame->scope->repo,
                                         blame->scope->odb, &blame->index);
    if (status)
        return status;
    qn_op_diff_init(&op, blame->scope->odb, blame->index, NULL);
    op.also_unchanged = is_harder;
    status = qn_op_diff_cached(ctx, &op, tree, list);
    qn_op_diff_dispose(&op);
    return status;
}

enum qn_status qn_blame_path_changes(struct qn_ctx *ctx, struct qn_blame *blame,
                                     uint32_t parent, uint32_t commit,
                                     bool is_harder, struct qn_diff_list *list)
{
    struct qn_tree_diff_options options = {.is_recursive = true,
                                           .finds_copies_harder = is_harder};
    struct qn_id trees[2];

    qn_commit_table_tree(blame->table, parent, &trees[0]);
    if (commit == QN_BLAME_UNCOMMITTED)
        return diff_index(ctx, blame, &trees[0], is_harder, list);
    qn_commit_table_tree(blame->table, commit, &trees[1]);
    return qn_tree_diff_run(ctx, blame->scope->odb, &trees[0], &trees[1],
                            &options, list);
}

enum qn_status qn_blame_path_rename(struct qn_ctx *ctx, struct qn_blame *blame,
                                    uint32_t parent,
                                    const struct qn_blame_origin *origin,
                                    struct qn_blame_origin **out)
{
    struct qn_rename_options rename = blame->rename;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    const struct qn_diff_pair *pair;
    struct qn_bytes path;
    enum qn_status status =
        qn_blame_path_changes(ctx, blame, parent, origin->commit, false, &list);
    size_t i;

    *out = NULL;
    rename.follow = origin->source.path; /* other files do not compete */
    if (!status)
        status = qn_rename_detect(ctx, blame->scope->odb, &rename, &list);
    for (i = 0; i < list.count && !status; i++) {
        pair = &list.pairs[i];
        if ((pair->status != QN_DIFF_RENAMED &&
             pair->status != QN_DIFF_COPIED) ||
            !qn_bytes_is_equal(pair->new_side.path, origin->source.path))
            continue;
        path.size = pair->old_side.path.size;
        path.data = (const uint8_t *)qn_arena_copy(ctx, &blame->arena,
                                                   pair->old_side.path);
        status = path.data ? qn_blame_board_origin(ctx, blame, parent, path,
                                                   &pair->old_side.id,
                                                   pair->old_side.mode, out)
                           : QN_NO_MEMORY;
        break;
    }
    qn_diff_list_dispose(&list);
    return status;
}
