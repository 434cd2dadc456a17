/* SPDX-License-Identifier: MIT */
/* Renames and copies: pair deleted paths with added ones.  Rules: spec renames.
 */
#ifndef QN_DIFF_RENAME_H
#define QN_DIFF_RENAME_H

#include "diff/tree_diff.h"

/* Reads a side's content (object, or the work tree's file, filtered). */
struct qn_diff_content {
    enum qn_status (*read)(struct qn_ctx *ctx, void *data,
                           const struct qn_diff_side *side, struct qn_buf *out);
    void *data;
};

struct qn_rename_options {
    int detect;             /* 0: none, 1: renames (-M), 2: copies (-C) */
    uint32_t minimum_score; /* of 60000; 0: the default 50% */
    uint32_t break_score;   /* -B: of 60000; 0: do not break */
    uint32_t merge_score;   /* -B: of 60000 */
    uint32_t limit; /* diff.renameLimit; 0: no limit, UINT32_MAX: default */
    bool finds_copies_harder;
    bool skips_empty;                      /* --no-rename-empty */
    const struct qn_diff_content *content; /* NULL: objects only */
    /* out */
    bool was_limited; /* the limit was passed: only exact ones */
    uint32_t needed_limit;
};

/* Rewrite `list` in place, in Git's order of output. */
enum qn_status qn_rename_detect(struct qn_ctx *ctx, struct qn_odb *odb,
                                struct qn_rename_options *options,
                                struct qn_diff_list *list) QN_MUST_USE;

#endif
