/* SPDX-License-Identifier: MIT */
/* What --grep, --author and --committer found, in colour. */
#include "show/pretty_internal.h"
#include "walk/revision_args.h"

static enum qn_status append_colored(struct qn_ctx *ctx, const char *color,
                                     struct qn_bytes text, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    if (color && *color)
        status = qn_buf_append_string(ctx, out, color);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    if (!status && color && *color)
        status = qn_buf_append_string(ctx, out, "\033[m");
    return status;
}

enum qn_status qn_pretty_match_append(struct qn_ctx *ctx,
                                      const struct qn_pretty_options *options,
                                      enum qn_revision_pattern_field field,
                                      struct qn_bytes line, struct qn_buf *out)
{
    const char *around = NULL;
    unsigned flags = 0;
    enum qn_status status = QN_OK;
    size_t start, end;

    if (!options->matches || !options->has_color)
        return qn_buf_append_bytes(ctx, out, line);
    while (!status && qn_revision_filter_find(ctx, options->matches, field,
                                              line, flags, &start, &end)) {
        around = options->selected_color;
        status = append_colored(ctx, around, qn_bytes_first(line, start), out);
        if (!status)
            status = append_colored(
                ctx, options->match_color,
                qn_bytes_from(qn_bytes_first(line, end), start), out);
        line = qn_bytes_from(line, end);
        flags = QN_REGEX_NOT_BOL;
    }
    return status ? status : append_colored(ctx, around, line, out);
}
