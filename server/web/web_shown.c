/* SPDX-License-Identifier: MIT */
#include "server/web/web_shown.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "object/commit.h"
#include "text/ref_name.h"
#include "walk/commit_queue.h"
#include "walk/commit_table.h"
#include "walk/hidden_refs.h"

#include <string.h>

bool web_shown_has_ref(const struct web_page *page, const char *name)
{
    return !qn_hidden_refs_has(qn_repo_config(page->scope.repo), "uploadpack",
                               name, name);
}

/* A commit at the end of a ref's value. */
static bool peel(struct web_page *page, const struct qn_id *id,
                 struct qn_id *out)
{
    bool is_commit = false;

    if (!qn_revision_peel_if_commit(page->ctx, page->scope.odb, id, out,
                                    &is_commit))
        return is_commit;
    if (qn_ctx_status(page->ctx) != QN_NOT_FOUND)
        page->status = qn_ctx_status(page->ctx);
    else
        qn_ctx_clear(page->ctx);
    return false;
}

static bool find_ref(struct web_page *page, const char *name)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    if (!page->status)
        page->status =
            qn_refs_resolve(page->ctx, page->scope.refs, name, &ref, &found);
    found = !page->status && found && !ref.is_broken &&
            web_shown_has_ref(page, name) &&
            web_shown_has_ref(page, qn_buf_string(&ref.name)) &&
            peel(page, &ref.id, &page->commit);
    qn_ref_dispose(&ref);
    return found;
}

static bool find_named(struct web_page *page, const char *text)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/",
                                           "refs/"};
    struct qn_buf name = QN_BUF_INIT;
    bool found = false;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(prefixes) && !found && !page->status; i++) {
        qn_buf_clear(&name);
        page->status =
            qn_buf_printf(page->ctx, &name, "%s%s", prefixes[i], text);
        found = !page->status && qn_ref_name_is_valid(qn_buf_bytes(&name), 0) &&
                find_ref(page, qn_buf_string(&name));
    }
    qn_buf_dispose(&name);
    return found;
}

/* ---- by id */

struct tips {
    struct web_page *page;
    struct qn_id_list ids;
    const struct qn_id *wanted;
    bool found;
};

static enum qn_status add_tip(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct tips *tips = data;
    struct qn_id id;

    if (ref->is_broken ||
        !web_shown_has_ref(tips->page, qn_buf_string(&ref->name)))
        return QN_OK;
    if (ref->is_symbolic) /* what it points to is a ref of its own */
        return QN_OK;
    id =
        ref->has_peeled && !qn_id_is_null(&ref->peeled) ? ref->peeled : ref->id;
    tips->found = qn_id_is_equal(&id, tips->wanted);
    return tips->found ? QN_END : qn_id_list_add(ctx, &tips->ids, &id);
}

/* Is `row` at, or an ancestor of, any commit that is queued?  The newest go
 * first, and those that are too old to have it as an ancestor not at all. */
static enum qn_status search(struct qn_ctx *ctx, struct qn_commit_table *table,
                             struct qn_commit_queue *queue, uint32_t wanted,
                             bool *found)
{
    enum qn_status status = QN_OK;
    uint32_t row, i;

    while (!status && !*found && qn_commit_queue_pop(queue, &row)) {
        status = qn_ctx_check(ctx);
        if (row == wanted)
            *found = true;
        if (table->rows[row].generation != QN_COMMIT_GRAPH_INFINITY &&
            table->rows[row].generation <= table->rows[wanted].generation)
            continue;
        for (i = 0; i < table->rows[row].parent_count && !status; i++) {
            uint32_t parent = table->edges[table->rows[row].edge + i];

            if (table->rows[parent].flags)
                continue;
            table->rows[parent].flags = 1;
            status = qn_commit_table_load(ctx, table, parent);
            if (!status)
                status = qn_commit_queue_push(ctx, queue,
                                              table->rows[parent].generation,
                                              table->rows[parent].time, parent);
        }
    }
    return status;
}

static enum qn_status is_reached(struct qn_ctx *ctx, struct tips *tips,
                                 bool *found)
{
    struct qn_commit_table *table = NULL;
    struct qn_commit_queue queue = {.entries = NULL};
    uint32_t wanted = 0, row;
    struct qn_id id;
    enum qn_status status =
        qn_commit_table_new(ctx, &tips->page->scope, &table);
    size_t i;

    if (!status)
        status = qn_commit_table_put(ctx, table, tips->wanted, &wanted);
    if (!status)
        status = qn_commit_table_load(ctx, table, wanted);
    for (i = 0; i < tips->ids.count && !status; i++) {
        if (!peel(tips->page, &tips->ids.ids[i], &id)) {
            status = tips->page->status;
            continue;
        }
        status = qn_commit_table_put(ctx, table, &id, &row);
        if (!status)
            status = qn_commit_table_load(ctx, table, row);
        if (!status && !table->rows[row].flags) {
            table->rows[row].flags = 1;
            status =
                qn_commit_queue_push(ctx, &queue, table->rows[row].generation,
                                     table->rows[row].time, row);
        }
    }
    if (!status)
        status = search(ctx, table, &queue, wanted, found);
    qn_commit_queue_dispose(&queue);
    qn_commit_table_free(table);
    return status;
}

static bool find_id(struct web_page *page, const struct qn_id *id)
{
    struct tips tips = {.page = page, .wanted = id};
    struct qn_id commit;
    enum qn_status status;
    bool found = false;

    /* Not even whether it is here is told of what is not shown. */
    if (!peel(page, id, &commit) || !qn_id_is_equal(&commit, id))
        return false;
    status = qn_refs_walk(page->ctx, page->scope.refs, "", 0, add_tip, &tips);
    if (status == QN_END)
        status = QN_OK;
    found = tips.found;
    if (!status && !found)
        status = is_reached(page->ctx, &tips, &found);
    qn_id_list_dispose(&tips.ids);
    page->status = status;
    page->commit = *id;
    page->is_fixed = true;
    return !status && found;
}

bool web_shown_find(struct web_page *page)
{
    struct qn_bytes rev = qn_buf_bytes(&page->arguments.rev);
    struct qn_id id;

    if (rev.size == 0 || qn_bytes_is_string(rev, "HEAD"))
        page->has_commit = find_ref(page, "HEAD");
    else if (qn_id_from_hex(&id, qn_repo_algorithm(page->scope.repo), rev))
        page->has_commit = find_id(page, &id);
    else
        page->has_commit =
            find_named(page, qn_buf_string(&page->arguments.rev));
    return page->has_commit;
}
