/* SPDX-License-Identifier: MIT */
/* unpack-objects: a pack from a descriptor into loose objects, one after the
 * other as they come; deltas wait for their bases.  Small fetches and pushes
 * end here.
 *
 * What was written before a failure stays.  With checks, an object is written
 * only after all that it names (blobs at once). */
#ifndef QN_OPERATION_OP_UNPACK_OBJECTS_H
#define QN_OPERATION_OP_UNPACK_OBJECTS_H

#include "base/buf.h"
#include "object/check_policy.h"
#include "odb/odb.h"
#include "pack/pack_feed.h"

struct qn_op_unpack_objects {
    int fd;
    const struct qn_pack_source *source; /* in the place of `fd`; or NULL */
    struct qn_bytes front; /* bytes that were read from it already */
    struct qn_odb *odb;
    bool is_dry;      /* read all, write nothing */
    bool keeps_going; /* past objects that are damaged */
    bool is_strict;
    const struct qn_check_policy *policy; /* of --strict; or NULL */
    uint64_t max_input_size;              /* 0: any */
    uint64_t big_file_threshold;          /* 0: 512 MiB */
    const char *title;                    /* progress; or NULL */
};

struct qn_op_unpack_objects_result {
    bool has_errors;    /* reported: objects that are damaged */
    size_t count;       /* objects of the pack */
    struct qn_buf rest; /* what came behind the pack */
};

enum qn_status
qn_op_unpack_objects_run(struct qn_ctx *ctx,
                         const struct qn_op_unpack_objects *options,
                         struct qn_op_unpack_objects_result *out) QN_MUST_USE;

#endif
