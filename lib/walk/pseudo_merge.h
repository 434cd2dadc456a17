/* SPDX-License-Identifier: MIT */
/* Which tips of refs are bundled into pseudo-merges of a bitmap, as
 * bitmapPseudoMerge.<name>.* say (gitpacking(7)).
 *
 *   refs whose names match -> groups by what the pattern's parentheses matched
 *   -> by age: old ones in bundles of one size; younger ones that have no
 *   bitmap of their own in bundles that shrink, the oldest in the largest
 */
#ifndef QN_WALK_PSEUDO_MERGE_H
#define QN_WALK_PSEUDO_MERGE_H

#include "walk/revision.h"

struct qn_pseudo_merge {
    uint32_t *commits; /* numbers of the caller's; may come twice */
    size_t count;
};
struct qn_pseudo_merges {
    struct qn_pseudo_merge *items;
    size_t count, capacity;
};

struct qn_pseudo_merge_commit {
    uint32_t number;
    int64_t time;
    bool is_chosen; /* it gets a bitmap of its own */
};
struct qn_pseudo_merge_source {
    const struct qn_revision_scope *scope;
    /* Is it a commit that bitmaps know of? */
    bool (*find)(const void *data, const struct qn_id *id,
                 struct qn_pseudo_merge_commit *out);
    const void *data;
};

/* QN_INVALID: what Git dies of in the configuration. */
enum qn_status
qn_pseudo_merge_choose(struct qn_ctx *ctx,
                       const struct qn_pseudo_merge_source *source,
                       struct qn_pseudo_merges *out) QN_MUST_USE;
void qn_pseudo_merges_dispose(struct qn_pseudo_merges *merges);

#endif
