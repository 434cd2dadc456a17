/* SPDX-License-Identifier: MIT */
/* index-pack and verify-pack: an index for a pack that is there already, a pack
 * that comes on a descriptor into the store, and a pack checked against its
 * index. */
#ifndef QN_OPERATION_OP_INDEX_PACK_H
#define QN_OPERATION_OP_INDEX_PACK_H

#include "base/buf.h"
#include "base/ctx.h"
#include "odb/odb.h"
#include "os/sync.h"

/* An index (and, unless NULL, a reverse index) beside a pack. */
struct qn_op_index_pack {
    const char *path;         /* of the pack */
    const char *index_path;   /* where the index goes */
    const char *reverse_path; /* or NULL */
    uint32_t algorithm;
};
enum qn_status qn_op_index_pack_file(struct qn_ctx *ctx,
                                     const struct qn_op_index_pack *options,
                                     struct qn_id *out_checksum) QN_MUST_USE;

/* A pack from a descriptor, read to its end. */
struct qn_op_index_pack_receive {
    int fd;
    struct qn_odb *odb; /* where the pack goes, and bases are looked for */
    bool fixes_thin;
    const char *keep;     /* or NULL */
    const char *promisor; /* or NULL */
};
enum qn_status
qn_op_index_pack_receive(struct qn_ctx *ctx,
                         const struct qn_op_index_pack_receive *options,
                         struct qn_id *out_checksum) QN_MUST_USE;

/* Every object made and hashed, and compared with what the index says. */
struct qn_pack_file;
enum qn_status qn_op_index_pack_verify(struct qn_ctx *ctx,
                                       struct qn_pack_file *pack) QN_MUST_USE;

#endif
