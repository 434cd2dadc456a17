/* SPDX-License-Identifier: MIT */
/* Files: as lines with numbers, and raw.  Also a directory's README. */
#include "server/web/web_entry.h"

#include <stdio.h>
#include <string.h>

#define MOST_SHOWN  ((uint64_t)1 << 20)
#define MOST_LINES  20000
#define MOST_README ((uint64_t)256 << 10)
#define PIECE       ((size_t)64 << 10)

bool web_entry_is_binary(struct qn_bytes data)
{
    data = qn_bytes_first(data, 8000);
    return qn_bytes_find(data, 0) < data.size;
}

static void put_lines(struct web_page *page, struct qn_bytes text)
{
    struct qn_bytes line;
    unsigned number = 0;

    web_html_put(page, "<table class=\"f\">\n");
    while (number < MOST_LINES && qn_bytes_next(&text, '\n', &line)) {
        number++;
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        web_html_printf(page,
                        "<tr id=\"L%u\"><td class=\"n\"><a href=\"#L%u\">%u"
                        "</a></td><td class=\"c\">",
                        number, number, number);
        web_html_text(page, line);
        web_html_put(page, "</td></tr>\n");
    }
    web_html_put(page, "</table>\n");
    if (text.size > 0)
        web_html_put(page, "<p>There is more: see the raw file.</p>\n");
}

/* A file, not a directory nor a submodule. */
static bool find_file(struct web_page *page, struct qn_id *id, uint32_t *mode)
{
    if (!web_entry_find(page, id, mode))
        return false;
    if (qn_mode_is_file(*mode) || qn_mode_is_symlink(*mode))
        return true;
    web_html_refuse(page, 404, "There is no such file.");
    return false;
}

void web_blob_page(struct web_page *page)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info;
    struct qn_id id;
    uint32_t mode;

    if (!find_file(page, &id, &mode))
        return;
    page->status = qn_odb_read_info(page->ctx, page->scope.odb, &id,
                                    QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (!page->status && info.size <= MOST_SHOWN)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, &id,
                                         QN_OBJECT_BLOB, &object);
    if (page->status)
        goto out;
    web_html_begin(page, "file", page->path);
    web_entry_crumbs(page, WEB_BLOB);
    web_html_printf(page, "<p class=\"q\">%llu bytes%s%s</p>\n",
                    (unsigned long long)info.size,
                    qn_mode_is_symlink(mode) ? ", a symbolic link" : "",
                    qn_mode_is_file(mode) && (mode & 0100) ? ", a program"
                                                           : "");
    if (info.size > MOST_SHOWN)
        web_html_put(page, "<p>It is too large to be shown here.</p>\n");
    else if (web_entry_is_binary(qn_object_bytes(&object)))
        web_html_put(page, "<p>It is no text.</p>\n");
    else
        put_lines(page, qn_object_bytes(&object));
    web_html_end(page);
out:
    qn_object_dispose(&object);
}

/* ---- raw */

/* A name for a header: what could be misread becomes "_". */
static void make_disposition(struct qn_bytes path, bool is_binary, char *out,
                             size_t size)
{
    size_t at = qn_bytes_find_last(path, '/'), i, used;
    struct qn_bytes name = at < path.size ? qn_bytes_from(path, at + 1) : path;

    used = (size_t)snprintf(out, size, "%s; filename=\"",
                            is_binary ? "attachment" : "inline");
    for (i = 0; i < name.size && used + 2 < size && i < 100; i++) {
        uint8_t c = name.data[i];
        bool is_safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                       (c == '.' && i > 0);

        out[used++] = is_safe ? (char)c : '_';
    }
    out[used++] = '"';
    out[used] = '\0';
}

struct raw {
    struct qn_odb_stream *stream;
    uint64_t size;
    const char *etag;
};

static enum qn_status begin_raw(struct web_page *page, const struct raw *raw,
                                const char *disposition, bool is_binary)
{
    const struct web_head head = {
        .status = 200,
        .headers = {{"Content-Type", is_binary ? "application/octet-stream"
                                               : "text/plain; charset=utf-8"},
                    {"Content-Disposition", disposition},
                    {"X-Content-Type-Options", "nosniff"},
                    {"Content-Security-Policy",
                     "sandbox; default-src 'none'; frame-ancestors 'none'"},
                    {"Cross-Origin-Resource-Policy", "same-origin"},
                    {"Referrer-Policy", "no-referrer"},
                    {"ETag", raw->etag},
                    {"Cache-Control", "private, no-cache"}},
        .count = 8,
        .size = raw->size,
        .has_size = true};

    page->is_sent = true;
    page->code = head.status;
    return page->answer->begin(page->ctx, page->answer->data, &head);
}

static void send_raw(struct web_page *page, const struct raw *raw)
{
    struct qn_buf piece = QN_BUF_INIT;
    char disposition[160];
    size_t size = 0;
    bool is_first = true, is_binary;

    page->status = qn_buf_reserve(page->ctx, &piece, PIECE);
    while (!page->status) {
        page->status = qn_odb_stream_read(page->ctx, raw->stream, piece.data,
                                          PIECE, &size);
        if (page->status)
            break;
        if (is_first) {
            is_binary = web_entry_is_binary(qn_bytes_make(piece.data, size));
            make_disposition(page->path, is_binary, disposition,
                             sizeof(disposition));
            page->status = begin_raw(page, raw, disposition, is_binary);
        }
        is_first = false;
        if (size == 0 || page->request->is_head)
            break;
        if (!page->status)
            page->status = page->answer->append(
                page->ctx, page->answer->data, qn_bytes_make(piece.data, size));
    }
    qn_buf_dispose(&piece);
}

void web_blob_raw(struct web_page *page)
{
    struct raw raw = {.stream = NULL};
    enum qn_object_type type;
    struct qn_id id;
    uint32_t mode;
    char etag[QN_ID_MAX_HEX_SIZE + 3], hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!find_file(page, &id, &mode))
        return;
    (void)snprintf(etag, sizeof(etag), "\"%s\"", qn_id_to_hex(&id, hex));
    if (page->request->etag && strstr(page->request->etag, etag)) {
        page->code = 304;
        return;
    }
    raw.etag = etag;
    page->status = qn_odb_stream_open(page->ctx, page->scope.odb, &id, &type,
                                      &raw.size, &raw.stream);
    if (page->status)
        return;
    if (type == QN_OBJECT_BLOB)
        send_raw(page, &raw);
    else
        web_html_refuse(page, 404, "There is no such file.");
    qn_odb_stream_close(raw.stream);
}

/* ---- README */

/* 0: it is none; else the better ones are lower. */
static int rate_name(struct qn_bytes name)
{
    static const char *const names[] = {"readme.md",  "readme.markdown",
                                        "readme",     "readme.txt",
                                        "readme.rst", "readme.org"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (qn_bytes_is_equal_fold(name, qn_bytes_from_string(names[i])))
            return (int)i + 1;
    return 0;
}

void web_readme_put(struct web_page *page, struct qn_bytes tree)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry, best = {.mode = 0};
    int rate = 0, best_rate = 0;
    struct qn_odb_info info;
    struct qn_id id;

    if (page->status || page->arguments.skip > 0)
        return;
    qn_tree_reader_init(&reader, tree, qn_odb_algorithm(page->scope.odb));
    while (!qn_tree_reader_next(page->ctx, &reader, &entry)) {
        rate = qn_mode_is_file(entry.mode) ? rate_name(entry.name) : 0;
        if (rate > 0 && (best_rate == 0 || rate < best_rate)) {
            best = entry;
            best_rate = rate;
        }
    }
    if (best_rate == 0)
        return;
    qn_id_from_row(&id, reader.algorithm, best.id);
    page->status = qn_odb_read_info(page->ctx, page->scope.odb, &id,
                                    QN_ODB_WANT_SIZE, &info);
    if (!page->status && info.size > MOST_README)
        return;
    if (!page->status)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, &id,
                                         QN_OBJECT_BLOB, &object);
    if (!page->status && !web_entry_is_binary(qn_object_bytes(&object))) {
        web_html_put(page, "<div class=\"readme\">\n");
        if (best_rate <= 2) {
            web_markdown_put(page, qn_object_bytes(&object), page->path);
        } else {
            web_html_put(page, "<pre class=\"message\">");
            web_html_text(page, qn_object_bytes(&object));
            web_html_put(page, "</pre>\n");
        }
        web_html_put(page, "</div>\n");
    }
    qn_object_dispose(&object);
}
