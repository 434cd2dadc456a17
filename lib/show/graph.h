/* SPDX-License-Identifier: MIT */
/* The drawing beside a log: lanes, merges, and lines sliding to their places.
 *
 *   begin(commit) -> rows: (connector) expansion* commit merge? sliding*
 * padding*
 *
 * A row is appended without a newline, as wide as the commit's drawing.  The
 * caller says which parents are visible (will be shown) and what comes next.
 */
#ifndef QN_SHOW_GRAPH_H
#define QN_SHOW_GRAPH_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_graph;

struct qn_graph_commit {
    const struct qn_id *id;
    const struct qn_id *const *parents; /* the visible ones */
    size_t parent_count;
    bool is_boundary;
    char mark; /* '*', 'o', ... */
    /* what comes after it */
    const struct qn_id *next; /* NULL: the last one */
    bool next_is_root;        /* no boundary, and no visible parent */
    bool has_second_next;     /* another one behind the next */
};

/* `colors`: the cycle of lanes' colours; NULL and 0: Git's twelve. */
enum qn_status qn_graph_new(struct qn_ctx *ctx, bool has_color,
                            const char *const *colors, size_t color_count,
                            struct qn_graph **out) QN_MUST_USE;
void qn_graph_free(struct qn_graph *graph);
/* Commits without visible parents step to the right (--graph-indent of later
 * versions); off at first. */
void qn_graph_indent_roots(struct qn_graph *graph);
/* Draw the first `limit` lanes only; 0: all.  Before the first begin. */
void qn_graph_limit_lanes(struct qn_graph *graph, size_t limit);
/* Columns of the rows of the commit at hand. */
size_t qn_graph_width(const struct qn_graph *graph);
enum qn_status qn_graph_begin(struct qn_ctx *ctx, struct qn_graph *graph,
                              const struct qn_graph_commit *commit) QN_MUST_USE;
/* Append the next row; `*is_commit`: it was the one with the mark. */
enum qn_status qn_graph_row(struct qn_ctx *ctx, struct qn_graph *graph,
                            struct qn_buf *out, bool *is_commit) QN_MUST_USE;
/* A row for a line between two commits, after begin and before the mark. */
enum qn_status qn_graph_gap(struct qn_ctx *ctx, struct qn_graph *graph,
                            struct qn_buf *out) QN_MUST_USE;
/* Are all rows but padding printed? */
bool qn_graph_is_finished(const struct qn_graph *graph);

#endif
