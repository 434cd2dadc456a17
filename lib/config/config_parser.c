/* SPDX-License-Identifier: MIT */
#include "config/config_parser.h"

#include "base/ctx.h"

#define END_OF_TEXT (-1)

void qn_config_parser_init(struct qn_config_parser *parser,
                           struct qn_bytes text)
{
    memset(parser, 0, sizeof(*parser));
    parser->text = text;
    parser->line = 1;
    if (qn_bytes_has_prefix(text, "\xef\xbb\xbf"))
        parser->at = 3;
}

void qn_config_parser_dispose(struct qn_config_parser *parser)
{
    qn_buf_dispose(&parser->key);
    qn_buf_dispose(&parser->value);
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(int c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What stands at `at`; CR LF is LF.  `*size`: how many bytes it takes. */
static int look(const struct qn_config_parser *parser, size_t *size)
{
    const uint8_t *p = qn_bytes_from(parser->text, parser->at).data;
    size_t left = parser->text.size - parser->at;

    *size = 1;
    if (left == 0) {
        *size = 0;
        return END_OF_TEXT;
    }
    if (p[0] == '\r' && left > 1 && p[1] == '\n') {
        *size = 2;
        return '\n';
    }
    return p[0];
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* A run of letters, digits and "-" (and "." in headers), in lower case. */
static enum qn_status read_name(struct qn_ctx *ctx,
                                struct qn_config_parser *parser, bool dots)
{
    const uint8_t *data = parser->text.data;
    size_t end = parser->at;
    size_t i;
    enum qn_status status;

    while (end < parser->text.size &&
           (is_name(data[end]) || (dots && data[end] == '.')))
        end++;
    status = qn_buf_reserve(ctx, &parser->key, end - parser->at + 1);
    if (status)
        return status;
    for (i = parser->at; i < end; i++)
        parser->key.data[parser->key.size++] = lower(data[i]);
    parser->key.data[parser->key.size] = '\0';
    parser->at = end;
    return QN_OK;
}

/* At the blank behind a section's name: `  "sub"` up to "]". */
static enum qn_status read_subsection(struct qn_ctx *ctx,
                                      struct qn_config_parser *parser)
{
    size_t size;
    int c;
    enum qn_status status;

    for (c = look(parser, &size); is_blank(c); c = look(parser, &size)) {
        if (c == '\n')
            return QN_INVALID;
        parser->at += size;
    }
    if (c != '"')
        return QN_INVALID;
    parser->at++;
    status = qn_buf_append_byte(ctx, &parser->key, '.');
    while (!status) {
        c = look(parser, &size);
        if (c == '\n' || c == END_OF_TEXT)
            return QN_INVALID;
        parser->at += size;
        if (c == '"')
            break;
        if (c == '\\') {
            c = look(parser, &size);
            if (c == '\n' || c == END_OF_TEXT)
                return QN_INVALID;
            parser->at += size;
        }
        status = qn_buf_append_byte(ctx, &parser->key, (uint8_t)c);
    }
    parser->is_quoted = true;
    return status;
}

static enum qn_status read_header(struct qn_ctx *ctx,
                                  struct qn_config_parser *parser)
{
    size_t size;
    enum qn_status status;

    parser->start = parser->at++;
    qn_buf_clear(&parser->key);
    parser->is_quoted = false;
    parser->in_header = true;
    status = read_name(ctx, parser, true);
    if (status)
        return status;
    if (parser->key.size == 0 && look(parser, &size) == ']')
        return QN_INVALID;
    if (is_blank(look(parser, &size))) {
        status = read_subsection(ctx, parser);
        if (status)
            return status;
    }
    if (look(parser, &size) != ']') {
        /* the end of the text counts as one more line, as in Git */
        if (size == 0 && !parser->is_quoted)
            parser->line++;
        return QN_INVALID;
    }
    parser->at++;
    parser->in_header = false;
    status = qn_buf_append_byte(ctx, &parser->key, '.');
    parser->prefix_size = parser->key.size;
    parser->end = parser->at;
    parser->entry_line = parser->line;
    return status;
}

/* What follows a backslash in a value: a byte, 0 for a joined line, -1. */
static int read_escape(struct qn_config_parser *parser)
{
    size_t size;
    int c = look(parser, &size);

    if (c == '\n') {
        parser->at += size;
        parser->line++;
        return 0;
    }
    if (c == END_OF_TEXT) {
        parser->line++;
        return 0;
    }
    parser->at += size;
    switch (c) {
    case 't':
        return '\t';
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case '\\':
    case '"':
        return c;
    default:
        return -1;
    }
}

/* Behind "=": the value, up to (not over) the newline. */
static enum qn_status read_value(struct qn_ctx *ctx,
                                 struct qn_config_parser *parser)
{
    struct qn_buf *value = &parser->value;
    size_t kept = 0; /* what is not trailing blanks */
    bool in_quotes = false;
    bool in_comment = false;
    enum qn_status status = QN_OK;

    while (!status) {
        size_t size;
        int c = look(parser, &size);

        if (c == '\n' || c == END_OF_TEXT) {
            if (in_quotes)
                return QN_INVALID;
            qn_buf_truncate(value, kept);
            return QN_OK;
        }
        parser->at += size;
        if (in_comment)
            continue;
        if (!in_quotes && is_blank(c)) {
            if (value->size > 0)
                status = qn_buf_append_byte(ctx, value, (uint8_t)c);
            continue;
        }
        if (!in_quotes && (c == ';' || c == '#')) {
            in_comment = true;
            continue;
        }
        if (c == '"') {
            in_quotes = !in_quotes;
            kept = value->size;
            continue;
        }
        if (c == '\\') {
            kept = value->size; /* blanks before any backslash stay */
            c = read_escape(parser);
            if (c < 0)
                return QN_INVALID;
            if (c == 0)
                continue;
        }
        status = qn_buf_append_byte(ctx, value, (uint8_t)c);
        kept = value->size;
    }
    return status;
}

static enum qn_status read_entry(struct qn_ctx *ctx,
                                 struct qn_config_parser *parser)
{
    size_t size;
    int c;
    enum qn_status status;

    parser->start = parser->at;
    qn_buf_truncate(&parser->key, parser->prefix_size);
    qn_buf_clear(&parser->value);
    parser->has_value = false;
    status = read_name(ctx, parser, false);
    if (status)
        return status;
    for (c = look(parser, &size); c == ' ' || c == '\t';
         c = look(parser, &size))
        parser->at++;
    if (c != '\n' && c != END_OF_TEXT) {
        if (c != '=')
            return QN_INVALID;
        parser->at++;
        parser->has_value = true;
        status = read_value(ctx, parser);
        if (status)
            return status;
    }
    parser->entry_line = parser->line;
    if (look(parser, &size) == '\n') {
        parser->at += size;
        parser->line++;
    }
    parser->end = parser->at;
    return QN_OK;
}

static void skip_comment(struct qn_config_parser *parser)
{
    struct qn_bytes rest = qn_bytes_from(parser->text, parser->at);

    parser->start = parser->at;
    parser->at += qn_bytes_find(rest, '\n');
    parser->end = parser->at;
    parser->entry_line = parser->line;
}

enum qn_status qn_config_parser_next(struct qn_ctx *ctx,
                                     struct qn_config_parser *parser,
                                     enum qn_config_item *item)
{
    for (;;) {
        size_t size;
        int c = look(parser, &size);

        if (c == END_OF_TEXT) {
            *item = QN_CONFIG_ITEM_END;
            return QN_OK;
        }
        if (c == '#' || c == ';') {
            skip_comment(parser);
            if (!parser->wants_comments)
                continue;
            *item = QN_CONFIG_ITEM_COMMENT;
            return QN_OK;
        }
        if (c == '[') {
            *item = QN_CONFIG_ITEM_HEADER;
            return read_header(ctx, parser);
        }
        if (is_letter(c)) {
            *item = QN_CONFIG_ITEM_ENTRY;
            return read_entry(ctx, parser);
        }
        if (!is_blank(c))
            return QN_INVALID;
        parser->at += size;
        parser->line += c == '\n';
    }
}
