/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/delta.h"
#include "codec/varint.h"

#include <stdlib.h>
#include <string.h>

int test_delta(void);

#define TEXT(literal)                                                          \
    {                                                                          \
        (const uint8_t *)(literal), sizeof(literal) - 1                        \
    }

static const struct {
    const char *what;
    struct qn_bytes base, delta;
    enum qn_status status;
    const char *result;
} rows[] = {
    {"nothing of nothing", TEXT(""), TEXT("\0\0"), QN_OK, ""},
    {"insert", TEXT(""), TEXT("\0\5\5hello"), QN_OK, "hello"},
    {"copy", TEXT("hello"), TEXT("\5\4\x91\1\4"), QN_OK, "ello"},
    {"copy without offset", TEXT("hello"), TEXT("\5\2\x90\2"), QN_OK, "he"},
    {"both", TEXT("hello"), TEXT("\5\5\x90\4\1!"), QN_OK, "hell!"},
    {"no sizes", TEXT(""), TEXT(""), QN_CORRUPT, NULL},
    {"one size", TEXT(""), TEXT("\0"), QN_CORRUPT, NULL},
    {"endless size", TEXT(""), TEXT("\x80\x80"), QN_CORRUPT, NULL},
    {"another base", TEXT("hello"), TEXT("\4\0"), QN_CORRUPT, NULL},
    {"copy past base", TEXT("hello"), TEXT("\5\6\x90\6"), QN_CORRUPT, NULL},
    {"copy from past base", TEXT("hello"), TEXT("\5\1\x91\5\1"), QN_CORRUPT,
     NULL},
    {"copy far past base", TEXT("hello"), TEXT("\5\1\x9f\xff\xff\xff\xff\1"),
     QN_CORRUPT, NULL},
    {"copy of 65536", TEXT("hello"), TEXT("\5\5\x80"), QN_CORRUPT, NULL},
    {"copy cut off", TEXT("hello"), TEXT("\5\5\x91"), QN_CORRUPT, NULL},
    {"copy cut off later", TEXT("hello"), TEXT("\5\5\xff\0\0\0\0\5\0"),
     QN_CORRUPT, NULL},
    {"insert cut off", TEXT(""), TEXT("\0\5\5hell"), QN_CORRUPT, NULL},
    {"reserved", TEXT(""), TEXT("\0\1\0"), QN_CORRUPT, NULL},
    {"too short", TEXT(""), TEXT("\0\6\5hello"), QN_CORRUPT, NULL},
    {"insert too long", TEXT(""), TEXT("\0\4\5hello"), QN_CORRUPT, NULL},
    {"says 2^62", TEXT("hello"),
     TEXT("\5\x80\x80\x80\x80\x80\x80\x80\x80\x40\x90\5"), QN_CORRUPT, NULL},
    {"says 2^62 of nothing", TEXT(""),
     TEXT("\0\x80\x80\x80\x80\x80\x80\x80\x80\x40\1!"), QN_CORRUPT, NULL},
    {"copy too long", TEXT("hello"), TEXT("\5\4\x90\5"), QN_CORRUPT, NULL},
};

static enum qn_status apply_row(struct qn_ctx *ctx, void *data)
{
    size_t i = *(size_t *)data;
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(ctx, &out, "x");

    if (!status)
        status = qn_delta_apply(ctx, rows[i].base, rows[i].delta, &out);
    if (!status) {
        assert_null(rows[i].status ? rows[i].what : NULL);
        assert_string_equal(qn_buf_string(&out) + 1, rows[i].result);
    } else if (out.data) {
        assert_string_equal(qn_buf_string(&out), "x");
    }
    qn_buf_dispose(&out);
    return status;
}

static void applies_the_table(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        enum qn_status status = apply_row(ctx, &i);

        if (status != rows[i].status)
            print_error("%s\n", rows[i].what);
        unit_assert_status(ctx, status, rows[i].status);
        unit_end(ctx);
        if (rows[i].status == QN_OK)
            unit_each_allocation(apply_row, &i);
    }
}

static void reads_sizes(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint64_t base, result;

    (void)state;
    unit_assert_ok(
        ctx, qn_delta_sizes(ctx, QN_BYTES("\x85\1\x91\2xyz"), &base, &result));
    assert_int_equal(base, 133);
    assert_int_equal(result, 273);
    unit_assert_status(ctx,
                       qn_delta_sizes(ctx, QN_BYTES("\x85\1"), &base, &result),
                       QN_CORRUPT);
    unit_end(ctx);
}

/* Apply a sound delta byte by byte, as the format says; its size. */
static size_t naive_apply(const uint8_t *base, struct qn_bytes delta,
                          uint8_t *out)
{
    uint64_t ignored;
    size_t at = 0, made = 0, k;

    assert_true(qn_varint_read_size(&delta, &ignored));
    assert_true(qn_varint_read_size(&delta, &ignored));
    while (at < delta.size) {
        unsigned opcode = delta.data[at++];
        size_t offset = 0, size = 0;

        if (!(opcode & 0x80)) {
            assert_true(opcode > 0);
            while (opcode-- > 0)
                out[made++] = delta.data[at++];
            continue;
        }
        for (k = 0; k < 7; k++)
            if (opcode >> k & 1) {
                if (k < 4)
                    offset += (size_t)delta.data[at++] << (8 * k);
                else
                    size += (size_t)delta.data[at++] << (8 * (k - 4));
            }
        if (size == 0)
            size = 65536;
        for (k = 0; k < size; k++)
            out[made++] = base[offset + k];
    }
    return made;
}

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x >> 11;
}

#define ROOM 400000

/* A target made of pieces of the base, new bytes and repeats. */
static size_t make_target(uint64_t *seed, const uint8_t *base, size_t base_size,
                          uint8_t *target)
{
    size_t wanted = (size_t)(random_next(seed) % (2 * base_size + 100));
    size_t size = 0;

    while (size < wanted) {
        uint64_t kind = random_next(seed) % 4;
        size_t piece = (size_t)(random_next(seed) % (kind == 0 ? 90000 : 300));

        if (piece > ROOM - size)
            piece = ROOM - size;
        if (kind < 2 && base_size > 0) {
            size_t from = (size_t)(random_next(seed) % base_size);

            if (piece > base_size - from)
                piece = base_size - from;
            memcpy(target + size, base + from, piece);
        } else {
            size_t i;

            for (i = 0; i < piece; i++)
                target[size + i] =
                    kind == 2 ? (uint8_t)random_next(seed) : (uint8_t)kind;
        }
        size += piece;
    }
    return size;
}

static void makes_deltas_that_apply(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *base = malloc(ROOM), *target = malloc(ROOM), *made = malloc(ROOM);
    struct qn_buf delta = QN_BUF_INIT, result = QN_BUF_INIT;
    uint64_t seed = 99;
    size_t round, i;

    (void)state;
    assert_true(base && target && made);
    for (round = 0; round < 400; round++) {
        size_t base_size =
            round < 100 ? round : (size_t)(random_next(&seed) % 150000);
        unsigned alphabet = round % 3 == 0 ? 2 : 256;
        struct qn_delta_index *index = NULL;
        struct qn_bytes target_view;
        bool found = false;

        for (i = 0; i < base_size; i++)
            base[i] = (uint8_t)(random_next(&seed) % alphabet);
        target_view =
            qn_bytes_make(target, make_target(&seed, base, base_size, target));
        unit_assert_ok(ctx, qn_delta_index_new(
                                ctx, qn_bytes_make(base, base_size), &index));
        qn_buf_clear(&delta);
        unit_assert_ok(
            ctx, qn_delta_create(ctx, index, target_view, 0, &delta, &found));
        assert_true(found);
        qn_buf_clear(&result);
        unit_assert_ok(ctx, qn_delta_apply(ctx, qn_bytes_make(base, base_size),
                                           qn_buf_bytes(&delta), &result));
        assert_true(qn_bytes_is_equal(qn_buf_bytes(&result), target_view));
        assert_int_equal(naive_apply(base, qn_buf_bytes(&delta), made),
                         target_view.size);
        assert_memory_equal(made, target, target_view.size);
        i = delta.size; /* just enough room, and one byte less */
        qn_buf_clear(&delta);
        unit_assert_ok(
            ctx, qn_delta_create(ctx, index, target_view, i, &delta, &found));
        assert_true(found);
        qn_buf_clear(&delta);
        unit_assert_ok(ctx, qn_delta_create(ctx, index, target_view, i - 1,
                                            &delta, &found));
        assert_false(found);
        assert_int_equal(delta.size, 0);
        qn_delta_index_free(index);
    }
    qn_buf_dispose(&delta);
    qn_buf_dispose(&result);
    free(base);
    free(target);
    free(made);
    unit_end(ctx);
}

/* A target that is its base takes one copy for each 64 KiB. */
static void copies_are_long(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *base = malloc(ROOM);
    struct qn_buf delta = QN_BUF_INIT;
    struct qn_delta_index *index = NULL;
    uint64_t seed = 5;
    bool found;
    size_t i;

    (void)state;
    assert_non_null(base);
    for (i = 0; i < ROOM; i++)
        base[i] = (uint8_t)random_next(&seed);
    unit_assert_ok(ctx,
                   qn_delta_index_new(ctx, qn_bytes_make(base, ROOM), &index));
    unit_assert_ok(ctx, qn_delta_create(ctx, index, qn_bytes_make(base, ROOM),
                                        0, &delta, &found));
    assert_true(delta.size < 60);
    qn_delta_index_free(index);
    qn_buf_dispose(&delta);
    free(base);
    unit_end(ctx);
}

static enum qn_status create(struct qn_ctx *ctx, void *data)
{
    static const char base[] =
        "the quick brown fox jumps over the lazy dog and the cat";
    static const char target[] =
        "a slow brown fox jumps over the lazy dog and the mouse too";
    struct qn_buf delta = QN_BUF_INIT;
    struct qn_delta_index *index = NULL;
    bool found = false;
    enum qn_status status =
        qn_delta_index_new(ctx, qn_bytes_from_string(base), &index);

    (void)data;
    if (!status)
        status = qn_delta_create(ctx, index, qn_bytes_from_string(target), 0,
                                 &delta, &found);
    if (!status)
        assert_true(found);
    qn_delta_index_free(index);
    qn_buf_dispose(&delta);
    return status;
}

static void survives_failing_memory(void **state)
{
    (void)state;
    unit_each_allocation(create, NULL);
}

int test_delta(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applies_the_table),
        cmocka_unit_test(reads_sizes),
        cmocka_unit_test(makes_deltas_that_apply),
        cmocka_unit_test(copies_are_long),
        cmocka_unit_test(survives_failing_memory),
    };

    return cmocka_run_group_tests_name("delta", tests, NULL, NULL);
}
