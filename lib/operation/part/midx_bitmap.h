/* SPDX-License-Identifier: MIT */
/* The bitmaps of a multi-pack-index in the making. */
#ifndef QN_OPERATION_PART_MIDX_BITMAP_H
#define QN_OPERATION_PART_MIDX_BITMAP_H

#include "pack/multi_pack_index.h"
#include "walk/revision.h"

struct qn_midx_bitmap {
    const struct qn_revision_scope *scope;   /* its odb replaces nothing */
    const char *directory;                   /* "<objects>/pack" */
    struct qn_bytes index;                   /* the new file */
    const struct qn_multi_pack_index *below; /* layers; the lowest first */
    size_t below_count;
    bool has_no_hashes; /* no cache of names' hashes, whatever is configured */
    const char *snapshot; /* a file of lines "[+]<id>": tips, preferred ones
                             with "+"; NULL: what refs name */
};
/* Append the file.  QN_INVALID: Git's error, after a warning: an object is in
 * none of the packs. */
enum qn_status qn_midx_bitmap_make(struct qn_ctx *ctx,
                                   const struct qn_midx_bitmap *how,
                                   struct qn_buf *out) QN_MUST_USE;
/* Do all these layers have an order of bits?  QN_INVALID: one has none. */
enum qn_status qn_midx_bitmap_check(struct qn_ctx *ctx, const char *directory,
                                    const struct qn_multi_pack_index *layers,
                                    size_t count) QN_MUST_USE;

#endif
