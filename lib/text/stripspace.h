/* SPDX-License-Identifier: MIT */
/* Clean up a message: what `git stripspace` and commit's --cleanup do.
 *
 *   trailing white space of lines goes; empty lines at both ends go; several
 *   empty lines become one; the last line gets its newline; with a comment
 *   string, lines that begin with it go
 *
 * Source: git-stripspace(1), git-commit(1) "--cleanup".
 */
#ifndef QN_TEXT_STRIPSPACE_H
#define QN_TEXT_STRIPSPACE_H

#include "base/buf.h"

/* Append the cleaned form of `text`.  `comment`: NULL or "": keep all lines. */
enum qn_status qn_stripspace(struct qn_ctx *ctx, struct qn_bytes text,
                             const char *comment,
                             struct qn_buf *out) QN_MUST_USE;

/* Append each line with the comment string in front ("# line", "#" for an empty
 * one, no space before a tab). */
enum qn_status qn_stripspace_comment(struct qn_ctx *ctx, struct qn_bytes text,
                                     const char *comment,
                                     struct qn_buf *out) QN_MUST_USE;

/* The size of the text above the scissors line ("<comment>
 * ------------------------ >8 ------------------------"); all of it when there
 * is none. */
size_t qn_stripspace_scissors(struct qn_bytes text, const char *comment);

#define QN_STRIPSPACE_CUT "------------------------ >8 ------------------------"

#endif
