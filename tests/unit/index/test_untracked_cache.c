/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "index/untracked_cache.h"

int test_untracked_cache(void);

#define ALGORITHM QN_HASH_SHA1

/* top: "u", "n/"; directory "d" with ".gitignore", which has a hash. */
static void make(struct qn_untracked_cache *cache,
                 struct qn_untracked_node *top, struct qn_untracked_node *d)
{
    static struct qn_bytes top_names[2], d_names[1];
    static struct qn_untracked_node *children[1];

    qn_untracked_cache_init(cache, ALGORITHM);
    cache->idents = qn_bytes_make("here", 5);
    top_names[0] = QN_BYTES("u");
    top_names[1] = QN_BYTES("n/");
    d_names[0] = QN_BYTES(".gitignore");
    memset(top, 0, sizeof(*top));
    memset(d, 0, sizeof(*d));
    qn_id_clear(&top->exclude, ALGORITHM);
    qn_id_clear(&d->exclude, ALGORITHM);
    top->name = QN_BYTES("");
    top->names = top_names;
    top->name_count = 2;
    top->children = children;
    top->child_count = 1;
    top->is_valid = true;
    top->stat.mtime_seconds = 77;
    children[0] = d;
    d->name = QN_BYTES("d");
    d->names = d_names;
    d->name_count = 1;
    d->exclude.bytes[0] = 9;
    d->is_check_only = true;
    cache->root = top;
}

static void writes_what_it_reads(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    struct qn_untracked_cache cache, again;
    struct qn_untracked_node top, d;
    struct qn_buf bytes = QN_BUF_INIT, second = QN_BUF_INIT;

    make(&cache, &top, &d);
    assert_int_equal(qn_untracked_cache_append(ctx, &cache, &bytes), QN_OK);
    assert_int_equal(
        qn_untracked_cache_parse(ctx, ALGORITHM, qn_buf_bytes(&bytes), &again),
        QN_OK);
    assert_int_equal(again.root->name_count, 2);
    assert_true(again.root->is_valid);
    assert_int_equal(again.root->stat.mtime_seconds, 77);
    assert_int_equal(again.root->children[0]->exclude.bytes[0], 9);
    assert_true(again.root->children[0]->is_check_only);
    assert_non_null(qn_untracked_cache_child(again.root, QN_BYTES("d")));
    assert_null(qn_untracked_cache_child(again.root, QN_BYTES("e")));
    assert_int_equal(qn_untracked_cache_append(ctx, &again, &second), QN_OK);
    assert_true(qn_bytes_is_equal(qn_buf_bytes(&bytes), qn_buf_bytes(&second)));
    qn_untracked_cache_dispose(&again);
    /* Without the directories it is a cache that knows nothing. */
    qn_untracked_cache_truncate(&bytes, ALGORITHM);
    assert_int_equal(
        qn_untracked_cache_parse(ctx, ALGORITHM, qn_buf_bytes(&bytes), &again),
        QN_OK);
    assert_null(again.root);
    assert_true(qn_bytes_is_equal(again.idents, cache.idents));
    qn_untracked_cache_dispose(&again);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&second);
    unit_end(ctx);
    (void)state;
}

/* Cut anywhere it is corrupt, and nothing worse. */
static void refuses_what_is_cut(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    struct qn_untracked_cache cache, again;
    struct qn_untracked_node top, d;
    struct qn_buf bytes = QN_BUF_INIT;

    make(&cache, &top, &d);
    assert_int_equal(qn_untracked_cache_append(ctx, &cache, &bytes), QN_OK);
    for (size_t size = 0; size + 1 < bytes.size; size++) {
        assert_int_equal(
            qn_untracked_cache_parse(ctx, ALGORITHM,
                                     qn_bytes_make(bytes.data, size), &again),
            QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&bytes);
    unit_end(ctx);
    (void)state;
}

int test_untracked_cache(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(refuses_what_is_cut),
    };

    return cmocka_run_group_tests_name("untracked_cache", tests, NULL, NULL);
}
