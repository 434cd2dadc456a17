/* SPDX-License-Identifier: MIT */
/* When to fsync: core.fsync, core.fsyncMethod (git-config), and batches.
 *
 * A component is synced when its bit is in the policy.  Files of one batch are
 * written out first and flushed by one hard barrier (fsyncMethod=batch); the
 * directories touched are synced at the same barrier.  A file whose fsync
 * failed is to be discarded: it is never synced again.
 */
#ifndef QN_OS_SYNC_H
#define QN_OS_SYNC_H

#include "base/ctx.h"

#include <stdint.h>

enum qn_sync_component {
    QN_SYNC_NONE = 0,
    QN_SYNC_LOOSE_OBJECT = 1,
    QN_SYNC_PACK = 2,
    QN_SYNC_PACK_METADATA = 4,
    QN_SYNC_COMMIT_GRAPH = 8,
    QN_SYNC_INDEX = 16,
    QN_SYNC_REFERENCE = 32
};

enum qn_sync_method { QN_SYNC_FSYNC = 0, QN_SYNC_WRITEOUT_ONLY, QN_SYNC_BATCH };

struct qn_sync {
    uint32_t components; /* bits of enum qn_sync_component */
    enum qn_sync_method method;
};

/* Git's default: committed,loose-object and friends; see git-config(1)
 * core.fsync.  `core_fsync` and `method` are the configured values or NULL;
 * unknown names are reported as warnings. */
enum qn_status qn_sync_parse(struct qn_ctx *ctx, const char *core_fsync,
                             const char *method,
                             struct qn_sync *out) QN_MUST_USE;

/* Sync one descriptor if the policy asks. NULL policy: never. */
enum qn_status qn_sync_file(struct qn_ctx *ctx, const struct qn_sync *sync,
                            enum qn_sync_component what, int fd,
                            const char *path) QN_MUST_USE;

/* These bytes will be synced later: begin to bring them to the disk, without
 * waiting.  A hint; nothing where the policy does not ask or the system cannot.
 */
void qn_sync_begin(const struct qn_sync *sync, enum qn_sync_component what,
                   int fd, uint64_t offset, uint64_t size);

#endif
