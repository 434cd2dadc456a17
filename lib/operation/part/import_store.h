/* SPDX-License-Identifier: MIT */
/* The objects of fast-import: new ones go into a pack that is still open.
 *
 *   add      content -> id at once (hashed here), a job that waits
 *   jobs     worker: delta and deflate
 *   write    in order, into the pack
 *   finish   the pack gets its place; one of few objects is loosened instead
 *
 * An object has a number, by which its base and its tree are remembered.  What
 * was added can be read at once, wherever it is on its way.  Everything but
 * qn_import_store_work happens on one thread.
 */
#ifndef QN_OPERATION_PART_IMPORT_STORE_H
#define QN_OPERATION_PART_IMPORT_STORE_H

#include "codec/deflate.h"
#include "hash/hash.h"
#include "hash/id_map.h"
#include "odb/odb.h"
#include "pack/pack_writer.h"

#define QN_IMPORT_NONE UINT32_MAX

/* An object that is not in the pack yet. */
struct qn_import_job {
    uint32_t object;
    enum qn_object_type type;
    struct qn_buf content;
    struct qn_buf base;             /* a tree's former bytes; or empty */
    uint32_t base_object;           /* of those; QN_IMPORT_NONE */
    struct qn_import_job *previous; /* the blob before, of the same batch */
    unsigned depth;                 /* worker: deltas below, so far */
    bool is_delta;
    size_t delta_size; /* inflated */
    struct qn_buf packed;
    struct qn_import_job *next; /* of those that are free */
};

struct qn_import_object {
    uint64_t offset;
    struct qn_import_job *job; /* while it is on its way */
    uint32_t pack;             /* which of ours; QN_IMPORT_NONE: not ours */
    uint32_t base;             /* QN_IMPORT_NONE: no delta */
    uint32_t tree;             /* of a commit of ours */
    uint8_t type;
    uint8_t depth; /* at most */
};

struct qn_import_counts {
    uint64_t total, duplicates, deltas, attempts;
};

struct qn_import_batch {
    struct qn_import_job **jobs;
    size_t count;
    size_t capacity;
    size_t bytes;
};

struct qn_import_store {
    struct qn_odb *odb;
    uint32_t algorithm;
    int level;             /* of compression */
    unsigned depth;        /* --depth */
    uint64_t delta_limit;  /* --big-file-threshold: no deltas from there on */
    uint64_t pack_limit;   /* --max-pack-size; 0: none */
    uint64_t unpack_limit; /* fastimport.unpackLimit */
    struct qn_id_map ids;
    struct qn_import_object *objects; /* beside the map */
    size_t object_capacity;
    struct qn_import_counts counts[5]; /* by type */
    struct qn_import_batch pending;    /* added, not handed out */
    struct qn_import_job *last_blob;   /* of the pending ones */
    struct qn_import_job *free_jobs;
    uint32_t pack; /* the number of the one that is open, or comes next */
    bool is_open;
    int fd;
    struct qn_buf path;
    struct qn_pack_writer writer;
    bool has_large; /* a pack with such a blob is never loosened */
    struct {        /* the blob that comes in pieces */
        struct qn_hash hash;
        struct qn_deflate_stream *deflate;
        struct qn_buf packed;
    } large;
    struct qn_buf scratch, delta;
    /* Told of each pack that got its place: the path without extension. */
    enum qn_status (*finished)(struct qn_ctx *ctx, void *data, const char *name,
                               uint32_t pack);
    void *finished_data;
};

void qn_import_store_init(struct qn_import_store *store, struct qn_odb *odb);
void qn_import_store_dispose(struct qn_import_store *store);

/* Take an object in; `content` is taken over (and empty afterwards) when it is
 * new. `base` (may be NULL) is what a delta could build on. */
struct qn_import_base {
    uint32_t object;
    struct qn_buf *content; /* taken over */
};
enum qn_status qn_import_store_add(struct qn_ctx *ctx,
                                   struct qn_import_store *store,
                                   enum qn_object_type type,
                                   struct qn_buf *content,
                                   const struct qn_import_base *base,
                                   uint32_t *out) QN_MUST_USE;
/* A blob of --big-file-threshold or more comes in pieces: begin, put..., end;
 * or drop.  It goes straight into the pack, before what waits. */
static inline bool qn_import_store_is_large(const struct qn_import_store *store,
                                            uint64_t size)
{
    return size >= store->delta_limit;
}
enum qn_status qn_import_store_begin_blob(struct qn_ctx *ctx,
                                          struct qn_import_store *store,
                                          uint64_t size) QN_MUST_USE;
enum qn_status qn_import_store_put_blob(struct qn_ctx *ctx,
                                        struct qn_import_store *store,
                                        struct qn_bytes piece) QN_MUST_USE;
enum qn_status qn_import_store_end_blob(struct qn_ctx *ctx,
                                        struct qn_import_store *store,
                                        uint32_t *out) QN_MUST_USE;
void qn_import_store_drop_blob(struct qn_ctx *ctx,
                               struct qn_import_store *store);
/* The number of an object that is there already; QN_NOT_FOUND. */
enum qn_status qn_import_store_find(struct qn_ctx *ctx,
                                    struct qn_import_store *store,
                                    const struct qn_id *id,
                                    uint32_t *out) QN_MUST_USE;
/* The content of an object that was added, or is in the repository. */
enum qn_status qn_import_store_read(struct qn_ctx *ctx,
                                    struct qn_import_store *store,
                                    const struct qn_id *id,
                                    struct qn_object *out) QN_MUST_USE;
static inline void qn_import_store_id(const struct qn_import_store *store,
                                      uint32_t object, struct qn_id *out)
{
    qn_id_map_id(&store->ids, object, out);
}

/* Move what waits into `batch`, whose own jobs are done. */
void qn_import_store_take(struct qn_import_store *store,
                          struct qn_import_batch *batch);
void qn_import_batch_dispose(struct qn_import_store *store,
                             struct qn_import_batch *batch);
/* A worker's part. */
enum qn_status qn_import_store_work(struct qn_ctx *ctx,
                                    const struct qn_import_store *store,
                                    struct qn_import_batch *batch) QN_MUST_USE;
/* Into the pack, in order. */
enum qn_status qn_import_store_write(struct qn_ctx *ctx,
                                     struct qn_import_store *store,
                                     struct qn_import_batch *batch) QN_MUST_USE;
/* All that waits, here and now; then the pack gets its place. */
enum qn_status
qn_import_store_finish(struct qn_ctx *ctx,
                       struct qn_import_store *store) QN_MUST_USE;

#endif
