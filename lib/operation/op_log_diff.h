/* SPDX-License-Identifier: MIT */
/* log: the differences of one commit, as text.  Between op_log.c and
 * op_log_diff.c only. */
#ifndef QN_OPERATION_OP_LOG_DIFF_H
#define QN_OPERATION_OP_LOG_DIFF_H

#include "diff/patch.h"
#include "operation/op_log.h"
#include "operation/part/line_log.h"
#include "operation/part/log_remerge.h"

/* One commit of a batch. */
struct qn_op_log_entry {
    struct qn_id id;
    unsigned flags;
    const char *source;
    const struct qn_walk_reflog_entry *reflog; /* of the walk; or NULL */
    size_t parent_start;                       /* in the slot's parents */
    uint32_t parent_count;
    size_t child_start; /* in the slot's parents, too */
    size_t child_count;
    size_t bytes_start;  /* the commit itself, in the slot's bytes */
    size_t bytes_size;   /* 0: to be read */
    size_t text_end;     /* where its text ends in the slot's */
    size_t message_size; /* of its text: what stands before a difference */
    size_t graph_width;  /* columns of the drawing beside it */
    bool is_hidden;
    bool is_followed; /* --follow: `pair` is all that is shown */
    bool has_problems, has_difference;
    struct qn_diff_pair pair;
    bool is_ranged; /* -L: `files` are what is shown */
    const struct qn_line_log_file *files;
    size_t file_count;
};

/* What a worker has. */
struct qn_op_log_worker {
    struct qn_odb *odb;
    struct qn_pretty *pretty;
    struct qn_patch *patch;
    struct qn_object commit;
    struct qn_object parent;
    struct qn_buf selector; /* of a reflog's entry */
    struct qn_buf short_selector;
    struct qn_id *trees;
    size_t tree_capacity;
    struct qn_log_remerge *remerge; /* made when first needed */
    const struct qn_revision_scope *scope;
    const struct qn_op_log_entry *entry; /* the one at hand */
    const struct qn_diff_pair *followed; /* of the entry at hand; or NULL */
    size_t message_size;                 /* of the entry at hand */
    bool has_difference;
    bool has_no_trees; /* they cannot be read */
};

/* The tree of a commit that is not the one at hand. */
enum qn_status qn_op_log_diff_tree(struct qn_ctx *ctx,
                                   struct qn_op_log_worker *worker,
                                   const struct qn_id *commit,
                                   struct qn_id *tree) QN_MUST_USE;
/* Does a commit with so many parents show its differences? */
bool qn_op_log_diff_is_shown(const struct qn_op_log_options *options,
                             size_t parents);
/* -L: what of its ranges a commit has changed. */
enum qn_status qn_op_log_diff_ranges(struct qn_ctx *ctx,
                                     struct qn_op_log_worker *worker,
                                     const struct qn_op_log_options *options,
                                     struct qn_buf *out) QN_MUST_USE;
/* The differences against its parents, as the options say. */
enum qn_status qn_op_log_diff_append(struct qn_ctx *ctx,
                                     struct qn_op_log_worker *worker,
                                     const struct qn_op_log_options *options,
                                     const struct qn_commit *commit,
                                     const struct qn_id *parents, size_t count,
                                     struct qn_buf *out,
                                     bool *is_empty) QN_MUST_USE;

#endif
