/* SPDX-License-Identifier: MIT */
/* Which object directories there are: the repository's own, then those that
 * info/alternates and GIT_ALTERNATE_OBJECT_DIRECTORIES name, and theirs.
 *
 * info/alternates: one path a line, "#" begins a comment line, a line that
 * begins with a double quote is C-quoted, relative paths start from the object
 * directory.  The variable: the same, split at ":", relative paths start from
 * the process's directory.  Nesting deeper than five is left out with an error;
 * a directory named twice, or that leads back to itself, counts once.
 */
#ifndef QN_ODB_ODB_ALTERNATES_H
#define QN_ODB_ODB_ALTERNATES_H

#include "base/ctx.h"

struct qn_odb_alternates {
    char **paths; /* paths[0] is the directory that was asked for */
    char **reals; /* the same without symlinks */
    size_t count;
    size_t capacity;
    size_t real_capacity;
};

#define QN_ODB_ALTERNATES_INIT                                                 \
    {                                                                          \
        NULL, NULL, 0, 0, 0                                                    \
    }

/* `variable` may be NULL. */
enum qn_status
qn_odb_alternates_find(struct qn_ctx *ctx, const char *directory,
                       const char *variable,
                       struct qn_odb_alternates *out) QN_MUST_USE;
void qn_odb_alternates_dispose(struct qn_odb_alternates *alternates);

#endif
