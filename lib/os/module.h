/* SPDX-License-Identifier: MIT */
/* Modules: shared objects that are loaded when they are first needed. */
#ifndef QN_OS_MODULE_H
#define QN_OS_MODULE_H

#include "base/ctx.h"

/* The object named `symbol` in the file; it stays loaded as long as the process
 * lives.  QN_NOT_FOUND when the file or the name in it is not there, or cannot
 * be loaded (the message says why); QN_UNSUPPORTED where there are no modules.
 */
enum qn_status qn_module_load(struct qn_ctx *ctx, const char *path,
                              const char *symbol, const void **out) QN_MUST_USE;
#endif
