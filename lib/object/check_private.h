/* SPDX-License-Identifier: MIT */
/* What the files of the checks share. */
#ifndef QN_OBJECT_CHECK_PRIVATE_H
#define QN_OBJECT_CHECK_PRIVATE_H

#include "object/check.h"

/* Hand a finding on; true when it counts as an error. */
bool qn_check_report(struct qn_ctx *ctx, const struct qn_check *check,
                     const char *name, const char *message);
enum qn_status qn_check_tree(struct qn_ctx *ctx, const struct qn_check *check,
                             struct qn_bytes data, bool *is_sound) QN_MUST_USE;

#endif
