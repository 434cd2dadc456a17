/* SPDX-License-Identifier: MIT */
/* The single conversions that a filter is made of (inside the layer). */
#ifndef QN_WORKTREE_FILTER_STEPS_H
#define QN_WORKTREE_FILTER_STEPS_H

#include "worktree/filter.h"
#include "worktree/filter_process.h"

bool qn_filter_step_is_auto(enum qn_filter_eol eol);
bool qn_filter_step_adds_cr(enum qn_filter_eol eol,
                            const struct qn_filter_text_stat *stat);
/* CRLF -> LF, appended. */
enum qn_status qn_filter_step_drop_cr(struct qn_ctx *ctx, struct qn_bytes in,
                                      struct qn_buf *out) QN_MUST_USE;
/* Lone LF -> CRLF, appended. */
enum qn_status qn_filter_step_add_cr(struct qn_ctx *ctx, struct qn_bytes in,
                                     uint64_t lf_count,
                                     struct qn_buf *out) QN_MUST_USE;
/* `id` NULL: collapse to "$Id$"; otherwise expand. */
enum qn_status qn_filter_step_ident(struct qn_ctx *ctx, struct qn_bytes in,
                                    const struct qn_id *id, struct qn_buf *out,
                                    bool *changed) QN_MUST_USE;
/* A driver's way: its long-running program or its command.  When the answer is
 * not DONE or DELAYED, the content goes on as it was. */
enum qn_status qn_filter_driver_run(
    struct qn_ctx *ctx, const struct qn_work_tree *tree,
    const struct qn_filter_plan *plan, const struct qn_filter_request *request,
    struct qn_buf *out, enum qn_filter_process_answer *answer) QN_MUST_USE;
/* Run a clean or smudge command; `*worked` false when it failed. */
enum qn_status qn_filter_step_command(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      const char *command, struct qn_bytes path,
                                      struct qn_bytes in, struct qn_buf *out,
                                      bool *worked) QN_MUST_USE;

#endif
