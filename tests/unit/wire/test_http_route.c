/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "wire/http_route.h"

int test_http_route(void);

#define HEX38 "0123456789abcdef0123456789abcdef012345"
#define HEX40 HEX38 "67"
#define HEX62 HEX38 "0123456789abcdef01234567"

static void paths_name_files_and_services(void **state)
{
    static const struct {
        const char *path;
        enum qn_http_route_kind kind;
        const char *directory;
    } rows[] = {
        {"/a/HEAD", QN_HTTP_ROUTE_HEAD, "/a"},
        {"/HEAD", QN_HTTP_ROUTE_HEAD, ""},
        {"HEAD", QN_HTTP_ROUTE_NONE, ""},
        {"/a/b/info/refs", QN_HTTP_ROUTE_REFS, "/a/b"},
        {"/a/refs", QN_HTTP_ROUTE_NONE, ""},
        {"/info/refs", QN_HTTP_ROUTE_REFS, ""},
        {"/a/objects/info/packs", QN_HTTP_ROUTE_PACKS, "/a"},
        {"/a/info/packs", QN_HTTP_ROUTE_NONE, ""},
        {"/a/objects/info/alternates", QN_HTTP_ROUTE_TEXT, "/a"},
        {"/a/objects/info/http-alternates", QN_HTTP_ROUTE_TEXT, "/a"},
        {"/a/objects/12/" HEX38, QN_HTTP_ROUTE_LOOSE, "/a"},
        {"/a/objects/12/" HEX62, QN_HTTP_ROUTE_LOOSE, "/a"},
        {"/a/objects/1/" HEX38, QN_HTTP_ROUTE_NONE, ""},
        {"/a/objects/1G/" HEX38, QN_HTTP_ROUTE_NONE, ""},
        {"/a/12/" HEX38, QN_HTTP_ROUTE_NONE, ""},
        {"/a/objects/pack/pack-" HEX40 ".pack", QN_HTTP_ROUTE_PACK, "/a"},
        {"/a/objects/pack/pack-" HEX40 ".idx", QN_HTTP_ROUTE_INDEX, "/a"},
        {"/a/objects/pack/pack-" HEX38 ".idx", QN_HTTP_ROUTE_NONE, ""},
        {"/a/objects/pack/pack-" HEX40 ".rev", QN_HTTP_ROUTE_NONE, ""},
        {"/a/git-upload-pack", QN_HTTP_ROUTE_SERVICE, "/a"},
        {"/a/git-receive-pack", QN_HTTP_ROUTE_SERVICE, "/a"},
        {"/a/git-other", QN_HTTP_ROUTE_NONE, ""},
        {"/a/config", QN_HTTP_ROUTE_NONE, ""},
        {"/", QN_HTTP_ROUTE_NONE, ""},
        {"", QN_HTTP_ROUTE_NONE, ""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_http_route route;
        bool found =
            qn_http_route_find(qn_bytes_from_string(rows[i].path), &route);

        assert_int_equal(route.kind, rows[i].kind);
        assert_int_equal(found, rows[i].kind != QN_HTTP_ROUTE_NONE);
        assert_true(qn_bytes_is_string(route.directory, rows[i].directory));
    }
}

static void plain_paths_have_one_name(void **state)
{
    static const struct {
        const char *path;
        bool is_plain;
    } rows[] = {
        {"/a/b", true},    {"/a/", true},     {"/", true},
        {"", false},       {"a", false},      {"//a", false},
        {"/a//b", false},  {"/../a", false},  {"/a/..", false},
        {"/./a", false},   {"/a/.", false},   {"/...", true},
        {"/a..b/c", true}, {"/.git/x", true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        assert_int_equal(
            qn_http_route_is_plain(qn_bytes_from_string(rows[i].path)),
            rows[i].is_plain);
}

static void parameters_are_unescaped(void **state)
{
    static const struct {
        const char *query, *value; /* NULL: there is none */
    } rows[] = {
        {"service=git-upload-pack", "git-upload-pack"},
        {"a=b&service=x&c", "x"},
        {"service=a&service=b", "b"},
        {"service=", ""},
        {"service", ""},
        {"s%65rvice=%41%4a+%2", "AJ %2"},
        {"", NULL},
        {"services=x", NULL},
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        bool found = false;

        qn_buf_clear(&out);
        unit_assert_ok(ctx, qn_http_route_parameter(
                                ctx, qn_bytes_from_string(rows[i].query),
                                "service", &out, &found));
        assert_int_equal(found, rows[i].value != NULL);
        if (found)
            assert_string_equal(qn_buf_string(&out), rows[i].value);
    }
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_http_route(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_name_files_and_services),
        cmocka_unit_test(plain_paths_have_one_name),
        cmocka_unit_test(parameters_are_unescaped),
    };

    return cmocka_run_group_tests_name("http_route", tests, NULL, NULL);
}
