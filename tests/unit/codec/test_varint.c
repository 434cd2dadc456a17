/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/varint.h"

int test_varint(void);

#define TEXT(literal) literal, sizeof(literal) - 1

/* What the bytes say as a size and as an offset. */
static const struct {
    const char *bytes;
    size_t size;
    bool is_size, is_offset;
    uint64_t as_size, as_offset;
} rows[] = {
    {TEXT("\0"), true, true, 0, 0},
    {TEXT("\x7f"), true, true, 127, 127},
    {TEXT("\x80\x01"), true, true, 128, 129},
    {TEXT("\x80\0"), true, true, 0, 128},
    {TEXT("\x81\0"), true, true, 1, 256},
    {TEXT("\xe5\x8e\x26"), true, true, 624485, 1673126},
    {TEXT(""), false, false, 0, 0},
    {TEXT("\x80"), false, false, 0, 0},
    {TEXT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), true, false, UINT64_MAX,
     0},
    {TEXT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), false, false, 0, 0},
    {TEXT("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0"), false, false, 0, 0},
    {TEXT("\x80\xfe\xfe\xfe\xfe\xfe\xfe\xfe\xfe\x7f"), false, true, 0,
     UINT64_MAX},
    {TEXT("\x80\xfe\xfe\xfe\xfe\xfe\xfe\xfe\xff\2"), false, false, 0, 0},
};

static void reads_the_table(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_bytes in = qn_bytes_make(rows[i].bytes, rows[i].size);
        uint64_t value = 0;

        if (qn_varint_read_offset(&in, &value) != rows[i].is_offset)
            fail_msg("row %zu: offset", i);
        if (rows[i].is_offset) {
            assert_int_equal(value, rows[i].as_offset);
            assert_int_equal(in.size, 0);
        } else {
            assert_int_equal(in.size, rows[i].size); /* nothing taken */
        }
        if (rows[i].is_size) {
            in = qn_bytes_make(rows[i].bytes, rows[i].size);
            assert_true(qn_varint_read_size(&in, &value));
            assert_int_equal(value, rows[i].as_size);
            assert_int_equal(in.size, 0);
        } else if (!rows[i].is_offset) {
            in = qn_bytes_make(rows[i].bytes, rows[i].size);
            assert_false(qn_varint_read_size(&in, &value));
        }
    }
}

static void writes_what_it_reads(void **state)
{
    uint8_t bytes[QN_VARINT_MAX + 1];
    unsigned shift;
    int step;

    (void)state;
    for (shift = 0; shift < 64; shift++)
        for (step = -2; step <= 2; step++) {
            uint64_t value = (UINT64_C(1) << shift) + (uint64_t)step;
            uint64_t back = 0;
            struct qn_bytes in;

            bytes[qn_varint_write_size(bytes, value)] = 0xff;
            in = qn_bytes_make(bytes, sizeof(bytes));
            assert_true(qn_varint_read_size(&in, &back));
            assert_true(value == back);
            bytes[qn_varint_write_offset(bytes, value)] = 0xff;
            in = qn_bytes_make(bytes, sizeof(bytes));
            assert_true(qn_varint_read_offset(&in, &back));
            assert_true(value == back);
        }
}

int test_varint(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_table),
        cmocka_unit_test(writes_what_it_reads),
    };

    return cmocka_run_group_tests_name("varint", tests, NULL, NULL);
}
