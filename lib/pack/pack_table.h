/* SPDX-License-Identifier: MIT */
/* What a pack holds, in the order it lies there; and the index files made of
 * it.
 *
 *   in:  raw ids, offsets and CRC-32s of every entry, the pack's checksum
 *   out: the bytes of the .idx (version 2) and .rev files
 */
#ifndef QN_PACK_PACK_TABLE_H
#define QN_PACK_PACK_TABLE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_pack_table {
    uint32_t algorithm;
    size_t count;
    uint8_t *rows;     /* raw ids */
    uint64_t *offsets; /* ascending */
    uint32_t *crcs;
    struct qn_id checksum; /* of the pack */
    size_t row_capacity;
    size_t offset_capacity;
    size_t crc_capacity;
};

void qn_pack_table_init(struct qn_pack_table *table, uint32_t algorithm);
void qn_pack_table_dispose(struct qn_pack_table *table);
/* Room for `count` entries in all. */
enum qn_status qn_pack_table_reserve(struct qn_ctx *ctx,
                                     struct qn_pack_table *table,
                                     size_t count) QN_MUST_USE;

/* How the index is written; zero is what Git writes. */
struct qn_pack_table_form {
    uint32_t version;    /* 0: 2 */
    uint32_t large_from; /* offsets beyond take 64 bits; 0: 2^31 - 1 */
};
enum qn_status qn_pack_table_write_as(struct qn_ctx *ctx,
                                      const struct qn_pack_table *table,
                                      const struct qn_pack_table_form *form,
                                      struct qn_buf *out,
                                      struct qn_buf *reverse) QN_MUST_USE;
/* The .mtimes file of a cruft pack (pack/pack_mtimes.h), appended; `mtimes` in
 * the order of the table. */
enum qn_status qn_pack_table_write_mtimes(struct qn_ctx *ctx,
                                          const struct qn_pack_table *table,
                                          const uint32_t *mtimes,
                                          struct qn_buf *out) QN_MUST_USE;

/* Append the index to `out`, and the reverse index to `reverse` unless that is
 * NULL.  QN_TOO_BIG past 2^32-1 entries. */
enum qn_status qn_pack_table_write(struct qn_ctx *ctx,
                                   const struct qn_pack_table *table,
                                   struct qn_buf *out,
                                   struct qn_buf *reverse) QN_MUST_USE;

#endif
