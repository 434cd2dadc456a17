/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "wire/capabilities.h"
#include "wire/daemon_request.h"
#include "wire/ls_refs.h"
#include "wire/wire_command.h"
#include "wire/wire_input.h"

int test_wire_small(void);

static void capabilities_have_values_and_features(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_capabilities caps = QN_CAPABILITIES_INIT;
    struct qn_bytes value;
    size_t position = 0;

    (void)state;
    unit_assert_ok(
        ctx, qn_capabilities_add_list(
                 ctx, &caps, QN_BYTES("a  symref=HEAD:x shallow symref=y:z")));
    unit_assert_ok(
        ctx, qn_capabilities_add(ctx, &caps, QN_BYTES("fetch=shallow filter")));
    assert_true(qn_capabilities_has(&caps, "a"));
    assert_true(qn_capabilities_has(&caps, "fetch"));
    assert_false(qn_capabilities_has(&caps, "sym"));
    assert_false(qn_capabilities_has(&caps, "filter"));
    assert_true(qn_capabilities_next(&caps, "symref", &position, &value));
    assert_true(qn_bytes_is_string(value, "HEAD:x"));
    assert_true(qn_capabilities_next(&caps, "symref", &position, &value));
    assert_true(qn_bytes_is_string(value, "y:z"));
    assert_false(qn_capabilities_next(&caps, "symref", &position, &value));
    assert_true(qn_capabilities_has_feature(&caps, "fetch", "filter"));
    assert_false(qn_capabilities_has_feature(&caps, "fetch", "filt"));
    assert_int_equal(qn_capabilities_value(&caps, "a").size, 0);
    qn_capabilities_dispose(&caps);
    unit_end(ctx);
}

static void input_gives_packets_byte_by_byte(void **state)
{
    static const char stream[] = "0006a\n0000000cERR no\x1b\n";
    struct qn_ctx *ctx = unit_begin();
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    size_t i, count = 0;

    (void)state;
    for (i = 0; i < sizeof(stream) - 1; i++) {
        unit_assert_ok(
            ctx, qn_wire_input_feed(ctx, &input, qn_bytes_make(&stream[i], 1)));
        status = qn_wire_input_next(ctx, &input, &packet);
        if (!status && packet.kind != QN_PKT_LINE_MORE)
            count++;
        if (i == 5)
            assert_true(qn_bytes_is_string(packet.payload, "a\n"));
    }
    assert_int_equal(count, 2);
    unit_assert_status(ctx, status, QN_REFUSED);
    assert_string_equal(qn_ctx_message(ctx), "remote error: no?");
    qn_ctx_clear(ctx);
    input.is_over = true;
    unit_assert_status(ctx, qn_wire_input_next(ctx, &input, &packet),
                       QN_NETWORK);
    qn_wire_input_dispose(&input);
    unit_end(ctx);
}

static void daemon_requests_come_back(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_daemon_request one = QN_DAEMON_REQUEST_INIT,
                             two = QN_DAEMON_REQUEST_INIT;
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx,
                   qn_buf_append_string(ctx, &one.service, "git-upload-pack"));
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &one.path, "/project.git"));
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &one.host, "myserver.com"));
    unit_assert_ok(ctx,
                   qn_wire_words_add(ctx, &one.extras, QN_BYTES("version=1")));
    unit_assert_ok(ctx, qn_daemon_request_write(ctx, &one, &out));
    /* the example of gitprotocol-pack(5) */
    assert_true(qn_bytes_is_equal(
        qn_buf_bytes(&out),
        QN_BYTES("003egit-upload-pack /project.git\0host=myserver.com\0\0"
                 "version=1\0")));
    unit_assert_ok(ctx, qn_daemon_request_read(
                            ctx, qn_bytes_from(qn_buf_bytes(&out), 4), &two));
    assert_string_equal(qn_buf_string(&two.path), "/project.git");
    assert_string_equal(qn_buf_string(&two.host), "myserver.com");
    assert_int_equal(two.extras.count, 1);
    assert_string_equal(qn_buf_string(&two.extras.text), "version=1");
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &one.host, "\nevil"));
    unit_assert_status(ctx, qn_daemon_request_write(ctx, &one, &out),
                       QN_INVALID);
    unit_assert_status(
        ctx, qn_daemon_request_read(ctx, QN_BYTES("GET / HTTP/1.0"), &two),
        QN_INVALID);
    qn_daemon_request_dispose(&one);
    qn_daemon_request_dispose(&two);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

/* What ls-refs asks and answers, as git 2.55 writes it. */
static void ls_refs_goes_over_and_back(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_ls_refs asked = {0}, taken = {0};
    struct qn_remote_refs refs = QN_REMOTE_REFS_INIT;
    struct qn_capabilities caps = QN_CAPABILITIES_INIT;
    struct qn_wire_command_head head = {
        .name = "ls-refs", .server = &caps, .agent = "quoin/1"};
    struct qn_wire_command command = QN_WIRE_COMMAND_INIT;
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_pkt_line packet;
    enum qn_wire_command_event event = QN_WIRE_COMMAND_MORE;
    struct qn_remote_ref ref = {.name = "HEAD", .target = "refs/heads/main"};
    bool is_done = false;

    (void)state;
    qn_id_clear(&ref.id, QN_HASH_SHA1);
    ref.id.bytes[0] = 0xab;
    unit_assert_ok(ctx, qn_capabilities_add(ctx, &caps, QN_BYTES("agent=x")));
    asked.peels = asked.shows_symrefs = true;
    unit_assert_ok(
        ctx, qn_wire_words_add(ctx, &asked.prefixes, QN_BYTES("refs/heads/")));
    unit_assert_ok(ctx, qn_wire_command_write(ctx, &head, &out));
    unit_assert_ok(ctx, qn_ls_refs_write(ctx, &asked, &out));
    unit_assert_ok(ctx, qn_wire_input_feed(ctx, &input, qn_buf_bytes(&out)));
    while (event != QN_WIRE_COMMAND_WHOLE) {
        unit_assert_ok(ctx, qn_wire_input_next(ctx, &input, &packet));
        unit_assert_ok(ctx,
                       qn_wire_command_take(ctx, &command, &packet, &event));
        if (event == QN_WIRE_COMMAND_ARGUMENT)
            unit_assert_ok(
                ctx, qn_ls_refs_take(ctx, &taken, qn_pkt_line_text(&packet)));
    }
    assert_string_equal(qn_buf_string(&command.name), "ls-refs");
    assert_true(taken.peels && taken.shows_symrefs && !taken.shows_unborn);
    assert_true(qn_ls_refs_wants(&taken, "refs/heads/x"));
    assert_false(qn_ls_refs_wants(&taken, "refs/tags/x"));

    qn_buf_clear(&out);
    unit_assert_ok(ctx, qn_ls_refs_put(ctx, &taken, &ref, &out));
    ref.is_unborn = true;
    unit_assert_ok(ctx, qn_ls_refs_put(ctx, &taken, &ref, &out));
    unit_assert_ok(ctx, qn_pkt_line_append_flush(ctx, &out));
    unit_assert_ok(ctx, qn_wire_input_feed(ctx, &input, qn_buf_bytes(&out)));
    while (!is_done) {
        unit_assert_ok(ctx, qn_wire_input_next(ctx, &input, &packet));
        unit_assert_ok(ctx, qn_ls_refs_take_ref(ctx, &refs, QN_HASH_SHA1,
                                                &packet, &is_done));
    }
    assert_int_equal(refs.count, 2);
    assert_string_equal(refs.items[0].target, "refs/heads/main");
    assert_true(qn_id_is_equal(&refs.items[0].id, &ref.id));
    assert_true(refs.items[1].is_unborn);
    qn_ls_refs_dispose(&asked);
    qn_ls_refs_dispose(&taken);
    qn_remote_refs_dispose(&refs);
    qn_capabilities_dispose(&caps);
    qn_wire_command_dispose(&command);
    qn_wire_input_dispose(&input);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_wire_small(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capabilities_have_values_and_features),
        cmocka_unit_test(input_gives_packets_byte_by_byte),
        cmocka_unit_test(daemon_requests_come_back),
        cmocka_unit_test(ls_refs_goes_over_and_back),
    };

    return cmocka_run_group_tests_name("wire_small", tests, NULL, NULL);
}
