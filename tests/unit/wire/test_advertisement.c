/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "wire/advertisement.h"
#include "wire/wire_input.h"

int test_advertisement(void);

static enum qn_status read_all(struct qn_ctx *ctx,
                               struct qn_advertisement *advertisement,
                               struct qn_bytes stream)
{
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_pkt_line packet;
    bool is_done = false;
    enum qn_status status = qn_wire_input_feed(ctx, &input, stream);

    input.is_over = true;
    while (!status && !is_done) {
        status = qn_wire_input_next(ctx, &input, &packet);
        if (!status)
            status =
                qn_advertisement_take(ctx, advertisement, &packet, &is_done);
    }
    qn_wire_input_dispose(&input);
    return status;
}

#define ID_1 "5a42e7c3850d251ded468e73824c484caff4f8bc"
#define ID_2 "60b75178411d2af62f14b0258872c29fd77c0f8c"

/* The lines that git 2.55 sends. */
static void reads_what_git_says(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_advertisement a;

    (void)state;
    qn_advertisement_init(&a);
    unit_assert_ok(
        ctx, read_all(ctx, &a,
                      QN_BYTES("000eversion 1\n"
                               "0055" ID_1
                               " HEAD\0multi_ack symref=HEAD:refs/heads/m\n"
                               "003a" ID_1 " refs/heads/m\n"
                               "003a" ID_2 " refs/tags/t1\n"
                               "003d" ID_1 " refs/tags/t1^{}\n"
                               "0035shallow " ID_2 "\n"
                               "0000")));
    assert_int_equal(a.version, 1);
    assert_int_equal(a.refs.count, 3);
    assert_string_equal(a.refs.items[0].target, "refs/heads/m");
    assert_true(a.refs.items[2].has_peeled);
    assert_int_equal(a.shallow.count, 1);
    qn_advertisement_dispose(&a);

    qn_advertisement_init(&a);
    unit_assert_ok(ctx, read_all(ctx, &a,
                                 QN_BYTES("000eversion 2\n"
                                          "0020fetch=shallow wait-for-done\n"
                                          "0019object-format=sha256\n0000")));
    assert_int_equal(a.version, 2);
    assert_int_equal(a.algorithm, QN_HASH_SHA256);
    assert_true(
        qn_capabilities_has_feature(&a.capabilities, "fetch", "wait-for-done"));
    qn_advertisement_dispose(&a);
    unit_end(ctx);
}

static void refuses_what_is_none(void **state)
{
    static const struct {
        const char *stream;
        enum qn_status status;
    } rows[] = {
        {"000eversion 9\n", QN_UNSUPPORTED},
        {"0008nope0000", QN_INVALID},
        {"0032" ID_1 " HEAD", QN_NETWORK},
        {"000cERR gone", QN_REFUSED},
        {"0001", QN_INVALID},
        {"000eversion 2\n0016object-format=md5\n0000", QN_UNSUPPORTED},
        {"0010# service=x\n000bfoobar\n", QN_INVALID},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_advertisement a;

        qn_advertisement_init(&a);
        unit_assert_status(
            ctx, read_all(ctx, &a, qn_bytes_from_string(rows[i].stream)),
            rows[i].status);
        qn_ctx_clear(ctx);
        qn_advertisement_dispose(&a);
    }
    unit_end(ctx);
}

static void what_is_written_is_read(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    struct qn_advertiser w = {.out = &out,
                              .capabilities = "a object-format=sha1",
                              .algorithm = QN_HASH_SHA1};
    struct qn_advertisement a;
    struct qn_id id;

    (void)state;
    qn_advertisement_init(&a);
    unit_assert_ok(ctx, qn_advertiser_begin(ctx, &w, 0));
    unit_assert_ok(ctx, qn_advertiser_end(ctx, &w, NULL));
    unit_assert_ok(ctx, read_all(ctx, &a, qn_buf_bytes(&out)));
    assert_int_equal(a.refs.count, 0);
    assert_true(qn_capabilities_has(&a.capabilities, "a"));
    qn_advertisement_dispose(&a);

    qn_buf_clear(&out);
    qn_advertisement_init(&a);
    assert_true(qn_id_from_hex(&id, QN_HASH_SHA1, QN_BYTES(ID_1)));
    unit_assert_ok(ctx, qn_advertiser_begin(ctx, &w, 1));
    unit_assert_ok(ctx, qn_advertiser_put(ctx, &w, &id, "refs/tags/x", ""));
    unit_assert_ok(ctx, qn_advertiser_put(ctx, &w, &id, "refs/tags/x", "^{}"));
    unit_assert_ok(ctx, qn_advertiser_put(ctx, &w, &id, ".have", ""));
    unit_assert_ok(ctx, qn_advertiser_end(ctx, &w, NULL));
    unit_assert_ok(ctx, read_all(ctx, &a, qn_buf_bytes(&out)));
    assert_int_equal(a.refs.count, 1);
    assert_int_equal(a.haves.count, 1);
    assert_true(a.refs.items[0].has_peeled);
    qn_advertisement_dispose(&a);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_advertisement(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_git_says),
        cmocka_unit_test(refuses_what_is_none),
        cmocka_unit_test(what_is_written_is_read),
    };

    return cmocka_run_group_tests_name("advertisement", tests, NULL, NULL);
}
