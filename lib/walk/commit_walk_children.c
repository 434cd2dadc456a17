/* SPDX-License-Identifier: MIT */
/* The other direction: which commits in range have this one as a parent. */
#include "walk/commit_walk_private.h"

#include "base/memory.h"

/* From the list as it is before any commit is left out; a later commit comes
 * before an earlier one. */
enum qn_status qn_commit_walk_note_children(struct qn_ctx *ctx,
                                            struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    size_t i;
    uint32_t j;

    walk->first_child_count = walk->table->count;
    walk->first_child = qn_memory_calloc(ctx, walk->first_child_count + 1,
                                         sizeof(*walk->first_child));
    if (!walk->first_child)
        return QN_NO_MEMORY;
    for (i = 0; i < walk->list_count && !status; i++) {
        uint32_t row = walk->list[i];

        for (j = 0; j < walk_row(walk, row)->parent_count && !status; j++) {
            uint32_t *first = &walk->first_child[walk_parent(walk, row, j)];

            status =
                qn_memory_grow(ctx, &walk->children, &walk->child_capacity,
                               walk->child_count + 1, sizeof(*walk->children));
            if (status)
                break;
            walk->children[walk->child_count++] =
                (struct walk_child){row, *first};
            *first = (uint32_t)walk->child_count;
        }
    }
    return status;
}

enum qn_status qn_commit_walk_children(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       uint32_t position,
                                       const struct qn_id **children,
                                       size_t *count)
{
    uint32_t at = walk->first_child && position < walk->first_child_count
                      ? walk->first_child[position]
                      : 0;
    size_t found = 0;

    for (; at > 0; at = walk->children[at - 1].next) {
        enum qn_status status =
            qn_memory_grow(ctx, &walk->parents, &walk->parent_capacity,
                           found + 1, sizeof(*walk->parents));

        if (status)
            return status;
        qn_commit_table_id(walk->table, walk->children[at - 1].row,
                           &walk->parents[found++]);
    }
    *children = walk->parents;
    *count = found;
    return QN_OK;
}
