/* SPDX-License-Identifier: MIT */
/* log -L: lines of files through history.
 *
 *   "start,end:file" ":name:file" -> ranges of a commit's files
 *   step(commit): what of it changed against each parent, and where the ranges
 *   were there
 *
 * Ranges are kept for each commit that is still to come.  Commits are given in
 * topological order.  Rules: git-log(1), and docs/provenance/walk.md.
 */
#ifndef QN_OPERATION_PART_LINE_LOG_H
#define QN_OPERATION_PART_LINE_LOG_H

#include "diff/patch.h"
#include "object/commit.h"
#include "walk/commit_walk.h"
#include "walk/revision.h"

struct qn_line_log;

/* `tip`: the commit that `specs` are about.  QN_INVALID with Git's words. */
enum qn_status qn_line_log_new(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_diff_options *diff,
                               const struct qn_id *tip,
                               const char *const *specs, size_t count,
                               struct qn_line_log **out) QN_MUST_USE;
void qn_line_log_free(struct qn_line_log *log);

/* A file that changed inside its ranges; lives as long as the log. */
struct qn_line_log_file {
    struct qn_diff_pair pair;
    struct qn_patch_range *ranges;
    size_t count;
};
/* A commit that changed something: `files` in what, with one parent. */
struct qn_line_log_row {
    struct qn_walk_commit commit; /* parents: those that are rows, too */
    const struct qn_line_log_file *files;
    size_t count;
};
/* Take all of the walk; the rows in its order, until the log is freed. */
enum qn_status qn_line_log_run(struct qn_ctx *ctx, struct qn_line_log *log,
                               struct qn_commit_walk *walk,
                               const struct qn_line_log_row **rows,
                               size_t *count) QN_MUST_USE;

#endif
