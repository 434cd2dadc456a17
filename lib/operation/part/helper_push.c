/* SPDX-License-Identifier: MIT */
#include "operation/part/helper_push.h"

#include "operation/part/record.h"
#include "repo/remote.h"
#include "transport/helper.h"

#include <string.h>

struct pushing {
    struct qn_ctx *ctx;
    struct qn_helper_push *how;
    struct qn_helper *helper;
    struct qn_push_row *row; /* that options are about; NULL: one not known */
    bool has_result;
};

/* ---- what is asked for */

static enum qn_status set_options(struct pushing *p)
{
    const struct qn_helper_push *how = p->how;
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *word;

    if (how->is_dry)
        status =
            qn_helper_need(p->ctx, p->helper, "dry-run", "true", "dry-run");
    else if (how->is_signed == QN_SEND_PACK_SIGNED)
        status =
            qn_helper_need(p->ctx, p->helper, "pushcert", "true", "--signed");
    else if (how->is_signed == QN_SEND_PACK_SIGNED_IF_ASKED)
        status = qn_helper_need(p->ctx, p->helper, "pushcert", "if-asked",
                                "--signed=if-asked");
    if (!status && how->is_atomic)
        status =
            qn_helper_need(p->ctx, p->helper, "atomic", "true", "--atomic");
    if (!status && how->checks_includes)
        status = qn_helper_need(p->ctx, p->helper, "force-if-includes", "true",
                                "--force-if-includes");
    while (!status && how->words &&
           (word = qn_wire_words_next(how->words, &position)))
        status = qn_helper_need(p->ctx, p->helper, "push-option", word,
                                "'push-option'");
    return status;
}

static enum qn_status set_lease(struct pushing *p,
                                const struct qn_push_row *row)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    qn_id_to_hex(&row->expected, hex);
    status = qn_buf_printf(p->ctx, &text, "%s:%s", row->name, hex);
    if (!status)
        status =
            qn_helper_set(p->ctx, p->helper, "cas", qn_buf_string(&text), NULL);
    qn_buf_dispose(&text);
    return status;
}

/* ---- what it tells */

static const char *copy(struct pushing *p, const char *text)
{
    return qn_arena_copy(p->ctx, &p->how->rows->arena,
                         qn_bytes_from_string(text));
}

static enum qn_status take_result(struct qn_ctx *ctx, void *data,
                                  const char *name, bool is_ok,
                                  const char *message)
{
    static const struct {
        const char *text;
        enum qn_push_status status;
    } known[] = {{"no match", QN_PUSH_NONE},
                 {"up to date", QN_PUSH_UP_TO_DATE},
                 {"non-fast forward", QN_PUSH_REJECT_NON_FORWARD},
                 {"already exists", QN_PUSH_REJECT_EXISTS},
                 {"fetch first", QN_PUSH_REJECT_FETCH_FIRST},
                 {"needs force", QN_PUSH_REJECT_NEEDS_FORCE},
                 {"stale info", QN_PUSH_REJECT_STALE},
                 {"remote ref updated since checkout", QN_PUSH_REJECT_UPDATED},
                 {"expecting report", QN_PUSH_WAITING}};
    struct pushing *p = data;
    struct qn_push_row *row = qn_push_rows_find(p->how->rows, name);
    size_t i;

    p->has_result = true;
    p->row = row;
    if (!row) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "push.unexpected",
                      "helper reported unexpected status of %s", name);
        return QN_OK;
    }
    row->status = is_ok ? QN_PUSH_OK : QN_PUSH_REMOTE_REJECT;
    row->reason = NULL;
    if (!message)
        return QN_OK;
    for (i = 0; i < QN_COUNT_OF(known); i++)
        if (strcmp(message, known[i].text) == 0) {
            row->status = known[i].status;
            return QN_OK;
        }
    if (strcmp(message, "forced update") == 0) {
        row->was_forced = true;
        return QN_OK;
    }
    row->reason = copy(p, message);
    return row->reason ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status take_option(struct qn_ctx *ctx, void *data,
                                  const char *key, const char *value)
{
    struct pushing *p = data;
    uint32_t algorithm = qn_odb_algorithm(p->how->scope->odb);
    struct qn_bytes text = qn_bytes_from_string(value);
    struct qn_push_outcome *outcome;

    if (!p->has_result)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.helper", key,
                                  "'option' without a matching 'ok/error' "
                                  "directive");
    if (!p->row)
        return QN_OK;
    if (!p->row->outcomes) {
        p->row->outcomes = qn_arena_calloc(ctx, &p->how->rows->arena, 1,
                                           sizeof(*p->row->outcomes));
        if (!p->row->outcomes)
            return QN_NO_MEMORY;
    }
    outcome = p->row->outcomes;
    if (strcmp(key, "refname") == 0) {
        outcome->name = copy(p, value);
        return outcome->name ? QN_OK : QN_NO_MEMORY;
    }
    if (strcmp(key, "old-oid") == 0)
        outcome->has_old = qn_id_from_hex(&outcome->old_id, algorithm, text);
    else if (strcmp(key, "new-oid") == 0)
        outcome->has_new = qn_id_from_hex(&outcome->new_id, algorithm, text);
    else if (strcmp(key, "forced-update") == 0)
        outcome->is_forced = true;
    return QN_OK;
}

/* ---- push */

static enum qn_status add_spec(struct pushing *p, const struct qn_push_row *row,
                               struct qn_wire_words *specs)
{
    struct qn_buf text = QN_BUF_INIT;
    bool is_delete = qn_id_is_null(&row->new_id);
    enum qn_status status = qn_buf_printf(
        p->ctx, &text, "%s%s:%s", row->is_forced && !is_delete ? "+" : "",
        is_delete ? "" : row->source, row->name);

    if (!status)
        status = qn_wire_words_add(p->ctx, specs, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* What we do not know and what is no commit is the helper's to judge. */
static bool is_sent(const struct qn_push_row *row)
{
    return row->has_source && (row->status == QN_PUSH_OK ||
                               row->status == QN_PUSH_REJECT_FETCH_FIRST ||
                               row->status == QN_PUSH_REJECT_NEEDS_FORCE);
}

static enum qn_status push_rows(struct pushing *p,
                                const struct qn_helper_results *results)
{
    struct qn_wire_words specs = QN_WIRE_WORDS_INIT;
    struct qn_push_rows *rows = p->how->rows;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < rows->count; i++) {
        struct qn_push_row *row = &rows->items[i];

        if (!is_sent(row))
            continue;
        if (row->status == QN_PUSH_OK)
            row->status = QN_PUSH_NONE; /* until it is told of */
        status = add_spec(p, row, &specs);
        if (!status && row->has_lease)
            status = set_lease(p, row);
    }
    if (!status && specs.count)
        status = set_options(p);
    if (!status && specs.count)
        status = qn_helper_push(p->ctx, p->helper, &specs, results);
    qn_wire_words_dispose(&specs);
    return status;
}

/* Nothing is pushed when one is refused and all were to go together. */
static bool refuse_together(struct pushing *p)
{
    struct qn_push_rows *rows = p->how->rows;
    bool is_refused = false;
    size_t i;

    for (i = 0; i < rows->count; i++) {
        const struct qn_push_row *row = &rows->items[i];

        if (row->has_source && !is_sent(row) &&
            row->status != QN_PUSH_UP_TO_DATE)
            is_refused = true;
    }
    for (i = 0; is_refused && i < rows->count; i++)
        if (rows->items[i].has_source && rows->items[i].status == QN_PUSH_OK)
            rows->items[i].status = QN_PUSH_ATOMIC_FAILED;
    return is_refused;
}

/* ---- export */

static enum qn_status export_rows(struct pushing *p,
                                  const struct qn_helper_results *results)
{
    struct qn_push_rows *rows = p->how->rows;
    bool is_known = true;
    enum qn_status status = set_options(p);
    size_t i;

    if (!status && p->how->is_forced)
        status = qn_helper_set(p->ctx, p->helper, "force", "true", &is_known);
    if (!status && !is_known)
        qn_ctx_report(p->ctx, QN_REPORT_WARNING, "transport.helper-option",
                      "helper %s does not support '--force'",
                      qn_helper_name(p->helper));
    if (!status)
        status = qn_helper_export_rows(p->ctx, p->how);
    for (i = 0; !status && i < rows->count; i++)
        if (rows->items[i].has_source)
            rows->items[i].status = QN_PUSH_NONE;
    if (!status)
        status = qn_helper_report(p->ctx, p->helper, results);
    return status;
}

/* ---- refs of its own */

enum qn_status qn_helper_private_name(struct qn_ctx *ctx,
                                      const struct qn_helper *helper,
                                      const char *name, struct qn_buf *out,
                                      bool *matched)
{
    const struct qn_helper_abilities *can = qn_helper_abilities(helper);
    struct qn_remote_refspecs list = {0};
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *text;

    *matched = false;
    while (!status && (text = qn_wire_words_next(&can->refspecs, &position)))
        status = qn_remote_refspecs_add(ctx, &list, text, QN_REFSPEC_FETCH);
    if (!status && list.count)
        status = qn_remote_map(ctx, &list, name, out, matched);
    qn_remote_refspecs_dispose(&list);
    return status;
}

static enum qn_status follow(struct pushing *p, const struct qn_push_row *row)
{
    const struct qn_helper_push *how = p->how;
    const struct qn_push_outcome *outcome = row->outcomes;
    const struct qn_id *id =
        outcome && outcome->has_new ? &outcome->new_id : &row->new_id;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {""};
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool matched = false;
    bool found = false;
    enum qn_status status = qn_helper_private_name(
        p->ctx, p->helper, outcome && outcome->name ? outcome->name : row->name,
        &name, &matched);

    if (!status && matched && !qn_id_is_null(id))
        status =
            qn_record_ref(p->ctx, how->scope->repo, how->scope->refs,
                          qn_buf_string(&name), id, NULL, "update by helper");
    else if (!status && matched)
        status = qn_refs_find(p->ctx, how->scope->refs, qn_buf_string(&name),
                              &ref, &found);
    if (!status && found)
        status = qn_ref_transaction_new(p->ctx, how->scope->refs, &transaction);
    if (!status && found)
        status = qn_ref_transaction_update(
            p->ctx, transaction, qn_buf_string(&name), id, NULL, 0, NULL);
    if (!status && found)
        status = qn_ref_transaction_commit(p->ctx, transaction, &writer);
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
        qn_ctx_report(p->ctx, QN_REPORT_ERROR, "push.tracking", "%s",
                      qn_ctx_message(p->ctx));
        qn_ctx_clear(p->ctx);
        status = QN_OK;
    }
    qn_ref_transaction_free(transaction);
    qn_ref_dispose(&ref);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status follow_all(struct pushing *p)
{
    const struct qn_push_rows *rows = p->how->rows;
    enum qn_status status = QN_OK;
    size_t i;

    if (p->how->is_dry || qn_helper_abilities(p->helper)->keeps_private)
        return QN_OK;
    for (i = 0; !status && i < rows->count; i++)
        if (rows->items[i].has_source && rows->items[i].status == QN_PUSH_OK)
            status = follow(p, &rows->items[i]);
    return status;
}

/* ---- all of it */

static void note_failures(struct pushing *p)
{
    const struct qn_push_rows *rows = p->how->rows;
    size_t i;

    for (i = 0; i < rows->count; i++) {
        const struct qn_push_row *row = &rows->items[i];

        if (row->has_source && row->status != QN_PUSH_OK &&
            row->status != QN_PUSH_UP_TO_DATE && row->status != QN_PUSH_NONE)
            p->how->has_failed = true;
    }
}

enum qn_status qn_helper_push_run(struct qn_ctx *ctx,
                                  struct qn_helper_push *push)
{
    struct pushing p = {
        .ctx = ctx, .how = push, .helper = push->connection->helper};
    const struct qn_helper_results results = {
        .data = &p, .result = take_result, .option = take_option};
    const struct qn_helper_abilities *can = qn_helper_abilities(p.helper);
    enum qn_status status =
        qn_helper_tell_program(ctx, p.helper, push->options);

    push->has_failed = push->has_ended = false;
    if (!status && !can->pushes && !can->exports) {
        push->has_ended = push->has_failed = true;
        return QN_OK; /* Git says nothing more of it, either */
    }
    if (!status && can->pushes && !(push->is_atomic && refuse_together(&p)))
        status = push_rows(&p, &results);
    else if (!status && !can->pushes)
        status = export_rows(&p, &results);
    if (status == QN_NETWORK) {
        qn_ctx_clear(ctx); /* it has told why by itself */
        push->has_ended = push->has_failed = true;
        return QN_OK;
    }
    if (!status)
        status = follow_all(&p);
    note_failures(&p);
    return status;
}
