/* SPDX-License-Identifier: MIT */
/* What git 2.55 gave to ssh for each (GIT_SSH a program that prints its
 * arguments), or said. */
#include "unit.h"

#include "transport/address.h"
#include "transport/policy.h"

int test_address(void);

struct row {
    const char *url;
    const char *host; /* NULL: no ssh */
    const char *port;
    const char *path; /* or the message */
};

static const struct row ssh_rows[] = {
    {"host:path", "host", NULL, "path"},
    {"user@host:path", "user@host", NULL, "path"},
    {"user@host:/abs", "user@host", NULL, "/abs"},
    {"user@host:~x", "user@host", NULL, "~x"},
    {"user@host:~/x", "user@host", NULL, "~/x"},
    {"[host]:path", "host", NULL, "path"},
    {"[host:22]:path", "host", "22", "path"},
    {"user@[host:22]:path", "user@host", "22", "path"},
    {"[user@host:22]:path", "user@host", "22", "path"},
    {"[::1]:path", "::1", NULL, "path"},
    {"[::1]:22:path", "::1", NULL, "22:path"},
    {"[[::1]:22]:path", "[::1", NULL, "22]:path"},
    {"user@[::1]:path", "user@::1", NULL, "path"},
    {"[user@::1]:path", "user@::1", NULL, "path"},
    {"[[user@::1]:22]:path", "[user@::1", NULL, "22]:path"},
    {"[user@[::1]:22]:path", "[user@::1", NULL, "22]:path"},
    {"user@[[::1]:22]:path", "user@[::1", NULL, "22]:path"},
    {"ssh://host/path", "host", NULL, "/path"},
    {"ssh://host:22/path", "host", "22", "/path"},
    {"ssh://host:/path", "host", NULL, "/path"},
    {"ssh://host:abc/path", "host:abc", NULL, "/path"},
    {"ssh://host:99999/path", "host:99999", NULL, "/path"},
    {"ssh://host:0/path", "host", "0", "/path"},
    {"ssh://user@host/~x/y", "user@host", NULL, "~x/y"},
    {"ssh://host/~/y", "host", NULL, "~/y"},
    {"ssh://user:pw@host/y", "user:pw@host", NULL, "/y"},
    {"ssh://[::1]/p", "::1", NULL, "/p"},
    {"ssh://[::1]:22/~x", "::1", "22", "~x"},
    {"ssh://user@[::1]:22/p", "user@::1", "22", "/p"},
    {"ssh://[user@::1]:22/p", "user@::1", "22", "/p"},
    {"ssh://[user@[::1]:22]/p", "[user@::1", NULL, "/p"},
    {"ssh://::1/p", "::1", NULL, "/p"},
    {"ssh://::1:22/p", "::1:22", NULL, "/p"},
    {"ssh://host/", "host", NULL, "/"},
    {"ssh:///path", "", NULL, "/path"},
    {"ssh://u@-host/p", "u@-host", NULL, "/p"},
    {"host:", "host", NULL, ""},
    {":path", "", NULL, "path"},
    {"ssh://host/-path", "host", NULL, "/-path"},
    {"ssh://host/%20x%2fy", "host", NULL, "/ x/y"},
    {"ssh://ho%20st/x", "ho st", NULL, "/x"},
    {"ssh://us%65r@host/x", "user@host", NULL, "/x"},
    {"ssh://user@ho@st/x", "user@ho@st", NULL, "/x"},
    {"git+ssh://host/x", "host", NULL, "/x"},
    {"ssh+git://host/x", "host", NULL, "/x"},
    {"host:22:path", "host", NULL, "22:path"},
    {"a b:path", "a b", NULL, "path"},
    {"user@:path", "user@", NULL, "path"},
    {"@host:path", "@host", NULL, "path"},
    {"host:~", "host", NULL, "~"},
    {"host:/~x", "host", NULL, "~x"},
    {"host:/~", "host", NULL, "~"},
    {"ssh://host/~", "host", NULL, "~"},
    {"ssh://[host]/x", "host", NULL, "/x"},
    {"ssh://[host]:22/x", "host", "22", "/x"},
    {"ssh://[host:22]/x", "host", "22", "/x"},
    {"ssh://host/a:b", "host", NULL, "/a:b"},
    {"ssh://host?x/y", "host?x", NULL, "/y"},
    {"ssh://host:22:33/y", "host:22:33", NULL, "/y"},
    {"ssh://host:-1/y", "host:-1", NULL, "/y"},
    {"ssh://host:+22/y", "host", "+22", "/y"},
    {"ssh://host: 22/y", "host", " 22", "/y"},
    {"ssh://host:022/y", "host", "022", "/y"},
    {"[::1", "[", NULL, ":1"},
    {"[::1]x:path", "::1", NULL, "path"},
    {"[::1]:", "::1", NULL, ""},
    {"[]:path", "", NULL, "path"},
    {"[]:22:path", "", NULL, "22:path"},
    {"ssh://[]/x", "", NULL, "/x"},
    {"[host:-1]:p", "host:-1", NULL, "p"},
    {"[host:abc]:p", "host:abc", NULL, "p"},
    {"[host:]:p", "host:", NULL, "p"},
    {"foo_bar::x", "foo_bar", NULL, ":x"},
    {"x:/y", "x", NULL, "/y"},
};

static void assert_same(const char *got, const char *wanted, const char *url)
{
    if ((!got) != (!wanted) || (got && strcmp(got, wanted) != 0))
        fail_msg("%s: '%s' instead of '%s'", url, got ? got : "(none)",
                 wanted ? wanted : "(none)");
}

static void ssh_addresses(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(ssh_rows); i++) {
        const struct row *row = &ssh_rows[i];
        struct qn_address address = QN_ADDRESS_INIT;

        unit_assert_ok(ctx, qn_address_parse(ctx, row->url, &address));
        assert_same(address.protocol, "ssh", row->url);
        assert_same(address.host, row->host, row->url);
        assert_same(address.port, row->port, row->url);
        assert_same(address.path, row->path, row->url);
        qn_address_dispose(&address);
    }
    unit_end(ctx);
}

static void other_addresses(void **state)
{
    static const struct {
        const char *url;
        enum qn_address_kind kind;
        const char *protocol;
        const char *path;
    } rows[] = {
        {"/a/b", QN_ADDRESS_LOCAL, "file", "/a/b"},
        {"a%41", QN_ADDRESS_LOCAL, "file", "a%41"},
        {"./foo:bar", QN_ADDRESS_LOCAL, "file", "./foo:bar"},
        {"foo/bar:baz", QN_ADDRESS_LOCAL, "file", "foo/bar:baz"},
        {"[host]", QN_ADDRESS_LOCAL, "file", "]"},
        {"[host]path", QN_ADDRESS_LOCAL, "file", "]path"},
        {"file:///a/%62", QN_ADDRESS_FILE, "file", "/a/b"},
        {"file://localhost/a", QN_ADDRESS_FILE, "file", "/a"},
        {"foo::bar", QN_ADDRESS_HELPER, "foo", "bar"},
        {"foo://bar/%41", QN_ADDRESS_HELPER, "foo", "foo://bar/%41"},
        {"SSH://h/p", QN_ADDRESS_HELPER, "SSH", "SSH://h/p"},
        {"foo+b.a-r2::x", QN_ADDRESS_HELPER, "foo+b.a-r2", "x"},
        {"::x", QN_ADDRESS_HELPER, "", "x"},
        {"https://u@h/p?q", QN_ADDRESS_HTTP, "https", "https://u@h/p?q"},
        {"ftp://h/p", QN_ADDRESS_HTTP, "ftp", "ftp://h/p"},
        {"git://h/p", QN_ADDRESS_GIT, "git", "/p"},
        {"git://h:1/~p", QN_ADDRESS_GIT, "git", "~p"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_address address = QN_ADDRESS_INIT;

        unit_assert_ok(ctx, qn_address_parse(ctx, rows[i].url, &address));
        assert_int_equal(address.kind, rows[i].kind);
        assert_same(address.protocol, rows[i].protocol, rows[i].url);
        assert_same(address.path, rows[i].path, rows[i].url);
        qn_address_dispose(&address);
    }
    unit_end(ctx);
}

static void refuses(void **state)
{
    static const struct {
        const char *url;
        const char *message;
    } rows[] = {
        {"ssh://host", "no path specified; see 'git help pull' for valid url "
                       "syntax"},
        {"ssh://-host/p", "strange hostname '-host' blocked"},
        {"ssh://-u@host/p", "strange hostname '-u@host' blocked"},
        {"host:-path", "strange pathname '-path' blocked"},
        {"ssh://[-x]/x", "strange hostname '-x' blocked"},
        {"[-x]:p", "strange hostname '-x' blocked"},
        {"-x", "strange pathname '-x' blocked"},
        {"git://h/a%0ab",
         "newline is forbidden in git:// hosts and repo paths"},
        {"foo_x://y", "protocol 'foo_x' is not supported"},
        {"://x", "protocol '' is not supported"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_address address = QN_ADDRESS_INIT;

        assert_int_not_equal(qn_address_parse(ctx, rows[i].url, &address),
                             QN_OK);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
    }
    unit_end(ctx);
}

static enum qn_status check(struct qn_ctx *ctx, const char *const *settings,
                            const char *protocol)
{
    struct qn_config *config = NULL;
    enum qn_status status;

    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    for (; *settings; settings++)
        unit_assert_ok(ctx, qn_config_add_parameter(ctx, config, *settings));
    status = qn_policy_check(ctx, config, protocol, false);
    qn_config_free(config);
    return status;
}

static void policies(void **state)
{
    static const char *const none[] = {NULL};
    static const char *const all[] = {"protocol.allow=never",
                                      "protocol.ext.allow=always", NULL};
    static const char *const list[] = {"GIT_ALLOW_PROTOCOL", "ssh:ext", NULL};
    static const char *const submodule[] = {"GIT_PROTOCOL_FROM_USER", "0",
                                            NULL};
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    unit_assert_ok(ctx, check(ctx, none, "file"));
    unit_assert_status(ctx, check(ctx, none, "ext"), QN_REFUSED);
    assert_string_equal(qn_ctx_message(ctx), "transport 'ext' not allowed");
    unit_assert_ok(ctx, check(ctx, all, "ext"));
    unit_assert_status(ctx, check(ctx, all, "https"), QN_REFUSED);
    unit_end(ctx);
    ctx = unit_begin_with(list);
    unit_assert_ok(ctx, check(ctx, none, "ext"));
    unit_assert_status(ctx, check(ctx, all, "https"), QN_REFUSED);
    unit_end(ctx);
    ctx = unit_begin_with(submodule);
    unit_assert_status(ctx, check(ctx, none, "file"), QN_REFUSED);
    unit_assert_ok(ctx, check(ctx, none, "https"));
    unit_end(ctx);
}

static enum qn_status parse_three(struct qn_ctx *ctx, void *data)
{
    const char *const urls[] = {"user@[host:22]:path", "foo::bar",
                                "git://[::1]:2/x"};
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(urls) && !status; i++) {
        struct qn_address address = QN_ADDRESS_INIT;

        status = qn_address_parse(ctx, urls[i], &address);
        if (!status)
            qn_address_dispose(&address);
    }
    return status;
}

static void survives_no_memory(void **state)
{
    (void)state;
    unit_each_allocation(parse_three, NULL);
}

int test_address(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ssh_addresses),
        cmocka_unit_test(other_addresses),
        cmocka_unit_test(refuses),
        cmocka_unit_test(policies),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
