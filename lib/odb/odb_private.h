/* SPDX-License-Identifier: MIT */
/* What the files of this layer share; nobody else includes it. */
#ifndef QN_ODB_ODB_PRIVATE_H
#define QN_ODB_ODB_PRIVATE_H

#include "odb/odb.h"
#include "odb/odb_snapshot.h"
#include "odb/odb_source.h"
#include "os/mutex.h"

struct qn_odb_store {
    atomic_uint owners;
    struct qn_odb_store_options options; /* strings are owned */
    struct qn_mutex *mutex;              /* guards `current` */
    struct qn_odb_snapshot *current;
    char *lease; /* the file (odb_lease.h); NULL: none */
    atomic_uint views;
};

struct qn_odb {
    struct qn_odb_store *store;
    struct qn_odb_snapshot *snapshot; /* NULL: nothing was asked for yet, and
                                       * there are no sources */
    unsigned flags;
    uint64_t base_cache_limit;      /* of this view */
    struct qn_odb_source **sources; /* in the order they are asked */
    size_t source_count;
    size_t source_capacity;
    struct qn_odb_source *memory; /* in `sources`, or NULL */
    struct qn_odb_source *packed; /* in `sources` */
    struct qn_odb_source *loose;  /* in `sources`: the one written to */
    struct qn_odb_batch *batch;   /* or NULL; a fork's is its parent's */
    bool borrows_batch;
    bool has_lease;
    struct qn_buf scratch;
};

/* Look at the disk, if that was not done yet: a command that reads no object
 * lists no packs.  First in every call that asks a source. */
enum qn_status qn_odb_fill(struct qn_ctx *ctx, struct qn_odb *odb) QN_MUST_USE;
static inline QN_MUST_USE enum qn_status qn_odb_ensure(struct qn_ctx *ctx,
                                                       struct qn_odb *odb)
{
    return QN_LIKELY(odb->snapshot != NULL) ? QN_OK : qn_odb_fill(ctx, odb);
}

/* The sources. */
enum qn_status qn_odb_memory_new(struct qn_ctx *ctx, uint32_t algorithm,
                                 struct qn_odb_source **out) QN_MUST_USE;
enum qn_status qn_odb_packed_new(struct qn_ctx *ctx, uint64_t base_cache_limit,
                                 struct qn_odb_snapshot *snapshot,
                                 struct qn_odb_source **out) QN_MUST_USE;
enum qn_status qn_odb_loose_new(struct qn_ctx *ctx,
                                const struct qn_odb_store_options *options,
                                const char *directory, bool is_local,
                                struct qn_odb_source **out) QN_MUST_USE;

/* Copy what one overlay holds into another (a fork's). */
enum qn_status qn_odb_memory_copy(struct qn_ctx *ctx,
                                  const struct qn_odb_source *from,
                                  struct qn_odb_source *to) QN_MUST_USE;

/* Beyond the table, of the packed source. */
/* `limit`: of the cache from now on. */
void qn_odb_packed_shed(struct qn_odb_source *packed, uint64_t limit);
uint64_t qn_odb_packed_count(struct qn_ctx *ctx, struct qn_odb_source *packed);
/* Hex digits that tell `id` from its neighbours in any pack. */
enum qn_status qn_odb_packed_unique(struct qn_ctx *ctx,
                                    struct qn_odb_source *packed,
                                    const struct qn_id *id,
                                    size_t *digits) QN_MUST_USE;

/* Where the object's entry is; `*pack` NULL: in no pack. */
enum qn_status qn_odb_packed_locate(struct qn_ctx *ctx,
                                    struct qn_odb_source *packed,
                                    const struct qn_id *id,
                                    struct qn_pack_file **pack,
                                    uint64_t *offset) QN_MUST_USE;

/* An object that no source has: is it in a pack that a multi-pack-index should
 * have told of?  Then that is reported, and from now on the packs' own indexes
 * are asked (`*is_there`). */
enum qn_status qn_odb_packed_doubt(struct qn_ctx *ctx,
                                   struct qn_odb_source *packed,
                                   const struct qn_id *id,
                                   bool *is_there) QN_MUST_USE;

/* Beyond the table, of a loose source. */
enum qn_status qn_odb_loose_write_stream(struct qn_ctx *ctx,
                                         struct qn_odb_source *source,
                                         enum qn_object_type type, int fd,
                                         uint64_t size,
                                         struct qn_id *out) QN_MUST_USE;
enum qn_status qn_odb_loose_sync(struct qn_ctx *ctx,
                                 struct qn_odb_source *source) QN_MUST_USE;

/* A stream over a buffer that it takes over. */
enum qn_status qn_odb_stream_from_buf(struct qn_ctx *ctx, struct qn_buf *buf,
                                      struct qn_odb_stream **out) QN_MUST_USE;
/* A stream over compressed bytes that stay where they are; `skip` bytes of
 * what comes out are dropped, `size` are given.  `map` is taken over (unmapped
 * at the end), `pack` is retained; either may be NULL. */
struct qn_odb_stream_input {
    struct qn_bytes in;
    uint64_t skip;
    uint64_t size;
    struct qn_file_map *map;
    struct qn_pack_file *pack;
};
enum qn_status qn_odb_stream_inflate(struct qn_ctx *ctx,
                                     const struct qn_odb_stream_input *input,
                                     struct qn_odb_stream **out) QN_MUST_USE;

/* Hex digits that two rows have in common at the front. */
size_t qn_odb_common_digits(const uint8_t *a, const uint8_t *b, size_t size);

/* Statuses that another source cannot mend. */
static inline bool qn_odb_is_final(enum qn_status status)
{
    return status == QN_OK || status == QN_NO_MEMORY ||
           status == QN_CANCELLED || status == QN_TIMEOUT ||
           status == QN_TOO_BIG;
}

#endif
