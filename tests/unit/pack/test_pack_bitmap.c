/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/memory.h"
#include "hash/hash.h"
#include "pack/pack_bitmap.h"

#include <string.h>

int test_pack_bitmap(void);

#define COUNT 70 /* two words */

static const uint8_t checksum[QN_ID_MAX_SIZE] = {1, 2, 3};

static struct qn_pack_bitmap_of of_first(uint32_t first)
{
    struct qn_pack_bitmap_of of = {.algorithm = QN_HASH_SHA1,
                                   .first = first,
                                   .count = COUNT,
                                   .checksum = checksum};

    return of;
}

/* Objects 0 to 4 are commits; the third row differs from the first. */
static void write_one(struct qn_ctx *ctx, uint32_t first, bool has_all,
                      struct qn_buf *out)
{
    static const uint64_t types[4][2] = {
        {0x1f, 0}, {0xffffffe0, 0}, {0xffffffff00000000, 0x3e}, {0, 1}};
    static const uint64_t sets[3][2] = {{0x3, 0}, {0xff, 0x3f}, {0xfc, 0x3f}};
    static const uint64_t merged[2] = {0x12, 0}, reached[2] = {0xf2, 3};
    static const uint64_t *const commits[1] = {merged};
    static const uint64_t *const objects[1] = {reached};
    static const uint8_t distances[3] = {0, 0, 2};
    static const uint32_t positions[3] = {9, 4, 40};
    uint32_t hashes[COUNT];
    struct qn_buf texts[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    struct qn_pack_bitmap_row rows[3];
    struct qn_pack_bitmap_source source = {
        .of = of_first(first), .rows = rows, .row_count = 3};
    uint32_t i;

    for (i = 0; i < COUNT; i++)
        hashes[i] = i * 3;
    for (i = 0; i < 3; i++) {
        unit_assert_ok(ctx, qn_ewah_append(ctx, sets[i], 128, &texts[i]));
        rows[i].position = positions[i];
        rows[i].distance = distances[i];
        rows[i].bits = qn_buf_bytes(&texts[i]);
    }
    for (i = 0; i < 4; i++)
        source.types[i] = types[i];
    if (has_all) {
        source.hashes = hashes;
        source.merge_commits = commits;
        source.merge_objects = objects;
        source.merge_count = 1;
        source.has_lookup_table = true;
    }
    unit_assert_ok(ctx, qn_pack_bitmap_write(ctx, &source, out));
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&texts[i]);
}

static void reads_what_it_wrote(void **state)
{
    unsigned round;

    (void)state;
    for (round = 0; round < 4; round++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_pack_bitmap_of of = of_first(round & 1 ? 20 : 0);
        struct qn_buf bytes = QN_BUF_INIT;
        struct qn_pack_bitmap bitmap;
        uint64_t plain[2];

        write_one(ctx, of.first, round >= 2, &bytes);
        unit_assert_ok(
            ctx, qn_pack_bitmap_parse(ctx, qn_buf_bytes(&bytes), &of, &bitmap));
        assert_int_equal(bitmap.entry_count, 3);
        assert_int_equal(qn_pack_bitmap_find(&bitmap, 4), 1);
        assert_int_equal(qn_pack_bitmap_find(&bitmap, 40), 2);
        assert_int_equal(qn_pack_bitmap_find(&bitmap, 5), QN_PACK_BITMAP_NONE);
        qn_pack_bitmap_expand(&bitmap, 2, plain, 2);
        assert_true(plain[0] == 0xff && plain[1] == 0x3f);
        assert_int_equal(qn_ewah_popcount(&bitmap.types[0]), 5);
        assert_int_equal(bitmap.types[3].bit_count, 65);
        assert_int_equal(bitmap.merge_count, round >= 2);
        assert_int_equal(qn_pack_bitmap_hash(&bitmap, of.first + 2),
                         round >= 2 ? 6 : 0);
        assert_int_equal(qn_pack_bitmap_hash(&bitmap, COUNT), 0);
        if (round >= 2)
            assert_true(qn_ewah_is_set(&bitmap.merges[0].objects, 65));
        qn_pack_bitmap_close(&bitmap);
        qn_buf_dispose(&bytes);
        unit_end(ctx);
    }
}

/* Every cut and every flipped bit is told of: the checksum is right again. */
static void refuses_what_is_damaged(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_pack_bitmap_of of = of_first(0);
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_pack_bitmap bitmap;
    size_t i;

    (void)state;
    write_one(ctx, 0, true, &bytes);
    for (i = 0; i < bytes.size; i++) {
        assert_int_equal(qn_pack_bitmap_parse(ctx, qn_bytes_make(bytes.data, i),
                                              &of, &bitmap),
                         QN_CORRUPT);
        qn_ctx_clear(ctx);
        bytes.data[i] ^= 0x40;
        assert_int_equal(
            qn_pack_bitmap_parse(ctx, qn_buf_bytes(&bytes), &of, &bitmap),
            QN_CORRUPT);
        qn_ctx_clear(ctx);
        bytes.data[i] ^= 0x40;
    }
    of.count = 39; /* row 40 is outside */
    assert_int_equal(
        qn_pack_bitmap_parse(ctx, qn_buf_bytes(&bytes), &of, &bitmap),
        QN_CORRUPT);
    qn_ctx_clear(ctx);
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

int test_pack_bitmap(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(refuses_what_is_damaged),
    };

    return cmocka_run_group_tests_name("pack bitmap", tests, NULL, NULL);
}
