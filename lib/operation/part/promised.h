/* SPDX-License-Identifier: MIT */
/* Promised objects of a partial clone: all that packs with a .promisor file
 * hold, and all that is named in these objects; what of them is not here can be
 * had from a remote that promised it (gitglossary(7), "promisor"). */
#ifndef QN_OPERATION_PART_PROMISED_H
#define QN_OPERATION_PART_PROMISED_H

#include "hash/id_map.h"
#include "odb/odb.h"

/* Add them to `set`, which was set up; the value of each is the enum
 * qn_object_type it has or should have. */
enum qn_status qn_promised_collect(struct qn_ctx *ctx, struct qn_odb *odb,
                                   struct qn_id_map *set) QN_MUST_USE;
/* Is there any? */
enum qn_status qn_promised_any(struct qn_ctx *ctx, struct qn_odb *odb,
                               bool *out) QN_MUST_USE;
/* Write into the configuration file `path` that the remote promises what
 * `filter` (in full) leaves out. */
enum qn_status qn_promised_register(struct qn_ctx *ctx, const char *path,
                                    const char *remote,
                                    const char *filter) QN_MUST_USE;

#endif
