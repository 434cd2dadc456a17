/* SPDX-License-Identifier: MIT */
/* last-modified: of each path of a commit, the commit that changed it last; all
 * in one walk.
 *
 *   commit, pathspec -> (path, commit)..., the newest commits first
 *
 * A path is handed from a commit to the first parent that has it just the same;
 * where there is none, that commit changed it.  A commit out of range that
 * anything is handed to answers, as a boundary, for all that it has as the tip
 * has it.
 */
#ifndef QN_OPERATION_OP_LAST_MODIFIED_H
#define QN_OPERATION_OP_LAST_MODIFIED_H

#include "path/pathspec.h"
#include "walk/revision.h"

struct qn_op_last_modified {
    struct qn_bytes path;       /* while the walk lasts */
    const struct qn_id *commit; /* NULL: the walk was stopped before (max_trees)
                                 */
    int64_t time;               /* committer's, seconds */
    bool is_boundary;
};
typedef enum qn_status
qn_op_last_modified_fn(struct qn_ctx *ctx, void *data,
                       const struct qn_op_last_modified *found);

struct qn_op_last_modified_options {
    const struct qn_pathspec *pathspec; /* or NULL */
    bool shows_trees;             /* directories that are gone into, as well */
    int max_depth;                /* below the pathspec; negative: any */
    const struct qn_id *excluded; /* commits that with their ancestors are out
                                     of range */
    size_t excluded_count;
    int64_t max_count;  /* commits of the range; negative: any */
    uint64_t max_trees; /* to be read; 0: any */
    qn_op_last_modified_fn *each;
    void *data;
};

enum qn_status qn_op_last_modified_run(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_id *commit,
    const struct qn_op_last_modified_options *options) QN_MUST_USE;

#endif
