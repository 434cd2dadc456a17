/* SPDX-License-Identifier: MIT */
/* The entries of a pack, and which is built on which. */
#include "pack/pack_indexer_private.h"

#include "base/checked.h"
#include "base/memory.h"
#include "codec/inflate.h"

#include <inttypes.h>
#include <stdlib.h>

static void fill_entry(struct qn_pack_indexer_work *work, size_t i,
                       const struct qn_pack_entry *parsed)
{
    struct qn_pack_indexer_entry *entry = &work->entries[i];

    entry->data_offset = parsed->data_offset;
    entry->size = parsed->size;
    entry->type = (uint8_t)parsed->type;
    entry->base = entry->child = entry->sibling = QN_PACK_INDEXER_NONE;
    work->out->types[i] = QN_OBJECT_NONE;
}

/* Which entry begins at `offset`; NONE when it is not one before `limit`. */
static uint32_t entry_at(const struct qn_pack_indexer_work *work, size_t limit,
                         uint64_t offset)
{
    const uint64_t *offsets = work->out->table.offsets;
    size_t low = 0, high = limit;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (offsets[middle] == offset)
            return (uint32_t)middle;
        if (offsets[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return QN_PACK_INDEXER_NONE;
}

static enum qn_status parse_entry(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_work *work, size_t i,
                                  uint64_t offset, struct qn_pack_entry *parsed)
{
    enum qn_status status;

    status = qn_pack_entry_parse(ctx, qn_pack_indexer_bytes(work),
                                 work->options->algorithm, offset, parsed);
    if (status)
        return status;
    work->out->table.offsets[i] = offset;
    fill_entry(work, i, parsed);
    if (parsed->type != QN_PACK_ENTRY_OFFSET_DELTA)
        return QN_OK;
    work->entries[i].base = entry_at(work, i, parsed->base_offset);
    if (work->entries[i].base == QN_PACK_INDEXER_NONE)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "the delta at offset %" PRIu64
                           " has no base at offset %" PRIu64,
                           offset, parsed->base_offset);
    return QN_OK;
}

/* How long an entry's compressed data is: only inflating it tells. */
static enum qn_status measure(struct qn_ctx *ctx,
                              const struct qn_pack_indexer_work *work,
                              const struct qn_pack_entry *parsed,
                              struct qn_buf *scratch, size_t *used)
{
    struct qn_bytes in =
        qn_bytes_from(qn_pack_indexer_bytes(work), (size_t)parsed->data_offset);
    enum qn_status status;
    size_t size;

    if (!qn_checked_to_size(parsed->size, &size) || size / 1040 > in.size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "entry at offset %" PRIu64 " claims %" PRIu64
                           " bytes",
                           parsed->offset, parsed->size);
    qn_buf_clear(scratch);
    status = qn_buf_reserve(ctx, scratch, size);
    if (!status)
        status = qn_inflate_exact(ctx, in, scratch->data, size, used);
    if (status == QN_CORRUPT)
        return qn_ctx_where(ctx, "pack has bad object at offset %" PRIu64,
                            parsed->offset);
    return status;
}

static enum qn_status scan_unknown(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work)
{
    struct qn_buf scratch = QN_BUF_INIT;
    struct qn_pack_entry parsed;
    enum qn_status status = QN_OK;
    uint64_t offset = 12;
    size_t used = 0, i;

    for (i = 0; i < work->count && !status; i++) {
        if (i % 1024 == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = parse_entry(ctx, work, i, offset, &parsed);
        if (!status)
            status = measure(ctx, work, &parsed, &scratch, &used);
        if (!status)
            offset = parsed.data_offset + used;
    }
    qn_buf_dispose(&scratch);
    if (!status && offset != work->end)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "pack has junk at the end");
    return status;
}

enum qn_status qn_pack_indexer_scan(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work)
{
    const struct qn_pack_indexer_options *options = work->options;
    struct qn_pack_entry parsed;
    enum qn_status status;
    size_t i;

    work->count = qn_endian_load32(work->map.data + 8);
    /* Three bytes are the shortest entry there can be. */
    if (work->count > work->map.size / 3)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "pack of %zu bytes claims %zu objects",
                           work->map.size, work->count);
    status = qn_pack_indexer_reserve(ctx, work, work->count + 1);
    if (status)
        return status;
    if (!options->offsets)
        return scan_unknown(ctx, work);
    if (options->offset_count != work->count)
        return qn_ctx_fail(ctx, QN_CORRUPT, "pack has %zu objects, not %zu",
                           work->count, options->offset_count);
    for (i = 0; i < work->count && !status; i++)
        status = parse_entry(ctx, work, i, options->offsets[i], &parsed);
    return status;
}

static int compare_refs(const void *a, const void *b)
{
    const struct qn_pack_indexer_ref *one = a, *two = b;

    return memcmp(one->row, two->row, 20);
}

static int compare_wide_refs(const void *a, const void *b)
{
    const struct qn_pack_indexer_ref *one = a, *two = b;

    return memcmp(one->row, two->row, 32);
}

/* Group the ref deltas by the id of their base. */
static enum qn_status link_refs(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work, size_t count)
{
    size_t id_size = qn_id_size(work->options->algorithm), i, at = 0, groups;
    struct qn_pack_indexer_ref *refs =
        qn_memory_calloc(ctx, count, sizeof(*refs));

    if (!refs)
        return QN_NO_MEMORY;
    for (i = 0; i < work->count; i++) {
        if (work->entries[i].type != QN_PACK_ENTRY_REF_DELTA)
            continue;
        refs[at].row = work->map.data + work->entries[i].data_offset - id_size;
        refs[at++].first = (uint32_t)i;
    }
    qsort(refs, count, sizeof(*refs),
          id_size == 20 ? compare_refs : compare_wide_refs);
    for (i = 0, groups = 0; i < count; i++) {
        struct qn_pack_indexer_ref *last = groups ? &refs[groups - 1] : NULL;

        if (last && memcmp(last->row, refs[i].row, id_size) == 0) {
            work->entries[refs[i].first].sibling = last->first;
            last->first = refs[i].first;
        } else {
            refs[groups].row = refs[i].row;
            refs[groups++].first = refs[i].first;
        }
    }
    work->refs = refs;
    work->ref_count = groups;
    return QN_OK;
}

enum qn_status qn_pack_indexer_link(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work)
{
    size_t refs = 0, i;

    /* Backwards, so that siblings come in the order of the pack. */
    for (i = work->count; i-- > 0;) {
        struct qn_pack_indexer_entry *entry = &work->entries[i];

        refs += entry->type == QN_PACK_ENTRY_REF_DELTA;
        if (entry->base == QN_PACK_INDEXER_NONE)
            continue;
        entry->sibling = work->entries[entry->base].child;
        work->entries[entry->base].child = (uint32_t)i;
    }
    return refs ? link_refs(ctx, work, refs) : QN_OK;
}
