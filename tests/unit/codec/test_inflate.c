/* SPDX-License-Identifier: MIT */
/* Inflate and deflate, whole and in pieces, each against the others. */
#include "unit.h"

#include "codec/deflate.h"
#include "codec/inflate.h"

#include <stdlib.h>
#include <string.h>

int test_inflate(void);

#define TEXT_SIZE 100000

static uint8_t *make_text(size_t size, unsigned kind)
{
    uint8_t *text = malloc(size + 1);
    uint64_t x = 88172645463325252u + kind;
    size_t i;

    assert_non_null(text);
    for (i = 0; i < size; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        text[i] = kind == 0   ? (uint8_t)(x >> 32)
                  : kind == 1 ? (uint8_t)("etaoin shrdlu\n"[x % 14])
                              : (uint8_t)(i / 1000);
    }
    return text;
}

static void inflate_in_pieces(struct qn_ctx *ctx, struct qn_bytes packed,
                              size_t step, struct qn_bytes wanted)
{
    struct qn_inflate_stream *stream = NULL;
    uint8_t *out = malloc(wanted.size + 1);
    size_t made = 0, used, rounds;
    bool is_end = false;
    int pass;

    assert_non_null(out);
    unit_assert_ok(ctx, qn_inflate_stream_new(ctx, &stream));
    for (pass = 0; pass < 2; pass++) {
        struct qn_bytes rest = packed, piece = QN_BYTES_NONE;

        made = 0;
        is_end = false;
        for (rounds = 0; !is_end; rounds++) {
            size_t room = wanted.size - made < step ? wanted.size - made : step;

            if (piece.size == 0) {
                piece = qn_bytes_first(rest, step);
                rest = qn_bytes_from(rest, piece.size);
            }
            unit_assert_ok(ctx, qn_inflate_stream_next(ctx, stream, &piece,
                                                       out + made, room, &used,
                                                       &is_end));
            made += used;
            assert_true(rounds < 3 * TEXT_SIZE);
        }
        assert_int_equal(made, wanted.size);
        assert_memory_equal(out, wanted.data, made);
        assert_int_equal(rest.size + piece.size, 4); /* "rest" */
        qn_inflate_stream_reset(stream);
    }
    qn_inflate_stream_free(stream);
    free(out);
}

static void check_packed(struct qn_ctx *ctx, const struct qn_buf *packed,
                         struct qn_bytes text)
{
    uint8_t *out = malloc(text.size + 1);
    size_t used = 0, front = text.size < 50 ? text.size : 50;
    struct qn_bytes in = qn_buf_bytes(packed);

    assert_non_null(out);
    unit_assert_ok(ctx, qn_inflate_exact(ctx, in, out, text.size, &used));
    assert_int_equal(used, packed->size - 4); /* "rest" stays */
    assert_memory_equal(out, text.data, text.size);
    unit_assert_status(
        ctx, qn_inflate_exact(ctx, in, out, text.size + 1, &used), QN_CORRUPT);
    qn_ctx_clear(ctx);
    if (text.size > 0) {
        unit_assert_status(ctx,
                           qn_inflate_exact(ctx, in, out, text.size - 1, &used),
                           QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    memset(out, 0, text.size);
    unit_assert_ok(ctx, qn_inflate_front(ctx, in, out,
                                         50 < text.size + 1 ? front : text.size,
                                         &used));
    assert_int_equal(used, front);
    assert_memory_equal(out, text.data, front);
    inflate_in_pieces(ctx, in, 1000, text);
    if (text.size < 1000)
        inflate_in_pieces(ctx, in, 1, text);
    free(out);
}

static void there_and_back(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 3, 100, 999, 70000, TEXT_SIZE};
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf packed = QN_BUF_INIT;
    unsigned kind;
    size_t i, at;
    int level;

    (void)state;
    for (kind = 0; kind < 3; kind++)
        for (i = 0; i < QN_COUNT_OF(sizes); i++)
            for (level = -1; level <= 9; level += i < 5 ? 1 : 5) {
                uint8_t *text = make_text(sizes[i], kind);
                struct qn_bytes view = qn_bytes_make(text, sizes[i]);
                struct qn_deflate_stream *stream = NULL;

                qn_buf_clear(&packed);
                unit_assert_ok(ctx,
                               qn_deflate_append(ctx, level, view, &packed));
                unit_assert_ok(ctx, qn_buf_append_string(ctx, &packed, "rest"));
                check_packed(ctx, &packed, view);
                qn_buf_clear(&packed);
                unit_assert_ok(ctx, qn_deflate_stream_new(ctx, level, &stream));
                for (at = 0; at < view.size; at += 777)
                    unit_assert_ok(
                        ctx, qn_deflate_stream_append(
                                 ctx, stream,
                                 qn_bytes_first(qn_bytes_from(view, at), 777),
                                 false, &packed));
                unit_assert_ok(ctx, qn_deflate_stream_append(ctx, stream,
                                                             QN_BYTES_NONE,
                                                             true, &packed));
                unit_assert_ok(ctx, qn_buf_append_string(ctx, &packed, "rest"));
                check_packed(ctx, &packed, view);
                qn_deflate_stream_free(stream);
                free(text);
            }
    qn_buf_dispose(&packed);
    unit_end(ctx);
}

/* Damage goes unseen only in the bits behind the last code, and is none. */
static void is_padding(const uint8_t *out, const uint8_t *text, size_t at,
                       size_t size)
{
    assert_int_equal(at, size - 5);
    assert_memory_equal(out, text, 300);
}

/* Streams cut at every byte, and with every byte changed. */
static void sees_damage(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *text = make_text(300, 1), *out = malloc(301);
    struct qn_buf packed = QN_BUF_INIT;
    struct qn_inflate_stream *stream = NULL;
    size_t i, used;
    bool is_end;

    (void)state;
    assert_non_null(out);
    unit_assert_ok(ctx, qn_inflate_stream_new(ctx, &stream));
    unit_assert_ok(
        ctx, qn_deflate_append(ctx, 9, qn_bytes_make(text, 300), &packed));
    for (i = 0; i < packed.size; i++) {
        struct qn_bytes in = qn_bytes_make(packed.data, i);

        unit_assert_status(ctx, qn_inflate_exact(ctx, in, out, 300, &used),
                           QN_CORRUPT);
        qn_ctx_clear(ctx);
        qn_inflate_stream_reset(stream);
        unit_assert_ok(ctx, qn_inflate_stream_next(ctx, stream, &in, out, 300,
                                                   &used, &is_end));
        assert_false(is_end);
        packed.data[i] ^= 0x10;
        in = qn_buf_bytes(&packed);
        if (qn_inflate_exact(ctx, in, out, 300, &used) == QN_OK)
            is_padding(out, text, i, packed.size);
        qn_ctx_clear(ctx);
        qn_inflate_stream_reset(stream);
        if (qn_inflate_stream_next(ctx, stream, &in, out, 301, &used,
                                   &is_end) != QN_OK)
            assert_int_equal(qn_ctx_status(ctx), QN_CORRUPT);
        else if (is_end)
            is_padding(out, text, i, packed.size);
        qn_ctx_clear(ctx);
        packed.data[i] ^= 0x10;
    }
    qn_inflate_stream_free(stream);
    qn_buf_dispose(&packed);
    free(text);
    free(out);
    unit_end(ctx);
}

static void refuses_bad_levels(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;
    struct qn_deflate_stream *stream = NULL;

    (void)state;
    unit_assert_status(ctx, qn_deflate_append(ctx, 10, QN_BYTES_NONE, &out),
                       QN_INVALID);
    qn_ctx_clear(ctx);
    unit_assert_status(ctx, qn_deflate_stream_new(ctx, -2, &stream),
                       QN_INVALID);
    assert_null(stream);
    unit_end(ctx);
}

static enum qn_status run_all(struct qn_ctx *ctx, void *data)
{
    struct qn_bytes text = QN_BYTES("some text, some text, some more text");
    struct qn_buf packed = QN_BUF_INIT;
    struct qn_inflate_stream *in_stream = NULL;
    struct qn_deflate_stream *out_stream = NULL;
    struct qn_bytes in;
    uint8_t out[100];
    size_t used;
    bool is_end;
    enum qn_status status = qn_deflate_append(ctx, -1, text, &packed);

    (void)data;
    if (!status)
        status =
            qn_inflate_exact(ctx, qn_buf_bytes(&packed), out, text.size, NULL);
    if (!status)
        status = qn_inflate_front(ctx, qn_buf_bytes(&packed), out, 9, &used);
    if (!status)
        status = qn_deflate_stream_new(ctx, 6, &out_stream);
    qn_buf_clear(&packed);
    if (!status)
        status = qn_deflate_stream_append(ctx, out_stream, text, true, &packed);
    if (!status)
        status = qn_inflate_stream_new(ctx, &in_stream);
    in = qn_buf_bytes(&packed);
    if (!status)
        status = qn_inflate_stream_next(ctx, in_stream, &in, out, 10, &used,
                                        &is_end);
    if (!status)
        status = qn_inflate_stream_next(ctx, in_stream, &in, out, sizeof(out),
                                        &used, &is_end);
    if (!status) {
        assert_int_equal(used, text.size - 10);
        assert_true(is_end);
    }
    qn_deflate_stream_free(out_stream);
    qn_inflate_stream_free(in_stream);
    qn_buf_dispose(&packed);
    return status;
}

static void survives_failing_memory(void **state)
{
    (void)state;
    unit_each_allocation(run_all, NULL);
}

int test_inflate(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(sees_damage),
        cmocka_unit_test(refuses_bad_levels),
        cmocka_unit_test(survives_failing_memory),
    };

    return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}
