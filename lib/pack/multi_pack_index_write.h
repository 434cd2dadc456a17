/* SPDX-License-Identifier: MIT */
/* Multi-pack-indexes in the making: indexes of packs, or layers of a chain, to
 * the bytes of one file.
 *
 *   of an object that several packs have: the preferred pack's copy, else that
 *   of the youngest pack, else that of the first by name
 *
 * Format: gitformat-pack(5), "multi-pack-index files".
 */
#ifndef QN_PACK_MULTI_PACK_INDEX_WRITE_H
#define QN_PACK_MULTI_PACK_INDEX_WRITE_H

#include "pack/multi_pack_index.h"
#include "pack/pack_index.h"

#define QN_MULTI_PACK_WRITE_NONE UINT32_MAX

struct qn_multi_pack_write_pack {
    const char *name;                  /* "pack-<hash>.idx" */
    const struct qn_pack_index *index; /* not used with layers */
    int64_t mtime;                     /* seconds */
    uint32_t chosen;                   /* out: objects that are taken from it */
};

struct qn_multi_pack_write {
    uint32_t algorithm;
    uint32_t version; /* 1: packs are sorted by name; 2 */
    struct qn_multi_pack_write_pack *packs;
    size_t pack_count;
    uint32_t preferred; /* of the packs; QN_MULTI_PACK_WRITE_NONE */
    /* Objects in these are left out. */
    const struct qn_multi_pack_index *bases;
    size_t base_count;
    /* Instead of reading the packs' indexes: the entries of these, whose packs
     * one after the other are `packs`, or by `renumbered` are their places
     * there. */
    const struct qn_multi_pack_index *layers;
    size_t layer_count;
    const uint32_t *renumbered; /* or NULL */
    bool wants_order; /* RIDX and BTMP: the order of bits, for bitmaps */
};

/* The bytes of the file, its checksum at their end and in `name`. */
enum qn_status qn_multi_pack_index_encode(struct qn_ctx *ctx,
                                          struct qn_multi_pack_write *write,
                                          struct qn_buf *out,
                                          struct qn_id *name) QN_MUST_USE;

#endif
