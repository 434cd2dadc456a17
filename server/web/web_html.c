/* SPDX-License-Identifier: MIT */
#include "server/web/web_html.h"

#include "text/charset.h"
#include "text/utf8.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MOST_SUBJECT ((size_t)240)

static void append(struct web_page *page, const void *data, size_t size)
{
    if (!page->status)
        page->status = qn_buf_append(page->ctx, &page->out, data, size);
}

void web_html_put(struct web_page *page, const char *html)
{
    append(page, html, strlen(html));
}

void web_html_printf(struct web_page *page, const char *format, ...)
{
    va_list arguments;

    if (page->status)
        return;
    va_start(arguments, format);
    page->status = qn_buf_vprintf(page->ctx, &page->out, format, arguments);
    va_end(arguments);
}

/* Characters that make text look other than it is. */
static bool is_turning(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0x200e || c == 0x200f || c == 0x061c || c == 0x200b ||
           c == 0xfeff || c == 0x2028 || c == 0x2029;
}

/* What stands for a character; NULL: itself. */
static const char *stand_in(uint32_t c, char room[16])
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        break;
    }
    if (is_turning(c)) {
        (void)snprintf(room, 16, "[U+%04X]", (unsigned)c);
        return room;
    }
    if ((c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
        return "&#xfffd;";
    return NULL;
}

static void put_escaped(struct web_page *page, struct qn_bytes text,
                        bool is_name)
{
    size_t from = 0, i = 0;
    char room[16];

    while (i < text.size && !page->status) {
        uint32_t c = 0;
        size_t size = qn_utf8_next(qn_bytes_from(text, i), &c);
        const char *instead = size ? stand_in(c, room) : "&#xfffd;";

        if (is_name && size == 0) {
            (void)snprintf(room, sizeof(room), "\\x%02x", text.data[i]);
            instead = room;
        } else if (is_name && c < ' ') {
            if (c == '\n' || c == '\t')
                (void)snprintf(room, sizeof(room), c == '\n' ? "\\n" : "\\t");
            else
                (void)snprintf(room, sizeof(room), "\\x%02x", (unsigned)c);
            instead = room;
        }
        if (instead) {
            append(page, text.data + from, i - from);
            web_html_put(page, instead);
            from = i + (size ? size : 1);
        }
        i += size ? size : 1;
    }
    if (from < i)
        append(page, text.data + from, i - from);
}

void web_html_text(struct web_page *page, struct qn_bytes text)
{
    put_escaped(page, text, false);
}

void web_html_name(struct web_page *page, struct qn_bytes name)
{
    put_escaped(page, name, true);
}

void web_html_string(struct web_page *page, const char *text)
{
    put_escaped(page, qn_bytes_from_string(text), true);
}

void web_html_url(struct web_page *page, struct qn_bytes text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};

        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || (byte && strchr("/-_.~", byte)))
            append(page, &byte, 1);
        else
            append(page, escape, 3);
    }
}

const char *web_html_rev(const struct web_page *page)
{
    return qn_buf_string(&page->arguments.rev);
}

void web_html_link(struct web_page *page, enum web_kind kind,
                   struct qn_bytes path, const char *rev)
{
    const char *word = web_route_word(kind);

    web_html_url(page, page->request->route.name);
    if (word) {
        web_html_put(page, "/-/");
        web_html_put(page, word);
        if (path.size > 0) {
            web_html_put(page, "/");
            web_html_url(page, path);
        }
    }
    if (rev && *rev) {
        web_html_put(page, "?rev=");
        web_html_url(page, qn_bytes_from_string(rev));
    }
}

void web_html_anchor(struct web_page *page, enum web_kind kind,
                     struct qn_bytes path, const char *rev)
{
    web_html_put(page, "<a href=\"");
    web_html_link(page, kind, path, rev);
    web_html_put(page, "\">");
}

void web_html_date(struct web_page *page, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm tm;
    char day[32], exact[32];

    if (seconds < 0 || seconds > INT64_C(253402300799) ||
        !gmtime_r(&when, &tm) ||
        strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 0 ||
        strftime(exact, sizeof(exact), "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
        return;
    web_html_printf(page, "<time datetime=\"%s\" title=\"%s\">%s</time>", exact,
                    exact, day);
}

void web_html_exact_date(struct web_page *page, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm tm;
    char exact[32];

    if (seconds < 0 || seconds > INT64_C(253402300799) ||
        !gmtime_r(&when, &tm) ||
        strftime(exact, sizeof(exact), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        (void)snprintf(exact, sizeof(exact), "1970-01-01T00:00:00Z");
    web_html_put(page, exact);
}

struct qn_bytes web_html_message(struct web_page *page,
                                 const struct qn_commit *commit,
                                 struct qn_buf *room)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_bytes message = commit->message;

    qn_buf_clear(room);
    if (page->status || commit->encoding.size == 0 ||
        qn_charset_is_utf8(commit->encoding))
        return message;
    if (!qn_buf_append_bytes(page->ctx, &name, commit->encoding) &&
        !qn_charset_convert(page->ctx, qn_buf_string(&name), "UTF-8", message,
                            room))
        message = qn_buf_bytes(room);
    else
        qn_ctx_clear(page->ctx);
    qn_buf_dispose(&name);
    return message;
}

struct qn_bytes web_html_subject(struct qn_bytes message)
{
    size_t size = MOST_SUBJECT;

    while (message.size > 0 && message.data[0] == '\n')
        message = qn_bytes_from(message, 1);
    message = qn_bytes_first(message, qn_bytes_find(message, '\n'));
    if (message.size <= size)
        return message;
    while (size > MOST_SUBJECT - 4 && (message.data[size] & 0xc0) == 0x80)
        size--; /* not within a character */
    return qn_bytes_first(message, size);
}

static void put_menu(struct web_page *page)
{
    static const struct {
        enum web_kind kind;
        const char *word;
    } items[] = {{WEB_TREE, "files"}, {WEB_LOG, "log"}, {WEB_REFS, "refs"}};
    size_t i;

    web_html_put(page, "<nav>");
    web_html_anchor(page, WEB_SUMMARY, QN_BYTES_NONE, NULL);
    web_html_name(page, qn_bytes_from(page->request->route.name, 1));
    web_html_put(page, "</a>");
    for (i = 0; i < QN_COUNT_OF(items); i++) {
        web_html_put(page, " ");
        web_html_anchor(page, items[i].kind, QN_BYTES_NONE,
                        items[i].kind == WEB_REFS ? NULL : web_html_rev(page));
        web_html_printf(page, "%s</a>", items[i].word);
    }
    if (page->arguments.rev.size > 0) {
        web_html_put(page, " <span class=\"q\">at ");
        web_html_name(page, qn_buf_bytes(&page->arguments.rev));
        web_html_put(page, "</span>");
    }
    web_html_put(page, "</nav>\n");
}

void web_html_begin(struct web_page *page, const char *what,
                    struct qn_bytes path)
{
    const char *title = page->request->title;

    web_html_put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                       "<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, "
                       "initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<title>");
    web_html_string(page, what);
    if (path.size > 0) {
        web_html_put(page, " of ");
        web_html_name(page, path);
    }
    if (page->scope.repo) {
        web_html_put(page, " - ");
        web_html_name(page, qn_bytes_from(page->request->route.name, 1));
    }
    web_html_put(page, "</title>\n<link rel=\"stylesheet\" "
                       "href=\"/-/style.css\">\n</head>\n<body>\n"
                       "<header><a href=\"/\">");
    web_html_string(page, title ? title : "Repositories");
    web_html_put(page, "</a></header>\n");
    if (page->scope.repo)
        put_menu(page);
    web_html_put(page, "<main>\n");
}

void web_html_end(struct web_page *page)
{
    web_html_put(page, "</main>\n</body>\n</html>\n");
}

void web_html_refuse(struct web_page *page, unsigned code, const char *message)
{
    if (page->status) /* that is told another way */
        return;
    qn_buf_clear(&page->out);
    page->code = code;
    web_html_begin(page, code == 404 ? "not found" : "not shown",
                   QN_BYTES_NONE);
    web_html_put(page, "<p>");
    web_html_string(page, message);
    web_html_put(page, "</p>\n");
    web_html_end(page);
}

static void put_page_link(struct web_page *page, uint64_t skip,
                          const char *words)
{
    const char *rev = web_html_rev(page);

    web_html_put(page, " <a href=\"");
    web_html_link(page, page->request->route.kind, page->path, rev);
    if (skip > 0)
        web_html_printf(page, "%sskip=%llu", *rev ? "&amp;" : "?",
                        (unsigned long long)skip);
    web_html_printf(page, "\">%s</a>", words);
}

void web_html_pager(struct web_page *page, uint64_t count, bool has_more)
{
    uint64_t skip = page->arguments.skip;

    if (skip == 0 && !has_more)
        return;
    web_html_put(page, "<p class=\"pager\">");
    if (skip > 0)
        put_page_link(page, skip > count ? skip - count : 0, "previous");
    if (has_more)
        put_page_link(page, skip + count, "next");
    web_html_put(page, "</p>\n");
}

const char *web_html_style(void)
{
    return "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1c1e21;"
           "background:#fff;overflow-wrap:anywhere}\n"
           "header{background:#24364b;padding:.6em 1em}\n"
           "header a{color:#fff;font-weight:600;text-decoration:none}\n"
           "nav{padding:.5em 1em;border-bottom:1px solid #d5dae0}\n"
           "nav a{margin-right:.6em}nav a:first-child{font-weight:600}\n"
           "main{padding:1em;max-width:80em;margin:0 auto}\n"
           "a{color:#1a5fb4;text-decoration:none}a:hover{text-decoration:"
           "underline}\n"
           "h1,h2,h3{line-height:1.25;margin:1.2em 0 .5em}h1{font-size:1.5em}"
           "h2{font-size:1.2em}h3{font-size:1.05em}\n"
           "table{border-collapse:collapse;width:100%}\n"
           "td,th{text-align:left;padding:.25em .9em .25em 0;"
           "vertical-align:top;border-bottom:1px solid #eceff2;"
           "font-weight:normal}\n"
           "th{color:#666;white-space:nowrap;width:1%}\n"
           "td.s{color:#555}td.t{white-space:nowrap;width:1%}\n"
           "pre,code{font:13px/1.45 ui-monospace,monospace}\n"
           "pre{overflow-x:auto;background:#f6f7f9;padding:.7em;"
           "border-radius:4px;overflow-wrap:normal}\n"
           "table.f{font:13px/1.45 ui-monospace,monospace;tab-size:8}\n"
           ".f td{border:0;padding:0 .7em 0 0}\n"
           ".f "
           "td.n{text-align:right;width:1%;user-select:none;white-space:nowrap;"
           "overflow-wrap:normal}"
           ".f td.n a{color:#8a929b}\n"
           ".f td.c{white-space:pre-wrap}\n"
           ".f tr:target{background:#fff3c4}\n"
           ".b{font-size:12px}.b tr.h td{border-top:1px solid #eceff2}\n"
           ".q,.q a,time{color:#666}time{white-space:nowrap}\n"
           ".message{white-space:pre-wrap}\n"
           ".diff span{display:block;min-height:1.45em}\n"
           ".diff .a{background:#e2f5e5}.diff .d{background:#fbe4e4}\n"
           ".diff .h{color:#5a3ea8}.diff .m{font-weight:600}\n"
           ".plus{color:#1a7f37}.minus{color:#b3261e}\n"
           ".readme{border-top:1px solid #d5dae0;margin-top:1.5em}\n"
           ".readme blockquote{border-left:3px solid #d5dae0;margin-left:0;"
           "padding-left:1em;color:#555}\n"
           "@media(max-width:40em){td.s,td.w{display:none}"
           "main{padding:.7em}}\n"
           "@media(prefers-color-scheme:dark){\n"
           "body{background:#15181c;color:#dde1e6}a{color:#7ab4ff}\n"
           "pre{background:#1d2126}td,th,nav,.readme{border-color:#2c3238}\n"
           ".q,.q a,time,th,td.s,.readme blockquote{color:#9aa4af}\n"
           ".diff .a{background:#143a20}.diff .d{background:#452022}"
           ".diff .h{color:#b9a3f5}\n"
           ".b tr.h td{border-color:#2c3238}\n"
           ".f tr:target{background:#3b3413}.plus{color:#5fd38a}"
           ".minus{color:#ff8b82}}\n";
}
