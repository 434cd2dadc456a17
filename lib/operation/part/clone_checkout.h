/* SPDX-License-Identifier: MIT */
/* The first index and the first files of a clone. */
#ifndef QN_OPERATION_PART_CLONE_CHECKOUT_H
#define QN_OPERATION_PART_CLONE_CHECKOUT_H

#include "repo/repo.h"

/* `branch`: full name of what HEAD is on, for filters; not a branch: ignored.
 */
enum qn_status qn_clone_checkout(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const struct qn_id *head,
                                 const char *branch) QN_MUST_USE;

#endif
