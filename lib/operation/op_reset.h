/* SPDX-License-Identifier: MIT */
/* reset: HEAD's branch to a commit, index and work tree as far as asked.
 *
 * Order: files and index, then ORIG_HEAD, then the branch.
 */
#ifndef QN_OPERATION_OP_RESET_H
#define QN_OPERATION_OP_RESET_H

#include "walk/revision.h"
#include "worktree/work_tree.h"

enum qn_op_reset_mode {
    QN_OP_RESET_MIXED = 0,
    QN_OP_RESET_SOFT,
    QN_OP_RESET_HARD,
    QN_OP_RESET_MERGE,
    QN_OP_RESET_KEEP
};

struct qn_op_reset_options {
    enum qn_op_reset_mode mode;
    struct qn_id commit; /* null: an unborn branch; the index is emptied */
    bool has_commit;
    const char *name;     /* as typed: "reset: moving to <name>" */
    bool leaves_intent;   /* -N */
    bool keeps_autostash; /* MERGE_AUTOSTASH is the caller's business */
    bool refreshes;       /* mixed: stat data, and what `each` is told of */
    /* Mixed: each path that is now not as in the index ('M', 'D', 'T', 'A',
     * 'U'); or NULL. */
    void (*each)(void *data, char kind, struct qn_bytes path);
    void *data;
};

enum qn_status qn_op_reset(struct qn_ctx *ctx,
                           const struct qn_revision_scope *scope,
                           struct qn_op_reset_options *options) QN_MUST_USE;
/* The list of a mixed reset, of an index in memory. */
enum qn_status
qn_op_reset_list(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                 struct qn_index *index,
                 void (*each)(void *data, char kind, struct qn_bytes path),
                 void *data) QN_MUST_USE;

#endif
