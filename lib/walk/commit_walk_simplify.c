/* SPDX-License-Identifier: MIT */
/* History simplification: which commits change the paths asked for, and what
 * the parents are when the others are left out.  git-rev-list(1), "History
 * Simplification". */
#include "walk/commit_walk_private.h"

#include "base/memory.h"

#include <string.h>

#define KEY_PATTERNS_MAX 64 /* with more, the filters say "maybe" anyway */

static enum qn_status add_key(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                              struct qn_bytes path)
{
    enum qn_status status =
        qn_memory_grow(ctx, &walk->keys, &walk->key_capacity,
                       walk->key_count + 1, sizeof(*walk->keys));

    if (!status)
        qn_commit_graph_key_make(path, &walk->keys[walk->key_count++]);
    return status;
}

enum qn_status qn_commit_walk_make_keys(struct qn_ctx *ctx,
                                        struct qn_commit_walk *walk)
{
    const struct qn_pathspec *pathspec = walk->options.pathspec;
    size_t count = pathspec ? qn_pathspec_count(pathspec) : 0;
    enum qn_status status = QN_OK;
    size_t i;
    size_t end;

    walk->uses_filters = false;
    if (count == 0 || count > KEY_PATTERNS_MAX || !walk->table->graph)
        return QN_OK;
    for (i = 0; i < count; i++)
        if (!qn_pathspec_is_literal(pathspec, i) ||
            qn_pathspec_match_text(pathspec, i).size == 0)
            return QN_OK;
    walk->key_ends = qn_memory_calloc(ctx, count, sizeof(*walk->key_ends));
    if (!walk->key_ends)
        return QN_NO_MEMORY;
    for (i = 0; i < count && !status; i++) {
        struct qn_bytes path = qn_pathspec_match_text(pathspec, i);

        while (path.size > 0 && path.data[path.size - 1] == '/')
            path.size--;
        for (end = path.size; end > 0 && !status; end--)
            if (end == path.size || path.data[end] == '/')
                status = add_key(ctx, walk, qn_bytes_first(path, end));
        walk->key_ends[i] = walk->key_count;
    }
    walk->pattern_count = count;
    walk->uses_filters = !status;
    return status;
}

/* True: the filter says that no path of the pathspec changed against the first
 * parent. */
static bool is_filtered_out(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                            uint32_t row)
{
    uint32_t graph = walk_row(walk, row)->graph;
    size_t start = 0;
    size_t i;

    if (!walk->uses_filters || graph == QN_COMMIT_GRAPH_NONE)
        return false;
    for (i = 0; i < walk->pattern_count; i++) {
        if (qn_commit_graph_has_changed(
                ctx, walk->table->graph, graph, walk->keys + start,
                walk->key_ends[i] - start) != QN_COMMIT_GRAPH_UNCHANGED)
            return false;
        start = walk->key_ends[i];
    }
    return true;
}

static enum qn_status compare_trees(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk,
                                    const struct qn_id *parent,
                                    const struct qn_id *tree, bool *is_same)
{
    struct qn_tree_diff_options options = {.pathspec = walk->options.pathspec,
                                           .is_recursive = true,
                                           .stops_at_first = true};
    enum qn_status status;

    if (parent && qn_id_is_equal(parent, tree)) {
        *is_same = true;
        return QN_OK;
    }
    qn_diff_list_reset(&walk->diff);
    status =
        qn_tree_diff_run(ctx, walk->odb, parent, tree, &options, &walk->diff);
    if (!status)
        *is_same = walk->diff.count == 0;
    return status;
}

/* Is nothing of the pathspec in the tree of a row? */
static enum qn_status is_empty_row(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, uint32_t row,
                                   bool *is_empty)
{
    enum qn_status status;
    struct qn_id tree;
    size_t place;

    qn_commit_table_tree(walk->table, row, &tree);
    if (!walk->values)
        return compare_trees(ctx, walk, NULL, &tree, is_empty);
    status = qn_path_values_get(ctx, walk->values, row, &tree, &place);
    if (!status)
        *is_empty = qn_path_values_is_empty(walk->values, place);
    return status;
}

static enum qn_status compare_rows(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, uint32_t row,
                                   uint32_t parent, bool *is_same)
{
    struct qn_id tree;
    struct qn_id parent_tree;
    enum qn_status status;
    size_t place = 0;
    size_t parent_place = 0;

    qn_commit_table_tree(walk->table, row, &tree);
    qn_commit_table_tree(walk->table, parent, &parent_tree);
    if (!walk->values || qn_id_is_equal(&tree, &parent_tree))
        return compare_trees(ctx, walk, &parent_tree, &tree, is_same);
    status = qn_path_values_get(ctx, walk->values, row, &tree, &place);
    if (!status)
        status = qn_path_values_get(ctx, walk->values, parent, &parent_tree,
                                    &parent_place);
    if (!status)
        *is_same = qn_path_values_is_equal(walk->values, place, parent_place);
    return status;
}

/* From the bits of its parents: is the commit TREESAME?  Parents out of range
 * count only where there is no other. */
void qn_commit_walk_judge(struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);
    uint32_t relevant = 0;
    bool relevant_change = false;
    bool irrelevant_change = false;
    uint32_t i;

    if (own->parent_count < 2)
        return;
    for (i = 0; i < own->parent_count; i++) {
        bool is_same = i < WALK_SAME_MAX && (own->same >> i & 1);

        if (walk_is_relevant(walk, walk_parent(walk, row, i))) {
            relevant++;
            relevant_change |= !is_same;
        } else {
            irrelevant_change |= !is_same;
        }
    }
    if (relevant ? !relevant_change : !irrelevant_change)
        own->flags |= QN_WALK_TREESAME;
    else
        own->flags &= ~(uint32_t)QN_WALK_TREESAME;
}

/* Keep only parent number `i`. */
static void follow_only(struct qn_commit_walk *walk, uint32_t row, uint32_t i)
{
    struct qn_commit_row *own = walk_row(walk, row);

    own->edge += i;
    own->parent_count = 1;
    own->same = 1;
    own->flags |= QN_WALK_TREESAME;
}

static enum qn_status compare_parent(struct qn_ctx *ctx,
                                     struct qn_commit_walk *walk, uint32_t row,
                                     uint32_t i, bool *is_same)
{
    uint32_t parent = walk_parent(walk, row, i);
    enum qn_status status;

    if (i == 0 && is_filtered_out(ctx, walk, row)) {
        *is_same = true;
        return QN_OK;
    }
    status = qn_commit_table_load(ctx, walk->table, parent);
    if (status)
        return status;
    status = compare_rows(ctx, walk, row, parent, is_same);
    if (!status && !*is_same && walk->options.remove_empty) {
        bool is_empty = false;

        status = is_empty_row(ctx, walk, parent, &is_empty);
        if (!status && is_empty) /* the paths begin here: look no further */
            walk_row(walk, parent)->parent_count = 0;
    }
    return status;
}

enum qn_status qn_commit_walk_compare(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);
    uint32_t count = own->parent_count;
    bool is_same = false;
    enum qn_status status;
    uint32_t i;

    if (walk->options.simplify_by_decoration) {
        if (qn_commit_walk_is_decorated(walk, row))
            return QN_OK;
        if (!walk->options.pathspec && count > 0) { /* a root stays */
            own->flags |= QN_WALK_TREESAME;
            own->same = UINT32_MAX;
            return QN_OK;
        }
    }
    if (count == 0) {
        status = is_empty_row(ctx, walk, row, &is_same);
        if (!status && is_same)
            own->flags |= QN_WALK_TREESAME;
        return status;
    }
    if (walk->options.dense_off && count == 1)
        return QN_OK;
    if (walk->options.first_parent_only && count > 1)
        count = 1;
    own->same = 0;
    for (i = 0; i < count; i++) {
        status = compare_parent(ctx, walk, row, i, &is_same);
        if (status)
            return status;
        own = walk_row(walk, row);
        if (!is_same)
            continue;
        if (i < WALK_SAME_MAX)
            own->same |= (uint32_t)1 << i;
        if (!walk->options.full_history && !walk->options.simplify_merges &&
            walk_is_relevant(walk, walk_parent(walk, row, i))) {
            if (i > 0 && walk->options.show_pulls)
                own->flags |= WALK_PULL;
            follow_only(walk, row, i);
            return QN_OK;
        }
        if (i > 0 && walk->options.show_pulls && !(own->same & 1))
            own->flags |= WALK_PULL;
    }
    if (own->parent_count == 1 || walk->options.first_parent_only) {
        if (own->same & 1)
            own->flags |= QN_WALK_TREESAME;
    } else {
        qn_commit_walk_judge(walk, row);
    }
    return QN_OK;
}

/* The only relevant parent, or the only one; UINT32_MAX when there is none or
 * the choice is not ours. */
static uint32_t only_parent(struct qn_commit_walk *walk, uint32_t row)
{
    const struct qn_commit_row *own = walk_row(walk, row);
    uint32_t found = UINT32_MAX;
    uint32_t i;

    if (own->parent_count == 1 || walk->options.first_parent_only)
        return walk_parent(walk, row, 0);
    for (i = 0; i < own->parent_count; i++) {
        uint32_t parent = walk_parent(walk, row, i);

        if (!walk_is_relevant(walk, parent))
            continue;
        if (found != UINT32_MAX)
            return UINT32_MAX;
        found = parent;
    }
    return found;
}

/* Go down from a parent past what is not shown; `*keeps` is false when the
 * history ends before anything is. */
static enum qn_status skip_same(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                                uint32_t *parent, bool *keeps)
{
    *keeps = true;
    for (;;) {
        struct qn_commit_row *own;
        enum qn_status status;
        uint32_t next;

        if (!walk->is_limited) {
            status = qn_commit_walk_parents(ctx, walk, *parent);
            if (status)
                return status;
        }
        own = walk_row(walk, *parent);
        if ((own->flags & (QN_WALK_UNINTERESTING | WALK_PULL)) ||
            !(own->flags & QN_WALK_TREESAME))
            return QN_OK;
        if (own->parent_count == 0) {
            *keeps = false;
            return QN_OK;
        }
        next = only_parent(walk, *parent);
        if (next == UINT32_MAX)
            return QN_OK;
        *parent = next;
    }
}

enum qn_status qn_commit_walk_rewrite(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk, uint32_t row)
{
    uint32_t count = walk_row(walk, row)->parent_count;
    uint32_t kept = 0;
    uint32_t i;
    uint32_t j;

    for (i = 0; i < count; i++) {
        uint32_t parent = walk_parent(walk, row, i);
        struct qn_commit_row *own;
        enum qn_status status;
        bool keeps;

        status = skip_same(ctx, walk, &parent, &keeps);
        if (status)
            return status;
        own = walk_row(walk, row);
        for (j = 0; keeps && j < kept; j++)
            if (walk_parent(walk, row, j) == parent)
                keeps = false;
        if (keeps)
            walk->table->edges[own->edge + kept++] = parent;
    }
    walk_row(walk, row)->parent_count = kept;
    return QN_OK;
}

/* --simplify-merges.  `number` of a row: what it was replaced by, itself + 1
 * when it stays. */

static enum qn_status mark_ancestors(struct qn_ctx *ctx,
                                     struct qn_commit_walk *walk, uint32_t from,
                                     uint32_t *marked_from)
{
    enum qn_status status = QN_OK;

    walk->stack_count = 0;
    *marked_from = 0;
    status = qn_commit_walk_keep(ctx, &walk->stack, &walk->stack_count,
                                 &walk->stack_capacity, from);
    /* The stack keeps all that were marked, so that they can be cleared. */
    while (!status && *marked_from < walk->stack_count) {
        uint32_t row = walk->stack[(*marked_from)++];
        uint32_t i;

        for (i = 0; i < walk_row(walk, row)->parent_count && !status; i++) {
            uint32_t parent = walk_parent(walk, row, i);
            struct qn_commit_row *own = walk_row(walk, parent);

            if (own->flags & WALK_MARK)
                continue;
            own->flags |= WALK_MARK;
            if (own->flags & WALK_LISTED)
                status =
                    qn_commit_walk_keep(ctx, &walk->stack, &walk->stack_count,
                                        &walk->stack_capacity, parent);
        }
    }
    return status;
}

static void clear_marks(struct qn_commit_walk *walk)
{
    size_t i;
    uint32_t j;

    for (i = 0; i < walk->stack_count; i++) {
        uint32_t row = walk->stack[i];

        walk_row(walk, row)->flags &= ~(uint32_t)WALK_MARK;
        for (j = 0; j < walk_row(walk, row)->parent_count; j++)
            walk_row(walk, walk_parent(walk, row, j))->flags &=
                ~(uint32_t)WALK_MARK;
    }
    walk->stack_count = 0;
}

/* Drop parents that are ancestors of other parents, but never the last of those
 * that we are the same as. */
static enum qn_status drop_redundant(struct qn_ctx *ctx,
                                     struct qn_commit_walk *walk, uint32_t row,
                                     bool *drops)
{
    uint32_t count = walk_row(walk, row)->parent_count;
    enum qn_status status = QN_OK;
    uint32_t marked;
    uint32_t i;
    uint32_t j;

    for (i = 0; i < count && !status; i++) {
        status = mark_ancestors(ctx, walk, walk_parent(walk, row, i), &marked);
        for (j = 0; j < count && !status; j++)
            if (j != i &&
                (walk_row(walk, walk_parent(walk, row, j))->flags & WALK_MARK))
                drops[j] = true;
        clear_marks(walk);
    }
    return status;
}

static enum qn_status
simplify_parents(struct qn_ctx *ctx, struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);
    uint32_t count = own->parent_count;
    uint32_t same = own->same;
    uint32_t *edges = walk->table->edges + own->edge;
    bool *drops = NULL;
    uint32_t kept = 0;
    uint32_t new_same = 0;
    enum qn_status status = QN_OK;
    bool keeps_same = false;
    uint32_t i;
    uint32_t j;

    if (count == 0)
        return QN_OK;
    if (walk->options.first_parent_only) { /* the others are not looked at */
        const struct qn_commit_row *parent = walk_row(walk, edges[0]);

        if ((parent->flags & WALK_SIMPLIFIED) && parent->number)
            edges[0] = parent->number - 1;
        return QN_OK;
    }
    drops = qn_memory_calloc(ctx, count, sizeof(*drops));
    if (!drops)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const struct qn_commit_row *parent = walk_row(walk, edges[i]);

        if ((parent->flags & WALK_SIMPLIFIED) && parent->number)
            edges[i] = parent->number - 1;
    }
    for (i = 0; i < count; i++) { /* duplicates: the first stays */
        for (j = 0; j < i && !drops[i]; j++)
            if (!drops[j] && edges[i] == edges[j]) {
                drops[i] = true;
                if (i < WALK_SAME_MAX && j < WALK_SAME_MAX)
                    same |= (same >> i & 1) << j;
            }
    }
    for (i = j = 0; i < count; i++)
        if (!drops[i]) {
            if (i < WALK_SAME_MAX && j < WALK_SAME_MAX)
                new_same |= (same >> i & 1) << j;
            edges[j++] = edges[i];
        }
    count = own->parent_count = j;
    own->same = same = new_same;
    memset(drops, 0, count * sizeof(*drops));
    if (count > 1) {
        status = drop_redundant(ctx, walk, row, drops);
        own = walk_row(walk, row);
        for (i = 0; i < count && !status; i++) { /* roots with nothing */
            const struct qn_commit_row *parent = walk_row(walk, edges[i]);

            if (parent->parent_count == 0 && (parent->flags & QN_WALK_TREESAME))
                drops[i] = true;
        }
        for (i = 0; i < count; i++)
            keeps_same |= !drops[i] && i < WALK_SAME_MAX && (same >> i & 1);
        for (i = 0; i < count && !keeps_same && same; i++)
            if (drops[i] && i < WALK_SAME_MAX && (same >> i & 1)) {
                drops[i] = false;
                keeps_same = true;
            }
        for (i = 0, new_same = 0; i < count && !status; i++)
            if (!drops[i]) {
                if (i < WALK_SAME_MAX)
                    new_same |= (same >> i & 1) << kept;
                edges[kept++] = edges[i];
            }
        own->parent_count = kept;
        own->same = new_same;
    }
    qn_memory_free(drops);
    if (!status && own->parent_count == 1 && count > 1) {
        if (own->same & 1)
            own->flags |= QN_WALK_TREESAME;
        else
            own->flags &= ~(uint32_t)QN_WALK_TREESAME;
    } else if (!status) {
        qn_commit_walk_judge(walk, row);
    }
    return status;
}

enum qn_status qn_commit_walk_simplify_merges(struct qn_ctx *ctx,
                                              struct qn_commit_walk *walk)
{
    enum qn_status status;
    size_t kept = 0;
    size_t i;

    status = qn_commit_walk_sort(ctx, walk, QN_WALK_TOPO);
    for (i = walk->list_count; i-- > 0 && !status;) {
        uint32_t row = walk->list[i];
        struct qn_commit_row *own;

        status = simplify_parents(ctx, walk, row);
        own = walk_row(walk, row);
        own->flags |= WALK_SIMPLIFIED;
        own->number = row + 1;
        if ((own->parent_count == 1 ||
             (own->parent_count > 1 && walk->options.first_parent_only)) &&
            (own->flags & QN_WALK_TREESAME) &&
            !(own->flags &
              (QN_WALK_UNINTERESTING | QN_WALK_BOUNDARY | WALK_PULL))) {
            uint32_t parent = walk_parent(walk, row, 0);

            if (walk_row(walk, parent)->flags & WALK_SIMPLIFIED)
                own->number = walk_row(walk, parent)->number;
            else if (!(walk_row(walk, parent)->flags & QN_WALK_UNINTERESTING))
                own->number = parent + 1;
        }
    }
    for (i = 0; i < walk->list_count && !status; i++)
        if (walk_row(walk, walk->list[i])->number == walk->list[i] + 1)
            walk->list[kept++] = walk->list[i];
    if (!status)
        walk->list_count = kept;
    return status;
}
