/* SPDX-License-Identifier: MIT */
/* Our own inflater and deflater against zlib. */
#include "unit.h"

#include "codec/small_deflate.h"
#include "codec/small_inflate.h"

#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

int test_small(void);

#define TEXT_MAX 150000

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x >> 11;
}

static size_t make_text(uint64_t *seed, uint8_t *text)
{
    size_t size = 0, wanted = (size_t)(random_next(seed) % TEXT_MAX);

    if (random_next(seed) % 3 == 0)
        wanted %= 100;
    while (size < wanted) {
        uint64_t kind = random_next(seed) % 4;
        size_t piece = (size_t)(random_next(seed) % 600), i;

        if (piece > wanted - size)
            piece = wanted - size;
        for (i = 0; i < piece; i++)
            text[size + i] =
                kind == 0   ? (uint8_t)random_next(seed)
                : kind == 1 ? 'x'
                : kind == 2 ? (uint8_t)("etaoin shrdlu"[random_next(seed) % 13])
                : size > 40000 ? text[size + i - 32768]
                               : (uint8_t)(size / 100);
        size += piece;
    }
    return size;
}

static size_t zlib_pack(const uint8_t *text, size_t size, uint64_t kind,
                        uint8_t *out, size_t room)
{
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED,
                                     Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    z_stream zlib = {0};

    assert_int_equal(deflateInit2(&zlib, (int)(kind % 10), Z_DEFLATED, 15, 8,
                                  strategies[kind / 10 % 5]),
                     Z_OK);
    zlib.next_in = text;
    zlib.avail_in = (unsigned)size;
    zlib.next_out = out;
    zlib.avail_out = (unsigned)room;
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    deflateEnd(&zlib);
    return room - zlib.avail_out;
}

/* In pieces of `step` bytes of input and of room. */
static enum qn_small_inflate_result unpack(struct qn_small_inflate *inflate,
                                           struct qn_bytes in, uint8_t *out,
                                           size_t room, size_t step,
                                           size_t *made)
{
    enum qn_small_inflate_result result = QN_SMALL_INFLATE_MORE;
    struct qn_bytes piece = QN_BYTES_NONE;
    size_t idle = 0;

    *made = 0;
    qn_small_inflate_begin(inflate);
    while (result == QN_SMALL_INFLATE_MORE && idle < 3) {
        size_t used, most = room - *made < step ? room - *made : step;
        size_t before;

        if (piece.size == 0) {
            piece = qn_bytes_first(in, step);
            in = qn_bytes_from(in, piece.size);
        }
        before = piece.size;
        result =
            qn_small_inflate_next(inflate, &piece, out + *made, most, &used);
        *made += used;
        idle = used == 0 && piece.size == before ? idle + 1 : 0;
    }
    if (result == QN_SMALL_INFLATE_END) /* nothing beyond the end was taken */
        assert_int_equal(in.size + piece.size, 3);
    return result;
}

static void inflates_what_zlib_made(void **state)
{
    uint8_t *text = malloc(TEXT_MAX), *out = malloc(TEXT_MAX);
    uint8_t *packed = malloc(2 * TEXT_MAX);
    struct qn_small_inflate *ours = malloc(sizeof(*ours));
    uint64_t seed = 31337;
    size_t round, size, packed_size, made;

    (void)state;
    assert_true(text && out && packed && ours);
    for (round = 0; round < 300; round++) {
        size_t step = round % 5 == 0   ? 1
                      : round % 5 == 1 ? 1 + random_next(&seed) % 9
                                       : 1 + random_next(&seed) % 200000;

        size = make_text(&seed, text);
        packed_size = zlib_pack(text, size, round, packed, 2 * TEXT_MAX - 3);
        memcpy(packed + packed_size, "abc", 3);
        assert_int_equal(unpack(ours, qn_bytes_make(packed, packed_size + 3),
                                out, size, step, &made),
                         QN_SMALL_INFLATE_END);
        assert_int_equal(made, size);
        assert_memory_equal(out, text, size);
    }
    free(text);
    free(out);
    free(packed);
    free(ours);
}

/* The verdict on damaged streams is zlib's. */
static void damage_is_what_zlib_calls_so(void **state)
{
    static uint8_t text[TEXT_MAX], packed[2 * TEXT_MAX], out[TEXT_MAX];
    struct qn_small_inflate *ours = malloc(sizeof(*ours));
    uint64_t seed = 271828;
    size_t round;

    (void)state;
    assert_non_null(ours);
    for (round = 0; round < 3000; round++) {
        size_t size = make_text(&seed, text) % 2000, made;
        size_t packed_size =
            zlib_pack(text, size, round, packed, sizeof(packed));
        size_t changes = 1 + random_next(&seed) % 3;
        enum qn_small_inflate_result result;
        z_stream zlib = {0};
        int wanted;

        while (changes-- > 0)
            packed[random_next(&seed) % packed_size] ^=
                (uint8_t)(1u << random_next(&seed) % 8);
        assert_int_equal(inflateInit(&zlib), Z_OK);
        zlib.next_in = packed;
        zlib.avail_in = (unsigned)packed_size;
        zlib.next_out = out;
        zlib.avail_out = sizeof(out);
        wanted = inflate(&zlib, Z_FINISH);
        inflateEnd(&zlib);
        qn_small_inflate_begin(ours);
        {
            struct qn_bytes in = qn_bytes_make(packed, packed_size);

            result = qn_small_inflate_next(ours, &in, out, sizeof(out), &made);
        }
        assert_int_equal(result, wanted == Z_STREAM_END ? QN_SMALL_INFLATE_END
                                 : wanted == Z_BUF_ERROR
                                     ? QN_SMALL_INFLATE_MORE
                                     : QN_SMALL_INFLATE_BAD);
        if (result != QN_SMALL_INFLATE_BAD)
            assert_int_equal(made, zlib.total_out);
    }
    free(ours);
}

static void zlib_inflates_what_we_made(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *text = malloc(TEXT_MAX), *out = malloc(TEXT_MAX);
    struct qn_small_deflate *ours = malloc(sizeof(*ours));
    struct qn_buf packed = QN_BUF_INIT;
    uint64_t seed = 577215;
    size_t round, size;

    (void)state;
    assert_true(text && out && ours);
    for (round = 0; round < 300; round++) {
        struct qn_bytes rest;
        uLongf made = TEXT_MAX;
        uLong used;

        size = make_text(&seed, text);
        qn_buf_clear(&packed);
        qn_small_deflate_begin(ours, (int)(round % 3));
        rest = qn_bytes_make(text, size);
        while (round % 2 && rest.size > 0) {
            struct qn_bytes piece =
                qn_bytes_first(rest, 1 + random_next(&seed) % 50000);

            rest = qn_bytes_from(rest, piece.size);
            unit_assert_ok(
                ctx, qn_small_deflate_append(ctx, ours, piece, false, &packed));
        }
        unit_assert_ok(ctx,
                       qn_small_deflate_append(ctx, ours, rest, true, &packed));
        assert_true(packed.size <= size + size / 1000 + 100);
        used = packed.size;
        assert_int_equal(uncompress2(out, &made, packed.data, &used), Z_OK);
        assert_int_equal(used, packed.size);
        assert_int_equal(made, size);
        assert_memory_equal(out, text, size);
    }
    assert_int_equal(
        qn_small_deflate_append(ctx, ours, QN_BYTES("x"), true, &packed),
        QN_INTERNAL);
    qn_buf_dispose(&packed);
    free(text);
    free(out);
    free(ours);
    unit_end(ctx);
}

int test_small(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflates_what_zlib_made),
        cmocka_unit_test(damage_is_what_zlib_calls_so),
        cmocka_unit_test(zlib_inflates_what_we_made),
    };

    return cmocka_run_group_tests_name("small", tests, NULL, NULL);
}
