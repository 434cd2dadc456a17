/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "diff/patch_internal.h"
#include "os/parallel.h"

/* Pairs that a worker takes at once; lists below twice as many are not worth
 * the start of a thread. */
#define GROUP     8u
#define FEW_PAIRS (2 * GROUP)

struct printing {
    struct qn_patch *patch;
    const struct qn_diff_list *list;
    size_t next;
    struct qn_buf *out;
};

struct worker {
    struct qn_odb *odb;
    struct qn_patch *patch;
};

struct slot {
    size_t start, end; /* of the list */
    size_t same_count;
    struct qn_buf text;
    enum qn_status failure; /* behind the text */
    struct qn_buf message;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct printing *printing = shared;
    const struct qn_patch *patch = printing->patch;
    struct worker *worker = state;
    enum qn_status status = qn_odb_fork(ctx, patch->odb, &worker->odb);

    if (!status)
        status = qn_patch_new(ctx, patch->repo, worker->odb, &patch->options,
                              NULL, &worker->patch);
    if (!status) /* -R has swapped the prefixes once already */
        worker->patch->options = patch->options;
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_patch_free(worker->patch);
    qn_odb_free(worker->odb);
}

static void slot_dispose(void *shared, void *slot)
{
    (void)shared;
    qn_buf_dispose(&((struct slot *)slot)->text);
    qn_buf_dispose(&((struct slot *)slot)->message);
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *data)
{
    struct printing *printing = shared;
    struct slot *slot = data;
    size_t left = printing->list->count - printing->next;

    (void)ctx;
    if (left == 0)
        return QN_END;
    slot->start = printing->next;
    slot->end = slot->start + (left < GROUP ? left : GROUP);
    printing->next = slot->end;
    return QN_OK;
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *data)
{
    const struct printing *printing = shared;
    struct qn_patch *patch = ((struct worker *)state)->patch;
    struct slot *slot = data;
    enum qn_status status = QN_OK;

    qn_buf_clear(&slot->text);
    patch->same_count = 0;
    for (size_t i = slot->start; i < slot->end && !status; i++)
        status = qn_patch_differs_print(ctx, patch, &printing->list->pairs[i],
                                        &slot->text);
    slot->same_count = patch->same_count;
    slot->failure = QN_OK;
    if (status != QN_CORRUPT && status != QN_NOT_FOUND)
        return status;
    /* What stands before a damaged object is shown. */
    slot->failure = status;
    qn_buf_clear(&slot->message);
    status = qn_buf_append_string(ctx, &slot->message, qn_ctx_message(ctx));
    if (!status)
        qn_ctx_clear(ctx);
    return status;
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *data)
{
    struct printing *printing = shared;
    const struct slot *slot = data;

    enum qn_status status =
        qn_buf_append_bytes(ctx, printing->out, qn_buf_bytes(&slot->text));

    printing->patch->same_count += slot->same_count;
    if (!status && slot->failure)
        status = qn_ctx_fail(ctx, slot->failure, "%s",
                             qn_buf_string(&slot->message));
    return status;
}

/* A driver's command is told how many pairs were shown: one after the other. */
static enum qn_status has_command(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_list *list, bool *out)
{
    struct qn_patch_command command = {NULL, false};
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < list->count && !status && !command.words; i++)
        if (list->pairs[i].status != QN_DIFF_UNMERGED)
            status =
                qn_patch_command_find(ctx, patch, &list->pairs[i], &command);
    *out = command.words != NULL;
    return status;
}

enum qn_status qn_patch_workers_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_list *list,
                                      struct qn_buf *out, bool *is_done)
{
    const struct qn_diff_options *options = &patch->options;
    struct printing printing = {.patch = patch, .list = list, .out = out};
    struct qn_parallel_options parallel = {.shared = &printing,
                                           .state_size = sizeof(struct worker),
                                           .state_init = worker_init,
                                           .state_dispose = worker_dispose};
    const struct qn_parallel_pipeline pipeline = {.slot_size =
                                                      sizeof(struct slot),
                                                  .slot_dispose = slot_dispose,
                                                  .produce = produce,
                                                  .compute = compute,
                                                  .consume = consume};
    enum qn_status status;
    bool has = false;

    *is_done = false;
    if (!options->uses_workers || list->count < FEW_PAIRS || !patch->repo ||
        patch->attributes || patch->content || patch->remark_count ||
        patch->same.size || patch->moved.is_settled ||
        options->submodule != QN_DIFF_SUBMODULE_SHORT ||
        qn_parallel_thread_count(ctx, &parallel) < 2)
        return QN_OK;
    status = has_command(ctx, patch, list, &has);
    if (status || has)
        return status;
    *is_done = true;
    return qn_parallel_pipeline_run(ctx, &parallel, &pipeline);
}
