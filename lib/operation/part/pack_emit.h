/* SPDX-License-Identifier: MIT */
/* Writing the objects of a list into packs.
 *
 *   order -> (workers) what each entry's bytes are: copied from the mapped
 *   pack, a delta found anew, or compressed now -> (caller, in order) headers,
 *   CRC-32s, checksum, file
 *
 * Stored entries are copied only when their CRC-32 is that of their pack's
 * index; a damaged one is read as an object, from wherever it is sound.
 */
#ifndef QN_OPERATION_PART_PACK_EMIT_H
#define QN_OPERATION_PART_PACK_EMIT_H

#include "operation/part/delta_search.h"
#include "pack/pack_writer.h"

struct qn_pack_emit {
    struct qn_pack_list *list; /* prepared, searched */
    const struct qn_delta_search *search;
    bool names_offsets; /* deltas name offsets, not ids */
    bool reuses_objects;
    uint64_t max_size; /* of one pack; 0: any */
    struct qn_progress *progress;
    /* A file for the next pack; and one is complete: `mtimes` are beside the
     * rows of the writer's table.  Its `fd` is the callback's to close. */
    enum qn_status (*begin)(struct qn_ctx *ctx, void *data, int *fd,
                            const char **path);
    const struct qn_sync *sync; /* what those files are synced by, or NULL */
    struct qn_pack_sink sink;   /* instead of the file's, when it is set */
    enum qn_status (*end)(struct qn_ctx *ctx, void *data,
                          struct qn_pack_writer *writer,
                          const uint32_t *mtimes);
    void *data;
    /* out */
    uint64_t written, written_deltas, reused, reused_deltas;
    uint64_t front; /* copied without a look at each */
};

enum qn_status qn_pack_emit_run(struct qn_ctx *ctx,
                                struct qn_pack_emit *emit) QN_MUST_USE;

#endif
