/* SPDX-License-Identifier: MIT */
/* The file system monitor: a hook (core.fsmonitor) that knows which files may
 * have changed, so that the others need not be looked at.
 *
 *   version 2  hook 2 <token>        -> token NUL path NUL path NUL ...
 *   version 1  hook 1 <nanoseconds>  -> path NUL path NUL ...
 *
 * "/" says that anything may have changed; a path that ends in a slash, or
 * names a directory, says it of all below.  core.fsmonitorHookVersion chooses;
 * without it 2 is tried first.  The answer counts for one index in memory:
 * entries that are flagged QN_INDEX_FSMONITOR_VALID after it are as they were.
 * core.fsmonitor=true is Git's own daemon, which Quoin is without: nothing is
 * trusted then.  Format in the index: gitformat-index(5), FSMN.
 */
#ifndef QN_WORKTREE_FSMONITOR_H
#define QN_WORKTREE_FSMONITOR_H

#include "config/config.h"
#include "worktree/work_tree.h"

/* Does the configuration name a monitor (a hook or the daemon)? */
bool qn_fsmonitor_is_configured(const struct qn_config *config);
/* Let the index keep what the monitor says, or forget it. */
enum qn_status qn_fsmonitor_set(struct qn_ctx *ctx, struct qn_index *index,
                                bool is_enabled) QN_MUST_USE;
/* Ask, once for each index that is read.  A hook that fails is no failure: all
 * files are looked at. */
enum qn_status qn_fsmonitor_ask(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_index *index) QN_MUST_USE;

#endif
