/* SPDX-License-Identifier: MIT */
/* Lists of commits, and one commit with what it changed. */
#include "diff/patch.h"
#include "object/commit.h"
#include "server/web/page.h"
#include "walk/commit_walk.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_COUNT 50
#define MOST_SKIP  1000000
#define MOST_PATCH ((size_t)2 << 20)

static void read_commit(struct page *page, const struct qn_id *id,
                        struct qn_object *object, struct qn_commit *out)
{
    if (!page->status)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                         QN_OBJECT_COMMIT, object);
    if (!page->status)
        page->status = qn_commit_parse(page->ctx, qn_object_bytes(object),
                                       qn_odb_algorithm(page->scope.odb), out);
}

static void put_row(struct page *page, const struct qn_id *id)
{
    struct qn_object object = {0};
    struct qn_commit commit;
    struct qn_ident author = {.has_date = false};
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    read_commit(page, id, &object, &commit);
    if (!page->status) {
        (void)qn_ident_parse(commit.author, &author);
        page_put(page, "<tr><td>");
        page_date(page, commit.committer_time);
        page_put(page, "</td><td><a href=\"");
        page_link(page, "commit", QN_BYTES_NONE, qn_id_to_hex(id, hex));
        page_put(page, "\">");
        page_text(page, page_subject(commit.message));
        page_put(page, "</a></td><td class=\"q\">");
        page_text(page, author.name);
        page_put(page, "</td></tr>\n");
    }
    qn_object_dispose(&object);
}

void page_commits(struct page *page, int64_t skip, int64_t count, bool *more)
{
    struct qn_walk_options options = {.max_count = count + 1,
                                      .skip = skip,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .gives_ids_only = true};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_pathspec *pathspec = NULL;
    struct qn_buf path = QN_BUF_INIT;
    int64_t shown = 0;
    enum qn_status status = QN_OK;

    *more = false;
    if (page->status)
        return;
    if (page->path.size > 0) {
        const char *words[1];

        status = qn_buf_printf(page->ctx, &path, ":(literal,top)%.*s",
                               QN_BYTES_ARG(page->path));
        words[0] = qn_buf_string(&path);
        if (!status)
            status =
                qn_pathspec_new(page->ctx, words, 1, "", NULL, 0, &pathspec);
        options.pathspec = pathspec;
    }
    if (!status)
        status = qn_commit_walk_new(page->ctx, &page->scope, &options, &walk);
    if (!status)
        status = qn_commit_walk_add(page->ctx, walk, &page->commit, 0, NULL);
    page_put(page, "<table>\n");
    while (!status) {
        status = qn_commit_walk_next(page->ctx, walk, &commit);
        if (!status && shown++ == count) {
            *more = true;
            break;
        }
        if (!status)
            put_row(page, &commit.id);
        if (!status)
            status = page->status;
    }
    page_put(page, "</table>\n");
    if (status && status != QN_END)
        page->status = status;
    qn_commit_walk_free(walk);
    qn_pathspec_free(pathspec);
    qn_buf_dispose(&path);
}

static int64_t get_skip(struct page *page)
{
    struct qn_buf text = QN_BUF_INIT;
    uint64_t skip = 0;
    bool found = false;

    if (!page->status)
        page->status =
            request_parameter(page->ctx, page->request, "skip", &text, &found);
    if (found &&
        (!qn_bytes_to_u64(qn_buf_bytes(&text), &skip) || skip > MOST_SKIP))
        skip = 0;
    qn_buf_dispose(&text);
    return (int64_t)skip;
}

void page_log(struct page *page)
{
    int64_t skip = get_skip(page);
    bool more = false;

    page_begin(page, "log");
    if (page->has_commit)
        page_commits(page, skip, PAGE_COUNT, &more);
    else
        page_put(page, "<p>Nothing was committed yet.</p>\n");
    if (more) {
        page_put(page, "<p><a href=\"");
        page_link(page, "log", page->path, qn_buf_string(&page->rev));
        page_printf(page, "%sskip=%lld\">older</a></p>\n",
                    page->rev.size > 0 ? "&amp;" : "?",
                    (long long)(skip + PAGE_COUNT));
    }
    page_end(page);
}

/* ---- one commit */

static void put_ident(struct page *page, const char *role, struct qn_bytes text)
{
    struct qn_ident ident = {.has_date = false};

    (void)qn_ident_parse(text, &ident);
    page_printf(page, "<tr><th>%s</th><td>", role);
    page_text(page, ident.name);
    page_put(page, " &lt;");
    page_text(page, ident.mail);
    page_put(page, "&gt; ");
    if (ident.has_date)
        page_date(page, ident.seconds);
    page_put(page, "</td></tr>\n");
}

static void put_head(struct page *page, const struct qn_commit *commit,
                     const char *hex)
{
    uint32_t i;

    page_printf(page,
                "<table>\n<tr><th>commit</th><td><code>%s</code> "
                "<a href=\"",
                hex);
    page_link(page, "tree", QN_BYTES_NONE, hex);
    page_put(page, "\">tree</a></td></tr>\n");
    put_ident(page, "author", commit->author);
    put_ident(page, "committer", commit->committer);
    for (i = 0; i < commit->parent_count; i++) {
        char parent[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_id id;

        qn_commit_parent(commit, i, &id);
        page_put(page, "<tr><th>parent</th><td><a href=\"");
        page_link(page, "commit", QN_BYTES_NONE, qn_id_to_hex(&id, parent));
        page_printf(page, "\"><code>%s</code></a></td></tr>\n", parent);
    }
    page_put(page, "</table>\n<pre>");
    page_text(page, commit->message);
    page_put(page, "</pre>\n");
}

static void put_patch(struct page *page, struct qn_bytes text)
{
    struct qn_bytes line;

    page_put(page, "<pre>");
    while (qn_bytes_next(&text, '\n', &line)) {
        const char *name = qn_bytes_has_prefix(line, "diff --git ") ? "f"
                           : qn_bytes_has_prefix(line, "@@")        ? "h"
                           : qn_bytes_has_prefix(line, "+")         ? "a"
                           : qn_bytes_has_prefix(line, "-")         ? "d"
                                                                    : NULL;

        if (name)
            page_printf(page, "<span class=\"%s\">", name);
        page_text(page, line);
        page_put(page, name ? "</span>\n" : "\n");
    }
    page_put(page, "</pre>\n");
}

static void put_difference(struct page *page, const struct qn_id *old_tree,
                           const struct qn_id *new_tree, unsigned format)
{
    struct qn_diff_options options;
    struct qn_patch *patch = NULL;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (page->status)
        return;
    qn_diff_options_init(&options);
    options.formats = format;
    options.is_recursive = true;
    options.allows_external = options.allows_textconv = false;
    text.limit = MOST_PATCH;
    status = qn_patch_new(page->ctx, page->scope.repo, page->scope.odb,
                          &options, NULL, &patch);
    if (!status)
        status =
            qn_patch_trees(page->ctx, patch, old_tree, new_tree, &text, NULL);
    if (status == QN_TOO_BIG) {
        qn_ctx_clear(page->ctx);
        page_put(page, "<p>The changes are too many to be shown here.</p>\n");
    } else if (status) {
        page->status = status;
    } else if (format == QN_DIFF_FORMAT_PATCH) {
        put_patch(page, qn_buf_bytes(&text));
    } else if (text.size > 0) {
        page_put(page, "<pre>");
        page_text(page, qn_buf_bytes(&text));
        page_put(page, "</pre>\n");
    }
    qn_patch_free(patch);
    qn_buf_dispose(&text);
}

void page_commit(struct page *page)
{
    struct qn_object object = {0}, parent = {0};
    struct qn_commit commit, before;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!page->has_commit) {
        page_missing(page, "there is no such commit");
        return;
    }
    page_begin(page, "commit");
    read_commit(page, &page->commit, &object, &commit);
    if (!page->status && commit.parent_count > 0)
        read_commit(page, &commit.first_parent, &parent, &before);
    if (!page->status) {
        const struct qn_id *old_tree =
            commit.parent_count > 0 ? &before.tree : NULL;

        put_head(page, &commit, qn_id_to_hex(&page->commit, hex));
        put_difference(page, old_tree, &commit.tree, QN_DIFF_FORMAT_STAT);
        put_difference(page, old_tree, &commit.tree, QN_DIFF_FORMAT_PATCH);
    }
    page_end(page);
    qn_object_dispose(&object);
    qn_object_dispose(&parent);
}
