/* SPDX-License-Identifier: MIT */
/* Becoming another user, for who begins with all rights. */
#ifndef QN_OS_USER_SWITCH_H
#define QN_OS_USER_SWITCH_H

#include "base/ctx.h"

/* Is there such a user (group)?  QN_NOT_FOUND: "user not found - x". */
enum qn_status qn_user_switch_check(struct qn_ctx *ctx, const char *user,
                                    const char *group) QN_MUST_USE;
/* `group` NULL: the user's.  QN_DENIED ("cannot drop privileges"). */
enum qn_status qn_user_switch(struct qn_ctx *ctx, const char *user,
                              const char *group) QN_MUST_USE;

#endif
