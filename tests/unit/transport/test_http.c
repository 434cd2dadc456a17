/* SPDX-License-Identifier: MIT */
/* The parts of http that need no network; the others: tests/network. */
#include "unit.h"

#include "transport/http_challenge.h"
#include "transport/http_language.h"
#include "transport/http_settings.h"
#include "transport/http_trace.h"

#include <string.h>

int test_http(void);

static void redacts(void **state)
{
    static const char *const rows[][2] = {
        {"Authorization: Basic abc", "Authorization: Basic <redacted>"},
        {"authorization:Basic  abc d", "authorization:Basic <redacted>"},
        {"Authorization: alone", "Authorization: <redacted>"},
        {"Authorization: ", "Authorization: "},
        {"Proxy-Authorization: NTLM x", "Proxy-Authorization: NTLM <redacted>"},
        {"Cookie: a=b; c=d", "Cookie: a=<redacted>; c=<redacted>"},
        {"Cookie: a; b=c=d;", "Cookie: <redacted>; b=<redacted>"},
        {"Set-Cookie: s=x; Path=/", "Set-Cookie: s=<redacted>; Path=/"},
        {"X-Authorization: Basic abc", "X-Authorization: Basic abc"},
        {"", ""},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_buf out = QN_BUF_INIT;

        unit_assert_ok(ctx, qn_http_trace_redact(
                                ctx, qn_bytes_from_string(rows[i][0]), &out));
        assert_string_equal(qn_buf_string(&out), rows[i][1]);
        qn_buf_dispose(&out);
    }
    unit_end(ctx);
}

static enum qn_status take_head(struct qn_ctx *ctx, void *data)
{
    static const char *const lines[] = {
        "HTTP/1.1 401 No",
        "WWW-Authenticate: Old",
        "",
        "HTTP/1.1 401 No",
        "www-authenticate: Basic realm=\"a, b\"",
        "\tcharset=UTF-8",
        "  more ",
        "X: y",
        " not of it",
        "WWW-Authenticate:Negotiate",
        "WWW-Authenticate:",
        " late",
        ""};
    struct qn_http_challenge challenge = {.value = QN_BUF_INIT};
    struct qn_credential_list list = {NULL, 0, 0};
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(lines) && !status; i++)
        status = qn_http_challenge_take(ctx, &challenge,
                                        qn_bytes_from_string(lines[i]), &list);
    if (!status) {
        assert_int_equal(list.count, 3);
        assert_string_equal(list.items[0],
                            "Basic realm=\"a, b\" charset=UTF-8 more");
        assert_string_equal(list.items[1], "Negotiate");
        assert_string_equal(list.items[2], "late");
    }
    qn_http_challenge_dispose(&challenge);
    qn_credential_empty(&list);
    qn_memory_free(list.items);
    return status;
}

static void takes_challenges(void **state)
{
    (void)state;
    unit_each_allocation(take_head, NULL);
}

static void languages(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"de_DE.UTF-8", "Accept-Language: de-DE, *;q=0.9"},
        {"de:en_US:fr", "Accept-Language: de, en-US;q=0.9, fr;q=0.8, *;q=0.7"},
        {":de:", "Accept-Language: de, *;q=0.9"},
        {"sr_RS@latin:de", "Accept-Language: sr-RS, de;q=0.9, *;q=0.8"},
        {"a:b:c:d:e:f:g:h:i",
         "Accept-Language: a, b;q=0.9, c;q=0.8, d;q=0.7, e;q=0.6, f;q=0.5, "
         "g;q=0.4, h;q=0.3, i;q=0.2, *;q=0.1"},
        {"a:b:c:d:e:f:g:h:i:j",
         "Accept-Language: a, b;q=0.99, c;q=0.98, d;q=0.97, e;q=0.96, "
         "f;q=0.95, g;q=0.94, h;q=0.93, i;q=0.92, j;q=0.91, *;q=0.90"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        /* What comes behind may still ask for them. */
        static const char *variables[] = {"LANGUAGE", NULL, NULL};
        struct qn_buf out = QN_BUF_INIT;
        struct qn_ctx *ctx;

        variables[1] = rows[i][0];
        ctx = unit_begin_with(variables);
        unit_assert_ok(ctx, qn_http_language_line(ctx, &out));
        assert_string_equal(qn_buf_string(&out), rows[i][1]);
        qn_buf_dispose(&out);
        unit_end(ctx);
    }
}

static const char settings_text[] =
    "[http]\n\textraHeader = A: 1\n\tsslVerify = false\n\tpostBuffer = 2m\n"
    "\tfollowRedirects = true\n\tproxy = http://me:pw@proxy:8080/\n"
    "[http \"https://example.com/deep\"]\n\textraHeader = B: 2\n"
    "\tsslVerify = true\n"
    "[http \"https://example.com\"]\n\textraHeader = C: 3\n"
    "[http \"https://other.example.com\"]\n\tsslVerify = false\n"
    "[remote \"r\"]\n\tproxy = other:1\n";

static enum qn_status read_settings(struct qn_ctx *ctx, void *data)
{
    const char *remote = data;
    struct qn_config *config = NULL;
    struct qn_http_settings settings;
    struct qn_http_settings_options options = {
        .url = "https://example.com/deep/repo",
        .remote_name = remote,
        .agent = "quoin/1-Linux"};
    enum qn_status status = qn_config_new(ctx, &config);

    qn_http_settings_init(&settings);
    if (!status)
        status = qn_config_add_bytes(ctx, config,
                                     qn_bytes_from_string(settings_text),
                                     QN_CONFIG_SCOPE_LOCAL, "file", "x", NULL);
    options.config = config;
    if (!status)
        status = qn_http_settings_read(ctx, &options, &settings);
    if (!status) {
        assert_false(settings.engine.skips_verify);
        assert_int_equal(settings.post_buffer, 2 << 20);
        assert_int_equal(settings.follow, QN_HTTP_FOLLOW_ALWAYS);
        assert_string_equal(settings.engine.user_agent, "quoin/1");
        assert_string_equal(settings.engine.protocols, "http,https,ftp,ftps");
        assert_string_equal(settings.engine.redirect_protocols, "http,https");
        assert_string_equal(settings.extra_headers[0], "A: 1");
        assert_string_equal(settings.extra_headers[1], "B: 2");
        assert_null(settings.extra_headers[2]); /* C fits less well */
        if (remote) {
            assert_string_equal(settings.engine.proxy, "http://other:1");
            assert_null(settings.proxy.username);
        } else {
            assert_string_equal(settings.engine.proxy, "http://proxy:8080");
            assert_string_equal(settings.proxy.username, "me");
            assert_string_equal(settings.proxy.password, "pw");
        }
    }
    qn_http_settings_dispose(&settings);
    qn_config_free(config);
    return status;
}

static void reads_settings(void **state)
{
    static char remote[] = "r";

    (void)state;
    unit_each_allocation(read_settings, NULL);
    unit_each_allocation(read_settings, remote);
}

int test_http(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redacts),
        cmocka_unit_test(takes_challenges),
        cmocka_unit_test(languages),
        cmocka_unit_test(reads_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
