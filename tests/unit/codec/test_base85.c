/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "codec/base85.h"
#include "codec/inflate.h"

#include <string.h>

int test_base85(void);

static enum qn_status round_trip(struct qn_ctx *ctx, void *data)
{
    struct qn_buf text = QN_BUF_INIT, back = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    uint8_t bytes[200];
    size_t size, i;

    (void)data;
    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 151 + 200);
    for (size = 0; size <= sizeof(bytes) && !status; size += 1 + size / 9) {
        struct qn_bytes in = qn_bytes_make(bytes, size), rest, line;

        qn_buf_clear(&text);
        qn_buf_clear(&back);
        status = qn_base85_encode(ctx, in, &text);
        if (!status)
            status = qn_base85_decode(ctx, qn_buf_bytes(&text), size, &back);
        if (status)
            break;
        assert_true(qn_bytes_is_equal(qn_buf_bytes(&back), in));
        qn_buf_clear(&text);
        qn_buf_clear(&back);
        status = qn_base85_encode_lines(ctx, in, &text);
        rest = qn_buf_bytes(&text);
        while (!status && qn_bytes_next(&rest, '\n', &line)) {
            assert_true(line.size <= 1 + QN_BASE85_LINE_MAX / 4 * 5);
            status = qn_base85_decode_line(ctx, line, &back);
        }
        if (!status)
            assert_true(qn_bytes_is_equal(qn_buf_bytes(&back), in));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&back);
    return status;
}

static void there_and_back(void **state)
{
    (void)state;
    unit_each_allocation(round_trip, NULL);
}

/* What git writes for an empty file: a zlib stream of nothing. */
static void reads_gits_empty_blob(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    size_t used = 0;

    (void)state;
    unit_assert_ok(ctx,
                   qn_base85_decode_line(ctx, QN_BYTES("HcmV?d00001"), &out));
    assert_int_equal(out.size, 8);
    unit_assert_ok(ctx,
                   qn_inflate_exact(ctx, qn_buf_bytes(&out), NULL, 0, &used));
    assert_int_equal(used, 8);
    qn_buf_clear(&out);
    unit_assert_ok(
        ctx, qn_base85_encode(ctx, QN_BYTES("\0\0\0\0\xff\xff\xff\xff"), &out));
    assert_string_equal(qn_buf_string(&out), "00000|NsC0");
    qn_buf_dispose(&out);
    unit_end(ctx);
}

static void refuses_bad_lines(void **state)
{
    static const char *const lines[] = {
        "",        "1",      "A",      "A0000",        "A000000",   "E00000",
        "A0000\"", "A~~~~~", "D|NsC1", "Hc$}y)00001x", "z00000000",
    };
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    size_t i;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &out, "x"));
    for (i = 0; i < QN_COUNT_OF(lines); i++) {
        unit_assert_status(
            ctx,
            qn_base85_decode_line(ctx, qn_bytes_from_string(lines[i]), &out),
            QN_INVALID);
        assert_string_equal(qn_buf_string(&out), "x");
        qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_base85(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(reads_gits_empty_blob),
        cmocka_unit_test(refuses_bad_lines),
    };

    return cmocka_run_group_tests_name("base85", tests, NULL, NULL);
}
