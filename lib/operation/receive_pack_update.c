/* SPDX-License-Identifier: MIT */
/* Commands to transactions. */
#include "base/env.h"
#include "operation/receive_pack_parts.h"
#include "text/date.h"
#include "walk/hidden_refs.h"

static void fail_others(struct qn_receive_pack *r, const char *error)
{
    size_t i;

    for (i = 0; i < r->count; i++)
        if (!r->commands[i].error && !r->commands[i].is_for_proc)
            r->commands[i].error = error;
}

static bool is_ours(const struct qn_receive_command *command)
{
    return !command->error && (!command->is_for_proc || command->falls_through);
}

/* Two names of one ref, that should become two things. */
static enum qn_status check_alias(struct qn_receive_pack *r,
                                  struct qn_receive_command *command)
{
    struct qn_ref ref = QN_REF_INIT, end = QN_REF_INIT;
    bool found = false, is_born = false;
    size_t i, shown = 7;
    char hex[4][QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status =
        qn_refs_find(r->ctx, r->scope->refs, command->full, &ref, &found);

    if (!status && found && ref.is_symbolic)
        status = qn_refs_resolve(r->ctx, r->scope->refs, command->full, &end,
                                 &is_born);
    for (i = 0; !status && end.name.size > 0 && i < r->count; i++) {
        struct qn_receive_command *other = &r->commands[i];

        if (other == command ||
            strcmp(other->full, qn_buf_string(&end.name)) != 0)
            continue;
        if (qn_id_is_equal(&other->old_id, &command->old_id) &&
            qn_id_is_equal(&other->new_id, &command->new_id)) {
            command->moves_along = true; /* it moves along */
            break;
        }
        qn_id_to_hex(&command->old_id, hex[0]);
        qn_id_to_hex(&command->new_id, hex[1]);
        qn_id_to_hex(&other->old_id, hex[2]);
        qn_id_to_hex(&other->new_id, hex[3]);
        qn_receive_error(r,
                         "refusing inconsistent update between symref '%s' "
                         "(%.*s..%.*s) and its target '%s' (%.*s..%.*s)",
                         command->name, (int)shown, hex[0], (int)shown, hex[1],
                         other->name, (int)shown, hex[2], (int)shown, hex[3]);
        command->error = other->error = "inconsistent aliased update";
    }
    qn_ref_dispose(&ref);
    qn_ref_dispose(&end);
    return status;
}

static enum qn_status check_aliases(struct qn_receive_pack *r)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < r->count; i++)
        if (!r->commands[i].error)
            status = check_alias(r, &r->commands[i]);
    return status;
}

static void refuse_hidden(struct qn_receive_pack *r)
{
    size_t i;

    for (i = 0; i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];

        if (command->error || !qn_hidden_refs_has(r->config, "receive",
                                                  command->name, command->full))
            continue;
        command->error = qn_id_is_null(&command->new_id)
                             ? "deny deleting a hidden ref"
                             : "deny updating a hidden ref";
    }
}

/* ---- transactions */

static enum qn_status queue(struct qn_receive_pack *r,
                            struct qn_ref_transaction *transaction,
                            struct qn_receive_command *command)
{
    const struct qn_id *old_id = &command->old_id;
    enum qn_status status;

    if (qn_id_is_null(&command->new_id) && qn_id_is_null(&command->old_id))
        old_id = NULL;
    status = qn_ref_transaction_update(r->ctx, transaction, command->full,
                                       &command->new_id, old_id, 0, "push");
    if (!status || status == QN_NO_MEMORY)
        return status;
    qn_receive_error(r, "%s", qn_ctx_message(r->ctx));
    qn_ctx_clear(r->ctx);
    command->error = "failed to update ref";
    return QN_OK;
}

static enum qn_status commit(struct qn_receive_pack *r,
                             struct qn_ref_transaction *transaction)
{
    struct qn_refs_writer writer = {NULL};
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_env *env = qn_ctx_env(r->ctx);
    int64_t now = qn_env_clock(env, true) / INT64_C(1000000000);
    enum qn_status status;

    if (r->options->committer)
        status = qn_buf_printf(r->ctx, &ident, "%s %lld %+05d",
                               r->options->committer, (long long)now,
                               qn_date_local_zone(env, now));
    else
        status = qn_repo_ident(r->ctx, r->scope->repo, QN_IDENT_COMMITTER,
                               false, &ident);
    writer.ident = qn_buf_string(&ident);
    if (!status)
        status = qn_ref_transaction_commit(r->ctx, transaction, &writer);
    qn_buf_dispose(&ident);
    return status;
}

/* The hook has the last word, and Git dies of it. */
static bool is_deadly(const struct qn_ctx *ctx, enum qn_status status)
{
    return status == QN_NO_MEMORY || status == QN_CANCELLED ||
           strcmp(qn_ctx_reason(ctx), "refs.hook") == 0;
}

static void take_rejections(struct qn_receive_pack *r,
                            const struct qn_ref_transaction *transaction,
                            bool is_deleting)
{
    size_t count = qn_ref_transaction_rejection_count(transaction), i, k;

    for (i = 0; i < count; i++) {
        const struct qn_ref_rejection *rejection =
            qn_ref_transaction_rejection(transaction, i);

        qn_receive_error(r, "%s", rejection->message);
        for (k = 0; k < r->count; k++) {
            struct qn_receive_command *command = &r->commands[k];

            if (command->error || !is_ours(command) ||
                qn_id_is_null(&command->new_id) != is_deleting ||
                strcmp(command->full, rejection->name) != 0)
                continue;
            command->error = qn_arena_copy(
                r->ctx, &r->arena, qn_bytes_from_string(rejection->reason));
            if (!command->error)
                command->error = "failed to update ref";
        }
    }
}

/* Without "atomic": those that delete, or all others. */
static enum qn_status update_some(struct qn_receive_pack *r, bool is_deleting)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status =
        qn_ref_transaction_new(r->ctx, r->scope->refs, &transaction);
    size_t i, queued = 0;

    if (!status)
        qn_ref_transaction_allow_rejections(transaction);
    for (i = 0; !status && i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];

        if (!is_ours(command) || command->moves_along ||
            qn_id_is_null(&command->new_id) != is_deleting)
            continue;
        status = qn_receive_check_command(r, command);
        if (!status && !command->error)
            status = queue(r, transaction, command);
        queued += !status && !command->error;
    }
    if (!status && queued > 0) {
        status = commit(r, transaction);
        if (!status) {
            take_rejections(r, transaction, is_deleting);
        } else if (!is_deadly(r->ctx, status)) {
            qn_receive_error(r, "%s", qn_ctx_message(r->ctx));
            qn_ctx_clear(r->ctx);
            status = QN_OK;
            for (i = 0; i < r->count; i++)
                if (is_ours(&r->commands[i]) && !r->commands[i].moves_along &&
                    qn_id_is_null(&r->commands[i].new_id) == is_deleting)
                    r->commands[i].error = "failed to update refs";
        }
    }
    qn_ref_transaction_free(transaction);
    return status;
}

static enum qn_status update_all(struct qn_receive_pack *r)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status =
        qn_ref_transaction_new(r->ctx, r->scope->refs, &transaction);
    bool is_refused = false;
    size_t i;

    for (i = 0; !status && !is_refused && i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];

        if (!is_ours(command) || command->moves_along)
            continue;
        status = qn_receive_check_command(r, command);
        if (!status && !command->error)
            status = queue(r, transaction, command);
        is_refused = command->error != NULL;
    }
    if (!status && is_refused) {
        fail_others(r, "atomic push failure");
    } else if (!status) {
        status = commit(r, transaction);
        if (status && !is_deadly(r->ctx, status)) {
            qn_receive_error(r, "%s", qn_ctx_message(r->ctx));
            qn_ctx_clear(r->ctx);
            status = QN_OK;
            fail_others(r, "atomic transaction failed");
        }
    }
    qn_ref_transaction_free(transaction);
    return status;
}

enum qn_status qn_receive_update_refs(struct qn_receive_pack *r)
{
    enum qn_status status;

    refuse_hidden(r);
    status = qn_receive_choose_proc(r);
    if (!status)
        status = qn_receive_pre_receive(r);
    if (!status)
        status = qn_receive_migrate(r);
    if (!status)
        status = check_aliases(r);
    if (!status)
        status = qn_receive_run_proc(r);
    if (!status)
        status = qn_receive_write_shallow(r);
    if (!status && r->is_atomic)
        status = update_all(r);
    else if (!status) {
        status = update_some(r, true);
        if (!status)
            status = update_some(r, false);
    }
    return status;
}
