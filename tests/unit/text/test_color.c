/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/color.h"

int test_color(void);

static const struct {
    const char *text;
    const char *sequence; /* NULL: refused */
} rows[] = {
    {"", ""},
    {"normal", ""},
    {"red", "\033[31m"},
    {"bold red blue", "\033[1;31;44m"},
    {"red bold", "\033[1;31m"},
    {"brightred", "\033[91m"},
    {"default", "\033[39m"},
    {"normal green", "\033[42m"},
    {"7", "\033[37m"},
    {"12", "\033[94m"},
    {"200 17", "\033[38;5;200;48;5;17m"},
    {"#f1b", "\033[38;2;255;17;187m"},
    {"#ff0ab3", "\033[38;2;255;10;179m"},
    {"reset", "\033[m"},
    {"reset green", "\033[;32m"},
    {"nobold no-ul", "\033[22;24m"},
    {"red green blue", NULL},
    {"256", NULL},
    {"#ff", NULL},
    {"foo", NULL},
};

static void reads_colors(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        qn_buf_clear(&buf);
        unit_assert_status(
            ctx, qn_color_parse(ctx, qn_bytes_from_string(rows[i].text), &buf),
            rows[i].sequence ? QN_OK : QN_INVALID);
        if (rows[i].sequence)
            assert_string_equal(qn_buf_string(&buf), rows[i].sequence);
    }
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

int test_color(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_colors),
    };

    return cmocka_run_group_tests_name("color", tests, NULL, NULL);
}
