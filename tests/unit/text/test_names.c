/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "text/pathname.h"
#include "text/ref_name.h"
#include "text/refspec.h"

int test_names(void);

static void knows_ref_names(void **state)
{
    static const struct {
        const char *name;
        unsigned flags;
        bool is_valid;
    } rows[] = {
        {"refs/heads/main", 0, true},
        {"main", 0, false},
        {"main", QN_REF_NAME_ONE_LEVEL, true},
        {"a/.b", 0, false},
        {"a/b.lock", 0, false},
        {"a.lock/b", 0, false},
        {"a/b..c", 0, false},
        {"a/b.", 0, false},
        {"a./b", 0, true},
        {"a/b/", 0, false},
        {"/a/b", 0, false},
        {"a//b", 0, false},
        {"a/b@{c", 0, false},
        {"a/@", 0, true},
        {"@", QN_REF_NAME_ONE_LEVEL, false},
        {"a/b c", 0, false},
        {"a/b\177", 0, false},
        {"a/b*", 0, false},
        {"a/b*", QN_REF_NAME_PATTERN, true},
        {"a*/b*", QN_REF_NAME_PATTERN, false},
        {"a/\xc3\xa4", 0, true},
        {"", QN_REF_NAME_ONE_LEVEL, false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        if (qn_ref_name_is_valid(qn_bytes_from_string(rows[i].name),
                                 rows[i].flags) != rows[i].is_valid)
            fail_msg("'%s' is not %d", rows[i].name, rows[i].is_valid);
}

/* Long names are looked at in pieces: each byte at each place. */
static void knows_each_byte_of_a_ref_name(void **state)
{
    static const char names[][40] = {"refs/heads/x", "refs/heads/abcde",
                                     "refs/heads/abcdef",
                                     "refs/heads/abcd/efghijklmnopqr/st",
                                     "a/23456789/bcdef-0123_56789ABCDEF"};

    (void)state;
    for (size_t n = 0; n < QN_COUNT_OF(names); n++)
        for (size_t at = 0; names[n][at]; at++)
            for (int byte = 1; byte < 256; byte++) {
                size_t size = strlen(names[n]);
                bool is_end = at == 0 || at + 1 == size;
                bool is_beside = (at > 0 && names[n][at - 1] == '/') ||
                                 names[n][at + 1] == '/';
                bool expected =
                    byte > ' ' && byte != 0x7f && !strchr("~^:?*[\\", byte);
                char name[40];

                memcpy(name, names[n], sizeof(name));
                name[at] = (char)byte;
                if (byte == '/')
                    expected = !is_end && !is_beside;
                else if (byte == '.')
                    expected = at > 0 && names[n][at - 1] != '/' &&
                               names[n][at + 1] != '\0';
                if (!strchr(name, '/'))
                    expected = false;
                if (qn_ref_name_is_valid(qn_bytes_from_string(name), 0) !=
                    expected)
                    fail_msg("%s: should %sbe valid", name,
                             expected ? "" : "not ");
            }
}

static void cleans_paths(void **state)
{
    static const struct {
        const char *path;
        const char *clean; /* NULL: refused */
    } rows[] = {
        {"a/./b/../c", "a/c"}, {"a//b/", "a/b/"},
        {"./a", "a"},          {"..", NULL},
        {"a/../..", NULL},     {"/a/../b", "/b"},
        {"/..", NULL},         {".", ""},
        {"a/..", ""},          {"/", "/"},
        {"a/.", "a/"},         {"/a/b/..", "/a/"},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        qn_buf_clear(&buf);
        unit_assert_status(ctx,
                           qn_pathname_normalise(
                               ctx, qn_bytes_from_string(rows[i].path), &buf),
                           rows[i].clean ? QN_OK : QN_INVALID);
        if (rows[i].clean)
            assert_string_equal(qn_buf_string(&buf), rows[i].clean);
    }
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static void relates_paths(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *relative;
    } rows[] = {
        {"/a/b", "/a/c", "../c"},
        {"/a", "/a/b/c", "b/c"},
        {"/a/b", "/a", "../"},
        {"/a/b", "/a/b", "./"},
        {"/a/bc", "/a/b", "../b"},
        {"/a/b", "/a/bc", "../bc"},
        {"/x/y", "/a", "../../a"},
        {"", "a/b", "a/b"},
        {"/", "/a", "a"},
        {"a/b", "c", "../../c"},
        {"/a/b/", "/a/c/", "../c/"},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        qn_buf_clear(&buf);
        unit_assert_ok(
            ctx, qn_pathname_relative(ctx, qn_bytes_from_string(rows[i].from),
                                      qn_bytes_from_string(rows[i].to), &buf));
        assert_string_equal(qn_buf_string(&buf), rows[i].relative);
    }
    qn_buf_dispose(&buf);
    assert_true(
        qn_bytes_is_string(qn_pathname_directory(QN_BYTES("a/b")), "a"));
    assert_true(qn_bytes_is_string(qn_pathname_directory(QN_BYTES("/a")), "/"));
    assert_true(qn_bytes_is_string(qn_pathname_directory(QN_BYTES("a")), ""));
    assert_true(qn_bytes_is_string(qn_pathname_base(QN_BYTES("a/b")), "b"));
    unit_end(ctx);
}

static enum qn_status parse_and_map(struct qn_ctx *ctx, void *data)
{
    struct qn_refspec spec = QN_REFSPEC_INIT;
    struct qn_buf buf = QN_BUF_INIT;
    bool matched = false;
    enum qn_status status;

    (void)data;
    status = qn_refspec_parse(ctx, "+refs/heads/*:refs/remotes/o/*",
                              QN_REFSPEC_FETCH, &spec);
    if (!status)
        status = qn_refspec_map(ctx, &spec, QN_BYTES("refs/heads/a/b"), &buf,
                                &matched);
    if (!status) {
        assert_true(matched && spec.is_forced && spec.is_pattern);
        assert_string_equal(qn_buf_string(&buf), "refs/remotes/o/a/b");
        status =
            qn_refspec_map(ctx, &spec, QN_BYTES("refs/tags/a"), &buf, &matched);
        assert_false(matched);
    }
    qn_buf_dispose(&buf);
    qn_refspec_dispose(&spec);
    return status;
}

static void maps_refspecs(void **state)
{
    static const struct {
        const char *text;
        bool fetch;
        bool push;
    } rows[] = {
        {"", true, false},      {":", true, true},
        {"a", true, true},      {"a:b", true, true},
        {"a:", true, false},    {":b", true, true},
        {"*:*", true, true},    {"a*:b", false, false},
        {"a:b*", false, false}, {"a*:", false, false},
        {"a~:b", false, true},  {"a~", false, false},
        {"^a", true, true},     {"^a:b", false, false},
        {"^", false, false},    {"^refs/heads/*", true, true},
        {"+a:b", true, true},   {"refs/*/x*:refs/*/x*", false, false},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_refspec spec = QN_REFSPEC_INIT;

        if ((qn_refspec_parse(ctx, rows[i].text, QN_REFSPEC_FETCH, &spec) ==
             QN_OK) != rows[i].fetch)
            fail_msg("fetch '%s'", rows[i].text);
        qn_refspec_dispose(&spec);
        if ((qn_refspec_parse(ctx, rows[i].text, QN_REFSPEC_PUSH, &spec) ==
             QN_OK) != rows[i].push)
            fail_msg("push '%s'", rows[i].text);
        qn_refspec_dispose(&spec);
    }
    unit_end(ctx);
    unit_each_allocation(parse_and_map, NULL);
}

int test_names(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_ref_names),
        cmocka_unit_test(knows_each_byte_of_a_ref_name),
        cmocka_unit_test(cleans_paths),
        cmocka_unit_test(relates_paths),
        cmocka_unit_test(maps_refspecs),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
