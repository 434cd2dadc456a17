/* SPDX-License-Identifier: MIT */
#include "diff/whitespace.h"

#include "diff/text_engine.h"

#include <stdlib.h>

#define DEFAULT_RULES                                                          \
    (QN_WHITESPACE_BLANK_AT_EOL | QN_WHITESPACE_BLANK_AT_EOF |                 \
     QN_WHITESPACE_SPACE_BEFORE_TAB)

static void parse_word(struct qn_bytes word, struct qn_whitespace *rules)
{
    static const struct {
        const char *name;
        unsigned flags;
    } names[] = {{"trailing-space",
                  QN_WHITESPACE_BLANK_AT_EOL | QN_WHITESPACE_BLANK_AT_EOF},
                 {"space-before-tab", QN_WHITESPACE_SPACE_BEFORE_TAB},
                 {"indent-with-non-tab", QN_WHITESPACE_INDENT_WITH_NON_TAB},
                 {"cr-at-eol", QN_WHITESPACE_CR_AT_EOL},
                 {"blank-at-eol", QN_WHITESPACE_BLANK_AT_EOL},
                 {"blank-at-eof", QN_WHITESPACE_BLANK_AT_EOF},
                 {"tab-in-indent", QN_WHITESPACE_TAB_IN_INDENT},
                 {"incomplete-line", QN_WHITESPACE_INCOMPLETE_LINE}};
    bool negates = word.size && word.data[0] == '-';
    size_t i;

    if (negates)
        word = qn_bytes_from(word, 1);
    if (!word.size)
        return;
    if (qn_bytes_has_prefix(word, "tabwidth=")) {
        int width = atoi((const char *)word.data + 9);

        if (width > 0 && width < 64)
            rules->tab_width = (unsigned)width;
        return;
    }
    for (i = 0; i < QN_COUNT_OF(names); i++) {
        if (strncmp(names[i].name, (const char *)word.data, word.size))
            continue;
        if (negates)
            rules->flags &= ~names[i].flags;
        else
            rules->flags |= names[i].flags;
        return;
    }
}

void qn_whitespace_parse(const char *text, struct qn_whitespace *out)
{
    struct qn_bytes rest = qn_bytes_from_string(text ? text : "");
    struct qn_bytes word;

    *out = (struct qn_whitespace){DEFAULT_RULES, 8};
    while (qn_bytes_next(&rest, ',', &word))
        parse_word(qn_bytes_trim(word), out);
}

enum qn_status qn_whitespace_find(struct qn_ctx *ctx,
                                  struct qn_attributes *attributes,
                                  const char *text, struct qn_bytes path,
                                  struct qn_whitespace *out)
{
    struct qn_attribute wanted = {.name = "whitespace"};
    enum qn_status status = QN_OK;

    qn_whitespace_parse(text, out);
    if (attributes)
        status = qn_attributes_get(ctx, attributes, path, &wanted, 1);
    if (status)
        return status;
    if (wanted.state == QN_ATTRIBUTE_SET)
        out->flags =
            ~(unsigned)(QN_WHITESPACE_CR_AT_EOL | QN_WHITESPACE_TAB_IN_INDENT);
    else if (wanted.state == QN_ATTRIBUTE_UNSET)
        out->flags = 0;
    else if (wanted.state == QN_ATTRIBUTE_VALUE)
        qn_whitespace_parse(wanted.value, out);
    return QN_OK;
}

/* A line in its parts: [0, indent) tabs and spaces, [indent, shown) text,
 * [shown, end) trailing white space that is an error, [end, size) its end. */
struct parts {
    size_t indent, shown, end;
};

static struct parts split(struct qn_bytes line,
                          const struct qn_whitespace *rules)
{
    struct parts parts = {0, line.size, line.size};

    if (parts.end && line.data[parts.end - 1] == '\n')
        parts.end--;
    if ((rules->flags & QN_WHITESPACE_CR_AT_EOL) && parts.end < line.size &&
        parts.end && line.data[parts.end - 1] == '\r')
        parts.end--;
    parts.shown = parts.end;
    while ((rules->flags & QN_WHITESPACE_BLANK_AT_EOL) && parts.shown > 0 &&
           qn_text_is_space(line.data[parts.shown - 1]))
        parts.shown--;
    while (parts.indent < parts.shown &&
           (line.data[parts.indent] == ' ' || line.data[parts.indent] == '\t'))
        parts.indent++;
    return parts;
}

unsigned qn_whitespace_check(struct qn_bytes line,
                             const struct qn_whitespace *rules)
{
    struct parts parts = split(line, rules);
    unsigned errors = 0;
    size_t tab = 0; /* behind the last one */
    size_t i;

    if ((rules->flags & QN_WHITESPACE_INCOMPLETE_LINE) &&
        !(line.size && line.data[line.size - 1] == '\n'))
        errors |= QN_WHITESPACE_INCOMPLETE_LINE;
    if (parts.shown < parts.end)
        errors |= QN_WHITESPACE_BLANK_AT_EOL;
    for (i = 0; i < parts.indent; i++) {
        if (line.data[i] != '\t')
            continue;
        if ((rules->flags & QN_WHITESPACE_SPACE_BEFORE_TAB) && tab < i)
            errors |= QN_WHITESPACE_SPACE_BEFORE_TAB;
        else if (rules->flags & QN_WHITESPACE_TAB_IN_INDENT)
            errors |= QN_WHITESPACE_TAB_IN_INDENT;
        tab = i + 1;
    }
    if ((rules->flags & QN_WHITESPACE_INDENT_WITH_NON_TAB) &&
        parts.indent - tab >= rules->tab_width)
        errors |= QN_WHITESPACE_INDENT_WITH_NON_TAB;
    return errors;
}

static enum qn_status put(struct qn_ctx *ctx, struct qn_buf *out,
                          const char *color, struct qn_bytes line, size_t start,
                          size_t end, const char *reset)
{
    enum qn_status status;

    if (start >= end)
        return QN_OK;
    status = qn_buf_append_string(ctx, out, color);
    if (!status)
        status = qn_buf_append(ctx, out, line.data + start, end - start);
    return status ? status : qn_buf_append_string(ctx, out, reset);
}

enum qn_status qn_whitespace_append(struct qn_ctx *ctx, struct qn_bytes line,
                                    const struct qn_whitespace *rules,
                                    const struct qn_whitespace_colors *colors,
                                    struct qn_buf *out)
{
    struct parts parts = split(line, rules);
    enum qn_status status = QN_OK;
    size_t start = 0;
    size_t i;

    for (i = 0; i < parts.indent && !status; i++) {
        if (line.data[i] != '\t')
            continue;
        if ((rules->flags & QN_WHITESPACE_SPACE_BEFORE_TAB) && start < i) {
            status =
                put(ctx, out, colors->error, line, start, i, colors->reset);
            start = i;
        } else if (rules->flags & QN_WHITESPACE_TAB_IN_INDENT) {
            status = put(ctx, out, "", line, start, i, "");
            if (!status)
                status =
                    put(ctx, out, colors->error, line, i, i + 1, colors->reset);
            start = i + 1;
        }
        if (!status)
            status = put(ctx, out, "", line, start, i + 1, "");
        start = i + 1;
    }
    if (!status && (rules->flags & QN_WHITESPACE_INDENT_WITH_NON_TAB) &&
        parts.indent - start >= rules->tab_width) {
        status = put(ctx, out, colors->error, line, start, parts.indent,
                     colors->reset);
        start = parts.indent;
    }
    if (!status)
        status = put(ctx, out, colors->text, line, start, parts.shown,
                     colors->reset);
    if (!status)
        status = put(ctx, out, colors->error, line, parts.shown, parts.end,
                     colors->reset);
    return status ? status
                  : qn_buf_append(ctx, out, line.data + parts.end,
                                  line.size - parts.end);
}

enum qn_status qn_whitespace_describe(struct qn_ctx *ctx, unsigned errors,
                                      struct qn_buf *out)
{
    static const struct {
        unsigned flag;
        const char *text;
    } texts[] = {
        {QN_WHITESPACE_BLANK_AT_EOL, "trailing whitespace"},
        {QN_WHITESPACE_BLANK_AT_EOF, "new blank line at EOF"},
        {QN_WHITESPACE_SPACE_BEFORE_TAB, "space before tab in indent"},
        {QN_WHITESPACE_INDENT_WITH_NON_TAB, "indent with spaces"},
        {QN_WHITESPACE_TAB_IN_INDENT, "tab in indent"},
        {QN_WHITESPACE_INCOMPLETE_LINE, "no newline at the end of file"}};
    enum qn_status status = QN_OK;
    bool is_first = true;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(texts) && !status; i++) {
        if (!(errors & texts[i].flag))
            continue;
        status = qn_buf_printf(ctx, out, "%s%s", is_first ? "" : ", ",
                               texts[i].text);
        is_first = false;
    }
    return status ? status : qn_buf_append_string(ctx, out, ".\n");
}
