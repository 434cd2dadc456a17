/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "odb/odb.h"
#include "odb/odb_batch.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>

int test_odb(void);

struct fixture {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
};

static void open_fixture(struct qn_ctx *ctx, struct fixture *fixture,
                         const char *directory, uint32_t algorithm,
                         unsigned flags)
{
    struct qn_odb_store_options options = {
        .directory = fixture->objects,
        .algorithm = algorithm,
        .loose_compression = 1,
        .uses_multi_pack_index = true,
    };

    snprintf(fixture->objects, sizeof(fixture->objects), "%s/objects",
             directory);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, fixture->objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &fixture->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, fixture->store, flags, &fixture->odb));
}

static void close_fixture(struct fixture *fixture)
{
    qn_odb_free(fixture->odb);
    qn_odb_store_release(fixture->store);
}

static enum qn_status count_one(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id)
{
    (void)ctx;
    (void)id;
    ++*(size_t *)data;
    return QN_OK;
}

static void writes_and_reads_back(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_object object = QN_OBJECT_INIT;
        struct qn_odb_info info;
        struct fixture f;
        struct qn_id id, again;
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        size_t count = 0, digits;
        bool exists;

        open_fixture(ctx, &f, unit_directory(), algorithm, 0);
        unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                         QN_BYTES("hello\n"), &id));
        qn_id_to_hex(&id, hex);
        if (algorithm == QN_HASH_SHA1)
            assert_string_equal(hex,
                                "ce013625030ba8dba906f756967f9e9ca394464a");
        unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                         QN_BYTES("hello\n"), &again));
        assert_true(qn_id_is_equal(&id, &again));
        unit_assert_ok(ctx, qn_odb_sync(ctx, f.odb));
        unit_assert_ok(ctx, qn_odb_read(ctx, f.odb, &id, &object));
        assert_int_equal(object.type, QN_OBJECT_BLOB);
        assert_string_equal(qn_buf_string(&object.data), "hello\n");
        unit_assert_ok(
            ctx, qn_odb_read_info(ctx, f.odb, &id,
                                  QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info));
        assert_int_equal(info.size, 6);
        assert_true(info.is_loose);
        unit_assert_status(
            ctx, qn_odb_read_typed(ctx, f.odb, &id, QN_OBJECT_TREE, &object),
            QN_INVALID);
        qn_ctx_clear(ctx);
        unit_assert_ok(ctx,
                       qn_odb_find_prefix(ctx, f.odb, qn_bytes_make(hex, 5),
                                          count_one, &count));
        assert_int_equal(count, 1);
        unit_assert_ok(ctx, qn_odb_list(ctx, f.odb, QN_ODB_LIST_SORTED,
                                        count_one, &count));
        assert_int_equal(count, 2);
        unit_assert_ok(ctx, qn_odb_abbreviate(ctx, f.odb, &id, 0, &digits));
        assert_int_equal(digits, 7);
        id.bytes[0] ^= 1;
        unit_assert_ok(ctx, qn_odb_exists(ctx, f.odb, &id, &exists));
        assert_false(exists);
        unit_assert_status(ctx, qn_odb_read(ctx, f.odb, &id, &object),
                           QN_NOT_FOUND);
        assert_string_equal(qn_ctx_reason(ctx), "odb.not-found");
        unit_assert_ok(
            ctx,
            qn_odb_exists(ctx, f.odb, qn_id_empty_tree(algorithm), &exists));
        assert_true(exists);
        qn_object_dispose(&object);
        close_fixture(&f);
        unit_end(ctx);
    }
}

static void sees_what_another_view_wrote(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb *other = NULL;
    struct fixture f;
    struct qn_id id;
    size_t count = 0;

    (void)state;
    open_fixture(ctx, &f, unit_directory(), QN_HASH_SHA1, 0);
    unit_assert_ok(ctx, qn_odb_fork(ctx, f.odb, &other));
    unit_assert_ok(ctx, qn_odb_list(ctx, other, 0, count_one, &count));
    assert_int_equal(count, 0);
    unit_assert_ok(
        ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB, QN_BYTES("x"), &id));
    unit_assert_ok(ctx, qn_odb_read(ctx, other, &id, &object));
    unit_assert_ok(ctx, qn_odb_refresh(ctx, other));
    unit_assert_ok(ctx, qn_odb_list(ctx, other, 0, count_one, &count));
    assert_int_equal(count, 1);
    qn_object_dispose(&object);
    qn_odb_free(other);
    close_fixture(&f);
    unit_end(ctx);
}

static void dry_runs_leave_nothing(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb *fork = NULL, *plain = NULL;
    struct fixture f;
    struct qn_id id;
    bool exists;

    (void)state;
    open_fixture(ctx, &f, unit_directory(), QN_HASH_SHA256, QN_ODB_IN_MEMORY);
    unit_assert_ok(
        ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB, QN_BYTES("x"), &id));
    unit_assert_ok(ctx, qn_odb_read(ctx, f.odb, &id, &object));
    unit_assert_ok(ctx, qn_odb_fork(ctx, f.odb, &fork));
    unit_assert_ok(ctx, qn_odb_read(ctx, fork, &id, &object));
    unit_assert_ok(ctx, qn_odb_new(ctx, f.store, 0, &plain));
    unit_assert_ok(ctx, qn_odb_exists(ctx, plain, &id, &exists));
    assert_false(exists);
    qn_object_dispose(&object);
    qn_odb_free(plain);
    qn_odb_free(fork);
    close_fixture(&f);
    unit_end(ctx);
}

/* Overwrite one loose file and see what a read says. */
static void distrusts_loose_files(void **state)
{
    static const struct {
        const char *what;
        struct qn_bytes bytes;
    } rows[] = {
        {"empty", {(const uint8_t *)"", 0}},
        {"no zlib", {(const uint8_t *)"garbage garbage", 15}},
        {"a zlib header alone", {(const uint8_t *)"\x78\x01", 2}},
        /* stored blocks: "blob 9\0x", "blob 1\0xy", "blob 01\0x", "bolb 1\0x"
         */
        {"too short",
         {(const uint8_t *)"\x78\x01\x01\x08\x00\xf7\xff"
                           "blob 9\0x\x0a\x2b\x02\x98",
          19}},
        {"unknown type",
         {(const uint8_t *)"\x78\x01\x01\x08\x00\xf7\xff"
                           "bolb 1\0x\x0a\x2b\x02\x98",
          19}},
        {"a sound one with a byte behind it",
         {(const uint8_t *)"\x78\x01\x01\x08\x00\xf7\xff"
                           "blob 1\0x\x0c\x1b\x02\x69!",
          20}},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_object object = QN_OBJECT_INIT;
        struct fixture f;
        struct qn_id id;
        char hex[QN_ID_MAX_HEX_SIZE + 1], path[5000];
        FILE *file;

        open_fixture(ctx, &f, unit_directory(), QN_HASH_SHA1, 0);
        unit_assert_ok(
            ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB, QN_BYTES("x"), &id));
        qn_id_to_hex(&id, hex);
        snprintf(path, sizeof(path), "%s/%.2s/%s", f.objects, hex, hex + 2);
        assert_int_equal(remove(path), 0);
        file = fopen(path, "wb");
        assert_non_null(file);
        fwrite(rows[i].bytes.data, 1, rows[i].bytes.size, file);
        fclose(file);
        /* an empty file is as good as none */
        if (qn_odb_read(ctx, f.odb, &id, &object) !=
            (rows[i].bytes.size ? QN_CORRUPT : QN_NOT_FOUND))
            fail_msg("%s was read: %s", rows[i].what, qn_ctx_message(ctx));
        assert_non_null(strstr(qn_ctx_message(ctx), rows[i].bytes.size
                                                        ? "is corrupt"
                                                        : "unable to read"));
        qn_object_dispose(&object);
        close_fixture(&f);
        unit_end(ctx);
    }
}

static void follows_alternates(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_object object = QN_OBJECT_INIT;
    struct fixture far, near;
    struct qn_id id;
    char path[5000];
    const char *far_directory, *near_directory;
    char far_copy[4200];
    FILE *file;

    (void)state;
    far_directory = unit_directory();
    snprintf(far_copy, sizeof(far_copy), "%s", far_directory);
    open_fixture(ctx, &far, far_copy, QN_HASH_SHA1, 0);
    unit_assert_ok(
        ctx, qn_odb_write(ctx, far.odb, QN_OBJECT_BLOB, QN_BYTES("far"), &id));
    near_directory = unit_directory();
    snprintf(path, sizeof(path), "%s/objects/info", near_directory);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    snprintf(path, sizeof(path), "%s/objects/info/alternates", near_directory);
    file = fopen(path, "w");
    assert_non_null(file);
    /* A comment, a relative path, itself, and one that is not there. */
    fprintf(file,
            "# comment\n../../%s/objects\n\"../../%s/obj\\145cts\"\n.\n"
            "/nowhere/at/all\n",
            strrchr(far_copy, '/') + 1, strrchr(far_copy, '/') + 1);
    fclose(file);
    open_fixture(ctx, &near, near_directory, QN_HASH_SHA1, 0);
    unit_assert_ok(ctx, qn_odb_read(ctx, near.odb, &id, &object));
    assert_string_equal(qn_buf_string(&object.data), "far");
    /* What an alternate has is not written again. */
    unit_assert_ok(
        ctx, qn_odb_write(ctx, near.odb, QN_OBJECT_BLOB, QN_BYTES("far"), &id));
    {
        size_t count = 0;

        unit_assert_ok(ctx, qn_odb_list(ctx, near.odb, QN_ODB_LIST_LOCAL,
                                        count_one, &count));
        assert_int_equal(count, 0);
        unit_assert_ok(ctx, qn_odb_list(ctx, near.odb, 0, count_one, &count));
        assert_int_equal(count, 1);
    }
    qn_object_dispose(&object);
    close_fixture(&near);
    close_fixture(&far);
    unit_end(ctx);
}

static void streams_in_pieces(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type;
    struct fixture f;
    struct qn_id id, other;
    uint8_t piece[1000];
    size_t size = 20u << 20, used, got = 0, i;
    uint8_t *data = malloc(size);
    char path[5000];
    uint64_t told;
    FILE *file;
    int fd;

    (void)state;
    assert_non_null(data);
    for (i = 0; i < size; i++)
        data[i] = (uint8_t)(i * 2654435761u >> 13);
    open_fixture(ctx, &f, unit_directory(), QN_HASH_SHA1, 0);
    snprintf(path, sizeof(path), "%s/../big", f.objects);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
    unit_assert_ok(ctx, qn_file_open(ctx, path, QN_FILE_READ, 0, &fd));
    unit_assert_ok(
        ctx, qn_odb_write_stream(ctx, f.odb, QN_OBJECT_BLOB, fd, size, &id));
    qn_file_close(fd);
    unit_assert_ok(ctx,
                   qn_odb_stream_open(ctx, f.odb, &id, &type, &told, &stream));
    assert_int_equal(told, size);
    do {
        unit_assert_ok(
            ctx, qn_odb_stream_read(ctx, stream, piece, sizeof(piece), &used));
        assert_memory_equal(piece, data + got, used);
        got += used;
    } while (used > 0);
    assert_int_equal(got, size);
    qn_odb_stream_close(stream);
    unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                     qn_bytes_make(data, size), &other));
    assert_true(qn_id_is_equal(&id, &other));
    free(data);
    close_fixture(&f);
    unit_end(ctx);
}

/* Is there a file of that object in the store's directory? */
static bool has_file(const struct fixture *f, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1], path[8600];

    qn_id_to_hex(id, hex);
    snprintf(path, sizeof(path), "%s/%.2s/%s", f->objects, hex, hex + 2);
    return qn_file_exists(path);
}

static void names_a_batch_at_its_end(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    struct qn_odb_store_options options = {
        .directory = f.objects,
        .algorithm = QN_HASH_SHA1,
        .loose_compression = 1,
        .sync = {QN_SYNC_LOOSE_OBJECT, QN_SYNC_BATCH}};
    struct qn_odb *fork = NULL;
    struct qn_id one, two, three;

    (void)state;
    snprintf(f.objects, sizeof(f.objects), "%s/batched", unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, f.objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &f.store));
    unit_assert_ok(ctx, qn_odb_new(ctx, f.store, 0, &f.odb));
    unit_assert_ok(ctx, qn_odb_batch_begin(ctx, f.odb));
    unit_assert_ok(ctx, qn_odb_fork(ctx, f.odb, &fork));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB, QN_BYTES("one"), &one));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, fork, QN_OBJECT_BLOB, QN_BYTES("two"), &two));
    qn_odb_free(fork);
    assert_false(has_file(&f, &one));
    assert_false(has_file(&f, &two));
    unit_assert_ok(ctx, qn_odb_batch_end(ctx, f.odb, true));
    assert_true(has_file(&f, &one));
    assert_true(has_file(&f, &two));
    /* What failed leaves nothing; without a batch it is there at once. */
    unit_assert_ok(ctx, qn_odb_batch_begin(ctx, f.odb));
    unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("three"), &three));
    unit_assert_ok(ctx, qn_odb_batch_end(ctx, f.odb, false));
    assert_false(has_file(&f, &three));
    unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("three"), &three));
    assert_true(has_file(&f, &three));
    unit_assert_ok(ctx, qn_odb_sync(ctx, f.odb));
    close_fixture(&f);
    unit_end(ctx);
}

int test_odb(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_back),
        cmocka_unit_test(sees_what_another_view_wrote),
        cmocka_unit_test(dry_runs_leave_nothing),
        cmocka_unit_test(distrusts_loose_files),
        cmocka_unit_test(follows_alternates),
        cmocka_unit_test(streams_in_pieces),
        cmocka_unit_test(names_a_batch_at_its_end),
    };

    return cmocka_run_group_tests_name("odb", tests, NULL, NULL);
}
