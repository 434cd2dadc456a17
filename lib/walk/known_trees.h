/* SPDX-License-Identifier: MIT */
/* Trees of a pack, each with what is new in it.
 *
 * Most trees are stored as deltas of another that was gone through before: what
 * the delta copies of that, entry by entry, needs no second look.
 *
 *   place -> open (by the delta) or mark (all of a content that was read):
 *   content, and where the entries begin that are to be looked at
 *   -> keep: those that come later may be told by what is new over it
 *
 * Nothing depends on what is kept: there is room for so much.
 */
#ifndef QN_WALK_KNOWN_TREES_H
#define QN_WALK_KNOWN_TREES_H

#include "base/buf.h"
#include "pack/pack_entry.h"

/* Kept trees lie one behind the other in a ring; a new one takes the place of
 * the oldest. */
struct qn_known_trees {
    size_t id_size;
    uint64_t *room;   /* KEPT words of it */
    uint64_t head;    /* words that were put there so far */
    uint64_t *places; /* by number: where it begins, as counted by head, + 1;
                         0: never kept */
    struct qn_buf delta;
};

struct qn_known_tree {
    struct qn_buf content; /* of the tree; behind that where each entry begins
                              (known_trees.c) */
    size_t size;           /* of the tree */
    size_t count;          /* of entries */
    uint32_t *fresh;       /* where the entries begin that are to be looked at,
                              in order */
    size_t fresh_count, fresh_capacity;
};

/* For trees whose numbers are below `count`. */
enum qn_status qn_known_trees_init(struct qn_ctx *ctx,
                                   struct qn_known_trees *trees,
                                   uint32_t algorithm,
                                   size_t count) QN_MUST_USE;
void qn_known_trees_dispose(struct qn_known_trees *trees);
void qn_known_tree_dispose(struct qn_known_tree *tree);

/* The tree that is stored as this entry, a delta of the one with the number
 * `base`, if that is kept.  False: it is not, or something is wrong. */
bool qn_known_trees_open(struct qn_ctx *ctx, struct qn_known_trees *trees,
                         struct qn_bytes pack,
                         const struct qn_pack_entry *entry, uint32_t base,
                         struct qn_known_tree *tree);
/* A tree that was read into `content`: all of it is new. */
enum qn_status qn_known_trees_mark(struct qn_ctx *ctx,
                                   const struct qn_known_trees *trees,
                                   struct qn_known_tree *tree) QN_MUST_USE;
void qn_known_trees_keep(struct qn_known_trees *trees, uint32_t number,
                         const struct qn_known_tree *tree);

#endif
