/* SPDX-License-Identifier: MIT */
/* Changed-path filters of commits: which paths differ between two trees, as the
 * bits of a filter (gitformat-commit-graph(5), "Bloom Filter Data").
 *
 *   paths and the directories above them, each once -> 7 bits each
 *   none: one byte of zeros; more than 512: one byte of ones
 *
 * Belongs to one thread.  It keeps the trees it read last, so that commits are
 * cheapest in the order of history.
 */
#ifndef QN_WALK_CHANGED_PATHS_H
#define QN_WALK_CHANGED_PATHS_H

#include "base/ctx.h"
#include "hash/id.h"
#include "odb/odb.h"

#define QN_CHANGED_PATHS_HASHES 7
#define QN_CHANGED_PATHS_BITS   10
#define QN_CHANGED_PATHS_MAX    512

struct qn_changed_paths;

/* `version`: 1 or 2, of the hash. */
enum qn_status qn_changed_paths_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                    uint32_t version,
                                    struct qn_changed_paths **out) QN_MUST_USE;
void qn_changed_paths_free(struct qn_changed_paths *paths);
/* Append the filter of a change from one tree (NULL: the empty one) to
 * another. */
enum qn_status qn_changed_paths_append(struct qn_ctx *ctx,
                                       struct qn_changed_paths *paths,
                                       const struct qn_id *old_tree,
                                       const struct qn_id *new_tree,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
