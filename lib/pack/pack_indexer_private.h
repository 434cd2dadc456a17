/* SPDX-License-Identifier: MIT */
/* What the files of the indexer share: the table of entries that is filled from
 * the left to the right while a pack is indexed, and contents. */
#ifndef QN_PACK_PACK_INDEXER_PRIVATE_H
#define QN_PACK_PACK_INDEXER_PRIVATE_H

#include "base/endian.h"
#include "base/progress.h"
#include "hash/hash.h"
#include "os/file.h"
#include "pack/pack_entry.h"
#include "pack/pack_indexer.h"

#include <stdatomic.h>

#define QN_PACK_INDEXER_NONE UINT32_MAX

/* Contents hashed at once: so many, or so many bytes. */
#define QN_PACK_INDEXER_BATCH_COUNT 128
#define QN_PACK_INDEXER_BATCH_SIZE  (4u << 20)

struct qn_pack_indexer_entry {
    uint64_t data_offset;
    uint64_t size;
    uint32_t base;    /* entry; of a ref delta once that is known; or NONE */
    uint32_t child;   /* the first entry that is built on this one */
    uint32_t sibling; /* the next that is built on the same */
    uint8_t type;     /* as written; what it is at last is in `types` */
};

struct qn_pack_indexer_ref { /* ref deltas that name one base */
    const uint8_t *row;
    uint32_t first; /* entry; the rest by `sibling` */
    atomic_bool is_claimed;
};

struct qn_pack_indexer_work {
    const struct qn_pack_indexer_options *options;
    const char *path;
    struct qn_file_map map;
    uint64_t end; /* where the checksum begins */
    struct qn_pack_indexer *out;
    struct qn_pack_indexer_entry *entries;
    size_t entry_capacity;
    size_t type_capacity;
    size_t count;
    struct qn_pack_indexer_ref *refs; /* sorted by row */
    size_t ref_count;
    bool has_crcs; /* known already */
    uint64_t memory_limit;
    uint64_t pool_limit; /* of what each worker keeps to be used again */
    uint64_t big_file_threshold;
    atomic_uint_fast64_t held; /* bytes of contents that are alive */
    atomic_size_t collisions;  /* contents that are SHA-1 attacks */
    struct qn_progress progress;
};

/* A content that several may need: counted; its bytes are behind it. */
struct qn_pack_indexer_node {
    atomic_uint owners;
    enum qn_object_type type;
    size_t size;
    size_t capacity;
    struct qn_pack_indexer_node *next; /* in a pool */
};

/* Nodes that are free, by the power of two of their capacity; one worker's. */
#define QN_PACK_INDEXER_POOL_CLASSES 14 /* 256 bytes to 2 MiB */
struct qn_pack_indexer_pool {
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_node *free[QN_PACK_INDEXER_POOL_CLASSES];
    size_t size; /* bytes in it */
};

static inline uint8_t *
qn_pack_indexer_node_data(struct qn_pack_indexer_node *node)
{
    return (uint8_t *)(node + 1);
}
static inline struct qn_bytes
qn_pack_indexer_node_bytes(struct qn_pack_indexer_node *node)
{
    return qn_bytes_make(qn_pack_indexer_node_data(node), node->size);
}

/* A content of `size` bytes (and room for a NUL), with one owner. */
enum qn_status
qn_pack_indexer_node_new(struct qn_ctx *ctx, struct qn_pack_indexer_pool *pool,
                         uint64_t size,
                         struct qn_pack_indexer_node **out) QN_MUST_USE;
static inline void
qn_pack_indexer_node_retain(struct qn_pack_indexer_node *node)
{
    atomic_fetch_add_explicit(&node->owners, 1, memory_order_relaxed);
}
void qn_pack_indexer_node_release(struct qn_pack_indexer_pool *pool,
                                  struct qn_pack_indexer_node *node);
void qn_pack_indexer_pool_dispose(struct qn_pack_indexer_pool *pool);
/* Inflate entry `i` as it is written. */
enum qn_status
qn_pack_indexer_inflate(struct qn_ctx *ctx, struct qn_pack_indexer_pool *pool,
                        uint32_t i,
                        struct qn_pack_indexer_node **out) QN_MUST_USE;
/* The content that `delta` (of the entry at `offset`) makes of `base`. */
enum qn_status
qn_pack_indexer_apply(struct qn_ctx *ctx, struct qn_pack_indexer_pool *pool,
                      uint64_t offset, struct qn_pack_indexer_node *base,
                      struct qn_bytes delta,
                      struct qn_pack_indexer_node **out) QN_MUST_USE;

/* Contents that are to be hashed together. */
struct qn_pack_indexer_batch {
    struct qn_pack_indexer_pool *pool;
    struct qn_hash_job *jobs;
    struct qn_pack_indexer_node **nodes;
    uint32_t *entries;
    uint8_t *is_delta;
    size_t count;
    size_t size;
};
enum qn_status
qn_pack_indexer_batch_init(struct qn_ctx *ctx,
                           struct qn_pack_indexer_batch *batch,
                           struct qn_pack_indexer_pool *pool) QN_MUST_USE;
void qn_pack_indexer_batch_dispose(struct qn_pack_indexer_batch *batch);
/* Forget what is in it. */
void qn_pack_indexer_batch_clear(struct qn_pack_indexer_batch *batch);
/* Takes over one owner of `node`; hashes when the batch is full. */
void qn_pack_indexer_batch_add(struct qn_pack_indexer_batch *batch,
                               uint32_t entry, bool is_delta,
                               struct qn_pack_indexer_node *node);
static inline bool
qn_pack_indexer_batch_is_full(const struct qn_pack_indexer_batch *batch)
{
    return batch->count == QN_PACK_INDEXER_BATCH_COUNT ||
           batch->size > QN_PACK_INDEXER_BATCH_SIZE;
}
/* Hash and tell them all; `put` gets each id. */
enum qn_status qn_pack_indexer_batch_hash(
    struct qn_ctx *ctx, struct qn_pack_indexer_batch *batch,
    void (*put)(void *data, uint32_t entry, const struct qn_id *id),
    void *data) QN_MUST_USE;
/* Hash a blob that is not to be held: `in` is its compressed data. */
enum qn_status
qn_pack_indexer_hash_large(struct qn_ctx *ctx,
                           const struct qn_pack_indexer_work *work, uint32_t i,
                           struct qn_id *id) QN_MUST_USE;

/* Fill entries (and table offsets) from the pack. */
enum qn_status
qn_pack_indexer_scan(struct qn_ctx *ctx,
                     struct qn_pack_indexer_work *work) QN_MUST_USE;
/* Guess entries in many places at once: runs in order, one for each part. */
struct qn_pack_indexer_run { /* entries that follow each other */
    uint64_t start;          /* where its part begins */
    uint64_t limit;          /* where the next part begins */
    uint64_t *offsets;
    size_t count;
    size_t capacity;
    uint64_t end; /* of its last entry; 0: nothing was found */
};
enum qn_status qn_pack_indexer_guess(struct qn_ctx *ctx,
                                     struct qn_pack_indexer_work *work,
                                     struct qn_pack_indexer_run **out,
                                     size_t *count) QN_MUST_USE;
/* The entry at `offset`, and where it ends; QN_CORRUPT with Git's text. */
enum qn_status qn_pack_indexer_measure(struct qn_ctx *ctx,
                                       const struct qn_pack_indexer_work *work,
                                       uint64_t offset, struct qn_buf *scratch,
                                       struct qn_pack_entry *entry,
                                       uint64_t *end) QN_MUST_USE;
/* qn_pack_entry_parse, failing with Git's texts. */
enum qn_status qn_pack_indexer_parse(struct qn_ctx *ctx, struct qn_bytes pack,
                                     uint32_t algorithm, uint64_t offset,
                                     struct qn_pack_entry *entry) QN_MUST_USE;
/* The same for a window of the pack that begins at `offset`, with that entry;
 * `data_offset` is the pack's. */
enum qn_status
qn_pack_indexer_parse_at(struct qn_ctx *ctx, struct qn_bytes window,
                         uint32_t algorithm, uint64_t offset,
                         struct qn_pack_entry *entry) QN_MUST_USE;
/* Put one entry into the tables at `i`. */
void qn_pack_indexer_fill(struct qn_pack_indexer_work *work, size_t i,
                          const struct qn_pack_entry *parsed);
/* Why the `size` bytes of the entry at `offset` do not come out of `in`. */
enum qn_status qn_pack_indexer_explain(struct qn_ctx *ctx, uint64_t offset,
                                       struct qn_bytes in,
                                       uint64_t size) QN_MUST_USE;
/* Room for `count` entries. */
enum qn_status qn_pack_indexer_reserve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t count) QN_MUST_USE;
/* Hang every delta under its base. */
enum qn_status
qn_pack_indexer_link(struct qn_ctx *ctx,
                     struct qn_pack_indexer_work *work) QN_MUST_USE;
/* Make and hash what hangs under the entries from `first` on that are no
 * deltas, or were made before. */
enum qn_status qn_pack_indexer_resolve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t first) QN_MUST_USE;
/* Make what hangs under entry `i`, whose content is there. */
enum qn_status qn_pack_indexer_resolve_made(
    struct qn_ctx *ctx, struct qn_pack_indexer_work *work, uint32_t i,
    enum qn_object_type type, struct qn_bytes content) QN_MUST_USE;
/* What is left to do once all entries are known: link, resolve, complete. */
enum qn_status
qn_pack_indexer_finish(struct qn_ctx *ctx,
                       struct qn_pack_indexer_work *work) QN_MUST_USE;
enum qn_status
qn_pack_indexer_begin(struct qn_ctx *ctx, struct qn_pack_indexer_work *work,
                      const struct qn_pack_indexer_options *options,
                      const char *path,
                      struct qn_pack_indexer *out) QN_MUST_USE;
/* Hands the result to `out` unless `status` says otherwise; frees the rest. */
enum qn_status qn_pack_indexer_end(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work,
                                   enum qn_status status,
                                   struct qn_pack_indexer *out) QN_MUST_USE;
/* Another count into the header, and the checksum of what is then in the file
 * behind its last entry. */
enum qn_status qn_pack_indexer_close(struct qn_ctx *ctx,
                                     struct qn_pack_indexer_work *work, int fd,
                                     uint64_t end, size_t count) QN_MUST_USE;
/* The first 12 bytes. */
enum qn_status qn_pack_indexer_check_header(struct qn_ctx *ctx,
                                            const uint8_t *header,
                                            uint32_t *count) QN_MUST_USE;

static inline struct qn_bytes
qn_pack_indexer_bytes(const struct qn_pack_indexer_work *work)
{
    return qn_bytes_make(work->map.data, (size_t)work->end);
}

/* Where entry `i` ends. */
static inline uint64_t
qn_pack_indexer_entry_end(const struct qn_pack_indexer_work *work, size_t i)
{
    return i + 1 < work->count ? work->out->table.offsets[i + 1] : work->end;
}

#endif
