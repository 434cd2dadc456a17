/* SPDX-License-Identifier: MIT */
/* Filter specs: what is read and written is read as the same. */
#include "fuzz.h"

#include "object/filter_spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct qn_filter_spec again = QN_FILTER_SPEC_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf same = QN_BUF_INIT;

    if (qn_filter_spec_parse(ctx, &spec, qn_bytes_make(data, size)) == QN_OK &&
        spec.count > 0) {
        fuzz_check(qn_filter_spec_append(ctx, &spec, &text) == QN_OK);
        fuzz_check(qn_filter_spec_parse(ctx, &again, qn_buf_bytes(&text)) ==
                   QN_OK);
        fuzz_check(qn_filter_spec_append(ctx, &again, &same) == QN_OK);
        fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&text), qn_buf_bytes(&same)));
    }
    qn_ctx_clear(ctx);
    qn_buf_dispose(&text);
    qn_buf_dispose(&same);
    qn_filter_spec_dispose(&spec);
    qn_filter_spec_dispose(&again);
    fuzz_end(ctx);
    return 0;
}
