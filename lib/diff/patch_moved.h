/* SPDX-License-Identifier: MIT */
/* Lines that moved: --color-moved of git-diff(1).
 *
 *   all pairs once, lines only -> blocks -> colours, asked for in the same
 * order
 *
 * The lines of one diff (of all its files) are collected in the order in which
 * they will be printed; qn_patch_moved_settle finds what moved; then each line
 * printed asks for its colour.
 */
#ifndef QN_DIFF_PATCH_MOVED_H
#define QN_DIFF_PATCH_MOVED_H

#include "base/map.h"
#include "diff/options.h"

struct qn_patch_moved_line {
    uint32_t class_id; /* equal lines have one number */
    uint32_t next;     /* the next line of class and sign + 1; 0: none */
    uint32_t place;    /* adjacent lines have adjacent places */
    int width;         /* of the indent; -1: a blank line */
    char sign;
    bool is_moved, is_alternative;
};

struct qn_patch_moved {
    bool is_collecting; /* hunks are given to qn_patch_moved_add, not printed */
    bool is_settled;    /* colours may be asked for */
    struct qn_map classes;
    struct qn_patch_moved_line *lines;
    size_t count, capacity;
    uint32_t place;
    size_t cursor;
    struct qn_buf key;
};

void qn_patch_moved_dispose(struct qn_patch_moved *moved);
/* Forget everything; begin to collect. */
void qn_patch_moved_begin(struct qn_patch_moved *moved);
/* A line of the sign '-' or '+'; `tab_width` of its white space rules. */
enum qn_status qn_patch_moved_add(struct qn_ctx *ctx,
                                  struct qn_patch_moved *moved,
                                  const struct qn_diff_options *options,
                                  char sign, struct qn_bytes line,
                                  unsigned tab_width) QN_MUST_USE;
/* Something else stands between two lines. */
void qn_patch_moved_break(struct qn_patch_moved *moved);
enum qn_status
qn_patch_moved_settle(struct qn_ctx *ctx, struct qn_patch_moved *moved,
                      const struct qn_diff_options *options) QN_MUST_USE;
/* The colour of the next line, which has this sign. */
enum qn_diff_color qn_patch_moved_next(struct qn_patch_moved *moved,
                                       const struct qn_diff_options *options,
                                       char sign);

#endif
