/* SPDX-License-Identifier: MIT */
/* Many objects at once: read in parallel, handed over in order.
 *
 * The ids come as raw rows; `each` sees them one by one, on the caller's
 * thread, in the order of the rows.  Objects that are neighbours in a pack are
 * cheapest as neighbours in the rows.
 */
#ifndef QN_ODB_ODB_BULK_H
#define QN_ODB_ODB_BULK_H

#include "odb/odb.h"

struct qn_odb_bulk_item {
    size_t position; /* in the rows */
    struct qn_id id;
    enum qn_status status; /* QN_OK, QN_NOT_FOUND, QN_CORRUPT, ... */
    const char *message;   /* of a failure, or NULL */
    struct qn_odb_info info;
    struct qn_bytes data; /* borrowed; with QN_ODB_BULK_CONTENT only */
    bool is_large;        /* content wanted, but longer than `large_size`:
                             read it yourself (qn_odb_stream_open) */
};

/* Answers QN_END to stop early. */
typedef enum qn_status qn_odb_bulk_fn(struct qn_ctx *ctx, void *data,
                                      const struct qn_odb_bulk_item *item);

/* Where an object lies (qn_odb_pack_locate of the same view); `pack` NULL: in
 * no pack. */
struct qn_odb_bulk_place {
    struct qn_pack_file *pack;
    uint64_t offset;
};

struct qn_odb_bulk {
    const uint8_t *rows; /* `count` raw ids */
    size_t count;
    /* Beside them, for who knows it already: nothing is looked for then but
     * what is damaged there.  With `wants_content` and no `want` only; or NULL.
     */
    const struct qn_odb_bulk_place *places;
    unsigned want; /* enum qn_odb_want; 0: nothing but the content */
    bool wants_content;
    uint64_t large_size; /* 0: 16 MiB */
    qn_odb_bulk_fn *each;
    void *data;
};

/* An object that cannot be read is handed over with its status: it is no
 * failure of the whole. */
enum qn_status qn_odb_bulk_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_odb_bulk *bulk) QN_MUST_USE;

#endif
