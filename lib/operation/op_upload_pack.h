/* SPDX-License-Identifier: MIT */
/* upload-pack: what a client fetches, served over one connection.
 *
 *   advertisement -> (version 2) ls-refs, fetch, object-info, bundle-uri, as
 *   often as the client likes; (0, 1) wants, haves, one pack
 *
 * Nothing of the repository is changed, no hook of it is run, and nothing that
 * is not here is fetched.  The pack is made here, in bands as it comes.
 * git-upload-pack(1), gitprotocol-v2(5), gitprotocol-pack(5).
 */
#ifndef QN_OPERATION_OP_UPLOAD_PACK_H
#define QN_OPERATION_OP_UPLOAD_PACK_H

#include "operation/part/service_io.h"
#include "walk/revision.h"

struct qn_op_upload_pack {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_service_io *io;
    uint32_t version;     /* what the client asked for: 0, 1, 2 */
    bool is_stateless;    /* one request and its answer */
    bool advertises_only; /* what http's info/refs answers */
    const char *agent;    /* "quoin/1.0-Linux" */
    const char *session;  /* told when transfer.advertiseSID says so; or NULL */
};

/* QN_OK when the client has got, or does not want, what it asked for.  Failures
 * that the client should hear of were sent as "ERR". */
enum qn_status
qn_op_upload_pack_run(struct qn_ctx *ctx,
                      const struct qn_op_upload_pack *options) QN_MUST_USE;

#endif
