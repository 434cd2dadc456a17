/* SPDX-License-Identifier: MIT */
/* Merge bases: best common ancestors. */
#ifndef QN_WALK_MERGE_BASE_H
#define QN_WALK_MERGE_BASE_H

#include "base/ctx.h"
#include "hash/id_list.h"
#include "walk/revision.h"

/* Best common ancestors of `one` and (any of) `others`, in Git's order. */
enum qn_status qn_merge_base_find(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_id *one,
                                  const struct qn_id *others, size_t count,
                                  struct qn_id_list *out) QN_MUST_USE;
enum qn_status qn_merge_base_find_octopus(struct qn_ctx *ctx,
                                          const struct qn_revision_scope *scope,
                                          const struct qn_id *commits,
                                          size_t count,
                                          struct qn_id_list *out) QN_MUST_USE;
enum qn_status qn_merge_base_is_ancestor(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const struct qn_id *ancestor,
                                         const struct qn_id *descendant,
                                         bool *out) QN_MUST_USE;
/* "a...b" (a side that is not there: HEAD): their one merge base.  `*found`
 * false when a side names no commit, or there is not just one. */
enum qn_status qn_merge_base_of_range(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *range, struct qn_id *out,
                                      bool *found) QN_MUST_USE;
/* Drop commits that are reachable from others of the list. */
enum qn_status qn_merge_base_independent(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const struct qn_id *commits,
                                         size_t count,
                                         struct qn_id_list *out) QN_MUST_USE;
/* Where `commit` forked off from a ref: the best common ancestor of it and all
 * that the ref (a full name) ever was by its reflog, when that is one of those.
 * `*found` false: there is none. */
enum qn_status qn_merge_base_fork_point(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope, const char *ref,
    const struct qn_id *commit, struct qn_id *out, bool *found) QN_MUST_USE;
/* Commits in a and not b, and the reverse (status -b, branch -v). */
enum qn_status qn_merge_base_ahead_behind(struct qn_ctx *ctx,
                                          const struct qn_revision_scope *scope,
                                          const struct qn_id *a,
                                          const struct qn_id *b,
                                          uint64_t *ahead,
                                          uint64_t *behind) QN_MUST_USE;

#endif
