/* SPDX-License-Identifier: MIT */
/* Our own inflater beside the one in use: the same verdict and bytes.  And our
 * own deflater: what it makes must inflate. */
#include "fuzz.h"

#include "codec/inflate.h"
#include "codec/small_deflate.h"
#include "codec/small_inflate.h"

#include <string.h>

#define ROOM ((size_t)1 << 18)

static void check_deflate(struct qn_ctx *ctx, struct qn_bytes in, uint8_t *room)
{
    struct qn_small_deflate *deflate = malloc(sizeof(*deflate));
    struct qn_buf packed = QN_BUF_INIT;
    size_t half = in.size / 2, used;

    fuzz_check(deflate != NULL);
    qn_small_deflate_begin(deflate, 6);
    fuzz_check(qn_small_deflate_append(ctx, deflate, qn_bytes_first(in, half),
                                       false, &packed) == QN_OK);
    fuzz_check(qn_small_deflate_append(ctx, deflate, qn_bytes_from(in, half),
                                       true, &packed) == QN_OK);
    fuzz_check(qn_inflate_exact(ctx, qn_buf_bytes(&packed), room, in.size,
                                &used) == QN_OK);
    fuzz_check(used == packed.size);
    fuzz_check(in.size == 0 || memcmp(room, in.data, in.size) == 0);
    qn_buf_dispose(&packed);
    free(deflate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_small_inflate *inflate = malloc(sizeof(*inflate));
    struct qn_inflate_stream *stream = NULL;
    struct qn_bytes in = qn_bytes_make(data, size), rest = in, their_rest = in;
    uint8_t *ours = malloc(ROOM), *theirs = malloc(ROOM);
    enum qn_small_inflate_result result;
    enum qn_status status;
    size_t made = 0, their_made = 0;
    bool is_end = false;

    fuzz_check(inflate && ours && theirs);
    qn_small_inflate_begin(inflate);
    result = qn_small_inflate_next(inflate, &rest, ours, ROOM, &made);
    fuzz_check(qn_inflate_stream_new(ctx, &stream) == QN_OK);
    status = qn_inflate_stream_next(ctx, stream, &their_rest, theirs, ROOM,
                                    &their_made, &is_end);
    is_end = is_end && status == QN_OK;
    if (made < ROOM || their_made < ROOM) /* else either may still go on */
        fuzz_check((result == QN_SMALL_INFLATE_END) == is_end);
    if (is_end) {
        fuzz_check(made == their_made && memcmp(ours, theirs, made) == 0);
        fuzz_check(rest.size == their_rest.size);
    }
    qn_ctx_clear(ctx);
    if (size <= ROOM)
        check_deflate(ctx, in, ours);
    qn_inflate_stream_free(stream);
    free(inflate);
    free(ours);
    free(theirs);
    fuzz_end(ctx);
    return 0;
}
