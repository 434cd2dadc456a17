/* SPDX-License-Identifier: MIT */
/* Shared by the files of upload-pack; for no one else. */
#ifndef QN_OPERATION_UPLOAD_PACK_PARTS_H
#define QN_OPERATION_UPLOAD_PACK_PARTS_H

#include "hash/id_map.h"
#include "operation/op_upload_pack.h"
#include "operation/part/served_depth.h"
#include "operation/part/served_refs.h"
#include "walk/commit_table.h"
#include "wire/fetch_answer.h"

enum { /* which objects may be asked for (uploadpack.allow*InWant) */
       QN_UPLOAD_ALLOW_TIP = 1,
       QN_UPLOAD_ALLOW_REACHABLE = 2,
       QN_UPLOAD_ALLOW_ANY = 4
};

struct qn_upload_pack {
    const struct qn_op_upload_pack *options;
    const struct qn_revision_scope *scope;
    const struct qn_config *config;
    struct qn_service_io *io;
    unsigned allows;
    uint64_t deepest; /* filter tree:<depth> */
    bool allows_filter, allows_ref_in_want, allows_all_bands, allows_uris;
    struct qn_buf promisors; /* that are told of; "": none */
    bool leaves_promised;    /* the client has it from a promisor remote */
    bool advertises_session, advertises_object_info, advertises_bundles;
    struct qn_served_refs refs; /* 0, 1 */
    struct qn_fetch_request request;
    struct qn_id_list common;       /* haves that are here, and news */
    struct qn_commit_table *theirs; /* rows with flags: haves that are here, and
                                       their parents */
    int64_t oldest;                 /* of these haves */
    bool has_asked, is_enough;      /* the answer is of these */
    struct qn_served_depth depth;
};

/* Tell the client, then fail with the same words (with "git " in front when
 * they begin with "upload-pack: "). */
enum qn_status qn_upload_pack_refuse(struct qn_ctx *ctx,
                                     struct qn_upload_pack *u,
                                     const char *format, ...) QN_PRINTF(3, 4);
/* Is every want reached by something common? */
enum qn_status qn_upload_pack_is_enough(struct qn_ctx *ctx, void *u,
                                        bool *out) QN_MUST_USE;
/* Is it here?  Then it is common; and `*is_new` if it is no parent of another
 * that is. */
enum qn_status qn_upload_pack_has(struct qn_ctx *ctx, void *u,
                                  const struct qn_id *id, bool *out,
                                  bool *is_new) QN_MUST_USE;
/* A want is: it is refused as soon as it is read. */
enum qn_status qn_upload_pack_check_here(struct qn_ctx *ctx,
                                         struct qn_upload_pack *u,
                                         const struct qn_id *id) QN_MUST_USE;
/* Every want is here, and may be asked for. */
enum qn_status qn_upload_pack_check_wants(struct qn_ctx *ctx,
                                          struct qn_upload_pack *u) QN_MUST_USE;
enum qn_status
qn_upload_pack_check_filter(struct qn_ctx *ctx,
                            struct qn_upload_pack *u) QN_MUST_USE;
/* Send what `out` holds, in bands when all is to be (sideband-all). */
enum qn_status qn_upload_pack_flush(struct qn_ctx *ctx,
                                    struct qn_upload_pack *u) QN_MUST_USE;
/* The pack, in bands of the request's size, and the flush; version 2: with its
 * header, and packs that are to be had elsewhere before it. */
enum qn_status qn_upload_pack_send(struct qn_ctx *ctx,
                                   struct qn_upload_pack *u) QN_MUST_USE;
/* Version 2: commands until the client is done. */
enum qn_status qn_upload_pack_commands(struct qn_ctx *ctx,
                                       struct qn_upload_pack *u) QN_MUST_USE;
enum qn_status
qn_upload_pack_capabilities(struct qn_ctx *ctx, const struct qn_upload_pack *u,
                            struct qn_capabilities *out) QN_MUST_USE;

#endif
