/* SPDX-License-Identifier: MIT */
/* What literal paths are in trees: (mode, id) for each path, kept by commit, so
 * that comparing two commits by path costs no tree diff.
 *
 * A root tree is read once a commit; the directories below it are mostly those
 * of the commit before and come from a cache.
 */
#ifndef QN_WALK_PATH_VALUES_H
#define QN_WALK_PATH_VALUES_H

#include "base/ctx.h"
#include "hash/id.h"
#include "odb/odb.h"
#include "path/pathspec.h"

struct qn_path_values;

/* `*out` is NULL when the pathspec is not made of a few literal paths. */
enum qn_status qn_path_values_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_pathspec *pathspec,
                                  struct qn_path_values **out) QN_MUST_USE;
void qn_path_values_free(struct qn_path_values *values);

/* The values of commit number `row` with this root tree: equal for two rows
 * exactly when nothing at or below the paths differs.  `*out_offset` is where
 * they are: for the two functions below. */
enum qn_status qn_path_values_get(struct qn_ctx *ctx,
                                  struct qn_path_values *values, uint32_t row,
                                  const struct qn_id *tree,
                                  size_t *out_offset) QN_MUST_USE;
/* Are the values at two offsets equal? */
bool qn_path_values_is_equal(const struct qn_path_values *values, size_t a,
                             size_t b);
bool qn_path_values_is_empty(const struct qn_path_values *values, size_t a);

#endif
