/* SPDX-License-Identifier: MIT */
/* The order of a pack: from a .rev file, or computed; one that lies. */
#include "unit.h"

#include "base/endian.h"
#include "pack/pack_reverse.h"

#include <stdio.h>
#include <string.h>

int test_pack_reverse(void);

#define COUNT 300
#define FRONT (8 + 256 * 4)
#define IDS   (COUNT * 20)

/* An index of so many objects whose offsets are these. */
static void make_index(struct qn_ctx *ctx, const uint64_t *offsets,
                       struct qn_buf *bytes, struct qn_pack_index *out)
{
    size_t size = FRONT + IDS + COUNT * 4 + COUNT * 4 + (COUNT - 1) * 8 + 40;
    uint8_t *data;
    uint32_t i;

    bytes->limit = SIZE_MAX;
    unit_assert_ok(ctx, qn_buf_reserve(ctx, bytes, size));
    data = (uint8_t *)bytes->data;
    memset(data, 0, size);
    bytes->size = size;
    memcpy(data, "\377tOc\0\0\0\2", 8);
    for (i = 0; i < 256; i++)
        qn_endian_store32(data + 8 + i * 4, i == 0 ? 256 : COUNT);
    for (i = 0; i < COUNT; i++) {
        uint8_t *id = data + FRONT + i * 20;

        id[0] = (uint8_t)(i / 256);
        id[1] = (uint8_t)i;
        /* the first begins at 12; the others are in the table of large ones */
        qn_endian_store32(data + FRONT + IDS + COUNT * 4 + i * 4,
                          i == 0 ? 12 : 0x80000000u | (i - 1));
        if (i > 0)
            qn_endian_store64(data + FRONT + IDS + COUNT * 8 + (i - 1) * 8,
                              offsets[i]);
    }
    unit_assert_ok(ctx, qn_pack_index_parse(ctx, qn_buf_bytes(bytes), "index",
                                            QN_HASH_SHA1, out));
}

static void spread(uint64_t *offsets, unsigned shift)
{
    uint32_t i;

    for (i = 0; i < COUNT; i++) /* 7 and 300 have no common factor */
        offsets[i] = ((uint64_t)(i * 7 % COUNT) << shift) + 12;
}

static void assert_order(const struct qn_pack_reverse *reverse,
                         const struct qn_pack_index *index)
{
    uint32_t i;

    assert_int_equal(reverse->count, COUNT);
    for (i = 1; i < COUNT; i++)
        assert_true(
            qn_pack_index_offset(index,
                                 qn_pack_reverse_position(reverse, i - 1)) <
            qn_pack_index_offset(index, qn_pack_reverse_position(reverse, i)));
}

static void is_computed(void **state)
{
    static const unsigned shifts[] = {1, 10, 22, 40, 50};
    uint64_t offsets[COUNT];
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(shifts); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf bytes = QN_BUF_INIT;
        struct qn_pack_reverse reverse;
        struct qn_pack_index index;

        spread(offsets, shifts[i]);
        offsets[5] += shifts[i] == 50 ? UINT64_C(1) << 62 : 0;
        make_index(ctx, offsets, &bytes, &index);
        unit_assert_ok(ctx, qn_pack_reverse_open(ctx, "", &index, &reverse));
        assert_order(&reverse, &index);
        assert_int_equal(
            qn_pack_reverse_position(
                &reverse, qn_pack_reverse_find(&reverse, &index, offsets[17])),
            17);
        assert_int_equal(
            qn_pack_reverse_find(&reverse, &index, offsets[17] + 1),
            QN_PACK_INDEX_NONE);
        qn_pack_reverse_close(&reverse);
        qn_buf_dispose(&bytes);
        unit_end(ctx);
    }
}

/* A file with these positions. */
static void write_file(const char *path, const uint32_t *positions,
                       const struct qn_pack_index *index)
{
    uint8_t number[4];
    uint32_t i;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite("RIDX\0\0\0\1\0\0\0\1", 1, 12, file), 12);
    for (i = 0; i < COUNT; i++) {
        qn_endian_store32(number, positions[i]);
        assert_int_equal(fwrite(number, 1, 4, file), 4);
    }
    assert_int_equal(fwrite(qn_pack_index_pack_checksum(index), 1, 20, file),
                     20);
    assert_int_equal(fwrite("01234567890123456789", 1, 20, file), 20);
    assert_int_equal(fclose(file), 0);
}

static void a_file_that_lies_is_done_without(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint32_t positions[COUNT], i, fault;
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_pack_reverse reverse;
    struct qn_pack_index index;
    uint64_t offsets[COUNT];
    char path[4200];

    (void)state;
    snprintf(path, sizeof(path), "%s/x.rev", unit_directory());
    spread(offsets, 10);
    make_index(ctx, offsets, &bytes, &index);
    for (fault = 0; fault < 4; fault++) {
        uint32_t swap;

        for (i = 0; i < COUNT; i++)
            positions[i * 7 % COUNT] = i;
        swap = positions[8];
        if (fault == 1) { /* two are in each other's place */
            positions[8] = positions[9];
            positions[9] = swap;
        } else if (fault == 2) { /* one comes twice */
            positions[8] = positions[9];
        } else if (fault == 3) { /* there is no such object */
            positions[8] = COUNT + 7;
        }
        write_file(path, positions, &index);
        unit_assert_ok(ctx, qn_pack_reverse_open(ctx, path, &index, &reverse));
        assert_int_equal(reverse.owned != NULL, fault != 0);
        assert_order(&reverse, &index);
        qn_pack_reverse_close(&reverse);
    }
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

int test_pack_reverse(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_computed),
        cmocka_unit_test(a_file_that_lies_is_done_without),
    };

    return cmocka_run_group_tests_name("pack reverse", tests, NULL, NULL);
}
