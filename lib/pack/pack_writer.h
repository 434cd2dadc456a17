/* SPDX-License-Identifier: MIT */
/* Writing one pack to a descriptor, entry after entry.
 *
 *   begin -> add... -> finish      the table is complete, the checksum known
 *                   -> dispose     nothing more is written
 *
 * The number of entries is told at the beginning; or, for a pack that is open,
 * put in at the end, for which the file is read once more.  Entries that were
 * stored already are copied as they are, their bases named anew.  The writer
 * keeps ids, offsets and CRC-32s for the index (pack/pack_table.h).
 */
#ifndef QN_PACK_PACK_WRITER_H
#define QN_PACK_PACK_WRITER_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/hash.h"
#include "object/object.h"
#include "os/sync.h"
#include "pack/pack_table.h"

/* Where a pack goes that is no file: to whoever takes its bytes in order. */
struct qn_pack_sink {
    void *data;
    enum qn_status (*put)(struct qn_ctx *ctx, void *data,
                          struct qn_bytes bytes);
};

struct qn_pack_writer {
    int fd;
    struct qn_pack_sink sink;   /* instead of `fd`, when it has a function */
    const char *path;           /* for messages; borrowed */
    const struct qn_sync *sync; /* what `fd` is synced by at the end, so that
                                   the disk begins early; or NULL */
    uint64_t put, begun;        /* bytes: written; on their way to the disk */
    uint64_t offset;            /* where the next entry begins */
    uint32_t expected;
    bool is_open; /* the number of entries is found out at the end */
    struct qn_hash hash;
    struct qn_buf pending; /* not yet written and hashed */
    struct qn_buf scratch;
    struct qn_pack_table table;
    uint32_t stream_crc; /* of the entry that comes in pieces */
};

#define QN_PACK_WRITER_INIT                                                    \
    {                                                                          \
        .fd = -1                                                               \
    }

enum qn_status qn_pack_writer_begin(struct qn_ctx *ctx,
                                    struct qn_pack_writer *writer, int fd,
                                    const char *path, uint32_t algorithm,
                                    uint32_t count) QN_MUST_USE;

/* A pack of as many entries as will come; `fd` is readable, too. */
enum qn_status qn_pack_writer_begin_open(struct qn_ctx *ctx,
                                         struct qn_pack_writer *writer, int fd,
                                         const char *path,
                                         uint32_t algorithm) QN_MUST_USE;
/* Bytes that were written before; of an open pack only. */
enum qn_status qn_pack_writer_read(struct qn_ctx *ctx,
                                   struct qn_pack_writer *writer,
                                   uint64_t offset, size_t size,
                                   struct qn_buf *out) QN_MUST_USE;

/* One entry whose data is compressed already. */
struct qn_pack_writer_entry {
    const uint8_t *row;     /* raw id, or NULL: the table's row stays unset */
    unsigned type;          /* as in pack/pack_entry.h */
    uint64_t size;          /* inflated */
    uint64_t base_offset;   /* of an offset delta: in this pack */
    const uint8_t *base_id; /* of a ref delta */
    struct qn_bytes data;
};
enum qn_status
qn_pack_writer_add_entry(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                         const struct qn_pack_writer_entry *entry) QN_MUST_USE;
/* One object, compressed here. */
enum qn_status
qn_pack_writer_add_object(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                          const uint8_t *row, enum qn_object_type type,
                          struct qn_bytes data, int level) QN_MUST_USE;
/* An entry whose compressed bytes come in pieces: `entry` without data, then
 * put..., then end. */
enum qn_status qn_pack_writer_begin_stream(
    struct qn_ctx *ctx, struct qn_pack_writer *writer,
    const struct qn_pack_writer_entry *entry) QN_MUST_USE;
enum qn_status qn_pack_writer_put(struct qn_ctx *ctx,
                                  struct qn_pack_writer *writer,
                                  struct qn_bytes piece) QN_MUST_USE;
void qn_pack_writer_end_stream(struct qn_pack_writer *writer);
/* Instead of end, of an open pack only: it is not there after all. */
enum qn_status
qn_pack_writer_drop_stream(struct qn_ctx *ctx,
                           struct qn_pack_writer *writer) QN_MUST_USE;
/* Many entries that lie together and need no change; `offsets` are where they
 * begin in `data`.  Ids and CRC-32s of the table stay unset. */
enum qn_status qn_pack_writer_add_run(struct qn_ctx *ctx,
                                      struct qn_pack_writer *writer,
                                      struct qn_bytes data,
                                      const uint64_t *offsets,
                                      size_t count) QN_MUST_USE;
/* The same where nobody asks for the table: `count` entries from the first on,
 * as they lie in another pack.  May come in pieces, of which the first tells
 * the count. */
enum qn_status qn_pack_writer_add_front(struct qn_ctx *ctx,
                                        struct qn_pack_writer *writer,
                                        struct qn_bytes data,
                                        size_t count) QN_MUST_USE;
/* The checksum, and all that was held back. */
enum qn_status qn_pack_writer_finish(struct qn_ctx *ctx,
                                     struct qn_pack_writer *writer) QN_MUST_USE;
/* The same with fewer entries than were told: the file is read again to be
 * hashed with its true count. */
enum qn_status
qn_pack_writer_finish_early(struct qn_ctx *ctx,
                            struct qn_pack_writer *writer) QN_MUST_USE;
void qn_pack_writer_dispose(struct qn_pack_writer *writer);

#endif
