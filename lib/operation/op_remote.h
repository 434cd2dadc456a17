/* SPDX-License-Identifier: MIT */
/* Remotes made, renamed and removed: their sections of the configuration, what
 * branches say of them, and their remote-tracking refs.
 *
 *   add      [remote "<name>"]
 *   rename   section -> refs, with their reflogs -> refspecs -> branch.*.remote
 *   remove   branch.*.remote -> refs -> section
 *
 * Each is a sequence of changes, every prefix of which Git accepts; a second
 * run ends it.  git-remote(1), experiments.
 */
#ifndef QN_OPERATION_OP_REMOTE_H
#define QN_OPERATION_OP_REMOTE_H

#include "repo/remote.h"
#include "walk/revision.h"

struct qn_op_remote_add {
    const char *name;
    const char *url;
    const char *const *branches; /* -t; none: all */
    size_t branch_count;
    enum qn_remote_tags tags;
    bool mirrors_fetch;
    bool mirrors_push;
};
/* QN_EXISTS ("remote.exists"), QN_INVALID ("remote.name"), QN_CONFLICT
 * ("remote.nested"). */
enum qn_status qn_op_remote_add(struct qn_ctx *ctx, struct qn_repo *repo,
                                const struct qn_op_remote_add *add) QN_MUST_USE;
/* Write the refspec of one branch ("*": all): +refs/heads/<branch>:
 * refs/remotes/<remote>/<branch>; a mirror's: +refs/<branch>:refs/<branch>. */
enum qn_status qn_op_remote_add_branch(struct qn_ctx *ctx, struct qn_repo *repo,
                                       const char *remote, const char *branch,
                                       bool is_mirror) QN_MUST_USE;

/* Warnings go to the context's reports.  QN_NOT_FOUND ("remote.missing"),
 * QN_EXISTS, QN_INVALID; QN_CONFLICT ("remote.refs") when the refs stay. */
enum qn_status qn_op_remote_rename(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *from,
                                   const char *to) QN_MUST_USE;

/* `kept` (may be NULL) is told of branches that the remote updates, but that
 * are not under refs/remotes/: they stay. */
typedef void qn_op_remote_kept_fn(void *data, const char *branch);
enum qn_status qn_op_remote_remove(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *name, qn_op_remote_kept_fn *kept,
                                   void *data) QN_MUST_USE;

#endif
