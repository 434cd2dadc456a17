/* SPDX-License-Identifier: MIT */
#include "server/web/web.h"

#include "hash/hash.h"
#include "os/file.h"
#include "server/web/web_entry.h"
#include "server/web/web_shown.h"
#include "walk/grafts.h"

#include <stdio.h>
#include <string.h>

#define MOST_PAGE ((size_t)64 << 20)
#define ETAG_SIZE 32
/* Pages made by other words are other pages. */
#define FORM "quoin-web-2"

/* ---- the list */

enum qn_status web_list_add(struct qn_ctx *ctx, void *list, const char *name)
{
    struct web_page *page = list;

    (void)ctx;
    web_html_put(page, "<tr><td><a href=\"");
    web_html_url(page, qn_bytes_from_string(name));
    web_html_put(page, "\">");
    web_html_string(page, name + (name[0] == '/'));
    web_html_put(page, "</a></td></tr>\n");
    return page->status;
}

static void put_list(struct web_page *page)
{
    const struct web_request *request = page->request;

    web_html_begin(page, request->title ? request->title : "Repositories",
                   QN_BYTES_NONE);
    web_html_put(page, "<table>\n");
    if (!page->status && request->names)
        page->status = request->names(page->ctx, request->data, page);
    web_html_put(page, "</table>\n");
    if (request->may_sign_in)
        web_html_put(page, "<p><a href=\"/?sign-in\">sign in</a></p>\n");
    web_html_end(page);
}

/* ---- the summary */

static void put_description(struct web_page *page)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;

    text.limit = 4096;
    if (!page->status)
        page->status =
            qn_repo_path(page->ctx, page->scope.repo, "description", &path);
    if (!page->status &&
        qn_file_read_all(page->ctx, qn_buf_string(&path), &text))
        qn_ctx_clear(page->ctx);
    if (text.size > 0 &&
        !qn_bytes_has_prefix(qn_buf_bytes(&text), "Unnamed repository")) {
        web_html_put(page, "<p>");
        web_html_text(page, qn_bytes_trim(qn_buf_bytes(&text)));
        web_html_put(page, "</p>\n");
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

static void put_summary(struct web_page *page)
{
    bool more;

    web_html_begin(page, "summary", QN_BYTES_NONE);
    put_description(page);
    if (!page->has_commit) {
        web_html_put(page, "<p>Nothing was committed yet.</p>\n");
    } else {
        web_log_put(page, 0, 5, &more);
        web_html_put(page, "<h2>Files</h2>\n");
        web_tree_put(page);
    }
    web_html_end(page);
}

/* ---- what is asked for */

static void show(struct web_page *page, const char *etag)
{
    switch (page->request->route.kind) {
    case WEB_SUMMARY:
        put_summary(page);
        break;
    case WEB_REFS:
        web_refs_page(page);
        break;
    case WEB_LOG:
        web_log_page(page);
        break;
    case WEB_ATOM:
        web_log_feed(page);
        break;
    case WEB_COMMIT:
        web_commit_page(page);
        break;
    case WEB_TREE:
        web_tree_page(page);
        break;
    case WEB_BLOB:
        web_blob_page(page);
        break;
    case WEB_RAW:
        web_blob_raw(page);
        break;
    case WEB_ARCHIVE:
        if (page->arguments.format.size > 0)
            web_archive_send(page, etag);
        else
            web_archive_page(page);
        break;
    case WEB_BLAME:
        web_blame_page(page);
        break;
    default:
        web_html_refuse(page, 404, "There is no such page.");
    }
}

static bool needs_commit(enum web_kind kind)
{
    return kind == WEB_COMMIT || kind == WEB_ATOM || kind == WEB_TREE ||
           kind == WEB_BLOB || kind == WEB_RAW || kind == WEB_ARCHIVE ||
           kind == WEB_BLAME;
}

static void hash_text(struct qn_hash *hash, struct qn_bytes text)
{
    uint64_t size = text.size;

    qn_hash_update(hash, &size, sizeof(size));
    qn_hash_update(hash, text.data, text.size);
}

static void finish_etag(struct web_page *page, struct qn_hash *hash,
                        char etag[ETAG_SIZE])
{
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!page->status)
        page->status = qn_hash_final(page->ctx, hash, &id);
    if (!page->status)
        (void)snprintf(etag, ETAG_SIZE, "W/\"%.20s\"", qn_id_to_hex(&id, hex));
}

/* Of pages that a commit and a URL say all of. */
static void make_etag(struct web_page *page, char etag[ETAG_SIZE])
{
    const struct web_request *request = page->request;
    struct qn_hash hash;

    qn_hash_init(&hash, QN_HASH_SHA1);
    hash_text(&hash, QN_BYTES(FORM));
    hash_text(&hash, qn_bytes_from_string(request->title));
    hash_text(&hash, request->route.name);
    hash_text(&hash, request->route.path);
    hash_text(&hash, request->query);
    qn_hash_update(&hash, &request->route.kind, sizeof(request->route.kind));
    qn_hash_update(&hash, page->commit.bytes, sizeof(page->commit.bytes));
    finish_etag(page, &hash, etag);
}

static bool is_known(const struct web_page *page, const char *etag)
{
    return *etag && page->request->etag &&
           (strcmp(page->request->etag, "*") == 0 ||
            strstr(page->request->etag, etag));
}

static void show_repository(struct web_page *page, char etag[ETAG_SIZE])
{
    const struct web_request *request = page->request;
    enum web_kind kind = request->route.kind;
    struct qn_grafts *grafts = NULL;
    bool is_sound = true;

    page->scope.repo = request->repo;
    page->scope.grafts = &grafts;
    page->status = web_route_arguments(page->ctx, request->query,
                                       &page->arguments, &is_sound);
    if (!page->status)
        page->status =
            qn_repo_odb_raw(page->ctx, request->repo, &page->scope.odb);
    if (!page->status)
        page->status =
            qn_repo_refs(page->ctx, request->repo, &page->scope.refs);
    if (page->status) {
        /* the caller tells */
    } else if (kind == WEB_NONE) {
        web_html_refuse(page, 404, "There is no such page.");
    } else if (!is_sound ||
               (!web_shown_find(page) &&
                (page->arguments.rev.size > 0 || needs_commit(kind)))) {
        if (page->arguments.rev.size > 0 || !is_sound) {
            qn_buf_clear(&page->arguments.rev);
            web_html_refuse(page, 404, "There is no such commit.");
        } else {
            web_html_refuse(page, 404, "Nothing was committed yet.");
        }
    } else {
        if (page->has_commit &&
            (kind == WEB_LOG || (kind != WEB_RAW && needs_commit(kind))))
            make_etag(page, etag);
        if (is_known(page, etag))
            page->code = 304;
        else if (!page->status)
            show(page, etag);
    }
    qn_grafts_free(grafts);
    qn_refs_free(page->scope.refs);
    qn_odb_free(page->scope.odb);
}

/* ---- the answer */

static void add_header(struct web_head *head, const char *name,
                       const char *value)
{
    head->headers[head->count++] = (struct web_header){name, value};
}

static enum qn_status answer_page(struct web_page *page, const char *etag)
{
    const struct web_answer *answer = page->answer;
    bool is_style = page->request->route.kind == WEB_STYLE;
    struct web_head head = {.status = page->code};
    enum qn_status status;

    if (page->code != 304)
        add_header(&head, "Content-Type",
                   is_style        ? "text/css; charset=utf-8"
                   : page->is_feed ? "application/atom+xml; charset=utf-8"
                                   : "text/html; charset=utf-8");
    add_header(&head, "X-Content-Type-Options", "nosniff");
    add_header(&head, "Content-Security-Policy",
               "default-src 'none'; style-src 'self'; base-uri 'none'; "
               "form-action 'none'; frame-ancestors 'none'");
    add_header(&head, "Referrer-Policy", "no-referrer");
    if (*etag && (page->code == 200 || page->code == 304))
        add_header(&head, "ETag", etag);
    add_header(&head, "Cache-Control",
               is_style                  ? "max-age=3600"
               : page->code != 200       ? "no-cache"
               : page->is_fixed && *etag ? "private, max-age=300"
                                         : "private, no-cache");
    status = answer->begin(page->ctx, answer->data, &head);
    if (!status && page->code != 304)
        status =
            answer->append(page->ctx, answer->data, qn_buf_bytes(&page->out));
    return status;
}

enum qn_status web_get(struct qn_ctx *ctx, const struct web_request *request,
                       const struct web_answer *answer)
{
    struct web_page page = {.ctx = ctx,
                            .request = request,
                            .out = QN_BUF_INIT,
                            .code = 200,
                            .path = request->route.path,
                            .arguments = WEB_ARGUMENTS_INIT,
                            .answer = answer};
    char etag[ETAG_SIZE] = "";
    struct qn_hash hash;

    page.out.limit = MOST_PAGE;
    if (request->route.kind == WEB_LIST)
        put_list(&page);
    else if (request->route.kind == WEB_STYLE)
        web_html_put(&page, web_html_style());
    else if (request->repo)
        show_repository(&page, etag);
    else
        web_html_refuse(&page, 404, "There is no such page.");
    if (!*etag && page.code == 200 && !page.is_sent && !page.status) {
        qn_hash_init(&hash, QN_HASH_SHA1);
        hash_text(&hash, qn_buf_bytes(&page.out));
        finish_etag(&page, &hash, etag);
        if (is_known(&page, etag))
            page.code = 304;
    }
    if (!page.status && !page.is_sent)
        page.status = answer_page(&page, etag);
    qn_buf_dispose(&page.out);
    qn_buf_dispose(&page.arguments.rev);
    qn_buf_dispose(&page.arguments.format);
    return page.status;
}
