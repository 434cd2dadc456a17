/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/base64.h"
#include "server/http_listener.h"
#include "server/passwords.h"

int test_passwords(void);

/* SHA-256 of "secret". */
#define TOKEN "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"

static void check(struct qn_ctx *ctx, struct passwords *passwords,
                  const char *header, const char *wanted)
{
    struct qn_buf user = QN_BUF_INIT;
    bool is_right = false;

    unit_assert_ok(ctx,
                   passwords_check(ctx, passwords, header, &user, &is_right));
    assert_int_equal(is_right, wanted != NULL);
    if (wanted)
        assert_string_equal(qn_buf_string(&user), wanted);
    qn_buf_dispose(&user);
}

static void check_basic(struct qn_ctx *ctx, struct passwords *passwords,
                        const char *plain, const char *wanted)
{
    struct qn_buf header = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_buf_append_string(ctx, &header, "Basic "));
    unit_assert_ok(ctx,
                   qn_base64_encode(ctx, qn_bytes_from_string(plain), &header));
    check(ctx, passwords, qn_buf_string(&header), wanted);
    qn_buf_dispose(&header);
}

static void who_it_is(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf text = QN_BUF_INIT;
    struct passwords *passwords = NULL;
    int i;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &text, "# all\nalice:"));
    unit_assert_ok(ctx, passwords_hash(ctx, "wonder:land", &text));
    unit_assert_ok(
        ctx, qn_buf_append_string(ctx, &text, "\n\nbob:token:" TOKEN "\r\n"));
    unit_assert_ok(ctx, passwords_parse(ctx, qn_buf_bytes(&text), &passwords));
    assert_true(passwords_has_any(passwords));
    for (i = 0; i < 3; i++) /* the second time it is remembered */
        check_basic(ctx, passwords, "alice:wonder:land", "alice");
    check_basic(ctx, passwords, "alice:wonder", NULL);
    check_basic(ctx, passwords, "alice:", NULL);
    check_basic(ctx, passwords, "alice", NULL);
    check_basic(ctx, passwords, ":wonder:land", NULL);
    check_basic(ctx, passwords, "carol:wonder:land", NULL);
    check_basic(ctx, passwords, "bob:secret", "bob");
    check_basic(ctx, passwords, "alice:secret", NULL);
    check(ctx, passwords, "Bearer secret", "bob");
    check(ctx, passwords, "bearer  secret ", "bob");
    check(ctx, passwords, "Bearer wrong", NULL);
    check(ctx, passwords, "Bearer", NULL);
    check(ctx, passwords, "", NULL);
    check(ctx, passwords, "Basic !!!!", NULL);
    check(ctx, passwords, "Digest x", NULL);
    passwords_free(passwords);
    qn_buf_dispose(&text);
    unit_end(ctx);
}

static void faults_name_their_line(void **state)
{
    static const char *const rows[] = {"alice\n",      "alice:\n",
                                       ":x\n",         "alice:plain\n",
                                       "a:token:12\n", "a:token:" TOKEN "00\n"};
    struct qn_ctx *ctx = unit_begin();
    struct passwords *passwords = NULL;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        unit_assert_status(
            ctx,
            passwords_parse(ctx, qn_bytes_from_string(rows[i]), &passwords),
            QN_INVALID);
        assert_non_null(strstr(qn_ctx_message(ctx), "line 1"));
        assert_null(passwords);
        qn_ctx_clear(ctx);
    }
    unit_end(ctx);
}

static void addresses_to_listen_on(void **state)
{
    static const struct {
        const char *text, *host;
        int port; /* -1: it is none */
    } rows[] = {
        {"127.0.0.1:80", "127.0.0.1", 80},
        {"localhost", "localhost", 7},
        {":80", "", 80},
        {"[::1]:80", "::1", 80},
        {"::1", "::1", 7},
        {"[::1]", "::1", 7},
        {"x:", "", -1},
        {"x:y", "", -1},
        {"x:70000", "", -1},
        {"x:-1", "", -1},
        {"x:0", "x", 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        char host[64] = "";
        int port = 7;
        bool is =
            http_listener_address(rows[i].text, host, sizeof(host), &port);

        assert_int_equal(is, rows[i].port >= 0);
        if (!is)
            continue;
        assert_string_equal(host, rows[i].host);
        assert_int_equal(port, rows[i].port);
    }
}

int test_passwords(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_it_is),
        cmocka_unit_test(faults_name_their_line),
        cmocka_unit_test(addresses_to_listen_on),
    };

    return cmocka_run_group_tests_name("passwords", tests, NULL, NULL);
}
