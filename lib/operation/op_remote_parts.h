/* SPDX-License-Identifier: MIT */
/* What the files of op_remote share. */
#ifndef QN_OPERATION_OP_REMOTE_PARTS_H
#define QN_OPERATION_OP_REMOTE_PARTS_H

#include "operation/op_remote.h"

/* "No such remote: '<name>'". */
enum qn_status qn_op_remote_fail_missing(struct qn_ctx *ctx, const char *name);
/* QN_INVALID ("remote.name"). */
enum qn_status qn_op_remote_check_name(struct qn_ctx *ctx,
                                       const char *name) QN_MUST_USE;
/* QN_EXISTS ("remote.exists"). */
enum qn_status qn_op_remote_check_free(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const char *name) QN_MUST_USE;
/* Set or, with a NULL `value`, remove all of `key` in the repository's own
 * configuration. */
enum qn_status qn_op_remote_edit(struct qn_ctx *ctx, const struct qn_repo *repo,
                                 const char *key, const char *value,
                                 bool appends) QN_MUST_USE;
/* The same of remote.<name>.<variable>. */
enum qn_status qn_op_remote_set(struct qn_ctx *ctx, const struct qn_repo *repo,
                                const char *name, const char *variable,
                                const char *value, bool appends) QN_MUST_USE;
/* [remote "<from>"] becomes [remote "<to>"]; `to` NULL: it goes. */
enum qn_status qn_op_remote_move_section(struct qn_ctx *ctx,
                                         const struct qn_repo *repo,
                                         const char *from,
                                         const char *to) QN_MUST_USE;
/* What names the remote `from` in branch.* and remote.pushDefault names `to`
 * now; NULL: nothing. */
enum qn_status qn_op_remote_follow(struct qn_ctx *ctx,
                                   const struct qn_repo *repo, const char *from,
                                   const char *to) QN_MUST_USE;

#endif
