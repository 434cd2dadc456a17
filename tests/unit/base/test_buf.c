/* SPDX-License-Identifier: MIT */
#include "unit.h"

int test_buf(void);

static void grows_and_keeps_its_limit(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;

    (void)state;
    buf.limit = 10;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &buf, "hello"));
    unit_assert_status(ctx, qn_buf_append_string(ctx, &buf, "world!"),
                       QN_TOO_BIG);
    assert_string_equal(qn_buf_string(&buf), "hello");
    assert_string_not_equal(qn_ctx_message(ctx), "");
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &buf, "world"));
    assert_string_equal(qn_buf_string(&buf), "helloworld");
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static void splices(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &buf, "one three"));
    unit_assert_ok(ctx, qn_buf_splice(ctx, &buf, 4, 0, QN_BYTES("two ")));
    assert_string_equal(qn_buf_string(&buf), "one two three");
    unit_assert_ok(ctx, qn_buf_splice(ctx, &buf, 0, 8, QN_BYTES("")));
    assert_string_equal(qn_buf_string(&buf), "three");
    assert_int_equal(qn_buf_splice(ctx, &buf, 6, 0, QN_BYTES("")), QN_INTERNAL);
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static enum qn_status append_much(struct qn_ctx *ctx, void *data)
{
    struct qn_buf buf = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    int i;

    (void)data;
    for (i = 0; i < 1000 && !status; i++)
        status = qn_buf_printf(ctx, &buf, "%d, ", i);
    qn_buf_dispose(&buf);
    return status;
}

static void survives_each_allocation(void **state)
{
    (void)state;
    unit_each_allocation(append_much, NULL);
}

int test_buf(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_keeps_its_limit),
        cmocka_unit_test(splices),
        cmocka_unit_test(survives_each_allocation),
    };

    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
