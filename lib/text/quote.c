/* SPDX-License-Identifier: MIT */
#include "text/quote.h"

#include "base/ctx.h"

/* 0: as it is; 'o': octal; else the letter behind the backslash. */
static uint8_t escape_of(uint8_t byte, bool quotes_high)
{
    static const char letters[] = "abtnvfr"; /* from 7 on */

    if (byte >= 7 && byte <= 13)
        return (uint8_t)letters[byte - 7];
    if (byte == '"' || byte == '\\')
        return byte;
    if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && quotes_high))
        return 'o';
    return 0;
}

bool qn_quote_is_needed(struct qn_bytes text, bool quotes_high)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (escape_of(text.data[i], quotes_high))
            return true;
    return false;
}

enum qn_status qn_quote_c_bare(struct qn_ctx *ctx, struct qn_buf *out,
                               struct qn_bytes text, bool quotes_high)
{
    size_t i;
    enum qn_status status;

    status = qn_buf_reserve(ctx, out, text.size);
    for (i = 0; i < text.size && !status; i++) {
        uint8_t byte = text.data[i];
        uint8_t escape = escape_of(byte, quotes_high);

        if (!escape) {
            status = qn_buf_append_byte(ctx, out, byte);
            continue;
        }
        status = qn_buf_reserve(ctx, out, 4);
        if (status)
            break;
        out->data[out->size++] = '\\';
        if (escape != 'o') {
            out->data[out->size++] = escape;
        } else {
            out->data[out->size++] = (uint8_t)('0' + (byte >> 6));
            out->data[out->size++] = (uint8_t)('0' + (byte >> 3 & 7));
            out->data[out->size++] = (uint8_t)('0' + (byte & 7));
        }
        out->data[out->size] = '\0';
    }
    return status;
}

enum qn_status qn_quote_path_with(struct qn_ctx *ctx, struct qn_buf *out,
                                  const char *prefix, struct qn_bytes text,
                                  bool quotes_high)
{
    struct qn_bytes before = qn_bytes_from_string(prefix);
    bool needed = qn_quote_is_needed(text, quotes_high) ||
                  qn_quote_is_needed(before, quotes_high);
    enum qn_status status;

    if (!needed) {
        status = qn_buf_append_bytes(ctx, out, before);
        return status ? status : qn_buf_append_bytes(ctx, out, text);
    }
    status = qn_buf_append_byte(ctx, out, '"');
    if (!status)
        status = qn_quote_c_bare(ctx, out, before, quotes_high);
    if (!status)
        status = qn_quote_c_bare(ctx, out, text, quotes_high);
    return status ? status : qn_buf_append_byte(ctx, out, '"');
}

enum qn_status qn_quote_path(struct qn_ctx *ctx, struct qn_buf *out,
                             struct qn_bytes text, bool quotes_high)
{
    return qn_quote_path_with(ctx, out, "", text, quotes_high);
}

/* The byte behind a backslash at `*at`; -1 when there is no such escape. */
static int read_escape(struct qn_bytes text, size_t *at)
{
    static const char letters[] = "abtnvfr";
    uint8_t byte = text.data[*at];
    const char *found;
    unsigned value;

    if (byte == '"' || byte == '\\') {
        ++*at;
        return byte;
    }
    found = byte ? strchr(letters, byte) : NULL;
    if (found) {
        ++*at;
        return (int)(found - letters) + 7;
    }
    if (byte < '0' || byte > '3' || *at + 2 >= text.size ||
        text.data[*at + 1] < '0' || text.data[*at + 1] > '7' ||
        text.data[*at + 2] < '0' || text.data[*at + 2] > '7')
        return -1;
    value = (unsigned)(byte - '0') << 6 |
            (unsigned)(text.data[*at + 1] - '0') << 3 |
            (unsigned)(text.data[*at + 2] - '0');
    *at += 3;
    return (int)value;
}

enum qn_status qn_quote_unquote_c(struct qn_ctx *ctx, struct qn_bytes text,
                                  struct qn_buf *out, size_t *used)
{
    size_t start = out->size;
    size_t i = 1;
    enum qn_status status = QN_OK;

    if (text.size == 0 || text.data[0] != '"')
        goto bad;
    while (!status) {
        int byte;

        if (i >= text.size)
            goto bad;
        byte = text.data[i++];
        if (byte == '"')
            break;
        if (byte == '\\') {
            byte = i < text.size ? read_escape(text, &i) : -1;
            if (byte < 0)
                goto bad;
        }
        status = qn_buf_append_byte(ctx, out, (uint8_t)byte);
    }
    if (!status && !used && i != text.size)
        goto bad;
    if (status)
        qn_buf_truncate(out, start);
    else if (used)
        *used = i;
    return status;
bad:
    qn_buf_truncate(out, start);
    return qn_ctx_fail(ctx, QN_INVALID, "invalid quoting: %.*s",
                       QN_BYTES_ARG(text));
}

enum qn_status qn_quote_shell(struct qn_ctx *ctx, struct qn_buf *out,
                              struct qn_bytes text)
{
    size_t i;
    enum qn_status status;

    status = qn_buf_append_byte(ctx, out, '\'');
    for (i = 0; i < text.size && !status; i++) {
        uint8_t byte = text.data[i];

        if (byte == '\'' || byte == '!')
            status = qn_buf_printf(ctx, out, "'\\%c'", byte);
        else
            status = qn_buf_append_byte(ctx, out, byte);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\'');
}

enum qn_status qn_quote_shell_pretty(struct qn_ctx *ctx, struct qn_buf *out,
                                     struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c && strchr("+,-./:=@_^", c))))
            break;
    }
    if (i == text.size && i > 0)
        return qn_buf_append_bytes(ctx, out, text);
    return qn_quote_shell(ctx, out, text);
}

enum qn_status qn_quote_unquote_shell(struct qn_ctx *ctx, struct qn_bytes text,
                                      struct qn_buf *out, size_t *used)
{
    size_t start = out->size;
    size_t i = 1;
    enum qn_status status = QN_OK;

    if (text.size == 0 || text.data[0] != '\'')
        goto bad;
    while (!status) {
        if (i >= text.size)
            goto bad;
        if (text.data[i] != '\'') {
            status = qn_buf_append_byte(ctx, out, text.data[i++]);
            continue;
        }
        i++;
        if (i >= text.size || text.data[i] != '\\')
            break;
        if (i + 2 >= text.size ||
            (text.data[i + 1] != '\'' && text.data[i + 1] != '!') ||
            text.data[i + 2] != '\'')
            goto bad;
        status = qn_buf_append_byte(ctx, out, text.data[i + 1]);
        i += 3;
    }
    if (status)
        qn_buf_truncate(out, start);
    else
        *used = i;
    return status;
bad:
    qn_buf_truncate(out, start);
    return qn_ctx_fail(ctx, QN_INVALID, "invalid quoting: %.*s",
                       QN_BYTES_ARG(text));
}

enum qn_status qn_quote_perl(struct qn_ctx *ctx, struct qn_buf *out,
                             struct qn_bytes text)
{
    size_t i;
    enum qn_status status = qn_buf_append_byte(ctx, out, '\'');

    for (i = 0; i < text.size && !status; i++) {
        if (text.data[i] == '\'' || text.data[i] == '\\')
            status = qn_buf_append_byte(ctx, out, '\\');
        if (!status)
            status = qn_buf_append_byte(ctx, out, text.data[i]);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\'');
}

enum qn_status qn_quote_python(struct qn_ctx *ctx, struct qn_buf *out,
                               struct qn_bytes text)
{
    size_t i;
    enum qn_status status = qn_buf_append_byte(ctx, out, '\'');

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];

        if (c == '\n') {
            status = qn_buf_append_string(ctx, out, "\\n");
            continue;
        }
        if (c == '\'' || c == '\\')
            status = qn_buf_append_byte(ctx, out, '\\');
        if (!status)
            status = qn_buf_append_byte(ctx, out, c);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '\'');
}

enum qn_status qn_quote_tcl(struct qn_ctx *ctx, struct qn_buf *out,
                            struct qn_bytes text)
{
    static const char special[] = "[]{}$\\\"";
    static const char letters[] = "\f\r\n\t\v";
    static const char names[] = "frntv";
    size_t i;
    enum qn_status status = qn_buf_append_byte(ctx, out, '"');

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];
        const char *letter = c ? strchr(letters, c) : NULL;

        if (letter || (c && strchr(special, c)))
            status = qn_buf_append_byte(ctx, out, '\\');
        if (!status)
            status = qn_buf_append_byte(
                ctx, out, letter ? (uint8_t)names[letter - letters] : c);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '"');
}
