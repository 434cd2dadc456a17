/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/endian.h"
#include "index/index.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

int test_index(void);

static enum qn_status add(struct qn_ctx *ctx, struct qn_index *index,
                          const char *path, unsigned stage, bool replaces)
{
    struct qn_index_entry entry = {.path = qn_bytes_from_string(path),
                                   .mode = 0100644,
                                   .stage = (uint8_t)stage};

    qn_id_clear(&entry.id, qn_index_algorithm(index));
    memset(entry.id.bytes, 'a' + (int)stage, 20);
    entry.stat.mtime_seconds = 77;
    entry.stat.size = (uint32_t)strlen(path);
    return qn_index_add(ctx, index, &entry, replaces);
}

static struct qn_index *make(struct qn_ctx *ctx, uint32_t algorithm)
{
    struct qn_index *index = NULL;

    unit_assert_ok(ctx, qn_index_new(ctx, algorithm, &index));
    return index;
}

/* "path:stage path:stage ..." of the whole index. */
static void assert_entries(const struct qn_index *index, const char *wanted)
{
    char text[1024] = "";

    for (size_t i = 0; i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        size_t used = strlen(text);

        snprintf(text + used, sizeof(text) - used, "%s%s:%d", used ? " " : "",
                 (const char *)entry->path.data, entry->stage);
    }
    assert_string_equal(text, wanted);
}

static void keeps_order_and_finds(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_index *index = make(ctx, QN_HASH_SHA1);
    bool found;

    (void)state;
    unit_assert_ok(ctx, add(ctx, index, "b", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "a/c", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "a-b", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "a/b", 0, false));
    assert_entries(index, "a-b:0 a/b:0 a/c:0 b:0");
    assert_int_equal(qn_index_find(index, QN_BYTES("a/c"), 0, &found), 2);
    assert_true(found);
    assert_int_equal(qn_index_find(index, QN_BYTES("a/d"), 0, &found), 3);
    assert_false(found);
    assert_true(qn_index_has_directory(index, QN_BYTES("a")));
    assert_false(qn_index_has_directory(index, QN_BYTES("b")));
    assert_false(qn_index_has_directory(index, QN_BYTES("a/b")));
    qn_index_free(index);
    unit_end(ctx);
}

static void keeps_files_and_directories_apart(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_index *index = make(ctx, QN_HASH_SHA1);

    (void)state;
    unit_assert_ok(ctx, add(ctx, index, "a", 0, false));
    unit_assert_status(ctx, add(ctx, index, "a/b/c", 0, false), QN_CONFLICT);
    assert_string_equal(qn_ctx_message(ctx),
                        "'a/b/c' appears as both a file and as a directory");
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, add(ctx, index, "a/b/c", 0, true));
    unit_assert_ok(ctx, add(ctx, index, "a/b/d", 0, true));
    unit_assert_ok(ctx, add(ctx, index, "a-", 0, true));
    assert_entries(index, "a-:0 a/b/c:0 a/b/d:0");
    unit_assert_status(ctx, add(ctx, index, "a/b", 0, false), QN_CONFLICT);
    qn_ctx_clear(ctx);
    /* Another stage is another world. */
    unit_assert_ok(ctx, add(ctx, index, "a/b", 2, false));
    unit_assert_ok(ctx, add(ctx, index, "a", 0, true));
    assert_entries(index, "a:0 a-:0 a/b:2");
    qn_index_free(index);
    unit_end(ctx);
}

static void remembers_what_was_unmerged(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_index *index = make(ctx, QN_HASH_SHA1), *again = NULL;
    struct qn_buf bytes = QN_BUF_INIT;
    const struct qn_index_resolve_undo *row;

    (void)state;
    unit_assert_ok(ctx, add(ctx, index, "f", 1, false));
    unit_assert_ok(ctx, add(ctx, index, "f", 3, false));
    assert_true(qn_index_is_unmerged(index));
    unit_assert_ok(ctx, add(ctx, index, "f", 0, false));
    assert_entries(index, "f:0");
    unit_assert_ok(ctx, qn_index_serialise(ctx, index, NULL, &bytes));
    unit_assert_ok(ctx, qn_index_parse(ctx, qn_buf_bytes(&bytes), QN_HASH_SHA1,
                                       "x", &again));
    assert_int_equal(qn_index_resolve_undo_count(again), 1);
    row = qn_index_resolve_undo_at(again, 0);
    assert_int_equal(row->mode[0], 0100644);
    assert_int_equal(row->mode[1], 0);
    assert_int_equal(row->id[2].bytes[0], 'd');
    qn_index_free(index);
    qn_index_free(again);
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

/* Written and read: the same, in each version and with both hashes. */
static void survives_a_round(void **state)
{
    (void)state;
    for (uint32_t algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256;
         algorithm++) {
        for (unsigned version = 2; version <= 4; version++) {
            struct qn_ctx *ctx = unit_begin();
            struct qn_index *index = make(ctx, algorithm), *again = NULL;
            struct qn_index_write_options options = {.records_eoie = true,
                                                     .block_count = 2};
            struct qn_buf bytes = QN_BUF_INIT;
            char path[64];

            for (int i = 0; i < 300; i++) {
                snprintf(path, sizeof(path), "dir%d/sub/file%03d", i % 7, i);
                unit_assert_ok(ctx, add(ctx, index, path, 0, false));
            }
            qn_index_set_version(index, version);
            if (version == 3)
                qn_index_at(index, 5)->flags |= QN_INDEX_SKIP_WORKTREE;
            qn_index_at(index, 9)->flags |= QN_INDEX_ASSUME_VALID;
            unit_assert_ok(ctx,
                           qn_index_serialise(ctx, index, &options, &bytes));
            unit_assert_ok(ctx, qn_index_parse(ctx, qn_buf_bytes(&bytes),
                                               algorithm, "x", &again));
            unit_assert_ok(ctx, qn_index_verify(ctx, again));
            assert_int_equal(qn_index_version(again), version);
            assert_int_equal(qn_index_count(again), qn_index_count(index));
            for (size_t i = 0; i < qn_index_count(index); i++) {
                const struct qn_index_entry *a = qn_index_peek(index, i);
                const struct qn_index_entry *b = qn_index_peek(again, i);

                assert_true(qn_bytes_is_equal(a->path, b->path));
                assert_true(qn_id_is_equal(&a->id, &b->id));
                assert_memory_equal(&a->stat, &b->stat, sizeof(a->stat));
                assert_int_equal(a->flags, b->flags);
                assert_int_equal(a->mode, b->mode);
            }
            qn_index_free(index);
            qn_index_free(again);
            qn_buf_dispose(&bytes);
            unit_end(ctx);
        }
    }
}

/* One entry "f", as a file; damaged in one place for each row. */
static void refuses_what_is_damaged(void **state)
{
    static const struct {
        const char *what;
        size_t offset;
        uint8_t byte;
        const char *message;
    } rows[] = {
        {"signature", 0, 'X', "index file corrupt"},
        {"version", 7, 5, "index file corrupt"},
        {"count", 11, 200, "index file corrupt"},
        {"mode", 12 + 26, 0x20, "index file corrupt"},
        {"extended flags in version 2", 12 + 60, 0x40,
         "unknown index entry format 0x66000000"},
        {"length of the name", 12 + 61, 9,
         "malformed name field in the index, near path ''"},
        {"extension's size", 12 + 72 + 6, 99, "index file corrupt"},
        {"unknown extension", 12 + 72, 'z', "index file corrupt"},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_index *index = make(ctx, QN_HASH_SHA1), *again = NULL;
        struct qn_buf bytes = QN_BUF_INIT;
        enum qn_status status;

        unit_assert_ok(ctx, add(ctx, index, "f", 0, false));
        unit_assert_ok(ctx, add(ctx, index, "g", 1, false));
        qn_index_remove_at(index, 1);
        unit_assert_ok(ctx, qn_index_serialise(ctx, index, NULL, &bytes));
        /* An extension that nobody knows, and may be left out. */
        unit_assert_ok(ctx, qn_buf_splice(ctx, &bytes, 12 + 72, 0,
                                          QN_BYTES("ABCD\0\0\0\1x")));
        bytes.data[rows[i].offset] = rows[i].byte;
        status = qn_index_parse(ctx, qn_buf_bytes(&bytes), QN_HASH_SHA1, "x",
                                &again);
        if (status != QN_CORRUPT)
            print_error("%s\n", rows[i].what);
        unit_assert_status(ctx, status, QN_CORRUPT);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        qn_index_free(index);
        qn_index_free(again);
        qn_buf_dispose(&bytes);
        unit_end(ctx);
    }
}

/* Cut anywhere: refused or, at best, read; never beyond its end. */
static void refuses_every_cut(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_index *index = make(ctx, QN_HASH_SHA1);
    struct qn_buf bytes = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, add(ctx, index, "a/f", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "a/g", 0, false));
    qn_index_set_version(index, 4);
    unit_assert_ok(ctx, qn_index_serialise(ctx, index, NULL, &bytes));
    for (size_t size = 0; size < bytes.size; size++) {
        struct qn_index *again = NULL;

        unit_assert_status(ctx,
                           qn_index_parse(ctx, qn_bytes_make(bytes.data, size),
                                          QN_HASH_SHA1, "x", &again),
                           QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    qn_index_free(index);
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

static void tells_racy_entries(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf path = QN_BUF_INIT;
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = make(ctx, QN_HASH_SHA1), *again = NULL;
    struct qn_file_stat stat;
    struct qn_index_stat times;

    (void)state;
    unit_assert_ok(ctx,
                   qn_buf_printf(ctx, &path, "%s/index", unit_directory()));
    unit_assert_ok(ctx, add(ctx, index, "old", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "new", 0, false));
    qn_index_at(index, 0)->stat.mtime_seconds = UINT32_MAX;
    unit_assert_ok(
        ctx, qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0));
    unit_assert_ok(ctx, qn_index_write_locked(ctx, index, &lock, NULL));
    unit_assert_ok(
        ctx, qn_index_read(ctx, qn_buf_string(&path), QN_HASH_SHA1, &again));
    assert_true(qn_index_is_racy(again, qn_index_peek(again, 0)));
    assert_false(qn_index_is_racy(again, qn_index_peek(again, 1)));
    unit_assert_ok(ctx, qn_file_lstat(ctx, qn_buf_string(&path), &stat));
    qn_index_stat_fill(&times, &stat);
    qn_index_at(again, 1)->stat = times;
    assert_true(qn_index_is_racy(again, qn_index_peek(again, 1)));
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    qn_index_free(again);
    qn_buf_dispose(&path);
    unit_end(ctx);
}

/* Split: shared file made, changes written beside it, read back whole. */
static void shares_entries(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf path = QN_BUF_INIT;
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = make(ctx, QN_HASH_SHA1), *again = NULL;
    char name[32];

    (void)state;
    unit_assert_ok(ctx,
                   qn_buf_printf(ctx, &path, "%s/index", unit_directory()));
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "f%02d", i);
        unit_assert_ok(ctx, add(ctx, index, name, 0, false));
    }
    unit_assert_ok(ctx, qn_index_set_split(ctx, index, true));
    unit_assert_ok(
        ctx, qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0));
    unit_assert_ok(ctx, qn_index_write_locked(ctx, index, &lock, NULL));
    qn_index_free(index);
    unit_assert_ok(
        ctx, qn_index_read(ctx, qn_buf_string(&path), QN_HASH_SHA1, &index));
    assert_true(qn_index_is_split(index));
    assert_int_equal(qn_index_count(index), 50);
    assert_true(qn_index_remove(index, QN_BYTES("f03")));
    qn_index_at(index, 10)->mode = 0100755;
    unit_assert_ok(ctx, add(ctx, index, "f03x", 0, false));
    unit_assert_ok(
        ctx, qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0));
    unit_assert_ok(ctx, qn_index_write_locked(ctx, index, &lock, NULL));
    unit_assert_ok(
        ctx, qn_index_read(ctx, qn_buf_string(&path), QN_HASH_SHA1, &again));
    assert_int_equal(qn_index_count(again), 50);
    for (size_t i = 0; i < 50; i++) {
        assert_true(qn_bytes_is_equal(qn_index_peek(index, i)->path,
                                      qn_index_peek(again, i)->path));
        assert_int_equal(qn_index_peek(index, i)->mode,
                         qn_index_peek(again, i)->mode);
    }
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    qn_index_free(again);
    qn_buf_dispose(&path);
    unit_end(ctx);
}

static enum qn_status parse_again(struct qn_ctx *ctx, void *data)
{
    const struct qn_bytes *bytes = data;
    struct qn_index *index = NULL;
    enum qn_status status =
        qn_index_parse(ctx, *bytes, QN_HASH_SHA1, "x", &index);

    qn_index_free(index);
    return status;
}

static void survives_failing_memory(void **state)
{
    static uint8_t copy[1024];
    struct qn_ctx *ctx = unit_begin();
    struct qn_index *index = make(ctx, QN_HASH_SHA1);
    struct qn_buf buf = QN_BUF_INIT;
    struct qn_bytes bytes;

    (void)state;
    unit_assert_ok(ctx, add(ctx, index, "a/f", 1, false));
    unit_assert_ok(ctx, add(ctx, index, "a/f", 0, false));
    unit_assert_ok(ctx, add(ctx, index, "a/g", 0, false));
    qn_index_set_version(index, 4);
    unit_assert_ok(ctx, qn_index_serialise(ctx, index, NULL, &buf));
    assert_in_range(buf.size, 1, sizeof(copy));
    memcpy(copy, buf.data, buf.size);
    bytes = qn_bytes_make(copy, buf.size);
    qn_index_free(index);
    qn_buf_dispose(&buf);
    unit_end(ctx);
    unit_each_allocation(parse_again, &bytes);
}

int test_index(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_and_finds),
        cmocka_unit_test(keeps_files_and_directories_apart),
        cmocka_unit_test(remembers_what_was_unmerged),
        cmocka_unit_test(survives_a_round),
        cmocka_unit_test(refuses_what_is_damaged),
        cmocka_unit_test(refuses_every_cut),
        cmocka_unit_test(tells_racy_entries),
        cmocka_unit_test(shares_entries),
        cmocka_unit_test(survives_failing_memory),
    };

    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
