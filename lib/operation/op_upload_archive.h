/* SPDX-License-Identifier: MIT */
/* upload-archive: an archive for somebody else, over one connection;
 * git-upload-archive(1).
 *
 *   "argument <word>" packets, flush -> "ACK", flush -> the archive in band 1,
 *   what is said meanwhile in band 2, flush; or in band 3 that it failed
 *
 * Only what refs name can be had (uploadArchive.allowUnreachable), in formats
 * that tar.<format>.remote offers; no word of the other side reads or writes a
 * file, or runs what is not configured.
 */
#ifndef QN_OPERATION_OP_UPLOAD_ARCHIVE_H
#define QN_OPERATION_OP_UPLOAD_ARCHIVE_H

#include "operation/part/service_io.h"
#include "walk/revision.h"

struct qn_op_upload_archive {
    const struct qn_revision_scope *scope;
    struct qn_service_io *io;
    const char *usage; /* behind a mistake in the words; or NULL */
    uint32_t user_umask;
    bool is_served; /* for anybody: no program is run at all, and only refs that
                       are told of are found (op_archive.h) */
};

/* There is no repository: the other side hears `prefix` and `message`.  Fails
 * as run does. */
enum qn_status qn_op_upload_archive_refuse(struct qn_ctx *ctx,
                                           struct qn_service_io *io,
                                           const char *prefix,
                                           const char *message) QN_MUST_USE;
/* QN_REFUSED ("archive.died"): the other side was told why. */
enum qn_status qn_op_upload_archive_run(
    struct qn_ctx *ctx, const struct qn_op_upload_archive *options) QN_MUST_USE;

#endif
