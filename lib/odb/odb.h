/* SPDX-License-Identifier: MIT */
/* The object store: ids to contents, over loose files, packs and alternates.
 *
 *   qn_odb_store   shared by threads, counted; publishes snapshots of what
 * packs and alternates there are, under a mutex qn_odb         a view: one
 * thread, one operation; pins a snapshot, owns its delta-base cache and
 * overlay. No lock on the read path.
 *
 * A miss is believed after a second look at the disk; a corrupt copy sends the
 * read to the next source.  Expected absence is an answer (`find`, `exists`),
 * not a failure (`read`).
 */
#ifndef QN_ODB_ODB_H
#define QN_ODB_ODB_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"
#include "os/sync.h"

struct qn_odb_store;
struct qn_odb;

/* Calls upward, filled by the opener; any may be NULL. */
struct qn_odb_calls {
    void *data;
    /* Replacement objects: true, and `*replacement`, when `id` has one. */
    bool (*replace)(void *data, const struct qn_id *id,
                    struct qn_id *replacement);
    /* Objects that are not here: fetch those that are promised (one flight at a
     * time).  QN_OK: look again; QN_END: nobody promised them; QN_REFUSED: it
     * may not fetch (nothing was told). */
    enum qn_status (*missing)(struct qn_ctx *ctx, void *data,
                              const struct qn_id *ids, size_t count);
};

struct qn_odb_store_options {
    const char *directory; /* ".git/objects" */
    uint32_t algorithm;
    const char
        *alternates;       /* GIT_ALTERNATE_OBJECT_DIRECTORIES' value or NULL */
    int loose_compression; /* core.looseCompression; -1: zlib's default;
                              Git's own default is 1 */
    uint64_t big_file_threshold; /* core.bigFileThreshold; 0: 512 MiB */
    uint64_t base_cache_limit;   /* core.deltaBaseCacheLimit; 0: 96 MiB */
    struct qn_sync sync;
    uint32_t shared_mode; /* core.sharedRepository as mode bits; 0: umask */
    uint64_t tree_levels; /* core.maxTreeDepth and the root; 0: 2049 */
    bool uses_multi_pack_index; /* core.multiPackIndex */
    uint32_t
        abbreviation;   /* core.abbrev: digits; 0: by the number of objects */
    bool is_quarantine; /* part of another store, which holds the lease */
    struct qn_odb_calls calls;
};

enum qn_status qn_odb_store_open(struct qn_ctx *ctx,
                                 const struct qn_odb_store_options *options,
                                 struct qn_odb_store **out) QN_MUST_USE;
struct qn_odb_store *qn_odb_store_retain(struct qn_odb_store *store);
void qn_odb_store_release(struct qn_odb_store *store);
uint32_t qn_odb_store_algorithm(const struct qn_odb_store *store);
const char *qn_odb_store_directory(const struct qn_odb_store *store);
/* Change `calls.missing`; while one thread alone knows the store. */
void qn_odb_store_set_missing(struct qn_odb_store *store,
                              enum qn_status (*missing)(struct qn_ctx *ctx,
                                                        void *data,
                                                        const struct qn_id *ids,
                                                        size_t count));

/* Look at the disk again and publish what is there: views made from now on see
 * it at once. */
enum qn_status qn_odb_store_refresh(struct qn_ctx *ctx,
                                    struct qn_odb_store *store) QN_MUST_USE;

enum qn_odb_flags {
    QN_ODB_NO_REPLACE = 1, /* ignore replacement objects */
    QN_ODB_NO_FETCH = 2,   /* never ask for what is promised */
    QN_ODB_NO_REFRESH = 4, /* believe a miss at once (quick) */
    QN_ODB_IN_MEMORY = 8   /* writes stay in the view's overlay (dry runs) */
};

/* A view.  `flags`: enum qn_odb_flags. */
enum qn_status qn_odb_new(struct qn_ctx *ctx, struct qn_odb_store *store,
                          unsigned flags, struct qn_odb **out) QN_MUST_USE;
/* Another view of the same snapshot with the same flags, for another thread. */
enum qn_status qn_odb_fork(struct qn_ctx *ctx, const struct qn_odb *odb,
                           struct qn_odb **out) QN_MUST_USE;
void qn_odb_free(struct qn_odb *odb);
/* Forget contents that were kept for those built on them, before others need
 * the memory; the view works on. */
void qn_odb_shed(struct qn_odb *odb);
/* The same, and keep no more than `size` bytes of them from now on. */
void qn_odb_limit_cache(struct qn_odb *odb, uint64_t size);
uint32_t qn_odb_algorithm(const struct qn_odb *odb);
/* Is a directory that many levels below the root (1: in the root) deeper than
 * core.maxTreeDepth allows?  QN_TOO_BIG ("tree.too-deep") with Git's words. */
enum qn_status qn_odb_check_depth(struct qn_ctx *ctx, const struct qn_odb *odb,
                                  size_t depth) QN_MUST_USE;
/* May an object be read as another (refs/replace)? */
bool qn_odb_replaces(const struct qn_odb *odb);
struct qn_odb_store *qn_odb_get_store(const struct qn_odb *odb);

/* Read a whole object into `out` (its buffer is reused).  QN_NOT_FOUND (reason
 * "odb.not-found", subject the hex), QN_CORRUPT, QN_PROMISED, QN_TOO_BIG. */
enum qn_status qn_odb_read(struct qn_ctx *ctx, struct qn_odb *odb,
                           const struct qn_id *id,
                           struct qn_object *out) QN_MUST_USE;
/* The same for an object that must be of one type; QN_INVALID (reason
 * "odb.wrong-type") when it is another. */
enum qn_status qn_odb_read_typed(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 enum qn_object_type type,
                                 struct qn_object *out) QN_MUST_USE;

/* What is known of an object without its content. */
struct qn_odb_info {
    enum qn_object_type type;
    uint64_t size;
    uint64_t disk_size;
    struct qn_id delta_base; /* null unless stored as a delta */
    bool is_loose;
    bool is_packed;
};
enum qn_odb_want { /* what to find out; type and size are cheap together */
                   QN_ODB_WANT_TYPE = 1,
                   QN_ODB_WANT_SIZE = 2,
                   QN_ODB_WANT_DISK_SIZE = 4,
                   QN_ODB_WANT_DELTA_BASE = 8
};
enum qn_status qn_odb_read_info(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *id, unsigned want,
                                struct qn_odb_info *out) QN_MUST_USE;
/* Is it here?  Never fetches. */
enum qn_status qn_odb_exists(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_id *id, bool *out) QN_MUST_USE;

/* Does a miss ask whoever promised the object? */
bool qn_odb_fetches(const struct qn_odb *odb);
/* From now on it does not, and views forked off it neither. */
void qn_odb_forbid_fetch(struct qn_odb *odb);
/* Objects that will be needed: what is not here of them, and promised, is
 * fetched together.  What cannot be had is told of by who reads it.  `ids` with
 * doubles and null ids are fine.  Nothing if the view never fetches. */
enum qn_status qn_odb_prefetch(struct qn_ctx *ctx, struct qn_odb *odb,
                               const struct qn_id *ids,
                               size_t count) QN_MUST_USE;

/* Every object whose hex begins with `hex` (4 digits or more, lower case), each
 * once. The callback answers QN_END to stop. */
typedef enum qn_status qn_odb_id_fn(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id);
enum qn_status qn_odb_find_prefix(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bytes hex, qn_odb_id_fn *each,
                                  void *data) QN_MUST_USE;
/* Digits that make the id unique here, at least `minimum` (0: as core.abbrev
 * says, or from the number of objects). */
enum qn_status qn_odb_abbreviate(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, size_t minimum,
                                 size_t *out_digits) QN_MUST_USE;

/* Every object, `flags` as below; order by pack and offset unless sorted. */
enum qn_odb_list_flags {
    QN_ODB_LIST_LOCAL = 1,  /* no alternates */
    QN_ODB_LIST_SORTED = 2, /* by id, each once */
    QN_ODB_LIST_NO_LOOSE = 4,
    QN_ODB_LIST_NO_PACKED = 8
};
enum qn_status qn_odb_list(struct qn_ctx *ctx, struct qn_odb *odb,
                           unsigned flags, qn_odb_id_fn *each,
                           void *data) QN_MUST_USE;

/* Large contents in pieces. */
struct qn_odb_stream;
enum qn_status qn_odb_stream_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  enum qn_object_type *type, uint64_t *size,
                                  struct qn_odb_stream **out) QN_MUST_USE;
/* 0 bytes at the end. */
enum qn_status qn_odb_stream_read(struct qn_ctx *ctx,
                                  struct qn_odb_stream *stream, void *data,
                                  size_t size, size_t *out_size) QN_MUST_USE;
void qn_odb_stream_close(struct qn_odb_stream *stream);

/* Write an object, unless it is here already (its time is freshened then).
 * Durable, by policy, when qn_odb_sync returns; visible at once. */
enum qn_status qn_odb_write(struct qn_ctx *ctx, struct qn_odb *odb,
                            enum qn_object_type type, struct qn_bytes data,
                            struct qn_id *out) QN_MUST_USE;
/* A loose file of an object that may be packed, or elsewhere, as well: for who
 * takes the packs away. */
enum qn_status qn_odb_write_loose(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  const struct qn_object *object) QN_MUST_USE;
/* Write from a descriptor of known size in bounded memory. */
enum qn_status qn_odb_write_stream(struct qn_ctx *ctx, struct qn_odb *odb,
                                   enum qn_object_type type, int fd,
                                   uint64_t size,
                                   struct qn_id *out) QN_MUST_USE;
/* The barrier: what was written through this view is on the disk. Call it
 * before a ref or the index names the objects. */
enum qn_status qn_odb_sync(struct qn_ctx *ctx, struct qn_odb *odb) QN_MUST_USE;

/* Look at the disk again: new packs, alternates, loose objects. */
enum qn_status qn_odb_refresh(struct qn_ctx *ctx,
                              struct qn_odb *odb) QN_MUST_USE;

/* About how many objects there are (packs; loose ones are guessed). */
uint64_t qn_odb_approximate_count(struct qn_ctx *ctx, struct qn_odb *odb);

#endif
