/* SPDX-License-Identifier: MIT */
/* The objects of a pack in the order they lie in it: a table of positions in
 * the index, sorted by offset.  Read from the .rev file where there is a sound
 * one ("RIDX", version 1), computed from the index otherwise. */
#ifndef QN_PACK_PACK_REVERSE_H
#define QN_PACK_PACK_REVERSE_H

#include "pack/pack_index.h"

struct qn_pack_reverse {
    struct qn_file_map map; /* of the .rev file; data NULL: computed */
    uint32_t *owned;        /* computed */
    uint32_t count;
};

/* `path`: of the .rev file; one that is not there, or of no use, is computed
 * instead. */
enum qn_status qn_pack_reverse_open(struct qn_ctx *ctx, const char *path,
                                    const struct qn_pack_index *index,
                                    struct qn_pack_reverse *out) QN_MUST_USE;
/* The bytes of a .rev file: are header and size right?  Reported when not. */
bool qn_pack_reverse_check(struct qn_ctx *ctx, const char *path,
                           struct qn_bytes bytes,
                           const struct qn_pack_index *index);
void qn_pack_reverse_close(struct qn_pack_reverse *reverse);

/* Position in the index of the i-th object of the pack; checked to be in
 * range. */
static inline uint32_t
qn_pack_reverse_position(const struct qn_pack_reverse *reverse, uint32_t i)
{
    uint32_t position =
        reverse->owned
            ? reverse->owned[i]
            : qn_endian_load32(reverse->map.data + 12 + (size_t)i * 4);

    return position < reverse->count ? position : 0;
}

/* Which object of the pack begins at `offset`: its number in pack order, or
 * QN_PACK_INDEX_NONE. */
uint32_t qn_pack_reverse_find(const struct qn_pack_reverse *reverse,
                              const struct qn_pack_index *index,
                              uint64_t offset);

/* Which of the `i` objects in front of the i-th begins at `offset`, where
 * `offsets` has the beginnings in pack order; QN_PACK_INDEX_NONE: none.  Looks
 * near first: most bases are. */
uint32_t qn_pack_reverse_before(const uint64_t *offsets, uint32_t i,
                                uint64_t offset);

#endif
