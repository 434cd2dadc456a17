/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "refs/refs_reftable.h"

#include <string.h>

/* One stack of a transaction: locked, its records gathered at the end. */
struct stack_part {
    struct qn_reftable_stack *stack;
    struct qn_lock_file lock;
    struct qn_refs_reftable_batch batch;
};

struct table_transaction {
    struct stack_part *parts;
    size_t count;
    size_t capacity;
};

static struct stack_part *find_part(struct table_transaction *state,
                                    const struct qn_reftable_stack *stack)
{
    size_t i;

    for (i = 0; state && i < state->count; i++)
        if (state->parts[i].stack == stack)
            return &state->parts[i];
    return NULL;
}

/* Lock the stack that a change belongs to, if that was not done. */
enum qn_status qn_refs_reftable_lock(struct qn_ctx *ctx,
                                     struct qn_ref_transaction *transaction,
                                     struct qn_ref_change *change)
{
    static const struct stack_part no_part = {.lock = QN_LOCK_FILE_INIT};
    struct table_transaction *state = transaction->backend_state;
    struct qn_reftable_stack *stack;
    const char *local;
    enum qn_status status;

    status = qn_refs_reftable_stack(ctx, transaction->refs, change->name,
                                    &stack, &local);
    if (status || find_part(state, stack))
        return status;
    if (!state) {
        state = qn_memory_calloc(ctx, 1, sizeof(*state));
        if (!state)
            return QN_NO_MEMORY;
        transaction->backend_state = state;
    }
    status = qn_memory_grow(ctx, &state->parts, &state->capacity,
                            state->count + 1, sizeof(*state->parts));
    if (status)
        return status;
    state->parts[state->count] = no_part;
    state->parts[state->count].stack = stack;
    state->count++;
    status = qn_refs_reftable_lock_stack(ctx, transaction->refs, stack,
                                         &state->parts[state->count - 1].lock);
    stack->is_pinned = !status;
    return status;
}

static enum qn_status add_ref(struct qn_ctx *ctx,
                              struct qn_ref_transaction *transaction,
                              const struct qn_ref_change *change,
                              const char *local,
                              struct qn_refs_reftable_batch *batch)
{
    struct qn_reftable_record *record;

    if (!change->writes && !change->deletes)
        return QN_OK;
    record = qn_refs_reftable_batch_ref(ctx, batch, local);
    if (!record)
        return QN_NO_MEMORY;
    if (change->deletes)
        return QN_OK; /* the kind is QN_REFTABLE_DELETED */
    if (!change->new_target)
        return qn_refs_reftable_batch_value(ctx, transaction->refs, batch,
                                            &change->new_id, record);
    record->kind = QN_REFTABLE_SYMBOLIC;
    record->target = qn_bytes_from_string(change->new_target);
    return QN_OK;
}

static enum qn_status add_log(struct qn_ctx *ctx,
                              struct qn_ref_transaction *transaction,
                              const struct qn_ref_change *change,
                              const char *local, struct stack_part *part,
                              const struct qn_refs_writer *writer)
{
    struct qn_refs *refs = transaction->refs;
    const struct qn_refs_reftable_line line = {
        .name = local,
        .old_id = &change->current,
        .new_id = &change->logged_new,
        .ident = writer ? writer->ident : NULL,
        .message = change->message,
    };
    bool is_symbolic_end = change->deletes && change->is_symbolic;
    bool exists = false;
    enum qn_status status = QN_OK;

    if (change->deletes && !change->is_symbolic)
        return qn_refs_reftable_batch_drop_log(ctx, &part->batch, part->stack,
                                               local);
    if (!(change->logs || is_symbolic_end) || !line.ident)
        return QN_OK;
    if (!(change->flags & QN_REF_FORCE_REFLOG) &&
        !qn_reflog_is_automatic(refs->options, change->name)) {
        status = qn_refs_reftable_log_exists(ctx, refs, change->name, &exists);
        if (status || !exists)
            return status;
    }
    return qn_refs_reftable_batch_line(ctx, refs, &part->batch, &line,
                                       part->batch.max_index);
}

enum qn_status qn_refs_reftable_finish(struct qn_ctx *ctx,
                                       struct qn_ref_transaction *transaction,
                                       const struct qn_refs_writer *writer)
{
    struct table_transaction *state = transaction->backend_state;
    struct qn_reftable_stack *stack;
    struct stack_part *part;
    const char *local;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; state && i < state->count; i++)
        state->parts[i].batch.min_index = state->parts[i].batch.max_index =
            qn_reftable_stack_next_index(state->parts[i].stack);
    for (i = 0; !status && i < transaction->count; i++) {
        const struct qn_ref_change *change = &transaction->changes[i];

        if (change->is_rejected)
            continue;
        status = qn_refs_reftable_stack(ctx, transaction->refs, change->name,
                                        &stack, &local);
        part = find_part(state, stack);
        if (!status && !part)
            status = qn_ctx_fail(ctx, QN_INTERNAL, "stack is not locked");
        if (!status)
            status = add_ref(ctx, transaction, change, local, &part->batch);
        if (!status)
            status = add_log(ctx, transaction, change, local, part, writer);
    }
    for (i = 0; !status && state && i < state->count; i++)
        status = qn_refs_reftable_batch_write(
            ctx, transaction->refs, &state->parts[i].batch,
            state->parts[i].stack, &state->parts[i].lock);
    qn_refs_reftable_rollback(transaction);
    return status;
}

void qn_refs_reftable_rollback(struct qn_ref_transaction *transaction)
{
    struct table_transaction *state = transaction->backend_state;
    size_t i;

    if (!state)
        return;
    for (i = 0; i < state->count; i++) {
        state->parts[i].stack->is_pinned = false;
        qn_lock_file_rollback(&state->parts[i].lock);
        qn_refs_reftable_batch_dispose(&state->parts[i].batch);
    }
    qn_memory_free(state->parts);
    qn_memory_free(state);
    transaction->backend_state = NULL;
}
