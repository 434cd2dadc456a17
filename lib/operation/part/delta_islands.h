/* SPDX-License-Identifier: MIT */
/* Delta islands: groups of refs that are fetched apart.  A delta is allowed
 * only where every island that has the target has the base, too.
 *
 *   pack.island   regular expressions; the last that matches a ref's name says
 *                 its island: the groups it captured, joined by "-"
 *   pack.islandCore   an island whose objects come first in the pack
 *
 * Refs with equal sets of tips are one island.  Source: git-pack-objects(1).
 */
#ifndef QN_OPERATION_PART_DELTA_ISLANDS_H
#define QN_OPERATION_PART_DELTA_ISLANDS_H

#include "operation/part/pack_list.h"
#include "walk/revision.h"

struct qn_delta_islands;

/* Reads the configuration and the refs, and marks the entries of the list
 * (`island`, and the flag CORE).  `*out` NULL: nothing is configured. */
enum qn_status qn_delta_islands_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_pack_list *list,
                                    struct qn_delta_islands **out) QN_MUST_USE;
void qn_delta_islands_free(struct qn_delta_islands *islands);
size_t qn_delta_islands_count(const struct qn_delta_islands *islands);
/* `target`, `base`: an entry's `island`. */
bool qn_delta_islands_allow(const struct qn_delta_islands *islands,
                            uint32_t target, uint32_t base);

#endif
