/* SPDX-License-Identifier: MIT */
/* Indexing a pack that came from elsewhere: every object is made and hashed
 * anew; nothing that the sender said is believed.
 *
 *   scan     entries one after the other (skipped when their offsets are known)
 *   resolve  objects from their deltas, bases first: a tree of tasks on all
 *            cores; hashed many at a time
 *   thin     bases that are not in the pack are fetched and appended, if asked
 *
 * in: the path of a pack, which is mapped.  out: its table, from which the .idx
 * and .rev files are written (pack/pack_table.h).
 */
#ifndef QN_PACK_PACK_INDEXER_H
#define QN_PACK_PACK_INDEXER_H

#include "base/ctx.h"
#include "object/object.h"
#include "pack/pack_table.h"

/* The content of an object that a thin pack builds on; QN_NOT_FOUND. Called on
 * the caller's thread. */
typedef enum qn_status qn_pack_indexer_base_fn(struct qn_ctx *ctx, void *data,
                                               const struct qn_id *id,
                                               struct qn_object *out);

/* Each object as it is made, on any worker, several at a time, in no order;
 * `entry`: its number in the pack.  A failure ends the whole. */
typedef enum qn_status qn_pack_indexer_object_fn(struct qn_ctx *ctx, void *data,
                                                 uint32_t entry,
                                                 enum qn_object_type type,
                                                 struct qn_bytes content);

struct qn_pack_indexer_options {
    uint32_t algorithm;
    struct qn_bytes bytes;   /* the pack itself, instead of a file's; thin ones
                                are refused then */
    const uint64_t *offsets; /* of all entries, ascending; NULL: scan */
    size_t offset_count;
    const struct qn_id *checksum;      /* known to be right; NULL: computed */
    qn_pack_indexer_object_fn *object; /* or NULL */
    qn_pack_indexer_base_fn *base;     /* NULL: a thin pack is refused */
    void *data;                        /* of both */
    int level;                         /* of appended bases */
    uint32_t thread_count;             /* 0: the environment's */
};

struct qn_pack_indexer {
    struct qn_pack_table table;
    uint8_t *types; /* enum qn_object_type of each entry */
};

/* QN_CORRUPT with the offset when something is wrong.  A thin pack's file is
 * changed in place: bases, count and checksum. */
enum qn_status
qn_pack_indexer_run(struct qn_ctx *ctx, const char *path,
                    const struct qn_pack_indexer_options *options,
                    struct qn_pack_indexer *out) QN_MUST_USE;
void qn_pack_indexer_dispose(struct qn_pack_indexer *indexer);

#endif
