/* SPDX-License-Identifier: MIT */
/* Lists of bundles: addresses, settings, and what is none. */
#include "unit.h"

#include "operation/part/bundle_list.h"

#include <string.h>

int test_bundle_list(void);

static void addresses(void **state)
{
    static const struct {
        const char *base, *uri, *full;
    } rows[] = {
        {"list", "b", "b"},
        {"dir/list", "b", "dir/b"},
        {"dir/list", "../b", "b"},
        {"dir/list", "./b", "dir/b"},
        {"/a/list", "b", "/a/b"},
        {"/list", "b", "/b"},
        {"/a/list", "/b", "/b"},
        {"/a/list", "http://h/b", "http://h/b"},
        {"file:///a/list", "b", "file:///a/b"},
        {"file:///a/list", "../b", "file:///b"},
        {"http://h/p/list", "b", "http://h/p/b"},
        {"http://h/p/list", "/b", "http://h/b"},
        {"http://h/p/list", "../b", "http://h/b"},
        /* never above the host, never another one */
        {"http://h/p/list", "../../b", "http://h/../b"},
        {"http://h", "b", "http://h/b"},
        {"http://h", "../b", "http://h/../b"},
        {"http://h/list", "//x/b", "http://h//x/b"},
        {"http://h/list", "ext::b", "ext::b"},
        {"", "b", "b"},
        {"", "../b", "../b"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_buf out = QN_BUF_INIT;

        unit_assert_ok(
            ctx, qn_bundle_list_resolve(ctx, rows[i].base, rows[i].uri, &out));
        assert_string_equal(qn_buf_string(&out), rows[i].full);
        qn_buf_dispose(&out);
    }
    unit_end(ctx);
}

static enum qn_status parse(struct qn_ctx *ctx, void *data)
{
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    enum qn_status status = qn_bundle_list_parse(
        ctx, &list, "http://h/l", "file", qn_bytes_from_string(data));

    if (!status) {
        assert_int_equal(list.mode, QN_BUNDLE_LIST_ANY);
        assert_true(list.has_tokens);
        assert_int_equal(list.count, 2);
        assert_string_equal(list.entries[0].id, "A b");
        assert_string_equal(list.entries[0].uri, "http://h/x");
        assert_string_equal(list.entries[0].filter, "blob:none");
        assert_int_equal(list.entries[1].token, UINT64_MAX);
    }
    qn_bundle_list_dispose(&list);
    return status;
}

static char whole[] =
    "[bundle]\nversion=1\nmode=any\nheuristic=creationToken\nother=1\n"
    "[bundle \"A b\"]\nuri=x\nfilter=blob:none\n"
    "[bundle \"c\"]\ncreationToken=18446744073709551615\nuri=/y\n";

static void whole_list(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    unit_assert_ok(ctx, parse(ctx, whole));
    unit_end(ctx);
    unit_each_allocation(parse, whole);
}

static void no_lists(void **state)
{
    static const char *const rows[] = {
        "garbage",
        "[bundle]\nversion=2\n",
        "[bundle]\nversion\n",
        "[bundle]\nmode=some\n",
        "[bundle \"a\"]\nfilter=x\n",
        "[bundle \"a\"]\nuri=x\nuri=y\n",
        "[include]\npath=/etc/passwd\n",
        "[core]\nbare=true\n",
        "[bundle \"a\"\nuri=x\n",
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        unit_assert_status(ctx, parse(ctx, (void *)(uintptr_t)rows[i]),
                           QN_INVALID);
    unit_end(ctx);
}

/* More of them than anybody needs. */
static void endless_list(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    (void)state;
    for (i = 0; !status && i <= QN_BUNDLE_LIST_MAX; i++) {
        qn_buf_clear(&key);
        unit_assert_ok(ctx, qn_buf_printf(ctx, &key, "bundle.%zu.uri=x", i));
        status = qn_bundle_list_take(ctx, &list, "", qn_buf_bytes(&key));
    }
    unit_assert_status(ctx, status, QN_TOO_BIG);
    assert_int_equal(list.count, QN_BUNDLE_LIST_MAX);
    qn_buf_dispose(&key);
    qn_bundle_list_dispose(&list);
    unit_end(ctx);
}

static void lines(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    static const char *const bad[] = {
        "",    "=",         "x", "=x", "bundle.mode=", "bundle.version=2",
        "a=b", "bundle..=x"};
    size_t i;

    (void)state;
    unit_assert_ok(ctx, qn_bundle_list_take(ctx, &list, "/r/",
                                            QN_BYTES("bundle.a.uri=x=y")));
    assert_string_equal(list.entries[0].uri, "/r/x=y");
    for (i = 0; i < QN_COUNT_OF(bad); i++) {
        enum qn_status status = qn_bundle_list_take(
            ctx, &list, "/r/", qn_bytes_from_string(bad[i]));

        if (strcmp(bad[i], "bundle..=x") == 0 && !status)
            continue; /* a name of nothing */
        unit_assert_status(ctx, status, QN_INVALID);
    }
    qn_bundle_list_dispose(&list);
    unit_end(ctx);
}

int test_bundle_list(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses), cmocka_unit_test(whole_list),
        cmocka_unit_test(no_lists),  cmocka_unit_test(endless_list),
        cmocka_unit_test(lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
