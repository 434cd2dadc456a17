/* SPDX-License-Identifier: MIT */
/* One multi-pack-index file: one table of ids over many packs.
 *
 *   "MIDX" version(1 or 2) algorithm chunk-count base-count pack-count
 *   (chunk id, 64-bit offset)... 0 end  chunks  checksum
 *   PNAM pack names   OIDF fan-out   OIDL ids   OOFF (pack, offset)
 *   LOFF 64-bit offsets   RIDX positions in pseudo-pack order   BTMP unused
 *
 * Checked when opened, so that lookups stay inside the file.  An entry may
 * still lie about packs and offsets: whoever uses one checks it.
 */
#ifndef QN_PACK_MULTI_PACK_INDEX_H
#define QN_PACK_MULTI_PACK_INDEX_H

#include "base/buf.h"
#include "base/ctx.h"
#include "base/endian.h"
#include "hash/id.h"
#include "os/file.h"

#define QN_MULTI_PACK_INDEX_NONE UINT32_MAX

struct qn_multi_pack_index {
    struct qn_file_map map;
    const uint8_t *fanout;
    const uint8_t *ids;
    const uint8_t *entries; /* 8 bytes each: pack, offset */
    const uint8_t *large;   /* NULL: none */
    const uint8_t *reverse; /* NULL: none */
    const char **names;     /* of packs: "pack-<hash>.idx" */
    uint32_t large_count;
    uint32_t pack_count;
    uint32_t count;
    uint32_t version;
    uint32_t base_count;
    uint32_t algorithm;
    size_t id_size;
};

enum qn_status
qn_multi_pack_index_open(struct qn_ctx *ctx, const char *path,
                         uint32_t algorithm,
                         struct qn_multi_pack_index *out) QN_MUST_USE;
/* The same over bytes that the caller keeps. */
enum qn_status
qn_multi_pack_index_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                          const char *name, uint32_t algorithm,
                          struct qn_multi_pack_index *out) QN_MUST_USE;
void qn_multi_pack_index_close(struct qn_multi_pack_index *index);

static inline const uint8_t *
qn_multi_pack_index_row(const struct qn_multi_pack_index *index,
                        uint32_t position)
{
    return index->ids + (size_t)position * index->id_size;
}

/* Position of an id, or QN_MULTI_PACK_INDEX_NONE. */
uint32_t qn_multi_pack_index_find(const struct qn_multi_pack_index *index,
                                  const uint8_t *row);
/* First position whose id is not below `row`. */
uint32_t qn_multi_pack_index_lower(const struct qn_multi_pack_index *index,
                                   const uint8_t *row);
/* Which pack (as written), and where in it; offset 0: the file lies. */
void qn_multi_pack_index_entry(const struct qn_multi_pack_index *index,
                               uint32_t position, uint32_t *pack,
                               uint64_t *offset);

/* The layers of a directory "<objects>/pack": the one file, or those that
 * multi-pack-index.d/multi-pack-index-chain names, oldest first.  None:
 * `*out_count` 0.  A file that is of no use is reported as a warning and left
 * out with all above it. */
enum qn_status qn_multi_pack_index_open_all(struct qn_ctx *ctx,
                                            const char *directory,
                                            uint32_t algorithm,
                                            struct qn_multi_pack_index **out,
                                            size_t *out_count) QN_MUST_USE;

#endif
