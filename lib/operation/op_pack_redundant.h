/* SPDX-License-Identifier: MIT */
/* pack-redundant: which packs could go, since others have all that is in them.
 *
 *   packs with an object that no other has stay; of the rest those stay that
 *   add the most, one after the other, until nothing is left out
 */
#ifndef QN_OPERATION_OP_PACK_REDUNDANT_H
#define QN_OPERATION_OP_PACK_REDUNDANT_H

#include "odb/odb.h"

struct qn_op_pack_redundant_pack {
    char *path; /* "<...>/pack-x.pack" */
    uint64_t size, count;
    bool is_redundant;
    void *file; /* struct qn_pack_file, borrowed */
};

struct qn_op_pack_redundant {
    struct qn_odb *odb;
    const char *const *names; /* only packs with this in their path; or all */
    size_t name_count;
    bool uses_alternates; /* what alternates have in packs is not needed here */
    const struct qn_id *ignored; /* objects that nobody needs */
    size_t ignored_count;
    /* out */
    struct qn_op_pack_redundant_pack *packs;
    size_t count, capacity;
    uint64_t alternate_packs, objects, duplicates;
};

/* QN_NOT_FOUND, in Git's words: no packs, or none of that name. */
enum qn_status
qn_op_pack_redundant_run(struct qn_ctx *ctx,
                         struct qn_op_pack_redundant *op) QN_MUST_USE;
void qn_op_pack_redundant_dispose(struct qn_op_pack_redundant *op);

#endif
