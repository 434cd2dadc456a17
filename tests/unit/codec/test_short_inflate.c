/* SPDX-License-Identifier: MIT */
/* Short streams: zlib's own, of every strategy, and the same damaged at each
 * byte.  What we take zlib takes too, and the other way round. */
#include "unit.h"

#include "codec/short_inflate.h"

#define ZLIB_CONST
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int test_short_inflate(void);

#define MOST 5000

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Texts that give long codes, few codes, one code, matches near and far. */
static void make_text(uint8_t *text, size_t size, unsigned kind)
{
    size_t i;

    for (i = 0; i < size; i++) {
        uint64_t x = next_random();

        switch (kind) {
        case 0:
            text[i] = (uint8_t)(x >> 32);
            break;
        case 1:
            text[i] = (uint8_t)("etaoin shrdlu\n"[x % 14]);
            break;
        case 2: /* each symbol half as often as the one before */
            for (text[i] = 'a'; text[i] < 'z' && (x & 1); x >>= 1)
                text[i]++;
            break;
        case 3:
            text[i] = 'x';
            break;
        case 4: /* pieces of what was */
            text[i] = i > 20 && x % 50 ? text[i - 1 - i / 2]
                                       : (uint8_t)(x >> 40 & 63);
            break;
        default:
            text[i] = (uint8_t)(i % 7 == 0 ? x >> 8 : 'a' + i % 7);
        }
    }
}

static size_t deflate_text(const uint8_t *text, size_t size, unsigned turn,
                           uint8_t *out)
{
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED,
                                     Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    z_stream stream;

    memset(&stream, 0, sizeof(stream));
    assert_int_equal(deflateInit2(&stream, (int)(turn % 10), Z_DEFLATED, 15,
                                  1 + (int)(turn % 9), strategies[turn % 5]),
                     Z_OK);
    stream.next_in = text;
    stream.avail_in = (unsigned)size;
    stream.next_out = out;
    stream.avail_out = 2 * MOST;
    if (turn % 3 == 0) { /* several blocks, and empty ones */
        stream.avail_in = (unsigned)size / 2;
        assert_int_equal(deflate(&stream, Z_FULL_FLUSH), Z_OK);
        stream.avail_in = (unsigned)(size - size / 2);
    }
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return 2 * MOST - stream.avail_out;
}

/* zlib's answer to the same question. */
static bool inflate_by_zlib(struct qn_bytes in, uint8_t *out, size_t size,
                            size_t *used)
{
    z_stream stream;
    int result;

    memset(&stream, 0, sizeof(stream));
    assert_int_equal(inflateInit(&stream), Z_OK);
    stream.next_in = in.data;
    stream.avail_in = (unsigned)in.size;
    stream.next_out = out;
    stream.avail_out = (unsigned)size;
    result = inflate(&stream, Z_FINISH);
    *used = in.size - stream.avail_in;
    inflateEnd(&stream);
    return result == Z_STREAM_END && stream.avail_out == 0;
}

static bool inflate_by_us(struct qn_short_inflate *inflate, struct qn_bytes in,
                          uint8_t *out, size_t size, size_t *used)
{
    uint32_t adler = 0;

    return qn_short_inflate(inflate, in, out, size, used, &adler) &&
           adler32(1, out, (unsigned)size) == adler;
}

/* `in` is copied to where it just fits, so that reading on is seen. */
static void compare(struct qn_short_inflate *inflate, struct qn_bytes in,
                    size_t size)
{
    uint8_t *copy = malloc(in.size + 1), *ours = malloc(size + 1),
            *theirs = malloc(size + 1);
    size_t used = 0, wanted = 0;

    assert_true(copy && ours && theirs);
    memcpy(copy + 1, in.data, in.size); /* at an odd address */
    in.data = copy + 1;
    ours[size] = 0x5a;
    if (inflate_by_zlib(in, theirs, size, &wanted)) {
        assert_true(inflate_by_us(inflate, in, ours, size, &used));
        assert_int_equal(used, wanted);
        assert_memory_equal(ours, theirs, size);
    } else {
        assert_false(inflate_by_us(inflate, in, ours, size, &used));
    }
    assert_int_equal(ours[size], 0x5a);
    free(copy);
    free(ours);
    free(theirs);
}

static void test_sound_streams(void **state)
{
    struct qn_short_inflate inflate = {.has_fixed = false};
    uint8_t text[MOST], packed[2 * MOST + 8];
    unsigned turn;

    (void)state;
    for (turn = 0; turn < 6000; turn++) {
        size_t size = (size_t)(next_random() % (turn % 4 ? 300 : MOST));
        size_t packed_size, used = 0;

        make_text(text, size, turn % 6);
        packed_size = deflate_text(text, size, turn / 6, packed);
        memset(packed + packed_size, 0xff, 8); /* the next entry */
        compare(&inflate, qn_bytes_make(packed, packed_size + 8), size);
        compare(&inflate, qn_bytes_make(packed, packed_size), size);
        compare(&inflate, qn_bytes_make(packed, packed_size), size + 1);
        if (size > 0) {
            compare(&inflate, qn_bytes_make(packed, packed_size), size - 1);
            assert_true(inflate_by_us(&inflate,
                                      qn_bytes_make(packed, packed_size), text,
                                      size, &used));
        }
    }
}

static void test_damaged_streams(void **state)
{
    struct qn_short_inflate inflate = {.has_fixed = false};
    uint8_t text[MOST], packed[2 * MOST];
    unsigned turn;

    (void)state;
    for (turn = 0; turn < 120; turn++) {
        size_t size = 1 + (size_t)(next_random() % 200);
        size_t packed_size, i;

        make_text(text, size, turn % 6);
        packed_size = deflate_text(text, size, turn / 6, packed);
        for (i = 0; i < packed_size; i++) {
            uint8_t bit = (uint8_t)(1u << next_random() % 8);

            compare(&inflate, qn_bytes_make(packed, i), size);
            packed[i] ^= bit;
            compare(&inflate, qn_bytes_make(packed, packed_size), size);
            packed[i] ^= bit;
        }
    }
}

/* Nothing but noise behind a sound beginning of a block. */
static void test_noise(void **state)
{
    struct qn_short_inflate inflate = {.has_fixed = false};
    uint8_t noise[200] = {0x78, 0x9c};
    unsigned turn;
    size_t i;

    (void)state;
    for (turn = 0; turn < 30000; turn++) {
        for (i = 2; i < sizeof(noise); i++)
            noise[i] = (uint8_t)(next_random() >> 20);
        noise[2] = (uint8_t)((noise[2] & ~7u) | (turn % 3 << 1) | 1);
        compare(&inflate, qn_bytes_make(noise, 3 + turn % (sizeof(noise) - 2)),
                turn % 97);
    }
}

int test_short_inflate(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_streams),
        cmocka_unit_test(test_damaged_streams),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
