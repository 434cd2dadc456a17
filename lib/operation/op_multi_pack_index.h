/* SPDX-License-Identifier: MIT */
/* multi-pack-index write, compact, verify, expire, repack
 * (git-multi-pack-index(1)).
 *
 *   one file  <objects>/pack/multi-pack-index, locked beside
 *   a chain   <objects>/pack/multi-pack-index.d/: layers, and the file
 *             multi-pack-index-chain that names them, which is locked
 *
 * What is new is in place before what is old goes: at each step every object
 * can be found.  expire and repack take away a pack's files only when a
 * multi-pack-index without it is there.
 */
#ifndef QN_OPERATION_OP_MULTI_PACK_INDEX_H
#define QN_OPERATION_OP_MULTI_PACK_INDEX_H

#include "walk/revision.h"

struct qn_op_multi_pack_index {
    const struct qn_revision_scope *scope;
    const char *objects_directory; /* NULL: the repository's */

    /* write */
    const char *preferred;    /* a pack's name, or NULL */
    const char *const *packs; /* only these (names of index files) */
    size_t pack_count;
    bool has_packs;

    /* write and compact */
    bool is_incremental; /* a layer of a chain */
    bool keeps_chain;    /* the layer is written, no chain names it */
    const char *base;    /* checksum of the layer that it is on: with those
                            below it; "none"; NULL: the newest */
    bool replaces;       /* write: the layers above `base` go */
    bool writes_bitmap;
    const char *snapshot;  /* a file that names tips for it; or NULL: refs */
    const char *from, *to; /* compact: checksums of layers */

    uint64_t batch_size; /* repack; 0: all */

    struct qn_id layer; /* out: of a layer that is in no chain yet */
    bool has_layer;
};

/* QN_INVALID: Git's error; QN_UNSUPPORTED and others: it dies of it. */
enum qn_status
qn_op_multi_pack_index_write(struct qn_ctx *ctx,
                             struct qn_op_multi_pack_index *op) QN_MUST_USE;
enum qn_status
qn_op_multi_pack_index_compact(struct qn_ctx *ctx,
                               struct qn_op_multi_pack_index *op) QN_MUST_USE;
enum qn_status
qn_op_multi_pack_index_expire(struct qn_ctx *ctx,
                              struct qn_op_multi_pack_index *op) QN_MUST_USE;
enum qn_status
qn_op_multi_pack_index_repack(struct qn_ctx *ctx,
                              struct qn_op_multi_pack_index *op) QN_MUST_USE;

struct qn_op_multi_pack_index_verify {
    const struct qn_revision_scope *scope;
    const char *objects_directory;
    void (*tell)(void *data, const char *line);
    void *data;
    bool has_fault; /* out */
};
enum qn_status qn_op_multi_pack_index_verify(
    struct qn_ctx *ctx,
    struct qn_op_multi_pack_index_verify *verify) QN_MUST_USE;

#endif
