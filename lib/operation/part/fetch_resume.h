/* SPDX-License-Identifier: MIT */
/* A fetch goes on with what an earlier one left when it was cut off.
 *
 *   what came (part/fetch_partial.h) -> the entries that are whole, as a pack
 *   in a quarantine -> what is missing of what was asked for then
 *   (part/fetch_missing.h) -> asked for by id, in one round or a few, into the
 *   same quarantine -> all is here -> the packs move to where packs are
 *
 * Version 2 only: it takes wants of any id.  What is asked for now comes
 * afterwards, as an ordinary fetch that knows what is here.
 * docs/decisions/resume.md.
 */
#ifndef QN_OPERATION_PART_FETCH_RESUME_H
#define QN_OPERATION_PART_FETCH_RESUME_H

#include "operation/part/fetch_pack.h"
#include "operation/part/fetch_partial.h"

/* May what this fetch brings be gone on with if it is cut off? */
bool qn_fetch_resume_is_possible(const struct qn_fetch_pack *options);
/* `whole` gets the ids that are here now with all that they reach: none when
 * there was nothing to go on with.  After a failure of the connection what came
 * is there for the next time. */
enum qn_status
qn_fetch_resume_run(struct qn_ctx *ctx, const struct qn_fetch_pack *options,
                    struct qn_fetch_partial *partial, struct qn_id_list *whole,
                    struct qn_fetch_pack_result *out) QN_MUST_USE;

#endif
