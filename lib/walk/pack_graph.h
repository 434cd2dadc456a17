/* SPDX-License-Identifier: MIT */
/* Which object of a pack names which: made by one pass over it, for
 * walk/pack_reach.h, and of use to nobody else.
 *
 * Edges of an object are what its content names; of a tree with a base, what
 * is new over that, which has the rest.
 */
#ifndef QN_WALK_PACK_GRAPH_H
#define QN_WALK_PACK_GRAPH_H

#include "walk/known_trees.h"
#include "walk/pack_reach.h"

#define QN_PACK_GRAPH_NONE UINT32_MAX

enum qn_pack_graph_flags {
    QN_PACK_GRAPH_TYPE = 7, /* enum qn_object_type */
    QN_PACK_GRAPH_OTHER = 8 /* the target is a position in `others` */
};

struct qn_pack_graph {
    struct qn_pack_reach *reach;
    uint32_t *ranks;   /* by position in the index: the number */
    uint8_t *is_part;  /* of trees, by number: its edges are those that are new
                          over its base */
    uint32_t *first;   /* of its edges, by number */
    uint32_t *degree;  /* how many */
    uint32_t *targets; /* by edge */
    uint8_t *flags;    /* by edge */
    size_t edge_count, target_capacity, flag_capacity;
    /* edges that are not resolved yet, and their ids */
    uint8_t *rows;
    size_t row_count;
    size_t id_size;
    struct qn_progress *progress; /* or NULL */
};

/* QN_END: it cannot be made. */
enum qn_status qn_pack_graph_make(struct qn_ctx *ctx,
                                  struct qn_pack_graph *graph) QN_MUST_USE;
void qn_pack_graph_dispose(struct qn_pack_graph *graph);
/* The number of an id, or NONE. */
uint32_t qn_pack_graph_find(const struct qn_pack_graph *graph,
                            const uint8_t *row);

/* What the content of an object names, one after the other. */
typedef enum qn_status qn_pack_graph_fn(struct qn_ctx *ctx, void *data,
                                        const uint8_t *row,
                                        enum qn_object_type type);
enum qn_status qn_pack_graph_names(struct qn_ctx *ctx, struct qn_bytes content,
                                   enum qn_object_type type, uint32_t algorithm,
                                   qn_pack_graph_fn *each,
                                   void *data) QN_MUST_USE;

#endif
