/* SPDX-License-Identifier: MIT */
/* The two halves of unpack-objects: what is written as it comes, and (--strict)
 * what is held until all that it names was checked. */
#ifndef QN_OPERATION_OP_UNPACK_PARTS_H
#define QN_OPERATION_OP_UNPACK_PARTS_H

#include "hash/id_map.h"
#include "object/object.h"
#include "operation/op_unpack_objects.h"

struct qn_op_unpack_held { /* a commit, tree or tag */
    enum qn_object_type type;
    uint8_t *data;
    size_t size;
    bool is_reached;
    bool is_written;
};

struct qn_op_unpack_strict {
    const struct qn_op_unpack_objects *options;
    struct qn_object_checker *checker;
    struct qn_id_map ids; /* of what is held */
    struct qn_op_unpack_held *held;
    size_t capacity;
    struct qn_id_map types; /* of all ids that were met: what they are (or,
                               + 16, what somebody who names them expects) */
    uint32_t *stack;
    size_t stack_capacity;
    bool has_error;
};

enum qn_status qn_op_unpack_strict_begin(
    struct qn_ctx *ctx, struct qn_op_unpack_strict *strict,
    const struct qn_op_unpack_objects *options) QN_MUST_USE;
void qn_op_unpack_strict_dispose(struct qn_op_unpack_strict *strict);
/* An object as it comes; blobs are noted only. */
enum qn_status qn_op_unpack_strict_hold(struct qn_ctx *ctx,
                                        struct qn_op_unpack_strict *strict,
                                        const struct qn_id *id,
                                        enum qn_object_type type,
                                        struct qn_bytes data) QN_MUST_USE;
/* What is held of that id; NULL: nothing. */
const struct qn_op_unpack_held *
qn_op_unpack_strict_find(const struct qn_op_unpack_strict *strict,
                         const struct qn_id *id);
/* Check and write all. */
enum qn_status
qn_op_unpack_strict_finish(struct qn_ctx *ctx,
                           struct qn_op_unpack_strict *strict) QN_MUST_USE;

#endif
