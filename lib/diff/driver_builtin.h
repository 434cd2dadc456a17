/* SPDX-License-Identifier: MIT */
/* The built-in diff drivers, "diff=<name>" of gitattributes(5): what heads a
 * hunk, and what a word is, in each language.
 *
 * The names are the manual's.  What each one does was found by asking the
 * program about thousands of lines: docs/provenance/diff.md.
 */
#ifndef QN_DIFF_DRIVER_BUILTIN_H
#define QN_DIFF_DRIVER_BUILTIN_H

#include <stdbool.h>

struct qn_driver_builtin {
    const char *name;
    /* Extended expressions, one a line; behind "!": the line heads nothing.
     * The first that matches decides.  A group that matched is the heading. */
    const char *headings;
    const char *words; /* an extended expression */
    bool ignores_case; /* of the headings */
};

/* NULL: there is none of that name. */
const struct qn_driver_builtin *qn_driver_builtin_find(const char *name);

#endif
