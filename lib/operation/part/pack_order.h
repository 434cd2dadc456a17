/* SPDX-License-Identifier: MIT */
/* The order in which objects are written into a pack:
 *
 *   the list's own, down to the first tip of a tag; the tips of tags; commits
 *   and tags; trees; the rest by families of deltas
 *
 * What the core island has comes first.  A base always comes before what is
 * built on it.  What is a BASE is not in it.  Source: our functional
 * specification (storage).
 */
#ifndef QN_OPERATION_PART_PACK_ORDER_H
#define QN_OPERATION_PART_PACK_ORDER_H

#include "operation/part/pack_list.h"

/* `*out`: numbers of entries, freed by the caller. */
enum qn_status qn_pack_order_make(struct qn_ctx *ctx, struct qn_pack_list *list,
                                  uint32_t **out, size_t *count) QN_MUST_USE;

#endif
