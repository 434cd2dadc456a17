/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "diff/rename.h"

int test_rename(void);

static void reads_scores(void **state)
{
    static const struct {
        const char *text;
        uint32_t score;
        size_t used;
    } rows[] = {{"", 0, 0},         {"5", 30000, 1},     {"50", 30000, 2},
                {"05", 3000, 2},    {"100", 6000, 3},    {"100%", 60000, 4},
                {".5", 30000, 2},   {"0.5", 30000, 3},   {"1.5", 60000, 3},
                {"5%", 3000, 2},    {"50.5%", 30300, 5}, {"50%x", 30000, 3},
                {"1.2.3", 60000, 3}};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        size_t used = 99;
        uint32_t score = qn_rename_parse_score(rows[i].text, &used);

        if (score != rows[i].score || used != rows[i].used)
            fail_msg("%s: %u, %zu read", rows[i].text, score, used);
    }
}

/* Content by path: the first letter is the line that it repeats. */
static enum qn_status read_side(struct qn_ctx *ctx, void *data,
                                const struct qn_diff_side *side,
                                struct qn_buf *out)
{
    static const char text[] = "hello world\n";

    (void)data;
    qn_buf_clear(out);
    return qn_buf_append_string(ctx, out,
                                side->path.data[0] == 'h' ? text : "a\n");
}

static void cuts_into_chunks(void **state)
{
    static const struct qn_diff_content content = {.read = read_side};
    struct qn_ctx *ctx = unit_begin();
    struct qn_diff_side side = {.path = QN_BYTES("h"), .mode = 0100644};
    struct qn_similarity_file file = {.side = &side};
    struct qn_similarity engine;

    (void)state;
    qn_similarity_init(&engine, NULL, &content);
    unit_assert_ok(ctx, qn_similarity_need_spans(ctx, &engine, &file));
    assert_int_equal(file.span_count, 1);
    assert_int_equal(file.spans[0].hash, 79643);
    assert_int_equal(file.spans[0].size, 12);
    qn_similarity_file_dispose(&file);
    side.path = QN_BYTES("a");
    unit_assert_ok(ctx, qn_similarity_need_spans(ctx, &engine, &file));
    assert_int_equal(file.spans[0].hash, 12426);
    qn_similarity_file_dispose(&file);
    qn_similarity_dispose(&engine);
    unit_end(ctx);
}

int test_rename(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_scores),
        cmocka_unit_test(cuts_into_chunks),
    };

    return cmocka_run_group_tests_name("rename", tests, NULL, NULL);
}
