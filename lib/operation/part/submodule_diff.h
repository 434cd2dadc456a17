/* SPDX-License-Identifier: MIT */
/* --submodule=log and --submodule=diff: what changed inside a submodule. */
#ifndef QN_OPERATION_PART_SUBMODULE_DIFF_H
#define QN_OPERATION_PART_SUBMODULE_DIFF_H

#include "diff/patch.h"

/* A qn_diff_options.show_submodule. */
enum qn_status qn_submodule_diff_show(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const struct qn_diff_options *options,
                                      const struct qn_diff_pair *pair,
                                      struct qn_buf *out) QN_MUST_USE;

#endif
