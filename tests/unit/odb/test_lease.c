/* SPDX-License-Identifier: MIT */
/* Leases of writers and the marker of a prune. */
#include "unit.h"

#include "odb/odb_lease.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/process.h"

#include <stdio.h>
#include <string.h>

int test_lease(void);

static struct qn_odb_store *open_store(struct qn_ctx *ctx, char *path,
                                       size_t size)
{
    struct qn_odb_store_options options = {
        .directory = path, .algorithm = QN_HASH_SHA1, .loose_compression = 1};
    struct qn_odb_store *store = NULL;

    snprintf(path, size, "%s/objects", unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &store));
    return store;
}

static size_t count_leases(struct qn_ctx *ctx, const char *objects)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    char path[4300];
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/info/writers", objects);
    if (!qn_file_is_directory(path))
        return 0;
    unit_assert_ok(ctx, qn_directory_open(ctx, path, &directory));
    while (qn_directory_next(directory, &name, &kind))
        count++;
    qn_directory_close(directory);
    return count;
}

static void lasts_until_the_last_view(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb *odb = NULL, *other = NULL;
    char path[4200];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    struct qn_id id;

    (void)state;
    unit_assert_ok(ctx, qn_odb_new(ctx, store, 0, &odb));
    unit_assert_ok(ctx, qn_odb_fork(ctx, odb, &other));
    assert_int_equal(count_leases(ctx, path), 0);
    unit_assert_ok(
        ctx, qn_odb_write(ctx, other, QN_OBJECT_BLOB, QN_BYTES("text"), &id));
    assert_int_equal(count_leases(ctx, path), 1);
    qn_odb_free(other);
    assert_int_equal(count_leases(ctx, path), 1);
    qn_odb_free(odb);
    assert_int_equal(count_leases(ctx, path), 0);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static void keeps_a_prune_from_objects(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_prune_marker *marker = NULL;
    char path[4200], file[4300];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    struct qn_odb *odb = NULL;
    bool is_busy = false;
    struct qn_id id;

    (void)state;
    snprintf(file, sizeof(file), "%s/info/pruning", path);
    unit_assert_ok(ctx, qn_odb_new(ctx, store, 0, &odb));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB, QN_BYTES("text"), &id));
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    assert_true(is_busy);
    assert_true(qn_file_exists(file));
    qn_odb_prune_end(marker);
    assert_false(qn_file_exists(file));
    qn_odb_free(odb);
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    assert_false(is_busy);
    qn_odb_prune_end(marker);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static void forgets_the_dead(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_prune_marker *marker = NULL;
    char path[4200], file[4300], text[300];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    struct qn_buf own = QN_BUF_INIT;
    struct qn_odb *odb = NULL;
    bool is_busy = true;
    int fd = -1;

    (void)state;
    /* as a process that is not there any more would have left it */
    unit_assert_ok(ctx, qn_odb_new(ctx, store, 0, &odb));
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    snprintf(file, sizeof(file), "%s/info/pruning", path);
    unit_assert_ok(ctx, qn_file_read_all(ctx, file, &own));
    qn_odb_prune_end(marker);
    snprintf(text, sizeof(text), "%ld%s", 0x3fffffffL,
             strchr(qn_buf_string(&own), ' '));
    unit_assert_ok(ctx, qn_file_open(ctx, file, QN_FILE_WRITE | QN_FILE_CREATE,
                                     0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, file));
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    assert_false(is_busy);
    qn_odb_prune_end(marker);
    qn_buf_dispose(&own);
    qn_odb_free(odb);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static void write_text(struct qn_ctx *ctx, const char *path, const char *text)
{
    int fd = -1;

    unit_assert_ok(ctx, qn_file_open(ctx, path, QN_FILE_WRITE | QN_FILE_CREATE,
                                     0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

/* The id of a process that was killed was given to another one: to us. */
static void forgets_a_reused_id(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_prune_marker *marker = NULL;
    char path[4200], file[4300], text[600];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    struct qn_buf own = QN_BUF_INIT, birth = QN_BUF_INIT;
    bool is_busy = false;
    char *last;

    (void)state;
    unit_assert_ok(ctx, qn_process_birth(ctx, qn_process_own_id(), &birth));
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    snprintf(file, sizeof(file), "%s/info/pruning", path);
    unit_assert_ok(ctx, qn_file_read_all(ctx, file, &own));
    qn_odb_prune_end(marker);
    snprintf(text, sizeof(text), "%s", qn_buf_string(&own));
    last = strrchr(text, ' ');
    assert_non_null(last);
    if (birth.size > 0) { /* the system tells */
        snprintf(last, sizeof(text) - (size_t)(last - text), " 1\n");
        write_text(ctx, file, text);
        unit_assert_ok(ctx,
                       qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
        qn_odb_prune_end(marker);
        assert_false(qn_file_exists(file));
    }
    /* it does not, or did not: then it may well be we */
    snprintf(last, sizeof(text) - (size_t)(last - text), " -\n");
    write_text(ctx, file, text);
    unit_assert_status(
        ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy), QN_LOCKED);
    qn_ctx_clear(ctx);
    assert_true(qn_file_exists(file));
    unit_assert_ok(ctx, qn_file_unlink_if_exists(ctx, file));
    qn_buf_dispose(&own);
    qn_buf_dispose(&birth);
    qn_odb_store_release(store);
    unit_end(ctx);
}

/* Killed before it had a name that counts: nobody waits for it. */
static void passes_over_what_was_begun(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_prune_marker *marker = NULL;
    char path[4200], file[4300];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    bool is_busy = true;

    (void)state;
    snprintf(file, sizeof(file), "%s/info/writers", path);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, file, 0777));
    snprintf(file, sizeof(file), "%s/info/writers/tmp_abcdef", path);
    write_text(ctx, file, "");
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    assert_false(is_busy);
    assert_int_equal(count_leases(ctx, path),
                     1); /* and no more of the marker's */
    qn_odb_prune_end(marker);
    qn_odb_store_release(store);
    unit_end(ctx);
}

/* Two prunes: the second one waits, and then says so. */
static void lets_one_prune_in(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_prune_marker *marker = NULL, *other = NULL;
    char path[4200];
    struct qn_odb_store *store = open_store(ctx, path, sizeof(path));
    bool is_busy = true;

    (void)state;
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy));
    unit_assert_status(
        ctx, qn_odb_prune_begin(ctx, store, 20, &other, &is_busy), QN_LOCKED);
    assert_null(other);
    assert_non_null(strstr(qn_ctx_message(ctx), "objects are being pruned"));
    qn_ctx_clear(ctx);
    qn_odb_prune_end(marker);
    unit_assert_ok(ctx, qn_odb_prune_begin(ctx, store, 20, &other, &is_busy));
    qn_odb_prune_end(other);
    assert_int_equal(count_leases(ctx, path), 0);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static enum qn_status write_and_prune(struct qn_ctx *ctx, void *data)
{
    struct qn_odb_store_options options = {
        .directory = data, .algorithm = QN_HASH_SHA1, .loose_compression = 1};
    struct qn_odb_store *store = NULL;
    struct qn_odb_prune_marker *marker = NULL;
    bool is_busy = true;
    enum qn_status status = qn_odb_store_open(ctx, &options, &store);

    if (status)
        return status;
    status = qn_odb_lease_take_store(ctx, store);
    qn_odb_lease_drop(store);
    if (!status)
        status = qn_odb_prune_begin(ctx, store, 20, &marker, &is_busy);
    qn_odb_prune_end(marker);
    qn_odb_store_release(store);
    return status;
}

static void leaves_nothing_without_memory(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    char path[4200], file[4300];

    (void)state;
    qn_odb_store_release(open_store(ctx, path, sizeof(path)));
    unit_end(ctx);
    unit_each_allocation(write_and_prune, path);
    ctx = unit_begin();
    assert_int_equal(count_leases(ctx, path), 0);
    snprintf(file, sizeof(file), "%s/info/pruning", path);
    assert_false(qn_file_exists(file));
    unit_end(ctx);
}

int test_lease(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lasts_until_the_last_view),
        cmocka_unit_test(keeps_a_prune_from_objects),
        cmocka_unit_test(forgets_the_dead),
        cmocka_unit_test(forgets_a_reused_id),
        cmocka_unit_test(passes_over_what_was_begun),
        cmocka_unit_test(lets_one_prune_in),
        cmocka_unit_test(leaves_nothing_without_memory),
    };

    return cmocka_run_group_tests_name("odb/odb_lease", tests, NULL, NULL);
}
