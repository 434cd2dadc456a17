/* SPDX-License-Identifier: MIT */
#include "codec/short_inflate.h"

#include "base/compiler.h"
#include "base/endian.h"

#define TABLE_BITS   QN_SHORT_INFLATE_TABLE_BITS
#define CODE_MAX     QN_SHORT_INFLATE_CODE_MAX
#define SYMBOLS      QN_SHORT_INFLATE_SYMBOLS
#define END_OF_BLOCK 256
#define BAD_SYMBOL   0xffffu
/* Bits of a table's entry: the code's length in the lowest four, the symbol's
 * low eight above, and between them: */
#define ENTRY_SPECIAL 0x40u /* no literal: the symbol is 256 or more */
#define ENTRY_NONE    0x80u /* the code is longer, or there is none */
/* The code of the lengths of codes. */
#define ORDER_COUNT 19
#define ORDER_BITS  7

/* Lengths and distances: base << 4 | extra bits, by symbol. */
static const uint16_t lengths[29] = {
    3 << 4,       4 << 4,       5 << 4,       6 << 4,       7 << 4,
    8 << 4,       9 << 4,       10 << 4,      11 << 4 | 1,  13 << 4 | 1,
    15 << 4 | 1,  17 << 4 | 1,  19 << 4 | 2,  23 << 4 | 2,  27 << 4 | 2,
    31 << 4 | 2,  35 << 4 | 3,  43 << 4 | 3,  51 << 4 | 3,  59 << 4 | 3,
    67 << 4 | 4,  83 << 4 | 4,  99 << 4 | 4,  115 << 4 | 4, 131 << 4 | 5,
    163 << 4 | 5, 195 << 4 | 5, 227 << 4 | 5, 258 << 4};
static const uint32_t distances[30] = {
    1 << 4,          2 << 4,         3 << 4,         4 << 4,
    5 << 4 | 1,      7 << 4 | 1,     9 << 4 | 2,     13 << 4 | 2,
    17 << 4 | 3,     25 << 4 | 3,    33 << 4 | 4,    49 << 4 | 4,
    65 << 4 | 5,     97 << 4 | 5,    129 << 4 | 6,   193 << 4 | 6,
    257 << 4 | 7,    385 << 4 | 7,   513 << 4 | 8,   769 << 4 | 8,
    1025 << 4 | 9,   1537 << 4 | 9,  2049 << 4 | 10, 3073 << 4 | 10,
    4097 << 4 | 11,  6145 << 4 | 11, 8193 << 4 | 12, 12289 << 4 | 12,
    16385 << 4 | 13, 24577 << 4 | 13};

/* The input, as bits.  Beyond its end zeros are read, and counted. */
struct reader {
    const uint8_t *next;
    const uint8_t *end;
    uint64_t bits; /* the lowest come first; those beyond `count` are the next
                    * ones too, or zero */
    unsigned count;
    unsigned lacking; /* bytes */
};

/* A symbol that occurs. */
struct used {
    uint16_t symbol;
    uint16_t length; /* of its code */
};

static inline uint64_t load64_little(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
           (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* At least 56 bits after this. */
static inline void refill(struct reader *reader)
{
    if (QN_LIKELY(reader->end - reader->next >= 8)) {
        reader->bits |= load64_little(reader->next) << reader->count;
        reader->next += (63 - reader->count) >> 3;
        reader->count |= 56;
        return;
    }
    while (reader->count < 56) {
        if (reader->next < reader->end)
            reader->bits |= (uint64_t)*reader->next++ << reader->count;
        else
            reader->lacking++;
        reader->count += 8;
    }
}

static inline unsigned peek(const struct reader *reader, unsigned count)
{
    return (unsigned)(reader->bits & ((UINT64_C(1) << count) - 1));
}

static inline void drop(struct reader *reader, unsigned count)
{
    reader->bits >>= count;
    reader->count -= count;
}

static inline unsigned take(struct reader *reader, unsigned count)
{
    unsigned value = peek(reader, count);

    drop(reader, count);
    return value;
}

/* The code after `code` of `length` bits, where bits are in the order in which
 * they are read: add one at the other end. */
static inline unsigned next_code(unsigned code, unsigned length)
{
    unsigned bit = 1u << (length - 1);

    while (code & bit) {
        code ^= bit;
        bit >>= 1;
    }
    return code | bit;
}

/* Fill the table for the codes of up to `code->bits` bits. */
static void fill_table(struct qn_short_inflate_code *code)
{
    unsigned length, at = 0, next = 0;
    size_t filled = 1;

    code->table[0] = ENTRY_NONE;
    for (length = 1; length <= code->bits; length++) {
        unsigned left = code->counts[length];

        /* What is known repeats for either value of one more bit. */
        memcpy(code->table + filled, code->table, filled * sizeof(uint16_t));
        filled *= 2;
        for (; left > 0; left--) {
            unsigned symbol = code->sorted[at++];

            code->table[next] =
                (uint16_t)((symbol & 0xff) << 8 |
                           (symbol & 0x100 ? ENTRY_SPECIAL : 0) | length);
            next = next_code(next, length);
        }
    }
}

/* Make a code that is complete, or empty, or has one code of one bit. */
static bool make_code(struct qn_short_inflate_code *code,
                      const struct used *used, size_t count)
{
    uint16_t offsets[CODE_MAX + 2];
    unsigned length, longest = 0;
    int left = 1;
    size_t i;

    memset(code->counts, 0, sizeof(code->counts));
    for (i = 0; i < count; i++)
        code->counts[used[i].length]++;
    offsets[1] = 0;
    for (length = 1; length <= CODE_MAX; length++) {
        left = left * 2 - code->counts[length];
        if (left < 0)
            return false;
        if (code->counts[length])
            longest = length;
        offsets[length + 1] =
            (uint16_t)(offsets[length] + code->counts[length]);
    }
    if (left > 0 && longest > 1)
        return false;
    for (i = 0; i < count; i++)
        code->sorted[offsets[used[i].length]++] = used[i].symbol;
    code->bits = longest < TABLE_BITS ? longest : TABLE_BITS;
    fill_table(code);
    return true;
}

/* A code longer than the table has bits, or none at all. */
static QN_NO_INLINE unsigned
find_slowly(uint64_t waiting, const struct qn_short_inflate_code *code)
{
    unsigned first = 0, index = 0, bits = 0, length;

    for (length = 1; length <= CODE_MAX; length++) {
        bits |= (unsigned)(waiting >> (length - 1) & 1);
        if (bits - first < code->counts[length])
            return (unsigned)code->sorted[index + bits - first] << 4 | length;
        index += code->counts[length];
        first = (first + code->counts[length]) << 1;
        bits <<= 1;
    }
    return BAD_SYMBOL << 4;
}

/* The symbol that comes next, of which `entry` is what the table has. */
static inline unsigned decode_entry(struct reader *reader,
                                    const struct qn_short_inflate_code *code,
                                    unsigned entry)
{
    if (QN_UNLIKELY(entry & ENTRY_NONE)) {
        unsigned found = find_slowly(reader->bits, code);

        drop(reader, found & 15);
        return found >> 4;
    }
    drop(reader, entry & 15);
    return entry >> 8 | (entry & ENTRY_SPECIAL) << 2;
}

static inline unsigned decode(struct reader *reader,
                              const struct qn_short_inflate_code *code)
{
    return decode_entry(reader, code, code->table[peek(reader, code->bits)]);
}

/* The code of the lengths: a table of symbol << 3 | length. */
static bool read_order(struct reader *reader, unsigned count, uint8_t *table)
{
    static const uint8_t order[ORDER_COUNT] = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t by_symbol[ORDER_COUNT] = {0};
    unsigned counts[ORDER_BITS + 1] = {0};
    unsigned length, i, next = 0;
    size_t filled = 1;
    int left = 1;

    for (i = 0; i < count; i++) {
        if (i % 16 == 0)
            refill(reader);
        by_symbol[order[i]] = (uint8_t)take(reader, 3);
        counts[by_symbol[order[i]]]++;
    }
    for (length = 1; length <= ORDER_BITS; length++) {
        left = left * 2 - (int)counts[length];
        if (left < 0)
            return false;
    }
    if (left > 0)
        return false;
    for (length = 1; length <= ORDER_BITS; length++) {
        memcpy(table + filled, table, filled);
        filled *= 2;
        for (i = 0; counts[length] > 0; i++) {
            if (by_symbol[i] != length)
                continue;
            table[next] = (uint8_t)(i << 3 | length);
            next = next_code(next, length);
            counts[length]--;
        }
    }
    return true;
}

/* The lengths of `count` codes: those in use into `used`, in order. */
static bool read_lengths(struct reader *in, const uint8_t *table,
                         unsigned count, struct used *used, size_t *used_count)
{
    struct reader reader = *in;
    unsigned at = 0, previous = 0, repeats;
    size_t filled = 0;

    while (at < count) {
        unsigned entry, symbol;

        if (reader.count < ORDER_BITS + 7)
            refill(&reader);
        entry = table[peek(&reader, ORDER_BITS)];
        symbol = entry >> 3;
        drop(&reader, entry & 7);
        if (symbol < 16) {
            used[filled].symbol = (uint16_t)at++;
            used[filled].length = (uint16_t)symbol;
            filled += symbol > 0;
            previous = symbol;
            continue;
        }
        if (symbol > 16) {
            at += symbol == 17 ? 3 + take(&reader, 3) : 11 + take(&reader, 7);
            previous = 0;
            continue;
        }
        repeats = 3 + take(&reader, 2);
        if (at == 0 || repeats > count - at)
            return false;
        for (; repeats > 0; repeats--) {
            used[filled].symbol = (uint16_t)at++;
            used[filled].length = (uint16_t)previous;
            filled += previous > 0;
        }
    }
    *in = reader;
    *used_count = filled;
    return at == count;
}

/* The two codes of a block of its own codes. */
static bool read_codes(struct reader *reader, struct qn_short_inflate *inflate)
{
    uint8_t table[1 << ORDER_BITS] = {0};
    struct used used[SYMBOLS + 32];
    unsigned literal_count, count, order_count;
    size_t used_count = 0, split, i;

    refill(reader);
    literal_count = 257 + take(reader, 5);
    count = literal_count + 1 + take(reader, 5);
    order_count = 4 + take(reader, 4);
    if (literal_count > 286 || count - literal_count > 30 ||
        !read_order(reader, order_count, table) ||
        !read_lengths(reader, table, count, used, &used_count))
        return false;
    for (split = used_count;
         split > 0 && used[split - 1].symbol >= literal_count; split--)
        continue;
    for (i = split; i < used_count; i++)
        used[i].symbol = (uint16_t)(used[i].symbol - literal_count);
    return make_code(&inflate->literals, used, split) &&
           make_code(&inflate->distances, used + split, used_count - split);
}

static void make_fixed(struct qn_short_inflate *inflate)
{
    struct used used[SYMBOLS];
    uint16_t i;

    for (i = 0; i < SYMBOLS; i++) {
        used[i].symbol = i;
        used[i].length = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    (void)make_code(&inflate->fixed_literals, used, SYMBOLS);
    for (i = 0; i < 32; i++)
        used[i].length = 5;
    (void)make_code(&inflate->fixed_distances, used, 32);
    inflate->has_fixed = true;
}

/* Where output goes. */
struct writer {
    uint8_t *start;
    uint8_t *next;
    uint8_t *end;
};

static inline bool copy_match(struct writer *writer, size_t length,
                              size_t distance)
{
    uint8_t *to = writer->next;
    const uint8_t *from = to - distance;

    if (distance > (size_t)(to - writer->start) ||
        length > (size_t)(writer->end - to))
        return false;
    writer->next += length;
    if (distance >= 8 && (size_t)(writer->end - to) >= length + 8) {
        uint8_t *end = to + length;

        do { /* past the end is what comes next, or nothing */
            memcpy(to, from, 8);
            to += 8;
            from += 8;
        } while (to < end);
        return true;
    }
    for (; length > 0; length--)
        *to++ = *from++;
    return true;
}

/* The match that begins with the length symbol `symbol`: up to 33 more bits. */
static inline bool read_match(struct reader *reader, struct writer *writer,
                              const struct qn_short_inflate_code *code,
                              unsigned symbol)
{
    unsigned length, distance;

    symbol -= END_OF_BLOCK + 1;
    if (symbol >= QN_COUNT_OF(lengths))
        return false;
    length = (lengths[symbol] >> 4) + take(reader, lengths[symbol] & 15);
    symbol = decode(reader, code);
    if (symbol >= QN_COUNT_OF(distances))
        return false;
    distance = (distances[symbol] >> 4) + take(reader, distances[symbol] & 15);
    return copy_match(writer, length, distance);
}

/* Literals, while there is room for a round of them: five codes of the table
 * are 50 bits of the 56 that are there. */
static inline void read_literals(struct reader *in, struct writer *out,
                                 const struct qn_short_inflate_code *code)
{
    struct reader reader = *in;
    uint8_t *next = out->next;
    unsigned mask = (1u << code->bits) - 1;
    int left = 0;

    while (left == 0 && out->end - next >= 5) {
        refill(&reader);
        for (left = 5; left > 0; left--) {
            unsigned entry = code->table[reader.bits & mask];

            if (entry & (ENTRY_SPECIAL | ENTRY_NONE))
                break;
            reader.bits >>= entry & 63;
            reader.count -= (uint8_t)entry;
            *next++ = (uint8_t)(entry >> 8);
        }
    }
    *in = reader;
    out->next = next;
}

/* A block of symbols. */
static bool read_block(struct reader *in, struct writer *out,
                       const struct qn_short_inflate_code *literals,
                       const struct qn_short_inflate_code *distance_code)
{
    struct reader reader = *in;
    struct writer writer = *out;
    bool is_sound = false;

    while (reader.lacking <= 8) { /* there is more than zeros */
        unsigned symbol;

        read_literals(&reader, &writer, literals);
        refill(&reader);
        symbol = decode(&reader, literals);
        if (symbol < END_OF_BLOCK) {
            if (writer.next == writer.end)
                break;
            *writer.next++ = (uint8_t)symbol;
            continue;
        }
        if (symbol == END_OF_BLOCK) {
            is_sound = true;
            break;
        }
        if (!read_match(&reader, &writer, distance_code, symbol))
            break;
    }
    *in = reader;
    *out = writer;
    return is_sound;
}

/* Back to whole bytes: the bits of the byte begun are dropped, those of later
 * ones given back.  False when more was read than there is. */
static bool align(struct reader *reader)
{
    unsigned whole = reader->count >> 3;

    if (whole < reader->lacking)
        return false;
    reader->next -= whole - reader->lacking;
    reader->bits = 0;
    reader->count = 0;
    reader->lacking = 0;
    return true;
}

static bool read_stored(struct reader *reader, struct writer *writer)
{
    size_t size;

    if (!align(reader) || reader->end - reader->next < 4)
        return false;
    size = reader->next[0] | (size_t)reader->next[1] << 8;
    if ((size ^ 0xffff) != (reader->next[2] | (size_t)reader->next[3] << 8))
        return false;
    reader->next += 4;
    if (size > (size_t)(reader->end - reader->next) ||
        size > (size_t)(writer->end - writer->next))
        return false;
    memcpy(writer->next, reader->next, size);
    writer->next += size;
    reader->next += size;
    return true;
}

static bool read_blocks(struct qn_short_inflate *inflate, struct reader *reader,
                        struct writer *writer)
{
    bool is_last = false, is_sound = true;

    while (is_sound && !is_last) {
        refill(reader);
        if (reader->lacking > 8)
            return false;
        is_last = take(reader, 1);
        switch (take(reader, 2)) {
        case 0:
            is_sound = read_stored(reader, writer);
            break;
        case 1:
            if (!inflate->has_fixed)
                make_fixed(inflate);
            is_sound = read_block(reader, writer, &inflate->fixed_literals,
                                  &inflate->fixed_distances);
            break;
        case 2:
            is_sound = read_codes(reader, inflate) &&
                       read_block(reader, writer, &inflate->literals,
                                  &inflate->distances);
            break;
        default:
            return false;
        }
    }
    return is_sound && align(reader) && writer->next == writer->end;
}

bool qn_short_inflate(struct qn_short_inflate *inflate, struct qn_bytes in,
                      uint8_t *out, size_t out_size, size_t *in_used,
                      uint32_t *adler)
{
    struct reader reader = {in.data, in.data + in.size, 0, 0, 0};
    struct writer writer = {out, out, out + out_size};

    if (in.size < 6 || (in.data[0] & 15) != 8 || in.data[0] >> 4 > 7 ||
        in.data[1] & 0x20 || (in.data[0] << 8 | in.data[1]) % 31 != 0)
        return false;
    reader.next += 2;
    if (!read_blocks(inflate, &reader, &writer) || reader.end - reader.next < 4)
        return false;
    *adler = qn_endian_load32(reader.next);
    *in_used = (size_t)(reader.next - in.data) + 4;
    return true;
}
