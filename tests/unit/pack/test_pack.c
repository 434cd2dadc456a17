/* SPDX-License-Identifier: MIT */
#include "pack_fixture.h"

#include "os/file.h"
#include "pack/pack_writer.h"

#include <stdio.h>

int test_pack(void);

/* base "hello world" (11), result "hello there" (11): copy 6, insert 5 */
#define TO_THERE "\x0b\x0b\x90\x06\x05there"
/* base "hello there", result "hello there!" */
#define TO_BANG "\x0b\x0c\x90\x0b\x01!"

static void assert_reads(struct qn_ctx *ctx, struct qn_pack_reader *reader,
                         struct qn_pack_file *pack, struct qn_bytes content)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_pack_reader_info info;
    struct qn_id id;
    uint32_t position;
    uint64_t offset;

    unit_assert_ok(ctx,
                   qn_hash_object(ctx, pack->algorithm, "blob", content, &id));
    position = qn_pack_index_find(&pack->index, id.bytes);
    assert_int_not_equal(position, QN_PACK_INDEX_NONE);
    offset = qn_pack_index_offset(&pack->index, position);
    unit_assert_ok(ctx,
                   qn_pack_reader_read(ctx, reader, pack, offset, &object));
    assert_int_equal(object.type, QN_OBJECT_BLOB);
    assert_true(qn_bytes_is_equal(qn_object_bytes(&object), content));
    unit_assert_ok(ctx, qn_pack_reader_info(
                            ctx, reader, pack, offset,
                            QN_PACK_READER_TYPE | QN_PACK_READER_SIZE, &info));
    assert_int_equal(info.type, QN_OBJECT_BLOB);
    assert_int_equal(info.size, content.size);
    qn_object_dispose(&object);
}

static void resolves_both_kinds_of_deltas(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
        struct qn_pack_file *pack = NULL;
        struct qn_pack_reader reader;
        struct qn_id there;
        uint64_t base;

        qn_pack_reader_init(&reader, 1 << 20);
        unit_assert_ok(ctx, qn_hash_object(ctx, algorithm, "blob",
                                           QN_BYTES("hello there"), &there));
        fixture_begin(ctx, &bytes, 4);
        /* A ref delta may stand before its base. */
        fixture_ref_delta(ctx, &bytes, &there, QN_BYTES(TO_BANG));
        base = fixture_entry(ctx, &bytes, QN_OBJECT_BLOB, QN_BYTES_NONE,
                             QN_BYTES("hello world"));
        fixture_offset_delta(ctx, &bytes, base, QN_BYTES(TO_THERE));
        fixture_entry(ctx, &bytes, QN_OBJECT_BLOB, QN_BYTES_NONE, QN_BYTES(""));
        fixture_end(ctx, &bytes, algorithm);
        unit_assert_ok(ctx,
                       fixture_wrap(ctx, &bytes, algorithm, &index, &pack));
        assert_reads(ctx, &reader, pack, QN_BYTES("hello world"));
        assert_reads(ctx, &reader, pack, QN_BYTES("hello there"));
        assert_reads(ctx, &reader, pack, QN_BYTES("hello there!"));
        assert_reads(ctx, &reader, pack, QN_BYTES(""));
        assert_reads(ctx, &reader, pack, QN_BYTES("hello there!"));
        qn_pack_reader_dispose(&reader);
        qn_pack_file_release(pack);
        qn_buf_dispose(&bytes);
        qn_buf_dispose(&index);
        unit_end(ctx);
    }
}

#define DEPTH 50000

/* Each object is its number in eight digits, a delta of the one before. */
static void goes_as_deep_as_chains_go(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    struct qn_pack_reader reader;
    char delta[16] = "\x08\x08\x08";
    uint64_t base;
    int i;

    (void)state;
    qn_pack_reader_init(&reader, 4096);
    fixture_begin(ctx, &bytes, DEPTH);
    base = fixture_entry(ctx, &bytes, QN_OBJECT_BLOB, QN_BYTES_NONE,
                         QN_BYTES("00000000"));
    for (i = 1; i < DEPTH; i++) {
        snprintf(delta + 3, sizeof(delta) - 3, "%08d", i);
        base =
            fixture_offset_delta(ctx, &bytes, base, qn_bytes_make(delta, 11));
    }
    fixture_end(ctx, &bytes, QN_HASH_SHA1);
    unit_assert_ok(ctx, fixture_wrap(ctx, &bytes, QN_HASH_SHA1, &index, &pack));
    assert_reads(ctx, &reader, pack, QN_BYTES("00049999"));
    assert_reads(ctx, &reader, pack, QN_BYTES("00025000"));
    qn_pack_reader_dispose(&reader);
    qn_pack_file_release(pack);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&index);
    unit_end(ctx);
}

static enum qn_status give_base(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id, struct qn_object *out)
{
    const struct qn_id *known = data;

    if (!qn_id_is_equal(id, known))
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "no such base");
    out->type = QN_OBJECT_BLOB;
    qn_buf_clear(&out->data);
    return qn_buf_append_string(ctx, &out->data, "hello world");
}

static void completes_thin_packs_if_asked(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_pack_indexer_options options = {.algorithm = algorithm};
        struct qn_buf bytes = QN_BUF_INIT, whole = QN_BUF_INIT;
        struct qn_pack_indexer indexer;
        struct qn_id world, there, nothing;
        char path[4300];
        FILE *file;

        unit_assert_ok(ctx, qn_hash_object(ctx, algorithm, "blob",
                                           QN_BYTES("hello world"), &world));
        unit_assert_ok(ctx, qn_hash_object(ctx, algorithm, "blob",
                                           QN_BYTES("hello there"), &there));
        fixture_begin(ctx, &bytes, 2);
        fixture_ref_delta(ctx, &bytes, &there, QN_BYTES(TO_BANG));
        fixture_ref_delta(ctx, &bytes, &world, QN_BYTES(TO_THERE));
        fixture_end(ctx, &bytes, algorithm);
        snprintf(path, sizeof(path), "%s/thin.pack", unit_directory());
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
        fclose(file);
        unit_assert_status(ctx,
                           qn_pack_indexer_run(ctx, path, &options, &indexer),
                           QN_CORRUPT);
        assert_string_equal(qn_ctx_message(ctx),
                            "pack has 2 unresolved deltas");
        options.base = give_base;
        qn_id_clear(&nothing, algorithm);
        options.data = &nothing; /* it has none of them */
        unit_assert_status(ctx,
                           qn_pack_indexer_run(ctx, path, &options, &indexer),
                           QN_CORRUPT);
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
        fclose(file);
        options.data = &world;
        unit_assert_ok(ctx, qn_pack_indexer_run(ctx, path, &options, &indexer));
        assert_int_equal(indexer.table.count, 3);
        qn_pack_indexer_dispose(&indexer);
        /* What is there now stands on its own. */
        unit_assert_ok(ctx, qn_file_read_all(ctx, path, &whole));
        options.bytes = qn_buf_bytes(&whole);
        options.base = NULL;
        unit_assert_ok(ctx, qn_pack_indexer_run(ctx, path, &options, &indexer));
        qn_pack_indexer_dispose(&indexer);
        qn_buf_dispose(&bytes);
        qn_buf_dispose(&whole);
        unit_end(ctx);
    }
}

static void writes_what_it_reads(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_pack_writer writer = QN_PACK_WRITER_INIT;
    struct qn_buf bytes = QN_BUF_INIT, index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    struct qn_pack_reader reader;
    char path[4300];
    uint8_t row[20] = {0};
    int fd;

    (void)state;
    qn_pack_reader_init(&reader, 1 << 20);
    snprintf(path, sizeof(path), "%s/new.pack", unit_directory());
    unit_assert_ok(ctx, qn_file_open(ctx, path, QN_FILE_WRITE | QN_FILE_CREATE,
                                     0644, &fd));
    unit_assert_ok(
        ctx, qn_pack_writer_begin(ctx, &writer, fd, path, QN_HASH_SHA1, 2));
    unit_assert_ok(ctx,
                   qn_pack_writer_add_object(ctx, &writer, row, QN_OBJECT_BLOB,
                                             QN_BYTES("one"), -1));
    unit_assert_status(ctx, qn_pack_writer_finish(ctx, &writer), QN_INTERNAL);
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx,
                   qn_pack_writer_add_object(ctx, &writer, row, QN_OBJECT_BLOB,
                                             QN_BYTES("two"), 0));
    unit_assert_ok(ctx, qn_pack_writer_finish(ctx, &writer));
    qn_file_close(fd);
    unit_assert_ok(ctx, qn_file_read_all(ctx, path, &bytes));
    unit_assert_ok(ctx, fixture_wrap(ctx, &bytes, QN_HASH_SHA1, &index, &pack));
    assert_reads(ctx, &reader, pack, QN_BYTES("one"));
    assert_reads(ctx, &reader, pack, QN_BYTES("two"));
    qn_pack_writer_dispose(&writer);
    qn_pack_reader_dispose(&reader);
    qn_pack_file_release(pack);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&index);
    unit_end(ctx);
}

int test_pack(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves_both_kinds_of_deltas),
        cmocka_unit_test(goes_as_deep_as_chains_go),
        cmocka_unit_test(completes_thin_packs_if_asked),
        cmocka_unit_test(writes_what_it_reads),
    };

    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
