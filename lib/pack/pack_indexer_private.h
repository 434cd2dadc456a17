/* SPDX-License-Identifier: MIT */
/* What the files of the indexer share: the table of entries that is filled from
 * the left to the right while a pack is indexed. */
#ifndef QN_PACK_PACK_INDEXER_PRIVATE_H
#define QN_PACK_PACK_INDEXER_PRIVATE_H

#include "base/endian.h"
#include "os/file.h"
#include "pack/pack_entry.h"
#include "pack/pack_indexer.h"

#include <stdatomic.h>

#define QN_PACK_INDEXER_NONE UINT32_MAX

struct qn_pack_indexer_entry {
    uint64_t data_offset;
    uint64_t size;
    uint32_t base;    /* entry, of an offset delta; or NONE */
    uint32_t child;   /* the first entry that is built on this one */
    uint32_t sibling; /* the next that is built on the same */
    uint8_t type;     /* as written; what it is at last is in `types` */
};

struct qn_pack_indexer_ref { /* ref deltas that name one base */
    const uint8_t *row;
    uint32_t first; /* entry; the rest by `sibling` */
    atomic_bool is_claimed;
};

struct qn_pack_indexer_work {
    const struct qn_pack_indexer_options *options;
    const char *path;
    struct qn_file_map map;
    uint64_t end; /* where the checksum begins */
    struct qn_pack_indexer *out;
    struct qn_pack_indexer_entry *entries;
    size_t entry_capacity;
    size_t type_capacity;
    size_t count;
    struct qn_pack_indexer_ref *refs; /* sorted by row */
    size_t ref_count;
    atomic_size_t collisions; /* contents that are SHA-1 attacks */
};

/* Fill entries (and table offsets) from the pack. */
enum qn_status
qn_pack_indexer_scan(struct qn_ctx *ctx,
                     struct qn_pack_indexer_work *work) QN_MUST_USE;
/* Room for `count` entries. */
enum qn_status qn_pack_indexer_reserve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t count) QN_MUST_USE;
/* Hang every delta under its base. */
enum qn_status
qn_pack_indexer_link(struct qn_ctx *ctx,
                     struct qn_pack_indexer_work *work) QN_MUST_USE;
/* Make and hash what hangs under the entries from `first` on that are no
 * deltas. */
enum qn_status qn_pack_indexer_resolve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t first) QN_MUST_USE;

static inline struct qn_bytes
qn_pack_indexer_bytes(const struct qn_pack_indexer_work *work)
{
    return qn_bytes_make(work->map.data, (size_t)work->end);
}

/* Where entry `i` ends. */
static inline uint64_t
qn_pack_indexer_end(const struct qn_pack_indexer_work *work, size_t i)
{
    return i + 1 < work->count ? work->out->table.offsets[i + 1] : work->end;
}

#endif
