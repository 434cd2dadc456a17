/* SPDX-License-Identifier: MIT */
/* Who makes the pack of a fetch instead of us: uploadpack.packObjectsHook.
 *
 *   the hook, behind it "git pack-objects ..." as it would have been run; the
 *   revisions on its stdin -> a pack on its stdout
 *
 * Only where protected configuration says so: a repository that is fetched
 * from cannot make its reader run a program.  git-config(1).
 */
#ifndef QN_OPERATION_UPLOAD_PACK_HOOK_H
#define QN_OPERATION_UPLOAD_PACK_HOOK_H

#include "operation/upload_pack_parts.h"

/* NULL: there is none. */
const char *qn_upload_pack_hook_find(const struct qn_config *config);

struct qn_upload_pack_hook {
    const char *command;
    const struct qn_upload_pack *u;
    struct qn_bytes input;
    void *data;
    enum qn_status (*pack)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes piece);
    /* What it says on stderr; empty after a second of silence.  NULL: that goes
     * where ours goes. */
    enum qn_status (*said)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes piece);
};
/* `*is_good`: it ended well.  QN_IO when it cannot be run. */
enum qn_status qn_upload_pack_hook_run(struct qn_ctx *ctx,
                                       const struct qn_upload_pack_hook *hook,
                                       bool *is_good) QN_MUST_USE;

#endif
