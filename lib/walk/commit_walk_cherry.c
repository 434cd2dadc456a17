/* SPDX-License-Identifier: MIT */
/* --cherry-mark and --cherry-pick: commits of one side of "a...b" whose patch
 * the other side has, too.
 *
 * A cheap key first (which paths changed); whole patches are made only for
 * commits whose key the other side has.
 */
#include "walk/commit_walk_private.h"

#include "base/memory.h"
#include "diff/patch.h"
#include "diff/patch_id.h"

#include <stdlib.h>

struct candidate {
    uint64_t key;
    struct qn_id patch; /* null: not made yet */
    uint32_t row;
    bool is_left;
    bool is_empty; /* changes nothing: like no other */
};

struct cherries {
    struct qn_commit_walk *walk;
    struct candidate *rows;
    size_t count;
    struct qn_patch *patch;
    struct qn_buf text;
};

static enum qn_status trees_of(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                               uint32_t row, struct qn_id *old_tree,
                               struct qn_id *new_tree, bool *has_old)
{
    uint32_t parent;
    enum qn_status status;

    qn_commit_table_tree(walk->table, row, new_tree);
    *has_old = walk_row(walk, row)->parent_count > 0;
    if (!*has_old)
        return QN_OK;
    parent = walk_parent(walk, row, 0);
    status = qn_commit_table_load(ctx, walk->table, parent);
    if (!status)
        qn_commit_table_tree(walk->table, parent, old_tree);
    return status;
}

static enum qn_status make_key(struct qn_ctx *ctx, struct cherries *cherries,
                               struct candidate *candidate)
{
    struct qn_commit_walk *walk = cherries->walk;
    struct qn_tree_diff_options options = {.pathspec = walk->options.pathspec,
                                           .is_recursive = true};
    struct qn_id old_tree;
    struct qn_id new_tree;
    bool has_old;
    enum qn_status status;
    size_t i;

    status =
        trees_of(ctx, walk, candidate->row, &old_tree, &new_tree, &has_old);
    if (status)
        return status;
    qn_diff_list_reset(&walk->diff);
    status = qn_tree_diff_run(ctx, walk->odb, has_old ? &old_tree : NULL,
                              &new_tree, &options, &walk->diff);
    for (i = 0; i < walk->diff.count && !status; i++) {
        const struct qn_diff_pair *pair = &walk->diff.pairs[i];
        struct qn_bytes path =
            pair->new_side.mode ? pair->new_side.path : pair->old_side.path;

        candidate->key = candidate->key * 31 + qn_bytes_hash(path) +
                         pair->new_side.mode * 7u + pair->old_side.mode;
    }
    candidate->is_empty = walk->diff.count == 0;
    return status;
}

static enum qn_status make_patch(struct qn_ctx *ctx, struct cherries *cherries,
                                 struct candidate *candidate)
{
    struct qn_commit_walk *walk = cherries->walk;
    struct qn_id old_tree;
    struct qn_id new_tree;
    bool has_old;
    bool is_empty;
    enum qn_status status;

    if (candidate->patch.algorithm)
        return QN_OK;
    qn_buf_clear(&cherries->text);
    status =
        trees_of(ctx, walk, candidate->row, &old_tree, &new_tree, &has_old);
    if (!status)
        status =
            qn_patch_trees(ctx, cherries->patch, has_old ? &old_tree : NULL,
                           &new_tree, &cherries->text, NULL);
    if (!status)
        status = qn_patch_id_text(ctx, walk->table->algorithm,
                                  qn_buf_bytes(&cherries->text),
                                  &candidate->patch, &is_empty);
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* Commits [first, end) have one key: flag those with a twin on the other side.
 */
static enum qn_status compare_group(struct qn_ctx *ctx,
                                    struct cherries *cherries, size_t first,
                                    size_t end)
{
    struct candidate *rows = cherries->rows;
    bool has_left = false;
    bool has_right = false;
    enum qn_status status = QN_OK;
    size_t i;
    size_t j;

    for (i = first; i < end; i++) {
        has_left |= rows[i].is_left;
        has_right |= !rows[i].is_left;
    }
    if (!has_left || !has_right || rows[first].is_empty)
        return QN_OK;
    for (i = first; i < end && !status; i++)
        status = make_patch(ctx, cherries, &rows[i]);
    for (i = first; i < end && !status; i++)
        for (j = first; j < end; j++)
            if (rows[i].is_left && !rows[j].is_left &&
                qn_id_is_equal(&rows[i].patch, &rows[j].patch)) {
                walk_row(cherries->walk, rows[i].row)->flags |=
                    QN_WALK_PATCH_SAME;
                walk_row(cherries->walk, rows[j].row)->flags |=
                    QN_WALK_PATCH_SAME;
            }
    return status;
}

static enum qn_status collect(struct qn_ctx *ctx, struct cherries *cherries)
{
    struct qn_commit_walk *walk = cherries->walk;
    enum qn_status status = QN_OK;
    size_t left = 0;
    size_t i;

    cherries->rows =
        qn_memory_calloc(ctx, walk->list_count + 1, sizeof(*cherries->rows));
    if (!cherries->rows)
        return QN_NO_MEMORY;
    for (i = 0; i < walk->list_count; i++) {
        const struct qn_commit_row *own = walk_row(walk, walk->list[i]);
        struct candidate *candidate = &cherries->rows[cherries->count];

        if (own->parent_count > 1 || (own->flags & QN_WALK_BOUNDARY))
            continue;
        candidate->row = walk->list[i];
        candidate->is_left = (own->flags & QN_WALK_LEFT) != 0;
        left += candidate->is_left;
        cherries->count++;
    }
    if (left == 0 || left == cherries->count) /* one side only */
        cherries->count = 0;
    for (i = 0; i < cherries->count && !status; i++) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = make_key(ctx, cherries, &cherries->rows[i]);
    }
    return status;
}

enum qn_status qn_commit_walk_find_cherries(struct qn_ctx *ctx,
                                            struct qn_commit_walk *walk)
{
    struct cherries cherries = {.walk = walk};
    struct qn_diff_options options;
    enum qn_status status;
    size_t first;
    size_t end;
    size_t kept = 0;

    status = collect(ctx, &cherries);
    if (status || cherries.count == 0)
        goto out;
    qn_diff_options_init(&options);
    options.formats = QN_DIFF_FORMAT_PATCH;
    options.is_recursive = true;
    options.has_full_index = true;
    options.pathspec = walk->options.pathspec;
    status = qn_patch_new(ctx, walk->repo, walk->odb, &options, NULL,
                          &cherries.patch);
    if (status)
        goto out;
    qsort(cherries.rows, cherries.count, sizeof(*cherries.rows), compare_keys);
    for (first = 0; first < cherries.count && !status; first = end) {
        for (end = first + 1;
             end < cherries.count &&
             cherries.rows[end].key == cherries.rows[first].key;
             end++)
            ;
        status = compare_group(ctx, &cherries, first, end);
    }
    if (!status && walk->options.cherry_pick && !walk->options.cherry_mark) {
        for (first = 0; first < walk->list_count; first++) {
            struct qn_commit_row *own = walk_row(walk, walk->list[first]);

            if (own->flags & QN_WALK_PATCH_SAME)
                own->flags |= WALK_SHOWN;
            else
                walk->list[kept++] = walk->list[first];
        }
        walk->list_count = kept;
    }
out:
    qn_patch_free(cherries.patch);
    qn_buf_dispose(&cherries.text);
    qn_memory_free(cherries.rows);
    return status;
}
