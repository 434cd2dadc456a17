/* SPDX-License-Identifier: MIT */
/* prune-packed: loose objects that are in packs go. */
#ifndef QN_OPERATION_PART_PRUNE_PACKED_H
#define QN_OPERATION_PART_PRUNE_PACKED_H

#include "base/progress.h"
#include "odb/odb.h"

/* Told of each file, before it goes; or NULL. */
typedef enum qn_status qn_prune_packed_fn(struct qn_ctx *ctx, void *data,
                                          const char *path);
/* `removes` false: only tell. */
enum qn_status qn_prune_packed_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                   bool removes, qn_prune_packed_fn *each,
                                   void *data) QN_MUST_USE;

#endif
