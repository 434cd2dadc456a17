/* SPDX-License-Identifier: MIT */
/* The .mtimes file of a cruft pack: when each object was last wanted.
 *
 *   "MTME"  1  hash  mtime (4 bytes, seconds) per object in the index's order
 *   pack checksum  checksum of all before it
 *
 * Format: docs/formats/pack.md.  Written by qn_pack_table_write_mtimes.
 */
#ifndef QN_PACK_PACK_MTIMES_H
#define QN_PACK_PACK_MTIMES_H

#include "base/endian.h"
#include "pack/pack_index.h"

#define QN_PACK_MTIMES_MAGIC 0x4d544d45u

struct qn_pack_mtimes {
    struct qn_file_map map;
    uint32_t count;
};

/* `path`: of the .mtimes file; QN_NOT_FOUND, QN_CORRUPT when its size or header
 * is not that of a table beside this index. */
enum qn_status qn_pack_mtimes_open(struct qn_ctx *ctx, const char *path,
                                   const struct qn_pack_index *index,
                                   struct qn_pack_mtimes *out) QN_MUST_USE;
void qn_pack_mtimes_close(struct qn_pack_mtimes *mtimes);

/* Seconds, of the object at this position of the index. */
static inline uint32_t qn_pack_mtimes_at(const struct qn_pack_mtimes *mtimes,
                                         uint32_t position)
{
    return position < mtimes->count
               ? qn_endian_load32(mtimes->map.data + 12 + (size_t)position * 4)
               : 0;
}

#endif
