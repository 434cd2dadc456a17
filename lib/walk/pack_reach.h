/* SPDX-License-Identifier: MIT */
/* What some tips reach, by one pass over the pack that has nearly all of it:
 * for a server that sends everything, and keeps nothing that says what that is.
 *
 *   every commit, tag and tree of the pack, in its order, once -> the ids in
 *   them, of a tree that is a delta only those that are new over its base
 *   -> resolved many at a time, in the order of the index -> numbers
 *   -> from the tips along the numbers
 *
 * A tree that is reached while its base is not is read again, whole: what is
 * answered is exact.  What is not in the pack is read the ordinary way.
 *
 * Objects of the pack are numbered in its order.
 */
#ifndef QN_WALK_PACK_REACH_H
#define QN_WALK_PACK_REACH_H

#include "base/progress.h"
#include "hash/id_map.h"
#include "odb/odb.h"
#include "pack/pack_file.h"

#define QN_PACK_REACH_NONE UINT32_MAX

struct qn_pack_reach {
    struct qn_pack_file *pack; /* retained; data, index and reverse are open */
    uint32_t count;
    uint64_t *offsets;       /* where each begins; and where the last ends */
    uint8_t *types;          /* enum qn_object_type of each */
    uint32_t *bases;         /* what a delta is stored over; or NONE */
    uint64_t *set;           /* bits of those that are reached */
    uint32_t reached;        /* so many */
    struct qn_id_map others; /* not in the pack: values are types of those that
                                are reached, and 0 */
};

void qn_pack_reach_dispose(struct qn_pack_reach *reach);

struct qn_pack_reach_tips {
    const struct qn_id *ids; /* of any type */
    size_t count;
    uint32_t least;               /* a pack of fewer objects is not worth it */
    struct qn_progress *progress; /* told that it goes on; or NULL */
};
/* `*is_done` false: there is no such pack, or something is missing or wrong,
 * of which whoever walks will tell.  `odb` replaces nothing. */
enum qn_status qn_pack_reach_find(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_pack_reach_tips *tips,
                                  struct qn_pack_reach *out,
                                  bool *is_done) QN_MUST_USE;

static inline bool qn_pack_reach_has(const struct qn_pack_reach *reach,
                                     uint32_t number)
{
    return reach->set[number / 64] >> (number % 64) & 1;
}

#endif
