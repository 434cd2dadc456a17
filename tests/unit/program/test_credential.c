/* SPDX-License-Identifier: MIT */
/* What helpers are told of 2.55's git; see also tests/interop/credential*.sh.
 */
#include "unit.h"

#include "program/credential.h"
#include "program/credential_file.h"

#include <stdio.h>
#include <string.h>

int test_credential(void);

static const struct {
    const char *url;
    const char *lines; /* NULL: refused */
} urls[] = {
    {"http://h", "protocol=http\nhost=h\n"},
    {"https://u:p@h:80/p/q.git?x",
     "protocol=https\nhost=h:80\npath=p/q.git?x\nusername=u\npassword=p\n"},
    {"https://u%40v:p%3a%2F@h/p%20q/",
     "protocol=https\nhost=h\npath=p q\nusername=u@v\npassword=p:/\n"},
    {"https://@h/", "protocol=https\nhost=h\nusername=\n"},
    {"https://a:b:c@h", "protocol=https\nhost=h\nusername=a\npassword=b:c\n"},
    {"https://h?a@b", "protocol=https\nhost=h\npath=?a@b\n"},
    {"cert:///path/to", "protocol=cert\nhost=\npath=path/to\n"},
    {"cert://host///path//to///", "protocol=cert\nhost=host\npath=path//to\n"},
    {"ht%0atp://h/x", "protocol=ht%0atp\nhost=h\npath=x\n"},
    {"https://h%0ax/", NULL},
    {"https://h/%0Ax", NULL},
    {"https://u%0a@h/x", NULL},
    {"https://u:%0a@h/x", NULL},
    {"ht\ntp://h", NULL},
    {"foo", NULL},
    {"://h", NULL},
};

static void parses_urls(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(urls); i++) {
        struct qn_credential credential;
        struct qn_buf out = QN_BUF_INIT;

        qn_credential_init(&credential);
        if (urls[i].lines) {
            unit_assert_ok(
                ctx, qn_credential_from_url(ctx, &credential, urls[i].url));
            unit_assert_ok(ctx,
                           qn_credential_write(ctx, &credential,
                                               QN_CREDENTIAL_ANSWER, &out));
            assert_string_equal(qn_buf_string(&out), urls[i].lines);
        } else {
            unit_assert_status(
                ctx, qn_credential_from_url(ctx, &credential, urls[i].url),
                QN_INVALID);
            assert_string_equal(qn_ctx_reason(ctx), "credential.bad-url");
            qn_ctx_clear(ctx);
        }
        qn_buf_dispose(&out);
        qn_credential_dispose(&credential);
    }
    unit_end(ctx);
}

static void refuses_lines_in_values(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_credential credential;
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    qn_credential_init(&credential);
    unit_assert_ok(ctx, qn_credential_set(ctx, &credential.host, "a\nb"));
    unit_assert_status(
        ctx, qn_credential_write(ctx, &credential, QN_CREDENTIAL_ASKED, &out),
        QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx),
                        "credential value for host contains newline");
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, qn_credential_set(ctx, &credential.host, "a\rb"));
    unit_assert_status(
        ctx, qn_credential_write(ctx, &credential, QN_CREDENTIAL_ASKED, &out),
        QN_INVALID);
    qn_ctx_clear(ctx);
    credential.allows_cr = true;
    unit_assert_ok(
        ctx, qn_credential_write(ctx, &credential, QN_CREDENTIAL_ASKED, &out));
    assert_string_equal(qn_buf_string(&out), "host=a\rb\n");
    qn_buf_dispose(&out);
    qn_credential_dispose(&credential);
    unit_end(ctx);
}

static enum qn_status read_and_write(struct qn_ctx *ctx, void *data)
{
    static const char text[] = "capability[]=authtype\ncapability[]=state\r\n"
                               "authtype=B\ncredential=c\nephemeral=1\n"
                               "protocol=http\nhost=h\nstate[]=a\nstate[]=b\n"
                               "wwwauth[]=x\npassword_expiry_utc=77\nother=1\n"
                               "\nhost=late\n";
    static const char wanted[] =
        "capability[]=authtype\ncapability[]=state\nauthtype=B\ncredential=c\n"
        "ephemeral=1\nprotocol=http\nhost=h\npassword_expiry_utc=77\n"
        "state[]=a\nstate[]=b\n";
    struct qn_credential credential;
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status;

    (void)data;
    qn_credential_init(&credential);
    status = qn_credential_read(ctx, &credential, qn_bytes_from_string(text),
                                QN_CREDENTIAL_ANSWER);
    if (!status)
        status =
            qn_credential_write(ctx, &credential, QN_CREDENTIAL_ANSWER, &out);
    if (!status)
        assert_string_equal(qn_buf_string(&out), wanted);
    qn_buf_dispose(&out);
    qn_credential_dispose(&credential);
    return status;
}

static void reads_lines(void **state)
{
    (void)state;
    unit_each_allocation(read_and_write, NULL);
}

static void keeps_files(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_credential credential;
    char path[1024];
    const char *paths[] = {path, NULL};
    struct qn_credential_files files = {paths, 0};
    bool found = false;

    (void)state;
    (void)snprintf(path, sizeof(path), "%s/credentials", unit_directory());
    qn_credential_init(&credential);
    unit_assert_ok(
        ctx, qn_credential_from_url(ctx, &credential, "http://me:p%20w@h/x"));
    unit_assert_ok(ctx, qn_credential_file_store(ctx, &files, &credential));
    qn_credential_dispose(&credential);
    unit_assert_ok(ctx, qn_credential_from_url(ctx, &credential, "http://h/x"));
    unit_assert_ok(ctx,
                   qn_credential_file_get(ctx, &files, &credential, &found));
    assert_true(found);
    assert_string_equal(credential.username, "me");
    assert_string_equal(credential.password, "p w");
    unit_assert_ok(ctx, qn_credential_file_erase(ctx, &files, &credential));
    unit_assert_ok(ctx,
                   qn_credential_file_get(ctx, &files, &credential, &found));
    assert_false(found);
    qn_credential_dispose(&credential);
    unit_end(ctx);
}

int test_credential(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_urls),
        cmocka_unit_test(refuses_lines_in_values),
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(keeps_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
