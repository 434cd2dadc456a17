/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/url_match.h"

int test_url_match(void);

static const struct {
    const char *url;
    const char *pattern;
    bool matches;
} rows[] = {
    {"https://example.com/x", "https://example.com", true},
    {"https://example.com/x", "https://example.com/x", true},
    {"https://example.com/x/y", "https://example.com/x/", true},
    {"https://example.com/xy", "https://example.com/x", false},
    {"https://example.com/x?y", "https://example.com/x", false},
    {"http://example.com/", "https://example.com/", false},
    {"https://example.com:443/", "HTTPS://EXAMPLE.com", true},
    {"https://example.com:8443/", "https://example.com", false},
    {"https://a.example.com/", "https://*.example.com", true},
    {"https://a.b.example.com/", "https://*.example.com", false},
    {"https://u:p@example.com/", "https://u@example.com", true},
    {"https://example.com/", "https://u@example.com", false},
    {"https://example.com/c/d", "https://example.com/%41/../c", true},
    {"https://example.com/%63", "https://example.com/c", true},
};

static enum qn_status match_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_url_match url = QN_URL_MATCH_INIT;
        struct qn_url_match pattern = QN_URL_MATCH_INIT;
        struct qn_url_match_score score;

        status =
            qn_url_match_parse(ctx, qn_bytes_from_string(rows[i].url), &url);
        if (!status)
            status = qn_url_match_parse(
                ctx, qn_bytes_from_string(rows[i].pattern), &pattern);
        if (!status)
            assert_int_equal(qn_url_match_test(&url, &pattern, &score),
                             rows[i].matches);
        qn_url_match_dispose(&url);
        qn_url_match_dispose(&pattern);
    }
    return status;
}

static void matches(void **state)
{
    (void)state;
    unit_each_allocation(match_all, NULL);
}

static void refuses(void **state)
{
    static const struct {
        const char *url;
        const char *message;
    } bad[] = {
        {"nothing", "invalid URL scheme name or missing '://' suffix"},
        {"https://", "missing host and scheme is not 'file:'"},
        {"https://h/%zz", "invalid %XX escape sequence"},
        {"https://h/..", "invalid '..' path segment"},
        {"https://h:0", "invalid port number"},
        {"https://h:99999", "invalid port number"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(bad); i++) {
        struct qn_url_match url = QN_URL_MATCH_INIT;

        unit_assert_status(
            ctx,
            qn_url_match_parse(ctx, qn_bytes_from_string(bad[i].url), &url),
            QN_INVALID);
        assert_string_equal(qn_ctx_message(ctx), bad[i].message);
        qn_ctx_clear(ctx);
    }
    unit_end(ctx);
}

int test_url_match(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(matches),
                                       cmocka_unit_test(refuses)};

    return cmocka_run_group_tests_name("url_match", tests, NULL, NULL);
}
