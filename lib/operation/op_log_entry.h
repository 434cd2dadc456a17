/* SPDX-License-Identifier: MIT */
/* log: one commit as text: its message, and the differences behind it.  Between
 * op_log.c and op_log_entry.c only. */
#ifndef QN_OPERATION_OP_LOG_ENTRY_H
#define QN_OPERATION_OP_LOG_ENTRY_H

#include "operation/op_log_diff.h"

/* Some commits that follow each other, and their text. */
struct qn_op_log_slot {
    struct qn_op_log_entry *entries;
    size_t count;
    struct qn_id *parents;
    size_t parent_count;
    size_t parent_capacity;
    struct qn_buf bytes; /* commits as the walk has read them */
    struct qn_buf text;
    /* What went wrong behind the last entry: what could be read is written
     * before it is told. */
    enum qn_status failure;
    struct qn_buf message;
};

/* "<", ">", "=", "+", "-", "^"; or 0: none. */
char qn_op_log_entry_mark(const struct qn_op_log_options *options,
                          unsigned flags);

/* The entry's commit, and the parents it is compared with: those of the walk
 * where it rewrites them; in the worker's array otherwise.  `slot` may be NULL.
 */
enum qn_status qn_op_log_entry_read(struct qn_ctx *ctx,
                                    struct qn_op_log_worker *worker,
                                    const struct qn_op_log_options *options,
                                    const struct qn_op_log_entry *entry,
                                    const struct qn_op_log_slot *slot,
                                    struct qn_commit *commit,
                                    const struct qn_id **parents,
                                    size_t *count) QN_MUST_USE;

/* Append its text; `slot` as above. */
enum qn_status qn_op_log_entry_append(struct qn_ctx *ctx,
                                      struct qn_op_log_worker *worker,
                                      const struct qn_op_log_options *options,
                                      struct qn_op_log_entry *entry,
                                      const struct qn_op_log_slot *slot,
                                      struct qn_buf *out) QN_MUST_USE;

#endif
