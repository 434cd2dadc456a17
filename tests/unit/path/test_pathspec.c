/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "path/pathspec.h"

int test_pathspec(void);

static void matches_as_git_does(void **state)
{
    static const struct {
        const char *pattern;
        const char *prefix;
        const char *path;
        unsigned flags;
        bool is_match;
    } rows[] = {
        {"a", "", "a", 0, true},
        {"a", "", "a/b", 0, true},
        {"a", "", "ab", 0, false},
        {"a/", "", "a", 0, false},
        {"a/", "", "a/b", 0, true},
        {"*.c", "", "x/y.c", 0, true},
        {":(glob)*.c", "", "x/y.c", 0, false},
        {":(glob)**/y.c", "", "x/y.c", 0, true},
        {"s*", "", "sub/x", 0, true},
        {":(glob)s*", "", "sub/x", 0, false},
        {"[x]", "", "[x]", 0, true},
        {"[x]", "", "x", 0, true},
        {":(literal)[x]", "", "x", 0, false},
        {"[x]", "", "x", QN_PATHSPEC_LITERAL, false},
        {":(icase)A/b", "", "a/B", 0, true},
        {"A/b", "", "a/B", QN_PATHSPEC_ICASE, true},
        {":(icase)C", "Sub/", "Sub/c", 0, true},
        {":(icase)C", "Sub/", "sub/c", 0, false},
        {"x", "sub/", "sub/x", 0, true},
        {"../x", "sub/", "x", 0, true},
        {":/x", "sub/", "x", 0, true},
        {":(top)x", "sub/", "sub/x", 0, false},
        {"*.c", "sub/", "top.c", 0, false},
        {":!a", "", "a", 0, false},
        {":!a", "", "b", 0, true},
        {":^a", "", "a/b", 0, false},
        {":(exclude,glob)*.c", "", "a.c", 0, false},
        {":", "sub/", "anything", 0, true},
        {"/w/sub/x", "", "sub/x", 0, true},
        {"sub//./x", "", "sub/x", 0, true},
        {":(prefix:4)sub/X", "", "sub/X", 0, true},
        {"\\a", "", "a", 0, true},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_pathspec *pathspec = NULL;
        bool is_match;

        unit_assert_ok(ctx,
                       qn_pathspec_new(ctx, &rows[i].pattern, 1, rows[i].prefix,
                                       "/w", rows[i].flags, &pathspec));
        is_match = qn_pathspec_is_match(ctx, pathspec,
                                        qn_bytes_from_string(rows[i].path),
                                        false, NULL, NULL);
        if (is_match != rows[i].is_match)
            print_error("'%s' in '%s' against '%s'\n", rows[i].pattern,
                        rows[i].prefix, rows[i].path);
        assert_int_equal(is_match, rows[i].is_match);
        qn_pathspec_free(pathspec);
        unit_end(ctx);
    }
}

static void refuses_with_gits_words(void **state)
{
    static const struct {
        const char *pattern;
        unsigned flags;
        const char *message;
    } rows[] = {
        {"", 0,
         "empty string is not a valid pathspec. please use . instead if you "
         "meant to match all paths"},
        {":(top", 0, "Missing ')' at the end of pathspec magic in ':(top'"},
        {":(foo)x", 0, "Invalid pathspec magic 'foo' in ':(foo)x'"},
        {":%x", 0, "Unimplemented pathspec magic '%' in ':%x'"},
        {":(literal,glob)x", 0,
         ":(literal,glob)x: 'literal' and 'glob' are incompatible"},
        {":(attr:a,attr:b)x", 0, "Only one 'attr:' specification is allowed."},
        {":(attr:)x", 0, "attr spec must not be empty"},
        {":(attr:!a=1)x", 0, "invalid attribute name a=1"},
        {":(attr:a=b*c)x", 0, "cannot use '*' for value matching"},
        {"../x", 0, "../x: '../x' is outside repository at '/w'"},
        {"/etc", 0, "/etc: '/etc' is outside repository at '/w'"},
        {"x", QN_PATHSPEC_GLOB | QN_PATHSPEC_NOGLOB,
         "global 'glob' and 'noglob' pathspec settings are incompatible"},
        {"x", QN_PATHSPEC_LITERAL | QN_PATHSPEC_GLOB,
         "global 'literal' pathspec setting is incompatible with all other "
         "global pathspec settings"},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_pathspec *pathspec = NULL;

        unit_assert_status(ctx,
                           qn_pathspec_new(ctx, &rows[i].pattern, 1, "", "/w",
                                           rows[i].flags, &pathspec),
                           QN_INVALID);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        unit_end(ctx);
    }
}

/* What is said of a directory holds for all below it. */
static void knows_how_far_it_reaches(void **state)
{
    static const struct {
        const char *pattern;
        const char *directory;
        enum qn_pathspec_reach reach;
    } rows[] = {
        {"a", "a", QN_PATHSPEC_ALL},      {"a", "a/b", QN_PATHSPEC_ALL},
        {"a/b", "a", QN_PATHSPEC_SOME},   {"a/b", "b", QN_PATHSPEC_NONE},
        {"a/b", "", QN_PATHSPEC_SOME},    {"ab", "a", QN_PATHSPEC_NONE},
        {"*.c", "x", QN_PATHSPEC_SOME},   {"a/*.c", "b", QN_PATHSPEC_NONE},
        {"a/*.c", "a", QN_PATHSPEC_SOME}, {":!a", "a", QN_PATHSPEC_NONE},
        {":!a", "b", QN_PATHSPEC_ALL},    {":!a/b", "a", QN_PATHSPEC_SOME},
        {".", "x", QN_PATHSPEC_ALL},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_pathspec *pathspec = NULL;
        enum qn_pathspec_reach reach;

        unit_assert_ok(ctx, qn_pathspec_new(ctx, &rows[i].pattern, 1, "", "/w",
                                            0, &pathspec));
        reach = qn_pathspec_reach_below(
            pathspec, qn_bytes_from_string(rows[i].directory));
        if (reach != rows[i].reach)
            print_error("'%s' below '%s'\n", rows[i].pattern,
                        rows[i].directory);
        assert_int_equal(reach, rows[i].reach);
        qn_pathspec_free(pathspec);
        unit_end(ctx);
    }
}

int test_pathspec(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_as_git_does),
        cmocka_unit_test(refuses_with_gits_words),
        cmocka_unit_test(knows_how_far_it_reaches),
    };

    return cmocka_run_group_tests_name("pathspec", tests, NULL, NULL);
}
