/* SPDX-License-Identifier: MIT */
/* Where entries may begin, found by all workers at once.
 *
 * A worker takes a part of the file and tries byte after byte until one looks
 * like an entry: a type there is, a size that the rest can make, a zlib header,
 * and a stream that inflates to just that size with the right checksum.  From
 * there it measures on, entry after entry, until one ends in the next part.
 * Nothing found here is believed before it is joined (pack_indexer_scan.c), and
 * nothing that fails here is a failure.
 */
#include "pack/pack_indexer_private.h"

#include "base/memory.h"
#include "codec/inflate.h"
#include "hash/hash.h"
#include "os/parallel.h"

#define PART_SMALLEST (256u << 10)
#define PART_COUNT    64
/* A first guess is one of the small entries, which nearly all are; what follows
 * may be larger. */
#define GUESS_LARGEST  (64u << 10)
#define FOLLOW_LARGEST (4u << 20)
/* So far without an entry means that there is a large one. */
#define SEARCH_LONGEST (8u << 20)

struct guess {
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_run *runs;
    size_t run_count;
};

struct front { /* of an entry that may be one */
    uint64_t size;
    size_t data; /* where its zlib stream begins */
};

/* As qn_pack_entry_parse does, but quiet, since nearly always there is none. */
static bool look_at(struct qn_bytes pack, size_t id_size, size_t at,
                    struct front *out)
{
    const uint8_t *p = pack.data + at, *end = pack.data + pack.size;
    unsigned type, shift = 4;

    if (end - p < 64)
        return false;
    type = *p >> 4 & 7;
    if (type == 0 || type == 5)
        return false;
    out->size = *p & 15;
    while (*p++ & 0x80) {
        if (shift > 32)
            return false;
        out->size |= (uint64_t)(*p & 0x7f) << shift;
        shift += 7;
    }
    if (type == QN_PACK_ENTRY_REF_DELTA) {
        p += id_size;
    } else if (type == QN_PACK_ENTRY_OFFSET_DELTA) {
        unsigned count = 1;

        while (*p++ & 0x80)
            if (++count > 9)
                return false;
    }
    /* zlib: deflate, a window of at most 32 KiB, no dictionary. */
    if (end - p < 8 || (p[0] & 15) != 8 || p[0] >> 4 > 7 || p[1] & 0x20 ||
        (p[0] << 8 | p[1]) % 31 != 0)
        return false;
    out->data = (size_t)(p - pack.data);
    return out->size / 1040 <= (size_t)(end - p);
}

/* Does the stream make what the front says?  `*end`: where it ends. */
static bool try_entry(struct qn_ctx *ctx, struct qn_bytes pack,
                      const struct front *front, struct qn_buf *scratch,
                      size_t *end)
{
    enum qn_status status;
    size_t used = 0;

    qn_buf_clear(scratch);
    status = qn_buf_reserve(ctx, scratch, (size_t)front->size);
    if (!status)
        status = qn_inflate_exact(ctx, qn_bytes_from(pack, front->data),
                                  scratch->data, (size_t)front->size, &used);
    if (status)
        qn_ctx_clear(ctx);
    *end = front->data + used;
    return !status;
}

static enum qn_status note(struct qn_ctx *ctx, struct qn_pack_indexer_run *run,
                           uint64_t offset, uint64_t end)
{
    enum qn_status status =
        qn_memory_grow(ctx, &run->offsets, &run->capacity, run->count + 1,
                       sizeof(*run->offsets));

    if (!status) {
        run->offsets[run->count++] = offset;
        run->end = end;
    }
    return status;
}

static enum qn_status search_run(struct qn_ctx *ctx, struct guess *guess,
                                 struct qn_pack_indexer_run *run,
                                 struct qn_buf *scratch)
{
    struct qn_bytes pack = qn_pack_indexer_bytes(guess->work);
    size_t id_size = qn_id_size(guess->work->options->algorithm);
    size_t at = (size_t)run->start, end;
    enum qn_status status = QN_OK;
    uint64_t largest = run->start == 12 ? FOLLOW_LARGEST : GUESS_LARGEST;
    struct front front;

    while (!status && at < run->limit &&
           (run->count > 0 || at - run->start < SEARCH_LONGEST)) {
        if (!look_at(pack, id_size, at, &front) || front.size > largest ||
            !try_entry(ctx, pack, &front, scratch, &end)) {
            if (run->count > 0 || run->start == 12)
                break; /* lost: what follows is measured when it is joined */
            at++;
            if (at % 4096 == 0)
                status = qn_ctx_check(ctx);
            continue;
        }
        status = note(ctx, run, at, end);
        if (!status && run->count % 256 == 0)
            status = qn_ctx_check(ctx);
        largest = FOLLOW_LARGEST;
        at = end;
    }
    return status;
}

static enum qn_status hash_pack(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work)
{
    (void)ctx;
    if (work->options->checksum)
        work->out->table.checksum = *work->options->checksum;
    else
        qn_hash_checksum(work->options->algorithm, qn_pack_indexer_bytes(work),
                         &work->out->table.checksum);
    return QN_OK;
}

static enum qn_status run_part(struct qn_ctx *ctx, void *shared, void *state,
                               size_t item)
{
    struct guess *guess = shared;

    if (item == 0) /* the checksum is made meanwhile */
        return hash_pack(ctx, guess->work);
    return search_run(ctx, guess, &guess->runs[item - 1], state);
}

static void dispose_scratch(void *shared, void *state)
{
    (void)shared;
    qn_buf_dispose(state);
}

enum qn_status qn_pack_indexer_guess(struct qn_ctx *ctx,
                                     struct qn_pack_indexer_work *work,
                                     struct qn_pack_indexer_run **out,
                                     size_t *count)
{
    struct guess guess = {.work = work};
    struct qn_parallel_options options = {
        .thread_count = work->options->thread_count,
        .grain = 1,
        .shared = &guess,
        .state_size = sizeof(struct qn_buf),
        .state_dispose = dispose_scratch,
    };
    uint64_t bytes = work->end > 12 ? work->end - 12 : 0, part;
    size_t parts = 0, i;
    enum qn_status status;

    if (!work->options->offsets && bytes > 0) {
        parts = (size_t)(bytes / PART_SMALLEST) + 1;
        parts = parts < PART_COUNT ? parts : PART_COUNT;
    }
    guess.run_count = parts;
    guess.runs = qn_memory_calloc(ctx, parts + 1, sizeof(*guess.runs));
    if (!guess.runs)
        return QN_NO_MEMORY;
    part = parts ? bytes / parts + 1 : 0;
    for (i = 0; i < parts; i++) {
        guess.runs[i].start = 12 + i * part;
        guess.runs[i].limit = i + 1 < parts ? 12 + (i + 1) * part : work->end;
    }
    status = qn_parallel_for(ctx, &options, parts + 1, run_part);
    *out = guess.runs;
    *count = parts;
    return status;
}
