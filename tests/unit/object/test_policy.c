/* SPDX-License-Identifier: MIT */
/* Severities of findings as configured, and what is left alone. */
#include "unit.h"

#include "object/check_policy.h"

int test_policy(void);

static void sets_severities(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        enum qn_status status;
    } rows[] = {
        {"missingEmail", "warn", QN_OK},
        {"MISSINGEMAIL", "ignore", QN_OK},
        {"nulInHeader", "error", QN_OK},
        {"nulInHeader", "warn", QN_INVALID},
        {"missingEmail", "info", QN_INVALID},
        {"missingEmail", "warn:3", QN_INVALID},
        {"largePathname", "warn:3", QN_OK},
        {"largePathname", "warn:x", QN_INVALID},
        {"largePathname", ":3", QN_INVALID},
        {"nothing", "warn", QN_NOT_FOUND},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_check_policy policy;
    size_t i;

    (void)state;
    qn_check_policy_init(&policy, QN_HASH_SHA1);
    assert_int_equal(qn_check_policy_severity(&policy, "hasDot"),
                     QN_CHECK_WARN);
    policy.is_strict = true;
    assert_int_equal(qn_check_policy_severity(&policy, "hasDot"),
                     QN_CHECK_ERROR);
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        assert_int_equal(
            qn_check_policy_set(ctx, &policy, rows[i].name, rows[i].value),
            rows[i].status);
        qn_ctx_clear(ctx);
    }
    assert_int_equal(qn_check_policy_severity(&policy, "missingEmail"),
                     QN_CHECK_IGNORE);
    assert_int_equal(policy.name_limit, 3);
    qn_check_policy_dispose(&policy);
    unit_end(ctx);
}

static void skips_what_is_listed(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_check_policy policy;
    struct qn_id id, other;

    (void)state;
    qn_check_policy_init(&policy, QN_HASH_SHA1);
    assert_true(
        qn_id_from_hex(&id, QN_HASH_SHA1,
                       QN_BYTES("0123456789012345678901234567890123456789")));
    other = id;
    other.bytes[3] ^= 1;
    unit_assert_ok(
        ctx, qn_check_policy_skip(
                 ctx, &policy,
                 QN_BYTES("# known\n\n  "
                          "0123456789012345678901234567890123456789 # x\n")));
    assert_true(qn_check_policy_is_skipped(&policy, &id));
    assert_false(qn_check_policy_is_skipped(&policy, &other));
    assert_int_equal(qn_check_policy_skip(ctx, &policy, QN_BYTES("zzz\n")),
                     QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx), "invalid object name: zzz");
    qn_check_policy_dispose(&policy);
    qn_ctx_clear(ctx);
    unit_end(ctx);
}

int test_policy(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_severities),
        cmocka_unit_test(skips_what_is_listed),
    };

    return cmocka_run_group_tests_name("object/check_policy", tests, NULL,
                                       NULL);
}
