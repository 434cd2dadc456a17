/* SPDX-License-Identifier: MIT */
/* Copy an objects directory to another place: what a local clone does instead
 * of sending a pack.
 *
 *   every file below objects/  -> a hard link, or a copy where that cannot be
 *   info/alternates            -> added to the new one, relative paths made
 * absolute
 *
 * A symbolic link anywhere below is refused: it would let a repository that
 * somebody else wrote show files that are not objects.  A file that vanishes
 * while we walk is passed over (a repack beside us), and the caller checks
 * that the refs' objects arrived.  Source: experiments with git clone.
 */
#ifndef QN_OPERATION_PART_COPY_OBJECTS_H
#define QN_OPERATION_PART_COPY_OBJECTS_H

#include "base/ctx.h"

#include <stdbool.h>

enum qn_copy_objects_links {
    QN_COPY_OBJECTS_TRY,   /* link, or copy */
    QN_COPY_OBJECTS_NEVER, /* --no-hardlinks */
    QN_COPY_OBJECTS_ALWAYS /* --local was said: a link that fails is fatal */
};

/* `from`, `to`: objects directories; `to` exists. */
enum qn_status qn_copy_objects(struct qn_ctx *ctx, const char *from,
                               const char *to,
                               enum qn_copy_objects_links links) QN_MUST_USE;

/* Add one line (an absolute objects directory) to info/alternates of the
 * objects directory `objects`. */
enum qn_status qn_copy_objects_add_alternate(struct qn_ctx *ctx,
                                             const char *objects,
                                             const char *alternate) QN_MUST_USE;

#endif
