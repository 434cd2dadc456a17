/* SPDX-License-Identifier: MIT */
/* The front of one entry of a pack.
 *
 *   entry  = header [base] zlib(data)
 *   header = csss tttt-style byte: continue bit, 3 bits of type, 4 of size,
 *            then 7 bits of size a byte
 *   base   = offset delta: how far back it begins;  ref delta: its raw id
 */
#ifndef QN_PACK_PACK_ENTRY_H
#define QN_PACK_PACK_ENTRY_H

#include "base/ctx.h"
#include "object/object.h"

/* Beside the four types of enum qn_object_type. */
#define QN_PACK_ENTRY_OFFSET_DELTA 6
#define QN_PACK_ENTRY_REF_DELTA    7

/* The longest header: type and size, and the longer kind of base. */
#define QN_PACK_ENTRY_HEADER_MAX (10 + QN_ID_MAX_SIZE)

struct qn_pack_entry {
    uint64_t offset;        /* where the header begins */
    uint64_t data_offset;   /* where the compressed bytes begin */
    uint64_t size;          /* inflated, of the object or of the delta */
    uint64_t base_offset;   /* of an offset delta */
    const uint8_t *base_id; /* of a ref delta: the raw row in the pack */
    unsigned type;
};

static inline bool qn_pack_entry_is_delta(const struct qn_pack_entry *entry)
{
    return entry->type >= QN_PACK_ENTRY_OFFSET_DELTA;
}

/* Parse the entry at `offset` of the pack's bytes (without the checksum at the
 * end).  QN_CORRUPT when there is none. */
enum qn_status qn_pack_entry_parse(struct qn_ctx *ctx, struct qn_bytes pack,
                                   uint32_t algorithm, uint64_t offset,
                                   struct qn_pack_entry *out) QN_MUST_USE;
/* The same for the entry at `offset` of a pack of which only a window is there,
 * which begins with that entry. */
enum qn_status qn_pack_entry_parse_at(struct qn_ctx *ctx,
                                      struct qn_bytes window,
                                      uint32_t algorithm, uint64_t offset,
                                      struct qn_pack_entry *out) QN_MUST_USE;
/* Write type and size; `out` has room for 10 bytes.  Answers the bytes used. */
size_t qn_pack_entry_write_header(uint8_t *out, unsigned type, uint64_t size);

#endif
