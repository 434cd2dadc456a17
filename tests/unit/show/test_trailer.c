/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "show/trailer.h"

int test_trailer(void);

static const struct {
    const char *message;
    struct qn_trailer_options options;
    const char *text;
} rows[] = {
    {"subject: not one\n", {.ignores_divider = true}, ""},
    {"s\n\nb\n\nSigned-off-by: A <a>\nx: y\n",
     {.ignores_divider = true},
     "Signed-off-by: A <a>\nx: y\n"},
    {"s\n\nsome text\nSigned-off-by: A\n",
     {.ignores_divider = true},
     "some text\nSigned-off-by: A\n"},
    {"s\n\nsome text\nx: A\n", {.ignores_divider = true}, ""},
    {"s\n\nx: a\n  b\ny: c\n",
     {.only_trailers = true, .unfolds = true},
     "x: a b\ny: c\n"},
    {"s\n\nx: a\ny: c\nX: d\n",
     {.only_trailers = true,
      .value_only = true,
      .has_separator = true,
      .separator = {(const uint8_t *)", ", 2},
      .keys = {{(const uint8_t *)"x", 1}},
      .key_count = 1},
     "a, d"},
    {"s\n\nx: a\n---\n\ny: b\n", {.key_only = true}, "x\n"},
};

static enum qn_status format_all(struct qn_ctx *ctx, void *data)
{
    struct qn_buf buf = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        qn_buf_clear(&buf);
        status = qn_trailer_format(ctx, qn_bytes_from_string(rows[i].message),
                                   &rows[i].options, &buf);
        if (!status)
            assert_string_equal(qn_buf_string(&buf), rows[i].text);
    }
    qn_buf_dispose(&buf);
    return status;
}

static void finds_trailers(void **state)
{
    (void)state;
    unit_each_allocation(format_all, NULL);
}

int test_trailer(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_trailers),
    };

    return cmocka_run_group_tests_name("trailer", tests, NULL, NULL);
}
