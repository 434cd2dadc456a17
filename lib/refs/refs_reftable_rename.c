/* SPDX-License-Identifier: MIT */
#include "refs/refs_reftable.h"

#include <string.h>

/* Copy every line of the old name's log to the new name, with its index. */
static enum qn_status copy_log(struct qn_ctx *ctx,
                               struct qn_refs_reftable_batch *batch,
                               struct qn_reftable_merge *merge,
                               const char *from, const char *to)
{
    size_t id_size = qn_id_size(
        merge->count ? merge->cursors[0].table->algorithm : QN_HASH_SHA1);
    struct qn_reftable_record *record, *copy;
    struct qn_bytes name;
    uint64_t update_index;
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_reftable_merge_next(ctx, merge, &record, NULL);
        if (status ||
            !qn_reftable_log_key_parse(qn_buf_bytes(&record->key), &name,
                                       &update_index) ||
            !qn_bytes_is_string(name, from))
            break;
        if (record->kind == QN_REFTABLE_DELETED)
            continue;
        copy = qn_refs_reftable_batch_log(ctx, batch, to, update_index);
        if (!copy)
            return QN_NO_MEMORY;
        copy->kind = record->kind;
        copy->seconds = record->seconds;
        copy->zone = record->zone;
        /* Inflated blocks are used again: keep what the record points to. */
        copy->old_id = (const uint8_t *)qn_arena_copy(
            ctx, &batch->arena, qn_bytes_make(record->old_id, id_size));
        copy->new_id = (const uint8_t *)qn_arena_copy(
            ctx, &batch->arena, qn_bytes_make(record->new_id, id_size));
        copy->name.data =
            (const uint8_t *)qn_arena_copy(ctx, &batch->arena, record->name);
        copy->name.size = record->name.size;
        copy->mail.data =
            (const uint8_t *)qn_arena_copy(ctx, &batch->arena, record->mail);
        copy->mail.size = record->mail.size;
        copy->message.data =
            (const uint8_t *)qn_arena_copy(ctx, &batch->arena, record->message);
        copy->message.size = record->message.size;
        if (!copy->old_id || !copy->new_id || !copy->name.data ||
            !copy->mail.data || !copy->message.data)
            return QN_NO_MEMORY;
    }
    return status == QN_END ? QN_OK : status;
}

/* What one renaming needs to know. */
struct renaming {
    struct qn_refs *refs;
    const struct qn_refs_rename_options *options;
    struct qn_reftable_stack *stack;
    struct qn_refs_reftable_batch batch;
    struct qn_id id;
    struct qn_id none;
};

static enum qn_status check_rename(struct qn_ctx *ctx,
                                   struct renaming *renaming)
{
    const struct qn_refs_rename_options *options = renaming->options;
    struct qn_refs *refs = renaming->refs;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool found;

    status = refs->backend->read(ctx, refs, options->from, &ref, &found);
    if (!status && (!found || ref.is_broken))
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "refs.missing", options->from,
                               "refname %s not found", options->from);
    if (!status && ref.is_symbolic)
        status = qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "refs.symbolic", options->from,
            /* Git says so of a rename, too. */
            "refname %s is a symbolic ref, copying it is not supported",
            options->from);
    renaming->id = ref.id;
    qn_id_clear(&renaming->none, refs->options->algorithm);
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status note_first(struct qn_ctx *ctx, void *data,
                                 const struct qn_ref *ref)
{
    enum qn_status status;

    qn_buf_clear(data);
    status = qn_buf_append_bytes(ctx, data, qn_buf_bytes(&ref->name));
    return status ? status : QN_END;
}

/* Directory and file: only the old name itself may be in the way. */
static enum qn_status check_place(struct qn_ctx *ctx, struct renaming *renaming)
{
    const char *to = renaming->options->to;
    const char *from = renaming->options->from;
    struct qn_refs *refs = renaming->refs;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf below = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    const char *slash;
    bool found;

    for (slash = strchr(to, '/'); !status && slash;
         slash = strchr(slash + 1, '/')) {
        qn_buf_clear(&text);
        status = qn_buf_append(ctx, &text, to, (size_t)(slash - to));
        if (!status)
            status = refs->backend->read(ctx, refs, qn_buf_string(&text), &ref,
                                         &found);
        if (!status && found &&
            (renaming->options->is_copy ||
             strcmp(qn_buf_string(&text), from) != 0))
            status = qn_ctx_fail_reason(ctx, QN_CONFLICT, "refs.name-conflict",
                                        to, "'%s' exists; cannot create '%s'",
                                        qn_buf_string(&text), to);
    }
    qn_buf_clear(&text);
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s/", to);
    if (!status)
        status = refs->backend->walk(ctx, refs, qn_buf_string(&text), 0,
                                     note_first, &below);
    if (status == QN_END) {
        status = QN_OK;
        if (renaming->options->is_copy ||
            strcmp(qn_buf_string(&below), from) != 0)
            status = qn_ctx_fail_reason(ctx, QN_CONFLICT, "refs.name-conflict",
                                        to, "'%s' exists; cannot create '%s'",
                                        qn_buf_string(&below), to);
    }
    qn_ref_dispose(&ref);
    qn_buf_dispose(&text);
    qn_buf_dispose(&below);
    return status;
}

/* The old name ends: its lines go, HEAD and the new name log it. */
static enum qn_status add_end(struct qn_ctx *ctx, struct renaming *renaming)
{
    const struct qn_refs_rename_options *options = renaming->options;
    struct qn_refs *refs = renaming->refs;
    struct qn_refs_reftable_line line = {
        .name = options->to,
        .old_id = &renaming->id,
        .new_id = &renaming->none,
        .ident = options->writer ? options->writer->ident : NULL,
        .message = options->message};
    struct qn_ref head = QN_REF_INIT;
    struct qn_reftable_record *record;
    struct qn_reftable_stack *stack;
    const char *local;
    enum qn_status status;
    bool found;

    record = qn_refs_reftable_batch_ref(ctx, &renaming->batch, options->from);
    if (!record)
        return QN_NO_MEMORY;
    record->update_index = renaming->batch.min_index;
    status = qn_refs_reftable_batch_drop_log(ctx, &renaming->batch,
                                             renaming->stack, options->from);
    if (!status)
        status = qn_refs_reftable_batch_line(ctx, refs, &renaming->batch, &line,
                                             renaming->batch.min_index);
    if (!status)
        status = refs->backend->read(ctx, refs, "HEAD", &head, &found);
    if (!status && found && head.is_symbolic &&
        strcmp(qn_buf_string(&head.target), options->from) == 0) {
        line.name = "HEAD";
        status = qn_refs_reftable_stack(ctx, refs, "HEAD", &stack, &local);
        /* A linked worktree's HEAD logs in its own stack, with the change of
         * HEAD itself that follows. */
        if (!status && stack == renaming->stack)
            status = qn_refs_reftable_batch_line(
                ctx, refs, &renaming->batch, &line, renaming->batch.min_index);
    }
    qn_ref_dispose(&head);
    return status;
}

static enum qn_status add_begin(struct qn_ctx *ctx, struct renaming *renaming)
{
    const struct qn_refs_rename_options *options = renaming->options;
    const struct qn_refs_reftable_line line = {
        .name = options->to,
        .old_id = &renaming->none,
        .new_id = &renaming->id,
        .ident = options->writer ? options->writer->ident : NULL,
        .message = options->message};
    struct qn_reftable_merge merge = QN_REFTABLE_MERGE_INIT;
    struct qn_reftable_record *record;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    record = qn_refs_reftable_batch_ref(ctx, &renaming->batch, options->to);
    if (!record)
        return QN_NO_MEMORY;
    status = qn_refs_reftable_batch_value(ctx, renaming->refs, &renaming->batch,
                                          &renaming->id, record);
    if (!status)
        status =
            qn_refs_reftable_batch_line(ctx, renaming->refs, &renaming->batch,
                                        &line, renaming->batch.max_index);
    if (!status)
        status = qn_reftable_log_key(ctx, options->from, UINT64_MAX, &key);
    if (!status)
        status =
            qn_reftable_merge_add(ctx, &merge, renaming->stack->tables,
                                  renaming->stack->count, QN_REFTABLE_LOGS);
    if (!status)
        status = qn_reftable_merge_seek(ctx, &merge, qn_buf_bytes(&key));
    if (!status)
        status =
            copy_log(ctx, &renaming->batch, &merge, options->from, options->to);
    qn_reftable_merge_dispose(&merge);
    qn_buf_dispose(&key);
    return status;
}

enum qn_status
qn_refs_reftable_rename(struct qn_ctx *ctx, struct qn_refs *refs,
                        const struct qn_refs_rename_options *options)
{
    struct renaming renaming = {.refs = refs, .options = options};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    const char *local;
    enum qn_status status;

    status = qn_refs_reftable_stack(ctx, refs, options->from, &renaming.stack,
                                    &local);
    if (!status)
        status = qn_refs_reftable_lock_stack(ctx, refs, renaming.stack, &lock);
    if (!status)
        status = check_rename(ctx, &renaming);
    /* To its own name: nothing is written. */
    if (!status && strcmp(options->from, options->to) == 0)
        goto out;
    if (!status)
        status = check_place(ctx, &renaming);
    if (!status) {
        renaming.batch.min_index = qn_reftable_stack_next_index(renaming.stack);
        renaming.batch.max_index =
            renaming.batch.min_index + (options->is_copy ? 0 : 1);
        if (!options->is_copy)
            status = add_end(ctx, &renaming);
    }
    if (!status)
        status = add_begin(ctx, &renaming);
    if (!status)
        status = qn_refs_reftable_batch_write(ctx, refs, &renaming.batch,
                                              renaming.stack, &lock);
out:
    qn_lock_file_rollback(&lock);
    qn_refs_reftable_batch_dispose(&renaming.batch);
    return status;
}
