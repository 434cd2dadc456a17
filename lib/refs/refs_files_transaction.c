/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "refs/refs_files.h"

#include <errno.h>
#include <string.h>

/* A directory where the file should go: removed when it is empty. */
static enum qn_status clear_way(struct qn_ctx *ctx,
                                struct qn_ref_transaction *transaction,
                                struct qn_ref_change *change)
{
    struct qn_refs_files *files = transaction->refs->state;
    const char *path = qn_buf_string(&change->lock.path);
    struct qn_file_stat stat;
    enum qn_status status = qn_file_lstat(ctx, path, &stat);

    if (status)
        return status;
    if (stat.kind == QN_FILE_NONE) {
        change->is_vacant = true;
        files->vacant = change->name;
        return QN_OK;
    }
    if (!qn_file_is_directory(path))
        return QN_OK;
    qn_refs_files_remove_empty(ctx, path);
    if (!qn_file_is_directory(path))
        return QN_OK;
    status = qn_ref_available_check(ctx, transaction, change);
    if (status)
        return status;
    return qn_ctx_fail_reason(
        ctx, QN_CONFLICT, "refs.name-conflict", change->name,
        "there is a non-empty directory '%s' blocking reference '%s'", path,
        change->name);
}

enum qn_status qn_refs_files_lock(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  struct qn_ref_change *change)
{
    struct qn_refs_files *files = transaction->refs->state;
    const char *linked = NULL;
    bool may_pack = qn_refs_files_may_take(transaction, change);
    enum qn_status status;
    int number;

    if (may_pack && transaction->is_first) { /* whoever else should be here? */
        change->is_vacant = true;
        files->vacant = change->name;
        return QN_OK;
    }
    if (may_pack && transaction->lock)
        linked = transaction->lock;
    status = qn_refs_files_take_lock(ctx, transaction->refs, change->name,
                                     linked, &change->lock);
    number = qn_ctx_errno(ctx);
    if (!status && may_pack && !transaction->lock) {
        transaction->lock = qn_ref_transaction_copy(
            ctx, transaction, qn_buf_string(&change->lock.lock_path));
        if (!transaction->lock)
            return QN_NO_MEMORY;
    }
    if (status) {
        /* A file where a directory should go: say which ref it is. */
        if (status != QN_LOCKED && (number == ENOTDIR || number == EEXIST)) {
            struct qn_ctx *quiet = qn_ctx_fork(ctx); /* ours stays told */
            enum qn_status other =
                quiet ? qn_ref_available_check(quiet, transaction, change)
                      : QN_OK;

            qn_ctx_free(quiet);
            if (other)
                return qn_ref_available_check(ctx, transaction, change);
        }
        return status;
    }
    return change->is_log_only ? QN_OK : clear_way(ctx, transaction, change);
}

static enum qn_status write_value(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  struct qn_ref_change *change)
{
    const struct qn_refs_options *options = transaction->refs->options;
    struct qn_buf *text = &transaction->scratch;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    if (change->writes) {
        qn_buf_clear(text);
        if (change->new_target)
            status = qn_buf_append_string(ctx, text, "ref: ");
        if (!status)
            status = qn_buf_append_string(
                ctx, text,
                change->new_target ? change->new_target
                                   : qn_id_to_hex(&change->new_id, hex));
        if (!status)
            status = qn_buf_append_byte(ctx, text, '\n');
        if (!status)
            status = qn_lock_file_write(ctx, &change->lock, qn_buf_bytes(text));
        if (status && status != QN_NO_MEMORY && !change->new_target)
            status = qn_ctx_fail(
                ctx, status, "cannot update ref '%s': couldn't write '%s'",
                change->name, qn_buf_string(&change->lock.lock_path));
        if (!status)
            status = qn_refs_files_share(
                ctx, options, qn_buf_string(&change->lock.lock_path));
    }
    if (!status)
        status = qn_lock_file_close(ctx, &change->lock,
                                    change->writes ? &options->sync : NULL,
                                    QN_SYNC_REFERENCE);
    return status;
}

enum qn_status qn_refs_files_stage(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   struct qn_ref_change *change)
{
    if (!qn_refs_files_takes(transaction, change))
        return write_value(ctx, transaction, change);
    change->is_packed = true;
    return qn_lock_file_close(ctx, &change->lock, NULL, QN_SYNC_REFERENCE);
}

/* They go into files after all. */
static enum qn_status write_values(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (!change->is_packed)
            continue;
        change->is_packed = false;
        if (change->is_rejected)
            continue;
        status = qn_lock_file_open_again(ctx, &change->lock, 0666);
        if (!status)
            status = write_value(ctx, transaction, change);
    }
    return status;
}

/* Copy packed-refs without what is deleted; nothing when none of it is there.
 */
static enum qn_status write_rest(struct qn_ctx *ctx,
                                 struct qn_ref_transaction *transaction,
                                 struct qn_refs_files_packing *packing)
{
    struct qn_packed_record record;
    struct qn_packed_refs *packed;
    enum qn_status status;
    bool found = false;
    size_t position = 0;
    size_t i;

    status = qn_refs_files_packed(ctx, transaction->refs, &packed);
    for (i = 0; !status && !found && i < transaction->count; i++)
        if (transaction->changes[i].deletes)
            status = qn_packed_refs_find(
                ctx, packed, qn_bytes_from_string(transaction->changes[i].name),
                &record, &found);
    if (status || !found)
        return status;
    status = qn_refs_files_packing_begin(ctx, transaction->refs, packing);
    while (!status) {
        const struct qn_map_item *item;

        status = qn_packed_refs_next(ctx, packed, &position, &record);
        if (status)
            break;
        item = qn_map_find(&transaction->names, record.name);
        if (item && item->number &&
            transaction->changes[item->number - 1].deletes &&
            !transaction->changes[item->number - 1].is_rejected)
            continue;
        status = qn_refs_files_packing_add(ctx, packing, &record);
    }
    if (status != QN_END)
        return status;
    return qn_refs_files_packing_end(ctx, transaction->refs, packing);
}

/* One that is asked for, whether the ref is there or not. */
static bool is_deletion(const struct qn_ref_change *change)
{
    return !change->is_rejected && !change->is_log_only &&
           (change->deletes ||
            (change->has_new && !change->new_target && !change->writes &&
             !change->exists && qn_id_is_null(&change->new_id)));
}

/* Git changes packed-refs in a transaction of its own, which the hook is told
 * of, too; it is given up when there is nothing to change. */
static enum qn_status tell_deletions(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction)
{
    struct qn_refs_files_transaction *state = transaction->backend_state;
    enum qn_status status = QN_OK;
    struct qn_id none;
    size_t i;

    qn_id_clear(&none, transaction->refs->options->algorithm);
    for (i = 0; i < transaction->count && !status; i++)
        if (is_deletion(&transaction->changes[i]))
            status = qn_ref_transaction_line(ctx, &none, &none,
                                             transaction->changes[i].name,
                                             &state->deletions);
    if (status || !state->deletions.size)
        return status;
    if (!state->changes_packed)
        return qn_ref_transaction_tell(ctx, transaction->refs, "aborted",
                                       qn_buf_bytes(&state->deletions));
    status = qn_ref_transaction_tell(ctx, transaction->refs, "preparing",
                                     qn_buf_bytes(&state->deletions));
    return status ? status
                  : qn_ref_transaction_tell(ctx, transaction->refs, "prepared",
                                            qn_buf_bytes(&state->deletions));
}

static enum qn_status close_all(struct qn_ctx *ctx,
                                struct qn_ref_transaction *transaction)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (!change->is_rejected && change->lock.fd >= 0)
            status =
                qn_lock_file_close(ctx, &change->lock, NULL, QN_SYNC_REFERENCE);
    }
    return status;
}

/* Into packed-refs what can go there; `*deletes`: its lock is needed anyway. */
static enum qn_status ready_packed(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction,
                                   bool deletes)
{
    const struct qn_refs_files *files = transaction->refs->state;
    struct qn_refs_files_transaction *state = transaction->backend_state;
    bool adds = qn_refs_files_added(transaction) > 0, is_free = true;
    enum qn_status status = QN_OK;

    if (adds)
        status = qn_refs_files_look(ctx, transaction, &is_free);
    if (!status && (deletes || (adds && is_free)))
        status = qn_lock_file_take(
            ctx, &state->packing.lock, qn_buf_string(&files->packed_path), 0666,
            transaction->refs->options->packed_lock_timeout_ms);
    if (adds && !deletes && status == QN_LOCKED) {
        qn_ctx_clear(ctx);
        is_free = false;
        status = QN_OK;
    }
    if (!status && adds && !is_free) {
        status = write_values(ctx, transaction);
        adds = false;
    }
    if (status)
        return status;
    if (adds)
        return qn_refs_files_write_many(ctx, transaction, state);
    return deletes ? write_rest(ctx, transaction, &state->packing) : QN_OK;
}

enum qn_status qn_refs_files_ready(struct qn_ctx *ctx,
                                   struct qn_ref_transaction *transaction)
{
    static const struct qn_refs_files_packing empty =
        QN_REFS_FILES_PACKING_INIT;
    struct qn_refs_files_transaction *state;
    bool deletes = false, wants = false, adds = false;
    enum qn_status status = close_all(ctx, transaction);
    size_t i;

    for (i = 0; i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        deletes |= change->deletes && !change->is_rejected;
        wants |= is_deletion(change);
        adds |= change->is_packed && !change->is_rejected;
    }
    if (status || (!wants && !adds))
        return status;
    state = qn_memory_calloc(ctx, 1, sizeof(*state));
    if (!state)
        return QN_NO_MEMORY;
    state->packing = empty;
    transaction->backend_state = state;
    if (deletes || adds)
        status = ready_packed(ctx, transaction, deletes);
    state->changes_packed = deletes && state->packing.path.size > 0;
    return status ? status : tell_deletions(ctx, transaction);
}

static enum qn_status write_log(struct qn_ctx *ctx, struct qn_refs *refs,
                                const struct qn_ref_change *change,
                                const struct qn_refs_writer *writer)
{
    const struct qn_refs_files_line line = {
        .name = change->name,
        .old_id = &change->current,
        .new_id = &change->logged_new,
        .message = change->message,
        .forces = (change->flags & QN_REF_FORCE_REFLOG) != 0,
    };

    if (!change->logs)
        return QN_OK;
    return qn_refs_files_log_append(ctx, refs, &line, writer);
}

static void tell_of_link(struct qn_ctx *ctx)
{
    qn_ctx_report(ctx, QN_REPORT_WARNING, "refs.symbolic-link",
                  "'core.preferSymlinkRefs=true' is nominated for removal.");
    qn_ctx_report(ctx, QN_REPORT_HINT, "refs.symbolic-link",
                  "The use of symbolic links for symbolic refs is deprecated\n"
                  "and will be removed in Git 3.0. The configuration that\n"
                  "tells Git to use them is thus going away. You can unset\n"
                  "it with:\n"
                  "\n"
                  "\tgit config unset core.preferSymlinkRefs\n"
                  "\n"
                  "Git will then use the textual symref format instead.");
}

/* The moment of change of one ref. */
static enum qn_status publish(struct qn_ctx *ctx,
                              const struct qn_ref_transaction *transaction,
                              struct qn_ref_change *change)
{
    const struct qn_refs_options *options = transaction->refs->options;
    const char *path = qn_buf_string(&change->lock.path);
    enum qn_status status;

    if (options->prefers_symlinks && change->new_target) {
        status = qn_file_unlink_if_exists(ctx, path);
        if (!status)
            status = qn_file_symlink(ctx, change->new_target, path);
        if (!status) {
            qn_lock_file_rollback(&change->lock);
            tell_of_link(ctx);
            return QN_OK;
        }
        qn_ctx_clear(ctx);
    }
    /* The locks of those that were left out had directories made for them. */
    if (transaction->rejection_count > 0 && qn_file_is_directory(path))
        qn_refs_files_remove_empty(ctx, path);
    status = qn_lock_file_commit(ctx, &change->lock, &options->sync,
                                 QN_SYNC_REFERENCE);
    if (status)
        return qn_ctx_where(ctx, "couldn't set '%s'", change->name);
    return QN_OK;
}

static enum qn_status finish_updates(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     const struct qn_refs_writer *writer)
{
    struct qn_refs *refs = transaction->refs;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (change->is_rejected || change->deletes || change->is_packed)
            continue;
        status = write_log(ctx, refs, change, writer);
        if (status)
            return qn_ctx_where(ctx, "cannot update the ref '%s'",
                                change->name);
        if (change->writes)
            status = publish(ctx, transaction, change);
        else if (!change->is_log_only)
            qn_lock_file_rollback(&change->lock);
    }
    return status;
}

/* The new ones, all at once. */
static enum qn_status finish_many(struct qn_ctx *ctx,
                                  struct qn_ref_transaction *transaction,
                                  const struct qn_refs_writer *writer)
{
    struct qn_refs_files_transaction *state = transaction->backend_state;
    enum qn_status status = QN_OK;
    size_t i;

    if (!state || !state->before)
        return QN_OK;
    for (i = 0; !status && i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        if (change->is_rejected || !change->is_packed)
            continue;
        status = write_log(ctx, transaction->refs, change, writer);
        if (status)
            return qn_ctx_where(ctx, "cannot update the ref '%s'",
                                change->name);
    }
    if (!status)
        status = qn_refs_files_publish_many(ctx, transaction, state);
    return status ? status : qn_refs_files_leave_many(ctx, transaction);
}

static enum qn_status delete_loose(struct qn_ctx *ctx, struct qn_refs *refs,
                                   struct qn_ref_change *change)
{
    enum qn_status status =
        qn_file_unlink_if_exists(ctx, qn_buf_string(&change->lock.path));

    qn_lock_file_rollback(&change->lock);
    return status ? status : qn_refs_files_prune(ctx, refs, "", change->name);
}

static enum qn_status finish_deletions(struct qn_ctx *ctx,
                                       struct qn_ref_transaction *transaction)
{
    struct qn_refs_files_transaction *state = transaction->backend_state;
    struct qn_refs *refs = transaction->refs;
    enum qn_status status = QN_OK;
    size_t i;

    if (!state)
        return QN_OK;
    for (i = 0; !status && i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        if (change->deletes && !change->is_rejected)
            status = qn_refs_files_log_delete(ctx, refs, change->name);
    }
    if (!status && state->packing.path.size)
        status = qn_refs_files_packing_commit(ctx, refs, &state->packing);
    if (!status && state->changes_packed &&
        qn_ref_transaction_tell(ctx, refs, "committed",
                                qn_buf_bytes(&state->deletions)))
        qn_ctx_clear(ctx); /* it is too late to say no */
    for (i = 0; !status && i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (change->deletes && !change->is_rejected)
            status = delete_loose(ctx, refs, change);
    }
    return status;
}

enum qn_status qn_refs_files_finish(struct qn_ctx *ctx,
                                    struct qn_ref_transaction *transaction,
                                    const struct qn_refs_writer *writer)
{
    struct qn_refs_files *files = transaction->refs->state;
    enum qn_status status;

    files->finishes = true;
    status = finish_many(ctx, transaction, writer);
    if (!status)
        status = finish_updates(ctx, transaction, writer);
    files->finishes = false;
    qn_buf_clear(&files->logless);
    if (!status)
        status = finish_deletions(ctx, transaction);
    qn_refs_files_rollback(transaction);
    return status;
}

void qn_refs_files_rollback(struct qn_ref_transaction *transaction)
{
    struct qn_refs_files_transaction *state = transaction->backend_state;
    size_t i;

    for (i = 0; i < transaction->count; i++) {
        struct qn_ref_change *change = &transaction->changes[i];

        if (change->lock.is_held)
            qn_lock_file_rollback(&change->lock);
    }
    if (state) {
        qn_refs_files_packing_dispose(&state->packing);
        qn_packed_refs_release(state->before);
        qn_buf_dispose(&state->deletions);
        qn_memory_free(state);
    }
    transaction->backend_state = NULL;
}
