/* SPDX-License-Identifier: MIT */
#include "hash/id.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* [algorithm - 1] */
static const struct qn_id empty_trees[2] = {
    {{0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60,
      0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04},
     QN_HASH_SHA1},
    {{0x6e, 0xf1, 0x9b, 0x41, 0x22, 0x5c, 0x53, 0x69, 0xf1, 0xc1, 0x04,
      0xd4, 0x5d, 0x8d, 0x85, 0xef, 0xa9, 0xb0, 0x57, 0xb5, 0x3b, 0x14,
      0xb4, 0xb9, 0xb9, 0x39, 0xdd, 0x74, 0xde, 0xcc, 0x53, 0x21},
     QN_HASH_SHA256},
};

static const struct qn_id empty_blobs[2] = {
    {{0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b,
      0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2, 0xe4, 0x8c, 0x53, 0x91},
     QN_HASH_SHA1},
    {{0x47, 0x3a, 0x0f, 0x4c, 0x3b, 0xe8, 0xa9, 0x36, 0x81, 0xa2, 0x67,
      0xe3, 0xb1, 0xe9, 0xa7, 0xdc, 0xda, 0x11, 0x85, 0x43, 0x6f, 0xe1,
      0x41, 0xf7, 0x74, 0x91, 0x20, 0xa3, 0x03, 0x72, 0x18, 0x13},
     QN_HASH_SHA256},
};

#if defined(__SSE2__)
/* 16 digits at once: the low byte of each half is a byte of the id.  `all`
 * loses the bits where something else than a digit stood. */
static inline __m128i read_digits(const uint8_t *hex, __m128i *all)
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)hex);
    __m128i lower = _mm_or_si128(text, _mm_set1_epi8(0x20));
    __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
    __m128i is_digit =
        _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    __m128i is_letter =
        _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    __m128i value = _mm_or_si128(
        _mm_and_si128(is_digit, digit),
        _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));

    *all = _mm_and_si128(*all, _mm_or_si128(is_digit, is_letter));
    return _mm_and_si128(
        _mm_or_si128(_mm_slli_epi16(value, 4), _mm_srli_epi16(value, 8)),
        _mm_set1_epi16(0xff));
}

/* `size`: 20 or 32, of the id; `out` has room for the longest, is filled up
 * with zeros, and left as it is by what is no id. */
static inline bool read_id(const uint8_t *hex, size_t size, uint8_t *out)
{
    __m128i all = _mm_set1_epi8(-1);
    __m128i front = read_digits(hex, &all);
    __m128i back = read_digits(hex + 16, &all);
    __m128i first = _mm_packus_epi16(front, back), last;

    if (size == 20) { /* the last 8 bytes, four of them again */
        back = read_digits(hex + 24, &all);
        last = _mm_packus_epi16(back, back);
        if (_mm_movemask_epi8(all) != 0xffff)
            return false;
        _mm_storeu_si128((__m128i *)(void *)(out + 16), _mm_setzero_si128());
        _mm_storeu_si128((__m128i *)(void *)out, first);
        _mm_storel_epi64((__m128i *)(void *)(out + 12), last);
        return true;
    }
    front = read_digits(hex + 32, &all);
    back = read_digits(hex + 48, &all);
    if (_mm_movemask_epi8(all) != 0xffff)
        return false;
    _mm_storeu_si128((__m128i *)(void *)out, first);
    _mm_storeu_si128((__m128i *)(void *)(out + 16),
                     _mm_packus_epi16(front, back));
    return true;
}
#else
/* The value of a digit in front, and behind, each with a bit that says that it
 * is one: 0x100 and 0x200. */
static const uint16_t front_digits[256] = {
    ['0'] = 0x100, ['1'] = 0x110, ['2'] = 0x120, ['3'] = 0x130, ['4'] = 0x140,
    ['5'] = 0x150, ['6'] = 0x160, ['7'] = 0x170, ['8'] = 0x180, ['9'] = 0x190,
    ['a'] = 0x1a0, ['A'] = 0x1a0, ['b'] = 0x1b0, ['B'] = 0x1b0, ['c'] = 0x1c0,
    ['C'] = 0x1c0, ['d'] = 0x1d0, ['D'] = 0x1d0, ['e'] = 0x1e0, ['E'] = 0x1e0,
    ['f'] = 0x1f0, ['F'] = 0x1f0};
static const uint16_t back_digits[256] = {
    ['0'] = 0x200, ['1'] = 0x201, ['2'] = 0x202, ['3'] = 0x203, ['4'] = 0x204,
    ['5'] = 0x205, ['6'] = 0x206, ['7'] = 0x207, ['8'] = 0x208, ['9'] = 0x209,
    ['a'] = 0x20a, ['A'] = 0x20a, ['b'] = 0x20b, ['B'] = 0x20b, ['c'] = 0x20c,
    ['C'] = 0x20c, ['d'] = 0x20d, ['D'] = 0x20d, ['e'] = 0x20e, ['E'] = 0x20e,
    ['f'] = 0x20f, ['F'] = 0x20f};

static inline bool read_id(const uint8_t *hex, size_t size, uint8_t *out)
{
    uint8_t bytes[QN_ID_MAX_SIZE] = {0};
    unsigned seen = 0x300;

    for (size_t i = 0; i < size; i++) {
        unsigned value = front_digits[hex[2 * i]] | back_digits[hex[2 * i + 1]];

        seen &= value;
        bytes[i] = (uint8_t)value;
    }
    if ((seen & 0x300) != 0x300)
        return false;
    memcpy(out, bytes, sizeof(bytes));
    return true;
}
#endif

bool qn_id_from_hex(struct qn_id *id, uint32_t algorithm, struct qn_bytes hex)
{
    size_t size = qn_id_size(algorithm);

    if (size == 0 || hex.size != 2 * size ||
        !read_id(hex.data, size, id->bytes))
        return false;
    id->algorithm = algorithm;
    return true;
}

#define PAIR(high)                                                             \
#high "0" #high "1" #high "2" #high "3" #high "4" #high "5" #high          \
          "6" #high "7" #high "8" #high "9" #high "a" #high "b" #high          \
          "c" #high "d" #high "e" #high "f"
/* The two digits of each byte. */
static const char digit_pairs[] =
    PAIR(0) PAIR(1) PAIR(2) PAIR(3) PAIR(4) PAIR(5) PAIR(6) PAIR(7) PAIR(8)
        PAIR(9) PAIR(a) PAIR(b) PAIR(c) PAIR(d) PAIR(e) PAIR(f);

char *qn_id_to_hex(const struct qn_id *id, char *hex)
{
    size_t size = qn_id_size(id->algorithm);
    size_t i;

    for (i = 0; i < size; i++)
        memcpy(hex + 2 * i, digit_pairs + 2 * (size_t)id->bytes[i], 2);
    hex[2 * size] = '\0';
    return hex;
}

const char *qn_id_algorithm_name(uint32_t algorithm)
{
    return algorithm == QN_HASH_SHA1     ? "sha1"
           : algorithm == QN_HASH_SHA256 ? "sha256"
                                         : NULL;
}

uint32_t qn_id_algorithm_from_name(struct qn_bytes name)
{
    if (qn_bytes_is_string(name, "sha1"))
        return QN_HASH_SHA1;
    if (qn_bytes_is_string(name, "sha256"))
        return QN_HASH_SHA256;
    return QN_HASH_NONE;
}

const struct qn_id *qn_id_empty_tree(uint32_t algorithm)
{
    return &empty_trees[algorithm == QN_HASH_SHA256];
}

const struct qn_id *qn_id_empty_blob(uint32_t algorithm)
{
    return &empty_blobs[algorithm == QN_HASH_SHA256];
}

int qn_id_parse(const char *hex, struct qn_id *out)
{
    struct qn_bytes text = qn_bytes_from_string(hex);

    return qn_id_from_hex(out,
                          text.size == qn_id_hex_size(QN_HASH_SHA256)
                              ? QN_HASH_SHA256
                              : QN_HASH_SHA1,
                          text);
}

void qn_id_format(const struct qn_id *id, char *hex)
{
    (void)qn_id_to_hex(id, hex);
}

int qn_id_same(const struct qn_id *a, const struct qn_id *b)
{
    return qn_id_is_equal(a, b);
}
