/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "show/json.h"

int test_json(void);

static const struct {
    const char *text;
    const char *written;
} texts[] = {
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"a\"b\\c", "\"a\\\"b\\\\c\""},
    {"tab\tline\n", "\"tab\\tline\\n\""},
    {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
    {"\xc3\xa4", "\"\xc3\xa4\""},
    {"\xff", "{\"bytes\":\"/w==\"}"},
    {"a\xc3", "{\"bytes\":\"YcM=\"}"},
};

static enum qn_status write_texts(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;

    (void)data;
    for (size_t i = 0; i < QN_COUNT_OF(texts) && !status; i++) {
        struct qn_buf out = QN_BUF_INIT;
        struct qn_json json;

        qn_json_init(&json, ctx, &out);
        qn_json_string(&json, texts[i].text);
        status = qn_json_finish(&json);
        if (!status) {
            qn_buf_truncate(&out, out.size - 1);
            assert_string_equal(qn_buf_string(&out), texts[i].written);
        }
        qn_buf_dispose(&out);
    }
    return status;
}

static enum qn_status nest(struct qn_ctx *ctx, void *data)
{
    struct qn_buf out = QN_BUF_INIT;
    struct qn_json json;
    enum qn_status status;

    (void)data;
    qn_json_init(&json, ctx, &out);
    qn_json_begin_array(&json);
    qn_json_begin_object(&json);
    qn_json_key(&json, "a");
    qn_json_number(&json, -3);
    qn_json_key(&json, "b");
    qn_json_begin_array(&json);
    qn_json_bool(&json, true);
    qn_json_null(&json);
    qn_json_end_array(&json);
    qn_json_end_object(&json);
    qn_json_begin_object(&json);
    qn_json_end_object(&json);
    qn_json_end_array(&json);
    status = qn_json_finish(&json);
    if (!status)
        assert_string_equal(qn_buf_string(&out),
                            "[\n{\"a\":-3,\"b\":[true,null]},\n{}\n]\n");
    qn_buf_dispose(&out);
    return status;
}

static void writes_texts(void **state)
{
    (void)state;
    unit_each_allocation(write_texts, NULL);
}

static void nests(void **state)
{
    (void)state;
    unit_each_allocation(nest, NULL);
}

int test_json(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_texts),
        cmocka_unit_test(nests),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
