/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "os/directory.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/sync.h"
#include "os/temporary.h"

#include <stdio.h>
#include <string.h>

int test_file(void);

static const char *join(char *room, const char *top, const char *name)
{
    snprintf(room, 4096, "%s/%s", top, name);
    return room;
}

static void put(struct qn_ctx *ctx, const char *path, const char *text)
{
    int fd = -1;

    unit_assert_ok(
        ctx, qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

static void assert_file(struct qn_ctx *ctx, const char *path, const char *text)
{
    struct qn_buf got = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_file_read_all(ctx, path, &got));
    assert_string_equal(qn_buf_string(&got), text);
    qn_buf_dispose(&got);
}

static void reads_what_was_written(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *top = unit_directory();
    struct qn_buf got = QN_BUF_INIT;
    struct qn_file_stat found;
    struct qn_file_map map = {NULL, 0, false};
    char room[4096];

    (void)state;
    put(ctx, join(room, top, "a"), "hello");
    assert_file(ctx, room, "hello");
    unit_assert_ok(ctx, qn_file_lstat(ctx, room, &found));
    assert_int_equal(found.kind, QN_FILE_REGULAR);
    assert_int_equal(found.size, 5);
    unit_assert_ok(ctx, qn_file_touch(ctx, room, 1234567890123456789));
    unit_assert_ok(ctx, qn_file_lstat(ctx, room, &found));
    assert_int_equal(found.mtime_ns, 1234567890123456789);
    unit_assert_ok(ctx, qn_file_map(ctx, room, &map));
    assert_int_equal(map.size, 5);
    assert_memory_equal(map.data, "hello", 5);
    qn_file_unmap(&map);
    unit_assert_status(ctx,
                       qn_file_read_all(ctx, join(room, top, "none"), &got),
                       QN_NOT_FOUND);
    unit_assert_ok(ctx, qn_file_lstat(ctx, room, &found));
    assert_int_equal(found.kind, QN_FILE_NONE);
    unit_assert_ok(ctx, qn_file_symlink(ctx, "some/where", room));
    unit_assert_ok(ctx, qn_file_readlink(ctx, room, &got));
    assert_string_equal(qn_buf_string(&got), "some/where");
    qn_buf_dispose(&got);
    unit_end(ctx);
}

static void makes_and_removes_trees(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *top = unit_directory();
    char room[4096];
    char other[4096];

    (void)state;
    unit_assert_ok(
        ctx, qn_directory_make_all(ctx, join(room, top, "t/b//c/d/"), 0777));
    put(ctx, join(room, top, "t/b/c/d/file"), "x");
    put(ctx, join(room, top, "t/file"), "x");
    unit_assert_ok(ctx, qn_file_symlink(ctx, "..", join(room, top, "t/up")));
    put(ctx, join(room, top, "kept"), "x");
    unit_assert_status(ctx, qn_directory_remove(ctx, join(room, top, "t")),
                       QN_EXISTS);
    unit_assert_ok(ctx, qn_directory_remove_all(ctx, room));
    assert_false(qn_file_exists(room));
    assert_true(qn_file_exists(join(room, top, "kept")));
    unit_assert_ok(ctx, qn_directory_make_parents(
                            ctx, join(room, top, "p/q/r/file"), 0777));
    assert_true(qn_file_is_directory(join(other, top, "p/q/r")));
    qn_directory_prune_parents(room, top);
    assert_false(qn_file_exists(join(other, top, "p")));
    assert_true(qn_file_is_directory(top));
    unit_end(ctx);
}

static void locks(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *top = unit_directory();
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_lock_file second = QN_LOCK_FILE_INIT;
    struct qn_sync sync = {QN_SYNC_INDEX, QN_SYNC_FSYNC};
    char room[4096];
    char wanted[4300];

    (void)state;
    put(ctx, join(room, top, "real"), "old");
    unit_assert_ok(ctx, qn_file_symlink(ctx, "real", join(room, top, "link")));
    unit_assert_ok(ctx, qn_lock_file_take(ctx, &lock, room, 0666, 0));
    unit_assert_status(
        ctx, qn_lock_file_take(ctx, &second, join(room, top, "real"), 0666, 20),
        QN_LOCKED);
    snprintf(wanted, sizeof(wanted),
             "Unable to create '%s.lock': File exists.\n\nAnother git process "
             "seems to be running in this repository, or the lock file may be "
             "stale",
             room);
    assert_string_equal(qn_ctx_message(ctx), wanted);
    assert_string_equal(qn_ctx_reason(ctx), "os.locked");
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, qn_lock_file_write(ctx, &lock, QN_BYTES("new")));
    assert_file(ctx, room, "old");
    unit_assert_ok(ctx, qn_lock_file_commit(ctx, &lock, &sync, QN_SYNC_INDEX));
    assert_file(ctx, room, "new");
    unit_assert_ok(ctx, qn_lock_file_take(ctx, &lock, room, 0666, 0));
    qn_lock_file_rollback(&lock);
    assert_file(ctx, room, "new");
    unit_assert_ok(ctx, qn_lock_file_take(ctx, &lock, room, 0666, 0));
    qn_temporary_unlink_all();
    assert_false(qn_file_exists(join(room, top, "real.lock")));
    qn_lock_file_rollback(&lock);
    unit_end(ctx);
}

static void parses_fsync(void **state)
{
    static const struct {
        const char *text;
        uint32_t wanted;
    } rows[] = {
        {NULL, QN_SYNC_PACK | QN_SYNC_PACK_METADATA | QN_SYNC_COMMIT_GRAPH},
        {"", QN_SYNC_PACK | QN_SYNC_PACK_METADATA | QN_SYNC_COMMIT_GRAPH},
        {"none", 0},
        {"none,index", QN_SYNC_INDEX},
        {"reference,-pack",
         QN_SYNC_PACK_METADATA | QN_SYNC_COMMIT_GRAPH | QN_SYNC_REFERENCE},
        {"all", 63},
        {"none,committed", QN_SYNC_PACK | QN_SYNC_LOOSE_OBJECT},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_sync sync;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        unit_assert_ok(ctx, qn_sync_parse(ctx, rows[i].text, "fsync", &sync));
        assert_int_equal(sync.components, rows[i].wanted);
    }
    unit_end(ctx);
}

int test_file(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(makes_and_removes_trees),
        cmocka_unit_test(locks),
        cmocka_unit_test(parses_fsync),
    };

    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
