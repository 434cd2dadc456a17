/* SPDX-License-Identifier: MIT */
/* A fetch through a remote helper that speaks no wire protocol
 * (transport/helper.h): it writes the objects itself ("fetch"), or tells of
 * history as a stream ("import"), which is read into refs of its own
 * ("refspec"). gitremote-helpers(7). */
#ifndef QN_OPERATION_PART_HELPER_FETCH_H
#define QN_OPERATION_PART_HELPER_FETCH_H

#include "operation/part/fetch_pack.h"

/* Of a helper that imports: the refs of `refs` that `request` asks for are
 * imported now, and get the ids that came of it (what it listed has none). Does
 * nothing for one that fetches. */
enum qn_status qn_helper_fetch_import(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_helper *helper,
                                      const struct qn_ls_refs *request,
                                      struct qn_remote_refs *refs) QN_MUST_USE;
/* As qn_fetch_pack_run. */
enum qn_status
qn_helper_fetch_run(struct qn_ctx *ctx, const struct qn_fetch_pack *options,
                    struct qn_fetch_pack_result *out) QN_MUST_USE;

#endif
