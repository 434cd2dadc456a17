/* SPDX-License-Identifier: MIT */
/* The list of temporary files: what a dying process should remove.
 *
 * One list a process, lock free to walk, so that the command's signal handler
 * may call qn_temporary_unlink_all (async-signal-safe: unlink only, and only
 * for the process that made the entry).
 */
#ifndef QN_OS_TEMPORARY_H
#define QN_OS_TEMPORARY_H

#include "base/ctx.h"

/* Add `path` (made absolute). */
enum qn_status qn_temporary_add(struct qn_ctx *ctx,
                                const char *path) QN_MUST_USE;
/* Take off the list: it was renamed or removed by the caller. */
void qn_temporary_forget(const char *path);
/* Remove the file and take it off the list. */
void qn_temporary_remove(const char *path);
/* From a signal handler or at exit. */
void qn_temporary_unlink_all(void);

#endif
