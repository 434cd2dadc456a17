/* SPDX-License-Identifier: MIT */
/* Refs that a repository keeps to itself: transfer.hideRefs and
 * <section>.hideRefs, where what is said last wins.  git-config(1). */
#ifndef QN_WALK_HIDDEN_REFS_H
#define QN_WALK_HIDDEN_REFS_H

#include "config/config.h"

#include <stdbool.h>

/* `section`: "uploadpack", "receive", "fetch".  `name` as it is told, `full` as
 * it is stored (they differ in a namespace); what a "^" is in front of is meant
 * for the latter. */
bool qn_hidden_refs_has(const struct qn_config *config, const char *section,
                        const char *name, const char *full);

#endif
