/* SPDX-License-Identifier: MIT */
/* Wants that a ref has, asked for by its name (version 2, ref-in-want).
 *
 *   names, the refs told of, wants -> want_refs, and the wants that are left
 *
 * gitprotocol-v2(5).
 */
#ifndef QN_OPERATION_PART_FETCH_NAMING_H
#define QN_OPERATION_PART_FETCH_NAMING_H

#include "wire/fetch_request.h"
#include "wire/remote_refs.h"

/* Tables are made of all three, since there may be tens of thousands of each.
 */
enum qn_status
qn_fetch_naming_run(struct qn_ctx *ctx, const struct qn_wire_words *names,
                    const struct qn_remote_refs *refs,
                    struct qn_fetch_request *request) QN_MUST_USE;

#endif
