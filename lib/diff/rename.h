/* SPDX-License-Identifier: MIT */
/* Renames and copies: pair deleted paths with added ones.  Rules: spec renames.
 */
#ifndef QN_DIFF_RENAME_H
#define QN_DIFF_RENAME_H

#define QN_RENAME_DEFAULT_SCORE 30000u
#define QN_RENAME_DEFAULT_LIMIT 1000u

#include "diff/similarity.h"
#include "diff/tree_diff.h"

struct qn_rename_options {
    int detect;             /* 0: none, 1: renames (-M), 2: copies (-C) */
    uint32_t minimum_score; /* of 60000; 0: the default 50% */
    bool breaks;            /* -B */
    uint32_t break_score;   /* of 60000; 0: the default 50% */
    uint32_t merge_score;   /* of 60000; 0: the default 60% */
    uint32_t limit; /* diff.renameLimit; 0: no limit, UINT32_MAX: default */
    bool finds_copies_harder;
    struct qn_bytes follow; /* --follow: the only destination; empty: all */
    bool skips_empty;       /* --no-rename-empty */
    const struct qn_diff_content *content; /* NULL: objects only */
    /* out */
    bool was_limited;  /* the limit was passed: only exact ones */
    bool was_degraded; /* ... or copies from changed paths only */
    uint32_t needed_limit;
};

/* Rewrite `list` in place, in Git's order of output, and set the letters.  Does
 * the last step (dropping unchanged pairs) also when nothing is detected. */
enum qn_status qn_rename_detect(struct qn_ctx *ctx, struct qn_odb *odb,
                                struct qn_rename_options *options,
                                struct qn_diff_list *list) QN_MUST_USE;

/* "-M<n>": a fraction as Git reads it, of 60000.  `*used` is how far it was
 * read. */
uint32_t qn_rename_parse_score(const char *text, size_t *used);

#endif
