/* SPDX-License-Identifier: MIT */
/* Trees read ahead: who lists what many roots hold, one after the other, has
 * the trees of the next few hundred inflated by all workers meanwhile.
 *
 *   roots -> slices of them -> workers: trees that were not met before, and
 *   what is below -> the caller, root after root, with what its slice holds
 *
 * Nothing depends on what was read ahead: what is not held is read the ordinary
 * way, and what is wrong is told there.
 */
#ifndef QN_WALK_TREE_AHEAD_H
#define QN_WALK_TREE_AHEAD_H

#include "odb/odb.h"

struct qn_tree_ahead; /* a slice: what was read for some roots */

/* Append the content of a tree; false: it is not held. */
bool qn_tree_ahead_take(struct qn_ctx *ctx, const struct qn_tree_ahead *slice,
                        const uint8_t *row, struct qn_buf *out);

/* On the caller's thread, in order.  `slice` may be NULL. */
typedef enum qn_status qn_tree_ahead_fn(struct qn_ctx *ctx, void *data,
                                        const struct qn_tree_ahead *slice,
                                        const struct qn_id *root);

struct qn_tree_ahead_run {
    struct qn_odb *odb;
    const struct qn_id *roots;
    size_t count;
    qn_tree_ahead_fn *each;
    void *data;
    /* Trees that nobody will ask for: raw rows, zeros among them are passed
     * over.  Not looked at once the run has begun. */
    const uint8_t *seen;
    size_t seen_count;
};
/* Few roots, or a view that fetches what it misses, are not read ahead. */
enum qn_status
qn_tree_ahead_run(struct qn_ctx *ctx,
                  const struct qn_tree_ahead_run *options) QN_MUST_USE;

#endif
