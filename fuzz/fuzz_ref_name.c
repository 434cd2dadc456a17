/* SPDX-License-Identifier: MIT */
/* Names of refs and refspecs: a good name stays good when it is normalised, and
 * what a refspec maps comes back by the way it went. */
#include "fuzz.h"

#include "text/ref_name.h"
#include "text/refspec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes name = qn_bytes_make(data, size);
    struct qn_buf out = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_refspec spec = QN_REFSPEC_INIT;
    unsigned flags;

    for (flags = 0; flags < 4; flags++) {
        bool is_valid = qn_ref_name_is_valid(name, flags);

        qn_buf_clear(&out);
        if (qn_ref_name_normalise(ctx, name, flags, &out) == QN_OK)
            fuzz_check(qn_ref_name_is_valid(qn_buf_bytes(&out), flags));
        else
            fuzz_check(!is_valid);
        if (is_valid)
            fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&out), name));
    }
    fuzz_check(qn_buf_append_bytes(ctx, &text, name) == QN_OK);
    if (qn_refspec_parse(ctx, qn_buf_string(&text), QN_REFSPEC_FETCH, &spec) ==
            QN_OK &&
        spec.is_pattern && spec.destination && spec.destination[0]) {
        bool matched = false;
        struct qn_buf there = QN_BUF_INIT;
        struct qn_buf back = QN_BUF_INIT;
        size_t star = qn_bytes_find(qn_bytes_from_string(spec.source), '*');

        fuzz_check(qn_buf_append_string(ctx, &there, spec.source) == QN_OK);
        there.data[star] = 'x';
        qn_buf_clear(&out);
        fuzz_check(qn_refspec_map(ctx, &spec, qn_buf_bytes(&there), &out,
                                  &matched) == QN_OK);
        fuzz_check(matched);
        fuzz_check(qn_refspec_map_back(ctx, &spec, qn_buf_bytes(&out), &back,
                                       &matched) == QN_OK);
        fuzz_check(matched && qn_bytes_is_equal(qn_buf_bytes(&there),
                                                qn_buf_bytes(&back)));
        qn_buf_dispose(&there);
        qn_buf_dispose(&back);
    }
    qn_refspec_dispose(&spec);
    qn_buf_dispose(&out);
    qn_buf_dispose(&text);
    fuzz_end(ctx);
    return 0;
}
