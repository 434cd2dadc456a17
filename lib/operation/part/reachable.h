/* SPDX-License-Identifier: MIT */
/* The set of objects that some tips reach, in no order worth speaking of: for
 * transfers and for deciding what may go.  Whoever wants them in the order of a
 * walk, or cut off at other commits, takes walk/object_walk.h.
 *
 *   tags -> commits, one after the other -> trees, a level at a time, read in
 *   parallel in the order of the packs -> blobs, which are not read
 */
#ifndef QN_OPERATION_PART_REACHABLE_H
#define QN_OPERATION_PART_REACHABLE_H

#include "hash/id_map.h"
#include "odb/odb.h"

struct qn_reachable {
    struct qn_odb *odb;   /* a view that replaces nothing */
    bool ignores_missing; /* what is not here leads nowhere; it is in the set */
    const struct qn_id_map *shallow; /* commits whose parents do not count; or
                                        NULL */
};

/* Add the tips (of any type) and all they reach to `set`; what is in it already
 * is not looked into again.  QN_NOT_FOUND, QN_CORRUPT. */
enum qn_status qn_reachable_find(struct qn_ctx *ctx,
                                 const struct qn_reachable *from,
                                 const struct qn_id *tips, size_t count,
                                 struct qn_id_map *set) QN_MUST_USE;

#endif
