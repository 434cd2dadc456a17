/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/pkt_line.h"

#include <string.h>

int test_pkt_line(void);

static void parses_the_table(void **state)
{
    static const struct {
        const char *in;
        enum qn_status status;
        uint32_t kind;
        const char *payload;
        size_t left;
    } rows[] = {
        {"", QN_OK, QN_PKT_LINE_MORE, "", 0},
        {"000", QN_OK, QN_PKT_LINE_MORE, "", 3},
        {"0000", QN_OK, QN_PKT_LINE_FLUSH, "", 0},
        {"0001x", QN_OK, QN_PKT_LINE_DELIMITER, "", 1},
        {"0002", QN_OK, QN_PKT_LINE_RESPONSE_END, "", 0},
        {"0004", QN_OK, QN_PKT_LINE_DATA, "", 0},
        {"0006a\n", QN_OK, QN_PKT_LINE_DATA, "a\n", 0},
        {"000Bfoobar\n!", QN_OK, QN_PKT_LINE_DATA, "foobar\n", 1},
        {"0006a", QN_OK, QN_PKT_LINE_MORE, "", 5},
        {"0003", QN_CORRUPT, 0, "", 4},
        {"fff1", QN_CORRUPT, 0, "", 4},
        {"00g0", QN_CORRUPT, 0, "", 4},
        {"-001", QN_CORRUPT, 0, "", 4},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_bytes in = qn_bytes_from_string(rows[i].in);
        struct qn_pkt_line packet;

        unit_assert_status(ctx, qn_pkt_line_parse(ctx, &in, &packet),
                           rows[i].status);
        qn_ctx_clear(ctx);
        assert_int_equal(packet.kind, rows[i].kind);
        assert_true(qn_bytes_is_string(packet.payload, rows[i].payload));
        assert_int_equal(in.size, rows[i].left);
    }
    unit_end(ctx);
}

static enum qn_status round_trip(struct qn_ctx *ctx, void *data)
{
    struct qn_buf out = QN_BUF_INIT, big = QN_BUF_INIT;
    struct qn_pkt_line packet;
    struct qn_bytes in;
    size_t sum = 0;
    enum qn_status status = qn_buf_append_repeat(ctx, &big, 'b', 200000);

    (void)data;
    if (!status)
        status = qn_pkt_line_append(ctx, &out, QN_BYTES("hello"));
    if (!status)
        status = qn_pkt_line_printf(ctx, &out, "want %d\n", 42);
    if (!status)
        status = qn_pkt_line_append_delimiter(ctx, &out);
    if (!status)
        status = qn_pkt_line_append_response_end(ctx, &out);
    if (!status)
        status = qn_pkt_line_append_band(ctx, &out, 2, qn_buf_bytes(&big));
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &out);
    in = qn_buf_bytes(&out);
    if (status)
        goto out;
    unit_assert_ok(ctx, qn_pkt_line_parse(ctx, &in, &packet));
    assert_true(qn_bytes_is_string(packet.payload, "hello"));
    unit_assert_ok(ctx, qn_pkt_line_parse(ctx, &in, &packet));
    assert_true(qn_bytes_is_string(qn_pkt_line_text(&packet), "want 42"));
    unit_assert_ok(ctx, qn_pkt_line_parse(ctx, &in, &packet));
    assert_int_equal(packet.kind, QN_PKT_LINE_DELIMITER);
    unit_assert_ok(ctx, qn_pkt_line_parse(ctx, &in, &packet));
    assert_int_equal(packet.kind, QN_PKT_LINE_RESPONSE_END);
    for (;;) {
        unit_assert_ok(ctx, qn_pkt_line_parse(ctx, &in, &packet));
        if (packet.kind == QN_PKT_LINE_FLUSH)
            break;
        assert_int_equal(packet.kind, QN_PKT_LINE_DATA);
        assert_int_equal(packet.payload.data[0], 2);
        sum += packet.payload.size - 1;
    }
    assert_int_equal(sum, big.size);
    assert_int_equal(in.size, 0);
out:
    qn_buf_dispose(&out);
    qn_buf_dispose(&big);
    return status;
}

static void there_and_back(void **state)
{
    (void)state;
    unit_each_allocation(round_trip, NULL);
}

static void refuses_long_lines(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf big = QN_BUF_INIT, out = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(
        ctx, qn_buf_append_repeat(ctx, &big, 'b', QN_PKT_LINE_PAYLOAD_MAX));
    unit_assert_ok(ctx, qn_pkt_line_append(ctx, &out, qn_buf_bytes(&big)));
    assert_int_equal(out.size, QN_PKT_LINE_MAX);
    unit_assert_ok(ctx, qn_buf_append_byte(ctx, &big, 'b'));
    unit_assert_status(ctx, qn_pkt_line_append(ctx, &out, qn_buf_bytes(&big)),
                       QN_TOO_BIG);
    qn_ctx_clear(ctx);
    unit_assert_status(ctx,
                       qn_pkt_line_printf(ctx, &out, "%s", qn_buf_string(&big)),
                       QN_TOO_BIG);
    assert_int_equal(out.size, QN_PKT_LINE_MAX);
    qn_buf_dispose(&big);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_pkt_line(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_the_table),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(refuses_long_lines),
    };

    return cmocka_run_group_tests_name("pkt_line", tests, NULL, NULL);
}
