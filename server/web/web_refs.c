/* SPDX-License-Identifier: MIT */
/* What a repository is, and its branches and tags. */
#include "object/commit.h"
#include "os/file.h"
#include "server/web/page.h"
#include "walk/hidden_refs.h"

#include <string.h>

#define MOST_REFS 5000

struct listing {
    struct page *page;
    const char *heading;
    size_t prefix_size, count;
};

static enum qn_status put_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct listing *listing = data;
    struct page *page = listing->page;
    const char *name = qn_buf_string(&ref->name);
    struct qn_id id;
    struct qn_object object = {0};
    struct qn_commit commit;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (ref->is_broken || qn_hidden_refs_has(qn_repo_config(page->scope.repo),
                                             "uploadpack", name, name))
        return QN_OK;
    if (++listing->count > MOST_REFS)
        return QN_END;
    if (qn_revision_peel(ctx, page->scope.odb, &ref->id, QN_OBJECT_COMMIT,
                         &id) ||
        qn_odb_read_typed(ctx, page->scope.odb, &id, QN_OBJECT_COMMIT,
                          &object) ||
        qn_commit_parse(ctx, qn_object_bytes(&object),
                        qn_odb_algorithm(page->scope.odb), &commit)) {
        qn_ctx_clear(ctx); /* a tag of something else */
        qn_object_dispose(&object);
        return QN_OK;
    }
    page_put(page, "<tr><td><a href=\"");
    page_link(page, "log", QN_BYTES_NONE, name + strlen("refs/"));
    page_put(page, "\">");
    page_string(page, name + listing->prefix_size);
    page_put(page, "</a></td><td><a href=\"");
    page_link(page, "commit", QN_BYTES_NONE, qn_id_to_hex(&id, hex));
    page_printf(page, "\"><code>%.10s</code></a></td><td>", hex);
    page_text(page, page_subject(commit.message));
    page_put(page, "</td><td>");
    page_date(page, commit.committer_time);
    page_put(page, "</td></tr>\n");
    qn_object_dispose(&object);
    return page->status;
}

static void put_refs(struct page *page, const char *heading, const char *prefix)
{
    struct listing listing = {page, heading, strlen(prefix), 0};
    enum qn_status status;

    page_printf(page, "<h2>%s</h2>\n<table>\n", heading);
    if (!page->status) {
        status = qn_refs_walk(page->ctx, page->scope.refs, prefix, 0, put_ref,
                              &listing);
        page->status = status == QN_END ? QN_OK : status;
    }
    page_put(page, "</table>\n");
    if (listing.count > MOST_REFS)
        page_put(page, "<p>... and more</p>\n");
}

void page_refs(struct page *page)
{
    page_begin(page, "refs");
    put_refs(page, "Branches", "refs/heads/");
    put_refs(page, "Tags", "refs/tags/");
    page_end(page);
}

static void put_description(struct page *page)
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
        page_put(page, "<p>");
        page_text(page, qn_bytes_trim(qn_buf_bytes(&text)));
        page_put(page, "</p>\n");
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

void page_summary(struct page *page)
{
    bool more = false;

    page_begin(page, "summary");
    put_description(page);
    if (!page->has_commit) {
        page_put(page, "<p>Nothing was committed yet.</p>\n");
    } else {
        page_commits(page, 0, 10, &more);
        if (more) {
            page_put(page, "<p><a href=\"");
            page_link(page, "log", QN_BYTES_NONE, NULL);
            page_put(page, "\">more</a></p>\n");
        }
    }
    page_end(page);
}
