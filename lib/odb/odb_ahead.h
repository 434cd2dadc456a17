/* SPDX-License-Identifier: MIT */
/* Reading ahead: objects that lie behind a given one in its pack.
 *
 * Who goes through history needs commit after commit, and packs hold them in
 * about that order: so the next few hundred are inflated and parsed at once, by
 * all workers, before they are asked for.  Only what is sound is handed over;
 * for all else the ordinary way stays, with its messages.
 */
#ifndef QN_ODB_ODB_AHEAD_H
#define QN_ODB_ODB_AHEAD_H

#include "odb/odb.h"

struct qn_odb_ahead {
    enum qn_object_type type;
    size_t count;     /* entries of the pack to look at, the given one first */
    size_t largest;   /* longer objects are left out */
    size_t read;      /* objects that were read one by one so far: a large pack
                         is not gone into for a few */
    size_t item_size; /* of what `parse` makes */
    /* On any thread: is it of use?  `row` is the raw id. */
    bool (*is_wanted)(const void *data, const uint8_t *row);
    /* On any thread: make `item` of an object; false: leave it out.
     */
    bool (*parse)(struct qn_ctx *ctx, const void *data, struct qn_bytes content,
                  void *item);
    /* On the caller's, in the order of the pack. */
    enum qn_status (*each)(struct qn_ctx *ctx, void *data, const uint8_t *row,
                           const void *item);
    void *data;
};

/* `*looked`: entries that were looked at; 0 when the object is in no pack or it
 * is too early. */
enum qn_status qn_odb_ahead_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 const struct qn_odb_ahead *ahead,
                                 size_t *looked) QN_MUST_USE;

#endif
