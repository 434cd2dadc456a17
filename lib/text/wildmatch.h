/* SPDX-License-Identifier: MIT */
/* Shell patterns, as gitignore, pathspecs, for-each-ref and attributes use.
 *
 *   ?      one byte            *      any run of bytes
 *   [...]  a set: !, ^ negate; ranges; [:alpha:] and kin; \ escapes
 *   \x     x itself
 *
 * With QN_WILDMATCH_PATHNAME "?", "*" and sets never match "/", and "**" as a
 * whole part crosses directories: "** /x" (x at any depth), "x/ **" (all below
 * x), "a/ ** /b" (zero or more directories between), without the blanks.
 * gitignore(5).  Takes time in proportion to the product of both sizes at
 * worst; never recurses.
 */
#ifndef QN_TEXT_WILDMATCH_H
#define QN_TEXT_WILDMATCH_H

#include "base/bytes.h"

enum qn_wildmatch_flags {
    QN_WILDMATCH_PATHNAME = 1,
    QN_WILDMATCH_CASEFOLD = 2 /* ASCII case does not matter */
};

bool qn_wildmatch_matches(struct qn_bytes pattern, struct qn_bytes text,
                          unsigned flags);

/* How many bytes at the start stand for themselves: all of it when there is no
 * "*", "?", "[" or "\". */
size_t qn_wildmatch_literal_size(struct qn_bytes pattern);

static inline bool qn_wildmatch_has_magic(struct qn_bytes pattern)
{
    return qn_wildmatch_literal_size(pattern) < pattern.size;
}

#endif
