/* SPDX-License-Identifier: MIT */
/* Inside of the text diff: two sides as sequences of class numbers, and the
 * stages that mark what was removed and added.
 *
 *   split -> classify -> {myers | patience | histogram} -> compact -> changes
 *
 * Two lines have the same class exactly when they are equal under the white
 * space mode.  The lines left unmarked are the same number on both sides and
 * pair up in order.  Rules: docs/formats/text-diff.md.
 */
#ifndef QN_DIFF_TEXT_ENGINE_H
#define QN_DIFF_TEXT_ENGINE_H

#include "diff/text_diff.h"

struct qn_text_side {
    const struct qn_text_lines *lines;
    uint32_t *classes;
    uint8_t *marks; /* marks[-1] and marks[count] are there, and 0 */
    uint32_t count;
};

struct qn_text_pair {
    struct qn_text_side sides[2]; /* old, new */
    uint32_t class_count;
    uint32_t *counts[2]; /* a zero for each class; users leave them zero */
    uint32_t prefix;     /* lines known to be equal at the start */
    uint32_t suffix;     /* and at the end, not overlapping */
    bool is_lazy; /* lines of both ends have a class only if a line between
                     them has it; `counts` has how often they occur there */
    const struct qn_text_diff_options *options;
};

/* A pair of line ranges. */
struct qn_text_region {
    uint32_t old_start, old_end;
    uint32_t new_start, new_end;
};

/* No line between the ends is like it; compare the bytes. */
#define QN_TEXT_NO_CLASS UINT32_MAX

/* Split both texts and find what they have in common at their ends. */
enum qn_status
qn_text_lines_split_pair(struct qn_ctx *ctx, struct qn_bytes old_text,
                         struct qn_bytes new_text, struct qn_text_diff *out,
                         uint32_t *prefix, uint32_t *suffix) QN_MUST_USE;

/* Give every line of both sides its class. */
enum qn_status qn_text_lines_classify(struct qn_ctx *ctx,
                                      struct qn_text_pair *pair) QN_MUST_USE;

/* Mark a region as if its two ranges were files of their own; earlier marks in
 * it are replaced.  `first` is the side that plays the old file. */
enum qn_status qn_text_myers_run(struct qn_ctx *ctx, struct qn_text_pair *pair,
                                 const struct qn_text_region *region, int first,
                                 bool is_minimal) QN_MUST_USE;
enum qn_status qn_text_patience_run(struct qn_ctx *ctx,
                                    struct qn_text_pair *pair) QN_MUST_USE;
enum qn_status qn_text_histogram_run(struct qn_ctx *ctx,
                                     struct qn_text_pair *pair) QN_MUST_USE;

/* Slide the groups of marks of one side; `side` 0 first, then 1. */
enum qn_status qn_text_compact_run(struct qn_ctx *ctx,
                                   struct qn_text_pair *pair,
                                   int side) QN_MUST_USE;

static inline bool qn_text_is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool qn_text_is_same(const struct qn_text_side *side, uint32_t i,
                                   uint32_t j)
{
    if (side->classes[i] != QN_TEXT_NO_CLASS &&
        side->classes[j] != QN_TEXT_NO_CLASS)
        return side->classes[i] == side->classes[j];
    return qn_bytes_is_equal(qn_text_lines_at(side->lines, i),
                             qn_text_lines_at(side->lines, j));
}

static inline void qn_text_mark_range(struct qn_text_side *side, uint32_t start,
                                      uint32_t end, uint8_t mark)
{
    if (end > start)
        memset(side->marks + start, mark, end - start);
}

#endif
