/* SPDX-License-Identifier: MIT */
/* count-objects: how much there is, and what does not belong. */
#ifndef QN_OPERATION_OP_COUNT_OBJECTS_H
#define QN_OPERATION_OP_COUNT_OBJECTS_H

#include "base/ctx.h"
#include "odb/odb.h"

struct qn_op_count_objects {
    uint64_t loose;      /* files */
    uint64_t loose_size; /* bytes on the disk */
    uint64_t packed;     /* objects in packs, counted in each */
    uint64_t packs;
    uint64_t pack_size; /* bytes of packs and indexes */
    uint64_t prunable;  /* loose ones that are packed too */
    uint64_t garbage;   /* files */
    uint64_t garbage_size;
};

/* A file that does not belong: `what` is "garbage found" or "no corresponding
 * .idx" and such. */
typedef void qn_op_count_objects_fn(void *data, const char *what,
                                    const char *path);

/* Local directory only.  `garbage` NULL: packs and garbage are not looked at.
 */
enum qn_status
qn_op_count_objects_run(struct qn_ctx *ctx, struct qn_odb *odb,
                        const char *directory, qn_op_count_objects_fn *garbage,
                        void *data,
                        struct qn_op_count_objects *out) QN_MUST_USE;

#endif
