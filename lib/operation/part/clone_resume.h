/* SPDX-License-Identifier: MIT */
/* A clone that was cut off, or killed, and is run again.
 *
 *   <git dir>/quoin-clone    "<url>\n", from before anything else is there
 * until all refs are: whoever finds it finds no repository that is whole <git
 * dir>/quoin-resume   what came (part/fetch_partial.h)
 *
 * A clone that fails and that can be gone on with leaves these two, and nothing
 * else: Git takes that for no repository.  docs/decisions/resume.md.
 */
#ifndef QN_OPERATION_PART_CLONE_RESUME_H
#define QN_OPERATION_PART_CLONE_RESUME_H

#include "base/ctx.h"

/* Is what lies at `top` an unfinished clone of `url`, and nothing of anybody's?
 * `git`: its git directory, `top` itself when it is bare. */
enum qn_status qn_clone_resume_check(struct qn_ctx *ctx, const char *top,
                                     const char *git, const char *url,
                                     bool *out) QN_MUST_USE;
enum qn_status qn_clone_resume_mark(struct qn_ctx *ctx, const char *git,
                                    const char *url) QN_MUST_USE;
enum qn_status qn_clone_resume_unmark(struct qn_ctx *ctx,
                                      const char *git) QN_MUST_USE;
/* All but the two goes; and but objects, when `keeps_objects`. */
enum qn_status qn_clone_resume_clear(struct qn_ctx *ctx, const char *git,
                                     bool keeps_objects) QN_MUST_USE;

#endif
