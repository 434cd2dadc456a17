/* SPDX-License-Identifier: MIT */
/* The refs of a repository as a server tells of them: HEAD first, then all
 * below refs/ in order; what hideRefs keeps back is told of by no name; in a
 * namespace only what is in it, without its prefix.
 * gitnamespaces(7), git-config(1). */
#ifndef QN_OPERATION_PART_SERVED_REFS_H
#define QN_OPERATION_PART_SERVED_REFS_H

#include "hash/id_list.h"
#include "walk/revision.h"
#include "wire/remote_refs.h"

struct qn_served_refs {
    struct qn_remote_refs refs;
    struct qn_id_list hidden;    /* tips, as often as they are there */
    struct qn_buf prefix;        /* of the namespace; "" without */
    struct qn_buf unborn_target; /* of HEAD, when that branch is not there */
};

/* `section`: whose hideRefs ("uploadpack", "receive").  `peels`: what tags
 * point to is found out. */
enum qn_status qn_served_refs_read(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *section, bool peels,
                                   struct qn_served_refs *out) QN_MUST_USE;
void qn_served_refs_dispose(struct qn_served_refs *refs);
/* Append "refs/namespaces/a/refs/namespaces/b/" for the scope's namespace a/b
 * (or GIT_NAMESPACE); nothing without one.  QN_INVALID. */
enum qn_status qn_served_refs_prefix(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_buf *out) QN_MUST_USE;

/* The value of the ref that `text` names by the six rules, as it is called
 * there ("main", "tags/v1", "HEAD"); what is hidden is not found. */
enum qn_status qn_served_refs_find(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *section, struct qn_bytes text,
                                   struct qn_id *out, bool *found) QN_MUST_USE;

#endif
