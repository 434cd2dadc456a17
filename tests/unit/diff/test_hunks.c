/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "diff/hunks.h"

int test_hunks(void);

struct row {
    const char *name;
    struct qn_hunk_options options;
    const char *old_text, *new_text, *wanted;
};

static const struct row rows[] = {
    {"one line",
     {.context = 1},
     "a\nb\nc\nd\n",
     "a\nb\nX\nd\n",
     "@@ -2,3 +2,3 @@ a\n b\n-c\n+X\n d\n"},
    {"no context",
     {.context = 0},
     "a\nb\n",
     "a\nx\nb\n",
     "@@ -1,0 +2 @@ a\n+x\n"},
    {"missing end of line",
     {.context = 3},
     "a",
     "b",
     "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
     "\\ No newline at end of file\n"},
    {"two hunks",
     {.context = 0},
     "a\nb\nc\n",
     "x\nb\ny\n",
     "@@ -1 +1 @@\n-a\n+x\n@@ -3 +3 @@ b\n-c\n+y\n"},
    {"joined by inter-hunk",
     {.context = 0, .inter_hunk = 1},
     "a\nb\nc\n",
     "x\nb\ny\n",
     "@@ -1,3 +1,3 @@\n-a\n+x\n b\n-c\n+y\n"},
    {"blank lines ignored",
     {.context = 1, .flags = QN_TEXT_DIFF_IGNORE_BLANK_LINES},
     "a\nb\n",
     "a\n\nb\n",
     ""},
    {"whole function",
     {.context = 0, .has_function_context = true},
     "f\n 1\n 2\ng\n 3\n",
     "f\n 1\n x\ng\n 3\n",
     "@@ -1,3 +1,3 @@\n f\n  1\n- 2\n+ x\n"},
    {"a cut character",
     {.context = 0},
     "x234567890123456789012345678901234567890123456789012345678901234567890123"
     "4"
     "56789\303\244\nb\n",
     "x234567890123456789012345678901234567890123456789012345678901234567890123"
     "4"
     "56789\303\244\nc\n",
     "@@ -2 +2 @@ "
     "x234567890123456789012345678901234567890123456789012345678901234567890123"
     "4"
     "56789\n-b\n+c\n"},
};

static void writes_hunks(void **state)
{
    static const struct qn_hunk_style style = {' ', '-', '+', false};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_text_diff_options options = {.flags = rows[i].options.flags};
        struct qn_hunks hunks = QN_HUNKS_INIT;
        struct qn_buf text = QN_BUF_INIT;
        struct qn_text_diff diff;
        size_t j;

        unit_assert_ok(
            ctx, qn_text_diff_run(ctx, qn_bytes_from_string(rows[i].old_text),
                                  qn_bytes_from_string(rows[i].new_text),
                                  &options, &diff));
        unit_assert_ok(ctx,
                       qn_hunks_build(ctx, &diff, &rows[i].options, &hunks));
        for (j = 0; j < hunks.count; j++)
            unit_assert_ok(ctx, qn_hunks_append(ctx, &diff, &hunks.items[j],
                                                &style, &text));
        if (strcmp(qn_buf_string(&text), rows[i].wanted))
            fail_msg("%s:\n%s", rows[i].name, qn_buf_string(&text));
        qn_hunks_dispose(&hunks);
        qn_buf_dispose(&text);
        qn_text_diff_dispose(&diff);
        unit_end(ctx);
    }
}

int test_hunks(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_hunks),
    };

    return cmocka_run_group_tests_name("hunks", tests, NULL, NULL);
}
