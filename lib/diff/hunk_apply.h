/* SPDX-License-Identifier: MIT */
/* Apply the hunks of one file to its text.
 *
 *   text, "@@ -1,2 +1,3 @@ ..." and lines  ->  the other text
 *
 * A hunk has to be found as a whole, context included, nearest to where it says
 * it is.  One that begins at the first line must be there; one without context
 * behind it must reach the end.  Hunks come in order and do not overlap.
 * Source: git-apply(1), experiments.
 */
#ifndef QN_DIFF_HUNK_APPLY_H
#define QN_DIFF_HUNK_APPLY_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_hunk_apply_options {
    const char *name;    /* of the file, for messages */
    bool is_reversed;    /* from the new text to the old */
    size_t header_lines; /* lines of the patch before the first hunk */
};

/* Append the result.  QN_CORRUPT "corrupt patch at <stdin>:n"; QN_CONFLICT
 * "patch failed: <name>:<line>". */
enum qn_status qn_hunk_apply_run(struct qn_ctx *ctx, struct qn_bytes text,
                                 struct qn_bytes hunks,
                                 const struct qn_hunk_apply_options *options,
                                 struct qn_buf *out) QN_MUST_USE;

/* The numbers of "@@ -1,2 +3,4 @@"; a count that is not there is 1.  False:
 * it is no such line. `*end`: behind the second "@@". */
struct qn_hunk_range {
    uint32_t old_start, old_count, new_start, new_count;
};
bool qn_hunk_apply_parse_header(struct qn_bytes line, struct qn_hunk_range *out,
                                size_t *end);

#endif
