/* SPDX-License-Identifier: MIT */
/* The pager: which one, for which command, and its environment. */
#ifndef QN_PROGRAM_PAGER_H
#define QN_PROGRAM_PAGER_H

#include "base/ctx.h"
#include "config/config.h"

/* GIT_PAGER, core.pager, PAGER, less.  NULL: none is wanted ("" or "cat"). */
const char *qn_pager_name(struct qn_ctx *ctx, const struct qn_config *config);

/* pager.<command>: `*use` whether to page (unset: `fallback`), `*program` the
 * program named there or NULL. */
enum qn_status qn_pager_for_command(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    const char *command, bool fallback,
                                    bool *use,
                                    const char **program) QN_MUST_USE;

/* "LESS=FRX", "LV=-c", for those of the two that are not set; up to two, then
 * NULL. */
void qn_pager_variables(struct qn_ctx *ctx, const char *out[3]);

#endif
