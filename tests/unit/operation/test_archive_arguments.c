/* SPDX-License-Identifier: MIT */
/* What others ask of upload-archive. */
#include "unit.h"

#include "operation/part/archive_arguments.h"

#include <string.h>

#define MOST 8

int test_archive_arguments(void);

static size_t count_words(const char *const words[MOST])
{
    size_t count = 0;

    while (count < MOST && words[count])
        count++;
    return count;
}

static void taken(void **state)
{
    static const struct {
        const char *words[MOST];
        const char *format, *prefix, *mtime, *names;
        int level;
        bool is_verbose, lists;
    } rows[] = {
        {{"HEAD"}, NULL, NULL, NULL, "HEAD", -1, false, false},
        {{"--format=zip", "-9", "HEAD", "a"},
         "zip",
         NULL,
         NULL,
         "HEAD a",
         9,
         false,
         false},
        {{"HEAD", "--pref", "x/", "-v"},
         NULL,
         "x/",
         NULL,
         "HEAD",
         -1,
         true,
         false},
        {{"--prefix=x", "--no-prefix", "HEAD"},
         NULL,
         NULL,
         NULL,
         "HEAD",
         -1,
         false,
         false},
        {{"-vl"}, NULL, NULL, NULL, "", -1, true, true},
        {{"-v", "--no-verbose", "a"}, NULL, NULL, NULL, "a", -1, false, false},
        {{"--", "-v", "-"}, NULL, NULL, NULL, "-v -", -1, false, false},
        {{"-", "--mtime", "--"}, NULL, NULL, "--", "-", -1, false, false},
        {{"-o", "x", "--no-output", "a"},
         NULL,
         NULL,
         NULL,
         "a",
         -1,
         false,
         false},
        {{"--add-file=x", "--no-add-file", "a"},
         NULL,
         NULL,
         NULL,
         "a",
         -1,
         false,
         false},
        {{""}, NULL, NULL, NULL, "", -1, false, false},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i, k;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_archive_arguments got;
        const char *words[MOST];
        char names[64] = "";

        memcpy(words, rows[i].words, sizeof(words));
        unit_assert_ok(ctx, qn_archive_arguments_parse(
                                ctx, words, count_words(rows[i].words), &got));
        for (k = 0; k < got.count; k++) {
            strcat(names, k > 0 ? " " : "");
            strcat(names, got.names[k]);
        }
        assert_string_equal(names, rows[i].names);
        assert_string_equal(got.format ? got.format : "-",
                            rows[i].format ? rows[i].format : "-");
        assert_string_equal(got.prefix ? got.prefix : "-",
                            rows[i].prefix ? rows[i].prefix : "-");
        assert_string_equal(got.mtime ? got.mtime : "-",
                            rows[i].mtime ? rows[i].mtime : "-");
        assert_int_equal(got.level, rows[i].level);
        assert_true(got.is_verbose == rows[i].is_verbose);
        assert_true(got.lists == rows[i].lists);
    }
    unit_end(ctx);
}

static void refused(void **state)
{
    static const struct {
        const char *words[MOST];
        const char *message;
    } rows[] = {
        {{"--output=x", "HEAD"}, "Unexpected option --output"},
        {{"-ox", "HEAD"}, "Unexpected option --output"},
        {{"-vox", "HEAD"}, "Unexpected option --output"},
        {{"--remote=.", "HEAD"}, "Unexpected option --remote"},
        {{"--exec=x", "HEAD"}, "the option '--exec' requires '--remote'"},
        {{"--add-file=/etc/x", "HEAD"},
         "options '--add-file' and '--remote' cannot be used together"},
        {{"--add-virtual-file=a:b", "HEAD"},
         "options '--add-file' and '--remote' cannot be used together"},
        {{"--add-", "HEAD"},
         "error: ambiguous option: add- (could be --add-file or "
         "--add-virtual-file)"},
        {{"--prefix"}, "error: option `prefix' requires a value"},
        {{"-o"}, "error: switch `o' requires a value"},
        {{"--verbose=x"}, "error: option `verbose' takes no value"},
        {{"--no-prefix=x"}, "error: option `no-prefix' takes no value"},
        {{"--foo"}, "error: unknown option `foo'"},
        {{"--no-mtime"}, "error: unknown option `no-mtime'"},
        {{"-x"}, "error: unknown switch `x'"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_archive_arguments got;
        const char *words[MOST];

        memcpy(words, rows[i].words, sizeof(words));
        assert_int_equal(qn_archive_arguments_parse(
                             ctx, words, count_words(rows[i].words), &got),
                         QN_INVALID);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        qn_ctx_clear(ctx);
    }
    unit_end(ctx);
}

int test_archive_arguments(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(taken),
                                       cmocka_unit_test(refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
