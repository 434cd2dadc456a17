/* SPDX-License-Identifier: MIT */
/* White space errors: core.whitespace of git-config(1) and the `whitespace`
 * attribute of gitattributes(5).
 *
 * Rules are flags and a tab width; a line goes in, the errors it has come out,
 * or the line in colours.
 */
#ifndef QN_DIFF_WHITESPACE_H
#define QN_DIFF_WHITESPACE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "path/attributes.h"

enum qn_whitespace_flags {
    QN_WHITESPACE_BLANK_AT_EOL = 1,
    QN_WHITESPACE_SPACE_BEFORE_TAB = 2,
    QN_WHITESPACE_INDENT_WITH_NON_TAB = 4,
    QN_WHITESPACE_CR_AT_EOL = 8,
    QN_WHITESPACE_BLANK_AT_EOF = 16,
    QN_WHITESPACE_TAB_IN_INDENT = 32,
    QN_WHITESPACE_INCOMPLETE_LINE = 64
};

struct qn_whitespace {
    unsigned flags; /* enum qn_whitespace_flags */
    unsigned tab_width;
};

/* The defaults, with `text` (core.whitespace; or NULL) on top. */
void qn_whitespace_parse(const char *text, struct qn_whitespace *out);
/* The rules of a path: the attribute, otherwise `text`. `attributes` may be
 * NULL. */
enum qn_status qn_whitespace_find(struct qn_ctx *ctx,
                                  struct qn_attributes *attributes,
                                  const char *text, struct qn_bytes path,
                                  struct qn_whitespace *out) QN_MUST_USE;
/* The errors of a line (with its LF if it has one); pure. */
unsigned qn_whitespace_check(struct qn_bytes line,
                             const struct qn_whitespace *rules);

struct qn_whitespace_colors {
    const char *text;  /* what is no error */
    const char *error; /* color.diff.whitespace */
    const char *reset;
};
/* Append the line, errors marked, with its LF (or without, as it is). */
enum qn_status qn_whitespace_append(struct qn_ctx *ctx, struct qn_bytes line,
                                    const struct qn_whitespace *rules,
                                    const struct qn_whitespace_colors *colors,
                                    struct qn_buf *out) QN_MUST_USE;

/* "<what>, <what>.\n" */
enum qn_status qn_whitespace_describe(struct qn_ctx *ctx, unsigned errors,
                                      struct qn_buf *out) QN_MUST_USE;

#endif
