/* SPDX-License-Identifier: MIT */
#include "unit.h"

int test_env(void);

/* One budget for all, and one for a part. */
static void parts_have_budgets(void **state)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *whole, *part, *other;
    void *a, *b, *c, *grown;

    (void)state;
    options.memory_limit = 1000000;
    whole = qn_env_new(&options);
    part = qn_env_new_part(whole);
    other = qn_env_new_part(part); /* of the whole, too */
    assert_non_null(part);
    assert_non_null(other);
    qn_env_set_memory_limit(part, 100000);
    a = qn_memory_new(part, 90000);
    assert_non_null(a);
    assert_null(qn_memory_new(part, 20000));
    b = qn_memory_new(other, 500000);
    assert_non_null(b);
    assert_null(qn_memory_new(other, 500000)); /* the whole's limit */
    assert_int_equal(qn_env_memory_used(part), 90000);
    assert_int_equal(qn_env_memory_used(other), 500000);
    assert_int_equal(qn_env_memory_used(whole), 590000);
    /* A block that grows elsewhere counts there. */
    grown = qn_memory_resize(other, a, 110000);
    assert_non_null(grown);
    assert_int_equal(qn_env_memory_used(part), 0);
    assert_int_equal(qn_env_memory_used(other), 610000);
    c = qn_memory_new(part, 100000);
    assert_non_null(c);
    assert_null(qn_memory_resize(part, c, 100001));
    qn_env_set_memory_limit(part, 0);
    c = qn_memory_resize(part, c, 200000);
    assert_non_null(c);
    qn_memory_free(grown);
    qn_memory_free(b);
    qn_memory_free(c);
    assert_int_equal(qn_env_memory_used(part), 0);
    assert_int_equal(qn_env_memory_used(other), 0);
    assert_int_equal(qn_env_memory_used(whole), 0);
    assert_int_equal(qn_env_memory_peak(whole), 910000);
    qn_env_release(whole);
}

/* Who holds a part holds the whole. */
static void parts_hold_the_whole(void **state)
{
    struct qn_env *whole = qn_env_new(NULL);
    struct qn_env *part = qn_env_new_part(whole);
    struct qn_ctx *ctx = qn_ctx_new(part);

    (void)state;
    assert_non_null(ctx);
    assert_ptr_equal(qn_ctx_env(ctx), part);
    qn_env_release(whole);
    assert_ptr_equal(qn_env_set_pool(part, ctx, NULL), ctx);
    assert_ptr_equal(qn_env_pool(whole), ctx);
    qn_ctx_free(ctx);
}

int test_env(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_have_budgets),
        cmocka_unit_test(parts_hold_the_whole),
    };

    return cmocka_run_group_tests_name("env", tests, NULL, NULL);
}
