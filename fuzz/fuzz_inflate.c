/* SPDX-License-Identifier: MIT */
/* A zlib stream, read in three ways that must agree; a gzip stream, as the body
 * of a request is, in large and small pieces; and deflated and inflated
 * again. */
#include "fuzz.h"

#include "codec/deflate.h"
#include "codec/inflate.h"

#define ROOM ((size_t)1 << 20)

/* True when the stream ended soundly within `room`. */
static bool inflate_stream(struct qn_ctx *ctx, struct qn_bytes in, size_t step,
                           bool is_gzip, uint8_t *out, size_t *made)
{
    struct qn_inflate_stream *stream = NULL;
    bool is_end = false;
    size_t used = 1;

    *made = 0;
    fuzz_check((is_gzip ? qn_inflate_stream_new_gzip
                        : qn_inflate_stream_new)(ctx, &stream) == QN_OK);
    while (!is_end && *made < ROOM && (in.size > 0 || used > 0)) {
        struct qn_bytes piece = qn_bytes_first(in, step);
        size_t given = piece.size;

        if (qn_inflate_stream_next(ctx, stream, &piece, out + *made,
                                   ROOM - *made, &used, &is_end))
            break;
        in = qn_bytes_from(in, given - piece.size);
        *made += used;
        if (given == piece.size && used == 0)
            break;
    }
    qn_inflate_stream_free(stream);
    return is_end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes in = qn_bytes_make(data, size);
    uint8_t *out = malloc(ROOM), *whole = malloc(ROOM + 1);
    struct qn_buf packed = QN_BUF_INIT;
    size_t made = 0, used = 0, front = 0;
    bool is_sound;

    fuzz_check(out && whole);
    is_sound = inflate_stream(ctx, in, size + 1, true, out, &made);
    fuzz_check(inflate_stream(ctx, in, 7, true, whole, &front) == is_sound);
    fuzz_check(!is_sound || (front == made && !memcmp(whole, out, made)));
    qn_ctx_clear(ctx);
    is_sound = inflate_stream(ctx, in, 7, false, out, &made);
    qn_ctx_clear(ctx);
    if (is_sound) {
        fuzz_check(qn_inflate_exact(ctx, in, whole, made, &used) == QN_OK);
        fuzz_check(made == 0 || memcmp(whole, out, made) == 0);
        fuzz_check(qn_inflate_front(ctx, in, whole, made, &front) == QN_OK);
        fuzz_check(front == made);
        fuzz_check(qn_inflate_exact(ctx, in, whole, made + 1, &used) ==
                   QN_CORRUPT);
    } else if (made < ROOM) {
        fuzz_check(qn_inflate_exact(ctx, in, whole, made, &used) != QN_OK);
        fuzz_ignore(qn_inflate_front(ctx, in, whole, 64, &front));
    }
    qn_ctx_clear(ctx);
    fuzz_check(qn_deflate_append(ctx, size ? data[0] % 10 : 6, in, &packed) ==
               QN_OK);
    if (size <= ROOM) {
        fuzz_check(qn_inflate_exact(ctx, qn_buf_bytes(&packed), whole, size,
                                    &used) == QN_OK);
        fuzz_check(used == packed.size);
        fuzz_check(size == 0 || memcmp(whole, data, size) == 0);
    }
    qn_buf_dispose(&packed);
    free(out);
    free(whole);
    fuzz_end(ctx);
    return 0;
}
