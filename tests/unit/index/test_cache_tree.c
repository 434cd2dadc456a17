/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "index/index.h"
#include "object/tree.h"
#include "os/directory.h"

#include <stdio.h>
#include <string.h>

int test_cache_tree(void);

struct fixture {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_index *index;
    struct qn_id blob;
};

static void begin(struct qn_ctx *ctx, struct fixture *f, uint32_t algorithm)
{
    struct qn_odb_store_options options = {.directory = f->objects,
                                           .algorithm = algorithm,
                                           .loose_compression = 1};

    snprintf(f->objects, sizeof(f->objects), "%s/objects%u", unit_directory(),
             algorithm);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, f->objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &f->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, f->store, 0, &f->odb));
    unit_assert_ok(ctx, qn_index_new(ctx, algorithm, &f->index));
    unit_assert_ok(ctx, qn_odb_write(ctx, f->odb, QN_OBJECT_BLOB,
                                     QN_BYTES("x\n"), &f->blob));
}

static void end(struct fixture *f)
{
    qn_index_free(f->index);
    qn_odb_free(f->odb);
    qn_odb_store_release(f->store);
}

static void add(struct qn_ctx *ctx, struct fixture *f, const char *path,
                uint8_t flags)
{
    struct qn_index_entry entry = {.path = qn_bytes_from_string(path),
                                   .id = f->blob,
                                   .mode = QN_MODE_FILE,
                                   .flags = flags};

    unit_assert_ok(ctx, qn_index_add(ctx, f->index, &entry, true));
}

/* What came out of a write is what a read makes of it. */
static void writes_what_it_reads(void **state)
{
    (void)state;
    for (uint32_t algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256;
         algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct fixture f;
        struct qn_index *other = NULL;
        struct qn_id tree, again, part;
        uint32_t count;

        begin(ctx, &f, algorithm);
        add(ctx, &f, "a/b/c", 0);
        add(ctx, &f, "a/b/d", 0);
        add(ctx, &f, "a-x", 0);
        add(ctx, &f, "a/e", 0);
        add(ctx, &f, "z", 0);
        unit_assert_ok(ctx,
                       qn_index_write_tree(ctx, f.index, f.odb, false, &tree));
        assert_true(
            qn_index_cached_tree(f.index, QN_BYTES(""), &again, &count));
        assert_true(qn_id_is_equal(&tree, &again));
        assert_int_equal(count, 5);
        assert_true(
            qn_index_cached_tree(f.index, QN_BYTES("a/b"), &part, &count));
        assert_int_equal(count, 2);
        unit_assert_ok(ctx, qn_index_new(ctx, algorithm, &other));
        unit_assert_ok(ctx, qn_index_read_tree(ctx, other, f.odb, &tree));
        assert_int_equal(qn_index_count(other), 5);
        for (size_t i = 0; i < 5; i++)
            assert_true(qn_bytes_is_equal(qn_index_peek(other, i)->path,
                                          qn_index_peek(f.index, i)->path));
        assert_true(qn_index_cached_tree(other, QN_BYTES("a"), NULL, &count));
        assert_int_equal(count, 3);
        qn_index_free(other);
        end(&f);
        unit_end(ctx);
    }
}

/* A change makes only the directories above it unknown. */
static void forgets_what_changed(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    struct qn_id tree, primed;

    (void)state;
    begin(ctx, &f, QN_HASH_SHA1);
    add(ctx, &f, "a/b/c", 0);
    add(ctx, &f, "d/e", 0);
    unit_assert_ok(ctx, qn_index_write_tree(ctx, f.index, f.odb, false, &tree));
    add(ctx, &f, "a/b/n", 0);
    assert_false(qn_index_cached_tree(f.index, QN_BYTES(""), NULL, NULL));
    assert_false(qn_index_cached_tree(f.index, QN_BYTES("a/b"), NULL, NULL));
    assert_true(qn_index_cached_tree(f.index, QN_BYTES("d"), NULL, NULL));
    /* Back as it was: priming knows it again, and writes nothing. */
    assert_true(qn_index_remove(f.index, QN_BYTES("a/b/n")));
    unit_assert_ok(ctx, qn_index_prime_tree(ctx, f.index, f.odb, &tree));
    assert_true(qn_index_cached_tree(f.index, QN_BYTES(""), &primed, NULL));
    assert_true(qn_id_is_equal(&tree, &primed));
    /* Not quite the tree: the directory that differs is not claimed. */
    add(ctx, &f, "d/f", 0);
    unit_assert_ok(ctx, qn_index_prime_tree(ctx, f.index, f.odb, &tree));
    assert_false(qn_index_cached_tree(f.index, QN_BYTES(""), NULL, NULL));
    assert_false(qn_index_cached_tree(f.index, QN_BYTES("d"), NULL, NULL));
    assert_true(qn_index_cached_tree(f.index, QN_BYTES("a"), NULL, NULL));
    end(&f);
    unit_end(ctx);
}

static void leaves_out_what_is_intended(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    struct qn_id with, without;

    (void)state;
    begin(ctx, &f, QN_HASH_SHA1);
    add(ctx, &f, "a/b", 0);
    unit_assert_ok(ctx,
                   qn_index_write_tree(ctx, f.index, f.odb, false, &without));
    add(ctx, &f, "a/c", QN_INDEX_INTENT_TO_ADD);
    add(ctx, &f, "n/o", QN_INDEX_INTENT_TO_ADD);
    unit_assert_ok(ctx, qn_index_write_tree(ctx, f.index, f.odb, false, &with));
    assert_true(qn_id_is_equal(&with, &without));
    assert_false(qn_index_cached_tree(f.index, QN_BYTES("a"), NULL, NULL));
    end(&f);
    unit_end(ctx);
}

static void refuses_what_cannot_be_a_tree(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    struct qn_index_entry entry = {.path = QN_BYTES("m"), .mode = QN_MODE_FILE};
    struct qn_id tree;

    (void)state;
    begin(ctx, &f, QN_HASH_SHA1);
    qn_id_clear(&entry.id, QN_HASH_SHA1);
    memset(entry.id.bytes, 7, 20);
    unit_assert_ok(ctx, qn_index_add(ctx, f.index, &entry, true));
    unit_assert_status(ctx,
                       qn_index_write_tree(ctx, f.index, f.odb, false, &tree),
                       QN_NOT_FOUND);
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, qn_index_write_tree(ctx, f.index, f.odb, true, &tree));
    entry.stage = 2;
    entry.path = QN_BYTES("u");
    unit_assert_ok(ctx, qn_index_add(ctx, f.index, &entry, true));
    unit_assert_status(ctx,
                       qn_index_write_tree(ctx, f.index, f.odb, true, &tree),
                       QN_CONFLICT);
    end(&f);
    unit_end(ctx);
}

int test_cache_tree(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(forgets_what_changed),
        cmocka_unit_test(leaves_out_what_is_intended),
        cmocka_unit_test(refuses_what_cannot_be_a_tree),
    };

    return cmocka_run_group_tests_name("cache_tree", tests, NULL, NULL);
}
