/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/date.h"

int test_date(void);

/* Sunday 2009-08-30 19:20:00 UTC */
static const char *const variables[] = {"GIT_TEST_DATE_NOW", "1251660000",
                                        NULL};

static void reads_strictly(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
        int zone;
    } rows[] = {
        {"2008-02-14 20:30:45", 1203021045, 0},
        {"2008-02-14 20:30:45Z", 1203021045, 0},
        {"2008-02-14 20:30:45 -0500", 1203039045, -500},
        {"20080214T203045-04:00", 1203035445, -400},
        {"Thu, 14 Feb 2008 20:30:45 +0130", 1203015645, 130},
        {"2008-14-02 10:00", 1202983200, 0},
        {"@1234567890 +0100", 1234567890, 100},
        {"1234567890", 1234567890, 0},
        {"24:00 2008-02-14", 1203033600, 0},
        {"2008-02-14 12:30 am", 1202949000, 0},
        {"2008-02-14 20:30:45 EST", 1203039045, -500},
        {"2008-02-14", -1, 0},
        {"@123", -1, 0},
        {"12345678", -1, 0},
        {"37-02-14 10:00", -1, 0},
        {"20:30:61 2008-02-14", -1, 0},
        {"", -1, 0},
    };
    struct qn_ctx *ctx = unit_begin_with(variables);
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_date date = {-1, 0};
        enum qn_status status = qn_date_parse(ctx, rows[i].text, &date);

        if (status != (rows[i].seconds < 0 ? QN_INVALID : QN_OK) ||
            date.seconds != rows[i].seconds || date.zone != rows[i].zone)
            fail_msg("'%s': %lld %d", rows[i].text, (long long)date.seconds,
                     date.zone);
    }
    unit_end(ctx);
}

static void reads_approximately(void **state)
{
    static const struct {
        const char *text;
        const char *answer;
    } rows[] = {
        {"yesterday", "2009-08-29 19:20:00"},
        {"noon yesterday", "2009-08-29 12:00:00"},
        {"tea", "2009-08-30 17:00:00"},
        {"3 days ago", "2009-08-27 19:20:00"},
        {"3.days.ago", "2009-08-27 19:20:00"},
        {"12:34:56.3.days.ago", "2009-08-27 12:34:56"},
        {"last friday", "2009-08-28 19:20:00"},
        {"2 fridays ago", "2009-08-21 19:20:00"},
        {"last tuesday noon", "2009-08-25 12:00:00"},
        {"6 PM yesterday", "2009-08-29 18:00:00"},
        {"13pm", "2009-08-30 13:00:00"},
        {"2 years 3 months ago", "2007-05-30 19:20:00"},
        {"ten weeks ago", "2009-06-21 19:20:00"},
        {"dec 6, 1992", "1992-12-06 19:20:00"},
        {"dec 02", "2008-12-02 19:20:00"},
        {"2008", "2008-08-30 19:20:00"},
        {"6/7/2009", "2009-06-07 19:20:00"},
        {"06.07.2009", "2009-07-06 19:20:00"},
        {"9/9", "2008-09-09 19:20:00"},
        {"9/10", "2008-10-09 19:20:00"},
        {"25/12", "2008-12-25 19:20:00"},
        {"never", "1970-01-01 00:00:00"},
    };
    const struct qn_date_mode mode = {QN_DATE_FORMAT, false,
                                      "%Y-%m-%d %H:%M:%S"};
    struct qn_ctx *ctx = unit_begin_with(variables);
    struct qn_buf buf = QN_BUF_INIT;
    bool recognised = true;
    int64_t seconds = 1;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        qn_buf_clear(&buf);
        seconds =
            qn_date_approximate(qn_ctx_env(ctx), rows[i].text, &recognised);
        unit_assert_ok(ctx, qn_date_format(ctx, seconds, 0, &mode, &buf));
        assert_string_equal(qn_buf_string(&buf), rows[i].answer);
        assert_true(recognised);
    }
    qn_date_approximate(qn_ctx_env(ctx), "blah", &recognised);
    assert_false(recognised);
    unit_assert_ok(ctx, qn_date_expiry(ctx, "never", &seconds));
    assert_int_equal(seconds, 0);
    unit_assert_status(ctx, qn_date_expiry(ctx, "blah", &seconds), QN_INVALID);
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static const struct {
    const char *mode;
    int64_t seconds;
    int zone;
    const char *text;
} outputs[] = {
    {"default", 1203021045, 130, "Thu Feb 14 22:00:45 2008 +0130"},
    {"local", 1203021045, 130, "Thu Feb 14 20:30:45 2008"},
    {"iso", 1203021045, -500, "2008-02-14 15:30:45 -0500"},
    {"iso-strict", 1203021045, -530, "2008-02-14T15:00:45-05:30"},
    {"iso8601-strict", 1203021045, 0, "2008-02-14T20:30:45Z"},
    {"rfc", 1203021045, 0, "Thu, 14 Feb 2008 20:30:45 +0000"},
    {"short", 1203021045, 500, "2008-02-15"},
    {"raw", 1203021045, 500, "1203021045 +0500"},
    {"unix", 1203021045, 500, "1203021045"},
    {"format:%Y%%%s%z%Z", 1203021045, -500, "2008%1203021045-0500"},
    {"format:", 1203021045, -500, ""},
    {"relative", 1251660000 - 89, 0, "89 seconds ago"},
    {"relative", 1251660000 - 90, 0, "2 minutes ago"},
    {"relative", 1251660000 - 5370, 0, "2 hours ago"},
    {"relative", 1251660000 - 31000000, 0, "12 months ago"},
    {"relative", 1251660000 - 31536000, 0, "1 year ago"},
    {"relative", 1251660000 - 47304000, 0, "1 year, 6 months ago"},
    {"relative", 1251660000 + 1, 0, "in the future"},
    {"human", 1251660000 - 86400, 0, "Sat 19:20"},
    {"human", 1251660000 - 86400 * 10, 0, "Thu Aug 20 19:20"},
    {"human", 1203021045, 0, "Feb 14 2008"},
};

static enum qn_status print_all(struct qn_ctx *ctx, void *data)
{
    struct qn_buf buf = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(outputs) && !status; i++) {
        struct qn_date_mode mode;

        qn_buf_clear(&buf);
        status = qn_date_mode_parse(ctx, outputs[i].mode, false, &mode);
        if (!status)
            status = qn_date_format(ctx, outputs[i].seconds, outputs[i].zone,
                                    &mode, &buf);
        if (!status)
            assert_string_equal(qn_buf_string(&buf), outputs[i].text);
    }
    qn_buf_dispose(&buf);
    return status;
}

static void prints(void **state)
{
    struct qn_ctx *ctx = unit_begin_with(variables);
    struct qn_date_mode mode;

    (void)state;
    unit_assert_status(ctx, qn_date_mode_parse(ctx, "isofoo", false, &mode),
                       QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx), "unknown date format isofoo");
    unit_assert_status(ctx, qn_date_mode_parse(ctx, "format", false, &mode),
                       QN_INVALID);
    unit_end(ctx);
    unit_each_allocation(print_all, NULL);
}

int test_date(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_strictly),
        cmocka_unit_test(reads_approximately),
        cmocka_unit_test(prints),
    };

    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
