/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "diff/text_engine.h"

#define TAIL_BLOCK 1024

/* Bytes that both texts have in common at their ends, in whole blocks, less
 * the part of the first line that was cut. */
static size_t common_tail(struct qn_bytes a, struct qn_bytes b)
{
    size_t size = 0;
    const uint8_t *tail;
    const uint8_t *newline;

    while (a.size - size >= TAIL_BLOCK && b.size - size >= TAIL_BLOCK &&
           memcmp(a.data + a.size - size - TAIL_BLOCK,
                  b.data + b.size - size - TAIL_BLOCK, TAIL_BLOCK) == 0)
        size += TAIL_BLOCK;
    if (size == 0)
        return 0;
    tail = a.data + a.size - size;
    newline = memchr(tail, '\n', size);
    return newline ? size - (size_t)(newline + 1 - tail) : 0;
}

static enum qn_status mark_lines(struct qn_ctx *ctx, struct qn_text_pair *pair)
{
    struct qn_text_region whole = {0, pair->sides[0].count, 0,
                                   pair->sides[1].count};
    enum qn_status status;

    switch (pair->options->algorithm) {
    case QN_TEXT_DIFF_PATIENCE:
        status = qn_text_patience_run(ctx, pair);
        break;
    case QN_TEXT_DIFF_HISTOGRAM:
        status = qn_text_histogram_run(ctx, pair);
        break;
    default:
        status =
            qn_text_myers_run(ctx, pair, &whole, 0,
                              pair->options->algorithm == QN_TEXT_DIFF_MINIMAL);
        break;
    }
    if (!status)
        status = qn_text_compact_run(ctx, pair, 0);
    if (!status)
        status = qn_text_compact_run(ctx, pair, 1);
    return status;
}

static enum qn_status list_changes(struct qn_ctx *ctx,
                                   const struct qn_text_pair *pair,
                                   struct qn_text_diff *out)
{
    static const uint8_t zeros[8];
    const uint8_t *a = pair->sides[0].marks;
    const uint8_t *b = pair->sides[1].marks;
    uint32_t a_count = pair->sides[0].count;
    uint32_t b_count = pair->sides[1].count;
    uint32_t i = 0;
    uint32_t j = 0;
    size_t capacity = 0;

    while (i < a_count || j < b_count) {
        uint32_t i0 = i;
        uint32_t j0 = j;
        enum qn_status status;

        if (!a[i] && !b[j]) {
            i++;
            j++;
            while (a_count - i > 8 && b_count - j > 8 &&
                   memcmp(a + i, zeros, 8) == 0 &&
                   memcmp(b + j, zeros, 8) == 0) {
                i += 8;
                j += 8;
            }
            continue;
        }
        while (a[i])
            i++;
        while (b[j])
            j++;
        status = qn_memory_grow(ctx, &out->changes, &capacity,
                                out->change_count + 1, sizeof(*out->changes));
        if (status)
            return status;
        out->changes[out->change_count++] =
            (struct qn_text_change){i0, i - i0, j0, j - j0};
    }
    return QN_OK;
}

/* Everything the engine works on, in one block of numbers and one of marks. */
static enum qn_status run_engine(struct qn_ctx *ctx,
                                 const struct qn_text_diff_options *options,
                                 uint32_t prefix, uint32_t suffix,
                                 struct qn_text_diff *out)
{
    struct qn_text_pair pair = {
        .options = options, .prefix = prefix, .suffix = suffix};
    size_t a = out->old_lines.count;
    size_t b = out->new_lines.count;
    uint32_t *classes = qn_memory_array(ctx, a + b + 1, sizeof(*classes));
    uint8_t *marks = qn_memory_calloc(ctx, a + b + 4, 1);
    enum qn_status status = QN_NO_MEMORY;

    if (!classes || !marks)
        goto out;
    pair.sides[0] =
        (struct qn_text_side){&out->old_lines, classes, marks + 1, (uint32_t)a};
    pair.sides[1] = (struct qn_text_side){&out->new_lines, classes + a,
                                          marks + a + 3, (uint32_t)b};
    status = qn_text_lines_classify(ctx, &pair);
    if (status)
        goto out;
    status = mark_lines(ctx, &pair);
    if (!status)
        status = list_changes(ctx, &pair, out);
out:
    qn_memory_free(classes);
    qn_memory_free(marks);
    qn_memory_free(pair.counts[0]);
    return status;
}

enum qn_status qn_text_diff_run(struct qn_ctx *ctx, struct qn_bytes old_text,
                                struct qn_bytes new_text,
                                const struct qn_text_diff_options *options,
                                struct qn_text_diff *out)
{
    static const struct qn_text_diff_options defaults = {
        .flags = QN_TEXT_DIFF_INDENT_HEURISTIC};
    enum qn_status status;
    uint32_t prefix;
    uint32_t suffix;

    memset(out, 0, sizeof(*out));
    if (!options)
        options = &defaults;
    if (options->flags & QN_TEXT_DIFF_CUT_TAIL) {
        size_t tail = common_tail(old_text, new_text);

        old_text.size -= tail;
        new_text.size -= tail;
    }
    status = qn_text_lines_split_pair(ctx, old_text, new_text, out, &prefix,
                                      &suffix);
    if (!status)
        status = run_engine(ctx, options, prefix, suffix, out);
    return status;
}

void qn_text_diff_dispose(struct qn_text_diff *diff)
{
    qn_text_lines_dispose(&diff->old_lines);
    qn_text_lines_dispose(&diff->new_lines);
    qn_memory_free(diff->changes);
    memset(diff, 0, sizeof(*diff));
}
