/* SPDX-License-Identifier: MIT */
/* What a repository is made of (git-repo(1), structure): refs by kinds, all
 * objects that they reach with their sizes, and the largest of each. */
#ifndef QN_OPERATION_OP_STRUCTURE_H
#define QN_OPERATION_OP_STRUCTURE_H

#include "repo/repo.h"

struct qn_op_structure_most {
    uint64_t value;
    struct qn_id id; /* null: there is none */
};
struct qn_op_structure_kind {
    uint64_t count;
    uint64_t inflated;
    uint64_t disk;
    struct qn_op_structure_most size;
};
struct qn_op_structure {
    uint64_t branches, tags, remotes, others; /* refs */
    struct qn_op_structure_kind kinds[5];     /* by enum qn_object_type */
    struct qn_op_structure_most parents;      /* of a commit */
    struct qn_op_structure_most entries;      /* of a tree */
};

/* QN_NOT_FOUND: an object that is reached is not here. */
enum qn_status qn_op_structure_look(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_op_structure *out) QN_MUST_USE;

#endif
