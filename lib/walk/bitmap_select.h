/* SPDX-License-Identifier: MIT */
/* Which commits get a bitmap: all of the newest hundred, then one of every few,
 * further and further apart. */
#ifndef QN_WALK_BITMAP_SELECT_H
#define QN_WALK_BITMAP_SELECT_H

#include "base/ctx.h"

#include <stddef.h>
#include <stdint.h>

struct qn_bitmap_candidate {
    uint32_t number; /* the caller's */
    uint32_t bit;    /* of equal times the lower one comes first */
    int64_t time;
    bool is_merge;
    bool is_preferred; /* taken before others near it */
};

/* Sort the candidates, and move those that are taken to the front, the oldest
 * first; answers how many. */
size_t qn_bitmap_select(struct qn_bitmap_candidate *candidates, size_t count);

#endif
