/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "transport/connection.h"

int test_connection(void);

#define ID "5a42e7c3850d251ded468e73824c484caff4f8bc"

static struct qn_connection_options options_of(const char *program)
{
    struct qn_connection_options options = {.url = "/nowhere",
                                            .service = QN_SERVICE_UPLOAD_PACK,
                                            .program = program,
                                            .version = 2,
                                            .agent = "test/1"};

    return options;
}

static void opens_a_program(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_connection_options options = options_of(
        "printf '003d" ID " HEAD\\000x'; printf 'y agent=z\\n0000'; cat >&2 #");
    struct qn_connection *connection = NULL;
    struct qn_remote_refs *refs = NULL;
    struct qn_ls_refs request = {.peels = true};

    (void)state;
    unit_assert_ok(ctx, qn_connection_open(ctx, &options, &connection));
    unit_assert_ok(ctx, qn_connection_refs(ctx, connection, &options, &request,
                                           NULL, &refs));
    assert_int_equal(refs->count, 1);
    assert_string_equal(refs->items[0].name, "HEAD");
    unit_assert_ok(ctx, qn_connection_finish(ctx, connection));
    qn_connection_free(connection);
    unit_end(ctx);
}

static void says_why_not(void **state)
{
    static const struct {
        const char *program;
        enum qn_status status;
        const char *message;
    } rows[] = {
        {"exit 3 #", QN_NETWORK,
         "Could not read from remote repository.\n\nPlease make sure you have "
         "the correct access rights\nand the repository exists."},
        {"printf 0033ab #", QN_NETWORK,
         "Could not read from remote repository.\n\nPlease make sure you have "
         "the correct access rights\nand the repository exists."},
        {"printf '003a" ID " refs/heads/m\\n' #", QN_NETWORK,
         "the remote end hung up upon initial contact"},
        {"printf '000eversion 2\\n' #", QN_NETWORK,
         "expected flush after capabilities"},
        {"printf '000fERR go away' #", QN_REFUSED, "remote error: go away"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_connection_options options = options_of(rows[i].program);
        struct qn_connection *connection = NULL;

        unit_assert_status(ctx, qn_connection_open(ctx, &options, &connection),
                           rows[i].status);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        assert_null(connection);
    }
    unit_end(ctx);
}

/* More than both pipes hold, both ways, before anything is read. */
static void never_waits_for_ever(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_connection_options options = options_of("cat #");
    struct qn_connection *connection = NULL;
    struct qn_buf sent = QN_BUF_INIT;
    size_t got = 0;

    (void)state;
    options.skips_advertisement = true;
    unit_assert_ok(ctx, qn_connection_open(ctx, &options, &connection));
    unit_assert_ok(ctx, qn_buf_append_repeat(ctx, &sent, 'x', 1 << 20));
    unit_assert_ok(
        ctx, qn_connection_send(ctx, connection, qn_buf_bytes(&sent), true));
    while (got < sent.size) {
        unit_assert_ok(ctx, qn_connection_fill(ctx, connection));
        got += qn_wire_input_rest(&connection->input).size;
        qn_wire_input_skip(&connection->input, (size_t)-1);
        assert_false(connection->is_over);
    }
    assert_int_equal(got, sent.size);
    unit_assert_ok(ctx, qn_connection_finish(ctx, connection));
    qn_connection_free(connection);
    qn_buf_dispose(&sent);
    unit_end(ctx);
}

int test_connection(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_a_program),
        cmocka_unit_test(says_why_not),
        cmocka_unit_test(never_waits_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
