/* SPDX-License-Identifier: MIT */
/* Reading entries of packs: contents, and type and size without contents.
 *
 * Belongs to one view: holds its delta-base cache, the frames of the chain that
 * is being resolved (no recursion, whatever the depth) and reused buffers.  A
 * pack handed in has had its data opened by the caller.
 */
#ifndef QN_PACK_PACK_READER_H
#define QN_PACK_PACK_READER_H

#include "base/buf.h"
#include "base/ctx.h"
#include "object/object.h"
#include "pack/pack_cache.h"
#include "pack/pack_entry.h"
#include "pack/pack_file.h"

struct qn_pack_reader_type; /* a remembered type of an entry */

struct qn_pack_reader {
    struct qn_pack_cache cache;
    struct qn_pack_entry *frames; /* deltas on the way to the base */
    size_t frame_capacity;
    struct qn_buf delta;
    struct qn_pack_reader_type *types;
    uint32_t type_misses;
    const struct qn_pack_file *indexed;  /* its index is open: seen */
    const struct qn_pack_file *reversed; /* likewise its reverse table */
};

/* `limit`: bytes of the delta-base cache. */
void qn_pack_reader_init(struct qn_pack_reader *reader, uint64_t limit);
void qn_pack_reader_dispose(struct qn_pack_reader *reader);
/* Forget what is known of packs (some may be closed now). */
void qn_pack_reader_forget(struct qn_pack_reader *reader);

/* The whole object that the entry at `offset` makes.  QN_CORRUPT, QN_TOO_BIG.
 */
enum qn_status qn_pack_reader_read(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack, uint64_t offset,
                                   struct qn_object *out) QN_MUST_USE;

enum qn_pack_reader_want {
    QN_PACK_READER_TYPE = 1,
    QN_PACK_READER_SIZE = 2,
    QN_PACK_READER_DISK_SIZE = 4,
    QN_PACK_READER_DELTA_BASE = 8
};
struct qn_pack_reader_info {
    enum qn_object_type type;
    uint64_t size;
    uint64_t disk_size;
    struct qn_id delta_base; /* null: not a delta */
};
/* `want`: bits of what to find out; the rest of `*out` is left at zero. */
enum qn_status qn_pack_reader_info(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack, uint64_t offset,
                                   unsigned want,
                                   struct qn_pack_reader_info *out) QN_MUST_USE;

/* The entry that is the base of a delta entry, parsed. */
enum qn_status qn_pack_reader_base(struct qn_ctx *ctx,
                                   struct qn_pack_reader *reader,
                                   struct qn_pack_file *pack,
                                   const struct qn_pack_entry *entry,
                                   struct qn_pack_entry *base) QN_MUST_USE;

static inline struct qn_bytes
qn_pack_reader_bytes(const struct qn_pack_file *pack)
{
    return qn_bytes_make(pack->data.data, (size_t)pack->data_end);
}

#endif
