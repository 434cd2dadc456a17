/* SPDX-License-Identifier: MIT */
/* What is made of the findings of object/check.h: their severities as
 * configured (fsck.<msg-id>, receive.fsck.<msg-id>, "--strict=<msg-id>=warn"),
 * how long a name may be, and objects that are known to be bad and left alone.
 *
 * Filled by one thread, then read by any number.
 */
#ifndef QN_OBJECT_CHECK_POLICY_H
#define QN_OBJECT_CHECK_POLICY_H

#include "hash/id_map.h"
#include "object/check.h"

#define QN_CHECK_POLICY_COUNT 80

struct qn_check_policy {
    bool is_strict;    /* warnings that nothing was configured for are errors */
    size_t name_limit; /* of one name in a tree; 0: 4096 */
    struct qn_id_map skips;                    /* objects that are left alone */
    uint8_t severities[QN_CHECK_POLICY_COUNT]; /* + 1; 0: not configured */
};

void qn_check_policy_init(struct qn_check_policy *policy, uint32_t algorithm);
void qn_check_policy_dispose(struct qn_check_policy *policy);

/* One finding's severity: "error", "warn" or "ignore"; "largePathname" may say
 * "warn:10".  QN_NOT_FOUND "Unhandled message id: x", QN_INVALID "Unknown fsck
 * message type: 'x'", "Cannot demote x to warn". */
enum qn_status qn_check_policy_set(struct qn_ctx *ctx,
                                   struct qn_check_policy *policy,
                                   const char *name,
                                   const char *value) QN_MUST_USE;
/* The text of a skip list: an id a line, '#' begins a comment.  QN_INVALID
 * "invalid object name: x". */
enum qn_status qn_check_policy_skip(struct qn_ctx *ctx,
                                    struct qn_check_policy *policy,
                                    struct qn_bytes text) QN_MUST_USE;
bool qn_check_policy_is_skipped(const struct qn_check_policy *policy,
                                const struct qn_id *id);
/* NULL: what object/check.h says by default. */
enum qn_check_severity
qn_check_policy_severity(const struct qn_check_policy *policy,
                         const char *name);

#endif
