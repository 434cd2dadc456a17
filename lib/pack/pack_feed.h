/* SPDX-License-Identifier: MIT */
/* The bytes of a pack as they come from a descriptor: read in pieces, summed
 * up, written to a file meanwhile, and inflated from where they lie.
 *
 *   begin -> entry by entry (header, inflate) -> finish
 *
 * Blocks only for bytes that the pack must still have, so that whoever sends it
 * need not close the descriptor behind it.
 */
#ifndef QN_PACK_PACK_FEED_H
#define QN_PACK_PACK_FEED_H

#include "base/ctx.h"
#include "base/progress.h"
#include "codec/inflate.h"
#include "hash/hash.h"

/* Where the bytes come from when it is no descriptor: at least one byte, or
 * `*used` 0 at the end.  Called on the thread that asks. */
struct qn_pack_source {
    enum qn_status (*read)(struct qn_ctx *ctx, void *data, void *room,
                           size_t size, size_t *used);
    void *data;
};

struct qn_pack_feed {
    struct qn_bytes front; /* what was read before, and not yet taken */
    int in;                /* -1: `front` is all */
    const struct qn_pack_source *source; /* in the place of `in`; or NULL */
    int fd;                              /* a copy goes there; -1: nowhere */
    uint64_t limit;                      /* of bytes; 0: none */
    bool is_end;                         /* nothing more comes */
    uint64_t offset;                     /* of the next byte, in the pack */
    uint32_t crc;                        /* set to 0 where an entry begins */
    uint64_t received;
    struct qn_progress *progress; /* hears of the bytes; or NULL */
    uint32_t algorithm;
    uint8_t *buffer;
    uint8_t *piece;
    size_t begin;  /* of what is not consumed, in the buffer */
    size_t end;    /* of what is in the buffer */
    size_t summed; /* what is hashed; of the crc, too */
    struct qn_hash hash;
    struct qn_inflate_stream *stream;
};

/* Set front, in, fd, limit and algorithm before. */
enum qn_status qn_pack_feed_begin(struct qn_ctx *ctx,
                                  struct qn_pack_feed *feed) QN_MUST_USE;
void qn_pack_feed_dispose(struct qn_pack_feed *feed);

static inline struct qn_bytes
qn_pack_feed_bytes(const struct qn_pack_feed *feed)
{
    return qn_bytes_make(feed->buffer + feed->begin, feed->end - feed->begin);
}
static inline void qn_pack_feed_consume(struct qn_pack_feed *feed, size_t size)
{
    feed->begin += size;
    feed->offset += size;
}
/* Sum up what was consumed. */
void qn_pack_feed_sum(struct qn_pack_feed *feed);
/* Read more behind what is at hand, at least a byte unless it is the end.
 * QN_TOO_BIG past the limit (reason "pack.exceeds-limit"). */
enum qn_status qn_pack_feed_more(struct qn_ctx *ctx,
                                 struct qn_pack_feed *feed) QN_MUST_USE;
/* QN_TOO_BIG, in Git's words. */
enum qn_status qn_pack_feed_fail_size(struct qn_ctx *ctx,
                                      uint64_t limit) QN_MUST_USE;
/* Wait for `size` bytes; "early EOF" when they do not come. */
enum qn_status qn_pack_feed_need(struct qn_ctx *ctx, struct qn_pack_feed *feed,
                                 size_t size) QN_MUST_USE;
/* Wait for the front of an entry, base and all; `*size` is how long it is. */
enum qn_status qn_pack_feed_front(struct qn_ctx *ctx, struct qn_pack_feed *feed,
                                  size_t *size) QN_MUST_USE;
/* Inflate one stream of `size` bytes: to `out`, or (NULL) in pieces to `take`
 * (NULL: nowhere).  QN_CORRUPT sets `*code` to zlib's number (1: shorter, -5:
 * longer, -3: damaged, which is reported) or QN_INFLATE_TRUNCATED. */
struct qn_pack_feed_sink {
    uint8_t *out;
    enum qn_status (*take)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes piece);
    void *data;
    uint64_t made; /* out */
};
enum qn_status qn_pack_feed_inflate(struct qn_ctx *ctx,
                                    struct qn_pack_feed *feed, uint64_t size,
                                    struct qn_pack_feed_sink *sink,
                                    int *code) QN_MUST_USE;
/* The checksum of all that was consumed; waits for as many bytes behind it,
 * which are consumed, and tells whether they are the same. */
enum qn_status qn_pack_feed_finish(struct qn_ctx *ctx,
                                   struct qn_pack_feed *feed,
                                   struct qn_id *checksum,
                                   bool *is_right) QN_MUST_USE;

#endif
