/* SPDX-License-Identifier: MIT */
/* Pack index files (.idx), versions 1 and 2, used in place.
 *
 *   v2  "\377tOc" 2  fanout[256]  ids  crc32s  offsets  large offsets
 *       pack checksum  index checksum
 *   v1  fanout[256]  (offset id)...  pack checksum  index checksum
 *
 * Checked when opened: sizes, and that the fan-out never falls; so that a
 * lookup stays inside the file whatever it holds.  An index may still lie about
 * offsets: whoever uses one checks it against the pack.
 * Format: docs/formats/pack-index.md.
 */
#ifndef QN_PACK_PACK_INDEX_H
#define QN_PACK_PACK_INDEX_H

#include "base/ctx.h"
#include "base/endian.h"
#include "hash/id.h"
#include "os/file.h"

#define QN_PACK_INDEX_NONE UINT32_MAX

struct qn_pack_index {
    struct qn_file_map map;
    const uint8_t *fanout;  /* 256 big-endian counts */
    const uint8_t *ids;     /* the first raw id */
    size_t id_stride;       /* from one id to the next */
    const uint8_t *crcs;    /* NULL in version 1 */
    const uint8_t *offsets; /* the first 32-bit offset */
    size_t offset_stride;
    const uint8_t *large; /* 64-bit offsets */
    uint32_t large_count;
    uint32_t count;
    uint32_t version;
    uint32_t algorithm;
    size_t id_size;
};

enum qn_status qn_pack_index_open(struct qn_ctx *ctx, const char *path,
                                  uint32_t algorithm,
                                  struct qn_pack_index *out) QN_MUST_USE;
/* The same over bytes that the caller keeps; `name` is for messages. */
enum qn_status qn_pack_index_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                                   const char *name, uint32_t algorithm,
                                   struct qn_pack_index *out) QN_MUST_USE;
void qn_pack_index_close(struct qn_pack_index *index);

static inline const uint8_t *
qn_pack_index_row(const struct qn_pack_index *index, uint32_t position)
{
    return index->ids + (size_t)position * index->id_stride;
}

/* Position of an id, or QN_PACK_INDEX_NONE. */
uint32_t qn_pack_index_find(const struct qn_pack_index *index,
                            const uint8_t *row);
/* Position of the first id that is not below `row`; count when there is none.
 */
uint32_t qn_pack_index_lower(const struct qn_pack_index *index,
                             const uint8_t *row);
/* Where the entry begins in the pack; 0 (which no entry has) when the index
 * names a large offset that is not there. */
static inline uint64_t qn_pack_index_offset(const struct qn_pack_index *index,
                                            uint32_t position)
{
    uint32_t offset = qn_endian_load32(index->offsets +
                                       (size_t)position * index->offset_stride);
    uint32_t at;

    if (index->version == 1 || !(offset & 0x80000000u))
        return offset;
    at = offset & 0x7fffffffu;
    if (at >= index->large_count)
        return 0;
    return qn_endian_load64(index->large + (size_t)at * 8);
}
/* The checksum of the pack that this index is of. */
const uint8_t *qn_pack_index_pack_checksum(const struct qn_pack_index *index);
/* Recompute the index's own checksum: QN_CORRUPT when it is not right. */
enum qn_status qn_pack_index_verify(struct qn_ctx *ctx,
                                    const struct qn_pack_index *index,
                                    const char *name) QN_MUST_USE;

#endif
