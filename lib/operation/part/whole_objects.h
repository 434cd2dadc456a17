/* SPDX-License-Identifier: MIT */
/* Is all there that an object refers to, directly or indirectly?  What refs
 * reach is taken to be (it is another's to check); beyond that each object is
 * looked at once, as long as nothing is missing. */
#ifndef QN_OPERATION_PART_WHOLE_OBJECTS_H
#define QN_OPERATION_PART_WHOLE_OBJECTS_H

#include "hash/id_map.h"
#include "walk/revision.h"

struct qn_whole_objects {
    struct qn_odb *odb;     /* borrowed; replaces nothing */
    struct qn_id_map known; /* reached by refs, or found to be whole */
};

enum qn_status
qn_whole_objects_begin(struct qn_ctx *ctx, struct qn_whole_objects *whole,
                       const struct qn_revision_scope *scope) QN_MUST_USE;
enum qn_status qn_whole_objects_ask(struct qn_ctx *ctx,
                                    struct qn_whole_objects *whole,
                                    const struct qn_id *id,
                                    bool *out) QN_MUST_USE;
void qn_whole_objects_dispose(struct qn_whole_objects *whole);

#endif
