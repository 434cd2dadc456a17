/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/wildmatch.h"

int test_wildmatch(void);

#define P QN_WILDMATCH_PATHNAME
#define C QN_WILDMATCH_CASEFOLD

static const struct row {
    const char *pattern;
    const char *text;
    unsigned flags;
    bool matches;
} rows[] = {
    {"", "", 0, true},
    {"", "a", 0, false},
    {"foo", "foo", P, true},
    {"f?o", "foo", P, true},
    {"f?o", "f/o", P, false},
    {"f?o", "f/o", 0, true},
    {"*", "foo", P, true},
    {"*", "foo/bar", P, false},
    {"*", "foo/bar", 0, true},
    {"**", "foo/bar", P, true},
    {"*f", "foof", P, true},
    {"*ab*cd*e", "xxabababcdxcde", P, true},
    {"*/*b", "aa/bab", P, true},
    {"a*/b", "a/x/b", P, false},
    {"**/foo", "foo", P, true},
    {"**/foo", "a/b/foo", P, true},
    {"**/foo", "a/bfoo", P, false},
    {"a/**/b", "a/b", P, true},
    {"a/**/b", "a/x/y/b", P, true},
    {"a/**/b", "ab", P, false},
    {"a/**", "a/", P, true},
    {"a/**", "a/b/c", P, true},
    {"a/**", "a", P, false},
    {"a**b", "a/b", P, false},
    {"a**b", "axxb", P, true},
    {"a/**/*.c", "a/x/y/z.c", P, true},
    {"**/*a/**/b*", "x/ya/za/q/r/bb", P, true},
    {"[a-c]x", "bx", P, true},
    {"[!a-c]x", "bx", P, false},
    {"[^a-c]x", "dx", P, true},
    {"[]]", "]", P, true},
    {"[]-a]", "^", P, true},
    {"[a-]", "-", P, true},
    {"[[:digit:][:upper:]]", "A", P, true},
    {"[[:digit:]]", "a", P, false},
    {"[[:nothing:]]", "a", P, false},
    {"[a", "a", P, false},
    {"[/]", "/", P, false},
    {"[/]", "/", 0, true},
    {"[\\]]", "]", P, true},
    {"\\*", "*", P, true},
    {"\\*", "a", P, false},
    {"a\\", "a", P, false},
    {"FOO", "foo", P | C, true},
    {"foo", "FOO", P | C, true},
    {"[A-C]", "b", P | C, true},
    {"[[:upper:]]", "b", P | C, true},
};

static void agrees_with_the_table(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        if (qn_wildmatch_matches(qn_bytes_from_string(rows[i].pattern),
                                 qn_bytes_from_string(rows[i].text),
                                 rows[i].flags) != rows[i].matches)
            fail_msg("'%s' on '%s' (%u) is not %d", rows[i].pattern,
                     rows[i].text, rows[i].flags, rows[i].matches);
}

/* A naive twin: recursion by the definition. */
static bool naive(const char *p, const char *t, bool at_start)
{
    if (*p == '\0')
        return *t == '\0';
    if (*p == '*') {
        const char *q = p;
        const char *u;
        size_t stars;

        while (*q == '*')
            q++;
        stars = (size_t)(q - p);
        if (stars > 1 && at_start && (*q == '/' || *q == '\0')) {
            if (*q == '\0')
                return true;
            if (naive(q + 1, t, true))
                return true;
            for (u = t; *u; u++)
                if (*u == '/' && naive(q + 1, u + 1, true))
                    return true;
            return false;
        }
        for (u = t;; u++) {
            if (naive(q, u, false))
                return true;
            if (*u == '\0' || *u == '/')
                return false;
        }
    }
    if (*t == '\0' || (*p == '?' ? *t == '/' : *p != *t))
        return false;
    return naive(p + 1, t + 1, *p == '/');
}

static void agrees_with_a_naive_twin(void **state)
{
    static const char alphabet[] = "a*/*ba?/";
    uint32_t seed = 12345;
    size_t n;

    (void)state;
    for (n = 0; n < 200000; n++) {
        char pattern[12];
        char text[12];
        size_t i;

        for (i = 0; i < sizeof(pattern) - 1; i++) {
            seed = seed * 1103515245u + 12345u;
            pattern[i] = (seed >> 16) % 12 == 0
                             ? '\0'
                             : alphabet[(seed >> 20) % (sizeof(alphabet) - 1)];
            seed = seed * 1103515245u + 12345u;
            text[i] = (seed >> 16) % 12 == 0 ? '\0' : "ab/a"[(seed >> 20) % 4];
        }
        pattern[i] = text[i] = '\0';
        if (qn_wildmatch_matches(qn_bytes_from_string(pattern),
                                 qn_bytes_from_string(text),
                                 P) != naive(pattern, text, true))
            fail_msg("'%s' on '%s'", pattern, text);
    }
}

int test_wildmatch(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_table),
        cmocka_unit_test(agrees_with_a_naive_twin),
    };

    return cmocka_run_group_tests_name("wildmatch", tests, NULL, NULL);
}
