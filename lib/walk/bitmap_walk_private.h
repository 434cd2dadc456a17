/* SPDX-License-Identifier: MIT */
/* What the files of bitmap walks share; nobody else includes it. */
#ifndef QN_WALK_BITMAP_WALK_PRIVATE_H
#define QN_WALK_BITMAP_WALK_PRIVATE_H

#include "hash/id_map.h"
#include "walk/bitmap_walk.h"

/* An object: a bit of the bitmaps, or behind those the number of one that is
 * elsewhere. */
struct qn_bitmap_walk {
    struct qn_odb *odb;
    struct qn_bitmap_set bitmaps;
    size_t words;
    struct qn_id_map others;
    uint8_t *other_types;
    size_t other_capacity;
    struct qn_id *wants, *haves;
    size_t want_count, want_capacity, have_count, have_capacity;
    uint64_t *have_set, *set, *scratch;
    uint8_t *have_others, *other_set; /* beside `others` */
    size_t have_other_capacity, other_set_capacity;
    struct qn_id *stack;
    size_t stack_count, stack_capacity;
    struct qn_object object;
};

#endif
