/* SPDX-License-Identifier: MIT */
/* The home directory of a named user, from the password file. */
#ifndef QN_OS_USER_HOME_H
#define QN_OS_USER_HOME_H

#include "base/buf.h"
#include "base/ctx.h"

/* Append it; `*found` false when there is no such user. */
enum qn_status qn_user_home_find(struct qn_ctx *ctx, const char *user,
                                 struct qn_buf *out, bool *found) QN_MUST_USE;

#endif
