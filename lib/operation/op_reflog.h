/* SPDX-License-Identifier: MIT */
/* reflog expire: which lines of a reflog are too old.
 *
 * A line goes when it is older than `total`, or older than `unreachable` and
 * names a commit that the ref (for HEAD: any ref) does not reach any more.
 */
#ifndef QN_OPERATION_OP_REFLOG_H
#define QN_OPERATION_OP_REFLOG_H

#include "walk/revision.h"

struct qn_whole_objects; /* part/whole_objects.h */

struct qn_reflog_expiry {
    int64_t total; /* seconds; lines before it go; 0: never */
    int64_t unreachable;
    unsigned flags; /* enum qn_reflog_expire_flags */
    /* --stale-fix: lines go that name a commit of which something is missing;
     * or NULL. */
    struct qn_whole_objects *whole;
    /* Told about each line; may be NULL. */
    void (*report)(void *data, bool is_kept,
                   const struct qn_reflog_entry *entry);
    void *data;
};

/* The times that the configuration has for a ref: gc.reflogExpire and
 * gc.reflogExpireUnreachable, gc.<pattern>.* before them, 90 and 30 days.
 * Those that are given already (`has_*`) stay. */
enum qn_status qn_op_reflog_times(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *name, bool has_total,
                                  bool has_unreachable,
                                  struct qn_reflog_expiry *out) QN_MUST_USE;
/* The names of all logs; without `is_single` those of the other work trees'
 * HEADs, too. */
enum qn_status qn_op_reflog_each(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 bool is_single, qn_reflog_name_fn *each,
                                 void *data) QN_MUST_USE;
enum qn_status
qn_op_reflog_expire(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                    const char *name,
                    const struct qn_reflog_expiry *expiry) QN_MUST_USE;

#endif
