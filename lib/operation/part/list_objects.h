/* SPDX-License-Identifier: MIT */
/* Objects as `rev-list --objects` lists them: commits; then tags, trees and
 * blobs that were named; what the index names; then the trees of the commits
 * with what is below them, each object once.  What is out of range, and what
 * its borders hold, is left out.
 */
#ifndef QN_OPERATION_PART_LIST_OBJECTS_H
#define QN_OPERATION_PART_LIST_OBJECTS_H

#include "hash/id_map.h"
#include "walk/object_walk.h"
#include "walk/revision_args.h"

struct qn_list_objects {
    const struct qn_revision_scope *scope;
    const struct qn_revision_args *args; /* complete */
    bool indexed;                        /* the index's objects, too */
    bool allows_missing;                 /* what is not here is passed over */
    bool excludes_promised; /* what promisor packs hold is left out, and may
                               lead to what is not here */
    bool spares_workers;    /* walk/object_walk.h */
    const struct qn_filter_spec *filter; /* only what it wants; or NULL.  What
                                            was named is given nevertheless */
    const struct qn_pathspec *pathspec;  /* only what matches; or NULL */
    qn_object_walk_fn *each;
    void *data;
    /* A commit out of range that borders on it; or NULL. */
    enum qn_status (*edge)(struct qn_ctx *ctx, void *data,
                           const struct qn_id *commit);
    void *edge_data;
    bool keeps_borders; /* what they hold is listed, too, where it is met */
    bool takes_tips;    /* what was named and is out of range is an edge, too */
    /* within */
    struct qn_commit_walk *walk;
    struct qn_object_walk *objects;
    struct qn_object_filter *asked;
    struct qn_id_map given; /* commits that were named */
};

enum qn_status qn_list_objects_run(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing) QN_MUST_USE;
/* What grafts hide of the commits that were listed before by the same
 * `listing`: their true parents, and all below. */
enum qn_status
qn_list_objects_true_parents(struct qn_ctx *ctx,
                             struct qn_list_objects *listing) QN_MUST_USE;

#endif
