/* SPDX-License-Identifier: MIT */
#include "server/web/web.h"

#include "server/web/page.h"
#include "walk/grafts.h"

#include <string.h>

#define MOST_LISTED  10000
#define MOST_SECONDS 20
#define MOST_PAGE    ((size_t)48 << 20)

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:0;color:#1c1e21;"
    "background:#fff}"
    "header{background:#24364b;padding:.6em 1em}header a{color:#fff;"
    "font-weight:600;text-decoration:none}"
    "nav{padding:.5em 1em;border-bottom:1px solid #d5dae0}"
    "nav a:first-child{font-weight:600}nav span{color:#666}"
    "main{padding:1em;max-width:75em}a{color:#1a5fb4}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.2em .8em .2em 0;vertical-align:top;"
    "border-bottom:1px solid #eceff2}"
    "td.n{text-align:right;color:#777;user-select:none;width:1%}"
    "pre,code,td.c{font:13px/1.4 ui-monospace,monospace}"
    "pre{overflow-x:auto;background:#f7f8fa;padding:.6em}"
    "td.c{white-space:pre-wrap;border:0;padding:0 .5em}td.n{border:0}"
    "time,.q{color:#666;white-space:nowrap}"
    ".a{background:#e2f5e5}.d{background:#fbe4e4}"
    ".h{color:#5a3ea8}.f{font-weight:600}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#dde1e6}"
    "pre{background:#1d2126}a{color:#7ab4ff}td,th,nav{border-color:#2c3238}"
    ".a{background:#173a22}.d{background:#472023}.h{color:#b9a3f5}}";

static enum qn_status list_one(struct qn_ctx *ctx, void *data, const char *name)
{
    struct page *page = data;
    struct policy *policy = server_policy(page->request->server);
    bool may =
        access_allows(policy->access, name,
                      page->request->has_user ? page->request->user : NULL,
                      ACCESS_READ, NULL);

    (void)ctx;
    server_policy_release(policy);
    if (!may)
        return page->status;
    page_put(page, "<tr><td><a href=\"");
    page_url(page, qn_bytes_from_string(name));
    page_put(page, "\">");
    page_string(page, name + 1);
    page_put(page, "</a></td></tr>\n");
    return page->status;
}

static void show_index(struct page *page)
{
    page_begin(page, page->request->server->settings->title);
    page_put(page, "<table>\n");
    if (!page->status)
        page->status =
            repositories_list(page->ctx, page->request->server->repositories,
                              MOST_LISTED, list_one, page);
    page_put(page, "</table>\n");
    page_end(page);
}

/* A name or an id: nothing that searches, and no option. */
static bool is_plain_revision(const char *text)
{
    return *text != '-' && !strpbrk(text, "^~:@{}*?[\\ \t\n") &&
           !strstr(text, "..") && strlen(text) < 512;
}

/* False: there is none of that name. */
static bool find_commit(struct page *page)
{
    bool found = false;
    const char *text = "HEAD";
    struct qn_ctx *ctx = page->ctx;

    page->status =
        request_parameter(ctx, page->request, "rev", &page->rev, &found);
    if (page->status)
        return false;
    if (page->rev.size > 0)
        text = qn_buf_string(&page->rev);
    if (!is_plain_revision(text)) {
        qn_buf_clear(&page->rev);
        return false;
    }
    if (!qn_revision_commit(ctx, &page->scope, text, &page->commit)) {
        page->has_commit = true;
        return true;
    }
    qn_ctx_clear(ctx);
    return page->rev.size == 0; /* nothing was committed yet */
}

static void show_kind(struct page *page, struct qn_bytes kind)
{
    static const struct {
        const char *name;
        void (*show)(struct page *page);
    } kinds[] = {{"", page_summary},  {"refs", page_refs},
                 {"log", page_log},   {"commit", page_commit},
                 {"tree", page_tree}, {"blob", page_blob},
                 {"raw", page_raw}};
    static const char *const later[] = {"blame", "archive"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(kinds); i++)
        if (qn_bytes_is_string(kind, kinds[i].name)) {
            kinds[i].show(page);
            return;
        }
    for (i = 0; i < QN_COUNT_OF(later); i++)
        if (qn_bytes_is_string(kind, later[i])) {
            page_missing(page, i == 0 ? "blame is not done yet"
                                      : "archives are not done yet");
            page->request->status = 501;
            return;
        }
    page_missing(page, "there is no such page");
}

static void show_repository(struct page *page, struct qn_bytes kind)
{
    struct qn_repo *repo = page->repository->repo;
    struct qn_grafts *grafts = NULL;

    page->scope.repo = repo;
    page->scope.grafts = &grafts;
    page->status = qn_repo_odb(page->ctx, repo, &page->scope.odb);
    if (!page->status)
        page->status = qn_repo_refs(page->ctx, repo, &page->scope.refs);
    if (!page->status && !find_commit(page) && !page->status)
        page_missing(page, "there is no such revision");
    else if (!page->status)
        show_kind(page, kind);
    qn_grafts_free(grafts);
    qn_refs_free(page->scope.refs);
    qn_odb_free(page->scope.odb);
}

static void open_repository(struct page *page, struct qn_bytes path)
{
    struct server *server = page->request->server;
    struct qn_buf name = QN_BUF_INIT;
    size_t at = qn_bytes_find_bytes(path, QN_BYTES("/-/"));
    struct qn_bytes kind = qn_bytes_from(path, at + 3);

    page->status =
        qn_buf_append_bytes(page->ctx, &name, qn_bytes_first(path, at));
    while (name.size > 1 && name.data[name.size - 1] == '/')
        qn_buf_truncate(&name, name.size - 1);
    page->path = qn_bytes_from(kind, qn_bytes_find(kind, '/') + 1);
    kind = qn_bytes_first(kind, qn_bytes_find(kind, '/'));
    while (page->path.size > 0 && page->path.data[page->path.size - 1] == '/')
        page->path.size--;
    if (!page->status && repositories_is_name(qn_buf_bytes(&name))) {
        if (!http_job_allows(page->ctx, page->request, qn_buf_string(&name),
                             ACCESS_READ)) {
            page->request = NULL; /* it was answered */
            goto out;
        }
        page->status =
            repositories_get(page->ctx, server->repositories,
                             qn_buf_string(&name), &page->repository);
    }
    if (!page->status && page->repository)
        show_repository(page, kind);
    else if (!page->status)
        page_missing(page, "there is no such repository");
out:
    qn_buf_dispose(&name);
}

static void show_style(struct page *page)
{
    page_put(page, style);
    request_header(page->request, "Content-Type", "text/css; charset=utf-8");
}

void web_run(struct qn_ctx *ctx, struct request *request)
{
    struct page page = {.ctx = ctx, .request = request, .rev = QN_BUF_INIT};
    struct qn_bytes path = qn_buf_bytes(&request->path);
    struct repository **repository = &page.repository;

    request->kind = METRIC_PAGE;
    request->status = 200;
    request->text.limit = MOST_PAGE;
    qn_ctx_set_deadline(ctx, qn_env_clock(request->server->env, false) +
                                 MOST_SECONDS * INT64_C(1000000000));
    if (qn_bytes_is_string(path, "/"))
        show_index(&page);
    else if (qn_bytes_is_string(path, "/-/style.css"))
        show_style(&page);
    else
        open_repository(&page, path);
    if (page.request && page.status) {
        qn_buf_clear(&request->text);
        request_fail(ctx, request);
    } else if (page.request) {
        request_header(request, "X-Content-Type-Options", "nosniff");
        request_header(request, "Referrer-Policy", "no-referrer");
        request_header(request, "Content-Security-Policy",
                       "default-src 'none'; style-src 'self'; "
                       "frame-ancestors 'none'; base-uri 'none'; "
                       "form-action 'none'");
        request_answer(request, request->status);
    }
    qn_buf_dispose(&page.rev);
    repositories_put(request->server->repositories, *repository);
}
