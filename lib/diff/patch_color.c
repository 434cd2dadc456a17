/* SPDX-License-Identifier: MIT */
/* A hunk in colours.  */
#include "diff/patch_internal.h"
#include "diff/text_engine.h"
#include "diff/whitespace.h"

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

/* A line whose errors are marked: the sign by itself. */
static enum qn_status put_marked(struct qn_ctx *ctx, struct qn_patch *patch,
                                 enum qn_diff_color color, char sign,
                                 struct qn_bytes line, struct qn_buf *out)
{
    const char *const *colors = patch->options.colors;
    const struct qn_whitespace_colors shown = {colors[color],
                                               colors[QN_DIFF_COLOR_WHITESPACE],
                                               colors[QN_DIFF_COLOR_RESET]};
    bool is_complete = line.size && line.data[line.size - 1] == '\n';
    enum qn_status status;

    if (sign == patch->options.indicators[0] &&
        patch->options.suppresses_blank_empty && line.size == 1)
        return qn_buf_append_byte(ctx, out, '\n');
    status = put(ctx, out, colors[color], qn_bytes_make((uint8_t *)&sign, 1),
                 colors[QN_DIFF_COLOR_RESET]);
    if (!status)
        status =
            qn_whitespace_append(ctx, line, &patch->whitespace, &shown, out);
    if (status || is_complete)
        return status;
    status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = put(ctx, out,
                     patch->whitespace.flags & QN_WHITESPACE_INCOMPLETE_LINE
                         ? shown.error
                         : colors[QN_DIFF_COLOR_CONTEXT],
                     QN_BYTES("\\ No newline at end of file"), shown.reset);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
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
    bool marks = patch->options.ws_highlight & QN_DIFF_WS_CONTEXT;
    enum qn_status status = QN_OK;

    for (; start < end && !status; start++)
        status = (marks ? put_marked : put_plain)(
            ctx, patch, QN_DIFF_COLOR_CONTEXT, patch->options.indicators[0],
            qn_text_lines_at(lines, start), out);
    return status;
}

/* The lines of one sign of a change. */
static enum qn_status put_lines(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_text_diff *diff,
                                const struct qn_text_change *change,
                                bool is_new, struct qn_buf *out)
{
    const struct qn_diff_options *options = &patch->options;
    const struct qn_text_lines *lines =
        is_new ? &diff->new_lines : &diff->old_lines;
    uint32_t at = is_new ? change->new_start : change->old_start;
    uint32_t end = at + (is_new ? change->new_count : change->old_count);
    char indicator = options->indicators[is_new ? 2 : 1];
    bool marks =
        options->ws_highlight & (is_new ? QN_DIFF_WS_NEW : QN_DIFF_WS_OLD);
    uint32_t blank_end =
        is_new && marks &&
                (patch->whitespace.flags & QN_WHITESPACE_BLANK_AT_EOF)
            ? find_blank_end(diff)
            : UINT32_MAX;
    enum qn_status status = QN_OK;

    for (; at < end && !status; at++) {
        struct qn_bytes line = qn_text_lines_at(lines, at);
        enum qn_diff_color color =
            patch->moved.is_settled
                ? qn_patch_moved_next(&patch->moved, options,
                                      is_new ? '+' : '-')
            : is_new ? QN_DIFF_COLOR_NEW
                     : QN_DIFF_COLOR_OLD;

        if (at >= blank_end)
            status = put_plain(ctx, patch, QN_DIFF_COLOR_WHITESPACE, indicator,
                               line, out);
        else
            status = (marks ? put_marked : put_plain)(ctx, patch, color,
                                                      indicator, line, out);
    }
    return status;
}

enum qn_status qn_patch_color_hunk(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const struct qn_text_diff *diff,
                                   const struct qn_hunk *hunk,
                                   struct qn_buf *out)
{
    uint32_t at = hunk->new_start;
    enum qn_status status = qn_patch_color_header(ctx, patch, hunk, out);
    size_t i;

    for (i = hunk->first; i <= hunk->last && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];

        status = put_context(ctx, patch, &diff->new_lines, at,
                             change->new_start, out);
        if (!status)
            status = put_lines(ctx, patch, diff, change, false, out);
        if (!status)
            status = put_lines(ctx, patch, diff, change, true, out);
        at = change->new_start + change->new_count;
    }
    if (status)
        return status;
    return put_context(ctx, patch, &diff->new_lines, at,
                       hunk->new_start + hunk->new_count, out);
}

/* The same hunk, for what moves. */
enum qn_status qn_patch_color_collect(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_text_diff *diff,
                                      const struct qn_hunk *hunk)
{
    struct qn_patch_moved *moved = &patch->moved;
    uint32_t at = hunk->new_start;
    enum qn_status status = QN_OK;
    size_t i;

    qn_patch_moved_break(moved);
    for (i = hunk->first; i <= hunk->last && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];
        int side;

        if (at < change->new_start)
            qn_patch_moved_break(moved);
        for (side = 0; side < 2 && !status; side++) {
            const struct qn_text_lines *lines =
                side ? &diff->new_lines : &diff->old_lines;
            uint32_t line = side ? change->new_start : change->old_start;
            uint32_t end =
                line + (side ? change->new_count : change->old_count);

            for (; line < end && !status; line++) {
                struct qn_bytes text = qn_text_lines_at(lines, line);

                status = qn_patch_moved_add(ctx, moved, &patch->options,
                                            side ? '+' : '-', text,
                                            patch->whitespace.tab_width);
                if (text.size && text.data[text.size - 1] != '\n')
                    qn_patch_moved_break(moved);
            }
        }
        at = change->new_start + change->new_count;
    }
    return status;
}
