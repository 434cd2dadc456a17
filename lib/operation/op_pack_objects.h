/* SPDX-License-Identifier: MIT */
/* pack-objects: objects, revisions or packs in; packs out.
 *
 *   what (part/pack_gather.h) -> a list (part/pack_list.h) -> how each is
 *   stored now -> new deltas (part/delta_search.h) -> packs (part/pack_emit.h)
 *   -> files named by the pack's checksum, the index last; or a stream
 *
 * Stored entries and deltas are copied as they are wherever they can be.  The
 * result does not depend on the number of threads.  git-pack-objects(1).
 */
#ifndef QN_OPERATION_OP_PACK_OBJECTS_H
#define QN_OPERATION_OP_PACK_OBJECTS_H

#include "base/ctx.h"
#include "config/config.h"
#include "odb/odb.h"
#include "operation/part/pack_gather.h"
#include "pack/pack_writer.h"

enum qn_op_pack_objects_input {
    QN_OP_PACK_OBJECTS_LIST = 0,  /* lines of ids, or rows */
    QN_OP_PACK_OBJECTS_REVISIONS, /* lines of revisions */
    QN_OP_PACK_OBJECTS_PACKS,     /* lines of names of packs */
    QN_OP_PACK_OBJECTS_CRUFT      /* the same: what no pack that stays has */
};

struct qn_op_pack_objects {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */

    /* what */
    enum qn_op_pack_objects_input kind;
    struct qn_bytes input;
    const uint8_t *rows; /* with LIST and no input: raw ids, each once */
    const uint32_t *name_hashes; /* beside them; or NULL */
    size_t count;
    bool all, reflog, indexed, unpacked; /* with REVISIONS */
    bool is_thin, includes_tags, keeps_true_parents;
    bool spares_workers; /* for who serves many at once */
    bool looks_harder;   /* for bases, as it has to in a shallow repository */
    bool excludes_promised;
    int missing;                         /* enum qn_pack_gather_missing */
    const struct qn_filter_spec *filter; /* or NULL */
    struct qn_pack_want_options want;
    enum qn_pack_gather_unreachable unreachable;
    int64_t unpack_since; /* seconds; 0: whatever their age */
    bool uses_bitmap;     /* with REVISIONS, where a pack has one */
    bool copies_front;    /* of that pack, where it can: pack.allowPackReuse */
    bool copies_fronts;   /* of all of a multi-pack-index: ...=multi */
    bool follows;         /* with PACKS */
    /* Left out where these protocols reach it (part/pack_uris.h), and told of
     * in lines before anything is written. */
    const char *const *uri_protocols;
    size_t uri_protocol_count;
    enum qn_status (*uris)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes lines);
    void *uris_data;
    bool has_expiration; /* with CRUFT */
    int64_t expiration;

    /* how */
    uint32_t window, depth, threads, name_hash_version;
    uint64_t window_memory, big_file_threshold, cache_size, cache_limit;
    int level;
    bool reuses_deltas, reuses_objects, names_offsets;
    bool by_path;      /* --path-walk */
    bool uses_islands; /* --delta-islands */

    /* where to */
    bool is_stream;           /* to `fd`; else files: */
    int fd;                   /* not closed */
    struct qn_pack_sink sink; /* instead of `fd`, when it is set */
    const char *base_name;    /* "<base>-<checksum>.pack" */
    const char *promisor;     /* content of a .promisor file; or NULL */
    uint64_t max_size;        /* of one pack; 0: any */
    struct qn_pack_table_form form;
    bool writes_reverse;
    bool writes_bitmap;        /* of a pack that is all there is */
    bool hides_bitmap_warning; /* that it cannot have one is not told */
    bool has_hash_cache, has_lookup_table; /* in it */
    bool skips_empty;                      /* --non-empty */
    bool is_quiet_end;                     /* of writing no progress is told */

    /* Told when a search for deltas begins; or NULL. */
    void (*announce)(void *data, uint32_t thread_count);
    void *announce_data;
};

struct qn_op_pack_objects_result {
    struct qn_id *packs; /* checksums, in the order written; owned */
    size_t count, capacity;
    uint64_t written, written_deltas, reused, reused_deltas;
    uint64_t front;     /* of these: copied without a look at each */
    size_t front_packs; /* from so many packs */
};

/* What the configuration says of packing (pack.*, core.compression,
 * core.bigFileThreshold), and else Git's defaults. */
enum qn_status
qn_op_pack_objects_configure(struct qn_ctx *ctx, const struct qn_config *config,
                             struct qn_op_pack_objects *options) QN_MUST_USE;
/* `result`: cleared by the caller, who disposes it, whatever is answered. */
enum qn_status
qn_op_pack_objects_run(struct qn_ctx *ctx,
                       const struct qn_op_pack_objects *options,
                       struct qn_op_pack_objects_result *result) QN_MUST_USE;
/* Append "Total 3 (delta 0), ..." and a line feed, as Git says it. */
enum qn_status
qn_op_pack_objects_total(struct qn_ctx *ctx,
                         const struct qn_op_pack_objects_result *result,
                         struct qn_buf *out) QN_MUST_USE;
void qn_op_pack_objects_result_dispose(
    struct qn_op_pack_objects_result *result);

#endif
