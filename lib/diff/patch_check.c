/* SPDX-License-Identifier: MIT */
/* --check: white space errors and leftover conflict markers in added lines.
 * Rules: core.whitespace of git-config(1). */
#include "diff/patch_internal.h"
#include "diff/text_engine.h"
#include "diff/whitespace.h"

#define MARKER_SIZE 7

static bool is_marker(struct qn_bytes line)
{
    size_t i;

    if (line.size < MARKER_SIZE + 1 || !memchr("<|=>", line.data[0], 4))
        return false;
    for (i = 1; i < MARKER_SIZE; i++)
        if (line.data[i] != line.data[0])
            return false;
    if (line.data[0] == '<' || line.data[0] == '>')
        return line.data[MARKER_SIZE] == ' ';
    return qn_text_is_space(line.data[MARKER_SIZE]);
}

static enum qn_status check_line(struct qn_ctx *ctx, struct qn_patch *patch,
                                 const struct qn_whitespace *rules,
                                 struct qn_bytes path, uint32_t number,
                                 struct qn_bytes line, struct qn_buf *out)
{
    unsigned errors = qn_whitespace_check(line, rules);
    enum qn_status status = QN_OK;

    if (is_marker(line)) {
        patch->has_problems = true;
        status = qn_buf_printf(ctx, out, "%.*s:%u: leftover conflict marker\n",
                               QN_BYTES_ARG(path), number);
    }
    if (status || !errors)
        return status;
    patch->has_problems = true;
    status = qn_buf_printf(ctx, out, "%.*s:%u: ", QN_BYTES_ARG(path), number);
    if (!status)
        status = qn_whitespace_describe(ctx, errors, out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '+');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, line);
    if (!status && (!line.size || line.data[line.size - 1] != '\n'))
        status = qn_buf_append_byte(ctx, out, '\n');
    return status;
}

static uint32_t trailing_blanks(const struct qn_text_lines *lines)
{
    uint32_t count = 0;

    while (count < lines->count) {
        struct qn_bytes line =
            qn_text_lines_at(lines, lines->count - 1 - count);

        while (line.size && qn_text_is_space(line.data[line.size - 1]))
            line.size--;
        if (line.size)
            break;
        count++;
    }
    return count;
}

enum qn_status qn_patch_check_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    struct qn_buf *out)
{
    struct qn_bytes path = qn_patch_name(patch, pair->new_side.path);
    struct qn_patch_path paths[2];
    struct qn_text_diff_options text;
    struct qn_hunk_options hunks;
    struct qn_text_diff diff = {0};
    struct qn_whitespace rules;
    bool is_binary = false;
    uint32_t blanks;
    enum qn_status status;
    size_t i;

    if (!qn_patch_has_new(pair) || pair->status == QN_DIFF_UNMERGED)
        return QN_OK;
    status = qn_patch_read_pair(ctx, patch, pair, paths, &is_binary);
    if (!status)
        status = qn_whitespace_find(ctx, patch->attributes,
                                    patch->options.whitespace,
                                    pair->new_side.path, &rules);
    if (status || is_binary)
        return status;
    qn_patch_text_options(patch, paths, &text, &hunks);
    text.flags &= ~(QN_TEXT_DIFF_CUT_TAIL | QN_TEXT_DIFF_IGNORE_SPACE_MASK);
    status = qn_text_diff_run(ctx, qn_buf_bytes(&patch->texts[0]),
                              qn_buf_bytes(&patch->texts[1]), &text, &diff);
    for (i = 0; i < diff.change_count && !status; i++) {
        const struct qn_text_change *change = &diff.changes[i];
        uint32_t j;

        for (j = change->new_start;
             j < change->new_start + change->new_count && !status; j++)
            status = check_line(ctx, patch, &rules, path, j + 1,
                                qn_text_lines_at(&diff.new_lines, j), out);
    }
    blanks = status ? 0 : trailing_blanks(&diff.new_lines);
    if (!status && (rules.flags & QN_WHITESPACE_BLANK_AT_EOF) &&
        blanks > trailing_blanks(&diff.old_lines)) {
        patch->has_problems = true;
        status = qn_buf_printf(ctx, out, "%.*s:%u: new blank line at EOF.\n",
                               QN_BYTES_ARG(path),
                               diff.new_lines.count - blanks + 1);
    }
    qn_text_diff_dispose(&diff);
    return status;
}
