/* SPDX-License-Identifier: MIT */
/* Objects of a pack that comes in, checked before it is installed: each by
 * itself (--fsck-objects), and what they name (--strict).
 *
 *   object   each as the indexer makes it: any worker, any order
 *   finish   findings in the order of the pack, the first that is an error
 *            ends it; then what is named and not there; then .gitmodules
 */
#ifndef QN_OPERATION_PART_PACK_CHECK_H
#define QN_OPERATION_PART_PACK_CHECK_H

#include "object/check_policy.h"
#include "odb/odb.h"
#include "pack/pack_indexer.h"

struct qn_pack_check_options {
    uint32_t algorithm;
    bool objects; /* --fsck-objects */
    bool links;
    const struct qn_check_policy *policy; /* or NULL */
    uint64_t big_file_threshold;
};

struct qn_pack_check;
enum qn_status qn_pack_check_new(struct qn_ctx *ctx,
                                 const struct qn_pack_check_options *options,
                                 struct qn_pack_check **out) QN_MUST_USE;
void qn_pack_check_free(struct qn_pack_check *check);
enum qn_status
qn_pack_check_object(struct qn_ctx *ctx, struct qn_pack_check *check,
                     const struct qn_pack_indexer_object *object) QN_MUST_USE;

/* `odb` (or NULL): what is here already.  `path`: of the pack. `*is_contained`:
 * nothing that is named is elsewhere.  `missing` gets raw ids of .gitmodules
 * blobs that are nowhere. */
enum qn_status qn_pack_check_finish(struct qn_ctx *ctx,
                                    struct qn_pack_check *check,
                                    struct qn_odb *odb, const char *path,
                                    const struct qn_pack_indexer *indexer,
                                    bool *is_contained,
                                    struct qn_buf *missing) QN_MUST_USE;

/* QN_CORRUPT: an object is twice in the pack (qn_pack_check_finish says so,
 * too, when links are looked at: readers that expect each once go wrong). */
enum qn_status
qn_pack_check_twice(struct qn_ctx *ctx,
                    const struct qn_pack_table *table) QN_MUST_USE;

#endif
