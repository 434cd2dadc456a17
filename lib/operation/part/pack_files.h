/* SPDX-License-Identifier: MIT */
/* Where packs that are written (part/pack_emit.h) go: to a stream, or into
 * files beside each other, of which the index comes last:
 *
 *   <objects>/pack/tmp_pack_* -> <base>-<checksum>.promisor, .pack, .rev,
 * .mtimes, .bitmap, .idx
 *
 * A pack that is there under that name already stays as it is.
 */
#ifndef QN_OPERATION_PART_PACK_FILES_H
#define QN_OPERATION_PART_PACK_FILES_H

#include "odb/odb.h"
#include "os/sync.h"
#include "pack/pack_writer.h"

struct qn_pack_files {
    struct qn_odb_store *store;
    const struct qn_sync *sync; /* or NULL */
    uint32_t shared_mode;
    bool is_stream;
    int fd;
    const char *base_name;
    const char *promisor; /* content of a .promisor file; or NULL */
    struct qn_pack_table_form form;
    bool writes_reverse, writes_mtimes;
    /* Makes the content of a .bitmap file of the index: empty, there is none.
     * NULL: never. */
    enum qn_status (*bitmap)(struct qn_ctx *ctx, void *data,
                             struct qn_bytes index, struct qn_buf *out);
    void *bitmap_data;
    /* out */
    struct qn_id *packs; /* checksums; owned by whoever takes them */
    size_t count, capacity;
    /* within */
    int temporary_fd;
    struct qn_buf temporary;
};

enum qn_status qn_pack_files_begin(struct qn_ctx *ctx, void *files, int *fd,
                                   const char **path) QN_MUST_USE;
enum qn_status qn_pack_files_end(struct qn_ctx *ctx, void *files,
                                 struct qn_pack_writer *writer,
                                 const uint32_t *mtimes) QN_MUST_USE;
/* Removes what is not complete.  `packs` stays. */
void qn_pack_files_dispose(struct qn_pack_files *files);

#endif
