/* SPDX-License-Identifier: MIT */
#include "operation/op_push.h"

#include "operation/part/helper_push.h"
#include "operation/part/push_display.h"
#include "operation/part/record.h"
#include "operation/part/run_hook.h"
#include "operation/part/tracking.h"
#include "transport/address.h"

struct pushing {
    struct qn_ctx *ctx;
    struct qn_op_push *push;
    struct qn_connection *connection;
    struct qn_push_match match;
    struct qn_push_rows rows;
    struct qn_buf head; /* the ref that HEAD is on; or empty */
};

static enum qn_status read_head(struct pushing *p)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_find(p->ctx, p->push->scope->refs, "HEAD", &ref, &found);

    if (!status && found && ref.is_symbolic)
        status =
            qn_buf_append_bytes(p->ctx, &p->head, qn_buf_bytes(&ref.target));
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status open_connection(struct pushing *p)
{
    struct qn_op_push *push = p->push;
    struct qn_remote_refs *refs = NULL;
    enum qn_status status = QN_OK;

    p->connection = push->opened;
    push->opened = NULL;
    if (p->connection)
        refs = &p->connection->server.refs;
    else
        status = qn_connection_open(p->ctx, push->connection, &p->connection);
    if (!status && !refs)
        status = qn_connection_refs(p->ctx, p->connection, push->connection,
                                    NULL, NULL, &refs);
    p->match = (struct qn_push_match){.scope = push->scope,
                                      .remote = push->remote,
                                      .refspecs = push->refspecs,
                                      .theirs = refs,
                                      .all = push->all,
                                      .mirrors = push->mirrors,
                                      .prunes = push->prunes,
                                      .follows_tags = push->follows_tags,
                                      .is_forced = push->is_forced,
                                      .leases_all = push->leases_all,
                                      .checks_includes = push->checks_includes,
                                      .leases = push->leases,
                                      .lease_count = push->lease_count,
                                      .unqualified = push->calls.unqualified,
                                      .data = push->calls.data};
    return status;
}

/* ---- what is refused, for hints */

static void note_refusals(struct pushing *p)
{
    struct qn_op_push *push = p->push;
    size_t i;

    for (i = 0; i < p->rows.count; i++) {
        const struct qn_push_row *row = &p->rows.items[i];

        if (!row->has_source || row->status == QN_PUSH_NONE)
            continue;
        if (row->status != QN_PUSH_UP_TO_DATE)
            push->has_pushed = true;
        if (row->status != QN_PUSH_OK && row->status != QN_PUSH_UP_TO_DATE)
            push->has_failed = true;
        switch (row->status) {
        case QN_PUSH_REJECT_NON_FORWARD:
            push->refusals |= strcmp(row->name, qn_buf_string(&p->head)) == 0
                                  ? QN_OP_PUSH_HEAD_BEHIND
                                  : QN_OP_PUSH_OTHER_BEHIND;
            break;
        case QN_PUSH_REJECT_EXISTS:
            push->refusals |= QN_OP_PUSH_EXISTS;
            break;
        case QN_PUSH_REJECT_FETCH_FIRST:
            push->refusals |= QN_OP_PUSH_FETCH_FIRST;
            break;
        case QN_PUSH_REJECT_NEEDS_FORCE:
            push->refusals |= QN_OP_PUSH_NEEDS_FORCE;
            break;
        case QN_PUSH_REJECT_UPDATED:
            push->refusals |= QN_OP_PUSH_UPDATED;
            break;
        default:
            break;
        }
    }
}

/* ---- pre-push */

static enum qn_status append_line(struct pushing *p,
                                  const struct qn_push_row *row,
                                  struct qn_buf *out)
{
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(p->ctx, out, "%s %s %s %s\n",
                         row->source ? row->source : "(delete)",
                         qn_id_to_hex(&row->new_id, new), row->name,
                         qn_id_to_hex(&row->old_id, old));
}

static enum qn_status ask_hook(struct pushing *p, bool *is_fine)
{
    const struct qn_op_push *push = p->push;
    const char *url = push->connection->url;
    const char *const arguments[] = {push->remote ? push->remote->name : url,
                                     url, NULL};
    struct qn_buf input = QN_BUF_INIT;
    struct qn_run_hook hook = {.name = "pre-push",
                               .arguments = arguments,
                               .has_input = true,
                               .keeps_stdout = true};
    int code = 0;
    enum qn_status status = QN_OK;
    size_t i;

    input.limit = SIZE_MAX;
    for (i = 0; !status && i < p->rows.count; i++)
        if (p->rows.items[i].has_source &&
            p->rows.items[i].status == QN_PUSH_OK)
            status = append_line(p, &p->rows.items[i], &input);
    hook.input = qn_buf_bytes(&input);
    if (!status)
        status = qn_run_hook(p->ctx, push->scope->repo, &hook, &code);
    *is_fine = code == 0;
    qn_buf_dispose(&input);
    return status;
}

/* ---- afterwards */

static bool is_settled(const struct qn_push_row *row)
{
    return row->has_source &&
           (row->status == QN_PUSH_OK || row->status == QN_PUSH_UP_TO_DATE);
}

static enum qn_status delete_ref(struct pushing *p, const char *name)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {NULL};
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_id none;
    enum qn_status status =
        qn_ref_transaction_new(p->ctx, p->push->scope->refs, &transaction);

    qn_id_clear(&none, qn_odb_algorithm(p->push->scope->odb));
    if (!status)
        status = qn_ref_transaction_update(p->ctx, transaction, name, &none,
                                           NULL, 0, NULL);
    /* the reflog of a symref, whose end is deleted, is written */
    if (!status)
        status = qn_repo_ident(p->ctx, p->push->scope->repo, QN_IDENT_COMMITTER,
                               false, &ident);
    writer.ident = qn_buf_string(&ident);
    if (!status)
        status = qn_ref_transaction_commit(p->ctx, transaction, &writer);
    qn_buf_dispose(&ident);
    qn_ref_transaction_free(transaction);
    return status;
}

/* What we keep of one of their refs follows it. */
static enum qn_status track(struct pushing *p, const char *name,
                            const struct qn_id *id)
{
    struct qn_op_push *push = p->push;
    struct qn_buf local = QN_BUF_INIT;
    bool matched = false;
    enum qn_status status =
        qn_remote_map(p->ctx, &push->remote->fetch, name, &local, &matched);

    if (!status && matched && local.size > 0) {
        if (push->calls.tracked)
            push->calls.tracked(push->calls.data, qn_buf_string(&local));
        if (qn_id_is_null(id))
            status = delete_ref(p, qn_buf_string(&local));
        else
            status = qn_record_ref(p->ctx, push->scope->repo, push->scope->refs,
                                   qn_buf_string(&local), id, NULL,
                                   "update by push");
        if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
            qn_ctx_report(p->ctx, QN_REPORT_ERROR, "push.tracking", "%s",
                          qn_ctx_message(p->ctx));
            qn_ctx_clear(p->ctx);
            status = QN_OK;
        }
    }
    qn_buf_dispose(&local);
    return status;
}

static enum qn_status track_all(struct pushing *p)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!p->push->remote || p->push->is_dry)
        return QN_OK;
    for (i = 0; !status && i < p->rows.count; i++) {
        const struct qn_push_row *row = &p->rows.items[i];
        const struct qn_push_outcome *outcome = row->outcomes;

        if (!is_settled(row))
            continue;
        if (!outcome)
            status = track(p, row->name, &row->new_id);
        for (; !status && outcome; outcome = outcome->next)
            status = track(p, outcome->name ? outcome->name : row->name,
                           outcome->has_new ? &outcome->new_id : &row->new_id);
    }
    return status;
}

static enum qn_status set_upstreams(struct pushing *p)
{
    static const char heads[] = "refs/heads/";
    const size_t size = sizeof(heads) - 1;
    struct qn_op_push *push = p->push;
    const char *remote =
        push->remote ? push->remote->name : push->connection->url;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < p->rows.count; i++) {
        const struct qn_push_row *row = &p->rows.items[i];
        const char *source = row->source;

        if (!is_settled(row) || !source || qn_id_is_null(&row->new_id))
            continue;
        if (strcmp(source, "HEAD") == 0)
            source = qn_buf_string(&p->head);
        if (strncmp(source, heads, size) != 0 ||
            strncmp(row->name, heads, size) != 0)
            continue;
        if (push->is_dry)
            push->calls.would_track(push->calls.data, source + size,
                                    row->name + size);
        else
            status = qn_tracking_record(p->ctx, push->scope->repo,
                                        source + size, remote, row->name,
                                        push->is_quiet ? NULL : &push->said);
    }
    return status;
}

/* ---- all of it */

/* What else they have; to find out may fail, and then it is not known. */
static enum qn_status negotiate(struct pushing *p, struct qn_id_list *common)
{
    const struct qn_op_push_calls *calls = &p->push->calls;
    struct qn_id_list tips = {0};
    enum qn_status status = QN_OK;
    size_t i;

    if (!calls->negotiate || p->push->is_dry)
        return QN_OK;
    for (i = 0; !status && i < p->rows.count; i++)
        if (p->rows.items[i].has_source &&
            p->rows.items[i].status == QN_PUSH_OK &&
            !qn_id_is_null(&p->rows.items[i].new_id))
            status = qn_id_list_add(p->ctx, &tips, &p->rows.items[i].new_id);
    if (!status && tips.count > 0)
        status = calls->negotiate(p->ctx, calls->data, &tips, common);
    qn_id_list_dispose(&tips);
    return status;
}

/* One that speaks no wire protocol. */
static enum qn_status send_to_helper(struct pushing *p, bool *has_ended)
{
    struct qn_op_push *push = p->push;
    struct qn_helper_push how = {.scope = push->scope,
                                 .options = push->connection,
                                 .connection = p->connection,
                                 .rows = &p->rows,
                                 .words = push->options,
                                 .is_signed = push->is_signed,
                                 .is_dry = push->is_dry,
                                 .is_atomic = push->is_atomic,
                                 .is_forced = push->is_forced,
                                 .checks_includes = push->checks_includes};
    enum qn_status status = qn_helper_push_run(p->ctx, &how);

    if (!status && how.has_failed)
        push->has_failed = true;
    *has_ended = how.has_ended;
    return status;
}

static enum qn_status send(struct pushing *p)
{
    struct qn_op_push *push = p->push;
    struct qn_buf url = QN_BUF_INIT;
    struct qn_id_list common = {0};
    struct qn_send_pack how = {.scope = push->scope,
                               .connection = p->connection,
                               .rows = &p->rows,
                               .agent = push->connection->agent,
                               .session = push->connection->session,
                               .options = push->options,
                               .is_signed = push->is_signed,
                               .is_dry = push->is_dry,
                               .is_atomic = push->is_atomic,
                               .is_thin = push->is_thin,
                               .is_quiet = push->is_quiet,
                               .shows_progress = push->shows_progress,
                               .quiets_server = push->quiets_server,
                               .said = push->calls.said,
                               .said_last = push->calls.said_last,
                               .tell = push->calls.tell,
                               .data = push->calls.data};
    enum qn_status status = qn_address_append_shown(
        p->ctx, qn_bytes_from_string(push->connection->url), &url);

    /* Over http Git signs the URL as it asks it. */
    if (!status && p->connection->is_stateless &&
        !qn_bytes_has_suffix(qn_buf_bytes(&url), "/"))
        status = qn_buf_append_byte(p->ctx, &url, '/');
    how.url = qn_buf_string(&url);
    how.common = &common;
    if (!status)
        status = negotiate(p, &common);
    if (!status)
        status = qn_send_pack_run(p->ctx, &how);
    if (!status && how.has_failed)
        push->has_failed = true;
    qn_id_list_dispose(&common);
    qn_buf_dispose(&url);
    return status;
}

static enum qn_status run(struct pushing *p)
{
    struct qn_op_push *push = p->push;
    bool is_fine = true;
    bool has_ended = false;
    const struct qn_push_match first = {.scope = push->scope,
                                        .refspecs = push->refspecs};
    enum qn_status status = read_head(p);

    if (!status && push->checks_first)
        status = qn_push_match_check(p->ctx, &first, &is_fine);
    if (!status && !is_fine)
        push->has_failed = true;
    if (status || !is_fine)
        return status;
    status = open_connection(p);
    if (!status)
        status = qn_push_match_find(p->ctx, &p->match, &p->rows, &is_fine);
    if (status || !is_fine) {
        push->has_failed = true;
        return status;
    }
    if (p->match.theirs->count == 0 && push->refspecs->count == 0 &&
        !push->all && !push->mirrors)
        push->is_pointless = true;
    status = qn_push_match_judge(p->ctx, &p->match, &p->rows);
    if (!status && !push->skips_hook)
        status = ask_hook(p, &is_fine);
    if (status || !is_fine) {
        push->has_failed = true;
        return status;
    }
    status = p->connection->helper ? send_to_helper(p, &has_ended) : send(p);
    if (status || has_ended)
        return status;
    note_refusals(p);
    push->was_shown = true;
    push->calls.show(push->calls.data, &p->rows);
    if (push->sets_upstream)
        status = set_upstreams(p);
    return status ? status : track_all(p);
}

enum qn_status qn_op_push_run(struct qn_ctx *ctx, struct qn_op_push *push)
{
    struct pushing p = {.ctx = ctx, .push = push};
    enum qn_status status;

    push->has_failed = push->was_shown = push->has_pushed = false;
    push->is_pointless = push->has_bad_end = false;
    push->refusals = 0;
    status = run(&p);
    /* What nobody asked for anything ends with a flush, and in good order. */
    if (!status && p.connection) {
        status = qn_connection_finish(ctx, p.connection);
        if (status == QN_NETWORK &&
            (push->was_shown || p.connection->helper ||
             strcmp(qn_ctx_reason(ctx), "transport.program-failed") == 0)) {
            /* the report is what counts, and that it ended so */
            qn_ctx_clear(ctx);
            if (p.connection->helper)
                push->has_bad_end = true;
            else
                push->has_failed = true;
            status = QN_OK;
        }
    }
    push->has_requested = status && p.connection &&
                          p.connection->is_stateless && p.connection->has_asked;
    qn_connection_free(p.connection);
    qn_push_rows_dispose(&p.rows);
    qn_buf_dispose(&p.head);
    return status;
}
