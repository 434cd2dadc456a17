/* SPDX-License-Identifier: MIT */
/* One source of objects behind a table of functions.
 *
 *   memory   what a dry run wrote
 *   packed   the packs of all directories, by index or multi-pack-index
 *   loose    the loose files of one directory
 *
 * A view owns an instance of each; an instance is used by one thread.  Another
 * kind of store is one more table.  A source that has not got an object answers
 * QN_END, which carries no message; QN_CORRUPT and others send the read to the
 * next source.
 */
#ifndef QN_ODB_ODB_SOURCE_H
#define QN_ODB_ODB_SOURCE_H

#include "odb/odb.h"

struct qn_odb_source;
struct qn_odb_snapshot;

/* The beginning of an id: `row` is padded with zeros. */
struct qn_odb_prefix {
    uint8_t row[QN_ID_MAX_SIZE];
    size_t digits;
    uint32_t algorithm;
};
bool qn_odb_prefix_parse(struct qn_odb_prefix *prefix, uint32_t algorithm,
                         struct qn_bytes hex);
bool qn_odb_prefix_has(const struct qn_odb_prefix *prefix, const uint8_t *row);

struct qn_odb_stream_table {
    enum qn_status (*read)(struct qn_ctx *ctx, struct qn_odb_stream *stream,
                           void *data, size_t size, size_t *out_size);
    void (*close)(struct qn_odb_stream *stream);
};
struct qn_odb_stream {
    const struct qn_odb_stream_table *table;
};

struct qn_odb_source_table {
    const char *name;
    enum qn_status (*read)(struct qn_ctx *ctx, struct qn_odb_source *source,
                           const struct qn_id *id, struct qn_object *out);
    enum qn_status (*read_info)(struct qn_ctx *ctx,
                                struct qn_odb_source *source,
                                const struct qn_id *id, unsigned want,
                                struct qn_odb_info *out);
    enum qn_status (*exists)(struct qn_ctx *ctx, struct qn_odb_source *source,
                             const struct qn_id *id, bool *out);
    /* Every id that begins so; the same one may come more than once. */
    enum qn_status (*find_prefix)(struct qn_ctx *ctx,
                                  struct qn_odb_source *source,
                                  const struct qn_odb_prefix *prefix,
                                  qn_odb_id_fn *each, void *data);
    enum qn_status (*stream)(struct qn_ctx *ctx, struct qn_odb_source *source,
                             const struct qn_id *id, enum qn_object_type *type,
                             uint64_t *size, struct qn_odb_stream **out);
    /* NULL: not to be written to. */
    enum qn_status (*write)(struct qn_ctx *ctx, struct qn_odb_source *source,
                            enum qn_object_type type, struct qn_bytes data,
                            const struct qn_id *id);
    /* It is here and wanted: make it look new.  `*out` false: not here, or it
     * cannot be; then it is to be written. */
    enum qn_status (*freshen)(struct qn_ctx *ctx, struct qn_odb_source *source,
                              const struct qn_id *id, bool *out);
    enum qn_status (*list)(struct qn_ctx *ctx, struct qn_odb_source *source,
                           unsigned flags, qn_odb_id_fn *each, void *data);
    /* The disk may have changed. */
    enum qn_status (*refresh)(struct qn_ctx *ctx, struct qn_odb_source *source,
                              struct qn_odb_snapshot *snapshot);
    void (*free)(struct qn_odb_source *source);
};

struct qn_odb_source {
    const struct qn_odb_source_table *table;
    bool is_local;
};

#endif
