/* SPDX-License-Identifier: MIT */
/* What is missing of what some ids reach, where a part of it is here: the ids
 * to be asked for, and what to tell of, so that as little as possible comes
 * twice.
 *
 *   wants, and a store where a part of it is -> commits that are here, their
 *   trees
 *   -> roots   what is missing and named by something that is here
 *      later   wants that are not here themselves: what they are is not known,
 *              so they are asked for when the rest is whole
 *      points  commits here with all of their trees, beside others that are
 *              not: to be told of, without their history
 *      others  trees (with all below) and blobs that are here, and that none
 *              of the whole commits has: what is missing may name them
 */
#ifndef QN_OPERATION_PART_FETCH_MISSING_H
#define QN_OPERATION_PART_FETCH_MISSING_H

#include "hash/id_list.h"
#include "walk/revision.h"

struct qn_fetch_missing {
    struct qn_id_list roots, later, points, others;
};

/* At most so many roots, and others: the rest is for another time. */
#define QN_FETCH_MISSING_ROOTS  ((size_t)100000)
#define QN_FETCH_MISSING_OTHERS ((size_t)50000)

/* `scope`: its odb is the one that is looked into, without what its alternates
 * hold when it comes to `others`; what its refs reach is whole.
 * `takes_roots`: the tree of a commit in the place of what is missing in it,
 * the first that has it: then a server knows paths, and finds bases in what it
 * has in common.  `points` has the beginning of history then, if nothing else.
 */
enum qn_status qn_fetch_missing_find(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_id_list *wants,
                                     bool takes_roots,
                                     struct qn_fetch_missing *out) QN_MUST_USE;
void qn_fetch_missing_dispose(struct qn_fetch_missing *missing);

#endif
