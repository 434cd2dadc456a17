/* SPDX-License-Identifier: MIT */
/* A safe part of Markdown: headings, paragraphs, lists, quotes, fenced and
 * indented code, rules; in lines: code, strong, emphasis, links.
 *
 * All text is escaped and no HTML of the file's is believed.  Links go to http,
 * https and mailto, and to files of the same commit; pictures are links.
 * Lines are taken one by one; nothing nests but what is in a line, and that
 * only once, so that time is linear in the size.
 */
#include "server/web/web_entry.h"

#include <string.h>

enum block { NONE, PARAGRAPH, LIST, NUMBERS, QUOTE, CODE, FENCE };

struct markdown {
    struct web_page *page;
    struct qn_bytes directory;
    enum block block;
    char fence;
    size_t fence_size;
    struct qn_bytes text; /* the whole, for "[name]: url" */
    unsigned looked_up;
};

#define MOST_LOOKUPS 200 /* each goes through the text */

/* ---- in a line */

static bool is_outside(struct qn_bytes url)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(schemes); i++)
        if (url.size > strlen(schemes[i]) &&
            qn_bytes_is_equal_fold(qn_bytes_first(url, strlen(schemes[i])),
                                   qn_bytes_from_string(schemes[i])))
            return true;
    return false;
}

/* "a/b.md": below the README's directory, or from the top with a slash. */
static bool make_path(struct markdown *m, struct qn_bytes url,
                      struct qn_buf *out)
{
    struct web_page *page = m->page;
    struct qn_bytes rest, part;

    url = qn_bytes_first(url, qn_bytes_find(url, '#'));
    url = qn_bytes_first(url, qn_bytes_find(url, '?'));
    if (url.size == 0 || qn_bytes_find(url, ':') < url.size ||
        qn_bytes_find(url, '%') < url.size || qn_bytes_has_prefix(url, "//"))
        return false;
    if (url.data[0] == '/')
        url = qn_bytes_from(url, 1);
    else if (m->directory.size > 0 && !page->status)
        page->status =
            qn_buf_printf(page->ctx, out, "%.*s/", QN_BYTES_ARG(m->directory));
    while (qn_bytes_has_prefix(url, "./"))
        url = qn_bytes_from(url, 2);
    while (url.size > 0 && url.data[url.size - 1] == '/')
        url.size--;
    for (rest = url; qn_bytes_next(&rest, '/', &part);)
        if (part.size == 0 || part.data[0] == '.')
            return false;
    if (!page->status)
        page->status = qn_buf_append_bytes(page->ctx, out, url);
    return url.size > 0;
}

static void put_link(struct markdown *m, struct qn_bytes words,
                     struct qn_bytes url, bool is_picture)
{
    struct web_page *page = m->page;
    struct qn_buf path = QN_BUF_INIT;
    bool has_link = true;

    url = qn_bytes_trim(url);
    url = qn_bytes_first(url, qn_bytes_find(url, ' ')); /* no title */
    if (is_outside(url)) {
        web_html_put(page, "<a rel=\"nofollow noreferrer\" href=\"");
        web_html_text(page, url);
        web_html_put(page, "\">");
    } else if (make_path(m, url, &path)) {
        web_html_anchor(page, is_picture ? WEB_RAW : WEB_BLOB,
                        qn_buf_bytes(&path), web_html_rev(page));
    } else {
        has_link = false;
    }
    web_html_text(page,
                  words.size || !is_picture ? words : QN_BYTES("picture"));
    web_html_put(page, has_link ? "</a>" : "");
    qn_buf_dispose(&path);
}

/* "[name]: url" is a line of its own: where the name leads. */
static bool is_definition(struct qn_bytes line, struct qn_bytes *name,
                          struct qn_bytes *url)
{
    size_t end = qn_bytes_find_bytes(line, QN_BYTES("]:"));

    if (line.size == 0 || line.data[0] != '[' || end < 2 || end == line.size)
        return false;
    *name = qn_bytes_from(qn_bytes_first(line, end), 1);
    *url = qn_bytes_trim(qn_bytes_from(line, end + 2));
    return url->size > 0 && qn_bytes_find(*name, ']') == name->size;
}

static struct qn_bytes look_up(struct markdown *m, struct qn_bytes wanted)
{
    struct qn_bytes rest = m->text, line, name, url;

    if (m->looked_up++ < MOST_LOOKUPS)
        while (qn_bytes_next(&rest, '\n', &line))
            if (is_definition(line, &name, &url) &&
                qn_bytes_is_equal_fold(name, wanted))
                return url;
    return QN_BYTES_NONE;
}

/* "](url)" or "][name]" at the front of `rest`; 0: there is none, else how long
 * it is. */
static size_t take_target(struct markdown *m, struct qn_bytes rest,
                          struct qn_bytes words, struct qn_bytes *url)
{
    struct qn_bytes inner = qn_bytes_from(rest, 2);
    size_t end;

    if (rest.size < 3 || (rest.data[1] != '(' && rest.data[1] != '['))
        return 0;
    end = qn_bytes_find(inner, rest.data[1] == '(' ? ')' : ']');
    if (end == inner.size)
        return 0;
    *url = qn_bytes_first(inner, end);
    if (rest.data[1] == '[')
        *url = look_up(m, url->size > 0 ? *url : words);
    return end + 3;
}

/* "[words](url)", "[words][name]", and with a picture as words, at `at`; 0:
 * there is none, else how long it is. */
static size_t take_link(struct markdown *m, struct qn_bytes text, size_t at,
                        bool is_picture)
{
    struct qn_bytes rest = qn_bytes_from(text, at + 1), words, url;
    bool has_picture = qn_bytes_has_prefix(rest, "![");
    size_t from = has_picture ? 2 : 0;
    size_t end = from + qn_bytes_find(qn_bytes_from(rest, from), ']');
    size_t size;

    words = qn_bytes_from(qn_bytes_first(rest, end), from);
    if (has_picture) {
        size = take_target(m, qn_bytes_from(rest, end), words, &url);
        end += size;
        if (size == 0 || end >= rest.size || rest.data[end] != ']')
            return 0;
    }
    size = take_target(m, qn_bytes_from(rest, end), words, &url);
    if (size == 0)
        return 0;
    put_link(m, words, url, is_picture);
    return 1 + end + size;
}

/* A tag of HTML is left out, "<https://...>" is a link. */
static size_t take_tag(struct markdown *m, struct qn_bytes text, size_t at)
{
    struct qn_bytes rest = qn_bytes_from(text, at + 1);
    size_t end = qn_bytes_find(rest, '>');
    struct qn_bytes inner = qn_bytes_first(rest, end);
    uint8_t c = rest.size > 0 ? rest.data[0] : 0;

    if (end == rest.size || !(c == '/' || c == '!' || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z')))
        return 0;
    if (is_outside(inner))
        put_link(m, inner, inner, false);
    return end + 2;
}

/* `mark` (as many as `count`) around something; 0: there is none. */
static size_t take_marked(struct markdown *m, struct qn_bytes text, size_t at,
                          struct qn_bytes mark, const char *element)
{
    struct web_page *page = m->page;
    struct qn_bytes inner = qn_bytes_from(text, at + mark.size);
    size_t end = qn_bytes_find_bytes(inner, mark);

    if (end == 0 || end >= inner.size || inner.data[0] == ' ' ||
        (element[0] != 'c' && inner.data[end - 1] == ' '))
        return 0;
    web_html_printf(page, "<%s>", element);
    web_html_text(page, qn_bytes_first(inner, end));
    web_html_printf(page, "</%s>", element);
    return mark.size + end + mark.size;
}

static size_t take_special(struct markdown *m, struct qn_bytes text, size_t at)
{
    uint8_t c = text.data[at];
    uint8_t next = at + 1 < text.size ? text.data[at + 1] : 0;
    bool is_word = at > 0 && ((text.data[at - 1] | 32) >= 'a') &&
                   ((text.data[at - 1] | 32) <= 'z');
    size_t used;

    if (c == '\\' && next && strchr("\\`*_[]()#+-.!<>|{}", next)) {
        web_html_text(m->page, qn_bytes_make(text.data + at + 1, 1));
        return 2;
    }
    if (c == '`')
        return next == '`' ? take_marked(m, text, at, QN_BYTES("``"), "code")
                           : take_marked(m, text, at, QN_BYTES("`"), "code");
    if (c == '!' && next == '[') {
        used = take_link(m, text, at + 1, true);
        return used ? used + 1 : 0;
    }
    if (c == '[')
        return take_link(m, text, at, false);
    if (c == '<')
        return take_tag(m, text, at);
    if (c == '*' && next == '*')
        return take_marked(m, text, at, QN_BYTES("**"), "strong");
    if (c == '*')
        return take_marked(m, text, at, QN_BYTES("*"), "em");
    if (c == '_' && !is_word)
        return next == '_' ? take_marked(m, text, at, QN_BYTES("__"), "strong")
                           : take_marked(m, text, at, QN_BYTES("_"), "em");
    return 0;
}

/* Marks that do not close are looked for once each only: a line of thousands
 * of them is not gone through thousands of times. */
static void put_inline(struct markdown *m, struct qn_bytes text)
{
    size_t from = 0, at = 0, used;
    unsigned vain = 0;

    while (at < text.size) {
        if (!strchr("\\`![*_<", text.data[at]) || !text.data[at] ||
            vain > 100) {
            at++;
            continue;
        }
        web_html_text(m->page, qn_bytes_make(text.data + from, at - from));
        from = at;
        used = take_special(m, text, at);
        vain += used == 0;
        at += used ? used : 1;
        from = used ? at : from;
    }
    web_html_text(m->page, qn_bytes_from(text, from));
}

/* ---- blocks */

static void change(struct markdown *m, enum block block)
{
    static const char *const opens[] = {
        "", "<p>", "<ul>\n", "<ol>\n", "<blockquote><p>", "<pre>", "<pre>"};
    static const char *const closes[] = {"",
                                         "</p>\n",
                                         "</li></ul>\n",
                                         "</li></ol>\n",
                                         "</p></blockquote>\n",
                                         "</pre>\n",
                                         "</pre>\n"};

    if (block == m->block)
        return;
    web_html_put(m->page, closes[m->block]);
    web_html_put(m->page, opens[block]);
    m->block = block;
}

static size_t count_leading(struct qn_bytes line, uint8_t c)
{
    size_t i = 0;

    while (i < line.size && line.data[i] == c)
        i++;
    return i;
}

/* "---", "***", "- - -" */
static bool is_rule(struct qn_bytes line)
{
    size_t i, count = 0;

    if (line.size == 0 || !strchr("-*_", line.data[0]))
        return false;
    for (i = 0; i < line.size; i++) {
        if (line.data[i] == line.data[0])
            count++;
        else if (line.data[i] != ' ')
            return false;
    }
    return count >= 3;
}

/* "- x", "1. x": where the text begins; 0: no item. */
static size_t item_start(struct qn_bytes line, bool *is_numbered)
{
    size_t i = 0;

    *is_numbered = false;
    if (line.size > 1 && strchr("-*+", line.data[0]) && line.data[1] == ' ')
        return 2;
    while (i < line.size && i < 9 && line.data[i] >= '0' && line.data[i] <= '9')
        i++;
    *is_numbered = true;
    return i > 0 && i + 1 < line.size &&
                   (line.data[i] == '.' || line.data[i] == ')') &&
                   line.data[i + 1] == ' '
               ? i + 2
               : 0;
}

static void put_heading(struct markdown *m, struct qn_bytes line, size_t level)
{
    while (line.size > 0 && line.data[line.size - 1] == '#')
        line.size--;
    change(m, NONE);
    web_html_printf(m->page, "<h%u>", (unsigned)level);
    put_inline(m, qn_bytes_trim(line));
    web_html_printf(m->page, "</h%u>\n", (unsigned)level);
}

static void put_item(struct markdown *m, struct qn_bytes text, bool is_numbered)
{
    enum block block = is_numbered ? NUMBERS : LIST;
    bool is_next = m->block == block;

    change(m, block);
    web_html_put(m->page, is_next ? "</li>\n<li>" : "<li>");
    put_inline(m, text);
}

static bool put_fence(struct markdown *m, struct qn_bytes line)
{
    size_t size;

    if (line.size < 3 || !strchr("`~", line.data[0]))
        return false;
    size = count_leading(line, line.data[0]);
    if (m->block == FENCE) {
        if (line.data[0] != m->fence || size < m->fence_size ||
            qn_bytes_trim(qn_bytes_from(line, size)).size > 0)
            return false;
        change(m, NONE);
        return true;
    }
    if (size < 3)
        return false;
    m->fence = (char)line.data[0];
    m->fence_size = size;
    change(m, NONE);
    change(m, FENCE);
    return true;
}

static void put_text(struct markdown *m, struct qn_bytes line, enum block block)
{
    if (m->block == block ||
        (block == PARAGRAPH && (m->block == LIST || m->block == NUMBERS)))
        web_html_put(m->page, "\n");
    else
        change(m, block);
    put_inline(m, line);
}

static void put_line(struct markdown *m, struct qn_bytes raw)
{
    struct qn_bytes line = qn_bytes_trim(raw);
    size_t indent = count_leading(raw, ' '), level, start;
    struct qn_bytes name, url;
    bool is_numbered;

    if (put_fence(m, line))
        return;
    if (m->block == FENCE) {
        web_html_text(m->page, raw);
        web_html_put(m->page, "\n");
    } else if (m->block != CODE && is_definition(line, &name, &url)) {
        /* was looked up from where it is named */
    } else if (line.size == 0) {
        if (m->block == CODE)
            web_html_put(m->page, "\n");
        else
            change(m, NONE);
    } else if ((indent >= 4 || raw.data[0] == '\t') &&
               (m->block == NONE || m->block == CODE)) {
        change(m, CODE);
        web_html_text(m->page, qn_bytes_from(raw, raw.data[0] == '\t' ? 1 : 4));
        web_html_put(m->page, "\n");
    } else if ((level = count_leading(line, '#')) > 0 && level <= 6 &&
               level < line.size && line.data[level] == ' ') {
        put_heading(m, qn_bytes_from(line, level), level);
    } else if (m->block != PARAGRAPH && is_rule(line)) {
        change(m, NONE);
        web_html_put(m->page, "<hr>\n");
    } else if ((start = item_start(line, &is_numbered)) > 0) {
        put_item(m, qn_bytes_from(line, start), is_numbered);
    } else if (line.data[0] == '>') {
        put_text(m, qn_bytes_trim(qn_bytes_from(line, 1)), QUOTE);
    } else if (m->block == PARAGRAPH &&
               (count_leading(line, '=') == line.size ||
                count_leading(line, '-') == line.size)) {
        /* underlines a heading that was put as a paragraph */
        change(m, NONE);
    } else {
        put_text(m, line, PARAGRAPH);
    }
}

/* A line over one of "===" or "---" is a heading. */
static size_t underlined(struct qn_bytes line, struct qn_bytes rest)
{
    struct qn_bytes next =
        qn_bytes_trim_end(qn_bytes_first(rest, qn_bytes_find(rest, '\n')));

    if (qn_bytes_trim(line).size == 0 || next.size < 2 || line.data[0] == ' ')
        return 0;
    return count_leading(next, '=') == next.size   ? 1
           : count_leading(next, '-') == next.size ? 2
                                                   : 0;
}

void web_markdown_put(struct web_page *page, struct qn_bytes text,
                      struct qn_bytes directory)
{
    struct markdown m = {.page = page, .directory = directory, .text = text};
    struct qn_bytes line, skipped;
    size_t level;

    while (!page->status && qn_bytes_next(&text, '\n', &line)) {
        line = qn_bytes_trim_end(line);
        level = m.block == FENCE || m.block == PARAGRAPH
                    ? 0
                    : underlined(line, text);
        if (level > 0) {
            put_heading(&m, line, level);
            (void)qn_bytes_next(&text, '\n', &skipped);
        } else {
            put_line(&m, line);
        }
    }
    change(&m, NONE);
}
