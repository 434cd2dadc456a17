/* SPDX-License-Identifier: MIT */
/* Regular expressions of four kinds behind one face.
 *
 *   fixed     a string            basic, extended   POSIX, the C library's
 *   perl      PCRE2, with JIT
 *
 * A compiled expression is immutable and may be shared by threads; what a match
 * needs is kept in the context.  (The C library may take a lock inside a POSIX
 * match: a thread that matches much should compile its own.)
 */
#ifndef QN_TEXT_REGEX_H
#define QN_TEXT_REGEX_H

#include "base/buf.h"
#include "base/bytes.h"

enum qn_regex_kind {
    QN_REGEX_BASIC = 0,
    QN_REGEX_EXTENDED,
    QN_REGEX_FIXED,
    QN_REGEX_PERL
};

enum qn_regex_flags {
    QN_REGEX_FOLD = 1,    /* case does not matter */
    QN_REGEX_NEWLINE = 2, /* ^ and $ at each line, "." stops at its end */
    QN_REGEX_UTF8 = 4,    /* characters, not bytes (perl; fixed with fold) */
    QN_REGEX_NOT_BOL = 8  /* for find: the text does not begin a line */
};

struct qn_regex_match {
    size_t start;
    size_t end;
};
#define QN_REGEX_NO_MATCH SIZE_MAX /* start of a group that took no part */

struct qn_regex;

/* QN_INVALID with what the compiler of the expression says. */
enum qn_status qn_regex_new(struct qn_ctx *ctx, struct qn_bytes pattern,
                            enum qn_regex_kind kind, unsigned flags,
                            struct qn_regex **out) QN_MUST_USE;
void qn_regex_free(struct qn_regex *regex);

/* The leftmost match.  `matches` (may be NULL with count 0) gets the whole and
 * the groups. */
enum qn_status qn_regex_find(struct qn_ctx *ctx, const struct qn_regex *regex,
                             struct qn_bytes text, unsigned flags,
                             struct qn_regex_match *matches, size_t count,
                             bool *found) QN_MUST_USE;

/* Does the text match anywhere?  A failure counts as no. */
bool qn_regex_is_match(struct qn_ctx *ctx, const struct qn_regex *regex,
                       struct qn_bytes text);

#endif
