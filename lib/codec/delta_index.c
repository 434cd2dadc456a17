/* SPDX-License-Identifier: MIT */
/* Finding deltas.  The base is cut in blocks of 16 bytes; a fingerprint of each
 * (Rabin's: the bytes as a polynomial modulo one of degree 31) goes into a
 * table of buckets.  The target's fingerprint rolls on byte by byte; where a
 * bucket knows it, the bytes are compared and the longest match becomes a copy.
 */
#include "codec/delta.h"

#include "base/checked.h"
#include "base/memory.h"
#include "codec/delta_table.h"
#include "codec/varint.h"

#define BLOCK_SIZE       16
#define BUCKET_LIMIT     64
#define BUCKETS_LEAST    16
#define FILTER_BITS      16
#define FILTER_MOST      (UINT32_C(1) << 31)
#define MATCH_ENOUGH     4096
#define MATCH_LEAST      4
#define COPY_MAX         0x10000u
#define INSERT_MAX       127u
#define COPY_OPCODE_MAX  8 /* bytes of the longest copy instruction */
#define INDEXED_BASE_MAX 0xffff0000u

struct entry {
    uint32_t value;
    uint32_t offset; /* of the block's last byte in the base */
};

/* The entries of bucket b are entries[first[b]] up to entries[first[b + 1]].
 * Nearly all bytes of a target are in no block: a filter that stays in the
 * cache, with FILTER_BITS or more for each block, answers for them. */
struct qn_delta_index {
    struct qn_bytes base;
    uint64_t *filter;     /* bit value & filter_mask: there may be such a one */
    uint32_t filter_mask; /* bits - 1 */
    uint32_t mask;        /* bucket = value & mask */
    uint32_t *first;
    struct entry *entries;
};

static inline uint32_t push_byte(uint32_t value, uint8_t byte)
{
    return (value << 8 | byte) ^ qn_delta_table_push[value >> 23];
}

/* The window moves on by one byte: `old` leaves, `byte` enters. */
static inline uint32_t roll(uint32_t value, uint8_t old, uint8_t byte)
{
    return value << 8 ^ (qn_delta_table_pop[old] ^ byte) ^
           qn_delta_table_push[value >> 23];
}

static uint32_t fingerprint(const uint8_t *block)
{
    uint32_t value = 0;
    unsigned i;

    for (i = 0; i < BLOCK_SIZE; i++)
        value = push_byte(value, block[i]);
    return value;
}

/* Of four blocks in a row: each alone would wait for its own table look-ups. */
static void fingerprint_four(const uint8_t *blocks, uint32_t values[4])
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    unsigned i;

    for (i = 0; i < BLOCK_SIZE; i++) {
        a = push_byte(a, blocks[i]);
        b = push_byte(b, blocks[i + BLOCK_SIZE]);
        c = push_byte(c, blocks[i + 2 * BLOCK_SIZE]);
        d = push_byte(d, blocks[i + 3 * BLOCK_SIZE]);
    }
    values[0] = a;
    values[1] = b;
    values[2] = c;
    values[3] = d;
}

/* Fingerprints of all blocks; of equal neighbours only the first stays. */
static size_t list_entries(struct qn_bytes base, size_t block_count,
                           struct entry *list)
{
    size_t count = 0, i, k, n;
    uint32_t values[4];

    for (i = 0; i < block_count; i += n) {
        const uint8_t *block = base.data + 1 + i * BLOCK_SIZE;

        n = 1;
        if (block_count - i >= 4) {
            fingerprint_four(block, values);
            n = 4;
        } else {
            values[0] = fingerprint(block);
        }
        for (k = 0; k < n; k++) {
            if (count > 0 && list[count - 1].value == values[k])
                continue;
            list[count].value = values[k];
            list[count].offset = (uint32_t)((i + k + 1) * BLOCK_SIZE);
            count++;
        }
    }
    return count;
}

static void fill_filter(struct qn_delta_index *index, const struct entry *list,
                        size_t count)
{
    size_t i;

    memset(index->filter, 0, (size_t)index->filter_mask / 8 + 1);
    for (i = 0; i < count; i++) {
        uint32_t bit = list[i].value & index->filter_mask;

        index->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
}

/* Keep BUCKET_LIMIT entries of each bucket, evenly chosen, so that a base of
 * repeats does not make every search a long one. */
static void thin_buckets(struct qn_delta_index *index)
{
    size_t bucket, kept = 0, begin = 0;

    for (bucket = 0; bucket <= index->mask; bucket++) {
        size_t end = index->first[bucket + 1];
        size_t count = end - begin;
        size_t wanted = count > BUCKET_LIMIT ? BUCKET_LIMIT : count;
        size_t i;

        index->first[bucket] = (uint32_t)kept;
        for (i = 0; i < wanted; i++)
            index->entries[kept++] =
                index->entries[begin +
                               (count == wanted ? i : i * count / wanted)];
        begin = end;
    }
    index->first[bucket] = (uint32_t)kept;
}

static void sort_entries(struct qn_delta_index *index, const struct entry *list,
                         size_t count)
{
    size_t bucket_count = (size_t)index->mask + 1;
    uint32_t *first = index->first;
    bool is_crowded = false;
    size_t i;

    /* first[b + 1] counts bucket b, then is where it begins, then its end */
    memset(first, 0, (bucket_count + 1) * sizeof(*first));
    for (i = 0; i < count; i++)
        if (++first[(list[i].value & index->mask) + 1] > BUCKET_LIMIT)
            is_crowded = true;
    for (i = 1; i <= bucket_count; i++)
        first[i] += first[i - 1];
    for (i = bucket_count; i > 0; i--)
        first[i] = first[i - 1];
    for (i = 0; i < count; i++)
        index->entries[first[(list[i].value & index->mask) + 1]++] = list[i];
    first[0] = 0;
    if (is_crowded)
        thin_buckets(index);
}

enum qn_status qn_delta_index_new(struct qn_ctx *ctx, struct qn_bytes base,
                                  struct qn_delta_index **out)
{
    struct qn_delta_index *index;
    size_t block_count = 0, bucket_count = BUCKETS_LEAST, count;
    uint32_t filter_bits = 64;
    struct entry *list;
    uint64_t total;

    if (base.size > INDEXED_BASE_MAX)
        base.size = INDEXED_BASE_MAX; /* offsets beyond do not fit a copy */
    if (base.size > BLOCK_SIZE)
        block_count = (base.size - 1) / BLOCK_SIZE;
    while (bucket_count < block_count / 4)
        bucket_count *= 2;
    while (filter_bits < FILTER_MOST &&
           filter_bits < (uint64_t)block_count * FILTER_BITS)
        filter_bits *= 2;
    total = sizeof(*index) + filter_bits / 8 +
            (uint64_t)block_count * 2 * sizeof(struct entry) +
            (bucket_count + 1) * sizeof(*index->first);
    if (total > SIZE_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "base is too big for a delta");
    index = qn_memory_array(ctx, 1, (size_t)total);
    if (!index)
        return QN_NO_MEMORY;
    index->base = base;
    index->mask = (uint32_t)bucket_count - 1;
    index->filter_mask = filter_bits - 1;
    index->filter = (uint64_t *)(index + 1);
    index->entries = (struct entry *)(index->filter + filter_bits / 64);
    list = index->entries + block_count;
    index->first = (uint32_t *)(list + block_count);
    count = list_entries(base, block_count, list);
    fill_filter(index, list, count);
    sort_entries(index, list, count);
    *out = index;
    return QN_OK;
}

void qn_delta_index_free(struct qn_delta_index *index)
{
    qn_memory_free(index);
}

/* How many bytes are the same at both places, up to `size`. */
static inline size_t count_equal(const uint8_t *a, const uint8_t *b,
                                 size_t size)
{
    size_t i = 0;
    uint64_t x, y;

    /* Large matches are whole files: four words a step go as fast as memory. */
    while (size - i >= 32) {
        uint64_t xs[4], ys[4];

        memcpy(xs, a + i, 32);
        memcpy(ys, b + i, 32);
        if ((xs[0] ^ ys[0]) | (xs[1] ^ ys[1]) | (xs[2] ^ ys[2]) |
            (xs[3] ^ ys[3]))
            break;
        i += 32;
    }
    while (size - i >= 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            break;
        i += 8;
    }
    while (i < size && a[i] == b[i])
        i++;
    return i;
}

struct match {
    size_t offset; /* in the base */
    size_t size;
};

static inline bool is_filtered(const struct qn_delta_index *index,
                               uint32_t value)
{
    uint32_t bit = value & index->filter_mask;

    return !(index->filter[bit / 64] >> (bit % 64) & 1);
}

static void find_match(const struct qn_delta_index *index, uint32_t value,
                       struct qn_bytes target, size_t at, struct match *best)
{
    uint32_t bucket = value & index->mask;
    uint32_t i, end = index->first[bucket + 1];

    best->size = 0;
    for (i = index->first[bucket]; i < end; i++) {
        const struct entry *entry = &index->entries[i];
        size_t most, size;

        if (entry->value != value)
            continue;
        most = index->base.size - entry->offset;
        if (most > target.size - at)
            most = target.size - at;
        if (most <= best->size)
            continue;
        size = count_equal(index->base.data + entry->offset, target.data + at,
                           most);
        if (size > best->size) {
            best->offset = entry->offset;
            best->size = size;
            if (size >= MATCH_ENOUGH)
                return;
        }
    }
}

static enum qn_status add_inserts(struct qn_ctx *ctx, struct qn_buf *out,
                                  struct qn_bytes literal)
{
    enum qn_status status;

    if (literal.size == 0)
        return QN_OK;
    status =
        qn_buf_reserve(ctx, out, literal.size + literal.size / INSERT_MAX + 1);
    while (status == QN_OK && literal.size > 0) {
        struct qn_bytes piece = qn_bytes_first(literal, INSERT_MAX);

        out->data[out->size++] = (uint8_t)piece.size;
        memcpy(out->data + out->size, piece.data, piece.size);
        out->size += piece.size;
        literal = qn_bytes_from(literal, piece.size);
    }
    return status;
}

static void add_copy(struct qn_buf *out, size_t offset, size_t size)
{
    uint8_t *opcode = out->data + out->size;
    uint8_t *p = opcode + 1;
    unsigned bits = 0x80, i;

    for (i = 0; i < 4; i++)
        if (offset >> 8 * i & 0xff) {
            bits |= 1u << i;
            *p++ = (uint8_t)(offset >> 8 * i);
        }
    for (i = 0; i < 2; i++) /* 0x10000 is spelt as no size at all */
        if (size >> 8 * i & 0xff) {
            bits |= 0x10u << i;
            *p++ = (uint8_t)(size >> 8 * i);
        }
    *opcode = (uint8_t)bits;
    out->size += (size_t)(p - opcode);
}

static enum qn_status add_copies(struct qn_ctx *ctx, struct qn_buf *out,
                                 struct match match)
{
    size_t count = match.size / COPY_MAX + 1;
    enum qn_status status = qn_buf_reserve(ctx, out, count * COPY_OPCODE_MAX);

    while (status == QN_OK && match.size > 0) {
        size_t size = match.size < COPY_MAX ? match.size : COPY_MAX;

        add_copy(out, match.offset, size);
        match.offset += size;
        match.size -= size;
    }
    return status;
}

/* The instructions; `*found` is false when they pass `most` bytes of `out`. */
static enum qn_status add_instructions(struct qn_ctx *ctx,
                                       const struct qn_delta_index *index,
                                       struct qn_bytes target, size_t most,
                                       struct qn_buf *out, bool *found)
{
    size_t at = target.size < BLOCK_SIZE ? target.size : BLOCK_SIZE;
    size_t literal = 0; /* where the pending literal bytes begin */
    uint32_t value = at == BLOCK_SIZE ? fingerprint(target.data) : 0;
    enum qn_status status = QN_OK;
    struct match match;

    *found = false;
    while (status == QN_OK && at < target.size) {
        if (at - literal == INSERT_MAX) {
            /* A copy could still take in the end of it, but not much. */
            status = add_inserts(
                ctx, out, qn_bytes_make(target.data + literal, INSERT_MAX));
            literal = at;
        }
        if (status != QN_OK || out->size > most)
            return status;
        value = roll(value, target.data[at - BLOCK_SIZE], target.data[at]);
        if (is_filtered(index, value)) {
            at++;
            continue;
        }
        find_match(index, value, target, at, &match);
        if (match.size < MATCH_LEAST) {
            at++;
            continue;
        }
        while (at > literal && match.offset > 0 &&
               index->base.data[match.offset - 1] == target.data[at - 1]) {
            at--;
            match.offset--;
            match.size++;
        }
        status = add_inserts(
            ctx, out, qn_bytes_make(target.data + literal, at - literal));
        if (status == QN_OK)
            status = add_copies(ctx, out, match);
        at += match.size;
        literal = at;
        value = fingerprint(target.data + at - BLOCK_SIZE);
    }
    if (status == QN_OK && literal < target.size)
        status = add_inserts(ctx, out, qn_bytes_from(target, literal));
    *found = out->size <= most;
    return status;
}

enum qn_status qn_delta_create(struct qn_ctx *ctx,
                               const struct qn_delta_index *index,
                               struct qn_bytes target, size_t max_size,
                               struct qn_buf *out, bool *found)
{
    size_t old_size = out->size;
    size_t most = SIZE_MAX;
    enum qn_status status;
    bool has_delta = false;

    if (max_size > 0 && !qn_checked_add_size(old_size, max_size, &most))
        most = SIZE_MAX;
    status = qn_buf_reserve(ctx, out, 2 * (size_t)QN_VARINT_MAX);
    if (status)
        return status;
    out->size += qn_varint_write_size(out->data + out->size, index->base.size);
    out->size += qn_varint_write_size(out->data + out->size, target.size);
    status = add_instructions(ctx, index, target, most, out, &has_delta);
    if (status != QN_OK || !has_delta)
        out->size = old_size;
    out->data[out->size] = '\0';
    if (status == QN_OK)
        *found = has_delta;
    return status;
}
