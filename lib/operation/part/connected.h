/* SPDX-License-Identifier: MIT */
/* Is all here that some objects reach?  What our refs, and those of
 * repositories that objects are borrowed from, reach is known to be: the search
 * ends there. Asked before a ref is made to point to what came from elsewhere.
 */
#ifndef QN_OPERATION_PART_CONNECTED_H
#define QN_OPERATION_PART_CONNECTED_H

#include "hash/id_list.h"
#include "walk/revision.h"

struct qn_connected {
    const struct qn_revision_scope *scope; /* its odb replaces and fetches
                                              nothing */
    const struct qn_id_list *ids;
    const struct qn_id_list *shallow; /* commits that are to be without parents,
                                         beside those that are; or NULL */
    bool is_partial;    /* what a promisor promised need not be here */
    bool ignores_refs;  /* deepened: what refs reach is not known to be whole */
    const char *hidden; /* whose hideRefs do not count ("fetch"); or NULL */
};

/* `*out` false: something is not here, or cannot be read. */
enum qn_status qn_connected_check(struct qn_ctx *ctx,
                                  const struct qn_connected *options,
                                  bool *out) QN_MUST_USE;

/* The same, failing with what rev-list would have died of (QN_NOT_FOUND,
 * QN_CORRUPT, QN_INVALID ...). */
enum qn_status
qn_connected_require(struct qn_ctx *ctx,
                     const struct qn_connected *options) QN_MUST_USE;

/* The same, to be told of: what rev-list would have said is reported, and only
 * what is no answer fails. */
enum qn_status qn_connected_tell(struct qn_ctx *ctx,
                                 const struct qn_connected *options,
                                 bool *out) QN_MUST_USE;

/* Does a remote promise objects (extensions.partialClone, remote.*.promisor)?
 */
bool qn_connected_is_partial(const struct qn_config *config);

#endif
