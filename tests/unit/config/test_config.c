/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/config.h"
#include "os/file.h"

#include <stdio.h>

int test_config(void);

/* "key=value;key;..." of everything that was read. */
static enum qn_status
describe(struct qn_ctx *ctx, const struct qn_config *config, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        status = qn_buf_printf(ctx, out, "%s%s%s;", entry->key,
                               entry->value ? "=" : "",
                               entry->value ? entry->value : "");
    }
    return status;
}

static const struct {
    const char *text;
    const char *entries;
    const char *message; /* NULL: none */
} rows[] = {
    {"", "", NULL},
    {"[a]\nx = 1\n", "a.x=1;", NULL},
    {"\xef\xbb\xbf[A]\r\nX = 1\r\nY\r\n", "a.x=1;a.y;", NULL},
    {"[a \"B.c\"] x=1", "a.B.c.x=1;", NULL},
    {"[A.B]\nx=", "a.b.x=;", NULL},
    {"[a \"q\\\"\\\\\\t\"]\nx", "a.q\"\\t.x;", NULL},
    {"[a]\nx =  v w  ; c\n", "a.x=v w;", NULL},
    {"[a]\nx = \" v \" \"w\" # c\n", "a.x= v  w;", NULL},
    {"[a]\nx = a\\\n b\\tc\\\"\n", "a.x=a b\tc\";", NULL},
    {"x=1\n", "x=1;", NULL},
    {"[a]\nx=\"1\n", "", "bad config line 2 in file f"},
    {"[a]\nx=\\q\n", "", "bad config line 2 in file f"},
    {"[a\n", "", "bad config line 1 in file f"},
    {"[a \"b\" ]\n", "", "bad config line 1 in file f"},
    {"[a]\n\n1x\n", "", "bad config line 3 in file f"},
    {"[]\n", "", "bad config line 1 in file f"},
};

static enum qn_status read_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_config *config = NULL;
        struct qn_buf buf = QN_BUF_INIT;

        status = qn_config_new(ctx, &config);
        if (!status)
            status = qn_config_add_bytes(
                ctx, config, qn_bytes_from_string(rows[i].text),
                QN_CONFIG_SCOPE_LOCAL, "file", "f", NULL);
        if (status == QN_INVALID && rows[i].message) {
            assert_string_equal(qn_ctx_message(ctx), rows[i].message);
            qn_ctx_clear(ctx);
            status = QN_OK;
        } else if (!status) {
            assert_null(rows[i].message);
            status = describe(ctx, config, &buf);
            if (!status)
                assert_string_equal(qn_buf_string(&buf), rows[i].entries);
        }
        qn_buf_dispose(&buf);
        qn_config_free(config);
    }
    return status;
}

static void reads_the_grammar(void **state)
{
    (void)state;
    unit_each_allocation(read_all, NULL);
}

static void looks_up(void **state)
{
    static const char text[] = "[core]\nbare = yes\nn = 2k\nbad = zz\n"
                               "[remote \"O\"]\nurl = 1\nurl = 2\n";
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = NULL;
    const struct qn_config_entry *entry;
    int64_t number = 0;
    bool flag = false;

    (void)state;
    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    unit_assert_ok(
        ctx, qn_config_add_bytes(ctx, config, qn_bytes_from_string(text),
                                 QN_CONFIG_SCOPE_LOCAL, "file", "f", NULL));
    unit_assert_ok(ctx, qn_config_bool(ctx, config, "CORE.Bare", false, &flag));
    assert_true(flag);
    unit_assert_ok(ctx, qn_config_int64(ctx, config, "core.n", 0, &number));
    assert_int_equal(number, 2048);
    unit_assert_ok(ctx, qn_config_int64(ctx, config, "core.no", 7, &number));
    assert_int_equal(number, 7);
    unit_assert_status(
        ctx, qn_config_int64(ctx, config, "core.bad", 0, &number), QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx),
                        "bad numeric config value 'zz' for 'core.bad' in file "
                        "f: invalid unit");
    unit_assert_status(
        ctx, qn_config_bool(ctx, config, "core.bad", false, &flag), QN_INVALID);
    assert_null(qn_config_find(config, "remote.o.url"));
    entry = qn_config_find(config, "Remote.O.URL");
    assert_non_null(entry);
    assert_string_equal(entry->value, "2");
    assert_int_equal(entry->line, 7);
    entry = qn_config_previous(config, entry);
    assert_string_equal(entry->value, "1");
    assert_null(qn_config_previous(config, entry));
    qn_config_free(config);
    unit_end(ctx);
}

static void reads_variables(void **state)
{
    static const char *const variables[] = {
        "GIT_CONFIG_COUNT",
        "1",
        "GIT_CONFIG_KEY_0",
        "A.b",
        "GIT_CONFIG_VALUE_0",
        "c",
        "GIT_CONFIG_PARAMETERS",
        "'a.x=1=2' 'a.y'='it'\\''s' 'a.z'= 'a.w'",
        NULL,
    };
    struct qn_ctx *ctx = unit_begin_with(variables);
    struct qn_config *config = NULL;
    struct qn_buf buf = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    unit_assert_ok(ctx, qn_config_add_variables(ctx, config, NULL));
    unit_assert_ok(ctx, qn_config_add_parameter(ctx, config, "q.r=s"));
    unit_assert_ok(ctx, describe(ctx, config, &buf));
    assert_string_equal(qn_buf_string(&buf),
                        "a.b=c;a.x=1=2;a.y=it's;a.z;a.w;q.r=s;");
    unit_assert_status(ctx, qn_config_add_parameter(ctx, config, "q"),
                       QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx),
                        "unable to parse command-line config");
    qn_buf_dispose(&buf);
    qn_config_free(config);
    unit_end(ctx);
}

static void write_file(const char *directory, const char *name,
                       const char *text)
{
    char path[4300];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *branch(void *data)
{
    (void)data;
    return "topic/x";
}

static void includes(void **state)
{
    static const struct {
        const char *condition;
        bool holds;
    } conditions[] = {
        {"onbranch:topic/", true},   {"onbranch:topic", false},
        {"onbranch:t*/x", true},     {"gitdir:repo/.git", true},
        {"gitdir:/nowhere/", false}, {"gitdir:repo/", true},
        {"gitdir/i:REPO/", true},    {"gitdir:REPO/", false},
        {"unknown:x", false},
    };
    const char *directory = unit_directory();
    struct qn_ctx *ctx = unit_begin();
    struct qn_config_conditions asked = {.branch = branch,
                                         .git_directory = "/no/repo/.git"};
    size_t i;

    (void)state;
    write_file(directory, "inner", "[b]\ny = 2\n");
    for (i = 0; i < QN_COUNT_OF(conditions); i++) {
        struct qn_config *config = NULL;
        char text[200];
        char path[4300];

        snprintf(text, sizeof(text),
                 "[includeIf \"%s\"]\npath = inner\n[a]\nx = 1\n",
                 conditions[i].condition);
        write_file(directory, "outer", text);
        snprintf(path, sizeof(path), "%s/outer", directory);
        unit_assert_ok(ctx, qn_config_new(ctx, &config));
        unit_assert_ok(ctx,
                       qn_config_add_file(ctx, config, path,
                                          QN_CONFIG_SCOPE_LOCAL, &asked, NULL));
        if ((qn_config_find(config, "b.y") != NULL) != conditions[i].holds)
            fail_msg("%s", conditions[i].condition);
        qn_config_free(config);
    }
    unit_end(ctx);
}

static void stops_at_circles(void **state)
{
    const char *directory = unit_directory();
    struct qn_ctx *ctx = unit_begin();
    struct qn_config_conditions asked = {NULL};
    struct qn_config *config = NULL;
    bool was_there = true;
    char path[4300];

    (void)state;
    write_file(directory, "a", "[include]\npath = a\n");
    snprintf(path, sizeof(path), "%s/a", directory);
    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    unit_assert_status(ctx,
                       qn_config_add_file(ctx, config, path,
                                          QN_CONFIG_SCOPE_LOCAL, &asked, NULL),
                       QN_INVALID);
    assert_string_equal(qn_ctx_reason(ctx), "config.include-depth");
    unit_assert_ok(ctx, qn_config_add_file(ctx, config, "/no/such/file",
                                           QN_CONFIG_SCOPE_LOCAL, &asked,
                                           &was_there));
    assert_false(was_there);
    qn_config_free(config);
    unit_end(ctx);
}

static void knows_numbers(void **state)
{
    static const struct {
        const char *text;
        int64_t number;
        bool fits;
    } numbers[] = {
        {"0x10", 16, true},
        {"010", 8, true},
        {" -1k", -1024, true},
        {"9223372036854775807", INT64_MAX, true},
        {"-9223372036854775808", INT64_MIN, true},
        {"9223372036854775808", 0, false},
        {"8589934592g", 0, false},
        {"5kb", 0, false},
        {"", 0, false},
        {"08", 0, false},
        {"0x", 0, false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(numbers); i++) {
        int64_t number = 0;

        assert_int_equal(qn_config_parse_int64(numbers[i].text, &number),
                         numbers[i].fits);
        assert_int_equal(number, numbers[i].number);
    }
}

int test_config(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_grammar), cmocka_unit_test(looks_up),
        cmocka_unit_test(reads_variables),   cmocka_unit_test(includes),
        cmocka_unit_test(stops_at_circles),  cmocka_unit_test(knows_numbers),
    };

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
