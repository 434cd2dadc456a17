/* SPDX-License-Identifier: MIT */
/* Deltas of a pack that is being received whose base is not held any more: they
 * wait, hung under their bases, and a worker that has nothing else to do makes
 * a base again from the file and all that waits under it.  What waits at the
 * end of the pack is made then, with all cores (pack_indexer_resolve.c).
 *
 * The tables of the pack grow while workers look at them: growing them, ids and
 * types of what is made, and links between entries are written under the lock.
 */
#ifndef QN_PACK_PACK_INDEXER_LATER_H
#define QN_PACK_PACK_INDEXER_LATER_H

#include "pack/pack_indexer_kept.h"

struct qn_pack_indexer_later;
struct qn_pack_indexer_later_tools { /* a worker's; zero is empty */
    struct qn_pack_indexer_pool *pool;
    struct qn_pack_indexer_batch batch;
    struct qn_buf bytes;
    struct qn_pack_indexer_spot *chain;
    size_t chain_capacity;
    struct qn_pack_indexer_frame *frames;
    size_t frame_capacity;
    size_t frame_count;
};

/* `work->path` is being written. */
enum qn_status
qn_pack_indexer_later_new(struct qn_ctx *ctx, struct qn_pack_indexer_work *work,
                          struct qn_pack_indexer_kept *kept,
                          struct qn_pack_indexer_later **out) QN_MUST_USE;
/* Unhangs what waits still in the first `count` entries. */
void qn_pack_indexer_later_free(struct qn_pack_indexer_later *later,
                                size_t count);
void qn_pack_indexer_later_lock(struct qn_pack_indexer_later *later);
void qn_pack_indexer_later_unlock(struct qn_pack_indexer_later *later);

/* Locked: entry `i` has to wait; entry `i` was made. */
void qn_pack_indexer_later_add(struct qn_ctx *ctx,
                               struct qn_pack_indexer_later *later, uint32_t i);
void qn_pack_indexer_later_settle(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_later *later,
                                  uint32_t i);

/* Make one base again and what waits under it; `*did`: was there one for which
 * it is worth it?  What is damaged is left for the end. */
enum qn_status qn_pack_indexer_later_run(
    struct qn_ctx *ctx, struct qn_pack_indexer_later *later,
    struct qn_pack_indexer_later_tools *tools, bool *did) QN_MUST_USE;
void qn_pack_indexer_later_tools_dispose(
    struct qn_pack_indexer_later_tools *tools);

#endif
