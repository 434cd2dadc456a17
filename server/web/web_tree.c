/* SPDX-License-Identifier: MIT */
/* Directories and files. */
#include "object/commit.h"
#include "object/tree.h"
#include "server/web/last_change.h"
#include "server/web/page.h"

#include <stdlib.h>
#include <string.h>

#define MOST_SHOWN   ((uint64_t)1 << 20)
#define MOST_RAW     ((uint64_t)40 << 20)
#define MOST_ENTRIES 2000

/* What `path` is at the page's commit; `*found` false: nothing. */
static enum qn_status find_entry(struct page *page, struct qn_id *id,
                                 uint32_t *mode, bool *found)
{
    struct qn_ctx *ctx = page->ctx;
    struct qn_odb *odb = page->scope.odb;
    uint32_t algorithm = qn_odb_algorithm(odb);
    struct qn_bytes rest = page->path, part;
    enum qn_status status =
        qn_revision_peel(ctx, odb, &page->commit, QN_OBJECT_TREE, id);

    *mode = QN_MODE_TREE;
    *found = true;
    while (!status && *found && qn_bytes_next(&rest, '/', &part)) {
        struct qn_object object = {0};
        struct qn_tree_entry entry;

        *found = qn_mode_is_tree(*mode);
        if (*found)
            status = qn_odb_read_typed(ctx, odb, id, QN_OBJECT_TREE, &object);
        if (!status && *found)
            status = qn_tree_find(ctx, qn_object_bytes(&object), algorithm,
                                  part, &entry, found);
        if (!status && *found) {
            *mode = entry.mode;
            qn_id_from_row(id, algorithm, entry.id);
        }
        qn_object_dispose(&object);
    }
    return status;
}

/* True: there it is; else the page says that it is not. */
static bool need_entry(struct page *page, bool is_tree, struct qn_id *id,
                       uint32_t *mode)
{
    bool found = false;

    if (page->has_commit)
        page->status = find_entry(page, id, mode, &found);
    if (page->status)
        return false;
    if (found && qn_mode_is_tree(*mode) == is_tree &&
        !qn_mode_is_gitlink(*mode))
        return true;
    page_missing(page, page->has_commit ? "there is no such path"
                                        : "nothing was committed yet");
    return false;
}

/* Each part of the path, with where it leads. */
static void put_path(struct page *page, const char *kind)
{
    struct qn_bytes rest = page->path, part;
    size_t end = 0;

    page_put(page, "<p><a href=\"");
    page_link(page, "tree", QN_BYTES_NONE, qn_buf_string(&page->rev));
    page_put(page, "\">top</a>");
    while (qn_bytes_next(&rest, '/', &part)) {
        end = (size_t)(part.data - page->path.data) + part.size;
        page_put(page, " / <a href=\"");
        page_link(page, end == page->path.size ? kind : "tree",
                  qn_bytes_first(page->path, end), qn_buf_string(&page->rev));
        page_put(page, "\">");
        page_text(page, part);
        page_put(page, "</a>");
    }
    page_put(page, " <span class=\"q\"><a href=\"");
    page_link(page, "log", page->path, qn_buf_string(&page->rev));
    page_put(page, "\">history</a></span></p>\n");
}

static void put_entry(struct page *page, const struct qn_tree_entry *entry,
                      const struct last_change *change)
{
    struct qn_buf path = QN_BUF_INIT;
    const char *kind = qn_mode_is_tree(entry->mode) ? "tree" : "blob";
    const char *mark = qn_mode_is_tree(entry->mode)      ? "/"
                       : qn_mode_is_symlink(entry->mode) ? "@"
                       : entry->mode & 0100              ? "*"
                                                         : "";
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!page->status && page->path.size > 0)
        page->status =
            qn_buf_printf(page->ctx, &path, "%.*s/", QN_BYTES_ARG(page->path));
    if (!page->status)
        page->status = qn_buf_append_bytes(page->ctx, &path, entry->name);
    page_put(page, "<tr><td>");
    if (!qn_mode_is_gitlink(entry->mode)) {
        page_put(page, "<a href=\"");
        page_link(page, kind, qn_buf_bytes(&path), qn_buf_string(&page->rev));
        page_put(page, "\">");
    }
    page_text(page, entry->name);
    page_put(page, qn_mode_is_gitlink(entry->mode) ? " (submodule)" : "</a>");
    page_put(page, mark);
    page_put(page, "</td><td>");
    if (change && change->is_known) {
        page_put(page, "<a href=\"");
        page_link(page, "commit", QN_BYTES_NONE,
                  qn_id_to_hex(&change->commit, hex));
        page_put(page, "\">");
        page_text(page, qn_buf_bytes(&change->subject));
        page_put(page, "</a></td><td>");
        page_date(page, change->seconds);
    } else {
        page_put(page, "</td><td>");
    }
    page_put(page, "</td></tr>\n");
    qn_buf_dispose(&path);
}

static void put_entries(struct page *page, struct qn_bytes tree)
{
    uint32_t algorithm = qn_odb_algorithm(page->scope.odb);
    size_t count = last_change_count(page->ctx, tree, algorithm), i = 0;
    struct last_change *changes = NULL;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;

    if (count <= MOST_ENTRIES && count > 0) {
        changes = calloc(count, sizeof(*changes));
        if (changes && last_change_find(page->ctx, &page->scope, &page->commit,
                                        page->path, tree, changes))
            qn_ctx_clear(page->ctx); /* what is known is shown */
    }
    page_put(page, "<table>\n");
    qn_tree_reader_init(&reader, tree, algorithm);
    while (!page->status && !qn_tree_reader_next(page->ctx, &reader, &entry)) {
        put_entry(page, &entry, changes ? &changes[i] : NULL);
        i++;
    }
    page_put(page, "</table>\n");
    last_change_dispose(changes, changes ? count : 0);
}

void page_tree(struct page *page)
{
    struct qn_object object = {0};
    struct qn_id id;
    uint32_t mode = 0;

    if (!need_entry(page, true, &id, &mode))
        return;
    page->status = qn_odb_read_typed(page->ctx, page->scope.odb, &id,
                                     QN_OBJECT_TREE, &object);
    page_begin(page, "tree");
    put_path(page, "tree");
    if (!page->status)
        put_entries(page, qn_object_bytes(&object));
    page_end(page);
    qn_object_dispose(&object);
}

/* Its content, unless it is larger than `most` (then `*size` tells). */
static bool read_blob(struct page *page, uint64_t most, struct qn_id *id,
                      struct qn_object *out, uint64_t *size)
{
    struct qn_odb_info info;
    uint32_t mode = 0;

    if (!need_entry(page, false, id, &mode))
        return false;
    page->status = qn_odb_read_info(page->ctx, page->scope.odb, id,
                                    QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    *size = page->status ? 0 : info.size;
    if (!page->status && info.size <= most)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                         QN_OBJECT_BLOB, out);
    return true;
}

static bool is_binary(struct qn_bytes bytes)
{
    struct qn_bytes front = qn_bytes_first(bytes, 8000);

    return qn_bytes_find(front, 0) < front.size;
}

static void put_lines(struct page *page, struct qn_bytes text)
{
    struct qn_bytes line;
    unsigned long number = 0;

    page_put(page, "<table>\n");
    while (!page->status && qn_bytes_next(&text, '\n', &line)) {
        number++;
        page_printf(page,
                    "<tr id=\"L%lu\"><td class=\"n\">%lu</td><td class=\"c\">",
                    number, number);
        page_text(page, line);
        page_put(page, "</td></tr>\n");
    }
    page_put(page, "</table>\n");
}

void page_blob(struct page *page)
{
    struct qn_object object = {0};
    struct qn_id id;
    uint64_t size = 0;

    if (!read_blob(page, MOST_SHOWN, &id, &object, &size))
        return;
    page_begin(page, "file");
    put_path(page, "blob");
    page_printf(page, "<p class=\"q\">%llu bytes, <a href=\"",
                (unsigned long long)size);
    page_link(page, "raw", page->path, qn_buf_string(&page->rev));
    page_put(page, "\">raw</a></p>\n");
    if (size > MOST_SHOWN)
        page_put(page, "<p>It is too large to be shown here.</p>\n");
    else if (is_binary(qn_object_bytes(&object)))
        page_put(page, "<p>It is binary.</p>\n");
    else
        put_lines(page, qn_object_bytes(&object));
    page_end(page);
    qn_object_dispose(&object);
}

/* Never as something that a browser runs. */
void page_raw(struct page *page)
{
    struct qn_object object = {0};
    struct qn_id id;
    uint64_t size = 0;

    if (!read_blob(page, MOST_RAW, &id, &object, &size))
        return;
    if (!page->status && size > MOST_RAW) {
        page_missing(page, "the file is too large for a page: clone it");
        page->request->status = 413;
    } else if (!page->status) {
        page->status = qn_buf_append_bytes(page->ctx, &page->request->text,
                                           qn_object_bytes(&object));
        request_header(page->request, "Content-Type",
                       is_binary(qn_object_bytes(&object))
                           ? "application/octet-stream"
                           : "text/plain; charset=utf-8");
    }
    qn_object_dispose(&object);
}
