/* SPDX-License-Identifier: MIT */
/* Lists of commits: of a branch, of a path. */
#include "object/commit.h"
#include "server/web/web_entry.h"
#include "walk/commit_walk.h"

#define PAGE_COUNT 50

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

void web_log_put(struct web_page *page, uint64_t skip, uint64_t count,
                 bool *more)
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
    web_html_put(page, "<table>\n");
    while (!status) {
        status = qn_commit_walk_next(page->ctx, walk, &commit);
        if (!status && shown++ == count) {
            *more = true;
            break;
        }
        if (!status)
            status = put_row(page, &commit.id);
    }
    web_html_put(page, "</table>\n");
    if (status && status != QN_END)
        page->status = status;
    qn_commit_walk_free(walk);
    qn_pathspec_free(pathspec);
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
    web_html_end(page);
}
