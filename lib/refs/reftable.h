/* SPDX-License-Identifier: MIT */
/* Reftable files: one table of refs and reflog lines, read in place, written
 * whole.
 *
 *   header  "REFT" version:8 block_size:24 min:64 max:64 [hash id:32 in v2]
 *   blocks  r (refs), i (index), o (objects), i, g (logs, deflated), i
 *   footer  header again, five positions:64, CRC-32
 *
 *   block   type:8 length:24 record... restart_offset:24... restart_count:16
 *   record  varint(prefix) varint(suffix size << 3 | kind) suffix value
 *
 * Keys are ascending bytes: a ref's name, or for logs name NUL ~update_index,
 * so that the newest line of a ref comes first.  A table is immutable; a stack
 * of them (reftable_stack.h) is the store.  Format: docs/formats/reftable.md.
 */
#ifndef QN_REFS_REFTABLE_H
#define QN_REFS_REFTABLE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "os/file.h"

#define QN_REFTABLE_BLOCK_MAX  0xffffffu
#define QN_REFTABLE_BLOCK_SIZE 4096
#define QN_REFTABLE_RESTARTS   16
#define QN_REFTABLE_LOG_SUFFIX 9 /* NUL and 8 bytes behind a log's name */
#define QN_REFTABLE_INDEX_MIN  3 /* more blocks than that have an index */

enum qn_reftable_section { QN_REFTABLE_REFS = 'r', QN_REFTABLE_LOGS = 'g' };

/* Kinds of ref records; logs have 0 (deleted) and 1. */
enum qn_reftable_kind {
    QN_REFTABLE_DELETED = 0,
    QN_REFTABLE_VALUE = 1,
    QN_REFTABLE_PEELED = 2,
    QN_REFTABLE_SYMBOLIC = 3
};

struct qn_reftable {
    uint64_t holders; /* of one thread */
    struct qn_buf name;
    struct qn_file_map map;
    const uint8_t *data;
    size_t size;
    uint32_t version;
    uint32_t algorithm;
    uint32_t header_size;
    uint32_t block_size;
    uint64_t min_index;
    uint64_t max_index;
    uint64_t ref_index; /* positions; 0: not there */
    uint64_t log_index;
    uint64_t ref_end; /* where the section ends */
    uint64_t log_start;
    uint64_t log_end;
    bool has_refs;
    bool has_logs;
};

/* Open a file; the algorithm must be the repository's.  QN_CORRUPT;
 * QN_NOT_FOUND. */
enum qn_status qn_reftable_open(struct qn_ctx *ctx, const char *path,
                                const char *name, uint32_t algorithm,
                                struct qn_reftable **out) QN_MUST_USE;
/* The same from bytes, which are borrowed. */
enum qn_status qn_reftable_open_bytes(struct qn_ctx *ctx, struct qn_bytes bytes,
                                      uint32_t algorithm,
                                      struct qn_reftable **out) QN_MUST_USE;
struct qn_reftable *qn_reftable_retain(struct qn_reftable *table);
void qn_reftable_release(struct qn_reftable *table);

/* One record.  The key is the holder's, the rest views of the block. */
struct qn_reftable_record {
    struct qn_buf key;
    uint8_t kind;
    uint64_t update_index; /* refs */
    const uint8_t *value;  /* raw ids */
    const uint8_t *peeled;
    struct qn_bytes target;
    const uint8_t *old_id; /* logs */
    const uint8_t *new_id;
    struct qn_bytes name;
    struct qn_bytes mail;
    uint64_t seconds;
    int zone; /* as git stores it: +0130 is 130 */
    struct qn_bytes message;
    uint64_t position; /* index blocks */
};

/* One block, opened. */
struct qn_reftable_block {
    uint8_t type;
    const uint8_t *data; /* offsets start here */
    uint32_t first;      /* of the first record */
    uint32_t end;        /* of the last one */
    uint32_t restart_count;
    uint64_t next; /* where the following block starts in the file */
    struct qn_buf inflated;
};

/* A place in one section of one table. */
struct qn_reftable_cursor {
    struct qn_reftable *table;
    enum qn_reftable_section section;
    struct qn_reftable_block block;
    bool has_block;
    bool is_pending; /* the record was read ahead by seek */
    bool is_at_end;
    uint32_t offset;
    struct qn_reftable_record record;
};

/* reftable_block.c */
enum qn_status
qn_reftable_block_open(struct qn_ctx *ctx, const struct qn_reftable *table,
                       uint64_t position,
                       struct qn_reftable_block *out) QN_MUST_USE;
/* Read the record at `*offset`, which moves on.  The key builds on what is in
 * `record->key`, the record before.  QN_END. */
enum qn_status
qn_reftable_block_next(struct qn_ctx *ctx, const struct qn_reftable *table,
                       const struct qn_reftable_block *block, uint32_t *offset,
                       struct qn_reftable_record *record) QN_MUST_USE;
/* The first record with a key at or after `key`; QN_END when there is none. */
enum qn_status
qn_reftable_block_seek(struct qn_ctx *ctx, const struct qn_reftable *table,
                       const struct qn_reftable_block *block,
                       struct qn_bytes key, uint32_t *offset,
                       struct qn_reftable_record *record) QN_MUST_USE;

/* reftable_cursor.c */
void qn_reftable_cursor_init(struct qn_reftable_cursor *cursor,
                             struct qn_reftable *table,
                             enum qn_reftable_section section);
void qn_reftable_cursor_dispose(struct qn_reftable_cursor *cursor);
/* The next record will be the first at or after `key`. */
enum qn_status qn_reftable_cursor_seek(struct qn_ctx *ctx,
                                       struct qn_reftable_cursor *cursor,
                                       struct qn_bytes key) QN_MUST_USE;
/* QN_END at the end; else cursor->record. */
enum qn_status
qn_reftable_cursor_next(struct qn_ctx *ctx,
                        struct qn_reftable_cursor *cursor) QN_MUST_USE;

/* Several tables as one: for each key the newest record, tombstones too. */
struct qn_reftable_merge {
    struct qn_reftable_cursor *cursors; /* oldest table first */
    bool *is_live;
    size_t count;
    size_t capacity;
    size_t last; /* given out, to be moved on; count: none */
};
#define QN_REFTABLE_MERGE_INIT                                                 \
    {                                                                          \
        NULL, NULL, 0, 0, 0                                                    \
    }
/* Add the tables of a stack, oldest first; newer than those already there. */
enum qn_status
qn_reftable_merge_add(struct qn_ctx *ctx, struct qn_reftable_merge *merge,
                      struct qn_reftable *const *tables, size_t count,
                      enum qn_reftable_section section) QN_MUST_USE;
enum qn_status qn_reftable_merge_seek(struct qn_ctx *ctx,
                                      struct qn_reftable_merge *merge,
                                      struct qn_bytes key) QN_MUST_USE;
/* `*out` is valid until the next call; `*source` (may be NULL) the position of
 * its table.  QN_END. */
enum qn_status qn_reftable_merge_next(struct qn_ctx *ctx,
                                      struct qn_reftable_merge *merge,
                                      struct qn_reftable_record **out,
                                      size_t *source) QN_MUST_USE;
void qn_reftable_merge_dispose(struct qn_reftable_merge *merge);

/* Writing (reftable_writer.c): refs in order, then logs in order. */
struct qn_reftable_writer;
struct qn_reftable_writer_options {
    uint32_t algorithm;
    uint32_t block_size;       /* 0: the default */
    uint32_t restart_interval; /* 0: the default */
    uint64_t min_index;
    uint64_t max_index;
    bool skips_objects;
};
enum qn_status
qn_reftable_writer_new(struct qn_ctx *ctx,
                       const struct qn_reftable_writer_options *options,
                       struct qn_reftable_writer **out) QN_MUST_USE;
void qn_reftable_writer_free(struct qn_reftable_writer *writer);
/* Keys must ascend; QN_INTERNAL when they do not. */
enum qn_status
qn_reftable_writer_add_ref(struct qn_ctx *ctx,
                           struct qn_reftable_writer *writer,
                           const struct qn_reftable_record *record) QN_MUST_USE;
enum qn_status
qn_reftable_writer_add_log(struct qn_ctx *ctx,
                           struct qn_reftable_writer *writer,
                           const struct qn_reftable_record *record) QN_MUST_USE;
/* Finish; the bytes of the file are the writer's. */
enum qn_status qn_reftable_writer_finish(struct qn_ctx *ctx,
                                         struct qn_reftable_writer *writer,
                                         struct qn_bytes *out) QN_MUST_USE;
/* Nothing was added? */
bool qn_reftable_writer_is_empty(const struct qn_reftable_writer *writer);

/* name NUL ~index */
enum qn_status qn_reftable_log_key(struct qn_ctx *ctx, const char *name,
                                   uint64_t update_index,
                                   struct qn_buf *out) QN_MUST_USE;
/* Take a log's key apart; false when it is none. */
bool qn_reftable_log_key_parse(struct qn_bytes key, struct qn_bytes *name,
                               uint64_t *update_index);

#endif
