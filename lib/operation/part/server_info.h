/* SPDX-License-Identifier: MIT */
/* update-server-info: what readers without a server of ours go by.
 *
 *   objects/info/packs   "P <name>.pack" a line, then an empty one
 *   info/refs            "<id>\t<name>", and "<id>\t<name>^{}" of tags
 *
 * Source: git-update-server-info(1), experiments.
 */
#ifndef QN_OPERATION_PART_SERVER_INFO_H
#define QN_OPERATION_PART_SERVER_INFO_H

#include "walk/revision.h"

/* `forces`: files that are right already are written all the same. */
enum qn_status qn_server_info_write(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    bool forces) QN_MUST_USE;

/* Append what objects/info/packs holds. */
enum qn_status qn_server_info_packs(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_buf *out) QN_MUST_USE;
/* Append what info/refs holds; in a namespace its refs only. */
enum qn_status qn_server_info_refs(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_buf *out) QN_MUST_USE;

#endif
