/* SPDX-License-Identifier: MIT */
/* Loose objects: one zlib file each, objects/<2 hex>/<rest>, holding
 * "<type> <size>\0" and the content.  Format: docs/formats/loose.md.
 *
 * Shared by the two files of this source: odb_loose.c reads, odb_loose_write.c
 * writes. */
#ifndef QN_ODB_ODB_LOOSE_H
#define QN_ODB_ODB_LOOSE_H

#include "odb/odb_private.h"

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
    struct qn_buf raw;                /* a compressed file */
    struct qn_buf plain;              /* header and content, to be compressed */
    struct qn_odb_loose_names *names; /* 256, or NULL */
    bool is_touched[256];             /* directories to be synced */
    bool has_unsynced;                /* a batch waits for its barrier */
};

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
