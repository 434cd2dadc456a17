/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "trace/git_trace.h"

#include <stdio.h>
#include <string.h>

int test_trace(void);

struct capture {
    char text[8192];
    size_t size;
    int64_t now;
};

static void keep(void *data, const char *text, size_t size)
{
    struct capture *capture = data;

    assert_true(capture->size + size < sizeof(capture->text));
    memcpy(capture->text + capture->size, text, size);
    capture->size += size;
    capture->text[capture->size] = '\0';
}

/* A millisecond passes with each look. */
static int64_t tick(void *data)
{
    return ((struct capture *)data)->now += 1000000;
}

static void trace_some(struct qn_trace *trace)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env;
    struct qn_ctx *ctx;
    struct qn_ctx *child;
    struct qn_span outer;
    struct qn_span inner;

    options.trace = trace;
    env = qn_env_new(&options);
    ctx = qn_ctx_new(env);
    child = qn_ctx_fork(ctx);
    qn_span_begin(ctx, &outer, "odb.open", "a \"path\"");
    qn_span_begin(ctx, &inner, "pack.open", NULL);
    qn_trace_count(ctx, QN_COUNTER_ODB_READ, 2);
    qn_trace_count(child, QN_COUNTER_ODB_READ, 3);
    qn_span_end(ctx, &inner);
    qn_span_end(ctx, &outer);
    qn_ctx_free(child);
    qn_ctx_free(ctx);
    qn_env_release(env);
    qn_trace_free(trace);
}

static void writes_text(void **state)
{
    struct capture capture = {"", 0, 0};
    struct qn_trace *trace = qn_trace_new(tick, &capture);

    (void)state;
    assert_true(qn_trace_sink_text(trace, keep, &capture));
    trace_some(trace);
    assert_string_equal(capture.text,
                        "    0.002000   0.001000  1   pack.open\n"
                        "    0.001000   0.003000  1 odb.open a \"path\"\n"
                        "odb.read                 5\n");
}

static void writes_json(void **state)
{
    struct capture capture = {"", 0, 0};
    struct qn_trace *trace = qn_trace_new(tick, &capture);

    (void)state;
    assert_true(qn_trace_sink_json(trace, keep, &capture));
    trace_some(trace);
    assert_non_null(strstr(capture.text, "\"name\":\"odb.open\",\"detail\":"
                                         "\"a \\\"path\\\"\",\"id\":1,"
                                         "\"parent\":0,"));
    assert_non_null(strstr(capture.text, "\"name\":\"pack.open\",\"detail\":"
                                         "\"\",\"id\":2,\"parent\":1,"));
    assert_non_null(strstr(capture.text, "\"odb.read\":5}\n"));
}

static void sums_up(void **state)
{
    struct capture capture = {"", 0, 0};
    struct qn_trace *trace = qn_trace_new(tick, &capture);

    (void)state;
    assert_true(qn_trace_sink_summary(trace, keep, &capture));
    trace_some(trace);
    assert_non_null(strstr(capture.text, "odb.open                        1 "
                                         "times   0.003000 s"));
}

static void names_every_counter(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < QN_COUNTER_COUNT; i++)
        assert_non_null(qn_counter_name((enum qn_counter)i));
}

static void reads_values(void **state)
{
    static const struct {
        const char *value;
        enum qn_git_trace_kind kind;
        int fd;
    } rows[] = {
        {NULL, QN_GIT_TRACE_OFF, 0},
        {"", QN_GIT_TRACE_OFF, 0},
        {"0", QN_GIT_TRACE_OFF, 0},
        {"False", QN_GIT_TRACE_OFF, 0},
        {"1", QN_GIT_TRACE_FD, 2},
        {"true", QN_GIT_TRACE_FD, 2},
        {"9", QN_GIT_TRACE_FD, 9},
        {"10", QN_GIT_TRACE_UNKNOWN, 0},
        {"/x", QN_GIT_TRACE_FILE, 0},
        {"x", QN_GIT_TRACE_UNKNOWN, 0},
        {"af_unix:/x", QN_GIT_TRACE_SOCKET, 0},
        {"TRUE", QN_GIT_TRACE_FD, 2},
        {"yes", QN_GIT_TRACE_UNKNOWN, 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        int fd = 0;

        assert_int_equal(qn_git_trace_value(rows[i].value, &fd), rows[i].kind);
        if (rows[i].kind == QN_GIT_TRACE_FD)
            assert_int_equal(fd, rows[i].fd);
    }
}

static int64_t wall(void *data, int *microseconds)
{
    (void)data;
    *microseconds = 123456;
    return 951827696; /* 2000-02-29 12:34:56 UTC */
}

static int64_t zone(void *data, int64_t seconds)
{
    (void)data;
    (void)seconds;
    return 3600;
}

static void writes_git_lines(void **state)
{
    struct capture captures[QN_GIT_TRACE_TARGET_COUNT];
    struct qn_git_trace git;
    char words[4][8] = {"git", "log", "it's", ""};
    char *argv[] = {words[0], words[1], words[2], words[3], NULL};
    int i;

    (void)state;
    memset(captures, 0, sizeof(captures));
    memset(&git, 0, sizeof(git));
    for (i = 0; i < QN_GIT_TRACE_TARGET_COUNT; i++) {
        git.targets[i].write = keep;
        git.targets[i].data = &captures[i];
    }
    git.wall = wall;
    git.zone = zone;
    git.clock = tick;
    git.data = &captures[0];
    qn_git_trace_set_session(&git, "up", "host", 255);
    assert_non_null(strstr(git.session, "up/20000229T123456.123456Z-H"));
    assert_non_null(strstr(git.session, "-P000000ff"));
    qn_git_trace2_start(&git, "2.55.0", 4, (const char **)argv);
    qn_git_trace_old_words(&git, "trace: built-in: git ", 3,
                           (const char **)argv + 1);
    qn_git_trace2_command(&git, "log");
    qn_git_trace2_exit(&git, 3);
    captures[0].text[captures[0].size] = '\0';
    assert_string_equal(captures[QN_GIT_TRACE_GENERAL].text,
                        "13:34:56.123456 quoin:0                 trace: "
                        "built-in: git log 'it'\\''s' ''\n");
    assert_non_null(strstr(captures[QN_GIT_TRACE2_NORMAL].text,
                           "13:34:56.123456 quoin:0                           "
                           "version 2.55.0\n"));
    assert_non_null(strstr(captures[QN_GIT_TRACE2_PERF].text,
                           "13:34:56.123456 quoin:0                      | d1 "
                           "| main                     | version      |     | "
                           "          |           |              | 2.55.0\n"));
    assert_non_null(strstr(captures[QN_GIT_TRACE2_EVENT].text,
                           "\"time\":\"2000-02-29T12:34:56.123456Z\""));
    assert_non_null(strstr(captures[QN_GIT_TRACE2_EVENT].text,
                           "\"argv\":[\"git\",\"log\",\"it's\",\"\"]}\n"));
    assert_non_null(
        strstr(captures[QN_GIT_TRACE2_EVENT].text, "\"code\":3}\n"));
}

int test_trace(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_text),  cmocka_unit_test(writes_json),
        cmocka_unit_test(sums_up),      cmocka_unit_test(names_every_counter),
        cmocka_unit_test(reads_values), cmocka_unit_test(writes_git_lines),
    };

    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
