/* SPDX-License-Identifier: MIT */
#include "codec/ewah.h"

#include "base/endian.h"

#define WORD_SIZE   8
#define HEADER_SIZE 8
#define TAIL_SIZE   4
#define RUN_MAX     0xffffffffu
#define LITERAL_MAX 0x7fffffffu

bool qn_ewah_next(const struct qn_ewah *ewah, uint32_t *at,
                  struct qn_ewah_chunk *chunk)
{
    uint64_t run;

    if (*at >= ewah->word_count)
        return false;
    run = qn_endian_load64(ewah->words + (size_t)*at * WORD_SIZE);
    chunk->run_bit = run & 1;
    chunk->run_count = (uint32_t)(run >> 1);
    chunk->literal_count = (uint32_t)(run >> 33);
    chunk->literals = ewah->words + ((size_t)*at + 1) * WORD_SIZE;
    *at += 1 + chunk->literal_count;
    return true;
}

/* Do the chunks fill the words, and their bits the bitmap, and no more? */
static bool is_sound(const struct qn_ewah *ewah)
{
    uint64_t plain = 0;
    uint64_t at = 0;

    while (at < ewah->word_count) {
        uint64_t run = qn_endian_load64(ewah->words + (size_t)at * WORD_SIZE);
        uint64_t literal_count = run >> 33;

        plain += (uint32_t)(run >> 1) + literal_count;
        at += 1 + literal_count;
        if (plain > ewah->plain_count)
            return false;
    }
    return at == ewah->word_count;
}

enum qn_status qn_ewah_parse(struct qn_ctx *ctx, struct qn_bytes *in,
                             struct qn_ewah *out)
{
    struct qn_ewah ewah;
    uint64_t size;

    if (in->size < HEADER_SIZE + TAIL_SIZE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "compressed bitmap is cut off");
    ewah.bit_count = qn_endian_load32(in->data);
    ewah.word_count = qn_endian_load32(in->data + 4);
    ewah.words = in->data + HEADER_SIZE;
    ewah.plain_count = qn_ewah_plain_count(ewah.bit_count);
    size = (uint64_t)ewah.word_count * WORD_SIZE;
    if (size > in->size - HEADER_SIZE - TAIL_SIZE)
        return qn_ctx_fail(ctx, QN_CORRUPT, "compressed bitmap is cut off");
    if (!is_sound(&ewah))
        return qn_ctx_fail(ctx, QN_CORRUPT, "compressed bitmap is damaged");
    *in = qn_bytes_from(*in, HEADER_SIZE + (size_t)size + TAIL_SIZE);
    *out = ewah;
    return QN_OK;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void qn_ewah_or_into(const struct qn_ewah *ewah, uint64_t *plain, size_t count)
{
    struct qn_ewah_chunk chunk;
    uint32_t at = 0;
    size_t word = 0, i, n;

    while (word < count && qn_ewah_next(ewah, &at, &chunk)) {
        n = smaller(chunk.run_count, count - word);
        if (chunk.run_bit && n > 0)
            memset(plain + word, 0xff, n * sizeof(*plain));
        word += n;
        n = smaller(chunk.literal_count, count - word);
        for (i = 0; i < n; i++)
            plain[word + i] |= qn_endian_load64(chunk.literals + i * WORD_SIZE);
        word += n;
    }
}

void qn_ewah_xor_into(const struct qn_ewah *ewah, uint64_t *plain, size_t count)
{
    struct qn_ewah_chunk chunk;
    uint32_t at = 0;
    size_t word = 0, i, n;

    while (word < count && qn_ewah_next(ewah, &at, &chunk)) {
        n = smaller(chunk.run_count, count - word);
        if (chunk.run_bit)
            for (i = 0; i < n; i++)
                plain[word + i] = ~plain[word + i];
        word += n;
        n = smaller(chunk.literal_count, count - word);
        for (i = 0; i < n; i++)
            plain[word + i] ^= qn_endian_load64(chunk.literals + i * WORD_SIZE);
        word += n;
    }
}

static unsigned count_bits(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (unsigned)(x * 0x0101010101010101u >> 56);
}

uint64_t qn_ewah_popcount(const struct qn_ewah *ewah)
{
    struct qn_ewah_chunk chunk;
    uint64_t sum = 0;
    uint32_t at = 0, i;

    while (qn_ewah_next(ewah, &at, &chunk)) {
        if (chunk.run_bit)
            sum += (uint64_t)chunk.run_count * 64;
        for (i = 0; i < chunk.literal_count; i++)
            sum += count_bits(
                qn_endian_load64(chunk.literals + (size_t)i * WORD_SIZE));
    }
    return sum;
}

bool qn_ewah_is_set(const struct qn_ewah *ewah, uint32_t bit)
{
    struct qn_ewah_chunk chunk;
    uint64_t word = bit / 64;
    uint32_t at = 0;

    while (qn_ewah_next(ewah, &at, &chunk)) {
        if (word < chunk.run_count)
            return chunk.run_bit;
        word -= chunk.run_count;
        if (word < chunk.literal_count)
            return qn_endian_load64(chunk.literals +
                                    (size_t)word * WORD_SIZE) >>
                       (bit % 64) &
                   1;
        word -= chunk.literal_count;
    }
    return false;
}

uint32_t qn_ewah_checksum(const struct qn_ewah *ewah)
{
    uint32_t sum = ewah->bit_count, i;
    int k;

    for (i = 0; i < ewah->word_count; i++)
        for (k = WORD_SIZE - 1; k >= 0; k--)
            sum = sum * 31 + ewah->words[(size_t)i * WORD_SIZE + (size_t)k];
    return sum;
}

static uint64_t word_at(const uint64_t *plain, size_t i, uint32_t bit_count)
{
    uint64_t word = plain[i];
    uint64_t left = bit_count - (uint64_t)i * 64;

    return left < 64 ? word & ((UINT64_C(1) << left) - 1) : word;
}

/* One chunk from word `*at` on: a run, then the literals behind it. */
static enum qn_status append_chunk(struct qn_ctx *ctx, const uint64_t *plain,
                                   uint32_t bit_count, size_t *at,
                                   struct qn_buf *out)
{
    size_t count = qn_ewah_plain_count(bit_count);
    size_t i = *at, run_end, literal_end;
    uint64_t first = word_at(plain, i, bit_count);
    bool run_bit = first == UINT64_MAX;
    enum qn_status status;
    uint8_t *p;

    if (first == 0 || run_bit)
        while (i < count && i - *at < RUN_MAX &&
               word_at(plain, i, bit_count) == first)
            i++;
    run_end = i;
    while (i < count && i - run_end < LITERAL_MAX &&
           word_at(plain, i, bit_count) != 0 &&
           word_at(plain, i, bit_count) != UINT64_MAX)
        i++;
    literal_end = i;
    status = qn_buf_reserve(ctx, out, (1 + literal_end - run_end) * WORD_SIZE);
    if (status)
        return status;
    p = out->data + out->size;
    qn_endian_store64(p, (uint64_t)(literal_end - run_end) << 33 |
                             (uint64_t)(run_end - *at) << 1 | run_bit);
    for (i = run_end; i < literal_end; i++)
        qn_endian_store64(p += WORD_SIZE, word_at(plain, i, bit_count));
    out->size += (1 + literal_end - run_end) * WORD_SIZE;
    *at = literal_end;
    return QN_OK;
}

enum qn_status qn_ewah_append(struct qn_ctx *ctx, const uint64_t *plain,
                              uint32_t bit_count, struct qn_buf *out)
{
    size_t count = qn_ewah_plain_count(bit_count);
    size_t old_size = out->size;
    size_t words_at = old_size + HEADER_SIZE;
    size_t last_run = words_at;
    size_t at = 0;
    enum qn_status status = qn_buf_append_repeat(ctx, out, 0, HEADER_SIZE);

    if (status == QN_OK && count == 0) /* there is always one run word */
        status = qn_buf_append_repeat(ctx, out, 0, WORD_SIZE);
    while (status == QN_OK && at < count) {
        last_run = out->size;
        status = append_chunk(ctx, plain, bit_count, &at, out);
    }
    if (status == QN_OK)
        status = qn_buf_append_repeat(ctx, out, 0, TAIL_SIZE);
    if (status) {
        qn_buf_truncate(out, old_size);
        return status;
    }
    qn_endian_store32(out->data + old_size, bit_count);
    qn_endian_store32(
        out->data + old_size + 4,
        (uint32_t)((out->size - TAIL_SIZE - words_at) / WORD_SIZE));
    qn_endian_store32(out->data + out->size - TAIL_SIZE,
                      (uint32_t)((last_run - words_at) / WORD_SIZE));
    return QN_OK;
}

size_t qn_ewah_difference_size(const uint64_t *a, const uint64_t *b,
                               size_t count)
{
    size_t literals = 0, chunks = 0, i;

    if (count == 0)
        return HEADER_SIZE + WORD_SIZE + TAIL_SIZE;
    literals = (a[0] ^ b[0]) + 1 >= 2;
    chunks = 1; /* one begins with each run, and at the very front */
    for (i = 1; i < count; i++) {
        uint64_t before = a[i - 1] ^ b[i - 1], word = a[i] ^ b[i];
        size_t is_run = word + 1 < 2;

        literals += 1 - is_run;
        chunks += is_run & (word != before);
    }
    return HEADER_SIZE + (literals + chunks) * WORD_SIZE + TAIL_SIZE;
}
