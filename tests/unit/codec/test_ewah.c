/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/endian.h"
#include "codec/ewah.h"

#include <stdlib.h>
#include <string.h>

int test_ewah(void);

#define BITS_MAX  20000
#define WORDS_MAX (BITS_MAX / 64 + 2)

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x >> 11;
}

/* One byte a bit: the naive twin. */
static void make_bits(uint64_t *seed, uint8_t *bits, uint32_t count)
{
    uint32_t i = 0;

    while (i < count) {
        uint64_t kind = random_next(seed) % 3;
        uint32_t run = (uint32_t)(random_next(seed) % 700);

        for (; run-- > 0 && i < count; i++)
            bits[i] = kind == 2 ? random_next(seed) & 1 : (uint8_t)kind;
    }
}

static void pack_bits(const uint8_t *bits, uint32_t count, uint64_t *plain)
{
    uint32_t i;

    memset(plain, 0, WORDS_MAX * sizeof(*plain));
    for (i = 0; i < count; i++)
        plain[i / 64] |= (uint64_t)bits[i] << (i % 64);
}

static void is_the_naive_twin(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    static uint8_t bits[BITS_MAX], others[BITS_MAX];
    static uint64_t plain[WORDS_MAX], other[WORDS_MAX], joined[WORDS_MAX];
    struct qn_buf out = QN_BUF_INIT;
    uint64_t seed = 4711;
    uint32_t round, i;

    (void)state;
    for (round = 0; round < 300; round++) {
        uint32_t count =
            round < 130 ? round : (uint32_t)(random_next(&seed) % BITS_MAX);
        size_t words = qn_ewah_plain_count(count);
        struct qn_ewah ewah;
        struct qn_bytes in;
        uint64_t set = 0;

        make_bits(&seed, bits, count);
        make_bits(&seed, others, count);
        pack_bits(bits, count, plain);
        pack_bits(others, count, other);
        if (count % 64) /* what is beyond the last bit does not count */
            plain[count / 64] |= ~UINT64_C(0) << (count % 64);
        qn_buf_clear(&out);
        unit_assert_ok(ctx, qn_ewah_append(ctx, plain, count, &out));
        unit_assert_ok(ctx, qn_buf_append_string(ctx, &out, "rest"));
        in = qn_buf_bytes(&out);
        unit_assert_ok(ctx, qn_ewah_parse(ctx, &in, &ewah));
        assert_true(qn_bytes_is_string(in, "rest"));
        assert_int_equal(ewah.bit_count, count);
        assert_int_equal(ewah.plain_count, words);
        memcpy(joined, other, sizeof(joined));
        qn_ewah_or_into(&ewah, joined, words);
        for (i = 0; i < count; i++)
            assert_int_equal(joined[i / 64] >> (i % 64) & 1,
                             bits[i] | others[i]);
        memcpy(joined, other, sizeof(joined));
        qn_ewah_xor_into(&ewah, joined, words);
        for (i = 0; i < count; i++) {
            assert_int_equal(joined[i / 64] >> (i % 64) & 1,
                             bits[i] ^ others[i]);
            assert_int_equal(qn_ewah_is_set(&ewah, i), bits[i]);
            set += bits[i];
        }
        assert_int_equal(qn_ewah_popcount(&ewah), set);
        assert_false(qn_ewah_is_set(&ewah, count + 64));
        memset(joined, 0, sizeof(joined)); /* a shorter plain bitmap */
        qn_ewah_or_into(&ewah, joined, words / 2);
        assert_int_equal(joined[words / 2], 0);
        for (i = 0; i < words; i++)
            joined[i] = plain[i] ^ other[i];
        qn_buf_clear(&out);
        unit_assert_ok(ctx,
                       qn_ewah_append(ctx, joined, (uint32_t)words * 64, &out));
        assert_int_equal(qn_ewah_difference_size(plain, other, words),
                         out.size);
    }
    qn_buf_dispose(&out);
    unit_end(ctx);
}

#define RUN(bit, runs, literals)                                               \
    ((uint64_t)(bit) | (uint64_t)(runs) << 1 | (uint64_t)(literals) << 33)

static void judges_words(void **state)
{
    static const struct {
        const char *what;
        uint32_t bits, word_count, words_there;
        uint64_t words[3];
        enum qn_status status;
    } rows[] = {
        {"empty", 0, 0, 0, {0}, QN_OK},
        {"one empty run", 0, 1, 1, {0}, QN_OK},
        {"a run", 200, 1, 1, {RUN(1, 4, 0)}, QN_OK},
        {"a run past the end", 200, 1, 1, {RUN(1, 5, 0)}, QN_CORRUPT},
        {"a run of all", 200, 1, 1, {RUN(0, UINT32_MAX, 0)}, QN_CORRUPT},
        {"literals", 128, 3, 3, {RUN(0, 0, 2), 5, 7}, QN_OK},
        {"literals past the words",
         192,
         3,
         3,
         {RUN(0, 0, 3), 5, 7},
         QN_CORRUPT},
        {"literals past the end", 64, 3, 3, {RUN(0, 0, 2), 5, 7}, QN_CORRUPT},
        {"two chunks", 300, 3, 3, {RUN(1, 2, 1), 7, RUN(0, 2, 0)}, QN_OK},
        {"words cut off", 128, 3, 2, {RUN(0, 0, 2), 5}, QN_CORRUPT},
        {"far too many words", 1, UINT32_MAX, 1, {0}, QN_CORRUPT},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i, k;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        uint8_t bytes[8 + 3 * 8 + 4] = {0};
        struct qn_bytes in = {bytes, 12 + 8 * (size_t)rows[i].words_there};
        struct qn_ewah ewah;
        enum qn_status status;

        qn_endian_store32(bytes, rows[i].bits);
        qn_endian_store32(bytes + 4, rows[i].word_count);
        for (k = 0; k < rows[i].words_there; k++)
            qn_endian_store64(bytes + 8 + 8 * k, rows[i].words[k]);
        status = qn_ewah_parse(ctx, &in, &ewah);
        if (status != rows[i].status)
            print_error("%s\n", rows[i].what);
        unit_assert_status(ctx, status, rows[i].status);
        qn_ctx_clear(ctx);
        assert_int_equal(in.size,
                         status ? 12 + 8 * (size_t)rows[i].words_there : 0);
        in.size = 11;
        in.data = bytes;
        unit_assert_status(ctx, qn_ewah_parse(ctx, &in, &ewah), QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    unit_end(ctx);
}

/* Bytes as the format has them. */
static void writes_the_format(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const uint64_t plain[] = {UINT64_MAX, UINT64_MAX, 5, 0};
    static const uint8_t wanted[] = {
        0, 0, 0, 200,             /* bits */
        0, 0, 0, 3,               /* words */
        0, 0, 0, 2,   0, 0, 0, 5, /* two of ones, one literal */
        0, 0, 0, 0,   0, 0, 0, 5, /* it */
        0, 0, 0, 0,   0, 0, 0, 2, /* one of zeros */
        0, 0, 0, 2,               /* the last run word */
    };
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, qn_ewah_append(ctx, plain, 200, &out));
    assert_int_equal(out.size, sizeof(wanted));
    assert_memory_equal(out.data, wanted, sizeof(wanted));
    qn_buf_dispose(&out);
    unit_end(ctx);
}

static enum qn_status append(struct qn_ctx *ctx, void *data)
{
    static const uint64_t plain[] = {0, 7, UINT64_MAX, 1, 2, 3, 0, 0, 0, 9};
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status = qn_ewah_append(ctx, plain, 640, &out);

    (void)data;
    if (status)
        assert_int_equal(out.size, 0);
    qn_buf_dispose(&out);
    return status;
}

static void survives_failing_memory(void **state)
{
    (void)state;
    unit_each_allocation(append, NULL);
}

int test_ewah(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_naive_twin),
        cmocka_unit_test(judges_words),
        cmocka_unit_test(writes_the_format),
        cmocka_unit_test(survives_failing_memory),
    };

    return cmocka_run_group_tests_name("ewah", tests, NULL, NULL);
}
