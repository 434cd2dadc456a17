/* SPDX-License-Identifier: MIT */
/* Branches and tags. */
#include "object/commit.h"
#include "server/web/web_entry.h"
#include "server/web/web_shown.h"

#include <string.h>

#define FEW       20  /* of each on the first page */
#define PAGE_ROWS 100 /* on a page of its own */

struct listing {
    struct web_page *page;
    size_t prefix_size;
    uint64_t skip, count, seen;
    bool has_more;
};

/* The commit at its end; false: it is of something else. */
static bool read_commit(struct web_page *page, const struct qn_id *value,
                        struct qn_object *object, struct qn_id *id,
                        struct qn_commit *commit)
{
    bool is_commit = false;

    if (!qn_revision_peel_if_commit(page->ctx, page->scope.odb, value, id,
                                    &is_commit) &&
        is_commit &&
        !qn_odb_read_typed(page->ctx, page->scope.odb, id, QN_OBJECT_COMMIT,
                           object) &&
        !qn_commit_parse(page->ctx, qn_object_bytes(object), id->algorithm,
                         commit))
        return true;
    if (!qn_ctx_check(page->ctx))
        qn_ctx_clear(page->ctx);
    else
        page->status = qn_ctx_status(page->ctx);
    return false;
}

static void put_row(struct web_page *page, const char *name, size_t prefix_size,
                    const struct qn_id *value)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf room = QN_BUF_INIT;
    struct qn_commit commit;
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    web_html_put(page, "<tr><td>");
    if (!read_commit(page, value, &object, &id, &commit)) {
        web_html_string(page, name + prefix_size);
        web_html_put(page, "</td><td class=\"s\"></td><td></td></tr>\n");
    } else {
        web_html_anchor(page, WEB_TREE, QN_BYTES_NONE, name + strlen("refs/"));
        web_html_string(page, name + prefix_size);
        web_html_put(page, "</a> <span class=\"q\">");
        web_html_anchor(page, WEB_LOG, QN_BYTES_NONE, name + strlen("refs/"));
        web_html_put(page, "log</a></span></td><td class=\"s\">");
        web_html_anchor(page, WEB_COMMIT, QN_BYTES_NONE,
                        qn_id_to_hex(&id, hex));
        web_html_text(page,
                      web_html_subject(web_html_message(page, &commit, &room)));
        web_html_put(page, "</a></td><td class=\"t\">");
        web_html_date(page, commit.committer_time);
        web_html_put(page, "</td></tr>\n");
    }
    qn_buf_dispose(&room);
    qn_object_dispose(&object);
}

static enum qn_status put_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct listing *listing = data;
    struct web_page *page = listing->page;
    const char *name = qn_buf_string(&ref->name);

    (void)ctx;
    if (ref->is_broken || ref->is_symbolic || !web_shown_has_ref(page, name) ||
        listing->seen++ < listing->skip)
        return QN_OK;
    if (listing->seen > listing->skip + listing->count) {
        listing->has_more = true;
        return QN_END;
    }
    put_row(page, name, listing->prefix_size, &ref->id);
    return page->status;
}

static bool put_refs(struct web_page *page, const char *prefix, uint64_t skip,
                     uint64_t count)
{
    struct listing listing = {.page = page,
                              .prefix_size = strlen(prefix),
                              .skip = skip,
                              .count = count};
    enum qn_status status;

    web_html_put(page, "<table>\n");
    if (!page->status) {
        status = qn_refs_walk(page->ctx, page->scope.refs, prefix, 0, put_ref,
                              &listing);
        if (status != QN_END)
            page->status = status;
    }
    web_html_put(page, "</table>\n");
    return listing.has_more;
}

static void put_few(struct web_page *page, const char *heading,
                    const char *prefix, const char *path)
{
    web_html_printf(page, "<h2>%s</h2>\n", heading);
    if (put_refs(page, prefix, 0, FEW)) {
        web_html_put(page, "<p>");
        web_html_anchor(page, WEB_REFS, qn_bytes_from_string(path), NULL);
        web_html_put(page, "all</a></p>\n");
    }
}

void web_refs_page(struct web_page *page)
{
    bool is_tags = qn_bytes_is_string(page->path, "tags");
    bool more;

    if (page->path.size == 0) {
        web_html_begin(page, "refs", QN_BYTES_NONE);
        put_few(page, "Branches", "refs/heads/", "heads");
        put_few(page, "Tags", "refs/tags/", "tags");
    } else if (is_tags || qn_bytes_is_string(page->path, "heads")) {
        web_html_begin(page, is_tags ? "tags" : "branches", QN_BYTES_NONE);
        web_html_printf(page, "<h2>%s</h2>\n", is_tags ? "Tags" : "Branches");
        more = put_refs(page, is_tags ? "refs/tags/" : "refs/heads/",
                        page->arguments.skip, PAGE_ROWS);
        web_html_pager(page, PAGE_ROWS, more);
    } else {
        web_html_refuse(page, 404, "There is no such page.");
        return;
    }
    web_html_end(page);
}
