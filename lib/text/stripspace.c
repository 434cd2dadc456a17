/* SPDX-License-Identifier: MIT */
#include "text/stripspace.h"

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

enum qn_status qn_stripspace(struct qn_ctx *ctx, struct qn_bytes text,
                             const char *comment, struct qn_buf *out)
{
    bool strips = comment && comment[0];
    bool has_gap = false;
    bool has_line = false;
    struct qn_bytes line;
    enum qn_status status;
    size_t before = out->size;

    status = qn_buf_reserve(ctx, out, text.size + 1);
    while (!status && qn_bytes_next(&text, '\n', &line)) {
        if (strips && qn_bytes_has_prefix(line, comment))
            continue;
        while (line.size > 0 && is_space(line.data[line.size - 1]))
            line.size--;
        if (line.size == 0) {
            has_gap = true;
            continue;
        }
        if (has_gap && has_line)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
        has_gap = false;
        has_line = true;
    }
    if (status)
        qn_buf_truncate(out, before);
    return status;
}

enum qn_status qn_stripspace_comment(struct qn_ctx *ctx, struct qn_bytes text,
                                     const char *comment, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t before = out->size;
    struct qn_bytes line;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        bool needs_space =
            line.size > 0 && line.data[0] != '\t' && line.data[0] != '\n';

        status = qn_buf_append_string(ctx, out, comment);
        if (!status && needs_space)
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    if (status)
        qn_buf_truncate(out, before);
    return status;
}

size_t qn_stripspace_scissors(struct qn_bytes text, const char *comment)
{
    struct qn_bytes rest = text;
    struct qn_bytes line;
    size_t prefix = strlen(comment);

    while (qn_bytes_next(&rest, '\n', &line)) {
        if (qn_bytes_has_prefix(line, comment) && line.size > prefix &&
            line.data[prefix] == ' ' &&
            qn_bytes_is_string(qn_bytes_from(line, prefix + 1),
                               QN_STRIPSPACE_CUT))
            return (size_t)(line.data - text.data);
    }
    return text.size;
}
