/* SPDX-License-Identifier: MIT */
/* repack: the objects of a repository into new packs, and what these make
 * redundant away.  git-repack(1).
 *
 * The units it writes, in order; after each every object is there to be read:
 *   1. new packs, each whole and on the disk, its index last (a cruft pack, and
 *      one of what is promised, too)
 *   2. with --write-midx: a multi-pack-index of what stays, with bitmaps
 *   3. with -d: a commit-graph that names commits that go is removed (a new one
 *      comes at the end), and a multi-pack-index that names packs that go
 *   4. with -d: old packs whose objects are in new ones, each its .idx first,
 *      then the .pack; a .keep that has come meanwhile saves its pack
 *   5. with -d: loose objects that are in packs
 *   6. objects/info/packs and info/refs
 * A second run mends what a dead one left.
 */
#ifndef QN_OPERATION_OP_REPACK_H
#define QN_OPERATION_OP_REPACK_H

#include "operation/op_pack_objects.h"

enum qn_op_repack_midx { /* --write-midx */
                         QN_OP_REPACK_MIDX_NONE = 0,
                         QN_OP_REPACK_MIDX_ONE,
                         QN_OP_REPACK_MIDX_LAYERS
};

#define QN_OP_REPACK_LEAST_SIZE (1u << 20) /* of a pack that is limited */

struct qn_op_repack {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    /* window, depth, threads, level ...: qn_op_pack_objects_configure; what is
     * said of what goes in, and where to, is set here */
    struct qn_op_pack_objects how;
    bool all;               /* -a, -A, --cruft */
    bool loosens;           /* -A */
    bool deletes;           /* -d */
    bool keeps_unreachable; /* -k */
    bool is_cruft;
    bool packs_kept; /* --pack-kept-objects */
    bool skips_server_info;
    bool has_unpack_since;
    int64_t unpack_since;
    bool has_cruft_expiration;
    int64_t cruft_expiration;
    uint64_t max_cruft_size; /* 0: as of other packs */
    uint64_t combine_below;  /* larger cruft packs stay; 0: none does */
    /* How cruft is compared, where that differs. */
    const struct qn_op_pack_objects *cruft_how;
    const char *const *keep_packs;
    size_t keep_count;
    uint32_t geometric; /* factor; 0: no */
    enum qn_op_repack_midx midx;
    bool midx_bitmap;                    /* with bitmaps; else `how` says */
    bool midx_without_bitmap;            /* and that was said */
    bool midx_skips_cruft;               /* repack.midxMustContainCruft=false */
    uint32_t midx_split_factor;          /* repack.midxSplitFactor */
    uint32_t midx_new_layer;             /* repack.midxNewLayerThreshold */
    uint64_t midx_made_objects;          /* set by the run: in new packs */
    const char *expire_to;               /* "<dir>/<stem>"; or NULL */
    const struct qn_filter_spec *filter; /* or NULL: what it does not want goes
                                            into a pack of its own, with */
    const char *filter_to;               /* this begin of a name; or NULL */
};

/* What the configuration says, of the cruft pack too; of `how` nothing else is
 * touched. */
enum qn_status
qn_op_repack_configure(struct qn_ctx *ctx, struct qn_repo *repo,
                       struct qn_op_repack *how,
                       struct qn_op_pack_objects *cruft) QN_MUST_USE;
/* repack.cruftWindow and kin, but for those that were given otherwise. */
enum qn_op_repack_given {
    QN_OP_REPACK_GIVEN_WINDOW = 1,
    QN_OP_REPACK_GIVEN_DEPTH = 2,
    QN_OP_REPACK_GIVEN_THREADS = 4,
    QN_OP_REPACK_GIVEN_MEMORY = 8
};
enum qn_status
qn_op_repack_configure_cruft(struct qn_ctx *ctx, struct qn_repo *repo,
                             unsigned given,
                             struct qn_op_pack_objects *cruft) QN_MUST_USE;
/* repack.writeBitmaps, pack.writeBitmaps; else: a bare repository, and
 * everything goes into one pack. */
enum qn_status qn_op_repack_wants_bitmaps(struct qn_ctx *ctx,
                                          struct qn_repo *repo, bool is_whole,
                                          bool *out) QN_MUST_USE;

struct qn_op_repack_result {
    size_t pack_count; /* new ones */
    uint64_t written, written_deltas, reused, reused_deltas;
};

enum qn_status qn_op_repack_run(struct qn_ctx *ctx,
                                const struct qn_op_repack *options,
                                struct qn_op_repack_result *result) QN_MUST_USE;

#endif
