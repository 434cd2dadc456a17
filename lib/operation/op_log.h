/* SPDX-License-Identifier: MIT */
/* log: a walk of commits, each formatted and compared by workers, printed in
 * order.
 *
 *   walk (caller) -> batches -> read, format, diff (workers) -> write (caller)
 *
 * `write` runs on the caller's thread, in order.
 */
#ifndef QN_OPERATION_OP_LOG_H
#define QN_OPERATION_OP_LOG_H

#include "diff/options.h"
#include "show/pretty.h"
#include "walk/commit_walk.h"
#include "walk/grafts.h"

enum qn_op_log_merges {
    QN_OP_LOG_MERGES_OFF = 0,
    QN_OP_LOG_MERGES_FIRST_PARENT,
    QN_OP_LOG_MERGES_SEPARATE, /* -m */
    QN_OP_LOG_MERGES_COMBINED, /* -c, --cc: options.combined says which */
    QN_OP_LOG_MERGES_REMERGE   /* --remerge-diff */
};

struct qn_op_log_options {
    const struct qn_pretty_options *pretty;
    const struct qn_diff_options *diff; /* NULL: no differences */
    const struct qn_grafts *grafts;     /* or NULL */
    enum qn_op_log_merges merges;
    bool hides_roots;       /* log.showRoot false */
    bool needs_diff;        /* a commit without a difference is not shown */
    bool uses_parents;      /* parents are the walk's (rewritten) */
    bool shows_children;    /* --children; the walk tracks them */
    bool shows_marks;       /* --left-right, --cherry-mark, --boundary */
    bool marks_equal;       /* --cherry-mark: "+" for all that are not "=" */
    bool has_left_right;    /* "<" and ">" */
    bool is_nul_terminated; /* -z */
    bool has_graph;         /* --graph; the walk has no max_count */
    bool first_parent_only; /* for the graph: one line for a merge */
    bool follows_entry; /* something was printed before: begin with a separator
                         */
    bool has_log_size;  /* --log-size */
    /* Records (show/commit_json.h) instead of text: ",\n" and an object each.
     * diff->render has to be qn_diff_json_value, pretty->is_terminator true. */
    bool is_json;
    const char *line_prefix; /* before every line of the output; or NULL */
    const char *line_break;  /* --show-linear-break: the barrier; or NULL */
    const char *follow;      /* --follow: the path; or NULL */
    const char *const *line_ranges; /* -L, of `line_tip`; or NULL */
    size_t line_range_count;
    struct qn_id line_tip;
    bool reverses_rows;      /* -L with --reverse; the walk goes forward */
    struct qn_graph_colors { /* log.graphColors; none: the usual ones */
        const char *const *items;
        size_t count;
    } graph_colors;
    int lane_limit;    /* --graph-lane-limit; 0: none */
    int64_t max_count; /* of shown commits, with needs_diff; -1: no limit */
    enum qn_status (*write)(struct qn_ctx *ctx, void *data,
                            struct qn_bytes text);
    void *data;
};

/* What a run found besides what it wrote. */
struct qn_op_log_result {
    uint64_t shown;
    bool has_problems;   /* --check */
    bool has_difference; /* some entry had one */
};
enum qn_status qn_op_log_run(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_commit_walk *walk,
                             const struct qn_op_log_options *options,
                             struct qn_op_log_result *result) QN_MUST_USE;

/* One commit alone, as `show` does; the same text, without a separator. */
enum qn_status qn_op_log_commit(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_id *id,
                                const struct qn_op_log_options *options,
                                struct qn_buf *out) QN_MUST_USE;

#endif
