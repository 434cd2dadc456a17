/* SPDX-License-Identifier: MIT */
/* Which protocols may be spoken.
 *
 *   GIT_ALLOW_PROTOCOL=a:b   only these, whatever the configuration says
 *   protocol.<name>.allow, protocol.allow = always | never | user
 *   else http, https, git, ssh always; ext never; all others "user"
 *
 * "user": allowed when the address is a person's (GIT_PROTOCOL_FROM_USER, true
 * when it is not set), not that of a submodule or a server.  git-config(1)
 * "protocol.allow", git(1) "GIT_ALLOW_PROTOCOL".
 */
#ifndef QN_TRANSPORT_POLICY_H
#define QN_TRANSPORT_POLICY_H

#include "base/ctx.h"
#include "config/config.h"

/* QN_REFUSED ("transport.not-allowed", "transport '<name>' not allowed");
 * QN_INVALID for a value that is none of the three. */
enum qn_status qn_policy_check(struct qn_ctx *ctx,
                               const struct qn_config *config,
                               const char *protocol,
                               bool is_not_from_user) QN_MUST_USE;

#endif
