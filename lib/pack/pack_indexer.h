/* SPDX-License-Identifier: MIT */
/* Indexing a pack that came from elsewhere: every object is made and hashed
 * anew; nothing that the sender said is believed.
 *
 *   qn_pack_indexer_run      a file that is there: its entries are found by all
 *                            workers at once, then deltas are resolved
 *   qn_pack_indexer_receive  a descriptor: read, written to a file, inflated,
 *                            hashed and resolved at the same time; what could
 *                            not be resolved on the way is at the end
 *
 *   scan     where entries begin: guessed in many places at once, and proven
 *            from the first byte on (skipped when the offsets are known)
 *   resolve  objects from their deltas, bases first: a tree of tasks on all
 *            cores; hashed many at a time
 *   thin     bases that are not in the pack are fetched and appended, if asked
 *
 * out: the pack's table, from which the .idx and .rev files are written
 * (pack/pack_table.h).  Failures have Git's texts, with the entry's offset.
 */
#ifndef QN_PACK_PACK_INDEXER_H
#define QN_PACK_PACK_INDEXER_H

#include "base/ctx.h"
#include "object/object.h"
#include "pack/pack_feed.h"
#include "pack/pack_table.h"

/* The content of an object that a thin pack builds on; QN_NOT_FOUND. Called on
 * the caller's thread. */
typedef enum qn_status qn_pack_indexer_base_fn(struct qn_ctx *ctx, void *data,
                                               const struct qn_id *id,
                                               struct qn_object *out);

/* Each object once it is hashed, on any worker, several at a time, in no order.
 * A failure ends the whole.  Bases that are appended are not among them. */
struct qn_pack_indexer_object {
    struct qn_id id;
    uint32_t entry; /* its number in the pack */
    enum qn_object_type type;
    bool is_delta;
    bool is_large; /* a blob that was never in memory whole */
    uint64_t size;
    struct qn_bytes content; /* empty if `is_large` */
};
typedef enum qn_status
qn_pack_indexer_object_fn(struct qn_ctx *ctx, void *data,
                          const struct qn_pack_indexer_object *object);

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
    uint64_t memory_limit;       /* contents held for others that are built on
                                    them; 0: 96 MiB.  Beyond, they are made
                                    again when they are needed */
    uint64_t big_file_threshold; /* blobs above go through in pieces; 0: 512
                                    MiB */
    uint64_t max_input_size;     /* of what is received; 0: any */
    const struct qn_pack_source *source; /* what is received comes from it, not
                                            from the descriptor; or NULL */
    struct qn_buf *rest; /* gets what came along behind the checksum of what is
                                received; NULL: that is an error */
    const char *title;   /* "Indexing objects": progress; or NULL */
    bool salvages;       /* what is received may stop short, or go wrong: the
                            entries that came whole are made a pack of their
                            own */
    bool wants_details;  /* sizes and bases, for listings */
};

struct qn_pack_indexer {
    struct qn_pack_table table;
    uint8_t *types;     /* enum qn_object_type of each entry */
    uint64_t *sizes;    /* as written, of a delta its own; with details */
    uint32_t *bases;    /* entry; UINT32_MAX: no delta; with details */
    uint64_t end;       /* where the last entry ends */
    size_t local_count; /* bases that were appended: the last entries */
    size_t delta_count;
};

/* QN_CORRUPT with the offset when something is wrong.  A thin pack's file is
 * changed in place: bases, count and checksum. */
enum qn_status
qn_pack_indexer_run(struct qn_ctx *ctx, const char *path,
                    const struct qn_pack_indexer_options *options,
                    struct qn_pack_indexer *out) QN_MUST_USE;

/* A pack from `in`, up to its checksum, written to `fd`, which is open for
 * writing at `path`.  `front`: bytes that were read from `in` already.  What
 * follows the checksum is refused ("pack has junk at the end"), or kept, only
 * as far as it came along: the end of `in` is not waited for. */
enum qn_status
qn_pack_indexer_receive(struct qn_ctx *ctx, int in, struct qn_bytes front,
                        int fd, const char *path,
                        const struct qn_pack_indexer_options *options,
                        struct qn_pack_indexer *out) QN_MUST_USE;
void qn_pack_indexer_dispose(struct qn_pack_indexer *indexer);

#endif
