/* SPDX-License-Identifier: MIT */
/* What the files of repack share; nobody else includes it. */
#ifndef QN_OPERATION_OP_REPACK_PARTS_H
#define QN_OPERATION_OP_REPACK_PARTS_H

#include "operation/op_repack.h"
#include "operation/part/repack_packs.h"

/* --write-midx=incremental with --geometric: packs of layers that are left as
 * they are take no part. */
enum qn_status
qn_op_repack_mark_layers(struct qn_ctx *ctx, const struct qn_op_repack *options,
                         struct qn_repack_packs *packs) QN_MUST_USE;
/* Write the multi-pack-index of all packs that do not go and of the new ones:
 * the one file, or layers.  Before anything goes. */
enum qn_status qn_op_repack_write_midx(struct qn_ctx *ctx,
                                       const struct qn_op_repack *options,
                                       const struct qn_repack_packs *packs,
                                       const struct qn_id *made,
                                       size_t made_count) QN_MUST_USE;

#endif
