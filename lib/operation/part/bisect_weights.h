/* SPDX-License-Identifier: MIT */
/* Which commit halves a range best: git-bisect(1), rev-list --bisect.
 *
 *   commits of a walk -> how many of them each one reaches -> the choice
 *
 * Rules: docs/provenance/walk.md.
 */
#ifndef QN_OPERATION_PART_BISECT_WEIGHTS_H
#define QN_OPERATION_PART_BISECT_WEIGHTS_H

#include "walk/commit_walk.h"

struct qn_bisect_row {
    struct qn_id id;
    uint32_t weight; /* commits of the list that it reaches, itself too */
    uint32_t first_parent, parent_count; /* in the table's parents */
};

struct qn_bisect_weights {
    struct qn_bisect_row *rows; /* the oldest first */
    size_t count, capacity;
    uint32_t *parents; /* numbers of rows */
    size_t parent_count, parent_capacity;
    size_t chosen;
};
#define QN_BISECT_WEIGHTS_INIT                                                 \
    {                                                                          \
        NULL, 0, 0, NULL, 0, 0, 0                                              \
    }
void qn_bisect_weights_dispose(struct qn_bisect_weights *weights);

/* Take all of the walk. `weighs_all`: do not stop at the first that halves. */
enum qn_status qn_bisect_weights_run(struct qn_ctx *ctx,
                                     struct qn_commit_walk *walk,
                                     bool first_parent_only, bool weighs_all,
                                     struct qn_bisect_weights *out) QN_MUST_USE;
/* How far the row is from both ends. */
uint32_t qn_bisect_weights_distance(const struct qn_bisect_weights *weights,
                                    size_t row);
/* An estimate of the steps that `count` commits take. */
uint32_t qn_bisect_weights_steps(uint32_t count);

#endif
