/* SPDX-License-Identifier: MIT */
/* log --graph: the commits of a walk, all of them first (which parents will be
 * shown is known only then), and the drawing put beside each one's text. */
#ifndef QN_OPERATION_PART_LOG_GRAPH_H
#define QN_OPERATION_PART_LOG_GRAPH_H

#include "walk/commit_walk.h"

struct qn_log_graph_row {
    struct qn_id id;
    unsigned flags;
    const char *source;
    size_t parent_start;
    uint32_t parent_count;
};

struct qn_log_graph;
struct qn_log_graph_options {
    uint32_t algorithm;
    bool has_color;
    bool first_parent_only;
    const char *const *colors; /* sequences; NULL: the usual ones */
    size_t color_count;
    int lane_limit; /* 0: none */
};
/* QN_OK or QN_END. */
typedef enum qn_status qn_log_graph_next_fn(struct qn_ctx *ctx, void *data,
                                            struct qn_walk_commit *out);
/* Takes all that `next` has. */
enum qn_status qn_log_graph_new(struct qn_ctx *ctx, qn_log_graph_next_fn *next,
                                void *data,
                                const struct qn_log_graph_options *options,
                                struct qn_log_graph **out) QN_MUST_USE;
/* A qn_log_graph_next_fn whose data is a walk. */
enum qn_status qn_log_graph_walk(struct qn_ctx *ctx, void *walk,
                                 struct qn_walk_commit *out) QN_MUST_USE;
/* How wide the drawing of row `i` will be; rows come in order. */
enum qn_status qn_log_graph_width(struct qn_ctx *ctx,
                                  struct qn_log_graph *graph, size_t i,
                                  size_t *width) QN_MUST_USE;
void qn_log_graph_free(struct qn_log_graph *graph);
/* Row `i`; false behind the last. */
bool qn_log_graph_at(const struct qn_log_graph *graph, size_t i,
                     const struct qn_log_graph_row **row,
                     const struct qn_id **parents);
/* Row `i` is not shown: the next one that is says so. */
enum qn_status qn_log_graph_skip(struct qn_ctx *ctx, struct qn_log_graph *graph,
                                 size_t i) QN_MUST_USE;
/* Append the text of row `i` with the drawing; rows come in order.  Rows that
 * the commit needs beyond the `message_size` first bytes come behind these.
 * `separates`: a line of its own in front of all but the first. */
enum qn_status qn_log_graph_draw(struct qn_ctx *ctx, struct qn_log_graph *graph,
                                 size_t i, char mark, struct qn_bytes text,
                                 size_t message_size, bool separates,
                                 struct qn_buf *out) QN_MUST_USE;

#endif
