/* SPDX-License-Identifier: MIT */
#include "server/web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void append(struct page *page, const void *data, size_t size)
{
    if (!page->status)
        page->status =
            qn_buf_append(page->ctx, &page->request->text, data, size);
}

void page_put(struct page *page, const char *html)
{
    append(page, html, strlen(html));
}

void page_printf(struct page *page, const char *format, ...)
{
    va_list arguments;

    if (page->status)
        return;
    va_start(arguments, format);
    page->status =
        qn_buf_vprintf(page->ctx, &page->request->text, format, arguments);
    va_end(arguments);
}

/* Bytes that are no UTF-8 become U+FFFD, control characters too. */
static size_t sequence_size(const uint8_t *data, size_t size)
{
    uint8_t byte = data[0];
    size_t length = byte < 0x80   ? 1
                    : byte < 0xc2 ? 0
                    : byte < 0xe0 ? 2
                    : byte < 0xf0 ? 3
                    : byte < 0xf5 ? 4
                                  : 0;
    size_t i;

    if (length == 0 || length > size)
        return 0;
    for (i = 1; i < length; i++)
        if ((data[i] & 0xc0) != 0x80)
            return 0;
    if ((byte == 0xe0 && data[1] < 0xa0) || (byte == 0xed && data[1] > 0x9f) ||
        (byte == 0xf0 && data[1] < 0x90) || (byte == 0xf4 && data[1] > 0x8f))
        return 0;
    return length;
}

void page_text(struct page *page, struct qn_bytes text)
{
    size_t from = 0, i = 0;

    while (i < text.size) {
        uint8_t byte = text.data[i];
        size_t length = sequence_size(text.data + i, text.size - i);
        const char *instead = byte == '&'    ? "&amp;"
                              : byte == '<'  ? "&lt;"
                              : byte == '>'  ? "&gt;"
                              : byte == '"'  ? "&quot;"
                              : byte == '\'' ? "&#39;"
                                             : NULL;

        if (!instead && (length == 0 || byte == 0x7f ||
                         (byte < ' ' && byte != '\n' && byte != '\t')))
            instead = "&#xfffd;";
        if (!instead) {
            i += length;
            continue;
        }
        append(page, text.data + from, i - from);
        page_put(page, instead);
        from = ++i;
    }
    if (from < i)
        append(page, text.data + from, i - from);
}

void page_string(struct page *page, const char *text)
{
    page_text(page, qn_bytes_from_string(text));
}

void page_url(struct page *page, struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];

        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || (byte && strchr("/-_.~", byte)))
            append(page, &byte, 1);
        else
            page_printf(page, "%%%02X", byte);
    }
}

void page_link(struct page *page, const char *kind, struct qn_bytes path,
               const char *rev)
{
    page_url(page, qn_bytes_from_string(page->repository->name));
    if (kind) {
        page_printf(page, "/-/%s", kind);
        if (path.size > 0) {
            page_put(page, "/");
            page_url(page, path);
        }
    }
    if (rev && *rev) {
        page_put(page, "?rev=");
        page_url(page, qn_bytes_from_string(rev));
    }
}

void page_date(struct page *page, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm tm;
    char text[32];

    if (seconds < 0 || !gmtime_r(&when, &tm) ||
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm) == 0)
        return;
    page_printf(page, "<time>%s</time>", text);
}

struct qn_bytes page_subject(struct qn_bytes message)
{
    while (message.size > 0 && message.data[0] == '\n')
        message = qn_bytes_from(message, 1);
    return qn_bytes_first(message, qn_bytes_find(message, '\n'));
}

static void put_menu(struct page *page)
{
    static const char *const kinds[] = {"log", "tree", "refs"};
    size_t i;

    page_put(page, "<nav><a href=\"");
    page_link(page, NULL, QN_BYTES_NONE, NULL);
    page_put(page, "\">");
    page_string(page, page->repository->name + 1);
    page_put(page, "</a>");
    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        page_put(page, " <a href=\"");
        page_link(page, kinds[i], QN_BYTES_NONE,
                  i < 2 ? qn_buf_string(&page->rev) : NULL);
        page_printf(page, "\">%s</a>", kinds[i]);
    }
    if (page->rev.size > 0) {
        page_put(page, " <span>at ");
        page_text(page, qn_buf_bytes(&page->rev));
        page_put(page, "</span>");
    }
    page_put(page, "</nav>\n");
}

void page_begin(struct page *page, const char *title)
{
    page_put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                   "<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, "
                   "initial-scale=1\">\n<title>");
    page_string(page, title);
    if (page->repository) {
        page_put(page, " - ");
        page_string(page, page->repository->name + 1);
    }
    page_put(page, "</title>\n<link rel=\"stylesheet\" "
                   "href=\"/-/style.css\">\n</head>\n<body>\n"
                   "<header><a href=\"/\">");
    page_string(page, page->request->server->settings->title);
    page_put(page, "</a></header>\n");
    if (page->repository)
        put_menu(page);
    page_put(page, "<main>\n");
}

void page_end(struct page *page)
{
    page_put(page, "</main>\n</body>\n</html>\n");
    request_header(page->request, "Content-Type", "text/html; charset=utf-8");
}

void page_missing(struct page *page, const char *message)
{
    qn_buf_clear(&page->request->text);
    page->status = QN_OK;
    page->request->status = 404;
    page_begin(page, "not found");
    page_put(page, "<p>");
    page_string(page, message);
    page_put(page, "</p>\n");
    page_end(page);
}
