/* SPDX-License-Identifier: MIT */
/* The files of multi-pack-indexes and of the packs they are of, in one object
 * directory: for operation/op_multi_pack_index.h. */
#ifndef QN_OPERATION_PART_MIDX_FILES_H
#define QN_OPERATION_PART_MIDX_FILES_H

#include "base/buf.h"
#include "os/lock_file.h"
#include "pack/multi_pack_index_write.h"
#include "pack/pack_file.h"
#include "repo/repo.h"
#include "walk/revision.h"

struct qn_midx_pack {
    char *name;                /* "pack-<hash>.idx" */
    struct qn_pack_file *file; /* its index is open */
    int64_t mtime;             /* seconds, of the pack */
    uint64_t size;
    uint32_t found; /* the how manieth of the directory */
    bool is_kept, is_cruft;
};

struct qn_midx_files {
    struct qn_repo *repo;
    const char *directory; /* "<objects>/pack"; in `path` */
    uint32_t algorithm;
    struct qn_buf room;         /* of `directory` */
    struct qn_midx_pack *packs; /* sorted by name */
    size_t count;
    size_t capacity;
    struct qn_multi_pack_index *layers; /* that are there; oldest first */
    size_t layer_count;
    bool is_chain;
    struct qn_lock_file lock;
};

enum qn_midx_files_lock {
    QN_MIDX_FILES_READ = 0,
    QN_MIDX_FILES_LOCK_SINGLE,
    QN_MIDX_FILES_LOCK_CHAIN
};
/* The object directory that is meant: `directory`, or NULL for the scope's. */
const char *qn_midx_files_objects(const struct qn_revision_scope *scope,
                                  const char *directory);
/* Take the lock, if any, and read the layers. */
enum qn_status qn_midx_files_open(struct qn_ctx *ctx,
                                  struct qn_midx_files *files,
                                  struct qn_repo *repo, const char *objects,
                                  enum qn_midx_files_lock lock) QN_MUST_USE;
/* midx.version; 0: not configured. */
enum qn_status qn_midx_files_version(struct qn_ctx *ctx, struct qn_repo *repo,
                                     int64_t *version) QN_MUST_USE;
void qn_midx_files_close(struct qn_midx_files *files);
/* The packs of the directory for which `wants` answers true. */
typedef bool qn_midx_files_want_fn(const void *data, const char *name);
enum qn_status qn_midx_files_find_packs(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        qn_midx_files_want_fn *wants,
                                        const void *data) QN_MUST_USE;
/* Is a pack in a layer, by its name? */
bool qn_midx_files_has(const struct qn_midx_files *files, const char *name);
/* The name of a layer: its checksum. */
void qn_midx_files_layer_id(const struct qn_midx_files *files, size_t layer,
                            struct qn_id *out);
/* The one file: written and put in place; then a chain goes. */
enum qn_status qn_midx_files_put_single(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        struct qn_bytes bytes) QN_MUST_USE;
/* A layer's file. */
enum qn_status qn_midx_files_put_layer(struct qn_ctx *ctx,
                                       struct qn_midx_files *files,
                                       const struct qn_id *name,
                                       struct qn_bytes bytes) QN_MUST_USE;
/* The bitmaps of the one file, or of a layer; in place before it is. */
enum qn_status qn_midx_files_put_bitmap(struct qn_ctx *ctx,
                                        struct qn_midx_files *files,
                                        const struct qn_id *name, bool is_layer,
                                        struct qn_bytes bytes) QN_MUST_USE;
/* Where they are. */
enum qn_status qn_midx_files_bitmap_path(struct qn_ctx *ctx,
                                         const struct qn_midx_files *files,
                                         const struct qn_id *name,
                                         bool is_layer,
                                         struct qn_buf *path) QN_MUST_USE;
/* Remove bitmaps of the one file, but for those of `keep` (or NULL). */
enum qn_status
qn_midx_files_clear_bitmaps(struct qn_ctx *ctx,
                            const struct qn_midx_files *files,
                            const struct qn_id *keep) QN_MUST_USE;
/* The chain of these layers; then the one file and layers that are not in it
 * go.  The lock is let go. */
enum qn_status qn_midx_files_put_chain(struct qn_ctx *ctx,
                                       struct qn_midx_files *files,
                                       const struct qn_id *names,
                                       size_t count) QN_MUST_USE;
/* All files of a pack. */
enum qn_status qn_midx_files_remove_pack(struct qn_ctx *ctx,
                                         const struct qn_midx_files *files,
                                         const char *name) QN_MUST_USE;

#endif
