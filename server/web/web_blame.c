/* SPDX-License-Identifier: MIT */
/* A file with the commit of each line.  What takes longer than a few seconds is
 * refused in words: a history may be as long as it likes. */
#include "base/env.h"
#include "object/commit.h"
#include "operation/op_blame.h"
#include "server/web/web_entry.h"

#define MOST_SHOWN   ((uint64_t)1 << 20)
#define MOST_LINES   20000
#define MOST_SECONDS 6

/* Who and when, in front of the first line of a hunk. */
static void put_commit(struct web_page *page,
                       const struct qn_blame_source *source)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_ident author = {.has_date = false};
    struct qn_buf room = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = page->status;

    if (!status)
        status = qn_odb_read_typed(page->ctx, page->scope.odb, &source->commit,
                                   QN_OBJECT_COMMIT, &object);
    if (!status)
        status = qn_commit_parse(page->ctx, qn_object_bytes(&object),
                                 source->commit.algorithm, &commit);
    if (status) {
        page->status = status;
        goto out;
    }
    (void)qn_ident_parse(commit.author, &author);
    (void)qn_id_to_hex(&source->commit, hex);
    web_html_anchor(page, WEB_COMMIT, QN_BYTES_NONE, hex);
    web_html_put(page, "<span title=\"");
    web_html_text(page,
                  web_html_subject(web_html_message(page, &commit, &room)));
    web_html_printf(page, "\">%.10s</span></a> ", hex);
    if (source->previous) {
        (void)qn_id_to_hex(&source->previous->commit, hex);
        web_html_anchor(page, WEB_BLAME, source->previous->path, hex);
        web_html_put(page, "before</a>");
    }
    web_html_put(page, "</td><td class=\"t w\">");
    web_html_date(page, commit.committer_time);
    web_html_put(page, "</td><td class=\"t w\">");
    web_html_name(page, qn_bytes_first(author.name, 40));
out:
    qn_object_dispose(&object);
    qn_buf_dispose(&room);
}

static void put_lines(struct web_page *page, const struct qn_blame *blame)
{
    const struct qn_text_lines *lines = qn_blame_lines(blame);
    size_t i;
    uint32_t k;

    web_html_put(page, "<table class=\"f b\">\n");
    for (i = 0; i < qn_blame_count(blame) && !page->status; i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);

        for (k = 0; k < hunk->count; k++) {
            struct qn_bytes line = qn_text_lines_at(lines, hunk->line + k);
            unsigned number = hunk->line + k + 1;

            while (line.size > 0 && (line.data[line.size - 1] == '\n' ||
                                     line.data[line.size - 1] == '\r'))
                line.size--;
            web_html_printf(page, "<tr id=\"L%u\"%s><td class=\"t\">", number,
                            k == 0 ? " class=\"h\"" : "");
            if (k == 0)
                put_commit(page, hunk->source);
            else
                web_html_put(page, "</td><td class=\"t w\"></td>"
                                   "<td class=\"t w\">");
            web_html_printf(page,
                            "</td><td class=\"n\"><a href=\"#L%u\">%u</a></td>"
                            "<td class=\"c\">",
                            number, number);
            web_html_text(page, line);
            web_html_put(page, "</td></tr>\n");
        }
    }
    web_html_put(page, "</table>\n");
}

/* `*out` NULL and no failure: it would take too long. */
static enum qn_status run_blame(struct web_page *page, struct qn_blame **out)
{
    struct qn_op_blame_options options = {.tip = &page->commit,
                                          .shows_root = true};
    struct qn_buf path = QN_BUF_INIT;
    struct qn_ctx *ctx = qn_ctx_fork(page->ctx);
    enum qn_status status;

    if (!ctx)
        return qn_ctx_fail(page->ctx, QN_NO_MEMORY, "out of memory");
    qn_ctx_set_deadline(ctx, qn_env_clock(qn_ctx_env(ctx), false) +
                                 MOST_SECONDS * INT64_C(1000000000));
    status = qn_buf_append_bytes(ctx, &path, page->path);
    options.path = qn_bytes_first(
        qn_bytes_from_string(status ? "" : qn_buf_string(&path)), path.size);
    if (!status)
        status = qn_op_blame_run(ctx, &page->scope, &options, out);
    qn_ctx_join(page->ctx, ctx, status && status != QN_TIMEOUT);
    qn_ctx_free(ctx);
    qn_buf_dispose(&path);
    return status == QN_TIMEOUT ? QN_OK : status;
}

static bool has_many_lines(struct qn_bytes text)
{
    struct qn_bytes line;
    unsigned count = 0;

    while (count <= MOST_LINES && qn_bytes_next(&text, '\n', &line))
        count++;
    return count > MOST_LINES;
}

/* Why a file has no such page; NULL: it has. */
static const char *find_reason(struct web_page *page, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info = {.size = 0};
    const char *reason = NULL;

    page->status = qn_odb_read_info(page->ctx, page->scope.odb, id,
                                    QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (!page->status && info.size <= MOST_SHOWN)
        page->status = qn_odb_read_typed(page->ctx, page->scope.odb, id,
                                         QN_OBJECT_BLOB, &object);
    if (page->status || info.size > MOST_SHOWN)
        reason = "It is too large to be shown here.";
    else if (web_entry_is_binary(qn_object_bytes(&object)))
        reason = "It is no text.";
    else if (has_many_lines(qn_object_bytes(&object)))
        reason = "It has too many lines to be shown here.";
    qn_object_dispose(&object);
    return reason;
}

void web_blame_page(struct web_page *page)
{
    struct qn_blame *blame = NULL;
    const char *reason;
    struct qn_id id;
    uint32_t mode;

    if (!web_entry_find(page, &id, &mode))
        return;
    if (!qn_mode_is_file(mode) && !qn_mode_is_symlink(mode)) {
        web_html_refuse(page, 404, "There is no such file.");
        return;
    }
    reason = find_reason(page, &id);
    if (!page->status && !reason)
        page->status = run_blame(page, &blame);
    if (page->status)
        return;
    if (!blame && !reason) {
        web_html_refuse(page, 503,
                        "Its history is too long to be looked through while "
                        "somebody waits.");
        return;
    }
    web_html_begin(page, "blame", page->path);
    web_entry_crumbs(page, WEB_BLOB);
    if (blame)
        put_lines(page, blame);
    else
        web_html_printf(page, "<p>%s</p>\n", reason);
    web_html_end(page);
    qn_blame_free(blame);
}
