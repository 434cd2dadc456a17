/* SPDX-License-Identifier: MIT */
/* Directories: what is in them, and the commit that changed each entry last, by
 * one walk (operation/op_last_modified.h) that reads a bounded number of
 * trees; what it does not get to has no commit beside it. */
#include "base/arena.h"
#include "base/memory.h"
#include "object/commit.h"
#include "operation/op_last_modified.h"
#include "server/web/web_entry.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ENTRIES 500  /* on a page */
#define MOST_TREES   5000 /* read to find commits */

struct row {
    struct qn_tree_entry entry;
    struct qn_id commit; /* null: not found */
    int64_t time;
    struct qn_bytes subject; /* in the arena */
};

struct listing {
    struct web_page *page;
    struct row *rows; /* by name, as the tree has them */
    size_t count, capacity;
    size_t name_offset; /* of a path from the top */
    struct qn_arena arena;
    struct qn_id last; /* commit whose subject is `subject` */
    struct qn_bytes subject;
    struct qn_object object;
    struct qn_buf room;
};

enum qn_status web_entry_root(struct web_page *page, struct qn_id *out)
{
    return qn_revision_peel(page->ctx, page->scope.odb, &page->commit,
                            QN_OBJECT_TREE, out);
}

static enum qn_status find(struct web_page *page, struct qn_id *id,
                           uint32_t *mode, bool *found)
{
    struct qn_bytes rest = page->path, part;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tree_entry entry;
    enum qn_status status = web_entry_root(page, id);
    uint32_t algorithm = qn_odb_algorithm(page->scope.odb);

    *mode = QN_MODE_TREE;
    *found = true;
    while (!status && *found && qn_bytes_next(&rest, '/', &part)) {
        *found = qn_mode_is_tree(*mode);
        if (*found)
            status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                       QN_OBJECT_TREE, &object);
        if (!status && *found)
            status = qn_tree_find(page->ctx, qn_object_bytes(&object),
                                  algorithm, part, &entry, found);
        if (!status && *found) {
            *mode = entry.mode;
            qn_id_from_row(id, algorithm, entry.id);
        }
    }
    qn_object_dispose(&object);
    return status;
}

bool web_entry_find(struct web_page *page, struct qn_id *id, uint32_t *mode)
{
    bool found = false;

    if (!page->status && page->has_commit)
        page->status = find(page, id, mode, &found);
    if (!page->status && !found)
        web_html_refuse(page, 404,
                        page->has_commit ? "There is no such path in this "
                                           "commit."
                                         : "Nothing was committed yet.");
    return !page->status && found;
}

enum web_kind web_entry_kind(struct web_page *page)
{
    struct qn_id id;
    uint32_t mode;
    bool found = false;

    if (!page->status && page->has_commit)
        page->status = find(page, &id, &mode, &found);
    return !found || qn_mode_is_gitlink(mode) ? WEB_NONE
           : qn_mode_is_tree(mode)            ? WEB_TREE
                                              : WEB_BLOB;
}

void web_entry_crumbs(struct web_page *page, enum web_kind last)
{
    struct qn_bytes rest = page->path, part;
    const char *rev = web_html_rev(page);
    size_t end = 0;

    web_html_put(page, "<p class=\"crumbs\">");
    web_html_anchor(page, WEB_TREE, QN_BYTES_NONE, rev);
    web_html_put(page, "top</a>");
    while (qn_bytes_next(&rest, '/', &part)) {
        enum web_kind kind;

        end = (size_t)(part.data - page->path.data) + part.size;
        kind = end == page->path.size ? last : WEB_TREE;
        web_html_put(page, " / ");
        if (kind != WEB_NONE)
            web_html_anchor(page, kind, qn_bytes_first(page->path, end), rev);
        web_html_name(page, part);
        web_html_put(page, kind != WEB_NONE ? "</a>" : "");
    }
    web_html_put(page, " <span class=\"q\">&middot;</span> ");
    if (page->request->route.kind != WEB_LOG) {
        web_html_anchor(page, WEB_LOG, page->path, rev);
        web_html_put(page, "history</a> ");
    }
    if (page->request->route.kind == WEB_TREE) {
        web_html_anchor(page, WEB_ARCHIVE, page->path, rev);
        web_html_put(page, "archive</a> ");
    }
    if (last == WEB_BLOB) {
        web_html_anchor(page, WEB_RAW, page->path, rev);
        web_html_put(page, "raw</a> ");
        if (page->request->route.kind != WEB_BLAME) {
            web_html_anchor(page, WEB_BLAME, page->path, rev);
            web_html_put(page, "blame</a>");
        }
    }
    web_html_put(page, "</p>\n");
}

/* ---- the commits */

static int compare_rows(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct row *)a)->entry.name,
                            ((const struct row *)b)->entry.name);
}

/* Of a commit; many entries in a row have the same one. */
static enum qn_status read_subject(struct qn_ctx *ctx, struct listing *listing,
                                   const struct qn_id *id)
{
    struct qn_commit commit;
    struct qn_bytes subject;
    char *copy;
    enum qn_status status;

    if (qn_id_is_equal(id, &listing->last))
        return QN_OK;
    status = qn_odb_read_typed(ctx, listing->page->scope.odb, id,
                               QN_OBJECT_COMMIT, &listing->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&listing->object),
                                 id->algorithm, &commit);
    if (status)
        return status;
    subject = web_html_subject(
        web_html_message(listing->page, &commit, &listing->room));
    copy = qn_arena_copy(ctx, &listing->arena, subject);
    if (!copy)
        return QN_NO_MEMORY;
    listing->subject = qn_bytes_make(copy, subject.size);
    listing->last = *id;
    return QN_OK;
}

static enum qn_status note_commit(struct qn_ctx *ctx, void *data,
                                  const struct qn_op_last_modified *found)
{
    struct listing *listing = data;
    struct row key = {.entry.name =
                          qn_bytes_from(found->path, listing->name_offset)};
    struct row *row;
    enum qn_status status;

    if (!found->commit)
        return QN_OK;
    row = bsearch(&key, listing->rows, listing->count, sizeof(*listing->rows),
                  compare_rows);
    if (!row)
        return QN_OK;
    status = read_subject(ctx, listing, found->commit);
    if (!status) {
        row->commit = *found->commit;
        row->time = found->time;
        row->subject = listing->subject;
    }
    return status;
}

static enum qn_status find_commits(struct listing *listing)
{
    struct web_page *page = listing->page;
    struct qn_op_last_modified_options options = {.max_count = -1,
                                                  .max_trees = MOST_TREES,
                                                  .each = note_commit,
                                                  .data = listing};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_pathspec *pathspec = NULL;
    const char *words[1];
    enum qn_status status = QN_OK;

    if (page->path.size > 0) {
        listing->name_offset = page->path.size + 1;
        status = qn_buf_append_bytes(page->ctx, &text, page->path);
        if (!status)
            status = qn_buf_append_byte(page->ctx, &text, '/');
        words[0] = qn_buf_string(&text);
        if (!status)
            status = qn_pathspec_new(page->ctx, words, 1, "", NULL,
                                     QN_PATHSPEC_LITERAL, &pathspec);
        options.pathspec = pathspec;
    }
    if (!status)
        status = qn_op_last_modified_run(page->ctx, &page->scope, &page->commit,
                                         &options);
    qn_pathspec_free(pathspec);
    qn_buf_dispose(&text);
    return status;
}

/* ---- the table */

static enum qn_status read_rows(struct listing *listing, struct qn_bytes tree)
{
    struct web_page *page = listing->page;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;

    qn_tree_reader_init(&reader, tree, qn_odb_algorithm(page->scope.odb));
    while (!status &&
           !(status = qn_tree_reader_next(page->ctx, &reader, &entry))) {
        status = qn_memory_grow(page->ctx, &listing->rows, &listing->capacity,
                                listing->count + 1, sizeof(*listing->rows));
        if (!status) {
            memset(&listing->rows[listing->count], 0, sizeof(*listing->rows));
            listing->rows[listing->count++].entry = entry;
        }
    }
    if (listing->count > 0)
        qsort(listing->rows, listing->count, sizeof(*listing->rows),
              compare_rows);
    return status == QN_END ? QN_OK : status;
}

static void put_row(struct web_page *page, const struct row *row)
{
    struct qn_buf path = QN_BUF_INIT;
    uint32_t mode = row->entry.mode;
    bool is_tree = qn_mode_is_tree(mode);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!page->status && page->path.size > 0) {
        page->status = qn_buf_append_bytes(page->ctx, &path, page->path);
        if (!page->status)
            page->status = qn_buf_append_byte(page->ctx, &path, '/');
    }
    if (!page->status)
        page->status = qn_buf_append_bytes(page->ctx, &path, row->entry.name);
    web_html_put(page, "<tr><td>");
    if (!qn_mode_is_gitlink(mode))
        web_html_anchor(page, is_tree ? WEB_TREE : WEB_BLOB,
                        qn_buf_bytes(&path), web_html_rev(page));
    web_html_name(page, row->entry.name);
    web_html_put(page, is_tree ? "/" : "");
    web_html_put(page, qn_mode_is_gitlink(mode) ? "" : "</a>");
    web_html_put(
        page, qn_mode_is_gitlink(mode)   ? " <span class=\"q\">submodule</span>"
              : qn_mode_is_symlink(mode) ? " <span class=\"q\">link</span>"
              : qn_mode_is_file(mode) && (mode & 0100)
                  ? " <span class=\"q\">program</span>"
                  : "");
    web_html_put(page, "</td><td class=\"s\">");
    if (!qn_id_is_null(&row->commit)) {
        web_html_anchor(page, WEB_COMMIT, QN_BYTES_NONE,
                        qn_id_to_hex(&row->commit, hex));
        web_html_text(page, row->subject.size ? row->subject
                                              : QN_BYTES("(no message)"));
        web_html_put(page, "</a></td><td class=\"t\">");
        web_html_date(page, row->time);
    } else {
        web_html_put(page, "</td><td class=\"t\">");
    }
    web_html_put(page, "</td></tr>\n");
    qn_buf_dispose(&path);
}

static void put_rows(struct web_page *page, const struct listing *listing)
{
    uint64_t from = page->arguments.skip, i;
    int turn;

    /* Directories, then the rest. */
    web_html_put(page, "<table>\n");
    for (turn = 0, i = 0; turn < 2; turn++) {
        size_t r;

        for (r = 0; r < listing->count; r++) {
            if (qn_mode_is_tree(listing->rows[r].entry.mode) != (turn == 0))
                continue;
            if (i >= from && i < from + MOST_ENTRIES)
                put_row(page, &listing->rows[r]);
            i++;
        }
    }
    web_html_put(page, "</table>\n");
    web_html_pager(page, MOST_ENTRIES, listing->count > from + MOST_ENTRIES);
}

void web_tree_put(struct web_page *page)
{
    struct listing listing = {.page = page, .arena = QN_ARENA_INIT};
    struct qn_object tree = QN_OBJECT_INIT;
    struct qn_id id;
    uint32_t mode;

    if (!web_entry_find(page, &id, &mode))
        return;
    if (!qn_mode_is_tree(mode)) {
        web_html_refuse(page, 404, "There is no such directory.");
        return;
    }
    page->status = qn_odb_read_typed(page->ctx, page->scope.odb, &id,
                                     QN_OBJECT_TREE, &tree);
    if (!page->status)
        page->status = read_rows(&listing, qn_object_bytes(&tree));
    if (!page->status && listing.count > 0)
        page->status = find_commits(&listing);
    put_rows(page, &listing);
    web_readme_put(page, qn_object_bytes(&tree));
    qn_memory_free(listing.rows);
    qn_arena_dispose(&listing.arena);
    qn_buf_dispose(&listing.room);
    qn_object_dispose(&listing.object);
    qn_object_dispose(&tree);
}

void web_tree_page(struct web_page *page)
{
    web_html_begin(page, "files", page->path);
    web_entry_crumbs(page, WEB_TREE);
    web_tree_put(page);
    if (page->code == 200)
        web_html_end(page);
}
