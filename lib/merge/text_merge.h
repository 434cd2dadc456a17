/* SPDX-License-Identifier: MIT */
/* Three-way text merge: base, ours, theirs to a merged text, with conflict
 * markers where both changed.  Rules: spec text-diff. */
#ifndef QN_MERGE_TEXT_MERGE_H
#define QN_MERGE_TEXT_MERGE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "diff/text_diff.h"

enum qn_text_merge_style {
    QN_TEXT_MERGE_MERGE = 0,
    QN_TEXT_MERGE_DIFF3,
    QN_TEXT_MERGE_ZDIFF3
};
enum qn_text_merge_favor {
    QN_TEXT_MERGE_NORMAL = 0,
    QN_TEXT_MERGE_OURS,
    QN_TEXT_MERGE_THEIRS,
    QN_TEXT_MERGE_UNION
};
struct qn_text_merge_options {
    enum qn_text_merge_style style;
    enum qn_text_merge_favor favor;
    struct qn_text_diff_options diff;
    unsigned level;       /* 0 minimal to 3 zealous-alnum; Git's merges use 2 */
    uint32_t marker_size; /* 0: 7 */
    const char *base_label, *our_label, *their_label; /* NULL: none */
};
/* Append the result; `*conflict_count` is the number of conflicts. */
enum qn_status qn_text_merge_run(struct qn_ctx *ctx, struct qn_bytes base,
                                 struct qn_bytes ours, struct qn_bytes theirs,
                                 const struct qn_text_merge_options *options,
                                 struct qn_buf *out,
                                 uint32_t *conflict_count) QN_MUST_USE;
#endif
