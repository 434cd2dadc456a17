/* SPDX-License-Identifier: MIT */
/* Byte 0: algorithm and flags; bytes 1 and 2: where the input is cut in old and
 * new.  The changes applied to the old text must make the new one. */
#include "fuzz.h"

#include "diff/hunks.h"

static void rebuild(struct qn_ctx *ctx, const struct qn_text_diff *diff,
                    struct qn_bytes wanted)
{
    struct qn_buf text = QN_BUF_INIT;
    uint32_t at = 0;
    size_t i;

    for (i = 0; i <= diff->change_count; i++) {
        const struct qn_text_change *change =
            i < diff->change_count ? &diff->changes[i] : NULL;
        uint32_t end = change ? change->old_start : diff->old_lines.count;
        uint32_t j;

        fuzz_check(end >= at && end <= diff->old_lines.count);
        for (; at < end; at++)
            fuzz_check(!qn_buf_append_bytes(
                ctx, &text, qn_text_lines_at(&diff->old_lines, at)));
        for (j = 0; change && j < change->new_count; j++)
            fuzz_check(!qn_buf_append_bytes(
                ctx, &text,
                qn_text_lines_at(&diff->new_lines, change->new_start + j)));
        if (change)
            at += change->old_count;
    }
    fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&text), wanted));
    qn_buf_dispose(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct qn_hunk_style style = {' ', '-', '+', false};
    struct qn_text_diff_options options = {.algorithm = QN_TEXT_DIFF_MYERS};
    struct qn_hunk_options hunk_options = {.context = 3};
    struct qn_hunks hunks = QN_HUNKS_INIT;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_bytes a, b;
    struct qn_text_diff diff;
    struct qn_ctx *ctx;
    size_t i;

    if (size < 3)
        return 0;
    options.algorithm = (enum qn_text_diff_algorithm)(data[0] & 3);
    if (data[0] & 4)
        options.flags |= QN_TEXT_DIFF_INDENT_HEURISTIC;
    if (data[0] & 8)
        options.flags |= QN_TEXT_DIFF_IGNORE_ALL_SPACE;
    hunk_options.has_function_context = data[0] & 16;
    if (data[0] & 32)
        hunk_options.flags |= QN_TEXT_DIFF_IGNORE_BLANK_LINES;
    b = qn_bytes_make(data + 3, size - 3);
    a = qn_bytes_first(b, (size_t)data[1] << 8 | data[2]);
    b = qn_bytes_from(b, a.size);
    ctx = fuzz_begin();
    fuzz_check(!qn_text_diff_run(ctx, a, b, &options, &diff));
    if (!(options.flags & QN_TEXT_DIFF_IGNORE_ALL_SPACE))
        rebuild(ctx, &diff, b);
    fuzz_check(!qn_hunks_build(ctx, &diff, &hunk_options, &hunks));
    for (i = 0; i < hunks.count; i++)
        fuzz_check(!qn_hunks_append(ctx, &diff, &hunks.items[i], &style, &out));
    qn_hunks_dispose(&hunks);
    qn_text_diff_dispose(&diff);
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
