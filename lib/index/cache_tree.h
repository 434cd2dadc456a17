/* SPDX-License-Identifier: MIT */
/* The cache tree (extension TREE): which directories of the index are known to
 * be which tree objects.
 *
 * A node is valid when entry_count >= 0: its id is the tree of that many
 * entries of the index below its path.  Children are sorted by length, then
 * bytes, as Git writes them.
 */
#ifndef QN_INDEX_CACHE_TREE_H
#define QN_INDEX_CACHE_TREE_H

#include "hash/id.h"
#include "index/index.h"

struct qn_cache_tree_node {
    struct qn_bytes name; /* owned, behind the struct */
    int64_t entry_count;  /* -1: not valid */
    struct qn_id id;
    struct qn_cache_tree_node **children;
    size_t child_count;
    size_t child_capacity;
    bool is_used; /* while trees are written: the index has that directory */
};

enum qn_status qn_cache_tree_node_new(struct qn_ctx *ctx, uint32_t algorithm,
                                      struct qn_bytes name,
                                      struct qn_cache_tree_node **out);
/* NULL when there is none. */
struct qn_cache_tree_node *
qn_cache_tree_find_child(const struct qn_cache_tree_node *node,
                         struct qn_bytes name);
/* Find or make (not valid). */
enum qn_status qn_cache_tree_child(struct qn_ctx *ctx, uint32_t algorithm,
                                   struct qn_cache_tree_node *node,
                                   struct qn_bytes name,
                                   struct qn_cache_tree_node **out);
/* Free the children that are not marked used, and unmark the others. */
void qn_cache_tree_sweep(struct qn_cache_tree_node *node);
/* The index's root, NULL when there is none. */
struct qn_cache_tree_node *qn_cache_tree_peek(const struct qn_index *index);
/* The index's root, made when there is none; replaced when `is_fresh`. */
enum qn_status qn_cache_tree_root(struct qn_ctx *ctx, struct qn_index *index,
                                  bool is_fresh,
                                  struct qn_cache_tree_node **out);

#endif
