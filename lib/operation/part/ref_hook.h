/* SPDX-License-Identifier: MIT */
/* The reference-transaction hook of a repository.  githooks(5). */
#ifndef QN_OPERATION_PART_REF_HOOK_H
#define QN_OPERATION_PART_REF_HOOK_H

#include "repo/repo.h"

/* Told of a transaction in `state`: run the hook, if there is one, with `lines`
 * as its input.  QN_REFUSED when it says no.  `state` NULL: QN_END when there
 * is none.  `repo`: a struct qn_repo (a
 * qn_refs_observe_fn). */
enum qn_status qn_ref_hook_run(struct qn_ctx *ctx, void *repo,
                               const char *state, struct qn_bytes lines);

#endif
