/* SPDX-License-Identifier: MIT */
/* Commit-graphs on disk: one file, or a chain of layers.
 *
 *   one file   info/commit-graph.lock -> written -> renamed; a chain goes then
 *   a chain    info/commit-graphs/commit-graph-chain.lock is held; the new
 *              layer is written beside and gets its name; then the chain file
 *              names it; then layers that no chain names go
 *
 * Each step leaves a graph that git reads.  Nothing is written where history is
 * not what the objects say: shallow, grafts, replacements.
 * Format: gitformat-commit-graph(5); merging of layers: git-commit-graph(1).
 */
#ifndef QN_WALK_COMMIT_GRAPH_WRITE_H
#define QN_WALK_COMMIT_GRAPH_WRITE_H

#include "base/ctx.h"
#include "hash/id.h"
#include "walk/revision.h"

enum qn_commit_graph_split {
    QN_COMMIT_GRAPH_SINGLE = 0,
    QN_COMMIT_GRAPH_SPLIT,          /* layers are merged by the rules */
    QN_COMMIT_GRAPH_SPLIT_NO_MERGE, /* none is */
    QN_COMMIT_GRAPH_SPLIT_REPLACE   /* one new layer instead of all */
};

struct qn_commit_graph_write {
    const char *objects_directory; /* NULL: the store's */
    const struct qn_id *tips;      /* commits */
    size_t tip_count;
    bool are_packed; /* in the order of a pack: filters are made in it */
    bool appends;    /* what the graph has stays */
    int filters; /* 1: changed-path filters, 0: none, -1: as configured or as
                    the graph has them */
    bool has_max_new_filters;
    int64_t max_new_filters; /* -1: no limit */
    enum qn_commit_graph_split split;
    int64_t size_multiple; /* 0: 2 */
    int64_t max_commits;   /* 0: no limit */
    uint64_t merge_limit;  /* layers that would be of more commits together are
                              left for a later time; 0: no limit */
    int64_t expire_time;   /* seconds; layers that are older may go; with
                              has_expire_time, else: now */
    bool has_expire_time;
    bool checks_tips; /* tips that are not in the graph and not here are left
                         out */
};

/* `*written` false: there was nothing to write, or it is not to be.  QN_LOCKED
 * when somebody else writes. */
enum qn_status qn_commit_graph_write_run(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_commit_graph_write *write, bool *written) QN_MUST_USE;

#endif
