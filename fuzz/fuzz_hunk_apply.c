/* SPDX-License-Identifier: MIT */
/* "<options byte> <text> 0xff <patch>": hunks are applied, and a patch is taken
 * apart, split everywhere and put together. */
#include "fuzz.h"

#include "diff/file_patch.h"

static void take_apart(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_file_patch patch;
    struct qn_buf out = QN_BUF_INIT;

    fuzz_check(qn_file_patch_parse(ctx, text, text, &patch) == QN_OK);
    for (size_t i = 0; i < patch.count; i++)
        if (patch.hunks[i].pieces > 1)
            fuzz_check(qn_file_patch_split(ctx, &patch, i) == QN_OK);
    for (size_t i = 0; i < patch.count; i++)
        fuzz_check(qn_file_patch_show_hunk(ctx, &patch, i, NULL, &out) ==
                   QN_OK);
    fuzz_check(qn_file_patch_assemble(ctx, &patch, true, &out) == QN_OK);
    qn_buf_dispose(&out);
    qn_file_patch_dispose(&patch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest = qn_bytes_make(data, size), text = QN_BYTES_NONE;
    struct qn_hunk_apply_options options = {.name = "f"};
    struct qn_buf out = QN_BUF_INIT;

    options.is_reversed = size && data[0] & 1;
    rest = qn_bytes_from(rest, 1);
    (void)qn_bytes_next(&rest, 0xff, &text);
    if (qn_hunk_apply_run(ctx, text, rest, &options, &out))
        qn_ctx_clear(ctx);
    take_apart(ctx, rest);
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
