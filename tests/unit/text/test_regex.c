/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/charset.h"
#include "text/regex.h"
#include "text/utf8.h"
#include "text/version_sort.h"

int test_regex(void);

static const struct {
    const char *pattern;
    enum qn_regex_kind kind;
    unsigned flags;
    const char *text;
    bool found;
    size_t start;
    size_t end;
} rows[] = {
    {"b", QN_REGEX_FIXED, 0, "abc", true, 1, 2},
    {"B", QN_REGEX_FIXED, QN_REGEX_FOLD, "abc", true, 1, 2},
    {"a.c", QN_REGEX_FIXED, 0, "abc", false, 0, 0},
    {"a.c", QN_REGEX_BASIC, 0, "xabc", true, 1, 4},
    {"a+", QN_REGEX_BASIC, 0, "aa", false, 0, 0},
    {"a\\+", QN_REGEX_BASIC, 0, "baa", true, 1, 3},
    {"a+", QN_REGEX_EXTENDED, 0, "baa", true, 1, 3},
    {"^b", QN_REGEX_EXTENDED, QN_REGEX_NEWLINE, "a\nb", true, 2, 3},
    {"^b", QN_REGEX_EXTENDED, 0, "a\nb", false, 0, 0},
    {"(?<=a)b", QN_REGEX_PERL, 0, "ab", true, 1, 2},
    {"A(.)", QN_REGEX_PERL, QN_REGEX_FOLD, "xab", true, 1, 3},
    {"", QN_REGEX_FIXED, 0, "", true, 0, 0},
};

static enum qn_status match_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_regex *regex = NULL;
        struct qn_regex_match match = {0, 0};
        bool found = false;

        status = qn_regex_new(ctx, qn_bytes_from_string(rows[i].pattern),
                              rows[i].kind, rows[i].flags, &regex);
        if (!status)
            status =
                qn_regex_find(ctx, regex, qn_bytes_from_string(rows[i].text), 0,
                              &match, 1, &found);
        if (!status &&
            (found != rows[i].found || match.start != rows[i].start ||
             match.end != rows[i].end))
            fail_msg("row %zu: %d %zu %zu", i, found, match.start, match.end);
        qn_regex_free(regex);
    }
    return status;
}

static void finds(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_regex *regex = NULL;

    (void)state;
    unit_assert_status(
        ctx, qn_regex_new(ctx, QN_BYTES("["), QN_REGEX_BASIC, 0, &regex),
        QN_INVALID);
    unit_assert_status(
        ctx, qn_regex_new(ctx, QN_BYTES("("), QN_REGEX_PERL, 0, &regex),
        QN_INVALID);
    unit_end(ctx);
    unit_each_allocation(match_all, NULL);
}

static void counts_columns(void **state)
{
    (void)state;
    assert_int_equal(qn_utf8_width(QN_BYTES("abc"), false), 3);
    assert_int_equal(qn_utf8_width(QN_BYTES("\xc3\xa4"), false), 1);
    assert_int_equal(qn_utf8_width(QN_BYTES("\xe6\x97\xa5"), false), 2);
    assert_int_equal(qn_utf8_width(QN_BYTES("e\xcc\x81"), false), 1);
    assert_int_equal(qn_utf8_width(QN_BYTES("\xff"
                                            "ab"),
                                   false),
                     3);
    assert_int_equal(qn_utf8_width(QN_BYTES("\33[1;31mx\33[m"), true), 1);
    assert_true(qn_utf8_is_valid(QN_BYTES("\xf0\x9f\x98\x80")));
    assert_false(qn_utf8_is_valid(QN_BYTES("\xed\xa0\x80")));
    assert_false(qn_utf8_is_valid(QN_BYTES("\xc0\x80")));
    assert_false(qn_utf8_is_valid(QN_BYTES("\xe6\x97")));
}

static void converts(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, qn_charset_convert(ctx, "ISO-8859-1", "UTF-8",
                                           QN_BYTES("\xe4"), &buf));
    assert_string_equal(qn_buf_string(&buf), "\xc3\xa4");
    unit_assert_status(
        ctx,
        qn_charset_convert(ctx, "UTF-8", "ISO-8859-1", QN_BYTES("a\xff"), &buf),
        QN_INVALID);
    assert_int_equal(buf.size, 2);
    unit_assert_status(
        ctx, qn_charset_convert(ctx, "no-such", "UTF-8", QN_BYTES("a"), &buf),
        QN_UNSUPPORTED);
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static void sorts_versions(void **state)
{
    static const char *const order[] = {"000", "00", "01", "010", "09", "0",
                                        "1",   "2",  "9",  "10",  "100"};
    static const char *const suffixes[] = {"-rc", "-post"};
    static const char *const suffixed[] = {"v1-rc1", "v1-rc2", "v1-post", "v1"};
    size_t i;

    (void)state;
    for (i = 1; i < QN_COUNT_OF(order); i++)
        if (qn_version_sort_compare(order[i - 1], order[i], NULL, 0) >= 0)
            fail_msg("%s before %s", order[i], order[i - 1]);
    for (i = 1; i < QN_COUNT_OF(suffixed); i++)
        if (qn_version_sort_compare(suffixed[i - 1], suffixed[i], suffixes,
                                    2) >= 0)
            fail_msg("%s before %s", suffixed[i], suffixed[i - 1]);
    assert_true(qn_version_sort_compare("v1.9", "v1.10", NULL, 0) < 0);
    assert_int_equal(qn_version_sort_compare("a", "a", NULL, 0), 0);
}

int test_regex(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(counts_columns),
        cmocka_unit_test(converts),
        cmocka_unit_test(sorts_versions),
    };

    return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
