/* SPDX-License-Identifier: MIT */
/* The paths of one tree (the tip's), and which of them other trees have just
 * the same: what is needed to find out when each was changed last.
 *
 *   tree, pathspec -> paths 0..count-1, in the order of a tree diff
 *   another root tree, i -> is path i the same there (mode and id)?
 *
 * Directories are read only where their id is new; of each the last few answers
 * are kept, so that going through history reads the root once a commit and a
 * directory once a change.  Belongs to one thread.
 */
#ifndef QN_OPERATION_PART_TIP_PATHS_H
#define QN_OPERATION_PART_TIP_PATHS_H

#include "odb/odb.h"
#include "path/pathspec.h"
#include "walk/commit_graph.h"

struct qn_tip_paths;

struct qn_tip_path {
    struct qn_bytes path; /* lives as long as the paths */
    struct qn_id id;
    uint32_t mode; /* canonical */
};

struct qn_tip_paths_options {
    const struct qn_pathspec *pathspec; /* or NULL */
    bool shows_trees; /* directories that are gone into are paths as well */
    int max_depth;    /* below the pathspec; negative: any */
};

enum qn_status qn_tip_paths_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *tree,
                                const struct qn_tip_paths_options *options,
                                struct qn_tip_paths **out) QN_MUST_USE;
void qn_tip_paths_free(struct qn_tip_paths *paths);
size_t qn_tip_paths_count(const struct qn_tip_paths *paths);
const struct qn_tip_path *qn_tip_paths_at(const struct qn_tip_paths *paths,
                                          size_t i);

/* From now on it is about this root tree. */
void qn_tip_paths_look(struct qn_tip_paths *paths, const struct qn_id *tree);
enum qn_status qn_tip_paths_is_same(struct qn_ctx *ctx,
                                    struct qn_tip_paths *paths, size_t i,
                                    bool *out) QN_MUST_USE;
/* ... and about the changed-path filter of this commit, of a graph that has
 * filters. */
void qn_tip_paths_filter(struct qn_tip_paths *paths,
                         const struct qn_commit_graph *graph,
                         uint32_t position);
/* False: the commit has path i as its first parent has it. */
bool qn_tip_paths_may_differ(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                             size_t i);

/* Trees that were read so far. */
uint64_t qn_tip_paths_trees_read(const struct qn_tip_paths *paths);

#endif
