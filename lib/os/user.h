/* SPDX-License-Identifier: MIT */
/* Who runs the process, and on which machine. */
#ifndef QN_OS_USER_H
#define QN_OS_USER_H

#include "base/buf.h"
#include "base/ctx.h"

/* The effective user id. */
uint32_t qn_user_id(void);

/* Append the login name, and the full name of the password file ("&" in it is
 * the login name, capitalised; what follows a comma is dropped).  A user
 * without an entry: "unknown" and "". */
enum qn_status qn_user_names(struct qn_ctx *ctx, struct qn_buf *login,
                             struct qn_buf *full) QN_MUST_USE;

/* Append the name of this machine; "" when it cannot be found out. */
enum qn_status qn_user_host(struct qn_ctx *ctx, struct qn_buf *out) QN_MUST_USE;

/* Append what this kind of system calls itself ("Linux"). */
enum qn_status qn_user_system(struct qn_ctx *ctx,
                              struct qn_buf *out) QN_MUST_USE;

#endif
