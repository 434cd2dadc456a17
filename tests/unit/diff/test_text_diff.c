/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "diff/text_diff.h"

#include <stdio.h>

int test_text_diff(void);

/* "a-b" is the old text's lines, "c" the new one's; the answer is written as
 * "old start,count new start,count" for each change. */
struct row {
    const char *name;
    enum qn_text_diff_algorithm algorithm;
    unsigned flags;
    const char *old_text, *new_text, *changes;
};

static const struct row rows[] = {
    {"both empty", 0, 0, "", "", ""},
    {"from nothing", 0, 0, "", "a\nb\n", "0,0 0,2;"},
    {"to nothing", 0, 0, "a\nb\n", "", "0,2 0,0;"},
    {"a line more", 0, 0, "a\nc\n", "a\nb\nc\n", "1,0 1,1;"},
    {"the last line end", 0, 0, "a\nb", "a\nb\n", "1,1 1,1;"},
    {"no difference but space", 0, QN_TEXT_DIFF_IGNORE_ALL_SPACE, "a b\n",
     "ab\n", ""},
    {"amounts of space", 0, QN_TEXT_DIFF_IGNORE_SPACE_CHANGE, "a  b\n c\n",
     "a b  \nc\n", "1,1 1,1;"},
    {"space at the end", 0, QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL, "a \n", "a", ""},
    {"carriage returns", 0, QN_TEXT_DIFF_IGNORE_CR_AT_EOL, "a\r\nb\r", "a\nb",
     "1,1 1,1;"},
    /* the specification's examples */
    {"three letters turned", 0, 0, "a\nb\nc\n", "c\na\nb\n",
     "0,0 0,1;2,1 3,0;"},
    {"a block before a blank line", 0, QN_TEXT_DIFF_INDENT_HEURISTIC,
     "a\n\nc\n", "a\n\nb\n\nc\n", "2,0 2,2;"},
    {"without the heuristic", 0, 0, "a\n\nc\n", "a\n\nb\n\nc\n", "2,0 2,2;"},
    {"patience", QN_TEXT_DIFF_PATIENCE, 0, "x\nu\nx\n", "u\nx\nx\n",
     "0,1 0,0;3,0 2,1;"},
    {"histogram", QN_TEXT_DIFF_HISTOGRAM, 0, "x\nu\nx\n", "u\nx\nx\n",
     "0,1 0,0;3,0 2,1;"},
    {"minimal", QN_TEXT_DIFF_MINIMAL, 0, "a\nb\n", "b\na\n",
     "0,1 0,0;2,0 1,1;"},
};

static void finds_changes(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_text_diff_options options = {.algorithm = rows[i].algorithm,
                                               .flags = rows[i].flags};
        struct qn_buf text = QN_BUF_INIT;
        struct qn_text_diff diff;
        size_t j;

        unit_assert_ok(
            ctx, qn_text_diff_run(ctx, qn_bytes_from_string(rows[i].old_text),
                                  qn_bytes_from_string(rows[i].new_text),
                                  &options, &diff));
        for (j = 0; j < diff.change_count; j++)
            unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "%u,%u %u,%u;",
                                              diff.changes[j].old_start,
                                              diff.changes[j].old_count,
                                              diff.changes[j].new_start,
                                              diff.changes[j].new_count));
        if (strcmp(qn_buf_string(&text), rows[i].changes))
            fail_msg("%s: %s", rows[i].name, qn_buf_string(&text));
        qn_buf_dispose(&text);
        qn_text_diff_dispose(&diff);
        unit_end(ctx);
    }
}

/* Whatever the changes are, they must turn the old text into the new one. */
static void rebuild(struct qn_ctx *ctx, const struct qn_text_diff *diff,
                    struct qn_bytes wanted)
{
    struct qn_buf text = QN_BUF_INIT;
    uint32_t at = 0;
    size_t i;

    for (i = 0; i <= diff->change_count; i++) {
        const struct qn_text_change *change =
            i < diff->change_count ? &diff->changes[i] : NULL;
        uint32_t end = change ? change->old_start : diff->old_lines.count;
        uint32_t j;

        for (; at < end; at++)
            unit_assert_ok(
                ctx, qn_buf_append_bytes(
                         ctx, &text, qn_text_lines_at(&diff->old_lines, at)));
        for (j = 0; change && j < change->new_count; j++)
            unit_assert_ok(ctx, qn_buf_append_bytes(
                                    ctx, &text,
                                    qn_text_lines_at(&diff->new_lines,
                                                     change->new_start + j)));
        if (change)
            at += change->old_count;
    }
    assert_true(qn_bytes_is_equal(qn_buf_bytes(&text), wanted));
    qn_buf_dispose(&text);
}

static void rebuilds_the_new_text(void **state)
{
    uint32_t seed = 12345;
    int round;

    (void)state;
    for (round = 0; round < 2000; round++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_text_diff_options options = {
            .algorithm = (enum qn_text_diff_algorithm)(round % 4),
            .flags = round & 4 ? QN_TEXT_DIFF_INDENT_HEURISTIC : 0};
        char texts[2][256];
        size_t sizes[2];
        struct qn_text_diff diff;
        int side;

        for (side = 0; side < 2; side++) {
            size_t i;

            seed = seed * 1103515245 + 12345;
            sizes[side] = seed >> 16 & 0xff;
            for (i = 0; i < sizes[side]; i++) {
                seed = seed * 1103515245 + 12345;
                texts[side][i] = "ab \n\n"[(seed >> 16) % 5];
            }
        }
        unit_assert_ok(ctx,
                       qn_text_diff_run(ctx, qn_bytes_make(texts[0], sizes[0]),
                                        qn_bytes_make(texts[1], sizes[1]),
                                        &options, &diff));
        rebuild(ctx, &diff, qn_bytes_make(texts[1], sizes[1]));
        qn_text_diff_dispose(&diff);
        unit_end(ctx);
    }
}

static enum qn_status diff_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;
    int i;

    (void)data;
    for (i = 0; i < 4 && !status; i++) {
        struct qn_text_diff_options options = {
            .algorithm = (enum qn_text_diff_algorithm)i};
        struct qn_text_diff diff;

        status = qn_text_diff_run(ctx, QN_BYTES("a\nb\nc\nd\ne\n"),
                                  QN_BYTES("b\na\nd\nx\ne\n"), &options, &diff);
        qn_text_diff_dispose(&diff);
    }
    return status;
}

static void survives_each_allocation(void **state)
{
    (void)state;
    unit_each_allocation(diff_all, NULL);
}

int test_text_diff(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_changes),
        cmocka_unit_test(rebuilds_the_new_text),
        cmocka_unit_test(survives_each_allocation),
    };

    return cmocka_run_group_tests_name("text_diff", tests, NULL, NULL);
}
