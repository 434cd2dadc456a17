/* SPDX-License-Identifier: MIT */
/* Is the bitmap of a commit what a walk finds?  (rev-list --test-bitmap) */
#ifndef QN_WALK_BITMAP_CHECK_H
#define QN_WALK_BITMAP_CHECK_H

#include "walk/bitmap_set.h"

struct qn_bitmap_check {
    struct qn_odb *odb;
    const struct qn_bitmap_set *bitmaps;
    struct qn_id commit;
    /* found by qn_bitmap_check_find */
    size_t file;
    uint64_t *plain; /* owned */
    uint32_t bit_count, checksum;
};
/* QN_NOT_FOUND, with Git's words: it has none. */
enum qn_status qn_bitmap_check_find(struct qn_ctx *ctx,
                                    struct qn_bitmap_check *check) QN_MUST_USE;
/* Walk, and tell how far it is.  QN_CORRUPT, with Git's words: they differ. */
enum qn_status qn_bitmap_check_walk(struct qn_ctx *ctx,
                                    struct qn_bitmap_check *check) QN_MUST_USE;
void qn_bitmap_check_dispose(struct qn_bitmap_check *check);

#endif
