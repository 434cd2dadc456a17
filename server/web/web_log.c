/* SPDX-License-Identifier: MIT */
/* Lists of commits: of a branch, of a path; as a page and as a feed. */
#include "object/commit.h"
#include "server/web/web_entry.h"
#include "walk/commit_walk.h"

#define PAGE_COUNT   50
#define MOST_MESSAGE 4000 /* in a feed */

static enum qn_status put_row(struct web_page *page, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_ident author = {.has_date = false};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_bytes subject;
    struct qn_buf room = QN_BUF_INIT;
    enum qn_status status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                              QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(page->ctx, qn_object_bytes(&object),
                                 id->algorithm, &commit);
    if (!status) {
        (void)qn_ident_parse(commit.author, &author);
        subject = web_html_subject(web_html_message(page, &commit, &room));
        (void)qn_id_to_hex(id, hex);
        web_html_put(page, "<tr><td class=\"t\">");
        web_html_date(page, commit.committer_time);
        web_html_put(page, "</td><td>");
        web_html_anchor(page, WEB_COMMIT, QN_BYTES_NONE, hex);
        web_html_text(page, subject.size ? subject : QN_BYTES("(no message)"));
        web_html_put(page, "</a></td><td class=\"s\">");
        web_html_name(page, author.name);
        web_html_printf(page,
                        "</td><td class=\"t w\"><code>%.10s</code>"
                        "</td></tr>\n",
                        hex);
        status = page->status;
    }
    qn_object_dispose(&object);
    qn_buf_dispose(&room);
    return status;
}

/* Of the page's path; `*out` NULL: all. */
static enum qn_status make_pathspec(struct web_page *page,
                                    struct qn_pathspec **out)
{
    struct qn_buf path = QN_BUF_INIT;
    const char *words[1];
    enum qn_status status = QN_OK;

    if (page->path.size == 0)
        return QN_OK;
    status = qn_buf_append_bytes(page->ctx, &path, page->path);
    words[0] = qn_buf_string(&path);
    if (!status)
        status = qn_pathspec_new(page->ctx, words, 1, "", NULL,
                                 QN_PATHSPEC_LITERAL, out);
    qn_buf_dispose(&path);
    return status;
}

typedef enum qn_status put_fn(struct web_page *page, const struct qn_id *id);

/* Commits of the page's commit and path, each through `put`. */
static void put_commits(struct web_page *page, uint64_t skip, uint64_t count,
                        put_fn *put, bool *more)
{
    struct qn_walk_options options = {.max_count = (int64_t)count + 1,
                                      .skip = (int64_t)skip,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .gives_ids_only = true};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_pathspec *pathspec = NULL;
    uint64_t shown = 0;
    enum qn_status status;

    *more = false;
    if (page->status)
        return;
    status = make_pathspec(page, &pathspec);
    options.pathspec = pathspec;
    if (!status)
        status = qn_commit_walk_new(page->ctx, &page->scope, &options, &walk);
    if (!status)
        status = qn_commit_walk_add(page->ctx, walk, &page->commit, 0, NULL);
    while (!status) {
        status = qn_commit_walk_next(page->ctx, walk, &commit);
        if (!status && shown++ == count) {
            *more = true;
            break;
        }
        if (!status)
            status = put(page, &commit.id);
    }
    if (status && status != QN_END)
        page->status = status;
    qn_commit_walk_free(walk);
    qn_pathspec_free(pathspec);
}

void web_log_put(struct web_page *page, uint64_t skip, uint64_t count,
                 bool *more)
{
    web_html_put(page, "<table>\n");
    put_commits(page, skip, count, put_row, more);
    web_html_put(page, "</table>\n");
}

/* ---- as a feed */

static enum qn_status put_entry(struct web_page *page, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_ident author = {.has_date = false};
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bytes message;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                              QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(page->ctx, qn_object_bytes(&object),
                                 id->algorithm, &commit);
    if (!status) {
        (void)qn_ident_parse(commit.author, &author);
        message = web_html_message(page, &commit, &room);
        (void)qn_id_to_hex(id, hex);
        web_html_put(page, "<entry><title>");
        web_html_name(page, web_html_subject(message));
        web_html_printf(page, "</title><id>urn:%s:%s</id><updated>",
                        qn_id_algorithm_name(id->algorithm), hex);
        web_html_exact_date(page, commit.committer_time);
        web_html_put(page, "</updated><author><name>");
        web_html_name(page, author.name);
        web_html_put(page, "</name></author><link href=\"");
        web_html_link(page, WEB_COMMIT, QN_BYTES_NONE, hex);
        web_html_put(page, "\"/><content type=\"text\">");
        web_html_text(page, qn_bytes_first(message, MOST_MESSAGE));
        web_html_put(page, "</content></entry>\n");
        status = page->status;
    }
    qn_object_dispose(&object);
    qn_buf_dispose(&room);
    return status;
}

void web_log_feed(struct web_page *page)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    bool more;

    page->status = qn_odb_read_typed(page->ctx, page->scope.odb, &page->commit,
                                     QN_OBJECT_COMMIT, &object);
    if (!page->status)
        page->status = qn_commit_parse(page->ctx, qn_object_bytes(&object),
                                       page->commit.algorithm, &commit);
    if (!page->status) {
        page->is_feed = true;
        web_html_put(page, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                           "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
                           "<title>");
        web_html_name(page, qn_bytes_from(page->request->route.name, 1));
        web_html_put(page, "</title><id>urn:quoin:");
        web_html_url(page, page->request->route.name);
        web_html_put(page, ":");
        web_html_url(page, page->path);
        web_html_put(page, ":");
        web_html_url(page, qn_bytes_from_string(web_html_rev(page)));
        web_html_put(page, "</id><updated>");
        web_html_exact_date(page, commit.committer_time);
        web_html_put(page, "</updated>\n<link rel=\"self\" href=\"");
        web_html_link(page, WEB_ATOM, page->path, web_html_rev(page));
        web_html_put(page, "\"/>\n");
        put_commits(page, 0, PAGE_COUNT, put_entry, &more);
        web_html_put(page, "</feed>\n");
    }
    qn_object_dispose(&object);
}

void web_log_page(struct web_page *page)
{
    bool more = false;

    if (!page->has_commit) {
        web_html_refuse(page, 200, "Nothing was committed yet.");
        return;
    }
    web_html_begin(page, "log", page->path);
    if (page->path.size > 0)
        web_entry_crumbs(page, web_entry_kind(page));
    web_log_put(page, page->arguments.skip, PAGE_COUNT, &more);
    web_html_pager(page, PAGE_COUNT, more);
    web_html_put(page, "<p class=\"q\">");
    web_html_anchor(page, WEB_ATOM, page->path, web_html_rev(page));
    web_html_put(page, "Atom feed</a></p>\n");
    web_html_end(page);
}
