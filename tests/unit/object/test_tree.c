/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "object/tree.h"

int test_tree(void);

#define ID20 "aaaaaaaaaaaaaaaaaaaa"

static void refuses_what_is_no_tree(void **state)
{
    static const struct {
        const char *what;
        struct qn_bytes tree;
        const char *message;
    } rows[] = {
        {"nothing but a mode",
         {(const uint8_t *)"100644", 6},
         "too-short tree object"},
        {"no NUL before the last id",
         {(const uint8_t *)"100644 aa" ID20, 29},
         "too-short tree object"},
        {"mode begins with a space",
         {(const uint8_t *)" 00644 a\0" ID20, 29},
         "malformed mode in tree entry"},
        {"mode is not octal",
         {(const uint8_t *)"100684 a\0" ID20, 29},
         "malformed mode in tree entry"},
        {"mode does not fit",
         {(const uint8_t *)"7777777777777 a\0" ID20, 36},
         "malformed mode in tree entry"},
        {"empty name",
         {(const uint8_t *)"100644 \0" ID20, 28},
         "empty filename in tree entry"},
        {"id is cut short",
         {(const uint8_t *)"100644 a\0aaaa100644 \0" ID20, 41},
         "empty filename in tree entry"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_tree_reader reader;
        struct qn_tree_entry entry;
        enum qn_status status = QN_OK;

        qn_tree_reader_init(&reader, rows[i].tree, QN_HASH_SHA1);
        while (status == QN_OK)
            status = qn_tree_reader_next(ctx, &reader, &entry);
        if (status == QN_END && i == QN_COUNT_OF(rows) - 1) {
            unit_end(ctx);
            continue;
        }
        if (status != QN_CORRUPT)
            print_error("%s\n", rows[i].what);
        unit_assert_status(ctx, status, QN_CORRUPT);
        if (i + 1 < QN_COUNT_OF(rows))
            assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        unit_end(ctx);
    }
}

static void writes_reads_and_finds(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf tree = QN_BUF_INIT;
        struct qn_tree_entry entry;
        struct qn_tree_reader reader;
        struct qn_id id;
        bool found;

        qn_id_clear(&id, algorithm);
        id.bytes[0] = 0xab;
        unit_assert_ok(ctx, qn_tree_append(ctx, &tree, QN_MODE_FILE,
                                           QN_BYTES("a.c"), &id));
        unit_assert_ok(
            ctx, qn_tree_append(ctx, &tree, QN_MODE_TREE, QN_BYTES("a"), &id));
        unit_assert_ok(ctx, qn_tree_append(ctx, &tree, QN_MODE_EXECUTABLE,
                                           QN_BYTES("a0"), &id));
        assert_int_equal(tree.size, 3 * qn_id_size(algorithm) + 11 + 8 + 10);
        unit_assert_ok(ctx, qn_tree_find(ctx, qn_buf_bytes(&tree), algorithm,
                                         QN_BYTES("a"), &entry, &found));
        assert_true(found);
        assert_int_equal(entry.mode, QN_MODE_TREE);
        assert_int_equal(entry.id[0], 0xab);
        unit_assert_ok(ctx, qn_tree_find(ctx, qn_buf_bytes(&tree), algorithm,
                                         QN_BYTES("a1"), &entry, &found));
        assert_false(found);
        qn_tree_reader_init(&reader, qn_buf_bytes(&tree), algorithm);
        unit_assert_ok(ctx, qn_tree_reader_next(ctx, &reader, &entry));
        assert_true(qn_bytes_is_string(entry.name, "a.c"));
        unit_assert_ok(ctx, qn_tree_reader_next(ctx, &reader, &entry));
        unit_assert_ok(ctx, qn_tree_reader_next(ctx, &reader, &entry));
        assert_true(qn_bytes_is_string(entry.name, "a0"));
        assert_int_equal(qn_tree_reader_next(ctx, &reader, &entry), QN_END);
        qn_buf_dispose(&tree);
        unit_end(ctx);
    }
}

static void orders_names_as_paths(void **state)
{
    (void)state;
    assert_true(
        qn_tree_compare_names(QN_BYTES("a"), true, QN_BYTES("a.c"), false) > 0);
    assert_true(qn_tree_compare_names(QN_BYTES("a"), false, QN_BYTES("a.c"),
                                      false) < 0);
    assert_true(
        qn_tree_compare_names(QN_BYTES("a"), true, QN_BYTES("a0"), false) < 0);
    assert_true(
        qn_tree_compare_names(QN_BYTES("a"), true, QN_BYTES("a"), true) == 0);
    assert_true(
        qn_tree_compare_names(QN_BYTES("a"), true, QN_BYTES("a"), false) > 0);
    assert_true(qn_tree_compare_names(QN_BYTES("\xff"), false, QN_BYTES("a"),
                                      false) > 0);
}

static void makes_modes_canonical(void **state)
{
    (void)state;
    assert_int_equal(qn_mode_canonical(0100664), QN_MODE_FILE);
    assert_int_equal(qn_mode_canonical(0100700), QN_MODE_EXECUTABLE);
    assert_int_equal(qn_mode_canonical(0100611), QN_MODE_FILE);
    assert_int_equal(qn_mode_canonical(0120777), QN_MODE_SYMLINK);
    assert_int_equal(qn_mode_canonical(0040755), QN_MODE_TREE);
    assert_int_equal(qn_mode_canonical(0160000), QN_MODE_GITLINK);
    assert_int_equal(qn_mode_canonical(0060000), QN_MODE_GITLINK);
    assert_int_equal(qn_mode_object_type(0160000), QN_OBJECT_COMMIT);
    assert_int_equal(qn_mode_object_type(0040000), QN_OBJECT_TREE);
    assert_int_equal(qn_mode_object_type(0120000), QN_OBJECT_BLOB);
}

int test_tree(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_tree),
        cmocka_unit_test(writes_reads_and_finds),
        cmocka_unit_test(orders_names_as_paths),
        cmocka_unit_test(makes_modes_canonical),
    };

    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
