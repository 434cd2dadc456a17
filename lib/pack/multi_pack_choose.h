/* SPDX-License-Identifier: MIT */
/* Which copy of each object a multi-pack-index names: for
 * pack/multi_pack_index_write.h.
 *
 * The ids of every source (a pack's index, or a layer of a chain) are in order
 * already and spread evenly, so that they are dealt out by their next bits and
 * only neighbours are compared.  Each worker takes ids by their first byte.
 */
#ifndef QN_PACK_MULTI_PACK_CHOOSE_H
#define QN_PACK_MULTI_PACK_CHOOSE_H

#include "pack/multi_pack_index_write.h"

#define QN_MULTI_PACK_CHOOSE_BUCKETS 256

struct qn_multi_pack_choose_entry {
    uint64_t key;      /* bytes of the id behind the first */
    uint32_t source;   /* a pack, or a layer */
    uint32_t position; /* in it */
};

/* Ids that begin with one byte, in order, each once. */
struct qn_multi_pack_choose_bucket {
    struct qn_multi_pack_choose_entry *entries;
    size_t count;
    size_t large_count;
    size_t start; /* entries, and large ones, of the buckets before */
    size_t large_start;
    bool has_large;
};

struct qn_multi_pack_choose {
    struct qn_multi_pack_write *write;
    size_t id_size;
    uint32_t *ranks;  /* of packs: the least is taken */
    uint32_t *shifts; /* of layers: the number of their first pack */
    struct qn_multi_pack_choose_bucket buckets[QN_MULTI_PACK_CHOOSE_BUCKETS];
    size_t count;
    size_t large_count; /* offsets that do not fit 31 bits */
    bool has_large;     /* some do not fit 32 */
};

/* `choose`: cleared, but for `write` and `id_size`.  Counts what is taken of
 * each pack, too. */
enum qn_status
qn_multi_pack_choose_run(struct qn_ctx *ctx,
                         struct qn_multi_pack_choose *choose) QN_MUST_USE;
void qn_multi_pack_choose_dispose(struct qn_multi_pack_choose *choose);

static inline const uint8_t *
qn_multi_pack_choose_row(const struct qn_multi_pack_choose *choose,
                         const struct qn_multi_pack_choose_entry *entry)
{
    const struct qn_multi_pack_write *write = choose->write;

    if (write->layers)
        return qn_multi_pack_index_row(&write->layers[entry->source],
                                       entry->position);
    return qn_pack_index_row(write->packs[entry->source].index,
                             entry->position);
}

static inline void
qn_multi_pack_choose_where(const struct qn_multi_pack_choose *choose,
                           const struct qn_multi_pack_choose_entry *entry,
                           uint32_t *pack, uint64_t *offset)
{
    const struct qn_multi_pack_write *write = choose->write;

    if (write->layers) {
        qn_multi_pack_index_entry(&write->layers[entry->source],
                                  entry->position, pack, offset);
        *pack += choose->shifts[entry->source];
        if (write->renumbered)
            *pack = write->renumbered[*pack];
    } else {
        *pack = entry->source;
        *offset = qn_pack_index_offset(write->packs[entry->source].index,
                                       entry->position);
    }
}

#endif
