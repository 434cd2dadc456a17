/* SPDX-License-Identifier: MIT */
/* A commit's files, or a directory's, to take along: which formats there are,
 * and the archive itself, which streams. */
#include "operation/op_archive.h"
#include "server/web/web_entry.h"

#include <stdio.h>
#include <string.h>

#define MOST_BYTES ((uint64_t)16 << 30)
#define PIECE      ((size_t)64 << 10)
#define MOST_NAME  100
#define LEVEL      -1

static const struct {
    const char *name, *type, *what;
} formats[] = {{"tar.gz", "application/gzip", "for everybody but Windows"},
               {"zip", "application/zip", "for Windows, and the others"},
               {"tar", "application/x-tar", "not compressed"}};

static void put_offer(struct web_page *page)
{
    size_t i;

    web_html_put(page, "<table>\n");
    for (i = 0; i < QN_COUNT_OF(formats); i++) {
        web_html_put(page, "<tr><td><a href=\"");
        web_html_link(page, WEB_ARCHIVE, page->path, web_html_rev(page));
        web_html_printf(page, "%sformat=%s\">%s</a></td><td>%s</td></tr>\n",
                        *web_html_rev(page) ? "&amp;" : "?", formats[i].name,
                        formats[i].name, formats[i].what);
    }
    web_html_put(page, "</table>\n");
}

/* A name for files: what could be misread becomes "-". */
static void append_name(struct qn_bytes text, char *out, size_t size)
{
    size_t used = strlen(out), i;

    for (i = 0; i < text.size && used + 1 < size; i++) {
        uint8_t c = text.data[i];
        bool is_safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_' ||
                       (c == '.' && used > 0);

        out[used++] = is_safe ? (char)c : '-';
    }
    out[used] = '\0';
}

/* "x-main" or "x-main-src": also the folder that all is in. */
static void make_name(const struct web_page *page, char out[MOST_NAME])
{
    struct qn_bytes name = page->request->route.name;
    struct qn_bytes rev = qn_buf_bytes(&page->arguments.rev);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t slash = qn_bytes_find_last(name, '/');

    name = qn_bytes_from(name, slash < name.size ? slash + 1 : 0);
    if (qn_bytes_has_suffix(name, ".git"))
        name.size -= 4;
    if (rev.size == 0 || page->is_fixed)
        rev = qn_bytes_make(qn_id_to_hex(&page->commit, hex), 12);
    *out = '\0';
    append_name(qn_bytes_first(name, 40), out, MOST_NAME - 50);
    strcat(out, "-");
    append_name(qn_bytes_first(rev, 30), out, MOST_NAME - 12);
    if (page->path.size > 0) {
        strcat(out, "-");
        append_name(page->path, out, MOST_NAME - 8);
    }
}

struct sending {
    struct web_page *page;
    struct qn_buf held;
    uint64_t size;
};

static enum qn_status send_held(struct qn_ctx *ctx, struct sending *sending)
{
    const struct web_answer *answer = sending->page->answer;
    enum qn_status status = QN_OK;

    if (sending->held.size > 0)
        status =
            answer->append(ctx, answer->data, qn_buf_bytes(&sending->held));
    qn_buf_clear(&sending->held);
    return status;
}

static enum qn_status take(struct qn_ctx *ctx, void *data,
                           struct qn_bytes bytes)
{
    struct sending *sending = data;
    enum qn_status status;

    sending->size += bytes.size;
    if (sending->size > MOST_BYTES)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "the archive is too large");
    status = qn_buf_append_bytes(ctx, &sending->held, bytes);
    if (!status && sending->held.size >= PIECE)
        status = send_held(ctx, sending);
    return status;
}

static enum qn_status begin(struct web_page *page, const char *type,
                            const char *name, const char *format,
                            const char *etag)
{
    char disposition[MOST_NAME + 64];
    struct web_head head = {
        .status = 200,
        .headers = {{"Content-Type", type},
                    {"Content-Disposition", disposition},
                    {"X-Content-Type-Options", "nosniff"},
                    {"Content-Security-Policy",
                     "sandbox; default-src 'none'; frame-ancestors 'none'"},
                    {"Referrer-Policy", "no-referrer"},
                    {"ETag", etag},
                    {"Cache-Control", page->is_fixed ? "private, max-age=300"
                                                     : "private, no-cache"}},
        .count = 7};

    (void)snprintf(disposition, sizeof(disposition),
                   "attachment; filename=\"%s.%s\"", name, format);
    page->is_sent = true;
    page->code = head.status;
    return page->answer->begin(page->ctx, page->answer->data, &head);
}

void web_archive_send(struct web_page *page, const char *etag)
{
    const char *wanted = qn_buf_string(&page->arguments.format);
    struct qn_archive_formats list = {0};
    struct sending sending = {.page = page};
    char name[MOST_NAME], prefix[MOST_NAME + 1];
    struct qn_op_archive op = {.scope = &page->scope,
                               .formats = &list,
                               .prefix = prefix,
                               .level = LEVEL,
                               .is_served = true,
                               .commit = &page->commit,
                               .subtree = page->path,
                               .out = {take, &sending}};
    struct qn_id id;
    uint32_t mode;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(formats); i++)
        if (strcmp(formats[i].name, wanted) == 0)
            break;
    if (i == QN_COUNT_OF(formats)) {
        web_html_refuse(page, 404, "There is no such format.");
        return;
    }
    if (!web_entry_find(page, &id, &mode))
        return;
    if (!qn_mode_is_tree(mode)) {
        web_html_refuse(page, 404, "There is no such directory.");
        return;
    }
    make_name(page, name);
    (void)snprintf(prefix, sizeof(prefix), "%s/", name);
    page->status = qn_archive_formats_read(page->ctx, NULL, &list);
    if (!page->status) {
        op.format = qn_archive_formats_find(&list, formats[i].name);
        page->status =
            begin(page, formats[i].type, name, formats[i].name, etag);
    }
    if (!page->status && !page->request->is_head)
        page->status = qn_op_archive_run(page->ctx, &op);
    if (!page->status)
        page->status = send_held(page->ctx, &sending);
    qn_archive_formats_dispose(&list);
    qn_buf_dispose(&sending.held);
}

void web_archive_page(struct web_page *page)
{
    web_html_begin(page, "archive", page->path);
    web_entry_crumbs(page, WEB_TREE);
    web_html_put(page, "<p>All files of this commit, in one:</p>\n");
    put_offer(page);
    web_html_end(page);
}
