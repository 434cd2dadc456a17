/* SPDX-License-Identifier: MIT */
#include "base/env.h"
#include "base/memory.h"
#include "refs/refs_backend.h"
#include "text/ref_name.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in order, for the search of conflicts; each may occur only once. */
static enum qn_status sort_names(struct qn_ctx *ctx,
                                 struct qn_ref_transaction *transaction)
{
    bool is_sorted = true;
    size_t i;

    for (i = 0; i < transaction->names.count; i++)
        if (transaction->names.items[i].value)
            return qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "refs.duplicate",
                (const char *)transaction->names.items[i].key.data,
                "multiple updates for ref '%s' not allowed",
                (const char *)transaction->names.items[i].key.data);
    if (transaction->queued_count == 0)
        return QN_OK;
    transaction->sorted = qn_memory_array(ctx, transaction->queued_count,
                                          sizeof(*transaction->sorted));
    if (!transaction->sorted)
        return QN_NO_MEMORY;
    for (i = 0; i < transaction->queued_count; i++) {
        transaction->sorted[i] = transaction->changes[i].name;
        is_sorted = is_sorted && (i == 0 || strcmp(transaction->sorted[i - 1],
                                                   transaction->sorted[i]) < 0);
    }
    if (is_sorted) /* as a program writes them */
        return QN_OK;
    qsort((void *)transaction->sorted, transaction->queued_count,
          sizeof(*transaction->sorted), compare_names);
    return QN_OK;
}

static enum qn_status append_line(struct qn_ctx *ctx,
                                  const struct qn_ref_change *change,
                                  struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (change->old_target)
        status = qn_buf_printf(ctx, out, "ref:%s ", change->old_target);
    else
        status =
            qn_buf_printf(ctx, out, "%s ", qn_id_to_hex(&change->old_id, hex));
    if (status)
        return status;
    if (change->new_target)
        return qn_buf_printf(ctx, out, "ref:%s %s\n", change->new_target,
                             change->name);
    return qn_buf_printf(ctx, out, "%s %s\n",
                         qn_id_to_hex(&change->new_id, hex), change->name);
}

/* Tell the hook. */
enum qn_status qn_ref_transaction_tell(struct qn_ctx *ctx, struct qn_refs *refs,
                                       const char *state, struct qn_bytes lines)
{
    qn_refs_observe_fn *call = refs->observe;
    void *data = refs->observe_data;

    if (!call) {
        call = refs->options->calls.observe;
        data = refs->options->calls.data;
    }
    return call ? call(ctx, data, state, lines) : QN_OK;
}

enum qn_status qn_ref_transaction_line(struct qn_ctx *ctx,
                                       const struct qn_id *old_id,
                                       const struct qn_id *new_id,
                                       const char *name, struct qn_buf *out)
{
    char hexes[2][QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(ctx, out, "%s %s %s\n", qn_id_to_hex(old_id, hexes[0]),
                         qn_id_to_hex(new_id, hexes[1]), name);
}

static enum qn_status observe(struct qn_ctx *ctx,
                              struct qn_ref_transaction *transaction,
                              const char *state)
{
    const struct qn_refs *refs = transaction->refs;
    qn_refs_observe_fn *call = refs->observe;
    void *data = refs->observe_data;
    struct qn_buf lines = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (!call) {
        call = refs->options->calls.observe;
        data = refs->options->calls.data;
    }
    if (!call)
        return QN_OK;
    status = call(ctx, data, NULL, QN_BYTES_NONE);
    if (status) /* nobody listens: thousands of lines need not be made */
        return status == QN_END ? QN_OK : status;
    for (i = 0; !status && i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        /* What is rejected later than at once is told of to the end, as by Git.
         */
        if (change->is_refused || change->is_log_only)
            continue;
        status = append_line(ctx, change, &lines);
    }
    if (!status)
        status = call(ctx, data, state, qn_buf_bytes(&lines));
    qn_buf_dispose(&lines);
    return status;
}

/* The name that the caller gave, which messages show. */
static const char *given_name(const struct qn_ref_transaction *transaction,
                              const struct qn_ref_change *change)
{
    while (change->parent)
        change = &transaction->changes[change->parent - 1];
    return change->name;
}

/* Does `name` come up on the way from what the caller gave to `change`? */
static bool has_ancestor(const struct qn_ref_transaction *transaction,
                         const struct qn_ref_change *change, const char *name)
{
    while (change->parent) {
        change = &transaction->changes[change->parent - 1];
        if (strcmp(change->name, name) == 0)
            return true;
    }
    return false;
}

/* Add an update that belongs to the one at `position`; `*out` is its place. */
static enum qn_status split_change(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   size_t position, const char *name,
                                   struct qn_ref_change **out)
{
    struct qn_ref_change *change, *parent;
    struct qn_map_item *item;

    change = qn_ref_transaction_add(ctx, transaction, name);
    if (!change)
        return QN_NO_MEMORY;
    item = qn_map_put(ctx, &transaction->names,
                      qn_bytes_from_string(change->name), NULL);
    if (!item)
        return QN_NO_MEMORY;
    item->number = transaction->count;
    parent = &transaction->changes[position];
    change->parent = position + 1;
    change->flags = parent->flags;
    change->message = parent->message;
    change->has_new = parent->has_new;
    change->new_id = parent->new_id;
    change->new_target = parent->new_target;
    change->has_old = parent->has_old;
    change->old_id = parent->old_id;
    change->old_target = parent->old_target;
    *out = change;
    return QN_OK;
}

/* HEAD points to what changes: it gets a line in its own log. */
static enum qn_status log_for_head(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   size_t position, const char *head_target)
{
    struct qn_ref_change *change = &transaction->changes[position];
    struct qn_ref_change *head;
    enum qn_status status;

    if (!head_target || strcmp(change->name, head_target) != 0 ||
        strcmp(change->name, "HEAD") == 0 || change->is_log_only ||
        !change->has_new || change->new_target ||
        (change->flags & QN_REF_SKIP_REFLOG) ||
        has_ancestor(transaction, change, "HEAD"))
        return QN_OK;
    if (qn_map_find(&transaction->names, QN_BYTES("HEAD")))
        return qn_ctx_fail_reason(
            ctx, QN_CONFLICT, "refs.duplicate", "HEAD",
            "multiple updates for 'HEAD' (including one via its referent "
            "'%s') are not allowed",
            change->name);
    status = split_change(ctx, transaction, position, "HEAD", &head);
    if (status)
        return status;
    head->flags |= QN_REF_NO_DEREF;
    head->is_log_only = true;
    head->is_via_parent = true;
    head->has_old = false;
    head->old_target = NULL;
    return QN_OK;
}

/* A symbolic ref that is to be followed: the change moves on to its target, and
 * this one only logs. */
static enum qn_status pass_on(struct qn_ctx *ctx,
                              struct qn_ref_transaction *transaction,
                              size_t position)
{
    struct qn_ref_change *change = &transaction->changes[position];
    const char *target = change->target;
    struct qn_ref_change *child;
    enum qn_status status;
    const struct qn_map_item *item;

    item = qn_map_find(&transaction->names, qn_bytes_from_string(target));
    if (item && item->number)
        return qn_ctx_fail_reason(
            ctx, QN_CONFLICT, "refs.duplicate", target,
            "multiple updates for '%s' (including one via symref '%s') are "
            "not allowed",
            target, change->name);
    if (!qn_ref_name_is_valid(qn_bytes_from_string(target),
                              QN_REF_NAME_ONE_LEVEL))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "refs.bad-name", target,
                                  "refusing to update ref with bad name '%s'",
                                  target);
    status = split_change(ctx, transaction, position, target, &child);
    if (status)
        return status;
    change = &transaction->changes[position];
    change->is_log_only = true;
    change->is_via_parent = true;
    change->has_old = false;
    change->old_target = NULL;
    change->flags |= QN_REF_NO_DEREF;
    return QN_OK;
}

static enum qn_status fail_missing(struct qn_ctx *ctx, const char *given,
                                   const struct qn_ref_change *change)
{
    return qn_ctx_fail_reason(
        ctx, QN_CHANGED, "refs.missing", change->name,
        "cannot lock ref '%s': unable to resolve reference '%s'", given,
        change->name);
}

/* The condition on the old value. */
static enum qn_status check_old(struct qn_ctx *ctx,
                                const struct qn_ref_transaction *transaction,
                                const struct qn_ref_change *change)
{
    const char *given = given_name(transaction, change);
    char is[QN_ID_MAX_HEX_SIZE + 1], wanted[QN_ID_MAX_HEX_SIZE + 1];

    if (change->old_target) {
        if (!change->exists)
            return fail_missing(ctx, given, change);
        if (!change->is_symbolic)
            return qn_ctx_fail_reason(
                ctx, QN_CHANGED, "refs.not-symbolic", change->name,
                "cannot lock ref '%s': expected symref with target '%s': but "
                "is a regular ref",
                given, change->old_target);
        if (strcmp(change->target, change->old_target) != 0)
            return qn_ctx_fail_reason(
                ctx, QN_CHANGED, "refs.old-value", change->name,
                "verifying symref target: '%s': is at %s but expected %s",
                given, change->target, change->old_target);
    }
    if (!change->has_old)
        return QN_OK;
    if (qn_id_is_null(&change->old_id)) {
        if (change->exists)
            return qn_ctx_fail_reason(
                ctx, QN_EXISTS, "refs.exists", change->name,
                "cannot lock ref '%s': reference already exists", given);
        return QN_OK;
    }
    if (!change->exists)
        return fail_missing(ctx, given, change);
    if (qn_id_is_null(&change->current))
        return qn_ctx_fail_reason(
            ctx, QN_CHANGED, "refs.missing", change->name,
            "cannot lock ref '%s': reference is missing but expected %s", given,
            qn_id_to_hex(&change->old_id, wanted));
    if (!qn_id_is_equal(&change->current, &change->old_id))
        return qn_ctx_fail_reason(
            ctx, QN_CHANGED, "refs.old-value", change->name,
            "cannot lock ref '%s': is at %s but expected %s", given,
            qn_id_to_hex(&change->current, is),
            qn_id_to_hex(&change->old_id, wanted));
    return QN_OK;
}

/* The value at the end of a chain that starts at `name`; null when none. */
static enum qn_status value_of(struct qn_ctx *ctx,
                               struct qn_ref_transaction *transaction,
                               const char *name, struct qn_id *out)
{
    bool found;
    enum qn_status status = qn_refs_resolve(ctx, transaction->refs, name,
                                            &transaction->ref, &found);

    qn_id_clear(out, transaction->refs->options->algorithm);
    if (!status && found && !transaction->ref.is_broken)
        *out = transaction->ref.id;
    return status;
}

/* Read what is there now, under the lock. */
static enum qn_status read_current(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   struct qn_ref_change *change)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_ref *ref = &transaction->ref;
    enum qn_status status;

    status = refs->backend->read(ctx, refs, change->name, ref, &change->exists);
    if (status)
        return status;
    if (change->exists && ref->is_broken &&
        !(change->flags & QN_REF_SKIP_NAME_CHECK))
        return qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "refs.broken", change->name,
            "cannot lock ref '%s': unable to resolve reference '%s': "
            "reference broken",
            given_name(transaction, change), change->name);
    qn_id_clear(&change->current, refs->options->algorithm);
    change->is_symbolic = change->exists && ref->is_symbolic;
    if (change->exists && !ref->is_symbolic)
        change->current = ref->id;
    if (change->is_symbolic) {
        change->target = qn_ref_transaction_copy(ctx, transaction,
                                                 qn_buf_string(&ref->target));
        if (!change->target)
            return QN_NO_MEMORY;
    }
    return QN_OK;
}

/* Those that this one was split off from log its old value. */
static void tell_parents(struct qn_ref_transaction *transaction,
                         const struct qn_ref_change *change)
{
    struct qn_id current = change->current;

    while (change->parent) {
        struct qn_ref_change *parent =
            &transaction->changes[change->parent - 1];

        if (!parent->is_via_parent)
            return;
        parent->current = current;
        change = parent;
    }
}

/* What has to be written, and what logged. */
static enum qn_status decide(struct qn_ctx *ctx,
                             struct qn_ref_transaction *transaction,
                             struct qn_ref_change *change)
{
    bool is_same = change->exists && !change->is_symbolic &&
                   !change->new_target &&
                   qn_id_is_equal(&change->current, &change->new_id);
    enum qn_status status = QN_OK;

    change->logged_new = change->new_id;
    if (change->new_target && !change->is_log_only)
        status =
            value_of(ctx, transaction, change->new_target, &change->logged_new);
    if (status || !change->has_new)
        return status;
    if (change->is_log_only) {
        change->logs = !(change->flags & QN_REF_SKIP_REFLOG);
        return QN_OK;
    }
    change->deletes = !change->new_target && qn_id_is_null(&change->new_id);
    change->writes = !change->deletes && !is_same;
    if (change->deletes && !change->exists)
        change->deletes = false;
    change->logs = change->writes && !(change->flags & QN_REF_SKIP_REFLOG) &&
                   !(change->new_target && qn_id_is_null(&change->logged_new));
    return QN_OK;
}

/* Lock, read, check, split and stage one update. */
static enum qn_status prepare_change(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     size_t position, const char *head_target)
{
    const struct qn_refs_backend *backend = transaction->refs->backend;
    struct qn_ref_change *change = &transaction->changes[position];
    enum qn_status status = QN_OK;
    bool passes_on;

    if (backend->lock) {
        status = backend->lock(ctx, transaction, change);
        if (status && backend->format != QN_REFS_FILES)
            return status;
        /* What must be there is told missing before its name is looked at. */
        if (status && change->has_old && !qn_id_is_null(&change->old_id) &&
            strcmp(qn_ctx_reason(ctx), "refs.name-conflict") == 0)
            return fail_missing(ctx, given_name(transaction, change), change);
        if (status)
            return qn_ctx_where(ctx, "cannot lock ref '%s'",
                                given_name(transaction, change));
    }
    status = log_for_head(ctx, transaction, position, head_target);
    if (status)
        return status;
    change = &transaction->changes[position];
    if (change->is_via_parent) /* HEAD, for its log */
        change->current = transaction->changes[change->parent - 1].current;
    else
        status = read_current(ctx, transaction, change);
    if (status)
        return status;
    passes_on = change->is_symbolic && !(change->flags & QN_REF_NO_DEREF);
    if (passes_on) {
        if (change->old_target && backend->format == QN_REFS_REFTABLE)
            status = check_old(ctx, transaction, change);
        return status ? status : pass_on(ctx, transaction, position);
    }
    if (change->is_symbolic)
        status = value_of(ctx, transaction, change->target, &change->current);
    if (!status)
        status = check_old(ctx, transaction, change);
    if (status)
        return status;
    tell_parents(transaction, change);
    status = decide(ctx, transaction, change);
    if (!status && backend->stage)
        status = backend->stage(ctx, transaction, change);
    return status;
}

/* A symbolic ref that passed on was not decided about: it only logs. */
static void finish_passed(struct qn_ref_transaction *transaction)
{
    size_t i;

    for (i = 0; i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (!change->is_via_parent)
            continue;
        change->logged_new = change->new_id;
        change->logs = change->has_new && !change->new_target &&
                       !(change->flags & QN_REF_SKIP_REFLOG);
        if (change->parent && strcmp(change->name, "HEAD") == 0 &&
            transaction->changes[change->parent - 1].is_rejected)
            change->is_rejected = true;
    }
}

static enum qn_status
check_all_available(struct qn_ctx *ctx, struct qn_ref_transaction *transaction)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (change->exists || change->is_log_only || change->is_rejected)
            continue;
        status = qn_ref_available_check(ctx, transaction, change);
        if (status)
            status =
                qn_ref_transaction_reject(ctx, transaction, change, status);
    }
    return status;
}

static enum qn_status read_head(struct qn_ctx *ctx,
                                struct qn_ref_transaction *transaction,
                                const char **out)
{
    struct qn_refs *refs = transaction->refs;
    struct qn_ref *ref = &transaction->ref;
    bool found;
    enum qn_status status = refs->backend->read(ctx, refs, "HEAD", ref, &found);

    *out = NULL;
    if (status || !found || !ref->is_symbolic || ref->is_broken)
        return status;
    *out =
        qn_ref_transaction_copy(ctx, transaction, qn_buf_string(&ref->target));
    return *out ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status prepare_all(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction)
{
    const struct qn_refs_backend *backend = transaction->refs->backend;
    const char *head_target;
    enum qn_status status;
    size_t i;

    status = backend->begin ? backend->begin(ctx, transaction) : QN_OK;
    if (!status)
        status = read_head(ctx, transaction, &head_target);
    for (i = 0; !status && i < transaction->count; i++) {
        if (transaction->changes[i].is_rejected)
            continue;
        status = prepare_change(ctx, transaction, i, head_target);
        if (status)
            status = qn_ref_transaction_reject(
                ctx, transaction, &transaction->changes[i], status);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    if (!status)
        status = check_all_available(ctx, transaction);
    if (!status)
        finish_passed(transaction);
    if (!status && backend->ready)
        status = backend->ready(ctx, transaction);
    return status;
}

/* The hook said no: tell it that this is the end. */
static enum qn_status give_up(struct qn_ctx *ctx,
                              struct qn_ref_transaction *transaction,
                              const char *phase)
{
    qn_ctx_clear(ctx);
    if (observe(ctx, transaction, "aborted"))
        qn_ctx_clear(ctx);
    return qn_ctx_fail_reason(ctx, QN_REFUSED, "refs.hook", NULL,
                              "in '%s' phase, update aborted by the "
                              "reference-transaction hook",
                              phase);
}

/* Objects that are not here for good yet may be named by nobody. */
static enum qn_status check_quarantine(struct qn_ctx *ctx)
{
    if (!qn_env_variable(qn_ctx_env(ctx), "GIT_QUARANTINE_PATH"))
        return QN_OK;
    return qn_ctx_fail_reason(
        ctx, QN_REFUSED, "refs.quarantine", NULL,
        "ref updates forbidden inside quarantine environment");
}

enum qn_status
qn_ref_transaction_prepare(struct qn_ctx *ctx,
                           struct qn_ref_transaction *transaction)
{
    struct qn_span span;
    enum qn_status status;

    if (transaction->state != QN_REF_TRANSACTION_OPEN)
        return qn_ctx_fail(ctx, QN_INTERNAL,
                           "prepare on a transaction that is not open");
    qn_span_begin(ctx, &span, "refs.prepare", NULL);
    status = check_quarantine(ctx);
    if (!status)
        status = sort_names(ctx, transaction);
    if (!status) {
        status = observe(ctx, transaction, "preparing");
        if (status)
            status = give_up(ctx, transaction, "preparing");
    }
    if (!status)
        status = prepare_all(ctx, transaction);
    if (!status) {
        status = observe(ctx, transaction, "prepared");
        if (status)
            status = give_up(ctx, transaction, "prepared");
    }
    if (status) {
        transaction->refs->backend->rollback(transaction);
        transaction->state = QN_REF_TRANSACTION_CLOSED;
    } else {
        transaction->state = QN_REF_TRANSACTION_PREPARED;
    }
    qn_span_end(ctx, &span);
    return status;
}

enum qn_status qn_ref_transaction_abort(struct qn_ctx *ctx,
                                        struct qn_ref_transaction *transaction)
{
    enum qn_status status = QN_OK;

    if (transaction->state == QN_REF_TRANSACTION_CLOSED)
        return QN_OK;
    transaction->refs->backend->rollback(transaction);
    if (transaction->state == QN_REF_TRANSACTION_PREPARED)
        status = observe(ctx, transaction, "aborted");
    transaction->state = QN_REF_TRANSACTION_CLOSED;
    return status;
}

/* As GIT_TRACE_REFS tells it. */
static void trace_changes(struct qn_ctx *ctx,
                          const struct qn_ref_transaction *transaction,
                          enum qn_status status)
{
    char old_hex[QN_ID_MAX_HEX_SIZE + 1];
    char new_hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    qn_trace_say_line(ctx, QN_TRACE_REFS, "transaction {");
    for (i = 0; i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        qn_trace_say_line(
            ctx, QN_TRACE_REFS, "%zu: %s %s -> %s (F=0x%x, T=0x%x) \"%s\"", i,
            change->name, qn_id_to_hex(&change->old_id, old_hex),
            change->new_target ? change->new_target
                               : qn_id_to_hex(&change->new_id, new_hex),
            change->flags, change->is_symbolic ? 1u : 0u, change->message);
    }
    qn_trace_say_line(ctx, QN_TRACE_REFS, "}");
    qn_trace_say_line(ctx, QN_TRACE_REFS, "finish: %d", status ? -1 : 0);
}

enum qn_status qn_ref_transaction_commit(struct qn_ctx *ctx,
                                         struct qn_ref_transaction *transaction,
                                         const struct qn_refs_writer *writer)
{
    struct qn_span span;
    enum qn_status status = QN_OK;

    if (transaction->state == QN_REF_TRANSACTION_OPEN)
        status = qn_ref_transaction_prepare(ctx, transaction);
    if (status)
        return status;
    if (transaction->state != QN_REF_TRANSACTION_PREPARED)
        return qn_ctx_fail(ctx, QN_INTERNAL,
                           "commit on a transaction that is closed");
    qn_span_begin(ctx, &span, "refs.commit", NULL);
    status = transaction->refs->backend->finish(ctx, transaction, writer);
    if (status)
        transaction->refs->backend->rollback(transaction);
    transaction->state = QN_REF_TRANSACTION_CLOSED;
    if (qn_trace_wants(ctx, QN_TRACE_REFS))
        trace_changes(ctx, transaction, status);
    qn_trace_count(ctx, QN_COUNTER_REF_WRITE, transaction->count);
    if (!status) {
        /* It is done; what the hook says now changes nothing. */
        if (observe(ctx, transaction, "committed"))
            qn_ctx_clear(ctx);
    }
    qn_span_end(ctx, &span);
    return status;
}
