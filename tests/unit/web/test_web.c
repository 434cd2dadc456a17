/* SPDX-License-Identifier: MIT */
#include "server/web/web_entry.h"
#include "unit.h"

int test_web(void);

static void test_route(void **state)
{
    static const struct {
        const char *url;
        enum web_kind kind;
        const char *name, *path;
    } rows[] = {
        {"/", WEB_LIST, "", ""},
        {"", WEB_NONE, "", ""},
        {"x", WEB_NONE, "", ""},
        {"/-/style.css", WEB_STYLE, "", ""},
        {"/-/style.css/x", WEB_NONE, "", ""},
        {"/-/", WEB_NONE, "", ""},
        {"/x.git", WEB_SUMMARY, "/x.git", ""},
        {"/x.git/", WEB_SUMMARY, "/x.git", ""},
        {"/x.git//", WEB_NONE, NULL, NULL},
        {"//x.git", WEB_NONE, NULL, NULL},
        {"/a/b/x.git/-/log", WEB_LOG, "/a/b/x.git", ""},
        {"/x.git/-/log/", WEB_LOG, "/x.git", ""},
        {"/x.git/-/tree/a/b", WEB_TREE, "/x.git", "a/b"},
        {"/x.git/-/tree/a/b/", WEB_TREE, "/x.git", "a/b"},
        {"/x.git/-/tree/a/-/b", WEB_TREE, "/x.git", "a/-/b"},
        {"/x.git/-/blob/a//b", WEB_NONE, NULL, NULL},
        {"/x.git/-/blob/../b", WEB_NONE, NULL, NULL},
        {"/x.git/-/raw/a/..", WEB_NONE, NULL, NULL},
        {"/x.git/-/raw/./a", WEB_NONE, NULL, NULL},
        {"/../x.git/-/raw/a", WEB_NONE, NULL, NULL},
        {"/x.git/-/raw/...", WEB_RAW, "/x.git", "..."},
        {"/x.git/-/blame/a", WEB_BLAME, "/x.git", "a"},
        {"/x.git/-/archive", WEB_ARCHIVE, "/x.git", ""},
        {"/x.git/-/trees", WEB_NONE, "/x.git", ""},
        {"/x.git/-/", WEB_NONE, "/x.git", ""},
        {"/x.git/-", WEB_SUMMARY, "/x.git/-", ""},
    };
    struct web_route route;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        web_route_find(qn_bytes_from_string(rows[i].url), &route);
        if (route.kind != rows[i].kind ||
            (rows[i].name && !qn_bytes_is_string(route.name, rows[i].name)) ||
            (rows[i].path && !qn_bytes_is_string(route.path, rows[i].path)))
            fail_msg("%s: kind %d, name '%.*s', path '%.*s'", rows[i].url,
                     (int)route.kind, QN_BYTES_ARG(route.name),
                     QN_BYTES_ARG(route.path));
    }
}

static void test_arguments(void **state)
{
    static const struct {
        const char *query, *rev;
        uint64_t skip;
        bool is_sound;
    } rows[] = {
        {"", "", 0, true},
        {"rev=main", "main", 0, true},
        {"skip=20&rev=a%2Fb%3c", "a/b<", 20, true},
        {"rev=a%00b", "", 0, false},
        {"skip=-1", "", 0, true},
        {"skip=1000001", "", 0, true},
        {"skip=99999999999999999999", "", 0, true},
        {"skip=", "", 0, true},
        {"rev", "", 0, true},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct web_arguments arguments = WEB_ARGUMENTS_INIT;
        bool is_sound = false;

        unit_assert_ok(
            ctx, web_route_arguments(ctx, qn_bytes_from_string(rows[i].query),
                                     &arguments, &is_sound));
        assert_string_equal(qn_buf_string(&arguments.rev), rows[i].rev);
        assert_int_equal(arguments.skip, rows[i].skip);
        assert_int_equal(is_sound, rows[i].is_sound);
        qn_buf_dispose(&arguments.rev);
        qn_buf_dispose(&arguments.format);
    }
    unit_end(ctx);
}

static void test_escaping(void **state)
{
    static const struct {
        const char *in, *text, *name, *url;
    } rows[] = {
        {"plain", "plain", "plain", "plain"},
        {"<a&\"'>", "&lt;a&amp;&quot;&#39;&gt;", "&lt;a&amp;&quot;&#39;&gt;",
         "%3Ca%26%22%27%3E"},
        {"a\nb\tc", "a\nb\tc", "a\\nb\\tc", "a%0Ab%09c"},
        {"\x1b[m\x07\x7f", "&#xfffd;[m&#xfffd;&#xfffd;", "\\x1b[m\\x07&#xfffd;",
         "%1B%5Bm%07%7F"},
        {"\xff\xc0\xaf", "&#xfffd;&#xfffd;&#xfffd;", "\\xff\\xc0\\xaf",
         "%FF%C0%AF"},
        {"\xe2\x80\xaetxt", "[U+202E]txt", "[U+202E]txt", "%E2%80%AEtxt"},
        {"\xc3\xa4/\xe4\xb8\xad", "\xc3\xa4/\xe4\xb8\xad",
         "\xc3\xa4/\xe4\xb8\xad", "%C3%A4/%E4%B8%AD"},
        {"\xc2\x9b", "&#xfffd;", "&#xfffd;", "%C2%9B"},
        {"a?b#c%d:e;f", "a?b#c%d:e;f", "a?b#c%d:e;f", "a%3Fb%23c%25d%3Ae%3Bf"},
    };
    struct qn_ctx *ctx = unit_begin();
    struct web_page page = {.ctx = ctx};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_bytes in = qn_bytes_from_string(rows[i].in);

        qn_buf_clear(&page.out);
        web_html_text(&page, in);
        assert_string_equal(qn_buf_string(&page.out), rows[i].text);
        qn_buf_clear(&page.out);
        web_html_name(&page, in);
        assert_string_equal(qn_buf_string(&page.out), rows[i].name);
        qn_buf_clear(&page.out);
        web_html_url(&page, in);
        assert_string_equal(qn_buf_string(&page.out), rows[i].url);
    }
    assert_int_equal(page.status, QN_OK);
    qn_buf_dispose(&page.out);
    unit_end(ctx);
}

static void test_markdown(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n"},
        {"# a <b> #\n", "<h1>a </h1>\n"},
        {"a\n===\nb\n---\n", "<h1>a</h1>\n<h2>b</h2>\n"},
        {"- a\n- b\n  c\n", "<ul>\n<li>a</li>\n<li>b\nc</li></ul>\n"},
        {"1. a\n2) b\n", "<ol>\n<li>a</li>\n<li>b</li></ol>\n"},
        {"```\n<i>*x*\n```\n", "<pre>&lt;i&gt;*x*\n</pre>\n"},
        {"    <i>\n", "<pre>&lt;i&gt;\n</pre>\n"},
        {"***\n", "<hr>\n"},
        {"> q\n", "<blockquote><p>q</p></blockquote>\n"},
        {"**b** _e_ `c<`", "<p><strong>b</strong> <em>e</em> "
                           "<code>c&lt;</code></p>\n"},
        {"a_b_c 2 * 3 * 4", "<p>a_b_c 2 * 3 * 4</p>\n"},
        {"[x](https://y/\"z)", "<p><a rel=\"nofollow noreferrer\" "
                               "href=\"https://y/&quot;z\">x</a></p>\n"},
        {"[x](javascript:y)", "<p>x</p>\n"},
        {"[x](JAVASCRIPT:y) [z](data:w) [v](//u)", "<p>x z v</p>\n"},
        {"[x](a/b.c#d)", "<p><a href=\"/x.git/-/blob/dir/a/b.c\">x</a></p>\n"},
        {"[x](/a) [y](../a) [z](%2e%2e/a)",
         "<p><a href=\"/x.git/-/blob/a\">x</a> y z</p>\n"},
        {"![](p.png)", "<p><a href=\"/x.git/-/raw/dir/p.png\">picture</a></p>"
                       "\n"},
        {"[x][Y]\n\n[y]: https://z", "<p><a rel=\"nofollow noreferrer\" "
                                     "href=\"https://z\">x</a></p>\n"},
        {"[![x](y)](https://z)", "<p><a rel=\"nofollow noreferrer\" "
                                 "href=\"https://z\">x</a></p>\n"},
        {"<script>alert(1)</script> a < b", "<p>alert(1) a &lt; b</p>\n"},
        {"[ ![ * ` _ <", "<p>[ ![ * ` _ &lt;</p>\n"},
    };
    struct qn_ctx *ctx = unit_begin();
    const struct web_request request = {.route.name = QN_BYTES("/x.git")};
    struct web_page page = {.ctx = ctx, .request = &request};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        qn_buf_clear(&page.out);
        web_markdown_put(&page, qn_bytes_from_string(rows[i].in),
                         QN_BYTES("dir"));
        assert_string_equal(qn_buf_string(&page.out), rows[i].out);
    }
    assert_int_equal(page.status, QN_OK);
    qn_buf_dispose(&page.out);
    unit_end(ctx);
}

static enum qn_status put_all(struct qn_ctx *ctx, void *data)
{
    const struct web_request request = {.route.name = QN_BYTES("/x.git"),
                                        .title = "t"};
    struct web_page page = {.ctx = ctx, .request = &request};
    enum qn_status status;

    (void)data;
    web_html_begin(&page, "what", QN_BYTES("path"));
    web_markdown_put(&page, QN_BYTES("# a\n[x](y) **b**\n"), QN_BYTES_NONE);
    web_html_end(&page);
    status = page.status;
    qn_buf_dispose(&page.out);
    return status;
}

static void test_no_memory(void **state)
{
    (void)state;
    unit_each_allocation(put_all, NULL);
}

int test_web(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_route),     cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_escaping),  cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
