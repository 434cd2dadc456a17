/* SPDX-License-Identifier: MIT */
/* Loose objects: one zlib file each, objects/<2 hex>/<rest>, holding
 * "<type> <size>\0" and the content.  Format: docs/formats/loose.md.
 *
 * Shared by the two files of this source: odb_loose.c reads, odb_loose_write.c
 * writes. */
#ifndef QN_ODB_ODB_LOOSE_H
#define QN_ODB_ODB_LOOSE_H

#include "odb/odb_private.h"
#include "os/mutex.h"

/* The longest header that is looked for. */
#define QN_ODB_LOOSE_HEADER_MAX 64

struct qn_odb_loose_names { /* the rows below one of the 256 directories */
    uint8_t *rows;
    size_t count;
    bool is_listed;
};

struct qn_odb_loose {
    struct qn_odb_source source;
    const struct qn_odb_store_options *options; /* the store's */
    char *directory;
    struct qn_buf path;
    struct qn_buf raw;   /* a compressed file */
    struct qn_id empty;  /* the last one whose file is empty: told once */
    struct qn_buf plain; /* header and content, to be compressed */
    struct qn_odb_loose_names *names; /* 256, or NULL */
    bool is_touched[256];             /* directories to be synced */
    struct qn_odb_batch *batch;       /* of the view that writes now, or NULL */
};

/* A batch (odb_batch.h). */
struct qn_odb_batch_row {
    struct qn_id id;
    char *temporary; /* NULL: it has its name */
};

struct qn_odb_batch {
    struct qn_mutex *mutex;
    struct qn_odb_batch_row *rows;
    size_t count;
    size_t capacity;
    bool is_touched[256];
    bool defers; /* names come after the barrier */
    unsigned depth;
};

enum qn_status qn_odb_batch_add(struct qn_ctx *ctx, struct qn_odb_batch *batch,
                                const struct qn_id *id,
                                const char *temporary) QN_MUST_USE;
void qn_odb_batch_touch(struct qn_odb_batch *batch, const struct qn_id *id);
void qn_odb_batch_free(struct qn_odb_batch *batch);
/* The barrier, the names, the directories. */
enum qn_status qn_odb_loose_finish(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   struct qn_odb_batch *batch) QN_MUST_USE;

/* The path of an object, in loose->path. */
enum qn_status qn_odb_loose_path(struct qn_ctx *ctx, struct qn_odb_loose *loose,
                                 const struct qn_id *id) QN_MUST_USE;
/* Forget the listed names of the directory that `id` belongs to. */
void qn_odb_loose_forget(struct qn_odb_loose *loose, const struct qn_id *id);
enum qn_status qn_odb_loose_write(struct qn_ctx *ctx,
                                  struct qn_odb_source *source,
                                  enum qn_object_type type,
                                  struct qn_bytes data,
                                  const struct qn_id *id) QN_MUST_USE;
/* "<type> <size>\0" at the front of `bytes`: false when it is not sound. */
bool qn_odb_loose_parse_header(struct qn_bytes bytes, enum qn_object_type *type,
                               uint64_t *size, size_t *header_size);

#endif
