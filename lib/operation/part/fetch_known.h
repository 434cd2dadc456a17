/* SPDX-License-Identifier: MIT */
/* What of the other side's commits is here already, with all that they reach:
 * wants that need not be asked for, and commits known to be common before
 * anything is told.
 *
 *   our refs -> their history, newest first, down to the newest of the other
 *   side's that are here -> known
 */
#ifndef QN_OPERATION_PART_FETCH_KNOWN_H
#define QN_OPERATION_PART_FETCH_KNOWN_H

#include "hash/id_list.h"
#include "walk/negotiator.h"
#include "wire/remote_refs.h"

struct qn_fetch_known {
    const struct qn_revision_scope *scope;
    const struct qn_id_list *wants;
    const struct qn_wire_words *names; /* of `wants`, one each; or NULL */
    const struct qn_remote_refs *refs; /* or NULL */
    const struct qn_id_list *tips;  /* told of in the place of refs; or NULL */
    const struct qn_id_list *whole; /* no refs, but as good; or NULL */
    struct qn_negotiator *negotiator;
    bool skips_wants;   /* those that are known are left out */
    bool deepens;       /* what is here counts for nothing */
    bool tells_nothing; /* no tips for the negotiator */
    bool is_verbose;    /* say what is known, and what is wanted */
};

/* Append the wants that are to be asked for: where names are known, one a ref,
 * in the order in which the other side told of them. */
enum qn_status qn_fetch_known_find(struct qn_ctx *ctx,
                                   const struct qn_fetch_known *known,
                                   struct qn_id_list *out) QN_MUST_USE;

#endif
