/* SPDX-License-Identifier: MIT */
/* A commit as a mail: headers by RFC 2822, words by RFC 2047. */
#include "hash/id.h"
#include "show/pretty_internal.h"
#include "text/utf8.h"

#define LINE_LIMIT 78
#define WORD_LIMIT 76

static bool is_ascii(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] >= 0x80)
            return false;
    return true;
}

/* May the byte stand for itself inside of an encoded word? */
static bool is_safe(uint8_t c, bool is_name)
{
    if (c <= ' ' || c >= 0x7f || c == '=' || c == '?' || c == '_')
        return false;
    if (!is_name)
        return true;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("!*+-/", c) != NULL;
}

static enum qn_status append_encoded(struct qn_ctx *ctx, struct qn_bytes text,
                                     bool is_name, const char *encoding,
                                     size_t line_start, struct qn_buf *out)
{
    size_t opening = strlen(encoding) + 5;
    size_t used = out->size - line_start + opening;
    enum qn_status status;

    status = qn_buf_printf(ctx, out, "=?%s?q?", encoding);
    while (text.size > 0 && !status) {
        uint32_t code = 0;
        size_t size = qn_utf8_next(text, &code);
        size_t columns;
        size_t i;

        if (size == 0)
            size = 1;
        columns = size > 1 || !is_safe(text.data[0], is_name) ? 3 * size : 1;
        if (used + columns + 2 > WORD_LIMIT) {
            status = qn_buf_printf(ctx, out, "?=\n =?%s?q?", encoding);
            used = opening + 1;
        }
        for (i = 0; i < size && !status; i++) {
            if (columns == 1)
                status = qn_buf_append_byte(ctx, out, text.data[i]);
            else
                status = qn_buf_printf(ctx, out, "=%02X", text.data[i]);
        }
        used += columns;
        text = qn_bytes_from(text, size);
    }
    return status ? status : qn_buf_append_string(ctx, out, "?=");
}

/* A name that has to be quoted as RFC 822 wants it. */
static bool needs_quotes(struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < name.size; i++)
        if (name.data[i] && strchr("()<>[]:;@\\,.\"", name.data[i]))
            return true;
    return false;
}

static enum qn_status append_from(struct qn_ctx *ctx, const char *encoding,
                                  const struct qn_ident *ident,
                                  struct qn_buf *out)
{
    size_t start = out->size;
    size_t i;
    enum qn_status status = qn_buf_append_string(ctx, out, "From: ");

    if (!status && !is_ascii(ident->name)) {
        status = append_encoded(ctx, ident->name, true, encoding, start, out);
    } else if (!status && needs_quotes(ident->name)) {
        status = qn_buf_append_byte(ctx, out, '"');
        for (i = 0; i < ident->name.size && !status; i++) {
            uint8_t c = ident->name.data[i];

            if (c == '"' || c == '\\')
                status = qn_buf_append_byte(ctx, out, '\\');
            if (!status)
                status = qn_buf_append_byte(ctx, out, c);
        }
        if (!status)
            status = qn_buf_append_byte(ctx, out, '"');
    } else if (!status) {
        status = qn_buf_append_bytes(ctx, out, ident->name);
    }
    if (!status && out->size - start + ident->mail.size + 3 > LINE_LIMIT)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = qn_buf_append_string(ctx, out, " <");
    if (!status)
        status = qn_buf_append_bytes(ctx, out, ident->mail);
    return status ? status : qn_buf_append_string(ctx, out, ">\n");
}

/* Fold at blanks so that lines stay short. */
static enum qn_status append_folded(struct qn_ctx *ctx, struct qn_bytes text,
                                    size_t line_start, struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    while (text.size > 0 && !status) {
        size_t blanks = 0;
        size_t word;

        while (blanks < text.size && text.data[blanks] == ' ')
            blanks++;
        word = blanks + qn_bytes_find(qn_bytes_from(text, blanks), ' ');
        if (out->size - line_start + word > LINE_LIMIT && blanks > 0) {
            status = qn_buf_append_byte(ctx, out, '\n');
            line_start = out->size;
        }
        if (!status)
            status = qn_buf_append_bytes(ctx, out, qn_bytes_first(text, word));
        text = qn_bytes_from(text, word);
    }
    return status;
}

static enum qn_status append_subject(struct qn_ctx *ctx,
                                     struct qn_pretty *pretty,
                                     const char *encoding, struct qn_bytes text,
                                     struct qn_buf *out)
{
    const char *prefix = pretty->options->subject_prefix;
    size_t start = out->size;
    enum qn_status status = qn_buf_append_string(ctx, out, "Subject: ");

    if (!prefix)
        prefix = "PATCH";
    if (!status && *prefix)
        status =
            qn_buf_printf(ctx, out, "[%s]%s", prefix, text.size > 0 ? " " : "");
    if (!status && !is_ascii(text))
        status = append_encoded(ctx, text, false, encoding, start, out);
    else if (!status)
        status = append_folded(ctx, text, start, out);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

static bool is_from_line(struct qn_bytes line)
{
    while (line.size > 0 && line.data[0] == '>')
        line = qn_bytes_from(line, 1);
    return qn_bytes_has_prefix(line, "From ");
}

static enum qn_status append_body(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                  struct qn_bytes body, struct qn_buf *out)
{
    size_t pending = 0;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&body, '\n', &line)) {
        while (line.size > 0 && (line.data[line.size - 1] == ' ' ||
                                 (line.data[line.size - 1] >= '\t' &&
                                  line.data[line.size - 1] <= '\r')))
            line.size--;
        if (line.size == 0) {
            pending++;
            continue;
        }
        status = qn_buf_append_repeat(ctx, out, '\n', pending);
        pending = 0;
        if (!status && pretty->options->kind == QN_PRETTY_MBOXRD &&
            is_from_line(line))
            status = qn_buf_append_byte(ctx, out, '>');
        if (!status)
            status = qn_pretty_match_append(
                ctx, pretty->options, QN_REVISION_PATTERN_MESSAGE, line, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    return status;
}

enum qn_status qn_pretty_email(struct qn_ctx *ctx, struct qn_pretty *pretty,
                               const struct qn_pretty_item *item,
                               const struct qn_commit *commit,
                               struct qn_buf *out)
{
    const struct qn_pretty_options *options = pretty->options;
    const char *encoding = options->encoding ? options->encoding : "UTF-8";
    const struct qn_date_mode mode = {QN_DATE_RFC2822, options->date.is_local,
                                      NULL};
    struct qn_bytes body = QN_BYTES_NONE;
    struct qn_ident ident = {0};
    enum qn_status status;

    status = qn_buf_append_string(ctx, out, "From ");
    if (!status)
        status = qn_pretty_append_id(ctx, pretty, item->id, false, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, " Mon Sep 17 00:00:00 2001\n");
    if (status)
        return status;
    if (qn_pretty_ident(pretty, commit->author, options->maps_builtin,
                        &ident)) {
        status = append_from(ctx, encoding, &ident, out);
        if (!status)
            status = qn_buf_append_string(ctx, out, "Date: ");
        if (!status)
            status =
                qn_date_format(ctx, ident.has_date ? ident.seconds : 0,
                               ident.has_date ? ident.zone : 0, &mode, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    qn_buf_clear(&pretty->scratch);
    if (!status)
        status = qn_pretty_subject(ctx, commit->message, " ", &pretty->scratch,
                                   &body);
    if (!status)
        status = append_subject(ctx, pretty, encoding,
                                qn_buf_bytes(&pretty->scratch), out);
    if (!status && !is_ascii(commit->message))
        status = qn_buf_printf(ctx, out,
                               "MIME-Version: 1.0\n"
                               "Content-Type: text/plain; charset=%s\n"
                               "Content-Transfer-Encoding: 8bit\n",
                               encoding);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    return status ? status : append_body(ctx, pretty, body, out);
}
