/* SPDX-License-Identifier: MIT */
/* The entries of a pack, and which is built on which.
 *
 * Where an entry ends only inflating it tells.  So workers guess where entries
 * begin in their own parts of the file (pack_indexer_guess.c), and here the
 * runs they found are joined: the first begins with the first byte, and one is
 * believed where the run before it ends exactly on an entry of it.  Where it
 * does not, entries are measured one by one until they meet again: a wrong
 * guess costs time, never correctness.
 */
#include "pack/pack_indexer_private.h"

#include "base/checked.h"
#include "base/memory.h"
#include "codec/inflate.h"

#include <inttypes.h>
#include <stdlib.h>

#define LARGE (4u << 20) /* beyond, an entry is measured in pieces */
#define PIECE (64u << 10)
/* Half of what a header can say: nothing is as large. */
#define SIZE_LIMIT (UINT64_MAX / 2)

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

void qn_pack_indexer_fill(struct qn_pack_indexer_work *work, size_t i,
                          const struct qn_pack_entry *parsed)
{
    struct qn_pack_indexer_entry *entry = &work->entries[i];

    work->out->table.offsets[i] = parsed->offset;
    work->out->types[i] = QN_OBJECT_NONE;
    entry->data_offset = parsed->data_offset;
    entry->size = parsed->size;
    entry->type = (uint8_t)parsed->type;
    entry->base = entry->child = entry->sibling = QN_PACK_INDEXER_NONE;
    /* One that is in the middle of an entry stays without a base. */
    if (parsed->type == QN_PACK_ENTRY_OFFSET_DELTA)
        entry->base = entry_at(work, i, parsed->base_offset);
}

static enum qn_status fail_size(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                              "object size too large for this platform");
}

/* What is wrong with the header in front of `rest`, in Git's words. */
static enum qn_status fail_header(struct qn_ctx *ctx, struct qn_bytes rest,
                                  uint64_t offset)
{
    unsigned shift = 4, type = rest.size ? rest.data[0] >> 4 & 7 : 0;
    size_t i = 0;

    while (i < rest.size && rest.data[i] & 0x80) {
        if (shift > 63 || (shift > 57 && i + 1 < rest.size &&
                           (rest.data[i + 1] & 0x7f) >> (64 - shift)))
            return fail_size(ctx);
        shift += 7;
        i++;
    }
    if (i >= rest.size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    if (type == 0 || type == 5)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                                  "pack has bad object at offset %" PRIu64
                                  ": unknown object type %u",
                                  offset, type);
    if (type == QN_PACK_ENTRY_OFFSET_DELTA) {
        for (i++; i < rest.size && rest.data[i] & 0x80;)
            i++;
        if (i < rest.size)
            return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                                      "pack has bad object at offset %" PRIu64
                                      ": delta base offset is out of bound",
                                      offset);
    }
    return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
}

enum qn_status qn_pack_indexer_parse(struct qn_ctx *ctx, struct qn_bytes pack,
                                     uint32_t algorithm, uint64_t offset,
                                     struct qn_pack_entry *entry)
{
    enum qn_status status =
        qn_pack_entry_parse(ctx, pack, algorithm, offset, entry);

    if (status == QN_CORRUPT)
        return fail_header(ctx, qn_bytes_from(pack, (size_t)offset), offset);
    return !status && entry->size > SIZE_LIMIT ? fail_size(ctx) : status;
}

enum qn_status qn_pack_indexer_parse_at(struct qn_ctx *ctx,
                                        struct qn_bytes window,
                                        uint32_t algorithm, uint64_t offset,
                                        struct qn_pack_entry *entry)
{
    enum qn_status status =
        qn_pack_entry_parse_at(ctx, window, algorithm, offset, entry);

    return status == QN_CORRUPT       ? fail_header(ctx, window, offset)
           : status                   ? status
           : entry->size > SIZE_LIMIT ? fail_size(ctx)
                                      : QN_OK;
}

static enum qn_status measure_large(struct qn_ctx *ctx, struct qn_bytes in,
                                    uint64_t size, uint64_t *used)
{
    struct qn_inflate_stream *stream = NULL;
    uint8_t *piece = qn_memory_array(ctx, PIECE, 1);
    struct qn_bytes rest = in;
    enum qn_status status = piece ? QN_OK : QN_NO_MEMORY;
    size_t made = 1;
    bool is_end = false;

    if (!status)
        status = qn_inflate_stream_new(ctx, &stream);
    while (!status && !is_end && made > 0) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_inflate_stream_next(ctx, stream, &rest, piece, PIECE,
                                            &made, &is_end);
        if (!status && made > size)
            status = qn_ctx_fail(ctx, QN_CORRUPT, "too long");
        if (!status)
            size -= made;
    }
    if (!status && (!is_end || size > 0))
        status = qn_ctx_fail(ctx, QN_CORRUPT, "too short");
    *used = in.size - rest.size;
    qn_inflate_stream_free(stream);
    qn_memory_free(piece);
    return status;
}

enum qn_status qn_pack_indexer_measure(struct qn_ctx *ctx,
                                       const struct qn_pack_indexer_work *work,
                                       uint64_t offset, struct qn_buf *scratch,
                                       struct qn_pack_entry *entry,
                                       uint64_t *end)
{
    struct qn_bytes pack = qn_pack_indexer_bytes(work), in;
    enum qn_status status;
    uint64_t used = 0;
    size_t short_used = 0;

    /* More objects were told than there are: the checksum is read for one. */
    if (offset >= pack.size)
        pack = qn_bytes_make(work->map.data, work->map.size);
    status = qn_pack_indexer_parse(ctx, pack, work->options->algorithm, offset,
                                   entry);
    if (status)
        return status;
    in = qn_bytes_from(pack, (size_t)entry->data_offset);
    if (entry->size / 1040 > in.size)
        return qn_pack_indexer_explain(ctx, offset, in, entry->size);
    if (entry->size > LARGE) {
        status = measure_large(ctx, in, entry->size, &used);
    } else {
        qn_buf_clear(scratch);
        status = qn_buf_reserve(ctx, scratch, (size_t)entry->size);
        if (!status)
            status = qn_inflate_exact(ctx, in, scratch->data,
                                      (size_t)entry->size, &short_used);
        used = short_used;
    }
    if (status == QN_CORRUPT)
        return qn_pack_indexer_explain(ctx, offset, in, entry->size);
    *end = entry->data_offset + used;
    if (!status && *end > work->end)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    return status;
}

/* Walk over the runs beside the proven entries. */
struct join {
    const struct qn_pack_indexer_run *runs;
    size_t count;
    size_t run; /* the first that is not behind us */
    size_t at;
};

/* Is the entry at `offset` one that was found?  `*end`: where it ends. */
static bool find_guess(struct join *join, uint64_t offset, uint64_t *end)
{
    while (join->run < join->count) {
        const struct qn_pack_indexer_run *run = &join->runs[join->run];

        while (join->at < run->count && run->offsets[join->at] < offset)
            join->at++;
        if (join->at == run->count) {
            join->run++;
            join->at = 0;
            continue;
        }
        if (run->offsets[join->at] != offset)
            return false;
        *end =
            join->at + 1 < run->count ? run->offsets[join->at + 1] : run->end;
        return true;
    }
    return false;
}

static enum qn_status scan_unknown(struct qn_ctx *ctx,
                                   struct qn_pack_indexer_work *work)
{
    struct qn_pack_indexer_run *runs = NULL;
    struct qn_buf scratch = QN_BUF_INIT;
    struct qn_pack_entry parsed;
    struct join join = {0};
    enum qn_status status;
    uint64_t offset = 12;
    size_t run_count = 0, i;

    status = qn_pack_indexer_guess(ctx, work, &runs, &run_count);
    join.runs = runs;
    join.count = run_count;
    for (i = 0; i < work->count && !status; i++) {
        uint64_t end = 0;

        if (i % 1024 == 0)
            status = qn_ctx_check(ctx);
        if (status)
            break;
        if (find_guess(&join, offset, &end))
            status = qn_pack_indexer_parse(ctx, qn_pack_indexer_bytes(work),
                                           work->options->algorithm, offset,
                                           &parsed);
        else
            status = qn_pack_indexer_measure(ctx, work, offset, &scratch,
                                             &parsed, &end);
        if (!status)
            status = qn_pack_indexer_reserve(ctx, work, i + 1);
        if (!status) {
            qn_pack_indexer_fill(work, i, &parsed);
            offset = end;
        }
        qn_progress_set(ctx, &work->progress, i + 1);
    }
    work->out->end = offset;
    qn_buf_dispose(&scratch);
    for (i = 0; i < run_count; i++)
        qn_memory_free(runs[i].offsets);
    qn_memory_free(runs);
    return status;
}

/* The offsets are known: each entry has to fill its place, which is looked at
 * when it is inflated. */
static enum qn_status scan_known(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_work *work)
{
    const struct qn_pack_indexer_options *options = work->options;
    struct qn_pack_entry parsed;
    enum qn_status status;
    struct qn_pack_indexer_run *runs = NULL;
    size_t run_count, i;

    if (options->offset_count != work->count ||
        (work->count > 0 && options->offsets[0] != 12))
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "pack has another number of objects");
    status = qn_pack_indexer_guess(ctx, work, &runs, &run_count);
    qn_memory_free(runs); /* it only summed up the pack */
    if (!status)
        status = qn_pack_indexer_reserve(ctx, work, work->count);
    for (i = 0; i < work->count && !status; i++) {
        status = qn_pack_indexer_parse(ctx, qn_pack_indexer_bytes(work),
                                       options->algorithm, options->offsets[i],
                                       &parsed);
        if (!status)
            qn_pack_indexer_fill(work, i, &parsed);
    }
    work->out->end = work->end;
    return status;
}

enum qn_status qn_pack_indexer_scan(struct qn_ctx *ctx,
                                    struct qn_pack_indexer_work *work)
{
    enum qn_status status;

    qn_progress_begin(ctx, &work->progress, QN_PROGRESS_BEGIN,
                      work->options->title, work->count);
    status = work->options->offsets ? scan_known(ctx, work)
                                    : scan_unknown(ctx, work);
    qn_progress_end(ctx, &work->progress);
    return status;
}

/* By the id; of one id the last entry first, as groups are made from behind. */
static int compare_by(const struct qn_pack_indexer_ref *one,
                      const struct qn_pack_indexer_ref *two, size_t size)
{
    int order = memcmp(one->row, two->row, size);

    return order ? order : one->first > two->first ? -1 : 1;
}

static int compare_refs(const void *a, const void *b)
{
    return compare_by(a, b, 20);
}

static int compare_wide_refs(const void *a, const void *b)
{
    return compare_by(a, b, 32);
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
        work->out->delta_count += entry->type >= QN_PACK_ENTRY_OFFSET_DELTA;
        if (entry->base == QN_PACK_INDEXER_NONE)
            continue;
        entry->sibling = work->entries[entry->base].child;
        work->entries[entry->base].child = (uint32_t)i;
    }
    return refs ? link_refs(ctx, work, refs) : QN_OK;
}
