/* SPDX-License-Identifier: MIT */
/* Lines of a binary patch, and of base 64; and both ways for any bytes. */
#include "fuzz.h"

#include "codec/base64.h"
#include "codec/base85.h"

static void there_and_back(struct qn_ctx *ctx, struct qn_bytes in)
{
    struct qn_buf text = QN_BUF_INIT, back = QN_BUF_INIT;

    fuzz_check(qn_base85_encode(ctx, in, &text) == QN_OK);
    fuzz_check(qn_base85_decode(ctx, qn_buf_bytes(&text), in.size, &back) ==
               QN_OK);
    fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&back), in));
    qn_buf_clear(&text);
    qn_buf_clear(&back);
    fuzz_check(qn_base64_encode(ctx, in, &text) == QN_OK);
    fuzz_check(qn_base64_decode(ctx, qn_buf_bytes(&text), &back) == QN_OK);
    fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&back), in));
    qn_buf_dispose(&text);
    qn_buf_dispose(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest = qn_bytes_make(data, size), line;
    struct qn_buf out = QN_BUF_INIT;

    while (qn_bytes_next(&rest, '\n', &line)) {
        fuzz_ignore(qn_base85_decode_line(ctx, line, &out));
        fuzz_ignore(qn_base64_decode(ctx, line, &out));
        qn_ctx_clear(ctx);
    }
    there_and_back(ctx, qn_bytes_make(data, size));
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
