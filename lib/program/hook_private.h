/* SPDX-License-Identifier: MIT */
/* What the files of hooks share: hook.c finds and lists them, hook_jobs.c knows
 * how many may run at once, hook_run.c runs them. */
#ifndef QN_PROGRAM_HOOK_PRIVATE_H
#define QN_PROGRAM_HOOK_PRIVATE_H

#include "base/map.h"
#include "program/hook.h"

/* The numbers of the names that qn_hook_find puts; 0: forgotten again. */
#define QN_HOOK_ACTIVE   1
#define QN_HOOK_DISABLED 2

/* What "hook.<name>.<key>" says last, or NULL. */
const struct qn_config_entry *qn_hook_setting(struct qn_ctx *ctx,
                                              const struct qn_config *config,
                                              struct qn_bytes name,
                                              const char *key);
/* Both kinds at once: friendly names in order, the path of the directory's.
 * `*is_on`: hook.<event>.enabled, for configured ones. */
enum qn_status qn_hook_find(struct qn_ctx *ctx,
                            const struct qn_hook_options *options,
                            const char *event, struct qn_map *names,
                            struct qn_buf *path, bool *is_on) QN_MUST_USE;
/* Warn of what hook.jobs, hook.<event>.jobs and hook.<name>.parallel say and
 * cannot mean. */
enum qn_status qn_hook_jobs_check(struct qn_ctx *ctx,
                                  const struct qn_config *config) QN_MUST_USE;
/* How many of `names` may run at once. */
uint32_t qn_hook_jobs(struct qn_ctx *ctx, const struct qn_hook_options *options,
                      const char *event, const struct qn_map *names);

#endif
