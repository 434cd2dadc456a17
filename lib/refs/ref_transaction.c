/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "refs/refs_backend.h"
#include "text/ref_name.h"
#include "trace/trace.h"

#include <string.h>

enum qn_status qn_ref_transaction_new(struct qn_ctx *ctx, struct qn_refs *refs,
                                      struct qn_ref_transaction **out)
{
    struct qn_ref_transaction *transaction =
        qn_memory_calloc(ctx, 1, sizeof(*transaction));

    if (!transaction)
        return QN_NO_MEMORY;
    transaction->refs = refs;
    *out = transaction;
    return QN_OK;
}

void qn_ref_transaction_free(struct qn_ref_transaction *transaction)
{
    if (!transaction)
        return;
    if (transaction->state != QN_REF_TRANSACTION_CLOSED)
        transaction->refs->backend->rollback(transaction);
    qn_memory_free(transaction->changes);
    qn_memory_free(transaction->sorted);
    qn_memory_free(transaction->rejections);
    qn_map_dispose(&transaction->sound);
    qn_buf_dispose(&transaction->gap_start);
    qn_buf_dispose(&transaction->gap_end);
    qn_map_dispose(&transaction->names);
    qn_map_dispose(&transaction->checked);
    qn_buf_dispose(&transaction->scratch);
    qn_ref_dispose(&transaction->ref);
    qn_arena_dispose(&transaction->arena);
    qn_memory_free(transaction);
}

void qn_ref_transaction_allow_rejections(struct qn_ref_transaction *transaction)
{
    transaction->allows_rejections = true;
}

void qn_ref_transaction_expect_new(struct qn_ref_transaction *transaction)
{
    transaction->is_first = true;
}

size_t
qn_ref_transaction_rejection_count(const struct qn_ref_transaction *transaction)
{
    return transaction->rejection_count;
}

const struct qn_ref_rejection *
qn_ref_transaction_rejection(const struct qn_ref_transaction *transaction,
                             size_t position)
{
    return &transaction->rejections[position];
}

const char *qn_ref_transaction_copy(struct qn_ctx *ctx,
                                    struct qn_ref_transaction *transaction,
                                    const char *text)
{
    return qn_arena_copy(ctx, &transaction->arena, qn_bytes_from_string(text));
}

struct qn_ref_change *
qn_ref_transaction_add(struct qn_ctx *ctx,
                       struct qn_ref_transaction *transaction, const char *name)
{
    static const struct qn_lock_file no_lock = QN_LOCK_FILE_INIT;
    struct qn_ref_change *change;

    if (qn_memory_grow(ctx, &transaction->changes, &transaction->capacity,
                       transaction->count + 1, sizeof(*change)))
        return NULL;
    change = &transaction->changes[transaction->count];
    memset(change, 0, sizeof(*change));
    change->lock = no_lock;
    change->message = "";
    change->name = qn_ref_transaction_copy(ctx, transaction, name);
    if (!change->name)
        return NULL;
    transaction->count++;
    return change;
}

/* Runs of white space become one space, none at the ends. */
static const char *normalise_message(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     const char *message)
{
    struct qn_bytes rest = qn_bytes_from_string(message ? message : "");
    char *out = qn_arena_copy(ctx, &transaction->arena, rest);
    size_t size = 0;
    size_t i;
    bool gap = false;

    if (!out)
        return NULL;
    for (i = 0; i < rest.size; i++) {
        uint8_t byte = rest.data[i];

        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
            gap = size > 0;
            continue;
        }
        if (gap)
            out[size++] = ' ';
        gap = false;
        out[size++] = (char)byte;
    }
    out[size] = '\0';
    return out;
}

static enum qn_status check_name(struct qn_ctx *ctx, const char *name,
                                 bool is_delete, unsigned flags)
{
    struct qn_bytes bytes = qn_bytes_from_string(name);
    bool is_fine = is_delete || (flags & QN_REF_SKIP_NAME_CHECK)
                       ? qn_ref_name_is_safe(bytes)
                       : qn_ref_name_is_valid(bytes, QN_REF_NAME_ONE_LEVEL);

    if (!is_fine)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "refs.bad-name", name,
                                  "refusing to update %s with bad name '%s'",
                                  flags & QN_REF_REFLOG_ONLY ? "reflog" : "ref",
                                  name);
    if (qn_ref_name_is_pseudo(bytes))
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "refs.pseudo", name,
                                  "refusing to update pseudoref '%s'", name);
    return QN_OK;
}

/* Branches point to commits that are there; other refs to what is there. */
static enum qn_status check_object(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   const char *name, const struct qn_id *id)
{
    const struct qn_refs_calls *calls = &transaction->refs->options->calls;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    bool is_branch =
        strncmp(name, "refs/heads/", 11) == 0 || strcmp(name, "HEAD") == 0;
    enum qn_ref_sound wanted =
        is_branch ? QN_REF_SOUND_COMMIT : QN_REF_SOUND_THERE;
    struct qn_bytes key = qn_bytes_make(id->bytes, qn_id_size(id->algorithm));
    struct qn_map_item *sound = qn_map_find(&transaction->sound, key);
    bool is_so = true;

    if (sound && sound->number >= wanted)
        return QN_OK;
    if (calls->exists) {
        status = calls->exists(ctx, calls->data, id, &is_so);
        if (status)
            return status;
        if (!is_so)
            return qn_ctx_fail_reason(
                ctx, QN_NOT_FOUND, "refs.new-value", name,
                "trying to write ref '%s' with nonexistent object %s", name,
                qn_id_to_hex(id, hex));
    }
    if (calls->is_commit && is_branch) {
        status = calls->is_commit(ctx, calls->data, id, &is_so);
        if (status)
            return status;
        if (!is_so)
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "refs.new-value", name,
                "trying to write non-commit object %s to branch '%s'",
                qn_id_to_hex(id, hex), name);
    }
    sound = qn_map_put(ctx, &transaction->sound, key, NULL);
    if (!sound)
        return QN_NO_MEMORY;
    sound->number = wanted;
    return QN_OK;
}

/* What both kinds of update share: the name, the message, the condition. */
static enum qn_status queue_change(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   const struct qn_ref_change *wanted,
                                   struct qn_ref_change **out)
{
    struct qn_ref_change *change;
    struct qn_map_item *item;

    if (transaction->state != QN_REF_TRANSACTION_OPEN)
        return qn_ctx_fail(ctx, QN_INTERNAL,
                           "update on a transaction that is not open");
    change = qn_ref_transaction_add(ctx, transaction, wanted->name);
    if (!change)
        return QN_NO_MEMORY;
    transaction->queued_count = transaction->count;
    change->flags = wanted->flags;
    change->has_old = wanted->has_old;
    change->old_id = wanted->old_id;
    change->has_new = wanted->has_new;
    change->new_id = wanted->new_id;
    change->is_log_only = (wanted->flags & QN_REF_REFLOG_ONLY) != 0;
    change->message = normalise_message(ctx, transaction, wanted->message);
    if (!change->message)
        return QN_NO_MEMORY;
    *out = change;
    change->is_refused = wanted->is_refused;
    if (change->is_refused) /* as if it had not been asked for */
        return QN_OK;
    item = qn_map_put(ctx, &transaction->names,
                      qn_bytes_from_string(change->name), NULL);
    if (!item)
        return QN_NO_MEMORY;
    if (item->number) /* prepare complains */
        item->value = transaction;
    item->number = transaction->count;
    return QN_OK;
}

enum qn_status qn_ref_transaction_update(struct qn_ctx *ctx,
                                         struct qn_ref_transaction *transaction,
                                         const char *name,
                                         const struct qn_id *new_id,
                                         const struct qn_id *old_id,
                                         unsigned flags, const char *message)
{
    uint32_t algorithm = transaction->refs->options->algorithm;
    struct qn_ref_change wanted = {
        .name = name, .flags = flags, .message = message};
    struct qn_ref_change *change;
    enum qn_status status, refused;
    bool is_delete = new_id && qn_id_is_null(new_id);

    wanted.has_new = new_id != NULL;
    wanted.has_old = old_id != NULL;
    qn_id_clear(&wanted.new_id, algorithm);
    qn_id_clear(&wanted.old_id, algorithm);
    if (new_id)
        wanted.new_id = *new_id;
    if (old_id)
        wanted.old_id = *old_id;
    refused = check_name(ctx, name, is_delete || !new_id, flags);
    if (refused)
        return refused;
    if (new_id && !is_delete &&
        !(flags & (QN_REF_REFLOG_ONLY | QN_REF_SKIP_OBJECT_CHECK)))
        refused = check_object(ctx, transaction, name, new_id);
    if (refused && !transaction->allows_rejections)
        return refused;
    wanted.is_rejected = wanted.is_refused = refused != QN_OK;
    status = queue_change(ctx, transaction, &wanted, &change);
    if (status)
        return status;
    return refused
               ? qn_ref_transaction_reject(ctx, transaction, change, refused)
               : QN_OK;
}

enum qn_status qn_ref_transaction_symbolic(
    struct qn_ctx *ctx, struct qn_ref_transaction *transaction,
    const char *name, const char *target, const char *old_target,
    const struct qn_id *old_id, unsigned flags, const char *message)
{
    uint32_t algorithm = transaction->refs->options->algorithm;
    bool is_delete = !target && (flags & QN_REF_DELETE);
    struct qn_ref_change wanted = {
        .name = name, .flags = flags, .message = message};
    struct qn_ref_change *change;
    enum qn_status status = check_name(ctx, name, !target, flags);

    if (status)
        return status;
    wanted.has_new = target || is_delete;
    wanted.has_old = old_id != NULL;
    qn_id_clear(&wanted.new_id, algorithm);
    qn_id_clear(&wanted.old_id, algorithm);
    if (old_id)
        wanted.old_id = *old_id;
    status = queue_change(ctx, transaction, &wanted, &change);
    if (status)
        return status;
    if (target) {
        change->new_target = qn_ref_transaction_copy(ctx, transaction, target);
        if (!change->new_target)
            return QN_NO_MEMORY;
    }
    if (old_target) {
        change->old_target =
            qn_ref_transaction_copy(ctx, transaction, old_target);
        if (!change->old_target)
            return QN_NO_MEMORY;
    }
    return QN_OK;
}

static const char *words_of(const char *reason)
{
    static const struct {
        const char *reason;
        const char *words;
    } table[] = {
        {"refs.exists", "reference already exists"},
        {"refs.missing", "reference does not exist"},
        {"refs.old-value", "incorrect old value provided"},
        {"refs.new-value", "invalid new value provided"},
        {"refs.not-symbolic", "expected symref but found regular ref"},
        {"refs.name-conflict", "refname conflict"},
        {"os.locked", "reference already exists"}, /* Git's word for it */
    };
    size_t i;

    for (i = 0; i < QN_COUNT_OF(table); i++)
        if (strcmp(table[i].reason, reason) == 0)
            return table[i].words;
    return NULL;
}

static enum qn_status fill_rejection(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     const struct qn_ref_change *change,
                                     struct qn_ref_rejection *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_early = strcmp(qn_ctx_reason(ctx), "refs.new-value") == 0;

    out->name = change->name;
    out->reason = words_of(qn_ctx_reason(ctx));
    out->message =
        qn_ref_transaction_copy(ctx, transaction, qn_ctx_message(ctx));
    /* Late ones show ids: null ones for targets. */
    out->new_value = is_early ? change->new_target : NULL;
    out->old_value = is_early ? change->old_target : NULL;
    if (!out->new_value && (change->has_new || change->new_target))
        out->new_value = qn_ref_transaction_copy(
            ctx, transaction, qn_id_to_hex(&change->new_id, hex));
    if ((change->has_old || (change->old_target && !is_early)) &&
        !(is_early && qn_id_is_null(&change->old_id)))
        out->old_value = qn_ref_transaction_copy(
            ctx, transaction, qn_id_to_hex(&change->old_id, hex));
    return out->message ? QN_OK : QN_NO_MEMORY;
}

enum qn_status qn_ref_transaction_reject(struct qn_ctx *ctx,
                                         struct qn_ref_transaction *transaction,
                                         struct qn_ref_change *change,
                                         enum qn_status status)
{
    struct qn_ref_rejection rejection = {.name = NULL};
    const struct qn_ref_change *told = change;
    size_t position = (size_t)(change - transaction->changes);

    if (!transaction->allows_rejections || !words_of(qn_ctx_reason(ctx)))
        return status;
    for (;;) { /* what it was split off from falls with it */
        change = &transaction->changes[position];
        change->is_rejected = true;
        qn_lock_file_rollback(&change->lock);
        if (!change->parent)
            break;
        position = change->parent - 1;
    }
    status = qn_memory_grow(
        ctx, &transaction->rejections, &transaction->rejection_capacity,
        transaction->rejection_count + 1, sizeof(rejection));
    if (!status)
        status = fill_rejection(ctx, transaction, told, &rejection);
    if (status)
        return status;
    transaction->rejections[transaction->rejection_count++] = rejection;
    qn_ctx_clear(ctx);
    return QN_OK;
}
