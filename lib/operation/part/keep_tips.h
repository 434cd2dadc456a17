/* SPDX-License-Identifier: MIT */
/* From where nothing may be lost: refs, the HEADs, reflogs and indexes of all
 * work trees. */
#ifndef QN_OPERATION_PART_KEEP_TIPS_H
#define QN_OPERATION_PART_KEEP_TIPS_H

#include "hash/id_map.h"
#include "repo/repo.h"

/* Add them to `tips`.  What a reflog or an index names and is not here is left
 * out; a ref that is broken, or whose object is not here, too: the caller's
 * search for what is reached fails on what is missing below the others. */
enum qn_status qn_keep_tips_collect(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_odb *odb,
                                    struct qn_id_map *tips) QN_MUST_USE;

#endif
