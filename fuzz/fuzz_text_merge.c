/* SPDX-License-Identifier: MIT */
/* Three texts: "<options byte> <base> 0xff <ours> 0xff <theirs>". */
#include "fuzz.h"

#include "merge/text_merge.h"

static void run(struct qn_ctx *ctx, struct qn_bytes base, struct qn_bytes ours,
                struct qn_bytes theirs,
                const struct qn_text_merge_options *options, struct qn_buf *out,
                uint32_t *conflicts)
{
    qn_buf_clear(out);
    fuzz_check(qn_text_merge_run(ctx, base, ours, theirs, options, out,
                                 conflicts) == QN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest = qn_bytes_make(data, size), base = QN_BYTES_NONE,
                    ours = QN_BYTES_NONE;
    struct qn_text_merge_options options = {
        .our_label = "o", .base_label = "b", .their_label = "t"};
    struct qn_buf out = QN_BUF_INIT;
    uint32_t conflicts;
    unsigned how = size ? data[0] : 0;

    rest = qn_bytes_from(rest, 1);
    (void)qn_bytes_next(&rest, 0xff, &base);
    (void)qn_bytes_next(&rest, 0xff, &ours);
    options.style = (enum qn_text_merge_style)(how % 3);
    options.level = how >> 2 & 3;
    options.diff.algorithm = (enum qn_text_diff_algorithm)(how >> 4 & 3);
    run(ctx, base, ours, rest, &options, &out, &conflicts);
    options.favor = QN_TEXT_MERGE_OURS;
    run(ctx, base, ours, rest, &options, &out, &conflicts);
    fuzz_check(conflicts == 0);
    options.favor = QN_TEXT_MERGE_UNION;
    run(ctx, base, ours, rest, &options, &out, &conflicts);
    fuzz_check(conflicts == 0);
    options.favor = QN_TEXT_MERGE_NORMAL;
    run(ctx, base, base, rest, &options, &out, &conflicts);
    fuzz_check(conflicts == 0 && qn_bytes_is_equal(qn_buf_bytes(&out), rest));
    run(ctx, base, ours, base, &options, &out, &conflicts);
    fuzz_check(conflicts == 0 && qn_bytes_is_equal(qn_buf_bytes(&out), ours));
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
