/* SPDX-License-Identifier: MIT */
#include "wire/sideband.h"

#define LINE_LIMIT ((size_t)64 << 10) /* a longer one is cut in two */
#define ESCAPE     0x1b

enum qn_status qn_sideband_split(struct qn_ctx *ctx,
                                 const struct qn_pkt_line *packet,
                                 enum qn_sideband *band, struct qn_bytes *data)
{
    if (packet->kind != QN_PKT_LINE_DATA || packet->payload.size == 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.sideband", NULL,
            "protocol error: missing sideband designator");
    if (packet->payload.data[0] < QN_SIDEBAND_DATA ||
        packet->payload.data[0] > QN_SIDEBAND_ERROR)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.sideband", NULL,
                                  "protocol error: bad band #%d",
                                  packet->payload.data[0]);
    *band = (enum qn_sideband)packet->payload.data[0];
    *data = qn_bytes_from(packet->payload, 1);
    return QN_OK;
}

void qn_sideband_text_dispose(struct qn_sideband_text *text)
{
    qn_buf_dispose(&text->line);
}

/* The size of a sequence "ESC [ ... final" at the front that is allowed, or 0.
 */
static size_t allowed_sequence(struct qn_bytes rest, unsigned allows)
{
    size_t i = 2;

    if (rest.size < 3 || rest.data[0] != ESCAPE || rest.data[1] != '[')
        return 0;
    while (i < rest.size && ((rest.data[i] >= '0' && rest.data[i] <= '9') ||
                             rest.data[i] == ';' || rest.data[i] == ':'))
        i++;
    if (i == rest.size)
        return 0;
    switch (rest.data[i]) {
    case 'm':
        return allows & QN_SIDEBAND_COLOR ? i + 1 : 0;
    case 'A':
    case 'B':
    case 'C':
    case 'D':
    case 'E':
    case 'F':
    case 'G':
    case 'H':
    case 'd':
    case 'f':
        return allows & QN_SIDEBAND_CURSOR ? i + 1 : 0;
    case 'J':
    case 'K':
    case 'P':
    case 'X':
    case '@':
        return allows & QN_SIDEBAND_ERASE ? i + 1 : 0;
    default:
        return 0;
    }
}

/* Append with control characters as "^X", but for what is allowed. */
static enum qn_status append_masked(struct qn_ctx *ctx, struct qn_buf *out,
                                    struct qn_bytes line, unsigned allows)
{
    enum qn_status status = QN_OK;

    if (allows & QN_SIDEBAND_ALL)
        return qn_buf_append_bytes(ctx, out, line);
    while (!status && line.size > 0) {
        size_t plain = 0, sequence;

        while (plain < line.size &&
               ((line.data[plain] >= ' ' && line.data[plain] != 0x7f) ||
                line.data[plain] == '\t'))
            plain++;
        status = qn_buf_append_bytes(ctx, out, qn_bytes_first(line, plain));
        line = qn_bytes_from(line, plain);
        if (status || line.size == 0)
            break;
        sequence = allowed_sequence(line, allows);
        if (sequence > 0)
            status =
                qn_buf_append_bytes(ctx, out, qn_bytes_first(line, sequence));
        else
            status = qn_buf_printf(ctx, out, "^%c", line.data[0] ^ 0x40);
        line = qn_bytes_from(line, sequence > 0 ? sequence : 1);
    }
    return status;
}

static bool is_word_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') ||
           ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte >= 0x80;
}

/* The line, a keyword at its front in color. */
static enum qn_status append_line(struct qn_ctx *ctx,
                                  const struct qn_sideband_text *text,
                                  struct qn_bytes line, struct qn_buf *out)
{
    static const char *const words[] = {"error", "warning", "hint", "success"};
    size_t blank = 0, i, size;
    enum qn_status status;

    while (blank < line.size &&
           (line.data[blank] == ' ' || line.data[blank] == '\t'))
        blank++;
    for (i = 0; i < 4; i++) {
        struct qn_bytes rest = qn_bytes_from(line, blank);

        size = strlen(words[i]);
        if (text->colors[i] && rest.size >= size &&
            qn_bytes_is_equal_fold(qn_bytes_first(rest, size),
                                   qn_bytes_from_string(words[i])) &&
            (rest.size == size || !is_word_byte(rest.data[size])))
            break;
    }
    if (i == 4)
        return append_masked(ctx, out, line, text->allows);
    status = qn_buf_append_bytes(ctx, out, qn_bytes_first(line, blank));
    line = qn_bytes_from(line, blank);
    if (!status)
        status = qn_buf_printf(ctx, out, "%s%.*s\033[m", text->colors[i],
                               (int)size, (const char *)line.data);
    if (!status)
        status =
            append_masked(ctx, out, qn_bytes_from(line, size), text->allows);
    return status;
}

/* `end`: '\n' or '\r', or 0 for a line that has none and gets one. */
static enum qn_status put_line(struct qn_ctx *ctx,
                               struct qn_sideband_text *text, uint8_t end,
                               struct qn_buf *out)
{
    struct qn_bytes line = qn_buf_bytes(&text->line);
    enum qn_status status = QN_OK;

    if (text->is_terminal)
        status = qn_buf_append_string(ctx, out, "\033[K");
    if (!status)
        status = qn_buf_append_string(ctx, out, text->prefix);
    if (!status)
        status = append_line(ctx, text, line, out);
    /* where nothing can be erased, a shorter line covers a longer one */
    if (!status && !text->is_terminal && end && line.size > 0)
        status = qn_buf_append_string(ctx, out, "        ");
    if (!status)
        status = qn_buf_append_byte(ctx, out, end ? end : '\n');
    qn_buf_clear(&text->line);
    return status;
}

enum qn_status qn_sideband_text_take(struct qn_ctx *ctx,
                                     struct qn_sideband_text *text,
                                     struct qn_bytes said, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    while (!status && said.size > 0) {
        size_t end = 0;

        while (end < said.size && said.data[end] != '\n' &&
               said.data[end] != '\r')
            end++;
        status =
            qn_buf_append_bytes(ctx, &text->line, qn_bytes_first(said, end));
        if (!status && end < said.size)
            status = put_line(ctx, text, said.data[end], out);
        else if (!status && text->line.size > LINE_LIMIT)
            status = put_line(ctx, text, 0, out);
        said = qn_bytes_from(said, end + 1);
    }
    return status;
}

enum qn_status qn_sideband_text_end(struct qn_ctx *ctx,
                                    struct qn_sideband_text *text,
                                    struct qn_buf *out)
{
    return text->line.size > 0 ? put_line(ctx, text, 0, out) : QN_OK;
}

enum qn_status qn_sideband_text_last(struct qn_ctx *ctx,
                                     struct qn_sideband_text *text,
                                     struct qn_bytes said, struct qn_buf *out)
{
    enum qn_status status = qn_sideband_text_end(ctx, text, out);

    if (!status)
        status = qn_buf_append_string(ctx, out, text->prefix);
    while (!status && said.size > 0) {
        size_t end = qn_bytes_find(said, '\n');

        status =
            append_masked(ctx, out, qn_bytes_first(said, end), text->allows);
        if (!status && end < said.size)
            status = qn_buf_append_byte(ctx, out, '\n');
        said = qn_bytes_from(said, end + 1);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}
