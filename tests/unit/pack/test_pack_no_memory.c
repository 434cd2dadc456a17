/* SPDX-License-Identifier: MIT */
/* Index, read and ask with each allocation failing in turn. */
#include "pack_fixture.h"

#include <string.h>

int test_pack_no_memory(void);

/* Copy 6 of "hello world", insert "there", and likewise. */
#define TO_THERE "\x0b\x0b\x90\x06\x05there"
#define TO_BANG  "\x0b\x0c\x90\x0b\x01!"

struct made {
    uint8_t bytes[2000];
    size_t size;
};

static void make_pack(struct made *made)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_id there;
    uint64_t base;

    unit_assert_ok(ctx, qn_hash_object(ctx, QN_HASH_SHA1, "blob",
                                       QN_BYTES("hello there"), &there));
    fixture_begin(ctx, &bytes, 4);
    fixture_ref_delta(ctx, &bytes, &there, QN_BYTES(TO_BANG));
    base = fixture_entry(ctx, &bytes, QN_OBJECT_BLOB, QN_BYTES_NONE,
                         QN_BYTES("hello world"));
    fixture_offset_delta(ctx, &bytes, base, QN_BYTES(TO_THERE));
    fixture_entry(ctx, &bytes, QN_OBJECT_TREE, QN_BYTES_NONE, QN_BYTES(""));
    fixture_end(ctx, &bytes, QN_HASH_SHA1);
    assert_true(bytes.size <= sizeof(made->bytes));
    memcpy(made->bytes, bytes.data, bytes.size);
    made->size = bytes.size;
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

static enum qn_status read_each(struct qn_ctx *ctx, struct qn_pack_file *pack)
{
    const unsigned all = QN_PACK_READER_TYPE | QN_PACK_READER_SIZE |
                         QN_PACK_READER_DISK_SIZE | QN_PACK_READER_DELTA_BASE;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_pack_reader reader;
    enum qn_status status = QN_OK;
    uint32_t i, turn;

    qn_pack_reader_init(&reader, 1 << 20);
    for (turn = 0; turn < 2; turn++) /* the second time from the cache */
        for (i = 0; i < pack->index.count && !status; i++) {
            uint64_t offset = qn_pack_index_offset(&pack->index, i);
            struct qn_pack_reader_info info;

            status =
                qn_pack_reader_info(ctx, &reader, pack, offset, all, &info);
            if (!status)
                status =
                    qn_pack_reader_read(ctx, &reader, pack, offset, &object);
            if (!status)
                assert_int_equal(object.data.size, info.size);
        }
    qn_pack_reader_dispose(&reader);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status index_and_read(struct qn_ctx *ctx, void *data)
{
    const struct made *made = data;
    struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    enum qn_status status;

    status = qn_buf_append(ctx, &bytes, made->bytes, made->size);
    if (!status)
        status = fixture_wrap(ctx, &bytes, QN_HASH_SHA1, &index, &pack);
    if (!status)
        status = read_each(ctx, pack);
    qn_pack_file_release(pack);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&index);
    return status;
}

static void indexes_and_reads(void **state)
{
    struct made made;

    (void)state;
    make_pack(&made);
    unit_each_allocation(index_and_read, &made);
}

int test_pack_no_memory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexes_and_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
