/* SPDX-License-Identifier: MIT */
/* Which of many packs may have an object: a table over all their indexes, so
 * that one pack is searched and not two hundred.
 *
 *   cell = slot + 1 (16 bits), 16 bits of the id (bytes 6 and 7); 0: free
 *
 * Open addressing by the id's first four bytes.  It says where to look; the
 * pack's own index says whether the object is there.
 */
#ifndef QN_ODB_ODB_PLACES_H
#define QN_ODB_ODB_PLACES_H

#include "base/ctx.h"
#include "pack/pack_index.h"

#define QN_ODB_PLACES_SLOTS   65535u     /* packs at most */
#define QN_ODB_PLACES_OBJECTS (4u << 20) /* objects at most */

struct qn_odb_places {
    uint32_t *cells; /* NULL: there is no table */
    size_t mask;
};

/* Room for `count` objects. */
enum qn_status qn_odb_places_new(struct qn_ctx *ctx,
                                 struct qn_odb_places *places,
                                 size_t count) QN_MUST_USE;
void qn_odb_places_dispose(struct qn_odb_places *places);
void qn_odb_places_add(struct qn_odb_places *places,
                       const struct qn_pack_index *index, size_t slot);
/* The `at`-th cell of those where the object may be: false when that is free,
 * and nothing can be behind it; else `*slot`, SIZE_MAX when it is another's. */
bool qn_odb_places_get(const struct qn_odb_places *places, const uint8_t *row,
                       size_t at, size_t *slot);

#endif
