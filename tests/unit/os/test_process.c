/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "os/process.h"

#include <string.h>

int test_process(void);

static void exchanges_more_than_a_pipe_holds(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *const argv[] = {"cat", NULL};
    struct qn_process_options options = {
        .argv = argv, .in = QN_PROCESS_PIPE, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_buf output = QN_BUF_INIT;
    int code = -1;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_repeat(ctx, &input, 'x', 1 << 20));
    unit_assert_ok(ctx, qn_process_start(ctx, &options, &process));
    unit_assert_ok(
        ctx, qn_process_exchange(ctx, process, qn_buf_bytes(&input), &output));
    unit_assert_ok(ctx, qn_process_wait(ctx, process, &code));
    assert_int_equal(code, 0);
    assert_true(qn_bytes_is_equal(qn_buf_bytes(&input), qn_buf_bytes(&output)));
    qn_buf_dispose(&input);
    qn_buf_dispose(&output);
    unit_end(ctx);
}

/* It writes a megabyte before it reads one: neither side may block. */
static void talks_both_ways(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *const argv[] = {
        "sh", "-c", "head -c 1000000 /dev/zero; wc -c; exec sleep 60", NULL};
    struct qn_process_options options = {
        .argv = argv, .in = QN_PROCESS_PIPE, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    struct qn_buf input = QN_BUF_INIT, pending = QN_BUF_INIT;
    bool is_over = false;
    int number = 0;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_repeat(ctx, &input, 'x', 1 << 20));
    unit_assert_ok(ctx, qn_process_start(ctx, &options, &process));
    unit_assert_ok(
        ctx, qn_process_send(ctx, process, qn_buf_bytes(&input), &pending));
    while (pending.size < 1000000)
        unit_assert_ok(ctx,
                       qn_process_receive(ctx, process, &pending, &is_over));
    assert_int_equal(pending.size, 1000000);
    assert_false(is_over);
    unit_assert_ok(ctx, qn_process_stop(ctx, process, &number));
    assert_int_equal(number, 15);
    qn_buf_dispose(&input);
    qn_buf_dispose(&pending);
    unit_end(ctx);
}

static void tells_how_it_ended(void **state)
{
    static const struct {
        const char *script;
        int wanted;
    } rows[] = {{"exit 3", 3},
                {"exit 127", 127},
                {"kill -9 $$", 128 + 9},
                {"test \"$A-$B\" = 1- && cd / && exit 5", 5}};
    const char *const variables[] = {"A=1", "B", NULL};
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        const char *argv[] = {"sh", "-c", rows[i].script, NULL};
        struct qn_process_options options = {.argv = argv,
                                             .variables = variables};
        struct qn_process *process = NULL;
        int code = -1;

        unit_assert_ok(ctx, qn_process_start(ctx, &options, &process));
        unit_assert_ok(ctx, qn_process_wait(ctx, process, &code));
        assert_int_equal(code, rows[i].wanted);
    }
    unit_end(ctx);
}

static void survives_a_reader_that_leaves(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *const argv[] = {"true", NULL};
    struct qn_process_options options = {
        .argv = argv, .in = QN_PROCESS_PIPE, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_buf output = QN_BUF_INIT;
    int code = -1;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_repeat(ctx, &input, 'x', 1 << 20));
    unit_assert_ok(ctx, qn_process_start(ctx, &options, &process));
    unit_assert_ok(
        ctx, qn_process_exchange(ctx, process, qn_buf_bytes(&input), &output));
    unit_assert_ok(ctx, qn_process_wait(ctx, process, &code));
    assert_int_equal(code, 0);
    assert_int_equal(output.size, 0);
    qn_buf_dispose(&input);
    qn_buf_dispose(&output);
    unit_end(ctx);
}

static void tells_a_missing_program(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *const argv[] = {"no-such-program-anywhere", NULL};
    struct qn_process_options options = {.argv = argv};
    struct qn_process *process = NULL;

    (void)state;
    unit_assert_status(ctx, qn_process_start(ctx, &options, &process),
                       QN_NOT_FOUND);
    assert_null(process);
    unit_end(ctx);
}

int test_process(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchanges_more_than_a_pipe_holds),
        cmocka_unit_test(talks_both_ways),
        cmocka_unit_test(tells_how_it_ended),
        cmocka_unit_test(survives_a_reader_that_leaves),
        cmocka_unit_test(tells_a_missing_program),
    };

    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
