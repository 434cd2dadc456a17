/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/quote.h"

int test_quote(void);

static const struct row {
    const char *text;
    const char *c;
    const char *shell;
} rows[] = {
    {"a", "a", "'a'"},
    {"", "", "''"},
    {"a b", "a b", "'a b'"},
    {"it's", "it's", "'it'\\''s'"},
    {"wow!", "wow!", "'wow'\\!''"},
    {"a\tb\n", "\"a\\tb\\n\"", "'a\tb\n'"},
    {"\"\\", "\"\\\"\\\\\"", "'\"\\'"},
    {"\xc3\xa4\x7f\x01", "\"\\303\\244\\177\\001\"", "'\xc3\xa4\x7f\x01'"},
};

static enum qn_status there_and_back(struct qn_ctx *ctx, void *data)
{
    struct qn_buf buf = QN_BUF_INIT;
    struct qn_buf back = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t used;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_bytes text = qn_bytes_from_string(rows[i].text);

        qn_buf_clear(&buf);
        qn_buf_clear(&back);
        status = qn_quote_path(ctx, &buf, text, true);
        if (!status)
            assert_string_equal(qn_buf_string(&buf), rows[i].c);
        if (!status && buf.size > 0 && buf.data[0] == '"') {
            status = qn_quote_unquote_c(ctx, qn_buf_bytes(&buf), &back, NULL);
            if (!status)
                assert_string_equal(qn_buf_string(&back), rows[i].text);
        }
        if (status)
            break;
        qn_buf_clear(&buf);
        qn_buf_clear(&back);
        status = qn_quote_shell(ctx, &buf, text);
        if (!status)
            status =
                qn_quote_unquote_shell(ctx, qn_buf_bytes(&buf), &back, &used);
        if (!status) {
            assert_string_equal(qn_buf_string(&buf), rows[i].shell);
            assert_string_equal(qn_buf_string(&back), rows[i].text);
            assert_int_equal(used, buf.size);
        }
    }
    qn_buf_dispose(&buf);
    qn_buf_dispose(&back);
    return status;
}

static void goes_there_and_back(void **state)
{
    (void)state;
    unit_each_allocation(there_and_back, NULL);
}

static void refuses_bad_quoting(void **state)
{
    static const char *const bad[] = {
        "", "a", "\"a", "\"\\x\"", "\"\\400\"", "\"\\12\"", "\"a\"b"};
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(bad); i++) {
        unit_assert_status(
            ctx,
            qn_quote_unquote_c(ctx, qn_bytes_from_string(bad[i]), &buf, NULL),
            QN_INVALID);
        assert_int_equal(buf.size, 0);
    }
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

int test_quote(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(refuses_bad_quoting),
    };

    return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
