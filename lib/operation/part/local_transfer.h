/* SPDX-License-Identifier: MIT */
/* Objects from one repository on this machine to another: what upload-pack and
 * index-pack do between them, in one process.
 *
 *   tips -> what they reach in `from` -> a pack (stored entries and deltas used
 *   again) -> every byte inflated, resolved and hashed again -> pack, index and
 *   reverse index in `to`
 *
 * Nothing is believed: a collision with an object that is there, a delta cycle,
 * or a tip that did not arrive is an error, and nothing is installed.  The pack
 * is durable, by the policy of `to`, when this returns.
 */
#ifndef QN_OPERATION_PART_LOCAL_TRANSFER_H
#define QN_OPERATION_PART_LOCAL_TRANSFER_H

#include "base/ctx.h"
#include "hash/id.h"
#include "repo/repo.h"

/* `tips`: `count` ids of any type, in `from`; doubles are fine. */
enum qn_status qn_local_transfer(struct qn_ctx *ctx, struct qn_repo *from,
                                 struct qn_repo *to, const struct qn_id *tips,
                                 size_t count) QN_MUST_USE;

#endif
