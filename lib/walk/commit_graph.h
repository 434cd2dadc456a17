/* SPDX-License-Identifier: MIT */
/* The commit-graph: a table of commits beside the objects, used in place.
 *
 *   info/commit-graph                      one file, or
 *   info/commit-graphs/commit-graph-chain  names of layers, the lowest first
 *
 * A position counts through the layers from the lowest.  The structure of each
 * file is verified when it is opened.  A damaged one is reported and done
 * without: of a chain the layers below it are used, of a file without sound
 * filters the rest.  Reports have the reason "commit-graph.damaged"; each time
 * the graph is opened they come again.  Format: gitformat-commit-graph(5).
 * Immutable once open: threads may share it.
 */
#ifndef QN_WALK_COMMIT_GRAPH_H
#define QN_WALK_COMMIT_GRAPH_H

#include "base/ctx.h"
#include "hash/id.h"

#define QN_COMMIT_GRAPH_NONE UINT32_MAX
/* Generation of a commit that is in no graph: above all others. */
#define QN_COMMIT_GRAPH_INFINITY UINT64_MAX

struct qn_commit_graph;

struct qn_commit_graph_options {
    const char *objects_directory;
    uint32_t algorithm;
    bool proves;      /* a small file whose checksum is wrong is not used */
    bool uses_levels; /* commitGraph.generationVersion = 1 */
    int64_t filter_version; /* commitGraph.changedPathsVersion: -1: what is
                               there, 0: filters are not read */
    /* Other object directories: layers of the chain may be there, and where
     * `objects_directory` has no graph the first of theirs is used. */
    char *const *alternates;
    size_t alternate_count;
};

/* `*out` is NULL when there is none. */
enum qn_status
qn_commit_graph_open(struct qn_ctx *ctx,
                     const struct qn_commit_graph_options *options,
                     struct qn_commit_graph **out) QN_MUST_USE;
void qn_commit_graph_free(struct qn_commit_graph *graph);

uint32_t qn_commit_graph_count(const struct qn_commit_graph *graph);
/* Files that can be used: 1 unless it is a chain. */
uint32_t qn_commit_graph_layer_count(const struct qn_commit_graph *graph);
/* QN_COMMIT_GRAPH_NONE when it is not there. */
uint32_t qn_commit_graph_find(const struct qn_commit_graph *graph,
                              const struct qn_id *id);
void qn_commit_graph_id(const struct qn_commit_graph *graph, uint32_t position,
                        struct qn_id *out);

struct qn_commit_graph_row {
    const uint8_t *tree; /* raw id */
    int64_t time;        /* committer's, 34 bits */
    uint64_t generation; /* corrected date where all layers have it, else the
                            topological level */
    uint32_t parents[2]; /* positions; QN_COMMIT_GRAPH_NONE: none */
    bool has_more;       /* parents from the second on: by more_parent */
    uint32_t edge;
    const void *layer;
};
/* Fails with QN_CORRUPT when the row points outside of the graph. */
enum qn_status qn_commit_graph_row(struct qn_ctx *ctx,
                                   const struct qn_commit_graph *graph,
                                   uint32_t position,
                                   struct qn_commit_graph_row *out) QN_MUST_USE;
/* The topological level, and the corrected date (0: its layer has none). */
enum qn_status qn_commit_graph_numbers(struct qn_ctx *ctx,
                                       const struct qn_commit_graph *graph,
                                       uint32_t position, uint32_t *level,
                                       uint64_t *date) QN_MUST_USE;
/* The bytes of a commit's changed-path filter, when it is of this version and
 * made as git makes them; else empty. */
struct qn_bytes qn_commit_graph_filter(struct qn_ctx *ctx,
                                       const struct qn_commit_graph *graph,
                                       uint32_t position, uint32_t version);
/* The raw id of the commit's tree. */
const uint8_t *qn_commit_graph_tree(const struct qn_commit_graph *graph,
                                    uint32_t position);
/* This row is wanted soon. */
void qn_commit_graph_prefetch(const struct qn_commit_graph *graph,
                              uint32_t position);
/* Parent number i + 1 of a row with has_more; `*is_last`.  Where the list of
 * parents is not in the file that is reported, and the parent is
 * QN_COMMIT_GRAPH_NONE: read the commit. */
enum qn_status
qn_commit_graph_more_parent(struct qn_ctx *ctx,
                            const struct qn_commit_graph_row *row, uint32_t i,
                            uint32_t *parent, bool *is_last) QN_MUST_USE;
/* Does the layer on top have filters of changed paths? */
bool qn_commit_graph_has_filters(const struct qn_commit_graph *graph);
/* Are generations corrected dates (not levels)? */
bool qn_commit_graph_has_dates(const struct qn_commit_graph *graph);

/* Changed-path filters: a path's keys, made once for both hash versions. */
struct qn_commit_graph_key {
    uint32_t hashes[2][2]; /* [version - 1][h0, h1] */
};
void qn_commit_graph_key_make(struct qn_bytes path,
                              struct qn_commit_graph_key *out);
enum qn_commit_graph_answer {
    QN_COMMIT_GRAPH_UNKNOWN,  /* no filter: look */
    QN_COMMIT_GRAPH_MAYBE,    /* look */
    QN_COMMIT_GRAPH_UNCHANGED /* not changed against the first parent */
};
/* Can this commit have changed what all of the keys stand for?  A damaged place
 * is reported, and unknown. */
enum qn_commit_graph_answer qn_commit_graph_has_changed(
    struct qn_ctx *ctx, const struct qn_commit_graph *graph, uint32_t position,
    const struct qn_commit_graph_key *keys, size_t key_count);

#endif
