/* SPDX-License-Identifier: MIT */
/* Several bases of a merge without renames: one tree that stands for them.
 *
 *   base..., ours, theirs -> for each path the base that one side did not
 *   change, else the first that has it
 *
 * Git's documentation on trivial merges ("multiple ancestors").
 */
#ifndef QN_MERGE_SEVERAL_BASES_H
#define QN_MERGE_SEVERAL_BASES_H

#include "base/ctx.h"
#include "hash/id.h"
#include "odb/odb.h"

struct qn_several_bases {
    const struct qn_id *bases; /* trees */
    size_t count;
    const struct qn_id *ours, *theirs; /* trees */
};

/* QN_TOO_BIG for more than 32 bases, or trees too deep. */
enum qn_status qn_several_bases_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_several_bases *bases,
                                    struct qn_id *out) QN_MUST_USE;

#endif
