/* SPDX-License-Identifier: MIT */
/* The first two bytes say where the input is cut in base and delta.  The two
 * are also a base and a target: the delta between them must make the target. */
#include "fuzz.h"

#include "codec/delta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx;
    struct qn_buf out = QN_BUF_INIT, delta = QN_BUF_INIT;
    struct qn_delta_index *index = NULL;
    struct qn_bytes base, rest;
    uint64_t base_size, result_size;
    size_t cut;
    bool found = false;

    if (size < 2)
        return 0;
    cut = (size_t)data[0] << 8 | data[1];
    rest = qn_bytes_make(data + 2, size - 2);
    base = qn_bytes_first(rest, cut);
    rest = qn_bytes_from(rest, base.size);
    ctx = fuzz_begin();
    if (qn_delta_apply(ctx, base, rest, &out) == QN_OK) {
        fuzz_check(qn_delta_sizes(ctx, rest, &base_size, &result_size) ==
                   QN_OK);
        fuzz_check(base_size == base.size && result_size == out.size);
    }
    qn_buf_clear(&out);
    fuzz_check(qn_delta_index_new(ctx, base, &index) == QN_OK);
    fuzz_check(qn_delta_create(ctx, index, rest, 0, &delta, &found) == QN_OK);
    fuzz_check(found);
    fuzz_check(qn_delta_apply(ctx, base, qn_buf_bytes(&delta), &out) == QN_OK);
    fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&out), rest));
    qn_delta_index_free(index);
    qn_buf_dispose(&out);
    qn_buf_dispose(&delta);
    fuzz_end(ctx);
    return 0;
}
