/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "object/filter_spec.h"

int test_filter_spec(void);

static void reads_and_writes_back(void **state)
{
    static const struct {
        const char *texts[3];
        const char *written; /* NULL: refused */
    } rows[] = {
        {{"blob:none"}, "blob:none"},
        {{"blob:limit=1k"}, "blob:limit=1024"},
        {{"blob:limit=0x10"}, "blob:limit=16"},
        {{"tree:010"}, "tree:8"},
        {{"tree:2g"}, "tree:2147483648"},
        {{"object:type=tag"}, "object:type=tag"},
        {{"sparse:oid=main:x y"}, "sparse:oid=main:x y"},
        {{"combine:tree:3+blob:none"}, "combine:tree:3+blob:none"},
        {{"combine:tree%3A3+blob%3anone"}, "combine:tree:3+blob:none"},
        {{"tree:1", "blob:none"}, "combine:tree:1+blob:none"},
        {{"tree:1", "sparse:oid=a b"}, "combine:tree:1+sparse:oid=a%20b"},
        {{"combine:+tree:1+"}, "tree:1"},
        {{"combine:combine%3Atree:1%2Btree:2+tree:3", "tree:4"},
         "combine:tree:1+tree:2+tree:3+tree:4"},
        {{"combine:"}, NULL},
        {{"combine:a@"}, NULL},
        {{"combine:tree:1+combine:"}, NULL},
        {{""}, NULL},
        {{"auto"}, NULL},
        {{"tree:"}, NULL},
        {{"tree:18446744073709551616"}, NULL},
        {{"tree:17179869184g"}, NULL},
        {{"tree:09"}, NULL},
        {{"tree:-1"}, NULL},
        {{"tree:1kk"}, NULL},
        {{"sparse:path=x"}, NULL},
        {{"object:type=branch"}, NULL},
    };
    size_t i, j;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
        struct qn_buf written = QN_BUF_INIT;
        enum qn_status status = QN_OK;

        for (j = 0; rows[i].texts[j] && !status; j++)
            status = qn_filter_spec_parse(
                ctx, &spec, qn_bytes_from_string(rows[i].texts[j]));
        if ((status == QN_OK) != (rows[i].written != NULL))
            print_error("%s\n", rows[i].texts[0]);
        unit_assert_status(ctx, status, rows[i].written ? QN_OK : QN_INVALID);
        if (rows[i].written) {
            unit_assert_ok(ctx, qn_filter_spec_append(ctx, &spec, &written));
            assert_string_equal(qn_buf_string(&written), rows[i].written);
        } else {
            assert_int_equal(spec.count, 0);
        }
        qn_buf_dispose(&written);
        qn_filter_spec_dispose(&spec);
        unit_end(ctx);
    }
}

static void auto_is_alone(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;

    (void)state;
    spec.allows_auto = true;
    unit_assert_ok(ctx, qn_filter_spec_parse(ctx, &spec, QN_BYTES("auto")));
    unit_assert_status(
        ctx, qn_filter_spec_parse(ctx, &spec, QN_BYTES("tree:1")), QN_INVALID);
    assert_int_equal(spec.count, 1);
    qn_filter_spec_dispose(&spec);
    unit_end(ctx);
}

int test_filter_spec(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_back),
        cmocka_unit_test(auto_is_alone),
    };

    return cmocka_run_group_tests_name("filter_spec", tests, NULL, NULL);
}
