/* SPDX-License-Identifier: MIT */
/* Is what a .gitmodules file says of submodules safe?  Names that leave
 * their directory, URLs and paths that a program would take for options, URLs
 * with lines in them, commands to be run.  gitmodules(5). */
#ifndef QN_PATH_SUBMODULE_CHECK_H
#define QN_PATH_SUBMODULE_CHECK_H

#include "base/bytes.h"
#include "base/ctx.h"

bool qn_submodule_check_is_name(struct qn_bytes name);
enum qn_status qn_submodule_check_url(struct qn_ctx *ctx, struct qn_bytes url,
                                      bool *is_safe) QN_MUST_USE;

/* Each fault of a whole file, in order: `finding` is fsck's ("gitmodulesUrl"),
 * `message` what it says.  One that is no configuration is a finding, too. */
typedef void qn_submodule_check_fn(void *data, const char *finding,
                                   const char *message);
enum qn_status qn_submodule_check_file(struct qn_ctx *ctx, struct qn_bytes text,
                                       qn_submodule_check_fn *each,
                                       void *data) QN_MUST_USE;

#endif
