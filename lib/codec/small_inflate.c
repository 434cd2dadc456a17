/* SPDX-License-Identifier: MIT */
#include "codec/small_inflate.h"

#include "base/compiler.h"

#define CODE_MAX  QN_SMALL_INFLATE_CODE_MAX
#define FAST_BITS QN_SMALL_INFLATE_FAST_BITS
#define WINDOW    QN_SMALL_INFLATE_WINDOW

enum state {
    STATE_HEADER,
    STATE_BLOCK,
    STATE_STORED_SIZE,
    STATE_STORED,
    STATE_COUNTS,
    STATE_ORDER,
    STATE_LENGTHS,
    STATE_REPEAT,
    STATE_SYMBOL,
    STATE_LENGTH,
    STATE_DISTANCE,
    STATE_DISTANCE_EXTRA,
    STATE_MATCH,
    STATE_TRAILER,
    STATE_END,
    STATE_BAD
};

/* Lengths and distances: base and extra bits by symbol. */
static const uint16_t length_bases[29] = {
    3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extras[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
                                          1, 1, 2, 2, 2, 2, 3, 3, 3, 3,
                                          4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_bases[30] = {
    1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
    33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extras[30] = {
    0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
    6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* What one call works on. */
struct run {
    struct qn_small_inflate *inflate;
    struct qn_bytes in;
    uint8_t *out;
    size_t out_size;
    size_t made;
};

uint32_t qn_small_inflate_adler(uint32_t adler, struct qn_bytes data)
{
    uint32_t a = adler & 0xffff, b = adler >> 16;

    while (data.size > 0) {
        size_t n = data.size < 5552 ? data.size : 5552; /* no overflow yet */
        size_t i;

        for (i = 0; i < n; i++) {
            a += data.data[i];
            b += a;
        }
        a %= 65521;
        b %= 65521;
        data = qn_bytes_from(data, n);
    }
    return b << 16 | a;
}

/* Build a code from the lengths of its symbols.  False when it has too many
 * codes, or too few: only a single code may be alone. */
static bool make_code(struct qn_small_inflate_code *code,
                      const uint8_t *lengths, unsigned count)
{
    uint16_t offsets[CODE_MAX + 2], next[CODE_MAX + 2];
    int left = 1;
    unsigned i, length;

    memset(code->counts, 0, sizeof(code->counts));
    memset(code->fast, 0, sizeof(code->fast));
    for (i = 0; i < count; i++)
        code->counts[lengths[i]]++;
    code->counts[0] = 0;
    offsets[1] = 0;
    next[1] = 0;
    for (length = 1; length <= CODE_MAX; length++) {
        left = left * 2 - code->counts[length];
        if (left < 0)
            return false;
        offsets[length + 1] =
            (uint16_t)(offsets[length] + code->counts[length]);
        next[length + 1] =
            (uint16_t)((next[length] + code->counts[length]) << 1);
    }
    if (left > 0 && offsets[CODE_MAX + 1] > 1)
        return false;
    if (left > 0 && offsets[CODE_MAX + 1] == 1 && code->counts[1] != 1)
        return false;
    for (i = 0; i < count; i++) {
        unsigned bits, reversed = 0, k;

        length = lengths[i];
        if (length == 0)
            continue;
        code->symbols[offsets[length]++] = (uint16_t)i;
        bits = next[length]++;
        if (length > FAST_BITS)
            continue;
        for (k = 0; k < length; k++) /* codes come highest bit first */
            reversed |= (bits >> k & 1) << (length - 1 - k);
        for (; reversed < 1u << FAST_BITS; reversed += 1u << length)
            code->fast[reversed] = (uint16_t)(i << 4 | length);
    }
    return true;
}

static void make_fixed_codes(struct qn_small_inflate *inflate)
{
    uint8_t *lengths = inflate->lengths;

    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    (void)make_code(&inflate->literals, lengths, 288);
    memset(lengths, 5, 32);
    (void)make_code(&inflate->distances, lengths, 32);
}

/* See to it that `count` bits wait; false when the input ends before. */
static bool need_bits(struct run *run, unsigned count)
{
    struct qn_small_inflate *inflate = run->inflate;

    while (inflate->bit_count < count) {
        if (run->in.size == 0)
            return false;
        inflate->bits |= (uint64_t)run->in.data[0] << inflate->bit_count;
        inflate->bit_count += 8;
        run->in.data++;
        run->in.size--;
    }
    return true;
}

static uint32_t take_bits(struct run *run, unsigned count)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint32_t value = (uint32_t)(inflate->bits & ((UINT64_C(1) << count) - 1));

    inflate->bits >>= count;
    inflate->bit_count -= count;
    return value;
}

enum decoded { DECODED, DECODED_MORE, DECODED_BAD };

/* Codes beyond the fast table, bit by bit. */
static enum decoded decode_slowly(struct run *run,
                                  const struct qn_small_inflate_code *code,
                                  uint16_t *symbol)
{
    struct qn_small_inflate *inflate = run->inflate;
    int first = 0, index = 0, bits = 0;
    unsigned length;

    for (length = 1; length <= CODE_MAX; length++) {
        if (length > inflate->bit_count)
            return DECODED_MORE;
        bits |= (int)(inflate->bits >> (length - 1) & 1);
        if (bits - first < code->counts[length]) {
            *symbol = code->symbols[index + bits - first];
            (void)take_bits(run, length);
            return DECODED;
        }
        index += code->counts[length];
        first = (first + code->counts[length]) << 1;
        bits <<= 1;
    }
    return DECODED_BAD;
}

static enum decoded decode(struct run *run,
                           const struct qn_small_inflate_code *code,
                           uint16_t *symbol)
{
    struct qn_small_inflate *inflate = run->inflate;
    unsigned entry;

    /* At the very end there may be fewer bits, and they may do. */
    (void)need_bits(run, CODE_MAX);
    entry = code->fast[inflate->bits & ((1u << FAST_BITS) - 1)];
    if (entry != 0 && (entry & 15) <= inflate->bit_count) {
        *symbol = (uint16_t)(entry >> 4);
        (void)take_bits(run, entry & 15);
        return DECODED;
    }
    return decode_slowly(run, code, symbol);
}

static inline void put_byte(struct run *run, uint8_t byte)
{
    run->out[run->made++] = byte;
    run->inflate->window[run->inflate->total++ % WINDOW] = byte;
}

/* Each step answers the next state, or its own when it waits for input or room
 * (`*waits`). */
static uint32_t step_header(struct run *run, bool *waits)
{
    uint32_t method, flags;

    if (!need_bits(run, 16)) {
        *waits = true;
        return STATE_HEADER;
    }
    method = take_bits(run, 8);
    flags = take_bits(run, 8);
    if ((method & 15) != 8 || method >> 4 > 7 || (flags & 0x20) ||
        (method << 8 | flags) % 31 != 0)
        return STATE_BAD;
    return STATE_BLOCK;
}

static uint32_t step_block(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;

    if (inflate->is_last)
        return STATE_TRAILER;
    if (!need_bits(run, 3)) {
        *waits = true;
        return STATE_BLOCK;
    }
    inflate->is_last = take_bits(run, 1);
    switch (take_bits(run, 2)) {
    case 0:
        (void)take_bits(run, inflate->bit_count & 7);
        return STATE_STORED_SIZE;
    case 1:
        make_fixed_codes(inflate);
        return STATE_SYMBOL;
    case 2:
        return STATE_COUNTS;
    default:
        return STATE_BAD;
    }
}

static uint32_t step_stored_size(struct run *run, bool *waits)
{
    uint32_t size;

    if (!need_bits(run, 32)) {
        *waits = true;
        return STATE_STORED_SIZE;
    }
    size = take_bits(run, 16);
    if (size != (take_bits(run, 16) ^ 0xffff))
        return STATE_BAD;
    run->inflate->left = size;
    return STATE_STORED;
}

static uint32_t step_stored(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;

    for (; inflate->left > 0; inflate->left--) {
        if (run->made == run->out_size || !need_bits(run, 8)) {
            *waits = true;
            return STATE_STORED;
        }
        put_byte(run, (uint8_t)take_bits(run, 8));
    }
    return STATE_BLOCK;
}

static uint32_t step_counts(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;

    if (!need_bits(run, 14)) {
        *waits = true;
        return STATE_COUNTS;
    }
    inflate->literal_count = 257 + take_bits(run, 5);
    inflate->distance_count = 1 + take_bits(run, 5);
    inflate->order_count = 4 + take_bits(run, 4);
    inflate->at = 0;
    memset(inflate->lengths, 0, sizeof(inflate->lengths));
    if (inflate->literal_count > 286 || inflate->distance_count > 30)
        return STATE_BAD;
    return STATE_ORDER;
}

static uint32_t step_order(struct run *run, bool *waits)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    struct qn_small_inflate *inflate = run->inflate;

    for (; inflate->at < inflate->order_count; inflate->at++) {
        if (!need_bits(run, 3)) {
            *waits = true;
            return STATE_ORDER;
        }
        inflate->lengths[order[inflate->at]] = (uint8_t)take_bits(run, 3);
    }
    /* the code of the lengths borrows the place of the distances' */
    if (!make_code(&inflate->distances, inflate->lengths, 19))
        return STATE_BAD;
    inflate->at = 0;
    return STATE_LENGTHS;
}

static uint32_t end_lengths(struct qn_small_inflate *inflate)
{
    const uint8_t *lengths = inflate->lengths;

    if (lengths[256] == 0 ||
        !make_code(&inflate->literals, lengths, inflate->literal_count) ||
        !make_code(&inflate->distances, lengths + inflate->literal_count,
                   inflate->distance_count))
        return STATE_BAD;
    return STATE_SYMBOL;
}

static uint32_t step_lengths(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint32_t count = inflate->literal_count + inflate->distance_count;

    while (inflate->at < count) {
        switch (decode(run, &inflate->distances, &inflate->symbol)) {
        case DECODED:
            break;
        case DECODED_MORE:
            *waits = true;
            return STATE_LENGTHS;
        default:
            return STATE_BAD;
        }
        if (inflate->symbol > 15)
            return STATE_REPEAT;
        inflate->lengths[inflate->at++] = (uint8_t)inflate->symbol;
    }
    return end_lengths(inflate);
}

static uint32_t step_repeat(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint32_t count = inflate->literal_count + inflate->distance_count;
    unsigned bits = inflate->symbol == 16 ? 2 : inflate->symbol == 17 ? 3 : 7;
    uint32_t repeats;
    uint8_t length = 0;

    if (!need_bits(run, bits)) {
        *waits = true;
        return STATE_REPEAT;
    }
    repeats = take_bits(run, bits) + (inflate->symbol == 18 ? 11 : 3);
    if (repeats > count - inflate->at)
        return STATE_BAD;
    if (inflate->symbol == 16) {
        if (inflate->at == 0)
            return STATE_BAD;
        length = inflate->lengths[inflate->at - 1];
    }
    memset(inflate->lengths + inflate->at, length, repeats);
    inflate->at += repeats;
    return STATE_LENGTHS;
}

/* Without room only the end of a block can be dealt with: look whether it is
 * next. */
static uint32_t step_symbol_without_room(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint64_t bits;
    unsigned bit_count;
    uint16_t symbol = 0;

    (void)need_bits(run, CODE_MAX);
    bits = inflate->bits;
    bit_count = inflate->bit_count;
    switch (decode(run, &inflate->literals, &symbol)) {
    case DECODED:
        if (symbol == 256)
            return STATE_BLOCK;
        inflate->bits = bits;
        inflate->bit_count = bit_count;
        break;
    case DECODED_BAD:
        return STATE_BAD;
    default:
        break;
    }
    *waits = true;
    return STATE_SYMBOL;
}

static uint32_t step_symbol(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint16_t symbol = 0;

    while (run->made < run->out_size) {
        switch (decode(run, &inflate->literals, &symbol)) {
        case DECODED:
            break;
        case DECODED_MORE:
            *waits = true;
            return STATE_SYMBOL;
        default:
            return STATE_BAD;
        }
        if (symbol == 256)
            return STATE_BLOCK;
        if (symbol > 285)
            return STATE_BAD;
        if (symbol > 256) {
            inflate->symbol = (uint16_t)(symbol - 257);
            return STATE_LENGTH;
        }
        put_byte(run, (uint8_t)symbol);
    }
    return step_symbol_without_room(run, waits);
}

static uint32_t step_length(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    unsigned extra = length_extras[inflate->symbol];

    if (!need_bits(run, extra)) {
        *waits = true;
        return STATE_LENGTH;
    }
    inflate->left = length_bases[inflate->symbol] + take_bits(run, extra);
    return STATE_DISTANCE;
}

static uint32_t step_distance(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;

    switch (decode(run, &inflate->distances, &inflate->symbol)) {
    case DECODED:
        return inflate->symbol < 30 ? STATE_DISTANCE_EXTRA : STATE_BAD;
    case DECODED_MORE:
        *waits = true;
        return STATE_DISTANCE;
    default:
        return STATE_BAD;
    }
}

static uint32_t step_distance_extra(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    unsigned extra = distance_extras[inflate->symbol];

    if (!need_bits(run, extra)) {
        *waits = true;
        return STATE_DISTANCE_EXTRA;
    }
    inflate->distance = distance_bases[inflate->symbol] + take_bits(run, extra);
    return inflate->distance <= inflate->total ? STATE_MATCH : STATE_BAD;
}

static uint32_t step_match(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;

    for (; inflate->left > 0; inflate->left--) {
        if (run->made == run->out_size) {
            *waits = true;
            return STATE_MATCH;
        }
        put_byte(
            run,
            inflate->window[(inflate->total - inflate->distance) % WINDOW]);
    }
    return STATE_SYMBOL;
}

static uint32_t step_trailer(struct run *run, bool *waits)
{
    struct qn_small_inflate *inflate = run->inflate;
    uint32_t wanted = 0, adler;
    int i;

    (void)take_bits(run, inflate->bit_count & 7);
    if (!need_bits(run, 32)) {
        *waits = true;
        return STATE_TRAILER;
    }
    for (i = 0; i < 4; i++)
        wanted = wanted << 8 | take_bits(run, 8);
    adler = qn_small_inflate_adler(inflate->adler,
                                   qn_bytes_make(run->out, run->made));
    return adler == wanted ? STATE_END : STATE_BAD;
}

void qn_small_inflate_begin(struct qn_small_inflate *inflate)
{
    inflate->state = STATE_HEADER;
    inflate->is_last = false;
    inflate->bits = 0;
    inflate->bit_count = 0;
    inflate->total = 0;
    inflate->adler = 1;
}

enum qn_small_inflate_result
qn_small_inflate_next(struct qn_small_inflate *inflate, struct qn_bytes *in,
                      uint8_t *out, size_t out_size, size_t *out_used)
{
    static uint32_t (*const steps[])(struct run *, bool *) = {
        step_header, step_block,   step_stored_size, step_stored,
        step_counts, step_order,   step_lengths,     step_repeat,
        step_symbol, step_length,  step_distance,    step_distance_extra,
        step_match,  step_trailer,
    };
    struct run run = {inflate, *in, out, out_size, 0};
    bool waits = false;

    while (!waits && inflate->state < STATE_END)
        inflate->state = steps[inflate->state](&run, &waits);
    inflate->adler =
        qn_small_inflate_adler(inflate->adler, qn_bytes_make(out, run.made));
    *in = run.in;
    *out_used = run.made;
    return inflate->state == STATE_END   ? QN_SMALL_INFLATE_END
           : inflate->state == STATE_BAD ? QN_SMALL_INFLATE_BAD
                                         : QN_SMALL_INFLATE_MORE;
}
