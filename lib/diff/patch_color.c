/* SPDX-License-Identifier: MIT */
/* A hunk in colours.  White space errors are marked by the default rules. */
#include "diff/patch_internal.h"
#include "diff/text_engine.h"

static enum qn_status put(struct qn_ctx *ctx, struct qn_buf *out,
                          const char *color, struct qn_bytes text,
                          const char *reset)
{
    enum qn_status status = qn_buf_append_string(ctx, out, color);

    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    return status ? status : qn_buf_append_string(ctx, out, reset);
}

/* The line without its end, which goes behind the reset. */
static struct qn_bytes split_end(struct qn_bytes line, const char **end)
{
    *end = "\n";
    if (line.size && line.data[line.size - 1] == '\n') {
        line.size--;
        if (line.size && line.data[line.size - 1] == '\r') {
            line.size--;
            *end = "\r\n";
        }
    }
    return line;
}

static enum qn_status put_missing_end(struct qn_ctx *ctx,
                                      const struct qn_patch *patch,
                                      struct qn_bytes line, struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    enum qn_status status;

    if (line.size && line.data[line.size - 1] == '\n')
        return QN_OK;
    status = put(ctx, out, colors[QN_DIFF_COLOR_CONTEXT],
                 QN_BYTES("\\ No newline at end of file"),
                 colors[QN_DIFF_COLOR_RESET]);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_plain(struct qn_ctx *ctx, struct qn_patch *patch,
                                enum qn_diff_color color, char sign,
                                struct qn_bytes line, struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    const char *end;
    struct qn_bytes text = split_end(line, &end);
    enum qn_status status;

    if (sign == patch->options.indicators[0] &&
        patch->options.suppresses_blank_empty && line.size == 1)
        return qn_buf_append_byte(ctx, out, '\n');
    status = qn_buf_append_string(ctx, out, colors[color]);
    if (!status)
        status = qn_buf_append_byte(ctx, out, (uint8_t)sign);
    if (!status)
        status = put(ctx, out, "", text, colors[QN_DIFF_COLOR_RESET]);
    if (!status)
        status = qn_buf_append_string(ctx, out, end);
    return status ? status : put_missing_end(ctx, patch, line, out);
}

/* An added line: the sign by itself, errors in the white space colour. */
static enum qn_status put_new(struct qn_ctx *ctx, struct qn_patch *patch,
                              struct qn_bytes line, struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    const char *color = colors[QN_DIFF_COLOR_NEW];
    const char *reset = colors[QN_DIFF_COLOR_RESET];
    const char *space = colors[QN_DIFF_COLOR_WHITESPACE];
    uint8_t sign = (uint8_t)patch->options.indicators[2];
    size_t size = line.size;
    size_t start = 0;
    size_t shown;
    size_t i;
    enum qn_status status;

    if (size && line.data[size - 1] == '\n')
        size--;
    shown = size;
    while (shown > 0 &&
           (line.data[shown - 1] == ' ' || line.data[shown - 1] == '\t' ||
            line.data[shown - 1] == '\r'))
        shown--;
    status = put(ctx, out, color, qn_bytes_make(&sign, 1), reset);
    /* a tab behind a space in the indent */
    for (i = 0; i < shown && !status; i++) {
        if (line.data[i] == ' ')
            continue;
        if (line.data[i] != '\t')
            break;
        if (start < i) {
            status = put(ctx, out, space,
                         qn_bytes_make(line.data + start, i - start), reset);
            if (!status)
                status = qn_buf_append_byte(ctx, out, '\t');
        } else {
            status = qn_buf_append_byte(ctx, out, '\t');
        }
        start = i + 1;
    }
    if (!status && start < shown)
        status = put(ctx, out, color,
                     qn_bytes_make(line.data + start, shown - start), reset);
    if (!status && shown < size)
        status = put(ctx, out, space,
                     qn_bytes_make(line.data + shown, size - shown), reset);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    return status ? status : put_missing_end(ctx, patch, line, out);
}

static uint32_t count_trailing_blanks(const struct qn_text_lines *lines)
{
    uint32_t count = 0;
    size_t i;

    while (count < lines->count) {
        struct qn_bytes line =
            qn_text_lines_at(lines, lines->count - 1 - count);

        for (i = 0; i < line.size; i++)
            if (!qn_text_is_space(line.data[i]))
                return count;
        count++;
    }
    return count;
}

/* The first of the blank lines that were added to the end of the file. */
static uint32_t find_blank_end(const struct qn_text_diff *diff)
{
    uint32_t blanks = count_trailing_blanks(&diff->new_lines);

    if (diff->old_lines.count == 0 ||
        blanks <= count_trailing_blanks(&diff->old_lines))
        return UINT32_MAX;
    return diff->new_lines.count - blanks;
}

enum qn_status qn_patch_color_header(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_hunk *hunk,
                                     struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    struct qn_bytes line;
    size_t ats;
    enum qn_status status;

    qn_buf_clear(&patch->scratch);
    status = qn_hunks_append_header(ctx, hunk, &patch->scratch);
    if (status)
        return status;
    line = qn_buf_bytes(&patch->scratch);
    line.size--;
    ats = qn_bytes_find_bytes(qn_bytes_from(line, 2), QN_BYTES("@@")) + 4;
    status = put(ctx, out, colors[QN_DIFF_COLOR_FRAG],
                 qn_bytes_first(line, ats), colors[QN_DIFF_COLOR_RESET]);
    if (!status && ats < line.size) {
        status =
            put(ctx, out, colors[QN_DIFF_COLOR_CONTEXT],
                qn_bytes_make(line.data + ats, 1), colors[QN_DIFF_COLOR_RESET]);
        if (!status)
            status =
                put(ctx, out, colors[QN_DIFF_COLOR_FUNC],
                    qn_bytes_from(line, ats + 1), colors[QN_DIFF_COLOR_RESET]);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static enum qn_status put_context(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_text_lines *lines,
                                  uint32_t start, uint32_t end,
                                  struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (; start < end && !status; start++)
        status = put_plain(ctx, patch, QN_DIFF_COLOR_CONTEXT,
                           patch->options.indicators[0],
                           qn_text_lines_at(lines, start), out);
    return status;
}

enum qn_status qn_patch_color_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_text_diff *diff,
                                   const struct qn_hunk *hunk,
                                   struct qn_buf *out)
{
    uint32_t at = hunk->new_start;
    uint32_t blank_end = find_blank_end(diff);
    enum qn_status status = qn_patch_color_header(ctx, patch, hunk, out);
    size_t i;

    for (i = hunk->first; i <= hunk->last && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];
        uint32_t j;

        status = put_context(ctx, patch, &diff->new_lines, at,
                             change->new_start, out);
        for (j = 0; j < change->old_count && !status; j++)
            status = put_plain(
                ctx, patch, QN_DIFF_COLOR_OLD, patch->options.indicators[1],
                qn_text_lines_at(&diff->old_lines, change->old_start + j), out);
        for (j = 0; j < change->new_count && !status; j++) {
            struct qn_bytes line =
                qn_text_lines_at(&diff->new_lines, change->new_start + j);

            if (change->new_start + j >= blank_end &&
                patch->options.ws_highlight & QN_DIFF_WS_NEW)
                status = put_plain(ctx, patch, QN_DIFF_COLOR_WHITESPACE,
                                   patch->options.indicators[2], line, out);
            else
                status =
                    patch->options.ws_highlight & QN_DIFF_WS_NEW
                        ? put_new(ctx, patch, line, out)
                        : put_plain(ctx, patch, QN_DIFF_COLOR_NEW,
                                    patch->options.indicators[2], line, out);
        }
        at = change->new_start + change->new_count;
    }
    if (status)
        return status;
    return put_context(ctx, patch, &diff->new_lines, at,
                       hunk->new_start + hunk->new_count, out);
}
