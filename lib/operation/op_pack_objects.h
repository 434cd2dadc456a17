/* SPDX-License-Identifier: MIT */
/* pack-objects: a list of objects -> one pack, stored entries copied, deltas
 * found for the rest. */
#ifndef QN_OPERATION_OP_PACK_OBJECTS_H
#define QN_OPERATION_OP_PACK_OBJECTS_H

#include "base/ctx.h"
#include "odb/odb.h"
#include "pack/pack_table.h"

struct qn_op_pack_objects {
    struct qn_odb *odb;  /* replaces nothing */
    const uint8_t *rows; /* raw ids, each once */
    const uint32_t
        *name_hashes; /* beside them (qn_delta_search_hash); or NULL */
    size_t count;
    uint32_t window; /* 0: find no deltas */
    uint32_t depth;
    uint64_t big_file_threshold; /* 0: 512 MiB */
    int level;                   /* of what is compressed anew */
};

/* Write the pack to `fd`; `table` (disposed by the caller) is what its index is
 * made of. */
enum qn_status qn_op_pack_objects_write(
    struct qn_ctx *ctx, const struct qn_op_pack_objects *options, int fd,
    const char *path, struct qn_pack_table *table) QN_MUST_USE;

#endif
