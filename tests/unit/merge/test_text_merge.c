/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "merge/text_merge.h"

#include <stdio.h>
#include <string.h>

int test_text_merge(void);

struct row {
    const char *what;
    const char *base, *ours, *theirs;
    const char *merged;
    uint32_t conflicts;
    struct qn_text_merge_options options;
};

#define LABELS                                                                 \
    .level = 2, .our_label = "o", .base_label = "b", .their_label = "t"

static const struct row rows[] = {
    {"nothing changed", "a\n", "a\n", "a\n", "a\n", 0, {LABELS}},
    {"all empty", "", "", "", "", 0, {LABELS}},
    {"one side", "a\nb\n", "a\nb\n", "a\nB\n", "a\nB\n", 0, {LABELS}},
    {"the same on both", "a\nb\n", "a\nB\n", "a\nB\n", "a\nB\n", 0, {LABELS}},
    {"apart",
     "a\nb\nc\nd\ne\n",
     "A\nb\nc\nd\ne\n",
     "a\nb\nc\nd\nE\n",
     "A\nb\nc\nd\nE\n",
     0,
     {LABELS}},
    {"the same line",
     "a\nb\nc\n",
     "a\nO\nc\n",
     "a\nT\nc\n",
     "a\n<<<<<<< o\nO\n=======\nT\n>>>>>>> t\nc\n",
     1,
     {LABELS}},
    {"no labels",
     "b\n",
     "O\n",
     "T\n",
     "<<<<<<<\nO\n=======\nT\n>>>>>>>\n",
     1,
     {.level = 2}},
    {"with the base",
     "b\n",
     "O\n",
     "T\n",
     "<<<<<<< o\nO\n||||||| b\nb\n=======\nT\n>>>>>>> t\n",
     1,
     {LABELS, .style = QN_TEXT_MERGE_DIFF3}},
    {"zealous base: what both have moves out",
     "b\n",
     "s\nO\n",
     "s\nT\n",
     "s\n<<<<<<< o\nO\n||||||| b\nb\n=======\nT\n>>>>>>> t\n",
     1,
     {LABELS, .style = QN_TEXT_MERGE_ZDIFF3}},
    {"longer markers",
     "b\n",
     "O\n",
     "T\n",
     "<<<<<<<<< o\nO\n=========\nT\n>>>>>>>>> t\n",
     1,
     {LABELS, .marker_size = 9}},
    {"ours",
     "b\n",
     "O\n",
     "T\n",
     "O\n",
     0,
     {LABELS, .favor = QN_TEXT_MERGE_OURS}},
    {"theirs",
     "b\n",
     "O\n",
     "T\n",
     "T\n",
     0,
     {LABELS, .favor = QN_TEXT_MERGE_THEIRS}},
    {"union ends our last line",
     "b",
     "O",
     "T",
     "O\nT",
     0,
     {LABELS, .favor = QN_TEXT_MERGE_UNION}},
    {"no newline at the end",
     "b",
     "O",
     "T",
     "<<<<<<< o\nO\n=======\nT\n>>>>>>> t\n",
     1,
     {LABELS}},
    {"markers end as the lines do",
     "a\r\nb\r\n",
     "a\r\nO\r\n",
     "a\r\nT\r\n",
     "a\r\n<<<<<<< o\r\nO\r\n=======\r\nT\r\n>>>>>>> t\r\n",
     1,
     {LABELS}},
    {"added on both sides",
     "",
     "O\n",
     "T\n",
     "<<<<<<< o\nO\n=======\nT\n>>>>>>> t\n",
     1,
     {LABELS}},
    {"removed here, changed there",
     "a\nb\nc\n",
     "a\nc\n",
     "a\nB\nc\n",
     "a\n<<<<<<< o\n=======\nB\n>>>>>>> t\nc\n",
     1,
     {LABELS}},
    {"white space does not count",
     "a\nb\n",
     "a\nb  \n",
     "a\nB\n",
     "a\nB\n",
     0,
     {LABELS, .diff.flags = QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL}},
};

static enum qn_status merge(struct qn_ctx *ctx, const struct row *row,
                            struct qn_buf *out, uint32_t *conflicts)
{
    return qn_text_merge_run(
        ctx, qn_bytes_from_string(row->base), qn_bytes_from_string(row->ours),
        qn_bytes_from_string(row->theirs), &row->options, out, conflicts);
}

static void merges_as_git_does(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_buf out = QN_BUF_INIT;
        uint32_t conflicts = 99;

        unit_assert_ok(ctx, merge(ctx, &rows[i], &out, &conflicts));
        if (strcmp(qn_buf_string(&out), rows[i].merged) != 0 ||
            conflicts != rows[i].conflicts)
            fail_msg("%s: %u conflicts, got:\n%s", rows[i].what, conflicts,
                     qn_buf_string(&out));
        qn_buf_dispose(&out);
    }
    unit_end(ctx);
}

/* What one side did not touch is the other side's, whatever it is. */
static void an_unchanged_side_gives_way(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct row row = rows[i];
        struct qn_buf out = QN_BUF_INIT;
        uint32_t conflicts;

        if (row.options.diff.flags)
            continue;
        row.ours = row.base;
        unit_assert_ok(ctx, merge(ctx, &row, &out, &conflicts));
        assert_string_equal(qn_buf_string(&out), row.theirs);
        assert_int_equal(conflicts, 0);
        qn_buf_dispose(&out);
    }
    unit_end(ctx);
}

static enum qn_status merge_once(struct qn_ctx *ctx, void *data)
{
    struct qn_buf out = QN_BUF_INIT;
    uint32_t conflicts;
    enum qn_status status = merge(ctx, data, &out, &conflicts);

    qn_buf_dispose(&out);
    return status;
}

static void survives_without_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++)
        unit_each_allocation(merge_once, (void *)&rows[i]);
}

int test_text_merge(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_as_git_does),
        cmocka_unit_test(an_unchanged_side_gives_way),
        cmocka_unit_test(survives_without_memory),
    };

    return cmocka_run_group_tests_name("text_merge", tests, NULL, NULL);
}
