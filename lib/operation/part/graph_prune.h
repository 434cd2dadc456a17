/* SPDX-License-Identifier: MIT */
/* The commit-graph when commits go: it never names one that is gone.
 *
 *   begin   what the graph of this object directory has
 *   gone    before a commit is removed: the graph goes, if it has that one
 *   end     a graph of the same form (one file, or one layer) of the commits
 *           that are left
 *
 * Who reads in between finds no graph, and who is killed leaves none: both are
 * sound.
 */
#ifndef QN_OPERATION_PART_GRAPH_PRUNE_H
#define QN_OPERATION_PART_GRAPH_PRUNE_H

#include "pack/pack_file.h"
#include "walk/commit_graph.h"
#include "walk/revision.h"

struct qn_graph_prune {
    struct qn_commit_graph *graph; /* NULL: there is none */
    struct qn_odb *odb;            /* borrowed; replaces nothing */
    bool is_gone;                  /* it was removed */
};

enum qn_status qn_graph_prune_begin(struct qn_ctx *ctx, struct qn_odb *odb,
                                    struct qn_graph_prune *prune) QN_MUST_USE;
enum qn_status qn_graph_prune_gone(struct qn_ctx *ctx,
                                   struct qn_graph_prune *prune,
                                   const struct qn_id *id) QN_MUST_USE;
/* The same for all commits that are in packs for which `goes` answers true, and
 * nowhere else. */
typedef bool qn_graph_prune_goes_fn(const void *data,
                                    const struct qn_pack_file *pack);
enum qn_status qn_graph_prune_packs(struct qn_ctx *ctx,
                                    struct qn_graph_prune *prune,
                                    qn_graph_prune_goes_fn *goes,
                                    const void *data) QN_MUST_USE;
/* After a failure or not; always.  A graph that cannot be written is none. */
void qn_graph_prune_end(struct qn_ctx *ctx, struct qn_graph_prune *prune,
                        struct qn_repo *repo);

#endif
