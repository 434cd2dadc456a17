/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "wire/push_report.h"
#include "wire/push_request.h"
#include "wire/wire_input.h"

int test_push(void);

static struct qn_id id_of(uint8_t byte)
{
    struct qn_id id;

    qn_id_clear(&id, QN_HASH_SHA1);
    id.bytes[0] = byte;
    return id;
}

static void read_request(struct qn_ctx *ctx, struct qn_push_request *request,
                         struct qn_bytes stream, enum qn_status wanted)
{
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_pkt_line packet;
    enum qn_status status = qn_wire_input_feed(ctx, &input, stream);
    bool is_done = false;

    input.is_over = true;
    while (!status && !is_done) {
        status = qn_wire_input_next(ctx, &input, &packet);
        if (!status)
            status = qn_push_request_take(ctx, request, &packet, &is_done);
    }
    unit_assert_status(ctx, status, wanted);
    qn_ctx_clear(ctx);
    qn_wire_input_dispose(&input);
}

static void requests_come_back(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_id none = id_of(0), one = id_of(1), two = id_of(2);
    struct qn_push_request out, in;
    struct qn_buf bytes = QN_BUF_INIT;
    size_t position = 0;

    (void)state;
    qn_push_request_init(&out, QN_HASH_SHA1);
    qn_push_request_init(&in, QN_HASH_SHA1);
    unit_assert_ok(
        ctx, qn_push_request_add(ctx, &out, &one, &none, QN_BYTES("refs/a")));
    assert_false(qn_push_request_has_pack(&out));
    unit_assert_ok(
        ctx, qn_push_request_add(ctx, &out, &none, &two, QN_BYTES("refs/b")));
    assert_true(qn_push_request_has_pack(&out));
    unit_assert_ok(ctx, qn_id_list_add(ctx, &out.shallow, &two));
    unit_assert_ok(ctx, qn_wire_words_add(ctx, &out.options, QN_BYTES("o p")));
    unit_assert_ok(ctx, qn_push_request_write(
                            ctx, &out, " report-status push-options", &bytes));
    read_request(ctx, &in, qn_buf_bytes(&bytes), QN_OK);
    assert_int_equal(in.count, 2);
    assert_string_equal(in.commands[0].name, "refs/a");
    assert_true(qn_id_is_null(&in.commands[0].new_id));
    assert_true(qn_id_is_equal(&in.commands[1].new_id, &two));
    assert_int_equal(in.shallow.count, 1);
    assert_true(qn_capabilities_has(&in.capabilities, "report-status"));
    assert_string_equal(qn_wire_words_next(&in.options, &position), "o p");
    qn_push_request_dispose(&in);
    qn_push_request_dispose(&out);
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

static void certificates_carry_the_commands(void **state)
{
    static const char certificate[] =
        "certificate version 0.1\npusher A <a@b>\nnonce 1-2\n\n"
        "0000000000000000000000000000000000000000 "
        "5a42e7c3850d251ded468e73824c484caff4f8bc refs/heads/x\n"
        "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\n";
    struct qn_ctx *ctx = unit_begin();
    struct qn_push_request out, in;
    struct qn_buf bytes = QN_BUF_INIT;

    (void)state;
    qn_push_request_init(&out, QN_HASH_SHA1);
    qn_push_request_init(&in, QN_HASH_SHA1);
    unit_assert_ok(ctx,
                   qn_buf_append_string(ctx, &out.certificate, certificate));
    unit_assert_ok(ctx, qn_push_request_write(ctx, &out, " x", &bytes));
    read_request(ctx, &in, qn_buf_bytes(&bytes), QN_OK);
    assert_string_equal(qn_buf_string(&in.certificate), certificate);
    assert_int_equal(in.count, 1);
    assert_string_equal(in.commands[0].name, "refs/heads/x");
    qn_push_request_dispose(&in);
    qn_push_request_dispose(&out);
    qn_buf_dispose(&bytes);

    qn_push_request_init(&in, QN_HASH_SHA1);
    read_request(ctx, &in, QN_BYTES("000fpush-cert\0 0000"), QN_INVALID);
    qn_push_request_dispose(&in);
    qn_push_request_init(&in, QN_HASH_SHA1);
    read_request(ctx, &in, QN_BYTES("0008abcd0000"), QN_INVALID);
    qn_push_request_dispose(&in);
    unit_end(ctx);
}

static void reports_come_back(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_push_report out, in;
    struct qn_push_result *result;
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_pkt_line packet;
    bool is_done = false;

    (void)state;
    qn_push_report_init(&out, QN_HASH_SHA1);
    qn_push_report_init(&in, QN_HASH_SHA1);
    unit_assert_ok(
        ctx, qn_push_report_add(ctx, &out, QN_BYTES("refs/a"), NULL, &result));
    result->ref_name = "refs/b";
    result->new_id = id_of(7);
    result->has_new = result->is_forced = true;
    unit_assert_ok(ctx, qn_push_report_add(ctx, &out, QN_BYTES("refs/c"),
                                           "hook declined", NULL));
    unit_assert_ok(ctx, qn_push_report_write(ctx, &out, 2, &bytes));
    unit_assert_ok(ctx, qn_wire_input_feed(ctx, &input, qn_buf_bytes(&bytes)));
    while (!is_done) {
        unit_assert_ok(ctx, qn_wire_input_next(ctx, &input, &packet));
        unit_assert_ok(ctx, qn_push_report_take(ctx, &in, &packet, &is_done));
    }
    assert_null(in.unpack_error);
    assert_int_equal(in.count, 2);
    assert_string_equal(in.results[0].ref_name, "refs/b");
    assert_true(in.results[0].is_forced && in.results[0].has_new &&
                !in.results[0].has_old);
    assert_string_equal(in.results[1].error, "hook declined");
    qn_push_report_dispose(&in);
    qn_push_report_dispose(&out);
    qn_wire_input_dispose(&input);
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

int test_push(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_come_back),
        cmocka_unit_test(certificates_carry_the_commands),
        cmocka_unit_test(reports_come_back),
    };

    return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
