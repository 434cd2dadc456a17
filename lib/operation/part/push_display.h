/* SPDX-License-Identifier: MIT */
/* How a push tells what became of refs: "   1234567..89abcde  main -> main", or
 * for programs (--porcelain).  git-push(1) OUTPUT. */
#ifndef QN_OPERATION_PART_PUSH_DISPLAY_H
#define QN_OPERATION_PART_PUSH_DISPLAY_H

#include "operation/part/push_match.h"

struct qn_push_display {
    struct qn_odb *odb;
    const char *url;
    bool is_porcelain, is_verbose;
    const char *rejected_color; /* around what was rejected; or NULL */
};

/* Append "To <url>" and a line a row; nothing when there is nothing to be
 * told. */
enum qn_status qn_push_display_rows(struct qn_ctx *ctx,
                                    const struct qn_push_display *display,
                                    const struct qn_push_rows *rows,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
