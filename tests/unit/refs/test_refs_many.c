/* SPDX-License-Identifier: MIT */
/* Many new refs at once: where they go, and what others may be doing. */
#include "store.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int test_refs_many(void);

#define MANY 250

enum act {
    ACT_NONE,
    ACT_FILE_BELOW, /* a ref in the making where one of ours is a file */
    ACT_LOCK_ABOVE, /* one where one of ours has a directory */
    ACT_EMPTY_BELOW /* an empty directory only */
};

struct world {
    const char *directory;
    enum act act;
    const char *when;
};

static void put_file(const char *directory, const char *name)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static bool is_there(const char *directory, const char *name)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static void do_act(const struct world *world)
{
    char path[512];

    if (world->act == ACT_FILE_BELOW || world->act == ACT_EMPTY_BELOW) {
        (void)snprintf(path, sizeof(path), "%s/refs/x/d/7", world->directory);
        assert_int_equal(mkdir(path, 0777), 0);
    }
    if (world->act == ACT_FILE_BELOW)
        put_file(world->directory, "refs/x/d/7/y.lock");
    if (world->act == ACT_LOCK_ABOVE)
        put_file(world->directory, "refs/x/d.lock");
}

static enum qn_status observe(struct qn_ctx *ctx, void *data, const char *state,
                              struct qn_bytes lines)
{
    const struct world *world = data;

    (void)ctx;
    (void)lines;
    if (state && strcmp(state, world->when) == 0)
        do_act(world);
    return QN_OK;
}

static enum qn_status make_many(struct qn_ctx *ctx, struct qn_refs *refs,
                                const struct cell *cell, bool is_first)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_id id = number_id(cell, 1), none = number_id(cell, 0);
    enum qn_status status = qn_ref_transaction_new(ctx, refs, &transaction);
    char name[32];
    int i;

    if (!status && is_first)
        qn_ref_transaction_expect_new(transaction);
    for (i = 0; !status && i < (is_first ? 3 : MANY); i++) {
        (void)snprintf(name, sizeof(name), "refs/x/d/%d", i);
        status = qn_ref_transaction_update(ctx, transaction, name, &id,
                                           is_first ? NULL : &none, 0, "many");
    }
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    return status;
}

static enum qn_status count_ref(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    (void)ctx;
    *(int *)data += !ref->is_broken;
    return QN_OK;
}

static int count_refs(struct qn_ctx *ctx, struct qn_refs *refs)
{
    int count = 0;

    unit_assert_ok(ctx, qn_refs_walk(ctx, refs, "", 0, count_ref, &count));
    return count;
}

struct row {
    enum act act;
    const char *when;
    int count;     /* of ours that are there in the end */
    bool is_loose; /* as files */
};

static void try_row(const struct row *row)
{
    const struct cell *cell = &cells[0];
    struct qn_ctx *ctx = unit_begin();
    struct world world = {unit_directory(), row->act, row->when};
    struct qn_refs *refs = open_store(ctx, cell, world.directory, true);
    struct qn_id id = number_id(cell, 5);
    enum qn_status status;

    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/tags/old", &id, NULL, ""));
    qn_refs_set_observer(refs, observe, &world);
    status = make_many(ctx, refs, cell, false);
    assert_int_equal(status, row->count ? QN_OK : QN_CONFLICT);
    qn_ctx_clear(ctx);
    assert_int_equal(count_refs(ctx, refs), row->count + 1);
    assert_int_equal(is_there(world.directory, "refs/x/d/3"), row->is_loose);
    assert_false(is_there(world.directory, "refs/x/d/3.lock"));
    assert_false(is_there(world.directory, "packed-refs.lock"));
    assert_false(is_there(world.directory, "packed-refs.new"));
    qn_refs_free(refs);
    unit_end(ctx);
}

static void test_others(void **state)
{
    static const struct row rows[] = {
        {ACT_NONE, "prepared", MANY, false},
        {ACT_FILE_BELOW, "prepared", 0, false},
        {ACT_LOCK_ABOVE, "prepared", 0, false},
        {ACT_EMPTY_BELOW, "prepared", MANY, false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        try_row(&rows[i]);
}

/* What is in the way before, or a lock of packed-refs: they become files. */
static void test_fall_back(void **state)
{
    const struct cell *cell = &cells[1];
    struct qn_ctx *ctx = unit_begin();
    const char *directory = unit_directory();
    struct qn_refs *refs = open_store(ctx, cell, directory, true);
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id id = number_id(cell, 1);
    bool found = false;

    (void)state;
    put_file(directory, "packed-refs.lock");
    unit_assert_ok(ctx, make_many(ctx, refs, cell, false));
    assert_true(is_there(directory, "refs/x/d/3"));
    assert_false(is_there(directory, "refs/x/d/3.lock"));
    assert_false(is_there(directory, "refs/x/d/3.lock.lock"));
    assert_int_equal(count_refs(ctx, refs), MANY);
    unit_assert_ok(ctx, qn_refs_find(ctx, refs, "refs/x/d/249", &ref, &found));
    assert_true(found && qn_id_is_equal(&ref.id, &id));
    assert_int_equal(make_many(ctx, refs, cell, false), QN_EXISTS);
    qn_ctx_clear(ctx);
    qn_ref_dispose(&ref);
    qn_refs_free(refs);
    unit_end(ctx);
}

static void test_first(void **state)
{
    const struct cell *cell = &cells[0];
    struct qn_ctx *ctx = unit_begin();
    const char *directory = unit_directory();
    struct qn_refs *refs = open_store(ctx, cell, directory, true);

    (void)state;
    unit_assert_ok(ctx, make_many(ctx, refs, cell, true));
    assert_int_equal(count_refs(ctx, refs), 3);
    assert_true(is_there(directory, "packed-refs"));
    assert_false(is_there(directory, "refs/x"));
    qn_refs_free(refs);
    unit_end(ctx);
}

int test_refs_many(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_fall_back),
        cmocka_unit_test(test_first),
    };

    return cmocka_run_group_tests_name("refs many", tests, NULL, NULL);
}
