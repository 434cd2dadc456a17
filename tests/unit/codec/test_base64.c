/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/base64.h"

#include <string.h>

int test_base64(void);

/* RFC 4648, section 10, and the digits at the end of the alphabet. */
static const struct {
    const char *bytes, *text;
} rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xef\xff", "++//"},
};

static enum qn_status round_trip(struct qn_ctx *ctx, void *data)
{
    struct qn_buf text = QN_BUF_INIT, back = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_bytes bytes = qn_bytes_from_string(rows[i].bytes);

        qn_buf_clear(&text);
        qn_buf_clear(&back);
        status = qn_base64_encode(ctx, bytes, &text);
        if (status)
            break;
        assert_string_equal(qn_buf_string(&text), rows[i].text);
        status = qn_base64_decode(ctx, qn_buf_bytes(&text), &back);
        if (!status)
            assert_true(qn_bytes_is_equal(qn_buf_bytes(&back), bytes));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&back);
    return status;
}

static void there_and_back(void **state)
{
    (void)state;
    unit_each_allocation(round_trip, NULL);
}

static void judges_text(void **state)
{
    static const struct {
        const char *text;
        enum qn_status status;
    } texts[] = {
        {"Zm9v\nYg==\n", QN_OK}, {"Zm9vYg", QN_OK},    {"Z", QN_INVALID},
        {"Zm9v=", QN_INVALID},   {"Zg=", QN_INVALID},  {"Zg==Zg==", QN_INVALID},
        {"Zg===", QN_INVALID},   {"Zm-v", QN_INVALID}, {"=", QN_INVALID},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(texts); i++) {
        unit_assert_ok(ctx, qn_buf_append_string(ctx, &out, "x"));
        unit_assert_status(
            ctx,
            qn_base64_decode(ctx, qn_bytes_from_string(texts[i].text), &out),
            texts[i].status);
        if (texts[i].status)
            assert_string_equal(qn_buf_string(&out), "x");
        qn_ctx_clear(ctx);
        qn_buf_clear(&out);
    }
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_base64(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(judges_text),
    };

    return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
