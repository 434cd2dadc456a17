/* SPDX-License-Identifier: MIT */
/* Where a shallow history ends: which commits the client will have without
 * their parents, and which of those that it had so far it will have with them.
 *
 *   wants, the client's borders, and a depth, a time, or what is left out
 *   -> shallow, open
 *
 * gitprotocol-pack(5), "Packfile Negotiation"; git-fetch(1), --depth,
 * --deepen, --shallow-since, --shallow-exclude. */
#ifndef QN_OPERATION_PART_SERVED_DEPTH_H
#define QN_OPERATION_PART_SERVED_DEPTH_H

#include "walk/revision.h"
#include "wire/fetch_request.h"

struct qn_served_depth {
    struct qn_id_list shallow; /* new borders, to be told */
    struct qn_id_list open;    /* borders of the client that are none now */
    struct qn_id_list ends;    /* all commits without parents, for the pack */
    struct qn_id_list parents; /* of `open`: wanted, too */
};

/* With a request that deepens nothing: the client's borders stay (`ends`).
 * QN_INVALID ("no commits selected for shallow requests"). */
enum qn_status qn_served_depth_find(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_fetch_request *request,
                                    struct qn_served_depth *out) QN_MUST_USE;
/* Are the names of "deepen-not" refs?  QN_INVALID. */
enum qn_status
qn_served_depth_check(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_fetch_request *request) QN_MUST_USE;
/* The borders of the repository itself. */
struct qn_grafts;
enum qn_status qn_served_depth_own(struct qn_ctx *ctx,
                                   const struct qn_grafts *grafts,
                                   struct qn_id_list *out) QN_MUST_USE;
void qn_served_depth_dispose(struct qn_served_depth *depth);

/* GIT_TRACE_SHALLOW: ends of history that the other side told of are looked
 * at; in Git's words. */
void qn_served_depth_trace(struct qn_ctx *ctx);

#endif
