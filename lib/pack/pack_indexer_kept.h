/* SPDX-License-Identifier: MIT */
/* Contents made lately while a pack is received, for those that build on them:
 * shared by workers, bounded in bytes; one that has gone is made again at the
 * end. */
#ifndef QN_PACK_PACK_INDEXER_KEPT_H
#define QN_PACK_PACK_INDEXER_KEPT_H

#include "pack/pack_indexer_private.h"

struct qn_pack_indexer_kept;
/* Bounded by the memory limit of `work`. */
enum qn_status
qn_pack_indexer_kept_new(struct qn_ctx *ctx, struct qn_pack_indexer_work *work,
                         struct qn_pack_indexer_kept **out) QN_MUST_USE;
/* When no worker is left. */
void qn_pack_indexer_kept_free(struct qn_pack_indexer_kept *kept,
                               struct qn_pack_indexer_pool *pool);
/* Adds an owner to `node`. */
void qn_pack_indexer_kept_put(struct qn_pack_indexer_kept *kept,
                              struct qn_pack_indexer_pool *pool, uint32_t entry,
                              struct qn_pack_indexer_node *node);
/* With an owner more; or NULL. */
struct qn_pack_indexer_node *
qn_pack_indexer_kept_get(struct qn_pack_indexer_kept *kept, uint32_t entry);

#endif
