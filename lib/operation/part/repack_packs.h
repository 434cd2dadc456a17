/* SPDX-License-Identifier: MIT */
/* The packs of a repository as repack sees them: which stay, which are rolled
 * up, which go.
 *
 *   kept      .keep, or named by --keep-pack: never touched
 *   cruft     .mtimes
 *   promisor  .promisor
 */
#ifndef QN_OPERATION_PART_REPACK_PACKS_H
#define QN_OPERATION_PART_REPACK_PACKS_H

#include "hash/id.h"
#include "odb/odb.h"
#include "pack/pack_file.h"

struct qn_repack_pack {
    char *name; /* "pack-<x>", owned */
    uint64_t size;
    int64_t mtime_ns;
    uint32_t count; /* objects */
    bool is_kept, is_cruft, is_promisor;
    bool is_rolled;  /* its objects go into a new pack */
    bool is_layered; /* in a layer of multi-pack-indexes that stays */
    bool goes;       /* it is to be removed */
};

struct qn_repack_packs {
    struct qn_repack_pack *items; /* fewest objects first */
    size_t count, capacity;
};

/* Local packs of the view. */
enum qn_status qn_repack_packs_list(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const char *const *keep_names,
                                    size_t keep_count,
                                    struct qn_repack_packs *out) QN_MUST_USE;
void qn_repack_packs_dispose(struct qn_repack_packs *packs);

/* Mark as rolled the fewest packs so that each of the others has `factor` times
 * as many objects as the next smaller one, the new one counted.  Of those that
 * are neither kept nor cruft, and promisor or not. */
void qn_repack_packs_split(struct qn_repack_packs *packs, uint32_t factor,
                           bool is_promisor);

/* A pack with this checksum is new: it does not go, whatever was said. */
void qn_repack_packs_save(struct qn_repack_packs *packs,
                          const struct qn_id *checksum);
/* Remove what goes, first a multi-pack-index that names one of them. */
enum qn_status
qn_repack_packs_remove(struct qn_ctx *ctx, struct qn_odb *odb,
                       const struct qn_repack_packs *packs) QN_MUST_USE;

#endif
