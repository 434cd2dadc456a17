/* SPDX-License-Identifier: MIT */
/* index-pack --verify and verify-pack: every object of a pack made and hashed,
 * and the index (and reverse index) beside it compared, byte by byte, with what
 * would be written now.  Packs that come in: operation/part/pack_receive.h. */
#ifndef QN_OPERATION_OP_INDEX_PACK_H
#define QN_OPERATION_OP_INDEX_PACK_H

#include "base/ctx.h"
#include "operation/part/pack_receive.h"
#include "pack/pack_indexer.h"

struct qn_op_index_pack {
    const char *path; /* of the pack */
    const char *index_path;
    const char *reverse_path; /* looked at if it is there; or NULL */
    uint32_t algorithm;
    const struct qn_pack_receive_options *receive; /* checks, threads, title */
    /* Called when the pack is indexed and before its index is compared; or
     * NULL. */
    void (*list)(void *data, const struct qn_pack_indexer *indexer);
    void *data;
};
/* QN_NOT_FOUND: "Cannot open existing pack file 'x.idx'". */
enum qn_status
qn_op_index_pack_verify(struct qn_ctx *ctx,
                        const struct qn_op_index_pack *options) QN_MUST_USE;

#endif
