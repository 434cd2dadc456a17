/* SPDX-License-Identifier: MIT */
/* Packs out of a store, and packs into one.
 *
 *   qn_odb_pack_write    a list of ids -> one pack, its entries copied as they
 *                        are stored wherever their bases come along
 *   qn_odb_pack_install  a finished temporary pack -> <objects>/pack, with its
 *                        index and reverse index; visible once the index is
 *                        there, which comes last
 */
#ifndef QN_ODB_ODB_PACK_H
#define QN_ODB_ODB_PACK_H

#include "hash/id_map.h"
#include "odb/odb.h"
#include "pack/pack_table.h"
#include "pack/pack_writer.h"

/* Write the objects of `count` raw rows, each once, through a writer that was
 * begun with that count; the caller finishes it.  `level`: of what has to be
 * compressed anew.  The writer's table gets offsets, and ids and CRC-32s too if
 * `wants_ids`.  Order: as they are stored, pack after pack, then loose ones. */
struct qn_odb_pack_request {
    const uint8_t *rows;
    size_t count;
    int level;
    bool wants_ids;
    const struct qn_id_map *written; /* bases that are in the pack already: ids
                                        to offsets; or NULL */
};
enum qn_status qn_odb_pack_write(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_odb_pack_request *request,
                                 struct qn_pack_writer *writer) QN_MUST_USE;

/* A temporary file in <objects>/pack to write a pack to. */
enum qn_status qn_odb_pack_temporary(struct qn_ctx *ctx,
                                     struct qn_odb_store *store, int *out_fd,
                                     struct qn_buf *out_path) QN_MUST_USE;
/* Sync, index and name it "pack-<checksum>".  `keep` and `promisor`: contents
 * of files of these kinds beside it, or NULL.  `out_name` (may be NULL) gets
 * the path of the pack without its extension. */
struct qn_odb_pack_install {
    const char *temporary; /* of the list of temporary files; taken over */
    const struct qn_pack_table *table;
    const char *keep;
    const char *promisor;
    const struct qn_pack_table_form *form; /* of the index; NULL: Git's */
    bool skips_reverse;                    /* no .rev */
    bool *was_kept; /* out: the .keep file was not there before; or NULL */
};
enum qn_status qn_odb_pack_install(struct qn_ctx *ctx,
                                   struct qn_odb_store *store,
                                   const struct qn_odb_pack_install *install,
                                   struct qn_buf *out_name) QN_MUST_USE;

/* An object of the pack at `path` that is here already has to be the same one,
 * byte for byte: QN_CORRUPT "SHA1 COLLISION FOUND WITH x !".  Done by
 * qn_odb_pack_install. */
enum qn_status
qn_odb_pack_compare(struct qn_ctx *ctx, struct qn_odb_store *store,
                    const char *path,
                    const struct qn_pack_table *table) QN_MUST_USE;

/* Every pack that the view knows; QN_END stops.  `pack` is the view's. */
struct qn_pack_file;
typedef enum qn_status qn_odb_pack_fn(struct qn_ctx *ctx, void *data,
                                      struct qn_pack_file *pack);
enum qn_status qn_odb_pack_each(struct qn_ctx *ctx, struct qn_odb *odb,
                                qn_odb_pack_fn *each, void *data) QN_MUST_USE;

/* Where an object lies: its pack, retained by the view's snapshot (NULL: in
 * none), and the offset of its entry. */
enum qn_status qn_odb_pack_locate(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  struct qn_pack_file **pack,
                                  uint64_t *offset) QN_MUST_USE;

#endif
