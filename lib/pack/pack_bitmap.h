/* SPDX-License-Identifier: MIT */
/* Reachability bitmaps of a pack (.bitmap): for some commits, the set of all
 * objects that they reach.
 *
 *   header, pack checksum
 *   4 EWAH bitmaps: which objects are commits, trees, blobs, tags
 *   entries: position in the index, XOR offset, flags, EWAH bitmap
 *   lookup table, name-hash cache (as flags say), checksum
 *
 * Bit i is the i-th object in the order of the pack.  Sets are plain bitmaps
 * (codec/ewah.h).  An entry may hold the difference to one before it; it is
 * followed without recursion.  Format: gitformat-pack(5), "bitmap-format".
 */
#ifndef QN_PACK_PACK_BITMAP_H
#define QN_PACK_PACK_BITMAP_H

#include "codec/ewah.h"
#include "pack/pack_file.h"

#define QN_PACK_BITMAP_NONE UINT32_MAX

enum qn_pack_bitmap_flags { /* of the header */
                            QN_PACK_BITMAP_FULL_DAG = 1,
                            QN_PACK_BITMAP_HASH_CACHE = 4,
                            QN_PACK_BITMAP_LOOKUP_TABLE = 16
};

enum qn_pack_bitmap_type { /* as the four bitmaps come */
                           QN_PACK_BITMAP_COMMITS = 0,
                           QN_PACK_BITMAP_TREES,
                           QN_PACK_BITMAP_BLOBS,
                           QN_PACK_BITMAP_TAGS,
                           QN_PACK_BITMAP_TYPE_COUNT
};

struct qn_pack_bitmap_entry {
    uint32_t position; /* in the index */
    uint32_t base;     /* the entry it differs from, or NONE */
    struct qn_ewah ewah;
};

struct qn_pack_bitmap {
    struct qn_file_map map;
    struct qn_pack_file *pack; /* retained; its reverse table is open */
    uint32_t count;            /* objects */
    struct qn_ewah types[QN_PACK_BITMAP_TYPE_COUNT];
    struct qn_pack_bitmap_entry *entries; /* owned */
    uint32_t *order;                      /* of the entries, by position */
    uint32_t entry_count;
    const uint8_t *hashes; /* big-endian, in the order of the index; or NULL */
};

/* The bitmap beside the pack.  QN_NOT_FOUND: there is none.  QN_CORRUPT: it is
 * of no use, and why. */
enum qn_status qn_pack_bitmap_open(struct qn_ctx *ctx,
                                   struct qn_pack_file *pack,
                                   struct qn_pack_bitmap *out) QN_MUST_USE;
void qn_pack_bitmap_close(struct qn_pack_bitmap *bitmap);
/* The entry of the commit at that position of the index, or NONE. */
uint32_t qn_pack_bitmap_find(const struct qn_pack_bitmap *bitmap,
                             uint32_t position);
/* Fill `plain` (of qn_ewah_plain_count(count) words) with the entry's set. */
void qn_pack_bitmap_expand(const struct qn_pack_bitmap *bitmap, uint32_t entry,
                           uint64_t *plain);

/* Writing: the caller hands over each part, in the order of the format. */
struct qn_pack_bitmap_source {
    uint32_t algorithm;
    uint32_t count; /* objects */
    const uint8_t *pack_checksum;
    const uint64_t *types[QN_PACK_BITMAP_TYPE_COUNT]; /* plain */
    const struct qn_pack_bitmap_row *rows;
    uint32_t row_count;
    const uint32_t *hashes; /* by position in the index; or NULL */
    bool has_lookup_table;
};
struct qn_pack_bitmap_row {
    uint32_t position;    /* in the index */
    uint8_t distance;     /* how many rows before the one it differs from; 0 */
    struct qn_bytes bits; /* serialized EWAH */
};
enum qn_status qn_pack_bitmap_write(struct qn_ctx *ctx,
                                    const struct qn_pack_bitmap_source *source,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
