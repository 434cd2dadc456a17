/* SPDX-License-Identifier: MIT */
/* One commit: who, when, why, and what it changed against its first parent. */
#include "base/env.h"
#include "diff/patch.h"
#include "object/commit.h"
#include "server/web/web_entry.h"

#include <string.h>

#define MOST_FILES   1000 /* in the list */
#define MOST_PATCHES 200  /* that are shown */
#define MOST_FILE    ((uint64_t)4 << 20)
#define MOST_PATCH   ((size_t)2 << 20)
#define MOST_PAIRS   10000 /* that are compared */
#define MOST_RENAMES 100   /* ... with each other */
#define MOST_SECONDS 6     /* for all of it */

static void put_ident(struct web_page *page, const char *role,
                      struct qn_bytes text)
{
    struct qn_ident ident = {.has_date = false};

    (void)qn_ident_parse(text, &ident);
    web_html_printf(page, "<tr><th>%s</th><td>", role);
    web_html_name(page, ident.name);
    web_html_put(page, " <span class=\"q\">&lt;");
    web_html_name(page, ident.mail);
    web_html_put(page, "&gt;</span> ");
    if (ident.has_date)
        web_html_date(page, ident.seconds);
    web_html_put(page, "</td></tr>\n");
}

static void put_head(struct web_page *page, const struct qn_commit *commit)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bytes message = web_html_message(page, commit, &room);
    struct qn_id id;
    uint32_t i;

    (void)qn_id_to_hex(&page->commit, hex);
    web_html_put(page, "<h1>");
    web_html_text(page, web_html_subject(message));
    web_html_printf(page,
                    "</h1>\n<table>\n<tr><th>commit</th><td><code>%s</code> "
                    "&middot; ",
                    hex);
    web_html_anchor(page, WEB_TREE, QN_BYTES_NONE, hex);
    web_html_put(page, "files</a> ");
    web_html_anchor(page, WEB_LOG, QN_BYTES_NONE, hex);
    web_html_put(page, "log</a></td></tr>\n");
    put_ident(page, "author", commit->author);
    put_ident(page, "committer", commit->committer);
    for (i = 0; i < commit->parent_count; i++) {
        qn_commit_parent(commit, i, &id);
        (void)qn_id_to_hex(&id, hex);
        web_html_put(page, "<tr><th>parent</th><td>");
        web_html_anchor(page, WEB_COMMIT, QN_BYTES_NONE, hex);
        web_html_printf(page, "<code>%s</code></a></td></tr>\n", hex);
    }
    web_html_put(page, "</table>\n");
    web_html_put(page, "<pre class=\"message\">");
    web_html_text(page, message);
    web_html_put(page, "</pre>\n");
    qn_buf_dispose(&room);
}

/* ---- what it changed */

static void give_time(struct web_page *page, int64_t seconds)
{
    qn_ctx_set_deadline(page->ctx, qn_env_clock(qn_ctx_env(page->ctx), false) +
                                       seconds * INT64_C(1000000000));
}

/* Was it too much?  Then the page says so, and is finished. */
static bool is_late(struct web_page *page)
{
    if (page->status == QN_TIMEOUT && !page->is_late) {
        qn_ctx_clear(page->ctx);
        page->status = QN_OK;
        page->is_late = true;
        give_time(page, MOST_SECONDS);
    }
    return page->is_late;
}

/* Too large to be compared while somebody waits. */
static bool is_large(struct web_page *page, const struct qn_diff_pair *pair)
{
    const struct qn_diff_side *sides[2] = {&pair->old_side, &pair->new_side};
    struct qn_odb_info info = {.size = 0};
    uint64_t size = 0;
    int i;

    for (i = 0; i < 2 && !page->status; i++) {
        if (!qn_mode_is_file(sides[i]->mode) || qn_id_is_null(&sides[i]->id))
            continue;
        page->status = qn_odb_read_info(page->ctx, page->scope.odb,
                                        &sides[i]->id, QN_ODB_WANT_SIZE, &info);
        size = info.size > size ? info.size : size;
    }
    return size > MOST_FILE;
}

static void put_counts(struct web_page *page, struct qn_patch *patch,
                       const struct qn_diff_pair *pair)
{
    struct qn_patch_counts counts = {.added = 0};

    if (page->is_late)
        return;
    if (is_large(page, pair)) {
        web_html_put(page, "large");
        return;
    }
    if (!page->status)
        page->status = qn_patch_stat_count(page->ctx, patch, pair, &counts);
    if (is_late(page))
        return;
    if (counts.is_binary)
        web_html_put(page, "no text");
    else
        web_html_printf(page,
                        "<span class=\"plus\">+%llu</span> "
                        "<span class=\"minus\">&minus;%llu</span>",
                        (unsigned long long)counts.added,
                        (unsigned long long)counts.deleted);
}

static void put_files(struct web_page *page, struct qn_patch *patch,
                      const struct qn_diff_list *list)
{
    size_t i;

    web_html_printf(page, "<h2>%zu%s file%s changed</h2>\n<table>\n",
                    list->count, list->count == MOST_PAIRS ? " or more" : "",
                    list->count == 1 ? "" : "s");
    for (i = 0; i < list->count && i < MOST_FILES && !page->status; i++) {
        const struct qn_diff_pair *pair = &list->pairs[i];
        bool is_gone = pair->new_side.mode == 0;

        web_html_printf(page, "<tr><td class=\"t\">%c</td><td>", pair->status);
        if (i < MOST_PATCHES)
            web_html_printf(page, "<a href=\"#f%zu\">", i + 1);
        if (pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED) {
            web_html_name(page, pair->old_side.path);
            web_html_put(page, " &rarr; ");
        }
        web_html_name(page,
                      is_gone ? pair->old_side.path : pair->new_side.path);
        web_html_put(page, i < MOST_PATCHES ? "</a>" : "");
        web_html_put(page, "</td><td class=\"t\">");
        put_counts(page, patch, pair);
        web_html_put(page, "</td></tr>\n");
    }
    web_html_put(page, "</table>\n");
    if (list->count > MOST_FILES)
        web_html_put(page, "<p>... and more files</p>\n");
}

static void put_patch_text(struct web_page *page, struct qn_bytes text)
{
    struct qn_bytes line;
    bool is_body = false;

    web_html_put(page, "<pre class=\"diff\">");
    while (qn_bytes_next(&text, '\n', &line)) {
        char name = 'm';

        if (qn_bytes_has_prefix(line, "@@"))
            is_body = true;
        if (is_body)
            name = qn_bytes_has_prefix(line, "@@")  ? 'h'
                   : qn_bytes_has_prefix(line, "+") ? 'a'
                   : qn_bytes_has_prefix(line, "-") ? 'd'
                                                    : 'c';
        web_html_printf(page, "<span class=\"%c\">", name);
        web_html_text(page, line);
        web_html_put(page, "</span>");
    }
    web_html_put(page, "</pre>\n");
}

/* The patch of one file; what is too large is said to be. */
static void put_patch(struct web_page *page, struct qn_patch *patch,
                      const struct qn_diff_pair *pair, size_t number)
{
    struct qn_diff_list one = {.pairs = (struct qn_diff_pair *)pair,
                               .count = 1};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    text.limit = MOST_PATCH;
    if (is_large(page, pair))
        status = QN_TOO_BIG;
    else
        status = qn_patch_print(page->ctx, patch, &one, &text);
    if (status == QN_TIMEOUT) {
        page->status = status;
        (void)is_late(page);
        qn_buf_dispose(&text);
        return;
    }
    web_html_printf(page, "<div id=\"f%zu\">\n", number);
    if (status == QN_TOO_BIG) {
        qn_ctx_clear(page->ctx);
        web_html_put(page, "<p>It is too large to be shown here.</p>\n");
    } else if (status) {
        page->status = status;
    } else {
        put_patch_text(page, qn_buf_bytes(&text));
    }
    web_html_put(page, "</div>\n");
    qn_buf_dispose(&text);
}

static void put_difference(struct web_page *page, const struct qn_id *old_tree,
                           const struct qn_id *new_tree)
{
    const struct qn_tree_diff_options trees = {.is_recursive = true,
                                               .most = MOST_PAIRS};
    struct qn_diff_options options;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_patch *patch = NULL;
    size_t i, before = page->out.size;

    qn_diff_options_init(&options);
    options.formats = QN_DIFF_FORMAT_PATCH;
    options.is_recursive = true;
    options.rename.detect = 1;
    options.rename.limit = MOST_RENAMES;
    options.allows_external = options.allows_textconv = false;
    options.abbrev = 10;
    if (!page->status)
        page->status = qn_patch_new(page->ctx, page->scope.repo,
                                    page->scope.odb, &options, NULL, &patch);
    give_time(page, MOST_SECONDS);
    if (!page->status)
        page->status = qn_tree_diff_run(page->ctx, page->scope.odb, old_tree,
                                        new_tree, &trees, &list);
    if (!page->status && list.count < MOST_PAIRS)
        page->status = qn_patch_refine(page->ctx, patch, &list);
    (void)is_late(page);
    if (!page->status)
        put_files(page, patch, &list);
    for (i = 0; i < list.count && i < MOST_PATCHES && !page->status; i++) {
        if (page->is_late || page->out.size - before > 4 * MOST_PATCH)
            break;
        put_patch(page, patch, &list.pairs[i], i + 1);
    }
    if (i < list.count || page->is_late)
        web_html_put(page, "<p>... and more changes</p>\n");
    qn_diff_list_dispose(&list);
    qn_patch_free(patch);
}

static void read_commit(struct web_page *page, const struct qn_id *id,
                        struct qn_object *object, struct qn_commit *out)
{
    if (!page->status)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                         QN_OBJECT_COMMIT, object);
    if (!page->status)
        page->status = qn_commit_parse(page->ctx, qn_object_bytes(object),
                                       id->algorithm, out);
}

void web_commit_page(struct web_page *page)
{
    struct qn_object object = QN_OBJECT_INIT, parent = QN_OBJECT_INIT;
    struct qn_commit commit, before;
    bool has_before = false;

    read_commit(page, &page->commit, &object, &commit);
    if (!page->status && commit.parent_count > 0) {
        bool exists = false; /* not where history is shallow */

        page->status = qn_odb_exists(page->ctx, page->scope.odb,
                                     &commit.first_parent, &exists);
        if (exists)
            read_commit(page, &commit.first_parent, &parent, &before);
        has_before = exists;
    }
    if (!page->status) {
        web_html_begin(page, "commit", QN_BYTES_NONE);
        put_head(page, &commit);
        if (commit.parent_count > 1)
            web_html_put(page, "<p class=\"q\">A merge: what it changed of its "
                               "first parent.</p>\n");
        put_difference(page, has_before ? &before.tree : NULL, &commit.tree);
        web_html_end(page);
    }
    qn_object_dispose(&object);
    qn_object_dispose(&parent);
}
