/* SPDX-License-Identifier: MIT */
/* A commit-graph file (or layer) in the making.
 *
 *   tips -> closure of parents -> sorted rows -> levels and corrected dates
 *        [-> filters of changed paths] -> the bytes of a file
 *
 * Commits in the layers below (`base_count` positions of the table's graph) are
 * not gone into: they are named by their positions.
 * Format: gitformat-commit-graph(5).
 */
#ifndef QN_WALK_COMMIT_GRAPH_BUILD_H
#define QN_WALK_COMMIT_GRAPH_BUILD_H

#include "base/ctx.h"
#include "hash/id.h"
#include "walk/commit_table.h"

struct qn_graph_commit {
    uint32_t row;         /* in the table */
    uint32_t parent;      /* position of the first, or QN_GRAPH_PARENT_NONE */
    uint32_t level;       /* topological */
    uint32_t filter;      /* which buffer its filter is in */
    size_t filter_at;     /* where there */
    uint32_t filter_size; /* 0: it has none */
    uint64_t date;        /* corrected */
};

struct qn_graph_build {
    struct qn_commit_table *table; /* borrowed */
    uint32_t base_count;           /* commits in the layers that stay below */
    uint32_t base_layers;
    struct qn_graph_commit *commits; /* sorted by id */
    uint8_t *ids;                    /* their rows, beside them */
    size_t count;
    uint32_t *positions; /* by row of the table */
    bool has_dates;      /* corrected dates are written */
    bool has_filters;
    uint32_t filter_version;
    struct qn_buf *filters;
    size_t filter_buffers;
};

struct qn_graph_build_options {
    uint32_t base_layers; /* of the table's graph */
    bool wants_dates;
    bool wants_filters;
    uint32_t filter_version;  /* 1 or 2 */
    int64_t max_new_filters;  /* -1: no limit; they go to the oldest, or */
    bool takes_rows_in_order; /* to those that were met first */
};

/* The tips are rows of the table.  Progress goes to the context's sink. */
enum qn_status qn_graph_build_collect(struct qn_ctx *ctx,
                                      struct qn_graph_build *build,
                                      struct qn_commit_table *table,
                                      uint32_t base_layers,
                                      uint32_t *tip_count) QN_MUST_USE;
/* Numbers and, if wanted, filters. */
enum qn_status qn_graph_build_compute(
    struct qn_ctx *ctx, struct qn_graph_build *build,
    const struct qn_graph_build_options *options) QN_MUST_USE;
/* The bytes of the file, its checksum (appended to them, too) in `name`. */
enum qn_status qn_graph_build_encode(struct qn_ctx *ctx,
                                     const struct qn_graph_build *build,
                                     struct qn_buf *out,
                                     struct qn_id *name) QN_MUST_USE;
void qn_graph_build_dispose(struct qn_graph_build *build);

#endif
