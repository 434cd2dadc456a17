/* SPDX-License-Identifier: MIT */
/* Reachability bitmaps of a pack, or of a layer of multi-pack-indexes
 * (.bitmap): for some commits, the set of all objects that they reach.
 *
 *   header, checksum of the pack or multi-pack-index
 *   4 EWAH bitmaps: which objects are commits, trees, blobs, tags
 *   entries: position, XOR offset, flags, EWAH bitmap
 *   pseudo-merges: sets of commits, each with all that these reach
 *   lookup table, name-hash cache (as flags say), checksum
 *
 * Bits and positions are those of pack/bit_order.h; a layer's file counts from
 * the lowest layer's first object on, and tells types and hashes only of its
 * own.  Sets are plain bitmaps (codec/ewah.h).  An entry may hold the
 * difference to one before it; it is followed without recursion.  Format:
 * gitformat-pack(5), "bitmap-format"; gitpacking(7).
 */
#ifndef QN_PACK_PACK_BITMAP_H
#define QN_PACK_PACK_BITMAP_H

#include "codec/ewah.h"
#include "os/file.h"

#define QN_PACK_BITMAP_NONE UINT32_MAX

enum qn_pack_bitmap_flags { /* of the header */
                            QN_PACK_BITMAP_FULL_DAG = 1,
                            QN_PACK_BITMAP_HASH_CACHE = 4,
                            QN_PACK_BITMAP_LOOKUP_TABLE = 16,
                            QN_PACK_BITMAP_PSEUDO_MERGES = 32
};

enum qn_pack_bitmap_type { /* as the four bitmaps come */
                           QN_PACK_BITMAP_COMMITS = 0,
                           QN_PACK_BITMAP_TREES,
                           QN_PACK_BITMAP_BLOBS,
                           QN_PACK_BITMAP_TAGS,
                           QN_PACK_BITMAP_TYPE_COUNT
};

struct qn_pack_bitmap_entry {
    uint32_t position;
    uint32_t base; /* the entry it differs from, or NONE */
    struct qn_ewah ewah;
};

struct qn_pack_bitmap_merge {
    struct qn_ewah commits; /* bits of these */
    struct qn_ewah objects; /* all that they reach */
};

/* What the file is of. */
struct qn_pack_bitmap_of {
    uint32_t algorithm;
    uint32_t first;          /* objects of layers below; else 0 */
    uint32_t count;          /* objects, with those */
    const uint8_t *checksum; /* of the pack or multi-pack-index */
};

struct qn_pack_bitmap {
    struct qn_file_map map;
    uint32_t first, count;
    struct qn_ewah types[QN_PACK_BITMAP_TYPE_COUNT];
    struct qn_pack_bitmap_entry *entries; /* owned */
    uint32_t *order;                      /* of the entries, by position */
    uint32_t entry_count;
    struct qn_pack_bitmap_merge *merges; /* owned */
    size_t merge_count;
    bool has_lookup_table;
    const uint8_t
        *hashes; /* big-endian, by position from `first` on; or NULL */
};

/* QN_NOT_FOUND: there is none.  QN_CORRUPT: it is of no use, and why. */
enum qn_status qn_pack_bitmap_open(struct qn_ctx *ctx, const char *path,
                                   const struct qn_pack_bitmap_of *of,
                                   struct qn_pack_bitmap *out) QN_MUST_USE;
/* The same over bytes that the caller keeps. */
enum qn_status qn_pack_bitmap_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                                    const struct qn_pack_bitmap_of *of,
                                    struct qn_pack_bitmap *out) QN_MUST_USE;
void qn_pack_bitmap_close(struct qn_pack_bitmap *bitmap);
/* The entry of the commit at that position, or NONE. */
uint32_t qn_pack_bitmap_find(const struct qn_pack_bitmap *bitmap,
                             uint32_t position);
/* Fill `plain`, of `words` words (at least those of its count), with the
 * entry's set. */
void qn_pack_bitmap_expand(const struct qn_pack_bitmap *bitmap, uint32_t entry,
                           uint64_t *plain, size_t words);
/* The hash of the name that an object was met under; 0: not known. */
uint32_t qn_pack_bitmap_hash(const struct qn_pack_bitmap *bitmap,
                             uint32_t position);

/* Writing: the caller hands over each part, in the order of the format. */
struct qn_pack_bitmap_row {
    uint32_t position;
    uint8_t distance;     /* how many rows before the one it differs from; 0 */
    struct qn_bytes bits; /* serialized EWAH */
};
struct qn_pack_bitmap_source {
    struct qn_pack_bitmap_of of;
    const uint64_t *types[QN_PACK_BITMAP_TYPE_COUNT]; /* plain */
    const struct qn_pack_bitmap_row *rows;
    uint32_t row_count;
    const uint32_t *hashes; /* by position from `of.first` on; or NULL */
    /* plain sets: of commits, of what they reach */
    const uint64_t *const *merge_commits;
    const uint64_t *const *merge_objects;
    size_t merge_count;
    bool has_lookup_table;
};
enum qn_status qn_pack_bitmap_write(struct qn_ctx *ctx,
                                    const struct qn_pack_bitmap_source *source,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
