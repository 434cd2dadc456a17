/* SPDX-License-Identifier: MIT */
/* What a thin pack may build on: objects of the other side's trees that lie
 * at the paths of what is sent. */
#ifndef QN_OPERATION_PART_PACK_BASES_H
#define QN_OPERATION_PART_PACK_BASES_H

#include "operation/part/pack_gather.h"

/* The other side has this commit (or tag, or tree). */
enum qn_status qn_pack_bases_note(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather,
                                  const struct qn_id *id) QN_MUST_USE;
/* The same, for part/list_objects.h; `data` is the gather. */
enum qn_status qn_pack_bases_edge(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *commit) QN_MUST_USE;
/* A tree with all below it, or a blob, that the other side has: as it is named,
 * whatever its path.  After the list is complete. */
enum qn_status qn_pack_bases_object(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    const struct qn_id *id,
                                    enum qn_object_type type) QN_MUST_USE;
/* The list is complete: add what was noted has at its paths. */
enum qn_status qn_pack_bases_add(struct qn_ctx *ctx,
                                 struct qn_pack_gather *gather) QN_MUST_USE;

#endif
