/* SPDX-License-Identifier: MIT */
/* A snapshot: which object directories and packs there are.
 *
 * Immutable and counted; the store publishes one, views pin it.  A new one
 * takes over the packs that are still there, so that nothing is opened twice.
 */
#ifndef QN_ODB_ODB_SNAPSHOT_H
#define QN_ODB_ODB_SNAPSHOT_H

#include "odb/odb.h"
#include "pack/multi_pack_index.h"
#include "pack/pack_file.h"

#include <stdatomic.h>

#define QN_ODB_LAYER_NO_PACK UINT32_MAX

struct qn_odb_layers { /* counted: shared by successive snapshots */
    atomic_uint owners;
    size_t count;
    struct qn_multi_pack_index *indexes;
    int64_t mtime_ns; /* of the file it was read from */
    uint64_t inode;
};

struct qn_odb_directory {
    char *path;
    bool is_local;
    struct qn_pack_file **packs; /* newest first */
    size_t pack_count;
    struct qn_odb_layers *layers; /* NULL: none */
    uint32_t **layer_packs;       /* per layer: position in `packs` */
    bool *is_covered;             /* per pack: a layer has its objects */
};

struct qn_odb_snapshot {
    atomic_uint owners;
    struct qn_odb_directory *directories; /* the local one first */
    size_t count;
};

/* Look at the disk.  `previous` may be NULL; when nothing has changed, `*out`
 * is `previous` with one owner more. */
enum qn_status qn_odb_snapshot_take(struct qn_ctx *ctx,
                                    const struct qn_odb_store_options *options,
                                    struct qn_odb_snapshot *previous,
                                    struct qn_odb_snapshot **out) QN_MUST_USE;
struct qn_odb_snapshot *
qn_odb_snapshot_retain(struct qn_odb_snapshot *snapshot);
void qn_odb_snapshot_release(struct qn_odb_snapshot *snapshot);

#endif
