/* SPDX-License-Identifier: MIT */
/* Damage: every way to cut a small pack or its index short, every bit flipped;
 * nothing may be believed, and nothing may be read outside. */
#include "pack_fixture.h"

#include "pack/multi_pack_index.h"

int test_pack_damage(void);

#define TO_THERE "\x0b\x0b\x90\x06\x05there"

static void make_pack(struct qn_ctx *ctx, struct qn_buf *bytes)
{
    struct qn_id world;
    uint64_t base;

    unit_assert_ok(ctx, qn_hash_object(ctx, QN_HASH_SHA1, "blob",
                                       QN_BYTES("hello world"), &world));
    fixture_begin(ctx, bytes, 3);
    base = fixture_entry(ctx, bytes, QN_OBJECT_BLOB, QN_BYTES_NONE,
                         QN_BYTES("hello world"));
    fixture_offset_delta(ctx, bytes, base, QN_BYTES(TO_THERE));
    fixture_ref_delta(ctx, bytes, &world, QN_BYTES("\x0b\x01\x01x"));
    fixture_end(ctx, bytes, QN_HASH_SHA1);
}

static enum qn_status index_bytes(struct qn_ctx *ctx, struct qn_bytes bytes,
                                  const struct qn_id *checksum)
{
    struct qn_pack_indexer_options options = {.algorithm = QN_HASH_SHA1,
                                              .bytes = bytes,
                                              .checksum = checksum,
                                              .thread_count = 1};
    struct qn_pack_indexer indexer;
    enum qn_status status =
        qn_pack_indexer_run(ctx, "damaged", &options, &indexer);

    if (!status)
        qn_pack_indexer_dispose(&indexer);
    return status;
}

static void refuses_every_flipped_bit(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_id checksum;
    size_t bit;

    (void)state;
    make_pack(ctx, &bytes);
    qn_id_clear(&checksum, QN_HASH_SHA1);
    unit_assert_ok(ctx, index_bytes(ctx, qn_buf_bytes(&bytes), NULL));
    for (bit = 0; bit < bytes.size * 8; bit++) {
        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (index_bytes(ctx, qn_buf_bytes(&bytes), NULL) == QN_OK)
            fail_msg("bit %zu may be flipped", bit);
        assert_string_not_equal(qn_ctx_message(ctx), "");
        qn_ctx_clear(ctx);
        /* With the checksum believed, the parsers are on their own. */
        if (index_bytes(ctx, qn_buf_bytes(&bytes), &checksum) != QN_OK)
            assert_string_not_equal(qn_ctx_message(ctx), "");
        qn_ctx_clear(ctx);
        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

static void refuses_every_cut(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_id checksum;
    size_t size;

    (void)state;
    make_pack(ctx, &bytes);
    qn_id_clear(&checksum, QN_HASH_SHA1);
    for (size = 1; size < bytes.size; size++) {
        if (index_bytes(ctx, qn_bytes_make(bytes.data, size), &checksum) ==
            QN_OK)
            fail_msg("a pack of %zu bytes is taken", size);
        qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

/* Read every object that a lying index names. */
static void read_all(struct qn_ctx *ctx, struct qn_pack_file *pack)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_pack_reader_info info;
    struct qn_pack_reader reader;
    uint32_t i;

    qn_pack_reader_init(&reader, 1 << 16);
    for (i = 0; i < pack->index.count; i++) {
        uint64_t offset = qn_pack_index_offset(&pack->index, i);

        if (qn_pack_reader_read(ctx, &reader, pack, offset, &object))
            qn_ctx_clear(ctx);
        if (qn_pack_reader_info(ctx, &reader, pack, offset, 15, &info))
            qn_ctx_clear(ctx);
    }
    qn_pack_reader_dispose(&reader);
    qn_object_dispose(&object);
}

static void survives_a_lying_index(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    size_t bit, size;

    (void)state;
    make_pack(ctx, &bytes);
    unit_assert_ok(ctx, fixture_wrap(ctx, &bytes, QN_HASH_SHA1, &index, &pack));
    unit_assert_ok(ctx, qn_pack_index_verify(ctx, &pack->index, "index"));
    qn_pack_file_release(pack);
    for (bit = 0; bit < index.size * 8; bit++) {
        index.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (qn_pack_file_wrap(ctx, qn_buf_bytes(&bytes), qn_buf_bytes(&index),
                              QN_HASH_SHA1, &pack) == QN_OK) {
            if (qn_pack_index_verify(ctx, &pack->index, "index") == QN_OK)
                fail_msg("bit %zu of the index may be flipped", bit);
            read_all(ctx, pack);
            qn_pack_file_release(pack);
        }
        qn_ctx_clear(ctx);
        index.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size = 0; size < index.size; size++) {
        struct qn_pack_index parsed;

        unit_assert_status(ctx,
                           qn_pack_index_parse(ctx,
                                               qn_bytes_make(index.data, size),
                                               "index", QN_HASH_SHA1, &parsed),
                           QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&index);
    unit_end(ctx);
}

/* Two ref deltas that name each other, and an index that agrees. */
static void finds_deltas_in_a_circle(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_pack_file *pack = NULL;
    struct qn_pack_reader reader;
    struct qn_pack_table table;
    struct qn_id one, two;

    (void)state;
    qn_id_clear(&one, QN_HASH_SHA1);
    two = one;
    one.bytes[0] = 1;
    two.bytes[0] = 2;
    qn_pack_table_init(&table, QN_HASH_SHA1);
    unit_assert_ok(ctx, qn_pack_table_reserve(ctx, &table, 2));
    fixture_begin(ctx, &bytes, 2);
    table.offsets[0] =
        fixture_ref_delta(ctx, &bytes, &two, QN_BYTES("\x01\x01\x01x"));
    table.offsets[1] =
        fixture_ref_delta(ctx, &bytes, &one, QN_BYTES("\x01\x01\x01y"));
    fixture_end(ctx, &bytes, QN_HASH_SHA1);
    assert_int_equal(index_bytes(ctx, qn_buf_bytes(&bytes), NULL), QN_CORRUPT);
    assert_string_equal(qn_ctx_message(ctx), "pack has 2 unresolved deltas");
    qn_ctx_clear(ctx);
    memcpy(table.rows, one.bytes, 20);
    memcpy(table.rows + 20, two.bytes, 20);
    table.crcs[0] = table.crcs[1] = 0;
    table.count = 2;
    qn_id_from_row(&table.checksum, QN_HASH_SHA1, bytes.data + bytes.size - 20);
    unit_assert_ok(ctx, qn_pack_table_write(ctx, &table, &index, NULL));
    unit_assert_ok(ctx, qn_pack_file_wrap(ctx, qn_buf_bytes(&bytes),
                                          qn_buf_bytes(&index), QN_HASH_SHA1,
                                          &pack));
    qn_pack_reader_init(&reader, 1 << 16);
    unit_assert_status(
        ctx, qn_pack_reader_read(ctx, &reader, pack, 12, &object), QN_CORRUPT);
    read_all(ctx, pack);
    qn_pack_reader_dispose(&reader);
    qn_pack_file_release(pack);
    qn_pack_table_dispose(&table);
    qn_object_dispose(&object);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&index);
    unit_end(ctx);
}

int test_pack_damage(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_every_flipped_bit),
        cmocka_unit_test(refuses_every_cut),
        cmocka_unit_test(survives_a_lying_index),
        cmocka_unit_test(finds_deltas_in_a_circle),
    };

    return cmocka_run_group_tests_name("pack_damage", tests, NULL, NULL);
}
