/* SPDX-License-Identifier: MIT */
/* Rewrapping, as shortlog -w and %w do: words are kept whole, colours take no
 * room, a blank line stays a blank line. */
#include "show/pretty_internal.h"
#include "text/utf8.h"

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_alnum(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* Width 0: only indent every line. */
static enum qn_status indent_lines(struct qn_ctx *ctx, struct qn_bytes text,
                                   int first, int next, struct qn_buf *out)
{
    bool is_first = true;
    enum qn_status status = QN_OK;

    while (text.size > 0 && !status) {
        size_t size = qn_bytes_find(text, '\n');
        struct qn_bytes line =
            qn_bytes_first(text, size < text.size ? size + 1 : size);

        status = qn_buf_append_repeat(ctx, out, ' ',
                                      (size_t)(is_first ? first : next));
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        text = qn_bytes_from(text, line.size);
        is_first = false;
    }
    return status;
}

struct wrap {
    struct qn_bytes text;
    struct qn_buf *out;
    size_t at;
    size_t bol;   /* where the line in hand begins */
    size_t space; /* last blank that it may break at; SIZE_MAX: none */
    int width, indent, next_indent;
    int columns; /* of the line in hand */
    int begun;   /* columns before it: negative first indent */
};

/* Print the text from `bol` to `end` with its indent in front. */
static enum qn_status put_line(struct qn_ctx *ctx, struct wrap *w, size_t end)
{
    enum qn_status status = QN_OK;
    size_t bol = w->bol;

    if (w->space != SIZE_MAX)
        bol = w->space;
    else if (w->indent > 0)
        status = qn_buf_append_repeat(ctx, w->out, ' ', (size_t)w->indent);
    return status ? status
                  : qn_buf_append(ctx, w->out, w->text.data + bol, end - bol);
}

static enum qn_status wrap_text(struct qn_ctx *ctx, struct wrap *w)
{
    enum qn_status status = QN_OK;

    w->columns = w->indent;
    w->space = SIZE_MAX;
    for (;;) {
        size_t skip;
        uint8_t c;

        while ((skip = qn_utf8_escape_size(qn_bytes_from(w->text, w->at))) > 0)
            w->at += skip;
        c = w->at < w->text.size ? w->text.data[w->at] : 0;
        if (w->at >= w->text.size || is_space(c)) {
            if (w->columns > w->width && w->space != SIZE_MAX) {
                /* the word does not fit: break in front of it */
                status = qn_buf_append_byte(ctx, w->out, '\n');
                w->at = w->bol = w->space + is_space(w->text.data[w->space]);
                w->space = SIZE_MAX;
                w->columns = w->indent = w->next_indent;
                if (status)
                    return status;
                continue;
            }
            if (w->at >= w->text.size && w->at == w->bol)
                return QN_OK;
            status = put_line(ctx, w, w->at);
            if (status || w->at >= w->text.size)
                return status;
            w->space = w->at;
            if (c == '\t') {
                w->columns |= 7;
            } else if (c == '\n') {
                uint8_t following;

                w->space++;
                following =
                    w->space < w->text.size ? w->text.data[w->space] : 0;
                if (following == '\n' || !is_alnum(following)) {
                    status = qn_buf_append_string(
                        ctx, w->out, following == '\n' ? "\n\n" : "\n");
                    if (status)
                        return status;
                    w->at = w->bol = w->space + (w->space < w->text.size &&
                                                 is_space(following));
                    w->space = SIZE_MAX;
                    w->columns = w->indent = w->next_indent;
                    continue;
                }
                status = qn_buf_append_byte(ctx, w->out, ' ');
                if (status)
                    return status;
            }
            w->columns++;
            w->at++;
            continue;
        }
        {
            uint32_t code = 0;
            size_t size = qn_utf8_next(qn_bytes_from(w->text, w->at), &code);
            int width = size ? qn_utf8_char_width(code) : 1;

            w->columns += width > 0 ? width : 0;
            w->at += size ? size : 1;
        }
    }
}

enum qn_status qn_pretty_wrap(struct qn_ctx *ctx, struct qn_buf *out,
                              size_t start, int width, int first_indent,
                              int next_indent)
{
    struct qn_buf copy = QN_BUF_INIT;
    struct wrap w = {.out = out,
                     .width = width,
                     .indent = first_indent,
                     .next_indent = next_indent};
    enum qn_status status;

    if (width == 0 && first_indent == 0 && next_indent == 0)
        return QN_OK;
    status = qn_buf_append_bytes(ctx, &copy,
                                 qn_bytes_from(qn_buf_bytes(out), start));
    if (status)
        return status;
    qn_buf_truncate(out, start);
    w.text = qn_buf_bytes(&copy);
    status = width == 0
                 ? indent_lines(ctx, w.text, first_indent, next_indent, out)
                 : wrap_text(ctx, &w);
    qn_buf_dispose(&copy);
    return status;
}
