/* SPDX-License-Identifier: MIT */
/* Which commits reach one of a few? (branch --contains and kin)
 *
 *   in   the commits that are looked for, then question after question
 *   out  yes or no
 *
 * What was found out of a commit is kept, so that all questions together read
 * each commit once; with a commit-graph, commits that are too old to reach
 * anything wanted are not gone into.
 */
#ifndef QN_WALK_COMMIT_REACH_H
#define QN_WALK_COMMIT_REACH_H

#include "walk/merge_base.h"

struct qn_commit_reach;

/* `scope` is borrowed, `wanted` is not kept. */
enum qn_status qn_commit_reach_new(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_id_list *wanted,
                                   struct qn_commit_reach **out) QN_MUST_USE;
void qn_commit_reach_free(struct qn_commit_reach *reach);
/* Before the first question: nothing older is looked behind. */
void qn_commit_reach_since(struct qn_commit_reach *reach, int64_t time);
/* The same: these have no parents. */
enum qn_status qn_commit_reach_cut(struct qn_ctx *ctx,
                                   struct qn_commit_reach *reach,
                                   const struct qn_id_list *ends) QN_MUST_USE;

/* Is this known to be a commit, by what was read so far? */
bool qn_commit_reach_knows(const struct qn_commit_reach *reach,
                           const struct qn_id *id);

/* What would be answered for this commit, when that was found out already;
 * false: it was not. */
bool qn_commit_reach_known(const struct qn_commit_reach *reach,
                           const struct qn_id *commit, bool *answer);

/* Is any of the wanted the commit itself or an ancestor of it? */
enum qn_status qn_commit_reach_ask(struct qn_ctx *ctx,
                                   struct qn_commit_reach *reach,
                                   const struct qn_id *commit,
                                   bool *out) QN_MUST_USE;

#endif
